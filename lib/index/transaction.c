#include "index/transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "analysis/analyzer.h"
#include "index/file_cleaner.h"
#include "index/merge_policy.h"
#include "index/snapshot.h"

void
rls_writer_part_release(rls_index_writer *writer, rls_writer_part *part)
{
    rls_segment_close(part->segment);
    rls_live_docs_release(&part->live, writer->heap);
    rls_share_free(part->share);
    memset(part, 0, sizeof *part);
}

static rls_writer_part *
add_part(rls_index_writer *writer)
{
    void *memory = writer->parts;

    if (!rls_grow(writer->heap, &memory, &writer->part_capacity, writer->part_count + 1,
                  sizeof *writer->parts))
        return NULL;
    writer->parts = memory;
    memset(&writer->parts[writer->part_count], 0, sizeof *writer->parts);
    return &writer->parts[writer->part_count++];
}

/* --- starting --- */

static rls_status
set_schema(rls_index_writer *writer, rls_error *err)
{
    rls_buffer text;
    rls_status status;

    rls_schema_free(writer->schema);
    writer->schema = NULL;
    if (writer->options.schema == NULL)
        return rls_schema_parse(writer->heap, writer->manifest.schema, "the index's schema",
                                &writer->schema, err);
    rls_buffer_init(&text, writer->heap);
    status = rls_schema_write(writer->options.schema, &text);
    if (status != RLS_OK)
        rls_fail(err, status, "no memory for the schema");
    else
        status = rls_schema_parse(writer->heap, rls_buffer_bytes(&text), "the schema",
                                  &writer->schema, err);
    if (status == RLS_OK &&
        rls_bytes_compare(rls_buffer_bytes(&text), writer->manifest.schema) != 0)
        writer->settings_changed = true;
    rls_buffer_release(&text);
    return status;
}

