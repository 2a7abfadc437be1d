#include "search/expand.h"

#include "postings/bit_numbers.h"
#include "search/leaf_terms.h"
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
} candidate;

/* Sums frequencies over the words of a pattern, for the documents of one segment. */
typedef struct gatherer {
    rls_search_state       *state;
    const rls_segment_view *view;
    rls_pattern_walker     *walker;
    uint32_t                field;
    candidate              *candidates;
    uint32_t                candidate_count;
    rls_bitset              all;   /* documents of any of them; arrays are by rank in it */
    uint32_t               *ranks; /* of the first bit of each of its words */
    uint32_t                count; /* its bits */
    uint32_t               *freqs[NEAR_FIELDS]; /* NULL until needed */
    float                  *rest;               /* T of the other fields; NULL until needed */
    rls_bitset              met, settled;       /* with so many edits; with fewer */
    float                  *t;                  /* of the documents settled */
    uint8_t                *edits;              /* likewise; NULL: not under edits */
    rls_leaf_term           term;
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

static rls_status
add_documents(gatherer *g, const rls_posting_list *list)
{
    rls_postings_cursor *cursor = &g->term.cursor;

    rls_postings_cursor_init(cursor, list);
    for (uint32_t number = 0; number < list->block_count; number++) {
        if (!rls_postings_cursor_load(cursor, number))
            return rls_search_corrupt(g->state, g->view);
        for (uint32_t i = 0; i < cursor->block.count; i++)
            rls_bitset_set(&g->all, cursor->block.docs[i]);
    }
    return RLS_OK;
}

/* Numbers the documents that any candidate has: what is summed by document then takes no more room
 * than these. */
static rls_status
number_documents(gatherer *g)
{
    size_t     words = rls_bitset_word_count(g->view->doc_count);
    rls_status status = RLS_OK;

    g->ranks = rls_alloc(g->state->heap, words + 1, sizeof(uint32_t));
    if (g->ranks == NULL || rls_bitset_init(&g->all, g->state->heap, g->view->doc_count) != RLS_OK)
        return rls_search_no_memory(g->state);
    for (uint32_t i = 0; i < g->candidate_count && status == RLS_OK; i++) {
        status = rls_segment_open_list(g->view->segment, &g->candidates[i].info, &g->term.list,
                                       g->state->err);
        if (status == RLS_OK)
            status = add_documents(g, &g->term.list);
        if (status == RLS_OK)
            status = rls_search_poll(g->state);
    }
    for (size_t word = 0; word < words; word++) {
        g->ranks[word] = g->count;
        g->count += rls_popcount(g->all.words[word]);
    }
    return status;
}

static uint32_t
number_of(const gatherer *g, uint32_t doc)
{
    return g->ranks[doc / 64] +
           rls_popcount(g->all.words[doc / 64] & ((UINT64_C(1) << doc % 64) - 1));
}

/* --- how often --- */

static rls_status
add_freq(gatherer *g, uint32_t doc, uint32_t field, uint32_t freq)
{
    const rls_norms *norms = rls_segment_norms(g->view->segment);
    size_t           room = g->count + (size_t)1;
    uint32_t         number = number_of(g, doc);

    rls_bitset_set(&g->met, doc);
    if (field < NEAR_FIELDS) {
        if (g->freqs[field] == NULL)
            g->freqs[field] = rls_alloc_zeroed(g->state->heap, room, sizeof(uint32_t));
        if (g->freqs[field] == NULL)
            return rls_search_no_memory(g->state);
        g->freqs[field][number] += freq;
        return RLS_OK;
    }
    if (g->rest == NULL)
        g->rest = rls_alloc_zeroed(g->state->heap, room, sizeof(float));
    if (g->rest == NULL)
        return rls_search_no_memory(g->state);
    if (field < norms->field_count && field < g->view->now->field_count) {
        uint8_t length = rls_field_norms_get(&norms->fields[field], doc);
        g->rest[number] =
            g->rest[number] + (float)freq * g->view->now->fields[field].by_length[length];
    }
    return RLS_OK;
}

/* All fields of the posting at hand but the body. */
static rls_status
add_other_fields(gatherer *g)
{
    rls_field_freq near[32], *fields = near;
    uint32_t       doc = g->term.cursor.doc;
    uint32_t       count = rls_postings_cursor_fields(&g->term.cursor, near, 32);
    rls_status     status = RLS_OK;

    if (count > 32) {
        fields = rls_arena_alloc(&g->state->scratch, count * sizeof(*fields));
        if (fields == NULL)
            return rls_search_no_memory(g->state);
        rls_postings_cursor_fields(&g->term.cursor, fields, count);
    }
    for (uint32_t i = 0; i < count && status == RLS_OK; i++)
        if (fields[i].field != 0)
            status = add_freq(g, doc, fields[i].field, fields[i].freq);
    return status;
}

/* Every occurrence counts: block by block. */
static rls_status
add_blocks(gatherer *g)
{
    rls_postings_cursor     *cursor = &g->term.cursor;
    const rls_posting_block *block = &cursor->block;
    uint32_t                *freqs = g->freqs[0];
    uint64_t                *met = g->met.words;

    for (uint32_t number = 0; number < g->term.list.block_count; number++) {
        if (!rls_postings_cursor_load(cursor, number) || !rls_postings_cursor_bodies(cursor))
            return rls_search_corrupt(g->state, g->view);
        if (!block->has_fields) {
            for (uint32_t i = 0; i < block->count; i++) {
                uint32_t doc = block->docs[i];
                freqs[number_of(g, doc)] += block->freqs[i];
                met[doc / 64] |= UINT64_C(1) << (doc % 64);
            }
            continue;
        }
        for (uint32_t i = 0; i < block->count; i++) {
            uint32_t doc = block->docs[i];
            freqs[number_of(g, doc)] += block->body[i];
            met[doc / 64] |= UINT64_C(1) << (doc % 64);
        }
        for (uint32_t word = 0; word < 2; word++)
            for (uint64_t left = block->with_fields[word]; left != 0; left &= left - 1) {
                uint32_t   at = word * 64 + (uint32_t)__builtin_ctzll(left);
                rls_status status;
                if (at >= block->count)
                    break;
                cursor->at = at;
                cursor->doc = block->docs[at];
                status = add_other_fields(g);
                if (status != RLS_OK)
                    return status;
            }
    }
    return RLS_OK;
}

/* Some forms count, or one field: posting by posting. */
static rls_status
add_postings(gatherer *g)
{
    rls_postings_cursor *cursor = &g->term.cursor;

    for (; cursor->doc != RLS_DOC_END; rls_postings_cursor_next(cursor)) {
        rls_leaf_freqs freqs;
        rls_status     status = rls_leaf_term_freqs(g->state, g->view, &g->term, g->field, &freqs);
        for (uint32_t f = 0; status == RLS_OK && f < freqs.count; f++)
            status = add_freq(g, cursor->doc, freqs.items[f].field, freqs.items[f].freq);
        if (status != RLS_OK)
            return status;
    }
    return cursor->failed ? rls_search_corrupt(g->state, g->view) : RLS_OK;
}

static rls_status
add_candidates(gatherer *g, uint32_t edits)
{
    for (uint32_t i = 0; i < g->candidate_count; i++) {
        const candidate *from = &g->candidates[i];
        rls_status       status;
        if (!from->by_edits[edits].any)
            continue;
        status = rls_segment_open_list(g->view->segment, &from->info, &g->term.list, g->state->err);
        if (status != RLS_OK)
            return status;
        g->term.forms = from->by_edits[edits].forms;
        rls_postings_cursor_open(&g->term.cursor, &g->term.list);
        if (g->term.cursor.failed)
            return rls_search_corrupt(g->state, g->view);
        if (g->term.forms == NULL && g->field == RLS_ANY_FIELD)
            status = add_blocks(g);
        else
            status = add_postings(g);
        if (status == RLS_OK)
            status = rls_search_poll(g->state);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

/* --- what it is worth --- */

static float
document_t(const gatherer *g, uint32_t doc)
{
    const rls_norms *norms = rls_segment_norms(g->view->segment);
    uint32_t         number = number_of(g, doc);
    float            t = 0.0f;

    for (uint32_t field = 0; field < NEAR_FIELDS; field++) {
        uint8_t length;
        if (g->freqs[field] == NULL || g->freqs[field][number] == 0 ||
            field >= norms->field_count || field >= g->view->now->field_count)
            continue;
        length = rls_field_norms_get(&norms->fields[field], doc);
        t = t + (float)g->freqs[field][number] * g->view->now->fields[field].by_length[length];
    }
    return g->rest == NULL ? t : t + g->rest[number];
}

/* Documents met with so many edits, and not with fewer, are settled; the sums begin anew. */
static void
settle(gatherer *g, uint32_t edits)
{
    uint32_t doc_count = g->view->doc_count;

    if (g->view->live != NULL)
        rls_bitset_and(&g->met, &g->view->live->live);
    for (uint32_t doc = rls_bitset_next(&g->met, 0); doc < doc_count;
         doc = rls_bitset_next(&g->met, doc + 1)) {
        if (g->edits != NULL && rls_bitset_get(&g->settled, doc))
            continue;
        g->t[number_of(g, doc)] = document_t(g, doc);
        if (g->edits != NULL)
            g->edits[number_of(g, doc)] = (uint8_t)edits;
    }
    rls_bitset_or(&g->settled, &g->met);
    if (g->edits == NULL)
        return;
    memset(g->met.words, 0, rls_bitset_word_count(doc_count) * sizeof(uint64_t));
    for (uint32_t field = 0; field < NEAR_FIELDS; field++)
        if (g->freqs[field] != NULL)
            memset(g->freqs[field], 0, g->count * sizeof(uint32_t));
    if (g->rest != NULL)
        memset(g->rest, 0, g->count * sizeof(float));
}

static rls_status
collect(gatherer *g, rls_prefix_matches *out_matches)
{
    uint32_t count = rls_bitset_count(&g->settled), at = 0;
    size_t   room = count + (size_t)1;

    out_matches->docs = rls_arena_alloc(g->state->arena, room * sizeof(uint32_t));
    out_matches->t = rls_arena_alloc(g->state->arena, room * sizeof(float));
    if (g->edits != NULL)
        out_matches->edits = rls_arena_alloc(g->state->arena, room);
    if (out_matches->docs == NULL || out_matches->t == NULL ||
        (g->edits != NULL && out_matches->edits == NULL))
        return rls_search_no_memory(g->state);
    for (uint32_t doc = rls_bitset_next(&g->settled, 0); doc < g->view->doc_count;
         doc = rls_bitset_next(&g->settled, doc + 1)) {
        if (g->edits != NULL)
            out_matches->edits[at] = g->edits[number_of(g, doc)];
        out_matches->docs[at] = doc;
        out_matches->t[at++] = g->t[number_of(g, doc)];
    }
    out_matches->count = count;
    return RLS_OK;
}

static rls_status
gather(gatherer *g, const rls_pattern *pattern, rls_prefix_matches *out_matches)
{
    rls_heap  *heap = g->state->heap;
    bool       fuzzy = rls_pattern_get_kind(pattern) == RLS_PATTERN_FUZZY;
    rls_status status = find_candidates(g);

    if (status == RLS_OK && g->candidate_count > 0)
        status = number_documents(g);
    if (status != RLS_OK || g->candidate_count == 0)
        return status;
    g->t = rls_alloc(heap, g->count + (size_t)1, sizeof(float));
    g->edits = fuzzy ? rls_alloc(heap, g->count + (size_t)1, 1) : NULL;
    g->freqs[0] = rls_alloc_zeroed(heap, g->count + (size_t)1, sizeof(uint32_t));
    if (g->t == NULL || (fuzzy && g->edits == NULL) || g->freqs[0] == NULL ||
        rls_bitset_init(&g->met, heap, g->view->doc_count) != RLS_OK ||
        rls_bitset_init(&g->settled, heap, g->view->doc_count) != RLS_OK)
        return rls_search_no_memory(g->state);
    for (uint32_t edits = 0; edits <= (fuzzy ? RLS_PATTERN_EDITS_MAX : 0) && status == RLS_OK;
         edits++) {
        status = add_candidates(g, edits);
        if (status == RLS_OK)
            settle(g, edits);
    }
    return status == RLS_OK ? collect(g, out_matches) : status;
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
    status = rls_pattern_walker_new(state->heap, pattern, &g->walker, state->err);
    if (status == RLS_OK)
        status = gather(g, pattern, out_matches);
    rls_pattern_walker_free(g->walker);
    for (uint32_t field = 0; field < NEAR_FIELDS; field++)
        rls_free(state->heap, g->freqs[field]);
    rls_free(state->heap, g->rest);
    rls_free(state->heap, g->t);
    rls_free(state->heap, g->edits);
    rls_free(state->heap, g->ranks);
    rls_bitset_release(&g->all, state->heap);
    rls_bitset_release(&g->met, state->heap);
    rls_bitset_release(&g->settled, state->heap);
    return status;
}
