/* What commits cost, and what they leave behind.
 *
 *   commit_bench update DIR COUNT < documents.jsonl
 *       Replaces COUNT documents of the index, a commit each; prints, a line each, the nanoseconds
 * of the update with its commit and of three writes with fsync in the same folder, the least that
 *       a segment, its deletions and a manifest could cost.
 *   commit_bench pieces DIR PIECES < documents.jsonl
 *       Builds an index in PIECES commits without asking for merges, deletes each twentieth
 * document and prints documents, deleted ones and segments. */
#include "../driver.h"

#include <fcntl.h>
#include <unistd.h>

static const char id_start[] = "{\"id\": \"";

/* Copies the key of the line at `line` to `key`; false when there is none that fits. */
static bool
line_key(const char *line, char *key, size_t key_size)
{
    const char *start = line + sizeof id_start - 1;
    size_t      size;

    if (strncmp(line, id_start, sizeof id_start - 1) != 0)
        return false;
    size = strcspn(start, "\"\n");
    if (size >= key_size)
        return false;
    memcpy(key, start, size);
    key[size] = '\0';
    return true;
}

static uint64_t
three_syncs(const char *folder)
{
    char     path[4096], block[4096] = {0};
    uint64_t start;
    int      file;

    snprintf(path, sizeof path, "%s/bench.sync", folder);
    start = now_ns();
    for (int i = 0; i < 3; i++) {
        file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
        if (file < 0 || write(file, block, sizeof block) < 0 || fsync(file) != 0)
            return 0;
        close(file);
    }
    start = now_ns() - start;
    unlink(path);
    return start;
}

static int
update(const char *folder, int count, const char *data, size_t size)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    size_t             step = size / (size_t)(count + 1);
    rls_error          err;
    rls_writer        *writer;

    if (rls_writer_open(folder, &options, &writer, &err) != RLS_OK)
        return fail(&err);
    for (int i = 0; i < count; i++) {
        rls_file    file = RLS_FILE_INIT;
        const char *line = memchr(data + step * (size_t)i, '\n', size - step * (size_t)i);
        uint64_t    start;
        if (line == NULL || line + 1 == data + size)
            break;
        file.bytes = ++line;
        file.size = strcspn(line, "\n") + 1;
        file.format = RLS_FILE_JSONL;
        start = now_ns();
        if (rls_writer_add_file(writer, &file, &err) != RLS_OK ||
            rls_writer_commit(writer, NULL, &err) != RLS_OK)
            return fail(&err);
        start = now_ns() - start;
        printf("%llu\t%llu\n", (unsigned long long)start, (unsigned long long)three_syncs(folder));
    }
    rls_writer_close(writer);
    return 0;
}

static int
pieces(const char *folder, int count, const char *data, size_t size)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_snapshot_info  info = {.struct_size = sizeof info};
    size_t             at = 0;
    rls_error          err;
    rls_writer        *writer;
    rls_snapshot      *snapshot;
    char               key[1024];
    int                number = 0;

    options.store = false;
    options.memory_limit = (size_t)1024 << 20;
    if (rls_writer_open(folder, &options, &writer, &err) != RLS_OK)
        return fail(&err);
    for (int i = 1; i <= count; i++) {
        size_t      end = size / (size_t)count * (size_t)i;
        const char *newline = i == count ? NULL : memchr(data + end, '\n', size - end);
        end = newline == NULL ? size : (size_t)(newline + 1 - data);
        if (add_lines(writer, data + at, end - at, &err) != RLS_OK ||
            rls_writer_commit(writer, NULL, &err) != RLS_OK)
            return fail(&err);
        at = end;
    }
    for (const char *line = data; line != NULL && line < data + size; number++) {
        if (number % 20 == 0 && line_key(line, key, sizeof key) &&
            rls_writer_delete(writer, key, &err) != RLS_OK)
            return fail(&err);
        line = memchr(line, '\n', (size_t)(data + size - line));
        line = line == NULL ? NULL : line + 1;
    }
    if (rls_writer_commit(writer, NULL, &err) != RLS_OK)
        return fail(&err);
    rls_writer_close(writer);
    if (rls_snapshot_open(folder, NULL, &snapshot, &err) != RLS_OK ||
        rls_snapshot_get_info(snapshot, &info, &err) != RLS_OK)
        return fail(&err);
    printf("%llu documents, %llu deleted, %u segments\n", (unsigned long long)info.documents,
           (unsigned long long)info.deleted, info.segments);
    rls_snapshot_close(snapshot);
    return 0;
}

int
main(int argc, char **argv)
{
    size_t size;
    char  *data;
    int    status = 2;

    if (argc != 4 || atoi(argv[3]) < 1) {
        fprintf(stderr, "usage: commit_bench update|pieces DIR COUNT < documents.jsonl\n");
        return 2;
    }
    data = read_input(&size);
    if (data == NULL)
        return 2;
    if (strcmp(argv[1], "update") == 0)
        status = update(argv[2], atoi(argv[3]), data, size);
    else if (strcmp(argv[1], "pieces") == 0)
        status = pieces(argv[2], atoi(argv[3]), data, size);
    free(data);
    return status;
}
