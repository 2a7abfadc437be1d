#include "search/expand.h"

#include "postings/bit_numbers.h"
#include "search/leaf_blocks.h"
#include "search/pattern_terms.h"

enum {
    NEAR_FIELDS = 8 /* fields whose frequencies are summed by document */
};

/* Forms of a term that match with so many edits. */
typedef struct matched_forms {
    const uint64_t *forms; /* NULL: all */
    bool            any;
} matched_forms;

typedef struct candidate {
    rls_bytes     term;
    rls_term_info info;
    matched_forms by_edits[RLS_PATTERN_EDITS_MAX + 1];
    bool          dense; /* its list has a bit set */
    bool          again; /* of the tier at hand its list is read a second time */
} candidate;

/* How often a document has words of a list, in the body and in another field. */
typedef struct body_freq {
    uint32_t doc, freq;
} body_freq;

typedef struct other_freq {
    uint32_t doc, field, freq;
} other_freq;

/* The documents whose best match has so many edits, ascending, and T of each. */
typedef struct tier {
    uint32_t  count;
    uint32_t *docs;
    float    *t;
} tier;

/* Sums frequencies over the words of a pattern, for the documents of one segment, tier by tier.
 * What is read of a list to find its documents is kept until these are numbered. Lists with bit
 * sets tell their documents without being read; beyond half as many postings as documents others
 * are read twice. */
typedef struct gatherer {
    rls_search_state       *state;
    const rls_segment_view *view;
    rls_pattern_walker     *walker;
    uint32_t                field;
    candidate              *candidates;
    uint32_t                candidate_count;
    rls_leaf_term           term;
    rls_leaf_block          block;
    /* of the tier at hand */
    tier      *made;
    rls_bitset met;   /* its documents; arrays are by rank in it */
    uint32_t  *ranks; /* of the first bit of each of its words */
    body_freq *bodies;
    uint32_t   body_count, body_room;
    rls_buffer others;             /* other_freq */
    uint32_t  *freqs[NEAR_FIELDS]; /* NULL until needed */
    float     *rest;               /* T of the other fields; NULL until needed */
    rls_bitset settled;            /* documents of the tiers before */
} gatherer;

static rls_status
poll_search(void *context)
{
    return rls_search_poll(context);
}

/* --- which forms --- */

static rls_status
match_forms(gatherer *g, candidate *made)
{
    uint64_t         *sets[RLS_PATTERN_EDITS_MAX + 1] = {NULL};
    uint32_t          counts[RLS_PATTERN_EDITS_MAX + 1] = {0}, walked = 0;
    rls_form_iterator iterator;
    rls_form          form;

    rls_form_iterator_init(&iterator, &g->term.list, made->term);
    while (walked < g->term.list.form_count && rls_form_iterator_next(&iterator, &form)) {
        rls_bytes  folded;
        uint32_t   edits;
        rls_status status = rls_search_fold(g->state, form.bytes, RLS_FOLD_ALL, &folded);
        if (status != RLS_OK)
            return status;
        if (rls_pattern_walker_match(g->walker, folded, &edits) && edits <= RLS_PATTERN_EDITS_MAX) {
            if (sets[edits] == NULL)
                sets[edits] = rls_arena_alloc_zeroed(
                    &g->state->scratch, rls_bitset_word_count(g->term.list.form_count) + 1,
                    sizeof(uint64_t));
            if (sets[edits] == NULL)
                return rls_search_no_memory(g->state);
            sets[edits][walked / 64] |= UINT64_C(1) << (walked % 64);
            counts[edits]++;
        }
        walked++;
    }
    if (iterator.failed || walked < g->term.list.form_count)
        return rls_search_corrupt(g->state, g->view);
    for (uint32_t i = 0; i <= RLS_PATTERN_EDITS_MAX; i++)
        made->by_edits[i] =
            (matched_forms){counts[i] == g->term.list.form_count ? NULL : sets[i], counts[i] > 0};
    return RLS_OK;
}

