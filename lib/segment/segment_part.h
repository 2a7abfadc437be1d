/* One input of a segment in the making: a finished batch or a segment, seen alike, so that writing
 * and merging are one machine (segment_build.c). */
#ifndef RLS_SEGMENT_SEGMENT_PART_H
#define RLS_SEGMENT_SEGMENT_PART_H

#include "inverter/term_source.h"
#include "segment/columns.h"
#include "segment/norms_reader.h"
#include "segment/sources_reader.h"
#include "segment/stored_reader.h"

/* What a number of the part becomes when it is left out. */
#define RLS_PART_DROPPED UINT32_MAX

typedef struct rls_segment_part {
    uint32_t                 doc_count;
    const rls_bitset        *live; /* NULL: all; else of doc_count bits */
    const rls_keys          *keys;
    const rls_sources       *sources;
    const rls_norms_reader  *norms;
    uint32_t                 column_count;
    const rls_column        *columns; /* by name, then kind */
    const rls_stored        *stored;
    const uint8_t           *signatures;  /* of bodies, u64 each */
    uint32_t                 field_count; /* text fields, the body first */
    const rls_segment_field *fields;      /* names and kinds are used */
    uint32_t                 language_count;
    const rls_bytes         *languages;
    uint64_t                 source_bytes;
    bool                     bodies; /* are kept */

    /* Set by the builder: new numbers of documents and fields. */
    uint32_t  live_count, base;
    uint32_t *doc_map; /* NULL when all live: base + document */
    uint32_t *field_map;
} rls_segment_part;

/* Terms of one part or several: batches that were inverted together share them. */
typedef struct rls_segment_terms {
    rls_term_source *source;
    const uint32_t  *parts; /* among all, of each of the source's; ascending */
    uint32_t         part_count;
} rls_segment_terms;

static inline uint32_t
rls_segment_part_doc(const rls_segment_part *part, uint32_t doc)
{
    return part->doc_map == NULL ? part->base + doc : part->doc_map[doc];
}

#endif
