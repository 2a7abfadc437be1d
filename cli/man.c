/* Manual pages in the man macros (groff_man(7)), from the table of flags. */
#include <string.h>

#include "commands.h"
#include "help.h"
#include "terminal.h"

/* Text as roff reads it back: no character commands, and none but ASCII is needed. */
static void
put_escaped(cli_text *out, const char *text, size_t size)
{
    bool at_start = out->size == 0 || out->data[out->size - 1] == '\n';

    for (size_t i = 0; i < size;) {
        uint32_t character = 0;
        size_t   length = cli_decode(text + i, size - i, &character);
        if (length == 0)
            break;
        if (at_start && (character == '.' || character == '\''))
            cli_text_put(out, "\\&");
        if (character == '\\')
            cli_text_put(out, "\\(rs");
        else if (character == '"')
            cli_text_put(out, "\\(dq");
        else if (character == '-')
            cli_text_put(out, "\\-");
        else if (character == '\'')
            cli_text_put(out, "\\(aq");
        else if (character == '`' || character == '^' || character == '~')
            cli_text_put(out, character == '`' ? "\\(ga" : character == '^' ? "\\(ha" : "\\(ti");
        else if (character >= 0x80)
            cli_text_format(out, "\\[u%04X]", character);
        else
            cli_text_add(out, text + i, length);
        at_start = character == '\n';
        i += length;
    }
}

static void
put(cli_text *out, const char *text)
{
    put_escaped(out, text, strlen(text));
}

static void
put_title(cli_text *out, const char *name, const char *summary)
{
    cli_text_put(out, ".TH ");
    for (const char *at = name; *at != '\0'; at++)
        cli_text_format(out, "%c", *at >= 'a' && *at <= 'z' ? *at - 0x20 : *at);
    cli_text_format(out, " 1 \"%s\" \"rsearch %s\" \"User Commands\"\n.SH NAME\n", CLI_RELEASED,
                    rls_version());
    put(out, name);
    cli_text_put(out, " \\- ");
    put(out, summary);
    cli_text_put(out, "\n");
}

static void
put_examples(cli_text *out, const cli_example *examples)
{
    if (examples[0].line == NULL)
        return;
    cli_text_put(out, ".SH EXAMPLES\n");
    for (size_t i = 0; examples[i].line != NULL; i++) {
        cli_text_put(out, ".TP\n.B ");
        put(out, examples[i].line);
        cli_text_put(out, "\n");
        put(out, examples[i].tells);
        cli_text_put(out, "\n");
    }
}

static void
put_paragraphs(cli_text *out, const char *text)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t      size = end == NULL ? strlen(text) : (size_t)(end - text);
        put_escaped(out, text, size);
        cli_text_put(out, end == NULL ? "\n" : "\n.PP\n");
        text += size;
        text += end == NULL ? 0 : 2;
    }
}

static void
put_flag(cli_text *out, const cli_flag *flag)
{
    cli_text tells = {0};

    cli_text_put(out, ".TP\n");
    if (flag->letter != 0)
        cli_text_format(out, "\\fB\\-%c\\fR, ", flag->letter);
    cli_text_put(out, "\\fB\\-\\-");
    put(out, flag->name);
    cli_text_put(out, "\\fR");
    if (flag->kind == CLI_FLAG_CHOICE) {
        for (size_t i = 0; flag->choices[i] != NULL; i++)
            cli_text_format(out, "%s\\fB%s\\fR", i == 0 ? "=" : "|", flag->choices[i]);
    } else if (cli_flag_has_value(flag)) {
        cli_text_put(out, "=\\fI");
        put(out, flag->value);
        cli_text_put(out, "\\fR");
    }
    cli_text_put(out, "\n");
    cli_flag_tells(flag, &tells);
    put(out, tells.data);
    cli_text_put(out, "\n");
    cli_text_release(&tells);
}

static void
put_flags(cli_text *out, const cli_command *command)
{
    bool sections = cli_help_has_sections(command);

    cli_text_put(out, ".SH OPTIONS\n");
    for (cli_section section = 0; section < CLI_SECTION_COUNT; section++) {
        bool first = true;
        for (size_t i = 0; i < cli_flag_count; i++) {
            if (cli_flags[i].section != section || (cli_flags[i].commands & command->bit) == 0)
                continue;
            if (sections && first)
                cli_text_format(out, ".SS %s\n", cli_section_title(section));
            first = false;
            put_flag(out, &cli_flags[i]);
        }
    }
    cli_text_put(out, ".TP\n\\fB\\-\\-\\fR\nEnds the flags: all that follows is taken as it "
                      "is.\n");
}

