#include "roots.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
copy_string(const char *string)
{
    size_t size = strlen(string) + 1;

    return memcpy(cli_allocate(size, 1), string, size);
}

void
cli_roots_read(cli_roots *roots, const rls_snapshot *snapshot)
{
    memset(roots, 0, sizeof *roots);
    roots->here = getcwd(NULL, 0);
    for (uint32_t i = 0; snapshot != NULL && i < rls_snapshot_root_count(snapshot); i++) {
        const char *label, *path;
        rls_snapshot_root(snapshot, i, &label, &path);
        cli_roots_add(roots, label, path);
    }
}

void
cli_roots_release(cli_roots *roots)
{
    for (size_t i = 0; i < roots->count; i++) {
        free(roots->items[i].label);
        free(roots->items[i].path);
    }
    free(roots->items);
    free(roots->here);
    memset(roots, 0, sizeof *roots);
}

size_t
cli_roots_add(cli_roots *roots, const char *label, const char *path)
{
    for (size_t i = 0; i < roots->count; i++) {
        if (strcmp(roots->items[i].path, path) == 0)
            return i;
    }
    roots->items = cli_reallocate(roots->items, roots->count + 1, sizeof *roots->items);
    roots->items[roots->count] = (cli_root){copy_string(label), copy_string(path)};
    return roots->count++;
}

/* The rest of `path` below folder `folder`; NULL when it is elsewhere. */
static const char *
below(const char *folder, const char *path)
{
    size_t size = strlen(folder);

    if (strncmp(path, folder, size) != 0)
        return NULL;
    if (path[size] == '\0')
        return path + size;
    if (size > 0 && folder[size - 1] == '/')
        return path + size;
    return path[size] == '/' ? path + size + 1 : NULL;
}

size_t
cli_roots_of_path(const cli_roots *roots, const char *path, const char **out_rest)
{
    size_t best = SIZE_MAX, best_size = 0;

    for (size_t i = 0; i < roots->count; i++) {
        const char *rest = below(roots->items[i].path, path);
        size_t      size = strlen(roots->items[i].path);
        if (rest != NULL && size >= best_size) {
            best = i;
            best_size = size;
            *out_rest = rest;
        }
    }
    return best;
}

size_t
cli_roots_of_name(const cli_roots *roots, const char *name, const char **out_rest)
{
    size_t best = SIZE_MAX, best_size = 0;

    for (size_t i = 0; i < roots->count; i++) {
        const char *label = roots->items[i].label;
        size_t      size = strlen(label);
        if (size == 0 ? best != SIZE_MAX
                      : (size < best_size || strncmp(name, label, size) != 0 || name[size] != '/'))
            continue;
        best = i;
        best_size = size;
        *out_rest = name + (size == 0 ? 0 : size + 1);
    }
    return best;
}

void
cli_roots_name(const cli_root *root, const char *rest, cli_text *out_name)
{
    if (root->label[0] != '\0')
        cli_text_format(out_name, rest[0] != '\0' ? "%s/" : "%s", root->label);
    cli_text_put(out_name, rest);
}

void
cli_roots_show_path(const cli_roots *roots, const char *path, cli_text *out)
{
    const char *rest = roots->here == NULL ? NULL : below(roots->here, path);

    cli_text_put(out, rest == NULL ? path : rest[0] == '\0' ? "." : rest);
}

/* A name out of an index must not lead out of its folder. */
static bool
leads_out(const char *rest)
{
    for (const char *at = rest; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
            return true;
    }
    return rest[0] == '/';
}

cli_presence
cli_roots_show_file(const cli_roots *roots, const rls_file_info *file, cli_text *out)
{
    cli_text     path = {0};
    const char  *rest = NULL;
    size_t       root = cli_roots_of_name(roots, file->name, &rest);
    struct stat  stat_now;
    cli_presence presence = CLI_FILE_VANISHED;

    if (root == SIZE_MAX || rest[0] == '\0' || leads_out(rest))
        return CLI_NO_FILE;
    cli_text_put(&path, roots->items[root].path);
    if (path.size == 0 || path.data[path.size - 1] != '/')
        cli_text_put(&path, "/");
    cli_text_put(&path, rest);
    if (stat(path.data, &stat_now) == 0) {
        int64_t mtime_ns = (int64_t)stat_now.st_mtim.tv_sec * 1000000000 + stat_now.st_mtim.tv_nsec;
        bool    is_known = file->mtime_ns != 0 || file->inode != 0;

        presence =
            (uint64_t)stat_now.st_size == file->size && (!is_known || mtime_ns == file->mtime_ns)
                ? CLI_FILE_THERE
                : CLI_FILE_CHANGED;
    }
    cli_roots_show_path(roots, path.data, out);
    cli_text_release(&path);
    return presence;
}

/* Appends `typed` to an absolute path, taking "." and ".." by name. */
static void
append_by_name(cli_text *path, const char *typed)
{
    while (*typed != '\0') {
        size_t size = strcspn(typed, "/");
        if (size == 2 && memcmp(typed, "..", 2) == 0) {
            const char *slash = path->size == 0 ? NULL : strrchr(path->data, '/');
            cli_text_cut(path, slash == NULL ? 0 : (size_t)(slash - path->data));
        } else if (size > 0 && !(size == 1 && typed[0] == '.')) {
            cli_text_put(path, "/");
            cli_text_add(path, typed, size);
        }
        typed += size;
        typed += *typed == '/';
    }
}

void
cli_roots_absolute(const cli_roots *roots, const char *typed, cli_text *out_path)
{
    cli_text    parent = {0};
    struct stat stat_now;
    char       *real;
    size_t      size = strlen(typed), start;

    if (stat(typed, &stat_now) == 0 && S_ISDIR(stat_now.st_mode) &&
        (real = realpath(typed, NULL)) != NULL) {
        cli_text_put(out_path, real);
        free(real);
        return;
    }
    /* A file keeps its own name, though it be a link; and it may not exist while its folder does.
     */
    while (size > 0 && typed[size - 1] == '/')
        size--;
    start = size;
    while (start > 0 && typed[start - 1] != '/')
        start--;
    cli_text_add(&parent, typed, start);
    real = realpath(start == 0 ? "." : parent.data, NULL);
    if (real != NULL) {
        if (strcmp(real, "/") != 0)
            cli_text_put(out_path, real);
        free(real);
        append_by_name(out_path, typed + start);
    } else {
        if (typed[0] != '/' && roots->here != NULL)
            cli_text_put(out_path, roots->here);
        append_by_name(out_path, typed);
    }
    cli_text_release(&parent);
}

bool
cli_roots_key_of_path(const cli_roots *roots, const char *typed, cli_text *out_key)
{
    cli_text    path = {0};
    const char *rest = NULL;
    size_t      root;

    cli_roots_absolute(roots, typed, &path);
    root = path.size == 0 ? SIZE_MAX : cli_roots_of_path(roots, path.data, &rest);
    if (root == SIZE_MAX && (typed[0] == '/' || roots->here != NULL)) {
        /* Through a link to a folder, perhaps: then the path as it is spelled is the one. */
        cli_text_clear(&path);
        if (typed[0] != '/')
            cli_text_put(&path, roots->here);
        append_by_name(&path, typed);
        root = path.size == 0 ? SIZE_MAX : cli_roots_of_path(roots, path.data, &rest);
    }
    if (root != SIZE_MAX && rest[0] != '\0')
        cli_roots_name(&roots->items[root], rest, out_key);
    else
        root = SIZE_MAX;
    cli_text_release(&path);
    return root != SIZE_MAX;
}
