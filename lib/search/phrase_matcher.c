#include "search/phrase_matcher.h"

#include "analysis/function_words.h"
#include "search/leaf_terms.h"
#include "search/phrase_starts.h"

/* A phrase is at most as frequent in every field as each of its words, so that its T is at most
 * theirs; but quotients that are rounded may, by a last bit or two, descend where T ascends. */
static float
bound_weight(float scaled_weight)
{
    return scaled_weight * 1.000001f;
}

/* Its cursors, which are large, are opened when they are first asked. */
static rls_phrase_member *
new_member(rls_phrase_matcher *matcher)
{
    rls_phrase_member *member = rls_arena_alloc(&matcher->state->scratch, sizeof(*member));

    if (member != NULL) {
        member->forms = NULL;
        member->offset = 0;
        member->freq = 0;
        member->positions = NULL;
        member->is_pair = member->covered = member->inner = member->selective = false;
        member->scout.failed = member->cursor.failed = false;
        member->scout_open = member->cursor_open = false;
        member->scout_forms.block = member->cursor_forms.block = UINT32_MAX;
    }
    return member;
}

static void
insert_member(rls_phrase_matcher *matcher, rls_phrase_member *member)
{
    uint32_t at = matcher->member_count++;

    for (; at > 0 && matcher->members[at - 1]->list.doc_freq > member->list.doc_freq; at--)
        matcher->members[at] = matcher->members[at - 1];
    matcher->members[at] = member;
}

/* What pairs know of a word: its number in their list, and whether it is meant as a word, in
 * whatever case and with whatever marks, or as a term, in any inflection; else the number is 0. */
static rls_pair_kind
pair_word(const rls_match_word *word, uint32_t *out_number)
{
    *out_number = 0;
    if (word->pattern != NULL)
        return RLS_PAIR_OF_WORDS;
    if (word->form.size == 0) {
        if (word->term_count == 1)
            *out_number = rls_function_word(word->terms[0]);
        return RLS_PAIR_OF_TERMS;
    }
    if (word->level == RLS_FOLD_ALL)
        *out_number = rls_function_word(word->form);
    return RLS_PAIR_OF_WORDS;
}

/* Words `number` and the next of the phrase: the key of their pair, size 0 when none is indexed. */
static size_t
pair_key(const rls_plan_leaf *leaf, uint32_t number, uint8_t *key)
{
    uint32_t      left, right;
    rls_pair_kind kind = pair_word(&leaf->words[number], &left);

    if (pair_word(&leaf->words[number + 1], &right) != kind ||
        leaf->offsets[number + 1] - leaf->offsets[number] != 1 ||
        !rls_function_words_pair(left, right))
        return 0;
    return rls_function_words_key(kind, left, right, key);
}

rls_status
rls_phrase_pair_list(rls_search_state *state, const rls_segment_view *view, uint32_t leaf,
                     rls_posting_list *out_list, bool *out_pair)
{
    const rls_plan_leaf *of = &state->plan.leaves[leaf];
    uint8_t              key[RLS_PAIR_MAX];
    size_t               size = 0;

    if (of->kind == RLS_LEAF_PHRASE && of->word_count == 2 && of->field.size == 0)
        size = pair_key(of, 0, key);
    *out_pair = size > 0;
    return size == 0 ? RLS_NOT_FOUND
                     : rls_segment_find_term(view->segment, rls_bytes_of(key, size), out_list,
                                             state->err);
}

/* The pair of a word and the next, if there is one. */
static rls_status
open_pair(rls_phrase_matcher *matcher, uint32_t number, bool *out_is_pair)
{
    uint8_t            key[RLS_PAIR_MAX];
    size_t             size = pair_key(matcher->leaf, number, key);
    rls_phrase_member *member;
    rls_status         status;

    *out_is_pair = size > 0;
    if (size == 0)
        return RLS_OK;
    member = new_member(matcher);
    if (member == NULL)
        return rls_search_no_memory(matcher->state);
    status = rls_segment_find_term(matcher->view->segment, rls_bytes_of(key, size), &member->list,
                                   matcher->state->err);
    if (status == RLS_OK) {
        member->is_pair = true;
        insert_member(matcher, member);
    } else if (status == RLS_NOT_FOUND) {
        matcher->never = true;
        status = RLS_OK;
    }
    return status;
}

/* Whether so few occurrences of the term are in forms that count that these are worth asking for
 * before all else. */
