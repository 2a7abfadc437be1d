#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "flags.h"

void
cli_options_take_presets(const cli_command *command, cli_options *options)
{
    static const cli_origin origin = {CLI_ORIGIN_BUILT_IN, NULL, 0, false};

    for (size_t i = 0; i < cli_flag_count; i++) {
        cli_text wanted = {0};
        if (cli_flags[i].preset != NULL &&
            (cli_flags[i].commands == 0 || cli_flag_is_of(&cli_flags[i], command)))
            cli_flag_set(&cli_flags[i], options, cli_flags[i].preset, origin, &wanted);
        cli_text_release(&wanted);
    }
}

static void
inherit(const cli_flag *flag, cli_options *options, const cli_options *from)
{
    static const size_t sizes[] = {sizeof(bool),     sizeof(char *), 0,           sizeof(uint64_t),
                                   sizeof(uint64_t), sizeof(double), sizeof(int), 0};
    void               *variable = (char *)options + flag->offset;
    const void         *value = (const char *)from + flag->offset;

    if (flag->kind == CLI_FLAG_TEXTS) {
        cli_texts       *texts = variable;
        const cli_texts *given = value;
        texts->items = cli_reallocate(texts->items, given->count, sizeof *texts->items);
        texts->count = given->count;
        if (given->count > 0)
            memcpy(texts->items, given->items, given->count * sizeof *texts->items);
    } else {
        memcpy(variable, value, sizes[flag->kind]);
    }
    options->origins[flag - cli_flags] = from->origins[flag - cli_flags];
}

void
cli_options_complete(const cli_command *command, cli_options *options, const cli_options *from)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (options->origins[i].kind == CLI_ORIGIN_NOBODY &&
            from->origins[i].kind != CLI_ORIGIN_NOBODY)
            inherit(&cli_flags[i], options, from);
    }
    cli_options_take_presets(command, options);
}

void
cli_options_release(cli_options *options)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (cli_flags[i].kind == CLI_FLAG_TEXTS) {
            cli_texts *texts = (cli_texts *)(void *)((char *)options + cli_flags[i].offset);
            free(texts->items);
            *texts = (cli_texts){NULL, 0};
        }
    }
    cli_arena_release(&options->strings);
}
