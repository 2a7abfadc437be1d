#include "segment/batch_columns.h"

#include <inttypes.h>
#include <math.h>

#include "base/sort.h"

void
rls_batch_columns_init(rls_batch_columns *columns, rls_heap *heap)
{
    *columns = (rls_batch_columns){.heap = heap};
    rls_hash_table_init(&columns->numbers, heap);
    rls_buffer_init(&columns->lookup, heap);
}

void
rls_batch_columns_release(rls_batch_columns *columns)
{
    if (columns->heap == NULL)
        return;
    for (uint32_t i = 0; i < columns->count; i++) {
        rls_hash_table_release(&columns->columns[i].numbers);
        rls_free(columns->heap, columns->columns[i].values);
        rls_free(columns->heap, columns->columns[i].entries);
    }
    rls_free(columns->heap, columns->columns);
    rls_hash_table_release(&columns->numbers);
    rls_buffer_release(&columns->lookup);
    *columns = (rls_batch_columns){0};
}

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory for the values of a document");
}

/* Finds or adds; NULL when there is no memory. */
static rls_batch_column *
find_column(rls_batch_columns *columns, rls_bytes name, rls_column_kind kind)
{
    void          *array = columns->columns;
    const uint8_t *stored;
    uint32_t      *number;
    bool           inserted;

    rls_buffer_clear(&columns->lookup);
    rls_buffer_put_u8(&columns->lookup, (uint8_t)kind);
    rls_buffer_append(&columns->lookup, name.data, name.size);
    if (columns->lookup.failed || !rls_grow(columns->heap, &array, &columns->capacity,
                                            (size_t)columns->count + 1, sizeof *columns->columns))
        return NULL;
    columns->columns = array;
    number = rls_hash_table_insert(&columns->numbers, rls_buffer_bytes(&columns->lookup),
                                   columns->count, &inserted, &stored);
    if (number == NULL)
        return NULL;
    if (inserted) {
        rls_batch_column *column = &columns->columns[columns->count++];

        *column = (rls_batch_column){.name = rls_bytes_of(stored + 1, name.size), .kind = kind};
        rls_hash_table_init(&column->numbers, columns->heap);
    }
    return &columns->columns[*number];
}

static rls_status
add_value(rls_batch_columns *columns, rls_batch_column *column, uint32_t doc, rls_bytes value,
          rls_error *err)
{
    void          *values = column->values, *entries = column->entries;
    const uint8_t *stored;
    uint32_t      *number;
    bool           inserted;

    if (!rls_grow(columns->heap, &values, &column->value_capacity, (size_t)column->value_count + 1,
                  sizeof *column->values))
        return no_memory(err);
    column->values = values;
    if (!rls_grow(columns->heap, &entries, &column->entry_capacity, column->entry_count + 1,
                  sizeof *column->entries))
        return no_memory(err);
    column->entries = entries;
    number =
        rls_hash_table_insert(&column->numbers, value, column->value_count, &inserted, &stored);
    if (number == NULL)
        return no_memory(err);
    if (inserted)
        column->values[column->value_count++] = rls_bytes_of(stored, value.size);
    column->entries[column->entry_count++] = (uint64_t)doc << 32 | *number;
    return RLS_OK;
}

/* Makes the sorting form of a value for a kind of column; false when it has no such value. */
static bool
form_of(const rls_value *value, rls_column_kind kind, uint8_t *scratch, rls_bytes *out_form)
{
    *out_form = rls_bytes_of(scratch, RLS_COLUMN_FORM);
    switch (kind) {
    case RLS_COLUMN_KEYWORD:
        *out_form = value->text;
        return value->text.size > 0 && value->text.size <= RLS_COLUMN_KEYWORD_MAX;
    case RLS_COLUMN_DATE:
        rls_column_date_form(value->date, scratch);
        return value->has_date;
    case RLS_COLUMN_NUMBER:
        rls_column_number_form(value->number, scratch);
        return value->has_number && !isnan(value->number);
    }
    return false;
}

