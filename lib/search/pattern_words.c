#include "search/pattern_words.h"

#include "base/hash_table.h"
#include "base/sort.h"

enum {
    POLL_INTERVAL = 4096
};

#define NO_WORD UINT32_MAX

typedef struct word_finder {
    rls_heap           *heap;
    rls_arena          *arena;
    rls_analyzer_set   *analyzers;
    rls_pattern_walker *walker;
    rls_status (*poll)(void *context);
    void          *context;
    rls_hash_table numbers; /* word NUL term → number of its entry */
    rls_buffer     words;   /* rls_pattern_word */
    rls_buffer     key;
    /* of the term at hand: the word of each form; of each word the last document it was met in */
    rls_buffer form_words;
    rls_buffer last_docs;
    void      *positions, *forms;
    size_t     position_capacity, form_capacity;
    uint32_t   polls;
    rls_error *err;
} word_finder;

static rls_status
no_memory(const word_finder *finder)
{
    return rls_fail(finder->err, RLS_NO_MEMORY, "no memory for the words of an index");
}

static rls_status
poll_finder(word_finder *finder)
{
    if (finder->poll == NULL || finder->polls++ % POLL_INTERVAL != 0)
        return RLS_OK;
    return finder->poll(finder->context);
}

static rls_pattern_word *
word_at(const word_finder *finder, uint32_t number)
{
    return (rls_pattern_word *)(void *)finder->words.data + number;
}

/* The entry of a word under a term. */
static rls_status
number_word(word_finder *finder, rls_bytes word, rls_bytes term, uint32_t edits,
            uint32_t *out_number)
{
    uint32_t         next = (uint32_t)(finder->words.size / sizeof(rls_pattern_word)), *number;
    rls_pattern_word made = {.edits = edits};
    bool             inserted;

    rls_buffer_clear(&finder->key);
    rls_buffer_append(&finder->key, word.data, word.size);
    rls_buffer_put_u8(&finder->key, 0);
    rls_buffer_append(&finder->key, term.data, term.size);
    if (finder->key.failed)
        return no_memory(finder);
    number = rls_hash_table_insert(&finder->numbers, rls_buffer_bytes(&finder->key), next,
                                   &inserted, NULL);
    if (number == NULL)
        return no_memory(finder);
    *out_number = *number;
    if (!inserted)
        return RLS_OK;
    made.word.data = (const uint8_t *)rls_arena_copy(finder->arena, word.data, word.size);
    made.word.size = word.size;
    made.term.data = (const uint8_t *)rls_arena_copy(finder->arena, term.data, term.size);
    made.term.size = term.size;
    rls_buffer_append(&finder->words, &made, sizeof made);
    return made.word.data == NULL || made.term.data == NULL || finder->words.failed
               ? no_memory(finder)
               : RLS_OK;
}

/* Which word each form of the list is; *out_word is that of all forms, or NO_WORD. */
static rls_status
number_forms(word_finder *finder, const rls_posting_list *list, rls_bytes term, uint32_t *out_word,
             bool *out_any)
{
    rls_form_iterator iterator;
    rls_form          form;
    uint32_t          walked = 0;
    rls_status        status;

    *out_any = false;
    *out_word = NO_WORD;
    rls_buffer_clear(&finder->form_words);
    rls_form_iterator_init(&iterator, list, term);
    while (walked < list->form_count && rls_form_iterator_next(&iterator, &form)) {
        uint32_t  number = NO_WORD, edits;
        rls_bytes folded;
        status = rls_analyzer_fold(finder->analyzers->analyzers[0], form.bytes, RLS_FOLD_ALL,
                                   &folded, finder->err);
        if (status == RLS_OK && rls_pattern_walker_match(finder->walker, folded, &edits)) {
            rls_pattern_word *word;
            status = number_word(finder, folded, term, edits, &number);
            if (status != RLS_OK)
                return status;
            *out_any = true;
            word = word_at(finder, number);
            if (word->form.data == NULL || form.count > word->form_count) {
                word->form.data = (const uint8_t *)rls_arena_copy(finder->arena, form.bytes.data,
                                                                  form.bytes.size);
                if (word->form.data == NULL)
                    return no_memory(finder);
                word->form.size = form.bytes.size;
                word->form_count = form.count;
            }
        }
        if (status != RLS_OK)
            return status;
        *out_word = walked == 0 || *out_word == number ? number : NO_WORD;
        rls_buffer_append(&finder->form_words, &number, sizeof number);
        walked++;
    }
    if (iterator.failed || walked < list->form_count)
        return rls_fail(finder->err, RLS_CORRUPT, "forms of a term are damaged");
    return finder->form_words.failed ? no_memory(finder) : RLS_OK;
}

