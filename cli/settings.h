/* Files of settings: config.yaml in the index, and rsearch/config.yaml in the user's folder of
 * settings (XDG). A file is lines of "name: value", named like flags; below "query:" they are for
 * that command only; a list is [a, b] or lines that begin with "- ". Nothing in a file is ever
 * run. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "flags.h"

/* Takes what the files say for `section` (a command's name, or NULL), except what is set already.
 * What is not understood is a note that names file and line. */
void cli_settings_read(const cli_command *command, const char *section, cli_options *options);

/* The user's file of settings; false when there is no place for one. */
bool cli_settings_user_file(cli_text *out_path);

#endif
