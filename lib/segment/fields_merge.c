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

/* Lengths of one field, gathered from all parts. */
typedef struct length_list {
    uint64_t *pairs, *scratch; /* document << 32 | length */
    size_t    pair_capacity, scratch_capacity, count;
} length_list;

static bool
add_length(rls_heap *heap, length_list *list, uint32_t doc, uint32_t length)
{
    void *pairs = list->pairs;

    if (!rls_grow(heap, &pairs, &list->pair_capacity, list->count + 1, sizeof *list->pairs))
        return false;
    list->pairs = pairs;
    list->pairs[list->count++] = (uint64_t)doc << 32 | length;
    return true;
}

/* Where fields share a number, documents may come in several runs: sorted and summed up. */
static bool
settle(rls_heap *heap, length_list *list, bool shared)
{
    void  *scratch = list->scratch;
    size_t kept = 0;

    if (!rls_grow(heap, &scratch, &list->scratch_capacity, list->count + 1, sizeof *list->scratch))
        return false;
    list->scratch = scratch;
    if (!shared)
        return true;
    rls_sort_u64(list->pairs, list->scratch, list->count);
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
    return true;
}

static rls_status
gather_part(const rls_segment_build *build, const rls_segment_part *part, uint32_t local,
            length_list *list, rls_error *err)
{
    uint32_t position = 0, doc, length, next = 0;

    while (rls_norms_reader_next(part->norms, local, &position, &doc, &length)) {
        uint32_t to;

        if (doc >= part->doc_count || doc < next)
            return rls_fail(err, RLS_CORRUPT, "lengths of a field are out of order");
        next = doc + 1;
        to = rls_segment_part_doc(part, doc);
        if (to != RLS_PART_DROPPED && !add_length(build->heap, list, to, length))
            return no_memory(err);
    }
    return RLS_OK;
}

static rls_status
write_field(rls_segment_build *build, uint32_t number, length_list *list, uint32_t *const *inverse,
            rls_error *err)
{
    rls_segment_field *field = &build->fields[number];
    uint32_t          *docs, *lengths;
    bool               shared = number == RLS_FIELD_LIMIT - 1;
    rls_status         status = RLS_OK;

    list->count = 0;
    for (uint32_t i = 0; i < build->part_count; i++) {
        const rls_segment_part *part = &build->parts[i];

        if (!shared) {
            if (inverse[i][number] != RLS_PART_DROPPED)
                status = gather_part(build, part, inverse[i][number], list, err);
        } else {
            for (uint32_t local = 0; local < part->field_count && status == RLS_OK; local++) {
                if (part->field_map[local] == number)
                    status = gather_part(build, part, local, list, err);
            }
        }
        if (status != RLS_OK)
            return status;
    }
    if (!settle(build->heap, list, shared))
        return no_memory(err);
    /* The scratch is no longer needed for sorting: documents and lengths apart. */
    docs = (uint32_t *)list->scratch;
    lengths = docs + list->count;
    for (size_t i = 0; i < list->count; i++) {
        docs[i] = (uint32_t)(list->pairs[i] >> 32);
        lengths[i] = (uint32_t)list->pairs[i];
        field->total_length += lengths[i];
    }
    field->doc_count = (uint32_t)list->count;
    return rls_norms_writer_add(&build->norms, docs, lengths, (uint32_t)list->count, err);
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
    length_list list = {0};
    uint32_t  **inverse = rls_alloc_zeroed(build->heap, build->part_count, sizeof *inverse);
    rls_status  status = inverse == NULL ? RLS_NO_MEMORY : invert_maps(build, inverse);

    if (status != RLS_OK)
        no_memory(err);
    else
        status = rls_norms_writer_init(&build->norms, build->heap, &build->sink, build->doc_count,
                                       build->field_count, err);
    for (uint32_t number = 0; number < build->field_count && status == RLS_OK; number++)
        status = write_field(build, number, &list, inverse, err);
    if (status == RLS_OK)
        status = rls_norms_writer_finish(&build->norms, err);

    for (uint32_t i = 0; inverse != NULL && i < build->part_count; i++)
        rls_free(build->heap, inverse[i]);
    rls_free(build->heap, inverse);
    rls_free(build->heap, list.pairs);
    rls_free(build->heap, list.scratch);
    return status;
}
