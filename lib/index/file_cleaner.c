#include "index/file_cleaner.h"

#include "base/buffer.h"
#include "base/hash_table.h"
#include "segment/stamps.h"

typedef struct clean_state {
    rls_heap      *heap;
    rls_hash_table keep;
    rls_buffer     doomed; /* names with their NULs */
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
is_ours(const char *name)
{
    size_t size = strlen(name);

    if (strcmp(name, "commit.tmp") == 0)
        return true;
    if (size == 7 + 16 + 4 && memcmp(name, "commit-", 7) == 0)
        return is_hex(name + 7, 16) && strcmp(name + 23, ".man") == 0;
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
        rls_hash_table_find(&state->keep, rls_bytes_of(name, strlen(name))) == NULL)
        rls_buffer_append(&state->doomed, name, strlen(name) + 1);
    return state->doomed.failed ? RLS_NO_MEMORY : RLS_OK;
}

static bool
keep_name(clean_state *state, const char *name)
{
    bool inserted;
    return rls_hash_table_insert(&state->keep, rls_bytes_of(name, strlen(name)), 0, &inserted,
                                 NULL) != NULL;
}

rls_status
rls_file_cleaner_run(rls_heap *heap, rls_directory *directory, const rls_manifest *newest,
                     rls_error *err)
{
    clean_state state = {.heap = heap};
    char        name[RLS_NAME_SIZE];
    bool        fits;
    rls_status  status;

    rls_hash_table_init(&state.keep, heap);
    rls_buffer_init(&state.doomed, heap);
    rls_manifest_file_name(newest->generation, name);
    fits = keep_name(&state, name);
    for (uint32_t i = 0; fits && i < newest->segment_count; i++) {
        const rls_manifest_segment *segment = &newest->segments[i];
        rls_segment_file_name(segment->id, name);
        fits = keep_name(&state, name);
        if (fits) {
            rls_stamps_name(segment->id, name);
            fits = keep_name(&state, name);
        }
        if (fits && segment->live_generation > 0) {
            rls_live_file_name(segment->id, segment->live_generation, name);
            fits = keep_name(&state, name);
        }
    }
    status = fits ? directory->ops->list(directory, visit_name, &state, err)
                  : rls_fail(err, RLS_NO_MEMORY, "no memory to list the index's files");
    if (status == RLS_OK) {
        size_t at = 0;
        while (at < state.doomed.size) {
            const char *doomed = (const char *)state.doomed.data + at;
            directory->ops->remove(directory, doomed, NULL);
            at += strlen(doomed) + 1;
        }
    }
    rls_buffer_release(&state.doomed);
    rls_hash_table_release(&state.keep);
    return status;
}
