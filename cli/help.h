/* What the table of flags and the commands say about themselves: help, manual pages and the
 * completion of shells. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "flags.h"

/* What `rsearch` and `rsearch help` say. */
void cli_help_overview(FILE *out);
/* What --help says. */
void cli_help_command(const cli_command *command);

/* The manual page of a command, or of rsearch when `command` is NULL, in the man macros. */
void cli_man_page(const cli_command *command, cli_text *out);

/* The completion script of a shell. */
void cli_completion_bash(cli_text *out);
void cli_completion_zsh(cli_text *out);
void cli_completion_fish(cli_text *out);

/* "Search:", the heading of a section of flags, without the colon. */
const char *cli_section_title(cli_section section);
/* Whether the command has flags enough to be listed by sections. */
bool cli_help_has_sections(const cli_command *command);
/* "--limit=N", "--color=auto|always|never": how the flag is written, without its letter. */
void cli_flag_usage(const cli_flag *flag, const char *between, cli_text *out);
/* The help of a flag, with what is built in. */
void cli_flag_tells(const cli_flag *flag, cli_text *out);
/* Its first sentence, without the full stop. */
size_t cli_flag_summary_size(const cli_flag *flag);

#endif
