#include "index/index_writer.h"
#include "support/directory_files.h"
#include "support/model.h"
#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"

static bool
holds(rls_heap *heap, rls_directory *directory, const model *state)
{
    rls_snapshot *snapshot;
    rls_error     err = {0};
    bool          equal;

    if (rls_snapshot_load(heap, directory, true, &snapshot, &err) != RLS_OK) {
        printf("# %s\n", err.message);
        return false;
    }
    equal = model_equals(snapshot, state, true);
    rls_snapshot_let_go(snapshot);
    return equal;
}

TEST(an_empty_commit_makes_an_index_that_opens)
{
    rls_writer_options options = model_options(1);
    rls_heap           heap;
    rls_directory     *ram;
    rls_index_writer  *writer;
    model              state = {{0}};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    CHECK_OK(rls_index_writer_open(&heap, ram, &options, &writer, NULL));
    CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    CHECK(holds(&heap, ram, &state));
    rls_index_writer_close(writer);
    rls_directory_close(ram);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(random_histories_agree_with_a_naive_model)
{
    rls_random random = {rls_test_seed()};

    for (int history = 0; history < 12; history++) {
        rls_writer_options options = model_options(1 + history % 2);
        rls_heap           heap;
        rls_directory     *ram;
        rls_index_writer  *writer;
        model              now = {{0}}, committed = {{0}};
        uint32_t           version = 0;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
        CHECK_OK(rls_index_writer_open(&heap, ram, &options, &writer, NULL));
        CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
        for (int step = 0; step < 120; step++) {
            uint32_t number = rls_random_below(&random, MODEL_KEYS);
            switch (rls_random_below(&random, 12)) {
            default:
                CHECK_OK(model_add(writer, &now, number, ++version, NULL));
                break;
            case 6:
            case 7:
                CHECK_OK(model_delete(writer, &now, number, NULL));
                break;
            case 8:
                CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
                committed = now;
                break;
            case 9:
                CHECK_OK(rls_index_writer_rollback(writer, NULL));
                now = committed;
                break;
            case 10:
                rls_index_writer_close(writer);
                now = committed;
                CHECK_OK(rls_index_writer_open(&heap, ram, &options, &writer, NULL));
                break;
            case 11:
                if (rls_random_below(&random, 3) == 0) {
                    CHECK_OK(rls_index_writer_optimize(writer, NULL));
                    committed = now;
                }
                break;
            }
            if (step % 10 == 0)
                CHECK(holds(&heap, ram, &committed));
        }
        rls_index_writer_close(writer);
        CHECK(holds(&heap, ram, &committed));
        rls_directory_close(ram);
        CHECK_EQ_U64(heap.used, 0);
    }
}

TEST(a_snapshot_sees_its_commit_whatever_the_writer_does)
{
    rls_writer_options options = model_options(1);
    rls_heap           heap;
    rls_directory     *ram;
    rls_index_writer  *writer;
    rls_snapshot      *snapshot;
    model              state = {{0}}, before;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    CHECK_OK(rls_index_writer_open(&heap, ram, &options, &writer, NULL));
    for (uint32_t i = 0; i < 20; i++)
        CHECK_OK(model_add(writer, &state, i, 1, NULL));
    CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    before = state;
    CHECK_OK(rls_snapshot_load(&heap, ram, false, &snapshot, NULL));
    for (uint32_t i = 10; i < 30; i++)
        CHECK_OK(model_add(writer, &state, i, 2, NULL));
    CHECK_OK(model_delete(writer, &state, 3, NULL));
    CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    CHECK_OK(rls_index_writer_optimize(writer, NULL));
    CHECK(model_equals(snapshot, &before, true));
    CHECK(holds(&heap, ram, &state));
    rls_snapshot_let_go(snapshot);
    rls_index_writer_close(writer);
    rls_directory_close(ram);
}

TEST(an_order_of_add_delete_add_within_one_commit_is_kept)
{
    rls_writer_options options = model_options(1);
    rls_heap           heap;
    rls_directory     *ram;
    rls_index_writer  *writer;
    model              state = {{0}};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    CHECK_OK(rls_index_writer_open(&heap, ram, &options, &writer, NULL));
    CHECK_OK(model_add(writer, &state, 1, 1, NULL));
    CHECK_OK(model_delete(writer, &state, 1, NULL));
    CHECK_OK(model_add(writer, &state, 1, 2, NULL));
    CHECK_OK(model_add(writer, &state, 2, 1, NULL));
    CHECK_OK(model_add(writer, &state, 2, 2, NULL));
    CHECK_OK(model_delete(writer, &state, 2, NULL));
    CHECK_OK(model_delete(writer, &state, 3, NULL));
    CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    CHECK(holds(&heap, ram, &state));
    rls_index_writer_close(writer);
    rls_directory_close(ram);
}

TEST(a_second_writer_is_refused_while_the_first_is_open)
{
    rls_writer_options options = model_options(1);
    rls_heap           heap;
    rls_directory     *ram;
    rls_index_writer  *writer, *second;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    CHECK_OK(rls_index_writer_open(&heap, ram, &options, &writer, NULL));
    CHECK(rls_index_writer_open(&heap, ram, &options, &second, NULL) == RLS_BUSY);
    rls_index_writer_close(writer);
    CHECK_OK(rls_index_writer_open(&heap, ram, &options, &second, NULL));
    rls_index_writer_close(second);
    rls_directory_close(ram);
}

TEST(the_bytes_of_an_index_do_not_depend_on_threads)
{
    char    *names[2];
    rls_heap heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t round = 0; round < 2; round++) {
        rls_writer_options options = model_options(1 + round);
        rls_directory     *ram;
        rls_index_writer  *writer;
        model              state = {{0}};

        CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
        CHECK_OK(rls_index_writer_open(&heap, ram, &options, &writer, NULL));
        for (uint32_t version = 1; version <= 700; version++) { /* more than a share */
            for (uint32_t i = 0; i < MODEL_KEYS; i++)
                CHECK_OK(model_add(writer, &state, i, version, NULL));
        }
        CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
        CHECK(holds(&heap, ram, &state));
        rls_index_writer_close(writer);
        names[round] = rls_test_list_files(ram); /* names hold hashes of the contents */
        rls_directory_close(ram);
    }
    CHECK_EQ_STR(names[0], names[1]);
    free(names[0]);
    free(names[1]);
}
