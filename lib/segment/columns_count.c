/* How many documents of a set have each value: ordinals are read in runs, not document by
 * document. */
#include "base/popcount.h"
#include "segment/columns.h"

enum {
    WORD = 64,
    FEW = 16 /* documents of a word: asked for one by one */
};

/* A count that is added to ordinal after ordinal. Neighbours often have the same value, and a sum
 * in a register does not wait for memory. */
typedef struct tally {
    const rls_column *column;
    const uint32_t   *firsts; /* NULL: every value counts by itself */
    uint32_t         *counts;
    uint64_t          with; /* documents that have a value */
} tally;

static inline void
add_ordinal(tally *t, uint64_t ordinal, uint64_t *last, uint32_t *run)
{
    if (ordinal == *last) {
        ++*run;
        return;
    }
    if (*run > 0)
        t->counts[*last] += *run;
    *last = ordinal;
    *run = 1;
}

/* A word of documents of a dense column of one value each. */
static void
count_single(tally *t, uint32_t from, uint64_t word, uint64_t *last, uint32_t *run)
{
    const rls_column *column = t->column;
    uint32_t          width = column->ordinal_width;
    uint32_t          doc;

    if (word == UINT64_MAX) {
        for (doc = from; doc < from + WORD; doc++) {
            uint64_t ordinal = rls_packed_get(column->ordinals, width, doc) - 1;
            if (ordinal >= column->value_count)
                continue;
            t->with++;
            add_ordinal(t, ordinal, last, run);
        }
        return;
    }
    for (; word != 0; word &= word - 1) {
        uint64_t ordinal;
        doc = from + (uint32_t)__builtin_ctzll(word);
        ordinal = rls_packed_get(column->ordinals, width, doc) - 1;
        if (ordinal >= column->value_count)
            continue;
        t->with++;
        add_ordinal(t, ordinal, last, run);
    }
}

/* Entries [start, end), of one document. */
static void
count_entries(tally *t, uint64_t start, uint64_t end)
{
    const rls_column *column = t->column;
    uint64_t          before = UINT64_MAX;
    bool              any = false;

    if (end > column->entry_count)
        end = column->entry_count;
    for (; start < end; start++) {
        uint64_t ordinal = rls_packed_get(column->ordinals, column->ordinal_width, start);
        if (ordinal >= column->value_count)
            continue;
        any = true;
        if (t->firsts != NULL)
            ordinal = t->firsts[ordinal];
        t->counts[ordinal] += t->firsts == NULL || ordinal != before;
        before = ordinal;
    }
    t->with += any;
}

/* Entries of neighbouring documents that all have a value, in one run. */
static void
count_run(tally *t, uint64_t start, uint64_t end)
{
    const rls_column *column = t->column;
    const uint8_t    *ordinals = column->ordinals;
    uint32_t          width = column->ordinal_width, value_count = column->value_count;
    uint32_t         *counts = t->counts;

    if (end > column->entry_count)
        end = column->entry_count;
    for (; start < end; start++) {
        uint64_t ordinal = rls_packed_get(ordinals, width, start);
        if (ordinal < value_count)
            counts[ordinal]++;
    }
}

/* A word of documents of a dense column of several values. */
static void
count_several(tally *t, uint32_t from, uint64_t word)
{
    const rls_column *column = t->column;
    uint64_t          starts[WORD + 1];
    bool              whole = t->firsts == NULL && word != UINT64_MAX &&
                 rls_column_zone_is_whole(column, from / RLS_COLUMN_ZONE);
    uint32_t count = column->doc_count - from < WORD ? column->doc_count - from : WORD;

    if (__builtin_popcountll(word) < FEW) {
        for (; word != 0; word &= word - 1) {
            uint64_t doc = from + (uint32_t)__builtin_ctzll(word);
            count_entries(t, rls_frames_get(&column->starts, doc),
                          rls_frames_get(&column->starts, doc + 1));
        }
        return;
    }
    if (word == UINT64_MAX && t->firsts == NULL &&
        rls_column_zone_is_whole(column, from / RLS_COLUMN_ZONE)) {
        count_run(t, rls_frames_get(&column->starts, from),
                  rls_frames_get(&column->starts, (uint64_t)from + WORD));
        t->with += WORD;
        return;
    }
    rls_frames_get_run(&column->starts, from, count, starts);
    starts[count] = rls_frames_get(&column->starts, (uint64_t)from + count);
    while (whole && word != 0) {
        uint32_t first = (uint32_t)__builtin_ctzll(word);
        uint32_t run = (uint32_t)__builtin_ctzll(~(word >> first)); /* word is not all ones */
        count_run(t, starts[first], starts[first + run]);
        t->with += run;
        word &= word + (word & -word);
    }
    for (; word != 0; word &= word - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(word);
        if (at < count)
            count_entries(t, starts[at], starts[at + 1]);
    }
}

static void
count_sparse(tally *t, uint32_t from, uint32_t word_count, const uint64_t *words)
{
    const rls_column *column = t->column;
    uint64_t          slot = rls_frames_find(&column->docs, 0, column->docs_with, from);

    for (; slot < column->docs_with; slot++) {
        uint64_t doc = rls_frames_get(&column->docs, slot), start = slot, end = slot + 1;
        if (doc < from || (doc -= from) / WORD >= word_count)
            break;
        if ((words[doc / WORD] >> doc % WORD & 1) == 0)
            continue;
        if (!column->single) {
            start = rls_frames_get(&column->starts, slot);
            end = rls_frames_get(&column->starts, slot + 1);
        }
        count_entries(t, start, end);
    }
}

uint64_t
rls_column_count(const rls_column *column, const uint32_t *firsts, uint32_t from,
                 uint32_t word_count, const uint64_t *words, uint32_t *counts)
{
    tally    t = {column, firsts, counts, 0};
    uint64_t last = 0;
    uint32_t run = 0;

    if (column->sparse) {
        count_sparse(&t, from, word_count, words);
        return t.with;
    }
    for (uint32_t i = 0; i < word_count && from + WORD * i < column->doc_count; i++) {
        uint32_t left = column->doc_count - from - WORD * i;
        uint64_t word = left < WORD ? words[i] & ((UINT64_C(1) << left) - 1) : words[i];
        if (word == 0)
            continue;
        if (column->single)
            count_single(&t, from + WORD * i, word, &last, &run);
        else
            count_several(&t, from + WORD * i, word);
    }
    if (run > 0)
        counts[last] += run;
    return t.with;
}
