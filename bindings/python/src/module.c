/* The module rsearch._rsearch: its types and a few constants. */
#include "binding.h"

static struct PyModuleDef module_definition;

binding_state *
binding_get_state(void)
{
    PyObject *module = PyState_FindModule(&module_definition);

    if (module == NULL)
        PyErr_SetString(PyExc_SystemError, "rsearch._rsearch is not loaded");
    return module == NULL ? NULL : PyModule_GetState(module);
}

static int
visit_state(PyObject *module, visitproc visit, void *arg)
{
    binding_state *state = PyModule_GetState(module);

    Py_VISIT(state->schema);
    Py_VISIT(state->writer);
    Py_VISIT(state->snapshot);
    Py_VISIT(state->query);
    Py_VISIT(state->synonyms);
    Py_VISIT(state->hits);
    return 0;
}

static int
clear_state(PyObject *module)
{
    binding_state *state = PyModule_GetState(module);

    Py_CLEAR(state->schema);
    Py_CLEAR(state->writer);
    Py_CLEAR(state->snapshot);
    Py_CLEAR(state->query);
    Py_CLEAR(state->synonyms);
    Py_CLEAR(state->hits);
    return 0;
}

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "rsearch._rsearch",
    .m_doc = "The C interface of libreleasesearch; use the package rsearch instead.",
    .m_size = sizeof(binding_state),
    .m_traverse = visit_state,
    .m_clear = clear_state,
};

static const struct {
    const char *name;
    PyObject *(*make)(PyObject *module);
    size_t offset; /* of the type in the state */
} types[] = {
    {"Schema", binding_make_schema, offsetof(binding_state, schema)},
    {"Writer", binding_make_writer, offsetof(binding_state, writer)},
    {"Snapshot", binding_make_snapshot, offsetof(binding_state, snapshot)},
    {"Query", binding_make_query, offsetof(binding_state, query)},
    {"Synonyms", binding_make_synonyms, offsetof(binding_state, synonyms)},
    {"Hits", binding_make_hits, offsetof(binding_state, hits)},
};

static bool
add_types(PyObject *module)
{
    char *state = PyModule_GetState(module);

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        PyObject *type = types[i].make(module);
        if (type == NULL)
            return false;
        *(PyObject **)(state + types[i].offset) = type;
        Py_INCREF(type);
        if (PyModule_AddObject(module, types[i].name, type) != 0) {
            Py_DECREF(type);
            return false;
        }
    }
    return true;
}

/* The names of all statuses that are errors, in the order of their numbers. */
static bool
add_statuses(PyObject *module)
{
    PyObject *names = PyList_New(0);
    bool      done = names != NULL;

    for (int status = RLS_NO_MEMORY; done && status >= RLS_EXISTS; status--)
        done = binding_append(names, PyUnicode_FromString(rls_status_name((rls_status)status)));
    if (done)
        done = PyModule_AddObject(module, "statuses", names) == 0;
    if (!done)
        Py_XDECREF(names);
    return done;
}

PyMODINIT_FUNC PyInit__rsearch(void);

PyMODINIT_FUNC
PyInit__rsearch(void)
{
    PyObject *module = PyModule_Create(&module_definition);

    if (module == NULL)
        return NULL;
    if (PyState_AddModule(module, &module_definition) != 0 || !add_types(module) ||
        !add_statuses(module) ||
        PyModule_AddStringConstant(module, "version", rls_version()) != 0 ||
        PyModule_AddIntConstant(module, "index_format", (long)rls_index_format()) != 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
