/* rsearch config: what is set, and who set it. */
#include <string.h>

#include "commands.h"
#include "index_path.h"
#include "message.h"
#include "pager.h"
#include "print_hits.h"
#include "terminal.h"

/* The value of a setting, and who set it. */
typedef struct setting {
    const cli_flag *flag;
    cli_text        value, origin;
    bool            has_value;
} setting;

static void
put_origin(cli_text *out, const cli_flag *flag, const cli_options *options)
{
    const cli_origin *origin = &options->origins[flag - cli_flags];

    switch (origin->kind) {
    case CLI_ORIGIN_FLAG:
        cli_text_format(out, "flag --%s", flag->name);
        break;
    case CLI_ORIGIN_ENVIRONMENT:
        cli_text_format(out, "environment %s", flag->variable);
        break;
    case CLI_ORIGIN_INDEX_FILE:
    case CLI_ORIGIN_USER_FILE:
        cli_text_format(out, "%s:%u", origin->file, origin->line);
        break;
    case CLI_ORIGIN_BUILT_IN:
    case CLI_ORIGIN_NOBODY:
        cli_text_put(out, "built in");
        break;
    }
}

/* Settings, and what else the environment has a say in. Several rows of one name are one. */
static bool
is_listed(size_t i, const cli_command *command)
{
    const cli_flag *flag = &cli_flags[i];

    if ((!flag->setting && flag->variable == NULL) ||
        (command != NULL && flag->commands != 0 && !cli_flag_is_of(flag, command)))
        return false;
    for (size_t j = 0; command == NULL && j < i; j++) {
        if (strcmp(cli_flags[j].name, flag->name) == 0 && is_listed(j, command))
            return false;
    }
    return true;
}

static void
look_up(setting *found, const cli_flag *flag, const cli_options *options)
{
    found->flag = flag;
    cli_text_put(&found->value, "");
    found->has_value = cli_flag_show(flag, options, &found->value);
    if (!found->has_value && flag->offset == offsetof(cli_options, index)) {
        found->has_value = cli_index_find(&found->value);
        cli_text_put(&found->origin, found->has_value ? "found here or above" : "none found");
    } else {
        put_origin(&found->origin, flag, options);
    }
}

static void
put_line(cli_text *out, const setting *found, bool with_origin)
{
    cli_text value = {0}, origin = {0};

    cli_text_put(&value, "");
    cli_escape(&value, found->value.data, found->value.size, CLI_ESCAPE_LINE);
    cli_escape(&origin, found->origin.data, found->origin.size, CLI_ESCAPE_LINE);
    if (with_origin)
        cli_text_format(out, "%-14s %-20s %s\n", found->flag->name, value.data, origin.data);
    else
        cli_text_format(out, "%s:%s%s\n", found->flag->name, value.size == 0 ? "" : " ",
                        value.data);
    cli_text_release(&value);
    cli_text_release(&origin);
}

static void
put_json(cli_text *out, const setting *found)
{
    cli_text_put(out, out->size == 1 ? "" : ",");
    cli_json_string(out, found->flag->name, strlen(found->flag->name));
    cli_text_put(out, ":{\"value\":");
    if (found->has_value)
        cli_json_string(out, found->value.data, found->value.size);
    else
        cli_text_put(out, "null");
    cli_text_put(out, ",\"origin\":");
    cli_json_string(out, found->origin.data, found->origin.size);
    cli_text_put(out, "}");
}

static int
config_command(const cli_options *options, int count, char **arguments)
{
    const cli_command *command = NULL;
    cli_text           out = {0};

    if (count > 1) {
        cli_error("config %s: one command at a time (rsearch config %s)", arguments[1],
                  arguments[0]);
        return CLI_FAILED;
    }
    if (count > 0) {
        command = cli_command_find(arguments[0]);
        if (command == NULL)
            return cli_command_unknown(arguments[0]);
    }
    if (options->json)
        cli_text_put(&out, "{");
    for (size_t i = 0; i < cli_flag_count; i++) {
        setting found = {0};
        if (!is_listed(i, command))
            continue;
        look_up(&found, &cli_flags[i], options);
        if (options->json)
            put_json(&out, &found);
        else
            put_line(&out, &found, options->show_origin);
        cli_text_release(&found.value);
        cli_text_release(&found.origin);
    }
    if (options->json)
        cli_text_put(&out, "}\n");
    cli_pager_begin(options);
    cli_write(out.data, out.size);
    cli_text_release(&out);
    return CLI_DONE;
}

const cli_command cli_command_config = {
    .bit = CLI_CONFIG,
    .name = "config",
    .arguments = "[COMMAND]",
    .summary = "Tells what is set, and who set it",
    .description =
        "Settings are flags that need not be typed again. They come from, in this order: the "
        "flags of the command line, the environment, config.yaml in the index, "
        "rsearch/config.yaml in $XDG_CONFIG_HOME (or ~/.config), what is built in.\n\n"
        "A file is lines of name: value, with the names of flags and # before comments; below a "
        "line such as \"query:\" they are indented and for that command alone; a list is "
        "[a, b]. Nothing in a file is ever run: what shows long output is named by the environment "
        "only. With a COMMAND, its settings as it gets them. Any flag that can be a setting may "
        "be given, to see what it does.",
    .complete = CLI_COMPLETE_COMMAND,
    .examples = {{"rsearch config --show-origin", "each setting, its value and who set it"},
                 {"rsearch config query --show-origin", "as rsearch query gets them"},
                 {"rsearch config --json", "for programs"}},
    .run = config_command,
};
