#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

static void
forget(cli_plan *plan)
{
    cli_arena_release(&plan->arena);
    cli_names_release(&plan->names);
    cli_roots_release(&plan->roots);
    free(plan->root_stats);
    free(plan->files);
    free(plan->vanished);
    free(plan->troubles);
    free(plan->scopes);
    free(plan->unknown);
}

void
cli_plan_release(cli_plan *plan)
{
    forget(plan);
    memset(plan, 0, sizeof *plan);
}

static bool
learn_file(void *context, const rls_file_info *file)
{
    cli_plan *plan = context;
    cli_name *entry = cli_names_enter(&plan->names, file->name, strlen(file->name));

    entry->size = file->size;
    entry->inode = file->inode;
    entry->hash = file->hash;
    entry->mtime_ns = file->mtime_ns;
    entry->known = true;
    return true;
}

static void
stat_root(cli_plan *plan, size_t root)
{
    plan->root_stats =
        cli_reallocate(plan->root_stats, plan->roots.count, sizeof *plan->root_stats);
    if (stat(plan->roots.items[root].path, &plan->root_stats[root]) != 0)
        memset(&plan->root_stats[root], 0, sizeof plan->root_stats[root]);
}

bool
cli_plan_start(cli_plan *plan, const rls_snapshot *snapshot, cli_inputs *inputs)
{
    cli_plan  fresh = {.include = plan->include,
                       .exclude = plan->exclude,
                       .again = plan->again,
                       .keep_missing = plan->keep_missing,
                       .verbose = plan->verbose,
                       .stop = plan->stop,
                       .index = plan->index,
                       .schema = plan->schema,
                       .meet_folder = plan->meet_folder,
                       .is_held = plan->is_held,
                       .watcher = plan->watcher,
                       .changes = plan->changes};
    rls_error error = {0};

    forget(plan);
    *plan = fresh;
    cli_roots_read(&plan->roots, snapshot);
    for (size_t i = 0; i < plan->roots.count; i++)
        stat_root(plan, i);
    cli_inputs_look(inputs, &plan->roots);
    if (snapshot != NULL && rls_snapshot_files(snapshot, learn_file, plan, &error) != RLS_OK) {
        cli_library_error(&error);
        return false;
    }
    return true;
}

/* --- roots --- */

static bool
is_placed(const cli_plan *plan, const cli_input *input)
{
    const char *rest = NULL;

    return input->error != 0 || input->left_out ||
           cli_roots_of_path(&plan->roots, input->absolute, &rest) != SIZE_MAX;
}

static bool
is_inside(const char *path, const char *folder, size_t size)
{
    return size > 1 && strncmp(path, folder, size) == 0 && path[size] == '/';
}

/* Bytes of the folder that a path is in; 0 when that is the topmost. */
static size_t
parent_size(const char *path, size_t size)
{
    while (size > 0 && path[size - 1] != '/')
        size--;
    return size > 0 ? size - 1 : 0;
}

/* Files given by themselves belong to the current folder when they are below it, else to the
 * innermost folder that has them all; when that is the topmost, to their own. */
static const char *
root_for_files(cli_plan *plan, const cli_inputs *inputs, size_t first)
{
    const char *here = plan->roots.here, *path = inputs->items[first].absolute;
    size_t      here_size = here == NULL ? 0 : strlen(here);
    size_t      own = parent_size(path, strlen(path)), common = own;

    if (is_inside(path, here, here_size))
        return cli_arena_copy(&plan->arena, here, here_size);
    for (size_t i = first + 1; i < inputs->count && common > 0; i++) {
        const cli_input *input = &inputs->items[i];
        if (is_placed(plan, input) || S_ISDIR(input->stat.st_mode) ||
            is_inside(input->absolute, here, here_size))
            continue;
        while (common > 0 && !is_inside(input->absolute, path, common))
            common = parent_size(path, common);
    }
    if (common == 0)
        common = own;
    return common == 0 ? "/" : cli_arena_copy(&plan->arena, path, common);
}

typedef enum known_as {
    KNOWN_NOT,
    KNOWN_FILE,  /* in the index */
    KNOWN_FOLDER /* of files in the index */
} known_as;

static bool
is_below(const char *name, const char *prefix)
{
    size_t size = strlen(prefix);

    return size == 0 ||
           (strncmp(name, prefix, size) == 0 && (name[size] == '/' || name[size] == '\0'));
}

