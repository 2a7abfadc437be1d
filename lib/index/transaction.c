#include "index/transaction.h"

#include "analysis/analyzer.h"
#include "index/file_cleaner.h"
#include "index/snapshot.h"

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
    rls_bytes   recorded = writer->manifest.language_count > 0 ? writer->manifest.languages[0].name
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
open_parts(rls_index_writer *writer, rls_error *err)
{
    for (uint32_t i = 0; i < writer->manifest.segment_count; i++) {
        const rls_manifest_segment *entry = &writer->manifest.segments[i];
        rls_snapshot_segment        opened = {0};
        rls_writer_part            *part;
        bool                        whole = true;
        rls_status                  status;

        if (writer->repair != NULL)
            status = rls_repair_open_segment(writer->repair, entry, &opened, &whole, err);
        else
            status = rls_snapshot_open_segment_lean(writer->heap, writer->directory, entry, &opened,
                                                    err);
        if (status == RLS_OK && !whole)
            continue;
        if (status == RLS_OK && (part = add_part(writer)) == NULL)
            status = rls_fail(err, RLS_NO_MEMORY, "no memory to open a writer");
        if (status != RLS_OK) {
            rls_snapshot_close_segment(writer->heap, &opened);
            return status;
        }
        rls_writer_part_take(part, opened.segment);
        rls_writer_part_rest(part);
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

    status = rls_manifest_read_newest(&writer->manifest, writer->heap, writer->directory, &error);
    if (status == RLS_NOT_FOUND && writer->options.create) {
        rls_manifest_init(&writer->manifest, writer->heap);
        writer->manifest.store = writer->options.store;
        status = RLS_OK;
    } else if (status == RLS_OK && writer->options.create && writer->options.exclusive) {
        return rls_fail(err, RLS_EXISTS, "%s: there is an index already", writer->directory->label);
    }
    if ((status == RLS_CORRUPT || status == RLS_NOT_FOUND) && writer->repair != NULL) {
        status = rls_repair_lost_manifest(writer->repair, &writer->manifest, &error, &error);
        writer->manifest.store = true;
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
        status = rls_transaction_add_root(writer, writer->manifest.roots[i].label,
                                          writer->manifest.roots[i].path, err);
    if (status != RLS_OK)
        return status;
    writer->settings.segment.store = writer->manifest.store;
    writer->settings.segment.lean = true;
    writer->settings.segment.schema = writer->schema;
    writer->settings.segment.k1 = -1.0f;
    writer->settings.segment.salt = (writer->manifest.generation + 1) << 24;
    writer->started = true;
    /* Files that a writer left which did not come to its commit. */
    if (writer->repair == NULL)
        status =
            rls_file_cleaner_run(writer->heap, writer->directory, &writer->manifest, false, err);
    if (status != RLS_OK)
        return status;
    return open_parts(writer, err);
}

void
rls_transaction_forget(rls_index_writer *writer)
{
    rls_slice_free(writer->slice);
    rls_share_free(writer->share);
    writer->slice = NULL;
    writer->share = NULL;
    for (size_t i = 0; i < writer->part_count; i++)
        rls_writer_part_release(&writer->parts[i], writer->heap);
    writer->part_count = 0;
    writer->request_count = 0;
    rls_arena_reset(&writer->request_arena);
    writer->root_count = 0;
    writer->language_count = 0;
    writer->settings_changed = false;
    writer->sequence = writer->share_count = 0;
    memset(&writer->report, 0, sizeof writer->report);
    rls_schema_free(writer->schema);
    writer->schema = NULL;
    rls_arena_reset(&writer->arena);
}

rls_status
rls_transaction_take(rls_index_writer *writer, rls_slice *slice, rls_error *err)
{
    rls_status status = slice->status;

    for (size_t i = 0; i < slice->note_count && writer->options.note != NULL; i++)
        writer->options.note(writer->options.context, slice->notes[i].path, slice->notes[i].message,
                             slice->notes[i].skipped);
    writer->report.added += slice->document_count;
    writer->report.unchanged += slice->unchanged_count;
    writer->report.skipped += slice->skipped_count;
    writer->report.noted += slice->noted_count;
    writer->report.source_bytes += slice->source_bytes;
    writer->documents_done += slice->document_count + slice->unchanged_count;
    writer->bytes_done += slice->source_bytes;
    if (status == RLS_OK)
        status = rls_share_take(writer->share, slice, err);
    else if (err != NULL)
        *err = slice->error;
    rls_slice_free(slice);
    if (status != RLS_OK)
        writer->failed = status;
    return status;
}

/* The next commit names the languages of new segments. */
static rls_status
note_languages(rls_index_writer *writer, const rls_segment *segment, rls_error *err)
{
    const rls_segment_info *info = rls_segment_get_info(segment);

    for (uint32_t i = 0; i < info->language_count; i++) {
        rls_bytes name = info->languages[i];
        void     *memory = writer->languages;
        bool      known = false;

        for (size_t j = 0; j < writer->language_count && !known; j++)
            known = rls_bytes_compare(writer->languages[j], name) == 0;
        if (known)
            continue;
        name.data = (uint8_t *)rls_arena_copy(&writer->arena, name.data, name.size);
        if (name.data == NULL || !rls_grow(writer->heap, &memory, &writer->language_capacity,
                                           writer->language_count + 1, sizeof *writer->languages))
            return rls_fail(err, RLS_NO_MEMORY, "no memory for another segment");
        writer->languages = memory;
        writer->languages[writer->language_count++] = name;
    }
    return RLS_OK;
}

rls_status
rls_transaction_end_share(rls_index_writer *writer, rls_error *err)
{
    rls_share       *share = writer->share;
    rls_writer_part *part;
    rls_segment     *segment;
    rls_live_docs    live;
    rls_status       status;

    writer->share = NULL;
    writer->share_bytes = 0;
    if (share == NULL || share->doc_count == 0) {
        rls_share_free(share);
        return RLS_OK;
    }
    status = rls_share_write(share, &writer->settings, &segment, &live, err);
    if (status == RLS_OK) {
        part = add_part(writer);
        if (part == NULL) {
            rls_segment_close(segment);
            rls_live_docs_release(&live, writer->heap);
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for another segment");
        } else {
            rls_writer_part_take(part, segment);
            status = note_languages(writer, segment, err);
            rls_writer_part_rest(part);
            part->live = live;
            part->has_live = part->live.deleted_count > 0;
            part->dirty = part->has_live;
            if (!part->has_live)
                rls_live_docs_release(&part->live, writer->heap);
            part->share = share;
            share = NULL;
            if (status == RLS_OK)
                status = rls_pipeline_end_share(writer->pipeline, err);
        }
    }
    rls_share_free(share);
    if (status != RLS_OK)
        writer->failed = status;
    return status;
}
