#include "search/filter.h"

#include "search/leaf_scorer.h"
#include "search/phrase_matcher.h"
#include "search/term_walk.h"

enum {
    POLL_INTERVAL = 4096,
    PATIENCE = 4096, /* terms of a dictionary between two polls */
    NODE_CHUNK = 4096
};

rls_status
rls_filter_new_bits(rls_search_state *state, uint32_t doc_count, rls_bitset *out_bits)
{
    out_bits->size = doc_count;
    out_bits->words = rls_arena_alloc_zeroed(&state->scratch, rls_bitset_word_count(doc_count) + 1,
                                             sizeof(*out_bits->words));
    return out_bits->words == NULL ? rls_search_no_memory(state) : RLS_OK;
}

/* Bits beyond the last document are the file's, not ours. */
static void
or_dense(const rls_posting_list *list, rls_bitset *bits)
{
    size_t words = rls_bitset_word_count(bits->size);

    if (words == 0)
        return;
    for (size_t i = 0; i < words; i++)
        bits->words[i] |= rls_get_u64(list->dense + 8 * i);
    if (bits->size % 64 != 0)
        bits->words[words - 1] &= (UINT64_C(1) << (bits->size % 64)) - 1;
}

rls_status
rls_filter_list(rls_search_state *state, const rls_segment_view *view, const rls_posting_list *list,
                rls_bitset *bits)
{
    rls_postings_cursor cursor;

    if (list->dense != NULL) {
        or_dense(list, bits);
        return rls_search_poll(state);
    }
    rls_postings_cursor_open(&cursor, list);
    for (uint32_t block = 0; block < list->block_count; block++) {
        if (!rls_postings_cursor_load(&cursor, block))
            return rls_search_corrupt(state, view);
        for (uint32_t i = 0; i < cursor.block.count; i++)
            rls_bitset_set(bits, cursor.block.docs[i]);
    }
    return rls_search_poll(state);
}