/* As what the index knows a path that may have vanished. */
static known_as
look_up(const cli_plan *plan, const char *absolute)
{
    const char     *rest = NULL;
    size_t          root = cli_roots_of_path(&plan->roots, absolute, &rest);
    cli_text        name = {0};
    const cli_name *entry;
    known_as        found = KNOWN_NOT;

    if (root == SIZE_MAX)
        return KNOWN_NOT;
    cli_text_put(&name, "");
    cli_roots_name(&plan->roots.items[root], rest, &name);
    entry = name.size == 0 ? NULL : cli_names_find(&plan->names, name.data, name.size);
    if (entry != NULL && entry->known)
        found = KNOWN_FILE;
    for (size_t i = 0; found == KNOWN_NOT && i < plan->names.count; i++) {
        entry = &plan->names.items[i];
        if (entry->known && is_below(entry->name, name.data) &&
            cli_roots_of_name(&plan->roots, entry->name, &rest) == root)
            found = KNOWN_FOLDER;
    }
    cli_text_release(&name);
    return found;
}

size_t
cli_plan_check(cli_plan *plan, cli_inputs *inputs)
{
    size_t count = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        cli_input *input = &inputs->items[i];
        known_as   known;
        if (input->listed || (input->error == 0 && !input->left_out))
            continue;
        known = look_up(plan, input->absolute);
        if (input->error == ENOENT && known == KNOWN_FILE && !input->left_out)
            continue;
        /* A folder whose documents were deleted is of no interest any more. */
        if (input->recorded && known == KNOWN_NOT) {
            input->left_out = true;
            continue;
        }
        count++;
        if (input->left_out)
            continue;
        input->left_out = true;
        if (known == KNOWN_FOLDER)
            cli_error("%s: %s (its documents stay in the index; to take them out: rsearch delete "
                      "--folder %s)",
                      input->typed, strerror(input->error), input->typed);
        else if (known == KNOWN_FILE)
            cli_error("%s: %s (its documents stay in the index)", input->typed,
                      strerror(input->error));
        else
            cli_error("%s: %s (look at its name and index it again; nothing else is left out)",
                      input->typed, strerror(input->error));
    }
    return count;
}

const char *
cli_plan_new_root(cli_plan *plan, const cli_inputs *inputs)
{
    for (; plan->placed_count < inputs->count; plan->placed_count++) {
        const cli_input *input = &inputs->items[plan->placed_count];
        if (!is_placed(plan, input))
            return S_ISDIR(input->stat.st_mode) ? input->absolute
                                                : root_for_files(plan, inputs, plan->placed_count);
    }
    return NULL;
}

bool
cli_plan_add_root(cli_plan *plan, const char *label, const char *path)
{
    size_t before = plan->roots.count, size = strlen(label);

    for (size_t i = 0; size > 0 && i < plan->names.count; i++) {
        const char *name = plan->names.items[i].name, *rest;
        if (strncmp(name, label, size) != 0 || name[size] != '/')
            continue;
        if (cli_roots_of_name(&plan->roots, name, &rest) == SIZE_MAX)
            continue;
        cli_error("%s: names of its files would mix with those of the folder %s in the index (use "
                  "another index: --index DIR)",
                  path, label);
        return false;
    }
    if (cli_roots_add(&plan->roots, label, path) == before)
        stat_root(plan, before);
    return true;
}

/* --- what is found --- */

static void
add_trouble(cli_plan *plan, const char *path, const char *reason)
{
    if (path == NULL || path[0] == '\0')
        path = ".";
    plan->troubles =
        cli_reallocate(plan->troubles, plan->trouble_count + 1, sizeof *plan->troubles);
    plan->troubles[plan->trouble_count++] =
        (cli_trouble){cli_arena_copy(&plan->arena, path, strlen(path)),
                      cli_arena_copy(&plan->arena, reason, strlen(reason))};
}

