/* rsearch serve. */
#ifndef CLI_SERVE_SERVE_H
#define CLI_SERVE_SERVE_H

#include "options.h"

/* Serves until it is told to stop. Returns the exit status. */
int cli_serve(const cli_options *options);

#endif