static bool
is_selective(const rls_phrase_member *member, rls_bytes term)
{
    rls_form_iterator iterator;
    rls_form          form;
    uint64_t          counting = 0;

    if (member->forms == NULL)
        return false;
    rls_form_iterator_init(&iterator, &member->list, term);
    for (uint32_t i = 0; rls_form_iterator_next(&iterator, &form); i++)
        if (member->forms[i / 64] >> i % 64 & 1)
            counting += form.count;
    return counting < member->list.total_freq / 2;
}

/* *out_several: the word has more than one term here. */
static rls_status
open_word(rls_phrase_matcher *matcher, uint32_t number, bool covered, bool *out_several)
{
    rls_search_state     *state = matcher->state;
    const rls_plan_leaf  *leaf = matcher->leaf;
    const rls_match_word *word = &leaf->words[number];
    rls_phrase_member    *member = new_member(matcher);
    uint32_t              found = 0;

    if (member == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; i < word->term_count; i++) {
        rls_posting_list list;
        const uint64_t  *forms;
        bool             any;
        rls_status       status =
            rls_segment_find_term(matcher->view->segment, word->terms[i], &list, state->err);
        if (status == RLS_NOT_FOUND)
            continue;
        if (status == RLS_OK)
            status = rls_leaf_forms(state, matcher->view, &state->scratch, &list, word->terms[i],
                                    word, &forms, &any);
        if (status != RLS_OK)
            return status;
        if (!any)
            continue;
        if (found++ > 0) {
            *out_several = true;
            return RLS_OK;
        }
        member->list = list;
        member->forms = forms;
        member->selective = is_selective(member, word->terms[i]);
    }
    if (found == 0) {
        matcher->never = true;
        return RLS_OK;
    }
    member->offset = leaf->offsets[number];
    member->covered = covered;
    member->inner = number > 0 && number + 1 < leaf->word_count;
    insert_member(matcher, member);
    return RLS_OK;
}

static rls_status
open_members(rls_phrase_matcher *matcher, bool *out_several)
{
    rls_search_state *state = matcher->state;
    uint32_t          count = matcher->leaf->word_count;
    uint32_t          fields = rls_segment_norms(matcher->view->segment)->field_count;
    uint32_t          pairs = 0;
    bool              pair = false;

    matcher->members =
        rls_arena_alloc(&state->scratch, 2 * (size_t)count * sizeof(*matcher->members));
    matcher->fields =
        rls_arena_alloc(&state->scratch, 2 * ((size_t)fields + 1) * sizeof(*matcher->fields));
    matcher->order = rls_arena_alloc(&state->scratch, count * sizeof(*matcher->order));
    if (matcher->members == NULL || matcher->order == NULL || matcher->fields == NULL)
        return rls_search_no_memory(state);
    matcher->start_fields = matcher->fields + fields + 1;
    for (uint32_t w = 0; w < count; w++) {
        bool       before = pair;
        rls_status status = RLS_OK;
        pair = false;
        if (w + 1 < count)
            status = open_pair(matcher, w, &pair);
        pairs += pair;
        if (status == RLS_OK && !matcher->never)
            status = open_word(matcher, w, before || pair, out_several);
        if (status != RLS_OK || matcher->never || *out_several)
            return status;
    }
    matcher->all_pairs = pairs + 1 == count && matcher->field == RLS_ANY_FIELD;
    return RLS_OK;
}

rls_status
rls_phrase_matcher_new(rls_search_state *state, const rls_segment_view *view, uint32_t leaf,
                       rls_phrase_matcher **out_matcher)
{
    rls_phrase_matcher *matcher = rls_arena_alloc_zeroed(&state->scratch, 1, sizeof(*matcher));
    bool                several = false;
    rls_status          status;

    *out_matcher = NULL;
    if (matcher == NULL)
        return rls_search_no_memory(state);
    matcher->state = state;
    matcher->view = view;
    matcher->leaf = &state->plan.leaves[leaf];
    matcher->field = RLS_ANY_FIELD;
    if (matcher->leaf->field.size > 0) {
        matcher->field = rls_segment_field_number(view->segment, matcher->leaf->field);
        matcher->never = matcher->field == UINT32_MAX;
    }
    status = matcher->never ? RLS_OK : open_members(matcher, &several);
    if (status != RLS_OK || several)
        return status;
    if (matcher->leaf->scored && !matcher->never && view->up != NULL) {
        matcher->bound_weight = bound_weight(matcher->leaf->scaled_weights[0]);
        rls_contributions(matcher->bound_weight, view->up, matcher->bounds, 256);
        matcher->best = UINT32_MAX;
        for (uint32_t i = 0; i < matcher->member_count; i++) {
            uint32_t best = matcher->bounds[matcher->members[i]->list.best];
            matcher->best = best < matcher->best ? best : matcher->best;
        }
    }
    *out_matcher = matcher;
    return RLS_OK;
}

