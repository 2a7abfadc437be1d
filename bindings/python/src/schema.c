/* Schema and Synonyms: made once, read by others. */
#include "binding.h"

typedef struct schema_object {
    PyObject_HEAD rls_schema *schema;
} schema_object;

static PyObject *
schema_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    schema_object *self;
    const char    *yaml, *name;
    Py_ssize_t     size;
    rls_error      err;
    rls_status     status;

    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "z#s", &yaml, &size, &name))
        return NULL;
    self = (schema_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self == NULL)
        return NULL;
    status = yaml == NULL ? rls_schema_create(&self->schema, &err)
                          : rls_schema_read(yaml, (size_t)size, name, &self->schema, &err);
    if (status != RLS_OK) {
        binding_raise(&err, name[0] == '\0' ? NULL : name);
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void
schema_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);

    rls_schema_close(((schema_object *)object)->schema);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *
schema_field(PyObject *object, PyObject *arguments)
{
    const char  *field, *language;
    unsigned int kinds;
    float        weight;
    rls_error    err;

    if (!PyArg_ParseTuple(arguments, "sIfz", &field, &kinds, &weight, &language))
        return NULL;
    if (rls_schema_field(((schema_object *)object)->schema, field, kinds, weight, language, &err) !=
        RLS_OK) {
        binding_raise(&err, NULL);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef schema_methods[] = {
    {"field", schema_field, METH_VARARGS, "field(name, kinds, weight, language)"},
    {NULL, NULL, 0, NULL},
};

PyObject *
binding_make_schema(PyObject *module)
{
    static PyType_Slot slots[] = {
        {Py_tp_new, (void *)schema_new},
        {Py_tp_dealloc, (void *)schema_dealloc},
        {Py_tp_methods, schema_methods},
        {Py_tp_doc, (void *)"Schema(yaml or None, name of its file or \"\")"},
        {0, NULL},
    };
    static PyType_Spec spec = {
        .name = "rsearch._rsearch.Schema",
        .basicsize = sizeof(schema_object),
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };

    (void)module;
    return PyType_FromSpec(&spec);
}

const rls_schema *
binding_schema_of(PyObject *object)
{
    binding_state *state = binding_get_state();

    if (state == NULL)
        return NULL;
    if (!PyObject_TypeCheck(object, (PyTypeObject *)state->schema)) {
        PyErr_SetString(PyExc_TypeError, "not a schema");
        return NULL;
    }
    return ((schema_object *)object)->schema;
}

/* --- synonyms --- */

typedef struct synonyms_object {
    PyObject_HEAD rls_synonyms *synonyms;
} synonyms_object;

static PyObject *
synonyms_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    synonyms_object *self;
    const char      *text;
    Py_ssize_t       size;
    rls_error        err;

    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "s#", &text, &size))
        return NULL;
    self = (synonyms_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self == NULL)
        return NULL;
    if (rls_synonyms_parse(text, (size_t)size, &self->synonyms, &err) != RLS_OK) {
        binding_raise(&err, NULL);
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void
synonyms_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);

    rls_synonyms_close(((synonyms_object *)object)->synonyms);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static Py_ssize_t
synonyms_length(PyObject *object)
{
    return (Py_ssize_t)rls_synonyms_count(((synonyms_object *)object)->synonyms);
}

PyObject *
binding_make_synonyms(PyObject *module)
{
    static PyType_Slot slots[] = {
        {Py_tp_new, (void *)synonyms_new},
        {Py_tp_dealloc, (void *)synonyms_dealloc},
        {Py_sq_length, (void *)synonyms_length},
        {Py_tp_doc, (void *)"Synonyms(text): one rule a line"},
        {0, NULL},
    };
    static PyType_Spec spec = {
        .name = "rsearch._rsearch.Synonyms",
        .basicsize = sizeof(synonyms_object),
        .flags = Py_TPFLAGS_DEFAULT,
        .slots = slots,
    };

    (void)module;
    return PyType_FromSpec(&spec);
}

const rls_synonyms *
binding_synonyms_of(PyObject *object)
{
    binding_state *state = binding_get_state();

    if (state == NULL)
        return NULL;
    if (!PyObject_TypeCheck(object, (PyTypeObject *)state->synonyms)) {
        PyErr_SetString(PyExc_TypeError, "not synonyms");
        return NULL;
    }
    return ((synonyms_object *)object)->synonyms;
}
