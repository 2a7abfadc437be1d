#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    /* Each level holds a folder open. */
    DEPTH_LIMIT = 500
};

typedef struct entry {
    char       *name;
    bool        is_folder, is_link, has_stat;
    int         error; /* of stat */
    struct stat stat;
} entry;

/* The entries of one folder; their names follow each other in one block. */
typedef struct listing {
    cli_text names;
    entry   *entries;
    size_t   count, capacity;
} listing;

/* A folder that was met. */
typedef struct folder_id {
    dev_t device;
    ino_t inode;
    bool  taken;
} folder_id;

/* A link to a folder, kept until the folders that were named have been walked. */
typedef struct link_met {
    char    *path, *name;
    char    *start; /* real path of the folder that was named */
    size_t   relative;
    unsigned depth;
} link_met;

struct cli_walk_state {
    folder_id *folders; /* a hash table */
    size_t     folder_count, folder_capacity;
    link_met  *links;
    size_t     link_count;
};

typedef struct walking {
    cli_walk *walk;
    cli_text  path, name;
    size_t    relative; /* where in `path` the part below the start begins */
    char     *start;    /* real path of the start; made when first needed */
} walking;

const char *
cli_walk_kind(mode_t mode)
{
    return S_ISFIFO(mode)   ? "FIFO, not a regular file"
           : S_ISCHR(mode)  ? "character device, not a regular file"
           : S_ISBLK(mode)  ? "block device, not a regular file"
           : S_ISSOCK(mode) ? "socket, not a regular file"
                            : "not a regular file";
}

/* --- names that are passed over --- */

