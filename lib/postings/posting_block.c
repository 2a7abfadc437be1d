#include "postings/posting_block.h"

#include "codec/varint.h"
#include "postings/bit_numbers.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    PATCH_LEAST_SAVING = 4, /* bytes; fewer are not worth the slower decoding */
    BITS_LEAST_SAVING = 6
};

/* How many of the values need how many bits. */
typedef struct width_counts {
    uint32_t of[33];
    uint32_t greatest;
} width_counts;

static inline uint32_t
width_of(uint32_t value)
{
    return value == 0 ? 0 : 32 - (uint32_t)__builtin_clz(value);
}

static void
count_widths(width_counts *counts, const uint32_t *values)
{
    *counts = (width_counts){0};
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        counts->of[width_of(values[i])]++;
    for (uint32_t width = 0; width <= 32; width++) {
        if (counts->of[width] > 0)
            counts->greatest = width;
    }
}

/* The width at which packing with patches takes the fewest bytes; the greatest width needs none. */
static uint32_t
best_width(const width_counts *counts, uint32_t *out_size)
{
    uint32_t best = counts->greatest, best_size = 16 * counts->greatest;
    uint32_t exceptions = 0;

    *out_size = best_size;
    if (best_size > PATCH_LEAST_SAVING)
        best_size -= PATCH_LEAST_SAVING;
    for (uint32_t width = counts->greatest; width-- > 0;) {
        uint32_t size = 16 * width + 1;
        exceptions += counts->of[width + 1];
        if (size + 2 * exceptions >= best_size)
            continue;
        for (uint32_t above = width + 1; above <= counts->greatest; above++)
            size += counts->of[above] * (1 + (above - width + 6) / 7);
        if (size < best_size) {
            best = width;
            best_size = size;
            *out_size = size;
        }
    }
    return best;
}

static void
put_packed(rls_buffer *out, const uint32_t *values, uint32_t width)
{
    if (!rls_buffer_reserve(out, (size_t)16 * width))
        return;
    rls_bitpack_pack(values, width, out->data + out->size);
    out->size += (size_t)16 * width;
}

static void
put_patched(rls_buffer *out, const uint32_t *values, uint32_t width)
{
    uint32_t mask = (UINT32_C(1) << width) - 1, low[RLS_BLOCK_SIZE];
    uint8_t  index[RLS_BLOCK_SIZE];
    uint32_t count = 0;

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
        low[i] = values[i] & mask;
        if (values[i] > mask)
            index[count++] = (uint8_t)i;
    }
    rls_buffer_put_u8(out, (uint8_t)count);
    rls_buffer_append(out, index, count);
    put_packed(out, low, width);
    for (uint32_t j = 0; j < count; j++)
        rls_buffer_put_varint(out, (values[index[j]] >> width) - 1);
}

static void
put_bits(rls_buffer *out, const uint32_t *docs, uint32_t before, uint32_t size)
{
    uint8_t *bits;

    rls_buffer_put_u8(out, RLS_BLOCK_BITS);
    rls_buffer_put_u8(out, (uint8_t)size);
    if (!rls_buffer_reserve(out, size))
        return;
    bits = out->data + out->size;
    memset(bits, 0, size);
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
        uint32_t bit = docs[i] - before - 1;
        bits[bit / 8] |= (uint8_t)(1 << bit % 8);
    }
    out->size += size;
}

void
rls_posting_block_put_docs(rls_buffer *out, const uint32_t docs[RLS_BLOCK_SIZE], uint32_t before)
{
    uint32_t     gaps[RLS_BLOCK_SIZE], size, width, bits_size;
    width_counts counts;

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        gaps[i] = docs[i] - (i == 0 ? before : docs[i - 1]) - 1;
    if (docs[RLS_BLOCK_SIZE - 1] - docs[0] == RLS_BLOCK_SIZE - 1 && gaps[0] > 0) {
        rls_buffer_put_u8(out, RLS_BLOCK_RUN);
        rls_buffer_put_varint(out, gaps[0]);
        return;
    }
    count_widths(&counts, gaps);
    width = best_width(&counts, &size);
    bits_size = (docs[RLS_BLOCK_SIZE - 1] - before - 1) / 8 + 1;
    if (bits_size <= UINT8_MAX && bits_size + BITS_LEAST_SAVING <= size) {
        put_bits(out, docs, before, bits_size);
    } else if (width == counts.greatest) {
        rls_buffer_put_u8(out, (uint8_t)width);
        put_packed(out, gaps, width);
    } else {
        rls_buffer_put_u8(out, (uint8_t)(RLS_BLOCK_PATCHED + width));
        put_patched(out, gaps, width);
    }
}

