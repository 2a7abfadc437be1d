/* Reading and writing UTF-8 that nobody has checked before. */
#ifndef RLS_ANALYSIS_UTF8_H
#define RLS_ANALYSIS_UTF8_H

#include "base/bytes.h"

/* Stands for a byte that is no part of well-formed UTF-8. */
#define RLS_UTF8_INVALID UINT32_MAX

/* Reads the code point at `at` (< end) and returns its size in bytes, 1..4. For anything that is
 * not well-formed (a stray or missing continuation, an overlong form, a surrogate, a value beyond
 * U+10FFFF) *point is RLS_UTF8_INVALID and the size 1. */
static inline uint32_t
rls_utf8_next(const uint8_t *at, const uint8_t *end, uint32_t *point)
{
    uint32_t lead = at[0];
    size_t   left = (size_t)(end - at);

    if (lead < 0x80) {
        *point = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead < 0xe0) {
        if (left >= 2 && (at[1] & 0xc0) == 0x80) {
            *point = (lead & 0x1f) << 6 | (at[1] & 0x3fu);
            return 2;
        }
    } else if ((lead & 0xf0) == 0xe0) {
        if (left >= 3 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80) {
            uint32_t value = (lead & 0x0f) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
            if (value >= 0x800 && (value & 0xf800) != 0xd800) {
                *point = value;
                return 3;
            }
        }
    } else if ((lead & 0xf8) == 0xf0) {
        if (left >= 4 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80 &&
            (at[3] & 0xc0) == 0x80) {
            uint32_t value = (lead & 0x07) << 18 | (at[1] & 0x3fu) << 12 | (at[2] & 0x3fu) << 6 |
                             (at[3] & 0x3fu);
            if (value >= 0x10000 && value < 0x110000) {
                *point = value;
                return 4;
            }
        }
    }
    *point = RLS_UTF8_INVALID;
    return 1;
}

/* Reads the code point that ends at `at` (> begin): *point and its size as above. */
static inline uint32_t
rls_utf8_previous(const uint8_t *begin, const uint8_t *at, uint32_t *point)
{
    for (uint32_t size = 1; size <= 4 && size <= (size_t)(at - begin); size++) {
        if ((at[-(ptrdiff_t)size] & 0xc0) == 0x80)
            continue;
        if (rls_utf8_next(at - size, at, point) == size)
            return size;
        break;
    }
    *point = RLS_UTF8_INVALID;
    return 1;
}

/* Writes a code point (at most U+10FFFF) as up to 4 bytes; returns their number. */
static inline uint32_t
rls_utf8_put(uint8_t *at, uint32_t point)
{
    if (point < 0x80) {
        at[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        at[0] = (uint8_t)(0xc0 | point >> 6);
        at[1] = (uint8_t)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        at[0] = (uint8_t)(0xe0 | point >> 12);
        at[1] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
        at[2] = (uint8_t)(0x80 | (point & 0x3f));
        return 3;
    }
    at[0] = (uint8_t)(0xf0 | point >> 18);
    at[1] = (uint8_t)(0x80 | (point >> 12 & 0x3f));
    at[2] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
    at[3] = (uint8_t)(0x80 | (point & 0x3f));
    return 4;
}

#endif