static void
add_scope(cli_plan *plan, size_t root, const char *prefix, bool is_shallow)
{
    plan->scopes = cli_reallocate(plan->scopes, plan->scope_count + 1, sizeof *plan->scopes);
    plan->scopes[plan->scope_count++] =
        (cli_scope){root, cli_arena_copy(&plan->arena, prefix, strlen(prefix)), is_shallow};
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino != 0 && a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* A folder indexed by itself before: its files keep the names they have. */
static bool
meet_folder(void *context, const char *path, size_t relative, cli_text *name,
            const struct stat *stat_now)
{
    cli_plan *plan = context;
    size_t    own_root = SIZE_MAX;

    for (size_t i = 0; i < plan->roots.count && own_root == SIZE_MAX; i++) {
        const cli_root *root = &plan->roots.items[i];
        bool            same = is_same(&plan->root_stats[i], stat_now);
        bool            named =
            name->size == strlen(root->label) && memcmp(name->data, root->label, name->size) == 0;
        if (same && !named) {
            cli_text_clear(name);
            cli_text_put(name, root->label);
            own_root = i;
        } else if (!same && named && name->size > 0) {
            add_trouble(plan, path, "its name in the index is taken by another folder");
            return false;
        }
    }
    if (plan->meet_folder != NULL && !plan->meet_folder(plan->watcher, path, relative, name->data))
        return false;
    if (own_root != SIZE_MAX)
        add_scope(plan, own_root, plan->roots.items[own_root].label, false);
    return true;
}

static bool
meet_file(void *context, const char *path, const char *name, const struct stat *stat_now)
{
    cli_plan *plan = context;
    size_t    path_size = strlen(path), name_size = strlen(name);
    int64_t   mtime_ns = (int64_t)stat_now->st_mtim.tv_sec * 1000000000 + stat_now->st_mtim.tv_nsec;
    cli_name *entry;
    cli_plan_file *file;

    if (plan->stop())
        return false;
    if (is_same(&plan->schema, stat_now))
        return true;
    entry = cli_names_enter(&plan->names, name, name_size);
    if (entry->met)
        return true;
    entry->met = true;
    if (plan->is_held != NULL && plan->is_held(plan->watcher, path))
        return true;
    if (entry->known && !plan->again && entry->size == (uint64_t)stat_now->st_size &&
        entry->mtime_ns == mtime_ns && entry->inode == (uint64_t)stat_now->st_ino) {
        plan->unchanged++;
        return true;
    }
    if (plan->file_count == plan->file_capacity) {
        plan->file_capacity = plan->file_capacity == 0 ? 256 : plan->file_capacity * 2;
        plan->files = cli_reallocate(plan->files, plan->file_capacity, sizeof *plan->files);
    }
    file = &plan->files[plan->file_count++];
    *file = (cli_plan_file){.path = cli_arena_copy(&plan->arena, path, path_size),
                            .size = (uint64_t)stat_now->st_size,
                            .inode = (uint64_t)stat_now->st_ino,
                            .mtime_ns = mtime_ns,
                            .known_hash = entry->hash,
                            .known = entry->known};
    /* A name is mostly the end of the path. */
    if (name_size <= path_size && memcmp(path + path_size - name_size, name, name_size) == 0)
        file->name = file->path + path_size - name_size;
    else
        file->name = cli_arena_copy(&plan->arena, name, name_size);
    plan->bytes += file->size;
    return true;
}

static void
meet_trouble(void *context, const char *path, const char *name, const char *reason, bool unknown)
{
    cli_plan *plan = context;

    add_trouble(plan, path, reason);
    if (!unknown)
        return;
    plan->unknown = cli_reallocate(plan->unknown, plan->unknown_count + 1, sizeof *plan->unknown);
    plan->unknown[plan->unknown_count++] = cli_arena_copy(&plan->arena, name, strlen(name));
}

static void
meet_binary(void *context, const char *path)
{
    (void)context;
    cli_remark(path, "left out, a binary file by its name");
}

/* --- what has vanished --- */

static void
add_vanished(cli_plan *plan, const char *name)
{
    if (plan->keep_missing)
        return;
    plan->vanished =
        cli_reallocate(plan->vanished, plan->vanished_count + 1, sizeof *plan->vanished);
    plan->vanished[plan->vanished_count++] = name;
}

static bool
is_in_scope(const cli_scope *scope, const char *name)
{
    size_t size = strlen(scope->prefix);

    return is_below(name, scope->prefix) &&
           (!scope->is_shallow ||
            strchr(name + size + (size > 0 && name[size] == '/'), '/') == NULL);
}

static void
find_vanished(cli_plan *plan)
{
    for (size_t i = 0; i < plan->names.count; i++) {
        const cli_name *entry = &plan->names.items[i];
        const char     *rest = NULL;
        size_t          root;
        bool            in_scope = false, unknown = false;

        if (!entry->known || entry->met)
            continue;
        root = cli_roots_of_name(&plan->roots, entry->name, &rest);
        for (size_t j = 0; j < plan->scope_count && !in_scope; j++)
            in_scope = plan->scopes[j].root == root && is_in_scope(&plan->scopes[j], entry->name);
        for (size_t j = 0; j < plan->unknown_count && !unknown; j++)
            unknown = is_below(entry->name, plan->unknown[j]);
        if (!in_scope)
            plan->outside++;
        else if (!unknown)
            add_vanished(plan, entry->name);
    }
}

/* --- making the plan --- */

static void
plan_missing(cli_plan *plan, const cli_input *input, const char *name, int error)
{
    cli_name *entry = cli_names_find(&plan->names, name, strlen(name));

    if (entry == NULL || !entry->known) {
        add_trouble(plan, input->typed, strerror(error));
    } else if (!entry->met) {
        entry->met = true;
        if (error == ENOENT)
            add_vanished(plan, entry->name);
        else
            add_trouble(plan, input->typed, strerror(error));
    }
}

static bool
plan_input(cli_plan *plan, const cli_input *input, cli_walk *walk)
{
    const char *rest = NULL, *rest_of_name = NULL;
    size_t      root = cli_roots_of_path(&plan->roots, input->absolute, &rest), owner;
    cli_text    name = {0};
    bool        more = true;

    if (input->left_out)
        return true;
    if (root == SIZE_MAX) {
        /* Only a missing file of --files-from gets here. */
        add_trouble(plan, input->typed, strerror(input->error));
        return true;
    }
    cli_text_put(&name, "");
    cli_roots_name(&plan->roots.items[root], rest, &name);
    owner = cli_roots_of_name(&plan->roots, name.data, &rest_of_name);
    if (input->error != 0) {
        plan_missing(plan, input, name.data, input->error);
    } else if (S_ISDIR(input->stat.st_mode)) {
        add_scope(plan, root, name.data, false);
        more = cli_walk_folder(walk, input->typed, name.data);
    } else if (owner != root) {
        add_trouble(plan, input->typed, "its name in the index is taken by another folder");
    } else if (!S_ISREG(input->stat.st_mode)) {
        add_trouble(plan, input->typed, cli_walk_kind(input->stat.st_mode));
    } else {
        more = meet_file(plan, input->typed, name.data, &input->stat);
    }
    cli_text_release(&name);
    return more;
}

/* The root whose files are in the folder called `name`. */
static size_t
root_of_folder(const cli_plan *plan, const char *name)
{
    cli_text    inside = {0};
    const char *rest;
    size_t      root;

    cli_text_format(&inside, "%s/", name);
    root = cli_roots_of_name(&plan->roots, inside.data, &rest);
    cli_text_release(&inside);
    return root;
}

static bool
plan_changes(cli_plan *plan, const cli_inputs *inputs, cli_walk *walk)
{
    const cli_plan_changes *changes = plan->changes;
    bool                    more = true;

    for (size_t i = 0; i < changes->gone_count; i++)
        add_scope(plan, root_of_folder(plan, changes->gone[i]), changes->gone[i], false);
    for (size_t i = 0; more && i < changes->folder_count; i++) {
        const cli_plan_folder *folder = &changes->folders[i];
        struct stat            now;
        /* What went away just now will be told by the folder that it was in. */
        if (strlen(folder->path) > folder->relative && stat(folder->path, &now) != 0 &&
            errno == ENOENT)
            continue;
        add_scope(plan, root_of_folder(plan, folder->name), folder->name, true);
        more = !plan->stop() && cli_walk_again(walk, folder->path, folder->relative, folder->name);
    }
    for (size_t i = 0; more && changes->files && i < inputs->count; i++) {
        const cli_input *input = &inputs->items[i];
        if (input->error != 0 || !S_ISDIR(input->stat.st_mode))
            more = !plan->stop() && plan_input(plan, input, walk);
    }
    return more;
}

bool
cli_plan_make(cli_plan *plan, const cli_inputs *inputs)
{
    cli_walk walk = {.include = plan->include,
                     .exclude = plan->exclude,
                     .index = plan->index,
                     .context = plan,
                     .folder = meet_folder,
                     .file = meet_file,
                     .trouble = meet_trouble,
                     .binary = plan->verbose ? meet_binary : NULL};

    bool more = true;

    if (plan->changes != NULL)
        more = plan_changes(plan, inputs, &walk);
    for (size_t i = 0; more && plan->changes == NULL && i < inputs->count; i++)
        more = !plan->stop() && plan_input(plan, &inputs->items[i], &walk);
    more = more && cli_walk_links(&walk);
    cli_walk_release(&walk);
    if (more)
        find_vanished(plan);
    return more;
}
