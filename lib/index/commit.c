/* What a writer has → a commit: live documents, then the manifest, put in place by a rename. */
#include "analysis/analyzer.h"
#include "index/file_cleaner.h"
#include "index/transaction.h"

static rls_status
add_language(rls_index_writer *writer, rls_manifest *next, rls_bytes name, rls_error *err)
{
    rls_analyzer          *analyzer;
    rls_manifest_language *languages;
    rls_status             status;

    for (uint32_t i = 0; i < next->language_count; i++) {
        if (rls_bytes_compare(next->languages[i].name, name) == 0)
            return RLS_OK;
    }
    status = rls_analyzer_new(writer->heap, name, &analyzer, err);
    if (status != RLS_OK)
        return status;
    languages = rls_arena_alloc_zeroed(&next->arena, next->language_count + 1, sizeof *languages);
    if (languages != NULL) {
        if (next->language_count > 0)
            memcpy(languages, next->languages, next->language_count * sizeof *languages);
        languages[next->language_count].name =
            rls_bytes_of(rls_arena_copy(&next->arena, name.data, name.size), name.size);
        status =
            rls_analyzer_fingerprint(analyzer, &languages[next->language_count].fingerprint, err);
        if (languages[next->language_count].name.data == NULL)
            languages = NULL;
    }
    rls_analyzer_free(analyzer);
    if (status != RLS_OK)
        return status;
    if (languages == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a commit");
    next->languages = languages;
    next->language_count++;
    return RLS_OK;
}

static rls_status
add_segment(rls_index_writer *writer, rls_manifest *next, rls_writer_part *part, rls_error *err)
{
    rls_manifest_segment *entry = &next->segments[next->segment_count];
    char                  name[RLS_NAME_SIZE];
    rls_status            status;

    memcpy(entry->id, part->id, RLS_ID_SIZE);
    entry->size = part->size;
    entry->doc_count = part->doc_count;
    entry->deleted_count = part->has_live ? part->live.deleted_count : 0;
    entry->live_generation = part->live_generation;
    if (part->dirty) {
        entry->live_generation = next->generation;
        rls_live_file_name(part->id, next->generation, name);
        status = rls_live_docs_write(&part->live, writer->directory, part->id, name, err);
        if (status != RLS_OK)
            return status;
    }
    next->segment_count++;
    return RLS_OK;
}

static bool
is_empty(const rls_writer_part *part)
{
    return part->has_live && part->live.deleted_count == part->doc_count;
}

rls_status
rls_transaction_publish(rls_index_writer *writer, rls_error *err)
{
    rls_manifest next;
    rls_buffer   schema;
    size_t       kept = 0;
    rls_status   status;

    rls_buffer_init(&schema, writer->heap);
    rls_manifest_init(&next, writer->heap);
    next.generation = writer->manifest.generation + 1;
    next.store = writer->manifest.store;
    status = rls_schema_write(writer->schema, &schema);
    if (status != RLS_OK || schema.failed)
        goto no_memory;
    next.schema = rls_bytes_of(rls_arena_copy(&next.arena, schema.data, schema.size), schema.size);
    next.segments =
        rls_arena_alloc_zeroed(&next.arena, writer->part_count + 1, sizeof *next.segments);
    next.roots = rls_arena_alloc_zeroed(&next.arena, writer->root_count + 1, sizeof *next.roots);
    if (next.schema.data == NULL || next.segments == NULL || next.roots == NULL)
        goto no_memory;
    for (size_t i = 0; i < writer->root_count; i++) {
        const rls_manifest_root *root = &writer->roots[i];
        char *label = rls_arena_copy(&next.arena, root->label.data, root->label.size);
        char *path = rls_arena_copy(&next.arena, root->path.data, root->path.size);
        if (label == NULL || path == NULL)
            goto no_memory;
        next.roots[next.root_count++] = (rls_manifest_root){rls_bytes_of(label, root->label.size),
                                                            rls_bytes_of(path, root->path.size)};
    }
    status = add_language(writer, &next, writer->settings.segment.language, err);
    for (uint32_t i = 0; status == RLS_OK && i < writer->manifest.language_count; i++)
        status = add_language(writer, &next, writer->manifest.languages[i].name, err);
    for (size_t i = 0; status == RLS_OK && i < writer->language_count; i++)
        status = add_language(writer, &next, writer->languages[i], err);
    for (size_t i = 0; status == RLS_OK && i < writer->part_count; i++) {
        if (!is_empty(&writer->parts[i]))
            status = add_segment(writer, &next, &writer->parts[i], err);
    }
    if (status == RLS_OK && writer->repair != NULL)
        status = rls_repair_set_aside(writer->repair, err);
    if (status == RLS_OK)
        status = rls_manifest_publish(&next, writer->directory, err);
    if (status != RLS_OK)
        goto fail;

    rls_buffer_release(&schema);
    rls_manifest_release(&writer->manifest);
    writer->manifest = next;
    for (size_t i = 0; i < writer->part_count; i++) {
        rls_writer_part *part = &writer->parts[i];
        if (is_empty(part)) {
            rls_writer_part_release(part, writer->heap);
            continue;
        }
        if (part->dirty)
            part->live_generation = next.generation;
        part->dirty = false;
        rls_share_free(part->share);
        part->share = NULL;
        writer->parts[kept++] = *part;
    }
    writer->part_count = kept;
    writer->settings.segment.salt = (next.generation + 1) << 24;
    writer->settings_changed = false;
    /* What could not be removed now is removed by the next writer. */
    rls_file_cleaner_run(writer->heap, writer->directory, &writer->manifest, true, NULL);
    return RLS_OK;

no_memory:
    status = rls_fail(err, RLS_NO_MEMORY, "no memory for a commit");
fail:
    rls_buffer_release(&schema);
    rls_manifest_release(&next);
    writer->failed = status;
    return status;
}

rls_status
rls_transaction_commit(rls_index_writer *writer, rls_error *err)
{
    rls_delete_counts counts;
    bool              changed = writer->manifest.generation == 0 || writer->settings_changed;
    uint64_t          new_documents = 0;
    rls_status        status;

    status = rls_deletes_resolve(writer->heap, writer->directory, writer->parts, writer->part_count,
                                 writer->requests, writer->request_count, &counts, err);
    if (status != RLS_OK) {
        writer->failed = status;
        return status;
    }
    for (size_t i = 0; i < writer->part_count; i++) {
        const rls_writer_part *part = &writer->parts[i];
        changed = changed || part->dirty || part->share != NULL;
        if (part->share != NULL)
            new_documents += part->doc_count - (part->has_live ? part->live.deleted_count : 0);
    }
    if (changed) {
        status = rls_transaction_publish(writer, err);
        if (status != RLS_OK)
            return status;
    }
    writer->report.added = new_documents > counts.replaced ? new_documents - counts.replaced : 0;
    writer->report.replaced = counts.replaced;
    writer->report.deleted = counts.deleted;
    writer->last_report = writer->report;
    memset(&writer->report, 0, sizeof writer->report);
    writer->request_count = 0;
    rls_arena_reset(&writer->request_arena);
    writer->sequence = writer->share_count = 0;
    rls_transaction_sizes(writer, &writer->last_report);
    return RLS_OK;
}

void
rls_transaction_report(const rls_index_writer *writer, rls_commit_report *out_report)
{
    if (out_report != NULL)
        *out_report = writer->last_report;
}

void
rls_transaction_sizes(const rls_index_writer *writer, rls_commit_report *report)
{
    report->documents = report->index_bytes = 0;
    for (uint32_t i = 0; i < writer->manifest.segment_count; i++) {
        const rls_manifest_segment *segment = &writer->manifest.segments[i];
        report->documents += segment->doc_count - segment->deleted_count;
        report->index_bytes += segment->size;
        if (segment->live_generation > 0)
            report->index_bytes += segment->doc_count / 8;
    }
    report->segments = writer->manifest.segment_count;
    report->generation = writer->manifest.generation;
}