void
rls_phrase_matcher_rewind(rls_phrase_matcher *matcher)
{
    for (uint32_t i = 0; i < matcher->member_count; i++) {
        rls_phrase_member *member = matcher->members[i];
        /* One that failed stays at its end. */
        member->scout_open = member->scout.failed;
        member->cursor_open = member->cursor.failed;
    }
}

static inline uint32_t
advance(rls_postings_cursor *cursor, bool *open, const rls_posting_list *list, uint32_t from)
{
    if (!*open) {
        rls_postings_cursor_open(cursor, list);
        *open = true;
    }
    return cursor->doc < from ? rls_postings_cursor_advance(cursor, from) : cursor->doc;
}

static uint32_t
scout_advance(rls_phrase_member *member, uint32_t from)
{
    return advance(&member->scout, &member->scout_open, &member->list, from);
}

static uint32_t
cursor_advance(rls_phrase_member *member, uint32_t from)
{
    return advance(&member->cursor, &member->cursor_open, &member->list, from);
}

/* A bit set answers without moving the cursor. */
static bool
member_has(rls_phrase_member *member, uint32_t doc)
{
    if (member->list.dense != NULL)
        return rls_posting_list_dense_has(&member->list, doc);
    return scout_advance(member, doc) == doc;
}

/* Occurrences in forms that count in the posting that `cursor` stands on; 0 on damage, too. */
static uint32_t
form_freq(const rls_phrase_member *member, rls_postings_cursor *cursor, rls_form_freqs *known)
{
    if (cursor->doc == RLS_DOC_END)
        return 0;
    if (known->block != cursor->block.number) {
        known->block = UINT32_MAX;
        if (!rls_postings_cursor_form_freqs(cursor, member->forms, known->freqs))
            return 0;
        known->block = cursor->block.number;
    }
    return known->freqs[cursor->at];
}

/* Whether the words that few of their forms count of stand in `doc` in one that does. */
static bool
has_forms(rls_phrase_matcher *matcher, uint32_t doc)
{
    for (uint32_t i = 0; i < matcher->member_count; i++) {
        rls_phrase_member *member = matcher->members[i];
        if (member->selective && (scout_advance(member, doc) != doc ||
                                  form_freq(member, &member->scout, &member->scout_forms) == 0))
            return false;
    }
    return true;
}

bool
rls_phrase_has_words(rls_phrase_matcher *matcher, uint32_t doc, bool in_first)
{
    for (uint32_t i = in_first; i < matcher->member_count; i++)
        if (!matcher->members[i]->covered && !member_has(matcher->members[i], doc))
            return false;
    return has_forms(matcher, doc);
}

uint32_t
rls_phrase_candidate(rls_phrase_matcher *matcher, uint32_t from)
{
    while (!matcher->never && from < matcher->view->doc_count) {
        uint32_t i = 1;
        from = scout_advance(matcher->members[0], from);
        if (from >= matcher->view->doc_count)
            break;
        for (; i < matcher->member_count; i++) {
            rls_phrase_member *member = matcher->members[i];
            if (member->covered || member_has(member, from))
                continue;
            from = member->list.dense == NULL ? member->scout.doc : from + 1;
            break;
        }
        if (i < matcher->member_count)
            continue;
        if (has_forms(matcher, from))
            return from;
        from++;
    }
    return RLS_DOC_END;
}

uint32_t
rls_phrase_range_bound(const rls_phrase_matcher *matcher, uint32_t range)
{
    uint32_t least = matcher->best;

    for (uint32_t i = 0; i < matcher->member_count; i++) {
        const rls_posting_list *list = &matcher->members[i]->list;
        uint32_t                bound;
        if (list->range_row == NULL || matcher->members[i]->covered)
            continue;
        bound = matcher->bounds[list->range_row[range]];
        least = bound < least ? bound : least;
    }
    return least;
}

/* T of the word in the document, in forms that count as far as that is cheap. */
static float
word_t(rls_phrase_matcher *matcher, rls_phrase_member *member)
{
    rls_postings_cursor *cursor = &member->cursor;
    float                t = rls_postings_cursor_t(cursor, matcher->view->now);
    uint32_t             freq, at;

    if (!member->selective)
        return t;
    /* The scout mostly stands in the same block. */
    freq = form_freq(member, cursor,
                     member->scout_forms.block == cursor->block.number ? &member->scout_forms
                                                                       : &member->cursor_forms);
    at = cursor->at;
    if (cursor->failed || !rls_postings_cursor_bodies(cursor) ||
        (cursor->block.has_fields && (cursor->block.with_fields[at / 64] >> at % 64 & 1) != 0))
        return t;
    return rls_field_t(matcher->view, cursor->doc, 0, freq);
}

