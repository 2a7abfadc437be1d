/* LEB128: seven bits a byte, least significant first, high bit set on all but the last. */
#ifndef RLS_CODEC_VARINT_H
#define RLS_CODEC_VARINT_H

#include "base/bytes.h"

enum {
    RLS_VARINT_MAX = 10,
    RLS_VARINT32_MAX = 5
};

/* Writes at most RLS_VARINT_MAX bytes; returns the byte after. */
static inline uint8_t *
rls_varint_put(uint8_t *at, uint64_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

/* Reads one 32-bit number before `end`. Returns the byte after, or NULL when the bytes end early
 * or the number does not fit. */
static inline const uint8_t *
rls_varint_get32(const uint8_t *at, const uint8_t *end, uint32_t *out_value)
{
    uint32_t value = 0;

    for (int shift = 0; at < end && shift < 35; shift += 7) {
        uint8_t byte = *at++;
        if (shift == 28 && byte > 0x0f)
            return NULL;
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out_value = value;
            return at;
        }
    }
    return NULL;
}

/* The same for 64 bits. */
static inline const uint8_t *
rls_varint_get64(const uint8_t *at, const uint8_t *end, uint64_t *out_value)
{
    uint64_t value = 0;

    for (int shift = 0; at < end && shift < 70; shift += 7) {
        uint8_t byte = *at++;
        if (shift == 63 && byte > 0x01)
            return NULL;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out_value = value;
            return at;
        }
    }
    return NULL;
}

#endif
