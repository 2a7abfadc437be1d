#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "message.h"
#include "signals.h"

enum {
    SETTLE_MS = 200,    /* without news, after which changes are taken up */
    SETTLE_MOST = 2000, /* but no later than this after the first */
    HOLD_MS = 3000,     /* that a file in somebody's hands is left alone */
    FOLDERS_LIMIT = 256 /* changed folders, from which on everything is looked at */
};

#define EVENTS                                                                                     \
    (IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE |            \
     IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

/* A folder that is watched. */
typedef struct folder {
    int    number;               /* of the watch */
    char  *path;                 /* as it is walked; "" is the current folder */
    size_t size;                 /* of the path */
    char  *name;                 /* what files in it begin with in the index */
    size_t relative;             /* where in the path the part below the start begins */
    bool   is_walked, has_files; /* it is in a folder to index; files in it were named */
    bool   has_changed;
} folder;

/* A file that is being written. */
typedef struct held {
    char    *path;
    int      number; /* of its folder's watch */
    uint64_t since;  /* cli_clock() */
} held;

struct cli_watch {
    int      descriptor;
    folder  *folders; /* by number, which grows from watch to watch */
    size_t   count, capacity;
    held    *held;
    size_t   held_count;
    char   **gone; /* names of folders that are no longer there */
    size_t   gone_count;
    bool     must_rescan; /* events were lost, or a folder to index itself has gone */
    bool     sees_all;    /* the plan being made looks at everything */
    bool     files_changed, has_failed;
    uint64_t first, last; /* cli_clock() of changes not yet taken up; 0: none */

    cli_plan_changes changes;
    cli_plan_folder *changed;
    size_t           changed_capacity;
};

static bool
open_descriptor(cli_watch *watch)
{
    watch->descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->descriptor >= 0)
        return true;
    cli_error("--watch: %s%s", strerror(errno),
              errno == EMFILE ? " (raise fs.inotify.max_user_instances)" : "");
    watch->has_failed = true;
    return false;
}

cli_watch *
cli_watch_open(void)
{
    cli_watch *watch = cli_allocate(1, sizeof *watch);

    memset(watch, 0, sizeof *watch);
    watch->sees_all = true;
    if (open_descriptor(watch))
        return watch;
    cli_watch_close(watch);
    return NULL;
}

static void
free_folder(folder *at)
{
    free(at->path);
    free(at->name);
}

static void
forget_gone(cli_watch *watch)
{
    for (size_t i = 0; i < watch->gone_count; i++)
        free(watch->gone[i]);
    watch->gone_count = 0;
}

static void
forget_all(cli_watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        free_folder(&watch->folders[i]);
    watch->count = 0;
    for (size_t i = 0; i < watch->held_count; i++)
        free(watch->held[i].path);
    watch->held_count = 0;
    forget_gone(watch);
}

void
cli_watch_close(cli_watch *watch)
{
    if (watch == NULL)
        return;
    forget_all(watch);
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    free(watch->folders);
    free(watch->held);
    free(watch->gone);
    free(watch->changed);
    free(watch);
}

bool
cli_watch_has_failed(const cli_watch *watch)
{
    return watch->has_failed;
}

size_t
cli_watch_count(const cli_watch *watch)
{
    return watch->count;
}

/* --- the folders --- */

