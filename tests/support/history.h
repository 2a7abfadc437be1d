/* What happens to an index in its life, in small: it is built, updated, deleted from, committed to
 * until its segments merge, left mostly deleted, optimized, and updated again. The exams run it
 * while something fails, and know what the index may hold then. */
#ifndef RLS_TESTS_HISTORY_H
#define RLS_TESTS_HISTORY_H

#include "support/model.h"

enum {
    HISTORY_STEPS = 12, /* each ends with a commit */
    HISTORY_NEXT        /* as a step: what the next writer makes of it */
};

typedef struct history {
    model  states[HISTORY_NEXT + 1]; /* [n]: after n steps; [0]: an empty index or none */
    size_t marks[HISTORY_STEPS + 1]; /* *clock when step n had been committed */
    size_t done;                     /* steps whose commit returned RLS_OK */
    bool   has_next;                 /* history_goes_on() was here */
} history;

typedef struct history_options {
    uint32_t      threads;
    bool          retry; /* what fails is rolled back and tried once more */
    const size_t *clock; /* read at each commit; may be NULL */
} history_options;

/* Runs the steps with one writer until one fails. `err` is of the first failure, even when the
 * second try succeeds. */
rls_status history_run(history *past, rls_heap *heap, rls_directory *directory,
                       const history_options *options, rls_error *err);

/* Whether the index holds the state after `done` steps, or that of the commit which was coming, or
 * that of the next writer; *out_step is which. No index at all counts as 0 steps. Verifies
 * checksums and structure, compares with the model. */
bool history_holds(const history *past, size_t done, rls_heap *heap, rls_directory *directory,
                   size_t *out_step);

/* The next writer finds the state of `step`, adds to it, commits, and leaves no file but those of
 * the commit. */
bool history_goes_on(history *past, size_t step, rls_heap *heap, rls_directory *directory);

#endif
