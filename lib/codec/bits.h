/* A stream of bits, least significant first, and Rice codes on it (Rice & Plaunt 1971): the
 * quotient value >> k in unary (that many 0 bits, then 1), then the low k bits. Quotients of
 * RLS_RICE_ESCAPE or more are written as RLS_RICE_ESCAPE zeros, a 1, then the value in 32 bits. */
#ifndef RLS_CODEC_BITS_H
#define RLS_CODEC_BITS_H

#include <stdbool.h>

#include "base/buffer.h"

enum {
    RLS_RICE_ESCAPE = 24
};

typedef struct rls_bit_writer {
    rls_buffer *buffer; /* whole bytes go here; sticky failure is the buffer's */
    uint64_t    pending;
    uint32_t    pending_count;
    uint64_t    bit_count; /* written since init */
} rls_bit_writer;

void rls_bit_writer_init(rls_bit_writer *writer, rls_buffer *buffer);
void rls_bit_writer_put(rls_bit_writer *writer, uint32_t value, uint32_t width);  /* 0..32 */
void rls_bit_writer_put_rice(rls_bit_writer *writer, uint32_t value, uint32_t k); /* k 0..31 */
void rls_bit_writer_finish(rls_bit_writer *writer); /* zero bits to the next byte */

/* Reads within [begin, end) only; past the end it yields zeros and sets `failed`. */
typedef struct rls_bit_reader {
    const uint8_t *begin, *end;
    uint64_t       bit; /* next bit, counted from begin */
    bool           failed;
} rls_bit_reader;

void     rls_bit_reader_init(rls_bit_reader *reader, rls_bytes bytes, uint64_t bit);
uint32_t rls_bit_reader_get(rls_bit_reader *reader, uint32_t width);
uint32_t rls_bit_reader_get_rice(rls_bit_reader *reader, uint32_t k);
/* The next `count` codes, all of parameter `k`: what get_rice gives, in two thirds of the time. */
void rls_bit_reader_get_rice_many(rls_bit_reader *reader, uint32_t k, uint32_t *out,
                                  uint32_t count);

#endif
