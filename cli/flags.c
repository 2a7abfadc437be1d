#include "flags.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "terminal.h"
#include "text.h"

enum {
    WORD_LIMIT = 40,
    HELP_COLUMN = 26
};

/* Damerau's distance restricted to swaps of neighbours (optimal string alignment). */
unsigned
cli_word_distance(const char *a, const char *b)
{
    size_t   a_size = strlen(a), b_size = strlen(b);
    unsigned rows[3][WORD_LIMIT + 1];

    if (a_size > WORD_LIMIT || b_size > WORD_LIMIT)
        return WORD_LIMIT;
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_size; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *higher = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_size; j++) {
            unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                higher[j - 2] + 1 < best)
                best = higher[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a_size % 3][b_size];
}

static const char *
nearest_flag(const cli_command *command, const char *name)
{
    const char *best = NULL;
    unsigned    best_distance = (unsigned)strlen(name) / 3 + 2;

    for (const cli_flag *flag = command->flags; flag->name != NULL; flag++) {
        unsigned distance = cli_word_distance(name, flag->name);
        /* A name cut short is meant as that name. */
        if (strlen(name) >= 2 && strncmp(name, flag->name, strlen(name)) == 0)
            distance = 0;
        if (distance < best_distance) {
            best = flag->name;
            best_distance = distance;
        }
    }
    return best;
}

static int
unknown_flag(const cli_command *command, const char *argument, const char *name)
{
    const char *nearest = nearest_flag(command, name);

    if (nearest != NULL)
        cli_error("%s: no such flag (did you mean --%s?)", argument, nearest);
    else if (strcmp(command->name, "query") == 0)
        cli_error("%s: no such flag (for a query that begins with a minus: rsearch query -- %s)",
                  argument, argument);
    else
        cli_error("%s: no such flag (see rsearch %s --help)", argument, command->name);
    return CLI_FAILED;
}

/* --- values --- */

static bool
read_count(const char *text, bool is_size, uint64_t *out_count)
{
    unsigned long long count;
    uint64_t           unit = 1;
    char              *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    count = strtoull(text, &end, 10);
    if (errno != 0)
        return false;
    if (is_size && *end != '\0') {
        static const char letters[] = "KMGT";
        const char       *letter = strchr(letters, *end & ~0x20);
        if (letter == NULL)
            return false;
        unit = (uint64_t)1 << (10 * (letter - letters + 1));
        end++;
        if (end[0] == 'i' && end[1] == 'B')
            end += 2;
        else if (end[0] == 'B')
            end++;
    }
    if (*end != '\0' || count > UINT64_MAX / unit)
        return false;
    *out_count = count * unit;
    return true;
}

static void
put_choices(cli_text *out, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++)
        cli_text_format(out, "%s%s",
                        i == 0                   ? ""
                        : choices[i + 1] == NULL ? " or "
                                                 : ", ",
                        choices[i]);
}

static int
refuse_value(const cli_flag *flag, const char *value)
{
    cli_text wanted = {0};

    switch (flag->kind) {
    case CLI_FLAG_CHOICE:
        put_choices(&wanted, flag->choices);
        break;
    case CLI_FLAG_SIZE:
        cli_text_put(&wanted, "a size such as 64M");
        break;
    case CLI_FLAG_COUNT:
        cli_text_put(&wanted, "a whole number");
        break;
    default:
        cli_text_put(&wanted, "a number");
        break;
    }
    if (flag->most != 0)
        cli_text_format(&wanted, " from %" PRIu64 " to %" PRIu64, flag->least, flag->most);
    cli_error("--%s %s: wrong value (give %s)", flag->name, value, wanted.data);
    cli_text_release(&wanted);
    return CLI_FAILED;
}

static int
set_value(const cli_flag *flag, void *options, const char *value)
{
    void *variable = (char *)options + flag->offset;

    switch (flag->kind) {
    case CLI_FLAG_SWITCH:
        *(bool *)variable = true;
        return CLI_DONE;
    case CLI_FLAG_TEXT:
        *(const char **)variable = value;
        return CLI_DONE;
    case CLI_FLAG_TEXTS: {
        cli_texts *texts = variable;
        texts->items = cli_reallocate(texts->items, texts->count + 1, sizeof *texts->items);
        texts->items[texts->count++] = value;
        return CLI_DONE;
    }
    case CLI_FLAG_COUNT:
    case CLI_FLAG_SIZE: {
        uint64_t count;
        if (!read_count(value, flag->kind == CLI_FLAG_SIZE, &count) ||
            (flag->most != 0 && (count < flag->least || count > flag->most)))
            return refuse_value(flag, value);
        *(uint64_t *)variable = count;
        return CLI_DONE;
    }
    case CLI_FLAG_NUMBER: {
        char  *end;
        double number = strtod(value, &end);
        if (end == value || *end != '\0' || !isfinite(number))
            return refuse_value(flag, value);
        *(double *)variable = number;
        return CLI_DONE;
    }
    case CLI_FLAG_CHOICE:
        for (int i = 0; flag->choices[i] != NULL; i++) {
            if (strcmp(value, flag->choices[i]) == 0) {
                *(int *)variable = i;
                return CLI_DONE;
            }
        }
        return refuse_value(flag, value);
    }
    return CLI_FAILED;
}

