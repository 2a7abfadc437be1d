/* Bounded reader over mapped bytes, with a sticky failure: reading past the end yields zeros and
 * sets `failed`, so that callers ask once at the end. */
#ifndef RLS_DIRECTORY_INPUT_H
#define RLS_DIRECTORY_INPUT_H

#include <stdbool.h>

#include "base/bytes.h"

typedef struct rls_input {
    const uint8_t *at, *end;
    bool           failed;
} rls_input;

void      rls_input_init(rls_input *input, rls_bytes bytes);
uint8_t   rls_input_u8(rls_input *input);
uint32_t  rls_input_u32(rls_input *input);
uint64_t  rls_input_u64(rls_input *input);
uint64_t  rls_input_varint(rls_input *input);   /* more than 10 bytes or 64 bits: failed */
uint32_t  rls_input_varint32(rls_input *input); /* above UINT32_MAX: failed */
rls_bytes rls_input_bytes(rls_input *input, uint64_t size); /* borrowed; empty when failed */

static inline size_t
rls_input_left(const rls_input *input)
{
    return (size_t)(input->end - input->at);
}

#endif
