/* An allocation that fails when told to, whoever asks for it: the library, libstemmer, libyaml, the
 * C library. Programs that link test_support_malloc have it stand in place of malloc; under a
 * sanitizer, which has its own malloc, only between the library's code and that (--wrap).
 *
 *   rls_malloc_faulty_arm(n, false);
 *   status = scenario();
 *   failed = rls_malloc_faulty_disarm(&live);   // live: blocks that the scenario left
 *
 * One thread. */
#ifndef RLS_TESTS_MALLOC_FAULTY_H
#define RLS_TESTS_MALLOC_FAULTY_H

#include <stdbool.h>
#include <stdint.h>

void rls_malloc_faulty_arm(uint64_t n, bool for_good);
bool rls_malloc_faulty_disarm(long *out_live);

#endif
