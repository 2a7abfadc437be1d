/* The documents of a list that score best under the reference, kept with long lists: the best hits
 * of a single word are then found without a look at its other postings (champion lists; Brown 1995,
 * Strohman & Croft 2007). There are up to three lots of them, a larger one with longer lists. Each
 * is told exactly: no posting left out has an s above its floor, and all that are kept are above
 * it. */
#ifndef RLS_POSTINGS_BEST_POSTINGS_H
#define RLS_POSTINGS_BEST_POSTINGS_H

#include "base/buffer.h"
#include "postings/postings_cursor.h"

enum {
    RLS_BEST_LEAST_DOCS = 1024, /* shorter lists are quickly read */
    RLS_BEST_LOTS_MAX = 1400,   /* documents in the largest lot at most */
    RLS_BEST_GATHERED = 2 * (RLS_BEST_LOTS_MAX + 1)
};

/* While a list is written or checked. */
typedef struct rls_best_gatherer {
    uint32_t count;
    float    least;                   /* what is not above it is not among the best */
    uint64_t keys[RLS_BEST_GATHERED]; /* s, as its bits, << 32 | ~doc */
    uint64_t sorted[RLS_BEST_LOTS_MAX + 1], scratch[RLS_BEST_LOTS_MAX + 1];
    uint32_t docs[RLS_BEST_LOTS_MAX];
} rls_best_gatherer;

void rls_best_gatherer_clear(rls_best_gatherer *gatherer);

/* Makes room. */
void rls_best_gatherer_cut(rls_best_gatherer *gatherer);

static inline void
rls_best_gatherer_add(rls_best_gatherer *gatherer, uint32_t doc, float s)
{
    uint32_t bits;

    if (s <= gatherer->least)
        return;
    memcpy(&bits, &s, sizeof bits);
    gatherer->keys[gatherer->count++] = (uint64_t)bits << 32 | (UINT32_MAX - doc);
    if (gatherer->count == RLS_BEST_GATHERED)
        rls_best_gatherer_cut(gatherer);
}

/* The lots of a list of `doc_freq` postings. */
void rls_best_postings_put(rls_buffer *out, rls_best_gatherer *gatherer, uint32_t doc_freq,
                           uint32_t doc_count);
/* Sets best_postings and best_size of the list, which needs its doc_freq and doc_count; NULL on
 * damage. */
const uint8_t *rls_best_postings_open(rls_posting_list *list, const uint8_t *at,
                                      const uint8_t *end);

/* One lot. Its documents are told with their s, best first, or ascending without. */
typedef struct rls_best_lot {
    uint32_t       count;
    float          floor;
    bool           has_s;
    const uint8_t *at;
    uint32_t       size;
} rls_best_lot;

/* The smallest lot of the list with at least `count` documents; false when there is none. */
bool rls_best_postings_find(const rls_posting_list *list, uint32_t count, rls_best_lot *out_lot);
/* The documents of a lot, all below doc_count, into `docs`, and where has_s their s into `s`; false
 * on damage. */
bool rls_best_lot_read(const rls_posting_list *list, const rls_best_lot *lot, uint32_t *docs,
                       float *s);

#endif
