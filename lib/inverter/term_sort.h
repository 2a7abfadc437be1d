/* Bytewise order of many short strings, in linear time: radix sort on windows of eight bytes. */
#ifndef RLS_INVERTER_TERM_SORT_H
#define RLS_INVERTER_TERM_SORT_H

#include "inverter/vocabulary.h"

/* Writes the numbers of `terms`, all distinct, in ascending order of their bytes. */
rls_status rls_term_sort(rls_heap *heap, const rls_vocabulary_term *terms, uint32_t count,
                         uint32_t *order);

#endif
