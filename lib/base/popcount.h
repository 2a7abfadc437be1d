/* Set bits of many words. Plain C as the reference, and where the processor has the instruction a
 * file compiled for it. */
#ifndef RLS_BASE_POPCOUNT_H
#define RLS_BASE_POPCOUNT_H

#include <stddef.h>
#include <stdint.h>

uint64_t rls_popcount_words(const uint64_t *words, size_t count);

uint64_t rls_popcount_words_plain(const uint64_t *words, size_t count);
uint64_t rls_popcount_words_x86(const uint64_t *words, size_t count); /* where it was built */

#endif
