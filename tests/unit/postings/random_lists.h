/* Random postings of all shapes as plain arrays, their norms, and the section written of them: what
 * the cursors must agree with. */
#ifndef RLS_TESTS_RANDOM_LISTS_H
#define RLS_TESTS_RANDOM_LISTS_H

#include <stdlib.h>

#include "base/random.h"
#include "postings/postings_cursor.h"
#include "support/directory_files.h"
#include "support/runner.h"

/* All documents of a segment: lengths of their fields. Every third field is kept sparsely. */
typedef struct world {
    uint32_t              doc_count, field_count;
    uint32_t            **lengths; /* by field, by document */
    rls_field_norms      *fields;
    rls_norms             norms;
    rls_field_parameters *parameters;
    rls_similarity        reference;
} world;

/* One term's postings. Entries, positions and codes lie one after another. */
typedef struct plain_list {
    rls_bytes       term;
    uint8_t         term_bytes[24];
    uint32_t        form_count;
    bool            bare; /* a pair: neither forms nor keyword */
    rls_form       *forms;
    uint32_t        count;
    uint32_t       *docs, *entry_begins, *position_begins; /* count + 1 of the latter two */
    rls_field_freq *entries;
    uint32_t       *positions, *codes;
    size_t          entry_count, position_count, room, position_room;
    rls_term_info   info;
} plain_list;

/* How the documents, frequencies, fields and forms of a list are drawn. */
typedef struct list_shape {
    uint32_t doc_freq;
    bool     clustered, keyword, runs, huge_freqs, repeats, many_fields, titles, far_positions;
    uint32_t most_freq, form_count;
} list_shape;

static inline void *
must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static inline void
world_parameters(world *w, float k1, float b, float weight_step)
{
    w->reference.k1 = k1;
    for (uint32_t f = 0; f < w->field_count; f++) {
        w->parameters[f] =
            (rls_field_parameters){.weight = f == 0 ? 1.0f : 0.5f + weight_step * (float)(f % 5),
                                   .b = b,
                                   .average_length = f == 0 ? 150.0f : 7.0f + (float)f};
        rls_field_factors_make(&w->reference.fields[f], &w->parameters[f]);
    }
}

static inline void
world_init(world *w, rls_random *random, uint32_t doc_count, uint32_t field_count)
{
    *w = (world){.doc_count = doc_count, .field_count = field_count};
    w->lengths = must(calloc(field_count, sizeof *w->lengths));
    w->fields = must(calloc(field_count, sizeof *w->fields));
    w->parameters = must(calloc(field_count, sizeof *w->parameters));
    w->reference.fields = must(calloc(field_count, sizeof *w->reference.fields));
    w->reference.field_count = field_count;
    for (uint32_t f = 0; f < field_count; f++) {
        uint8_t *dense = must(calloc(doc_count, 1)), *docs, *bytes;
        uint32_t have = 0;

        w->lengths[f] = must(calloc(doc_count, sizeof **w->lengths));
        for (uint32_t d = 0; d < doc_count; d++) {
            uint32_t most = f == 0 ? 1u << rls_random_below(random, 12) : 20;
            w->lengths[f][d] = rls_random_below(random, most + 1);
            dense[d] = rls_length_to_byte(w->lengths[f][d]);
            have += dense[d] > 0;
        }
        if (f % 3 != 2) {
            w->fields[f].dense = dense;
            continue;
        }
        docs = must(malloc(4 * (size_t)have + 1));
        bytes = must(malloc((size_t)have + 1));
        have = 0;
        for (uint32_t d = 0; d < doc_count; d++) {
            if (dense[d] == 0)
                continue;
            rls_set_u32(docs + 4 * (size_t)have, d);
            bytes[have++] = dense[d];
        }
        w->fields[f].sparse_docs = docs;
        w->fields[f].sparse_bytes = bytes;
        w->fields[f].sparse_count = have;
        free(dense);
    }
    w->norms = (rls_norms){doc_count, field_count, w->fields};
    world_parameters(w, 1.2f, 0.75f, 0.5f);
}

static inline void
world_release(world *w)
{
    for (uint32_t f = 0; f < w->field_count; f++) {
        free(w->lengths[f]);
        free((void *)w->fields[f].dense);
        free((void *)w->fields[f].sparse_docs);
        free((void *)w->fields[f].sparse_bytes);
    }
    free(w->lengths);
    free(w->fields);
    free(w->parameters);
    free(w->reference.fields);
}

