/* Growing bytes with a sticky failure: after an allocation failed, appends do nothing and
 * `failed` stays true, so that callers ask once at the end. */
#ifndef RLS_BASE_BUFFER_H
#define RLS_BASE_BUFFER_H

#include "base/alloc.h"
#include "base/bytes.h"

typedef struct rls_buffer {
    rls_heap *heap;
    uint8_t  *data;
    size_t    size, capacity;
    bool      failed;
} rls_buffer;

void rls_buffer_init(rls_buffer *buffer, rls_heap *heap);
void rls_buffer_release(rls_buffer *buffer);
void rls_buffer_clear(rls_buffer *buffer); /* size 0, memory kept, `failed` cleared */

/* Room for `extra` more bytes; false (and failed) when there is none. */
bool rls_buffer_reserve(rls_buffer *buffer, size_t extra);

void rls_buffer_append(rls_buffer *buffer, const void *bytes, size_t size);
void rls_buffer_put_u8(rls_buffer *buffer, uint8_t value);
void rls_buffer_put_u16(rls_buffer *buffer, uint16_t value);
void rls_buffer_put_u32(rls_buffer *buffer, uint32_t value);
void rls_buffer_put_u64(rls_buffer *buffer, uint64_t value);
void rls_buffer_put_varint(rls_buffer *buffer, uint64_t value); /* LEB128, as codec/varint.h */

static inline rls_bytes
rls_buffer_bytes(const rls_buffer *buffer)
{
    return rls_bytes_of(buffer->data, buffer->size);
}

#endif
