/* What the files that take scores apart share: explain.c and explain_refinement.c. */
#ifndef RLS_SEARCH_EXPLAINING_H
#define RLS_SEARCH_EXPLAINING_H

#include "search/leaf_scorer.h"

typedef struct rls_explaining {
    rls_search_state        state;
    const rls_segment_view *view;
    uint32_t                doc;
    rls_search_fields       fields; /* parameters of the snapshot's fields */
    double                  step;   /* all contributions are multiples of it */
    rls_arena              *arena;
    rls_error              *err;
} rls_explaining;

rls_status rls_explain_no_memory(const rls_explaining *work);

/* Sets kind and name. */
rls_status rls_explain_make(const rls_explaining *work, rls_factor *out, rls_factor_kind kind,
                            const char *format, ...) RLS_PRINTF(4, 5);
rls_status rls_explain_number(const rls_explaining *work, rls_factor *out, const char *name,
                              double value);
/* Room for `count` parts, zeroed; the caller fills them in. */
rls_factor *rls_explain_parts(const rls_explaining *work, rls_factor *whole, uint32_t count);
/* T / (T + k1), T by fields from ascending keys of one document; without keys T alone. */
rls_status rls_explain_saturation(const rls_explaining *work, float t, const uint64_t *keys,
                                  size_t count, rls_factor *out);

/* What the second look adds to the document; no parts where it adds nothing. */
rls_status rls_explain_refinement(rls_explaining *work, rls_factor *out);

#endif
