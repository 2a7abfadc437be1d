/* Snapshot: one commit, searched by any number of threads. */
#include "binding.h"

/* A commit that objects share: it is open until the last of them, and the last thread that works
 * with it without the GIL, has let it go. Counted with the GIL. */
typedef struct opened_snapshot {
    rls_snapshot *snapshot;
    size_t        users;
} opened_snapshot;

typedef struct snapshot_object {
    PyObject_HEAD opened_snapshot *opened; /* NULL: closed */
    PyObject                      *path;   /* bytes */
} snapshot_object;

static const char *
path_of(const snapshot_object *self)
{
    return PyBytes_AsString(self->path);
}

/* Takes over @a snapshot, also when it fails. */
static opened_snapshot *
hold(rls_snapshot *snapshot)
{
    opened_snapshot *opened = PyMem_Malloc(sizeof *opened);

    if (opened != NULL) {
        *opened = (opened_snapshot){snapshot, 1};
        return opened;
    }
    rls_snapshot_close(snapshot);
    PyErr_NoMemory();
    return NULL;
}

/* NULL with an exception when it is closed. */
static opened_snapshot *
use(snapshot_object *self)
{
    if (self->opened == NULL)
        binding_raise_closed("snapshot");
    else
        self->opened->users++;
    return self->opened;
}

static void
let_go(opened_snapshot *opened)
{
    if (opened == NULL || --opened->users > 0)
        return;
    rls_snapshot_close(opened->snapshot);
    PyMem_Free(opened);
}

/* Takes over @a opened, also when it fails; NULL: an exception is set. */
static PyObject *
make(PyTypeObject *type, PyObject *path, opened_snapshot *opened)
{
    snapshot_object *self =
        opened == NULL ? NULL
                       : (snapshot_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);

    if (self == NULL) {
        let_go(opened);
        return NULL;
    }
    Py_INCREF(path);
    self->path = path;
    self->opened = opened;
    return (PyObject *)self;
}

static PyObject *
snapshot_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_snapshot        *snapshot = NULL;
    PyObject            *path, *made = NULL;
    const char          *name;
    rls_error            err;
    rls_status           status;
    int                  verify, io;

    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O&pi", PyUnicode_FSConverter, &path, &verify, &io))
        return NULL;
    options.verify = verify != 0;
    options.io = (rls_io_mode)io;
    name = PyBytes_AsString(path);
    Py_BEGIN_ALLOW_THREADS
    status = rls_snapshot_open(name, &options, &snapshot, &err);
    Py_END_ALLOW_THREADS
    if (status == RLS_OK)
        made = make(type, path, hold(snapshot));
    else
        binding_raise(&err, name);
    Py_DECREF(path);
    return made;
}

