/* The kernels that this build may hold (RLS_BITPACK_… come from meson.build), and the expansion
 * that the vector ones share: a function a width, so that every shift is a constant. */
#ifndef RLS_CODEC_BITPACK_KERNELS_H
#define RLS_CODEC_BITPACK_KERNELS_H

#include "codec/bitpack.h"

extern const rls_bitpack_kernels rls_bitpack_plain;
extern const rls_bitpack_kernels rls_bitpack_sse41;
extern const rls_bitpack_kernels rls_bitpack_avx2;
extern const rls_bitpack_kernels rls_bitpack_neon;

#endif
