/* NORMS, a section of a segment: how long each text field of each document is.
 *
 *   section   := field* entry* tail
 *   field     := bytes [docs] [residues]
 *
 *   bytes     dense: the length byte (postings/norms.h) of every document, 0 for one without the
 *             field; sparse: of each document that has it, in order
 *   docs      sparse only: these documents, u32 each, ascending
 *   residues  frames (frames.h), in step with the bytes: the length less the least length of its
 *             byte; not there when all are 0
 *   entry     offset  size  what
 *             0       8     offset of the field in the section
 *             8       4     documents whose length is not 0
 *             12      4     flags: bit 0 sparse, bit 1 residues; others 0
 *   tail      0       4     field count
 *             4       4     document count
 *
 * A field but the body (number 0) is sparse when fewer than a fifth of the documents have it. */
#ifndef RLS_SEGMENT_NORMS_WRITER_H
#define RLS_SEGMENT_NORMS_WRITER_H

#include "base/arena.h"
#include "postings/norms.h"
#include "segment/frames.h"

enum {
    RLS_NORMS_TAIL = 8,
    RLS_NORMS_ENTRY = 16,
    RLS_NORMS_SPARSE = 1,
    RLS_NORMS_RESIDUES = 2,
    RLS_NORMS_SPARSE_FACTOR = 5
};

/* Keeps the length bytes, which the postings writer needs. */
typedef struct rls_norms_writer {
    rls_heap         *heap;
    rls_sink         *sink;
    rls_arena         bytes;
    rls_norms         norms; /* of the fields added so far */
    rls_field_norms  *fields;
    uint32_t          field_limit;
    rls_frames_writer residues;
    rls_buffer        directory;

    /* the field at hand */
    uint8_t *field_bytes, *field_docs; /* docs: NULL when dense */
    uint32_t present, written, next_doc;
    uint32_t zeros; /* residues of 0 that were not put yet */
    bool     any_residue;
} rls_norms_writer;

rls_status rls_norms_writer_init(rls_norms_writer *writer, rls_heap *heap, rls_sink *sink,
                                 uint32_t doc_count, uint32_t field_count, rls_error *err);
void       rls_norms_writer_release(rls_norms_writer *writer); /* takes a zeroed one */
/* The next field, which `present` documents have: each is put, ascending, with a length above 0. */
rls_status rls_norms_writer_begin(rls_norms_writer *writer, uint32_t present, rls_error *err);
void       rls_norms_writer_put(rls_norms_writer *writer, uint32_t doc, uint32_t length);
rls_status rls_norms_writer_end(rls_norms_writer *writer, rls_error *err);
rls_status rls_norms_writer_finish(rls_norms_writer *writer, rls_error *err);

#endif
