#include "index/merge_policy.h"
#include "support/runner.h"

#include "base/random.h"

static rls_merge_candidate
sized(uint64_t size)
{
    return (rls_merge_candidate){size, 1000, 0};
}

TEST(few_segments_are_left_alone)
{
    rls_merge_candidate segments[7];
    size_t              first, count;

    for (size_t i = 0; i < 7; i++)
        segments[i] = sized(1000);
    CHECK(!rls_merge_policy_next(segments, 0, &first, &count));
    CHECK(!rls_merge_policy_next(segments, 7, &first, &count));
}

TEST(eight_small_neighbours_are_merged)
{
    rls_merge_candidate segments[9];
    size_t              first, count;

    segments[0] = sized(100 << 20);
    for (size_t i = 1; i < 9; i++)
        segments[i] = sized(1000 * i);
    CHECK(rls_merge_policy_next(segments, 9, &first, &count));
    CHECK_EQ_U64(first, 1);
    CHECK_EQ_U64(count, 8);
}

TEST(a_segment_mostly_deleted_is_rewritten_alone)
{
    rls_merge_candidate segments[2] = {sized(50 << 20), {20 << 20, 1000, 501}};
    size_t              first, count;

    CHECK(rls_merge_policy_next(segments, 2, &first, &count));
    CHECK_EQ_U64(first, 1);
    CHECK_EQ_U64(count, 1);
    segments[1].deleted_count = 500;
    CHECK(!rls_merge_policy_next(segments, 2, &first, &count));
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
        while (rls_merge_policy_next(segments, count, &first, &merged)) {
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
