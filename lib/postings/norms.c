#include "postings/norms.h"

enum {
    FREE_VALUES = 24, /* lengths below it are their own bytes */
    MANTISSA_BITS = 3 /* and below them a leading 1 that is not stored */
};

uint8_t
rls_length_to_byte(uint32_t length)
{
    uint32_t rest, shift = 0;

    if (length < FREE_VALUES)
        return (uint8_t)length;
    if (length >= rls_length_from_byte(255))
        return 255;
    rest = length - FREE_VALUES;
    if (rest < 1u << MANTISSA_BITS)
        return (uint8_t)(FREE_VALUES + rest);
    while (rest >> shift >= 2u << MANTISSA_BITS)
        shift++;
    return (uint8_t)(FREE_VALUES + ((shift + 1) << MANTISSA_BITS |
                                    (rest >> shift & ((1u << MANTISSA_BITS) - 1))));
}

uint32_t
rls_length_from_byte(uint8_t byte)
{
    uint32_t rest, shift;

    if (byte < FREE_VALUES)
        return byte;
    rest = byte - (uint32_t)FREE_VALUES;
    shift = rest >> MANTISSA_BITS;
    if (shift == 0)
        return FREE_VALUES + rest;
    return FREE_VALUES +
           (((rest & ((1u << MANTISSA_BITS) - 1)) | 1u << MANTISSA_BITS) << (shift - 1));
}

uint8_t
rls_field_norms_sparse(const rls_field_norms *norms, uint32_t doc)
{
    const uint8_t *docs = norms->sparse_docs;
    uint32_t       from = 0, count = norms->sparse_count;

    while (count > 0) {
        uint32_t half = count / 2;
        if (rls_get_u32(docs + 4 * ((size_t)from + half)) < doc) {
            from += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    if (from < norms->sparse_count && rls_get_u32(docs + 4 * (size_t)from) == doc)
        return norms->sparse_bytes[from];
    return 0;
}
