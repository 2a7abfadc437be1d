/* Strings that live as long as the run: one allocation for many. */
#ifndef CLI_ARENA_H
#define CLI_ARENA_H

#include <stddef.h>

typedef struct cli_arena {
    struct cli_arena_block *blocks;
    char                   *at;
    size_t                  left;
} cli_arena;

/* A NUL-terminated copy. */
char *cli_arena_copy(cli_arena *arena, const char *bytes, size_t size);
void  cli_arena_release(cli_arena *arena);

#endif
