/* Sources of a segment in place; the format is in sources_writer.h. */
#ifndef RLS_SEGMENT_SOURCES_READER_H
#define RLS_SEGMENT_SOURCES_READER_H

#include "segment/keys_reader.h"
#include "segment/sources_writer.h"
#include "segment/stamps.h"

typedef struct rls_sources {
    const rls_keys   *keys;
    const char       *name;   /* of the file, for messages */
    const rls_stamps *stamps; /* set by whoever has them; NULL: nothing is known */
    rls_strings       names;
    uint32_t          source_count, run_count;
    bool              all_keys;
    rls_frames        numbers, ranks, sizes, hashes, formats;
    rls_frames        run_docs, run_counts, run_sources;
} rls_sources;

/* `keys` must outlive the sources. */
rls_status rls_sources_open(rls_sources *sources, rls_bytes section, const rls_keys *keys,
                            const char *name, rls_error *err);

/* out_source->name is in `name`. */
rls_status rls_sources_get(const rls_sources *sources, uint32_t number, rls_buffer *name,
                           rls_segment_source *out_source, rls_error *err);
/* RLS_NOT_FOUND (err untouched) when there is none of that name. */
rls_status rls_sources_find(const rls_sources *sources, rls_bytes name, uint32_t *out_number,
                            rls_error *err);
/* Number of a document's source, or RLS_NO_SOURCE. */
uint32_t rls_sources_of(const rls_sources *sources, uint32_t doc);
/* The same of all documents at once. */
void rls_sources_of_all(const rls_sources *sources, uint32_t *out_numbers);
/* Rank of the key that is the source's name; RLS_NO_SOURCE for one with a name of its own. */
uint32_t rls_sources_key_rank(const rls_sources *sources, uint32_t number);

#endif
