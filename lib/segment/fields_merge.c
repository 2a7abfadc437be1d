/* Text fields of all parts: one numbering, and their lengths → the section of norms. */
#include <inttypes.h>

#include "base/sort.h"
#include "segment/segment_build.h"

/* A field of a part on its way to a number. */
typedef struct field_name {
    rls_bytes name;
    uint32_t  part, field;
} field_name;

static int
compare_names(const void *a, const void *b, void *context)
{
    (void)context;
    return rls_bytes_compare(((const field_name *)a)->name, ((const field_name *)b)->name);
}

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to merge fields");
}

/* A field goes with its last document, but one that never had a length stays. */
static bool
is_wanted(const rls_segment_part *part, uint32_t field)
{
    uint32_t position = 0, doc, length;
    bool     any = false;

    if (part->doc_map == NULL)
        return true;
    while (rls_norms_reader_next(part->norms, field, &position, &doc, &length)) {
        any = true;
        if (doc < part->doc_count && part->doc_map[doc] != RLS_PART_DROPPED)
            return true;
    }
    return !any;
}

/* Numbers names in their order, behind the body; names past the limit share the last number. */
static void
number_fields(rls_segment_build *build, const field_name *names, uint32_t count)
{
    rls_segment_field *fields = build->fields;

    fields[0] = (rls_segment_field){.name = rls_bytes_of("body", 4)};
    build->field_count = 1;
    for (uint32_t i = 0; i < build->part_count; i++) {
        build->parts[i].field_map[0] = 0;
        fields[0].kinds |= build->parts[i].fields[0].kinds;
    }
    for (uint32_t i = 0; i < count; i++) {
        const rls_segment_part *part = &build->parts[names[i].part];
        bool is_new = i == 0 || rls_bytes_compare(names[i].name, names[i - 1].name) != 0;

        if (is_new && build->field_count < RLS_FIELD_LIMIT)
            fields[build->field_count++] = (rls_segment_field){.name = names[i].name};
        part->field_map[names[i].field] = build->field_count - 1;
        fields[build->field_count - 1].kinds |= part->fields[names[i].field].kinds;
    }
}

rls_status
rls_segment_build_fields(rls_segment_build *build, rls_error *err)
{
    field_name *names;
    uint64_t    total = 0;
    uint32_t    count = 0;
    rls_status  status;

    for (uint32_t i = 0; i < build->part_count; i++)
        total += build->parts[i].field_count;
    names = rls_alloc(build->heap, total, sizeof *names);
    build->fields = rls_alloc_zeroed(build->heap, total + 1, sizeof *build->fields);
    if (names == NULL || build->fields == NULL) {
        rls_free(build->heap, names);
        return no_memory(err);
    }
    for (uint32_t i = 0; i < build->part_count; i++) {
        rls_segment_part *part = &build->parts[i];

        part->field_map = rls_alloc(build->heap, part->field_count, sizeof *part->field_map);
        if (part->field_map == NULL) {
            rls_free(build->heap, names);
            return no_memory(err);
        }
        for (uint32_t field = 0; field < part->field_count; field++) {
            part->field_map[field] = RLS_PART_DROPPED;
            if (field > 0 && is_wanted(part, field))
                names[count++] = (field_name){part->fields[field].name, i, field};
        }
    }
    status = rls_sort(build->heap, names, count, sizeof *names, compare_names, NULL);
    if (status == RLS_OK)
        number_fields(build, names, count);
    rls_free(build->heap, names);
    return status == RLS_OK ? RLS_OK : no_memory(err);
}

/* Lengths of the fields that share the last number, of all parts. */
typedef struct length_list {
    uint64_t *pairs; /* document << 32 | length */
    size_t    capacity, count;
} length_list;

static rls_status
out_of_order(rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "lengths of a field are out of order, or 0");
}

static rls_status
gather_part(const rls_segment_build *build, const rls_segment_part *part, uint32_t local,
            length_list *list, rls_error *err)
{
    uint32_t position = 0, doc, length, next = 0;

    while (rls_norms_reader_next(part->norms, local, &position, &doc, &length)) {
        uint32_t to;
        void    *pairs = list->pairs;

        if (doc >= part->doc_count || doc < next || length == 0)
            return out_of_order(err);
        next = doc + 1;
        to = rls_segment_part_doc(part, doc);
        if (to == RLS_PART_DROPPED)
            continue;
        if (!rls_grow(build->heap, &pairs, &list->capacity, list->count + 1, sizeof *list->pairs))
            return no_memory(err);
        list->pairs = pairs;
        list->pairs[list->count++] = (uint64_t)to << 32 | length;
    }
    return RLS_OK;
}

/* Documents may come in several runs: sorted, and those of one document summed up. */
static rls_status
settle(rls_heap *heap, length_list *list, rls_error *err)
{
    uint64_t *scratch = rls_alloc(heap, list->count, sizeof *scratch);
    size_t    kept = 0;

    if (scratch == NULL)
        return no_memory(err);
    rls_sort_u64(list->pairs, scratch, list->count);
    rls_free(heap, scratch);
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && list->pairs[kept - 1] >> 32 == list->pairs[i] >> 32) {
            uint64_t sum = (list->pairs[kept - 1] & UINT32_MAX) + (list->pairs[i] & UINT32_MAX);

            list->pairs[kept - 1] =
                (list->pairs[i] >> 32) << 32 | (sum > UINT32_MAX ? UINT32_MAX : sum);
        } else {
            list->pairs[kept++] = list->pairs[i];
        }
    }
    list->count = kept;
    return RLS_OK;
}

