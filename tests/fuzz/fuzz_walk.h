/* Reading everything that an open segment holds, whatever its bytes: no failure but the ones the
 * interface names, and none at all when rls_segment_check found nothing. */
#ifndef RLS_TESTS_FUZZ_WALK_H
#define RLS_TESTS_FUZZ_WALK_H

#include "fuzz_list.h"
#include "segment/segment_check.h"
#include "segment/segment_handle.h"

enum {
    FUZZ_WALK_DOCS = 1024, /* documents and terms looked at one by one */
    FUZZ_WALK_TERMS = 1024,
    FUZZ_WALK_LISTS = 40, /* lists all walked; of the others one in so many */
    FUZZ_WALK_LIST_STEP = 8,
    FUZZ_WALK_VALUES = 8
};

typedef struct fuzz_walk {
    rls_heap          *heap;
    const rls_segment *segment;
    bool               clean; /* the check found nothing */
    uint32_t           docs;  /* to look at */
    uint32_t           step;  /* and where that takes long, every so many */
} fuzz_walk;

/* Damage may be told of a damaged segment alone. */
static inline bool
fuzz_walk_ok(const fuzz_walk *walk, rls_status status)
{
    FUZZ_CHECK(status == RLS_OK || status == RLS_NOT_FOUND || status == RLS_CORRUPT);
    FUZZ_CHECK(status == RLS_OK || !walk->clean);
    return status == RLS_OK;
}

static inline void
fuzz_count_problem(void *context, const char *section, const char *message)
{
    FUZZ_CHECK(section[0] != '\0' && message[0] != '\0');
    ++*(uint64_t *)context;
}

static inline void
fuzz_walk_terms(const fuzz_walk *walk)
{
    rls_termdict_cursor cursor;
    rls_status          status = RLS_OK;

    rls_termdict_cursor_init(&cursor, walk->heap, rls_segment_termdict(walk->segment));
    for (uint32_t i = 0; i < FUZZ_WALK_TERMS; i++) {
        rls_posting_list list;
        rls_bytes        term;

        status = rls_termdict_cursor_next(&cursor, NULL);
        if (status == RLS_NOT_FOUND || !fuzz_walk_ok(walk, status))
            break;
        term = rls_buffer_bytes(&cursor.term);
        (void)fuzz_walk_ok(walk, rls_segment_find_term(walk->segment, term, &list, NULL));
        if (!fuzz_walk_ok(walk, rls_segment_open_list(walk->segment, &cursor.info, &list, NULL)))
            continue;
        if (i > FUZZ_WALK_LISTS && i % FUZZ_WALK_LIST_STEP != 0)
            continue;
        if (!fuzz_check_list(&list, term, rls_segment_reference(walk->segment), walk->clean))
            FUZZ_CHECK(!walk->clean);
    }
    FUZZ_CHECK(status == RLS_OK || status == RLS_NOT_FOUND || !walk->clean);
    rls_termdict_cursor_release(&cursor);
}

static inline void
fuzz_walk_stored(const fuzz_walk *walk)
{
    rls_arena arena;

    rls_arena_init(&arena, walk->heap, 4096);
    for (uint32_t doc = 0; doc < walk->docs; doc += walk->step) {
        rls_stored_document document;
        size_t              sum = 0;

        rls_arena_reset(&arena);
        if (!fuzz_walk_ok(walk, rls_segment_stored(walk->segment, doc, &arena, &document, NULL)))
            continue;
        /* Every byte told must be there. */
        for (uint32_t f = 0; f < document.field_count; f++) {
            const rls_stored_field *field = &document.fields[f];

            for (size_t i = 0; i < field->name.size; i++)
                sum += field->name.data[i];
            for (uint32_t v = 0; v < field->value_count; v++) {
                for (size_t i = 0; i < field->values[v].text.size; i++)
                    sum += field->values[v].text.data[i];
            }
        }
        for (size_t i = 0; i < document.body.size; i++)
            sum += document.body.data[i];
        FUZZ_CHECK(sum != SIZE_MAX);
    }
    rls_arena_release(&arena);
}

static inline rls_status
fuzz_visit_key(void *context, rls_bytes key, uint32_t doc)
{
    const fuzz_walk *walk = context;

    FUZZ_CHECK(key.size == 0 || key.data != NULL);
    FUZZ_CHECK(doc < walk->segment->info.doc_count);
    return RLS_OK;
}

static inline void
fuzz_walk_keys(fuzz_walk *walk)
{
    rls_buffer key, other;
    uint32_t   found, of_rank;

    rls_buffer_init(&key, walk->heap);
    rls_buffer_init(&other, walk->heap);
    for (uint32_t doc = 0; doc < walk->docs; doc += walk->step) {
        uint32_t rank = rls_segment_key_rank(walk->segment, doc);

        FUZZ_CHECK(rank < walk->segment->info.doc_count);
        if (!fuzz_walk_ok(walk, rls_segment_key(walk->segment, doc, &key, NULL)))
            continue;
        if (fuzz_walk_ok(walk, rls_segment_key_at(walk->segment, rank, &other, &of_rank, NULL))) {
            FUZZ_CHECK(fuzz_equal(rls_buffer_bytes(&key), rls_buffer_bytes(&other)));
            FUZZ_CHECK(of_rank < walk->segment->info.doc_count);
            FUZZ_CHECK(of_rank == doc || !walk->clean);
        }
        if (fuzz_walk_ok(walk,
                         rls_segment_find_key(walk->segment, rls_buffer_bytes(&key), &found, NULL)))
            FUZZ_CHECK(found < walk->segment->info.doc_count);
    }
    (void)fuzz_walk_ok(walk, rls_segment_walk_keys(walk->segment, fuzz_visit_key, walk, NULL));
    rls_buffer_release(&key);
    rls_buffer_release(&other);
}

