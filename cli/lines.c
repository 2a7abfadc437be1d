#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

bool
cli_lines_open(cli_lines *in, const char *path, const char *form)
{
    *in = (cli_lines){.path = path, .form = form};
    in->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (in->file == NULL)
        cli_error("%s: %s", path, strerror(errno));
    return in->file != NULL;
}

bool
cli_lines_next(cli_lines *in)
{
    ssize_t size;

    errno = 0;
    while ((size = getline(&in->line, &in->capacity, in->file)) > 0) {
        in->number++;
        while (size > 0 && (in->line[size - 1] == '\n' || in->line[size - 1] == '\r'))
            in->line[--size] = '\0';
        in->size = (size_t)size;
        if (in->line[strspn(in->line, " \t")] != '\0' || strlen(in->line) < in->size)
            return true;
    }
    return false;
}

int
cli_lines_close(cli_lines *in, int status)
{
    if (status == CLI_DONE && ferror(in->file)) {
        cli_error("%s: %s", in->path, strerror(errno));
        status = CLI_FAILED;
    }
    if (in->file != stdin)
        fclose(in->file);
    free(in->line);
    return status;
}

int
cli_lines_tell(const cli_lines *in, const char *trouble)
{
    cli_error("%s:%" PRIu64 ": %s (a line is %s)", in->path, in->number, trouble, in->form);
    return CLI_FAILED;
}

bool
cli_lines_cut(const cli_lines *in, char **columns, size_t count)
{
    char *rest = in->line;

    if (strlen(in->line) < in->size)
        return false;
    for (size_t i = 0; i < count; i++) {
        columns[i] = strtok_r(i == 0 ? in->line : NULL, " \t", &rest);
        if (columns[i] == NULL)
            return false;
    }
    return strtok_r(NULL, " \t", &rest) == NULL;
}
