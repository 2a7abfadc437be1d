#include "termdict/termdict_heavy.h"

#include "base/sort.h"

/* What a block weighs fits beside its number. */
#define WEIGHT_MAX (UINT64_MAX >> 32)

typedef struct heavy_walk {
    const rls_termdict *dict;
    rls_heap           *heap;
    rls_bytes           prefix;
    rls_status (*visit)(void *context, rls_bytes term, const rls_term_info *info);
    void      *context;
    rls_error *err;
} heavy_walk;

/* The first bytes above all that begin with the prefix, into `next` of the prefix's size; its size,
 * 0 when there are none. */
static size_t
bytes_above(rls_bytes prefix, uint8_t *next)
{
    size_t size = prefix.size;

    while (size > 0 && prefix.data[size - 1] == 0xff)
        size--;
    if (size > 0) {
        memcpy(next, prefix.data, size);
        next[size - 1]++;
    }
    return size;
}

/* The blocks [first, end) in which terms of the prefix may be. */
static rls_status
find_range(const heavy_walk *walk, uint32_t *out_first, uint32_t *out_end)
{
    uint8_t   *next = rls_alloc(walk->heap, walk->prefix.size, 1);
    size_t     size;
    rls_status status;

    if (next == NULL)
        return rls_fail(walk->err, RLS_NO_MEMORY, "no memory to walk terms");
    size = bytes_above(walk->prefix, next);
    *out_end = walk->dict->block_count;
    status = rls_termdict_find_block(walk->dict, walk->prefix, out_first, walk->err);
    if (status == RLS_OK && size > 0) {
        status = rls_termdict_find_block(walk->dict, rls_bytes_of(next, size), out_end, walk->err);
        *out_end += status == RLS_OK;
    }
    rls_free(walk->heap, next);
    return status;
}

/* Visits terms of the prefix from the cursor's next on, to the end of the block or the prefix. */
static rls_status
walk_block(const heavy_walk *walk, rls_termdict_cursor *cursor, uint32_t block)
{
    rls_status status = RLS_OK;

    cursor->next = block * RLS_TERMDICT_BLOCK;
    for (uint32_t i = 0; status == RLS_OK && i < RLS_TERMDICT_BLOCK; i++) {
        rls_bytes term;
        size_t    shared;
        int       order;

        status = rls_termdict_cursor_next(cursor, walk->err);
        if (status != RLS_OK)
            break;
        term = rls_buffer_bytes(&cursor->term);
        shared = term.size < walk->prefix.size ? term.size : walk->prefix.size;
        order = memcmp(term.data, walk->prefix.data, shared);
        if (order > 0)
            break;
        if (order == 0 && shared == walk->prefix.size)
            status = walk->visit(walk->context, term, &cursor->info);
    }
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static rls_status
weigh_blocks(const heavy_walk *walk, uint32_t first, uint32_t count, uint64_t *weights)
{
    uint64_t   begin = 0, end = 0;
    rls_status status = rls_termdict_block_base(walk->dict, first, &begin, walk->err);

    for (uint32_t i = 0; status == RLS_OK && i < count; i++) {
        uint64_t weight = WEIGHT_MAX; /* of the dictionary's last block, which tells no end */

        if (first + i + 1 < walk->dict->block_count) {
            status = rls_termdict_block_base(walk->dict, first + i + 1, &end, walk->err);
            weight = end < begin ? 0 : end - begin > WEIGHT_MAX ? WEIGHT_MAX : end - begin;
        }
        weights[i] = weight << 32 | i;
        begin = end;
    }
    return status;
}

static rls_status
walk_heaviest(const heavy_walk *walk, rls_termdict_cursor *cursor, uint32_t first, uint32_t count,
              uint32_t limit)
{
    uint64_t  *weights = rls_alloc(walk->heap, count, 2 * sizeof *weights);
    rls_status status;

    if (weights == NULL)
        return rls_fail(walk->err, RLS_NO_MEMORY, "no memory to walk terms");
    status = weigh_blocks(walk, first, count, weights);
    if (status == RLS_OK) {
        uint64_t *heaviest = weights + count - limit;
        rls_sort_u64(weights, weights + count, count);
        for (uint32_t i = 0; i < limit; i++)
            heaviest[i] = (uint32_t)heaviest[i];
        rls_sort_u64(heaviest, weights + count, limit);
        for (uint32_t i = 0; status == RLS_OK && i < limit; i++)
            status = walk_block(walk, cursor, first + (uint32_t)heaviest[i]);
    }
    rls_free(walk->heap, weights);
    return status;
}

rls_status
rls_termdict_walk_heavy(const rls_termdict *dict, rls_heap *heap, rls_bytes prefix,
                        uint32_t block_limit,
                        rls_status (*visit)(void *context, rls_bytes term,
                                            const rls_term_info *info),
                        void *context, rls_error *err)
{
    heavy_walk          walk = {dict, heap, prefix, visit, context, err};
    rls_termdict_cursor cursor;
    uint32_t            first, end;
    rls_status          status;

    if (dict->block_count == 0)
        return RLS_OK;
    status = find_range(&walk, &first, &end);
    if (status != RLS_OK)
        return status;
    rls_termdict_cursor_init(&cursor, heap, dict);
    if (end - first > block_limit) {
        status = walk_heaviest(&walk, &cursor, first, end - first, block_limit);
    } else {
        for (uint32_t block = first; status == RLS_OK && block < end; block++)
            status = walk_block(&walk, &cursor, block);
    }
    rls_termdict_cursor_release(&cursor);
    return status;
}
