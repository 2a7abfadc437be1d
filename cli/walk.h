/* Folders → files, in bytewise order of their paths. */
#ifndef CLI_WALK_H
#define CLI_WALK_H

#include <sys/stat.h>

#include "flags.h"
#include "text.h"

typedef struct cli_walk_state cli_walk_state;

typedef struct cli_walk {
    /* Globs of --include and --exclude. */
    const cli_texts *include, *exclude;
    struct stat      index; /* a folder that is never walked; st_ino 0: none */
    void            *context;
    /* A folder is about to be walked. `name` is what files in it begin with (a slash follows,
     * unless it is empty) and may be changed; `relative` is where in the path the part below the
     * start begins; false: do not walk it. */
    bool (*folder)(void *context, const char *path, size_t relative, cli_text *name,
                   const struct stat *stat);
    /* A regular file. False ends the walk. */
    bool (*file)(void *context, const char *path, const char *name, const struct stat *stat);
    /* Something that could not be looked at or is no regular file. What is in the index under its
     * name shall not be taken as vanished when `unknown`. */
    void (*trouble)(void *context, const char *path, const char *name, const char *reason,
                    bool unknown);
    /* A file left out because its name says it is binary; may be NULL. */
    void (*binary)(void *context, const char *path);
    cli_walk_state *state; /* what was met so far; begins as NULL */
} cli_walk;

/* Walks the folder at `path`, whose files have names beginning with `name`. Hidden files and
 * folders and those of an index are passed over, and a folder that was met before; links to files
 * are followed. False when a callback ended the walk. */
bool cli_walk_folder(cli_walk *walk, const char *path, const char *name);
/* Walks again a folder that was met on such a walk, with what was told of it then. */
bool cli_walk_again(cli_walk *walk, const char *path, size_t relative, const char *name);
/* Once all folders are walked: follows the links to folders that led out of them, where that was
 * not met by its own path. */
bool cli_walk_links(cli_walk *walk);
void cli_walk_release(cli_walk *walk);

/* Words for something that is no regular file: "FIFO, not a regular file". */
const char *cli_walk_kind(mode_t mode);

#endif