static rls_status
find_candidates(gatherer *g)
{
    rls_search_state *state = g->state;
    rls_analyzer_set *analyzers;
    rls_pattern_term *terms = NULL;
    uint32_t          count = 0;
    rls_status        status =
        rls_snapshot_take_analyzers(state->heap, state->snapshot, &analyzers, state->err);

    if (status != RLS_OK)
        return status;
    status = rls_pattern_terms_find(state->heap, &state->scratch, g->view->segment, analyzers,
                                    g->walker, poll_search, state, &terms, &count, state->err);
    rls_snapshot_give_analyzers(state->snapshot, analyzers);
    if (status == RLS_OK) {
        g->candidates = rls_arena_alloc(&state->scratch, (count + (size_t)1) * sizeof(candidate));
        if (g->candidates == NULL)
            return rls_search_no_memory(state);
    }
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        candidate *made = &g->candidates[g->candidate_count];
        *made = (candidate){.term = terms[i].term, .info = terms[i].info};
        status = rls_segment_open_list(g->view->segment, &made->info, &g->term.list, state->err);
        if (status == RLS_OK && !g->term.list.has_positions)
            continue;
        made->dense = status == RLS_OK && g->term.list.dense != NULL;
        if (status == RLS_OK)
            status = match_forms(g, made);
        for (uint32_t e = 0; e <= RLS_PATTERN_EDITS_MAX; e++)
            if (made->by_edits[e].any) {
                g->candidate_count++;
                break;
            }
        if (status == RLS_OK && i % 256 == 0)
            status = rls_search_poll(state);
    }
    return status;
}

/* --- which documents --- */

/* All its occurrences count, and a bit set tells its documents. */
static bool
is_whole(const gatherer *g, const candidate *from, uint32_t edits)
{
    return from->dense && from->by_edits[edits].forms == NULL && g->field == RLS_ANY_FIELD;
}

static rls_status
open_candidate(gatherer *g, const candidate *from, uint32_t edits)
{
    rls_status status =
        rls_segment_open_list(g->view->segment, &from->info, &g->term.list, g->state->err);

    g->term.forms = from->by_edits[edits].forms;
    if (status == RLS_OK)
        rls_postings_cursor_init(&g->term.cursor, &g->term.list);
    return status;
}

static void
add_bits(gatherer *g)
{
    const uint8_t *bits = g->term.list.dense;
    size_t         words = rls_bitset_word_count(g->view->doc_count);

    for (size_t i = 0; i < words; i++)
        g->met.words[i] |= rls_get_u64(bits + 8 * i);
    if (g->view->doc_count % 64 != 0)
        g->met.words[words - 1] &= (UINT64_C(1) << g->view->doc_count % 64) - 1;
}

/* Meets the fields of the posting at hand, and keeps them one by one. */
static rls_status
meet_fields(gatherer *g, bool keep)
{
    uint32_t       doc = g->term.cursor.doc;
    rls_leaf_freqs freqs;
    rls_status     status = rls_leaf_term_freqs(g->state, g->view, &g->term, g->field, &freqs);

    for (uint32_t f = 0; status == RLS_OK && f < freqs.count; f++) {
        other_freq kept = {doc, freqs.items[f].field, freqs.items[f].freq};
        if (keep)
            rls_buffer_append(&g->others, &kept, sizeof(kept));
        rls_bitset_set(&g->met, doc);
    }
    return status == RLS_OK && g->others.failed ? rls_search_no_memory(g->state) : status;
}

static rls_status
meet_block(gatherer *g, bool keep)
{
    const uint32_t *docs = g->term.cursor.block.docs;
    uint32_t        at = g->body_count;
    rls_status      status;

    status = rls_leaf_block_freqs(g->state, g->view, &g->term, g->field, &g->block);
    for (uint32_t i = 0; i < g->term.cursor.block.count && status == RLS_OK; i++) {
        if (rls_leaf_block_is_other(&g->block, i)) {
            rls_leaf_block_go(&g->term, i);
            status = meet_fields(g, keep);
        } else if (g->block.body[i] > 0) {
            if (keep)
                g->bodies[at++] = (body_freq){docs[i], g->block.body[i]};
            rls_bitset_set(&g->met, docs[i]);
        }
    }
    g->body_count = at;
    return status;
}

static rls_status
meet_list(gatherer *g, bool keep)
{
    rls_status status = RLS_OK;

    for (uint32_t number = 0; number < g->term.list.block_count && status == RLS_OK; number++) {
        if (!rls_postings_cursor_load(&g->term.cursor, number))
            return rls_search_corrupt(g->state, g->view);
        status = meet_block(g, keep);
    }
    return status;
}

