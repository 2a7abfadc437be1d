#include "commands.h"

#include <string.h>

#include "index_path.h"
#include "message.h"

const cli_command *const cli_commands[] = {
    &cli_command_index,
    &cli_command_query,
    &cli_command_show,
    &cli_command_like,
    &cli_command_timeline,
    &cli_command_facet,
    &cli_command_suggest,
    &cli_command_terms,
    &cli_command_eval,
    &cli_command_serve,
    &cli_command_status,
    &cli_command_stats,
    &cli_command_export,
    &cli_command_optimize,
    &cli_command_check,
    &cli_command_delete,
    &cli_command_config,
    &cli_command_help,
    NULL,
};

const cli_command *
cli_command_find(const char *name)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    }
    return NULL;
}

int
cli_command_unknown(const char *name)
{
    const char *nearest = NULL;
    unsigned    best = 3;

    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        unsigned distance = cli_word_distance(name, cli_commands[i]->name);
        if (distance < best) {
            best = distance;
            nearest = cli_commands[i]->name;
        }
    }
    if (nearest != NULL)
        cli_error("%s: no such command (did you mean %s?)", name, nearest);
    else
        cli_error("%s: no such command (see rsearch help)", name);
    return CLI_FAILED;
}

rls_status
cli_open_snapshot_at(const cli_options *options, const char *path, rls_snapshot **out_snapshot,
                     rls_error *err)
{
    rls_snapshot_options opening = RLS_SNAPSHOT_OPTIONS_INIT;

    opening.io = (rls_io_mode)options->io;
    return rls_snapshot_open(path, &opening, out_snapshot, err);
}

int
cli_tell_unopened(const char *path, const rls_error *error)
{
    if (error->status != RLS_NOT_FOUND)
        return cli_library_error(error);
    cli_error("%s: no index there (make one: rsearch index FOLDER)", path);
    return CLI_FAILED;
}

rls_snapshot *
cli_open_snapshot(const cli_options *options)
{
    rls_snapshot *snapshot = NULL;
    rls_error     error = {0};
    cli_text      path = {0};

    if (!cli_index_path(options->index, false, &path))
        return NULL;
    if (cli_open_snapshot_at(options, path.data, &snapshot, &error) != RLS_OK)
        cli_tell_unopened(path.data, &error);
    cli_text_release(&path);
    return snapshot;
}
