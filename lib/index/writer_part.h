/* A segment of the writer: committed, or new in this transaction. It is open only while somebody
 * looks into it, so that the address space of a writer does not grow with its index. */
#ifndef RLS_INDEX_WRITER_PART_H
#define RLS_INDEX_WRITER_PART_H

#include "index/share.h"

typedef struct rls_writer_part {
    uint8_t       id[RLS_ID_SIZE];
    uint64_t      size; /* of the file */
    uint64_t      surfaces_size, termdict_size;
    uint32_t      doc_count;
    rls_segment  *segment; /* lean; NULL while nobody looks into it */
    rls_live_docs live;    /* when has_live */
    bool          has_live;
    bool          dirty;           /* deletions since live_generation was written */
    uint64_t      live_generation; /* 0: none written */
    rls_share    *share;           /* new in this transaction: tells the order of its inputs */
} rls_writer_part;

/* Takes over `segment`, opened lean; it stays open. */
void rls_writer_part_take(rls_writer_part *part, rls_segment *segment);
/* Opens the segment, if it is not open. */
rls_status rls_writer_part_open(rls_writer_part *part, rls_heap *heap, rls_directory *directory,
                                rls_error *err);
void       rls_writer_part_rest(rls_writer_part *part);
void       rls_writer_part_release(rls_writer_part *part, rls_heap *heap);

#endif
