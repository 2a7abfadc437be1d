/* KEYS, a section of a segment: keys in order, and which document has which.
 *
 *   section := strings(n) [order ranks] checks tail
 *
 *   strings   keys in bytewise order (strings.h); equal keys by document
 *   order     document of each rank, and
 *   ranks     rank of each document: fixed width arrays (frames.h) of the width of n - 1; neither
 *             is there when documents are in the order of their keys
 *   checks    of each 32 keys a CRC-32: of each of them its bytes, its size as u32, the number of
 *             its document as u32. They tell what can be believed when the section is damaged.
 *   tail      offset  size  what
 *             0       8     bytes of the blocks of strings
 *             8       4     document count n
 *             12      4     flags: bit 0 documents are in the order of their keys; others 0
 *
 * A key may be there twice when a batch held it twice; all but the last are deleted by the writer
 * of the segment. */
#ifndef RLS_SEGMENT_KEYS_WRITER_H
#define RLS_SEGMENT_KEYS_WRITER_H

#include "segment/strings.h"

enum {
    RLS_KEYS_TAIL = 16,
    RLS_KEYS_ORDERED = 1,
    RLS_KEYS_GROUP = 32 /* keys of one check: whole blocks of strings */
};

typedef struct rls_keys_writer {
    rls_heap          *heap;
    rls_sink          *sink;
    rls_strings_writer strings;
    rls_buffer         checks;
    uint32_t           check;   /* of the group at hand */
    uint32_t          *numbers; /* documents by rank; once finished ranks by document */
    uint32_t           doc_count;
    bool               ordered, repeats;
} rls_keys_writer;

rls_status rls_keys_writer_init(rls_keys_writer *writer, rls_heap *heap, rls_sink *sink,
                                uint32_t doc_count, rls_error *err);
void       rls_keys_writer_release(rls_keys_writer *writer); /* takes a zeroed one */
/* Exactly doc_count times: keys ascend, equal ones by document. */
rls_status rls_keys_writer_add(rls_keys_writer *writer, rls_bytes key, uint32_t doc,
                               rls_error *err);
rls_status rls_keys_writer_finish(rls_keys_writer *writer, rls_error *err);

/* A check, continued by a key of the group. */
uint32_t rls_keys_check(uint32_t check, rls_bytes key, uint32_t doc);

#endif
