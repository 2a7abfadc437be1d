#include "segment/columns.h"

#include <inttypes.h>

#include "segment/columns_reader.h"

/* Takes one column at its offset; false when it does not fit. */
static bool
open_column(rls_column *column, rls_bytes section, uint64_t offset, uint64_t values_size)
{
    uint64_t  zone_count = ((uint64_t)column->doc_count + RLS_COLUMN_ZONE - 1) / RLS_COLUMN_ZONE;
    uint64_t  slots = column->sparse ? column->docs_with : column->doc_count;
    uint64_t  ordinal_count = column->single ? slots : column->entry_count;
    rls_input input;

    if (offset > section.size || column->value_count == 0 ||
        column->docs_with > column->doc_count || column->entry_count > UINT64_MAX / 64 ||
        (column->single && column->entry_count != column->docs_with))
        return false;
    rls_input_init(&input, rls_bytes_of(section.data + offset, section.size - offset));
    if (column->kind == RLS_COLUMN_KEYWORD)
        rls_frames_open(&column->value_offsets, &input, (uint64_t)column->value_count + 1);
    else if (values_size != 8 * (uint64_t)column->value_count)
        return false;
    column->values = rls_input_bytes(&input, values_size).data;
    column->values_size = values_size;
    column->ordinal_width = rls_packed_width(column->value_count);
    column->ordinals =
        rls_input_bytes(&input, rls_packed_size(ordinal_count, column->ordinal_width)).data;
    if (column->sparse)
        rls_frames_open(&column->docs, &input, slots);
    if (!column->single)
        rls_frames_open(&column->starts, &input, slots + 1);
    if (!column->sparse)
        column->zones =
            rls_input_bytes(&input, rls_packed_size(2 * zone_count, column->ordinal_width)).data;
    if (!column->sparse)
        column->whole = rls_input_bytes(&input, rls_packed_size(zone_count, 1)).data;
    return !input.failed;
}

static bool
take_column(rls_column *column, rls_input *directory, rls_bytes section, uint32_t doc_count)
{
    uint64_t offset, values_size;
    uint32_t kind, flags;

    *column = (rls_column){.doc_count = doc_count};
    column->name = rls_input_bytes(directory, rls_input_varint(directory));
    kind = rls_input_varint32(directory);
    flags = rls_input_varint32(directory);
    column->value_count = rls_input_varint32(directory);
    column->docs_with = rls_input_varint32(directory);
    column->entry_count = rls_input_varint(directory);
    offset = rls_input_varint(directory);
    values_size = rls_input_varint(directory);
    if (directory->failed || kind > RLS_COLUMN_NUMBER ||
        flags > (RLS_COLUMN_SINGLE | RLS_COLUMN_SPARSE))
        return false;
    column->kind = (rls_column_kind)kind;
    column->single = (flags & RLS_COLUMN_SINGLE) != 0;
    column->sparse = (flags & RLS_COLUMN_SPARSE) != 0;
    return open_column(column, section, offset, values_size);
}

/* Columns are looked up by name and kind. */
static bool
is_behind(const rls_column *column, const rls_column *before)
{
    int order = rls_bytes_compare(column->name, before->name);

    return order > 0 || (order == 0 && column->kind > before->kind);
}

rls_status
rls_columns_open(rls_heap *heap, rls_bytes section, uint32_t doc_count, const char *name,
                 rls_column **out_columns, uint32_t *out_count, rls_error *err)
{
    const uint8_t *tail;
    rls_column    *columns;
    rls_input      directory;
    uint64_t       directory_size;
    uint32_t       count;

    *out_columns = NULL;
    *out_count = 0;
    if (section.size < RLS_COLUMNS_TAIL)
        return rls_fail(err, RLS_CORRUPT, "%s: columns: %zu bytes, too short", name, section.size);
    section.size -= RLS_COLUMNS_TAIL;
    tail = section.data + section.size;
    directory_size = rls_get_u64(tail);
    count = rls_get_u32(tail + 8);
    /* An entry takes nine bytes or more. */
    if (directory_size > section.size || count > directory_size / 8 ||
        rls_get_u32(tail + 12) != doc_count)
        return rls_fail(err, RLS_CORRUPT, "%s: columns: the tail is damaged", name);
    section.size -= directory_size;
    rls_input_init(&directory, rls_bytes_of(tail - directory_size, directory_size));
    columns = rls_alloc(heap, count, sizeof *columns);
    if (columns == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory for %" PRIu32 " columns", name, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!take_column(&columns[i], &directory, section, doc_count) ||
            (i > 0 && !is_behind(&columns[i], &columns[i - 1]))) {
            rls_free(heap, columns);
            return rls_fail(err, RLS_CORRUPT, "%s: columns: column %" PRIu32 " is damaged", name,
                            i);
        }
    }
    if (rls_input_left(&directory) != 0) {
        rls_free(heap, columns);
        return rls_fail(err, RLS_CORRUPT, "%s: columns: bytes behind the directory", name);
    }
    *out_columns = columns;
    *out_count = count;
    return RLS_OK;
}

