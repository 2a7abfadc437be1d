/* The folders whose files are in an index. Each has a label that the names of its files begin with;
 * the label of the first is empty. */
#ifndef CLI_ROOTS_H
#define CLI_ROOTS_H

#include <releasesearch/snapshot.h>

#include "text.h"

typedef struct cli_root {
    char *label, *path;
} cli_root;

typedef struct cli_roots {
    cli_root *items;
    size_t    count;
    char     *here; /* the current folder; NULL when it cannot be told */
} cli_roots;

void cli_roots_read(cli_roots *roots, const rls_snapshot *snapshot);
void cli_roots_release(cli_roots *roots);
/* Adds one, unless it is there. Returns its number. */
size_t cli_roots_add(cli_roots *roots, const char *label, const char *path);

/* The innermost root that absolute path `path` is in or equal to, or SIZE_MAX; `out_rest` is the
 * path below it, without a slash in front. */
size_t cli_roots_of_path(const cli_roots *roots, const char *path, const char **out_rest);
/* The root whose files have names like `name`, or SIZE_MAX; `out_rest` is the path below it. */
size_t cli_roots_of_name(const cli_roots *roots, const char *name, const char **out_rest);
/* Label and path below → name. */
void cli_roots_name(const cli_root *root, const char *rest, cli_text *out_name);

/* Absolute path → how the user would type it here. */
void cli_roots_show_path(const cli_roots *roots, const char *path, cli_text *out);
typedef enum cli_presence {
    CLI_NO_FILE, /* the document did not come from a file of its own */
    CLI_FILE_THERE,
    CLI_FILE_CHANGED, /* since it was indexed, by its size or time */
    CLI_FILE_VANISHED
} cli_presence;
/* Appends the path of a file of the index as the user would type it, unless it is in no root. */
cli_presence cli_roots_show_file(const cli_roots *roots, const rls_file_info *file, cli_text *out);

/* What the user typed → absolute path, links resolved but for a file that is one itself. */
void cli_roots_absolute(const cli_roots *roots, const char *typed, cli_text *out_path);
/* What the user typed → the key that a file at that path would have; false when there is none. */
bool cli_roots_key_of_path(const cli_roots *roots, const char *typed, cli_text *out_key);

#endif
