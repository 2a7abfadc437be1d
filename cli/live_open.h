/* Opens a file in the editor that the user has chosen by $VISUAL or $EDITOR. */
#ifndef CLI_LIVE_OPEN_H
#define CLI_LIVE_OPEN_H

#include "text.h"

/* Gives the terminal to the editor until that ends. What went wrong is added to `out_trouble`. */
void cli_live_open(const char *path, cli_text *out_trouble);

#endif