/* One word has all forms: the list knows how often, unless documents were deleted. */
static rls_status
count_list(word_finder *finder, rls_postings_cursor *cursor, const rls_live_docs *live,
           uint32_t number)
{
    rls_pattern_word *word = word_at(finder, number);
    rls_status        status = RLS_OK;

    if (live == NULL || live->deleted_count == 0) {
        word->documents += cursor->list->doc_freq;
        word->occurrences += cursor->list->total_freq;
        return RLS_OK;
    }
    for (; cursor->doc != RLS_DOC_END && status == RLS_OK; rls_postings_cursor_next(cursor)) {
        if (rls_bitset_get(&live->live, cursor->doc)) {
            word->documents++;
            word->occurrences += rls_postings_cursor_freq(cursor);
        }
        status = poll_finder(finder);
    }
    return status;
}

/* Several words share the term: the form of every occurrence is asked. */
static rls_status
count_forms(word_finder *finder, rls_postings_cursor *cursor, const rls_live_docs *live)
{
    const uint32_t *words = (const uint32_t *)(const void *)finder->form_words.data;
    size_t          count = finder->words.size / sizeof(rls_pattern_word);
    rls_status      status = RLS_OK;

    rls_buffer_clear(&finder->last_docs);
    if (!rls_buffer_reserve(&finder->last_docs, count * sizeof(uint32_t)))
        return no_memory(finder);
    memset(finder->last_docs.data, 0xff, count * sizeof(uint32_t));
    for (; cursor->doc != RLS_DOC_END && status == RLS_OK; rls_postings_cursor_next(cursor)) {
        uint32_t        freq = rls_postings_cursor_freq(cursor), *last;
        const uint32_t *forms;
        status = poll_finder(finder);
        if (live != NULL && !rls_bitset_get(&live->live, cursor->doc))
            continue;
        if (!rls_grow(finder->heap, &finder->positions, &finder->position_capacity,
                      freq + (size_t)1, sizeof(uint32_t)) ||
            !rls_grow(finder->heap, &finder->forms, &finder->form_capacity, freq + (size_t)1,
                      sizeof(uint32_t)))
            return no_memory(finder);
        if (!rls_postings_cursor_positions(cursor, finder->positions, finder->forms))
            return rls_fail(finder->err, RLS_CORRUPT, "positions of a term are damaged");
        forms = finder->forms;
        last = (uint32_t *)(void *)finder->last_docs.data;
        for (uint32_t i = 0; i < freq; i++) {
            uint32_t number = forms[i] < cursor->list->form_count ? words[forms[i]] : NO_WORD;
            if (number == NO_WORD)
                continue;
            word_at(finder, number)->occurrences++;
            word_at(finder, number)->documents += last[number] != cursor->doc;
            last[number] = cursor->doc;
        }
    }
    return status;
}

