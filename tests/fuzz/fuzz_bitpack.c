/* Packed blocks: every kernel that this processor has gives what one value at a time gives. */
#include "codec/bitpack.h"
#include "fuzz.h"

/* Other levels mean instructions this processor need not have. */
static bool
has_level(rls_cpu_level level)
{
    rls_cpu_level best = rls_cpu_detect();
    return level == RLS_CPU_PLAIN || level == best ||
           (level == RLS_CPU_SSE41 && best == RLS_CPU_AVX2);
}

static void
check_kernels(const rls_bitpack_kernels *kernels, const uint8_t *in, uint32_t width, uint32_t base)
{
    uint32_t out[RLS_BLOCK_SIZE], ascending[RLS_BLOCK_SIZE], sum = base;

    kernels->unpack(in, width, out);
    kernels->unpack_ascending(in, width, base, ascending);
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
        FUZZ_CHECK(out[i] == rls_bitpack_get(in, width, i));
        sum += out[i] + 1;
        FUZZ_CHECK(ascending[i] == sum);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const rls_cpu_level levels[] = {RLS_CPU_PLAIN, RLS_CPU_SSE41, RLS_CPU_AVX2,
                                           RLS_CPU_NEON};
    fuzz_input                 input = {data, size};
    uint32_t                   width = fuzz_u8(&input) % 33, base = fuzz_u32(&input);
    uint32_t                   values[RLS_BLOCK_SIZE], all = 0;
    size_t                     packed_size = 16 * (size_t)width;
    uint8_t                   *packed = calloc(packed_size + 1, 1), *exact, *again;
    rls_bytes                  taken = fuzz_bytes(&input, packed_size);

    if (packed == NULL)
        abort();
    if (taken.size > 0)
        memcpy(packed, taken.data, taken.size);
    exact = fuzz_copy(rls_bytes_of(packed, packed_size), 0);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (has_level(levels[i]))
            check_kernels(rls_bitpack_kernels_for(levels[i]), exact, width, base);
    }

    /* Packing is the inverse, at this width and every other that holds the values. */
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        all |= values[i] = rls_bitpack_get(packed, width, i);
    FUZZ_CHECK(rls_bitpack_width(all) <= width);
    again = malloc(packed_size + 1);
    rls_bitpack_pack(values, width, again);
    FUZZ_CHECK(memcmp(packed, again, packed_size) == 0);
    free(again);
    free(exact);
    free(packed);
    return 0;
}
