#include "search/refine.h"

#include "base/sort.h"
#include "search/leaf_terms.h"

enum {
    ASIDES_MAX = 64,
    TOLD_BY_FORM = 16, /* words in more than one of so many documents are not, and cost most */
    NO_LEAF = UINT32_MAX
};

typedef struct refined_term {
    rls_leaf_term   term;
    const uint64_t *written; /* forms as in the query; NULL: all */
    bool            never_written, is_there;
} refined_term;

typedef struct refined_leaf {
    uint32_t      leaf, term_count;
    refined_term *terms; /* that the segment has */
    bool          is_there, has_keys;
    size_t        first_key, end_key; /* of its positions in state->keys */
} refined_leaf;

struct rls_refiner {
    rls_search_state       *state;
    const rls_segment_view *view;
    uint32_t                doc, leaf_count;
    refined_leaf           *leaves;
    size_t                  key_count;
};

/* --- what is looked at --- */

static bool
has_leaf(const rls_refinement *refinement, uint32_t leaf)
{
    for (uint32_t i = 0; i < refinement->leaf_count; i++)
        if (refinement->leaves[i] == leaf)
            return true;
    return false;
}

static bool
has_pair(const rls_refinement *refinement, uint32_t left, uint32_t right)
{
    for (uint32_t i = 0; i < refinement->part_count; i++) {
        const rls_refine_part *part = &refinement->parts[i];
        if (part->kind == RLS_REFINE_NEAR && ((part->left == left && part->right == right) ||
                                              (part->left == right && part->right == left)))
            return true;
    }
    return false;
}

/* `part` has the whole weight that it takes a share of. */
static void
add_part(rls_refinement *refinement, rls_refine_part part, double *weight)
{
    part.scaled_weight *= (float)rls_refine_share(part.kind);
    if (!(part.scaled_weight > 0.0f))
        return;
    refinement->parts[refinement->part_count++] = part;
    *weight += (double)part.scaled_weight;
}

/* A part for each term of a leaf. */
static void
add_leaf(const rls_plan *plan, rls_refinement *refinement, uint32_t number, rls_refine_kind kind,
         double *weight)
{
    const rls_plan_leaf *leaf = &plan->leaves[number];

    refinement->leaves[refinement->leaf_count++] = number;
    for (uint32_t t = 0; t < leaf->words[0].term_count; t++) {
        float idf = leaf->scaled_weights[t] / leaf->boost;
        if (kind == RLS_REFINE_ASIDE || idf >= (float)log(TOLD_BY_FORM))
            add_part(refinement,
                     (rls_refine_part){kind, number, NO_LEAF, t, leaf->scaled_weights[t]}, weight);
    }
}

rls_status
rls_refinement_make(rls_search_state *state, double *out_weight)
{
    rls_plan       *plan = &state->plan;
    rls_refinement *made;
    uint32_t        asides[ASIDES_MAX], aside_count = 0;
    size_t          parts = 0;

    *out_weight = 0.0;
    for (uint32_t i = 0; i < plan->leaf_count && aside_count < ASIDES_MAX; i++) {
        if (!plan->leaves[i].aside)
            continue;
        asides[aside_count++] = i;
        parts += plan->leaves[i].words[0].term_count;
    }
    for (uint32_t i = 0; i < plan->word_count; i++)
        parts += (size_t)1 + plan->leaves[plan->words[i].leaf].words[0].term_count;
    if (parts == 0)
        return RLS_OK;
    made = rls_arena_alloc_zeroed(state->arena, 1, sizeof(*made));
    if (made == NULL)
        return rls_search_no_memory(state);
    made->leaves =
        rls_arena_alloc(state->arena, (aside_count + plan->word_count) * sizeof(*made->leaves));
    made->parts = rls_arena_alloc(state->arena, parts * sizeof(*made->parts));
    if (made->leaves == NULL || made->parts == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < plan->word_count; i++)
        if (!has_leaf(made, plan->words[i].leaf))
            add_leaf(plan, made, plan->words[i].leaf, RLS_REFINE_WRITTEN, out_weight);
    for (uint32_t i = 1; i < plan->word_count; i++) {
        uint32_t left = plan->words[i - 1].leaf, right = plan->words[i].leaf;
        float    lesser = fminf(plan->leaves[left].weight, plan->leaves[right].weight);
        if (plan->words[i].follows && left != right && !has_pair(made, left, right))
            add_part(made, (rls_refine_part){RLS_REFINE_NEAR, left, right, 0, lesser}, out_weight);
    }
    for (uint32_t i = 0; i < aside_count; i++)
        add_leaf(plan, made, asides[i], RLS_REFINE_ASIDE, out_weight);
    plan->refinement = made;
    return RLS_OK;
}

/* --- a segment --- */

