#include "inverter/field_table.h"

#include "base/random.h"
#include "faulty_heap.h"
#include "inverter/inverter.h"
#include "support/runner.h"

static rls_status
number_of(rls_field_table *table, uint32_t i, uint32_t *out_number)
{
    char name[32];
    int  size = snprintf(name, sizeof name, "field %u", i);

    return rls_field_table_number(table, rls_bytes_of(name, (size_t)size), out_number);
}

TEST(names_beyond_the_limit_share_the_last_number)
{
    rls_heap        heap;
    rls_field_table table;
    uint32_t        number;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_field_table_init(&table, &heap);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < RLS_FIELD_LIMIT + 500; i++) {
            CHECK_OK(number_of(&table, i, &number));
            CHECK_EQ_U64(number, i < RLS_FIELD_LIMIT ? i : RLS_FIELD_LIMIT - 1);
        }
    }
    CHECK_EQ_U64(table.field_count, RLS_FIELD_LIMIT);
    CHECK_EQ_BYTES(table.fields[17].name.data, table.fields[17].name.size, "field 17");
    rls_field_table_release(&table);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(lengths_are_found_by_field_and_document)
{
    enum {
        DOCS = 300,
        FIELDS = 20
    };
    rls_heap        heap;
    rls_field_table table;
    rls_random      random = {rls_test_seed()};
    uint32_t        lengths[DOCS][FIELDS] = {{0}}, number;
    size_t          units = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_field_table_init(&table, &heap);
    for (uint32_t field = 0; field < FIELDS; field++)
        CHECK_OK(number_of(&table, field, &number));
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        for (uint32_t field = 0; field < FIELDS; field++) {
            if (rls_random_below(&random, FIELDS) < field)
                continue;
            lengths[doc][field] = rls_random_below(&random, 3);
            CHECK_OK(rls_field_table_open_unit(&table, doc, field));
            CHECK_OK(rls_field_table_close_unit(&table, lengths[doc][field]));
            units += lengths[doc][field] > 0;
        }
    }
    CHECK_EQ_U64(table.unit_count, units);
    for (uint32_t doc = 0; doc < DOCS + 5; doc++) {
        for (uint32_t field = 0; field < FIELDS; field++)
            CHECK_EQ_U64(rls_field_table_length(&table, field, doc),
                         doc < DOCS ? lengths[doc][field] : 0);
    }
    rls_field_table_release(&table);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_table_without_memory_leaks_nothing)
{
    for (uint64_t until = 0;; until++) {
        faulty_heap     faulty;
        rls_field_table table;
        rls_status      status = RLS_OK;
        uint32_t        number;

        faulty_heap_init(&faulty, until);
        rls_field_table_init(&table, &faulty.heap);
        for (uint32_t i = 0; i < 40 && status == RLS_OK; i++) {
            status = number_of(&table, i, &number);
            if (status == RLS_OK)
                status = rls_field_table_open_unit(&table, i / 2, number);
            if (status == RLS_OK)
                status = rls_field_table_close_unit(&table, 1);
        }
        CHECK_EQ_I64(status, faulty.failed ? RLS_NO_MEMORY : RLS_OK);
        rls_field_table_reset(&table);
        rls_field_table_release(&table);
        CHECK_EQ_U64(faulty.heap.used, 0);
        if (!faulty.failed)
            break;
    }
}
