/* SOURCES, a section of a segment: the files that documents came from, sorted by name, with what
 * tells whether their contents changed since. When they were changed is told beside the segment
 * (stamps.h), whose bytes depend on documents alone.
 *
 *   section   := strings(b) numbers(b) [ranks(a)] sizes(s) hashes(s) formats(s)
 *                run-docs(r) run-counts(r) run-sources(r) tail
 *
 *   There are s sources, numbered by name. a of them have one document whose key is their name: the
 *   name is not kept again. The other b have their names here.
 *
 *   strings          names of the b, ascending (strings.h)
 *   numbers          frames (frames.h) of their numbers among all, ascending; the numbers left are
 *                    those of the a, in the order of their keys
 *   ranks            frames of the ranks of the keys (keys_writer.h) of the a, ascending; not there
 *                    when a is the document count
 *   sizes, hashes,   frames, of each source
 *   formats
 *   run-…            documents of the b, as runs of documents with one source: first document,
 *                    ascending, number of documents, and index of the source among the b
 *   tail             offset  size  what
 *                    0       8     bytes of the blocks of strings
 *                    8       4     s
 *                    12      4     b
 *                    16      4     r
 *                    20      4     document count
 *                    24      4     flags: bit 0 ranks are not there; others 0
 *                    28      4     0 */
#ifndef RLS_SEGMENT_SOURCES_WRITER_H
#define RLS_SEGMENT_SOURCES_WRITER_H

#include "segment/segment.h"
#include "segment/strings.h"

enum {
    RLS_SOURCES_TAIL = 32,
    RLS_SOURCES_ALL_KEYS = 1
};

typedef struct rls_sources_writer {
    rls_heap          *heap;
    rls_sink          *sink;
    rls_strings_writer names;
    rls_frames_writer  numbers, ranks, sizes, hashes, formats;
    uint32_t          *named; /* by source: index among the b, or RLS_NO_SOURCE */
    size_t             named_capacity;
    uint32_t           source_count, named_count;
} rls_sources_writer;

void rls_sources_writer_init(rls_sources_writer *writer, rls_heap *heap, rls_sink *sink);
void rls_sources_writer_release(rls_sources_writer *writer); /* takes a zeroed one */
/* Sources come by name, all different; the first is number 0. `rank` is that of the key of its only
 * document if that is the source's name, otherwise RLS_NO_SOURCE. */
rls_status rls_sources_writer_add(rls_sources_writer *writer, const rls_segment_source *source,
                                  uint32_t rank, rls_error *err);
/* `next` tells, document after document, the number of its source or RLS_NO_SOURCE. */
rls_status rls_sources_writer_finish(rls_sources_writer *writer, uint32_t (*next)(void *context),
                                     void *context, uint32_t doc_count, rls_error *err);

#endif
