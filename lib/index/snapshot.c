#include "index/snapshot.h"

#include <inttypes.h>

enum {
    OPEN_ATTEMPTS = 1000 /* each but the first for a commit that came meanwhile */
};

/* Words were analysed by some version of stemmer and tables when they were indexed; under another
 * version queries would quietly miss them. */
rls_status
rls_snapshot_check_analysis(rls_heap *heap, const rls_manifest *manifest, const char *label,
                            rls_error *err)
{
    for (uint32_t i = 0; i < manifest->language_count; i++) {
        const rls_manifest_language *language = &manifest->languages[i];
        rls_analyzer                *analyzer;
        uint64_t                     fingerprint;
        rls_status status = rls_analyzer_new(heap, language->name, &analyzer, err);
        if (status == RLS_NO_MEMORY)
            return status;
        if (status != RLS_OK)
            return rls_fail(err, RLS_UNSUPPORTED,
                            "%s: was indexed in language \"%.*s\", which this build does not have",
                            label, (int)language->name.size, (const char *)language->name.data);
        status = rls_analyzer_fingerprint(analyzer, &fingerprint, err);
        rls_analyzer_free(analyzer);
        if (status != RLS_OK)
            return status;
        if (fingerprint != language->fingerprint)
            return rls_fail(err, RLS_UNSUPPORTED,
                            "%s: was indexed with another version of the word analysis for "
                            "\"%.*s\" (index it again into a new folder)",
                            label, (int)language->name.size, (const char *)language->name.data);
    }
    return RLS_OK;
}

