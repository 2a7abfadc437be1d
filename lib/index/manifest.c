#include "index/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "directory/input.h"
#include "directory/output.h"

enum {
    MANIFEST_FORMAT = 1,
    READ_ATTEMPTS = 1000, /* each but the first for a commit that came meanwhile */
    EMPTY_ATTEMPTS = 2,
    COUNT_LIMIT = 1 << 24
};

static const char temporary_name[] = "commit.tmp";

void
rls_manifest_init(rls_manifest *manifest, rls_heap *heap)
{
    memset(manifest, 0, sizeof *manifest);
    rls_arena_init(&manifest->arena, heap, 4096);
}

void
rls_manifest_release(rls_manifest *manifest)
{
    if (manifest->arena.heap != NULL)
        rls_arena_release(&manifest->arena);
    memset(manifest, 0, sizeof *manifest);
}

static void
put_hex(const uint8_t *id, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < RLS_ID_SIZE; i++) {
        out[2 * i] = digits[id[i] >> 4];
        out[2 * i + 1] = digits[id[i] & 15];
    }
    out[2 * RLS_ID_SIZE] = '\0';
}

void
rls_segment_file_name(const uint8_t *id, char out[RLS_NAME_SIZE])
{
    put_hex(id, out);
    memcpy(out + 2 * RLS_ID_SIZE, ".seg", 5);
}

void
rls_live_file_name(const uint8_t *id, uint64_t generation, char out[RLS_NAME_SIZE])
{
    put_hex(id, out);
    snprintf(out + 2 * RLS_ID_SIZE, RLS_NAME_SIZE - 2 * RLS_ID_SIZE, "-%016" PRIx64 ".liv",
             generation);
}

void
rls_manifest_file_name(uint64_t generation, char out[RLS_NAME_SIZE])
{
    snprintf(out, RLS_NAME_SIZE, "commit-%016" PRIx64 ".man", generation);
}

/* --- writing --- */

static void
put_bytes(rls_output *output, rls_bytes bytes)
{
    rls_output_put_varint(output, bytes.size);
    rls_output_write(output, bytes.data, bytes.size);
}

rls_status
rls_manifest_publish(const rls_manifest *manifest, rls_directory *directory, rls_error *err)
{
    rls_envelope envelope = {.kind = 'M', .format = MANIFEST_FORMAT};
    rls_output   output;
    char         name[RLS_NAME_SIZE];
    rls_status   status;

    rls_set_u64(envelope.id, manifest->generation);
    status = rls_output_open(&output, directory, temporary_name, err);
    if (status != RLS_OK)
        return status;
    rls_envelope_begin(&output, &envelope);
    rls_output_put_u64(&output, manifest->generation);
    rls_output_put_u8(&output, manifest->store);
    put_bytes(&output, manifest->schema);
    rls_output_put_varint(&output, manifest->language_count);
    for (uint32_t i = 0; i < manifest->language_count; i++) {
        put_bytes(&output, manifest->languages[i].name);
        rls_output_put_u64(&output, manifest->languages[i].fingerprint);
    }
    rls_output_put_varint(&output, manifest->root_count);
    for (uint32_t i = 0; i < manifest->root_count; i++) {
        put_bytes(&output, manifest->roots[i].label);
        put_bytes(&output, manifest->roots[i].path);
    }
    rls_output_put_varint(&output, manifest->segment_count);
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const rls_manifest_segment *segment = &manifest->segments[i];
        rls_output_write(&output, segment->id, RLS_ID_SIZE);
        rls_output_put_u64(&output, segment->size);
        rls_output_put_u32(&output, segment->doc_count);
        rls_output_put_u32(&output, segment->deleted_count);
        rls_output_put_u64(&output, segment->live_generation);
    }
    rls_envelope_end(&output);
    status = rls_output_finish(&output, true, err);
    if (status != RLS_OK)
        goto fail;

    /* The names of the files it refers to must be durable before its own may be. */
    status = directory->ops->sync_names(directory, err);
    if (status != RLS_OK)
        goto fail;
    rls_manifest_file_name(manifest->generation, name);
    status = directory->ops->rename(directory, temporary_name, name, err);
    if (status != RLS_OK)
        goto fail;
    return directory->ops->sync_names(directory, err);

fail:
    rls_output_abandon(&output);
    directory->ops->remove(directory, temporary_name, NULL);
    return status;
}