/* The most that the phrase contributes where the cursors stand. */
static uint32_t
document_bound(rls_phrase_matcher *matcher, uint32_t least)
{
    uint32_t bound = UINT32_MAX;

    for (uint32_t i = 0; i < matcher->member_count && bound >= least; i++) {
        float    t;
        uint32_t one;
        if (matcher->members[i]->covered)
            continue;
        t = word_t(matcher, matcher->members[i]);
        one = rls_contribution(matcher->bound_weight, rls_saturation(t, matcher->view->now->k1));
        bound = one < bound ? one : bound;
    }
    return bound;
}

/* Moves the cursors of the covered members, or of the others, to `doc`; false when some word is not
 * there. */
static bool
move_cursors(rls_phrase_matcher *matcher, uint32_t doc, bool covered)
{
    for (uint32_t i = 0; i < matcher->member_count; i++) {
        rls_phrase_member *member = matcher->members[i];
        if (member->covered == covered && cursor_advance(member, doc) != doc)
            return false;
    }
    return true;
}

/* Where every two words are a pair, frequencies may tell what positions would: of the places of an
 * inner word, some have the word before it, some the word behind it, and when these are more than
 * all its places together, they have some in common. `*out_rarest` is the rarest pair when its
 * frequency is that of the phrase, in every field, or NULL; returns the least that the phrase
 * occurs. */
static uint32_t
count_by_pairs(rls_phrase_matcher *matcher, rls_phrase_member **out_rarest)
{
    int64_t            sum = 0;
    uint32_t           least = UINT32_MAX;
    rls_phrase_member *rarest = NULL;

    for (uint32_t i = 0; i < matcher->member_count; i++) {
        rls_phrase_member *member = matcher->members[i];
        uint32_t           freq = 0;
        if (member->is_pair || member->inner)
            freq = rls_postings_cursor_freq(&member->cursor);
        sum += member->is_pair ? (int64_t)freq : -(int64_t)freq;
        if (member->is_pair && freq < least) {
            least = freq;
            rarest = member;
        }
    }
    *out_rarest = sum == (int64_t)least ? rarest : NULL;
    return sum < 0 ? 0 : (uint32_t)sum;
}

static void
score_t(const rls_phrase_matcher *matcher, float t, uint32_t *out_score)
{
    *out_score = rls_contribution(matcher->leaf->scaled_weights[0],
                                  rls_saturation(t, matcher->view->now->k1));
}

rls_status
rls_phrase_match(rls_phrase_matcher *matcher, uint32_t doc, uint32_t least, bool *out_match,
                 bool *out_low, uint32_t *out_score)
{
    bool       scored = out_score != NULL && matcher->leaf->scored;
    rls_status status;
    float      t = 0.0f;

    *out_match = *out_low = false;
    if (out_score != NULL)
        *out_score = 0;
    if (!move_cursors(matcher, doc, false))
        return rls_phrase_matcher_check(matcher);
    if (least > 0 && matcher->leaf->scored && document_bound(matcher, least) < least) {
        *out_low = true;
        return rls_phrase_matcher_check(matcher);
    }
    if (!move_cursors(matcher, doc, true))
        return rls_phrase_matcher_check(matcher);
    if (matcher->all_pairs) {
        rls_phrase_member *rarest;
        if (count_by_pairs(matcher, &rarest) > 0 && (!scored || rarest != NULL)) {
            *out_match = true;
            if (scored)
                score_t(matcher, rls_postings_cursor_t(&rarest->cursor, matcher->view->now),
                        out_score);
            return rls_phrase_matcher_check(matcher);
        }
    }
    status = rls_phrase_find_starts(matcher);
    if (status != RLS_OK || matcher->start_count == 0)
        return status;
    *out_match = true;
    if (!scored)
        return RLS_OK;
    for (uint32_t f = 0; f < matcher->start_field_count; f++)
        t = t + rls_field_t(matcher->view, doc, matcher->start_fields[f].field,
                            matcher->start_fields[f].freq);
    score_t(matcher, t, out_score);
    return RLS_OK;
}

rls_status
rls_phrase_matcher_check(const rls_phrase_matcher *matcher)
{
    for (uint32_t i = 0; i < matcher->member_count; i++)
        if (matcher->members[i]->cursor.failed || matcher->members[i]->scout.failed)
            return rls_search_corrupt(matcher->state, matcher->view);
    return RLS_OK;
}
