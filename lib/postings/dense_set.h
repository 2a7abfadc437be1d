/* The bit set of a frequent term, with ranks: membership and place in the list in a few steps. It
 * stands in for the gaps of the term's blocks. */
#ifndef RLS_POSTINGS_DENSE_SET_H
#define RLS_POSTINGS_DENSE_SET_H

#include "base/buffer.h"
#include "postings/postings_cursor.h"

enum {
    /* A list is dense when it has more than one in so many documents, */
    RLS_DENSE_DOCS_A_POSTING = 8,
    /* a keyword's, which filters, in so many, */
    RLS_DENSE_DOCS_A_KEYWORD = 64,
    /* and the segment at least so many. */
    RLS_DENSE_LEAST_DOCS = 512,
    RLS_RANK_SIZE = 256 /* documents from one stored rank to the next */
};

static inline uint64_t
rls_dense_set_size(uint32_t doc_count)
{
    uint64_t count = doc_count;
    return (count + 7) / 8 + (count + RLS_RANK_SIZE - 1) / RLS_RANK_SIZE * 4;
}

/* Appends room for the set, cleared; its place in the buffer is *out_begin. */
void rls_dense_set_begin(rls_buffer *out, uint32_t doc_count, size_t *out_begin);
void rls_dense_set_add(uint8_t *bits, const uint32_t *docs, uint32_t count);
/* Fills in the ranks behind the bits. */
void rls_dense_set_end(uint8_t *bits, uint32_t doc_count);

/* The documents set from `from` on, `count` of them, into `docs`; false when the set ends before.
 */
bool rls_dense_set_docs(const rls_posting_list *list, uint32_t from, uint32_t count,
                        uint32_t *docs);

#endif