/* The index's language: recorded, else asked for, else the schema's, else English. */
static rls_status
set_language(rls_index_writer *writer, rls_error *err)
{
    const char *asked = writer->options.language;
    rls_bytes   recorded = writer->manifest.generation > 0 ? writer->manifest.languages[0].name
                                                           : rls_bytes_of(NULL, 0);
    rls_bytes   wanted =
        asked != NULL ? rls_bytes_of(asked, strlen(asked)) : rls_schema_language(writer->schema);
    rls_bytes     language;
    rls_analyzer *analyzer;
    rls_status    status;

    if (wanted.size == 0)
        wanted = recorded.size > 0 ? recorded : rls_bytes_of("english", 7);
    language = rls_language_canonical(wanted);
    /* Making an analyzer tells which names there are when this one is unknown. */
    status = rls_analyzer_new(writer->heap, wanted, &analyzer, err);
    if (status != RLS_OK)
        return status;
    rls_analyzer_free(analyzer);
    if (recorded.size > 0 && rls_bytes_compare(language, recorded) != 0)
        return rls_fail(err, RLS_BAD_ARGUMENT,
                        "%s: is an index in language \"%.*s\", not \"%.*s\" (use another folder)",
                        writer->directory->label, (int)recorded.size, (const char *)recorded.data,
                        (int)language.size, (const char *)language.data);
    language.data = (uint8_t *)rls_arena_copy(&writer->arena, language.data, language.size);
    if (language.data == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to open a writer");
    writer->settings.segment.language = language;
    return RLS_OK;
}

static rls_status
add_root(rls_index_writer *writer, rls_bytes label, rls_bytes path, rls_error *err)
{
    void              *memory = writer->roots;
    rls_manifest_root *root;
    char              *label_copy = rls_arena_copy(&writer->arena, label.data, label.size);
    char              *path_copy = rls_arena_copy(&writer->arena, path.data, path.size);

    if (label_copy == NULL || path_copy == NULL ||
        !rls_grow(writer->heap, &memory, &writer->root_capacity, writer->root_count + 1,
                  sizeof *writer->roots))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a folder's name");
    writer->roots = memory;
    root = &writer->roots[writer->root_count++];
    root->label = rls_bytes_of(label_copy, label.size);
    root->path = rls_bytes_of(path_copy, path.size);
    return RLS_OK;
}

static rls_status
open_parts(rls_index_writer *writer, rls_error *err)
{
    for (uint32_t i = 0; i < writer->manifest.segment_count; i++) {
        const rls_manifest_segment *entry = &writer->manifest.segments[i];
        rls_snapshot_segment        opened = {0};
        rls_writer_part            *part;
        rls_status                  status =
            rls_snapshot_open_segment(writer->heap, writer->directory, entry, false, &opened, err);
        if (status == RLS_OK && (part = add_part(writer)) == NULL)
            status = rls_fail(err, RLS_NO_MEMORY, "no memory to open a writer");
        if (status != RLS_OK) {
            rls_snapshot_close_segment(writer->heap, &opened);
            return status;
        }
        part->segment = opened.segment;
        part->live_generation = entry->live_generation;
        if (opened.live != NULL) {
            part->live = *opened.live;
            part->has_live = true;
            rls_free(writer->heap, opened.live);
        }
    }
    return RLS_OK;
}

rls_status
rls_transaction_start(rls_index_writer *writer, rls_error *err)
{
    rls_error  error = {0};
    rls_status status;

    status =
        rls_manifest_read_newest(&writer->manifest, writer->heap, writer->directory, false, &error);
    if (status == RLS_NOT_FOUND && writer->options.create) {
        rls_manifest_init(&writer->manifest, writer->heap);
        writer->manifest.store = writer->options.store;
        status = RLS_OK;
    }
    if (status != RLS_OK) {
        if (err != NULL)
            *err = error;
        return status;
    }
    status =
        rls_snapshot_check_analysis(writer->heap, &writer->manifest, writer->directory->label, err);
    if (status == RLS_OK)
        status = set_schema(writer, err);
    if (status == RLS_OK)
        status = set_language(writer, err);
    for (uint32_t i = 0; status == RLS_OK && i < writer->manifest.root_count; i++)
        status =
            add_root(writer, writer->manifest.roots[i].label, writer->manifest.roots[i].path, err);
    if (status != RLS_OK)
        return status;
    writer->settings.segment.store = writer->manifest.store;
    writer->settings.segment.schema = writer->schema;
    writer->settings.segment.k1 = 1.2f;
    writer->settings.segment.b = 0.75f;
    writer->settings.segment.salt = (writer->manifest.generation + 1) << 24;
    writer->started = true;
    /* Files that a writer left which did not come to its commit. */
    status = rls_file_cleaner_run(writer->heap, writer->directory, &writer->manifest, err);
    if (status != RLS_OK)
        return status;
    return open_parts(writer, err);
}

void
rls_transaction_forget(rls_index_writer *writer)
{
    rls_share_free(writer->share);
    writer->share = NULL;
    for (size_t i = 0; i < writer->part_count; i++)
        rls_writer_part_release(writer, &writer->parts[i]);
    writer->part_count = 0;
    writer->request_count = 0;
    rls_arena_reset(&writer->request_arena);
    writer->root_count = 0;
    writer->settings_changed = false;
    writer->sequence = writer->share_count = 0;
    memset(&writer->report, 0, sizeof writer->report);
    rls_schema_free(writer->schema);
    writer->schema = NULL;
    rls_arena_reset(&writer->arena);
}

/* --- folders --- */

/* Whether names of files would mix: another folder has the label, or the folder without a label has
 * a folder of that name in it. */
static bool
label_taken(const rls_index_writer *writer, rls_bytes label)
{
    char path[4096];

    for (size_t i = 0; i < writer->root_count; i++) {
        const rls_manifest_root *root = &writer->roots[i];
        if (rls_bytes_compare(root->label, label) == 0)
            return true;
        if (root->label.size == 0 &&
            snprintf(path, sizeof path, "%.*s/%.*s", (int)root->path.size,
                     (const char *)root->path.data, (int)label.size,
                     (const char *)label.data) < (int)sizeof path &&
            access(path, F_OK) == 0)
            return true;
    }
    return false;
}

rls_status
rls_index_writer_root(rls_index_writer *writer, rls_bytes path, rls_bytes *out_label,
                      rls_error *err)
{
    char        label[1024];
    size_t      start = path.size;
    const char *text = (const char *)path.data;
    rls_status  status;

    for (size_t i = 0; i < writer->root_count; i++) {
        if (rls_bytes_compare(writer->roots[i].path, path) == 0) {
            *out_label = writer->roots[i].label;
            return RLS_OK;
        }
    }
    label[0] = '\0';
    if (writer->root_count > 0) {
        while (start > 0 && text[start - 1] != '/')
            start--;
        for (unsigned number = 1;; number++) {
            int size = number == 1 ? snprintf(label, sizeof label, "%.*s", (int)(path.size - start),
                                              text + start)
                                   : snprintf(label, sizeof label, "%.*s~%u",
                                              (int)(path.size - start), text + start, number);
            if (size < 0 || (size_t)size >= sizeof label)
                return rls_fail(err, RLS_BAD_ARGUMENT, "the folder's name is too long");
            if (size > 0 && !label_taken(writer, rls_bytes_of(label, (size_t)size)))
                break;
        }
    }
    status = add_root(writer, rls_bytes_of(label, strlen(label)), path, err);
    if (status != RLS_OK)
        return status;
    writer->settings_changed = true;
    *out_label = writer->roots[writer->root_count - 1].label;
    return RLS_OK;
}

/* --- taking shares --- */

rls_status
rls_transaction_take(rls_index_writer *writer, rls_share *share, rls_error *err)
{
    rls_writer_part *part;
    rls_status       status = share->status;

    for (size_t i = 0; i < share->note_count && writer->options.note != NULL; i++)
        writer->options.note(writer->options.context, share->notes[i].path, share->notes[i].message,
                             share->notes[i].skipped);
    writer->report.added += share->document_count;
    writer->report.unchanged += share->unchanged_count;
    writer->report.skipped += share->skipped_count;
    writer->report.noted += share->noted_count;
    writer->report.source_bytes += share->source_bytes;
    writer->documents_done += share->document_count + share->unchanged_count;
    writer->bytes_done += share->source_bytes;
    if (status != RLS_OK) {
        if (err != NULL)
            *err = share->error;
    } else if (share->segment != NULL) {
        part = add_part(writer);
        if (part == NULL) {
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for another segment");
        } else {
            part->segment = share->segment;
            share->segment = NULL;
            part->live = share->live;
            memset(&share->live, 0, sizeof share->live);
            part->has_live = part->live.deleted_count > 0;
            part->dirty = part->has_live;
            if (!part->has_live)
                rls_live_docs_release(&part->live, writer->heap);
            part->share = share;
            /* Only the order of the inputs is asked for from now on. */
            rls_arena_release(&share->arena);
            rls_arena_init(&share->arena, share->heap, 64);
            rls_free(share->heap, share->items);
            rls_free(share->heap, share->notes);
            share->items = NULL;
            share->notes = NULL;
            share->item_count = share->item_capacity = share->note_count = 0;
            share = NULL;
        }
    }
    rls_share_free(share);
    if (status != RLS_OK)
        writer->failed = status;
    return status;
}

/* --- committing --- */

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
    const rls_segment_info *info = rls_segment_get_info(part->segment);
    rls_manifest_segment   *entry = &next->segments[next->segment_count];
    char                    name[RLS_NAME_SIZE];
    rls_status              status;

    for (uint32_t i = 0; i < info->language_count; i++) {
        status = add_language(writer, next, info->languages[i], err);
        if (status != RLS_OK)
            return status;
    }
    memcpy(entry->id, info->id, RLS_ID_SIZE);
    entry->size = info->size;
    entry->doc_count = info->doc_count;
    entry->deleted_count = part->has_live ? part->live.deleted_count : 0;
    entry->live_generation = part->live_generation;
    if (part->dirty) {
        entry->live_generation = next->generation;
        rls_live_file_name(info->id, next->generation, name);
        status = rls_live_docs_write(&part->live, writer->directory, info->id, name, err);
        if (status != RLS_OK)
            return status;
    }
    next->segment_count++;
    return RLS_OK;
}

