/* What the files of a repair share. */
#ifndef RLS_INDEX_REPAIR_STATE_H
#define RLS_INDEX_REPAIR_STATE_H

#include "base/buffer.h"
#include "index/repair.h"
#include "index/transaction.h"
#include "segment/salvage.h"

enum {
    RLS_ASIDE_NAME_SIZE = RLS_NAME_SIZE + 16
};

/* A segment that is not whole. */
typedef struct rls_damaged_segment {
    rls_manifest_segment entry;
    char                 name[RLS_NAME_SIZE]; /* what it is called in the index */
    rls_live_docs        live;
    bool                 has_live;
    uint64_t             salt;
} rls_damaged_segment;

struct rls_repair {
    rls_heap            *heap;
    rls_directory       *directory;
    rls_index_writer    *writer;
    rls_problem_callback tell;
    void                *context;
    rls_repair_report    report;
    rls_damaged_segment *segments;
    size_t               count, capacity;
    /* Parts of the writer whose deletions are not known any more. */
    uint8_t (*revived)[RLS_ID_SIZE];
    size_t      revived_count, revived_capacity;
    rls_buffer  aside, stamps; /* files to be kept aside; to be removed; names with their NULs */
    bool        is_needed;     /* something has to be written */
    bool        lost_commit;   /* none could be read */
    const char *file;          /* that is being checked */
    bool        only_stamps;
};

void rls_repair_tell(rls_repair *repair, const char *file, const char *section, const char *format,
                     ...) RLS_PRINTF(4, 5);
rls_status rls_repair_no_memory(rls_error *err);
/* Damage is told and mended; anything else, say that no more files may be opened, ends the work
 * with nothing changed, and rls_repair_give_up hands it on. */
bool       rls_repair_is_damage(const rls_error *error);
rls_status rls_repair_give_up(rls_status status, const rls_error *error, rls_error *err);
/* What a damaged file is called once it has stepped aside. */
void rls_repair_aside_name(const char *name, char out[RLS_ASIDE_NAME_SIZE]);
/* The deletions of a damaged segment, as far as they are known. */
rls_status rls_repair_read_live(rls_repair *repair, rls_damaged_segment *segment, rls_error *err);

/* --- repair_saving.c --- */

/* RLS_NOT_FOUND (err untouched) when the file is gone or cannot be read. */
rls_status rls_repair_open_salvage(rls_repair *repair, const rls_damaged_segment *segment,
                                   rls_salvage **out_salvage, rls_error *err);
/* Gives the documents of a damaged segment to the writer, and tells which are lost. */
rls_status rls_repair_save_segment(rls_repair *repair, rls_damaged_segment *segment,
                                   rls_error *err);
/* Whether a whole segment of the commit, from number `from` on, has a document of this key. */
rls_status rls_repair_is_replaced(const rls_repair *repair, size_t from, rls_bytes key,
                                  bool *out_replaced, rls_error *err);

#endif
