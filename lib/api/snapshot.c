#include "api/handles.h"

static void
let_go_folder(void *owner)
{
    rls_reader_folder *folder = owner;
    rls_heap          *heap = folder->heap;

    if (atomic_fetch_sub_explicit(&folder->references, 1, memory_order_acq_rel) != 1)
        return;
    rls_directory_close(folder->directory);
    rls_free(heap, folder);
    rls_heap_free(heap);
}

/* Takes over one reference to the folder on success. */
static rls_status
open_in(rls_reader_folder *folder, rls_snapshot **out_snapshot, rls_error *err)
{
    rls_status status =
        rls_snapshot_load(folder->heap, folder->directory, folder->verify, out_snapshot, err);

    if (status == RLS_OK) {
        (*out_snapshot)->owner = folder;
        (*out_snapshot)->owner_release = let_go_folder;
    }
    return status;
}

rls_status
rls_snapshot_open(const char *path, const rls_snapshot_options *options,
                  rls_snapshot **out_snapshot, rls_error *err)
{
    static const rls_snapshot_options defaults = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_reader_folder                *folder;
    rls_heap                         *heap;
    rls_status                        status;

    *out_snapshot = NULL;
    if (options == NULL)
        options = &defaults;
    if (path == NULL || path[0] == '\0')
        return rls_fail(err, RLS_BAD_ARGUMENT, "an index needs the path of a folder");
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_snapshot_options: struct_size %zu is not %zu",
                        options->struct_size, sizeof *options);
    heap = rls_heap_new(options->allocator, SIZE_MAX);
    folder = heap == NULL ? NULL : rls_alloc_zeroed(heap, 1, sizeof *folder);
    if (folder == NULL) {
        rls_heap_free(heap);
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", path);
    }
    folder->heap = heap;
    folder->verify = options->verify;
    atomic_init(&folder->references, 1);
    status = rls_directory_open_fs(heap, path, false, &folder->directory, err);
    if (status == RLS_OK)
        status = open_in(folder, out_snapshot, err);
    if (status != RLS_OK)
        let_go_folder(folder);
    return status;
}

rls_status
rls_snapshot_refresh(rls_snapshot *snapshot, rls_snapshot **out_snapshot, rls_error *err)
{
    rls_reader_folder *folder = snapshot->owner;
    rls_manifest       manifest;
    rls_status         status;

    *out_snapshot = NULL;
    if (rls_manifest_read_newest(&manifest, folder->heap, folder->directory, false, NULL) ==
        RLS_OK) {
        uint64_t newest = manifest.generation;
        rls_manifest_release(&manifest);
        if (newest == snapshot->manifest.generation) {
            *out_snapshot = rls_snapshot_hold(snapshot);
            return RLS_OK;
        }
    }
    atomic_fetch_add_explicit(&folder->references, 1, memory_order_relaxed);
    status = open_in(folder, out_snapshot, err);
    if (status != RLS_OK)
        let_go_folder(folder);
    return status;
}

void
rls_snapshot_close(rls_snapshot *snapshot)
{
    rls_snapshot_let_go(snapshot);
}

rls_status
rls_snapshot_get_info(const rls_snapshot *snapshot, rls_snapshot_info *out_info, rls_error *err)
{
    const rls_manifest *manifest = &snapshot->manifest;
    size_t              struct_size = out_info->struct_size;

    if (struct_size != sizeof *out_info)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_snapshot_info: struct_size %zu is not %zu",
                        struct_size, sizeof *out_info);
    memset(out_info, 0, sizeof *out_info);
    out_info->struct_size = struct_size;
    out_info->generation = manifest->generation;
    out_info->documents = snapshot->doc_count;
    out_info->segments = snapshot->segment_count;
    out_info->stored = manifest->store;
    out_info->language = (const char *)manifest->languages[0].name.data;
    out_info->part_count = RLS_SECTION_COUNT;
    for (uint32_t part = 0; part < RLS_SECTION_COUNT; part++)
        out_info->part_names[part] = rls_section_name((rls_section)part);
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment_info *info = rls_segment_get_info(snapshot->segments[i].segment);
        out_info->deleted += info->doc_count - snapshot->segments[i].live_count;
        out_info->source_bytes += info->source_bytes;
        out_info->index_bytes += info->size;
        for (uint32_t part = 0; part < RLS_SECTION_COUNT; part++)
            out_info->part_sizes[part] += info->section_sizes[part];
    }
    return RLS_OK;
}