static rls_status
write_shared(rls_segment_build *build, uint32_t number, rls_error *err)
{
    rls_segment_field *field = &build->fields[number];
    length_list        list = {0};
    rls_status         status = RLS_OK;

    for (uint32_t i = 0; i < build->part_count && status == RLS_OK; i++) {
        const rls_segment_part *part = &build->parts[i];

        for (uint32_t local = 0; local < part->field_count && status == RLS_OK; local++) {
            if (part->field_map[local] == number)
                status = gather_part(build, part, local, &list, err);
        }
    }
    if (status == RLS_OK)
        status = settle(build->heap, &list, err);
    if (status == RLS_OK)
        status = rls_norms_writer_begin(&build->norms, (uint32_t)list.count, err);
    if (status == RLS_OK) {
        for (size_t i = 0; i < list.count; i++) {
            rls_norms_writer_put(&build->norms, (uint32_t)(list.pairs[i] >> 32),
                                 (uint32_t)list.pairs[i]);
            field->total_length += (uint32_t)list.pairs[i];
        }
        field->doc_count = (uint32_t)list.count;
        status = rls_norms_writer_end(&build->norms, err);
    }
    rls_free(build->heap, list.pairs);
    return status;
}

/* How many documents that stay have a field of the part; checks their order. */
static rls_status
count_lengths(const rls_segment_part *part, uint32_t local, uint32_t *count, rls_error *err)
{
    uint32_t position = 0, doc, length, next = 0;

    while (rls_norms_reader_next(part->norms, local, &position, &doc, &length)) {
        if (doc >= part->doc_count || doc < next || length == 0)
            return out_of_order(err);
        next = doc + 1;
        *count += rls_segment_part_doc(part, doc) != RLS_PART_DROPPED;
    }
    return RLS_OK;
}

/* Walked twice, so that no list of them is kept. */
static rls_status
write_field(rls_segment_build *build, uint32_t number, uint32_t *const *inverse, rls_error *err)
{
    rls_segment_field *field = &build->fields[number];
    uint32_t           count = 0;
    rls_status         status = RLS_OK;

    for (uint32_t i = 0; i < build->part_count && status == RLS_OK; i++) {
        if (inverse[i][number] != RLS_PART_DROPPED)
            status = count_lengths(&build->parts[i], inverse[i][number], &count, err);
    }
    if (status == RLS_OK)
        status = rls_norms_writer_begin(&build->norms, count, err);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < build->part_count; i++) {
        const rls_segment_part *part = &build->parts[i];
        uint32_t                position = 0, doc, length;

        if (inverse[i][number] == RLS_PART_DROPPED)
            continue;
        while (rls_norms_reader_next(part->norms, inverse[i][number], &position, &doc, &length)) {
            uint32_t to = rls_segment_part_doc(part, doc);

            if (to == RLS_PART_DROPPED)
                continue;
            rls_norms_writer_put(&build->norms, to, length);
            field->total_length += length;
        }
    }
    field->doc_count = count;
    return rls_norms_writer_end(&build->norms, err);
}

/* New number → number in the part, so that fields times parts is not searched. */
static rls_status
invert_maps(const rls_segment_build *build, uint32_t **inverse)
{
    for (uint32_t i = 0; i < build->part_count; i++) {
        const rls_segment_part *part = &build->parts[i];

        inverse[i] = rls_alloc(build->heap, build->field_count, sizeof *inverse[i]);
        if (inverse[i] == NULL)
            return RLS_NO_MEMORY;
        for (uint32_t number = 0; number < build->field_count; number++)
            inverse[i][number] = RLS_PART_DROPPED;
        for (uint32_t local = 0; local < part->field_count; local++) {
            if (part->field_map[local] != RLS_PART_DROPPED)
                inverse[i][part->field_map[local]] = local;
        }
    }
    return RLS_OK;
}

rls_status
rls_segment_build_norms(rls_segment_build *build, rls_error *err)
{
    uint32_t **inverse = rls_alloc_zeroed(build->heap, build->part_count, sizeof *inverse);
    rls_status status = inverse == NULL ? RLS_NO_MEMORY : invert_maps(build, inverse);

    if (status != RLS_OK)
        no_memory(err);
    else
        status = rls_norms_writer_init(&build->norms, build->heap, &build->sink, build->doc_count,
                                       build->field_count, err);
    for (uint32_t number = 0; number < build->field_count && status == RLS_OK; number++)
        status = number == RLS_FIELD_LIMIT - 1 ? write_shared(build, number, err)
                                               : write_field(build, number, inverse, err);
    if (status == RLS_OK)
        status = rls_norms_writer_finish(&build->norms, err);

    for (uint32_t i = 0; inverse != NULL && i < build->part_count; i++)
        rls_free(build->heap, inverse[i]);
    rls_free(build->heap, inverse);
    return status;
}
