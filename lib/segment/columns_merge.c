/* Columns of all parts → the section of columns. Values that no document is left of are left out.
 */
#include "segment/columns_writer.h"
#include "segment/merge_heap.h"
#include "segment/segment_build.h"

/* A column of one part. */
typedef struct column_input {
    const rls_segment_part *part;
    const rls_column       *column;
    uint32_t               *ordinals; /* by ordinal: the new one, or RLS_PART_DROPPED */
    uint32_t                at;       /* ordinal whose value is on the heap */
    uint32_t                next;     /* least document that may come */
    uint8_t                 scratch[RLS_COLUMN_FORM];
} column_input;

/* Where a new value is to be found. */
typedef struct value_place {
    uint32_t input, ordinal;
} value_place;

typedef struct column_merge {
    rls_segment_build *build;
    column_input      *inputs;
    uint32_t           input_count, input;
    uint64_t           position; /* in the documents of `input` */
    value_place       *values;
    size_t             value_capacity;
    uint32_t          *ordinals; /* of the document at hand */
    size_t             ordinal_capacity;
    uint8_t            scratch[RLS_COLUMN_FORM];
} column_merge;

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to merge columns");
}

/* The next document of an input that stays, with its own ordinals in merge->ordinals. `position` is
 * 0 at the begin. */
static rls_status
next_of_input(column_merge *merge, column_input *input, uint64_t *position, uint32_t *out_doc,
              uint32_t *out_count, rls_error *err)
{
    uint64_t before = *position;
    uint32_t doc;

    if (before == 0)
        input->next = 0;
    while (rls_column_next(input->column, position, &doc, merge->ordinals,
                           (uint32_t)merge->ordinal_capacity, out_count)) {
        if (doc >= input->part->doc_count || doc < input->next)
            return rls_fail(err, RLS_CORRUPT, "documents of a column are out of order");
        if (rls_segment_part_doc(input->part, doc) == RLS_PART_DROPPED) {
            input->next = doc + 1;
            before = *position;
            continue;
        }
        if (*out_count > merge->ordinal_capacity) {
            void *ordinals = merge->ordinals;

            if (!rls_grow(merge->build->heap, &ordinals, &merge->ordinal_capacity, *out_count,
                          sizeof *merge->ordinals))
                return no_memory(err);
            merge->ordinals = ordinals;
            *position = before;
            continue;
        }
        input->next = doc + 1;
        *out_doc = rls_segment_part_doc(input->part, doc);
        return RLS_OK;
    }
    return RLS_NOT_FOUND;
}

/* Counts what stays of an input, and marks the values that do: their new ordinal becomes 0. */
static rls_status
count_input(column_merge *merge, column_input *input, rls_column_content *content, rls_error *err)
{
    const rls_column *column = input->column;
    uint64_t          position = 0;
    uint32_t          doc, count;
    rls_status        status;

    input->ordinals = rls_alloc(merge->build->heap, column->value_count, sizeof *input->ordinals);
    if (input->ordinals == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < column->value_count; i++)
        input->ordinals[i] = RLS_PART_DROPPED;
    while ((status = next_of_input(merge, input, &position, &doc, &count, err)) == RLS_OK) {
        content->docs_with++;
        content->entry_count += count;
        content->single = content->single && count == 1;
        for (uint32_t i = 0; i < count; i++)
            input->ordinals[merge->ordinals[i]] = 0;
    }
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static void
push_value(rls_merge_heap *heads, column_input *inputs, uint32_t number)
{
    column_input *input = &inputs[number];

    while (input->at < input->column->value_count && input->ordinals[input->at] == RLS_PART_DROPPED)
        input->at++;
    if (input->at < input->column->value_count)
        rls_merge_heap_push(heads, number,
                            rls_column_value_form(input->column, input->at, input->scratch));
}

/* Numbers the values that stay. Values of an input that is damaged may come out of order; the
 * section written is then no better than the one read. */
static rls_status
merge_values(column_merge *merge, rls_merge_heap *heads, uint32_t *out_count, rls_error *err)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < merge->input_count; i++)
        push_value(heads, merge->inputs, i);
    for (; heads->count > 0; count++) {
        uint32_t  first = rls_merge_heap_input(heads);
        uint8_t   scratch[RLS_COLUMN_FORM];
        void     *values = merge->values;
        rls_bytes value =
            rls_column_value_form(merge->inputs[first].column, merge->inputs[first].at, scratch);

        if (!rls_grow(merge->build->heap, &values, &merge->value_capacity, (size_t)count + 1,
                      sizeof *merge->values))
            return no_memory(err);
        merge->values = values;
        merge->values[count] = (value_place){first, merge->inputs[first].at};
        while (rls_merge_heap_is(heads, value)) {
            uint32_t      number = rls_merge_heap_input(heads);
            column_input *input = &merge->inputs[number];

            input->ordinals[input->at++] = count;
            rls_merge_heap_pop(heads);
            push_value(heads, merge->inputs, number);
        }
    }
    *out_count = count;
    return RLS_OK;
}

