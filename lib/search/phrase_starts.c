#include "search/phrase_starts.h"

#include "search/leaf_terms.h"

/* Positions of the member's current posting into `out`; `fields` tells how many are of which field.
 */
static rls_status
read_positions(rls_phrase_matcher *matcher, rls_phrase_member *member, uint32_t *out,
               rls_field_freq *fields, uint32_t *out_field_count)
{
    *out_field_count = rls_postings_cursor_fields(&member->cursor, fields, UINT32_MAX);
    member->positions = out;
    return rls_postings_cursor_positions(&member->cursor, out, NULL)
               ? RLS_OK
               : rls_search_corrupt(matcher->state, matcher->view);
}

/* Those of `starts`, ascending, that have a position `offset` behind them. Nothing predicts these
 * branches, so there are none. */
static uint32_t
intersect(uint32_t *out, const uint32_t *starts, uint32_t start_count, const uint32_t *positions,
          uint32_t position_count, uint32_t offset)
{
    uint32_t kept = 0, s = 0, p = 0;

    while (s < start_count && p < position_count) {
        uint32_t start = starts[s], wanted = start + offset, position = positions[p];
        out[kept] = start;
        kept += wanted == position;
        s += wanted <= position;
        p += position <= wanted;
    }
    return kept;
}

/* The same, and the form at that position counts; one position may be there twice. */
static uint32_t
intersect_forms(uint32_t *out, const uint32_t *starts, uint32_t start_count,
                const rls_phrase_member *member, const uint32_t *positions, uint32_t position_count,
                const uint32_t *codes)
{
    uint32_t kept = 0, p = 0;

    for (uint32_t s = 0; s < start_count; s++) {
        uint32_t start = starts[s], wanted = start + member->offset;
        bool     counts = false;
        while (p < position_count && positions[p] < wanted)
            p++;
        for (uint32_t i = p; i < position_count && positions[i] == wanted; i++)
            counts = counts || (member->forms[codes[i] / 64] >> codes[i] % 64 & 1) != 0;
        out[kept] = start;
        kept += counts;
    }
    return kept;
}

/* Leaves of the starts those that the word has as well; with `codes`, in a form that counts. */
static void
keep_starts(rls_phrase_matcher *matcher, const rls_phrase_member *member, uint32_t field_count,
            const uint32_t *codes)
{
    const rls_field_freq *fields = matcher->fields;
    uint32_t             *starts = matcher->state->keys.memory;
    uint32_t              kept = 0, kept_fields = 0, at = 0, next_at = 0, n = 0;

    for (uint32_t f = 0; f < matcher->start_field_count; f++) {
        rls_field_freq of = matcher->start_fields[f];
        uint32_t       count = 0;
        while (n < field_count && fields[n].field < of.field)
            next_at += fields[n++].freq;
        if (n < field_count && fields[n].field == of.field && codes == NULL)
            count = intersect(starts + kept, starts + at, of.freq, member->positions + next_at,
                              fields[n].freq, member->offset);
        else if (n < field_count && fields[n].field == of.field)
            count = intersect_forms(starts + kept, starts + at, of.freq, member,
                                    member->positions + next_at, fields[n].freq, codes + next_at);
        at += of.freq;
        kept += count;
        if (count > 0)
            matcher->start_fields[kept_fields++] = (rls_field_freq){of.field, count};
    }
    matcher->start_count = kept;
    matcher->start_field_count = kept_fields;
}

/* The starts of the first word asked, whose fields are in start_fields; one position may hold a
 * term twice, a compound and its part. */
static void
first_starts(rls_phrase_matcher *matcher, const rls_phrase_member *member)
{
    uint32_t *starts = matcher->state->keys.memory;
    uint32_t  kept = 0, at = 0, kept_fields = 0;

    for (uint32_t f = 0; f < matcher->start_field_count; f++) {
        rls_field_freq of = matcher->start_fields[f];
        uint32_t       end = at + of.freq, first = kept;
        if (matcher->field != RLS_ANY_FIELD && of.field != matcher->field) {
            at = end;
            continue;
        }
        for (; at < end; at++) {
            uint32_t position = member->positions[at], start = position - member->offset;
            bool     repeated = kept > first && starts[kept - 1] == start;
            starts[kept] = start;
            kept += position >= member->offset && !repeated;
        }
        if (kept > first)
            matcher->start_fields[kept_fields++] = (rls_field_freq){of.field, kept - first};
    }
    matcher->start_field_count = kept_fields;
    matcher->start_count = kept;
}

/* Of the starts found leaves those where the forms of all words count. Forms of a block are told
 * one after another, so they are read only where the phrase stands in some form. */
static rls_status
keep_forms(rls_phrase_matcher *matcher)
{
    rls_search_state *state = matcher->state;

    for (uint32_t i = 0; i < matcher->member_count && matcher->start_count > 0; i++) {
        rls_phrase_member *member = matcher->members[i];
        uint32_t           field_count;
        if (member->forms == NULL)
            continue;
        if (!rls_scratch_reserve(state, &state->forms, rls_postings_cursor_freq(&member->cursor),
                                 sizeof(uint32_t)))
            return rls_search_no_memory(state);
        field_count = rls_postings_cursor_fields(&member->cursor, matcher->fields, UINT32_MAX);
        if (!rls_postings_cursor_codes(&member->cursor, state->forms.memory))
            return rls_search_corrupt(state, matcher->view);
        keep_starts(matcher, member, field_count, state->forms.memory);
    }
    return RLS_OK;
}

/* Words by their frequency in the document, rare ones first; returns their number. */
static uint32_t
order_words(rls_phrase_matcher *matcher, uint64_t *out_total)
{
    uint32_t count = 0;

    *out_total = 0;
    for (uint32_t i = 0; i < matcher->member_count; i++) {
        rls_phrase_member *member = matcher->members[i];
        uint32_t           at = count;
        if (member->is_pair)
            continue;
        member->freq = rls_postings_cursor_freq(&member->cursor);
        *out_total += member->freq;
        for (; at > 0 && matcher->order[at - 1]->freq > member->freq; at--)
            matcher->order[at] = matcher->order[at - 1];
        matcher->order[at] = member;
        count++;
    }
    return count;
}

/* Into state->keys, field after field. */
rls_status
rls_phrase_find_starts(rls_phrase_matcher *matcher)
{
    rls_search_state *state = matcher->state;
    uint64_t          total;
    uint32_t          count = order_words(matcher, &total), *pool;

    matcher->start_count = 0;
    if (total > SIZE_MAX / sizeof(uint32_t) ||
        !rls_scratch_reserve(state, &state->positions, (size_t)total, sizeof(uint32_t)) ||
        !rls_scratch_reserve(state, &state->keys, matcher->order[0]->freq, sizeof(uint64_t)))
        return rls_search_no_memory(state);
    pool = state->positions.memory;
    for (uint32_t w = 0; w < count; w++) {
        rls_phrase_member *member = matcher->order[w];
        uint32_t           field_count;
        rls_status         status = read_positions(
                    matcher, member, pool, w == 0 ? matcher->start_fields : matcher->fields, &field_count);
        if (status != RLS_OK)
            return status;
        if (w == 0) {
            matcher->start_field_count = field_count;
            first_starts(matcher, member);
        } else {
            keep_starts(matcher, member, field_count, NULL);
        }
        if (matcher->start_count == 0)
            return RLS_OK;
        pool += member->freq;
    }
    return keep_forms(matcher);
}