static rls_status
filter_keyword_pattern(rls_search_state *state, const rls_segment_view *view,
                       const rls_plan_leaf *leaf, rls_bitset *bits)
{
    rls_pattern_walker *walker;
    rls_term_walk       walk = {0};
    rls_status status = rls_pattern_walker_new(state->heap, leaf->pattern, &walker, state->err);

    if (status != RLS_OK)
        return status;
    status = rls_term_walk_init(&walk, state->heap, rls_segment_termdict(view->segment), leaf->key,
                                walker, state->err);
    while (status == RLS_OK) {
        rls_posting_list list;
        status = rls_term_walk_next(&walk, PATIENCE, state->err);
        if (status == RLS_TIMEOUT) {
            status = rls_search_poll(state);
            continue;
        }
        if (status == RLS_OK)
            status = rls_segment_open_list(view->segment, &walk.cursor.info, &list, state->err);
        if (status == RLS_OK)
            status = rls_filter_list(state, view, &list, bits);
    }
    rls_term_walk_release(&walk);
    rls_pattern_walker_free(walker);
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static rls_status
filter_keyword_prefix(rls_search_state *state, const rls_segment_view *view, rls_bytes key,
                      rls_bitset *bits)
{
    rls_termdict_cursor cursor;
    rls_status          status;

    rls_termdict_cursor_init(&cursor, state->heap, rls_segment_termdict(view->segment));
    for (status = rls_termdict_cursor_seek(&cursor, key, state->err); status == RLS_OK;
         status = rls_termdict_cursor_next(&cursor, state->err)) {
        rls_posting_list list;
        if (cursor.term.size < key.size || memcmp(cursor.term.data, key.data, key.size) != 0)
            break;
        status = rls_segment_open_list(view->segment, &cursor.info, &list, state->err);
        if (status == RLS_OK)
            status = rls_filter_list(state, view, &list, bits);
        if (status != RLS_OK)
            break;
    }
    rls_termdict_cursor_release(&cursor);
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

rls_status
rls_filter_keywords(rls_search_state *state, const rls_segment_view *view,
                    const rls_plan_leaf *leaf, rls_bitset *bits)
{
    rls_posting_list list;
    rls_status       status;

    if (leaf->kind == RLS_LEAF_KEYWORD_PREFIX)
        return filter_keyword_prefix(state, view, leaf->key, bits);
    if (leaf->kind == RLS_LEAF_KEYWORD_PATTERN)
        return filter_keyword_pattern(state, view, leaf, bits);
    status = rls_segment_find_term(view->segment, leaf->key, &list, state->err);
    if (status == RLS_NOT_FOUND)
        return RLS_OK;
    return status == RLS_OK ? rls_filter_list(state, view, &list, bits) : status;
}

void
rls_filter_ordinals(const rls_plan_leaf *leaf, const rls_column *column, uint32_t *out_from,
                    uint32_t *out_to)
{
    *out_from = 0;
    *out_to = column->value_count;
    if (leaf->kind == RLS_LEAF_DATE) {
        if (leaf->date_from != INT64_MIN)
            *out_from = rls_column_find_date(column, leaf->date_from);
        if (leaf->date_to != INT64_MAX)
            *out_to = rls_column_find_date(column, leaf->date_to);
    } else {
        if (!isinf(leaf->number_from))
            *out_from = rls_column_find_number(column, leaf->number_from);
        if (!isinf(leaf->number_to))
            *out_to = rls_column_find_number(column, nextafter(leaf->number_to, INFINITY));
    }
}

/* Documents with a value in the range; whole zones are passed over by their least and greatest. */
static rls_status
filter_column(rls_search_state *state, const rls_segment_view *view, const rls_plan_leaf *leaf,
              rls_bitset *bits)
{
    rls_column_kind   kind = leaf->kind == RLS_LEAF_DATE ? RLS_COLUMN_DATE : RLS_COLUMN_NUMBER;
    const rls_column *column = rls_segment_column(view->segment, leaf->key, kind);
    uint32_t          from, to, ordinals[64];

    if (column == NULL)
        return RLS_OK;
    rls_filter_ordinals(leaf, column, &from, &to);
    for (uint32_t start = 0; start < view->doc_count && from < to; start += RLS_COLUMN_ZONE) {
        uint32_t least, greatest, end = view->doc_count;
        if (!rls_column_zone(column, start / RLS_COLUMN_ZONE, &least, &greatest) ||
            greatest < from || least >= to)
            continue;
        if (view->doc_count - start > RLS_COLUMN_ZONE)
            end = start + RLS_COLUMN_ZONE;
        for (uint32_t doc = start; doc < end; doc++) {
            uint32_t count = rls_column_ordinals(column, doc, ordinals, 64), *all = ordinals;
            if (count > 64) {
                all = rls_arena_alloc(&state->scratch, count * sizeof(*all));
                if (all == NULL)
                    return rls_search_no_memory(state);
                rls_column_ordinals(column, doc, all, count);
            }
            for (uint32_t i = 0; i < count; i++)
                if (all[i] >= from && all[i] < to)
                    rls_bitset_set(bits, doc);
        }
        if (start % (POLL_INTERVAL * 4) == 0) {
            rls_status status = rls_search_poll(state);
            if (status != RLS_OK)
                return status;
        }
    }
    return RLS_OK;
}

/* Leaves that no bit set or list stands for: a document at a time. */
static rls_status
filter_walk(rls_search_state *state, const rls_segment_view *view, uint32_t leaf, rls_bitset *bits)
{
    rls_leaf_scorer *scorer = rls_arena_alloc(&state->scratch, sizeof(*scorer));
    uint32_t         asked = 0;
    rls_status       status;

    if (scorer == NULL)
        return rls_search_no_memory(state);
    status = rls_leaf_scorer_open(state, view, leaf, scorer);
    if (status != RLS_OK)
        return status;
    for (uint32_t doc = rls_leaf_scorer_candidate(scorer, 0); doc < view->doc_count;
         doc = rls_leaf_scorer_candidate(scorer, doc + 1)) {
        bool     match;
        uint32_t score;
        status = rls_leaf_scorer_match(scorer, doc, &match, &score);
        if (status == RLS_OK && asked++ % POLL_INTERVAL == 0)
            status = rls_search_poll(state);
        if (status != RLS_OK)
            return status;
        if (match)
            rls_bitset_set(bits, doc);
    }
    return rls_leaf_scorer_check(scorer);
}

/* A word in any field and any form: its lists are the answer. */
static rls_status
filter_word(rls_search_state *state, const rls_segment_view *view, const rls_match_word *word,
            rls_bitset *bits)
{
    for (uint32_t i = 0; i < word->term_count; i++) {
        rls_posting_list list;
        rls_status status = rls_segment_find_term(view->segment, word->terms[i], &list, state->err);
        if (status == RLS_OK)
            status = rls_filter_list(state, view, &list, bits);
        if (status != RLS_OK && status != RLS_NOT_FOUND)
            return status;
    }
    return RLS_OK;
}

/* A phrase: a list when it is a pair of function words, else its candidates one by one. */
static rls_status
filter_phrase(rls_search_state *state, const rls_segment_view *view, uint32_t leaf,
              rls_bitset *bits)
{
    rls_phrase_matcher *phrase;
    rls_posting_list    list;
    uint32_t            asked = 0;
    bool                pair;
    rls_status          status = rls_phrase_pair_list(state, view, leaf, &list, &pair);

    if (status == RLS_OK)
        return rls_filter_list(state, view, &list, bits);
    if (pair || status != RLS_NOT_FOUND)
        return status == RLS_NOT_FOUND ? RLS_OK : status;
    status = rls_phrase_matcher_new(state, view, leaf, &phrase);
    if (status != RLS_OK)
        return status;
    if (phrase == NULL)
        return filter_walk(state, view, leaf, bits);
    for (uint32_t doc = rls_phrase_candidate(phrase, 0); doc < view->doc_count;
         doc = rls_phrase_candidate(phrase, doc + 1)) {
        bool match, low;
        status = rls_phrase_match(phrase, doc, 0, &match, &low, NULL);
        if (status == RLS_OK && asked++ % POLL_INTERVAL == 0)
            status = rls_search_poll(state);
        if (status != RLS_OK)
            return status;
        if (match)
            rls_bitset_set(bits, doc);
    }
    return rls_phrase_matcher_check(phrase);
}

static rls_status
filter_leaf(rls_search_state *state, const rls_segment_view *view, uint32_t number,
            rls_bitset *bits)
{
    const rls_plan_leaf *leaf = &state->plan.leaves[number];

    switch (leaf->kind) {
    case RLS_LEAF_WORD:
        if (rls_filter_is_lists(leaf))
            return filter_word(state, view, &leaf->words[0], bits);
        return filter_walk(state, view, number, bits);
    case RLS_LEAF_PHRASE:
        return filter_phrase(state, view, number, bits);
    case RLS_LEAF_KEYWORD:
    case RLS_LEAF_KEYWORD_PREFIX:
    case RLS_LEAF_KEYWORD_PATTERN:
        return rls_filter_keywords(state, view, leaf, bits);
    case RLS_LEAF_DATE:
    case RLS_LEAF_NUMBER:
        return filter_column(state, view, leaf, bits);
    default:
        return filter_walk(state, view, number, bits);
    }
}

static void
clear_bits(rls_bitset *bits)
{
    memset(bits->words, 0, rls_bitset_word_count(bits->size) * sizeof(uint64_t));
}

static rls_status
filter_and(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
           rls_bitset *bits)
{
    rls_bitset child;
    rls_status status = rls_filter_new_bits(state, view->doc_count, &child);

    if (status == RLS_OK)
        status = rls_filter_node(state, view, node->children[0], bits);
    for (uint32_t i = 1; i < node->child_count && status == RLS_OK; i++) {
        clear_bits(&child);
        status = rls_filter_node(state, view, node->children[i], &child);
        rls_bitset_and(bits, &child);
    }
    return status;
}

/* A bag matches what its conditions allow and, without a condition that is a word, what has one of
 * its wishes. */
static rls_status
filter_bag(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
           rls_bitset *bits)
{
    rls_bitset wishes, child;
    bool       has_wish = false, has_word = false;
    rls_status status = rls_filter_new_bits(state, view->doc_count, &wishes);

    if (status == RLS_OK)
        status = rls_filter_new_bits(state, view->doc_count, &child);
    rls_bitset_fill(bits);
    for (uint32_t i = 0; status == RLS_OK && i < node->child_count; i++) {
        const rls_plan_node *at = node->children[i];
        if (at->occur == RLS_OCCUR_PLAIN) {
            has_wish = true;
            status = rls_filter_node(state, view, at, &wishes);
            continue;
        }
        clear_bits(&child);
        status = rls_filter_node(state, view, at, &child);
        if (status != RLS_OK)
            break;
        if (at->occur == RLS_OCCUR_MUST) {
            has_word = has_word || !rls_plan_is_filter(at);
            rls_bitset_and(bits, &child);
        } else {
            rls_bitset_and_not(bits, &child);
        }
    }
    if (status == RLS_OK && has_wish && !has_word)
        rls_bitset_and(bits, &wishes);
    return status;
}

static rls_status
filter_not(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
           rls_bitset *bits)
{
    rls_bitset child;
    rls_status status = rls_filter_new_bits(state, view->doc_count, &child);

    if (status == RLS_OK)
        status = rls_filter_node(state, view, node->children[0], &child);
    if (status != RLS_OK)
        return status;
    rls_bitset_fill(bits);
    rls_bitset_and_not(bits, &child);
    return RLS_OK;
}

static rls_status
filter_node(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
            rls_bitset *bits)
{
    switch (node->kind) {
    case RLS_PLAN_LEAF:
        return filter_leaf(state, view, node->leaf, bits);
    case RLS_PLAN_ALL:
        rls_bitset_fill(bits);
        return RLS_OK;
    case RLS_PLAN_NONE:
        return RLS_OK;
    case RLS_PLAN_AND:
    case RLS_PLAN_BAG:
    case RLS_PLAN_NOT: {
        /* Made apart, because `bits` may hold what a sister matched. */
        rls_bitset own;
        rls_status status = rls_filter_new_bits(state, view->doc_count, &own);
        if (status == RLS_OK && node->kind == RLS_PLAN_AND)
            status = filter_and(state, view, node, &own);
        else if (status == RLS_OK && node->kind == RLS_PLAN_BAG)
            status = filter_bag(state, view, node, &own);
        else if (status == RLS_OK)
            status = filter_not(state, view, node, &own);
        if (status == RLS_OK)
            rls_bitset_or(bits, &own);
        return status;
    }
    case RLS_PLAN_OR:
        break;
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        rls_status status = rls_filter_node(state, view, node->children[i], bits);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

/* In plans of very many leaves no node keeps its memory when it is done. */
rls_status
rls_filter_node(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
                rls_bitset *bits)
{
    rls_arena  outer = state->scratch;
    rls_status status;

    if (state->plan.leaf_count <= RLS_PLAN_LEAF_TOGETHER)
        return filter_node(state, view, node, bits);
    rls_arena_init(&state->scratch, state->heap, NODE_CHUNK);
    status = filter_node(state, view, node, bits);
    rls_arena_release(&state->scratch);
    state->scratch = outer;
    return status;
}
