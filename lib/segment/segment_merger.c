/* Several segments → one: step 5 of the walk. */
#include <inttypes.h>

#include "segment/segment_build.h"
#include "segment/segment_handle.h"
#include "segment/segment_source.h"

static rls_status
make_part(rls_heap *heap, const rls_merge_input *input, rls_segment_part *part,
          rls_segment_source_terms **out_terms, rls_error *err)
{
    rls_status status;

    rls_segment_as_part(input->segment, part);
    if (input->live != NULL) {
        if (input->live->live.size != part->doc_count)
            return rls_fail(err, RLS_BAD_ARGUMENT, "%s: live documents of another segment",
                            rls_segment_get_info(input->segment)->name);
        part->live = &input->live->live;
    }
    status = rls_segment_source_terms_new(heap, input->segment, out_terms, err);
    return status;
}

rls_status
rls_segment_merge(rls_heap *heap, rls_directory *directory, const rls_segment_settings *settings,
                  const rls_merge_input *inputs, size_t input_count, bool (*cancel)(void *context),
                  void *context, rls_segment **out_segment, rls_error *err)
{
    rls_segment_inputs         all = {.part_count = (uint32_t)input_count};
    rls_segment_part          *parts;
    rls_segment_source_terms **terms;
    rls_segment_terms         *sources;
    uint32_t                  *numbers;
    rls_status                 status = RLS_OK;
    bool                       repeats;

    *out_segment = NULL;
    if (input_count > INT32_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%zu segments to merge", input_count);
    parts = rls_alloc_zeroed(heap, input_count, sizeof *parts);
    terms = rls_alloc_zeroed(heap, input_count, sizeof *terms);
    sources = rls_alloc(heap, input_count, sizeof *sources);
    numbers = rls_alloc(heap, input_count, sizeof *numbers);
    if (parts == NULL || terms == NULL || sources == NULL || numbers == NULL)
        status = rls_fail(err, RLS_NO_MEMORY, "no memory to merge segments");
    for (size_t i = 0; i < input_count && status == RLS_OK; i++)
        status = make_part(heap, &inputs[i], &parts[i], &terms[i], err);
    for (uint32_t i = 0; i < input_count && status == RLS_OK; i++) {
        numbers[i] = i;
        sources[i] = (rls_segment_terms){rls_segment_source_terms_start(terms[i]), &numbers[i], 1};
    }
    if (status == RLS_OK) {
        all.parts = parts;
        all.terms = sources;
        all.terms_count = all.part_count;
        status = rls_segment_build_run(heap, directory, settings, &all, cancel, context,
                                       out_segment, &repeats, err);
    }
    for (size_t i = 0; i < input_count && terms != NULL; i++)
        rls_segment_source_terms_free(terms[i]);
    rls_free(heap, terms);
    rls_free(heap, parts);
    rls_free(heap, sources);
    rls_free(heap, numbers);
    return status;
}
