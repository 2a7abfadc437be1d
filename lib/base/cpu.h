/* What the processor can do, asked once per call: cheap enough for opening a handle, and no
 * global state. */
#ifndef RLS_BASE_CPU_H
#define RLS_BASE_CPU_H

typedef enum rls_cpu_level {
    RLS_CPU_PLAIN,
    RLS_CPU_SSE41,
    RLS_CPU_AVX2,
    RLS_CPU_NEON
} rls_cpu_level;

rls_cpu_level rls_cpu_detect(void);

#endif
