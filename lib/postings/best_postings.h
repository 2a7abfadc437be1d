/* The few documents of a list that score best under the reference, kept with long lists: the best
 * hits of a single word are then found without a look at its other postings (champion lists; Brown
 * 1995, Strohman & Croft 2007). They are told exactly: no posting left out has an s above `floor`,
 * and all that are kept are above it. */
#ifndef RLS_POSTINGS_BEST_POSTINGS_H
#define RLS_POSTINGS_BEST_POSTINGS_H

#include "base/buffer.h"
#include "postings/postings_cursor.h"

enum {
    RLS_BEST_LEAST_DOCS = 1024 /* shorter lists are quickly read */
};

/* While a list is written or checked. */
typedef struct rls_best_gatherer {
    uint32_t count; /* of the best so far, one more than are kept, best first */
    float    s[RLS_BEST_MAX + 1];
    uint32_t docs[RLS_BEST_MAX + 1];
} rls_best_gatherer;

void rls_best_gatherer_clear(rls_best_gatherer *gatherer);

void rls_best_gatherer_insert(rls_best_gatherer *gatherer, uint32_t doc, float s);

static inline void
rls_best_gatherer_add(rls_best_gatherer *gatherer, uint32_t doc, float s)
{
    if (gatherer->count <= RLS_BEST_MAX || s > gatherer->s[RLS_BEST_MAX])
        rls_best_gatherer_insert(gatherer, doc, s);
}

/* How many are kept, and the greatest s of the others: postings as good as one that is left out are
 * left out, too. */
uint32_t rls_best_gatherer_end(const rls_best_gatherer *gatherer, float *out_floor);

void rls_best_postings_put(rls_buffer *out, const rls_best_gatherer *gatherer, uint32_t doc_count);
/* Sets best_docs, best_count and best_floor of the list; NULL on damage. */
const uint8_t *rls_best_postings_open(rls_posting_list *list, const uint8_t *at,
                                      const uint8_t *end);
/* Number i of list->best_count, and its s under the reference. */
uint32_t rls_best_postings_doc(const rls_posting_list *list, uint32_t i);
float    rls_best_postings_s(const rls_posting_list *list, uint32_t i);

#endif
