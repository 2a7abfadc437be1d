#include "search/expand.h"

#include "search/leaf_terms.h"

/* Endings that a stemmer puts where a word had others: y → i (happy → happi), a dropped and
 * restored e (hoping → hope). A word that begins with the prefix may have a term that is shorter
 * than the prefix; its forms decide. */
static const char *const stem_endings[] = {"", "i", "e"};

/* Sums T over the words of a prefix, for the documents of one segment. */
typedef struct gatherer {
    rls_search_state       *state;
    const rls_segment_view *view;
    const rls_match_word   *word;
    uint32_t                field;
    float                  *t; /* by document */
    rls_bitset              met;
    rls_leaf_term           term;
} gatherer;

static rls_status
add_list(gatherer *g, rls_bytes term)
{
    bool       any;
    rls_status status = rls_leaf_forms(g->state, g->view, &g->state->scratch, &g->term.list, term,
                                       g->word, &g->term.forms, &any);

    if (status != RLS_OK || !any)
        return status;
    rls_postings_cursor_open(&g->term.cursor, &g->term.list);
    while (g->term.cursor.doc != RLS_DOC_END) {
        uint32_t doc = g->term.cursor.doc;
        float    t;
        bool     match;
        if (g->view->live == NULL || rls_bitset_get(&g->view->live->live, doc)) {
            status = rls_leaf_term_t(g->state, g->view, &g->term, g->field, &t, &match);
            if (status != RLS_OK)
                return status;
            if (match) {
                rls_bitset_set(&g->met, doc);
                g->t[doc] = g->t[doc] + t;
            }
        }
        rls_postings_cursor_next(&g->term.cursor);
    }
    if (g->term.cursor.failed)
        return rls_search_corrupt(g->state, g->view);
    return rls_search_poll(g->state);
}

/* Terms shorter than the prefix, in ascending order. */
static rls_status
add_shorter(gatherer *g)
{
    rls_bytes prefix = g->word->terms[0];
    uint8_t   term[RLS_TERM_MAX + 1];

    for (size_t size = 1; size + 1 < prefix.size; size++) {
        memcpy(term, prefix.data, size);
        for (size_t e = 0; e < sizeof(stem_endings) / sizeof(*stem_endings); e++) {
            size_t     ending = strlen(stem_endings[e]);
            rls_status status;
            if (ending > 0 && (uint8_t)stem_endings[e][0] == prefix.data[size])
                continue; /* comes as the next shorter beginning, or from the walk */
            memcpy(term + size, stem_endings[e], ending);
            status = rls_segment_find_term(g->view->segment, rls_bytes_of(term, size + ending),
                                           &g->term.list, g->state->err);
            if (status == RLS_OK)
                status = add_list(g, rls_bytes_of(term, size + ending));
            if (status != RLS_OK && status != RLS_NOT_FOUND)
                return status;
        }
    }
    return RLS_OK;
}

/* All terms that begin with the prefix less its last byte: the last letter may have changed. */
static rls_status
add_longer(gatherer *g)
{
    rls_bytes           prefix = g->word->terms[0];
    rls_termdict_cursor cursor;
    rls_status          status;

    if (prefix.size > 1)
        prefix.size--;
    rls_termdict_cursor_init(&cursor, g->state->heap, rls_segment_termdict(g->view->segment));
    for (status = rls_termdict_cursor_seek(&cursor, prefix, g->state->err); status == RLS_OK;
         status = rls_termdict_cursor_next(&cursor, g->state->err)) {
        if (cursor.term.size < prefix.size ||
            memcmp(cursor.term.data, prefix.data, prefix.size) != 0)
            break;
        status =
            rls_segment_open_list(g->view->segment, &cursor.info, &g->term.list, g->state->err);
        if (status == RLS_OK && g->term.list.has_positions)
            status = add_list(g, rls_buffer_bytes(&cursor.term));
        if (status != RLS_OK)
            break;
    }
    rls_termdict_cursor_release(&cursor);
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static rls_status
collect(gatherer *g, rls_prefix_matches *out_matches)
{
    uint32_t count = rls_bitset_count(&g->met), at = 0;

    out_matches->docs = rls_arena_alloc(g->state->arena, (count + (size_t)1) * sizeof(uint32_t));
    out_matches->t = rls_arena_alloc(g->state->arena, (count + (size_t)1) * sizeof(float));
    if (out_matches->docs == NULL || out_matches->t == NULL)
        return rls_search_no_memory(g->state);
    for (uint32_t doc = rls_bitset_next(&g->met, 0); doc < g->view->doc_count;
         doc = rls_bitset_next(&g->met, doc + 1)) {
        out_matches->docs[at] = doc;
        out_matches->t[at++] = g->t[doc];
    }
    out_matches->count = count;
    return RLS_OK;
}

rls_status
rls_prefix_expand(rls_search_state *state, const rls_segment_view *view, const rls_plan_leaf *leaf,
                  rls_prefix_matches *out_matches)
{
    gatherer  *g = rls_arena_alloc_zeroed(&state->scratch, 1, sizeof(*g));
    rls_status status = RLS_OK;

    *out_matches = (rls_prefix_matches){0};
    if (g == NULL)
        return rls_search_no_memory(state);
    g->state = state;
    g->view = view;
    g->word = &leaf->words[0];
    g->field = RLS_ANY_FIELD;
    if (leaf->field.size > 0) {
        g->field = rls_segment_field_number(view->segment, leaf->field);
        if (g->field == UINT32_MAX)
            return RLS_OK;
    }
    g->t = rls_alloc_zeroed(state->heap, view->doc_count + (size_t)1, sizeof(float));
    if (g->t == NULL)
        return rls_search_no_memory(state);
    status = rls_bitset_init(&g->met, state->heap, view->doc_count);
    if (status != RLS_OK)
        status = rls_search_no_memory(state);
    if (status == RLS_OK)
        status = add_shorter(g);
    if (status == RLS_OK)
        status = add_longer(g);
    if (status == RLS_OK)
        status = collect(g, out_matches);
    rls_free(state->heap, g->t);
    rls_bitset_release(&g->met, state->heap);
    return status;
}
