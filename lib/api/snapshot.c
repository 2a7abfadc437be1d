#include "api/handles.h"
#include "base/hash_table.h"
#include "base/sort.h"
#include "search/field_names.h"

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

    RLS_REQUIRE(out_snapshot, err);
    *out_snapshot = NULL;
    if (options == NULL)
        options = &defaults;
    if (path == NULL || path[0] == '\0')
        return rls_fail(err, RLS_BAD_ARGUMENT, "an index needs the path of a folder");
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_snapshot_options: struct_size %zu is not %zu",
                        options->struct_size, sizeof *options);
    if (!rls_allocator_is_whole(options->allocator))
        return rls_fail(err, RLS_BAD_ARGUMENT, "an allocator needs its three functions");
    if ((unsigned)options->io > RLS_IO_MODE_READ)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no way of reading files has number %d",
                        options->io);
    heap = rls_heap_new(options->allocator, SIZE_MAX);
    folder = heap == NULL ? NULL : rls_alloc_zeroed(heap, 1, sizeof *folder);
    if (folder == NULL) {
        rls_heap_free(heap);
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", path);
    }
    folder->heap = heap;
    folder->verify = options->verify;
    atomic_init(&folder->references, 1);
    status = rls_directory_open_fs(heap, path, false, options->io, &folder->directory, err);
    if (status == RLS_OK)
        status = open_in(folder, out_snapshot, err);
    if (status != RLS_OK)
        let_go_folder(folder);
    return status;
}

/* The number alone would not tell an index that was made anew in the same folder. */
static bool
is_same_commit(const rls_manifest *a, const rls_manifest *b)
{
    if (a->generation != b->generation || a->segment_count != b->segment_count)
        return false;
    for (uint32_t i = 0; i < a->segment_count; i++) {
        if (memcmp(a->segments[i].id, b->segments[i].id, RLS_ID_SIZE) != 0 ||
            a->segments[i].live_generation != b->segments[i].live_generation)
            return false;
    }
    return true;
}

rls_status
rls_snapshot_refresh(rls_snapshot *snapshot, rls_snapshot **out_snapshot, rls_error *err)
{
    rls_reader_folder *folder;
    rls_manifest       manifest;
    rls_status         status;

    RLS_REQUIRE(out_snapshot, err);
    *out_snapshot = NULL;
    RLS_REQUIRE(snapshot, err);
    folder = snapshot->owner;
    if (rls_manifest_read_newest(&manifest, folder->heap, folder->directory, NULL) == RLS_OK) {
        bool is_same = is_same_commit(&manifest, &snapshot->manifest);
        rls_manifest_release(&manifest);
        if (is_same) {
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
    const rls_manifest *manifest;
    size_t              struct_size;

    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(out_info, err);
    manifest = &snapshot->manifest;
    struct_size = out_info->struct_size;
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
    rls_heap      *heap;
    rls_hash_table numbers; /* by name; the names are its keys, which end with a NUL */
    rls_buffer     fields;  /* rls_field_info */
} field_list;

/* NULL when there is no memory. */
static rls_field_info *
find_or_add(field_list *list, rls_bytes name)
{
    rls_field_info added = {0};
    const uint8_t *stored;
    bool           inserted;
    uint32_t       next = (uint32_t)(list->fields.size / sizeof added);
    uint32_t      *number = rls_hash_table_insert(&list->numbers, name, next, &inserted, &stored);

    if (number == NULL)
        return NULL;
    if (inserted) {
        added.name = (const char *)stored;
        rls_buffer_append(&list->fields, &added, sizeof added);
        if (list->fields.failed)
            return NULL;
    }
    return (rls_field_info *)(void *)list->fields.data + *number;
}

static rls_status
gather_text_fields(const rls_snapshot *snapshot, field_list *list)
{
    for (uint32_t i = 0; i < snapshot->field_count; i++) {
        rls_field_info *field = find_or_add(list, snapshot->fields[i].name);
        if (field == NULL)
            return RLS_NO_MEMORY;
        field->kinds |= RLS_FIELD_TEXT;
        field->average_length = snapshot->fields[i].average_length;
    }
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment_info *info = rls_segment_get_info(snapshot->segments[i].segment);
        for (uint32_t j = 0; j < info->field_count; j++) {
            rls_field_info *field = find_or_add(list, info->fields[j].name);
            if (field == NULL)
                return RLS_NO_MEMORY;
            field->kinds |= info->fields[j].kinds | RLS_FIELD_TEXT;
            field->documents += info->fields[j].doc_count;
        }
    }
    return RLS_OK;
}

/* Values of fields that are text as well belong to documents counted already. */
static rls_status
gather_columns(const rls_snapshot *snapshot, field_list *list)
{
    static const uint32_t kinds[] = {
        [RLS_COLUMN_KEYWORD] = RLS_FIELD_KEYWORD,
        [RLS_COLUMN_DATE] = RLS_FIELD_DATE,
        [RLS_COLUMN_NUMBER] = RLS_FIELD_NUMBER,
    };

    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment *segment = snapshot->segments[i].segment;
        for (uint32_t j = 0; j < rls_segment_column_count(segment); j++) {
            const rls_column *column = rls_segment_column_at(segment, j);
            rls_field_info   *field = find_or_add(list, column->name);
            if (field == NULL)
                return RLS_NO_MEMORY;
            field->distinct_values += column->value_count;
            if ((field->kinds & RLS_FIELD_TEXT) == 0)
                field->documents += column->docs_with;
            field->kinds |= kinds[column->kind];
        }
    }
    return RLS_OK;
}

