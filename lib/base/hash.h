/* One 64-bit hash of bytes, the same on every machine (it is written to disk for content stamps):
 * XXH64 with seed 0. */
#ifndef RLS_BASE_HASH_H
#define RLS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t rls_hash64(const void *bytes, size_t size);

#endif
