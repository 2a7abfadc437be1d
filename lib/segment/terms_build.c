/* Terms of all parts → postings, dictionary and surfaces. With helpers, the terms of inverters are
 * cut into ranges, which are written into memory side by side and put to the file in order: the
 * bytes are those that one pass gives. */
#include <string.h>

#include "segment/postings_merge.h"
#include "segment/segment_build.h"

enum {
    RANGES_A_WORKER = 10, /* so that the last to be done keeps nobody waiting for long */
    LEAST_TERMS = 64      /* of a range */
};

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to write terms");
}

/* A range of terms, and what has been made of it. */
typedef struct term_range {
    rls_task              task;
    rls_segment_build    *build;
    rls_segment_terms    *inputs; /* over these terms */
    rls_inverter_source **sources;
    rls_buffer            postings;
    rls_terms_log         log;
    rls_surfaces_writer   surfaces;
    rls_status            status;
    rls_error             error;
} term_range;

static rls_status
merge_range(term_range *range, rls_error *err)
{
    rls_segment_build        *build = range->build;
    rls_postings_merge_output output = {.log = &range->log, .surfaces = &range->surfaces};
    rls_output                memory;
    rls_status                status;

    rls_output_open_memory(&memory, &range->postings);
    status = rls_surfaces_writer_init(&range->surfaces, build->heap, err);
    if (status == RLS_OK)
        status = rls_postings_writer_new(build->heap, &memory, &build->norms.norms,
                                         &build->reference, &output.postings, err);
    if (status == RLS_OK)
        status = rls_postings_merge(build->heap, build->parts, range->inputs, build->terms_count,
                                    &output, NULL, NULL, err);
    rls_postings_writer_free(output.postings);
    if (status == RLS_OK && memory.status != RLS_OK) {
        *err = memory.error;
        status = memory.status;
    }
    return status;
}

static void
run_range(rls_task *task, uint32_t worker)
{
    term_range *range = (term_range *)task;

    (void)worker;
    range->status = merge_range(range, &range->error);
}

static void
end_range(term_range *range)
{
    rls_heap *heap = range->build->heap;

    for (uint32_t i = 0; range->sources != NULL && i < range->build->terms_count; i++)
        rls_inverter_source_free(range->sources[i]);
    rls_free(heap, range->sources);
    rls_free(heap, range->inputs);
    rls_buffer_release(&range->postings);
    rls_buffer_release(&range->log.bytes);
    rls_surfaces_writer_release(&range->surfaces);
    range->sources = NULL;
    range->inputs = NULL;
}

/* Readies a range of the terms from `from` on, up to `to` if there is one. */
static rls_status
begin_range(rls_segment_build *build, term_range *range, const rls_bytes *from, const rls_bytes *to,
            rls_error *err)
{
    uint32_t count = build->terms_count;

    *range = (term_range){.task.run = run_range, .build = build};
    rls_buffer_init(&range->postings, build->heap);
    rls_buffer_init(&range->log.bytes, build->heap);
    range->inputs = rls_alloc(build->heap, count, sizeof *range->inputs);
    range->sources = rls_alloc_zeroed(build->heap, count, sizeof *range->sources);
    if (range->inputs == NULL || range->sources == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < count; i++) {
        const rls_inverter *inverter = build->inverters[i];
        uint32_t            first = from == NULL ? 0 : rls_inverter_term_rank(inverter, *from);
        uint32_t            end =
            to == NULL ? rls_inverter_term_count(inverter) : rls_inverter_term_rank(inverter, *to);

        range->sources[i] = rls_inverter_source_new(build->heap, inverter, first, end);
        if (range->sources[i] == NULL)
            return no_memory(err);
        range->inputs[i] = build->terms[i];
        range->inputs[i].source = rls_inverter_source_terms(range->sources[i]);
    }
    return RLS_OK;
}

/* Puts a range that is done behind those before it. */
static rls_status
put_range(rls_segment_build *build, term_range *range, uint64_t begin,
          const rls_postings_merge_output *output, rls_error *err)
{
    rls_status status = range->status;

    if (status != RLS_OK) {
        *err = range->error;
        return status;
    }
    status =
        rls_terms_log_write(&range->log, build->output.offset - begin, output->dictionary, err);
    if (status == RLS_OK)
        status = rls_surfaces_writer_take(output->surfaces, &range->surfaces, err);
    rls_output_write(&build->output, range->postings.data, range->postings.size);
    return status;
}

