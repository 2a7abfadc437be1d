#include "help.h"

#include <string.h>

#include "commands.h"
#include "message.h"
#include "terminal.h"
#include "wrap.h"

enum {
    HELP_COLUMN = 26,
    WIDEST = 100,
    SECTIONS_FROM = 10 /* flags */
};

const char *
cli_section_title(cli_section section)
{
    static const char *const titles[] = {"What is found", "What is read", "Output", "Ranking",
                                         "General"};

    _Static_assert(sizeof titles / sizeof titles[0] == CLI_SECTION_COUNT, "a title a section");
    return titles[section];
}

bool
cli_help_has_sections(const cli_command *command)
{
    unsigned count = 0;

    for (size_t i = 0; i < cli_flag_count; i++)
        count += (cli_flags[i].commands & command->bit) != 0;
    return count >= SECTIONS_FROM;
}

void
cli_flag_usage(const cli_flag *flag, const char *between, cli_text *out)
{
    cli_text_format(out, "--%s", flag->name);
    if (flag->kind == CLI_FLAG_CHOICE) {
        cli_text_put(out, "=");
        for (size_t i = 0; flag->choices[i] != NULL; i++)
            cli_text_format(out, "%s%s", i == 0 ? "" : "|", flag->choices[i]);
    } else if (cli_flag_has_value(flag)) {
        cli_text_format(out, "%s%s", between, flag->value);
    }
}

void
cli_flag_tells(const cli_flag *flag, cli_text *out)
{
    cli_text_put(out, flag->help);
    if (flag->preset != NULL)
        cli_text_format(out, " Default: %s.", flag->preset);
    if (flag->variable != NULL && flag->commands != UINT32_MAX)
        cli_text_format(out, " Environment: %s.", flag->variable);
}

size_t
cli_flag_summary_size(const cli_flag *flag)
{
    for (const char *stop = strchr(flag->help, '.'); stop != NULL; stop = strchr(stop + 1, '.')) {
        if (stop[1] == '\0' || stop[1] == ' ')
            return (size_t)(stop - flag->help);
    }
    return strlen(flag->help);
}

static unsigned
help_width(void)
{
    unsigned width = cli_terminal_width();

    return width > WIDEST ? WIDEST : width;
}

/* Paragraphs, which blank lines separate. */
static void
put_paragraphs(cli_text *out, const char *text)
{
    cli_wrap wrap = {.width = help_width(), .start = "", .end = ""};

    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t      size = end == NULL ? strlen(text) : (size_t)(end - text);
        cli_wrap_words(out, text, size, &wrap);
        cli_text_put(out, end == NULL ? "\n" : "\n\n");
        text += size;
        text += end == NULL ? 0 : 2;
    }
}

/* `head`, then `words` in a column of their own. */
static void
put_columns(cli_text *out, const cli_text *head, const char *words, unsigned column)
{
    cli_wrap wrap = {.width = help_width(), .indent = column, .start = "", .end = ""};

    cli_text_add(out, head->data, head->size);
    if (head->size + 2 > column)
        cli_text_format(out, "\n%*s", (int)column, "");
    else
        cli_text_format(out, "%*s", (int)(column - head->size), "");
    cli_wrap_words(out, words, strlen(words), &wrap);
    cli_text_put(out, "\n");
}

static void
put_flag(cli_text *out, const cli_flag *flag)
{
    cli_text head = {0}, tells = {0};

    if (flag->letter != 0)
        cli_text_format(&head, "  -%c, ", flag->letter);
    else
        cli_text_put(&head, "      ");
    cli_flag_usage(flag, " ", &head);
    cli_flag_tells(flag, &tells);
    put_columns(out, &head, tells.data, HELP_COLUMN);
    cli_text_release(&head);
    cli_text_release(&tells);
}

static void
put_flags(cli_text *out, const cli_command *command)
{
    bool sections = cli_help_has_sections(command);

    if (!sections)
        cli_text_put(out, "\nFlags:\n");
    for (cli_section section = 0; section < CLI_SECTION_COUNT; section++) {
        bool first = true;
        for (size_t i = 0; i < cli_flag_count; i++) {
            const cli_flag *flag = &cli_flags[i];
            if (flag->section != section || (flag->commands & command->bit) == 0)
                continue;
            if (sections && first)
                cli_text_format(out, "\n%s:\n", cli_section_title(section));
            first = false;
            put_flag(out, flag);
        }
    }
    cli_text_put(out, "      --                  Ends the flags: all that follows is taken as it "
                      "is\n");
}

static void
put_examples(cli_text *out, const cli_example *examples)
{
    unsigned column = 0;

    for (size_t i = 0; examples[i].line != NULL; i++) {
        unsigned width = 2 + (unsigned)strlen(examples[i].line) + 2;
        if (width > column)
            column = width;
    }
    if (column > 44)
        column = 44;
    if (column > help_width() / 2)
        column = help_width() / 2;
    cli_text_put(out, "Examples:\n");
    for (size_t i = 0; examples[i].line != NULL; i++) {
        cli_text head = {0};
        cli_text_format(&head, "  %s", examples[i].line);
        put_columns(out, &head, examples[i].tells, column);
        cli_text_release(&head);
    }
}

void
cli_help_command(const cli_command *command)
{
    cli_text out = {0}, summary = {0};

    cli_text_format(&summary, "%s.", command->summary);
    put_paragraphs(&out, summary.data);
    cli_text_put(&out, "\n");
    if (command->examples[0].line != NULL) {
        put_examples(&out, command->examples);
        cli_text_put(&out, "\n");
    }
    cli_text_format(&out, "Usage: rsearch %s [FLAG]…%s%s\n\n", command->name,
                    command->arguments[0] == '\0' ? "" : " ", command->arguments);
    put_paragraphs(&out, command->description);
    put_flags(&out, command);
    cli_write(out.data, out.size);
    cli_text_release(&summary);
    cli_text_release(&out);
}

void
cli_help_overview(FILE *file)
{
    static const cli_example examples[] = {
        {"rsearch index releases", "index a folder, or bring it up to date"},
        {"rsearch query cluster munitions", "the best documents first"},
        {"rsearch query 'ministers:\"Phil Goff\" date:2007 treaty'", "fields, dates, words"},
        {"rsearch query", "a prompt: hits follow what is typed"},
        {"rsearch timeline cluster munitions", "when the documents are from"},
        {"rsearch query --json -n 100 treaty", "for programs"},
        {"rsearch help query", "all about a command"},
        {NULL, NULL},
    };
    cli_text out = {0};

    cli_text_put(&out, "Full-text search over folders of documents.\n\n");
    put_examples(&out, examples);
    cli_text_put(&out, "\nUsage: rsearch COMMAND [FLAG]… [ARGUMENT]…\n\nCommands:\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        cli_text_format(&out, "  %-10s%s\n", cli_commands[i]->name, cli_commands[i]->summary);
    cli_text_put(&out, "  --version Tells the version\n\n");
    put_paragraphs(&out, "The index is the folder given with -i, else that in RSEARCH_INDEX, else "
                         ".rsearch in this folder or the nearest one above; rsearch index makes "
                         ".rsearch here when there is none.");
    if (file == stdout)
        cli_write(out.data, out.size);
    else
        fwrite(out.data, 1, out.size, file);
    cli_text_release(&out);
}
