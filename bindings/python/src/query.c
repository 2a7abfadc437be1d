/* Query: parsed or built. The package builds one for each search; nobody changes it afterwards. */
#include "binding.h"

typedef struct query_object {
    PyObject_HEAD rls_query *query;
} query_object;

static rls_query *
query_in(PyObject *object)
{
    return ((query_object *)object)->query;
}

static PyObject *
result(rls_status status, const rls_error *err)
{
    if (status != RLS_OK) {
        binding_raise(err, NULL);
        return NULL;
    }
    Py_RETURN_NONE;
}

/* Of a text, or of a group that is to be filled. */
static PyObject *
query_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    query_object *self;
    const char   *text;
    Py_ssize_t    size;
    int           strict, group;
    rls_error     err;
    rls_status    status;

    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "z#pi", &text, &size, &strict, &group))
        return NULL;
    self = (query_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self == NULL)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    if (text != NULL)
        status = rls_query_parse(text, (size_t)size, strict != 0, &self->query, &err);
    else
        status = rls_query_create((rls_group)group, &self->query, &err);
    Py_END_ALLOW_THREADS
    if (status != RLS_OK) {
        binding_raise(&err, NULL);
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void
query_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);

    rls_query_close(query_in(object));
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *
query_notes(PyObject *object, PyObject *nothing)
{
    PyObject   *list = PyList_New(0);
    const char *message;
    uint32_t    start, end;

    (void)nothing;
    for (uint32_t i = 0;
         list != NULL && (message = rls_query_get_note(query_in(object), i, &start, &end)) != NULL;
         i++)
        if (!binding_append(list, Py_BuildValue("Nkk", binding_string(message),
                                                (unsigned long)start, (unsigned long)end)))
            Py_CLEAR(list);
    return list;
}

/* --- groups --- */

static PyObject *
query_narrow(PyObject *object, PyObject *nothing)
{
    rls_error err;

    (void)nothing;
    return result(rls_query_narrow(query_in(object), &err), &err);
}

static PyObject *
query_open_group(PyObject *object, PyObject *arguments)
{
    int       group, role;
    rls_error err;

    if (!PyArg_ParseTuple(arguments, "ii", &group, &role))
        return NULL;
    return result(rls_query_open_group(query_in(object), (rls_group)group, (rls_role)role, &err),
                  &err);
}

static PyObject *
query_open_near(PyObject *object, PyObject *arguments)
{
    unsigned int distance;
    int          ordered, role;
    rls_error    err;

    if (!PyArg_ParseTuple(arguments, "Ipi", &distance, &ordered, &role))
        return NULL;
    return result(
        rls_query_open_near(query_in(object), distance, ordered != 0, (rls_role)role, &err), &err);
}

static PyObject *
query_weigh_group(PyObject *object, PyObject *boost)
{
    double    factor = PyFloat_AsDouble(boost);
    rls_error err;

    if (PyErr_Occurred())
        return NULL;
    return result(rls_query_weigh_group(query_in(object), (float)factor, &err), &err);
}

static PyObject *
query_close_group(PyObject *object, PyObject *nothing)
{
    rls_error err;

    (void)nothing;
    return result(rls_query_close_group(query_in(object), &err), &err);
}

/* --- leaves --- */

static PyObject *
query_word(PyObject *object, PyObject *arguments)
{
    const char *field, *word;
    int         exact, role;
    float       boost;
    rls_error   err;

    if (!PyArg_ParseTuple(arguments, "zspfi", &field, &word, &exact, &boost, &role))
        return NULL;
    return result(
        rls_query_word(query_in(object), field, word, exact != 0, boost, (rls_role)role, &err),
        &err);
}

static PyObject *
query_phrase(PyObject *object, PyObject *arguments)
{
    rls_phrase_options options = RLS_PHRASE_OPTIONS_INIT;
    const char        *field, *phrase;
    int                stems, exact, role;
    unsigned int       distance;
    float              boost;
    rls_error          err;

    if (!PyArg_ParseTuple(arguments, "zsppIfi", &field, &phrase, &stems, &exact, &distance, &boost,
                          &role))
        return NULL;
    options.stems = stems != 0;
    options.exact = exact != 0;
    options.distance = distance;
    return result(rls_query_phrase_with(query_in(object), field, phrase, &options, boost,
                                        (rls_role)role, &err),
                  &err);
}

typedef rls_status (*add_pattern)(rls_query *, const char *, const char *, float, rls_role,
                                  rls_error *);

static PyObject *
pattern(PyObject *object, PyObject *arguments, add_pattern add)
{
    const char *field, *text;
    int         role;
    float       boost;
    rls_error   err;

    if (!PyArg_ParseTuple(arguments, "zsfi", &field, &text, &boost, &role))
        return NULL;
    return result(add(query_in(object), field, text, boost, (rls_role)role, &err), &err);
}

