#include "base/pool.h"
#include "support/runner.h"

typedef struct kept {
    rls_pooled pooled;
    int       *destroyed;
} kept;

static void
count_destroyed(rls_pooled *object)
{
    ++*((kept *)object)->destroyed;
}

TEST(what_is_given_is_taken_again_once)
{
    rls_pool pool;
    int      destroyed = 0;
    kept     one = {{count_destroyed}, &destroyed};

    rls_pool_init(&pool);
    CHECK(rls_pool_take(&pool) == NULL);
    rls_pool_give(&pool, &one.pooled);
    CHECK(rls_pool_take(&pool) == &one.pooled);
    CHECK(rls_pool_take(&pool) == NULL);
    rls_pool_release(&pool);
    CHECK_EQ_I64(destroyed, 0);
}

TEST(a_full_pool_destroys_what_it_is_given)
{
    rls_pool pool;
    int      destroyed = 0;
    kept     many[RLS_POOL_SIZE + 3];

    rls_pool_init(&pool);
    for (int i = 0; i < RLS_POOL_SIZE + 3; i++) {
        many[i] = (kept){{count_destroyed}, &destroyed};
        rls_pool_give(&pool, &many[i].pooled);
    }
    CHECK_EQ_I64(destroyed, 3);
    rls_pool_release(&pool);
    CHECK_EQ_I64(destroyed, RLS_POOL_SIZE + 3);
    CHECK(rls_pool_take(&pool) == NULL);
}
