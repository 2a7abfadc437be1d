#include "index/deletes.h"

typedef struct resolving {
    rls_heap          *heap;
    rls_directory     *directory;
    rls_writer_part   *parts;
    size_t             newer; /* the part whose documents replace */
    rls_buffer         name;
    rls_delete_counts *counts;
    rls_error         *err;
} resolving;

static rls_status
delete_document(resolving *work, rls_writer_part *part, uint32_t doc, uint64_t *counter)
{
    uint32_t doc_count = part->doc_count;

    if (!part->has_live) {
        if (rls_live_docs_init(&part->live, work->heap, doc_count) != RLS_OK)
            return rls_fail(work->err, RLS_NO_MEMORY, "no memory for deletions");
        part->has_live = true;
    }
    if (rls_live_docs_delete(&part->live, doc)) {
        part->dirty = true;
        ++*counter;
    }
    return RLS_OK;
}

static bool
is_live(const rls_writer_part *part, uint32_t doc)
{
    return !part->has_live || rls_bitset_get(&part->live.live, doc);
}

/* --- newer documents replace older ones of the same key --- */

/* False when no key of one part can be in the other: their ranges do not meet. */
static rls_status
keys_may_meet(resolving *work, const rls_segment *older, rls_bytes least, rls_bytes greatest,
              bool *out_may)
{
    uint32_t   doc_count = rls_segment_get_info(older)->doc_count;
    uint32_t   doc;
    rls_status status;

    *out_may = false;
    status = rls_segment_key_at(older, 0, &work->name, &doc, work->err);
    if (status != RLS_OK || rls_bytes_compare(rls_buffer_bytes(&work->name), greatest) > 0)
        return status;
    status = rls_segment_key_at(older, doc_count - 1, &work->name, &doc, work->err);
    if (status == RLS_OK)
        *out_may = rls_bytes_compare(rls_buffer_bytes(&work->name), least) >= 0;
    return status;
}

typedef struct key_visit {
    resolving *work;
    size_t     older;
} key_visit;

static rls_status
visit_key(void *context, rls_bytes key, uint32_t doc)
{
    key_visit       *visit = context;
    resolving       *work = visit->work;
    rls_writer_part *older = &work->parts[visit->older];
    uint32_t         found;
    rls_status       status;

    if (!is_live(&work->parts[work->newer], doc))
        return RLS_OK;
    status = rls_segment_find_key(older->segment, key, &found, work->err);
    if (status == RLS_NOT_FOUND)
        return RLS_OK;
    if (status != RLS_OK)
        return status;
    return delete_document(work, older, found, &work->counts->replaced);
}

/* Both are open. */
static rls_status
replace_keys(resolving *work, size_t older, rls_bytes least, rls_bytes greatest)
{
    key_visit  visit = {work, older};
    bool       may;
    rls_status status = keys_may_meet(work, work->parts[older].segment, least, greatest, &may);

    if (status == RLS_OK && may)
        status =
            rls_segment_walk_keys(work->parts[work->newer].segment, visit_key, &visit, work->err);
    return status;
}

/* --- newer files replace all documents of their older versions --- */

static bool
same_version(const rls_segment_source *a, const rls_segment_source *b)
{
    return a->size == b->size && a->hash == b->hash;
}

