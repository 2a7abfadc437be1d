#include "flags.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "help.h"
#include "message.h"
#include "settings.h"

enum {
    WORD_LIMIT = 40,
    MISTYPED = 3, /* letters: with less that differ, a word is a flag mistyped */
    SHORTEST_UNWANTED = 4
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

/* The flag that differs from `name` in less than `differences` letters, or NULL. */
static const char *
nearest_flag(const cli_command *command, const char *name, unsigned differences)
{
    const char *best = NULL;
    unsigned    best_distance = differences;

    for (size_t i = 0; i < cli_flag_count; i++) {
        const cli_flag *flag = &cli_flags[i];
        unsigned        distance;
        if (!cli_flag_is_of(flag, command))
            continue;
        distance = cli_word_distance(name, flag->name);
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

/* The first command that has a flag of this very name. */
static const cli_command *
command_with(const char *name)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        for (size_t j = 0; j < cli_flag_count; j++) {
            if ((cli_flags[j].commands & cli_commands[i]->bit) != 0 &&
                strcmp(cli_flags[j].name, name) == 0)
                return cli_commands[i];
        }
    }
    return NULL;
}

/* Whether its arguments are words to look for, of which some may not be wanted: -landmines. */
static bool
takes_query(const cli_command *command)
{
    return (command->bit & (CLI_QUERY | CLI_TIMELINE | CLI_FACET | CLI_EXPORT)) != 0;
}

static int
unknown_flag(const cli_command *command, const char *argument, const char *name)
{
    unsigned           size = (unsigned)strlen(name), most = size / 3 + 2;
    const char        *nearest = nearest_flag(command, name, most < size ? most : size);
    const cli_command *other = command_with(name);

    if (nearest == NULL && other != NULL)
        cli_error("%s: rsearch %s has no such flag (rsearch %s has)", argument, command->name,
                  other->name);
    else if (nearest != NULL && argument[1] != '-' && takes_query(command))
        cli_error("%s: no such flag (did you mean --%s? for a query that begins with a minus: "
                  "rsearch %s -- %s)",
                  argument, nearest, command->name, argument);
    else if (nearest != NULL)
        cli_error("%s: no such flag (did you mean --%s?)", argument, nearest);
    else if (takes_query(command))
        cli_error("%s: no such flag (for a query that begins with a minus: rsearch %s -- %s)",
                  argument, command->name, argument);
    else
        cli_error("%s: no such flag (see rsearch %s --help)", argument, command->name);
    return CLI_FAILED;
}

bool
cli_flag_is_of(const cli_flag *flag, const cli_command *command)
{
    return (flag->commands & command->bit) != 0 || (command->bit == CLI_CONFIG && flag->setting);
}

bool
cli_flag_has_value(const cli_flag *flag)
{
    return flag->kind != CLI_FLAG_SWITCH && flag->kind != CLI_FLAG_HELP;
}

bool
cli_flag_is_set(const cli_options *options, const char *name)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (options->origins[i].kind != CLI_ORIGIN_NOBODY && strcmp(cli_flags[i].name, name) == 0)
            return true;
    }
    return false;
}

bool
cli_flag_is_given(const cli_options *options, const char *name)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (options->origins[i].kind == CLI_ORIGIN_FLAG && strcmp(cli_flags[i].name, name) == 0)
            return true;
    }
    return false;
}

const cli_flag *
cli_setting_find(const char *name)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (cli_flags[i].setting && strcmp(cli_flags[i].name, name) == 0)
            return &cli_flags[i];
    }
    return NULL;
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

static void
put_wanted(const cli_flag *flag, cli_text *out)
{
    static const char *const answers[] = {"yes", "no", NULL};

    switch (flag->kind) {
    case CLI_FLAG_CHOICE:
        put_choices(out, flag->choices);
        break;
    case CLI_FLAG_SWITCH:
        put_choices(out, answers);
        break;
    case CLI_FLAG_SIZE:
        cli_text_put(out, "a size such as 64M");
        break;
    case CLI_FLAG_COUNT:
        cli_text_put(out, "a whole number");
        break;
    default:
        cli_text_put(out, "a number");
        break;
    }
    if (flag->most != 0)
        cli_text_format(out, " from %" PRIu64 " to %" PRIu64, flag->least, flag->most);
}