static rls_status
open_segment(rls_heap *heap, rls_directory *directory, const rls_manifest_segment *entry,
             bool verify, bool lean, rls_snapshot_segment *part, rls_error *err)
{
    const rls_segment_info *info;
    rls_segment            *segment;
    rls_live_docs          *live;
    char                    name[RLS_NAME_SIZE];
    rls_status              status;

    rls_segment_file_name(entry->id, name);
    status = lean ? rls_segment_open_lean(heap, directory, name, &segment, err)
                  : rls_segment_open(heap, directory, name, verify, &segment, err);
    if (status != RLS_OK)
        return status;
    part->segment = segment;
    info = rls_segment_get_info(segment);
    if (memcmp(info->id, entry->id, RLS_ID_SIZE) != 0 || info->doc_count != entry->doc_count ||
        info->size != entry->size)
        return rls_fail(err, RLS_CORRUPT, "%s: not the segment that the commit names", name);
    part->live_count = info->doc_count;
    if (entry->live_generation == 0)
        return RLS_OK;

    live = rls_alloc_zeroed(heap, 1, sizeof *live);
    if (live == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to open %s", name);
    part->live = live;
    rls_live_file_name(entry->id, entry->live_generation, name);
    status = rls_live_docs_read(live, heap, directory, entry->id, name, info->doc_count, err);
    if (status != RLS_OK)
        return status;
    if (live->deleted_count != entry->deleted_count)
        return rls_fail(err, RLS_CORRUPT,
                        "%s: %" PRIu32 " documents deleted, the commit says %" PRIu32, name,
                        live->deleted_count, entry->deleted_count);
    part->live_count -= live->deleted_count;
    return RLS_OK;
}

rls_status
rls_snapshot_open_segment(rls_heap *heap, rls_directory *directory,
                          const rls_manifest_segment *entry, bool verify,
                          rls_snapshot_segment *part, rls_error *err)
{
    return open_segment(heap, directory, entry, verify, false, part, err);
}

rls_status
rls_snapshot_open_segment_lean(rls_heap *heap, rls_directory *directory,
                               const rls_manifest_segment *entry, rls_snapshot_segment *part,
                               rls_error *err)
{
    return open_segment(heap, directory, entry, false, true, part, err);
}

void
rls_snapshot_close_segment(rls_heap *heap, rls_snapshot_segment *part)
{
    rls_segment_close(part->segment);
    if (part->live != NULL) {
        rls_live_docs_release(part->live, heap);
        rls_free(heap, part->live);
    }
    memset(part, 0, sizeof *part);
}

static void
free_analyzers(rls_pooled *object)
{
    rls_analyzer_set *set = (rls_analyzer_set *)object;

    for (uint32_t i = 0; i < set->count; i++)
        rls_analyzer_free(set->analyzers[i]);
    rls_free(set->heap, set);
}

rls_status
rls_snapshot_take_analyzers(rls_heap *heap, const rls_snapshot *snapshot,
                            rls_analyzer_set **out_set, rls_error *err)
{
    const rls_manifest *manifest = &snapshot->manifest;
    uint32_t            count = manifest->language_count > 0 ? manifest->language_count : 1;
    rls_analyzer_set   *set = NULL;
    rls_status          status = RLS_OK;

    if (snapshot->analyzers != NULL)
        set = (rls_analyzer_set *)rls_pool_take(snapshot->analyzers);
    *out_set = set;
    if (set != NULL)
        return RLS_OK;
    set = rls_alloc_zeroed(heap, 1, sizeof *set + count * sizeof(rls_analyzer *));
    if (set == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for an analyzer");
    set->pooled.destroy = free_analyzers;
    set->heap = heap;
    while (set->count < count && status == RLS_OK) {
        rls_bytes name = rls_bytes_of("none", 4);
        if (set->count < manifest->language_count)
            name = manifest->languages[set->count].name;
        status = rls_analyzer_new(heap, name, &set->analyzers[set->count], err);
        set->count += status == RLS_OK;
    }
    if (status != RLS_OK) {
        free_analyzers(&set->pooled);
        return status;
    }
    *out_set = set;
    return RLS_OK;
}

void
rls_snapshot_give_analyzers(const rls_snapshot *snapshot, rls_analyzer_set *set)
{
    if (set == NULL)
        return;
    if (snapshot->analyzers != NULL)
        rls_pool_give(snapshot->analyzers, &set->pooled);
    else
        free_analyzers(&set->pooled);
}

static rls_status
new_pools(rls_snapshot *snapshot, rls_error *err)
{
    rls_pool *pools = rls_alloc_zeroed(snapshot->heap, 2, sizeof *pools);

    if (pools == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", snapshot->directory->label);
    rls_pool_init(&pools[0]);
    rls_pool_init(&pools[1]);
    snapshot->analyzers = &pools[0];
    snapshot->workspaces = &pools[1];
    return RLS_OK;
}

static void
destroy(rls_snapshot *snapshot)
{
    rls_heap *heap = snapshot->heap;
    void (*owner_release)(void *) = snapshot->owner_release;
    void *owner = snapshot->owner;

    if (snapshot->analyzers != NULL) {
        rls_pool_release(snapshot->analyzers);
        rls_pool_release(snapshot->workspaces);
        rls_free(heap, snapshot->analyzers);
    }
    for (uint32_t i = 0; snapshot->segments != NULL && i < snapshot->segment_count; i++)
        rls_snapshot_close_segment(heap, &snapshot->segments[i]);
    rls_free(heap, snapshot->segments);
    rls_free(heap, snapshot->fields);
    rls_manifest_release(&snapshot->manifest);
    rls_free(heap, snapshot);
    if (owner_release != NULL)
        owner_release(owner);
}

static rls_status
load_once(rls_heap *heap, rls_directory *directory, bool verify, rls_snapshot **out_snapshot,
          uint64_t *out_generation, rls_error *err)
{
    rls_snapshot *snapshot = rls_alloc_zeroed(heap, 1, sizeof *snapshot);
    rls_status    status;

    if (snapshot == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", directory->label);
    snapshot->heap = heap;
    snapshot->directory = directory;
    atomic_init(&snapshot->references, 1);
    status = new_pools(snapshot, err);
    if (status != RLS_OK)
        goto fail;
    status = rls_manifest_read_newest(&snapshot->manifest, heap, directory, err);
    if (status != RLS_OK)
        goto fail;
    *out_generation = snapshot->manifest.generation;
    status = rls_snapshot_check_analysis(heap, &snapshot->manifest, directory->label, err);
    if (status != RLS_OK)
        goto fail;
    snapshot->segment_count = snapshot->manifest.segment_count;
    snapshot->segments =
        rls_alloc_zeroed(heap, snapshot->segment_count, sizeof *snapshot->segments);
    if (snapshot->segments == NULL) {
        status = rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", directory->label);
        goto fail;
    }
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        status = rls_snapshot_open_segment(heap, directory, &snapshot->manifest.segments[i], verify,
                                           &snapshot->segments[i], err);
        if (status != RLS_OK)
            goto fail;
    }
    status = rls_snapshot_count(snapshot, err);
    if (status != RLS_OK)
        goto fail;
    *out_snapshot = snapshot;
    return RLS_OK;

fail:
    destroy(snapshot);
    return status;
}

/* The newest generation there is now, or 0. */
static uint64_t
newest_generation(rls_heap *heap, rls_directory *directory)
{
    rls_manifest manifest;
    uint64_t     generation = 0;

    if (rls_manifest_read_newest(&manifest, heap, directory, NULL) == RLS_OK) {
        generation = manifest.generation;
        rls_manifest_release(&manifest);
    }
    return generation;
}

rls_status
rls_snapshot_load(rls_heap *heap, rls_directory *directory, bool verify,
                  rls_snapshot **out_snapshot, rls_error *err)
{
    rls_error  error = {0};
    rls_status status = RLS_OK;
    uint64_t   generation = 0;

    *out_snapshot = NULL;
    /* A writer may commit and clean up between our reading a commit and opening its files: then
     * there is a newer commit to open. */
    for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
        generation = 0;
        status = load_once(heap, directory, verify, out_snapshot, &generation, &error);
        if (status == RLS_OK || status == RLS_NO_MEMORY || status == RLS_UNSUPPORTED)
            break;
        if (generation == 0 || newest_generation(heap, directory) == generation)
            break;
    }
    if (status == RLS_NOT_FOUND && generation != 0) {
        error.status = status = RLS_CORRUPT; /* the commit is there, a file it names is not */
    }
    if (status != RLS_OK && err != NULL)
        *err = error;
    return status;
}

rls_snapshot *
rls_snapshot_hold(rls_snapshot *snapshot)
{
    atomic_fetch_add_explicit(&snapshot->references, 1, memory_order_relaxed);
    return snapshot;
}

void
rls_snapshot_let_go(rls_snapshot *snapshot)
{
    if (snapshot != NULL &&
        atomic_fetch_sub_explicit(&snapshot->references, 1, memory_order_acq_rel) == 1)
        destroy(snapshot);
}
