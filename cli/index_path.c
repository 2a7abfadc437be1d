#include "index_path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

static const char folder_name[] = ".rsearch";

static bool
is_folder(const char *path)
{
    struct stat stat_now;

    return stat(path, &stat_now) == 0 && S_ISDIR(stat_now.st_mode);
}

/* By name, as .git is found; the path stays relative while it is short. */
bool
cli_index_find(cli_text *out_path)
{
    cli_text here = {0};
    size_t   size;
    char    *current;

    if (is_folder(folder_name)) {
        cli_text_put(out_path, folder_name);
        return true;
    }
    current = getcwd(NULL, 0);
    if (current == NULL)
        return false;
    cli_text_put(&here, current);
    free(current);
    size = here.size;
    while (size > 0) {
        while (size > 0 && here.data[size - 1] != '/')
            size--;
        if (size == 0)
            break;
        cli_text_cut(&here, size);
        cli_text_put(&here, folder_name);
        if (is_folder(here.data)) {
            cli_text_add(out_path, here.data, here.size);
            break;
        }
        size--; /* over the slash */
    }
    cli_text_release(&here);
    return out_path->size > 0;
}

bool
cli_index_path(const char *given, bool create, cli_text *out_path)
{
    if (given != NULL) {
        if (given[0] == '\0') {
            cli_error("--index: its folder has no name (give --index DIR)");
            return false;
        }
        cli_text_put(out_path, given);
        return true;
    }
    if (cli_index_find(out_path))
        return true;
    if (create) {
        cli_text_put(out_path, folder_name);
        return true;
    }
    cli_error("no index: there is no %s in this folder or above it (make one: rsearch index "
              "FOLDER; or name one: --index DIR)",
              folder_name);
    return false;
}
