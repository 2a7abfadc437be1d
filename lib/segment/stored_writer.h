/* STORED, a section of a segment: fields and text of the documents, in deflated blocks.
 *
 *   section   := block* document-starts raw-starts starts tail
 *
 *   Records of all documents, one after another, are one stream of bytes, cut into blocks of at
 * most 16,384: a document joins the block of those before it if it fits, and begins one otherwise;
 * one of more than 16,384 bytes has blocks of its own, all full but the last. So the cuts depend on
 *   the documents alone.
 *
 *   block            head, then data: raw deflate (RFC 1951) of its bytes by zlib at level 1, or
 *                    these bytes as they are when that is not shorter
 *   head             offset  size  what
 *                    0       4     number of the document whose record is the first one in it
 *                    4       2     its bytes, 1 to 16,384; bit 15: it goes on with a record that
 *                                  began in the block before
 *                    6       2     bytes of data
 *                    8       4     CRC-32 of data, then of the 8 bytes before
 *   document-starts  frames(n + 1) (frames.h): where each record begins in the stream, and its end
 *   raw-starts       frames(m + 1): where each block begins in the stream, and its end
 *   starts           frames(m + 1): where each block begins in the section, and the end of all
 *   tail             offset  size  what
 *                    0       8     bytes of the blocks
 *                    8       8     block count m
 *                    16      4     document count n
 *                    20      4     0
 *
 *   record    := flags field-count field* [body-size body]
 *   field     := name-size name kinds (2 * value-count + is-list) (size value)*
 *
 *   Numbers are varints. flags: bit 0 the body is kept, bit 1 it is Markdown. Fields are those with
 * RLS_FIELD_STORED, in the order of the document; kinds are rls_field_kind combined. The key is in
 * the section of keys.
 *
 *   Blocks tell their own sizes, documents and checksum, and records their own ends, so that what
 * is whole can be read when all around it is damaged (salvage.h). */
#ifndef RLS_SEGMENT_STORED_WRITER_H
#define RLS_SEGMENT_STORED_WRITER_H

#include "base/arena.h"
#include "base/bitset.h"
#include "codec/deflate.h"
#include "document/document.h"
#include "segment/stored_reader.h"

enum {
    RLS_STORED_BODY = 1,
    RLS_STORED_MARKDOWN = 2,
    RLS_STORED_LEVEL = 1 /* of zlib */
};

/* Appends the record of a document; the body only when `keep_body`. */
void rls_stored_encode(rls_buffer *out, const rls_document *document, bool keep_body);

/* Writes to a file's sink, or keeps blocks in memory as a part of a batch. */
typedef struct rls_stored_writer {
    rls_heap     *heap;
    rls_sink     *sink; /* NULL: in memory */
    rls_deflater *deflater;
    rls_buffer    pending, packed; /* the open block; the block being deflated */
    uint64_t      raw_size, size;  /* of the blocks closed */
    uint64_t      block_count;
    uint32_t      doc_count, pending_doc; /* the first one of the open block */
    /* to a sink */
    rls_frames_writer doc_starts, raw_starts, starts;
    /* in memory */
    rls_arena         arena;
    rls_stored_block *blocks;
    uint64_t         *memory_starts; /* of documents */
    size_t            block_capacity, start_capacity;
    /* asked now and then while records are copied, unless NULL: true stops with RLS_CANCELLED */
    bool (*cancel)(void *context);
    void *context;
    /* reading records of other sections */
    rls_stored_cache cache;
} rls_stored_writer;

rls_status rls_stored_writer_init(rls_stored_writer *writer, rls_heap *heap, rls_sink *sink,
                                  rls_error *err);
void       rls_stored_writer_release(rls_stored_writer *writer); /* takes a zeroed one */
/* Empties one that writes in memory. */
void rls_stored_writer_reset(rls_stored_writer *writer);

rls_status rls_stored_writer_add(rls_stored_writer *writer, rls_bytes record, rls_error *err);
/* The records of the documents of another section that live (all when `live` is NULL). Blocks that
 * would come out the same are copied as they are. */
rls_status rls_stored_writer_add_all(rls_stored_writer *writer, const rls_stored *from,
                                     const rls_bitset *live, rls_error *err);
/* Closes the last block; to a sink, writes what comes behind the blocks. */
rls_status rls_stored_writer_finish(rls_stored_writer *writer, rls_error *err);
/* What a finished writer holds in memory, borrowed. */
void rls_stored_writer_view(const rls_stored_writer *writer, rls_stored *out_stored);

#endif
