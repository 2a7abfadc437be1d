/* Valid UTF-8 out of whatever a file holds. Used by every reader of this folder before it looks at
 * anything else, so that documents never carry a broken sequence or a NUL. */
#ifndef RLS_DOCUMENT_UTF8_H
#define RLS_DOCUMENT_UTF8_H

#include "base/arena.h"
#include "base/bytes.h"

/* How many bytes from the start are valid UTF-8 (The Unicode Standard, table 3-7) and not NUL. */
size_t rls_utf8_valid_size(rls_bytes text);

typedef struct rls_utf8_repairs {
    uint64_t invalid_count; /* sequences that were no UTF-8 */
    uint64_t nul_count;
    uint64_t first_line; /* of the first repair, from 1; 0 when nothing was repaired */
} rls_utf8_repairs;

/* `text` itself when it is valid, else a copy in the arena with U+FFFD for every NUL and every
 * maximal subpart of an ill-formed sequence. False when there is no memory. */
bool rls_utf8_repair(rls_arena *arena, rls_bytes text, rls_bytes *out_text,
                     rls_utf8_repairs *out_repairs);

/* UTF-16 with a byte order mark at its start → UTF-8 in the arena. False when there is no memory.
 */
bool rls_utf8_from_utf16(rls_arena *arena, rls_bytes text, rls_bytes *out_text);

/* Writes one code point (at most U+10FFFF, no surrogate) as 1 to 4 bytes; returns how many. */
unsigned rls_utf8_put(uint8_t *out, uint32_t code_point);

/* The largest size at most `limit` that cuts valid `text` between characters. */
size_t rls_utf8_cut(rls_bytes text, size_t limit);

#endif
