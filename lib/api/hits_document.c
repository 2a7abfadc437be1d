/* The documents of hits: keys, stored fields, bodies from the store or from their files. */
#include "api/hits_state.h"

#include <inttypes.h>

#include "base/file.h"
#include "document/markdown.h"
#include "document/source.h"
#include "index/content_hash.h"

enum {
    SOURCE_MAX = 1 << 30, /* bytes of a file when unzipped */
    ARENA_CHUNK = 64 << 10
};

rls_status
rls_hits_find(rls_hits *hits, uint32_t i, rls_loaded_hit **out_hit, rls_error *err)
{
    RLS_REQUIRE(hits, err);
    if (i >= hits->count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "hit %" PRIu32 " of %" PRIu32, i, hits->count);
    if (hits->loaded[i] == NULL) {
        hits->loaded[i] = rls_arena_alloc_zeroed(&hits->arena, 1, sizeof **hits->loaded);
        if (hits->loaded[i] == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a hit");
        hits->loaded[i]->result = hits->results == NULL ? hits->only : hits->results->items[i];
    }
    *out_hit = hits->loaded[i];
    return RLS_OK;
}

static const rls_segment *
segment_of(const rls_hits *hits, const rls_loaded_hit *hit)
{
    return hits->snapshot->segments[hit->result.segment].segment;
}

static rls_status
load_key(rls_hits *hits, rls_loaded_hit *hit, rls_error *err)
{
    rls_status status;

    if (hit->has_key)
        return RLS_OK;
    status = rls_segment_key(segment_of(hits, hit), hit->result.doc, &hits->scratch, err);
    if (status != RLS_OK)
        return status;
    hit->key.size = hits->scratch.size;
    hit->key.data = rls_arena_copy(&hits->arena, hits->scratch.data, hits->scratch.size);
    if (hit->key.data == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a hit");
    hit->has_key = true;
    return RLS_OK;
}

static rls_status
mask_body(rls_hits *hits, rls_loaded_hit *hit, rls_error *err)
{
    rls_stored_document *document = &hit->document;
    uint8_t             *prose;

    hit->prose = document->body;
    if (!document->has_body || !document->markdown || document->body.size == 0)
        return RLS_OK;
    prose = rls_arena_alloc(&hits->arena, document->body.size);
    if (prose == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a hit");
    rls_markdown_mask(document->body, prose);
    hit->prose.data = prose;
    return RLS_OK;
}

static rls_status
list_values(rls_hits *hits, rls_loaded_hit *hit, rls_error *err)
{
    const rls_stored_document *document = &hit->document;

    hit->values = rls_arena_alloc_zeroed(&hits->arena, (size_t)document->field_count + 1,
                                         sizeof *hit->values);
    if (hit->values == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a hit");
    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_stored_field *field = &document->fields[i];
        hit->values[i] = rls_arena_alloc_zeroed(&hits->arena, (size_t)field->value_count + 1,
                                                sizeof **hit->values);
        if (hit->values[i] == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a hit");
        for (uint32_t j = 0; j < field->value_count; j++)
            hit->values[i][j] =
                (rls_text){(const char *)field->values[j].text.data, field->values[j].text.size};
    }
    return RLS_OK;
}

rls_status
rls_hits_load(rls_hits *hits, uint32_t i, rls_loaded_hit **out_hit, rls_error *err)
{
    rls_loaded_hit *hit = NULL;
    rls_status      status = rls_hits_find(hits, i, &hit, err);

    if (status != RLS_OK)
        return status;
    *out_hit = hit;
    if (hit->has_document)
        return RLS_OK;
    status = load_key(hits, hit, err);
    if (status == RLS_OK)
        status = rls_segment_stored(segment_of(hits, hit), hit->result.doc, &hits->arena,
                                    &hit->document, err);
    if (status == RLS_OK && !hit->document.has_body)
        status = rls_hits_read_source(hits, hit, err);
    if (status == RLS_OK)
        status = mask_body(hits, hit, err);
    if (status == RLS_OK)
        status = list_values(hits, hit, err);
    hit->has_document = status == RLS_OK;
    return status;
}

/* --- bodies that are not stored --- */

typedef struct source_reading {
    rls_hits          *hits;
    rls_loaded_hit    *hit;
    rls_segment_source source;
    rls_buffer         name, path, file;
} source_reading;

/* Takes the body of the document with the hit's key out of the file's bytes. */
static rls_status
find_in_source(source_reading *reading)
{
    rls_hits       *hits = reading->hits;
    rls_loaded_hit *hit = reading->hit;
    rls_source      source = {0};
    rls_arena       arena;
    rls_status      status = rls_source_open(&source, hits->heap, rls_buffer_bytes(&reading->name),
                                             rls_buffer_bytes(&reading->file),
                                             (rls_format)reading->source.format, SOURCE_MAX, NULL);

    rls_arena_init(&arena, hits->heap, ARENA_CHUNK);
    while (status == RLS_OK) {
        rls_document document;
        rls_arena_reset(&arena);
        rls_document_init(&document, &arena);
        status = rls_source_next(&source, &document, NULL);
        if (status == RLS_BAD_DOCUMENT) {
            status = RLS_OK;
            continue;
        }
        if (status == RLS_OK &&
            rls_bytes_compare(document.key, rls_bytes_of(hit->key.data, hit->key.size)) == 0) {
            char *copy = rls_arena_copy(&hits->arena, document.body.data, document.body.size);
            if (copy == NULL) {
                status = RLS_NO_MEMORY;
                break;
            }
            hit->document.body = rls_bytes_of(copy, document.body.size);
            hit->document.has_body = true;
            hit->document.markdown = document.markdown;
            break;
        }
    }
    rls_arena_release(&arena);
    rls_source_close(&source);
    return status == RLS_NO_MEMORY ? status : RLS_OK;
}

/* Tries the folders of the index, the last first: a label may look like a folder in another. What a
 * file is it must show by its hash. */
static rls_status
find_source(source_reading *reading)
{
    const rls_manifest *manifest = &reading->hits->snapshot->manifest;

    for (uint32_t i = manifest->root_count; i-- > 0;) {
        rls_file_stamp stamp;
        bool           changed;
        rls_status     status;
        if (!rls_root_path(&manifest->roots[i], rls_buffer_bytes(&reading->name), &reading->path)) {
            if (reading->path.failed)
                return RLS_NO_MEMORY;
            continue;
        }
        status = rls_file_read((const char *)reading->path.data, reading->source.size,
                               &reading->file, &stamp, &changed, NULL);
        if (status == RLS_NO_MEMORY)
            return status;
        if (status == RLS_OK &&
            rls_content_hash(rls_buffer_bytes(&reading->file)) == reading->source.hash)
            return find_in_source(reading);
    }
    return RLS_OK;
}

rls_status
rls_hits_read_source(rls_hits *hits, rls_loaded_hit *hit, rls_error *err)
{
    const rls_segment *segment = segment_of(hits, hit);
    uint32_t           number = rls_segment_doc_source(segment, hit->result.doc);
    source_reading     reading = {.hits = hits, .hit = hit};
    rls_status         status;

    if (number == RLS_NO_SOURCE)
        return RLS_OK;
    rls_buffer_init(&reading.name, hits->heap);
    rls_buffer_init(&reading.path, hits->heap);
    rls_buffer_init(&reading.file, hits->heap);
    status = rls_segment_get_source(segment, number, &reading.name, &reading.source, err);
    if (status == RLS_OK) {
        status = find_source(&reading);
        if (status != RLS_OK)
            rls_fail(err, status, "no memory for a hit");
    }
    rls_buffer_release(&reading.name);
    rls_buffer_release(&reading.path);
    rls_buffer_release(&reading.file);
    return status;
}

/* --- the interface --- */

rls_status
rls_hits_key(rls_hits *hits, uint32_t i, rls_text *out_key, double *out_score, rls_error *err)
{
    rls_loaded_hit *hit = NULL;
    rls_status      status = rls_hits_find(hits, i, &hit, err);

    if (status == RLS_OK)
        status = load_key(hits, hit, err);
    if (status != RLS_OK)
        return status;
    if (out_key != NULL)
        *out_key = hit->key;
    if (out_score != NULL)
        *out_score = hit->result.score;
    return RLS_OK;
}

rls_status
rls_hits_get(rls_hits *hits, uint32_t i, rls_hit *out_hit, rls_error *err)
{
    rls_loaded_hit *hit = NULL;
    rls_status      status;

    RLS_REQUIRE(out_hit, err);
    memset(out_hit, 0, sizeof *out_hit);
    status = rls_hits_load(hits, i, &hit, err);
    if (status == RLS_OK && hits->results != NULL)
        status = rls_results_mark(hits->results, hits->snapshot, err);
    if (status != RLS_OK)
        return status;
    out_hit->key = hit->key;
    out_hit->score = hit->result.score;
    out_hit->matches_all = hits->results == NULL || hits->results->items[i].matches_all;
    out_hit->field_count = hit->document.field_count;
    out_hit->has_body = hit->document.has_body;
    out_hit->markdown = hit->document.markdown;
    out_hit->body = (rls_text){(const char *)hit->document.body.data, hit->document.body.size};
    return RLS_OK;
}

rls_status
rls_hits_field(rls_hits *hits, uint32_t i, uint32_t field, rls_hit_field *out_field, rls_error *err)
{
    const rls_stored_field *stored;
    rls_loaded_hit         *hit = NULL;
    rls_status              status;

    RLS_REQUIRE(out_field, err);
    memset(out_field, 0, sizeof *out_field);
    status = rls_hits_load(hits, i, &hit, err);
    if (status != RLS_OK)
        return status;
    if (field >= hit->document.field_count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "field %" PRIu32 " of %" PRIu32, field,
                        hit->document.field_count);
    stored = &hit->document.fields[field];
    out_field->name = (rls_text){(const char *)stored->name.data, stored->name.size};
    out_field->kinds = stored->kinds;
    out_field->is_list = stored->is_list;
    out_field->value_count = stored->value_count;
    out_field->values = hit->values[field];
    return RLS_OK;
}

rls_status
rls_hits_find_field(rls_hits *hits, uint32_t i, const char *name, rls_hit_field *out_field,
                    rls_error *err)
{
    rls_loaded_hit *hit = NULL;
    rls_status      status;

    RLS_REQUIRE(out_field, err);
    memset(out_field, 0, sizeof *out_field);
    RLS_REQUIRE(name, err);
    status = rls_hits_load(hits, i, &hit, err);
    if (status != RLS_OK)
        return status;
    for (uint32_t field = 0; field < hit->document.field_count; field++) {
        rls_bytes found = hit->document.fields[field].name;
        if (rls_bytes_compare(found, rls_bytes_of(name, strlen(name))) == 0)
            return rls_hits_field(hits, i, field, out_field, err);
    }
    return rls_fail(err, RLS_NOT_FOUND, "no field \"%s\" in this document", name);
}
