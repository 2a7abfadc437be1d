#include "index/index_writer.h"
#include "support/directory_faulty.h"
#include "support/directory_files.h"
#include "support/heap_faulty.h"
#include "support/model.h"
#include "support/runner.h"

#include <errno.h>
#include <stdlib.h>

#include "base/random.h"

static rls_writer_options
small_options(uint32_t threads)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;

    options.memory_limit = 64 << 20;
    options.threads = threads;
    return options;
}

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
    rls_writer_options options = small_options(1);
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
        rls_writer_options options = small_options(1 + history % 2);
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
    rls_writer_options options = small_options(1);
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
    rls_writer_options options = small_options(1);
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
    rls_writer_options options = small_options(1);
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

/* A build, an update with deletions, and an optimization; `committed` follows what is durable. */
static rls_status
scenario(rls_heap *heap, rls_directory *directory, model *committed, model *coming)
{
    rls_writer_options options = small_options(1);
    rls_index_writer  *writer;
    model              now = {{0}};
    rls_status         status;

    memset(committed, 0, sizeof *committed);
    memset(coming, 0, sizeof *coming);
    status = rls_index_writer_open(heap, directory, &options, &writer, NULL);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; status == RLS_OK && i < 8; i++)
        status = model_add(writer, &now, i, 1, NULL);
    *coming = now;
    if (status == RLS_OK)
        status = rls_index_writer_commit(writer, NULL, NULL);
    if (status == RLS_OK) {
        *committed = now;
        for (uint32_t i = 4; status == RLS_OK && i < 12; i++)
            status = model_add(writer, &now, i, 2, NULL);
        if (status == RLS_OK)
            status = model_delete(writer, &now, 1, NULL);
        *coming = now;
    }
    if (status == RLS_OK)
        status = rls_index_writer_commit(writer, NULL, NULL);
    if (status == RLS_OK) {
        *committed = now;
        status = rls_index_writer_optimize(writer, NULL);
    }
    rls_index_writer_close(writer);
    return status;
}

/* The index is the last commit or the one that was coming, and the next writer goes on. */
static bool
survived(rls_heap *heap, rls_directory *directory, const model *committed, const model *coming)
{
    rls_writer_options options = small_options(1);
    rls_index_writer  *writer;
    rls_snapshot      *snapshot;
    rls_error          err = {0};
    model              state, nothing = {{0}};
    rls_status         status = rls_snapshot_load(heap, directory, true, &snapshot, &err);

    if (status == RLS_NOT_FOUND && memcmp(committed, &nothing, sizeof nothing) == 0) {
        state = nothing;
    } else if (status != RLS_OK) {
        printf("# does not open: %s\n", err.message);
        return false;
    } else {
        if (model_equals(snapshot, committed, false)) {
            state = *committed;
        } else if (model_equals(snapshot, coming, true)) {
            state = *coming;
        } else {
            rls_snapshot_let_go(snapshot);
            return false;
        }
        rls_snapshot_let_go(snapshot);
    }
    if (rls_index_writer_open(heap, directory, &options, &writer, &err) != RLS_OK ||
        model_add(writer, &state, 40, 9, &err) != RLS_OK ||
        rls_index_writer_commit(writer, NULL, &err) != RLS_OK) {
        printf("# the next writer cannot go on: %s\n", err.message);
        return false;
    }
    rls_index_writer_close(writer);
    return holds(heap, directory, &state);
}

TEST(each_failing_call_leaves_the_last_commit)
{
    static const int errors[] = {EIO, ENOSPC};

    for (int round = 0; round < 4; round++) {
        for (uint64_t n = 1;; n++) {
            rls_heap              heap;
            rls_directory        *ram;
            rls_directory_faulty *faulty;
            model                 committed, coming;
            rls_status            status;
            bool                  failed;

            rls_heap_init(&heap, NULL, SIZE_MAX);
            CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
            faulty = rls_directory_faulty_new(ram);
            faulty->fail_at = n;
            faulty->fail_error = errors[round % 2];
            faulty->for_good = round >= 2;
            status = scenario(&heap, &faulty->base, &committed, &coming);
            failed = faulty->failed;
            faulty->fail_at = 0;
            /* Failing to remove an old file, or to close after all was synced, need not fail the
             * call; anything else that fails must be told. */
            CHECK(survived(&heap, &faulty->base, &committed, &coming));
            rls_directory_close(&faulty->base);
            CHECK_EQ_U64(heap.used, 0);
            if (!failed) {
                CHECK_OK(status);
                break;
            }
        }
    }
}

TEST(each_power_loss_leaves_the_last_commit_or_the_coming_one)
{
    rls_heap              heap;
    rls_directory        *ram;
    rls_directory_faulty *faulty;
    model                 committed, coming;
    static const rls_loss losses[] = {RLS_LOSS_DROP, RLS_LOSS_KEEP, RLS_LOSS_SOME};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
    faulty = rls_directory_faulty_new(ram);
    CHECK_OK(scenario(&heap, &faulty->base, &committed, &coming));
    for (size_t prefix = 0; prefix <= faulty->log_size; prefix++) {
        for (int kind = 0; kind < 9; kind++) {
            rls_directory *left =
                rls_directory_faulty_power_loss(faulty, prefix, losses[kind % 3], losses[kind / 3],
                                                rls_test_seed() + prefix, &heap);
            rls_snapshot *snapshot;
            rls_status    status = rls_snapshot_load(&heap, left, true, &snapshot, NULL);
            /* Which commit it is depends on the prefix; that it is one of them does not. */
            if (status == RLS_OK) {
                model first = {{0}}, second;
                for (uint32_t i = 0; i < 8; i++)
                    first.version[i] = 1;
                second = committed;
                CHECK(model_equals(snapshot, &second, false) ||
                      model_equals(snapshot, &first, true));
                rls_snapshot_let_go(snapshot);
            } else {
                CHECK(status == RLS_NOT_FOUND);
            }
            rls_directory_close(left);
        }
    }
    rls_directory_close(&faulty->base);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(each_failing_allocation_leaves_the_last_commit_and_no_leak)
{
    for (uint64_t n = 1;; n += n < 200 ? 1 : 17) {
        rls_heap_faulty failing;
        rls_heap        heap, tight;
        rls_directory  *ram;
        model           committed, coming;
        rls_status      status;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        CHECK_OK(rls_directory_open_ram(&heap, &ram, NULL));
        rls_heap_faulty_init(&failing, n, false);
        rls_heap_init(&tight, &failing.allocator, SIZE_MAX);
        status = scenario(&tight, ram, &committed, &coming);
        CHECK_EQ_U64(failing.live, 0);
        CHECK(survived(&heap, ram, &committed, &coming));
        rls_directory_close(ram);
        if (!failing.failed) {
            CHECK_OK(status);
            break;
        }
        CHECK(status == RLS_OK || status == RLS_NO_MEMORY);
    }
}

TEST(the_bytes_of_an_index_do_not_depend_on_threads)
{
    char    *names[2];
    rls_heap heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (uint32_t round = 0; round < 2; round++) {
        rls_writer_options options = small_options(1 + round);
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