static inline void
list_release(plain_list *list)
{
    for (uint32_t f = 0; f < list->form_count; f++)
        free((void *)list->forms[f].bytes.data);
    free(list->forms);
    free(list->docs);
    free(list->entry_begins);
    free(list->position_begins);
    free(list->entries);
    free(list->positions);
    free(list->codes);
}

static inline void
draw_forms(plain_list *list, rls_random *random, uint32_t count)
{
    uint32_t shift = 8 + rls_random_below(random, 50); /* in this order under any compiler */
    uint64_t occurrences = rls_random_next(random) >> shift;

    list->term = rls_bytes_of(list->term_bytes, 1 + rls_random_below(random, 12));
    for (size_t i = 0; i < list->term.size; i++)
        list->term_bytes[i] = (uint8_t)('a' + rls_random_below(random, 26));
    list->forms = must(calloc((size_t)count + 1, sizeof *list->forms));
    list->form_count = count;
    for (uint32_t f = 0; f < count; f++) {
        size_t   extra = rls_random_below(random, rls_random_below(random, 8) == 0 ? 40 : 4);
        size_t   size = list->term.size + extra;
        uint8_t *bytes = must(malloc(size));

        for (size_t i = 0; i < size; i++) {
            bytes[i] = i < list->term.size ? list->term_bytes[i]
                                           : (uint8_t)('a' + rls_random_below(random, 26));
            if (f % 4 == 1 || (f % 4 == 2 && i == 0))
                bytes[i] = (uint8_t)(bytes[i] - 'a' + 'A');
        }
        list->forms[f] = (rls_form){rls_bytes_of(bytes, size), occurrences >> (f < 60 ? f : 60)};
    }
}

static inline void
add_field(plain_list *list, const world *w, rls_random *random, const list_shape *shape,
          uint32_t doc, uint32_t field, uint32_t freq)
{
    uint32_t length = w->lengths[field][doc], position = 0;
    uint32_t mean = length / (freq + 1);
    bool     at_random = freq == 1;

    list->entries[list->entry_count++] = (rls_field_freq){field, freq};
    if (shape->keyword)
        return;
    while (list->position_count + freq > list->position_room) {
        list->position_room = 2 * list->position_room + 64;
        list->positions =
            must(realloc(list->positions, list->position_room * sizeof *list->positions));
        list->codes = must(realloc(list->codes, list->position_room * sizeof *list->codes));
    }
    for (uint32_t i = 0; i < freq; i++) {
        uint32_t code = 0;

        if (at_random)
            position = rls_random_below(random, length + 1);
        else
            position += rls_random_below(random, 2 * mean + 2) + (i > 0 && !shape->repeats);
        if (shape->far_positions && rls_random_below(random, 16) == 0) {
            uint32_t shift = 3 + rls_random_below(random, 28);
            position += (uint32_t)rls_random_next(random) >> shift;
        }
        if (position > UINT32_MAX / 2)
            position = UINT32_MAX / 2 + i;
        if (shape->form_count > 1 && rls_random_below(random, 4) == 0)
            code = rls_random_below(random, 1 + rls_random_below(random, shape->form_count));
        list->positions[list->position_count] = position;
        list->codes[list->position_count++] = code;
    }
}

static inline uint32_t
draw_freq(rls_random *random, const list_shape *shape)
{
    if (shape->keyword || shape->most_freq <= 1)
        return 1;
    if (shape->huge_freqs && rls_random_below(random, 100) == 0)
        return 1 + rls_random_below(random, 5000);
    return 1 + rls_random_below(random, 1 + rls_random_below(random, shape->most_freq));
}

static inline void
add_posting(plain_list *list, const world *w, rls_random *random, const list_shape *shape,
            uint32_t doc)
{
    uint32_t fields = w->field_count;
    size_t   first = list->entry_count;

    list->docs[list->count] = doc;
    if (shape->many_fields) {
        for (uint32_t f = 0; f < fields; f++) {
            if (rls_random_below(random, 3) == 0)
                add_field(list, w, random, shape, doc, f, draw_freq(random, shape));
        }
    } else if (shape->titles && fields > 1) {
        uint32_t field = 1 + rls_random_below(random, fields - 1);
        if (rls_random_below(random, 10) > 0)
            add_field(list, w, random, shape, doc, 0, draw_freq(random, shape));
        if (rls_random_below(random, 12) == 0)
            add_field(list, w, random, shape, doc, field, 1 + rls_random_below(random, 2));
    }
    if (list->entry_count == first)
        add_field(list, w, random, shape, doc, 0, draw_freq(random, shape));
    list->count++;
    list->entry_begins[list->count] = (uint32_t)list->entry_count;
    list->position_begins[list->count] = (uint32_t)list->position_count;
}