/* Where the folder of a watch is, or belongs. */
static size_t
place_of(const cli_watch *watch, int number)
{
    size_t low = 0, high = watch->count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (watch->folders[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static folder *
find(cli_watch *watch, int number)
{
    size_t at = place_of(watch, number);

    return at < watch->count && watch->folders[at].number == number ? &watch->folders[at] : NULL;
}

static folder *
insert(cli_watch *watch, int number)
{
    size_t at = place_of(watch, number);

    if (watch->count == watch->capacity) {
        watch->capacity = watch->capacity == 0 ? 64 : watch->capacity * 2;
        watch->folders = cli_reallocate(watch->folders, watch->capacity, sizeof *watch->folders);
    }
    memmove(&watch->folders[at + 1], &watch->folders[at],
            (watch->count - at) * sizeof *watch->folders);
    watch->count++;
    memset(&watch->folders[at], 0, sizeof watch->folders[at]);
    watch->folders[at].number = number;
    return &watch->folders[at];
}

static char *
copy_string(const char *string)
{
    size_t size = strlen(string) + 1;

    return memcpy(cli_allocate(size, 1), string, size);
}

static void
set_path(folder *at, const char *path, size_t relative, const char *name)
{
    free_folder(at);
    at->path = copy_string(path);
    at->size = strlen(path);
    at->name = copy_string(name);
    at->relative = relative;
}

static void
tell_limit(cli_watch *watch, const char *path)
{
    char  limit[32] = "";
    FILE *file = fopen("/proc/sys/fs/inotify/max_user_watches", "re");

    if (file != NULL) {
        if (fgets(limit, sizeof limit, file) == NULL)
            limit[0] = '\0';
        fclose(file);
    }
    limit[strcspn(limit, "\n")] = '\0';
    if (!watch->has_failed)
        cli_error("%s: more folders than may be watched (raise fs.inotify.max_user_watches%s%s)",
                  path[0] == '\0' ? "." : path, limit[0] == '\0' ? "" : ", which is ", limit);
    watch->has_failed = true;
}

/* The number of a new or known watch, or -1. */
static int
add_watch(cli_watch *watch, const char *path)
{
    int number = inotify_add_watch(watch->descriptor, path[0] == '\0' ? "." : path, EVENTS);

    if (number < 0 && (errno == ENOSPC || errno == ENOMEM))
        tell_limit(watch, path);
    return number;
}

bool
cli_watch_folder(void *context, const char *path, size_t relative, const char *name)
{
    cli_watch *watch = context;
    int        number = watch->has_failed ? -1 : add_watch(watch, path);
    folder    *at;

    /* What cannot be watched for another reason cannot be read either, which is told there. */
    if (number < 0)
        return !watch->has_failed;
    at = find(watch, number);
    if (at != NULL && at->is_walked && !watch->sees_all)
        return at->has_changed && strcmp(at->path, path) == 0;
    if (at == NULL)
        at = insert(watch, number);
    set_path(at, path, relative, name);
    at->is_walked = true;
    at->has_changed = true;
    return true;
}

void
cli_watch_file(cli_watch *watch, const char *path)
{
    const char *slash = strrchr(path, '/');
    cli_text    parent = {0};
    int         number;
    folder     *at;

    cli_text_put(&parent, "");
    if (slash != NULL)
        cli_text_add(&parent, path, slash == path ? 1 : (size_t)(slash - path));
    number = watch->has_failed ? -1 : add_watch(watch, parent.data);
    if (number >= 0) {
        at = find(watch, number);
        if (at == NULL) {
            at = insert(watch, number);
            set_path(at, parent.data, parent.size, "");
        }
        at->has_files = true;
    }
    cli_text_release(&parent);
}

/* --- files in somebody's hands --- */

static void
join(cli_text *out, const folder *at, const char *name)
{
    cli_text_add(out, at->path, at->size);
    if (at->size > 0 && at->path[at->size - 1] != '/')
        cli_text_put(out, "/");
    cli_text_put(out, name);
}

static held *
find_held(cli_watch *watch, const char *path)
{
    for (size_t i = 0; i < watch->held_count; i++) {
        if (strcmp(watch->held[i].path, path) == 0)
            return &watch->held[i];
    }
    return NULL;
}

bool
cli_watch_holds(void *context, const char *path)
{
    return find_held(context, path) != NULL;
}

static void
hold(cli_watch *watch, const folder *at, const char *path)
{
    if (find_held(watch, path) != NULL)
        return;
    watch->held = cli_reallocate(watch->held, watch->held_count + 1, sizeof *watch->held);
    watch->held[watch->held_count++] = (held){copy_string(path), at->number, cli_clock()};
}

static void
let_go(cli_watch *watch, held *one)
{
    free(one->path);
    *one = watch->held[--watch->held_count];
}

/* --- what happened --- */

static void
note_change(cli_watch *watch)
{
    watch->last = cli_clock();
    if (watch->first == 0)
        watch->first = watch->last;
}

static void
mark(cli_watch *watch, folder *at)
{
    at->has_changed = at->has_changed || at->is_walked;
    watch->files_changed = watch->files_changed || at->has_files;
    note_change(watch);
}

/* Files that were held for long enough are taken as they are. */
static void
end_holding(cli_watch *watch)
{
    uint64_t now = cli_clock();

    for (size_t i = watch->held_count; i-- > 0;) {
        folder *at;
        if (now - watch->held[i].since < (uint64_t)HOLD_MS * 1000000)
            continue;
        at = find(watch, watch->held[i].number);
        if (at != NULL)
            mark(watch, at);
        let_go(watch, &watch->held[i]);
    }
}

static bool
is_in(const folder *at, const char *path, size_t size)
{
    return at->size >= size && memcmp(at->path, path, size) == 0 &&
           (at->size == size || at->path[size] == '/');
}

/* What the index has of files in the folder is to go, unless they are found. */
static void
lose(cli_watch *watch, const folder *at)
{
    watch->files_changed = watch->files_changed || at->has_files;
    if (!at->is_walked)
        return;
    watch->gone = cli_reallocate(watch->gone, watch->gone_count + 1, sizeof *watch->gone);
    watch->gone[watch->gone_count++] = copy_string(at->name);
}

/* A folder went away, and all that is in it. */
static void
lose_folder(cli_watch *watch, const char *path, size_t size)
{
    size_t kept = 0;

    for (size_t i = 0; i < watch->count; i++) {
        folder *at = &watch->folders[i];
        if (!is_in(at, path, size)) {
            watch->folders[kept++] = *at;
            continue;
        }
        lose(watch, at);
        inotify_rm_watch(watch->descriptor, at->number);
        free_folder(at);
    }
    watch->count = kept;
}

static bool
is_watched(const cli_watch *watch, const char *path, size_t size)
{
    for (size_t i = 0; i < watch->count; i++) {
        if (watch->folders[i].size == size && memcmp(watch->folders[i].path, path, size) == 0)
            return true;
    }
    return false;
}

/* Something happened to the folder itself. */
static void
take_own_event(cli_watch *watch, folder *at, uint32_t mask)
{
    if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) == 0) {
        mark(watch, at);
        return;
    }
    /* Other folders are told about by the one that they are in. */
    if (at->size <= at->relative || at->has_files) {
        watch->must_rescan = true;
        note_change(watch);
    }
}

static void
take_event(cli_watch *watch, const struct inotify_event *event)
{
    folder  *at;
    cli_text path = {0};
    held    *one;

    if ((event->mask & IN_Q_OVERFLOW) != 0) {
        watch->must_rescan = true;
        note_change(watch);
        return;
    }
    at = find(watch, event->wd);
    if (at == NULL)
        return;
    if ((event->mask & IN_IGNORED) != 0) {
        lose(watch, at);
        note_change(watch);
        free_folder(at);
        memmove(at, at + 1, (size_t)(watch->folders + watch->count - (at + 1)) * sizeof *at);
        watch->count--;
        return;
    }
    if (event->len == 0) {
        take_own_event(watch, at, event->mask);
        return;
    }
    /* Hidden files and folders are passed over, as always. */
    if (event->name[0] == '.')
        return;
    join(&path, at, event->name);
    if ((event->mask & IN_MODIFY) != 0) {
        hold(watch, at, path.data);
    } else {
        mark(watch, at);
        one = find_held(watch, path.data);
        if (one != NULL && (event->mask & (IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM)) != 0)
            let_go(watch, one);
        if ((event->mask & (IN_DELETE | IN_MOVED_FROM)) != 0 &&
            is_watched(watch, path.data, path.size))
            lose_folder(watch, path.data, path.size);
    }
    cli_text_release(&path);
}

static void
read_events(cli_watch *watch)
{
    static char buffer[65536] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t     size;

    while ((size = read(watch->descriptor, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < size;) {
            const struct inotify_event *event =
                (const struct inotify_event *)(const void *)(buffer + i);
            take_event(watch, event);
            i += (ssize_t)(sizeof *event + event->len);
        }
    }
}

/* --- waiting --- */

/* Waits for `descriptor` (-1: none), or a signal, so that none is missed. */
static void
wait_for(int descriptor, int timeout_ms)
{
    struct pollfd   input = {.fd = descriptor, .events = POLLIN};
    struct timespec timeout = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    sigset_t        all, before;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (!cli_signals_stop())
        ppoll(&input, 1, timeout_ms < 0 ? NULL : &timeout, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void
cli_watch_pause(int ms)
{
    wait_for(-1, ms);
}

static int
ms_until(uint64_t start, unsigned ms)
{
    uint64_t passed = (cli_clock() - start) / 1000000;

    return passed >= ms ? 0 : (int)(ms - passed);
}

bool
cli_watch_wait(cli_watch *watch)
{
    while (!cli_signals_stop()) {
        int timeout = -1;
        for (size_t i = 0; i < watch->held_count; i++) {
            int rest = ms_until(watch->held[i].since, HOLD_MS);
            timeout = timeout < 0 || rest < timeout ? rest : timeout;
        }
        if (watch->first != 0) {
            int settled = ms_until(watch->last, SETTLE_MS);
            int most = ms_until(watch->first, SETTLE_MOST);
            if (settled == 0 || most == 0)
                return true;
            settled = settled < most ? settled : most;
            timeout = timeout < 0 || settled < timeout ? settled : timeout;
        }
        wait_for(watch->descriptor, timeout);
        read_events(watch);
        end_holding(watch);
    }
    return false;
}

/* --- what a plan must look at --- */

static void
add_changed(cli_watch *watch, const folder *at)
{
    if (watch->changes.folder_count == watch->changed_capacity) {
        watch->changed_capacity = watch->changed_capacity == 0 ? 64 : watch->changed_capacity * 2;
        watch->changed =
            cli_reallocate(watch->changed, watch->changed_capacity, sizeof *watch->changed);
    }
    /* The plan adds folders to the watch, which moves the others: it gets strings, which stay. */
    watch->changed[watch->changes.folder_count++] =
        (cli_plan_folder){at->path, at->name, at->relative};
}

const cli_plan_changes *
cli_watch_changes(cli_watch *watch)
{
    if (watch->must_rescan) {
        forget_all(watch);
        close(watch->descriptor);
        open_descriptor(watch);
        watch->must_rescan = false;
        watch->sees_all = true;
        return NULL;
    }
    watch->changes.folder_count = 0;
    for (size_t i = 0; i < watch->count; i++) {
        if (watch->folders[i].has_changed)
            add_changed(watch, &watch->folders[i]);
    }
    if (watch->changes.folder_count + watch->gone_count > FOLDERS_LIMIT)
        watch->sees_all = true;
    watch->changes.folders = watch->changed;
    watch->changes.gone = (const char *const *)watch->gone;
    watch->changes.gone_count = watch->gone_count;
    watch->changes.files = watch->files_changed;
    return watch->sees_all ? NULL : &watch->changes;
}

void
cli_watch_look_at_all(cli_watch *watch)
{
    watch->sees_all = true;
}

void
cli_watch_done(cli_watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        watch->folders[i].has_changed = false;
    forget_gone(watch);
    watch->sees_all = false;
    watch->files_changed = false;
    watch->first = watch->last = 0;
}
