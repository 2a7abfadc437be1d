#include "index/merge_policy.h"
#include "support/runner.h"

#include "base/random.h"

static const uint64_t ample = UINT64_C(1) << 40;

static rls_merge_candidate
sized(uint64_t size)
{
    return (rls_merge_candidate){size, 1000, 0, size / 8};
}

TEST(few_segments_are_left_alone)
{
    rls_merge_candidate segments[7];
    size_t              first, count;

    for (size_t i = 0; i < 7; i++)
        segments[i] = sized(1000);
    CHECK(!rls_merge_policy_next(segments, 0, ample, &first, &count));
    CHECK(!rls_merge_policy_next(segments, 7, ample, &first, &count));
}

TEST(eight_small_neighbours_are_merged)
{
    rls_merge_candidate segments[9];
    size_t              first, count;

    segments[0] = sized(100 << 20);
    for (size_t i = 1; i < 9; i++)
        segments[i] = sized(1000 * i);
    CHECK(rls_merge_policy_next(segments, 9, ample, &first, &count));
    CHECK_EQ_U64(first, 1);
    CHECK_EQ_U64(count, 8);
}

TEST(a_segment_mostly_deleted_is_rewritten_alone)
{
    rls_merge_candidate segments[2] = {sized(50 << 20), {20 << 20, 1000, 501, 100}};
    size_t              first, count;

    CHECK(rls_merge_policy_next(segments, 2, ample, &first, &count));
    CHECK_EQ_U64(first, 1);
    CHECK_EQ_U64(count, 1);
    segments[1].deleted_count = 500;
    CHECK(!rls_merge_policy_next(segments, 2, ample, &first, &count));
}

TEST(any_history_ends_with_few_segments_and_little_rewriting)
{
    rls_random          random = {rls_test_seed()};
    rls_merge_candidate segments[256];
    size_t              count = 0, first, merged;
    uint64_t            added = 0, rewritten = 0;

    for (int step = 0; step < 4000; step++) {
        uint64_t size = (1 << 20) + rls_random_below(&random, 1 << 20);
        segments[count++] = sized(size);
        added += size;
        while (rls_merge_policy_next(segments, count, ample, &first, &merged)) {
            uint64_t sum = 0;
            CHECK(first + merged <= count);
            for (size_t i = 0; i < merged; i++)
                sum += segments[first + i].size;
            rewritten += sum;
            segments[first] = sized(sum);
            memmove(&segments[first + 1], &segments[first + merged],
                    (count - first - merged) * sizeof *segments);
            count -= merged - 1;
        }
        CHECK(count <= 8 * 5);
    }
    CHECK(rewritten < 6 * added);
}

TEST(what_does_not_fit_into_memory_is_not_merged)
{
    rls_merge_candidate segments[10];
    size_t              first, count;

    for (size_t i = 0; i < 10; i++)
        segments[i] = sized(8000);
    CHECK(rls_merge_policy_next(segments, 8, 8000, &first, &count));
    CHECK_EQ_U64(count, 8);
    CHECK(rls_merge_policy_next(segments, 8, 7999, &first, &count));
    CHECK_EQ_U64(count, 7);
    CHECK(rls_merge_policy_next(segments, 8, 2000, &first, &count));
    CHECK_EQ_U64(count, 2);
    CHECK(!rls_merge_policy_next(segments, 8, 1999, &first, &count));

    /* One that is too large parts its neighbours. */
    segments[1].memory = 4001;
    CHECK(rls_merge_policy_next(segments, 10, 8000, &first, &count));
    CHECK_EQ_U64(first, 2);
    CHECK_EQ_U64(count, 8);
    segments[8].memory = 4001;
    CHECK(!rls_merge_policy_next(segments, 10, 8000, &first, &count));

    segments[8].deleted_count = 501;
    CHECK(rls_merge_policy_next(segments, 10, 8000, &first, &count));
    CHECK_EQ_U64(first, 8);
    segments[8].memory = 8001;
    CHECK(!rls_merge_policy_next(segments, 10, 8000, &first, &count));
}

/* With little memory segments stop growing, yet none is rewritten more often and few are small. */
TEST(little_memory_bounds_the_segments)
{
    rls_random          random = {rls_test_seed()};
    rls_merge_candidate segments[512];
    const uint64_t      memory = 4 << 20; /* of segments of 32 MB */
    size_t              count = 0, first, merged, small = 0;
    uint64_t            added = 0, rewritten = 0;

    for (int step = 0; step < 4000; step++) {
        segments[count] = sized((1 << 20) + rls_random_below(&random, 1 << 20));
        added += segments[count++].size;
        while (rls_merge_policy_next(segments, count, memory, &first, &merged)) {
            uint64_t sum = 0;

            CHECK(merged >= 2 && first + merged <= count);
            for (size_t i = 0; i < merged; i++)
                sum += segments[first + i].size;
            CHECK(sum / 8 <= memory);
            rewritten += sum;
            segments[first] = sized(sum);
            memmove(&segments[first + 1], &segments[first + merged],
                    (count - first - merged) * sizeof *segments);
            count -= merged - 1;
        }
    }
    for (size_t i = 0; i < count; i++)
        small += segments[i].memory <= memory / 2;
    CHECK(small <= 8 * 3);
    CHECK(rewritten < 4 * added);
}
