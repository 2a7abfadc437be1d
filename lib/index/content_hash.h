/* What a file's content is known by. */
#ifndef RLS_INDEX_CONTENT_HASH_H
#define RLS_INDEX_CONTENT_HASH_H

#include "base/bytes.h"

/* Stamp of a file's content, taken in pieces of RLS_HASH_PIECE bytes so that any size needs the
 * same little memory: rls_hash64 of the bytes when there is one piece, else of the pieces' hashes
 * (u64, little-endian, folded into one whenever 128 have come together). */
enum {
    RLS_HASH_PIECE = 1 << 20,
    RLS_HASH_FOLD = 128
};

typedef struct rls_content_hasher {
    uint8_t  hashes[8 * RLS_HASH_FOLD];
    size_t   filled;
    uint64_t pieces;
} rls_content_hasher;

/* Zero the hasher first. All pieces but the last have RLS_HASH_PIECE bytes. */
void     rls_content_hasher_add(rls_content_hasher *hasher, const void *piece, size_t size);
uint64_t rls_content_hasher_result(rls_content_hasher *hasher);
uint64_t rls_content_hash(rls_bytes bytes);

#endif