/* --- fields --- */

typedef struct field_list {
    rls_heap       *heap;
    rls_field_info *fields;
    size_t          count, capacity;
} field_list;

static rls_field_info *
find_or_add(field_list *list, rls_bytes name)
{
    void *memory = list->fields;
    char *copy;

    for (size_t i = 0; i < list->count; i++) {
        if (rls_bytes_compare(rls_bytes_of(list->fields[i].name, strlen(list->fields[i].name)),
                              name) == 0)
            return &list->fields[i];
    }
    copy = rls_copy_string(list->heap, (const char *)name.data, name.size);
    if (copy == NULL ||
        !rls_grow(list->heap, &memory, &list->capacity, list->count + 1, sizeof *list->fields)) {
        rls_free(list->heap, copy);
        return NULL;
    }
    list->fields = memory;
    memset(&list->fields[list->count], 0, sizeof *list->fields);
    list->fields[list->count].name = copy;
    return &list->fields[list->count++];
}

static rls_status
gather_fields(const rls_snapshot *snapshot, field_list *list)
{
    static const uint32_t kinds[] = {
        [RLS_COLUMN_KEYWORD] = RLS_FIELD_KEYWORD,
        [RLS_COLUMN_DATE] = RLS_FIELD_DATE,
        [RLS_COLUMN_NUMBER] = RLS_FIELD_NUMBER,
    };
    rls_field_info *field;

    for (uint32_t i = 0; i < snapshot->field_count; i++) {
        field = find_or_add(list, snapshot->fields[i].name);
        if (field == NULL)
            return RLS_NO_MEMORY;
        field->kinds |= RLS_FIELD_TEXT;
        field->average_length = snapshot->fields[i].average_length;
    }
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment      *segment = snapshot->segments[i].segment;
        const rls_segment_info *info = rls_segment_get_info(segment);
        for (uint32_t j = 0; j < info->field_count; j++) {
            field = find_or_add(list, info->fields[j].name);
            if (field == NULL)
                return RLS_NO_MEMORY;
            field->documents += info->fields[j].doc_count;
        }
        for (uint32_t j = 0; j < rls_segment_column_count(segment); j++) {
            const rls_column *column = rls_segment_column_at(segment, j);
            field = find_or_add(list, column->name);
            if (field == NULL)
                return RLS_NO_MEMORY;
            field->kinds |= kinds[column->kind];
            field->distinct_values += column->value_count;
            if ((field->kinds & RLS_FIELD_TEXT) == 0)
                field->documents += column->entry_count;
        }
    }
    return RLS_OK;
}

rls_status
rls_snapshot_fields(const rls_snapshot *snapshot,
                    bool (*visit)(void *context, const rls_field_info *field), void *context,
                    rls_error *err)
{
    field_list list = {.heap = snapshot->heap};
    rls_status status = gather_fields(snapshot, &list);

    /* The body is first already; the others go in order of name. */
    for (size_t i = 2; i < list.count; i++) {
        rls_field_info moving = list.fields[i];
        size_t         j = i;
        for (; j > 1 && strcmp(list.fields[j - 1].name, moving.name) > 0; j--)
            list.fields[j] = list.fields[j - 1];
        list.fields[j] = moving;
    }
    for (size_t i = 0; status == RLS_OK && i < list.count; i++) {
        if (!visit(context, &list.fields[i]))
            break;
    }
    for (size_t i = 0; i < list.count; i++)
        rls_free(list.heap, (char *)list.fields[i].name);
    rls_free(list.heap, list.fields);
    return status == RLS_OK ? RLS_OK : rls_fail(err, status, "no memory to list fields");
}

