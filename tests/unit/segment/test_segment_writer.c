/* Batches that share inverters, with helpers: whatever takes part, the bytes are those of one
 * batch. */
#include "segment_fixture.h"
#include "support/heap_faulty.h"

enum {
    INVERTERS = 3,
    BATCHES = 24
};

/* Batches of documents [0, count), each inverted by one of the inverters. */
typedef struct turns {
    rls_inverter      *inverters[INVERTERS];
    rls_segment_batch *batches[BATCHES];
    size_t             batch_count;
    rls_crew          *crew;
    rls_segment       *segment;
    rls_live_docs      live;
} turns;

static void
end_turns(turns *t, rls_heap *heap)
{
    for (size_t i = 0; i < t->batch_count; i++)
        rls_segment_batch_free(t->batches[i]);
    for (int i = 0; i < INVERTERS; i++)
        rls_inverter_free(t->inverters[i]);
    rls_live_docs_release(&t->live, heap);
    rls_crew_free(t->crew);
}

static rls_status
write_in_turns(fixture *f, rls_heap *heap, rls_random *random, uint32_t inverter_count,
               uint32_t workers, size_t count, turns *t, rls_error *err)
{
    rls_segment_settings settings = f->settings;
    rls_status           status = RLS_OK;

    *t = (turns){.crew = rls_crew_new(heap, workers)};
    if (t->crew == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no crew");
    settings.crew = t->crew;
    for (uint32_t i = 0; i < inverter_count && status == RLS_OK; i++)
        status = rls_inverter_new(heap, f->settings.language, &t->inverters[i], err);
    for (size_t i = 0; i < BATCHES && status == RLS_OK; i++) {
        rls_inverter       *inverter = t->inverters[rls_random_below(random, inverter_count)];
        rls_segment_batch **batch = &t->batches[t->batch_count];

        status = rls_segment_batch_new_sharing(heap, &f->settings, inverter, batch, err);
        if (status != RLS_OK)
            return status;
        t->batch_count++;
        status = fixture_fill(f, *batch, count * i / BATCHES, count * (i + 1) / BATCHES, NULL, err);
        /* A batch of nothing leaves a part of the inverter behind that nobody has. */
        if (status == RLS_OK && rls_segment_batch_doc_count(*batch) == 0) {
            rls_segment_batch_free(*batch);
            t->batch_count--;
            continue;
        }
        if (status == RLS_OK)
            status = rls_segment_batch_finish(*batch, err);
    }
    if (status == RLS_OK)
        status = rls_segment_write(heap, f->directory, &settings, t->batches, t->batch_count,
                                   &t->segment, &t->live, err);
    return status;
}

static void
check_turns(uint64_t seed, size_t count, size_t mean_words)
{
    rls_random   random = {seed};
    rls_segment *one;
    fixture      f;

    fixture_init(&f, seed, count, mean_words);
    one = fixture_write(&f, 0, count, NULL, 1);
    for (uint32_t inverters = 1; inverters <= INVERTERS; inverters++) {
        for (uint32_t workers = 1; workers <= 3; workers++) {
            turns     t;
            rls_error error = {0};

            if (write_in_turns(&f, &f.heap, &random, inverters, workers, count, &t, &error) !=
                RLS_OK)
                rls_test_fail(__FILE__, __LINE__, "writing: %s", error.message);
            fixture_same_bytes(&f, one, t.segment);
            rls_segment_close(t.segment);
            end_turns(&t, &f.heap);
        }
    }
    fixture_check(one);
    rls_segment_close(one);
    fixture_release(&f);
}

TEST(batches_that_take_turns_at_inverters_give_the_bytes_of_one)
{
    check_turns(rls_test_seed(), 300, 60);
    check_turns(rls_test_seed() + 1, 20, 400);
    check_turns(rls_test_seed() + 2, 60, 3);
    check_turns(rls_test_seed() + 3, 1, 5);
}

TEST(any_allocation_may_fail_beside_helpers)
{
    fixture f;

    fixture_init(&f, rls_test_seed() + 4, 60, 100);
    for (uint64_t n = 1, done = false; !done; n += 1 + n / 12) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_random      random = {n};
        rls_error       error = {0};
        rls_status      status;
        turns           t;

        rls_heap_faulty_init(&faulty, n, n % 2 == 0);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        status = write_in_turns(&f, &heap, &random, 2, 1 + n % 3, 60, &t, &error);
        rls_segment_close(t.segment);
        end_turns(&t, &heap);
        if (faulty.live != 0)
            rls_test_fail(__FILE__, __LINE__, "request %d: %lu blocks leak", (int)n, faulty.live);
        done = !faulty.failed;
        /* Without memory for a thread there are fewer of them. */
        if (done ? status != RLS_OK : status != RLS_OK && status != RLS_NO_MEMORY)
            rls_test_fail(__FILE__, __LINE__, "request %d: status %d %s", (int)n, status,
                          error.message);
        CHECK(status == RLS_OK || error.status == status);
    }
    fixture_release(&f);
}
