/* What an `index` run was given to look at. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include <sys/stat.h>

#include "arena.h"
#include "roots.h"

/* A path that was given. */
typedef struct cli_input {
    const char *typed;
    bool        listed;   /* by --files-from, where a missing file is a remark, not an error */
    bool        recorded; /* a folder of the index, given by nobody */
    bool        left_out; /* it is missing, which was told */
    /* As found by cli_inputs_look(). */
    int         error; /* why it cannot be looked at, or 0 */
    struct stat stat;
    const char *absolute;
} cli_input;

typedef struct cli_inputs {
    cli_arena  arena;
    cli_input *items;
    size_t     count;
} cli_inputs;

void cli_inputs_add(cli_inputs *inputs, const char *typed, bool listed);
/* Adds the paths in file `from` ("-": standard input), one a line or ended by NULs. False after an
 * error that was told. */
bool cli_inputs_read_list(cli_inputs *inputs, const char *from, bool by_nul);
/* Looks at each on disk. */
void cli_inputs_look(cli_inputs *inputs, const cli_roots *roots);
void cli_inputs_release(cli_inputs *inputs);

#endif
