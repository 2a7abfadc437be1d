#include "arena.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
    BLOCK_SIZE = 256 << 10
};

struct cli_arena_block {
    struct cli_arena_block *next;
    char                    bytes[];
};

char *
cli_arena_copy(cli_arena *arena, const char *bytes, size_t size)
{
    char *copy;

    if (size + 1 > arena->left) {
        size_t                  room = size + 1 > BLOCK_SIZE ? size + 1 : BLOCK_SIZE;
        struct cli_arena_block *block = cli_allocate(1, sizeof *block + room);
        block->next = arena->blocks;
        arena->blocks = block;
        arena->at = block->bytes;
        arena->left = room;
    }
    copy = arena->at;
    if (size > 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    arena->at += size + 1;
    arena->left -= size + 1;
    return copy;
}

void
cli_arena_release(cli_arena *arena)
{
    while (arena->blocks != NULL) {
        struct cli_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    memset(arena, 0, sizeof *arena);
}
