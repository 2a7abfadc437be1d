/* What shows output that is longer than the screen, as $PAGER names it. */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

/* Output may be long from here on: cli_write() holds it back until it fills the screen, and gives
 * it to the pager then. Nothing happens unless standard output is a terminal that can show it. */
void cli_pager_begin(const cli_options *options);
/* Shows what is held back, or waits for the pager to end: what is written afterwards stands behind
 * it. */
void cli_pager_end(void);

/* Takes what is to be written; false when it must be written as always. */
bool cli_pager_take(const char *bytes, size_t size);
/* The reader has left: there is no use in going on. */
bool cli_pager_is_closed(void);

#endif
