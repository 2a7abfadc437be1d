/* The oracle: every occurrence as a record of its own, made with the same tokenizer and analyzers,
 * sorted at the end. */
#ifndef RLS_TESTS_INVERTER_NAIVE_INVERTER_H
#define RLS_TESTS_INVERTER_NAIVE_INVERTER_H

#include <stdlib.h>

#include "analysis/function_words.h"
#include "inverter/inverter.h"
#include "support/runner.h"

typedef struct naive_record {
    rls_bytes term, form;
    uint32_t  doc, field, position;
    size_t    number; /* order of appearance */
    bool      keyword, pair;
    uint32_t  function_word;
} naive_record;

typedef struct naive_length {
    uint32_t doc, field, length;
} naive_length;

typedef struct naive_inverter {
    rls_arena     arena;
    rls_heap     *heap;
    rls_bytes     language;
    naive_record *records;
    size_t        record_count, record_capacity;
    naive_length *lengths;
    size_t        length_count, length_capacity;
    rls_bytes    *fields;
    uint32_t      field_count;
    uint32_t      doc_count;
    struct naive_analyzer {
        rls_bytes     name;
        rls_analyzer *analyzer;
    } analyzers[40];
    size_t analyzer_count;
} naive_inverter;

static inline rls_bytes
bytes_of(const char *text)
{
    return rls_bytes_of(text, strlen(text));
}

static inline bool
same(rls_bytes a, rls_bytes b)
{
    return rls_bytes_compare(a, b) == 0;
}

static inline rls_bytes
naive_copy(naive_inverter *naive, rls_bytes bytes)
{
    return rls_bytes_of(rls_arena_copy(&naive->arena, bytes.data, bytes.size), bytes.size);
}

static inline void
naive_init(naive_inverter *naive, rls_heap *heap, const char *language)
{
    memset(naive, 0, sizeof *naive);
    rls_arena_init(&naive->arena, heap, 65536);
    naive->heap = heap;
    naive->language = bytes_of(language);
    naive->fields = calloc(RLS_FIELD_LIMIT, sizeof *naive->fields);
    naive->fields[naive->field_count++] = bytes_of("body");
}

static inline void
naive_release(naive_inverter *naive)
{
    for (size_t i = 0; i < naive->analyzer_count; i++)
        rls_analyzer_free(naive->analyzers[i].analyzer);
    rls_arena_release(&naive->arena);
    free(naive->records);
    free(naive->lengths);
    free(naive->fields);
}

static inline rls_analyzer *
naive_analyzer(naive_inverter *naive, rls_bytes of_field, rls_bytes of_document)
{
    rls_bytes name = naive->language;

    if (same(of_field, bytes_of("none")) || rls_language_canonical(of_field).size > 0)
        name = of_field;
    else if (same(of_document, bytes_of("none")) || rls_language_canonical(of_document).size > 0)
        name = of_document;
    for (size_t i = 0; i < naive->analyzer_count; i++) {
        if (same(naive->analyzers[i].name, name))
            return naive->analyzers[i].analyzer;
    }
    naive->analyzers[naive->analyzer_count].name = naive_copy(naive, name);
    CHECK_OK(rls_analyzer_new(naive->heap, name, &naive->analyzers[naive->analyzer_count].analyzer,
                              NULL));
    return naive->analyzers[naive->analyzer_count++].analyzer;
}

static inline naive_record *
naive_record_add(naive_inverter *naive)
{
    naive_record *record;

    if (naive->record_count == naive->record_capacity) {
        naive->record_capacity = naive->record_capacity * 2 + 1024;
        naive->records = realloc(naive->records, naive->record_capacity * sizeof *naive->records);
    }
    record = &naive->records[naive->record_count];
    *record = (naive_record){.number = naive->record_count++, .doc = naive->doc_count};
    return record;
}

static inline uint32_t
naive_text(naive_inverter *naive, rls_analyzer *analyzer, rls_bytes text, uint32_t field,
           uint32_t position)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[16];
    size_t        count;

    if (text.size == 0)
        return position;
    rls_tokenizer_init(&tokenizer, text, position);
    while ((count = rls_tokenizer_fill(&tokenizer, tokens, 16)) > 0) {
        for (size_t i = 0; i < count; i++) {
            naive_record *record = naive_record_add(naive);
            rls_bytes     surface = {text.data + tokens[i].start, tokens[i].end - tokens[i].start};
            rls_bytes     term, form;

            CHECK_OK(rls_analyzer_term(analyzer, surface, &term, NULL));
            record->term = naive_copy(naive, term);
            CHECK_OK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_FORM, &form, NULL));
            record->form = naive_copy(naive, form);
            record->field = field;
            record->position = tokens[i].position;
        }
    }
    return tokenizer.position;
}

