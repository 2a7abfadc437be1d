#include "index/file_cleaner.h"

#include "base/buffer.h"
#include "base/hash_table.h"
#include "segment/stamps.h"

typedef struct clean_state {
    rls_heap      *heap;
    rls_hash_table keep;
    rls_buffer     commits, others; /* to be removed; names with their NULs */
    const char    *newest;
    bool           later; /* a commit behind the newest was given up after its rename */
} clean_state;

static bool
is_hex(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
            return false;
    }
    return true;
}

/* Names this library gives: nothing else in the folder is ever touched. */
static bool
is_commit(const char *name)
{
    return strlen(name) == 7 + 16 + 4 && memcmp(name, "commit-", 7) == 0 && is_hex(name + 7, 16) &&
           strcmp(name + 23, ".man") == 0;
}

static bool
is_ours(const char *name)
{
    size_t size = strlen(name);

    if (strcmp(name, "commit.tmp") == 0 || is_commit(name))
        return true;
    if (size == 36 && is_hex(name, 32))
        return strcmp(name + 32, ".seg") == 0 || strcmp(name + 32, ".stm") == 0 ||
               strcmp(name + 32, ".tmp") == 0;
    if (size == 32 + 1 + 16 + 4 && is_hex(name, 32) && name[32] == '-')
        return is_hex(name + 33, 16) && strcmp(name + 49, ".liv") == 0;
    return size > 4 && memcmp(name, "new-", 4) == 0 && strcmp(name + size - 4, ".tmp") == 0;
}

static rls_status
visit_name(void *context, const char *name)
{
    clean_state *state = context;

    if (is_ours(name) &&
        rls_hash_table_find(&state->keep, rls_bytes_of(name, strlen(name))) == NULL) {
        rls_buffer_append(is_commit(name) ? &state->commits : &state->others, name,
                          strlen(name) + 1);
        state->later = state->later || (is_commit(name) && strcmp(name, state->newest) > 0);
    }
    return state->commits.failed || state->others.failed ? RLS_NO_MEMORY : RLS_OK;
}

static bool
keep_name(clean_state *state, const char *name)
{
    bool inserted;
    return rls_hash_table_insert(&state->keep, rls_bytes_of(name, strlen(name)), 0, &inserted,
                                 NULL) != NULL;
}

static bool
keep_files(clean_state *state, const rls_manifest *newest)
{
    char name[RLS_NAME_SIZE];
    bool fits = keep_name(state, state->newest);

    for (uint32_t i = 0; fits && i < newest->segment_count; i++) {
        const rls_manifest_segment *segment = &newest->segments[i];
        rls_segment_file_name(segment->id, name);
        fits = keep_name(state, name);
        if (fits) {
            rls_stamps_name(segment->id, name);
            fits = keep_name(state, name);
        }
        if (fits && segment->live_generation > 0) {
            rls_live_file_name(segment->id, segment->live_generation, name);
            fits = keep_name(state, name);
        }
    }
    return fits;
}

static void
remove_all(rls_directory *directory, const rls_buffer *names)
{
    for (size_t at = 0; at < names->size;) {
        const char *doomed = (const char *)names->data + at;
        directory->ops->remove(directory, doomed, NULL);
        at += strlen(doomed) + 1;
    }
}

/* Names may come to the disk in any order. No other commit goes before the newest is sure to stay,
 * and no file of a later one before that is sure to be gone. */
static rls_status
remove_in_order(const clean_state *state, rls_directory *directory, bool durable, rls_error *err)
{
    rls_status status = RLS_OK;

    if (state->commits.size > 0 && !durable)
        status = directory->ops->sync_names(directory, err);
    if (status == RLS_OK)
        remove_all(directory, &state->commits);
    if (status == RLS_OK && state->later)
        status = directory->ops->sync_names(directory, err);
    if (status == RLS_OK)
        remove_all(directory, &state->others);
    return status;
}

rls_status
rls_file_cleaner_run(rls_heap *heap, rls_directory *directory, const rls_manifest *newest,
                     bool durable, rls_error *err)
{
    char        newest_name[RLS_NAME_SIZE];
    clean_state state = {.heap = heap, .newest = newest_name};
    rls_status  status;

    rls_hash_table_init(&state.keep, heap);
    rls_buffer_init(&state.commits, heap);
    rls_buffer_init(&state.others, heap);
    rls_manifest_file_name(newest->generation, newest_name);
    status = keep_files(&state, newest)
                 ? directory->ops->list(directory, visit_name, &state, err)
                 : rls_fail(err, RLS_NO_MEMORY, "no memory to list the index's files");
    if (status == RLS_OK)
        status = remove_in_order(&state, directory, durable, err);
    rls_buffer_release(&state.commits);
    rls_buffer_release(&state.others);
    rls_hash_table_release(&state.keep);
    return status;
}
