/* The kernels that this build may hold (RLS_BITPACK_… come from meson.build), and the expansion
 * that the vector ones share: a function for each width, so that every shift is a constant. */
#ifndef RLS_CODEC_BITPACK_KERNELS_H
#define RLS_CODEC_BITPACK_KERNELS_H

#include "codec/bitpack.h"

extern const rls_bitpack_kernels rls_bitpack_plain;
extern const rls_bitpack_kernels rls_bitpack_sse41;
extern const rls_bitpack_kernels rls_bitpack_avx2;
extern const rls_bitpack_kernels rls_bitpack_neon;

enum {
    RLS_BITPACK_LANES = 4
};

#define RLS_BITPACK_INLINE static inline __attribute__((always_inline))

/* clang-format off */
#define RLS_BITPACK_EACH_4(m, a)  m(a) m(a + 1) m(a + 2) m(a + 3)
#define RLS_BITPACK_EACH_16(m, a) RLS_BITPACK_EACH_4(m, a) RLS_BITPACK_EACH_4(m, a + 4) \
                                  RLS_BITPACK_EACH_4(m, a + 8) RLS_BITPACK_EACH_4(m, a + 12)
/* m(0) … m(15), as statements */
#define RLS_BITPACK_EACH_OF_16(m) RLS_BITPACK_EACH_16(m, 0)
/* m(0) … m(31), as statements */
#define RLS_BITPACK_EACH_OF_32(m) RLS_BITPACK_EACH_16(m, 0) RLS_BITPACK_EACH_16(m, 16)

/* m(0) … m(32), as definitions or members of a table */
#define RLS_BITPACK_EACH_WIDTH(m)                                                            \
    m(0)  m(1)  m(2)  m(3)  m(4)  m(5)  m(6)  m(7)  m(8)  m(9)  m(10) m(11) m(12) m(13) m(14) \
    m(15) m(16) m(17) m(18) m(19) m(20) m(21) m(22) m(23) m(24) m(25) m(26) m(27) m(28) m(29) \
    m(30) m(31) m(32)
/* clang-format on */

#endif
