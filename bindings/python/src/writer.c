/* Writer: documents into an index. */
#include "binding.h"

typedef struct writer_object {
    PyObject_HEAD rls_writer *writer;
    PyObject                 *path;  /* bytes */
    PyObject                 *notes; /* a list of (path, message, skipped) */
    binding_lock              lock;
    binding_work              work; /* what goes on now */
} writer_object;

static const char *
path_of(const writer_object *self)
{
    return self->path == NULL ? NULL : PyBytes_AsString(self->path);
}

static void
note(void *context, const char *path, const char *message, bool skipped)
{
    writer_object *self = context;

    if (self->work.failed)
        return;
    binding_work_take_gil(&self->work);
    self->work.failed = !binding_append(self->notes, Py_BuildValue("NNO", binding_file(path),
                                                                   binding_string(message),
                                                                   skipped ? Py_True : Py_False));
    binding_work_give_gil(&self->work);
}

static bool
progress(void *context, uint64_t documents, uint64_t bytes)
{
    return binding_work_goes_on(&((writer_object *)context)->work, documents, bytes);
}

static const binding_member writer_members[] = {
    {"memory", BINDING_SIZE, offsetof(rls_writer_options, memory_limit)},
    {"threads", BINDING_U32, offsetof(rls_writer_options, threads)},
    {"store", BINDING_BOOL, offsetof(rls_writer_options, store)},
    {"create", BINDING_BOOL, offsetof(rls_writer_options, create)},
    {"exclusive", BINDING_BOOL, offsetof(rls_writer_options, exclusive)},
    {"language", BINDING_STRING, offsetof(rls_writer_options, language)},
    {"max_file_size", BINDING_U64, offsetof(rls_writer_options, max_file_size)},
    {"lock_wait_ms", BINDING_U32, offsetof(rls_writer_options, lock_wait_ms)},
    {"io", BINDING_ENUM, offsetof(rls_writer_options, io)},
    {NULL, BINDING_BOOL, 0},
};

