/* 64 bytes of text as bit maps: bit i tells of byte i. The same in plain C, SSE2 and NEON. */
#ifndef RLS_ANALYSIS_ASCII_WINDOW_H
#define RLS_ANALYSIS_ASCII_WINDOW_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef struct rls_ascii_window {
    uint64_t words;    /* A-Z a-z 0-9 */
    uint64_t marks;    /* bytes that may join words: # to /, : ; @ _ and all beyond ASCII */
    uint64_t prefixes; /* . # @ */
    uint64_t suffixes; /* + # */
    uint64_t beyond;   /* 0x80 to 0xff */
} rls_ascii_window;

/* The bit maps of one byte: bit 0 of each of the low five bytes. */
extern const uint64_t rls_ascii_maps[256];

static inline rls_ascii_window
rls_ascii_window_plain(const uint8_t *at)
{
    rls_ascii_window window = {0};

    for (unsigned i = 0; i < 64; i += 8) {
        uint64_t maps = 0;

        for (unsigned j = 0; j < 8; j++)
            maps |= rls_ascii_maps[at[i + j]] << j;
        window.words |= (maps & 0xff) << i;
        window.marks |= (maps >> 8 & 0xff) << i;
        window.prefixes |= (maps >> 16 & 0xff) << i;
        window.suffixes |= (maps >> 24 & 0xff) << i;
        window.beyond |= (maps >> 32 & 0xff) << i;
    }
    return window;
}

#if defined(__SSE2__)

/* 0xff where low <= byte < low + count, unsigned. */
static inline __m128i
rls_ascii_range(__m128i bytes, int low, int count)
{
    __m128i moved = _mm_sub_epi8(bytes, _mm_set1_epi8((char)(low - 128)));
    return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(count - 128)));
}

static inline rls_ascii_window
rls_ascii_window_of(const uint8_t *at)
{
    rls_ascii_window window = {0};

    for (unsigned i = 0; i < 64; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
        __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        __m128i hash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('#'));
        __m128i at_sign = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('@'));
        __m128i words =
            _mm_or_si128(rls_ascii_range(lower, 'a', 26), rls_ascii_range(bytes, '0', 10));
        __m128i marks = _mm_or_si128(
            _mm_or_si128(rls_ascii_range(bytes, '#', 13), rls_ascii_range(bytes, ':', 2)),
            _mm_or_si128(_mm_or_si128(at_sign, bytes), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'))));
        __m128i prefixes =
            _mm_or_si128(_mm_or_si128(hash, at_sign), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
        __m128i suffixes = _mm_or_si128(hash, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+')));

        window.words |= (uint64_t)(uint32_t)_mm_movemask_epi8(words) << i;
        window.marks |= (uint64_t)(uint32_t)_mm_movemask_epi8(marks) << i;
        window.prefixes |= (uint64_t)(uint32_t)_mm_movemask_epi8(prefixes) << i;
        window.suffixes |= (uint64_t)(uint32_t)_mm_movemask_epi8(suffixes) << i;
        window.beyond |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << i;
    }
    return window;
}

#elif defined(__ARM_NEON) && defined(__aarch64__)

/* The top bits of four vectors of 0x00 and 0xff, in order. */
static inline uint64_t
rls_ascii_bits(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t           weight = vld1q_u8(weights);
    uint8x16_t           ab = vpaddq_u8(vandq_u8(a, weight), vandq_u8(b, weight));
    uint8x16_t           cd = vpaddq_u8(vandq_u8(c, weight), vandq_u8(d, weight));
    uint8x16_t           all = vpaddq_u8(ab, cd);

    all = vpaddq_u8(all, all);
    return vgetq_lane_u64(vreinterpretq_u64_u8(all), 0);
}

static inline rls_ascii_window
rls_ascii_window_of(const uint8_t *at)
{
    uint8x16_t       words[4], marks[4], prefixes[4], suffixes[4], beyond[4];
    rls_ascii_window window;

    for (unsigned i = 0; i < 4; i++) {
        uint8x16_t bytes = vld1q_u8(at + 16 * i);
        uint8x16_t lower = vorrq_u8(bytes, vdupq_n_u8(0x20));
        uint8x16_t hash = vceqq_u8(bytes, vdupq_n_u8('#'));
        uint8x16_t at_sign = vceqq_u8(bytes, vdupq_n_u8('@'));

        beyond[i] = vcgeq_u8(bytes, vdupq_n_u8(0x80));
        words[i] = vorrq_u8(vcltq_u8(vsubq_u8(lower, vdupq_n_u8('a')), vdupq_n_u8(26)),
                            vcltq_u8(vsubq_u8(bytes, vdupq_n_u8('0')), vdupq_n_u8(10)));
        marks[i] = vorrq_u8(vcltq_u8(vsubq_u8(bytes, vdupq_n_u8('#')), vdupq_n_u8(13)),
                            vcltq_u8(vsubq_u8(bytes, vdupq_n_u8(':')), vdupq_n_u8(2)));
        marks[i] = vorrq_u8(vorrq_u8(marks[i], beyond[i]),
                            vorrq_u8(at_sign, vceqq_u8(bytes, vdupq_n_u8('_'))));
        prefixes[i] = vorrq_u8(vorrq_u8(hash, at_sign), vceqq_u8(bytes, vdupq_n_u8('.')));
        suffixes[i] = vorrq_u8(hash, vceqq_u8(bytes, vdupq_n_u8('+')));
    }
    window.words = rls_ascii_bits(words[0], words[1], words[2], words[3]);
    window.marks = rls_ascii_bits(marks[0], marks[1], marks[2], marks[3]);
    window.prefixes = rls_ascii_bits(prefixes[0], prefixes[1], prefixes[2], prefixes[3]);
    window.suffixes = rls_ascii_bits(suffixes[0], suffixes[1], suffixes[2], suffixes[3]);
    window.beyond = rls_ascii_bits(beyond[0], beyond[1], beyond[2], beyond[3]);
    return window;
}

#else

static inline rls_ascii_window
rls_ascii_window_of(const uint8_t *at)
{
    return rls_ascii_window_plain(at);
}

#endif

#endif
