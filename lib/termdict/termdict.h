/* The terms of a segment, in bytewise order: front-coded blocks of RLS_TERMDICT_BLOCK terms under
 * an index of the head of the first term of every block, searched in place. Step 4 of the walk: the
 * segment writer adds terms in ascending order; step 7: a reader gives the place of a term's
 * postings. */
#ifndef RLS_TERMDICT_TERMDICT_H
#define RLS_TERMDICT_TERMDICT_H

#include "base/buffer.h"
#include "base/status.h"
#include "directory/output.h"

enum {
    RLS_TERMDICT_BLOCK = 32
};

typedef struct rls_term_info {
    uint32_t doc_freq;        /* documents of the segment with the term, deleted ones too */
    uint64_t total_freq;      /* occurrences; equals doc_freq for keyword terms */
    uint64_t postings_offset; /* in the postings section; ascends with the terms, without gaps */
    uint64_t positions_size;  /* bytes of positions, at the offset */
    uint64_t docs_size;       /* bytes of documents and frequencies, behind the positions */
} rls_term_info;

typedef struct rls_termdict_writer rls_termdict_writer;

rls_status rls_termdict_writer_new(rls_heap *heap, rls_termdict_writer **out_writer,
                                   rls_error *err);
void       rls_termdict_writer_free(rls_termdict_writer *writer); /* takes NULL */
/* Terms strictly ascend; 1..RLS_TERM_MAX + field name bytes (at most 65,535). */
rls_status rls_termdict_writer_add(rls_termdict_writer *writer, rls_bytes term,
                                   const rls_term_info *info, rls_error *err);
/* Writes the whole section to `output`. */
rls_status rls_termdict_writer_finish(rls_termdict_writer *writer, rls_output *output,
                                      rls_error *err);

/* Borrows the section's bytes; plain data, no allocation, shared by threads. */
typedef struct rls_termdict {
    uint32_t       term_count, block_count;
    const uint8_t *index; /* see the format comment in termdict_writer.h */
    const uint8_t *blocks;
    rls_bytes      section;
} rls_termdict;

rls_status rls_termdict_open(rls_termdict *dict, rls_bytes section, const char *name,
                             rls_error *err);

/* RLS_NOT_FOUND (err untouched) when the term is not there; RLS_CORRUPT. Allocates nothing. */
rls_status rls_termdict_find(const rls_termdict *dict, rls_bytes term, rls_term_info *out_info,
                             rls_error *err);

/* The last block whose first term is not above `term`, or block 0; there must be a block. */
rls_status rls_termdict_find_block(const rls_termdict *dict, rls_bytes term, uint32_t *out_number,
                                   rls_error *err);
/* Where the postings of the block's first term begin. */
rls_status rls_termdict_block_base(const rls_termdict *dict, uint32_t number, uint64_t *out_base,
                                   rls_error *err);

/* Ordered walk. */
typedef struct rls_termdict_cursor {
    const rls_termdict *dict;
    rls_buffer          term; /* the current term */
    rls_term_info       info;
    size_t              kept;    /* bytes of the term that no move since this was set has touched */
    uint32_t            ordinal; /* of the current term, from 0 */
    uint32_t            next;    /* ordinal of the term that next goes to */
    const uint8_t      *at;      /* that term, in its block */
    uint64_t            base;    /* where the postings of the block's first term begin */
    const uint8_t      *skips;   /* end of the block's terms */
    const uint8_t      *end;     /* end of the block */
    const uint8_t      *infos;   /* numbers of the term info_next; NULL before the first */
    uint32_t            info_next;
    uint64_t            info_offset; /* where its postings begin */
} rls_termdict_cursor;

void rls_termdict_cursor_init(rls_termdict_cursor *cursor, rls_heap *heap,
                              const rls_termdict *dict); /* before the first term */
void rls_termdict_cursor_release(rls_termdict_cursor *cursor);
/* To the first term >= target, wherever the cursor was; RLS_NOT_FOUND at the end. Its numbers are
 * read, too. */
rls_status rls_termdict_cursor_seek(rls_termdict_cursor *cursor, rls_bytes target, rls_error *err);
/* To the following term; RLS_NOT_FOUND at the end (err untouched), RLS_CORRUPT, RLS_NO_MEMORY. */
rls_status rls_termdict_cursor_next(rls_termdict_cursor *cursor, rls_error *err);
/* The same without the numbers, for walks that look at many terms and want few of them: `info` is
 * that of the current term once it is asked for. */
rls_status rls_termdict_cursor_next_term(rls_termdict_cursor *cursor, rls_error *err);
/* Also to a term that has the bytes of `needle`, which are some, anywhere. RLS_TIMEOUT (err
 * untouched) behind `patience` terms that have not. */
rls_status rls_termdict_cursor_next_with(rls_termdict_cursor *cursor, rls_bytes needle,
                                         uint32_t patience, rls_error *err);
rls_status rls_termdict_cursor_read_info(rls_termdict_cursor *cursor, rls_error *err);

#endif