static PyObject *
writer_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    writer_object     *self;
    PyObject          *path, *schema;
    rls_error          err;
    rls_status         status;

    if (!PyArg_ParseTuple(arguments, "O&O", PyUnicode_FSConverter, &path, &schema))
        return NULL;
    self = (writer_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self == NULL) {
        Py_DECREF(path);
        return NULL;
    }
    self->path = path;
    self->notes = PyList_New(0);
    options.note = note;
    options.progress = progress;
    options.context = self;
    if (schema != Py_None)
        options.schema = binding_schema_of(schema);
    if (self->notes == NULL || !binding_lock_init(&self->lock) ||
        (schema != Py_None && options.schema == NULL) ||
        !binding_set(&options, writer_members, keywords)) {
        Py_DECREF(self);
        return NULL;
    }
    binding_work_begin(&self->work, NULL);
    status = rls_writer_open(path_of(self), &options, &self->writer, &err);
    if (!binding_work_end(&self->work) || status != RLS_OK) {
        if (!PyErr_Occurred())
            binding_raise(&err, path_of(self));
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void
writer_dealloc(PyObject *object)
{
    writer_object *self = (writer_object *)object;
    PyTypeObject  *type = Py_TYPE(object);

    rls_writer_close(self->writer);
    binding_lock_free(&self->lock);
    Py_XDECREF(self->path);
    Py_XDECREF(self->notes);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* Between begin and end the writer works, without the GIL. */
static bool
begin(writer_object *self, PyObject *callback)
{
    if (!binding_lock_enter(&self->lock))
        return false;
    if (self->writer == NULL) {
        binding_lock_leave(&self->lock);
        binding_raise_closed("writer");
        return false;
    }
    binding_work_begin(&self->work, callback);
    return true;
}

static bool
end(writer_object *self, rls_status status, const rls_error *err, const char *file)
{
    bool whole = binding_work_end(&self->work);

    binding_lock_leave(&self->lock);
    if (whole && status != RLS_OK)
        binding_raise(err, file == NULL ? path_of(self) : file);
    return whole && status == RLS_OK;
}

/* --- documents --- */

static rls_status
add_value(rls_document *document, const char *name, PyObject *value, rls_error *err)
{
    const char *text;
    Py_ssize_t  size;

    if (PyFloat_Check(value))
        return rls_document_add_number(document, name, PyFloat_AsDouble(value), err);
    if (!PyArg_Parse(value, "s#", &text, &size)) {
        err->status = RLS_OK; /* the exception is set */
        return RLS_BAD_ARGUMENT;
    }
    return rls_document_add(document, name, text, (size_t)size, err);
}

/* `fields` is a list of (name, text or float). False with an exception. */
static bool
fill(rls_document *document, PyObject *fields, rls_error *err)
{
    rls_status status = RLS_OK;

    for (Py_ssize_t i = 0; status == RLS_OK && i < PyList_Size(fields); i++) {
        const char *name;
        PyObject   *value;
        if (!PyArg_ParseTuple(PyList_GetItem(fields, i), "sO", &name, &value))
            return false;
        status = add_value(document, name, value, err);
    }
    if (status != RLS_OK && !PyErr_Occurred())
        binding_raise(err, NULL);
    return status == RLS_OK;
}

static PyObject *
writer_add(PyObject *object, PyObject *arguments)
{
    writer_object *self = (writer_object *)object;
    const char    *key, *body;
    Py_ssize_t     body_size;
    int            markdown;
    PyObject      *fields;
    rls_document  *document;
    rls_error      err;
    rls_status     status;
    bool           done = false;

    if (!PyArg_ParseTuple(arguments, "sz#pO", &key, &body, &body_size, &markdown, &fields))
        return NULL;
    if (!PyList_Check(fields)) {
        PyErr_SetString(PyExc_TypeError, "fields are a list");
        return NULL;
    }
    status = rls_document_create(key, &document, &err);
    if (status == RLS_OK && body != NULL)
        status = rls_document_body(document, body, (size_t)body_size, markdown != 0, &err);
    if (status != RLS_OK)
        binding_raise(&err, NULL);
    else if (fill(document, fields, &err) && begin(self, NULL)) {
        status = rls_writer_add(self->writer, document, &err);
        done = end(self, status, &err, NULL);
    }
    rls_document_close(document);
    if (!done)
        return NULL;
    Py_RETURN_NONE;
}

static const binding_member file_members[] = {
    {"format", BINDING_ENUM, offsetof(rls_file, format)},
    {"size", BINDING_U64, offsetof(rls_file, size)},
    {"mtime_ns", BINDING_I64, offsetof(rls_file, mtime_ns)},
    {"inode", BINDING_U64, offsetof(rls_file, inode)},
    {"known_hash", BINDING_U64, offsetof(rls_file, known_hash)},
    {NULL, BINDING_BOOL, 0},
};

static PyObject *
writer_add_file(PyObject *object, PyObject *arguments, PyObject *keywords)
{
    writer_object *self = (writer_object *)object;
    rls_file       file = RLS_FILE_INIT;
    PyObject      *path = NULL, *name = NULL;
    rls_error      err;
    bool           done = false;

    if (!PyArg_ParseTuple(arguments, "O&O&", PyUnicode_FSConverter, &path, PyUnicode_FSConverter,
                          &name))
        return NULL;
    file.path = PyBytes_AsString(path);
    file.name = PyBytes_AsString(name);
    file.compare_hash = keywords != NULL && PyDict_GetItemString(keywords, "known_hash") != NULL;
    if (binding_set(&file, file_members, keywords) && begin(self, NULL)) {
        rls_status status = rls_writer_add_file(self->writer, &file, &err);
        done = end(self, status, &err, file.path);
    }
    Py_DECREF(path);
    Py_DECREF(name);
    if (!done)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *
delete_by(PyObject *object, const char *name,
          rls_status (*delete)(rls_writer *, const char *, rls_error *))
{
    writer_object *self = (writer_object *)object;
    rls_error      err;
    rls_status     status;

    if (!begin(self, NULL))
        return NULL;
    status = delete (self->writer, name, &err);
    if (!end(self, status, &err, NULL))
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *
writer_delete(PyObject *object, PyObject *key)
{
    const char *text;

    return PyArg_Parse(key, "s", &text) ? delete_by(object, text, rls_writer_delete) : NULL;
}

static PyObject *
writer_delete_file(PyObject *object, PyObject *name)
{
    PyObject *bytes, *done;

    if (!PyUnicode_FSConverter(name, &bytes))
        return NULL;
    done = delete_by(object, PyBytes_AsString(bytes), rls_writer_delete_file);
    Py_DECREF(bytes);
    return done;
}

static PyObject *
writer_root(PyObject *object, PyObject *arguments)
{
    writer_object *self = (writer_object *)object;
    char           label[4096];
    PyObject      *path;
    rls_error      err;
    bool           done = false;

    if (!PyArg_ParseTuple(arguments, "O&", PyUnicode_FSConverter, &path))
        return NULL;
    if (begin(self, NULL)) {
        rls_status status =
            rls_writer_root(self->writer, PyBytes_AsString(path), label, sizeof label, &err);
        done = end(self, status, &err, NULL);
    }
    Py_DECREF(path);
    return done ? binding_file(label) : NULL;
}

/* --- commits --- */

static PyObject *
writer_commit(PyObject *object, PyObject *callback)
{
    writer_object    *self = (writer_object *)object;
    rls_commit_report report;
    rls_error         err;
    rls_status        status;

    if (!begin(self, callback))
        return NULL;
    status = rls_writer_commit(self->writer, &report, &err);
    if (!end(self, status, &err, NULL))
        return NULL;
    return Py_BuildValue(
        "{sKsKsKsKsKsKsKsKsKsKsk}", "added", (unsigned long long)report.added, "replaced",
        (unsigned long long)report.replaced, "deleted", (unsigned long long)report.deleted,
        "unchanged", (unsigned long long)report.unchanged, "skipped",
        (unsigned long long)report.skipped, "noted", (unsigned long long)report.noted,
        "source_bytes", (unsigned long long)report.source_bytes, "documents",
        (unsigned long long)report.documents, "index_bytes", (unsigned long long)report.index_bytes,
        "generation", (unsigned long long)report.generation, "segments",
        (unsigned long)report.segments);
}

static PyObject *
writer_rollback(PyObject *object, PyObject *nothing)
{
    writer_object *self = (writer_object *)object;
    rls_error      err;
    rls_status     status;

    (void)nothing;
    if (!begin(self, NULL))
        return NULL;
    status = rls_writer_rollback(self->writer, &err);
    if (!end(self, status, &err, NULL))
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *
writer_optimize(PyObject *object, PyObject *callback)
{
    writer_object *self = (writer_object *)object;
    rls_error      err;
    rls_status     status;

    if (!begin(self, callback))
        return NULL;
    status = rls_writer_optimize(self->writer, &err);
    if (!end(self, status, &err, NULL))
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *
writer_close(PyObject *object, PyObject *nothing)
{
    writer_object *self = (writer_object *)object;

    (void)nothing;
    if (!binding_lock_enter(&self->lock))
        return NULL;
    if (self->writer != NULL) {
        rls_writer *writer = self->writer;
        self->writer = NULL;
        binding_work_begin(&self->work, NULL);
        rls_writer_close(writer);
        binding_work_end(&self->work);
    }
    binding_lock_leave(&self->lock);
    Py_RETURN_NONE;
}

static PyObject *
writer_take_notes(PyObject *object, PyObject *nothing)
{
    writer_object *self = (writer_object *)object;
    PyObject      *notes = self->notes, *fresh = PyList_New(0);

    (void)nothing;
    if (fresh == NULL)
        return NULL;
    self->notes = fresh;
    return notes;
}

static PyMethodDef writer_methods[] = {
    {"add", writer_add, METH_VARARGS, "add(key, body or None, markdown, [(name, text or float)])"},
    {"add_file", (PyCFunction)(void (*)(void))writer_add_file, METH_VARARGS | METH_KEYWORDS,
     "add_file(path, name, *, format, size, mtime_ns, inode, known_hash)"},
    {"delete", writer_delete, METH_O, "delete(key)"},
    {"delete_file", writer_delete_file, METH_O, "delete_file(name)"},
    {"root", writer_root, METH_VARARGS, "root(path) -> label"},
    {"commit", writer_commit, METH_O, "commit(progress or None) -> dict"},
    {"rollback", writer_rollback, METH_NOARGS, "rollback()"},
    {"optimize", writer_optimize, METH_O, "optimize(progress or None)"},
    {"close", writer_close, METH_NOARGS, "close()"},
    {"take_notes", writer_take_notes, METH_NOARGS, "take_notes() -> [(path, message, skipped)]"},
    {NULL, NULL, 0, NULL},
};

PyObject *
binding_make_writer(PyObject *module)
{
    static PyType_Slot slots[] = {
        {Py_tp_new, (void *)writer_new},
        {Py_tp_dealloc, (void *)writer_dealloc},
        {Py_tp_methods, writer_methods},
        {Py_tp_doc, (void *)"Writer(path, schema or None, **options)"},
        {0, NULL},
    };
    static PyType_Spec spec = {
        .name = "rsearch._rsearch.Writer",
        .basicsize = sizeof(writer_object),
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };

    (void)module;
    return PyType_FromSpec(&spec);
}