/* --- parsing --- */

typedef struct parsing {
    const cli_command *command;
    void              *options;
    char             **arguments;
    int                count, at;
} parsing;

static int
missing_value(const cli_flag *flag)
{
    cli_error("--%s: its %s is missing (give --%s=%s)", flag->name, flag->value, flag->name,
              flag->value);
    return CLI_FAILED;
}

static int
parse_long(parsing *work, const char *argument)
{
    const char *equals = strchr(argument, '=');
    size_t      size = equals != NULL ? (size_t)(equals - argument) - 2 : strlen(argument + 2);
    char        name[WORD_LIMIT + 1];

    snprintf(name, sizeof name, "%.*s", (int)(size < WORD_LIMIT ? size : WORD_LIMIT), argument + 2);
    for (const cli_flag *flag = work->command->flags; flag->name != NULL; flag++) {
        if (strcmp(flag->name, name) != 0)
            continue;
        if (flag->kind == CLI_FLAG_SWITCH) {
            if (equals != NULL) {
                cli_error("%s: takes no value (give --%s alone)", argument, flag->name);
                return CLI_FAILED;
            }
            return set_value(flag, work->options, NULL);
        }
        if (equals != NULL)
            return set_value(flag, work->options, equals + 1);
        if (work->at == work->count)
            return missing_value(flag);
        return set_value(flag, work->options, work->arguments[work->at++]);
    }
    return unknown_flag(work->command, argument, name);
}

/* Letters may share one dash; the value of the last may follow at once: -lqn20. */
static int
parse_letters(parsing *work, const char *argument)
{
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        const cli_flag *flag = work->command->flags;
        int             status;
        while (flag->name != NULL && flag->letter != *letter)
            flag++;
        if (flag->name == NULL) {
            if (*letter == 'h') {
                cli_flags_help(work->command);
                return CLI_HELP_SHOWN;
            }
            return unknown_flag(work->command, argument, argument + 1);
        }
        if (flag->kind != CLI_FLAG_SWITCH) {
            if (letter[1] != '\0')
                return set_value(flag, work->options, letter + (letter[1] == '=' ? 2 : 1));
            if (work->at == work->count)
                return missing_value(flag);
            return set_value(flag, work->options, work->arguments[work->at++]);
        }
        status = set_value(flag, work->options, NULL);
        if (status != CLI_DONE)
            return status;
    }
    return CLI_DONE;
}

int
cli_flags_parse(const cli_command *command, int *count, char **arguments, void *options)
{
    parsing work = {command, options, arguments, *count, 0};
    int     kept = 0, status = CLI_DONE;

    while (work.at < work.count && status == CLI_DONE) {
        char *argument = arguments[work.at++];
        if (argument[0] != '-' || argument[1] == '\0') {
            arguments[kept++] = argument;
        } else if (strcmp(argument, "--") == 0) {
            while (work.at < work.count)
                arguments[kept++] = arguments[work.at++];
        } else if (strcmp(argument, "--help") == 0) {
            cli_flags_help(command);
            status = CLI_HELP_SHOWN;
        } else {
            status =
                argument[1] == '-' ? parse_long(&work, argument) : parse_letters(&work, argument);
        }
    }
    *count = kept;
    if (status != CLI_DONE)
        cli_flags_release(command, options);
    return status;
}

void
cli_flags_release(const cli_command *command, void *options)
{
    for (const cli_flag *flag = command->flags; flag->name != NULL; flag++) {
        if (flag->kind == CLI_FLAG_TEXTS) {
            cli_texts *texts = (cli_texts *)(void *)((char *)options + flag->offset);
            free(texts->items);
            *texts = (cli_texts){NULL, 0};
        }
    }
}

/* --- help --- */

static void
help_flag(const cli_flag *flag)
{
    cli_text    head = {0};
    const char *line = flag->help;
    size_t      size;

    if (flag->letter != 0)
        cli_text_format(&head, "  -%c, --%s", flag->letter, flag->name);
    else
        cli_text_format(&head, "      --%s", flag->name);
    if (flag->kind == CLI_FLAG_CHOICE) {
        cli_text_put(&head, "=");
        for (size_t i = 0; flag->choices[i] != NULL; i++)
            cli_text_format(&head, "%s%s", i == 0 ? "" : "|", flag->choices[i]);
    } else if (flag->kind != CLI_FLAG_SWITCH) {
        cli_text_format(&head, " %s", flag->value);
    }
    printf("%s", head.data);
    size = head.size;
    do {
        size_t length = strcspn(line, "\n");
        if (size + 2 > HELP_COLUMN) {
            putchar('\n');
            size = 0;
        }
        printf("%*s%.*s\n", (int)(HELP_COLUMN - size), "", (int)length, line);
        line += length + (line[length] != '\0');
        size = 0;
    } while (*line != '\0');
    cli_text_release(&head);
}

void
cli_flags_help(const cli_command *command)
{
    printf("Usage: rsearch %s [FLAG]… %s\n\n%s\n\nFlags:\n", command->name, command->arguments,
           command->description);
    for (const cli_flag *flag = command->flags; flag->name != NULL; flag++)
        help_flag(flag);
    printf("  -h, --help              This text\n"
           "      --                  Ends the flags: all that follows is taken as it is\n");
}
