/* Sources of all parts → the section of sources. A source stays while a document of it does, or
 * when it never had one; of two with one name the later part tells the stamps. */
#include <inttypes.h>

#include "segment/merge_heap.h"
#include "segment/segment_build.h"

/* The sources of one part. */
typedef struct part_sources {
    uint32_t          *totals, *stays; /* by source: documents; those that stay */
    uint32_t          *lasts;          /* by source: the last document that stays */
    uint32_t          *numbers;        /* by source: its new number */
    uint32_t           at;             /* source whose name is on the heap */
    rls_segment_source source;
    rls_buffer         name;
} part_sources;

typedef struct sources_merge {
    rls_segment_build *build;
    part_sources      *parts;
    rls_merge_heap     heads;
    rls_sources_writer writer;
    uint32_t          *group;

    /* The part whose documents are being looked at. */
    uint32_t  part, doc;
    uint32_t *of_docs; /* by document: number of its source in the part */
} sources_merge;

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to merge sources");
}

static void
look_at(sources_merge *merge, uint32_t number)
{
    merge->part = number;
    merge->doc = 0;
    rls_sources_of_all(merge->build->parts[number].sources, merge->of_docs);
}

static rls_status
count_part(sources_merge *merge, uint32_t number, rls_error *err)
{
    const rls_segment_part *part = &merge->build->parts[number];
    part_sources           *sources = &merge->parts[number];
    rls_heap               *heap = merge->build->heap;
    uint32_t                count = part->sources->source_count;

    rls_buffer_init(&sources->name, heap);
    sources->totals = rls_alloc_zeroed(heap, count, sizeof *sources->totals);
    sources->stays = rls_alloc_zeroed(heap, count, sizeof *sources->stays);
    sources->lasts = rls_alloc_zeroed(heap, count, sizeof *sources->lasts);
    sources->numbers = rls_alloc(heap, count, sizeof *sources->numbers);
    if (sources->totals == NULL || sources->stays == NULL || sources->lasts == NULL ||
        sources->numbers == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < count; i++)
        sources->numbers[i] = RLS_NO_SOURCE;
    look_at(merge, number);
    for (uint32_t doc = 0; doc < part->doc_count; doc++) {
        uint32_t source = merge->of_docs[doc];

        if (source == RLS_NO_SOURCE)
            continue;
        sources->totals[source]++;
        if (rls_segment_part_doc(part, doc) != RLS_PART_DROPPED) {
            sources->stays[source]++;
            sources->lasts[source] = doc;
        }
    }
    return RLS_OK;
}

/* Puts the next source of a part that stays on the heap. */
static rls_status
push_source(sources_merge *merge, uint32_t number, rls_error *err)
{
    const rls_segment_part *part = &merge->build->parts[number];
    part_sources           *sources = &merge->parts[number];
    uint32_t                count = part->sources->source_count;
    rls_status              status;

    while (sources->at < count && sources->stays[sources->at] == 0 &&
           sources->totals[sources->at] > 0)
        sources->at++;
    if (sources->at == count)
        return RLS_OK;
    status = rls_sources_get(part->sources, sources->at, &sources->name, &sources->source, err);
    if (status == RLS_OK)
        rls_merge_heap_push(&merge->heads, number, sources->source.name);
    return status;
}

/* Rank of the key of the only document that stays of a source, when that key is its name. */
static rls_status
find_rank(sources_merge *merge, uint32_t number, uint32_t *out_rank, rls_error *err)
{
    const rls_segment_part *part = &merge->build->parts[number];
    part_sources           *sources = &merge->parts[number];
    uint32_t                doc = sources->lasts[sources->at];
    bool same = rls_sources_key_rank(part->sources, sources->at) != RLS_NO_SOURCE;

    if (!same) {
        rls_buffer key;
        rls_status status;

        rls_buffer_init(&key, merge->build->heap);
        status = rls_strings_get(&part->keys->strings, rls_keys_rank(part->keys, doc), &key, err);
        same = status == RLS_OK &&
               rls_bytes_compare(rls_buffer_bytes(&key), sources->source.name) == 0;
        rls_buffer_release(&key);
        if (status != RLS_OK)
            return status;
    }
    if (same)
        *out_rank = merge->build->key_ranks[rls_segment_part_doc(part, doc)];
    return RLS_OK;
}

