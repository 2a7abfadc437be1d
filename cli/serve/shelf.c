#include "shelf.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "commands.h"
#include "text.h"

enum {
    LOOK_EVERY_NS = 100000000
};

static serve_edition *
edition_of(rls_snapshot *snapshot, uint64_t turn)
{
    serve_edition *edition = cli_allocate(1, sizeof *edition);

    *edition = (serve_edition){snapshot, turn, 1};
    return edition;
}

/* Whether the folder is still the one that was opened; remembers which it is. */
static bool
is_same_folder(serve_shelf *shelf)
{
    struct stat now = {0};
    bool        is_same =
        stat(shelf->path, &now) == 0 && now.st_dev == shelf->device && now.st_ino == shelf->inode;

    shelf->device = now.st_dev;
    shelf->inode = now.st_ino;
    return is_same;
}

rls_status
serve_shelf_begin(serve_shelf *shelf, const cli_options *given, const char *path, rls_error *err)
{
    rls_snapshot *snapshot;
    rls_status    status;

    *shelf = (serve_shelf){.given = given, .path = path, .looked = cli_clock()};
    is_same_folder(shelf);
    status = cli_open_snapshot_at(given, path, &snapshot, err);
    if (status != RLS_OK)
        return status;
    shelf->newest = edition_of(snapshot, 1);
    pthread_mutex_init(&shelf->lock, NULL);
    return RLS_OK;
}

void
serve_shelf_end(serve_shelf *shelf)
{
    serve_shelf_give_back(shelf, shelf->newest);
    pthread_mutex_destroy(&shelf->lock);
}

/* Opening happens outside of the lock: nobody waits for it. */
void
serve_shelf_look(serve_shelf *shelf)
{
    serve_edition *held, *old = NULL;
    rls_snapshot  *newer = NULL;
    rls_error      trouble = {0};
    bool           due;

    pthread_mutex_lock(&shelf->lock);
    due = !shelf->looking && cli_clock() - shelf->looked >= LOOK_EVERY_NS;
    shelf->looking = shelf->looking || due;
    held = shelf->newest;
    pthread_mutex_unlock(&shelf->lock);
    if (!due)
        return;
    /* Only who looks replaces the edition, so that `held` stays open. */
    if (is_same_folder(shelf))
        rls_snapshot_refresh(held->snapshot, &newer, &trouble);
    else if (cli_open_snapshot_at(shelf->given, shelf->path, &newer, &trouble) != RLS_OK)
        shelf->inode = 0; /* tried again, whatever is there then */
    if (newer == held->snapshot) {
        rls_snapshot_close(newer);
        newer = NULL;
    }
    if (newer != NULL)
        old = held;
    held = newer == NULL ? held : edition_of(newer, held->turn + 1);
    pthread_mutex_lock(&shelf->lock);
    shelf->newest = held;
    shelf->trouble = trouble;
    shelf->looked = cli_clock();
    shelf->looking = false;
    pthread_mutex_unlock(&shelf->lock);
    if (old != NULL)
        serve_shelf_give_back(shelf, old);
}

serve_edition *
serve_shelf_take(serve_shelf *shelf)
{
    serve_edition *taken;

    pthread_mutex_lock(&shelf->lock);
    taken = shelf->newest;
    taken->references++;
    pthread_mutex_unlock(&shelf->lock);
    return taken;
}

void
serve_shelf_give_back(serve_shelf *shelf, serve_edition *edition)
{
    bool is_last;

    pthread_mutex_lock(&shelf->lock);
    is_last = --edition->references == 0;
    pthread_mutex_unlock(&shelf->lock);
    if (!is_last)
        return;
    rls_snapshot_close(edition->snapshot);
    free(edition);
}

bool
serve_shelf_has_trouble(serve_shelf *shelf, rls_error *out_trouble)
{
    pthread_mutex_lock(&shelf->lock);
    *out_trouble = shelf->trouble;
    pthread_mutex_unlock(&shelf->lock);
    return out_trouble->status != RLS_OK;
}
