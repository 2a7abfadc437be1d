#include "inputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

void
cli_inputs_add(cli_inputs *inputs, const char *typed, bool listed)
{
    inputs->items = cli_reallocate(inputs->items, inputs->count + 1, sizeof *inputs->items);
    inputs->items[inputs->count++] = (cli_input){
        .typed = cli_arena_copy(&inputs->arena, typed, strlen(typed)), .listed = listed};
}

void
cli_inputs_release(cli_inputs *inputs)
{
    cli_arena_release(&inputs->arena);
    free(inputs->items);
    memset(inputs, 0, sizeof *inputs);
}

bool
cli_inputs_read_list(cli_inputs *inputs, const char *from, bool by_nul)
{
    bool    from_input = strcmp(from, "-") == 0;
    FILE   *file = from_input ? stdin : fopen(from, "re");
    char   *line = NULL;
    size_t  capacity = 0;
    ssize_t size;
    bool    good;

    if (file == NULL) {
        cli_error("%s: %s", from, strerror(errno));
        return false;
    }
    errno = 0;
    while ((size = getdelim(&line, &capacity, by_nul ? '\0' : '\n', file)) > 0) {
        if (!by_nul && line[size - 1] == '\n')
            line[--size] = '\0';
        if (!by_nul && size > 0 && line[size - 1] == '\r')
            line[--size] = '\0';
        if (line[0] != '\0')
            cli_inputs_add(inputs, line, true);
    }
    good = ferror(file) == 0;
    if (!good)
        cli_error("%s: %s", from_input ? "standard input" : from, strerror(errno));
    free(line);
    if (!from_input)
        fclose(file);
    return good;
}

/* Files of one folder mostly follow each other: its real path is found once. */
typedef struct last_folder {
    cli_text typed, real; /* real: empty when there is none */
} last_folder;

static void
find_folder(last_folder *last, const char *typed, size_t size)
{
    char *real;

    if (last->typed.data != NULL && last->typed.size == size &&
        memcmp(last->typed.data, typed, size) == 0)
        return;
    cli_text_clear(&last->typed);
    cli_text_clear(&last->real);
    cli_text_add(&last->typed, typed, size);
    real = realpath(size == 0 ? "." : last->typed.data, NULL);
    cli_text_put(&last->real, real == NULL ? "" : real);
    free(real);
}

static void
find_absolute(cli_inputs *inputs, cli_input *input, last_folder *last, const cli_roots *roots)
{
    const char *slash = strrchr(input->typed, '/');
    const char *name = slash == NULL ? input->typed : slash + 1;
    cli_text    path = {0};

    if (input->error == 0 && !S_ISDIR(input->stat.st_mode) && name[0] != '\0') {
        find_folder(last, input->typed, (size_t)(name - input->typed));
        if (last->real.size > 0)
            cli_text_format(&path, last->real.size == 1 ? "/%.0s%s" : "%s/%s", last->real.data,
                            name);
    }
    if (path.size == 0)
        cli_roots_absolute(roots, input->typed, &path);
    input->absolute = cli_arena_copy(&inputs->arena, path.data, path.size);
    cli_text_release(&path);
}

void
cli_inputs_look(cli_inputs *inputs, const cli_roots *roots)
{
    last_folder last = {0};

    for (size_t i = 0; i < inputs->count; i++) {
        cli_input *input = &inputs->items[i];
        input->error = stat(input->typed, &input->stat) == 0 ? 0 : errno;
        find_absolute(inputs, input, &last, roots);
    }
    cli_text_release(&last.typed);
    cli_text_release(&last.real);
}
