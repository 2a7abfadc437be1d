#include "analysis/ascii_window.h"

#define IS_WORD(b)                                                                                 \
    (((b) >= '0' && (b) <= '9') || ((b) >= 'A' && (b) <= 'Z') || ((b) >= 'a' && (b) <= 'z'))
#define IS_MARK(b)                                                                                 \
    (((b) >= '#' && (b) <= '/') || (b) == ':' || (b) == ';' || (b) == '@' || (b) == '_' ||         \
     (b) >= 0x80)
#define IS_PREFIX(b) ((b) == '.' || (b) == '#' || (b) == '@')
#define IS_SUFFIX(b) ((b) == '+' || (b) == '#')

#define MAPS(b)                                                                                    \
    ((uint64_t)IS_WORD(b) | (uint64_t)IS_MARK(b) << 8 | (uint64_t)IS_PREFIX(b) << 16 |             \
     (uint64_t)IS_SUFFIX(b) << 24 | (uint64_t)((b) >= 0x80) << 32)
#define MAPS_4(b) MAPS(b), MAPS((b) + 1), MAPS((b) + 2), MAPS((b) + 3)
#define MAPS_16(b) MAPS_4(b), MAPS_4((b) + 4), MAPS_4((b) + 8), MAPS_4((b) + 12)
#define MAPS_64(b) MAPS_16(b), MAPS_16((b) + 16), MAPS_16((b) + 32), MAPS_16((b) + 48)

const uint64_t rls_ascii_maps[256] = {MAPS_64(0), MAPS_64(64), MAPS_64(128), MAPS_64(192)};
