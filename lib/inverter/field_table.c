#include "inverter/field_table.h"

#include "inverter/inverter.h"

void
rls_field_table_init(rls_field_table *table, rls_heap *heap)
{
    *table = (rls_field_table){.heap = heap};
    rls_hash_table_init(&table->numbers, heap);
}

void
rls_field_table_reset(rls_field_table *table)
{
    for (size_t i = 0; i < table->field_count; i++) {
        rls_free(table->heap, table->fields[i].docs);
        rls_free(table->heap, table->fields[i].lengths);
    }
    table->field_count = 0;
    table->unit_count = 0;
    rls_hash_table_release(&table->numbers);
}

void
rls_field_table_release(rls_field_table *table)
{
    if (table->heap == NULL)
        return;
    rls_field_table_reset(table);
    rls_free(table->heap, table->fields);
    rls_free(table->heap, table->units);
    rls_field_table_init(table, table->heap);
}

rls_status
rls_field_table_number(rls_field_table *table, rls_bytes name, uint32_t *out_field)
{
    uint32_t        next = (uint32_t)table->field_count;
    const uint32_t *number;
    const uint8_t  *stored;
    bool            inserted;

    if (next == RLS_FIELD_LIMIT) {
        number = rls_hash_table_find(&table->numbers, name);
        *out_field = number != NULL ? *number : RLS_FIELD_LIMIT - 1;
        return RLS_OK;
    }
    if (!rls_grow(table->heap, (void **)&table->fields, &table->field_capacity,
                  table->field_count + 1, sizeof *table->fields))
        return RLS_NO_MEMORY;
    number = rls_hash_table_insert(&table->numbers, name, next, &inserted, &stored);
    if (number == NULL)
        return RLS_NO_MEMORY;
    if (inserted) {
        table->fields[next] = (rls_inverted_field){.name = {stored, name.size}};
        table->field_count++;
    }
    *out_field = *number;
    return RLS_OK;
}

rls_status
rls_field_table_open_unit(rls_field_table *table, uint32_t doc, uint32_t field)
{
    if (table->unit_count >= RLS_UNIT_LIMIT ||
        !rls_grow(table->heap, (void **)&table->units, &table->unit_capacity, table->unit_count + 1,
                  sizeof *table->units))
        return RLS_NO_MEMORY;
    table->units[table->unit_count++] = (rls_inverted_unit){doc, field};
    return RLS_OK;
}

rls_status
rls_field_table_close_unit(rls_field_table *table, uint32_t length)
{
    rls_inverted_unit   unit = table->units[table->unit_count - 1];
    rls_inverted_field *field = &table->fields[unit.field];

    if (length == 0) {
        table->unit_count--;
        return RLS_OK;
    }
    if (!rls_grow(table->heap, (void **)&field->docs, &field->doc_capacity, field->count + 1,
                  sizeof *field->docs) ||
        !rls_grow(table->heap, (void **)&field->lengths, &field->length_capacity, field->count + 1,
                  sizeof *field->lengths))
        return RLS_NO_MEMORY;
    field->docs[field->count] = unit.doc;
    field->lengths[field->count++] = length;
    return RLS_OK;
}

uint32_t
rls_field_table_length(const rls_field_table *table, uint32_t field, uint32_t doc)
{
    const rls_inverted_field *of = &table->fields[field];
    size_t                    low = 0, high = of->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (of->docs[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low < of->count && of->docs[low] == doc ? of->lengths[low] : 0;
}