/* --- reading --- */

static bool
get_bytes(rls_input *input, rls_arena *arena, rls_bytes *out_bytes)
{
    rls_bytes borrowed = rls_input_bytes(input, rls_input_varint(input));

    out_bytes->size = borrowed.size;
    out_bytes->data = (uint8_t *)rls_arena_copy(arena, borrowed.data, borrowed.size);
    return out_bytes->data != NULL;
}

/* A count, and an array of that many elements: damaged counts cannot ask for more memory than the
 * bytes that are left could fill. */
static void *
get_array(rls_input *input, rls_arena *arena, size_t element_size, size_t least_bytes,
          uint32_t *out_count)
{
    uint32_t count = rls_input_varint32(input);

    if (count > COUNT_LIMIT || (uint64_t)count * least_bytes > rls_input_left(input)) {
        input->failed = true;
        count = 0;
    }
    *out_count = count;
    return rls_arena_alloc_zeroed(arena, count == 0 ? 1 : count, element_size);
}

static rls_status
parse(rls_manifest *manifest, rls_bytes body, const char *name, rls_error *err)
{
    rls_arena *arena = &manifest->arena;
    rls_input  input;

    rls_input_init(&input, body);
    manifest->generation = rls_input_u64(&input);
    manifest->store = rls_input_u8(&input) != 0;
    if (!get_bytes(&input, arena, &manifest->schema))
        goto no_memory;
    manifest->languages =
        get_array(&input, arena, sizeof *manifest->languages, 9, &manifest->language_count);
    if (manifest->languages == NULL)
        goto no_memory;
    for (uint32_t i = 0; i < manifest->language_count; i++) {
        if (!get_bytes(&input, arena, &manifest->languages[i].name))
            goto no_memory;
        manifest->languages[i].fingerprint = rls_input_u64(&input);
    }
    manifest->roots = get_array(&input, arena, sizeof *manifest->roots, 2, &manifest->root_count);
    if (manifest->roots == NULL)
        goto no_memory;
    for (uint32_t i = 0; i < manifest->root_count; i++) {
        if (!get_bytes(&input, arena, &manifest->roots[i].label) ||
            !get_bytes(&input, arena, &manifest->roots[i].path))
            goto no_memory;
    }
    manifest->segments = get_array(&input, arena, sizeof *manifest->segments, RLS_ID_SIZE + 24,
                                   &manifest->segment_count);
    if (manifest->segments == NULL)
        goto no_memory;
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        rls_manifest_segment *segment = &manifest->segments[i];
        rls_bytes             id = rls_input_bytes(&input, RLS_ID_SIZE);
        if (id.size == RLS_ID_SIZE)
            memcpy(segment->id, id.data, RLS_ID_SIZE);
        segment->size = rls_input_u64(&input);
        segment->doc_count = rls_input_u32(&input);
        segment->deleted_count = rls_input_u32(&input);
        segment->live_generation = rls_input_u64(&input);
        if (segment->deleted_count > segment->doc_count ||
            (segment->deleted_count > 0) != (segment->live_generation > 0))
            input.failed = true;
    }
    if (input.failed || rls_input_left(&input) != 0 || manifest->language_count == 0)
        return rls_fail(err, RLS_CORRUPT, "%s: damaged commit record", name);
    return RLS_OK;

no_memory:
    return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to read it", name);
}

static rls_status
read_one(rls_manifest *manifest, rls_heap *heap, rls_directory *directory, uint64_t generation,
         rls_error *err)
{
    char         name[RLS_NAME_SIZE];
    rls_mapping  mapping = {0};
    rls_envelope envelope;
    rls_bytes    body;
    rls_status   status;

    rls_manifest_file_name(generation, name);
    rls_manifest_init(manifest, heap);
    status = directory->ops->map(directory, name, &mapping, err);
    if (status != RLS_OK)
        goto done;
    status =
        rls_envelope_open(mapping.bytes, name, 'M', MANIFEST_FORMAT, true, &envelope, &body, err);
    if (status != RLS_OK)
        goto done;
    status = parse(manifest, body, name, err);
    if (status == RLS_OK && manifest->generation != generation)
        status =
            rls_fail(err, RLS_CORRUPT, "%s: holds commit %" PRIu64, name, manifest->generation);
done:
    directory->ops->unmap(directory, &mapping);
    if (status != RLS_OK)
        rls_manifest_release(manifest);
    return status;
}

