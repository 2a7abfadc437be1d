/* In place of watch.c on systems without inotify. */
#include "message.h"
#include "watch.h"

cli_watch *
cli_watch_open(void)
{
    cli_error(
        "--watch: only Linux tells which files change (index again from time to time: rsearch "
        "index)");
    return NULL;
}

void
cli_watch_close(cli_watch *watch)
{
    (void)watch;
}

bool
cli_watch_folder(void *watch, const char *path, size_t relative, const char *name)
{
    (void)watch, (void)path, (void)relative, (void)name;
    return true;
}

bool
cli_watch_holds(void *watch, const char *path)
{
    (void)watch, (void)path;
    return false;
}

void
cli_watch_file(cli_watch *watch, const char *path)
{
    (void)watch, (void)path;
}

bool
cli_watch_has_failed(const cli_watch *watch)
{
    (void)watch;
    return false;
}

size_t
cli_watch_count(const cli_watch *watch)
{
    (void)watch;
    return 0;
}

bool
cli_watch_wait(cli_watch *watch)
{
    (void)watch;
    return false;
}

void
cli_watch_pause(int ms)
{
    (void)ms;
}

const cli_plan_changes *
cli_watch_changes(cli_watch *watch)
{
    (void)watch;
    return NULL;
}

void
cli_watch_look_at_all(cli_watch *watch)
{
    (void)watch;
}

void
cli_watch_done(cli_watch *watch)
{
    (void)watch;
}
