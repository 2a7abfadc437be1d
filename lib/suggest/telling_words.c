#include "suggest/telling_words.h"

#include <math.h>

#include "analysis/stop_words.h"
#include "base/sort.h"
#include "search/similarity_bm25.h" /* rls_idf */

enum {
    TOKENS_AT_ONCE = 256
};

/* A surface: analysed once, then counted. */
typedef struct surface_entry {
    rls_bytes surface;
    uint32_t  term; /* in counts */
    uint64_t  count;
} surface_entry;

typedef struct term_count {
    rls_bytes term;
    rls_bytes surface; /* the most frequent one */
    uint64_t  surface_count, count;
} term_count;

void
rls_telling_words_init(rls_telling_words *telling, rls_heap *heap, const rls_snapshot *snapshot,
                       rls_error *err)
{
    *telling = (rls_telling_words){.heap = heap, .snapshot = snapshot, .err = err};
    rls_arena_init(&telling->arena, heap, 8 << 10);
    rls_hash_table_init(&telling->surfaces, heap);
    rls_hash_table_init(&telling->terms, heap);
    rls_buffer_init(&telling->entries, heap);
    rls_buffer_init(&telling->counts, heap);
}

void
rls_telling_words_release(rls_telling_words *telling)
{
    rls_buffer_release(&telling->counts);
    rls_buffer_release(&telling->entries);
    rls_hash_table_release(&telling->terms);
    rls_hash_table_release(&telling->surfaces);
    rls_arena_release(&telling->arena);
}

static rls_status
no_memory(const rls_telling_words *telling)
{
    return rls_fail(telling->err, RLS_NO_MEMORY, "no memory to choose words");
}

static rls_status
find_term(rls_telling_words *telling, rls_analyzer *analyzer, rls_bytes surface,
          uint32_t *out_number)
{
    term_count     added = {0};
    uint32_t       next = (uint32_t)(telling->counts.size / sizeof added), *number;
    const uint8_t *stored;
    bool           inserted;
    rls_bytes      term;
    rls_status     status = rls_analyzer_term(analyzer, surface, &term, telling->err);

    if (status != RLS_OK)
        return status;
    number = rls_hash_table_insert(&telling->terms, term, next, &inserted, &stored);
    if (number == NULL)
        return no_memory(telling);
    *out_number = *number;
    if (!inserted)
        return RLS_OK;
    added.term = rls_bytes_of(stored, term.size);
    rls_buffer_append(&telling->counts, &added, sizeof added);
    return telling->counts.failed ? no_memory(telling) : RLS_OK;
}

static rls_status
count_surface(rls_telling_words *telling, rls_analyzer *analyzer, rls_bytes surface, uint32_t times)
{
    surface_entry  added = {.count = times}, *entry;
    uint32_t       next = (uint32_t)(telling->entries.size / sizeof added), *number;
    const uint8_t *stored;
    bool           inserted;

    number = rls_hash_table_find(&telling->surfaces, surface);
    if (number != NULL) {
        entry = (surface_entry *)(void *)telling->entries.data + *number;
        entry->count += times;
        return RLS_OK;
    }
    if (telling->surfaces.count >= RLS_TELLING_TERMS_MAX)
        return RLS_OK;
    number = rls_hash_table_insert(&telling->surfaces, surface, next, &inserted, &stored);
    if (number == NULL)
        return no_memory(telling);
    added.surface = rls_bytes_of(stored, surface.size);
    rls_buffer_append(&telling->entries, &added, sizeof added);
    if (telling->entries.failed)
        return no_memory(telling);
    entry = (surface_entry *)(void *)telling->entries.data + next;
    return find_term(telling, analyzer, added.surface, &entry->term);
}

/* Surfaces of one text have one analyzer; those of the next may have another. */
static void
gather_surfaces(rls_telling_words *telling)
{
    surface_entry *entries = (surface_entry *)(void *)telling->entries.data;
    term_count    *counts = (term_count *)(void *)telling->counts.data;

    for (size_t i = 0; i < telling->entries.size / sizeof *entries; i++) {
        term_count *count = &counts[entries[i].term];
        count->count += entries[i].count;
        if (entries[i].count > count->surface_count ||
            (entries[i].count == count->surface_count &&
             rls_bytes_compare(entries[i].surface, count->surface) < 0)) {
            count->surface_count = entries[i].count;
            count->surface = entries[i].surface;
        }
    }
}

static rls_status
keep_surfaces(rls_telling_words *telling)
{
    surface_entry *entries = (surface_entry *)(void *)telling->entries.data;

    for (size_t i = 0; i < telling->entries.size / sizeof *entries; i++) {
        rls_bytes *surface = &entries[i].surface;
        surface->data =
            (const uint8_t *)rls_arena_copy(&telling->arena, surface->data, surface->size);
        if (surface->data == NULL)
            return no_memory(telling);
    }
    gather_surfaces(telling);
    rls_buffer_clear(&telling->entries);
    rls_hash_table_release(&telling->surfaces);
    rls_hash_table_init(&telling->surfaces, telling->heap);
    return RLS_OK;
}

