/* The files that hits came from, and whether they are still as they were indexed. */
#include <errno.h>
#include <inttypes.h>

#include "api/hits_state.h"
#include "base/file.h"
#include "index/content_hash.h"

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

bool
rls_root_path(const rls_manifest_root *root, rls_bytes name, rls_buffer *path)
{
    size_t label = root->label.size;

    rls_buffer_clear(path);
    if (label > 0) {
        if (name.size <= label + 1 || memcmp(name.data, root->label.data, label) != 0 ||
            name.data[label] != '/')
            return false;
        name = rls_bytes_of(name.data + label + 1, name.size - label - 1);
    }
    if (leaves_folder(name))
        return false;
    rls_buffer_append(path, root->path.data, root->path.size);
    rls_buffer_put_u8(path, '/');
    rls_buffer_append(path, name.data, name.size);
    rls_buffer_put_u8(path, 0);
    return !path->failed;
}

/* What the index knows of the hit's file; RLS_NOT_FOUND (err untouched) when it came from none. */
static rls_status
read_source(rls_hits *hits, const rls_loaded_hit *hit, rls_buffer *name,
            rls_segment_source *out_source, rls_error *err)
{
    const rls_segment *segment = hits->snapshot->segments[hit->result.segment].segment;
    uint32_t           number = rls_segment_doc_source(segment, hit->result.doc);

    if (number == RLS_NO_SOURCE)
        return RLS_NOT_FOUND;
    return rls_segment_get_source(segment, number, name, out_source, err);
}

rls_status
rls_hits_file(rls_hits *hits, uint32_t i, rls_file_info *out_file, rls_error *err)
{
    rls_segment_source source;
    rls_loaded_hit    *hit = NULL;
    rls_status         status;
    char              *name;

    RLS_REQUIRE(out_file, err);
    memset(out_file, 0, sizeof *out_file);
    status = rls_hits_find(hits, i, &hit, err);
    if (status != RLS_OK)
        return status;
    status = read_source(hits, hit, &hits->scratch, &source, err);
    if (status == RLS_NOT_FOUND)
        return rls_fail(err, RLS_NOT_FOUND, "hit %" PRIu32 " came from no file", i);
    if (status != RLS_OK)
        return status;
    name = rls_arena_alloc(&hits->arena, hits->scratch.size + 1);
    if (name == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a hit");
    if (hits->scratch.size > 0)
        memcpy(name, hits->scratch.data, hits->scratch.size);
    name[hits->scratch.size] = '\0';
    *out_file = (rls_file_info){.name = name,
                                .size = source.size,
                                .inode = source.inode,
                                .hash = source.hash,
                                .mtime_ns = source.mtime_ns};
    return RLS_OK;
}

/* --- freshness --- */

/* The same size, and the same stamps or else the same bytes. */
static rls_status
compare_file(const rls_segment_source *source, const char *path, rls_buffer *bytes,
             rls_freshness *out_freshness, rls_error *err)
{
    rls_error       failure = {.system_error = 0};
    rls_file_reader reader;
    rls_file_stamp  stamp;
    bool            changed;
    rls_status      status = rls_file_reader_open(&reader, path, &failure);

    *out_freshness = RLS_FRESHNESS_UNKNOWN;
    if (status != RLS_OK) {
        if (failure.system_error == ENOENT || failure.system_error == ENOTDIR)
            *out_freshness = RLS_GONE;
        else if (status == RLS_BAD_DOCUMENT) /* no regular file any more */
            *out_freshness = RLS_CHANGED;
        return RLS_OK;
    }
    stamp = reader.stamp;
    rls_file_reader_close(&reader);
    *out_freshness = RLS_CHANGED;
    if (stamp.size != source->size)
        return RLS_OK;
    if (source->mtime_ns != 0 && stamp.mtime_ns == source->mtime_ns &&
        stamp.inode == source->inode) {
        *out_freshness = RLS_FRESH;
        return RLS_OK;
    }
    status = rls_file_read(path, source->size, bytes, &stamp, &changed, NULL);
    if (status == RLS_NO_MEMORY)
        return rls_fail(err, status, "%s: no memory to compare it", path);
    if (status == RLS_OK && rls_content_hash(rls_buffer_bytes(bytes)) == source->hash)
        *out_freshness = RLS_FRESH;
    return RLS_OK;
}

/* Looks in one folder: what was found there counts when it is better than before. */
static rls_status
look_in_root(const rls_manifest_root *root, rls_bytes name, const rls_segment_source *source,
             rls_buffer *path, rls_buffer *bytes, rls_freshness *freshness, rls_error *err)
{
    rls_freshness here;
    rls_status    status;

    if (!rls_root_path(root, name, path))
        return path->failed ? rls_fail(err, RLS_NO_MEMORY, "no memory for a hit") : RLS_OK;
    status = compare_file(source, (const char *)path->data, bytes, &here, err);
    if (status == RLS_OK && here < *freshness)
        *freshness = here;
    return status;
}

rls_status
rls_hits_freshness(rls_hits *hits, uint32_t i, const char *root, rls_freshness *out_freshness,
                   rls_error *err)
{
    rls_segment_source source;
    rls_loaded_hit    *hit = NULL;
    rls_buffer         name, path, bytes;
    rls_status         status;

    RLS_REQUIRE(out_freshness, err);
    *out_freshness = RLS_FRESHNESS_UNKNOWN;
    status = rls_hits_find(hits, i, &hit, err);
    if (status != RLS_OK)
        return status;
    rls_buffer_init(&name, hits->heap);
    rls_buffer_init(&path, hits->heap);
    rls_buffer_init(&bytes, hits->heap);
    status = read_source(hits, hit, &name, &source, err);
    if (status == RLS_OK && root != NULL) {
        rls_manifest_root given = {.path = rls_bytes_of(root, strlen(root))};
        status = look_in_root(&given, rls_buffer_bytes(&name), &source, &path, &bytes,
                              out_freshness, err);
    } else if (status == RLS_OK) {
        const rls_manifest *manifest = &hits->snapshot->manifest;
        for (uint32_t r = manifest->root_count; status == RLS_OK && r-- > 0;)
            status = look_in_root(&manifest->roots[r], rls_buffer_bytes(&name), &source, &path,
                                  &bytes, out_freshness, err);
    }
    rls_buffer_release(&name);
    rls_buffer_release(&path);
    rls_buffer_release(&bytes);
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}