static void
snapshot_dealloc(PyObject *object)
{
    snapshot_object *self = (snapshot_object *)object;
    PyTypeObject    *type = Py_TYPE(object);

    let_go(self->opened);
    Py_XDECREF(self->path);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *
snapshot_close(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;
    opened_snapshot *opened = self->opened;

    (void)nothing;
    self->opened = NULL;
    let_go(opened);
    Py_RETURN_NONE;
}

/* The same commit, closed by itself. */
static PyObject *
snapshot_share(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;

    (void)nothing;
    return make(Py_TYPE(object), self->path, use(self));
}

/* The newest commit: this very object when nothing was committed since. */
static PyObject *
snapshot_refresh(PyObject *object, PyObject *nothing)
{
    snapshot_object *self = (snapshot_object *)object;
    opened_snapshot *opened = use(self);
    rls_snapshot    *newer = NULL;
    rls_error        err;
    rls_status       status;
    bool             is_newest;

    (void)nothing;
    if (opened == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rls_snapshot_refresh(opened->snapshot, &newer, &err);
    Py_END_ALLOW_THREADS
    is_newest = newer == opened->snapshot;
    let_go(opened);
    if (status != RLS_OK) {
        binding_raise(&err, path_of(self));
        return NULL;
    }
    if (!is_newest)
        return make(Py_TYPE(object), self->path, hold(newer));
    rls_snapshot_close(newer);
    Py_INCREF(object);
    return object;
}

/* --- searching --- */

/* The hits of a search that has come to its end, or why there are none. */
static PyObject *
end_search(snapshot_object *self, opened_snapshot *opened, binding_work *work, rls_status status,
           rls_hits *hits, const rls_error *err)
{
    bool ended = binding_work_end(work);

    let_go(opened);
    if (!ended) {
        rls_hits_close(hits);
        return NULL;
    }
    if (status == RLS_OK)
        return binding_wrap_hits(hits, path_of(self));
    binding_raise(err, path_of(self));
    return NULL;
}

static PyObject *
snapshot_search(PyObject *object, PyObject *arguments)
{
    snapshot_object *self = (snapshot_object *)object;
    binding_search   search;
    PyObject        *query_object, *options;
    const rls_query *query;
    opened_snapshot *opened;
    rls_hits        *hits = NULL;
    rls_error        err;
    rls_status       status;

    if (!PyArg_ParseTuple(arguments, "OO", &query_object, &options))
        return NULL;
    query = binding_query_of(query_object);
    if (query == NULL || !binding_search_read(&search, options))
        return NULL;
    opened = use(self);
    if (opened == NULL)
        return NULL;
    binding_work_begin(&search.work, NULL);
    status = rls_snapshot_search(opened->snapshot, query, &search.options, &hits, &err);
    return end_search(self, opened, &search.work, status, hits, &err);
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
    opened_snapshot *opened;
    rls_hits        *hits = NULL;
    rls_error        err;
    rls_status       status;

    if (!PyArg_ParseTuple(arguments, "zz#IO", &like.key, &like.text, &text_size, &words, &options))
        return NULL;
    like.text_size = (size_t)text_size;
    like.words = words;
    if (!binding_search_read(&search, options))
        return NULL;
    opened = use(self);
    if (opened == NULL)
        return NULL;
    binding_work_begin(&search.work, NULL);
    status = rls_snapshot_like(opened->snapshot, &like, &search.options, &hits, &err);
    return end_search(self, opened, &search.work, status, hits, &err);
}

static PyObject *
snapshot_get(PyObject *object, PyObject *key_object)
{
    snapshot_object *self = (snapshot_object *)object;
    const char      *key;
    opened_snapshot *opened;
    rls_hits        *hits = NULL;
    rls_error        err;
    rls_status       status;

    if (!PyArg_Parse(key_object, "s", &key))
        return NULL;
    opened = use(self);
    if (opened == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rls_snapshot_get(opened->snapshot, key, &hits, &err);
    Py_END_ALLOW_THREADS
    let_go(opened);
    if (status == RLS_OK)
        return binding_wrap_hits(hits, path_of(self));
    binding_raise(&err, path_of(self));
    return NULL;
}

static PyObject *
snapshot_suggest(PyObject *object, PyObject *arguments)
{
    snapshot_object *self = (snapshot_object *)object;
    opened_snapshot *opened = use(self);
    PyObject        *list;

    if (opened == NULL)
        return NULL;
    list = binding_suggest(opened->snapshot, arguments, path_of(self));
    let_go(opened);
    return list;
}

static PyObject *
snapshot_terms(PyObject *object, PyObject *arguments)
{
    snapshot_object *self = (snapshot_object *)object;
    opened_snapshot *opened = use(self);
    PyObject        *list;

    if (opened == NULL)
        return NULL;
    list = binding_terms(opened->snapshot, arguments, path_of(self));
    let_go(opened);
    return list;
}

/* --- what there is --- */

static PyObject *
info_of(const rls_snapshot_info *info)
{
    PyObject *parts = PyDict_New();

    for (uint32_t i = 0; parts != NULL && i < info->part_count; i++) {
        PyObject *size = PyLong_FromUnsignedLongLong(info->part_sizes[i]);
        if (size == NULL || PyDict_SetItemString(parts, info->part_names[i], size) != 0)
            Py_CLEAR(parts);
        Py_XDECREF(size);
    }
    if (parts == NULL)
        return NULL;
    return Py_BuildValue(
        "{sKsKsKsKsKsksOszsN}", "generation", (unsigned long long)info->generation, "documents",
        (unsigned long long)info->documents, "deleted", (unsigned long long)info->deleted,
        "source_bytes", (unsigned long long)info->source_bytes, "index_bytes",
        (unsigned long long)info->index_bytes, "segments", (unsigned long)info->segments, "stored",
        info->stored ? Py_True : Py_False, "language", info->language, "parts", parts);
}

static PyObject *
snapshot_info(PyObject *object, PyObject *nothing)
{
    snapshot_object  *self = (snapshot_object *)object;
    opened_snapshot  *opened = use(self);
    rls_snapshot_info info = {.struct_size = sizeof info};
    PyObject         *made = NULL;
    rls_error         err;

    (void)nothing;
    if (opened == NULL)
        return NULL;
    if (rls_snapshot_get_info(opened->snapshot, &info, &err) == RLS_OK)
        made = info_of(&info);
    else
        binding_raise(&err, path_of(self));
    let_go(opened);
    return made;
}

static bool
gather_field(void *list, const rls_field_info *field)
{
    return binding_append(
        list, Py_BuildValue("NIKKd", binding_string(field->name), (unsigned int)field->kinds,
                            (unsigned long long)field->documents,
                            (unsigned long long)field->distinct_values, field->average_length));
}

static bool
gather_file(void *list, const rls_file_info *file)
{
    return binding_append(
        list, Py_BuildValue("NKKKL", binding_file(file->name), (unsigned long long)file->size,
                            (unsigned long long)file->inode, (unsigned long long)file->hash,
                            (long long)file->mtime_ns));
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
    check->work.failed = !binding_append(
        check->list,
        Py_BuildValue("NNN", binding_file(file), binding_string(section), binding_string(message)));
    binding_work_give_gil(&check->work);
}

static rls_status
gather_fields(rls_snapshot *snapshot, PyObject *list, rls_error *err)
{
    return rls_snapshot_fields(snapshot, gather_field, list, err);
}

static rls_status
gather_files(rls_snapshot *snapshot, PyObject *list, rls_error *err)
{
    return rls_snapshot_files(snapshot, gather_file, list, err);
}

static rls_status
gather_problems(rls_snapshot *snapshot, PyObject *list, rls_error *err)
{
    checking   check = {.list = list};
    rls_status status;

    binding_work_begin(&check.work, NULL);
    status = rls_snapshot_check(snapshot, gather_problem, &check, err);
    binding_work_end(&check.work);
    return status == RLS_CORRUPT && PyList_Size(list) > 0 ? RLS_OK : status;
}

static rls_status
gather_roots(rls_snapshot *snapshot, PyObject *list, rls_error *err)
{
    (void)err;
    for (uint32_t i = 0; i < rls_snapshot_root_count(snapshot); i++) {
        const char *label, *path;
        rls_snapshot_root(snapshot, i, &label, &path);
        if (!binding_append(list, Py_BuildValue("NN", binding_file(label), binding_file(path))))
            break;
    }
    return RLS_OK;
}

/* The list that `gather` fills, unless it fails or leaves an exception. */
static PyObject *
list_of(PyObject *object, rls_status (*gather)(rls_snapshot *, PyObject *list, rls_error *))
{
    snapshot_object *self = (snapshot_object *)object;
    PyObject        *list = PyList_New(0);
    opened_snapshot *opened = list == NULL ? NULL : use(self);
    rls_error        err;
    rls_status       status;

    if (opened == NULL) {
        Py_XDECREF(list);
        return NULL;
    }
    status = gather(opened->snapshot, list, &err);
    let_go(opened);
    if (status != RLS_OK && !PyErr_Occurred())
        binding_raise(&err, path_of(self));
    if (PyErr_Occurred())
        Py_CLEAR(list);
    return list;
}

static PyObject *
snapshot_fields(PyObject *object, PyObject *nothing)
{
    (void)nothing;
    return list_of(object, gather_fields);
}

static PyObject *
snapshot_files(PyObject *object, PyObject *nothing)
{
    (void)nothing;
    return list_of(object, gather_files);
}

/* Each problem as (file, section, message). */
static PyObject *
snapshot_check(PyObject *object, PyObject *nothing)
{
    (void)nothing;
    return list_of(object, gather_problems);
}

static PyObject *
snapshot_roots(PyObject *object, PyObject *nothing)
{
    (void)nothing;
    return list_of(object, gather_roots);
}

static PyMethodDef snapshot_methods[] = {
    {"refresh", snapshot_refresh, METH_NOARGS,
     "refresh() -> Snapshot, this one when nothing is new"},
    {"share", snapshot_share, METH_NOARGS, "share() -> Snapshot of the same commit"},
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
