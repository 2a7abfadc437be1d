/* Checks of what documents hold beside their words: columns and stored text. */
#include <inttypes.h>
#include <math.h>

#include "segment/segment_check.h"
#include "segment/stored_document.h"
#include "segment/stored_writer.h"

static void
check_values(rls_segment_check_state *state, uint32_t number, const rls_column *column)
{
    uint8_t  scratch[2][RLS_COLUMN_FORM];
    uint64_t at = 0;

    for (uint32_t i = 0; i < column->value_count; i++) {
        rls_bytes value = rls_column_value_form(column, i, scratch[i % 2]);
        bool      good = column->kind != RLS_COLUMN_NUMBER || !isnan(rls_column_number(column, i));

        if (i > 0) {
            rls_bytes before = rls_column_value_form(column, i - 1, scratch[1 - i % 2]);

            good = good && rls_bytes_compare(before, value) < 0;
        }
        if (column->kind == RLS_COLUMN_KEYWORD) {
            good = good && rls_frames_get(&column->value_offsets, i) == at;
            at += value.size;
        }
        if (!good) {
            rls_segment_check_report(state, RLS_SECTION_COLUMNS,
                                     "column %" PRIu32 ": value %" PRIu32 " is out of order",
                                     number, i);
            return;
        }
    }
    if (column->kind == RLS_COLUMN_KEYWORD && at != column->values_size)
        rls_segment_check_report(state, RLS_SECTION_COLUMNS,
                                 "column %" PRIu32 ": values do not fill their bytes", number);
}

/* What zones should say, and what they do. */
typedef struct zone_check {
    uint32_t range, least, greatest, docs;
    bool     any;
} zone_check;

static void
check_zone(rls_segment_check_state *state, uint32_t number, const rls_column *column,
           const zone_check *zone)
{
    uint32_t least = 0, greatest = 0;
    bool     any = rls_column_zone(column, zone->range, &least, &greatest);
    uint32_t left = column->doc_count - zone->range * RLS_COLUMN_ZONE;
    bool     whole = zone->docs == (left < RLS_COLUMN_ZONE ? left : RLS_COLUMN_ZONE);

    if (any != zone->any || (any && (least != zone->least || greatest != zone->greatest)) ||
        (!column->sparse && whole != rls_column_zone_is_whole(column, zone->range)))
        rls_segment_check_report(state, RLS_SECTION_COLUMNS,
                                 "column %" PRIu32 ": zone %" PRIu32 " is wrong", number,
                                 zone->range);
}

static void
widen(zone_check *zone, uint32_t first, uint32_t last)
{
    if (!zone->any || first < zone->least)
        zone->least = first;
    if (!zone->any || last > zone->greatest)
        zone->greatest = last;
    zone->any = true;
    zone->docs++;
}

/* Ordinals of all documents; marks in `used` the values that they name. */
static rls_status
check_documents(rls_segment_check_state *state, uint32_t number, const rls_column *column,
                rls_bitset *used, rls_error *err)
{
    rls_heap  *heap = state->segment->heap;
    uint32_t  *ordinals = NULL, docs_with = 0;
    size_t     capacity = 0;
    uint64_t   entry_count = 0;
    zone_check zone = {0};
    rls_status status = RLS_OK;

    for (uint32_t doc = 0; doc < column->doc_count; doc++) {
        uint32_t count = rls_column_ordinals(column, doc, ordinals, (uint32_t)capacity);

        if (count > capacity) {
            void *memory = ordinals;

            if (!rls_grow(heap, &memory, &capacity, count, sizeof *ordinals)) {
                status = rls_fail(err, RLS_NO_MEMORY, "no memory to check columns");
                break;
            }
            ordinals = memory;
            rls_column_ordinals(column, doc, ordinals, (uint32_t)capacity);
        }
        for (; zone.range < doc / RLS_COLUMN_ZONE; zone = (zone_check){.range = zone.range + 1})
            check_zone(state, number, column, &zone);
        if (count == 0)
            continue;
        for (uint32_t i = 0; i < count; i++) {
            rls_bitset_set(used, ordinals[i]);
            if (i > 0 && ordinals[i] <= ordinals[i - 1])
                rls_segment_check_report(state, RLS_SECTION_COLUMNS,
                                         "column %" PRIu32 ": ordinals of document %" PRIu32
                                         " do not ascend",
                                         number, doc);
        }
        widen(&zone, ordinals[0], ordinals[count - 1]);
        entry_count += count;
        docs_with++;
    }
    if (status == RLS_OK && column->doc_count > 0)
        check_zone(state, number, column, &zone);
    if (status == RLS_OK && (entry_count != column->entry_count || docs_with != column->docs_with))
        rls_segment_check_report(state, RLS_SECTION_COLUMNS,
                                 "column %" PRIu32 ": %" PRIu64 " values of %" PRIu32
                                 " documents, expected %" PRIu64 " of %" PRIu32,
                                 number, entry_count, docs_with, column->entry_count,
                                 column->docs_with);
    rls_free(heap, ordinals);
    return status;
}

