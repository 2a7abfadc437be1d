/* Hits: what a search found. One thread at a time is inside, the others wait. */
#include "binding.h"

typedef struct hits_object {
    PyObject_HEAD rls_hits *hits;
    PyObject               *path; /* bytes, for errors */
    binding_lock            lock;
} hits_object;

PyObject *
binding_wrap_hits(rls_hits *hits, const char *path)
{
    binding_state *state = binding_get_state();
    PyTypeObject  *type = state == NULL ? NULL : (PyTypeObject *)state->hits;
    hits_object   *self =
        type == NULL ? NULL
                       : (hits_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);

    if (self == NULL) {
        rls_hits_close(hits);
        return NULL;
    }
    self->hits = hits;
    self->path = PyBytes_FromString(path == NULL ? "" : path);
    if (self->path == NULL || !binding_lock_init(&self->lock)) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static PyObject *
hits_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    (void)type;
    (void)arguments;
    (void)keywords;
    PyErr_SetString(PyExc_TypeError, "hits are what a search returns");
    return NULL;
}

static void
hits_dealloc(PyObject *object)
{
    hits_object  *self = (hits_object *)object;
    PyTypeObject *type = Py_TYPE(object);

    rls_hits_close(self->hits);
    binding_lock_free(&self->lock);
    Py_XDECREF(self->path);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* Ends a method: what it made, unless the library failed. */
static PyObject *
leave(hits_object *self, rls_status status, const rls_error *err, PyObject *made)
{
    binding_lock_leave(&self->lock);
    if (status == RLS_OK)
        return made;
    Py_XDECREF(made);
    binding_raise(err, PyBytes_AsString(self->path));
    return NULL;
}

/* --- the whole --- */

static PyObject *
notes_of(const rls_hits *hits)
{
    PyObject   *list = PyList_New(0);
    const char *message;
    uint32_t    start, end;

    for (uint32_t i = 0;
         list != NULL && (message = rls_hits_get_note(hits, i, &start, &end)) != NULL; i++)
        if (!binding_append(list, Py_BuildValue("Nikk", binding_string(message),
                                                (int)rls_hits_note_kind(hits, i),
                                                (unsigned long)start, (unsigned long)end)))
            Py_CLEAR(list);
    return list;
}

static PyObject *
truth(bool value)
{
    return PyBool_FromLong(value);
}

static PyObject *
hits_summary(PyObject *object, PyObject *nothing)
{
    hits_object *self = (hits_object *)object;
    rls_hits    *hits = self->hits;
    PyObject    *made;

    (void)nothing;
    if (!binding_lock_enter(&self->lock))
        return NULL;
    made = Py_BuildValue(
        "{sNsksKsNsNsNsKszsN}", "query", binding_text(rls_hits_query(hits)), "count",
        (unsigned long)rls_hits_count(hits), "total", (unsigned long long)rls_hits_total(hits),
        "total_is_exact", truth(rls_hits_total_is_exact(hits)), "total_has_all_words",
        truth(rls_hits_total_has_all_words(hits)), "timed_out", truth(rls_hits_timed_out(hits)),
        "took_ns", (unsigned long long)rls_hits_took_ns(hits), "next", rls_hits_next(hits), "notes",
        notes_of(hits));
    return leave(self, RLS_OK, NULL, made);
}

static PyObject *
hits_suggestion(PyObject *object, PyObject *nothing)
{
    hits_object *self = (hits_object *)object;
    rls_text     text = {NULL, 0};
    rls_error    err;
    rls_status   status;

    (void)nothing;
    if (!binding_lock_enter(&self->lock))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rls_hits_suggestion(self->hits, &text, &err);
    Py_END_ALLOW_THREADS
    return leave(self, status, &err, status == RLS_OK ? binding_text(text) : NULL);
}

static PyObject *
facet_values(const rls_hits *hits, uint32_t i, uint32_t count)
{
    PyObject *list = PyList_New(0);

    for (uint32_t value = 0; list != NULL && value < count; value++) {
        rls_facet_value one;
        if (rls_hits_facet_value(hits, i, value, &one, NULL) != RLS_OK)
            break;
        if (!binding_append(list, Py_BuildValue("NKLL", binding_text(one.value),
                                                (unsigned long long)one.count, (long long)one.from,
                                                (long long)one.to)))
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *
hits_facet(PyObject *object, PyObject *arguments)
{
    hits_object *self = (hits_object *)object;
    rls_facet    facet;
    unsigned int i;
    PyObject    *made = NULL;
    rls_error    err;
    rls_status   status;

    if (!PyArg_ParseTuple(arguments, "I", &i) || !binding_lock_enter(&self->lock))
        return NULL;
    status = rls_hits_facet(self->hits, i, &facet, &err);
    if (status == RLS_OK)
        made = Py_BuildValue("NiKKKNN", binding_string(facet.field), (int)facet.kind,
                             (unsigned long long)facet.distinct,
                             (unsigned long long)facet.documents, (unsigned long long)facet.missing,
                             truth(facet.exact), facet_values(self->hits, i, facet.value_count));
    return leave(self, status, &err, made);
}

/* --- one hit --- */

/* All keys and scores; no stored document is read. */
static PyObject *
hits_keys(PyObject *object, PyObject *nothing)
{
    hits_object *self = (hits_object *)object;
    PyObject    *list = PyList_New(0);
    rls_error    err;
    rls_status   status = RLS_OK;

    (void)nothing;
    if (list == NULL || !binding_lock_enter(&self->lock)) {
        Py_XDECREF(list);
        return NULL;
    }
    for (uint32_t i = 0; status == RLS_OK && i < rls_hits_count(self->hits); i++) {
        rls_text key;
        double   score = 0.0;
        status = rls_hits_key(self->hits, i, &key, &score, &err);
        if (status == RLS_OK &&
            !binding_append(list, Py_BuildValue("Nd", binding_text(key), score))) {
            Py_CLEAR(list);
            break;
        }
    }
    return leave(self, status, &err, list);
}

static PyObject *
values_of(const rls_hit_field *field)
{
    PyObject *list = PyList_New(0);

    for (uint32_t i = 0; list != NULL && i < field->value_count; i++)
        if (!binding_append(list, binding_text(field->values[i])))
            Py_CLEAR(list);
    return list;
}

static PyObject *
fields_of(rls_hits *hits, uint32_t i, uint32_t count)
{
    PyObject *list = PyList_New(0);

    for (uint32_t at = 0; list != NULL && at < count; at++) {
        rls_hit_field field;
        if (rls_hits_field(hits, i, at, &field, NULL) != RLS_OK)
            break;
        if (!binding_append(list, Py_BuildValue("NIiN", binding_text(field.name),
                                                (unsigned int)field.kinds, (int)field.is_list,
                                                values_of(&field))))
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *
hits_get(PyObject *object, PyObject *arguments)
{
    hits_object *self = (hits_object *)object;
    unsigned int i;
    rls_hit      hit;
    PyObject    *made = NULL;
    rls_error    err;
    rls_status   status;

    if (!PyArg_ParseTuple(arguments, "I", &i) || !binding_lock_enter(&self->lock))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rls_hits_get(self->hits, i, &hit, &err);
    Py_END_ALLOW_THREADS
    if (status == RLS_OK) {
        rls_text body = hit.body;
        if (body.data == NULL)
            body = (rls_text){"", 0};
        made = Py_BuildValue(
            "{sNsdsNsNsNsNsK}", "key", binding_text(hit.key), "score", hit.score, "matches_all",
            truth(hit.matches_all), "markdown", truth(hit.markdown), "body",
            hit.has_body ? PyBytes_FromStringAndSize(body.data, (Py_ssize_t)body.size)
                         : Py_BuildValue(""),
            "fields", fields_of(self->hits, i, hit.field_count), "collapsed",
            (unsigned long long)rls_hits_collapsed(self->hits, i));
    }
    return leave(self, status, &err, made);
}

static PyObject *
hits_spans(PyObject *object, PyObject *arguments)
{
    hits_object    *self = (hits_object *)object;
    const rls_span *spans = NULL;
    uint32_t        count = 0;
    unsigned int    i;
    PyObject       *list = NULL;
    rls_error       err;
    rls_status      status;

    if (!PyArg_ParseTuple(arguments, "I", &i) || !binding_lock_enter(&self->lock))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rls_hits_spans(self->hits, i, &spans, &count, &err);
    Py_END_ALLOW_THREADS
    if (status == RLS_OK)
        list = PyList_New(0);
    for (uint32_t at = 0; list != NULL && at < count; at++) {
        long long field = spans[at].field == RLS_SPAN_BODY ? -1 : (long long)spans[at].field;
        if (!binding_append(list, Py_BuildValue("Lkkkk", field, (unsigned long)spans[at].value,
                                                (unsigned long)spans[at].start,
                                                (unsigned long)spans[at].end,
                                                (unsigned long)spans[at].leaf)))
            Py_CLEAR(list);
    }
    return leave(self, status, &err, list);
}

static const binding_member snippet_members[] = {
    {"size", BINDING_U32, offsetof(rls_snippet_options, size)},
    {"passages", BINDING_U32, offsetof(rls_snippet_options, passages)},
    {"mark_start", BINDING_STRING, offsetof(rls_snippet_options, mark_start)},
    {"mark_end", BINDING_STRING, offsetof(rls_snippet_options, mark_end)},
    {"ellipsis", BINDING_STRING, offsetof(rls_snippet_options, ellipsis)},
    {"format", BINDING_ENUM, offsetof(rls_snippet_options, format)},
    {"field", BINDING_STRING, offsetof(rls_snippet_options, field)},
    {"value", BINDING_U32, offsetof(rls_snippet_options, value)},
    {"whole", BINDING_BOOL, offsetof(rls_snippet_options, whole)},
    {NULL, BINDING_BOOL, 0},
};

static PyObject *
hits_snippet(PyObject *object, PyObject *arguments, PyObject *keywords)
{
    hits_object        *self = (hits_object *)object;
    rls_snippet_options options = RLS_SNIPPET_OPTIONS_INIT;
    rls_text            snippet = {NULL, 0};
    unsigned int        i;
    rls_error           err;
    rls_status          status;

    if (!PyArg_ParseTuple(arguments, "I", &i) ||
        !binding_set(&options, snippet_members, keywords) || !binding_lock_enter(&self->lock))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rls_hits_snippet(self->hits, i, &options, &snippet, &err);
    Py_END_ALLOW_THREADS
    return leave(self, status, &err, status == RLS_OK ? binding_text(snippet) : NULL);
}

/* The tree as (kind, value, name, [parts]). */
static PyObject *
factor_tree(const rls_factor *factor)
{
    PyObject *parts = PyList_New(0);

    for (uint32_t i = 0; parts != NULL && i < factor->part_count; i++)
        if (!binding_append(parts, factor_tree(&factor->parts[i])))
            Py_CLEAR(parts);
    if (parts == NULL)
        return NULL;
    return Py_BuildValue("idNN", (int)factor->kind, factor->value, binding_text(factor->name),
                         parts);
}

static PyObject *
hits_explain(PyObject *object, PyObject *arguments)
{
    hits_object      *self = (hits_object *)object;
    const rls_factor *factor = NULL;
    unsigned int      i;
    rls_error         err;
    rls_status        status;

    if (!PyArg_ParseTuple(arguments, "I", &i) || !binding_lock_enter(&self->lock))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = rls_hits_explain(self->hits, i, &factor, &err);
    Py_END_ALLOW_THREADS
    return leave(self, status, &err, status == RLS_OK ? factor_tree(factor) : NULL);
}

/* (name, size, mtime_ns, freshness), or None for a document that came from no file. */
static PyObject *
hits_file(PyObject *object, PyObject *arguments)
{
    hits_object  *self = (hits_object *)object;
    rls_file_info file;
    rls_freshness freshness = RLS_FRESHNESS_UNKNOWN;
    const char   *folder;
    unsigned int  i;
    PyObject     *given, *root = NULL, *made = NULL;
    rls_error     err;
    rls_status    status;

    if (!PyArg_ParseTuple(arguments, "IO", &i, &given) ||
        (given != Py_None && !PyUnicode_FSConverter(given, &root)))
        return NULL;
    folder = root == NULL ? NULL : PyBytes_AsString(root);
    if (!binding_lock_enter(&self->lock)) {
        Py_XDECREF(root);
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    status = rls_hits_file(self->hits, i, &file, &err);
    if (status == RLS_OK)
        status = rls_hits_freshness(self->hits, i, folder, &freshness, &err);
    Py_END_ALLOW_THREADS
    Py_XDECREF(root);
    if (status == RLS_OK)
        made = Py_BuildValue("NKLi", binding_file(file.name), (unsigned long long)file.size,
                             (long long)file.mtime_ns, (int)freshness);
    else if (status == RLS_NOT_FOUND) {
        status = RLS_OK;
        made = Py_BuildValue("");
    }
    return leave(self, status, &err, made);
}

static PyMethodDef hits_methods[] = {
    {"summary", hits_summary, METH_NOARGS, "summary() -> dict"},
    {"suggestion", hits_suggestion, METH_NOARGS, "suggestion() -> str, perhaps empty"},
    {"facet", hits_facet, METH_VARARGS,
     "facet(i) -> (field, kind, distinct, documents, missing, exact, [(value, count, from, to)])"},
    {"keys", hits_keys, METH_NOARGS, "keys() -> [(key, score)]"},
    {"get", hits_get, METH_VARARGS, "get(i) -> dict"},
    {"spans", hits_spans, METH_VARARGS, "spans(i) -> [(field or -1, value, start, end, leaf)]"},
    {"snippet", (PyCFunction)(void (*)(void))hits_snippet, METH_VARARGS | METH_KEYWORDS,
     "snippet(i, **options) -> str"},
    {"explain", hits_explain, METH_VARARGS, "explain(i) -> (kind, value, name, parts)"},
    {"file", hits_file, METH_VARARGS, "file(i, root or None) -> (name, size, mtime_ns, freshness)"},
    {NULL, NULL, 0, NULL},
};

PyObject *
binding_make_hits(PyObject *module)
{
    static PyType_Slot slots[] = {
        {Py_tp_new, (void *)hits_new},
        {Py_tp_dealloc, (void *)hits_dealloc},
        {Py_tp_methods, hits_methods},
        {Py_tp_doc, (void *)"What Snapshot.search() returns."},
        {0, NULL},
    };
    static PyType_Spec spec = {
        .name = "rsearch._rsearch.Hits",
        .basicsize = sizeof(hits_object),
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };

    (void)module;
    return PyType_FromSpec(&spec);
}
