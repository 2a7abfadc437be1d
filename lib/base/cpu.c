#include "base/cpu.h"

rls_cpu_level
rls_cpu_detect(void)
{
#if defined(__x86_64__) || defined(__i386__)
    /* The compiler's own detection also asks whether the system keeps the AVX registers. */
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2"))
        return RLS_CPU_AVX2;
    if (__builtin_cpu_supports("sse4.1"))
        return RLS_CPU_SSE41;
    return RLS_CPU_PLAIN;
#elif defined(__aarch64__) || defined(__ARM_NEON)
    return RLS_CPU_NEON;
#else
    return RLS_CPU_PLAIN;
#endif
}