static bool
is_empty(const rls_writer_part *part)
{
    return part->has_live &&
           part->live.deleted_count == rls_segment_get_info(part->segment)->doc_count;
}

/* Writes the commit that the parts amount to and makes it the writer's newest. */
static rls_status
publish(rls_index_writer *writer, rls_error *err)
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
    for (size_t i = 0; status == RLS_OK && i < writer->part_count; i++) {
        if (!is_empty(&writer->parts[i]))
            status = add_segment(writer, &next, &writer->parts[i], err);
    }
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
            rls_writer_part_release(writer, part);
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
    rls_file_cleaner_run(writer->heap, writer->directory, &writer->manifest, NULL);
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

    status = rls_deletes_resolve(writer->heap, writer->parts, writer->part_count, writer->requests,
                                 writer->request_count, &counts, err);
    if (status != RLS_OK) {
        writer->failed = status;
        return status;
    }
    for (size_t i = 0; i < writer->part_count; i++) {
        const rls_writer_part *part = &writer->parts[i];
        changed = changed || part->dirty || part->share != NULL;
        if (part->share != NULL)
            new_documents += rls_segment_get_info(part->segment)->doc_count -
                             (part->has_live ? part->live.deleted_count : 0);
    }
    if (changed) {
        status = publish(writer, err);
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

/* --- merging --- */

static bool
cancelled(void *context)
{
    rls_index_writer *writer = context;
    return !writer->options.progress(writer->options.context, writer->documents_done,
                                     writer->bytes_done);
}

static rls_status
merge_range(rls_index_writer *writer, size_t first, size_t count, rls_error *err)
{
    rls_segment_settings settings = writer->settings.segment;
    rls_merge_input     *inputs = rls_alloc(writer->heap, count, sizeof *inputs);
    rls_segment         *merged = NULL;
    rls_status           status;

    if (inputs == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to merge segments");
    for (size_t i = 0; i < count; i++) {
        rls_writer_part *part = &writer->parts[first + i];
        inputs[i] = (rls_merge_input){part->segment, part->has_live ? &part->live : NULL};
    }
    settings.salt |= (uint64_t)1 << 23; /* apart from the salts of shares */
    status = rls_segment_merge(writer->heap, writer->directory, &settings, inputs, count,
                               writer->options.progress == NULL ? NULL : cancelled, writer, &merged,
                               err);
    rls_free(writer->heap, inputs);
    if (status != RLS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        rls_writer_part_release(writer, &writer->parts[first + i]);
    writer->parts[first].segment = merged;
    memmove(&writer->parts[first + 1], &writer->parts[first + count],
            (writer->part_count - first - count) * sizeof *writer->parts);
    writer->part_count -= count - 1;
    return publish(writer, err);
}

rls_status
rls_transaction_merge(rls_index_writer *writer, rls_error *err)
{
    for (;;) {
        rls_merge_candidate *candidates =
            rls_alloc(writer->heap, writer->part_count, sizeof *candidates);
        size_t     first, count;
        bool       found;
        rls_status status;

        if (candidates == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory to merge segments");
        for (size_t i = 0; i < writer->part_count; i++) {
            const rls_writer_part  *part = &writer->parts[i];
            const rls_segment_info *info = rls_segment_get_info(part->segment);
            candidates[i] = (rls_merge_candidate){info->size, info->doc_count,
                                                  part->has_live ? part->live.deleted_count : 0};
        }
        found = rls_merge_policy_next(candidates, writer->part_count, &first, &count);
        rls_free(writer->heap, candidates);
        if (!found)
            return RLS_OK;
        status = merge_range(writer, first, count, err);
        if (status != RLS_OK)
            return status;
    }
}

rls_status
rls_transaction_merge_all(rls_index_writer *writer, rls_error *err)
{
    if (writer->part_count == 0 || (writer->part_count == 1 && !writer->parts[0].has_live))
        return RLS_OK;
    return merge_range(writer, 0, writer->part_count, err);
}
