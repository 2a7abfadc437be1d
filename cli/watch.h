/* Folders that are watched by inotify (Linux): what changed in them, once it has settled. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "plan.h"

typedef struct cli_watch cli_watch;

/* NULL after an error that was told, such as a system that cannot. */
cli_watch *cli_watch_open(void);
void       cli_watch_close(cli_watch *watch);

/* As cli_plan.meet_folder: watches a folder from now on. False when it need not be walked: it was
 * walked before and nothing changed in it. */
bool cli_watch_folder(void *watch, const char *path, size_t relative, const char *name);
/* As cli_plan.is_held: a file that somebody is writing. */
bool cli_watch_holds(void *watch, const char *path);
/* Watches the folder of a file that was named by itself. */
void cli_watch_file(cli_watch *watch, const char *path);
/* True after an error that was told: there are more folders than may be watched. */
bool cli_watch_has_failed(const cli_watch *watch);
/* Folders that are watched. */
size_t cli_watch_count(const cli_watch *watch);

/* Waits until something has changed and nothing more comes for a moment. False when a signal asks
 * to end. */
bool cli_watch_wait(cli_watch *watch);
/* Waits for some milliseconds, or a signal that asks to end. */
void cli_watch_pause(int ms);
/* What a plan must look at, for cli_plan.changes; NULL: everything. Good until the next call. */
const cli_plan_changes *cli_watch_changes(cli_watch *watch);
/* From now on until cli_watch_done() it is everything. */
void cli_watch_look_at_all(cli_watch *watch);
/* They are in the index. */
void cli_watch_done(cli_watch *watch);

#endif