static rls_status
add_term(word_finder *finder, const rls_snapshot_segment *part, const rls_pattern_term *term)
{
    rls_postings_cursor cursor;
    rls_posting_list    list;
    uint32_t            word;
    bool                any;
    rls_status status = rls_segment_open_list(part->segment, &term->info, &list, finder->err);

    if (status != RLS_OK || !list.has_positions)
        return status;
    status = number_forms(finder, &list, term->term, &word, &any);
    if (status != RLS_OK || !any)
        return status;
    rls_postings_cursor_open(&cursor, &list);
    status = word != NO_WORD ? count_list(finder, &cursor, part->live, word)
                             : count_forms(finder, &cursor, part->live);
    if (status == RLS_OK && cursor.failed)
        status = rls_fail(finder->err, RLS_CORRUPT, "postings of a term are damaged");
    return status;
}

static rls_status
add_segment(word_finder *finder, const rls_snapshot_segment *part)
{
    rls_arena         scratch;
    rls_pattern_term *terms;
    uint32_t          count;
    rls_status        status;

    rls_arena_init(&scratch, finder->heap, 64 * 1024);
    status = rls_pattern_terms_find(finder->heap, &scratch, part->segment, finder->analyzers,
                                    finder->walker, finder->poll, finder->context, &terms, &count,
                                    finder->err);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        status = poll_finder(finder);
        if (status == RLS_OK)
            status = add_term(finder, part, &terms[i]);
    }
    rls_arena_release(&scratch);
    return status;
}

static int
compare_words(const void *a, const void *b, void *context)
{
    const rls_pattern_word *left = a, *right = b;
    int                     order = rls_bytes_compare(left->word, right->word);

    (void)context;
    return order != 0 ? order : rls_bytes_compare(left->term, right->term);
}

/* Words that only deleted documents have are left out. */
static rls_status
finish(word_finder *finder, rls_pattern_word **out_words, uint32_t *out_count)
{
    size_t   count = finder->words.size / sizeof **out_words;
    uint32_t kept = 0;

    *out_words = rls_arena_alloc(finder->arena, (count + 1) * sizeof **out_words);
    if (*out_words == NULL)
        return no_memory(finder);
    for (size_t i = 0; i < count; i++)
        if (word_at(finder, (uint32_t)i)->documents > 0)
            (*out_words)[kept++] = *word_at(finder, (uint32_t)i);
    *out_count = kept;
    if (kept > 1 &&
        rls_sort(finder->heap, *out_words, kept, sizeof **out_words, compare_words, NULL) != RLS_OK)
        return no_memory(finder);
    return RLS_OK;
}

rls_status
rls_pattern_words_find(rls_heap *heap, rls_arena *arena, const rls_snapshot *snapshot,
                       const rls_pattern *pattern, rls_status (*poll)(void *context), void *context,
                       rls_pattern_word **out_words, uint32_t *out_count, rls_error *err)
{
    word_finder finder = {
        .heap = heap, .arena = arena, .poll = poll, .context = context, .err = err};
    rls_status status = rls_snapshot_take_analyzers(heap, snapshot, &finder.analyzers, err);

    *out_words = NULL;
    *out_count = 0;
    if (status != RLS_OK)
        return status;
    rls_hash_table_init(&finder.numbers, heap);
    rls_buffer_init(&finder.words, heap);
    rls_buffer_init(&finder.key, heap);
    rls_buffer_init(&finder.form_words, heap);
    rls_buffer_init(&finder.last_docs, heap);
    status = rls_pattern_walker_new(heap, pattern, &finder.walker, err);
    for (uint32_t i = 0; i < snapshot->segment_count && status == RLS_OK; i++)
        status = add_segment(&finder, &snapshot->segments[i]);
    if (status == RLS_OK)
        status = finish(&finder, out_words, out_count);
    rls_snapshot_give_analyzers(snapshot, finder.analyzers);
    rls_pattern_walker_free(finder.walker);
    rls_free(heap, finder.positions);
    rls_free(heap, finder.forms);
    rls_hash_table_release(&finder.numbers);
    rls_buffer_release(&finder.words);
    rls_buffer_release(&finder.key);
    rls_buffer_release(&finder.form_words);
    rls_buffer_release(&finder.last_docs);
    return status;
}
