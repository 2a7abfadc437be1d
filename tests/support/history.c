#include "support/history.h"

#include <stdio.h>
#include <stdlib.h>

#include "segment/stamps.h"
#include "support/directory_files.h"

enum {
    FIRST_MERGE_COMMITS = 9, /* by then the policy has merged */
    ADDED_BY_NEXT = MODEL_KEYS - 1
};

static rls_status
add_range(rls_index_writer *writer, model *now, uint32_t from, uint32_t to, uint32_t version,
          rls_error *err)
{
    rls_status status = RLS_OK;

    for (uint32_t i = from; i < to && status == RLS_OK; i++)
        status = model_add(writer, now, i, version, err);
    return status;
}

static rls_status
delete_range(rls_index_writer *writer, model *now, uint32_t from, uint32_t to, rls_error *err)
{
    rls_status status = RLS_OK;

    for (uint32_t i = from; i < to && status == RLS_OK; i++)
        status = model_delete(writer, now, i, err);
    return status;
}

/* What step `step` (from 1) does before its commit. */
static rls_status
change(rls_index_writer *writer, model *now, uint32_t step, rls_error *err)
{
    rls_status status;

    if (step == 1)
        return add_range(writer, now, 0, 8, 1, err);
    if (step == 2)
        return add_range(writer, now, 4, 12, step, err);
    if (step == 3)
        return delete_range(writer, now, 5, 7, err);
    if (step <= FIRST_MERGE_COMMITS)
        return add_range(writer, now, 10 + step, 12 + step, step, err);
    if (step == FIRST_MERGE_COMMITS + 1)
        return delete_range(writer, now, 0, 16, err);
    if (step == FIRST_MERGE_COMMITS + 2)
        return RLS_OK; /* optimized */
    status = add_range(writer, now, 15, 20, step, err);
    return status == RLS_OK ? delete_range(writer, now, 20, 21, err) : status;
}

/* The states of all steps, by a writer nothing happens to. */
static void
foresee(history *past)
{
    rls_writer_options options = model_options(1);
    rls_heap           heap;
    rls_directory     *ram;
    rls_index_writer  *writer;
    model              now = {{0}};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    if (rls_directory_open_ram(&heap, &ram, NULL) != RLS_OK ||
        rls_index_writer_open(&heap, ram, &options, &writer, NULL) != RLS_OK)
        abort();
    for (uint32_t step = 1; step <= HISTORY_STEPS; step++) {
        if (change(writer, &now, step, NULL) != RLS_OK)
            abort();
        past->states[step] = now;
    }
    rls_index_writer_close(writer);
    rls_directory_close(ram);
}

static rls_status
take_step(rls_index_writer *writer, uint32_t step, rls_error *err)
{
    model      now = {{0}};
    rls_status status = change(writer, &now, step, err);

    if (status != RLS_OK)
        return status;
    return step == FIRST_MERGE_COMMITS + 2 ? rls_index_writer_optimize(writer, err)
                                           : rls_index_writer_commit(writer, NULL, err);
}

rls_status
history_run(history *past, rls_heap *heap, rls_directory *directory, const history_options *options,
            rls_error *err)
{
    rls_writer_options opening = model_options(options->threads);
    rls_index_writer  *writer;
    rls_status         status;

    memset(past, 0, sizeof *past);
    foresee(past);
    status = rls_index_writer_open(heap, directory, &opening, &writer, err);
    if (status != RLS_OK && options->retry)
        status = rls_index_writer_open(heap, directory, &opening, &writer, NULL);
    for (uint32_t step = 1; step <= HISTORY_STEPS && status == RLS_OK; step++) {
        status = take_step(writer, step, err);
        if (status != RLS_OK && options->retry) {
            status = rls_index_writer_rollback(writer, NULL);
            if (status == RLS_OK)
                status = take_step(writer, step, NULL);
        }
        if (status != RLS_OK)
            break;
        past->done = step;
        past->marks[step] = options->clock == NULL ? 0 : *options->clock;
    }
    rls_index_writer_close(writer);
    return status;
}

static void
tell_problem(void *context, const char *section, const char *message)
{
    (void)context;
    printf("# check: %s: %s\n", section, message);
}

