#include "directory/input.h"

static const uint8_t nothing[1];

void
rls_input_init(rls_input *input, rls_bytes bytes)
{
    const uint8_t *start = bytes.data == NULL ? nothing : bytes.data;

    *input = (rls_input){start, start + (bytes.data == NULL ? 0 : bytes.size), false};
}

/* The place of the next `size` bytes, now read; NULL when there are fewer. */
static const uint8_t *
take(rls_input *input, size_t size)
{
    const uint8_t *at = input->at;

    if (size > rls_input_left(input)) {
        input->at = input->end;
        input->failed = true;
        return NULL;
    }
    if (input->failed)
        return NULL;
    input->at += size;
    return at;
}

uint8_t
rls_input_u8(rls_input *input)
{
    const uint8_t *at = take(input, 1);

    return at == NULL ? 0 : *at;
}

uint32_t
rls_input_u32(rls_input *input)
{
    const uint8_t *at = take(input, 4);

    return at == NULL ? 0 : rls_get_u32(at);
}

uint64_t
rls_input_u64(rls_input *input)
{
    const uint8_t *at = take(input, 8);

    return at == NULL ? 0 : rls_get_u64(at);
}

static uint64_t
fail(rls_input *input)
{
    input->at = input->end;
    input->failed = true;
    return 0;
}

uint64_t
rls_input_varint(rls_input *input)
{
    uint64_t value = 0;

    for (int shift = 0; shift < 70; shift += 7) {
        const uint8_t *at = take(input, 1);

        if (at == NULL)
            return 0;
        if (shift == 63 && *at > 1)
            return fail(input);
        value |= (uint64_t)(*at & 0x7f) << shift;
        if (*at < 0x80)
            return value;
    }
    return fail(input);
}

uint32_t
rls_input_varint32(rls_input *input)
{
    uint64_t value = rls_input_varint(input);

    return value > UINT32_MAX ? (uint32_t)fail(input) : (uint32_t)value;
}

rls_bytes
rls_input_bytes(rls_input *input, uint64_t size)
{
    const uint8_t *at;

    if (size > rls_input_left(input)) {
        fail(input);
        return rls_bytes_of(nothing, 0);
    }
    at = take(input, (size_t)size);
    return at == NULL ? rls_bytes_of(nothing, 0) : rls_bytes_of(at, (size_t)size);
}