/* The inverter with the most terms, by which ranges are cut. */
static const rls_inverter *
greatest_inverter(const rls_segment_build *build)
{
    const rls_inverter *greatest = build->inverters[0];

    for (uint32_t i = 1; i < build->terms_count; i++) {
        if (rls_inverter_term_count(build->inverters[i]) > rls_inverter_term_count(greatest))
            greatest = build->inverters[i];
    }
    return greatest;
}

static rls_status
merge_ranges(rls_segment_build *build, uint32_t count, const rls_postings_merge_output *output,
             rls_error *err)
{
    const rls_inverter *by = greatest_inverter(build);
    rls_crew           *crew = build->settings->crew;
    uint32_t            begun = 0, put = 0;
    uint64_t            begin = build->output.offset;
    term_range         *ranges = rls_alloc_zeroed(build->heap, count, sizeof *ranges);
    rls_bytes          *cuts = rls_alloc(build->heap, count, sizeof *cuts);
    rls_status          status = RLS_OK;

    if (ranges == NULL || cuts == NULL)
        status = no_memory(err);
    else
        rls_inverter_cut(by, cuts, count);
    /* All at once: some are much longer than others, and what waits to be put to the file is less
     * than the inverters hold. */
    while (status == RLS_OK && begun < count) {
        status = begin_range(build, &ranges[begun], begun == 0 ? NULL : &cuts[begun],
                             begun + 1 == count ? NULL : &cuts[begun + 1], err);
        if (status == RLS_OK)
            rls_crew_give(crew, &ranges[begun++].task);
        else
            end_range(&ranges[begun]);
    }
    while (status == RLS_OK && put < count) {
        rls_crew_wait(crew, &ranges[put].task);
        status = put_range(build, &ranges[put], begin, output, err);
        end_range(&ranges[put++]);
    }
    for (; put < begun; put++) {
        rls_crew_wait(crew, &ranges[put].task);
        end_range(&ranges[put]);
    }
    rls_free(build->heap, cuts);
    rls_free(build->heap, ranges);
    return status;
}

static uint32_t
count_ranges(const rls_segment_build *build)
{
    uint32_t workers, most;

    if (build->settings->crew == NULL || build->inverters == NULL || build->terms_count == 0)
        return 1;
    workers = rls_crew_worker_count(build->settings->crew);
    most = rls_inverter_term_count(greatest_inverter(build)) / LEAST_TERMS;
    if (workers == 1)
        return 1;
    return most < workers * RANGES_A_WORKER ? most : workers * RANGES_A_WORKER;
}

static rls_status
build_postings(rls_segment_build *build, rls_postings_merge_output *output, rls_error *err)
{
    uint32_t   ranges = count_ranges(build);
    rls_status status;

    if (ranges > 1)
        return merge_ranges(build, ranges, output, err);
    status = rls_postings_writer_new(build->heap, &build->output, &build->norms.norms,
                                     &build->reference, &output->postings, err);
    if (status == RLS_OK)
        status = rls_postings_merge(build->heap, build->parts, build->terms, build->terms_count,
                                    output, build->cancel, build->context, err);
    rls_postings_writer_free(output->postings);
    return status;
}

rls_status
rls_segment_build_terms(rls_segment_build *build, rls_error *err)
{
    rls_surfaces_writer       surfaces;
    rls_postings_merge_output output = {.surfaces = &surfaces};
    rls_status                status = rls_surfaces_writer_init(&surfaces, build->heap, err);

    if (status == RLS_OK)
        status = rls_termdict_writer_new(build->heap, &output.dictionary, err);
    if (status == RLS_OK) {
        rls_segment_build_begin_section(build, RLS_SECTION_POSTINGS);
        status = build_postings(build, &output, err);
    }
    if (status == RLS_OK)
        status = rls_segment_build_end_section(build, err);
    if (status == RLS_OK) {
        rls_segment_build_begin_section(build, RLS_SECTION_TERMDICT);
        status = rls_termdict_writer_finish(output.dictionary, &build->output, err);
    }
    if (status == RLS_OK)
        status = rls_segment_build_end_section(build, err);
    if (status == RLS_OK) {
        rls_segment_build_begin_section(build, RLS_SECTION_SURFACES);
        status = rls_surfaces_writer_finish(&surfaces, &build->output, err);
    }
    if (status == RLS_OK)
        status = rls_segment_build_end_section(build, err);
    rls_surfaces_writer_release(&surfaces);
    rls_termdict_writer_free(output.dictionary);
    return status;
}
