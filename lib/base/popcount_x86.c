/* Compiled with -mpopcnt. */
#include "base/popcount.h"

uint64_t
rls_popcount_words_x86(const uint64_t *words, size_t count)
{
    uint64_t a = 0, b = 0, c = 0, d = 0;
    size_t   i = 0;

    for (; i + 4 <= count; i += 4) {
        a += (uint64_t)__builtin_popcountll(words[i]);
        b += (uint64_t)__builtin_popcountll(words[i + 1]);
        c += (uint64_t)__builtin_popcountll(words[i + 2]);
        d += (uint64_t)__builtin_popcountll(words[i + 3]);
    }
    for (; i < count; i++)
        a += (uint64_t)__builtin_popcountll(words[i]);
    return a + b + c + d;
}
