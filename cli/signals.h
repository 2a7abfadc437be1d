/* Ctrl-C and its like, while an index is written: the work is asked to stop. A second one ends the
 * process at once, and so does work that takes more than a second to stop: the index survives both.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>

/* From the start: Ctrl-C ends what only reads, and says that the index is as it was. */
void cli_signals_begin(void);
void cli_signals_catch(const char *index); /* may be called again, as once it is there */
bool cli_signals_stop(void);               /* one came */
int  cli_signals_status(void);             /* 130 after Ctrl-C: the exit status */

#endif
