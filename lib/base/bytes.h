/* Borrowed bytes, and little-endian access to them. */
#ifndef RLS_BASE_BYTES_H
#define RLS_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct rls_bytes {
    const uint8_t *data;
    size_t         size;
} rls_bytes;

static inline rls_bytes
rls_bytes_of(const void *data, size_t size)
{
    return (rls_bytes){(const uint8_t *)data, size};
}

/* Bytewise order, shorter first when one begins the other: the order of terms and keys. */
static inline int
rls_bytes_compare(rls_bytes a, rls_bytes b)
{
    size_t shared = a.size < b.size ? a.size : b.size;
    int    order = shared == 0 ? 0 : memcmp(a.data, b.data, shared);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* Whether two texts are the same but for the case of ASCII letters; strncasecmp asks the locale,
 * and in a Turkish one I is not the capital of i. */
static inline bool
rls_same_letters(const void *a, const void *b, size_t size)
{
    const uint8_t *left = (const uint8_t *)a, *right = (const uint8_t *)b;

    for (size_t i = 0; i < size; i++) {
        uint8_t either = (uint8_t)(left[i] ^ right[i]), letter = (uint8_t)((left[i] | 32) - 'a');
        if (either != 0 && (either != 32 || letter > 'z' - 'a'))
            return false;
    }
    return true;
}

static inline uint16_t
rls_get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t
rls_get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t
rls_get_u64(const uint8_t *at)
{
    return (uint64_t)rls_get_u32(at) | (uint64_t)rls_get_u32(at + 4) << 32;
}

static inline void
rls_set_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void
rls_set_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static inline void
rls_set_u64(uint8_t *at, uint64_t value)
{
    rls_set_u32(at, (uint32_t)value);
    rls_set_u32(at + 4, (uint32_t)(value >> 32));
}

#endif
