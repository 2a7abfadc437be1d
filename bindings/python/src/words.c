/* Completion and the words of an index: methods of Snapshot. */
#include "binding.h"

static PyObject *
suggestion_list(const rls_suggestions *suggestions)
{
    PyObject *list = PyList_New(0);

    for (uint32_t i = 0; list != NULL && i < rls_suggestions_count(suggestions); i++) {
        const rls_suggestion *one = rls_suggestions_get(suggestions, i);
        if (!binding_append(list,
                            Py_BuildValue("iNNKkkN", (int)one->kind, binding_text(one->text),
                                          binding_text(one->field), (unsigned long long)one->count,
                                          (unsigned long)one->start, (unsigned long)one->end,
                                          binding_text(one->query))))
            Py_CLEAR(list);
    }
    return list;
}

PyObject *
binding_suggest(rls_snapshot *snapshot, PyObject *arguments, const char *path)
{
    rls_suggest_options options = RLS_SUGGEST_OPTIONS_INIT;
    rls_suggestions    *suggestions;
    const char         *text;
    Py_ssize_t          size;
    unsigned int        limit, kinds;
    PyObject           *list;
    rls_error           err;
    rls_status          status;

    if (!PyArg_ParseTuple(arguments, "s#II", &text, &size, &limit, &kinds))
        return NULL;
    options.limit = limit;
    options.kinds = kinds;
    Py_BEGIN_ALLOW_THREADS
    status = rls_snapshot_suggest(snapshot, text, (size_t)size, &options, &suggestions, &err);
    Py_END_ALLOW_THREADS
    if (status != RLS_OK) {
        binding_raise(&err, path);
        return NULL;
    }
    list = suggestion_list(suggestions);
    rls_suggestions_close(suggestions);
    return list;
}

/* A walk over terms: entries are gathered with the GIL. */
typedef struct walk {
    binding_work work;
    PyObject    *list;
    Py_ssize_t   limit; /* negative: none */
} walk;

static bool
gather(void *context, const rls_term_entry *entry)
{
    walk *terms = context;
    bool  full;

    if (terms->limit == 0)
        return false;
    binding_work_take_gil(&terms->work);
    terms->work.failed = !binding_append(
        terms->list,
        Py_BuildValue("NNNKKk", binding_string(entry->word), binding_string(entry->form),
                      binding_string(entry->term), (unsigned long long)entry->documents,
                      (unsigned long long)entry->occurrences, (unsigned long)entry->edits));
    full = PyList_Size(terms->list) == terms->limit;
    binding_work_give_gil(&terms->work);
    return !terms->work.failed && !full;
}

PyObject *
binding_terms(rls_snapshot *snapshot, PyObject *arguments, const char *path)
{
    rls_terms_options options = RLS_TERMS_OPTIONS_INIT;
    walk              terms;
    const char       *pattern;
    Py_ssize_t        size;
    unsigned int      edits;
    int               match;
    rls_error         err;
    rls_status        status;

    if (!PyArg_ParseTuple(arguments, "s#iIn", &pattern, &size, &match, &edits, &terms.limit))
        return NULL;
    options.match = (rls_terms_match)match;
    options.edits = edits;
    options.cancel = binding_work_cancelled;
    options.cancel_context = &terms.work;
    terms.list = PyList_New(0);
    if (terms.list == NULL)
        return NULL;
    binding_work_begin(&terms.work, NULL);
    status = rls_snapshot_terms(snapshot, pattern, (size_t)size, &options, gather, &terms, &err);
    if (binding_work_end(&terms.work) && status == RLS_OK)
        return terms.list;
    if (!PyErr_Occurred())
        binding_raise(&err, path);
    Py_DECREF(terms.list);
    return NULL;
}
