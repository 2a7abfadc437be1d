/* Keys of all parts → the section of keys. */
#include <inttypes.h>

#include "segment/merge_heap.h"
#include "segment/segment_build.h"

/* Puts the next key of a part whose document stays on the heap. */
static rls_status
push_key(const rls_segment_build *build, rls_strings_cursor *cursors, rls_merge_heap *heads,
         uint32_t *docs, uint32_t number, rls_error *err)
{
    const rls_segment_part *part = &build->parts[number];
    rls_strings_cursor     *cursor = &cursors[number];

    for (;;) {
        uint32_t   rank = cursor->next;
        rls_status status = rls_strings_cursor_next(cursor, err);

        if (status != RLS_OK)
            return status == RLS_NOT_FOUND ? RLS_OK : status;
        docs[number] = rls_segment_part_doc(part, rls_keys_doc(part->keys, rank));
        if (docs[number] != RLS_PART_DROPPED) {
            rls_merge_heap_push(heads, number, rls_buffer_bytes(&cursor->string));
            return RLS_OK;
        }
    }
}

/* Equal keys come out by part, and within a part as they stand, so by document. */
static rls_status
merge_keys(rls_segment_build *build, rls_keys_writer *writer, rls_strings_cursor *cursors,
           rls_merge_heap *heads, uint32_t *docs, rls_error *err)
{
    rls_status status = RLS_OK;
    uint32_t   written = 0;

    for (uint32_t i = 0; i < build->part_count && status == RLS_OK; i++)
        status = push_key(build, cursors, heads, docs, i, err);
    for (; status == RLS_OK && heads->count > 0; written++) {
        uint32_t number = rls_merge_heap_input(heads);

        if (written == build->doc_count)
            break;
        status = rls_keys_writer_add(writer, rls_merge_heap_string(heads), docs[number], err);
        rls_merge_heap_pop(heads);
        if (status == RLS_OK)
            status = push_key(build, cursors, heads, docs, number, err);
    }
    if (status == RLS_OK && (written != build->doc_count || heads->count > 0))
        status = rls_fail(err, RLS_CORRUPT, "keys to merge do not belong to one document each");
    return status;
}

/* A damaged order of keys could name a document twice and leave another out. */
static rls_status
check_order(const rls_segment_build *build, const uint32_t *order, rls_error *err)
{
    rls_bitset seen;
    bool       whole;

    if (rls_bitset_init(&seen, build->heap, build->doc_count) != RLS_OK)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to merge keys");
    for (uint32_t rank = 0; rank < build->doc_count; rank++)
        rls_bitset_set(&seen, order[rank]);
    whole = rls_bitset_count(&seen) == build->doc_count;
    rls_bitset_release(&seen, build->heap);
    if (!whole)
        return rls_fail(err, RLS_CORRUPT, "keys to merge do not belong to one document each");
    return RLS_OK;
}

rls_status
rls_segment_build_keys(rls_segment_build *build, rls_error *err)
{
    rls_keys_writer     writer = {0};
    rls_merge_heap      heads = {0};
    rls_strings_cursor *cursors = rls_alloc_zeroed(build->heap, build->part_count, sizeof *cursors);
    uint32_t           *docs = rls_alloc(build->heap, build->part_count, sizeof *docs);
    rls_status          status;

    if (cursors == NULL || docs == NULL ||
        rls_merge_heap_init(&heads, build->heap, build->part_count) != RLS_OK) {
        status = rls_fail(err, RLS_NO_MEMORY, "no memory to merge keys");
        goto end;
    }
    for (uint32_t i = 0; i < build->part_count; i++)
        rls_strings_cursor_init(&cursors[i], build->heap, &build->parts[i].keys->strings);
    status = rls_keys_writer_init(&writer, build->heap, &build->sink, build->doc_count, err);
    if (status == RLS_OK)
        status = merge_keys(build, &writer, cursors, &heads, docs, err);
    if (status == RLS_OK)
        status = check_order(build, writer.numbers, err);
    if (status == RLS_OK)
        status = rls_keys_writer_finish(&writer, err);
    if (status == RLS_OK) {
        build->repeats = writer.repeats;
        build->key_ranks = writer.numbers; /* sources need them still */
        writer.numbers = NULL;
    }

end:
    for (uint32_t i = 0; cursors != NULL && i < build->part_count; i++) {
        if (cursors[i].strings != NULL)
            rls_strings_cursor_release(&cursors[i]);
    }
    rls_keys_writer_release(&writer);
    rls_merge_heap_release(&heads);
    rls_free(build->heap, cursors);
    rls_free(build->heap, docs);
    return status;
}