static inline void
fuzz_walk_sources(const fuzz_walk *walk)
{
    uint32_t           count = rls_segment_source_count(walk->segment), found;
    rls_segment_source source;
    rls_buffer         name;

    rls_buffer_init(&name, walk->heap);
    for (uint32_t i = 0; i < count && i < FUZZ_WALK_DOCS; i++) {
        if (!fuzz_walk_ok(walk, rls_segment_get_source(walk->segment, i, &name, &source, NULL)))
            continue;
        FUZZ_CHECK(fuzz_equal(source.name, rls_buffer_bytes(&name)));
        if (fuzz_walk_ok(walk, rls_segment_find_source(walk->segment, source.name, &found, NULL)))
            FUZZ_CHECK(found < count && (found == i || !walk->clean));
    }
    for (uint32_t doc = 0; doc < walk->docs; doc++) {
        found = rls_segment_doc_source(walk->segment, doc);
        FUZZ_CHECK(found < count || found == RLS_NO_SOURCE || !walk->clean);
    }
    rls_buffer_release(&name);
}

static inline void
fuzz_walk_value(const rls_column *column, uint32_t ordinal)
{
    if (column->kind == RLS_COLUMN_KEYWORD) {
        rls_bytes value = rls_column_keyword(column, ordinal);
        FUZZ_CHECK(rls_column_find_keyword(column, value) <= column->value_count);
    } else if (column->kind == RLS_COLUMN_DATE) {
        int64_t value = rls_column_date(column, ordinal);
        FUZZ_CHECK(rls_column_find_date(column, value) <= column->value_count);
    } else {
        double value = rls_column_number(column, ordinal);
        FUZZ_CHECK(rls_column_find_number(column, value) <= column->value_count);
    }
}

static inline void
fuzz_walk_column(const fuzz_walk *walk, const rls_column *column)
{
    uint32_t ordinals[FUZZ_WALK_VALUES], least, greatest, doc, count, turns = 0;
    uint64_t position = 0;

    FUZZ_CHECK(column->kind <= RLS_COLUMN_NUMBER);
    for (uint32_t i = 0; i < column->value_count && i < FUZZ_WALK_DOCS; i++)
        fuzz_walk_value(column, i);
    for (doc = 0; doc < walk->docs; doc++) {
        count = rls_column_ordinals(column, doc, ordinals, FUZZ_WALK_VALUES);
        for (uint32_t i = 0; i < count && i < FUZZ_WALK_VALUES; i++)
            FUZZ_CHECK(ordinals[i] < column->value_count);
        if (doc % RLS_COLUMN_ZONE == 0 &&
            rls_column_zone(column, doc / RLS_COLUMN_ZONE, &least, &greatest))
            FUZZ_CHECK((least < column->value_count && greatest < column->value_count) ||
                       !walk->clean);
    }
    while (turns++ < 4 * FUZZ_WALK_DOCS &&
           rls_column_next(column, &position, &doc, ordinals, FUZZ_WALK_VALUES, &count)) {
        FUZZ_CHECK(doc < column->doc_count);
        for (uint32_t i = 0; i < count && i < FUZZ_WALK_VALUES; i++)
            FUZZ_CHECK(ordinals[i] < column->value_count);
    }
}

static inline void
fuzz_walk_norms(const fuzz_walk *walk)
{
    const rls_segment_info *info = rls_segment_get_info(walk->segment);

    FUZZ_CHECK(info->field_count >= 1 &&
               rls_segment_norms(walk->segment)->doc_count == info->doc_count);
    for (uint32_t field = 0; field < info->field_count && field < 64; field++) {
        uint32_t position = 0, doc, length, turns = 0;

        for (doc = 0; doc < walk->docs; doc++) {
            length = rls_segment_length(walk->segment, field, doc);
            FUZZ_CHECK(
                !walk->clean ||
                rls_length_to_byte(length) ==
                    rls_field_norms_get(&rls_segment_norms(walk->segment)->fields[field], doc));
        }
        while (turns++ < FUZZ_WALK_DOCS &&
               rls_norms_reader_next(&walk->segment->norms, field, &position, &doc, &length))
            FUZZ_CHECK(doc < info->doc_count || !walk->clean);
        (void)rls_segment_field_number(walk->segment, info->fields[field].name);
    }
}

static inline void
fuzz_walk_segment(rls_heap *heap, const rls_segment *segment)
{
    fuzz_walk  walk = {heap, segment, false, segment->info.doc_count, 1};
    uint64_t   problems = 0;
    rls_status status;

    if (walk.docs > FUZZ_WALK_DOCS)
        walk.docs = FUZZ_WALK_DOCS;
    if (walk.docs > 64)
        walk.step = walk.docs / 20;
    status = rls_segment_check(segment, NULL, fuzz_count_problem, &problems, NULL);
    FUZZ_CHECK(status == (problems == 0 ? RLS_OK : RLS_CORRUPT));
    walk.clean = problems == 0;
    fuzz_walk_terms(&walk);
    fuzz_walk_stored(&walk);
    fuzz_walk_keys(&walk);
    fuzz_walk_sources(&walk);
    for (uint32_t i = 0; i < rls_segment_column_count(segment); i++)
        fuzz_walk_column(&walk, rls_segment_column_at(segment, i));
    fuzz_walk_norms(&walk);
}

#endif