rls_status
rls_segment_check_columns(rls_segment_check_state *state, rls_error *err)
{
    const rls_segment *segment = state->segment;
    rls_status         status = RLS_OK;

    for (uint32_t i = 0; i < segment->column_count && status == RLS_OK; i++) {
        const rls_column *column = &segment->columns[i];
        rls_bitset        used;

        if (!rls_frames_check(&column->value_offsets) || !rls_frames_check(&column->docs) ||
            !rls_frames_check(&column->starts))
            rls_segment_check_report(state, RLS_SECTION_COLUMNS,
                                     "column %" PRIu32 ": an array is damaged", i);
        check_values(state, i, column);
        if (rls_bitset_init(&used, segment->heap, column->value_count) != RLS_OK)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to check columns");
        status = check_documents(state, i, column, &used, err);
        if (status == RLS_OK && rls_bitset_count(&used) != column->value_count)
            rls_segment_check_report(state, RLS_SECTION_COLUMNS,
                                     "column %" PRIu32 ": some values belong to no document", i);
        rls_bitset_release(&used, segment->heap);
    }
    return status;
}

/* Blocks follow one another, documents as well. */
static rls_status
check_layout(rls_segment_check_state *state, rls_error *error)
{
    const rls_stored *stored = &state->segment->stored;
    uint64_t          raw = 0, size = 0;

    if (!rls_frames_check(&stored->doc_starts) || !rls_frames_check(&stored->raw_starts) ||
        !rls_frames_check(&stored->starts))
        rls_segment_check_report(state, RLS_SECTION_STORED, "an array of offsets is damaged");
    for (uint64_t i = 0; i < stored->block_count; i++) {
        rls_stored_block block;
        rls_status       status = rls_stored_get_whole_block(stored, i, &block, error);

        if (status != RLS_OK)
            return status;
        if (block.raw_start != raw || block.data != stored->blocks.data + size + RLS_STORED_HEAD)
            return rls_fail(error, RLS_CORRUPT, "block %" PRIu64 " is out of place", i);
        raw += block.raw_size;
        size += RLS_STORED_HEAD + block.size;
    }
    if (size != stored->blocks.size || rls_stored_start(stored, 0) != 0 ||
        rls_stored_start(stored, stored->doc_count) != raw)
        return rls_fail(error, RLS_CORRUPT, "blocks and documents do not fill the section");
    return RLS_OK;
}

/* Reads one record, inflating each block once where several documents share it. */
static rls_status
read_record(const rls_stored *stored, rls_stored_cache *cache, rls_arena *arena, uint32_t doc,
            rls_bytes *out_record, rls_error *error)
{
    uint64_t start = rls_stored_start(stored, doc), end = rls_stored_start(stored, doc + 1);

    if (end > start && end - start <= RLS_STORED_BLOCK)
        return rls_stored_cache_read(cache, stored, doc, out_record, error);
    return rls_stored_read(stored, doc, arena, out_record, error);
}

rls_status
rls_segment_check_stored(rls_segment_check_state *state, rls_error *err)
{
    const rls_segment *segment = state->segment;
    rls_stored_cache   cache;
    rls_arena          arena;
    rls_error          error = {0};
    rls_status         status = check_layout(state, &error);

    if (status != RLS_OK)
        return rls_segment_check_failed(state, RLS_SECTION_STORED, status, &error, err);
    rls_arena_init(&arena, segment->heap, 64 * 1024);
    rls_stored_cache_init(&cache, segment->heap);
    for (uint32_t doc = 0; doc < segment->info.doc_count && status == RLS_OK; doc++) {
        rls_stored_document document = {0};
        rls_bytes           record;

        rls_arena_reset(&arena);
        status = read_record(&segment->stored, &cache, &arena, doc, &record, &error);
        if (status == RLS_OK)
            status = rls_stored_document_parse(segment->info.name, doc, record, &arena, &document,
                                               &error);
        if (status == RLS_OK && segment->info.stored && !document.has_body)
            rls_segment_check_report(state, RLS_SECTION_STORED,
                                     "document %" PRIu32 " is without its text", doc);
        if (status != RLS_OK)
            status = rls_segment_check_failed(state, RLS_SECTION_STORED, status, &error, err);
    }
    rls_stored_cache_release(&cache);
    rls_arena_release(&arena);
    return status;
}
