/* Ranges of values as filters over bit sets: zones that lie in the range or beside it decide for
 * their 256 documents at once. */
#include "segment/columns.h"

enum {
    FEW = 12, /* documents of a word: asked for one by one */
    ZONE_WORDS = RLS_COLUMN_ZONE / 64
};

/* Entries [*start, *end) of a slot of a column with several values a document. */
static void
find_entries(const rls_column *column, uint64_t slot, uint64_t *start, uint64_t *end)
{
    *start = rls_frames_get(&column->starts, slot);
    *end = rls_frames_get(&column->starts, slot + 1);
    if (*end > column->entry_count)
        *end = column->entry_count;
}

static bool
slot_has(const rls_column *column, uint64_t slot, uint32_t least, uint32_t end)
{
    uint64_t first = slot, last = slot + 1;
    /* A dense column of one value a document says 0 for none. */
    uint32_t shift = column->single && !column->sparse;

    if (!column->single)
        find_entries(column, slot, &first, &last);
    for (; first < last; first++) {
        uint64_t ordinal = rls_packed_get(column->ordinals, column->ordinal_width, first) - shift;
        if (ordinal >= least && ordinal < end)
            return true;
    }
    return false;
}

/* 64 documents of a dense column. */
static uint64_t
keep_word(const rls_column *column, uint32_t least, uint32_t end, uint32_t from, uint64_t word)
{
    uint32_t width = column->ordinal_width;
    uint64_t low = (uint64_t)least + 1, span = end - least, kept = 0;
    uint32_t count = column->doc_count - from < 64 ? column->doc_count - from : 64;

    if (column->single && __builtin_popcountll(word) > FEW) {
        for (uint32_t i = 0; i < count; i++) {
            uint64_t ordinal = rls_packed_get(column->ordinals, width, (uint64_t)from + i);
            kept |= (uint64_t)(ordinal - low < span) << i;
        }
        return kept & word;
    }
    for (; word != 0; word &= word - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(word);
        if (at < count && slot_has(column, (uint64_t)from + at, least, end))
            kept |= word & -word;
    }
    return kept;
}

static bool
is_clear(const uint64_t *words, uint32_t count)
{
    uint64_t any = 0;

    for (uint32_t i = 0; i < count; i++)
        any |= words[i];
    return any == 0;
}

static void
keep_sparse(const rls_column *column, uint32_t least, uint32_t end, uint32_t from,
            uint32_t word_count, uint64_t *words)
{
    uint64_t slot = rls_frames_find(&column->docs, 0, column->docs_with, from), bit = 0;
    uint32_t at = 0;
    uint64_t kept = 0;

    for (; slot < column->docs_with; slot++) {
        uint64_t doc = rls_frames_get(&column->docs, slot);
        if (doc < from)
            continue; /* damaged */
        doc -= from;
        if (doc / 64 >= word_count || doc / 64 < at)
            break;
        for (; at < doc / 64; at++, kept = 0)
            words[at] &= kept;
        bit = UINT64_C(1) << doc % 64;
        if ((words[at] & bit) != 0 && slot_has(column, slot, least, end))
            kept |= bit;
    }
    for (; at < word_count; at++, kept = 0)
        words[at] &= kept;
}

void
rls_column_keep(const rls_column *column, uint32_t least, uint32_t end, uint32_t from,
                uint32_t word_count, uint64_t *words)
{
    if (column->sparse) {
        keep_sparse(column, least, end, from, word_count, words);
        return;
    }
    for (uint32_t at = 0; at < word_count; at += ZONE_WORDS) {
        uint32_t zone_from = from + 64 * at, lowest, highest;
        uint32_t count = word_count - at < ZONE_WORDS ? word_count - at : ZONE_WORDS;
        if (is_clear(words + at, count))
            continue;
        if (!rls_column_zone(column, zone_from / RLS_COLUMN_ZONE, &lowest, &highest) ||
            highest < least || lowest >= end) {
            memset(words + at, 0, count * sizeof(*words));
            continue;
        }
        if (lowest >= least && highest < end &&
            rls_column_zone_is_whole(column, zone_from / RLS_COLUMN_ZONE))
            continue;
        for (uint32_t i = 0; i < count && zone_from + 64 * i < column->doc_count; i++)
            if (words[at + i] != 0)
                words[at + i] = keep_word(column, least, end, zone_from + 64 * i, words[at + i]);
    }
}
