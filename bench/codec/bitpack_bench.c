/* Blocks of 128 decoded again and again from a buffer that fits the second-level cache: integers a
 * second, by instruction set and width. */
#include "base/cpu.h"
#include "base/random.h"
#include "codec/bitpack.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    BLOCKS = 512,
    REPEATS = 200,
    ROUNDS = 7
};

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double
rate(const rls_bitpack_kernels *kernels, const uint8_t *packed, uint32_t width, bool ascending,
     uint32_t *sink)
{
    uint32_t out[RLS_BLOCK_SIZE];
    double   best = 1e9;

    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            for (uint32_t block = 0; block < BLOCKS; block++) {
                if (ascending)
                    kernels->unpack_ascending(packed + (size_t)16 * width * block, width, 0, out);
                else
                    kernels->unpack(packed + (size_t)16 * width * block, width, out);
                *sink ^= out[block % RLS_BLOCK_SIZE];
            }
        }
        start = now() - start;
        best = start < best ? start : best;
    }
    return (double)BLOCKS * REPEATS * RLS_BLOCK_SIZE / best / 1e9;
}

int
main(void)
{
    static const uint32_t      widths[] = {1, 2, 4, 6, 8, 12, 16};
    uint8_t                   *packed = malloc((size_t)BLOCKS * 16 * 32 + 64);
    const rls_bitpack_kernels *before = NULL;
    rls_random                 random = {1};
    uint32_t                   sink = 0;

    if (packed == NULL)
        return 2;
    printf("| kernels | what | ");
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        printf("%u bits | ", widths[i]);
    printf("\n|---|---|---|---|---|---|---|---|---|\n");
    for (int level = RLS_CPU_PLAIN; level <= (int)rls_cpu_detect(); level++) {
        const rls_bitpack_kernels *kernels = rls_bitpack_kernels_for((rls_cpu_level)level);
        if (kernels == before)
            continue;
        before = kernels;
        for (int ascending = 0; ascending < 2; ascending++) {
            printf("| %s | %s | ", kernels->name, ascending ? "ascending" : "plain");
            for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
                for (uint32_t block = 0; block < BLOCKS; block++) {
                    uint32_t values[RLS_BLOCK_SIZE];
                    for (uint32_t at = 0; at < RLS_BLOCK_SIZE; at++)
                        values[at] = (uint32_t)rls_random_next(&random) & ((1u << widths[i]) - 1);
                    rls_bitpack_pack(values, widths[i], packed + (size_t)16 * widths[i] * block);
                }
                printf("%.1f | ", rate(kernels, packed, widths[i], ascending, &sink));
            }
            printf("\n");
        }
    }
    free(packed);
    return sink == 1;
}