static rls_status
delete_sources(resolving *work, rls_writer_part *part, const rls_bitset *doomed,
               uint64_t before_sequence, uint64_t *counter)
{
    uint32_t doc_count = part->doc_count;

    for (uint32_t doc = 0; doc < doc_count; doc++) {
        uint32_t   source = rls_segment_doc_source(part->segment, doc);
        rls_status status;
        if (source == RLS_NO_SOURCE || source >= doomed->size || !rls_bitset_get(doomed, source))
            continue;
        if (part->share != NULL && rls_share_sequence(part->share, doc) >= before_sequence)
            continue;
        status = delete_document(work, part, doc, counter);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

/* Marks in `doomed` the sources of `older` that `newer` has read again. */
static rls_status
match_sources(resolving *work, const rls_writer_part *newer, const rls_writer_part *older,
              rls_bitset *doomed, bool *out_any)
{
    uint32_t count = rls_segment_source_count(newer->segment);

    *out_any = false;
    for (uint32_t i = 0; i < count; i++) {
        rls_segment_source mine, theirs;
        uint32_t           found;
        rls_status         status =
            rls_segment_get_source(newer->segment, i, &work->name, &mine, work->err);
        if (status != RLS_OK)
            return status;
        status = rls_segment_find_source(older->segment, mine.name, &found, work->err);
        if (status == RLS_NOT_FOUND)
            continue;
        if (status != RLS_OK)
            return status;
        status = rls_segment_get_source(older->segment, found, &work->name, &theirs, work->err);
        if (status != RLS_OK)
            return status;
        /* A long file comes in pieces: those of one transaction belong together. */
        if (older->share != NULL && same_version(&mine, &theirs))
            continue;
        rls_bitset_set(doomed, found);
        *out_any = true;
    }
    return RLS_OK;
}

/* Both are open. */
static rls_status
replace_sources(resolving *work, rls_writer_part *older)
{
    const rls_writer_part *newer = &work->parts[work->newer];
    uint32_t               count = rls_segment_source_count(older->segment);
    rls_bitset             doomed;
    bool                   any;
    rls_status             status;

    if (count == 0 || rls_segment_source_count(newer->segment) == 0)
        return RLS_OK;
    if (rls_bitset_init(&doomed, work->heap, count) != RLS_OK)
        return rls_fail(work->err, RLS_NO_MEMORY, "no memory for deletions");
    status = match_sources(work, newer, older, &doomed, &any);
    if (status == RLS_OK && any)
        status = delete_sources(work, older, &doomed, UINT64_MAX, &work->counts->deleted);
    rls_bitset_release(&doomed, work->heap);
    return status;
}

/* What the newer part takes away of all that came before it. */
static rls_status
replace_older(resolving *work)
{
    rls_writer_part *newer = &work->parts[work->newer];
    rls_buffer       least, greatest;
    uint32_t         doc;
    rls_status       status = rls_writer_part_open(newer, work->heap, work->directory, work->err);

    rls_buffer_init(&least, work->heap);
    rls_buffer_init(&greatest, work->heap);
    if (status == RLS_OK)
        status = rls_segment_key_at(newer->segment, 0, &least, &doc, work->err);
    if (status == RLS_OK)
        status =
            rls_segment_key_at(newer->segment, newer->doc_count - 1, &greatest, &doc, work->err);
    for (size_t i = 0; status == RLS_OK && i < work->newer; i++) {
        rls_writer_part *older = &work->parts[i];

        status = rls_writer_part_open(older, work->heap, work->directory, work->err);
        if (status == RLS_OK)
            status = replace_keys(work, i, rls_buffer_bytes(&least), rls_buffer_bytes(&greatest));
        if (status == RLS_OK)
            status = replace_sources(work, older);
        rls_writer_part_rest(older);
    }
    rls_buffer_release(&least);
    rls_buffer_release(&greatest);
    rls_writer_part_rest(newer);
    return status;
}

/* --- what the user asked for --- */

static rls_status
delete_key(resolving *work, rls_writer_part *part, const rls_delete_request *request)
{
    uint32_t   doc;
    rls_status status = rls_segment_find_key(part->segment, request->name, &doc, work->err);

    if (status == RLS_NOT_FOUND)
        return RLS_OK;
    if (status != RLS_OK)
        return status;
    if (part->share != NULL && rls_share_sequence(part->share, doc) >= request->sequence)
        return RLS_OK;
    return delete_document(work, part, doc, &work->counts->deleted);
}

/* All requests for files at once: one pass over the part's documents for each distinct sequence. */
static rls_status
delete_files(resolving *work, rls_writer_part *part, const rls_delete_request *requests,
             size_t request_count)
{
    uint32_t   count = rls_segment_source_count(part->segment);
    rls_bitset doomed;
    rls_status status = RLS_OK;
    size_t     i = 0;

    if (count == 0)
        return RLS_OK;
    if (rls_bitset_init(&doomed, work->heap, count) != RLS_OK)
        return rls_fail(work->err, RLS_NO_MEMORY, "no memory for deletions");
    while (status == RLS_OK && i < request_count) {
        uint64_t sequence = requests[i].sequence;
        bool     any = false;
        for (; status == RLS_OK && i < request_count && requests[i].sequence == sequence; i++) {
            uint32_t found;
            if (!requests[i].is_file)
                continue;
            status = rls_segment_find_source(part->segment, requests[i].name, &found, work->err);
            if (status == RLS_OK) {
                rls_bitset_set(&doomed, found);
                any = true;
            } else if (status == RLS_NOT_FOUND) {
                status = RLS_OK;
            }
        }
        if (status == RLS_OK && any)
            status = delete_sources(work, part, &doomed, sequence, &work->counts->deleted);
        if (any)
            memset(doomed.words, 0, rls_bitset_word_count(count) * sizeof *doomed.words);
    }
    rls_bitset_release(&doomed, work->heap);
    return status;
}

/* All requests, of one part. */
static rls_status
delete_asked(resolving *work, rls_writer_part *part, const rls_delete_request *requests,
             size_t request_count)
{
    rls_status status = rls_writer_part_open(part, work->heap, work->directory, work->err);

    for (size_t i = 0; status == RLS_OK && i < request_count; i++) {
        if (!requests[i].is_file)
            status = delete_key(work, part, &requests[i]);
    }
    if (status == RLS_OK)
        status = delete_files(work, part, requests, request_count);
    rls_writer_part_rest(part);
    return status;
}

rls_status
rls_deletes_resolve(rls_heap *heap, rls_directory *directory, rls_writer_part *parts,
                    size_t part_count, const rls_delete_request *requests, size_t request_count,
                    rls_delete_counts *out_counts, rls_error *err)
{
    resolving work = {
        .heap = heap, .directory = directory, .parts = parts, .counts = out_counts, .err = err};
    rls_status status = RLS_OK;

    memset(out_counts, 0, sizeof *out_counts);
    rls_buffer_init(&work.name, heap);
    for (size_t i = 0; status == RLS_OK && request_count > 0 && i < part_count; i++)
        status = delete_asked(&work, &parts[i], requests, request_count);
    for (work.newer = 0; status == RLS_OK && work.newer < part_count; work.newer++) {
        if (parts[work.newer].share != NULL)
            status = replace_older(&work);
    }
    rls_buffer_release(&work.name);
    return status;
}