static inline void
naive_keyword(naive_inverter *naive, rls_bytes name, rls_bytes value)
{
    rls_analyzer *analyzer = naive_analyzer(naive, (rls_bytes){0}, (rls_bytes){0});
    rls_bytes     folded;
    uint8_t      *key;
    size_t        size = 0, start;

    while (value.size > 0 && strchr(" \t\n\v\f\r", value.data[0]) != NULL) {
        value.data++;
        value.size--;
    }
    while (value.size > 0 && strchr(" \t\n\v\f\r", value.data[value.size - 1]) != NULL)
        value.size--;
    if (value.size == 0 || value.size > RLS_KEYWORD_MAX)
        return;
    CHECK_OK(rls_analyzer_fold(analyzer, value, RLS_FOLD_ALL, &folded, NULL));
    key = rls_arena_alloc(&naive->arena, name.size + folded.size + 2);
    key[size++] = 1;
    memcpy(key + size, name.data, name.size);
    size += name.size;
    key[size++] = 1;
    start = size;
    for (size_t i = 0; i < folded.size; i++) {
        bool space = strchr(" \t\n\v\f\r", folded.data[i]) != NULL;

        if (space && (size == start || key[size - 1] == ' '))
            continue;
        key[size++] = space ? ' ' : folded.data[i];
    }
    if (size > start && key[size - 1] == ' ')
        size--;
    if (size > start && size - start <= RLS_KEYWORD_MAX) {
        naive_record *record = naive_record_add(naive);

        record->term = rls_bytes_of(key, size);
        record->keyword = true;
    }
}

static inline int
naive_by_name(const void *a, const void *b)
{
    return rls_bytes_compare((*(const rls_field *const *)a)->name,
                             (*(const rls_field *const *)b)->name);
}

static inline void
naive_length_add(naive_inverter *naive, uint32_t field, uint32_t length)
{
    for (size_t i = 0; i < naive->length_count; i++) {
        if (naive->lengths[i].doc == naive->doc_count && naive->lengths[i].field == field) {
            naive->lengths[i].length += length;
            return;
        }
    }
    if (naive->length_count == naive->length_capacity) {
        naive->length_capacity = naive->length_capacity * 2 + 1024;
        naive->lengths = realloc(naive->lengths, naive->length_capacity * sizeof *naive->lengths);
    }
    naive->lengths[naive->length_count++] = (naive_length){naive->doc_count, field, length};
}

static inline void
naive_add(naive_inverter *naive, const rls_document *document)
{
    const rls_field **fields = malloc((document->field_count + 1) * sizeof *fields);
    uint32_t         *positions = calloc(RLS_FIELD_LIMIT, sizeof *positions);
    uint8_t          *begun = calloc(RLS_FIELD_LIMIT, 1);

    positions[0] = naive_text(naive, naive_analyzer(naive, (rls_bytes){0}, document->language),
                              document->prose, 0, 0);
    naive_length_add(naive, 0, positions[0]);
    for (uint32_t i = 0; i < document->field_count; i++)
        fields[i] = &document->fields[i];
    qsort(fields, document->field_count, sizeof *fields, naive_by_name);
    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_field *field = fields[i];
        uint32_t         number = 0;

        for (uint32_t j = 0; j < field->value_count && field->kinds & RLS_FIELD_KEYWORD; j++)
            naive_keyword(naive, field->name, field->values[j].text);
        if (!(field->kinds & RLS_FIELD_TEXT) || field->value_count == 0)
            continue;
        while (number < naive->field_count && !same(naive->fields[number], field->name))
            number++;
        if (number == RLS_FIELD_LIMIT)
            number--;
        else if (number == naive->field_count)
            naive->fields[naive->field_count++] = naive_copy(naive, field->name);
        for (uint32_t j = 0; j < field->value_count; j++) {
            uint32_t first;

            if (begun[number])
                positions[number] += RLS_VALUE_POSITION_GAP;
            begun[number] = 1;
            first = positions[number];
            positions[number] =
                naive_text(naive, naive_analyzer(naive, field->language, document->language),
                           field->values[j].text, number, first);
            naive_length_add(naive, number, positions[number] - first);
        }
    }
    naive->doc_count++;
    free(begun);
    free(positions);
    free(fields);
}

static inline int
naive_compare(const void *a, const void *b)
{
    const naive_record *left = a, *right = b;
    int                 order = rls_bytes_compare(left->term, right->term);

    if (order != 0)
        return order;
    if (left->doc != right->doc)
        return left->doc < right->doc ? -1 : 1;
    if (left->field != right->field)
        return left->field < right->field ? -1 : 1;
    if (left->position != right->position)
        return left->position < right->position ? -1 : 1;
    return left->number < right->number ? -1 : 1;
}

