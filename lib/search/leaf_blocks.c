#include "search/leaf_blocks.h"

rls_status
rls_leaf_block_freqs(rls_search_state *state, const rls_segment_view *view, rls_leaf_term *term,
                     uint32_t field, rls_leaf_block *out)
{
    rls_postings_cursor     *cursor = &term->cursor;
    const rls_posting_block *block = &cursor->block;
    bool                     body = field == RLS_ANY_FIELD || field == 0;

    if (!rls_postings_cursor_bodies(cursor))
        return rls_search_corrupt(state, view);
    out->others[0] = block->has_fields ? block->with_fields[0] : 0;
    out->others[1] = block->has_fields ? block->with_fields[1] : 0;
    if (!body)
        memset(out->body, 0, block->count * sizeof(*out->body));
    else if (term->forms == NULL)
        memcpy(out->body, block->freqs, block->count * sizeof(*out->body));
    else if (!rls_postings_cursor_form_freqs(cursor, term->forms, out->body))
        return rls_search_corrupt(state, view);
    return RLS_OK;
}

rls_status
rls_leaf_block_t(rls_search_state *state, const rls_segment_view *view, rls_leaf_term *term,
                 uint32_t field, uint32_t *docs, float *t, uint32_t *out_count)
{
    const rls_posting_block *block = &term->cursor.block;
    const uint8_t           *lengths = rls_segment_norms(view->segment)->fields[0].dense;
    const float             *factors = view->now->fields[0].by_length;
    rls_leaf_block           counted;
    uint32_t                 kept = 0;
    rls_status               status = rls_leaf_block_freqs(state, view, term, field, &counted);

    for (uint32_t i = 0; i < block->count && status == RLS_OK; i++) {
        uint32_t doc = block->docs[i];
        bool     match = counted.body[i] > 0;
        docs[kept] = doc;
        t[kept] = (float)counted.body[i] * factors[lengths[doc]];
        if (rls_leaf_block_is_other(&counted, i)) {
            rls_leaf_block_go(term, i);
            status = rls_leaf_term_t(state, view, term, field, &t[kept], &match);
        }
        kept += match;
    }
    *out_count = kept;
    return status;
}
