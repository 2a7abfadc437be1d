/* rsearch help: what it is about, and its manual pages and completion scripts. */
#include <releasesearch/suggest.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "help.h"
#include "message.h"
#include "pager.h"
#include "terminal.h"

enum {
    SHELL_BASH,
    SHELL_ZSH,
    SHELL_FISH
};

enum {
    LIST_COMMANDS,
    LIST_FIELDS,
    LIST_WORDS
};

static bool
list_field(void *context, const rls_field_info *field)
{
    cli_text *out = context;

    cli_escape(out, field->name, strlen(field->name), CLI_ESCAPE_LINE);
    cli_text_put(out, "\n");
    return true;
}

/* Words that the last of what is typed may become. */
static void
list_words(cli_text *out, rls_snapshot *snapshot, const char *typed)
{
    rls_suggest_options options = RLS_SUGGEST_OPTIONS_INIT;
    rls_suggestions    *found = NULL;

    options.kinds = RLS_SUGGEST_WORD;
    options.limit = 20;
    if (rls_snapshot_suggest(snapshot, typed, strlen(typed), &options, &found, NULL) == RLS_OK) {
        for (uint32_t i = 0; i < rls_suggestions_count(found); i++) {
            rls_text text = rls_suggestions_get(found, i)->text;
            cli_escape(out, text.data, text.size, CLI_ESCAPE_LINE);
            cli_text_put(out, "\n");
        }
    }
    rls_suggestions_close(found);
}

static int
list(const cli_options *options, const char *typed)
{
    cli_text      out = {0};
    rls_snapshot *snapshot;

    if (options->list == LIST_COMMANDS) {
        for (size_t i = 0; cli_commands[i] != NULL; i++)
            cli_text_format(&out, "%s\n", cli_commands[i]->name);
    } else {
        snapshot = cli_open_snapshot(options);
        if (snapshot == NULL)
            return CLI_FAILED;
        if (options->list == LIST_FIELDS)
            rls_snapshot_fields(snapshot, list_field, &out, NULL);
        else
            list_words(&out, snapshot, typed);
        rls_snapshot_close(snapshot);
    }
    cli_write(out.data, out.size);
    cli_text_release(&out);
    return CLI_DONE;
}

static void
complete(const cli_options *options)
{
    cli_text out = {0};

    if (options->shell == SHELL_BASH)
        cli_completion_bash(&out);
    else if (options->shell == SHELL_ZSH)
        cli_completion_zsh(&out);
    else
        cli_completion_fish(&out);
    cli_write(out.data, out.size);
    cli_text_release(&out);
}

static int
help_command(const cli_options *options, int count, char **arguments)
{
    const cli_command *command = NULL;

    if (cli_flag_is_given(options, "list"))
        return list(options, count > 0 ? arguments[count - 1] : "");
    if (count > 0) {
        command = cli_command_find(arguments[0]);
        if (command == NULL)
            return cli_command_unknown(arguments[0]);
    }
    cli_pager_begin(options);
    if (cli_flag_is_given(options, "completion")) {
        complete(options);
    } else if (options->man) {
        cli_text out = {0};
        cli_man_page(command, &out);
        cli_write(out.data, out.size);
        cli_text_release(&out);
    } else if (command != NULL) {
        cli_help_command(command);
    } else {
        cli_help_overview(stdout);
    }
    return CLI_DONE;
}

const cli_command cli_command_help = {
    .bit = CLI_HELP,
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "Tells about a command",
    .description = "Without a command, lists them all. The same text comes with rsearch COMMAND "
                   "--help. The manual page of a command is named rsearch-COMMAND.",
    .complete = CLI_COMPLETE_COMMAND,
    .examples = {{"rsearch help query", "what rsearch query --help says"},
                 {"rsearch help query --man | man -l -", "its manual page"},
                 {"source <(rsearch help --completion=bash)", "completion in this shell"}},
    .run = help_command,
};
