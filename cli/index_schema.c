#include "index_schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

enum {
    SIZE_LIMIT = 1 << 20
};

static const char file_name[] = "rsearch.yaml", copy_name[] = "schema.yaml";

/* 0, or an errno. */
static int
read_file(const char *path, cli_text *out, struct stat *out_stat)
{
    FILE *file = fopen(path, "re");
    int   error = 0;

    if (file == NULL)
        return errno;
    cli_text_reserve(out, SIZE_LIMIT);
    errno = 0;
    if (fstat(fileno(file), out_stat) != 0)
        error = errno;
    else if (!S_ISREG(out_stat->st_mode))
        error = EINVAL;
    else {
        out->size = fread(out->data, 1, SIZE_LIMIT, file);
        out->data[out->size] = '\0';
        error = ferror(file) ? errno : out->size == SIZE_LIMIT ? EFBIG : 0;
    }
    fclose(file);
    return error;
}

static void
join(cli_text *out, const char *folder, const char *name)
{
    cli_text_clear(out);
    cli_text_put(out, folder);
    if (out->size > 0 && out->data[out->size - 1] != '/')
        cli_text_put(out, "/");
    cli_text_put(out, name);
}

/* The first rsearch.yaml of the inputs' folders, else the one beside the index. */
static bool
find(const char *index, const cli_inputs *inputs, cli_text *out_path)
{
    struct stat stat_now;
    const char *slash;
    size_t      size = strlen(index);

    for (size_t i = 0; i < inputs->count; i++) {
        if (inputs->items[i].listed)
            continue;
        join(out_path, inputs->items[i].typed, file_name);
        if (stat(out_path->data, &stat_now) == 0)
            return true;
    }
    while (size > 0 && index[size - 1] == '/')
        size--;
    slash = size == 0 ? NULL : memrchr(index, '/', size);
    cli_text_clear(out_path);
    if (slash != NULL)
        cli_text_add(out_path, index, (size_t)(slash - index) + 1);
    cli_text_put(out_path, file_name);
    return stat(out_path->data, &stat_now) == 0;
}

static bool
differs_from_copy(const cli_schema_file *file, const char *index)
{
    cli_text    path = {0}, copy = {0};
    struct stat stat_now;
    bool        differs;

    join(&path, index, copy_name);
    differs = read_file(path.data, &copy, &stat_now) != 0 || copy.size != file->text.size ||
              memcmp(copy.data, file->text.data, copy.size) != 0;
    cli_text_release(&path);
    cli_text_release(&copy);
    return differs;
}

bool
cli_schema_find(cli_schema_file *file, const char *given, const char *index,
                const cli_inputs *inputs)
{
    cli_text  path = {0};
    rls_error error = {0};
    bool      good = true;
    int       failed;

    memset(file, 0, sizeof *file);
    if (given != NULL)
        cli_text_put(&path, given);
    if (given != NULL || find(index, inputs, &path)) {
        failed = read_file(path.data, &file->text, &file->stat);
        if (failed != 0) {
            cli_error("%s: %s", path.data,
                      failed == EINVAL  ? "not a regular file"
                      : failed == EFBIG ? "too large for a schema"
                                        : strerror(failed));
            good = false;
        } else if (rls_schema_read(file->text.data, file->text.size, path.data, &file->schema,
                                   &error) != RLS_OK) {
            cli_library_error(&error);
            good = false;
        } else {
            file->changed = differs_from_copy(file, index);
        }
    }
    cli_text_release(&path);
    return good;
}

void
cli_schema_remember(const cli_schema_file *file, const char *index)
{
    cli_text path = {0}, made = {0};
    FILE    *out;
    bool     written;

    if (!file->changed)
        return;
    join(&path, index, copy_name);
    join(&made, index, "schema.yaml.tmp");
    out = fopen(made.data, "we");
    written = out != NULL && fwrite(file->text.data, 1, file->text.size, out) == file->text.size;
    if (out != NULL && fclose(out) != 0)
        written = false;
    /* Without the copy the next run reads all files again: slow, not wrong. */
    if (!written || rename(made.data, path.data) != 0)
        unlink(made.data);
    cli_text_release(&path);
    cli_text_release(&made);
}

void
cli_schema_release(cli_schema_file *file)
{
    rls_schema_close(file->schema);
    cli_text_release(&file->text);
}