static bool
set_switch(bool *variable, const char *value)
{
    static const char *const yes[] = {"yes", "true", "on", NULL};
    static const char *const no[] = {"no", "false", "off", NULL};

    for (size_t i = 0; yes[i] != NULL; i++) {
        if (strcmp(value, yes[i]) == 0 || strcmp(value, no[i]) == 0) {
            *variable = strcmp(value, yes[i]) == 0;
            return true;
        }
    }
    return false;
}

static bool
set_variable(const cli_flag *flag, cli_options *options, const char *value)
{
    void *variable = (char *)options + flag->offset;

    switch (flag->kind) {
    case CLI_FLAG_SWITCH:
        return set_switch(variable, value);
    case CLI_FLAG_TEXT:
        *(const char **)variable = value;
        return true;
    case CLI_FLAG_TEXTS: {
        cli_texts *texts = variable;
        texts->items = cli_reallocate(texts->items, texts->count + 1, sizeof *texts->items);
        texts->items[texts->count++] = value;
        return true;
    }
    case CLI_FLAG_COUNT:
    case CLI_FLAG_SIZE: {
        uint64_t count;
        if (!read_count(value, flag->kind == CLI_FLAG_SIZE, &count) ||
            (flag->most != 0 && (count < flag->least || count > flag->most)))
            return false;
        *(uint64_t *)variable = count;
        return true;
    }
    case CLI_FLAG_NUMBER: {
        char  *end;
        double number = strtod(value, &end);
        if (end == value || *end != '\0' || !isfinite(number))
            return false;
        *(double *)variable = number;
        return true;
    }
    case CLI_FLAG_CHOICE:
        for (int i = 0; flag->choices[i] != NULL; i++) {
            if (strcmp(value, flag->choices[i]) == 0) {
                *(int *)variable = i;
                return true;
            }
        }
        return false;
    case CLI_FLAG_HELP:
        break;
    }
    return false;
}

bool
cli_flag_set(const cli_flag *flag, cli_options *options, const char *value, cli_origin origin,
             cli_text *wanted)
{
    cli_origin *held = &options->origins[flag - cli_flags];

    /* The first to come goes before those that come later; a list grows while one origin speaks,
     * anything else is what its last word says. */
    if (held->kind != CLI_ORIGIN_NOBODY &&
        (held->kind != origin.kind || held->section != origin.section))
        return true;
    if (!set_variable(flag, options, value)) {
        put_wanted(flag, wanted);
        return false;
    }
    *held = origin;
    return true;
}

static int
give(const cli_flag *flag, cli_options *options, const char *value)
{
    static const cli_origin here = {CLI_ORIGIN_FLAG, NULL, 0, false};
    cli_text                wanted = {0};
    bool                    good = cli_flag_set(flag, options, value, here, &wanted);

    if (!good)
        cli_error("--%s %s: wrong value (give %s)", flag->name, value, wanted.data);
    cli_text_release(&wanted);
    return good ? CLI_DONE : CLI_FAILED;
}

static void
show_size(cli_text *out, uint64_t size)
{
    static const char units[] = {'T', 'G', 'M', 'K'};

    for (size_t i = 0; i < sizeof units; i++) {
        unsigned shift = 40 - 10 * (unsigned)i;
        if (size != 0 && size % ((uint64_t)1 << shift) == 0) {
            cli_text_format(out, "%" PRIu64 "%c", size >> shift, units[i]);
            return;
        }
    }
    cli_text_format(out, "%" PRIu64, size);
}