static rls_status
find_list(const rls_refiner *refiner, const rls_plan_leaf *leaf, uint32_t term,
          rls_posting_list *list)
{
    rls_search_state *state = refiner->state;
    rls_status        status;

    if (leaf->lists != NULL) {
        *list = leaf->lists[(size_t)term * state->snapshot->segment_count + refiner->view->number];
        return RLS_OK;
    }
    status =
        rls_segment_find_term(refiner->view->segment, leaf->words[0].terms[term], list, state->err);
    if (status == RLS_NOT_FOUND)
        list->doc_freq = 0;
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static rls_status
open_leaf(rls_refiner *refiner, uint32_t number, refined_leaf *out)
{
    rls_search_state    *state = refiner->state;
    const rls_plan_leaf *leaf = &state->plan.leaves[number];
    uint32_t             count = leaf->words[0].term_count;
    rls_match_word       written = {.form = leaf->written, .level = RLS_FOLD_ALL};

    *out = (refined_leaf){.leaf = number};
    out->terms = rls_arena_alloc(&state->scratch, count * sizeof(*out->terms));
    if (out->terms == NULL)
        return rls_search_no_memory(state);
    for (uint32_t t = 0; t < count; t++) {
        refined_term *made = &out->terms[out->term_count];
        bool          any = true;
        rls_status    status = find_list(refiner, leaf, t, &made->term.list);
        if (status != RLS_OK)
            return status;
        if (made->term.list.doc_freq == 0)
            continue;
        made->written = NULL;
        if (!leaf->aside)
            status = rls_leaf_forms(state, refiner->view, &state->scratch, &made->term.list,
                                    leaf->words[0].terms[t], &written, &made->written, &any);
        if (status != RLS_OK)
            return status;
        made->never_written = !any;
        made->term.forms = NULL;
        made->term.number = t;
        rls_postings_cursor_init(&made->term.cursor, &made->term.list);
        out->term_count++;
    }
    return RLS_OK;
}

rls_status
rls_refiner_open(rls_search_state *state, const rls_segment_view *view, rls_refiner **out_refiner)
{
    const rls_refinement *refinement = state->plan.refinement;
    rls_refiner          *refiner = rls_arena_alloc_zeroed(&state->scratch, 1, sizeof(*refiner));
    rls_status            status = RLS_OK;

    *out_refiner = refiner;
    if (refiner == NULL)
        return rls_search_no_memory(state);
    refiner->state = state;
    refiner->view = view;
    refiner->leaves =
        rls_arena_alloc(&state->scratch, refinement->leaf_count * sizeof(*refiner->leaves));
    if (refiner->leaves == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; status == RLS_OK && i < refinement->leaf_count; i++)
        status = open_leaf(refiner, refinement->leaves[i], &refiner->leaves[refiner->leaf_count++]);
    return status;
}

/* --- a document --- */

void
rls_refiner_seek(rls_refiner *refiner, uint32_t doc)
{
    refiner->doc = doc;
    refiner->key_count = 0;
    for (uint32_t i = 0; i < refiner->leaf_count; i++) {
        refined_leaf *leaf = &refiner->leaves[i];
        leaf->is_there = leaf->has_keys = false;
        for (uint32_t t = 0; t < leaf->term_count; t++) {
            refined_term *term = &leaf->terms[t];
            if (term->term.list.dense != NULL) /* its block is decoded when it is needed */
                term->is_there = rls_posting_list_dense_has(&term->term.list, doc);
            else
                term->is_there = rls_postings_cursor_seek(&term->term.cursor, doc) == doc;
            leaf->is_there = leaf->is_there || term->is_there;
        }
    }
}

/* Puts the cursor of a term that is there on the document; false on damage. */
static bool
reach(const rls_refiner *refiner, refined_term *term)
{
    rls_postings_cursor *cursor = &term->term.cursor;

    return cursor->doc == refiner->doc ||
           rls_postings_cursor_seek(cursor, refiner->doc) == refiner->doc;
}

static refined_leaf *
find_leaf(const rls_refiner *refiner, uint32_t number)
{
    uint32_t i = 0;

    while (refiner->leaves[i].leaf != number)
        i++;
    return &refiner->leaves[i];
}

/* Reads the positions of a leaf that is there, ascending. */
static rls_status
read_keys(rls_refiner *refiner, refined_leaf *leaf)
{
    rls_search_state *state = refiner->state;
    uint32_t          met = 0;

    if (leaf->has_keys)
        return RLS_OK;
    leaf->has_keys = true;
    leaf->first_key = refiner->key_count;
    for (uint32_t t = 0; t < leaf->term_count; t++) {
        refined_term *term = &leaf->terms[t];
        rls_status    status;
        if (!term->is_there)
            continue;
        if (!reach(refiner, term))
            return rls_search_corrupt(state, refiner->view);
        status = rls_leaf_term_keys(state, refiner->view, &term->term, RLS_ANY_FIELD, 0,
                                    &state->keys, &refiner->key_count);
        if (status != RLS_OK)
            return status;
        met++;
    }
    leaf->end_key = refiner->key_count;
    if (met > 1) {
        if (!rls_scratch_reserve(state, &state->sort_keys, leaf->end_key - leaf->first_key,
                                 sizeof(uint64_t)))
            return rls_search_no_memory(state);
        rls_sort_u64((uint64_t *)state->keys.memory + leaf->first_key, state->sort_keys.memory,
                     leaf->end_key - leaf->first_key);
    }
    return RLS_OK;
}

/* Keys are field << 32 | position. */
static bool
are_near(uint64_t a, uint64_t b)
{
    return a >> 32 == b >> 32 && (a < b ? b - a : a - b) <= RLS_REFINED_NEAR;
}

/* From left to right each occurrence is taken together with the first of the other that is near and
 * still alone: as many as can be. */
static rls_status
near_t(rls_refiner *refiner, refined_leaf *left, refined_leaf *right, float *out_t)
{
    rls_search_state *state = refiner->state;
    const uint64_t   *keys;
    uint64_t         *met;
    size_t            count = 0, l, r;
    rls_status        status = read_keys(refiner, left);

    if (status == RLS_OK)
        status = read_keys(refiner, right);
    if (status != RLS_OK)
        return status;
    if (!rls_scratch_reserve(state, &state->more_keys, left->end_key - left->first_key,
                             sizeof(uint64_t)))
        return rls_search_no_memory(state);
    keys = state->keys.memory;
    met = state->more_keys.memory;
    for (l = left->first_key, r = right->first_key; l < left->end_key && r < right->end_key;) {
        if (are_near(keys[l], keys[r])) {
            met[count++] = keys[l++];
            r++;
        } else if (keys[l] < keys[r]) {
            l++;
        } else {
            r++;
        }
    }
    *out_t = rls_keys_t(refiner->view, refiner->doc, met, count);
    return RLS_OK;
}

/* The term that a part is about, NULL when it does not stand in the document as it should. */
static refined_term *
find_term(const rls_refiner *refiner, const rls_refine_part *part)
{
    refined_leaf *leaf = find_leaf(refiner, part->left);

    for (uint32_t t = 0; t < leaf->term_count; t++) {
        refined_term *term = &leaf->terms[t];
        if (term->term.number == part->term)
            return term->is_there && !term->never_written ? term : NULL;
    }
    return NULL;
}

static rls_status
term_t(rls_refiner *refiner, refined_term *term, float *out_t)
{
    bool       match;
    rls_status status;

    if (!reach(refiner, term))
        return rls_search_corrupt(refiner->state, refiner->view);
    term->term.forms = term->written;
    status =
        rls_leaf_term_t(refiner->state, refiner->view, &term->term, RLS_ANY_FIELD, out_t, &match);
    term->term.forms = NULL; /* all of them are near others */
    return status;
}

rls_status
rls_refiner_t(rls_refiner *refiner, const rls_refine_part *part, float *out_t)
{
    refined_leaf *left, *right;
    refined_term *term;

    *out_t = 0.0f;
    if (part->kind != RLS_REFINE_NEAR) {
        term = find_term(refiner, part);
        return term == NULL ? RLS_OK : term_t(refiner, term, out_t);
    }
    left = find_leaf(refiner, part->left);
    right = find_leaf(refiner, part->right);
    return left->is_there && right->is_there ? near_t(refiner, left, right, out_t) : RLS_OK;
}

/* The saturation of that T; of terms in any form in many documents it is found in place. */
static rls_status
part_s(rls_refiner *refiner, const rls_refine_part *part, float *out_s)
{
    const rls_similarity *now = refiner->view->now;
    rls_status            status;
    float                 t;

    if (part->kind != RLS_REFINE_NEAR) {
        const refined_term *term = find_term(refiner, part);
        if (term != NULL && term->written == NULL && term->term.list.dense != NULL) {
            *out_s = rls_posting_list_dense_saturation(&term->term.list, refiner->doc, now);
            return RLS_OK;
        }
    }
    status = rls_refiner_t(refiner, part, &t);
    *out_s = rls_saturation(t, now->k1);
    return status;
}

rls_status
rls_refiner_score(rls_refiner *refiner, uint32_t doc, uint32_t *out_score)
{
    const rls_refinement *refinement = refiner->state->plan.refinement;

    *out_score = 0;
    rls_refiner_seek(refiner, doc);
    for (uint32_t i = 0; i < refinement->part_count; i++) {
        float      s;
        rls_status status = part_s(refiner, &refinement->parts[i], &s);
        if (status != RLS_OK)
            return status;
        *out_score += rls_contribution(refinement->parts[i].scaled_weight, s);
    }
    for (uint32_t i = 0; i < refiner->leaf_count; i++)
        for (uint32_t t = 0; t < refiner->leaves[i].term_count; t++)
            if (refiner->leaves[i].terms[t].term.cursor.failed)
                return rls_search_corrupt(refiner->state, refiner->view);
    return RLS_OK;
}
