#include "search/leaf_scorer.h"

#include "base/sort.h"
#include "search/filter.h"

static rls_status
open_word(rls_leaf_scorer *scorer, const rls_match_word *word, rls_leaf_word *out)
{
    rls_search_state *state = scorer->state;

    out->any_form = true;
    out->terms = rls_arena_alloc(&state->scratch, word->term_count * sizeof(*out->terms));
    if (out->terms == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < word->term_count; i++) {
        rls_leaf_term *term = &out->terms[out->term_count];
        bool           present;
        rls_status     status = rls_leaf_term_open(state, scorer->view, &state->scratch, word,
                                                   word->terms[i], term, &present);
        if (status != RLS_OK)
            return status;
        if (!present)
            continue;
        if (scorer->leaf->kind == RLS_LEAF_WORD)
            term->scaled_weight = scorer->leaf->scaled_weights[i];
        term->number = i;
        out->any_form = out->any_form && term->forms == NULL;
        out->doc_freq += term->list.doc_freq;
        out->term_count++;
    }
    return RLS_OK;
}

static rls_status
open_words(rls_leaf_scorer *scorer)
{
    const rls_plan_leaf *leaf = scorer->leaf;

    scorer->words =
        rls_arena_alloc_zeroed(&scorer->state->scratch, leaf->word_count, sizeof(*scorer->words));
    if (scorer->words == NULL)
        return rls_search_no_memory(scorer->state);
    for (uint32_t w = 0; w < leaf->word_count; w++) {
        rls_leaf_word made = {.offset = leaf->offsets == NULL ? 0 : leaf->offsets[w]};
        uint32_t      at = w;
        rls_status    status = open_word(scorer, &leaf->words[w], &made);
        if (status != RLS_OK)
            return status;
        if (made.term_count == 0) {
            scorer->never = true;
            return RLS_OK;
        }
        while (at > 0 && scorer->words[at - 1].doc_freq > made.doc_freq) {
            scorer->words[at] = scorer->words[at - 1];
            at--;
        }
        scorer->words[at] = made;
        scorer->word_count++;
    }
    return RLS_OK;
}

static rls_status
open_column(rls_leaf_scorer *scorer)
{
    const rls_plan_leaf *leaf = scorer->leaf;
    bool                 is_date = leaf->kind == RLS_LEAF_DATE;

    scorer->reads_column = true;
    scorer->column = rls_segment_column(scorer->view->segment, leaf->key,
                                        is_date ? RLS_COLUMN_DATE : RLS_COLUMN_NUMBER);
    if (scorer->column == NULL) {
        scorer->never = true;
        return RLS_OK;
    }
    rls_filter_ordinals(leaf, scorer->column, &scorer->ordinal_from, &scorer->ordinal_to);
    scorer->never = scorer->ordinal_from >= scorer->ordinal_to;
    return RLS_OK;
}

rls_status
rls_leaf_scorer_open(rls_search_state *state, const rls_segment_view *view, uint32_t leaf,
                     rls_leaf_scorer *scorer)
{
    uint32_t segments = state->snapshot->segment_count;

    *scorer = (rls_leaf_scorer){
        .state = state, .view = view, .leaf = &state->plan.leaves[leaf], .field = RLS_ANY_FIELD};
    scorer->scored = scorer->leaf->scored;
    if (scorer->leaf->field.size > 0) {
        scorer->field = rls_segment_field_number(view->segment, scorer->leaf->field);
        if (scorer->field == UINT32_MAX) {
            scorer->never = true;
            return RLS_OK;
        }
    }
    switch (scorer->leaf->kind) {
    case RLS_LEAF_WORD:
    case RLS_LEAF_PHRASE:
        return open_words(scorer);
    case RLS_LEAF_PATTERN:
    case RLS_LEAF_NEAR:
        scorer->prefix = &state->prefixes[(size_t)leaf * segments + view->number];
        scorer->never = scorer->prefix->count == 0;
        return RLS_OK;
    case RLS_LEAF_KEYWORD:
    case RLS_LEAF_KEYWORD_PREFIX:
    case RLS_LEAF_KEYWORD_PATTERN:
        scorer->reads_column = true;
        scorer->keywords.size = view->doc_count;
        scorer->keywords.words =
            rls_arena_alloc_zeroed(&state->scratch, rls_bitset_word_count(view->doc_count) + 1,
                                   sizeof(*scorer->keywords.words));
        if (scorer->keywords.words == NULL)
            return rls_search_no_memory(state);
        return rls_filter_keywords(state, view, scorer->leaf, &scorer->keywords);
    case RLS_LEAF_DATE:
    case RLS_LEAF_NUMBER:
        return open_column(scorer);
    case RLS_LEAF_LENGTH:
        scorer->reads_column = true;
        break;
    }
    return RLS_OK;
}

