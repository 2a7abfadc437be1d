#include "segment/segment_writer.h"

#include "segment/segment_batch.h"
#include "segment/segment_build.h"

/* Keys come in order, equal ones by document: each that is like the one before deletes it. */
typedef struct repeated_keys {
    rls_live_docs *live;
    rls_buffer     key;
    uint32_t       doc;
    bool           any;
} repeated_keys;

static rls_status
visit_key(void *context, rls_bytes key, uint32_t doc)
{
    repeated_keys *state = context;

    if (state->any && rls_bytes_compare(rls_buffer_bytes(&state->key), key) == 0)
        rls_live_docs_delete(state->live, state->doc);
    state->any = true;
    state->doc = doc;
    rls_buffer_clear(&state->key);
    rls_buffer_append(&state->key, key.data, key.size);
    return state->key.failed ? RLS_NO_MEMORY : RLS_OK;
}

static rls_status
delete_repeats(rls_heap *heap, const rls_segment *segment, rls_live_docs *live, rls_error *err)
{
    repeated_keys state = {.live = live};
    rls_status    status;

    rls_buffer_init(&state.key, heap);
    status = rls_segment_walk_keys(segment, visit_key, &state, err);
    rls_buffer_release(&state.key);
    if (status == RLS_NO_MEMORY)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to find keys that are there twice");
    return status;
}

/* Sorting an inverter's terms, which helpers do for several at once. */
typedef struct finish_task {
    rls_task         task;
    rls_inverter    *inverter;
    rls_term_source *source;
    rls_status       status;
    rls_error        error;
} finish_task;

static void
run_finish(rls_task *task, uint32_t worker)
{
    finish_task *finish = (finish_task *)task;

    (void)worker;
    finish->status = rls_inverter_finish(finish->inverter, &finish->source, &finish->error);
}

/* What rls_segment_write gathers of its batches. */
typedef struct write_inputs {
    rls_segment_part  *parts;
    rls_segment_terms *terms; /* one an inverter */
    rls_inverter     **inverters;
    finish_task       *tasks;
    uint32_t          *part_numbers; /* of one inverter after another */
    uint32_t           terms_count;
} write_inputs;

static void
release_inputs(rls_heap *heap, write_inputs *inputs)
{
    rls_free(heap, inputs->parts);
    rls_free(heap, inputs->terms);
    rls_free(heap, inputs->inverters);
    rls_free(heap, inputs->tasks);
    rls_free(heap, inputs->part_numbers);
}

static uint32_t
number_of(write_inputs *inputs, rls_inverter *inverter)
{
    uint32_t i = 0;

    while (i < inputs->terms_count && inputs->inverters[i] != inverter)
        i++;
    if (i == inputs->terms_count)
        inputs->inverters[inputs->terms_count++] = inverter;
    return i;
}

/* Which parts each inverter has: batches that share one stand in the order of its parts. A part of
 * the inverter that no batch came of has no documents, and stands for the batch behind it. */
static void
map_parts(write_inputs *inputs, rls_segment_batch *const *batches, uint32_t count)
{
    uint32_t *next = inputs->part_numbers;

    for (uint32_t i = 0; i < inputs->terms_count; i++) {
        rls_segment_terms *terms = &inputs->terms[i];

        terms->parts = next;
        for (uint32_t b = 0; b < count; b++) {
            if (batches[b]->inverter != inputs->inverters[i])
                continue;
            while ((uint32_t)(next - terms->parts) <= batches[b]->inverter_part)
                *next++ = b;
        }
        terms->part_count = (uint32_t)(next - terms->parts);
    }
}

