#include "index/content_hash.h"
#include "base/hash.h"

void
rls_content_hasher_add(rls_content_hasher *hasher, const void *piece, size_t size)
{
    if (hasher->filled == sizeof hasher->hashes) {
        rls_set_u64(hasher->hashes, rls_hash64(hasher->hashes, hasher->filled));
        hasher->filled = 8;
    }
    rls_set_u64(hasher->hashes + hasher->filled, rls_hash64(piece, size));
    hasher->filled += 8;
    hasher->pieces++;
}

uint64_t
rls_content_hasher_result(rls_content_hasher *hasher)
{
    if (hasher->pieces == 0)
        return rls_hash64(NULL, 0);
    if (hasher->pieces == 1)
        return rls_get_u64(hasher->hashes);
    return rls_hash64(hasher->hashes, hasher->filled);
}

uint64_t
rls_content_hash(rls_bytes bytes)
{
    rls_content_hasher hasher = {.filled = 0};

    for (size_t at = 0; at < bytes.size; at += RLS_HASH_PIECE) {
        size_t left = bytes.size - at;
        rls_content_hasher_add(&hasher, bytes.data + at,
                               left < RLS_HASH_PIECE ? left : RLS_HASH_PIECE);
    }
    return rls_content_hasher_result(&hasher);
}