/* Meets the documents of the tier. */
static rls_status
find_documents(gatherer *g, uint32_t edits)
{
    uint64_t postings = 0;
    uint32_t most = g->view->doc_count / 2;

    for (uint32_t i = 0; i < g->candidate_count; i++) {
        const candidate *from = &g->candidates[i];
        if (from->by_edits[edits].any && !is_whole(g, from, edits))
            postings += from->info.doc_freq;
    }
    g->body_room = postings < most ? (uint32_t)postings : most;
    g->bodies =
        rls_arena_alloc(&g->state->scratch, (g->body_room + (size_t)1) * sizeof(*g->bodies));
    if (g->bodies == NULL)
        return rls_search_no_memory(g->state);
    g->body_count = 0;
    rls_buffer_clear(&g->others);
    for (uint32_t i = 0; i < g->candidate_count; i++) {
        candidate *from = &g->candidates[i];
        bool       whole = is_whole(g, from, edits);
        rls_status status;
        from->again = false;
        if (!from->by_edits[edits].any)
            continue;
        from->again = whole || from->info.doc_freq > g->body_room - g->body_count;
        status = open_candidate(g, from, edits);
        if (status == RLS_OK && whole)
            add_bits(g);
        else if (status == RLS_OK)
            status = meet_list(g, !from->again);
        if (status == RLS_OK)
            status = rls_search_poll(g->state);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

/* Numbers the documents of the tier: those that live and are of no tier before. */
static rls_status
number_documents(gatherer *g)
{
    size_t    words = rls_bitset_word_count(g->view->doc_count);
    uint32_t *docs, count = 0;

    if (g->view->live != NULL)
        rls_bitset_and(&g->met, &g->view->live->live);
    rls_bitset_and_not(&g->met, &g->settled);
    rls_bitset_or(&g->settled, &g->met);
    for (size_t i = 0; i < words; i++) {
        g->ranks[i] = count;
        count += rls_popcount(g->met.words[i]);
    }
    /* More are written than there are: see rls_bits_to_numbers, rls_contributions_of_t. */
    docs = rls_arena_alloc(g->state->arena, (count + (size_t)8) * sizeof(*docs));
    g->made->t = rls_arena_alloc(g->state->arena, (count + (size_t)8) * sizeof(float));
    g->freqs[0] = rls_arena_alloc_zeroed(&g->state->scratch, count + (size_t)1, sizeof(uint32_t));
    if (docs == NULL || g->made->t == NULL || g->freqs[0] == NULL)
        return rls_search_no_memory(g->state);
    for (size_t i = 0; i < words; i++)
        if (g->met.words[i] != 0)
            rls_bits_to_numbers(g->met.words[i], rls_popcount(g->met.words[i]), (uint32_t)i * 64,
                                docs + g->ranks[i]);
    g->made->docs = docs;
    g->made->count = count;
    return RLS_OK;
}

/* --- how often --- */

/* False: the document is of another tier, or deleted. */
static inline bool
find_rank(const gatherer *g, uint32_t doc, uint32_t *out_rank)
{
    uint64_t word = g->met.words[doc / 64], bit = UINT64_C(1) << doc % 64;

    *out_rank = g->ranks[doc / 64] + rls_popcount(word & (bit - 1));
    return (word & bit) != 0;
}

static rls_status
add_freq(gatherer *g, uint32_t doc, uint32_t field, uint32_t freq)
{
    rls_arena *arena = &g->state->scratch;
    size_t     room = g->made->count + (size_t)1;
    uint32_t   rank;

    if (!find_rank(g, doc, &rank))
        return RLS_OK;
    if (field < NEAR_FIELDS) {
        if (g->freqs[field] == NULL)
            g->freqs[field] = rls_arena_alloc_zeroed(arena, room, sizeof(uint32_t));
        if (g->freqs[field] == NULL)
            return rls_search_no_memory(g->state);
        g->freqs[field][rank] += freq;
        return RLS_OK;
    }
    if (g->rest == NULL)
        g->rest = rls_arena_alloc_zeroed(arena, room, sizeof(float));
    if (g->rest == NULL)
        return rls_search_no_memory(g->state);
    g->rest[rank] = g->rest[rank] + rls_field_t(g->view, doc, field, freq);
    return RLS_OK;
}

/* Fields of the posting at hand. */
static rls_status
add_fields(gatherer *g)
{
    rls_leaf_freqs freqs;
    rls_status     status = rls_leaf_term_freqs(g->state, g->view, &g->term, g->field, &freqs);

    for (uint32_t f = 0; status == RLS_OK && f < freqs.count; f++)
        status = add_freq(g, g->term.cursor.doc, freqs.items[f].field, freqs.items[f].freq);
    return status;
}

static rls_status
add_list(gatherer *g)
{
    const rls_posting_block *block = &g->term.cursor.block;
    rls_status               status = RLS_OK;

    for (uint32_t number = 0; number < g->term.list.block_count; number++) {
        if (!rls_postings_cursor_load(&g->term.cursor, number))
            return rls_search_corrupt(g->state, g->view);
        status = rls_leaf_block_freqs(g->state, g->view, &g->term, g->field, &g->block);
        for (uint32_t i = 0; i < block->count && status == RLS_OK; i++) {
            uint32_t rank;
            if (rls_leaf_block_is_other(&g->block, i)) {
                rls_leaf_block_go(&g->term, i);
                status = add_fields(g);
            } else if (find_rank(g, block->docs[i], &rank)) {
                g->freqs[0][rank] += g->block.body[i];
            }
        }
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

static rls_status
add_freqs(gatherer *g, uint32_t edits)
{
    const other_freq *others = (const other_freq *)(const void *)g->others.data;
    size_t            other_count = g->others.size / sizeof(*others);
    rls_status        status = RLS_OK;

    for (uint32_t i = 0; i < g->body_count; i++) {
        uint32_t rank;
        if (find_rank(g, g->bodies[i].doc, &rank))
            g->freqs[0][rank] += g->bodies[i].freq;
    }
    for (size_t i = 0; i < other_count && status == RLS_OK; i++)
        status = add_freq(g, others[i].doc, others[i].field, others[i].freq);
    for (uint32_t i = 0; i < g->candidate_count && status == RLS_OK; i++) {
        const candidate *from = &g->candidates[i];
        if (!from->again)
            continue;
        status = open_candidate(g, from, edits);
        if (status == RLS_OK)
            status = add_list(g);
        if (status == RLS_OK)
            status = rls_search_poll(g->state);
    }
    return status;
}

/* --- what it is worth --- */

static void
make_t(gatherer *g)
{
    const uint8_t *lengths = rls_segment_norms(g->view->segment)->fields[0].dense;
    const float   *factors = g->view->now->fields[0].by_length;
    const tier    *made = g->made;

    for (uint32_t i = 0; i < made->count; i++)
        made->t[i] = (float)g->freqs[0][i] * factors[lengths[made->docs[i]]];
    for (uint32_t field = 1; field < NEAR_FIELDS; field++)
        for (uint32_t i = 0; g->freqs[field] != NULL && i < made->count; i++)
            if (g->freqs[field][i] > 0)
                made->t[i] =
                    made->t[i] + rls_field_t(g->view, made->docs[i], field, g->freqs[field][i]);
    for (uint32_t i = 0; g->rest != NULL && i < made->count; i++)
        made->t[i] = made->t[i] + g->rest[i];
}

static bool
has_tier(const gatherer *g, uint32_t edits)
{
    for (uint32_t i = 0; i < g->candidate_count; i++)
        if (g->candidates[i].by_edits[edits].any)
            return true;
    return false;
}

static rls_status
make_tier(gatherer *g, uint32_t edits, tier *made)
{
    rls_status status;

    g->made = made;
    memset(g->met.words, 0, rls_bitset_word_count(g->view->doc_count) * sizeof(uint64_t));
    for (uint32_t field = 0; field < NEAR_FIELDS; field++)
        g->freqs[field] = NULL;
    g->rest = NULL;
    status = find_documents(g, edits);
    if (status == RLS_OK)
        status = number_documents(g);
    if (status == RLS_OK)
        status = add_freqs(g, edits);
    if (status == RLS_OK)
        make_t(g);
    return status;
}

static void
take_tier(const tier *from, rls_prefix_matches *out_matches)
{
    out_matches->count = from->count;
    out_matches->docs = from->docs;
    out_matches->t = from->t;
}

/* The tiers' documents in one row. */
static rls_status
merge_tiers(const gatherer *g, const tier *tiers, rls_prefix_matches *out_matches)
{
    uint32_t at[RLS_PATTERN_EDITS_MAX + 1] = {0}, used = 0, last = 0;
    size_t   room = 8;

    for (uint32_t e = 0; e <= RLS_PATTERN_EDITS_MAX; e++) {
        room += tiers[e].count;
        used += tiers[e].count > 0;
        last = tiers[e].count > 0 ? e : last;
    }
    if (used == 1) {
        take_tier(&tiers[last], out_matches);
        out_matches->edits = rls_arena_alloc(g->state->arena, room);
        if (out_matches->edits == NULL)
            return rls_search_no_memory(g->state);
        memset(out_matches->edits, (int)last, out_matches->count);
        return RLS_OK;
    }
    out_matches->docs = rls_arena_alloc(g->state->arena, room * sizeof(uint32_t));
    out_matches->t = rls_arena_alloc(g->state->arena, room * sizeof(float));
    out_matches->edits = rls_arena_alloc(g->state->arena, room);
    if (out_matches->docs == NULL || out_matches->t == NULL || out_matches->edits == NULL)
        return rls_search_no_memory(g->state);
    for (;;) {
        uint32_t least = UINT32_MAX, from = 0;
        for (uint32_t e = 0; e <= RLS_PATTERN_EDITS_MAX; e++)
            if (at[e] < tiers[e].count && tiers[e].docs[at[e]] < least) {
                least = tiers[e].docs[at[e]];
                from = e;
            }
        if (least == UINT32_MAX)
            return RLS_OK;
        out_matches->docs[out_matches->count] = least;
        out_matches->t[out_matches->count] = tiers[from].t[at[from]++];
        out_matches->edits[out_matches->count++] = (uint8_t)from;
    }
}

static rls_status
gather(gatherer *g, const rls_pattern *pattern, rls_prefix_matches *out_matches)
{
    rls_heap  *heap = g->state->heap;
    bool       fuzzy = rls_pattern_get_kind(pattern) == RLS_PATTERN_FUZZY;
    tier       tiers[RLS_PATTERN_EDITS_MAX + 1] = {{0}};
    rls_status status = find_candidates(g);

    if (status != RLS_OK || g->candidate_count == 0)
        return status;
    g->ranks = rls_arena_alloc(&g->state->scratch,
                               (rls_bitset_word_count(g->view->doc_count) + 1) * sizeof(uint32_t));
    if (g->ranks == NULL || rls_bitset_init(&g->met, heap, g->view->doc_count) != RLS_OK ||
        rls_bitset_init(&g->settled, heap, g->view->doc_count) != RLS_OK)
        return rls_search_no_memory(g->state);
    for (uint32_t e = 0; e <= RLS_PATTERN_EDITS_MAX && status == RLS_OK; e++)
        if (has_tier(g, e))
            status = make_tier(g, e, &tiers[e]);
    if (status != RLS_OK)
        return status;
    if (fuzzy)
        return merge_tiers(g, tiers, out_matches);
    take_tier(&tiers[0], out_matches);
    return RLS_OK;
}

void
rls_prefix_contributions(const rls_prefix_matches *matches, float scaled_weight, float k1,
                         uint32_t *out)
{
    static const float halves[RLS_PATTERN_EDITS_MAX + 1] = {0.5f, 0.25f, 0.125f};

    if (matches->edits == NULL) {
        rls_contributions_of_t(scaled_weight, k1, matches->t, out, matches->count);
        return;
    }
    for (uint32_t i = 0; i < matches->count; i++)
        out[i] = rls_contribution(scaled_weight, (1.0f + rls_saturation(matches->t[i], k1)) *
                                                     halves[matches->edits[i]]);
}

rls_status
rls_prefix_expand(rls_search_state *state, const rls_segment_view *view, const rls_plan_leaf *leaf,
                  rls_prefix_matches *out_matches)
{
    const rls_pattern *pattern = leaf->words[0].pattern;
    gatherer          *g = rls_arena_alloc_zeroed(&state->scratch, 1, sizeof(*g));
    rls_status         status;

    *out_matches = (rls_prefix_matches){0};
    if (g == NULL)
        return rls_search_no_memory(state);
    g->state = state;
    g->view = view;
    g->field = RLS_ANY_FIELD;
    if (leaf->field.size > 0) {
        g->field = rls_segment_field_number(view->segment, leaf->field);
        if (g->field == UINT32_MAX)
            return RLS_OK;
    }
    rls_buffer_init(&g->others, state->heap);
    status = rls_pattern_walker_new(state->heap, pattern, &g->walker, state->err);
    if (status == RLS_OK)
        status = gather(g, pattern, out_matches);
    rls_pattern_walker_free(g->walker);
    rls_buffer_release(&g->others);
    rls_bitset_release(&g->met, state->heap);
    rls_bitset_release(&g->settled, state->heap);
    return status;
}