/* "body" first, the others by name. */
static int
compare_fields(const void *a, const void *b, void *context)
{
    const char *left = ((const rls_field_info *)a)->name;
    const char *right = ((const rls_field_info *)b)->name;
    bool        left_is_body = strcmp(left, "body") == 0;

    (void)context;
    if (left_is_body != (strcmp(right, "body") == 0))
        return left_is_body ? -1 : 1;
    return strcmp(left, right);
}

rls_status
rls_snapshot_fields(const rls_snapshot *snapshot,
                    bool (*visit)(void *context, const rls_field_info *field), void *context,
                    rls_error *err)
{
    field_list            list;
    const rls_field_info *fields;
    size_t                count;
    rls_status            status;

    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(visit, err);
    list.heap = snapshot->heap;
    rls_hash_table_init(&list.numbers, list.heap);
    rls_buffer_init(&list.fields, list.heap);
    status = gather_text_fields(snapshot, &list);
    if (status == RLS_OK)
        status = gather_columns(snapshot, &list);
    count = list.fields.size / sizeof *fields;
    if (status == RLS_OK && count > 0)
        status = rls_sort(list.heap, list.fields.data, count, sizeof *fields, compare_fields, NULL);
    fields = (const rls_field_info *)(const void *)list.fields.data;
    for (size_t i = 0; status == RLS_OK && i < count; i++) {
        if (!visit(context, &fields[i]))
            break;
    }
    rls_buffer_release(&list.fields);
    rls_hash_table_release(&list.numbers);
    return status == RLS_OK ? RLS_OK : rls_fail(err, status, "no memory to list fields");
}

rls_status
rls_snapshot_nearest_field(const rls_snapshot *snapshot, const char *name, char *out_name,
                           size_t out_size, rls_error *err)
{
    rls_analyzer *folder = NULL;
    rls_bytes     nearest;
    rls_status    status;

    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(name, err);
    RLS_REQUIRE(out_name, err);
    if (out_size == 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a name needs room for its NUL");
    out_name[0] = '\0';
    status = rls_analyzer_new(snapshot->heap, rls_bytes_of("none", 4), &folder, err);
    if (status == RLS_OK)
        status = rls_field_nearest(snapshot->heap, snapshot, folder,
                                   rls_bytes_of(name, strlen(name)), &nearest, err);
    rls_analyzer_free(folder);
    if (status == RLS_OK && nearest.size > 0 && nearest.size < out_size) {
        memcpy(out_name, nearest.data, nearest.size);
        out_name[nearest.size] = '\0';
    }
    return status;
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

    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(visit, err);
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
    return snapshot == NULL ? 0 : snapshot->manifest.root_count;
}

void
rls_snapshot_root(const rls_snapshot *snapshot, uint32_t i, const char **out_label,
                  const char **out_path)
{
    const rls_manifest_root *root = NULL;

    if (snapshot != NULL && i < snapshot->manifest.root_count)
        root = &snapshot->manifest.roots[i];
    if (out_label != NULL)
        *out_label = root == NULL ? "" : (const char *)root->label.data;
    if (out_path != NULL)
        *out_path = root == NULL ? "" : (const char *)root->path.data;
}

/* --- checking --- */

typedef struct check_context {
    rls_problem_callback problem;
    void                *context;
    const char          *file;
} check_context;

static void
tell_problem(void *context, const char *section, const char *message)
{
    check_context *check = context;

    if (check->problem != NULL)
        check->problem(check->context, check->file, section,
                       rls_message_of(message, check->file, section));
}

static void
tell_commit(void *context, const char *file, const char *message)
{
    check_context *check = context;

    if (check->problem != NULL)
        check->problem(check->context, file, "commit", rls_message_of(message, file, "commit"));
}

rls_status
rls_snapshot_check(const rls_snapshot *snapshot, rls_problem_callback problem, void *context,
                   rls_error *err)
{
    check_context commits = {problem, context, NULL};
    rls_status    worst;

    RLS_REQUIRE(snapshot, err);
    worst = rls_manifest_check_newer(snapshot->heap, snapshot->directory,
                                     snapshot->manifest.generation, tell_commit, &commits, err);
    if (worst != RLS_OK && worst != RLS_CORRUPT)
        return worst;
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
