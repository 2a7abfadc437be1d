/* The commands, and what several of them need. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <releasesearch/hits.h>

#include "flags.h"
#include "roots.h"

/* cli_command.bit: which commands a flag is for. */
enum {
    CLI_INDEX = 1 << 0,
    CLI_QUERY = 1 << 1,
    CLI_SHOW = 1 << 2,
    CLI_STATS = 1 << 3,
    CLI_CHECK = 1 << 4,
    CLI_OPTIMIZE = 1 << 5,
    CLI_DELETE = 1 << 6,
    CLI_CONFIG = 1 << 7,
    CLI_HELP = 1 << 8,
    CLI_TIMELINE = 1 << 9,
    CLI_FACET = 1 << 10,
    CLI_LIKE = 1 << 11,
    CLI_SUGGEST = 1 << 12,
    CLI_STATUS = 1 << 13,
    CLI_EXPORT = 1 << 14,
    CLI_TERMS = 1 << 15,
    CLI_EVAL = 1 << 16,
    CLI_SERVE = 1 << 17
};

extern const cli_command cli_command_index, cli_command_query, cli_command_show, cli_command_stats,
    cli_command_check, cli_command_optimize, cli_command_delete, cli_command_config,
    cli_command_help, cli_command_timeline, cli_command_facet, cli_command_like,
    cli_command_suggest, cli_command_status, cli_command_export, cli_command_terms,
    cli_command_eval, cli_command_serve;

/* In the order in which help lists them; NULL is the last. */
extern const cli_command *const cli_commands[];
/* NULL when there is none. */
const cli_command *cli_command_find(const char *name);
/* Tells that there is no command of this name, and which one was meant. */
int cli_command_unknown(const char *name);

/* Finds the index and opens its newest commit; NULL after an error that was told. */
rls_snapshot *cli_open_snapshot(const cli_options *options);
/* Tells why the index in folder `path` could not be opened; returns CLI_FAILED. */
int cli_tell_unopened(const char *path, const rls_error *error);
/* Opens the newest commit of the index in folder `path`, without a word. */
rls_status cli_open_snapshot_at(const cli_options *options, const char *path,
                                rls_snapshot **out_snapshot, rls_error *err);

/* The document that the user names by its key or by the path of its file, as the only hit.
 * RLS_NOT_FOUND when there is none. */
rls_status cli_find_document(rls_snapshot *snapshot, const cli_roots *roots, const char *typed,
                             rls_hits **out_hits, rls_error *err);

#endif
