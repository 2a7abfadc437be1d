#include "support/temp_folder.h"

#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct folder {
    struct folder *older;
    pid_t          owner;
    char           path[PATH_MAX];
} folder;

static folder *folders;

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    remove(path);
    return 0;
}

static void
remove_all(void)
{
    folder *older;

    for (folder *at = folders; at != NULL; at = older) {
        older = at->older;
        if (at->owner == getpid())
            nftw(at->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        free(at);
    }
    folders = NULL;
}

const char *
rls_test_temp_folder(void)
{
    static bool registered;
    const char *root = getenv("TMPDIR");
    folder     *made = calloc(1, sizeof *made);

    if (made == NULL)
        abort();
    if (!registered)
        atexit(remove_all);
    registered = true;
    snprintf(made->path, sizeof made->path, "%s/rls-test-XXXXXX",
             root == NULL || *root == '\0' ? "/tmp" : root);
    if (mkdtemp(made->path) == NULL) {
        perror(made->path);
        abort();
    }
    made->owner = getpid();
    made->older = folders;
    folders = made;
    return made->path;
}

const char *
rls_test_path(const char *folder_path, const char *name)
{
    static char     paths[4][PATH_MAX];
    static unsigned next;
    char           *path = paths[next++ % 4];

    if (snprintf(path, PATH_MAX, "%s/%s", folder_path, name) >= PATH_MAX)
        abort();
    return path;
}
