/* Words in lines of a terminal. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include "text.h"

typedef struct cli_wrap {
    unsigned    width, indent, lines, mark_width;
    const char *start, *end;
} cli_wrap;

/* Appends `words` in lines of at most `width` columns, each but the first after `indent` blanks;
 * the first is taken to begin at column `indent` too. Lines break at blanks, beside wide
 * characters, and inside what is longer than a line. `lines`: at most so many, then an ellipsis;
 * 0: as many as it takes. The bytes CLI_MARK_START and CLI_MARK_END in the words become `start` and
 * `end`, which take `mark_width` columns; marks end before a line does and begin again after it. */
void cli_wrap_words(cli_text *out, const char *words, size_t size, const cli_wrap *wrap);

/* Columns that `bytes` take once they are escaped for a terminal. */
unsigned cli_columns(const char *bytes, size_t size);
/* Appends `bytes`, escaped, in at most `width` columns, with an ellipsis where they were cut; and
 * blanks up to `width`, when `fill`. */
void cli_put_columns(cli_text *out, const char *bytes, size_t size, unsigned width, bool fill);

#endif
