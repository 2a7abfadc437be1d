/* One entry for each length byte, as constant expressions of rls_length_from_byte. */
#include "postings/position_codes.h"

#define EXPONENT(byte) (((byte)-24u) / 8 > 0 ? ((byte)-24u) / 8 - 1 : 0)
#define LENGTH(byte)                                                                               \
    ((byte) < 40u ? (byte) : 24u + (((((byte)-24u) & 7u) | 8u) << (EXPONENT(byte) & 31u)))
#define ESCAPE(byte) ((byte) < 255u ? LENGTH((byte) + 1u) - 1u : UINT32_MAX - 1u)
#define WIDTH(byte) (31u - (uint32_t)__builtin_clz(ESCAPE(byte) + 1u))
#define SHORT_COUNT(byte) ((uint32_t)((UINT64_C(2) << WIDTH(byte)) - (ESCAPE(byte) + 1u)))
#define MODEL(byte)                                                                                \
    {                                                                                              \
        LENGTH(byte), ESCAPE(byte), WIDTH(byte), SHORT_COUNT(byte)                                 \
    }
#define FOUR(byte) MODEL(byte), MODEL(byte + 1u), MODEL(byte + 2u), MODEL(byte + 3u)
#define SIXTEEN(byte) FOUR(byte), FOUR(byte + 4u), FOUR(byte + 8u), FOUR(byte + 12u)
#define SIXTY_FOUR(byte)                                                                           \
    SIXTEEN(byte), SIXTEEN(byte + 16u), SIXTEEN(byte + 32u), SIXTEEN(byte + 48u)

const rls_position_model rls_position_models[256] = {SIXTY_FOUR(0u), SIXTY_FOUR(64u),
                                                     SIXTY_FOUR(128u), SIXTY_FOUR(192u)};
