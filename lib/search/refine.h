/* A second look at the documents that came first: what would cost too much to ask of all. To their
 * scores is added, each rounded on the scale of the query as all contributions are,
 *
 *   0.2  of a word's weight × saturation of the occurrences that are written as in the query,
 *        where the word is in at most one of 16 documents (idf >= ln 16),
 *   0.2  of the lesser weight of two words next to each other in the query × saturation of the
 *        times they stand near each other, each occurrence in one of them,
 *   0.25 of a function word's weight × saturation, where it was left out of the query.
 *
 * Saturations are those of BM25F. Nothing is taken away, so the first stay before all others, and
 * the order of everything is that of (all words there, score, key) still.
 *
 * Term dependence after Metzler & Croft, "A Markov random field model for term dependencies"
 * (2005), and Büttcher, Clarke & Lushman, "Term proximity scoring for ad-hoc retrieval on very
 * large text collections" (2006). */
#ifndef RLS_SEARCH_REFINE_H
#define RLS_SEARCH_REFINE_H

#include "search/search_state.h"

enum {
    RLS_REFINED = 12,     /* documents; long lists keep as many and more, best_postings.h */
    RLS_REFINED_NEAR = 7, /* positions between two that are near each other, at most */
};

typedef enum rls_refine_kind {
    RLS_REFINE_WRITTEN, /* leaf `left`, its term `term` */
    RLS_REFINE_NEAR,    /* leaves `left` and `right` */
    RLS_REFINE_ASIDE    /* leaf `left`, its term `term` */
} rls_refine_kind;

/* The share of the weight that a part has, as above. */
static inline double
rls_refine_share(rls_refine_kind kind)
{
    static const double shares[] = {
        [RLS_REFINE_WRITTEN] = 0.2, [RLS_REFINE_NEAR] = 0.2, [RLS_REFINE_ASIDE] = 0.25};

    return shares[kind];
}

typedef struct rls_refine_part {
    rls_refine_kind kind;
    uint32_t        left, right, term;
    float           scaled_weight;
} rls_refine_part;

typedef struct rls_refinement {
    uint32_t         leaf_count, part_count;
    uint32_t        *leaves; /* that the parts are about */
    rls_refine_part *parts;
} rls_refinement;

/* Sets plan.refinement where there is something to look at, with weights not on the scale yet;
 * *out_weight is what it can add at most. */
rls_status rls_refinement_make(rls_search_state *state, double *out_weight);

/* One segment. Made in state->scratch. */
typedef struct rls_refiner rls_refiner;
rls_status                 rls_refiner_open(rls_search_state *state, const rls_segment_view *view,
                                            rls_refiner **out_refiner);
/* Goes to a document, which may lie anywhere. */
void rls_refiner_seek(rls_refiner *refiner, uint32_t doc);
/* T of a part in that document; 0 where there is nothing. */
rls_status rls_refiner_t(rls_refiner *refiner, const rls_refine_part *part, float *out_t);
/* What all parts add there. */
rls_status rls_refiner_score(rls_refiner *refiner, uint32_t doc, uint32_t *out_score);

#endif