static rls_bytes
value_of(void *context, uint32_t ordinal)
{
    column_merge *merge = context;
    value_place   place = merge->values[ordinal];

    return rls_column_value_form(merge->inputs[place.input].column, place.ordinal, merge->scratch);
}

static rls_status
next_document(void *context, uint32_t *out_doc, const uint32_t **out_ordinals, uint32_t *out_count,
              rls_error *err)
{
    column_merge *merge = context;

    for (; merge->input < merge->input_count; merge->input++, merge->position = 0) {
        column_input *input = &merge->inputs[merge->input];
        rls_status status = next_of_input(merge, input, &merge->position, out_doc, out_count, err);

        if (status == RLS_NOT_FOUND)
            continue;
        if (status != RLS_OK)
            return status;
        for (uint32_t i = 0; i < *out_count; i++)
            merge->ordinals[i] = input->ordinals[merge->ordinals[i]];
        *out_ordinals = merge->ordinals;
        return RLS_OK;
    }
    return RLS_NOT_FOUND;
}

/* One column, from those of its inputs. */
static rls_status
merge_column(column_merge *merge, rls_columns_writer *writer, rls_error *err)
{
    rls_column_content content = {.name = merge->inputs[0].column->name,
                                  .kind = merge->inputs[0].column->kind,
                                  .single = true,
                                  .context = merge,
                                  .value = value_of,
                                  .next = next_document};
    rls_merge_heap     heads = {0};
    rls_status         status = RLS_OK;

    for (uint32_t i = 0; i < merge->input_count && status == RLS_OK; i++)
        status = count_input(merge, &merge->inputs[i], &content, err);
    if (status == RLS_OK &&
        rls_merge_heap_init(&heads, merge->build->heap, merge->input_count) != RLS_OK)
        status = no_memory(err);
    if (status == RLS_OK)
        status = merge_values(merge, &heads, &content.value_count, err);
    if (status == RLS_OK && content.value_count > 0) {
        merge->input = 0;
        merge->position = 0;
        status = rls_columns_writer_add(writer, &content, err);
    }
    rls_merge_heap_release(&heads);
    for (uint32_t i = 0; i < merge->input_count; i++)
        rls_free(merge->build->heap, merge->inputs[i].ordinals);
    return status;
}

static int
compare_columns(const rls_column *a, const rls_column *b)
{
    int order = rls_bytes_compare(a->name, b->name);

    return order != 0 ? order : (int)a->kind - (int)b->kind;
}

/* The least column that some part comes to next; NULL at the end. */
static const rls_column *
least_column(const rls_segment_build *build, const uint32_t *nexts)
{
    const rls_column *least = NULL;

    for (uint32_t i = 0; i < build->part_count; i++) {
        const rls_segment_part *part = &build->parts[i];

        if (nexts[i] < part->column_count &&
            (least == NULL || compare_columns(&part->columns[nexts[i]], least) < 0))
            least = &part->columns[nexts[i]];
    }
    return least;
}

static rls_status
merge_columns(column_merge *merge, rls_columns_writer *writer, uint32_t *nexts, rls_error *err)
{
    const rls_segment_build *build = merge->build;
    const rls_column        *least;
    rls_status               status = RLS_OK;

    while (status == RLS_OK && (least = least_column(build, nexts)) != NULL) {
        merge->input_count = 0;
        for (uint32_t i = 0; i < build->part_count; i++) {
            const rls_segment_part *part = &build->parts[i];

            if (nexts[i] < part->column_count &&
                compare_columns(&part->columns[nexts[i]], least) == 0)
                merge->inputs[merge->input_count++] =
                    (column_input){.part = part, .column = &part->columns[nexts[i]++]};
        }
        status = merge_column(merge, writer, err);
    }
    if (status == RLS_OK)
        status = rls_columns_writer_finish(writer, err);
    return status;
}

rls_status
rls_segment_build_columns(rls_segment_build *build, rls_error *err)
{
    rls_heap          *heap = build->heap;
    column_merge       merge = {.build = build};
    rls_columns_writer writer;
    uint32_t          *nexts = rls_alloc_zeroed(heap, build->part_count, sizeof *nexts);
    rls_status         status;

    rls_columns_writer_init(&writer, heap, &build->sink, build->doc_count);
    merge.inputs = rls_alloc(heap, build->part_count, sizeof *merge.inputs);
    if (nexts == NULL || merge.inputs == NULL)
        status = no_memory(err);
    else
        status = merge_columns(&merge, &writer, nexts, err);

    rls_columns_writer_release(&writer);
    rls_free(heap, nexts);
    rls_free(heap, merge.inputs);
    rls_free(heap, merge.values);
    rls_free(heap, merge.ordinals);
    return status;
}
