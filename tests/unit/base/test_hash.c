#include "base/hash.h"

#include <stdlib.h>

#include "support/runner.h"

TEST(known_strings_have_their_xxh64)
{
    CHECK_EQ_U64(rls_hash64(NULL, 0), UINT64_C(0xef46db3751d8e999));
    CHECK_EQ_U64(rls_hash64("a", 1), UINT64_C(0xd24ec4f1a98c6e5b));
    CHECK_EQ_U64(rls_hash64("abc", 3), UINT64_C(0x44bc2cf5ad770999));
    CHECK_EQ_U64(rls_hash64("Nobody inspects the spammish repetition", 39),
                 UINT64_C(0xfbcea83c8a378bf1));
}

/* Values of libxxhash 0.8.1 over bytes 131 i + 7: every kind of tail, with and without stripes. */
TEST(every_length_of_tail_agrees_with_the_reference)
{
    static const struct {
        size_t   size;
        uint64_t hash;
    } known[] = {
        {4, UINT64_C(0xfa212ae44b3bb23d)},    {5, UINT64_C(0xd339dcc9ac8e6776)},
        {7, UINT64_C(0x2744460dd675d2c0)},    {8, UINT64_C(0x994b676b71ce94dd)},
        {12, UINT64_C(0xb92f588ce720786e)},   {15, UINT64_C(0x09e6451ed2ff8b1d)},
        {16, UINT64_C(0x94ad0095e72b24d5)},   {31, UINT64_C(0x6711d55e306b5d8f)},
        {32, UINT64_C(0x07f7b8e3bc5d6e25)},   {33, UINT64_C(0x09f85eeb4e1cbe9f)},
        {36, UINT64_C(0xe7ac625222f2b655)},   {39, UINT64_C(0xb13c137a0fb701c3)},
        {40, UINT64_C(0xd25150177ba46490)},   {63, UINT64_C(0xb7c9968c066cb6a5)},
        {64, UINT64_C(0x50d4159a0411632e)},   {65, UINT64_C(0xd277176bff863efc)},
        {100, UINT64_C(0x9ddada11d3dc2d8f)},  {999, UINT64_C(0x209a7fcd40c009f2)},
        {1000, UINT64_C(0x0bf0bdbcc82eb373)},
    };

    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        for (size_t shift = 0; shift < 8; shift++) {
            uint8_t *bytes = malloc(shift + known[k].size);

            for (size_t i = 0; i < known[k].size; i++)
                bytes[shift + i] = (uint8_t)(i * 131 + 7);
            CHECK_EQ_U64(rls_hash64(bytes + shift, known[k].size), known[k].hash);
            free(bytes);
        }
    }
}