/* Ordinals of slot `slot`: a document when dense, the index of one in `docs` when sparse. */
static uint32_t
slot_ordinals(const rls_column *column, uint64_t slot, uint32_t *ordinals, uint32_t capacity)
{
    uint64_t start, end;
    uint32_t count = 0;

    if (column->single) {
        uint64_t ordinal = rls_packed_get(column->ordinals, column->ordinal_width, slot);

        if (!column->sparse)
            ordinal--; /* 0, no value, becomes greater than any */
        if (ordinal >= column->value_count)
            return 0;
        if (capacity > 0)
            ordinals[0] = (uint32_t)ordinal;
        return 1;
    }
    start = rls_frames_get(&column->starts, slot);
    end = rls_frames_get(&column->starts, slot + 1);
    end = end > column->entry_count ? column->entry_count : end;
    for (; start < end; start++) {
        uint64_t ordinal = rls_packed_get(column->ordinals, column->ordinal_width, start);

        if (ordinal >= column->value_count)
            continue;
        if (count < capacity)
            ordinals[count] = (uint32_t)ordinal;
        if (++count == UINT32_MAX)
            break;
    }
    return count;
}

/* Where a document's ordinals are; false when it has none. */
static bool
find_slot(const rls_column *column, uint32_t doc, uint64_t *out_slot)
{
    *out_slot = doc;
    if (doc >= column->doc_count)
        return false;
    if (!column->sparse)
        return true;
    *out_slot = rls_frames_find(&column->docs, 0, column->docs_with, doc);
    return *out_slot < column->docs_with && rls_frames_get(&column->docs, *out_slot) == doc;
}

uint32_t
rls_column_ordinals(const rls_column *column, uint32_t doc, uint32_t *ordinals, uint32_t capacity)
{
    uint64_t slot;

    return find_slot(column, doc, &slot) ? slot_ordinals(column, slot, ordinals, capacity) : 0;
}

bool
rls_column_least(const rls_column *column, uint32_t doc, uint32_t *out_ordinal)
{
    uint64_t slot;

    return find_slot(column, doc, &slot) && slot_ordinals(column, slot, out_ordinal, 1) > 0;
}

bool
rls_column_greatest(const rls_column *column, uint32_t doc, uint32_t *out_ordinal)
{
    uint64_t slot, start, end;

    if (!find_slot(column, doc, &slot))
        return false;
    if (column->single)
        return slot_ordinals(column, slot, out_ordinal, 1) > 0;
    start = rls_frames_get(&column->starts, slot);
    end = rls_frames_get(&column->starts, slot + 1);
    end = end > column->entry_count ? column->entry_count : end;
    while (end > start) {
        uint64_t ordinal = rls_packed_get(column->ordinals, column->ordinal_width, --end);
        if (ordinal < column->value_count) {
            *out_ordinal = (uint32_t)ordinal;
            return true;
        }
    }
    return false;
}

bool
rls_column_next(const rls_column *column, uint64_t *position, uint32_t *out_doc, uint32_t *ordinals,
                uint32_t capacity, uint32_t *out_count)
{
    uint64_t slots = column->sparse ? column->docs_with : column->doc_count;

    for (; *position < slots; ++*position) {
        uint64_t doc = *position;

        if (column->sparse)
            doc = rls_frames_get(&column->docs, doc);
        if (doc >= column->doc_count)
            continue;
        *out_count = slot_ordinals(column, *position, ordinals, capacity);
        if (*out_count == 0)
            continue;
        *out_doc = (uint32_t)doc;
        ++*position;
        return true;
    }
    return false;
}

