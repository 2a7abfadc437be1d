#include "segment/sources_reader.h"

#include <inttypes.h>

rls_status
rls_sources_open(rls_sources *sources, rls_bytes section, const rls_keys *keys, const char *name,
                 rls_error *err)
{
    const uint8_t *tail;
    rls_input      input;
    uint32_t       flags, named;

    *sources = (rls_sources){.keys = keys, .name = name};
    if (section.size < RLS_SOURCES_TAIL)
        return rls_fail(err, RLS_CORRUPT, "%s: sources: %zu bytes, too short", name, section.size);
    section.size -= RLS_SOURCES_TAIL;
    tail = section.data + section.size;
    sources->source_count = rls_get_u32(tail + 8);
    named = rls_get_u32(tail + 12);
    sources->run_count = rls_get_u32(tail + 16);
    flags = rls_get_u32(tail + 24);
    sources->all_keys = (flags & RLS_SOURCES_ALL_KEYS) != 0;
    if (named > sources->source_count || rls_get_u32(tail + 20) != keys->doc_count ||
        sources->source_count - named > keys->doc_count ||
        sources->all_keys != (sources->source_count - named == keys->doc_count) ||
        flags > RLS_SOURCES_ALL_KEYS || rls_get_u32(tail + 28) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: sources: the tail is damaged", name);
    rls_input_init(&input, section);
    rls_strings_open(&sources->names, &input, rls_get_u64(tail), named, name);
    rls_frames_open(&sources->numbers, &input, named);
    if (!sources->all_keys)
        rls_frames_open(&sources->ranks, &input, sources->source_count - named);
    rls_frames_open(&sources->sizes, &input, sources->source_count);
    rls_frames_open(&sources->hashes, &input, sources->source_count);
    rls_frames_open(&sources->formats, &input, sources->source_count);
    rls_frames_open(&sources->run_docs, &input, sources->run_count);
    rls_frames_open(&sources->run_counts, &input, sources->run_count);
    rls_frames_open(&sources->run_sources, &input, sources->run_count);
    if (input.failed || rls_input_left(&input) != 0) {
        *sources = (rls_sources){0};
        return rls_fail(err, RLS_CORRUPT, "%s: sources: the section is damaged", name);
    }
    return RLS_OK;
}

/* Among the named: how many have a number below `number`, and whether the next is that number. */
static uint32_t
named_before(const rls_sources *sources, uint32_t number, bool *out_named)
{
    uint32_t count = sources->names.count;
    uint32_t before = (uint32_t)rls_frames_find(&sources->numbers, 0, count, number);

    *out_named = before < count && rls_frames_get(&sources->numbers, before) == number;
    return before;
}

/* The number of source `unnamed` among those that are named by their keys. Before it stand as many
 * of the named as have no more than `unnamed` of the others before them. */
static uint32_t
number_of_unnamed(const rls_sources *sources, uint32_t unnamed)
{
    uint32_t from = 0, to = sources->names.count;
    uint64_t number;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (rls_frames_get(&sources->numbers, middle) - middle <= unnamed)
            from = middle + 1;
        else
            to = middle;
    }
    number = (uint64_t)unnamed + from;
    return number < sources->source_count ? (uint32_t)number : RLS_NO_SOURCE;
}

static uint32_t
number_of_named(const rls_sources *sources, uint64_t named)
{
    uint64_t number = rls_frames_get(&sources->numbers, named);

    if (named >= sources->names.count || number >= sources->source_count)
        return RLS_NO_SOURCE;
    return (uint32_t)number;
}

uint32_t
rls_sources_key_rank(const rls_sources *sources, uint32_t number)
{
    bool     named;
    uint32_t before = named_before(sources, number, &named), unnamed;
    uint64_t rank;

    if (named || before > number)
        return RLS_NO_SOURCE;
    unnamed = number - before;
    rank = sources->all_keys ? unnamed : rls_frames_get(&sources->ranks, unnamed);
    return rank < sources->keys->doc_count ? (uint32_t)rank : RLS_NO_SOURCE;
}

