#include "termdict/term_block.h"

void
rls_termdict_cursor_init(rls_termdict_cursor *cursor, rls_heap *heap, const rls_termdict *dict)
{
    *cursor = (rls_termdict_cursor){.dict = dict};
    rls_buffer_init(&cursor->term, heap);
}

void
rls_termdict_cursor_release(rls_termdict_cursor *cursor)
{
    rls_buffer_release(&cursor->term);
    cursor->dict = NULL;
}

/* Before the first term of a block. */
static rls_status
enter_block(rls_termdict_cursor *cursor, uint32_t number, rls_error *err)
{
    rls_term_block block;

    if (!rls_term_block_open(cursor->dict, number, &block))
        return rls_term_block_damaged(number, err);
    cursor->next = number * RLS_TERMDICT_BLOCK;
    cursor->at = block.terms;
    cursor->base = block.base;
    cursor->skips = block.skips;
    cursor->end = block.end;
    cursor->infos = NULL;
    rls_buffer_clear(&cursor->term);
    return RLS_OK;
}

/* The term at the cursor, with which a block may begin. */
static const uint8_t *
get_any_term(const rls_termdict_cursor *cursor, uint32_t *out_shared, rls_bytes *out_own)
{
    rls_term_block at = {.terms = cursor->at, .skips = cursor->skips};

    *out_shared = 0;
    if (cursor->next % RLS_TERMDICT_BLOCK != 0)
        return rls_term_block_term(cursor->at, cursor->skips, out_shared, out_own);
    return rls_term_block_first(&at, out_own) ? out_own->data + out_own->size : NULL;
}

/* Puts `own` behind the first `shared` bytes of the term. Mostly it is short, and copying sixteen
 * bytes, where there are so many to read and to write, is quicker than counting. */
static inline bool
put_own(rls_termdict_cursor *cursor, uint32_t shared, rls_bytes own)
{
    enum {
        SHORT = 16
    };

    cursor->term.size = shared;
    if (own.size <= SHORT && cursor->end - own.data >= SHORT &&
        cursor->term.capacity - shared >= SHORT) {
        memcpy(cursor->term.data + shared, own.data, SHORT);
        cursor->term.size += own.size;
        return true;
    }
    if (!rls_buffer_reserve(&cursor->term, own.size + SHORT))
        return false;
    rls_buffer_append(&cursor->term, own.data, own.size);
    return true;
}

/* To the following term; its own bytes begin at *out_shared. */
static inline rls_status
go_on(rls_termdict_cursor *cursor, uint32_t *out_shared, rls_error *err)
{
    const uint8_t *at;
    uint32_t       number = cursor->next / RLS_TERMDICT_BLOCK;
    rls_bytes      own;

    if (cursor->next >= cursor->dict->term_count)
        return RLS_NOT_FOUND;
    if (cursor->next % RLS_TERMDICT_BLOCK == 0) {
        rls_status status = enter_block(cursor, number, err);
        if (status != RLS_OK)
            return status;
    }
    at = get_any_term(cursor, out_shared, &own);
    if (at == NULL || *out_shared > cursor->term.size)
        return rls_term_block_damaged(number, err);
    if (!put_own(cursor, *out_shared, own))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a term of %zu bytes",
                        *out_shared + own.size);
    if (*out_shared < cursor->kept)
        cursor->kept = *out_shared;
    cursor->at = at;
    cursor->ordinal = cursor->next++;
    return RLS_OK;
}

rls_status
rls_termdict_cursor_next_term(rls_termdict_cursor *cursor, rls_error *err)
{
    uint32_t shared;

    return go_on(cursor, &shared, err);
}

/* Where the first `needle` of the term that ends behind `from` ends; 0: there is none. */
static inline size_t
find_needle(rls_bytes term, size_t from, rls_bytes needle)
{
    uint8_t last = needle.data[needle.size - 1];

    for (size_t at = from >= needle.size ? from : needle.size - 1; at < term.size; at++)
        if (term.data[at] == last &&
            memcmp(term.data + at + 1 - needle.size, needle.data, needle.size) == 0)
            return at + 1;
    return 0;
}

rls_status
rls_termdict_cursor_next_with(rls_termdict_cursor *cursor, rls_bytes needle, uint32_t patience,
                              rls_error *err)
{
    size_t end = find_needle(rls_buffer_bytes(&cursor->term), 0, needle);

    for (; patience > 0; patience--) {
        uint32_t   shared;
        rls_status status = go_on(cursor, &shared, err);
        if (status != RLS_OK)
            return status;
        /* What is shared has been looked through, and holds the first needle or none. */
        if (end == 0 || end > shared)
            end = find_needle(rls_buffer_bytes(&cursor->term), shared, needle);
        if (end > 0)
            return RLS_OK;
    }
    return RLS_TIMEOUT;
}

rls_status
rls_termdict_cursor_read_info(rls_termdict_cursor *cursor, rls_error *err)
{
    uint32_t number = cursor->ordinal / RLS_TERMDICT_BLOCK, first = number * RLS_TERMDICT_BLOCK;
    uint32_t group = cursor->ordinal - cursor->ordinal % RLS_TERMDICT_GROUP;

    if (cursor->infos != NULL && cursor->info_next == cursor->ordinal + 1)
        return RLS_OK; /* it was read before */
    if (cursor->infos == NULL || cursor->info_next < group || cursor->info_next > cursor->ordinal) {
        rls_term_block block = {.base = cursor->base, .skips = cursor->skips, .end = cursor->end};
        cursor->infos = rls_term_block_group(&block, rls_term_block_count(cursor->dict, number),
                                             group - first, &cursor->info_offset);
        cursor->info_next = group;
    }
    while (cursor->infos != NULL && cursor->info_next <= cursor->ordinal) {
        cursor->infos =
            rls_term_block_info(cursor->infos, cursor->end, cursor->info_offset, &cursor->info);
        cursor->info_offset += cursor->info.positions_size + cursor->info.docs_size;
        cursor->info_next++;
    }
    return cursor->infos == NULL ? rls_term_block_damaged(number, err) : RLS_OK;
}

rls_status
rls_termdict_cursor_next(rls_termdict_cursor *cursor, rls_error *err)
{
    rls_status status = rls_termdict_cursor_next_term(cursor, err);

    return status == RLS_OK ? rls_termdict_cursor_read_info(cursor, err) : status;
}

rls_status
rls_termdict_cursor_seek(rls_termdict_cursor *cursor, rls_bytes target, rls_error *err)
{
    uint32_t   number;
    rls_status status;

    if (cursor->dict->block_count == 0)
        return RLS_NOT_FOUND;
    status = rls_termdict_find_block(cursor->dict, target, &number, err);
    if (status == RLS_OK)
        cursor->next = number * RLS_TERMDICT_BLOCK;
    while (status == RLS_OK) {
        status = rls_termdict_cursor_next_term(cursor, err);
        if (status == RLS_OK && rls_bytes_compare(rls_buffer_bytes(&cursor->term), target) >= 0)
            return rls_termdict_cursor_read_info(cursor, err);
    }
    return status;
}
