/* Hyperlinks that terminals follow (OSC 8). */
#ifndef CLI_LINKS_H
#define CLI_LINKS_H

#include "terminal.h"

/* Auto: on a terminal that is known to follow them, by what it says of itself in the environment.
 */
bool cli_use_links(cli_color wanted);

/* Begins a link to the file at `path`, absolute or from the current folder; false, with nothing
 * written, when it has no absolute path. What is written next is the link's text. */
bool cli_link_begin(cli_text *out, const char *path);
void cli_link_end(cli_text *out);

#endif