/* Sorts, and keeps the first of those that differ in number and form alone. */
static inline void
naive_sort(naive_inverter *naive)
{
    size_t kept = 0;

    if (naive->record_count > 0)
        qsort(naive->records, naive->record_count, sizeof *naive->records, naive_compare);
    for (size_t i = 0; i < naive->record_count; i++) {
        const naive_record *record = &naive->records[i];
        const naive_record *last = &naive->records[kept > 0 ? kept - 1 : 0];

        if (kept == 0 || !same(last->term, record->term) || last->doc != record->doc ||
            last->field != record->field || last->position != record->position)
            naive->records[kept++] = *record;
    }
    naive->record_count = kept;
}

static inline int
naive_by_place(const void *a, const void *b)
{
    const naive_record *left = a, *right = b;

    if (left->doc != right->doc)
        return left->doc < right->doc ? -1 : 1;
    if (left->field != right->field)
        return left->field < right->field ? -1 : 1;
    return (left->position > right->position) - (left->position < right->position);
}

/* Adds a record for every two function words side by side, or two terms that are in their list. */
static inline void
naive_pairs(naive_inverter *naive, size_t record_count, rls_pair_kind kind)
{
    rls_analyzer *analyzer = naive_analyzer(naive, (rls_bytes){0}, (rls_bytes){0});
    naive_record *words = malloc((record_count + 1) * sizeof *words);
    size_t        count = 0;

    for (size_t i = 0; i < record_count; i++) {
        rls_bytes word = naive->records[i].term;
        if (kind == RLS_PAIR_OF_WORDS)
            CHECK_OK(
                rls_analyzer_fold(analyzer, naive->records[i].form, RLS_FOLD_ALL, &word, NULL));
        words[count] = naive->records[i];
        words[count].function_word = rls_function_word(word);
        count += !words[count].keyword && words[count].function_word > 0;
    }
    qsort(words, count, sizeof *words, naive_by_place);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1;
             j < count && words[j].doc == words[i].doc && words[j].field == words[i].field &&
             words[j].position <= words[i].position + 1;
             j++) {
            naive_record *record;
            uint8_t       key[RLS_PAIR_MAX];
            size_t        size;
            if (words[j].position == words[i].position ||
                !rls_function_words_pair(words[i].function_word, words[j].function_word))
                continue;
            size =
                rls_function_words_key(kind, words[i].function_word, words[j].function_word, key);
            record = naive_record_add(naive);
            record->term = naive_copy(naive, rls_bytes_of(key, size));
            record->doc = words[j].doc;
            record->field = words[j].field;
            record->position = words[j].position;
            record->pair = true;
        }
    }
    free(words);
}

static inline void
naive_finish(naive_inverter *naive)
{
    size_t words;

    naive_sort(naive);
    words = naive->record_count;
    naive_pairs(naive, words, RLS_PAIR_OF_WORDS);
    naive_pairs(naive, words, RLS_PAIR_OF_TERMS);
    naive_sort(naive);
}

/* One posting of the source against records from `at` on; returns the record behind it. */
static inline size_t
naive_check_posting(const naive_inverter *naive, const rls_source_term *term,
                    const rls_source_posting *posting, uint64_t *form_counts, size_t at)
{
    const naive_record *record = &naive->records[at];
    uint32_t            n = 0;

    CHECK(posting->field_count > 0);
    if (term->form_count == 0 && !record->pair) {
        CHECK(record->keyword && same(record->term, term->term));
        CHECK_EQ_U64(posting->doc, record->doc);
        CHECK_EQ_U64(posting->freq, 1);
        CHECK_EQ_U64(posting->field_count, 1);
        CHECK_EQ_U64(posting->fields[0], 0);
        CHECK_EQ_U64(posting->freqs[0], 1);
        CHECK(posting->positions == NULL && posting->forms == NULL);
        return at + 1;
    }
    for (uint32_t f = 0; f < posting->field_count; f++) {
        CHECK(posting->freqs[f] > 0);
        CHECK(f == 0 || posting->fields[f] > posting->fields[f - 1]);
        for (uint32_t i = 0; i < posting->freqs[f]; i++, n++, at++) {
            CHECK(at < naive->record_count);
            record = &naive->records[at];
            CHECK(!record->keyword && same(record->term, term->term));
            CHECK_EQ_U64(posting->doc, record->doc);
            CHECK_EQ_U64(posting->fields[f], record->field);
            if (record->pair) {
                CHECK(posting->positions == NULL && posting->forms == NULL);
                continue;
            }
            CHECK_EQ_U64(posting->positions[n], record->position);
            CHECK(posting->forms[n] < term->form_count);
            CHECK(same(term->forms[posting->forms[n]].bytes, record->form));
            form_counts[posting->forms[n]]++;
        }
    }
    CHECK_EQ_U64(n, posting->freq);
    return at;
}

