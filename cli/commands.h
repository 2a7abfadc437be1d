/* The commands, and what several of them need. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <releasesearch/hits.h>

#include "flags.h"
#include "roots.h"

extern const cli_command cli_command_index, cli_command_query, cli_command_show, cli_command_stats,
    cli_command_check, cli_command_optimize, cli_command_delete;

/* Finds the index and opens its newest commit; NULL after an error that was told. */
rls_snapshot *cli_open_snapshot(const char *given_index);

/* The document that the user names by its key or by the path of its file, as the only hit.
 * RLS_NOT_FOUND when there is none. */
rls_status cli_find_document(rls_snapshot *snapshot, const cli_roots *roots, const char *typed,
                             rls_hits **out_hits, rls_error *err);

#endif
