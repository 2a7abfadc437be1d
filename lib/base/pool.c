#include "base/pool.h"

#include <stddef.h>

void
rls_pool_init(rls_pool *pool)
{
    for (int i = 0; i < RLS_POOL_SIZE; i++)
        atomic_init(&pool->slots[i], NULL);
}

rls_pooled *
rls_pool_take(rls_pool *pool)
{
    for (int i = 0; i < RLS_POOL_SIZE; i++) {
        rls_pooled *object = atomic_load_explicit(&pool->slots[i], memory_order_relaxed);
        /* Acquire: what its last user wrote is seen. */
        if (object != NULL &&
            atomic_compare_exchange_strong_explicit(&pool->slots[i], &object, NULL,
                                                    memory_order_acquire, memory_order_relaxed))
            return object;
    }
    return NULL;
}

void
rls_pool_give(rls_pool *pool, rls_pooled *object)
{
    for (int i = 0; i < RLS_POOL_SIZE; i++) {
        rls_pooled *empty = NULL;
        if (atomic_compare_exchange_strong_explicit(&pool->slots[i], &empty, object,
                                                    memory_order_release, memory_order_relaxed))
            return;
    }
    object->destroy(object);
}

void
rls_pool_release(rls_pool *pool)
{
    for (int i = 0; i < RLS_POOL_SIZE; i++) {
        rls_pooled *object = atomic_exchange_explicit(&pool->slots[i], NULL, memory_order_acquire);
        if (object != NULL)
            object->destroy(object);
    }
}
