/* The folder of an index, its files damaged: bytes changed, cut off, zeroed, files removed or given
 * anew, checksums as they are or made to fit. A repair makes an index of it that is whole, or says
 * why not; one more finds nothing to do.
 *
 * The input is edits: which file, what, where, how many bytes, then the bytes. */
#include "base/crc32.h"
#include "codec/envelope.h"
#include "fuzz.h"
#include "index/repair.h"
#include "segment/segment_check.h"
#include "support/directory_files.h"

enum {
    EDITS_MAX = 8,
    FILES_MAX = 8
};

typedef enum edit_kind {
    EDIT_CHANGE,
    EDIT_CUT,
    EDIT_ZERO,
    EDIT_REMOVE,
    EDIT_REPLACE,
    EDIT_FIT, /* the checksum of the file */
    EDIT_COUNT
} edit_kind;

typedef struct index_file {
    char     name[RLS_NAME_SIZE];
    uint8_t *bytes;
    size_t   size;
} index_file;

static index_file files[FILES_MAX];
static size_t     file_count;

static void
forget_files(void)
{
    while (file_count > 0)
        free(files[--file_count].bytes);
}

static void
add_files(rls_index_writer *writer, int from, int to, int version)
{
    for (int i = from; i < to; i++) {
        rls_file file = RLS_FILE_INIT;
        char     name[16], text[512];

        snprintf(name, sizeof name, "%d.md", i);
        file.name = name;
        file.bytes = text;
        file.size =
            (size_t)snprintf(text, sizeof text,
                             "---\ntitle: Number %d\ndate: 200%d-05-28\n---\nThe *minister* "
                             "spoke of version %d of word%d.\n",
                             i, i % 10, version, i);
        file.mtime_ns = INT64_C(1180310400000000000);
        file.inode = (uint64_t)i + 1;
        FUZZ_CHECK(rls_index_writer_add_file(writer, &file, NULL) == RLS_OK);
    }
}

/* Two segments, the older with deletions; made once, and kept until the program ends. */
static void
make_files(void)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_heap           heap;
    rls_directory     *directory;
    rls_index_writer  *writer;
    char              *names, *rest = NULL;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    FUZZ_CHECK(rls_index_writer_open(&heap, directory, &options, &writer, NULL) == RLS_OK);
    add_files(writer, 0, 12, 1);
    FUZZ_CHECK(rls_index_writer_commit(writer, NULL, NULL) == RLS_OK);
    add_files(writer, 10, 14, 2);
    FUZZ_CHECK(rls_index_writer_commit(writer, NULL, NULL) == RLS_OK);
    rls_index_writer_close(writer);
    names = rls_test_list_files(directory);
    for (char *name = strtok_r(names, " ", &rest); name != NULL;
         name = strtok_r(NULL, " ", &rest)) {
        index_file *file = &files[file_count++];

        FUZZ_CHECK(file_count < FILES_MAX);
        snprintf(file->name, sizeof file->name, "%s", name);
        file->bytes = rls_test_read_file(directory, name, &file->size);
    }
    free(names);
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
    atexit(forget_files);
}

static void
edit(rls_directory *directory, fuzz_input *input, bool *out_fitted)
{
    const index_file *file = &files[fuzz_u8(input) % file_count];
    edit_kind         kind = (edit_kind)(fuzz_u8(input) % EDIT_COUNT);
    uint32_t          at = fuzz_u16(input), count = fuzz_u8(input);
    rls_bytes         given = fuzz_bytes(input, count);
    size_t            size;
    uint8_t          *bytes = rls_test_read_file(directory, file->name, &size);

    if (bytes == NULL) /* removed before */
        return;
    at = size == 0 ? 0 : at % (uint32_t)size;
    if (kind == EDIT_CHANGE && size > 0)
        memcpy(bytes + at, given.data, given.size < size - at ? given.size : size - at);
    else if (kind == EDIT_CUT)
        size = at;
    else if (kind == EDIT_ZERO && size > 0)
        memset(bytes + at, 0, (size_t)4 * count < size - at ? (size_t)4 * count : size - at);
    else if (kind == EDIT_FIT && size > RLS_ENVELOPE_FOOT)
        rls_set_u32(bytes + size - 4, rls_crc32(0, bytes, size - 4));
    *out_fitted = *out_fitted || kind == EDIT_FIT || kind == EDIT_REPLACE;
    if (kind == EDIT_REMOVE)
        directory->ops->remove(directory, file->name, NULL);
    else if (kind == EDIT_REPLACE)
        FUZZ_CHECK(rls_test_write_file(directory, file->name, given.data, given.size) == RLS_OK);
    else
        FUZZ_CHECK(rls_test_write_file(directory, file->name, bytes, size) == RLS_OK);
    free(bytes);
}

static void
hear(void *context, const char *file, const char *section, const char *message)
{
    FUZZ_CHECK(file[0] != '\0' && section[0] != '\0' && message[0] != '\0');
    ++*(uint64_t *)context;
}

static void
check_whole(rls_heap *heap, rls_directory *directory, uint64_t documents)
{
    rls_snapshot *snapshot;
    uint64_t      found = 0;

    FUZZ_CHECK(rls_snapshot_load(heap, directory, true, &snapshot, NULL) == RLS_OK);
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_snapshot_segment *part = &snapshot->segments[i];

        FUZZ_CHECK(rls_segment_check(part->segment, part->live, NULL, NULL, NULL) == RLS_OK);
        found += rls_segment_get_info(part->segment)->doc_count;
        found -= part->live == NULL ? 0 : part->live->deleted_count;
    }
    FUZZ_CHECK(found == documents);
    rls_snapshot_let_go(snapshot);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input         input = {data, size};
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_repair_report  report = {.documents = 0};
    rls_heap           heap;
    rls_directory     *directory;
    rls_error          error = {0};
    rls_status         status;
    uint64_t           told = 0;
    bool               fitted = false;

    if (file_count == 0)
        make_files();
    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    for (size_t i = 0; i < file_count; i++)
        FUZZ_CHECK(rls_test_write_file(directory, files[i].name, files[i].bytes, files[i].size) ==
                   RLS_OK);
    for (int i = 0; i < EDITS_MAX && input.size > 0; i++)
        edit(directory, &input, &fitted);
    options.create = false;
    status = rls_repair_run(&heap, directory, &options, hear, &told, &report, &error);
    FUZZ_CHECK(status != RLS_NO_MEMORY && status != RLS_IO);
    FUZZ_CHECK(status == RLS_OK || (error.status == status && error.message[0] != '\0'));
    FUZZ_CHECK(status == RLS_OK || status == RLS_NOT_FOUND || fitted);
    if (status == RLS_OK) {
        check_whole(&heap, directory, report.documents);
        told = 0;
        FUZZ_CHECK(rls_repair_run(&heap, directory, &options, hear, &told, &report, NULL) ==
                   RLS_OK);
        FUZZ_CHECK(told == 0 && report.saved == 0 && report.lost == 0);
    }
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
    return 0;
}
