/* A batch in memory; for the files of this folder. Its interface is in segment_writer.h. */
#ifndef RLS_SEGMENT_SEGMENT_BATCH_H
#define RLS_SEGMENT_SEGMENT_BATCH_H

#include "segment/batch_columns.h"
#include "segment/segment_part.h"
#include "segment/segment_writer.h"
#include "segment/stored_writer.h"

struct rls_segment_batch {
    rls_heap                   *heap;
    const rls_segment_settings *settings;
    rls_inverter               *inverter;
    bool                        shares_inverter;
    uint32_t                    inverter_part, first_doc; /* what of the inverter is its own */
    rls_stored_writer           stored;
    rls_buffer                  record;
    rls_arena                   arena; /* keys, names of sources */
    rls_batch_columns           columns;
    rls_hash_table              kinds; /* of text fields, by name */
    rls_bytes                  *keys;  /* by document */
    uint32_t                   *doc_sources;
    rls_buffer                  bodies_section; /* signatures, by document */
    size_t                      key_capacity, doc_source_capacity;
    rls_segment_source         *sources; /* by appearance */
    rls_hash_table              source_numbers;
    size_t                      source_capacity;
    uint32_t                    source_count, source; /* number of the one at hand */
    uint32_t                    doc_count;
    uint64_t                    source_bytes;
    bool                        finished;

    /* Made by finishing: the same sections a segment has, in memory. */
    rls_buffer         keys_section, sources_section, stamps_section, norms_section;
    rls_buffer         columns_section;
    rls_keys           keys_reader;
    rls_sources        sources_reader;
    rls_stamps         stamps;
    rls_norms_reader   norms_reader;
    rls_column        *column_readers;
    uint32_t           column_count;
    rls_stored         stored_view;
    rls_segment_field *fields;
    rls_bytes         *languages;
    uint32_t           field_count, language_count;
};

/* Makes the sections: what is left of finishing once the text is inverted and stored. */
rls_status rls_segment_batch_make_sections(rls_segment_batch *batch, rls_error *err);
void       rls_segment_batch_drop_sections(rls_segment_batch *batch);

/* Makes a part of a finished batch. */
rls_status rls_segment_batch_as_part(rls_segment_batch *batch, rls_segment_part *out_part,
                                     rls_error *err);

#endif
