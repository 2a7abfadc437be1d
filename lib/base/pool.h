/* A few objects kept to be used again by any thread: one at a time has an object, and gives it
 * back. */
#ifndef RLS_BASE_POOL_H
#define RLS_BASE_POOL_H

#include <stdatomic.h>

enum {
    RLS_POOL_SIZE = 8
};

/* The first member of what is kept in a pool. */
typedef struct rls_pooled {
    void (*destroy)(struct rls_pooled *object);
} rls_pooled;

typedef struct rls_pool {
    _Atomic(rls_pooled *) slots[RLS_POOL_SIZE];
} rls_pool;

void rls_pool_init(rls_pool *pool);
/* NULL when there is none; the taker makes one. */
rls_pooled *rls_pool_take(rls_pool *pool);
/* Destroys the object when the pool is full. */
void rls_pool_give(rls_pool *pool, rls_pooled *object);
/* Destroys what is left; no other thread uses the pool any more. */
void rls_pool_release(rls_pool *pool);

#endif
