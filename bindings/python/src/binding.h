/* What the parts of the extension share. Only the limited API of CPython 3.9 is used, so that one
 * build serves all later versions. The package beside it (rsearch/) is what people see; here is the
 * C interface, handle by handle, with strings and lists for structs. */
#ifndef RSEARCH_BINDING_H
#define RSEARCH_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <releasesearch.h>

/* The types, made once with the module. */
typedef struct binding_state {
    PyObject *schema, *writer, *snapshot, *query, *synonyms, *hits;
} binding_state;

/* NULL with an exception when the module is gone. */
binding_state *binding_get_state(void);

/* --- binding.c: what everything needs --- */

/* Raises the exception of the package for @a err; @a file, which it is about, may be NULL. */
void binding_raise(const rls_error *err, const char *file);

/* Raises BadArgumentError: a handle was closed before. */
void binding_raise_closed(const char *what);

/* Text of the library as a str; what is no UTF-8 comes as U+FFFD. */
PyObject *binding_text(rls_text text);
/* The same of a string that ends with a NUL; None for NULL. */
PyObject *binding_string(const char *string);
/* The name of a file, which may be any bytes, as os.fsdecode() has it; None for NULL. */
PyObject *binding_file(const char *name);

/* Puts @a value, which is taken over, into a list that is being filled; false with an exception. */
bool binding_append(PyObject *list, PyObject *value);

/* A member of an options struct that a dict may set. */
typedef enum binding_kind {
    BINDING_BOOL,
    BINDING_U32,
    BINDING_U64,
    BINDING_I64,
    BINDING_SIZE,
    BINDING_ENUM,
    BINDING_FLOAT,
    BINDING_DOUBLE,
    BINDING_STRING /* borrowed from the dict's value; None: NULL */
} binding_kind;

typedef struct binding_member {
    const char  *name;
    binding_kind kind;
    size_t       offset;
} binding_member;

/* Sets members of @a options, as @a members (ended by a NULL name) tells, from the entries of
 * @a dict (NULL: none); other entries are left to the caller. False with an exception. */
bool binding_set(void *options, const binding_member *members, PyObject *dict);

/* A handle that one thread at a time may use. */
typedef struct binding_lock {
    PyThread_type_lock lock;
    unsigned long      owner;
} binding_lock;

bool binding_lock_init(binding_lock *lock);
void binding_lock_free(binding_lock *lock);
/* Waits without the GIL. False with an exception when this very thread is inside already. */
bool binding_lock_enter(binding_lock *lock);
void binding_lock_leave(binding_lock *lock);

/* Work without the GIL that looks now and then whether the user pressed Ctrl-C. Between begin and
 * end no Python object may be touched. */
typedef struct binding_work {
    PyThreadState *thread;
    uint64_t       next_look; /* nanoseconds of the clock */
    PyObject      *progress;  /* borrowed: asked with (documents, bytes), may be NULL */
    bool           failed;    /* an exception is set and waits */
} binding_work;

void binding_work_begin(binding_work *work, PyObject *progress);
/* False when an exception is set: then the status of the work does not matter any more. */
bool binding_work_end(binding_work *work);
/* A cancel callback; @a context is the work. */
bool binding_work_cancelled(void *context);
/* A progress callback; @a context is the work. */
bool binding_work_goes_on(void *context, uint64_t documents, uint64_t bytes);
/* The GIL for a moment within the work. */
void binding_work_take_gil(binding_work *work);
void binding_work_give_gil(binding_work *work);

/* --- the types: each file makes its own --- */

PyObject *binding_make_schema(PyObject *module);
PyObject *binding_make_writer(PyObject *module);
PyObject *binding_make_snapshot(PyObject *module);
PyObject *binding_make_query(PyObject *module);
PyObject *binding_make_synonyms(PyObject *module);
PyObject *binding_make_hits(PyObject *module);

/* The handle inside an object of a type, or NULL with an exception. */
const rls_schema   *binding_schema_of(PyObject *object);
const rls_query    *binding_query_of(PyObject *object);
const rls_synonyms *binding_synonyms_of(PyObject *object);

/* Takes over @a hits, also when it fails. */
PyObject *binding_wrap_hits(rls_hits *hits, const char *path);

/* --- search_options.c --- */

enum {
    BINDING_SORTS = 3,
    BINDING_LISTED = 64
};

/* Options with the arrays that they point to. */
typedef struct binding_search {
    rls_search_options options;
    rls_sort_key       sort[BINDING_SORTS];
    rls_facet_request  facets[BINDING_LISTED];
    rls_field_weight   weights[BINDING_LISTED];
    binding_work       work;
} binding_search;

/* Reads @a dict, which must live as long as @a search. False with an exception. */
bool binding_search_read(binding_search *search, PyObject *dict);

/* --- words.c: methods of a snapshot that tell words --- */

/* [(kind, text, field, count, start, end, query)] */
PyObject *binding_suggest(rls_snapshot *snapshot, PyObject *arguments, const char *path);
/* [(word, form, term, documents, occurrences, edits)] */
PyObject *binding_terms(rls_snapshot *snapshot, PyObject *arguments, const char *path);

#endif