/* Writes the least source on the heap, which several parts may have. */
static rls_status
write_source(sources_merge *merge, rls_error *err)
{
    const rls_segment_source *source;
    rls_bytes                 name = rls_merge_heap_string(&merge->heads);
    uint32_t                  count = 0, last = 0;
    uint32_t                  rank = RLS_NO_SOURCE, number = merge->writer.source_count;
    uint64_t                  stays = 0;
    rls_status                status = RLS_OK;

    do {
        uint32_t      part = rls_merge_heap_input(&merge->heads);
        part_sources *sources = &merge->parts[part];

        sources->numbers[sources->at] = number;
        stays += sources->stays[sources->at];
        if (sources->stays[sources->at] > 0)
            last = part;
        merge->group[count++] = part;
        rls_merge_heap_pop(&merge->heads);
    } while (rls_merge_heap_is(&merge->heads, name));

    if (stays == 1)
        status = find_rank(merge, last, &rank, err);
    source = &merge->parts[merge->group[count - 1]].source;
    if (status == RLS_OK)
        status = rls_sources_writer_add(&merge->writer, source, rank, err);
    if (status == RLS_OK)
        rls_stamps_writer_add(&merge->build->stamps, source->mtime_ns, source->inode);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++) {
        merge->parts[merge->group[i]].at++;
        status = push_source(merge, merge->group[i], err);
    }
    return status;
}

/* The number of the source of the next document that stays. */
static uint32_t
next_source(void *context)
{
    sources_merge          *merge = context;
    const rls_segment_part *part = &merge->build->parts[merge->part];
    uint32_t                source;

    for (;;) {
        if (merge->doc == part->doc_count) {
            look_at(merge, merge->part + 1);
            part++;
        } else if (rls_segment_part_doc(part, merge->doc) == RLS_PART_DROPPED) {
            merge->doc++;
        } else {
            break;
        }
    }
    source = merge->of_docs[merge->doc++];
    return source == RLS_NO_SOURCE ? RLS_NO_SOURCE : merge->parts[merge->part].numbers[source];
}

static rls_status
merge_sources(sources_merge *merge, rls_error *err)
{
    rls_segment_build *build = merge->build;
    rls_status         status = RLS_OK;

    for (uint32_t i = 0; i < build->part_count && status == RLS_OK; i++) {
        status = count_part(merge, i, err);
        if (status == RLS_OK)
            status = push_source(merge, i, err);
    }
    while (status == RLS_OK && merge->heads.count > 0)
        status = write_source(merge, err);
    if (status != RLS_OK)
        return status;
    if (build->part_count > 0)
        look_at(merge, 0);
    return rls_sources_writer_finish(&merge->writer, next_source, merge, build->doc_count, err);
}

rls_status
rls_segment_build_sources(rls_segment_build *build, rls_error *err)
{
    rls_heap     *heap = build->heap;
    sources_merge merge = {.build = build};
    uint32_t      most = 0;
    rls_status    status = rls_merge_heap_init(&merge.heads, heap, build->part_count);

    for (uint32_t i = 0; i < build->part_count; i++)
        most = build->parts[i].doc_count > most ? build->parts[i].doc_count : most;

    rls_sources_writer_init(&merge.writer, heap, &build->sink);
    rls_stamps_writer_init(&build->stamps, heap);
    merge.parts = rls_alloc_zeroed(heap, build->part_count, sizeof *merge.parts);
    merge.group = rls_alloc(heap, build->part_count, sizeof *merge.group);
    merge.of_docs = rls_alloc(heap, most, sizeof *merge.of_docs);
    if (status != RLS_OK || merge.parts == NULL || merge.group == NULL || merge.of_docs == NULL)
        status = no_memory(err);
    else
        status = merge_sources(&merge, err);

    for (uint32_t i = 0; merge.parts != NULL && i < build->part_count; i++) {
        part_sources *sources = &merge.parts[i];

        rls_free(heap, sources->totals);
        rls_free(heap, sources->stays);
        rls_free(heap, sources->lasts);
        rls_free(heap, sources->numbers);
        if (sources->name.heap != NULL)
            rls_buffer_release(&sources->name);
    }
    rls_free(heap, merge.parts);
    rls_free(heap, merge.group);
    rls_free(heap, merge.of_docs);
    rls_sources_writer_release(&merge.writer);
    rls_merge_heap_release(&merge.heads);
    return status;
}
