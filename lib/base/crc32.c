#include "base/crc32.h"

#include <zlib.h>

uint32_t
rls_crc32(uint32_t crc, const void *bytes, size_t size)
{
    /* zlib takes a null pointer as a request for the start value. */
    if (size == 0)
        return crc;
    return (uint32_t)crc32_z(crc, bytes, size);
}