rls_status
rls_telling_words_add(rls_telling_words *telling, rls_analyzer *analyzer, rls_bytes prose,
                      uint32_t times, uint32_t *out_length)
{
    bool          cut = prose.size > RLS_TELLING_TEXT_MAX;
    rls_tokenizer tokenizer;
    rls_token     tokens[TOKENS_AT_ONCE];
    size_t        count;
    rls_status    status = RLS_OK;

    if (cut)
        prose.size = RLS_TELLING_TEXT_MAX;
    rls_tokenizer_init(&tokenizer, prose, 0);
    while (status == RLS_OK &&
           (count = rls_tokenizer_fill(&tokenizer, tokens, TOKENS_AT_ONCE)) > 0) {
        for (size_t i = 0; status == RLS_OK && i < count; i++) {
            /* A compound is found by its parts. */
            if ((tokens[i].flags & RLS_TOKEN_WHOLE) == 0)
                status = count_surface(
                    telling, analyzer,
                    rls_bytes_of(prose.data + tokens[i].start, tokens[i].end - tokens[i].start),
                    times);
        }
    }
    *out_length = cut ? UINT32_MAX : tokenizer.position;
    return status == RLS_OK ? keep_surfaces(telling) : status;
}

/* The better of two words: worth more, or equal and first by bytes. */
static int
compare_words(const void *a, const void *b, void *context)
{
    const rls_telling_word *left = a, *right = b;

    (void)context;
    if (left->worth != right->worth)
        return left->worth > right->worth ? -1 : 1;
    return rls_bytes_compare(left->word, right->word);
}

/* Documents with a term as the dictionaries have it, deleted ones among them: a choice of words
 * need not be more exact. */
static rls_status
count_documents(const rls_telling_words *telling, rls_bytes term, uint64_t *out_doc_freq)
{
    *out_doc_freq = 0;
    for (uint32_t s = 0; s < telling->snapshot->segment_count; s++) {
        rls_term_info info;
        rls_status    status =
            rls_termdict_find(rls_segment_termdict(telling->snapshot->segments[s].segment), term,
                              &info, telling->err);
        if (status == RLS_OK)
            *out_doc_freq += info.doc_freq;
        else if (status != RLS_NOT_FOUND)
            return status;
    }
    return RLS_OK;
}

/* Whether a term is left out, and else what it is worth. */
static rls_status
judge(const rls_telling_words *telling, const rls_telling_choice *choice, const term_count *count,
      bool *out_keep, double *out_worth)
{
    uint64_t   with;
    rls_bytes  folded;
    rls_status status;

    *out_keep = false;
    if (choice->analyzer != NULL) {
        status = rls_analyzer_fold(choice->analyzer, count->surface, RLS_FOLD_ALL, &folded,
                                   telling->err);
        if (status != RLS_OK || rls_is_stop_word(choice->language, folded))
            return status;
    }
    status = count_documents(telling, count->term, &with);
    if (status != RLS_OK || with < choice->doc_freq)
        return status;
    *out_keep = true;
    *out_worth = choice->by_occurrences ? (double)count->count
                                        : (1.0 + log((double)count->count)) *
                                              rls_idf(telling->snapshot->doc_count, with);
    return RLS_OK;
}

rls_status
rls_telling_words_choose(rls_telling_words *telling, const rls_telling_choice *choice,
                         rls_telling_word *out_words, uint32_t *out_count)
{
    const term_count *counts = (const term_count *)(const void *)telling->counts.data;
    size_t            count = telling->counts.size / sizeof *counts, kept = 0;
    rls_telling_word *words = rls_arena_alloc(&telling->arena, (count + 1) * sizeof *words);

    *out_count = 0;
    if (words == NULL)
        return no_memory(telling);
    for (size_t i = 0; i < count; i++) {
        bool       keep;
        double     worth;
        rls_status status = judge(telling, choice, &counts[i], &keep, &worth);
        if (status != RLS_OK)
            return status;
        if (keep)
            words[kept++] = (rls_telling_word){counts[i].surface, counts[i].count, worth};
    }
    if (rls_sort(telling->heap, words, kept, sizeof *words, compare_words, NULL) != RLS_OK)
        return no_memory(telling);
    if (kept > choice->limit)
        kept = choice->limit;
    if (kept > 0)
        memcpy(out_words, words, kept * sizeof *words);
    *out_count = (uint32_t)kept;
    return RLS_OK;
}