static inline void
list_draw(plain_list *list, const world *w, rls_random *random, const list_shape *shape)
{
    uint32_t left = shape->doc_freq, doc = 0;

    *list = (plain_list){0};
    draw_forms(list, random, shape->keyword ? 0 : shape->form_count);
    list->bare = !shape->keyword && shape->form_count == 0;
    list->docs = must(calloc(left, sizeof *list->docs));
    list->entry_begins = must(calloc((size_t)left + 1, sizeof *list->entry_begins));
    list->position_begins = must(calloc((size_t)left + 1, sizeof *list->position_begins));
    list->entries = must(calloc((size_t)left * w->field_count + 1, sizeof *list->entries));
    while (left > 0) {
        uint32_t free_docs = w->doc_count - doc - left, gap = 0, run = 1;

        if (free_docs > 0 && !(shape->clustered && rls_random_below(random, 8) > 0))
            gap = rls_random_below(random, 2 * (free_docs / left) + 2);
        if (gap > free_docs)
            gap = free_docs;
        doc += gap;
        if (shape->runs && rls_random_below(random, 20) == 0)
            run = 1 + rls_random_below(random, left < 600 ? left : 600);
        for (; run > 0; run--, left--)
            add_posting(list, w, random, shape, doc++);
    }
}

/* Postings sections in a RAM directory, mapped. */
typedef struct section {
    rls_heap       heap;
    rls_directory *directory;
    uint8_t       *bytes; /* a copy with RLS_MAP_PADDING junk bytes behind */
    size_t         size;
} section;

static inline rls_status
list_write(rls_postings_writer *writer, const plain_list *list, rls_term_info *out_info,
           rls_error *err)
{
    rls_status status = RLS_OK;

    if (list->bare)
        rls_postings_writer_begin_bare(writer);
    else
        status = rls_postings_writer_begin(writer, list->term, list->forms, list->form_count, err);
    for (uint32_t i = 0; status == RLS_OK && i < list->count; i++) {
        uint32_t from = list->entry_begins[i];
        status = rls_postings_writer_add(
            writer, list->docs[i], list->entries + from, list->entry_begins[i + 1] - from,
            list->form_count == 0 ? NULL : list->positions + list->position_begins[i],
            list->form_count == 0 ? NULL : list->codes + list->position_begins[i], err);
    }
    if (status == RLS_OK)
        status = rls_postings_writer_end(writer, out_info, err);
    return status;
}

static inline void
section_write(section *s, const world *w, plain_list *lists, size_t count)
{
    rls_output           output;
    rls_postings_writer *writer;
    rls_error            err;

    rls_heap_init(&s->heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&s->heap, &s->directory, &err));
    CHECK_OK(rls_output_open(&output, s->directory, "postings", &err));
    CHECK_OK(rls_postings_writer_new(&s->heap, &output, &w->norms, &w->reference, &writer, &err));
    for (size_t i = 0; i < count; i++)
        CHECK_OK(list_write(writer, &lists[i], &lists[i].info, &err));
    rls_postings_writer_free(writer);
    CHECK_OK(rls_output_finish(&output, false, &err));
    s->bytes = rls_test_read_file(s->directory, "postings", &s->size);
    CHECK(s->bytes != NULL);
}

static inline void
section_release(section *s)
{
    free(s->bytes);
    rls_directory_close(s->directory);
    CHECK_EQ_U64(s->heap.used, 0);
}

/* A list of the section's own bytes. */
static inline void
section_open(const section *s, const world *w, const plain_list *list,
             const rls_bitpack_kernels *kernels, rls_posting_list *out)
{
    rls_error err;
    CHECK_OK(rls_posting_list_open(out, rls_bytes_of(s->bytes, s->size), &list->info, &w->norms,
                                   kernels, &err));
}

static inline const rls_bitpack_kernels *
best_kernels(void)
{
    return rls_bitpack_kernels_for(rls_cpu_detect());
}

/* T and s of posting i, in double. */
static inline double
plain_saturation(const plain_list *list, const world *w, const rls_similarity *similarity,
                 uint32_t i)
{
    double t = 0;

    for (uint32_t e = list->entry_begins[i]; e < list->entry_begins[i + 1]; e++) {
        uint32_t field = list->entries[e].field;
        uint8_t  byte = rls_length_to_byte(w->lengths[field][list->docs[i]]);
        t += (double)list->entries[e].freq * similarity->fields[field].by_length[byte];
    }
    return t > 0 ? t / (t + similarity->k1) : 0;
}

#endif