static rls_status
add_field(rls_batch_columns *columns, uint32_t doc, const rls_field *field, rls_column_kind kind,
          rls_error *err)
{
    uint8_t   scratch[RLS_COLUMN_FORM];
    rls_bytes form;

    for (uint32_t i = 0; i < field->value_count; i++) {
        rls_batch_column *column;
        rls_status        status;

        if (!form_of(&field->values[i], kind, scratch, &form))
            continue;
        column = find_column(columns, field->name, kind);
        status = column == NULL ? no_memory(err) : add_value(columns, column, doc, form, err);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

rls_status
rls_batch_columns_add(rls_batch_columns *columns, uint32_t doc, const rls_document *document,
                      rls_error *err)
{
    static const struct {
        uint32_t        field_kind;
        rls_column_kind kind;
    } kinds[] = {{RLS_FIELD_KEYWORD, RLS_COLUMN_KEYWORD},
                 {RLS_FIELD_DATE, RLS_COLUMN_DATE},
                 {RLS_FIELD_NUMBER, RLS_COLUMN_NUMBER}};

    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_field *field = &document->fields[i];

        for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++) {
            rls_status status = RLS_OK;

            if (field->kinds & kinds[j].field_kind)
                status = add_field(columns, doc, field, kinds[j].kind, err);
            if (status != RLS_OK)
                return status;
        }
    }
    return RLS_OK;
}

/* --- writing --- */

/* A column whose entries hold ordinals, sorted, each once. */
typedef struct sorted_column {
    const rls_batch_column *column;
    rls_bytes              *values; /* sorted */
    size_t                  entry_count, at;
    uint32_t               *ordinals; /* of the document at hand */
    size_t                  ordinal_capacity;
    rls_heap               *heap;
} sorted_column;

typedef struct value_order {
    rls_bytes value;
    uint32_t  number;
} value_order;

static int
compare_values(const void *a, const void *b, void *context)
{
    (void)context;
    return rls_bytes_compare(((const value_order *)a)->value, ((const value_order *)b)->value);
}

/* Sorts the values and gives every number its ordinal. */
static rls_status
sort_values(rls_heap *heap, const rls_batch_column *column, rls_bytes *values, uint32_t *ordinals,
            rls_error *err)
{
    value_order *order = rls_alloc(heap, column->value_count, sizeof *order);
    rls_status   status;

    if (order == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < column->value_count; i++)
        order[i] = (value_order){column->values[i], i};
    status = rls_sort(heap, order, column->value_count, sizeof *order, compare_values, NULL);
    for (uint32_t i = 0; i < column->value_count && status == RLS_OK; i++) {
        values[i] = order[i].value;
        ordinals[order[i].number] = i;
    }
    rls_free(heap, order);
    return status == RLS_OK ? RLS_OK : no_memory(err);
}

static rls_status
sort_entries(rls_heap *heap, rls_batch_column *column, const uint32_t *ordinals,
             sorted_column *sorted, rls_column_content *content, rls_error *err)
{
    uint64_t *scratch = rls_alloc(heap, column->entry_count, sizeof *scratch);
    size_t    kept = 0;

    if (scratch == NULL)
        return no_memory(err);
    for (size_t i = 0; i < column->entry_count; i++)
        column->entries[i] =
            (column->entries[i] >> 32) << 32 | ordinals[column->entries[i] & UINT32_MAX];
    rls_sort_u64(column->entries, scratch, column->entry_count);
    rls_free(heap, scratch);
    for (size_t i = 0; i < column->entry_count; i++) {
        uint64_t entry = column->entries[i];

        if (kept > 0 && column->entries[kept - 1] == entry)
            continue;
        if (kept > 0 && column->entries[kept - 1] >> 32 == entry >> 32)
            content->single = false;
        else
            content->docs_with++;
        column->entries[kept++] = entry;
    }
    sorted->entry_count = kept;
    content->entry_count = kept;
    return RLS_OK;
}