/* The rest of a term, in blocks. */
static inline size_t
naive_check_blocks(const naive_inverter *naive, const rls_source_term *term,
                   rls_term_source *source, uint64_t *form_counts, size_t at)
{
    rls_source_block block;
    rls_status       status;

    while ((status = source->ops->next_block(source, &block, NULL)) == RLS_OK) {
        uint32_t field = 0, occurrence = 0;

        CHECK(block.count > 0 && block.count <= RLS_SOURCE_BLOCK_MAX);
        for (uint32_t i = 0; i < block.count; i++) {
            rls_source_posting posting = {.doc = block.docs[i],
                                          .field_count = block.field_ends[i] - field,
                                          .fields = block.fields + field,
                                          .freqs = block.freqs + field,
                                          .positions = block.positions,
                                          .forms = block.forms};

            if (block.positions != NULL) {
                posting.positions += occurrence;
                posting.forms += occurrence;
            }
            CHECK(i == 0 || block.docs[i] > block.docs[i - 1]);
            CHECK(posting.field_count > 0);
            for (; field < block.field_ends[i]; field++)
                posting.freq += block.freqs[field];
            occurrence += posting.freq;
            at = naive_check_posting(naive, term, &posting, form_counts, at);
        }
    }
    CHECK_EQ_I64(status, RLS_NOT_FOUND);
    return at;
}

/* The whole of a finished inverter against the records. Every third term is read twice, every
 * second one in blocks after its first posting. */
static inline void
naive_check(naive_inverter *naive, rls_inverter *inverter)
{
    rls_term_source   *source;
    rls_source_term    term;
    rls_source_posting posting;
    size_t             at = 0, terms = 0;
    rls_status         status;

    naive_finish(naive);
    CHECK_EQ_U64(rls_inverter_doc_count(inverter), naive->doc_count);
    CHECK_OK(rls_inverter_finish(inverter, &source, NULL));
    CHECK_EQ_I64(source->ops->next_posting(source, &posting, NULL), RLS_NOT_FOUND);
    while ((status = source->ops->next_term(source, &term, NULL)) == RLS_OK) {
        uint64_t *form_counts = calloc(term.form_count + 1, sizeof *form_counts);
        size_t    first = at;

        CHECK(at < naive->record_count);
        CHECK(same(term.term, naive->records[at].term));
        if (terms++ % 3 == 0) {
            for (size_t i = 0; i < terms % 50; i++)
                (void)source->ops->next_posting(source, &posting, NULL);
            CHECK_OK(source->ops->rewind(source, NULL));
        }
        while ((status = source->ops->next_posting(source, &posting, NULL)) == RLS_OK) {
            at = naive_check_posting(naive, &term, &posting, form_counts, at);
            if (terms % 2 == 0 && !naive->records[first].keyword)
                at = naive_check_blocks(naive, &term, source, form_counts, at);
        }
        CHECK_EQ_I64(status, RLS_NOT_FOUND);
        CHECK_EQ_I64(source->ops->next_posting(source, &posting, NULL), RLS_NOT_FOUND);
        CHECK(at > first);
        CHECK(at == naive->record_count || !same(naive->records[at].term, term.term));
        for (uint32_t i = 0; i < term.form_count; i++) {
            CHECK(form_counts[i] > 0);
            CHECK_EQ_U64(term.forms[i].count, form_counts[i]);
        }
        free(form_counts);
    }
    CHECK_EQ_I64(status, RLS_NOT_FOUND);
    CHECK_EQ_U64(at, naive->record_count);

    CHECK_EQ_U64(rls_inverter_field_count(inverter), naive->field_count);
    for (uint32_t field = 0; field < naive->field_count; field++) {
        const uint32_t *docs, *lengths;
        uint32_t        count, n = 0;

        CHECK(same(rls_inverter_field_name(inverter, field), naive->fields[field]));
        rls_inverter_field_lengths(inverter, field, &docs, &lengths, &count);
        for (size_t i = 0; i < naive->length_count; i++) {
            naive_length length = naive->lengths[i];

            if (length.field != field || length.length == 0)
                continue;
            CHECK(n < count);
            CHECK_EQ_U64(docs[n], length.doc);
            CHECK_EQ_U64(lengths[n], length.length);
            CHECK_EQ_U64(rls_inverter_length(inverter, field, length.doc), length.length);
            n++;
        }
        CHECK_EQ_U64(n, count);
    }
}

#endif
