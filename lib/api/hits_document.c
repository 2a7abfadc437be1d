/* The documents of hits: keys, stored fields, bodies from the store or from their files. */
#include "api/hits_state.h"

#include <inttypes.h>

#include "base/file.h"
#include "document/markdown.h"
#include "document/source.h"
#include "index/share.h"

static rls_status
check_index(const rls_hits *hits, uint32_t i, rls_error *err)
{
    if (i < hits->count)
        return RLS_OK;
    return rls_fail(err, RLS_BAD_ARGUMENT, "hit %" PRIu32 " of %" PRIu32, i, hits->count);
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
    rls_loaded_hit *hit;
    rls_status      status = check_index(hits, i, err);

    if (status != RLS_OK)
        return status;
    hit = *out_hit = &hits->loaded[i];
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

/* Where the file called `name` is, by the folder whose label the name begins with. */
static char *
source_path(rls_hits *hits, rls_bytes name)
{
    const rls_manifest *manifest = &hits->snapshot->manifest;

    for (uint32_t i = manifest->root_count; i-- > 0;) {
        const rls_manifest_root *root = &manifest->roots[i];
        size_t                   prefix = root->label.size == 0 ? 0 : root->label.size + 1;
        char                    *path;
        size_t                   rest;

        if (name.size < prefix ||
            (prefix > 0 && (memcmp(name.data, root->label.data, prefix - 1) != 0 ||
                            name.data[prefix - 1] != '/')))
            continue;
        rest = name.size - prefix;
        path = rls_arena_alloc(&hits->arena, root->path.size + rest + 2);
        if (path == NULL)
            return NULL;
        memcpy(path, root->path.data, root->path.size);
        path[root->path.size] = '/';
        memcpy(path + root->path.size + 1, name.data + prefix, rest);
        path[root->path.size + 1 + rest] = '\0';
        return path;
    }
    return NULL;
}

/* A name out of an index file must not lead out of its folder. */
static bool
leaves_folder(rls_bytes name)
{
    size_t start = 0;

    if (name.size == 0 || name.data[0] == '/' || memchr(name.data, 0, name.size) != NULL)
        return true;
    for (size_t i = 0; i <= name.size; i++) {
        if (i < name.size && name.data[i] != '/')
            continue;
        if (i - start == 2 && memcmp(name.data + start, "..", 2) == 0)
            return true;
        start = i + 1;
    }
    return false;
}

static rls_status
find_in_source(rls_hits *hits, rls_loaded_hit *hit, rls_bytes name, rls_bytes bytes,
               uint32_t format)
{
    rls_source source = {0};
    rls_status status = rls_source_open(&source, hits->heap, name, bytes, (rls_format)format,
                                        (size_t)1 << 30, NULL);

    while (status == RLS_OK) {
        rls_document document;
        rls_document_init(&document, &hits->arena);
        status = rls_source_next(&source, &document, NULL);
        if (status == RLS_BAD_DOCUMENT) {
            status = RLS_OK;
            continue;
        }
        if (status == RLS_OK && document.key.size == hit->key.size &&
            memcmp(document.key.data, hit->key.data, hit->key.size) == 0) {
            /* The source may borrow from the file's bytes, which go. */
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
    rls_source_close(&source);
    return status == RLS_NO_MEMORY ? status : RLS_OK;
}

rls_status
rls_hits_read_source(rls_hits *hits, rls_loaded_hit *hit, rls_error *err)
{
    const rls_segment *segment = segment_of(hits, hit);
    uint32_t           number = rls_segment_doc_source(segment, hit->result.doc);
    rls_segment_source source;
    rls_file_stamp     stamp;
    rls_buffer         name, file;
    char              *path;
    bool               changed = false;
    rls_status         status;

    if (number == RLS_NO_SOURCE)
        return RLS_OK;
    rls_buffer_init(&name, hits->heap);
    rls_buffer_init(&file, hits->heap);
    status = rls_segment_get_source(segment, number, &name, &source, err);
    if (status == RLS_OK && !leaves_folder(rls_buffer_bytes(&name)) &&
        (path = source_path(hits, rls_buffer_bytes(&name))) != NULL &&
        rls_file_read(path, source.size, &file, &stamp, &changed, NULL) == RLS_OK &&
        rls_content_hash(rls_buffer_bytes(&file)) == source.hash) {
        status = find_in_source(hits, hit, rls_buffer_bytes(&name), rls_buffer_bytes(&file),
                                source.format);
        if (status != RLS_OK)
            rls_fail(err, status, "no memory for a hit");
    }
    rls_buffer_release(&name);
    rls_buffer_release(&file);
    return status;
}

/* --- the interface --- */

rls_status
rls_hits_key(rls_hits *hits, uint32_t i, rls_text *out_key, double *out_score, rls_error *err)
{
    rls_status status = check_index(hits, i, err);

    if (status == RLS_OK)
        status = load_key(hits, &hits->loaded[i], err);
    if (status != RLS_OK)
        return status;
    if (out_key != NULL)
        *out_key = hits->loaded[i].key;
    if (out_score != NULL)
        *out_score = hits->loaded[i].result.score;
    return RLS_OK;
}

rls_status
rls_hits_get(rls_hits *hits, uint32_t i, rls_hit *out_hit, rls_error *err)
{
    rls_loaded_hit *hit;
    rls_status      status = rls_hits_load(hits, i, &hit, err);

    memset(out_hit, 0, sizeof *out_hit);
    if (status != RLS_OK)
        return status;
    out_hit->key = hit->key;
    out_hit->score = hit->result.score;
    out_hit->matches_all = hit->result.matches_all;
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
    rls_loaded_hit         *hit;
    rls_status              status = rls_hits_load(hits, i, &hit, err);

    memset(out_field, 0, sizeof *out_field);
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
    rls_loaded_hit *hit;
    rls_status      status = rls_hits_load(hits, i, &hit, err);

    memset(out_field, 0, sizeof *out_field);
    if (status != RLS_OK)
        return status;
    for (uint32_t field = 0; field < hit->document.field_count; field++) {
        rls_bytes found = hit->document.fields[field].name;
        if (rls_bytes_compare(found, rls_bytes_of(name, strlen(name))) == 0)
            return rls_hits_field(hits, i, field, out_field, err);
    }
    return rls_fail(err, RLS_NOT_FOUND, "no field \"%s\" in this document", name);
}
