#include "base/cpu.h"

#include "support/runner.h"

TEST(the_level_is_one_this_machine_can_have)
{
    rls_cpu_level level = rls_cpu_detect();

    CHECK_EQ_I64(rls_cpu_detect(), level);
#if defined(__x86_64__) || defined(__i386__)
    CHECK(level == RLS_CPU_PLAIN || level == RLS_CPU_SSE41 || level == RLS_CPU_AVX2);
#elif defined(__aarch64__)
    CHECK(level == RLS_CPU_NEON);
#endif
}