static rls_status
finish_inverters(write_inputs *inputs, rls_crew *crew, rls_error *err)
{
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < inputs->terms_count; i++) {
        inputs->tasks[i] = (finish_task){.task.run = run_finish, .inverter = inputs->inverters[i]};
        if (crew != NULL)
            rls_crew_give(crew, &inputs->tasks[i].task);
        else
            run_finish(&inputs->tasks[i].task, 0);
    }
    for (uint32_t i = 0; i < inputs->terms_count; i++) {
        if (crew != NULL)
            rls_crew_wait(crew, &inputs->tasks[i].task);
        inputs->terms[i].source = inputs->tasks[i].source;
        if (inputs->tasks[i].status != RLS_OK && status == RLS_OK) {
            status = inputs->tasks[i].status;
            if (err != NULL)
                *err = inputs->tasks[i].error;
        }
    }
    return status;
}

static rls_status
make_inputs(rls_heap *heap, write_inputs *inputs, const rls_segment_settings *settings,
            rls_segment_batch *const *batches, uint32_t count, rls_error *err)
{
    size_t     part_numbers = 0;
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < count; i++)
        part_numbers += (size_t)batches[i]->inverter_part + 1;
    inputs->parts = rls_alloc_zeroed(heap, count, sizeof *inputs->parts);
    inputs->terms = rls_alloc_zeroed(heap, count, sizeof *inputs->terms);
    inputs->inverters = rls_alloc(heap, count, sizeof(rls_inverter *));
    inputs->tasks = rls_alloc(heap, count, sizeof *inputs->tasks);
    inputs->part_numbers = rls_alloc(heap, part_numbers, sizeof *inputs->part_numbers);
    if (inputs->parts == NULL || inputs->terms == NULL || inputs->inverters == NULL ||
        inputs->tasks == NULL || inputs->part_numbers == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to write a segment");
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        status = rls_segment_batch_as_part(batches[i], &inputs->parts[i], err);
        number_of(inputs, batches[i]->inverter);
    }
    if (status != RLS_OK)
        return status;
    map_parts(inputs, batches, count);
    return finish_inverters(inputs, settings->crew, err);
}

rls_status
rls_segment_write(rls_heap *heap, rls_directory *directory, const rls_segment_settings *settings,
                  rls_segment_batch *const *batches, size_t batch_count, rls_segment **out_segment,
                  rls_live_docs *out_live, rls_error *err)
{
    write_inputs  inputs = {0};
    rls_live_docs live = {0};
    uint64_t      doc_count = 0;
    rls_status    status;
    bool          repeats = false;

    *out_segment = NULL;
    *out_live = (rls_live_docs){0};
    if (batch_count > INT32_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%zu batches to write", batch_count);
    for (size_t i = 0; i < batch_count; i++)
        doc_count += batches[i]->doc_count;
    status = make_inputs(heap, &inputs, settings, batches, (uint32_t)batch_count, err);
    if (status == RLS_OK && doc_count > INT32_MAX)
        status = rls_fail(err, RLS_BAD_ARGUMENT, "too many documents for a segment");
    if (status == RLS_OK && rls_live_docs_init(&live, heap, (uint32_t)doc_count) != RLS_OK)
        status = rls_fail(err, RLS_NO_MEMORY, "no memory to write a segment");
    if (status == RLS_OK) {
        rls_segment_inputs all = {inputs.parts, (uint32_t)batch_count, inputs.terms,
                                  inputs.inverters, inputs.terms_count};

        status = rls_segment_build_run(heap, directory, settings, &all, NULL, NULL, out_segment,
                                       &repeats, err);
    }
    release_inputs(heap, &inputs);
    if (status == RLS_OK && repeats)
        status = delete_repeats(heap, *out_segment, &live, err);
    if (status != RLS_OK) {
        rls_live_docs_release(&live, heap);
        if (*out_segment != NULL) {
            const rls_segment_info *info = rls_segment_get_info(*out_segment);
            char                    stamps[RLS_STAMPS_NAME_SIZE];

            rls_stamps_name(info->id, stamps);
            directory->ops->remove(directory, info->name, NULL);
            directory->ops->remove(directory, stamps, NULL);
        }
        rls_segment_close(*out_segment);
        *out_segment = NULL;
        return status;
    }
    *out_live = live;
    return RLS_OK;
}
