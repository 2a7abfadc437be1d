/* Parts → a segment on disk: what rls_segment_write and rls_segment_merge both come down to. */
#ifndef RLS_SEGMENT_SEGMENT_BUILD_H
#define RLS_SEGMENT_SEGMENT_BUILD_H

#include "segment/segment_file.h"
#include "segment/segment_part.h"
#include "segment/segment_writer.h"

typedef struct rls_segment_build {
    rls_heap                   *heap;
    rls_directory              *directory;
    const rls_segment_settings *settings;
    rls_segment_part           *parts;
    uint32_t                    part_count;
    const rls_segment_terms    *terms;
    rls_inverter *const        *inverters; /* whose terms they are; NULL: segments' */
    uint32_t                    terms_count;
    bool (*cancel)(void *context); /* or NULL */
    void *context;

    uint32_t                doc_count;
    rls_segment_field      *fields; /* of the new segment */
    uint32_t                field_count;
    rls_similarity          reference;
    rls_output              output;
    rls_segment_file_writer file;
    rls_sink                sink; /* to the section at hand */
    rls_norms_writer        norms;
    rls_stamps_writer       stamps;    /* made with the section of sources */
    uint32_t               *key_ranks; /* by document, while keys and sources are written */
    bool                    repeats;   /* some key is there twice */
} rls_segment_build;

/* What a segment is made of. */
typedef struct rls_segment_inputs {
    rls_segment_part        *parts;
    uint32_t                 part_count;
    const rls_segment_terms *terms; /* of all parts, in the order of their first ones */
    rls_inverter *const     *inverters;
    uint32_t                 terms_count;
} rls_segment_inputs;

/* The parts' documents that live, in order, as one segment: a new file, synced and named by its
 * content, and opened. *out_repeats: a key is there twice. Parts get maps that are gone again when
 * the call returns. */
rls_status rls_segment_build_run(rls_heap *heap, rls_directory *directory,
                                 const rls_segment_settings *settings,
                                 const rls_segment_inputs   *inputs, bool (*cancel)(void *context),
                                 void *context, rls_segment **out_segment, bool *out_repeats,
                                 rls_error *err);

/* The sections that take more than a call, each a file of its own. */
rls_status rls_segment_build_fields(rls_segment_build *build, rls_error *err); /* field_maps */
rls_status rls_segment_build_norms(rls_segment_build *build, rls_error *err);
rls_status rls_segment_build_keys(rls_segment_build *build, rls_error *err);
rls_status rls_segment_build_sources(rls_segment_build *build, rls_error *err);
rls_status rls_segment_build_columns(rls_segment_build *build, rls_error *err);
/* Three of them: postings, then the dictionary and the surfaces, which are kept until then. */
rls_status rls_segment_build_terms(rls_segment_build *build, rls_error *err);

void       rls_segment_build_begin_section(rls_segment_build *build, rls_section section);
rls_status rls_segment_build_end_section(rls_segment_build *build, rls_error *err);

#endif
