/* Prefix codes for the deflater: of the least total size among those with no code longer than a
 * limit, but for the limit itself, which is kept by a small detour. */
#ifndef RLS_CODEC_HUFFMAN_H
#define RLS_CODEC_HUFFMAN_H

#include <stdint.h>

enum {
    RLS_HUFFMAN_SYMBOLS = 288, /* most there can be */
    RLS_HUFFMAN_LONGEST = 15
};

typedef struct rls_huffman {
    uint8_t  lengths[RLS_HUFFMAN_SYMBOLS]; /* 0: the symbol does not occur */
    uint16_t codes[RLS_HUFFMAN_SYMBOLS];   /* first bit lowest */
} rls_huffman;

/* Lengths and codes for symbols that occur as often as `counts` says. `longest` at most
 * RLS_HUFFMAN_LONGEST, and 2^longest at least `symbol_count`. A lone symbol has one bit. */
void rls_huffman_make(rls_huffman *code, const uint32_t *counts, uint32_t symbol_count,
                      uint32_t longest);
/* Codes from lengths: the canonical ones of RFC 1951, 3.2.2. */
void rls_huffman_assign(rls_huffman *code, uint32_t symbol_count);

#endif
