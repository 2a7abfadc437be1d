/* The files an index knows, and those met while looking: name → stamp, in a hash table. */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

typedef struct cli_name {
    const char *name;
    uint64_t    size, inode, hash;
    int64_t     mtime_ns;
    bool        known; /* in the index */
    bool        met;   /* on disk, or not to be judged */
} cli_name;

typedef struct cli_names {
    cli_arena             arena;
    cli_name             *items; /* in order of arrival */
    size_t                count, capacity;
    struct cli_name_slot *slots;
    size_t                slot_count;
} cli_names;

/* The entry of `name`, made when there is none; good until the next call. */
cli_name *cli_names_enter(cli_names *names, const char *name, size_t size);
/* NULL when there is none. */
cli_name *cli_names_find(const cli_names *names, const char *name, size_t size);
void      cli_names_release(cli_names *names);

#endif