/* The first document >= from with a term of the word. */
static uint32_t
word_advance(rls_leaf_word *word, uint32_t from)
{
    uint32_t least = RLS_DOC_END;

    for (uint32_t i = 0; i < word->term_count; i++) {
        rls_postings_cursor *cursor = &word->terms[i].cursor;
        uint32_t doc = cursor->doc < from ? rls_postings_cursor_advance(cursor, from) : cursor->doc;
        if (doc < least)
            least = doc;
    }
    return least;
}

/* Whether a term of the word stands in `doc`, in any form and field. A bit set answers without
 * moving the cursor. */
static bool
word_has(rls_leaf_word *word, uint32_t doc)
{
    for (uint32_t i = 0; i < word->term_count; i++) {
        rls_leaf_term *term = &word->terms[i];
        if (term->list.dense != NULL) {
            if (rls_posting_list_dense_has(&term->list, doc))
                return true;
        } else if (term->cursor.doc == doc ||
                   (term->cursor.doc < doc &&
                    rls_postings_cursor_advance(&term->cursor, doc) == doc)) {
            return true;
        }
    }
    return false;
}

/* Gallops from where it stands. */
static uint32_t
prefix_advance(rls_leaf_scorer *scorer, uint32_t from)
{
    const rls_prefix_matches *prefix = scorer->prefix;
    uint32_t                  low = scorer->prefix_at, high, step = 1;

    if (low < prefix->count && prefix->docs[low] < from) {
        while (prefix->count - low > step && prefix->docs[low + step] < from) {
            low += step;
            step *= 2;
        }
        /* docs[low] < from; from is in (low, high]. */
        high = prefix->count - low > step ? low + step : prefix->count;
        while (high - low > 1) {
            uint32_t middle = low + (high - low) / 2;
            if (prefix->docs[middle] < from)
                low = middle;
            else
                high = middle;
        }
        scorer->prefix_at = low = high;
    }
    return low < prefix->count ? prefix->docs[low] : RLS_DOC_END;
}

uint32_t
rls_leaf_scorer_candidate(rls_leaf_scorer *scorer, uint32_t from)
{
    if (scorer->never || from >= scorer->view->doc_count)
        return RLS_DOC_END;
    if (scorer->reads_column)
        return from;
    if (scorer->prefix != NULL)
        return prefix_advance(scorer, from);
    for (;;) {
        uint32_t w = 1;
        from = word_advance(&scorer->words[0], from);
        if (from == RLS_DOC_END)
            return RLS_DOC_END;
        while (w < scorer->word_count) {
            rls_leaf_word *word = &scorer->words[w];
            bool           dense = word->term_count == 1 && word->terms[0].list.dense != NULL;
            uint32_t       next = from;
            if (dense)
                next += !rls_posting_list_dense_has(&word->terms[0].list, from);
            else
                next = word_advance(word, from);
            if (next != from) {
                from = next;
                break;
            }
            w++;
        }
        if (w == scorer->word_count)
            return from;
        if (from >= scorer->view->doc_count)
            return RLS_DOC_END;
        /* The rarest word leads again from there. */
    }
}

/* Start positions of the phrase in `doc`, where every word stands: those of the first words met are
 * intersected with those of the next, word after word. */
static rls_status
phrase_starts(rls_leaf_scorer *scorer, uint32_t doc, size_t *out_count)
{
    rls_search_state *state = scorer->state;
    size_t            count = 0;

    for (uint32_t w = 0; w < scorer->word_count; w++) {
        rls_leaf_word *word = &scorer->words[w];
        rls_scratch   *keys = w == 0 ? &state->keys : &state->more_keys;
        size_t         more = 0, kept = 0, at = 0;
        uint32_t       terms_met = 0;
        uint64_t      *starts, *next;
        for (uint32_t i = 0; i < word->term_count; i++) {
            rls_status status;
            if (word->terms[i].cursor.doc != doc)
                continue;
            terms_met++;
            status = rls_leaf_term_keys(state, scorer->view, &word->terms[i], scorer->field,
                                        word->offset, keys, &more);
            if (status != RLS_OK)
                return status;
        }
        if (terms_met > 1) {
            if (!rls_scratch_reserve(state, &state->sort_keys, more, sizeof(uint64_t)))
                return rls_search_no_memory(state);
            rls_sort_u64(keys->memory, state->sort_keys.memory, more);
        }
        starts = state->keys.memory;
        if (w == 0) {
            /* One position may hold a term twice: a compound and its part. */
            for (size_t i = 0; i < more; i++) {
                uint64_t start = starts[i];
                bool     repeated = kept > 0 && starts[kept - 1] == start;
                starts[kept] = start;
                kept += !repeated;
            }
        } else {
            /* Without branches, which nothing could predict. */
            next = keys->memory;
            for (size_t i = 0; i < count && at < more;) {
                uint64_t left = starts[i], right = next[at];
                starts[kept] = left;
                kept += left == right;
                i += left <= right;
                at += right <= left;
            }
        }
        count = kept;
        if (count == 0)
            break;
    }
    *out_count = count;
    return RLS_OK;
}

