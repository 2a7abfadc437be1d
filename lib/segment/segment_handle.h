/* What an open segment holds; for the files of this folder. */
#ifndef RLS_SEGMENT_SEGMENT_HANDLE_H
#define RLS_SEGMENT_SEGMENT_HANDLE_H

#include "directory/window.h"
#include "segment/columns_reader.h"
#include "segment/norms_reader.h"
#include "segment/segment_file.h"
#include "segment/segment_part.h"

typedef struct rls_segment_windows {
    rls_window stored, postings;
} rls_segment_windows;

struct rls_segment {
    rls_heap                  *heap;
    rls_directory             *directory;
    rls_mapping                mapping;     /* of the whole file, or */
    rls_mapping                middle, end; /* of what is before and behind the postings, with */
    rls_segment_windows       *windows;     /* the rest is seen through these: it is lean */
    rls_bytes                  sections[RLS_SECTION_COUNT]; /* without data: through a window */
    rls_segment_info           info;
    rls_section_place          places[RLS_SECTION_COUNT];
    const rls_bitpack_kernels *kernels;
    rls_similarity             reference;
    rls_keys                   keys;
    rls_sources                sources;
    rls_mapping                stamps_file;
    bool                       has_stamps_file;
    rls_stamps                 stamps; /* zeroed when the file is not there or damaged */
    rls_norms_reader           norms;
    rls_column                *columns;
    uint32_t                   column_count;
    rls_stored                 stored;
    const uint8_t             *signatures; /* u64 each */
    rls_termdict               termdict, surfaces;
};

/* As rls_segment_open, whatever the file is called: before it is named by its content. info.name is
 * what it will be. */
rls_status rls_segment_open_unnamed(rls_heap *heap, rls_directory *directory, const char *name,
                                    bool lean, rls_segment **out_segment, rls_error *err);

/* A list of a segment that is lean, too: good until the next one is opened. */
rls_status rls_segment_show_list(const rls_segment *segment, const rls_term_info *info,
                                 rls_posting_list *out_list, rls_error *err);

rls_bytes rls_segment_section(const rls_segment *segment, rls_section section);

/* Makes a part of a segment; its terms are not set. */
void rls_segment_as_part(const rls_segment *segment, rls_segment_part *out_part);

#endif