rls_status
rls_sources_get(const rls_sources *sources, uint32_t number, rls_buffer *name,
                rls_segment_source *out_source, rls_error *err)
{
    bool       named;
    uint32_t   before = named_before(sources, number, &named), rank;
    rls_status status;

    *out_source = (rls_segment_source){0};
    rank = named ? RLS_NO_SOURCE : rls_sources_key_rank(sources, number);
    if (number >= sources->source_count || (!named && rank == RLS_NO_SOURCE))
        return rls_fail(err, RLS_CORRUPT,
                        "%s: sources: source %" PRIu32 " of %" PRIu32 " is damaged", sources->name,
                        number, sources->source_count);
    if (named)
        status = rls_strings_get(&sources->names, before, name, err);
    else
        status = rls_strings_get(&sources->keys->strings, rank, name, err);
    if (status != RLS_OK)
        return status;
    out_source->name = rls_buffer_bytes(name);
    out_source->size = rls_frames_get(&sources->sizes, number);
    out_source->hash = rls_frames_get(&sources->hashes, number);
    out_source->format = (uint32_t)rls_frames_get(&sources->formats, number);
    if (sources->stamps != NULL)
        rls_stamps_get(sources->stamps, number, &out_source->mtime_ns, &out_source->inode);
    return RLS_OK;
}

/* Index among those named by their keys of the one whose key has `rank`. */
static bool
find_rank(const rls_sources *sources, uint32_t rank, uint32_t *out_unnamed)
{
    uint32_t count = sources->source_count - sources->names.count, found;

    if (sources->all_keys) {
        *out_unnamed = rank;
        return true;
    }
    found = (uint32_t)rls_frames_find(&sources->ranks, 0, count, rank);
    if (found == count || rls_frames_get(&sources->ranks, found) != rank)
        return false;
    *out_unnamed = found;
    return true;
}

rls_status
rls_sources_find(const rls_sources *sources, rls_bytes name, uint32_t *out_number, rls_error *err)
{
    uint32_t   index, first, end;
    bool       equal;
    rls_status status;

    if (sources->source_count == 0)
        return RLS_NOT_FOUND;
    status = rls_strings_find(&sources->names, name, &index, &equal, err);
    if (status != RLS_OK)
        return status;
    if (equal) {
        *out_number = number_of_named(sources, index);
        return *out_number == RLS_NO_SOURCE ? RLS_NOT_FOUND : RLS_OK;
    }
    status = rls_keys_find_ranks(sources->keys, name, &first, &end, err);
    if (status != RLS_OK)
        return status;
    for (uint32_t rank = first; rank < end; rank++) {
        if (!find_rank(sources, rank, &index))
            continue;
        *out_number = number_of_unnamed(sources, index);
        return *out_number == RLS_NO_SOURCE ? RLS_NOT_FOUND : RLS_OK;
    }
    return RLS_NOT_FOUND;
}

uint32_t
rls_sources_of(const rls_sources *sources, uint32_t doc)
{
    uint32_t unnamed;
    uint64_t run;

    if (sources->source_count == 0 || doc >= sources->keys->doc_count)
        return RLS_NO_SOURCE;
    if (sources->names.count < sources->source_count &&
        find_rank(sources, rls_keys_rank(sources->keys, doc), &unnamed))
        return number_of_unnamed(sources, unnamed);
    /* The last run that begins at or before the document. */
    run = rls_frames_find(&sources->run_docs, 0, sources->run_count, (uint64_t)doc + 1);
    if (run == 0 || doc - rls_frames_get(&sources->run_docs, run - 1) >=
                        rls_frames_get(&sources->run_counts, run - 1))
        return RLS_NO_SOURCE;
    return number_of_named(sources, rls_frames_get(&sources->run_sources, run - 1));
}

void
rls_sources_of_all(const rls_sources *sources, uint32_t *out_numbers)
{
    uint32_t doc_count = sources->keys->doc_count, named = 0;

    for (uint32_t doc = 0; doc < doc_count; doc++)
        out_numbers[doc] = RLS_NO_SOURCE;
    for (uint32_t number = 0; number < sources->source_count; number++) {
        uint64_t rank;

        if (named < sources->names.count && rls_frames_get(&sources->numbers, named) == number) {
            named++;
            continue;
        }
        rank = sources->all_keys ? number - named : rls_frames_get(&sources->ranks, number - named);
        if (rank < doc_count)
            out_numbers[rls_keys_doc(sources->keys, (uint32_t)rank)] = number;
    }
    for (uint32_t run = 0; run < sources->run_count; run++) {
        uint64_t first = rls_frames_get(&sources->run_docs, run);
        uint64_t count = rls_frames_get(&sources->run_counts, run);
        uint32_t number = number_of_named(sources, rls_frames_get(&sources->run_sources, run));

        for (uint64_t doc = first; doc < doc_count && doc - first < count; doc++)
            out_numbers[doc] = number;
    }
}