static PyObject *
query_prefix(PyObject *object, PyObject *arguments)
{
    return pattern(object, arguments, rls_query_prefix);
}

static PyObject *
query_wildcard(PyObject *object, PyObject *arguments)
{
    return pattern(object, arguments, rls_query_wildcard);
}

static PyObject *
query_regex(PyObject *object, PyObject *arguments)
{
    return pattern(object, arguments, rls_query_regex);
}

static PyObject *
query_fuzzy(PyObject *object, PyObject *arguments)
{
    const char  *field, *word;
    unsigned int edits;
    int          role;
    float        boost;
    rls_error    err;

    if (!PyArg_ParseTuple(arguments, "zsIfi", &field, &word, &edits, &boost, &role))
        return NULL;
    return result(
        rls_query_fuzzy(query_in(object), field, word, edits, boost, (rls_role)role, &err), &err);
}

static PyObject *
query_exists(PyObject *object, PyObject *arguments)
{
    const char *field;
    int         role;
    rls_error   err;

    if (!PyArg_ParseTuple(arguments, "si", &field, &role))
        return NULL;
    return result(rls_query_exists(query_in(object), field, (rls_role)role, &err), &err);
}

static PyObject *
query_all(PyObject *object, PyObject *arguments)
{
    int       role;
    rls_error err;

    if (!PyArg_ParseTuple(arguments, "i", &role))
        return NULL;
    return result(rls_query_all(query_in(object), (rls_role)role, &err), &err);
}

static PyObject *
query_value(PyObject *object, PyObject *arguments)
{
    const char *field, *value;
    int         role;
    rls_error   err;

    if (!PyArg_ParseTuple(arguments, "ssi", &field, &value, &role))
        return NULL;
    return result(rls_query_value(query_in(object), field, value, (rls_role)role, &err), &err);
}

static PyObject *
query_range(PyObject *object, PyObject *arguments)
{
    const char *field, *from, *to;
    int         role;
    rls_error   err;

    if (!PyArg_ParseTuple(arguments, "szzi", &field, &from, &to, &role))
        return NULL;
    return result(rls_query_range(query_in(object), field, from, to, (rls_role)role, &err), &err);
}

static PyMethodDef query_methods[] = {
    {"notes", query_notes, METH_NOARGS, "notes() -> [(message, start, end)]"},
    {"narrow", query_narrow, METH_NOARGS, "narrow()"},
    {"open_group", query_open_group, METH_VARARGS, "open_group(group, role)"},
    {"open_near", query_open_near, METH_VARARGS, "open_near(distance, ordered, role)"},
    {"weigh_group", query_weigh_group, METH_O, "weigh_group(boost)"},
    {"close_group", query_close_group, METH_NOARGS, "close_group()"},
    {"word", query_word, METH_VARARGS, "word(field, word, exact, boost, role)"},
    {"phrase", query_phrase, METH_VARARGS,
     "phrase(field, phrase, stems, exact, distance, boost, role)"},
    {"prefix", query_prefix, METH_VARARGS, "prefix(field, prefix, boost, role)"},
    {"wildcard", query_wildcard, METH_VARARGS, "wildcard(field, pattern, boost, role)"},
    {"regex", query_regex, METH_VARARGS, "regex(field, pattern, boost, role)"},
    {"fuzzy", query_fuzzy, METH_VARARGS, "fuzzy(field, word, edits, boost, role)"},
    {"exists", query_exists, METH_VARARGS, "exists(field, role)"},
    {"all", query_all, METH_VARARGS, "all(role)"},
    {"value", query_value, METH_VARARGS, "value(field, value, role)"},
    {"range", query_range, METH_VARARGS, "range(field, from, to, role)"},
    {NULL, NULL, 0, NULL},
};

PyObject *
binding_make_query(PyObject *module)
{
    static PyType_Slot slots[] = {
        {Py_tp_new, (void *)query_new},
        {Py_tp_dealloc, (void *)query_dealloc},
        {Py_tp_methods, query_methods},
        {Py_tp_doc, (void *)"Query(text or None, strict, group)"},
        {0, NULL},
    };
    static PyType_Spec spec = {
        .name = "rsearch._rsearch.Query",
        .basicsize = sizeof(query_object),
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };

    (void)module;
    return PyType_FromSpec(&spec);
}

const rls_query *
binding_query_of(PyObject *object)
{
    binding_state *state = binding_get_state();

    if (state == NULL)
        return NULL;
    if (!PyObject_TypeCheck(object, (PyTypeObject *)state->query)) {
        PyErr_SetString(PyExc_TypeError, "not a query");
        return NULL;
    }
    return query_in(object);
}
