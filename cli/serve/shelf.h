/* The newest commit of an index, held open for any number of threads. */
#ifndef CLI_SERVE_SHELF_H
#define CLI_SERVE_SHELF_H

#include <pthread.h>
#include <releasesearch/snapshot.h>
#include <sys/types.h>

#include "options.h"

/* A commit that is open. */
typedef struct serve_edition {
    rls_snapshot *snapshot;
    uint64_t      turn;       /* counts commits that were opened */
    unsigned      references; /* of the shelf, and of calls */
} serve_edition;

typedef struct serve_shelf {
    pthread_mutex_t    lock;
    serve_edition     *newest;
    const cli_options *given;
    const char        *path;   /* of the index */
    dev_t              device; /* of its folder, and the inode: another one may come in its place */
    ino_t              inode;
    uint64_t           looked;  /* cli_clock() when the folder was looked at last */
    bool               looking; /* a thread does so now */
    rls_error          trouble; /* why the newest commit could not be opened, or RLS_OK */
} serve_shelf;

/* Opens the index in the folder `path`, which lasts as long as the shelf. */
rls_status serve_shelf_begin(serve_shelf *shelf, const cli_options *given, const char *path,
                             rls_error *err);
void       serve_shelf_end(serve_shelf *shelf);
/* Opens the newest commit, unless it was looked for within the last tenth of a second or another
 * thread is at it. When it cannot be opened, the one at hand stays. */
void serve_shelf_look(serve_shelf *shelf);
/* The commit at hand, open until it is given back. */
serve_edition *serve_shelf_take(serve_shelf *shelf);
void           serve_shelf_give_back(serve_shelf *shelf, serve_edition *edition);
/* True when the newest commit could not be opened; tells why. */
bool serve_shelf_has_trouble(serve_shelf *shelf, rls_error *out_trouble);

#endif
