/* rsearch: finds its command and runs it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "help.h"
#include "message.h"
#include "signals.h"

static int
run(int count, char **arguments)
{
    static cli_options options;
    const cli_command *command;
    const char        *name = count > 1 ? arguments[1] : NULL;
    int                status, left = count - 2;

    if (name == NULL) {
        cli_help_overview(stderr);
        return CLI_FAILED;
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("rsearch %s (index format %u)\n", rls_version(), (unsigned)rls_index_format());
        return CLI_DONE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    command = cli_command_find(name);
    if (command == NULL)
        return cli_command_unknown(name);
    status = cli_flags_parse(command, &left, arguments + 2, &options);
    if (status == CLI_DONE)
        status = command->run(&options, left, arguments + 2);
    cli_options_release(&options);
    return status;
}

int
main(int count, char **arguments)
{
    int status;

    /* A closed pipe is an error of writing, which cli_finish_output() keeps silent about; so is a
     * file at the limit of its size, which is told. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    cli_signals_begin();
    status = run(count, arguments);
    return cli_finish_output(status == CLI_HELP_SHOWN ? CLI_DONE : status);
}
