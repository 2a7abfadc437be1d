/* rsearch: finds its command and runs it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "index_path.h"
#include "message.h"

static const cli_command *const commands[] = {
    &cli_command_index, &cli_command_query,    &cli_command_show,   &cli_command_stats,
    &cli_command_check, &cli_command_optimize, &cli_command_delete,
};

enum {
    COMMAND_COUNT = sizeof commands / sizeof commands[0]
};

rls_snapshot *
cli_open_snapshot(const char *given_index)
{
    rls_snapshot *snapshot = NULL;
    rls_error     error = {0};
    cli_text      path = {0};

    if (!cli_index_path(given_index, false, &path))
        return NULL;
    if (rls_snapshot_open(path.data, NULL, &snapshot, &error) != RLS_OK) {
        if (error.status == RLS_NOT_FOUND)
            cli_error("%s: no index there (make one: rsearch index FOLDER)", path.data);
        else
            cli_library_error(&error);
    }
    cli_text_release(&path);
    return snapshot;
}

static void
print_help(FILE *out)
{
    fputs("Usage: rsearch COMMAND [FLAG]… [ARGUMENT]…\n\n"
          "Full-text search over folders of documents.\n\nCommands:\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
    fputs(
        "  help      Tells about a command: rsearch help query\n\n"
        "Examples:\n"
        "  rsearch index releases                     index a folder, or bring it up to date\n"
        "  rsearch query cluster munitions            the best documents first\n"
        "  rsearch query 'ministers:\"Phil Goff\" date:2007 treaty'\n"
        "  rsearch query --json -n 100 treaty         for programs\n"
        "  rsearch --version\n\n"
        "The index is the folder given with -i, else that in RSEARCH_INDEX, else .rsearch in this\n"
        "folder or the nearest one above; rsearch index makes .rsearch here when there is none.\n",
        out);
}

static const cli_command *
find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

static int
unknown_command(const char *name)
{
    const char *nearest = NULL;
    unsigned    best = 3;

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        unsigned distance = cli_word_distance(name, commands[i]->name);
        if (distance < best) {
            best = distance;
            nearest = commands[i]->name;
        }
    }
    if (nearest != NULL)
        cli_error("%s: no such command (did you mean %s?)", name, nearest);
    else
        cli_error("%s: no such command (see rsearch help)", name);
    return CLI_FAILED;
}

static int
help(const char *name)
{
    const cli_command *command;

    if (name == NULL) {
        print_help(stdout);
        return CLI_DONE;
    }
    command = find_command(name);
    if (command == NULL)
        return unknown_command(name);
    cli_flags_help(command);
    return CLI_DONE;
}

static int
run(int count, char **arguments)
{
    const cli_command *command;
    const char        *name = count > 1 ? arguments[1] : NULL;

    if (name == NULL) {
        print_help(stderr);
        return CLI_FAILED;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(count > 2 ? arguments[2] : NULL);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("rsearch %s (index format %u)\n", rls_version(), (unsigned)rls_index_format());
        return CLI_DONE;
    }
    command = find_command(name);
    if (command == NULL)
        return unknown_command(name);
    return command->run(command, count - 2, arguments + 2);
}

int
main(int count, char **arguments)
{
    int status;

    /* A closed pipe is an error of writing, which cli_finish_output() keeps silent about. */
    signal(SIGPIPE, SIG_IGN);
    status = run(count, arguments);
    return cli_finish_output(status == CLI_HELP_SHOWN ? CLI_DONE : status);
}