static void
put_see_also(cli_text *out, const cli_command *self)
{
    cli_text_put(out, ".SH SEE ALSO\n");
    if (self != NULL)
        cli_text_put(out, ".BR rsearch (1),\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        if (cli_commands[i] != self)
            cli_text_format(out, ".BR rsearch\\-%s (1),\n", cli_commands[i]->name);
    }
    cli_text_put(out, ".BR rsearch\\-queries (7),\n.BR libreleasesearch (3)\n");
}

static void
put_exit_status(cli_text *out)
{
    cli_text_put(out, ".SH EXIT STATUS\n"
                      ".TP\n0\nThere are hits, or the work is done.\n"
                      ".TP\n1\nThere are none.\n"
                      ".TP\n2\nAn error, which standard error tells.\n"
                      ".TP\n130\nCtrl\\-C: the index is as its last commit left it.\n");
}

static void
put_environment(cli_text *out)
{
    cli_text_put(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < cli_flag_count; i++) {
        const cli_flag *flag = &cli_flags[i];
        if (flag->variable == NULL)
            continue;
        cli_text_format(out, ".TP\n.B %s\n", flag->variable);
        if (flag->variable_means != NULL) {
            cli_text_put(out, "When it is not empty: ");
            cli_text_put(out, "\\fB\\-\\-");
            put(out, flag->name);
            cli_text_format(out, "=%s\\fR.\n", flag->variable_means);
        } else if (flag->commands != 0) {
            cli_text_put(out, "As \\fB\\-\\-");
            put(out, flag->name);
            cli_text_put(out, "\\fR.\n");
        } else {
            put(out, flag->help);
            cli_text_format(out, " Default: %s.\n", flag->preset);
        }
    }
    cli_text_put(out, ".TP\n.B TERM\nWith \\fIdumb\\fR neither colours nor links are shown.\n"
                      ".TP\n.B COLUMNS\nThe width of the terminal, when it does not say itself.\n");
}

static void
put_files(cli_text *out)
{
    cli_text_put(out, ".SH FILES\n"
                      ".TP\n.I .rsearch\nThe index, in this folder or one above it.\n"
                      ".TP\n.I .rsearch/config.yaml\nSettings of the index.\n"
                      ".TP\n.I $XDG_CONFIG_HOME/rsearch/config.yaml\n"
                      "Settings of the user; without that variable in\n.IR ~/.config .\n"
                      "Flags go before the environment, that before the index, that before the "
                      "user.\nSee\n.BR rsearch\\-config (1).\n");
}

static void
put_command_list(cli_text *out)
{
    cli_text_put(out, ".SH COMMANDS\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        cli_text_format(out, ".TP\n.BR rsearch\\-%s (1)\n", cli_commands[i]->name);
        put(out, cli_commands[i]->summary);
        cli_text_put(out, ".\n");
    }
}

void
cli_man_page(const cli_command *command, cli_text *out)
{
    static const cli_example examples[] = {
        {"rsearch index releases", "Index a folder, or bring it up to date."},
        {"rsearch query cluster munitions", "The best documents first."},
        {"rsearch query 'ministers:\"Phil Goff\" date:2007 treaty'", "Fields, dates, words."},
        {"rsearch query", "A prompt: hits follow what is typed."},
        {"rsearch timeline cluster munitions", "When the documents are from."},
        {NULL, NULL},
    };
    cli_text name = {0};

    cli_text_format(&name, command == NULL ? "rsearch" : "rsearch-%s",
                    command == NULL ? "" : command->name);
    put_title(out, name.data,
              command == NULL ? "full-text search over folders of documents" : command->summary);
    cli_text_put(out, ".SH SYNOPSIS\n.B rsearch\n");
    if (command == NULL) {
        cli_text_put(out, ".I COMMAND\n[\\fIFLAG\\fR]... [\\fIARGUMENT\\fR]...\n");
    } else {
        cli_text_format(out, ".B %s\n[\\fIFLAG\\fR]...\n", command->name);
        put(out, command->arguments);
        cli_text_put(out, command->arguments[0] == '\0' ? "" : "\n");
    }
    put_examples(out, command == NULL ? examples : command->examples);
    cli_text_put(out, ".SH DESCRIPTION\n");
    if (command == NULL) {
        cli_text_put(out, "Indexes text and Markdown files with front matter, and JSON Lines, and "
                          "searches them.\n");
        put_command_list(out);
    } else {
        put_paragraphs(out, command->description);
        put_flags(out, command);
    }
    put_exit_status(out);
    put_environment(out);
    put_files(out);
    put_see_also(out, command);
    cli_text_release(&name);
}
