/* An allocator for tests that fails a chosen request, moves every block that is resized, fills
 * fresh memory with junk, and counts live blocks so that leaks show.
 *
 *   for (uint64_t n = 1;; n++) {
 *       rls_heap_faulty faulty;
 *       rls_heap        heap;
 *
 *       rls_heap_faulty_init(&faulty, n, false);
 *       rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
 *       status = scenario(&heap);
 *       CHECK(faulty.live == 0);
 *       if (!faulty.failed)
 *           break;
 *       CHECK(status == RLS_NO_MEMORY);
 *   } */
#ifndef RLS_TESTS_HEAP_FAULTY_H
#define RLS_TESTS_HEAP_FAULTY_H

#include <stdatomic.h>

#include "releasesearch/common.h"

typedef struct rls_heap_faulty {
    rls_allocator         allocator; /* give this to rls_heap_init; the struct must not move */
    uint64_t              fail_at;   /* number of the request that fails, from 1; 0: none */
    bool                  for_good;  /* fail all later ones too */
    _Atomic uint64_t      requests;  /* so far; releases do not count */
    _Atomic bool          failed;    /* whether one was made to fail */
    _Atomic bool          kept;      /* the last to fail would have made a block smaller */
    _Atomic unsigned long live;      /* blocks not yet released */
} rls_heap_faulty;

void rls_heap_faulty_init(rls_heap_faulty *faulty, uint64_t fail_at, bool for_good);

#endif
