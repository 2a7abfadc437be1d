#include "index/writer_part.h"

#include "index/manifest.h"

void
rls_writer_part_take(rls_writer_part *part, rls_segment *segment)
{
    const rls_segment_info *info = rls_segment_get_info(segment);

    memcpy(part->id, info->id, RLS_ID_SIZE);
    part->size = info->size;
    part->surfaces_size = info->section_sizes[RLS_SECTION_SURFACES];
    part->termdict_size = info->section_sizes[RLS_SECTION_TERMDICT];
    part->doc_count = info->doc_count;
    part->segment = segment;
}

rls_status
rls_writer_part_open(rls_writer_part *part, rls_heap *heap, rls_directory *directory,
                     rls_error *err)
{
    char name[RLS_NAME_SIZE];

    if (part->segment != NULL)
        return RLS_OK;
    rls_segment_file_name(part->id, name);
    return rls_segment_open_lean(heap, directory, name, &part->segment, err);
}

void
rls_writer_part_rest(rls_writer_part *part)
{
    rls_segment_close(part->segment);
    part->segment = NULL;
}

void
rls_writer_part_release(rls_writer_part *part, rls_heap *heap)
{
    rls_segment_close(part->segment);
    rls_live_docs_release(&part->live, heap);
    rls_share_free(part->share);
    memset(part, 0, sizeof *part);
}