bool
cli_flag_show(const cli_flag *flag, const cli_options *options, cli_text *out)
{
    const void *variable = (const char *)options + flag->offset;

    if (options->origins[flag - cli_flags].kind == CLI_ORIGIN_NOBODY &&
        flag->kind != CLI_FLAG_SWITCH)
        return false;
    switch (flag->kind) {
    case CLI_FLAG_SWITCH:
        cli_text_put(out, *(const bool *)variable ? "yes" : "no");
        return true;
    case CLI_FLAG_TEXT:
        cli_text_put(out, *(const char *const *)variable);
        return true;
    case CLI_FLAG_TEXTS: {
        const cli_texts *texts = variable;
        for (size_t i = 0; i < texts->count; i++)
            cli_text_format(out, "%s%s", i == 0 ? "" : ", ", texts->items[i]);
        return true;
    }
    case CLI_FLAG_COUNT:
        cli_text_format(out, "%" PRIu64, *(const uint64_t *)variable);
        return true;
    case CLI_FLAG_SIZE:
        show_size(out, *(const uint64_t *)variable);
        return true;
    case CLI_FLAG_NUMBER:
        cli_text_number(out, *(const double *)variable);
        return true;
    case CLI_FLAG_CHOICE:
        cli_text_put(out, flag->choices[*(const int *)variable]);
        return true;
    case CLI_FLAG_HELP:
        break;
    }
    return false;
}

/* --- parsing --- */

typedef struct parsing {
    const cli_command *command;
    cli_options       *options;
    char             **arguments;
    int                count, at;
} parsing;

static int
missing_value(const cli_flag *flag)
{
    const char *value = flag->kind == CLI_FLAG_CHOICE ? "value" : flag->value;

    cli_error("--%s: its %s is missing (give --%s=%s)", flag->name, value, flag->name,
              flag->kind == CLI_FLAG_CHOICE ? flag->choices[0] : value);
    return CLI_FAILED;
}

static const cli_flag *
find_flag(const cli_command *command, const char *name, char letter)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        const cli_flag *flag = &cli_flags[i];
        if (cli_flag_is_of(flag, command) &&
            (name != NULL ? strcmp(flag->name, name) == 0 : flag->letter == letter))
            return flag;
    }
    return NULL;
}

const cli_flag *
cli_flag_find(const cli_command *command, const char *name)
{
    return find_flag(command, name, 0);
}

static int
show_help(const cli_command *command)
{
    cli_help_command(command);
    return CLI_HELP_SHOWN;
}

static int
parse_long(parsing *work, const char *argument)
{
    const char     *equals = strchr(argument, '=');
    size_t          size = equals != NULL ? (size_t)(equals - argument) - 2 : strlen(argument + 2);
    char            name[WORD_LIMIT + 1];
    const cli_flag *flag;

    snprintf(name, sizeof name, "%.*s", (int)(size < WORD_LIMIT ? size : WORD_LIMIT), argument + 2);
    flag = find_flag(work->command, name, 0);
    if (flag == NULL)
        return unknown_flag(work->command, argument, name);
    if (flag->kind == CLI_FLAG_HELP)
        return show_help(work->command);
    if (flag->kind == CLI_FLAG_SWITCH && equals != NULL && !flag->setting) {
        cli_error("%s: takes no value (give --%s alone)", argument, flag->name);
        return CLI_FAILED;
    }
    if (equals != NULL)
        return give(flag, work->options, equals + 1);
    if (flag->kind == CLI_FLAG_SWITCH)
        return give(flag, work->options, "yes");
    if (work->at == work->count)
        return missing_value(flag);
    return give(flag, work->options, work->arguments[work->at++]);
}

/* Whether letters behind one dash are flags, all of them: -lqn20. */
static bool
are_letters(const cli_command *command, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        const cli_flag *flag = find_flag(command, NULL, *letters);
        if (flag == NULL)
            return false;
        if (flag->kind != CLI_FLAG_SWITCH)
            return true;
    }
    return true;
}

/* -iraq, where there is no folder raq: letters alone, of which the first is a flag whose value is a
 * folder. */