/* Kinds of file that hold no text, by the end of their names; what is not listed is looked into. */
static bool
has_binary_name(const char *name)
{
    static const char *const ends[] = {
        "7z",    "a",    "aac",   "ai",   "apk",  "avi",  "avif",    "bin",     "bmp",   "bz2",
        "class", "cr2",  "db",    "deb",  "dll",  "dmg",  "doc",     "docx",    "dylib", "ear",
        "eot",   "eps",  "epub",  "exe",  "flac", "flv",  "gif",     "heic",    "ico",   "img",
        "iso",   "jar",  "jpeg",  "jpg",  "jxl",  "m4a",  "m4v",     "mdb",     "mkv",   "mobi",
        "mov",   "mp3",  "mp4",   "mpeg", "mpg",  "nef",  "o",       "obj",     "odg",   "odp",
        "ods",   "odt",  "ogg",   "ogv",  "opus", "otf",  "parquet", "pdf",     "png",   "ppt",
        "pptx",  "psd",  "pyc",   "rar",  "rpm",  "so",   "sqlite",  "sqlite3", "swf",   "tar",
        "tgz",   "tif",  "tiff",  "ttf",  "war",  "wasm", "wav",     "webm",    "webp",  "wma",
        "wmv",   "woff", "woff2", "xls",  "xlsx", "xz",   "zip",     "zst"};
    const char *dot = strrchr(name, '.');
    size_t      low = 0, high = sizeof ends / sizeof ends[0];
    size_t      size = strlen(name);

    if (dot == NULL)
        return false;
    if (size > 7 && strcasecmp(name + size - 7, ".tar.gz") == 0)
        return true;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int    order = strcasecmp(dot + 1, ends[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* A glob is held against the path below the folder that was named, and against the last part of it;
 * a star matches slashes too. One that ends with a slash means folders only. */
static bool
matches(const cli_texts *globs, const char *relative, const char *name, bool is_folder)
{
    for (size_t i = 0; i < globs->count; i++) {
        const char *glob = globs->items[i];
        size_t      size = strlen(glob);
        char        trimmed[256];
        if (size > 1 && glob[size - 1] == '/' && size <= sizeof trimmed) {
            if (!is_folder)
                continue;
            memcpy(trimmed, glob, size - 1);
            trimmed[size - 1] = '\0';
            glob = trimmed;
        }
        if (fnmatch(glob, relative, 0) == 0 || fnmatch(glob, name, 0) == 0)
            return true;
    }
    return false;
}

/* --- reading a folder --- */

static void
look(int folder, entry *at, const char *name)
{
    at->error = fstatat(folder, name, &at->stat, 0) == 0 ? 0 : errno;
    at->has_stat = true;
    at->is_folder = at->error == 0 && S_ISDIR(at->stat.st_mode);
}

static void
add_entry(listing *list, int folder, const struct dirent *found)
{
    entry *at;

    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        list->entries = cli_reallocate(list->entries, list->capacity, sizeof *list->entries);
    }
    at = &list->entries[list->count++];
    at->has_stat = false;
    at->error = 0;
    at->is_folder = found->d_type == DT_DIR;
    at->is_link = found->d_type == DT_LNK;
    if (found->d_type == DT_UNKNOWN) {
        struct stat own;
        at->is_link =
            fstatat(folder, found->d_name, &own, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(own.st_mode);
    }
    if (found->d_type == DT_UNKNOWN || found->d_type == DT_LNK)
        look(folder, at, found->d_name);
    /* The block may move while it grows: places now, addresses later. */
    at->name = (char *)(uintptr_t)list->names.size;
    cli_text_add(&list->names, found->d_name, strlen(found->d_name) + 1);
}

/* As if the name of a folder ended with a slash, so that whole paths come in order. */
static int
compare_entries(const void *left, const void *right)
{
    const entry         *a = left, *b = right;
    const unsigned char *a_at = (const unsigned char *)a->name;
    const unsigned char *b_at = (const unsigned char *)b->name;
    unsigned             a_end, b_end;

    while (*a_at != '\0' && *a_at == *b_at) {
        a_at++;
        b_at++;
    }
    a_end = *a_at != '\0' ? *a_at : a->is_folder ? '/' : 0;
    b_end = *b_at != '\0' ? *b_at : b->is_folder ? '/' : 0;
    return a_end < b_end ? -1 : a_end > b_end;
}

static int
read_listing(DIR *stream, listing *list)
{
    const struct dirent *found;

    errno = 0;
    while ((found = readdir(stream)) != NULL) {
        if (found->d_name[0] != '.')
            add_entry(list, dirfd(stream), found);
        errno = 0;
    }
    if (errno != 0)
        return errno;
    for (size_t i = 0; i < list->count; i++)
        list->entries[i].name = list->names.data + (uintptr_t)list->entries[i].name;
    if (list->count > 1)
        qsort(list->entries, list->count, sizeof *list->entries, compare_entries);
    return 0;
}

/* --- walking --- */

static void
tell(walking *work, const char *reason, bool unknown)
{
    work->walk->trouble(work->walk->context, work->path.data, work->name.data, reason, unknown);
}

/* The place of a folder in the table, or the free one for it. */
static folder_id *
find_folder(const cli_walk_state *state, dev_t device, ino_t inode)
{
    size_t mask = state->folder_capacity - 1;
    size_t i = (size_t)(((uint64_t)inode * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & mask;

    while (state->folders[i].taken &&
           (state->folders[i].device != device || state->folders[i].inode != inode))
        i = (i + 1) & mask;
    return &state->folders[i];
}

static void
grow_folders(cli_walk_state *state)
{
    folder_id *old = state->folders;
    size_t     count = state->folder_capacity;

    state->folder_capacity = count == 0 ? 64 : count * 2;
    state->folders = cli_allocate(state->folder_capacity, sizeof *state->folders);
    memset(state->folders, 0, state->folder_capacity * sizeof *state->folders);
    for (size_t i = 0; i < count; i++) {
        if (old[i].taken)
            *find_folder(state, old[i].device, old[i].inode) = old[i];
    }
    free(old);
}

/* True when the folder is met for the first time. */
static bool
enter_folder(cli_walk_state *state, const struct stat *stat_now)
{
    folder_id *at;

    if (2 * state->folder_count >= state->folder_capacity)
        grow_folders(state);
    at = find_folder(state, stat_now->st_dev, stat_now->st_ino);
    if (at->taken)
        return false;
    *at = (folder_id){stat_now->st_dev, stat_now->st_ino, true};
    state->folder_count++;
    return true;
}

/* A link to a folder is followed when it leads out of the start: what is inside is met under its
 * own name, or was passed over under it. */
static bool
leads_out(walking *work)
{
    char  *real;
    size_t size;
    bool   inside;

    if (work->start == NULL) {
        cli_text start = {0};
        cli_text_add(&start, work->path.data, work->relative);
        work->start = realpath(start.size == 0 ? "." : start.data, NULL);
        cli_text_release(&start);
    }
    real = realpath(work->path.data, NULL);
    if (real == NULL || work->start == NULL) {
        free(real);
        return false;
    }
    size = strlen(work->start);
    inside = strncmp(real, work->start, size) == 0 &&
             (real[size] == '/' || real[size] == '\0' || size == 1);
    free(real);
    return !inside;
}

static char *
copy_string(const char *string)
{
    size_t size = strlen(string) + 1;

    return memcpy(cli_allocate(size, 1), string, size);
}

static void
keep_link(walking *work, unsigned depth)
{
    cli_walk_state *state = work->walk->state;

    if (!leads_out(work))
        return;
    state->links = cli_reallocate(state->links, state->link_count + 1, sizeof *state->links);
    state->links[state->link_count++] =
        (link_met){copy_string(work->path.data), copy_string(work->name.data),
                   copy_string(work->start), work->relative, depth};
}

static bool walk_open_folder(walking *work, int folder, unsigned depth);

static bool
walk_subfolder(walking *work, int parent, const entry *at, unsigned depth)
{
    int folder;

    if (depth == DEPTH_LIMIT) {
        tell(work, "folders nested too deep", true);
        return true;
    }
    if (at->is_link) {
        keep_link(work, depth);
        return true;
    }
    folder = openat(parent, at->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        tell(work, strerror(errno), errno != ENOENT);
        return true;
    }
    return walk_open_folder(work, folder, depth);
}

static bool
meet_file(walking *work, int folder, entry *at)
{
    const cli_walk *walk = work->walk;

    if (walk->include->count > 0 &&
        !matches(walk->include, work->path.data + work->relative, at->name, false))
        return true;
    if (has_binary_name(at->name)) {
        if (walk->binary != NULL)
            walk->binary(walk->context, work->path.data);
        return true;
    }
    if (!at->has_stat)
        look(folder, at, at->name);
    if (at->error != 0) {
        tell(work, at->error == ENOENT && at->is_link ? "a link to nothing" : strerror(at->error),
             at->error != ENOENT);
        return true;
    }
    if (!S_ISREG(at->stat.st_mode)) {
        tell(work, cli_walk_kind(at->stat.st_mode), false);
        return true;
    }
    return walk->file(walk->context, work->path.data, work->name.data, &at->stat);
}

static bool
meet_entry(walking *work, int folder, entry *at, unsigned depth)
{
    size_t path_size = work->path.size, name_size = work->name.size;
    bool   more = true;

    if (path_size > 0 && work->path.data[path_size - 1] != '/')
        cli_text_put(&work->path, "/");
    cli_text_put(&work->path, at->name);
    if (name_size > 0)
        cli_text_put(&work->name, "/");
    cli_text_put(&work->name, at->name);
    if (!matches(work->walk->exclude, work->path.data + work->relative, at->name, at->is_folder))
        more = at->is_folder ? walk_subfolder(work, folder, at, depth + 1)
                             : meet_file(work, folder, at);
    cli_text_cut(&work->path, path_size);
    cli_text_cut(&work->name, name_size);
    return more;
}

/* An index is known by its lock and its commits. */
static bool
is_index(const listing *list)
{
    bool has_lock = false, has_commit = false;

    for (size_t i = 0; i < list->count; i++) {
        const char *name = list->entries[i].name;
        size_t      size = strlen(name);
        has_lock = has_lock || strcmp(name, "write.lock") == 0;
        has_commit = has_commit || (strncmp(name, "commit-", 7) == 0 && size > 11 &&
                                    strcmp(name + size - 4, ".man") == 0);
    }
    return has_lock && has_commit;
}

/* Closes `folder`. */
static bool
walk_open_folder(walking *work, int folder, unsigned depth)
{
    const cli_walk *walk = work->walk;
    struct stat     stat_now;
    listing         list = {0};
    cli_text        outer = {0}; /* the name, while `folder` may have given another */
    DIR            *stream;
    bool            more = true;
    int             error;

    if (fstat(folder, &stat_now) != 0) {
        tell(work, strerror(errno), true);
        close(folder);
        return true;
    }
    if ((walk->index.st_ino != 0 && stat_now.st_dev == walk->index.st_dev &&
         stat_now.st_ino == walk->index.st_ino) ||
        !enter_folder(walk->state, &stat_now)) {
        close(folder);
        return true;
    }
    cli_text_add(&outer, work->name.data, work->name.size);
    if (!walk->folder(walk->context, work->path.data, work->relative, &work->name, &stat_now)) {
        close(folder);
        cli_text_release(&outer);
        return true;
    }
    stream = fdopendir(folder);
    error = stream == NULL ? errno : read_listing(stream, &list);
    if (error != 0)
        tell(work, strerror(error), true);
    else if (!is_index(&list))
        for (size_t i = 0; more && i < list.count; i++)
            more = meet_entry(work, folder, &list.entries[i], depth);
    if (stream != NULL)
        closedir(stream);
    else
        close(folder);
    cli_text_clear(&work->name);
    cli_text_add(&work->name, outer.data, outer.size);
    cli_text_release(&outer);
    cli_text_release(&list.names);
    free(list.entries);
    return more;
}

bool
cli_walk_again(cli_walk *walk, const char *path, size_t relative, const char *name)
{
    walking work = {.walk = walk, .relative = relative};
    bool    more = true;
    int     folder;

    if (walk->state == NULL) {
        walk->state = cli_allocate(1, sizeof *walk->state);
        memset(walk->state, 0, sizeof *walk->state);
    }
    cli_text_put(&work.path, path);
    cli_text_put(&work.name, name);
    folder = open(path[0] == '\0' ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0)
        more = walk_open_folder(&work, folder, 0);
    else
        walk->trouble(walk->context, path, name, strerror(errno), true);
    cli_text_release(&work.path);
    cli_text_release(&work.name);
    free(work.start);
    return more;
}

bool
cli_walk_folder(cli_walk *walk, const char *path, const char *name)
{
    size_t size = strlen(path);

    /* "." itself is not part of the paths below it. */
    if (strcmp(path, ".") == 0 || strcmp(path, "./") == 0)
        return cli_walk_again(walk, "", 0, name);
    return cli_walk_again(walk, path, size > 0 && path[size - 1] != '/' ? size + 1 : size, name);
}

bool
cli_walk_links(cli_walk *walk)
{
    bool more = true;

    /* More may come while they are walked. */
    for (size_t i = 0; walk->state != NULL && more && i < walk->state->link_count; i++) {
        link_met link = walk->state->links[i];
        walking  work = {.walk = walk, .start = link.start, .relative = link.relative};
        int      folder = open(link.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cli_text_put(&work.path, link.path);
        cli_text_put(&work.name, link.name);
        if (folder >= 0)
            more = walk_open_folder(&work, folder, link.depth);
        else
            tell(&work, strerror(errno), errno != ENOENT);
        cli_text_release(&work.path);
        cli_text_release(&work.name);
    }
    return more;
}

void
cli_walk_release(cli_walk *walk)
{
    cli_walk_state *state = walk->state;

    if (state == NULL)
        return;
    for (size_t i = 0; i < state->link_count; i++) {
        free(state->links[i].path);
        free(state->links[i].name);
        free(state->links[i].start);
    }
    free(state->links);
    free(state->folders);
    free(state);
    walk->state = NULL;
}
