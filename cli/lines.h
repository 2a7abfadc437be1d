/* Files of lines that programs write, such as judgements and runs: every line must be well formed.
 */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct cli_lines {
    const char *path, *form; /* what a line should be */
    FILE       *file;
    char       *line; /* NUL-terminated, without its end */
    size_t      capacity, size;
    uint64_t    number;
} cli_lines;

/* "-" is standard input. False after an error that was told. */
bool cli_lines_open(cli_lines *in, const char *path, const char *form);
/* Takes the next line that is not blank; false when there is none. */
bool cli_lines_next(cli_lines *in);
/* Cuts the line where white space is; false when that gives another number of columns. */
bool cli_lines_cut(const cli_lines *in, char **columns, size_t count);
/* Tells the trouble with this line; returns CLI_FAILED. */
int cli_lines_tell(const cli_lines *in, const char *trouble);
/* Returns `status`, or CLI_FAILED after trouble with reading, which is told. */
int cli_lines_close(cli_lines *in, int status);

#endif
