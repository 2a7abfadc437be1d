/* A dict → rls_search_options. */
#include "binding.h"

static const binding_member members[] = {
    {"limit", BINDING_U32, offsetof(rls_search_options, limit)},
    {"skip", BINDING_U32, offsetof(rls_search_options, skip)},
    {"k1", BINDING_FLOAT, offsetof(rls_search_options, k1)},
    {"b", BINDING_FLOAT, offsetof(rls_search_options, b)},
    {"match", BINDING_ENUM, offsetof(rls_search_options, match)},
    {"exhaustive", BINDING_BOOL, offsetof(rls_search_options, exhaustive)},
    {"exact_total", BINDING_BOOL, offsetof(rls_search_options, exact_total)},
    {"deadline_ms", BINDING_U32, offsetof(rls_search_options, deadline_ms)},
    {"after", BINDING_STRING, offsetof(rls_search_options, after)},
    {"recency_half_life_days", BINDING_DOUBLE,
     offsetof(rls_search_options, recency_half_life_days)},
    {"recency_field", BINDING_STRING, offsetof(rls_search_options, recency_field)},
    {"recency_now", BINDING_I64, offsetof(rls_search_options, recency_now)},
    {"year_boost", BINDING_DOUBLE, offsetof(rls_search_options, year_boost)},
    {"collapse", BINDING_ENUM, offsetof(rls_search_options, collapse)},
    {"synonym_weight", BINDING_FLOAT, offsetof(rls_search_options, synonym_weight)},
    {"ranking", BINDING_ENUM, offsetof(rls_search_options, ranking)},
    {"expand", BINDING_BOOL, offsetof(rls_search_options, expand)},
    {NULL, BINDING_BOOL, 0},
};

/* The list under @a name with at most @a most entries; an absent one has none. */
static bool
find_list(PyObject *dict, const char *name, Py_ssize_t most, PyObject **out_list,
          uint32_t *out_count)
{
    *out_list = PyDict_GetItemString(dict, name);
    *out_count = 0;
    if (*out_list == NULL)
        return true;
    if (!PyList_Check(*out_list) || PyList_Size(*out_list) > most) {
        PyErr_Format(PyExc_ValueError, "%s has at most %zd entries", name, most);
        return false;
    }
    *out_count = (uint32_t)PyList_Size(*out_list);
    return true;
}

static bool
read_sort(binding_search *search, PyObject *dict)
{
    PyObject *list;

    if (!find_list(dict, "sort", BINDING_SORTS, &list, &search->options.sort_count))
        return false;
    for (uint32_t i = 0; i < search->options.sort_count; i++) {
        int descending;
        if (!PyArg_ParseTuple(PyList_GetItem(list, i), "zp", &search->sort[i].field, &descending))
            return false;
        search->sort[i].descending = descending != 0;
    }
    search->options.sort = search->sort;
    return true;
}

static bool
read_facets(binding_search *search, PyObject *dict)
{
    PyObject *list;

    if (!find_list(dict, "facets", BINDING_LISTED, &list, &search->options.facet_count))
        return false;
    for (uint32_t i = 0; i < search->options.facet_count; i++) {
        rls_facet_request *facet = &search->facets[i];
        int                kind, order, leave_out;
        unsigned int       limit;
        if (!PyArg_ParseTuple(PyList_GetItem(list, i), "siiIp", &facet->field, &kind, &order,
                              &limit, &leave_out))
            return false;
        facet->kind = (rls_facet_kind)kind;
        facet->order = (rls_facet_order)order;
        facet->limit = limit;
        facet->leave_out_own_filter = leave_out != 0;
    }
    search->options.facets = search->facets;
    return true;
}

static bool
read_weights(binding_search *search, PyObject *dict)
{
    PyObject *list;

    if (!find_list(dict, "weights", BINDING_LISTED, &list, &search->options.weight_count))
        return false;
    for (uint32_t i = 0; i < search->options.weight_count; i++)
        if (!PyArg_ParseTuple(PyList_GetItem(list, i), "sf", &search->weights[i].field,
                              &search->weights[i].weight))
            return false;
    search->options.weights = search->weights;
    return true;
}

bool
binding_search_read(binding_search *search, PyObject *dict)
{
    static const rls_search_options defaults = RLS_SEARCH_OPTIONS_INIT;
    PyObject                       *synonyms = PyDict_GetItemString(dict, "synonyms");

    search->options = defaults;
    search->options.cancel = binding_work_cancelled;
    search->options.context = &search->work;
    if (synonyms != NULL) {
        search->options.synonyms = binding_synonyms_of(synonyms);
        if (search->options.synonyms == NULL)
            return false;
    }
    return binding_set(&search->options, members, dict) && read_sort(search, dict) &&
           read_facets(search, dict) && read_weights(search, dict);
}
