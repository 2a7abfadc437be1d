#include "base/buffer.h"

#include <string.h>

void
rls_buffer_init(rls_buffer *buffer, rls_heap *heap)
{
    *buffer = (rls_buffer){.heap = heap};
}

void
rls_buffer_release(rls_buffer *buffer)
{
    if (buffer->data != NULL)
        rls_free(buffer->heap, buffer->data);
    *buffer = (rls_buffer){.heap = buffer->heap};
}

void
rls_buffer_clear(rls_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

bool
rls_buffer_reserve(rls_buffer *buffer, size_t extra)
{
    void  *data = buffer->data;
    size_t needed;

    if (buffer->failed)
        return false;
    if (extra <= buffer->capacity - buffer->size)
        return true;
    if (__builtin_add_overflow(buffer->size, extra, &needed) ||
        !rls_grow(buffer->heap, &data, &buffer->capacity, needed, 1)) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    return true;
}

void
rls_buffer_append(rls_buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0 || !rls_buffer_reserve(buffer, size))
        return;
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
}

void
rls_buffer_put_u8(rls_buffer *buffer, uint8_t value)
{
    if (rls_buffer_reserve(buffer, 1))
        buffer->data[buffer->size++] = value;
}

void
rls_buffer_put_u16(rls_buffer *buffer, uint16_t value)
{
    if (!rls_buffer_reserve(buffer, 2))
        return;
    rls_set_u16(buffer->data + buffer->size, value);
    buffer->size += 2;
}

void
rls_buffer_put_u32(rls_buffer *buffer, uint32_t value)
{
    if (!rls_buffer_reserve(buffer, 4))
        return;
    rls_set_u32(buffer->data + buffer->size, value);
    buffer->size += 4;
}

void
rls_buffer_put_u64(rls_buffer *buffer, uint64_t value)
{
    if (!rls_buffer_reserve(buffer, 8))
        return;
    rls_set_u64(buffer->data + buffer->size, value);
    buffer->size += 8;
}

void
rls_buffer_put_varint(rls_buffer *buffer, uint64_t value)
{
    if (!rls_buffer_reserve(buffer, 10))
        return;
    while (value >= 0x80) {
        buffer->data[buffer->size++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    buffer->data[buffer->size++] = (uint8_t)value;
}
