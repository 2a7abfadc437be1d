/* What an `index` run has to do: the files on disk held against the files in the index. */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include "inputs.h"
#include "names.h"
#include "walk.h"

/* A file to give to the writer. */
typedef struct cli_plan_file {
    const char *path, *name;
    uint64_t    size, inode, known_hash;
    int64_t     mtime_ns;
    bool        known; /* another version of it is in the index */
} cli_plan_file;

typedef struct cli_trouble {
    const char *path, *reason;
} cli_trouble;

/* Part of the names of the index: those below `prefix` that belong to `root`. */
typedef struct cli_scope {
    size_t      root;
    const char *prefix;
    bool        is_shallow; /* only those in the folder itself */
} cli_scope;

/* A folder to look at again: not what is in folders in it. */
typedef struct cli_plan_folder {
    const char *path, *name; /* as they are walked */
    size_t      relative;    /* where in the path the part below the start begins */
} cli_plan_folder;

/* What changed since everything was looked at. */
typedef struct cli_plan_changes {
    const cli_plan_folder *folders;
    size_t                 folder_count;
    const char *const     *gone; /* names of folders that went away with all that is in them */
    size_t                 gone_count;
    bool                   files; /* perhaps files that were named by themselves */
} cli_plan_changes;

typedef struct cli_plan {
    /* How. */
    const cli_texts *include, *exclude;
    bool             again;        /* read all files, changed or not */
    bool             keep_missing; /* vanished files stay in the index */
    bool             verbose;
    bool (*stop)(void);        /* asked now and then; true ends the work */
    struct stat index, schema; /* not to be indexed; st_ino 0: none */
    /* For somebody who watches; may be NULL. A folder that is about to be walked, unless it returns
     * false; and whether a file, which somebody is writing, is not to be
     * read yet. */
    bool (*meet_folder)(void *watcher, const char *path, size_t relative, const char *name);
    bool (*is_held)(void *watcher, const char *path);
    void                   *watcher;
    const cli_plan_changes *changes; /* NULL: everything is looked at */
    /* What is known. */
    cli_arena    arena;
    cli_names    names;
    cli_roots    roots;
    struct stat *root_stats;   /* one a root */
    size_t       placed_count; /* inputs, from the first, that are in a root */
    /* What was found. */
    cli_plan_file *files;
    size_t         file_count, file_capacity;
    const char   **vanished;
    size_t         vanished_count;
    cli_trouble   *troubles;
    size_t         trouble_count;
    cli_scope     *scopes;
    size_t         scope_count;
    const char   **unknown; /* names below which nothing counts as vanished */
    size_t         unknown_count;
    uint64_t       unchanged, bytes; /* files as the index knows them; size of those to read */
    uint64_t       outside;          /* files of the index that this run does not look at */
} cli_plan;

/* Empties what is known and found, reads what `snapshot` (or NULL) knows, and looks at the inputs.
 * False after an error that was told. */
bool cli_plan_start(cli_plan *plan, const rls_snapshot *snapshot, cli_inputs *inputs);
void cli_plan_release(cli_plan *plan);

/* Tells what was given and does not exist, and leaves it out; but not a file that the index knows,
 * which has vanished. Returns how many are left out that somebody should do something about. */
size_t cli_plan_check(cli_plan *plan, cli_inputs *inputs);
/* A folder that must become a root before the plan can be made, as an absolute path; NULL: none. */
const char *cli_plan_new_root(cli_plan *plan, const cli_inputs *inputs);
/* Tells the plan of the new root. False when its label is taken by a folder in another root, which
 * is told. */
bool cli_plan_add_root(cli_plan *plan, const char *label, const char *path);

/* Looks at the disk and fills in what was found. False when it was stopped. */
bool cli_plan_make(cli_plan *plan, const cli_inputs *inputs);

#endif