static rls_bytes
value_of(void *context, uint32_t ordinal)
{
    return ((const sorted_column *)context)->values[ordinal];
}

static rls_status
next_document(void *context, uint32_t *out_doc, const uint32_t **out_ordinals, uint32_t *out_count,
              rls_error *err)
{
    sorted_column  *sorted = context;
    const uint64_t *entries = sorted->column->entries;
    size_t          end = sorted->at;
    void           *ordinals = sorted->ordinals;

    if (sorted->at == sorted->entry_count)
        return RLS_NOT_FOUND;
    *out_doc = (uint32_t)(entries[sorted->at] >> 32);
    while (end < sorted->entry_count && entries[end] >> 32 == *out_doc)
        end++;
    *out_count = (uint32_t)(end - sorted->at);
    if (!rls_grow(sorted->heap, &ordinals, &sorted->ordinal_capacity, *out_count,
                  sizeof *sorted->ordinals))
        return no_memory(err);
    sorted->ordinals = ordinals;
    for (uint32_t i = 0; sorted->at < end; i++, sorted->at++)
        sorted->ordinals[i] = (uint32_t)entries[sorted->at];
    *out_ordinals = sorted->ordinals;
    return RLS_OK;
}

static rls_status
write_column(rls_batch_columns *columns, rls_batch_column *column, rls_columns_writer *writer,
             rls_error *err)
{
    rls_heap          *heap = columns->heap;
    sorted_column      sorted = {.column = column, .heap = heap};
    rls_column_content content = {.name = column->name,
                                  .kind = column->kind,
                                  .value_count = column->value_count,
                                  .single = true,
                                  .context = &sorted,
                                  .value = value_of,
                                  .next = next_document};
    uint32_t          *ordinals = rls_alloc(heap, column->value_count, sizeof *ordinals);
    rls_status         status;

    sorted.values = rls_alloc(heap, column->value_count, sizeof *sorted.values);
    if (ordinals == NULL || sorted.values == NULL)
        status = no_memory(err);
    else
        status = sort_values(heap, column, sorted.values, ordinals, err);
    if (status == RLS_OK)
        status = sort_entries(heap, column, ordinals, &sorted, &content, err);
    if (status == RLS_OK)
        status = rls_columns_writer_add(writer, &content, err);
    rls_free(heap, ordinals);
    rls_free(heap, sorted.values);
    rls_free(heap, sorted.ordinals);
    return status;
}

static int
compare_columns(const void *a, const void *b, void *context)
{
    const rls_batch_column *columns = context;
    const rls_batch_column *column_a = &columns[*(const uint32_t *)a];
    const rls_batch_column *column_b = &columns[*(const uint32_t *)b];
    int                     order = rls_bytes_compare(column_a->name, column_b->name);

    return order != 0 ? order : (int)column_a->kind - (int)column_b->kind;
}

rls_status
rls_batch_columns_write(rls_batch_columns *columns, rls_sink *sink, uint32_t doc_count,
                        rls_error *err)
{
    rls_columns_writer writer;
    uint32_t          *order = rls_alloc(columns->heap, columns->count, sizeof *order);
    rls_status         status = RLS_OK;

    if (order == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < columns->count; i++)
        order[i] = i;
    rls_columns_writer_init(&writer, columns->heap, sink, doc_count);
    if (rls_sort(columns->heap, order, columns->count, sizeof *order, compare_columns,
                 columns->columns) != RLS_OK)
        status = no_memory(err);
    for (uint32_t i = 0; i < columns->count && status == RLS_OK; i++)
        status = write_column(columns, &columns->columns[order[i]], &writer, err);
    if (status == RLS_OK)
        status = rls_columns_writer_finish(&writer, err);
    rls_columns_writer_release(&writer);
    rls_free(columns->heap, order);
    return status;
}
