/* Checking a segment, section by section; for the files of this folder. Nothing that one check
 * found true is believed by the next. */
#ifndef RLS_SEGMENT_SEGMENT_CHECK_H
#define RLS_SEGMENT_SEGMENT_CHECK_H

#include "segment/segment_handle.h"

typedef struct rls_segment_check_state {
    const rls_segment   *segment;
    const rls_live_docs *live; /* or NULL */
    void (*problem)(void *context, const char *section, const char *message);
    void    *context;
    uint64_t problem_count;
} rls_segment_check_state;

/* One line to the caller. At most RLS_CHECK_PROBLEMS of them are told. */
enum {
    RLS_CHECK_PROBLEMS = 100
};
void rls_segment_check_report(rls_segment_check_state *state, rls_section section,
                              const char *format, ...) RLS_PRINTF(3, 4);

/* Tells a damage that a reader found, and goes on: RLS_OK. Other failures, such as no memory, are
 * given back. */
rls_status rls_segment_check_failed(rls_segment_check_state *state, rls_section section,
                                    rls_status status, const rls_error *error, rls_error *err);

rls_status rls_segment_check_keys(rls_segment_check_state *state, rls_error *err);
rls_status rls_segment_check_sources(rls_segment_check_state *state, rls_error *err);
rls_status rls_segment_check_norms(rls_segment_check_state *state, rls_error *err);
rls_status rls_segment_check_columns(rls_segment_check_state *state, rls_error *err);
rls_status rls_segment_check_stored(rls_segment_check_state *state, rls_error *err);
rls_status rls_segment_check_terms(rls_segment_check_state *state, rls_error *err);

#endif