static bool
is_no_folder(const cli_command *command, const char *letters)
{
    const cli_flag *flag = find_flag(command, NULL, letters[0]);

    if (flag == NULL || flag->kind != CLI_FLAG_TEXT || strcmp(flag->name, "index") != 0)
        return false;
    for (const char *at = letters; *at != '\0'; at++)
        if ((unsigned char)((*at | 0x20) - 'a') >= 26 && (unsigned char)*at < 0x80)
            return false;
    return access(letters + 1, F_OK) != 0;
}

/* A word that is not wanted, -landmines: what can be no flags of one letter, is no flag mistyped,
 * and is too long for letters of which one is mistyped. */
static bool
is_unwanted_word(const cli_command *command, const char *argument)
{
    return takes_query(command) && argument[1] != '-' && strchr(argument, '=') == NULL &&
           strlen(argument + 1) >= SHORTEST_UNWANTED &&
           (!are_letters(command, argument + 1) || is_no_folder(command, argument + 1)) &&
           nearest_flag(command, argument + 1, MISTYPED) == NULL &&
           command_with(argument + 1) == NULL;
}

static void
note_unwanted_word(const cli_command *command, const char *argument)
{
    cli_text line = {0};

    cli_text_format(&line, "%s: taken as what is not wanted (to say so: rsearch %s -- %s)",
                    argument, command->name, argument);
    cli_note(line.data);
    cli_text_release(&line);
}

/* Letters may share one dash; the value of the last may follow at once: -lqn20. */
static int
parse_letters(parsing *work, const char *argument)
{
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        const cli_flag *flag = find_flag(work->command, NULL, *letter);
        int             status;
        if (flag == NULL)
            return unknown_flag(work->command, argument, argument + 1);
        if (flag->kind == CLI_FLAG_HELP)
            return show_help(work->command);
        if (flag->kind != CLI_FLAG_SWITCH) {
            if (letter[1] != '\0')
                return give(flag, work->options, letter + (letter[1] == '=' ? 2 : 1));
            if (work->at == work->count)
                return missing_value(flag);
            return give(flag, work->options, work->arguments[work->at++]);
        }
        status = give(flag, work->options, "yes");
        if (status != CLI_DONE)
            return status;
    }
    return CLI_DONE;
}

static void
take_environment(cli_options *options)
{
    static const cli_origin origin = {CLI_ORIGIN_ENVIRONMENT, NULL, 0, false};

    for (size_t i = 0; i < cli_flag_count; i++) {
        const cli_flag *flag = &cli_flags[i];
        const char     *value = flag->variable == NULL ? NULL : getenv(flag->variable);
        cli_text        wanted = {0};
        if (value != NULL && value[0] != '\0')
            cli_flag_set(flag, options, flag->variable_means != NULL ? flag->variable_means : value,
                         origin, &wanted);
        cli_text_release(&wanted);
    }
}

int
cli_flags_parse(const cli_command *command, int *count, char **arguments, cli_options *options)
{
    parsing     work = {command, options, arguments, *count, 0};
    int         kept = 0, status = CLI_DONE;
    const char *section;

    while (work.at < work.count && status == CLI_DONE) {
        char *argument = arguments[work.at++];
        if (argument[0] != '-' || argument[1] == '\0') {
            arguments[kept++] = argument;
        } else if (strcmp(argument, "--") == 0) {
            while (work.at < work.count)
                arguments[kept++] = arguments[work.at++];
        } else if (is_unwanted_word(command, argument)) {
            note_unwanted_word(command, argument);
            arguments[kept++] = argument;
        } else {
            status =
                argument[1] == '-' ? parse_long(&work, argument) : parse_letters(&work, argument);
        }
    }
    *count = kept;
    if (status != CLI_DONE)
        return status;
    take_environment(options);
    section = command->bit != CLI_CONFIG ? command->name : kept > 0 ? arguments[0] : NULL;
    cli_settings_read(command, section, options);
    cli_options_take_presets(command, options);
    return CLI_DONE;
}
