#include "base/popcount.h"

#include "base/random.h"
#include "support/runner.h"

enum {
    WORDS = 300
};

TEST(every_kernel_counts_as_a_loop_over_bits)
{
    rls_random random = {rls_test_seed()};
    uint64_t   words[WORDS];

    for (int turn = 0; turn < 200; turn++) {
        uint64_t expected = 0;
        size_t   count = rls_random_below(&random, WORDS + 1);
        for (size_t i = 0; i < count; i++) {
            words[i] = turn % 4 == 0 ? UINT64_MAX : rls_random_next(&random);
            words[i] &= turn % 4 == 1 ? rls_random_next(&random) : UINT64_MAX;
            for (uint64_t word = words[i]; word != 0; word >>= 1)
                expected += word & 1;
        }
        CHECK_EQ_U64(rls_popcount_words(words, count), expected);
        CHECK_EQ_U64(rls_popcount_words_plain(words, count), expected);
    }
}