static void
tell_commit(void *context, const char *file, const char *message)
{
    (void)context;
    printf("# check: %s: %s\n", file, message);
}

static bool
is_clean(const rls_snapshot *snapshot)
{
    bool clean =
        rls_manifest_check_newer(snapshot->heap, snapshot->directory, snapshot->manifest.generation,
                                 tell_commit, NULL, NULL) == RLS_OK;

    for (uint32_t i = 0; i < snapshot->segment_count; i++)
        clean = rls_segment_check(snapshot->segments[i].segment, snapshot->segments[i].live,
                                  tell_problem, NULL, NULL) == RLS_OK &&
                clean;
    return clean;
}

bool
history_holds(const history *past, size_t done, rls_heap *heap, rls_directory *directory,
              size_t *out_step)
{
    rls_snapshot *snapshot;
    rls_error     err = {0};
    rls_status    status = rls_snapshot_load(heap, directory, true, &snapshot, &err);
    bool          good;

    *out_step = 0;
    if (status == RLS_NOT_FOUND && done == 0)
        return true;
    if (status != RLS_OK) {
        printf("# does not open: %s\n", err.message);
        return false;
    }
    *out_step = done;
    if (done < HISTORY_STEPS && model_equals(snapshot, &past->states[done + 1], false))
        *out_step = done + 1;
    else if (past->has_next && model_equals(snapshot, &past->states[HISTORY_NEXT], false))
        *out_step = HISTORY_NEXT;
    good = model_equals(snapshot, &past->states[*out_step], true);
    good = is_clean(snapshot) && good;
    rls_snapshot_let_go(snapshot);
    return good;
}

/* The names of the files that a commit is made of, each followed by a space. */
static void
append_names(const rls_manifest *manifest, char *out, size_t size)
{
    char   name[RLS_NAME_SIZE];
    size_t used;

    rls_manifest_file_name(manifest->generation, name);
    used = (size_t)snprintf(out, size, "%s ", name);
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const rls_manifest_segment *segment = &manifest->segments[i];

        rls_segment_file_name(segment->id, name);
        used += (size_t)snprintf(out + used, size - used, "%s ", name);
        rls_stamps_name(segment->id, name);
        used += (size_t)snprintf(out + used, size - used, "%s ", name);
        if (segment->live_generation == 0)
            continue;
        rls_live_file_name(segment->id, segment->live_generation, name);
        used += (size_t)snprintf(out + used, size - used, "%s ", name);
    }
}

/* Whether each file in the folder belongs to the commit. */
static bool
is_tidy(const rls_snapshot *snapshot)
{
    char  names[16384];
    char *list = rls_test_list_files(snapshot->directory);
    bool  tidy = list != NULL;

    append_names(&snapshot->manifest, names, sizeof names);
    for (char *name = list, *space; tidy && (space = strchr(name, ' ')) != NULL; name = space + 1) {
        *space = '\0';
        tidy = strstr(names, name) != NULL;
        if (!tidy)
            printf("# %s is left behind\n", name);
    }
    free(list);
    return tidy;
}

bool
history_goes_on(history *past, size_t step, rls_heap *heap, rls_directory *directory)
{
    rls_writer_options options = model_options(1);
    rls_index_writer  *writer;
    rls_snapshot      *snapshot;
    rls_error          err = {0};
    model              state = past->states[step];
    rls_status         status = rls_index_writer_open(heap, directory, &options, &writer, &err);
    bool               good;

    if (status == RLS_OK)
        status = model_add(writer, &state, ADDED_BY_NEXT, 99, &err);
    past->states[HISTORY_NEXT] = state;
    past->has_next = true;
    if (status == RLS_OK)
        status = rls_index_writer_commit(writer, NULL, &err);
    rls_index_writer_close(writer);
    if (status == RLS_OK)
        status = rls_snapshot_load(heap, directory, true, &snapshot, &err);
    if (status != RLS_OK) {
        printf("# the next writer cannot go on: %s\n", err.message);
        return false;
    }
    good = model_equals(snapshot, &state, true) && is_clean(snapshot) && is_tidy(snapshot);
    rls_snapshot_let_go(snapshot);
    return good;
}