typedef struct generation_list {
    rls_heap  *heap;
    uint64_t  *generations;
    size_t     count, capacity;
    rls_error *err;
} generation_list;

static rls_status
visit_name(void *context, const char *name)
{
    generation_list *list = context;
    char             wanted[RLS_NAME_SIZE];
    uint64_t         generation;

    if (strncmp(name, "commit-", 7) != 0)
        return RLS_OK;
    generation = strtoull(name + 7, NULL, 16);
    rls_manifest_file_name(generation, wanted);
    if (strcmp(name, wanted) != 0)
        return RLS_OK;
    if (list->count == list->capacity) {
        void *memory = list->generations;
        if (!rls_grow(list->heap, &memory, &list->capacity, list->count + 1, sizeof(uint64_t)))
            return rls_fail(list->err, RLS_NO_MEMORY, "no memory to list commits");
        list->generations = memory;
    }
    list->generations[list->count++] = generation;
    return RLS_OK;
}

static rls_status
list_generations(generation_list *list, rls_directory *directory)
{
    return directory->ops->list(directory, visit_name, list, list->err);
}

/* As rls_manifest_read_newest() by one listing; RLS_NOT_FOUND also when the file listed last is not
 * there any more. */
static rls_status
read_listed(rls_manifest *manifest, rls_heap *heap, rls_directory *directory, bool *out_listed,
            rls_error *err)
{
    generation_list list = {.heap = heap, .err = err};
    rls_error       newest_error = {0};
    rls_status      status;

    status = list_generations(&list, directory);
    *out_listed = list.count > 0;
    if (status != RLS_OK)
        goto done;
    if (list.count == 0) {
        status = rls_fail(err, RLS_NOT_FOUND, "%s: no index here (rsearch index makes one)",
                          directory->label);
        goto done;
    }
    /* Names sort by generation: the newest is last. */
    for (size_t i = list.count; i-- > 0;) {
        rls_error error = {0};
        status = read_one(manifest, heap, directory, list.generations[i], &error);
        if (i == list.count - 1 || status != RLS_CORRUPT)
            newest_error = error;
        if (status != RLS_CORRUPT)
            break;
    }
    if (status != RLS_OK && err != NULL)
        *err = newest_error;
done:
    rls_free(heap, list.generations);
    return status;
}

rls_status
rls_manifest_read_newest(rls_manifest *manifest, rls_heap *heap, rls_directory *directory,
                         rls_error *err)
{
    rls_error  error = {0};
    rls_status status = RLS_NOT_FOUND;
    bool       listed = true;

    memset(manifest, 0, sizeof *manifest);
    /* A writer removes a commit when there is a newer one: one that is gone between listing and
     * reading means that there is. A listing beside these two may show neither. */
    for (int i = 0; i < READ_ATTEMPTS && status == RLS_NOT_FOUND; i++) {
        if (i > EMPTY_ATTEMPTS && !listed)
            break;
        status = read_listed(manifest, heap, directory, &listed, &error);
    }
    if (status != RLS_OK && err != NULL)
        *err = error;
    return status;
}

rls_status
rls_manifest_check_newer(rls_heap *heap, rls_directory *directory, uint64_t generation,
                         void (*problem)(void *context, const char *file, const char *message),
                         void *context, rls_error *err)
{
    generation_list list = {.heap = heap, .err = err};
    rls_status      status = list_generations(&list, directory), worst = status;

    for (size_t i = 0; status == RLS_OK && i < list.count; i++) {
        char         name[RLS_NAME_SIZE];
        rls_manifest manifest;
        rls_error    error = {0};

        if (list.generations[i] <= generation)
            continue;
        rls_manifest_file_name(list.generations[i], name);
        if (read_one(&manifest, heap, directory, list.generations[i], &error) == RLS_OK) {
            rls_manifest_release(&manifest); /* a commit made meanwhile */
        } else if (error.status == RLS_CORRUPT) {
            worst = RLS_CORRUPT;
            problem(context, name, error.message);
        } else if (error.status != RLS_NOT_FOUND) {
            status = worst = error.status;
            if (err != NULL)
                *err = error;
        }
    }
    rls_free(heap, list.generations);
    return worst;
}
