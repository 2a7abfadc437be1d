/* CRC-32 (the one of zlib and PNG) of bytes, continued from `crc`; start with 0. */
#ifndef RLS_BASE_CRC32_H
#define RLS_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t rls_crc32(uint32_t crc, const void *bytes, size_t size);

#endif
