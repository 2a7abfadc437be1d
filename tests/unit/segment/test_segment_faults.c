#include <errno.h>

#include "segment_fixture.h"
#include "support/directory_faulty.h"
#include "support/heap_faulty.h"

/* Two segments of two batches each, deletions, a merge, and reading of all that: with a heap and a
 * directory that may fail. What is open is closed again whatever happens. */
typedef struct scenario {
    fixture           *f; /* settings and documents */
    rls_heap          *heap;
    rls_directory     *directory;
    rls_segment_batch *batches[2];
    rls_segment       *segments[2], *merged;
    rls_live_docs      live[2];
    bool               lost_stamps; /* some segment was opened without */
} scenario;

static rls_status
write_one(scenario *s, int number, rls_error *err)
{
    rls_status status = RLS_OK;

    for (int i = 0; i < 2 && status == RLS_OK; i++) {
        size_t from = (size_t)(number * 2 + i) * 6;

        if (s->batches[i] == NULL)
            status = rls_segment_batch_new(s->heap, &s->f->settings, &s->batches[i], err);
        else
            status = rls_segment_batch_reset(s->batches[i], err);
        if (status == RLS_OK)
            status = fixture_fill(s->f, s->batches[i], from, from + 6, NULL, err);
        if (status == RLS_OK)
            status = rls_segment_batch_finish(s->batches[i], err);
    }
    if (status == RLS_OK)
        status = rls_segment_write(s->heap, s->directory, &s->f->settings, s->batches, 2,
                                   &s->segments[number], &s->live[number], err);
    return status;
}

/* Every source of the fixture has an inode. */
static void
look_for_stamps(scenario *s, const rls_segment *segment)
{
    rls_heap           heap; /* may not fail */
    rls_buffer         name;
    rls_segment_source source;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&name, &heap);
    for (uint32_t i = 0; i < rls_segment_source_count(segment); i++) {
        CHECK_OK(rls_segment_get_source(segment, i, &name, &source, NULL));
        s->lost_stamps = s->lost_stamps || source.inode == 0;
    }
    rls_buffer_release(&name);
}

static rls_status
read_back(scenario *s, rls_error *err)
{
    const char  *name = rls_segment_get_info(s->merged)->name;
    rls_segment *segment;
    rls_arena    arena;
    rls_status   status = rls_segment_open(s->heap, s->directory, name, true, &segment, err);

    if (status != RLS_OK)
        return status;
    look_for_stamps(s, segment);
    rls_arena_init(&arena, s->heap, 1024);
    for (uint32_t doc = 0; doc < rls_segment_get_info(segment)->doc_count && status == RLS_OK;
         doc++) {
        rls_stored_document document;

        status = rls_segment_stored(segment, doc, &arena, &document, err);
        if (status == RLS_OK)
            status = rls_segment_stored_fields(segment, doc, &arena, &document, err);
    }
    if (status == RLS_OK)
        status = rls_segment_check(segment, NULL, fixture_problem, NULL, err);
    rls_arena_release(&arena);
    rls_segment_close(segment);
    return status;
}

static rls_status
run(scenario *s, rls_error *err)
{
    rls_merge_input inputs[2];
    rls_live_docs   again = {0};
    uint8_t         id[RLS_ID_SIZE];
    rls_status      status = write_one(s, 0, err);

    if (status == RLS_OK)
        status = write_one(s, 1, err);
    if (status != RLS_OK)
        return status;
    rls_live_docs_delete(&s->live[1], 3);
    memcpy(id, rls_segment_get_info(s->segments[1])->id, sizeof id);
    status = rls_live_docs_write(&s->live[1], s->directory, id, "test.liv", err);
    if (status == RLS_OK)
        status = rls_live_docs_read(&again, s->heap, s->directory, id, "test.liv", 12, err);
    if (status != RLS_OK)
        return status;
    inputs[0] = (rls_merge_input){s->segments[0], NULL};
    inputs[1] = (rls_merge_input){s->segments[1], &again};
    status = rls_segment_merge(s->heap, s->directory, &s->f->settings, inputs, 2, NULL, NULL,
                               &s->merged, err);
    rls_live_docs_release(&again, s->heap);
    if (status == RLS_OK)
        look_for_stamps(s, s->merged);
    return status == RLS_OK ? read_back(s, err) : status;
}