/* --- files --- */

/* Sources that a live document still comes from. */
static rls_status
mark_live_sources(const rls_snapshot_segment *part, rls_heap *heap, rls_bitset *out_marked)
{
    uint32_t   doc_count = rls_segment_get_info(part->segment)->doc_count;
    rls_status status = rls_bitset_init(out_marked, heap, rls_segment_source_count(part->segment));

    if (status != RLS_OK)
        return status;
    for (uint32_t doc = 0; doc < doc_count; doc++) {
        uint32_t source = rls_segment_doc_source(part->segment, doc);
        if (source < out_marked->size &&
            (part->live == NULL || rls_bitset_get(&part->live->live, doc)))
            rls_bitset_set(out_marked, source);
    }
    return RLS_OK;
}

static rls_status
visit_files(const rls_snapshot *snapshot, const rls_snapshot_segment      *part,
            bool (*visit)(void *context, const rls_file_info *file), void *context, bool *out_more,
            rls_error *err)
{
    rls_bitset marked = {0};
    rls_buffer name;
    rls_status status = mark_live_sources(part, snapshot->heap, &marked);

    if (status != RLS_OK)
        return rls_fail(err, status, "no memory to list files");
    rls_buffer_init(&name, snapshot->heap);
    for (uint32_t i = 0; status == RLS_OK && *out_more && i < marked.size; i++) {
        rls_segment_source source;
        if (!rls_bitset_get(&marked, i))
            continue;
        status = rls_segment_get_source(part->segment, i, &name, &source, err);
        if (status != RLS_OK)
            break;
        rls_buffer_put_u8(&name, 0);
        if (name.failed) {
            status = rls_fail(err, RLS_NO_MEMORY, "no memory to list files");
            break;
        }
        *out_more = visit(context, &(rls_file_info){(const char *)name.data, source.size,
                                                    source.inode, source.hash, source.mtime_ns});
    }
    rls_buffer_release(&name);
    rls_bitset_release(&marked, snapshot->heap);
    return status;
}

rls_status
rls_snapshot_files(const rls_snapshot *snapshot,
                   bool (*visit)(void *context, const rls_file_info *file), void *context,
                   rls_error *err)
{
    bool more = true;

    for (uint32_t i = 0; more && i < snapshot->segment_count; i++) {
        rls_status status =
            visit_files(snapshot, &snapshot->segments[i], visit, context, &more, err);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

uint32_t
rls_snapshot_root_count(const rls_snapshot *snapshot)
{
    return snapshot->manifest.root_count;
}

void
rls_snapshot_root(const rls_snapshot *snapshot, uint32_t i, const char **out_label,
                  const char **out_path)
{
    *out_label = *out_path = "";
    if (i < snapshot->manifest.root_count) {
        *out_label = (const char *)snapshot->manifest.roots[i].label.data;
        *out_path = (const char *)snapshot->manifest.roots[i].path.data;
    }
}

/* --- checking --- */

typedef struct check_context {
    void (*problem)(void *context, const char *file, const char *section, const char *message);
    void       *context;
    const char *file;
} check_context;

static void
tell_problem(void *context, const char *section, const char *message)
{
    check_context *check = context;

    if (check->problem != NULL)
        check->problem(check->context, check->file, section, message);
}

rls_status
rls_snapshot_check(const rls_snapshot *snapshot,
                   void (*problem)(void *context, const char *file, const char *section,
                                   const char *message),
                   void *context, rls_error *err)
{
    rls_status worst = RLS_OK;

    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_snapshot_segment *part = &snapshot->segments[i];
        check_context check = {problem, context, rls_segment_get_info(part->segment)->name};
        rls_status status = rls_segment_check(part->segment, part->live, tell_problem, &check, err);
        if (status != RLS_OK && status != RLS_CORRUPT)
            return status;
        if (status != RLS_OK)
            worst = status;
    }
    return worst;
}