void
rls_posting_block_put_freqs(rls_buffer *out, const uint32_t freqs[RLS_BLOCK_SIZE], bool has_fields)
{
    uint32_t     less_one[RLS_BLOCK_SIZE], size, width;
    width_counts counts;
    uint8_t      head = has_fields ? RLS_FREQS_FIELDS : 0;

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        less_one[i] = freqs[i] - 1;
    count_widths(&counts, less_one);
    width = best_width(&counts, &size);
    head |= (uint8_t)width;
    if (width == counts.greatest) {
        rls_buffer_put_u8(out, head);
        put_packed(out, less_one, width);
    } else {
        rls_buffer_put_u8(out, head | RLS_FREQS_PATCHED);
        put_patched(out, less_one, width);
    }
}

/* The exceptions of a patched part, behind its head. */
typedef struct patches {
    const uint8_t *index, *packed, *high;
    uint32_t       count;
} patches;

static bool
open_patches(patches *parts, const uint8_t *at, const uint8_t *end, uint32_t width)
{
    if (at >= end || width >= 32)
        return false;
    parts->count = *at++;
    if (parts->count > RLS_BLOCK_SIZE || (size_t)(end - at) < parts->count + (size_t)16 * width)
        return false;
    parts->index = at;
    parts->packed = at + parts->count;
    parts->high = parts->packed + (size_t)16 * width;
    return true;
}

/* What exception `j`, whose high part lies at `at`, adds to its low bits. */
static inline const uint8_t *
get_patch(const uint8_t *at, const uint8_t *end, uint32_t width, uint32_t *out_added)
{
    uint32_t high;

    if (at < end && *at < 0x80)
        high = *at++;
    else if ((at = rls_varint_get32(at, end, &high)) == NULL)
        return NULL;
    if (high >= UINT32_MAX >> width)
        return NULL;
    *out_added = (high + 1) << width;
    return at;
}

static const uint8_t *
get_patched(const uint8_t *at, const uint8_t *end, const rls_bitpack_kernels *kernels,
            uint32_t width, uint32_t *values)
{
    patches parts;

    if (!open_patches(&parts, at, end, width))
        return NULL;
    kernels->unpack(parts.packed, width, values);
    at = parts.high;
    for (uint32_t j = 0; j < parts.count; j++) {
        uint32_t index = parts.index[j], more;
        at = get_patch(at, end, width, &more);
        if (at == NULL || index >= RLS_BLOCK_SIZE)
            return NULL;
        values[index] += more;
    }
    return at;
}

static uint32_t
or_all(const uint32_t values[RLS_BLOCK_SIZE])
{
#if defined(__SSE2__)
    __m128i all = _mm_setzero_si128();

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i += 4)
        all = _mm_or_si128(all, _mm_loadu_si128((const __m128i *)(const void *)(values + i)));
    all = _mm_or_si128(all, _mm_srli_si128(all, 8));
    all = _mm_or_si128(all, _mm_srli_si128(all, 4));
    return (uint32_t)_mm_cvtsi128_si32(all);
#else
    uint32_t all = 0;

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        all |= values[i];
    return all;
#endif
}

/* Gaps below 2^24: 128 of them stay below 2^31, as does `before`. */
static void
sum_small_gaps(uint32_t *docs, uint32_t before)
{
#if defined(__SSE2__)
    __m128i base = _mm_set1_epi32((int)before), ones = _mm_set1_epi32(1);

    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i += 4) {
        __m128i *at = (__m128i *)(void *)(docs + i);
        __m128i  sum = _mm_add_epi32(_mm_loadu_si128(at), ones);
        sum = _mm_add_epi32(sum, _mm_slli_si128(sum, 4));
        sum = _mm_add_epi32(sum, _mm_slli_si128(sum, 8));
        sum = _mm_add_epi32(sum, base);
        _mm_storeu_si128(at, sum);
        base = _mm_shuffle_epi32(sum, 0xff);
    }
#else
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        docs[i] = before += docs[i] + 1;
#endif
}

/* The sum is kept in 64 bits: when it ends at `last`, no document passed 2^32 on the way. */
static bool
sum_gaps(uint32_t *docs, uint32_t before, uint32_t last)
{
    uint64_t next = (uint32_t)(before + 1);

    if (or_all(docs) < UINT32_C(1) << 24) {
        sum_small_gaps(docs, before);
        return docs[RLS_BLOCK_SIZE - 1] == last;
    }
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++) {
        next += docs[i];
        docs[i] = (uint32_t)next++;
    }
    return next == (uint64_t)last + 1;
}

static const uint8_t *
get_patched_docs(const uint8_t *at, const uint8_t *end, const rls_bitpack_kernels *kernels,
                 uint32_t width, uint32_t before, uint32_t last, uint32_t *docs)
{
    at = get_patched(at, end, kernels, width, docs);
    return at != NULL && sum_gaps(docs, before, last) ? at : NULL;
}