static rls_status
match_phrase(rls_leaf_scorer *scorer, uint32_t doc, bool *out_match, uint32_t *out_score)
{
    size_t     count = 0;
    rls_status status;

    for (uint32_t w = 0; w < scorer->word_count; w++)
        if (word_advance(&scorer->words[w], doc) != doc)
            return RLS_OK;
    status = phrase_starts(scorer, doc, &count);
    if (status != RLS_OK || count == 0)
        return status;
    *out_match = true;
    scorer->starts = count;
    if (scorer->scored) {
        float t = rls_keys_t(scorer->view, doc, scorer->state->keys.memory, count);
        *out_score = rls_contribution(scorer->leaf->scaled_weights[0],
                                      rls_saturation(t, scorer->view->now->k1));
    }
    return RLS_OK;
}

static rls_status
match_word(rls_leaf_scorer *scorer, uint32_t doc, bool *out_match, uint32_t *out_score)
{
    rls_leaf_word *word = &scorer->words[0];

    if (!scorer->scored && scorer->field == RLS_ANY_FIELD && word->any_form) {
        *out_match = word_has(word, doc);
        return RLS_OK;
    }
    if (word_advance(word, doc) != doc)
        return RLS_OK;
    for (uint32_t i = 0; i < word->term_count; i++) {
        rls_leaf_term *term = &word->terms[i];
        float          t;
        bool           match;
        rls_status     status;
        if (term->cursor.doc != doc)
            continue;
        status = rls_leaf_term_t(scorer->state, scorer->view, term, scorer->field, &t, &match);
        if (status != RLS_OK)
            return status;
        if (!match)
            continue;
        *out_match = true;
        if (scorer->scored)
            *out_score +=
                rls_contribution(term->scaled_weight, rls_saturation(t, scorer->view->now->k1));
    }
    return RLS_OK;
}

static rls_status
match_column(rls_leaf_scorer *scorer, uint32_t doc, bool *out_match)
{
    uint32_t near[8], *ordinals = near;
    uint32_t count = rls_column_ordinals(scorer->column, doc, near, 8);

    if (count > 8) {
        if (count > scorer->ordinal_capacity) {
            scorer->ordinals =
                rls_arena_alloc(&scorer->state->scratch, count * sizeof(*scorer->ordinals));
            if (scorer->ordinals == NULL)
                return rls_search_no_memory(scorer->state);
            scorer->ordinal_capacity = count;
        }
        ordinals = scorer->ordinals;
        rls_column_ordinals(scorer->column, doc, ordinals, count);
    }
    for (uint32_t i = 0; i < count; i++)
        if (ordinals[i] >= scorer->ordinal_from && ordinals[i] < scorer->ordinal_to)
            *out_match = true;
    return RLS_OK;
}

rls_status
rls_leaf_scorer_match(rls_leaf_scorer *scorer, uint32_t doc, bool *out_match, uint32_t *out_score)
{
    *out_match = false;
    *out_score = 0;
    if (scorer->never)
        return RLS_OK;
    switch (scorer->leaf->kind) {
    case RLS_LEAF_WORD:
        return match_word(scorer, doc, out_match, out_score);
    case RLS_LEAF_PHRASE:
        return match_phrase(scorer, doc, out_match, out_score);
    case RLS_LEAF_PATTERN:
    case RLS_LEAF_NEAR:
        *out_match = prefix_advance(scorer, doc) == doc;
        if (*out_match && scorer->scored)
            *out_score = rls_contribution(
                scorer->leaf->scaled_weights[0],
                rls_prefix_match_s(scorer->prefix, scorer->prefix_at, scorer->view->now->k1));
        return RLS_OK;
    case RLS_LEAF_KEYWORD:
    case RLS_LEAF_KEYWORD_PREFIX:
    case RLS_LEAF_KEYWORD_PATTERN:
        *out_match = rls_bitset_get(&scorer->keywords, doc);
        return RLS_OK;
    case RLS_LEAF_DATE:
    case RLS_LEAF_NUMBER:
        return match_column(scorer, doc, out_match);
    case RLS_LEAF_LENGTH:
        *out_match = rls_segment_length(scorer->view->segment, scorer->field, doc) > 0;
        return RLS_OK;
    }
    return RLS_OK;
}

rls_status
rls_leaf_scorer_check(const rls_leaf_scorer *scorer)
{
    for (uint32_t w = 0; w < scorer->word_count; w++)
        for (uint32_t i = 0; i < scorer->words[w].term_count; i++)
            if (scorer->words[w].terms[i].cursor.failed)
                return rls_search_corrupt(scorer->state, scorer->view);
    return RLS_OK;
}