rls_bytes
rls_column_keyword(const rls_column *column, uint32_t ordinal)
{
    uint64_t begin, end;

    if (column->kind != RLS_COLUMN_KEYWORD || ordinal >= column->value_count)
        return (rls_bytes){0};
    begin = rls_frames_get(&column->value_offsets, ordinal);
    end = rls_frames_get(&column->value_offsets, (uint64_t)ordinal + 1);
    if (begin > end || end > column->values_size)
        return (rls_bytes){0};
    return rls_bytes_of(column->values + begin, end - begin);
}

static uint64_t
value_bits(const rls_column *column, uint32_t ordinal)
{
    if (column->kind == RLS_COLUMN_KEYWORD || ordinal >= column->value_count)
        return 0;
    return rls_get_u64(column->values + 8 * (size_t)ordinal);
}

int64_t
rls_column_date(const rls_column *column, uint32_t ordinal)
{
    return (int64_t)value_bits(column, ordinal);
}

double
rls_column_number(const rls_column *column, uint32_t ordinal)
{
    uint64_t bits = value_bits(column, ordinal);
    double   number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

/* The first ordinal whose sorting form is not below `form`. */
static uint32_t
find_form(const rls_column *column, rls_bytes form)
{
    uint32_t from = 0, to = column->value_count;
    uint8_t  scratch[RLS_COLUMN_FORM];

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (rls_bytes_compare(rls_column_value_form(column, middle, scratch), form) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

uint32_t
rls_column_find_date(const rls_column *column, int64_t value)
{
    uint8_t form[RLS_COLUMN_FORM];

    rls_column_date_form(value, form);
    return find_form(column, rls_bytes_of(form, sizeof form));
}

uint32_t
rls_column_find_number(const rls_column *column, double value)
{
    uint8_t form[RLS_COLUMN_FORM];

    rls_column_number_form(value, form);
    return find_form(column, rls_bytes_of(form, sizeof form));
}

uint32_t
rls_column_find_keyword(const rls_column *column, rls_bytes value)
{
    return find_form(column, value);
}

/* Sparse columns keep no zones: their few documents are looked at. */
static bool
sparse_zone(const rls_column *column, uint32_t range, uint32_t *out_least, uint32_t *out_greatest)
{
    uint64_t first = (uint64_t)range * RLS_COLUMN_ZONE;
    uint64_t from = rls_frames_find(&column->docs, 0, column->docs_with, first);
    uint64_t to = rls_frames_find(&column->docs, from, column->docs_with, first + RLS_COLUMN_ZONE);
    bool     found = false;

    if (!column->single) {
        from = rls_frames_get(&column->starts, from);
        to = rls_frames_get(&column->starts, to);
        to = to > column->entry_count ? column->entry_count : to;
    }
    for (; from < to; from++) {
        uint64_t ordinal = rls_packed_get(column->ordinals, column->ordinal_width, from);

        if (ordinal >= column->value_count)
            continue;
        if (!found || ordinal < *out_least)
            *out_least = (uint32_t)ordinal;
        if (!found || ordinal > *out_greatest)
            *out_greatest = (uint32_t)ordinal;
        found = true;
    }
    return found;
}

bool
rls_column_zone_is_whole(const rls_column *column, uint32_t range)
{
    return !column->sparse && (uint64_t)range * RLS_COLUMN_ZONE < column->doc_count &&
           (column->whole[range / 8] >> range % 8 & 1) != 0;
}

bool
rls_column_zone(const rls_column *column, uint32_t range, uint32_t *out_least,
                uint32_t *out_greatest)
{
    uint64_t least, greatest;

    if ((uint64_t)range * RLS_COLUMN_ZONE >= column->doc_count)
        return false;
    if (column->sparse)
        return sparse_zone(column, range, out_least, out_greatest);
    least = rls_packed_get(column->zones, column->ordinal_width, 2 * (uint64_t)range);
    greatest = rls_packed_get(column->zones, column->ordinal_width, 2 * (uint64_t)range + 1);
    if (least == 0 || least > greatest || greatest > column->value_count)
        return false;
    *out_least = (uint32_t)least - 1;
    *out_greatest = (uint32_t)greatest - 1;
    return true;
}
