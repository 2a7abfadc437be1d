/* Positions and form codes of one block of postings → bits. The postings writer gathers a block
 * here and puts it when the block is full, so that positions leave memory block by block. */
#ifndef RLS_POSTINGS_POSITIONS_WRITER_H
#define RLS_POSTINGS_POSITIONS_WRITER_H

#include "postings/postings_writer.h"

/* A position whose form code is not 0. */
typedef struct rls_code_above {
    uint32_t at; /* place among the block's positions */
    uint32_t code;
} rls_code_above;

typedef struct rls_positions_writer {
    rls_heap        *heap;
    const rls_norms *norms;
    uint32_t        *positions; /* of the block */
    rls_code_above  *above;
    size_t           position_count, positions_capacity, above_count, above_capacity;
    uint32_t         codes_or; /* of all codes: tells their width */
    bool             repeats;
    bool             wild;   /* of the block put last: some gap is too long for plain quotients */
    rls_buffer       stream; /* scratch: positions of the block */
} rls_positions_writer;

void rls_positions_writer_init(rls_positions_writer *writer, rls_heap *heap,
                               const rls_norms *norms);
void rls_positions_writer_release(rls_positions_writer *writer);
void rls_positions_writer_clear(rls_positions_writer *writer); /* forgets the block */

/* Those of some postings, `count` of them: as many as the `field_count` frequencies add up to.
 * RLS_BAD_ARGUMENT when positions descend within a field or a code is not below form_count. */
rls_status rls_positions_writer_add(rls_positions_writer *writer, const rls_field_freq *fields,
                                    size_t field_count, const uint32_t *positions,
                                    const uint32_t *codes, uint64_t count, uint32_t form_count,
                                    rls_error *err);

/* Appends the block's bits to `out` and clears the block. `entries` and `entry_ends` as in
 * rls_block_fields_put. Without `tell_repeats` the reader must know writer->repeats and
 * writer->wild. */
rls_status rls_positions_writer_put(rls_positions_writer *writer, rls_buffer *out,
                                    const uint32_t *docs, const rls_field_freq *entries,
                                    const uint32_t *entry_ends, uint32_t posting_count,
                                    bool tell_repeats, bool several_forms, rls_error *err);

#endif
