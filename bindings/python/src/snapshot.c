/* Snapshot: one commit, searched by any number of threads. */
#include "binding.h"

typedef struct snapshot_object {
    PyObject_HEAD rls_snapshot *snapshot;
    PyObject                   *path;  /* bytes */
    uint32_t                    users; /* threads that work with it without the GIL */
    bool                        closed;
} snapshot_object;

static const char *
path_of(const snapshot_object *self)
{
    return self->path == NULL ? NULL : PyBytes_AsString(self->path);
}

/* Both with the GIL: a snapshot that is closed while others search ends with the last of them. */
static rls_snapshot *
use(snapshot_object *self)
{
    if (self->closed) {
        binding_raise_closed("snapshot");
        return NULL;
    }
    self->users++;
    return self->snapshot;
}

static void
let_go(snapshot_object *self)
{
    self->users--;
    if (self->closed && self->users == 0) {
        rls_snapshot *snapshot = self->snapshot;
        self->snapshot = NULL;
        rls_snapshot_close(snapshot);
    }
}

static snapshot_object *
make(PyTypeObject *type, PyObject *path)
{
    snapshot_object *self =
        (snapshot_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);

    if (self != NULL) {
        Py_INCREF(path);
        self->path = path;
    }
    return self;
}

static PyObject *
snapshot_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    snapshot_object     *self;
    PyObject            *path;
    const char          *name;
    rls_error            err;
    rls_status           status;
    int                  verify, io;

    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O&pi", PyUnicode_FSConverter, &path, &verify, &io))
        return NULL;
    options.verify = verify != 0;
    options.io = (rls_io_mode)io;
    self = make(type, path);
    Py_DECREF(path);
    if (self == NULL)
        return NULL;
    name = path_of(self);
    Py_BEGIN_ALLOW_THREADS status = rls_snapshot_open(name, &options, &self->snapshot, &err);
    Py_END_ALLOW_THREADS if (status != RLS_OK)
    {
        binding_raise(&err, name);
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void
snapshot_dealloc(PyObject *object)
{
    snapshot_object *self = (snapshot_object *)object;
    PyTypeObject    *type = Py_TYPE(object);

    rls_snapshot_close(self->snapshot);
    Py_XDECREF(self->path);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *
snapshot_close(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;

    (void)nothing;
    if (!self->closed) {
        self->closed = true;
        self->users++;
        let_go(self);
    }
    Py_RETURN_NONE;
}

/* The newest commit: this very object when nothing was committed since. */
static PyObject *
snapshot_refresh(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object, *fresh;
    rls_snapshot    *snapshot = use(self), *newer = NULL;
    rls_error        err;
    rls_status       status;

    (void)nothing;
    if (snapshot == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS status = rls_snapshot_refresh(snapshot, &newer, &err);
    Py_END_ALLOW_THREADS   let_go(self);
    if (status != RLS_OK) {
        binding_raise(&err, path_of(self));
        return NULL;
    }
    if (newer == snapshot) {
        rls_snapshot_close(newer);
        Py_INCREF(object);
        return object;
    }
    fresh = make(Py_TYPE(object), self->path);
    if (fresh == NULL)
        rls_snapshot_close(newer);
    else
        fresh->snapshot = newer;
    return (PyObject *)fresh;
}

/* --- searching --- */

static PyObject *
snapshot_search(PyObject *object, PyObject *arguments)
{
    snapshot_object *self = (snapshot_object *)object;
    binding_search   search;
    PyObject        *query_object, *options;
    const rls_query *query;
    rls_snapshot    *snapshot;
    rls_hits        *hits = NULL;
    rls_error        err;
    rls_status       status;

    if (!PyArg_ParseTuple(arguments, "OO", &query_object, &options))
        return NULL;
    query = binding_query_of(query_object);
    if (query == NULL || !binding_search_read(&search, options))
        return NULL;
    snapshot = use(self);
    if (snapshot == NULL)
        return NULL;
    binding_work_begin(&search.work, NULL);
    status = rls_snapshot_search(snapshot, query, &search.options, &hits, &err);
    if (!binding_work_end(&search.work)) {
        let_go(self);
        rls_hits_close(hits);
        return NULL;
    }
    let_go(self);
    if (status == RLS_OK)
        return binding_wrap_hits(hits, path_of(self));
    binding_raise(&err, path_of(self));
    return NULL;
}

static PyObject *
snapshot_like(PyObject *object, PyObject *arguments)
{
    snapshot_object *self = (snapshot_object *)object;
    rls_like_options like = RLS_LIKE_OPTIONS_INIT;
    binding_search   search;
    Py_ssize_t       text_size;
    unsigned int     words;
    PyObject        *options;
    rls_snapshot    *snapshot;
    rls_hits        *hits = NULL;
    rls_error        err;
    rls_status       status;

    if (!PyArg_ParseTuple(arguments, "zz#IO", &like.key, &like.text, &text_size, &words, &options))
        return NULL;
    like.text_size = (size_t)text_size;
    like.words = words;
    if (!binding_search_read(&search, options))
        return NULL;
    snapshot = use(self);
    if (snapshot == NULL)
        return NULL;
    binding_work_begin(&search.work, NULL);
    status = rls_snapshot_like(snapshot, &like, &search.options, &hits, &err);
    if (!binding_work_end(&search.work)) {
        let_go(self);
        rls_hits_close(hits);
        return NULL;
    }
    let_go(self);
    if (status == RLS_OK)
        return binding_wrap_hits(hits, path_of(self));
    binding_raise(&err, path_of(self));
    return NULL;
}

static PyObject *
snapshot_get(PyObject *object, PyObject *key_object)
{
    snapshot_object *self = (snapshot_object *)object;
    const char      *key;
    rls_snapshot    *snapshot;
    rls_hits        *hits = NULL;
    rls_error        err;
    rls_status       status;

    if (!PyArg_Parse(key_object, "s", &key))
        return NULL;
    snapshot = use(self);
    if (snapshot == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS status = rls_snapshot_get(snapshot, key, &hits, &err);
    Py_END_ALLOW_THREADS   let_go(self);
    if (status == RLS_OK)
        return binding_wrap_hits(hits, path_of(self));
    binding_raise(&err, path_of(self));
    return NULL;
}

static PyObject *
snapshot_suggest(PyObject *object, PyObject *arguments)
{
    snapshot_object *self = (snapshot_object *)object;
    rls_snapshot    *snapshot = use(self);
    PyObject        *list;

    if (snapshot == NULL)
        return NULL;
    list = binding_suggest(snapshot, arguments, path_of(self));
    let_go(self);
    return list;
}

static PyObject *
snapshot_terms(PyObject *object, PyObject *arguments)
{
    snapshot_object *self = (snapshot_object *)object;
    rls_snapshot    *snapshot = use(self);
    PyObject        *list;

    if (snapshot == NULL)
        return NULL;
    list = binding_terms(snapshot, arguments, path_of(self));
    let_go(self);
    return list;
}

/* --- what there is --- */

static PyObject *
snapshot_info(PyObject *object, PyObject *nothing)
{
    snapshot_object  *self = (snapshot_object *)object;
    rls_snapshot_info info = {.struct_size = sizeof info};
    PyObject         *parts;
    rls_error         err;

    (void)nothing;
    if (self->closed) {
        binding_raise_closed("snapshot");
        return NULL;
    }
    if (rls_snapshot_get_info(self->snapshot, &info, &err) != RLS_OK) {
        binding_raise(&err, path_of(self));
        return NULL;
    }
    parts = PyDict_New();
    for (uint32_t i = 0; parts != NULL && i < info.part_count; i++) {
        PyObject *size = PyLong_FromUnsignedLongLong(info.part_sizes[i]);
        if (size == NULL || PyDict_SetItemString(parts, info.part_names[i], size) != 0)
            Py_CLEAR(parts);
        Py_XDECREF(size);
    }
    if (parts == NULL)
        return NULL;
    return Py_BuildValue(
        "{sKsKsKsKsKsksOszsN}", "generation", (unsigned long long)info.generation, "documents",
        (unsigned long long)info.documents, "deleted", (unsigned long long)info.deleted,
        "source_bytes", (unsigned long long)info.source_bytes, "index_bytes",
        (unsigned long long)info.index_bytes, "segments", (unsigned long)info.segments, "stored",
        info.stored ? Py_True : Py_False, "language", info.language, "parts", parts);
}

static bool
gather_field(void *list, const rls_field_info *field)
{
    return binding_append(list, Py_BuildValue("sIKKd", field->name, (unsigned int)field->kinds,
                                              (unsigned long long)field->documents,
                                              (unsigned long long)field->distinct_values,
                                              field->average_length));
}

static bool
gather_file(void *list, const rls_file_info *file)
{
    return binding_append(
        list, Py_BuildValue("NKKKL", PyUnicode_DecodeFSDefault(file->name),
                            (unsigned long long)file->size, (unsigned long long)file->inode,
                            (unsigned long long)file->hash, (long long)file->mtime_ns));
}

/* A check, which reads the whole index, and what it has found. */
typedef struct checking {
    binding_work work;
    PyObject    *list;
} checking;

static void
gather_problem(void *context, const char *file, const char *section, const char *message)
{
    checking *check = context;

    if (check->work.failed)
        return;
    binding_work_take_gil(&check->work);
    check->work.failed = !binding_append(check->list, Py_BuildValue("zzz", file, section, message));
    binding_work_give_gil(&check->work);
}

/* The list that a visit made, unless it failed. */
static PyObject *
visited(snapshot_object *self, PyObject *list, rls_status status, const rls_error *err)
{
    let_go(self);
    if (status != RLS_OK && !PyErr_Occurred())
        binding_raise(err, path_of(self));
    if (PyErr_Occurred())
        Py_CLEAR(list);
    return list;
}

static PyObject *
snapshot_fields(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;
    PyObject        *list = PyList_New(0);
    rls_error        err;

    (void)nothing;
    if (list == NULL || use(self) == NULL) {
        Py_XDECREF(list);
        return NULL;
    }
    return visited(self, list, rls_snapshot_fields(self->snapshot, gather_field, list, &err), &err);
}

static PyObject *
snapshot_files(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;
    PyObject        *list = PyList_New(0);
    rls_error        err;

    (void)nothing;
    if (list == NULL || use(self) == NULL) {
        Py_XDECREF(list);
        return NULL;
    }
    return visited(self, list, rls_snapshot_files(self->snapshot, gather_file, list, &err), &err);
}

/* Each problem as (file, section, message). */
static PyObject *
snapshot_check(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;
    checking         check = {.list = PyList_New(0)};
    rls_error        err;
    rls_status       status;

    (void)nothing;
    if (check.list == NULL || use(self) == NULL) {
        Py_XDECREF(check.list);
        return NULL;
    }
    binding_work_begin(&check.work, NULL);
    status = rls_snapshot_check(self->snapshot, gather_problem, &check, &err);
    binding_work_end(&check.work);
    if (status == RLS_CORRUPT && PyList_Size(check.list) > 0)
        status = RLS_OK;
    return visited(self, check.list, status, &err);
}

static PyObject *
snapshot_roots(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;
    PyObject        *list = PyList_New(0);
    rls_error        err = {0};

    (void)nothing;
    if (list == NULL || use(self) == NULL) {
        Py_XDECREF(list);
        return NULL;
    }
    for (uint32_t i = 0; i < rls_snapshot_root_count(self->snapshot); i++) {
        const char *label, *path;
        rls_snapshot_root(self->snapshot, i, &label, &path);
        if (!binding_append(list, Py_BuildValue("NN", PyUnicode_DecodeFSDefault(label),
                                                PyUnicode_DecodeFSDefault(path))))
            break;
    }
    return visited(self, list, RLS_OK, &err);
}

static PyMethodDef snapshot_methods[] = {
    {"refresh", snapshot_refresh, METH_NOARGS,
     "refresh() -> Snapshot, this one when nothing is new"},
    {"search", snapshot_search, METH_VARARGS, "search(Query, options) -> Hits"},
    {"like", snapshot_like, METH_VARARGS, "like(key, text, words, options) -> Hits"},
    {"get", snapshot_get, METH_O, "get(key) -> Hits"},
    {"suggest", snapshot_suggest, METH_VARARGS, "suggest(text, limit, kinds)"},
    {"terms", snapshot_terms, METH_VARARGS, "terms(pattern, match, edits, limit)"},
    {"info", snapshot_info, METH_NOARGS, "info() -> dict"},
    {"fields", snapshot_fields, METH_NOARGS,
     "fields() -> [(name, kinds, documents, distinct, length)]"},
    {"files", snapshot_files, METH_NOARGS, "files() -> [(name, size, inode, hash, mtime_ns)]"},
    {"roots", snapshot_roots, METH_NOARGS, "roots() -> [(label, path)]"},
    {"check", snapshot_check, METH_NOARGS, "check() -> [(file, section, message)]"},
    {"close", snapshot_close, METH_NOARGS, "close()"},
    {NULL, NULL, 0, NULL},
};

PyObject *
binding_make_snapshot(PyObject *module)
{
    static PyType_Slot slots[] = {
        {Py_tp_new, (void *)snapshot_new},
        {Py_tp_dealloc, (void *)snapshot_dealloc},
        {Py_tp_methods, snapshot_methods},
        {Py_tp_doc, (void *)"Snapshot(path, verify, io)"},
        {0, NULL},
    };
    static PyType_Spec spec = {
        .name = "rsearch._rsearch.Snapshot",
        .basicsize = sizeof(snapshot_object),
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };

    (void)module;
    return PyType_FromSpec(&spec);
}