static const uint8_t *
get_bits(const uint8_t *at, const uint8_t *end, uint32_t before, uint32_t last, uint32_t *docs)
{
    uint32_t size, count = 0;

    if (at >= end)
        return NULL;
    size = *at++;
    if ((size_t)(end - at) < size)
        return NULL;
    for (uint32_t i = 0; i < size; i += 8) {
        uint64_t word = rls_get_u64(at + i);
        uint32_t n;
        if (size - i < 8)
            word &= (UINT64_C(1) << 8 * (size - i)) - 1;
        n = rls_popcount(word);
        if (n > RLS_BLOCK_SIZE - count)
            return NULL;
        rls_bits_to_numbers(word, n, before + 1 + 8 * i, docs + count);
        count += n;
    }
    return count == RLS_BLOCK_SIZE && docs[RLS_BLOCK_SIZE - 1] == last ? at + size : NULL;
}

static const uint8_t *
get_run(const uint8_t *at, const uint8_t *end, uint32_t before, uint32_t last, uint32_t *docs)
{
    uint32_t first = before + 1, gap;

    at = rls_varint_get32(at, end, &gap);
    if (at == NULL || (uint64_t)first + gap + RLS_BLOCK_SIZE - 1 != last)
        return NULL;
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        docs[i] = first + gap + i;
    return at;
}

static const uint8_t *
get_packed_docs(const uint8_t *at, const uint8_t *end, const rls_bitpack_kernels *kernels,
                uint32_t width, uint32_t before, uint32_t last, uint32_t *docs)
{
    if ((size_t)(end - at) < (size_t)16 * width)
        return NULL;
    if (width > 24) { /* sums may pass 2^32 on the way to the right end */
        kernels->unpack(at, width, docs);
        return sum_gaps(docs, before, last) ? at + (size_t)16 * width : NULL;
    }
    /* 128 numbers of 24 bits stay below 2^31, as does `before`. */
    kernels->unpack_ascending(at, width, before, docs);
    return docs[RLS_BLOCK_SIZE - 1] == last ? at + (size_t)16 * width : NULL;
}

const uint8_t *
rls_posting_block_get_docs(const uint8_t *at, const uint8_t *end,
                           const rls_bitpack_kernels *kernels, uint32_t before, uint32_t last,
                           uint32_t *docs)
{
    uint32_t head;

    if (at >= end)
        return NULL;
    head = *at++ & ~(uint32_t)RLS_BLOCK_ALL_ONES;
    if (head <= 32)
        return get_packed_docs(at, end, kernels, head, before, last, docs);
    if (head >= RLS_BLOCK_PATCHED)
        return get_patched_docs(at, end, kernels, head - RLS_BLOCK_PATCHED, before, last, docs);
    if (head == RLS_BLOCK_RUN)
        return get_run(at, end, before, last, docs);
    if (head == RLS_BLOCK_BITS)
        return get_bits(at, end, before, last, docs);
    return NULL;
}

const uint8_t *
rls_posting_block_get_freqs(const uint8_t *at, const uint8_t *end,
                            const rls_bitpack_kernels *kernels, uint32_t *freqs, uint32_t *out_all)
{
    uint32_t head, width, all = 0;

    if (at >= end)
        return NULL;
    head = *at++;
    width = head & RLS_FREQS_WIDTH_MASK;
    if ((head & RLS_FREQS_PATCHED) != 0) {
        at = get_patched(at, end, kernels, width, freqs);
        if (at == NULL)
            return NULL;
    } else {
        if (width > 32 || (size_t)(end - at) < (size_t)16 * width)
            return NULL;
        kernels->unpack(at, width, freqs);
        at += (size_t)16 * width;
    }
    if (or_all(freqs) == UINT32_MAX) /* a damaged 2^32 - 1 must not become 0 */
        for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
            freqs[i] -= freqs[i] == UINT32_MAX;
    for (uint32_t i = 0; i < RLS_BLOCK_SIZE; i++)
        all |= ++freqs[i];
    *out_all = all;
    return at;
}

const uint8_t *
rls_posting_block_get_freq(const uint8_t *at, const uint8_t *end, uint32_t i, uint32_t *out_freq)
{
    uint32_t head, width, freq;
    patches  parts;

    if (at >= end)
        return NULL;
    head = *at++;
    width = head & RLS_FREQS_WIDTH_MASK;
    if ((head & RLS_FREQS_PATCHED) == 0) {
        if (width > 32 || (size_t)(end - at) < (size_t)16 * width)
            return NULL;
        freq = rls_bitpack_get(at, width, i);
        *out_freq = freq + (freq != UINT32_MAX);
        return at + (size_t)16 * width;
    }
    if (!open_patches(&parts, at, end, width))
        return NULL;
    freq = rls_bitpack_get(parts.packed, width, i);
    at = parts.high;
    for (uint32_t j = 0; j < parts.count; j++) {
        uint32_t more;
        at = get_patch(at, end, width, &more);
        if (at == NULL)
            return NULL;
        if (parts.index[j] == i)
            freq += more;
    }
    *out_freq = freq + (freq != UINT32_MAX);
    return at;
}