static void
finish(scenario *s)
{
    for (int i = 0; i < 2; i++) {
        rls_segment_batch_free(s->batches[i]);
        rls_segment_close(s->segments[i]);
        rls_live_docs_release(&s->live[i], s->heap);
    }
    rls_segment_close(s->merged);
}

TEST(any_allocation_may_fail)
{
    fixture  f;
    uint64_t n = 1;

    fixture_init(&f, rls_test_seed() + 70, 24, 10);
    for (bool done = false; !done; n += 1 + n / 50) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_directory  *directory;
        rls_error       error = {0};
        scenario        s = {.f = &f, .heap = &heap};
        rls_status      status;

        rls_heap_faulty_init(&faulty, n, n % 2 == 0);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        status = rls_directory_open_ram(&heap, &directory, &error);
        if (status == RLS_OK) {
            s.directory = directory;
            status = run(&s, &error);
            finish(&s);
            rls_directory_close(directory);
        }
        if (faulty.live != 0)
            rls_test_fail(__FILE__, __LINE__, "request %d: %lu blocks leak", (int)n, faulty.live);
        CHECK_EQ_U64(heap.used, 0);
        done = !faulty.failed;
        if (faulty.kept && status == RLS_OK)
            continue; /* a file in memory holds more than its bytes */
        if (done ? status != RLS_OK : status != RLS_NO_MEMORY || error.status != RLS_NO_MEMORY)
            rls_test_fail(__FILE__, __LINE__, "request %d: status %d %s", (int)n, status,
                          error.message);
    }
    printf("# %d requests\n", (int)n);
    fixture_release(&f);
}

TEST(any_call_of_the_directory_may_fail_and_leaves_no_file_half_written)
{
    fixture f;

    fixture_init(&f, rls_test_seed() + 71, 24, 10);
    for (uint64_t n = 1;; n++) {
        rls_directory        *ram;
        rls_directory_faulty *faulty;
        scenario              s = {.f = &f, .heap = &f.heap};
        rls_error             error = {0};
        rls_status            status;
        char                 *names;

        CHECK_OK(rls_directory_open_ram(&f.heap, &ram, NULL));
        faulty = rls_directory_faulty_new(ram);
        faulty->fail_at = n;
        faulty->fail_error = ENOSPC;
        s.directory = &faulty->base;
        status = run(&s, &error);
        finish(&s);
        names = rls_test_list_files(ram);
        CHECK(strstr(names, ".tmp") == NULL);
        free(names);
        if (!faulty->failed) {
            CHECK_OK(status);
            rls_directory_close(&faulty->base);
            break;
        }
        /* Stamps that cannot be mapped are a hint less. */
        if (status == RLS_OK ? !s.lost_stamps : status != RLS_IO)
            rls_test_fail(__FILE__, __LINE__, "call %d: status %d %s", (int)n, status,
                          error.message);
        rls_directory_close(&faulty->base);
    }
    fixture_release(&f);
}

static bool
cancel_at(void *context)
{
    int *left = context;

    return (*left)-- == 0;
}

TEST(a_cancelled_merge_leaves_nothing_behind)
{
    fixture         f;
    rls_merge_input inputs[2] = {{0}};
    rls_status      status;
    int             at = 0;

    fixture_init(&f, rls_test_seed() + 72, 30, 10);
    inputs[0].segment = fixture_write(&f, 0, 10, NULL, 1);
    inputs[1].segment = fixture_write(&f, 10, 30, NULL, 1);
    char *before = rls_test_list_files(f.directory);
    do {
        rls_segment *merged;
        rls_error    error = {0};
        int          left = at++;

        status = rls_segment_merge(&f.heap, f.directory, &f.settings, inputs, 2, cancel_at, &left,
                                   &merged, &error);
        if (status != RLS_OK) {
            char *after = rls_test_list_files(f.directory);

            CHECK_EQ_I64(status, RLS_CANCELLED);
            CHECK(merged == NULL);
            CHECK_EQ_STR(after, before);
            free(after);
        } else {
            rls_segment_close(merged);
        }
    } while (status != RLS_OK);
    CHECK(at > 5);
    free(before);
    rls_segment_close((rls_segment *)inputs[0].segment);
    rls_segment_close((rls_segment *)inputs[1].segment);
    fixture_release(&f);
}
