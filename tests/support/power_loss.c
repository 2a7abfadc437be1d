#include "support/power_loss.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "support/directory_files.h"

/* A name and the number of its content. */
typedef struct binding {
    char  *name;
    size_t file;
} binding;

typedef struct name_table {
    binding *list;
    size_t   count;
} name_table;

typedef struct file_bytes {
    uint8_t *data;
    size_t   size, synced;
} file_bytes;

struct rls_fault_state {
    name_table  present; /* before the log begins */
    name_table  now;
    file_bytes *present_bytes; /* contents 0 .. present.count-1 */
    size_t      file_count;
};

static void *
must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static void
bind(name_table *table, const char *name, size_t file)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->list[i].name, name) == 0) {
            table->list[i].file = file;
            return;
        }
    }
    table->list = must(realloc(table->list, (table->count + 1) * sizeof *table->list));
    table->list[table->count++] = (binding){must(strdup(name)), file};
}

/* SIZE_MAX when the name is not there. */
static size_t
unbind(name_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->list[i].name, name) == 0) {
            size_t file = table->list[i].file;

            free(table->list[i].name);
            table->list[i] = table->list[--table->count];
            return file;
        }
    }
    return SIZE_MAX;
}

static void
free_names(name_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->list[i].name);
    free(table->list);
}

rls_fault_state *
rls_power_loss_new(void)
{
    return must(calloc(1, sizeof(rls_fault_state)));
}

void
rls_power_loss_free(rls_fault_state *state)
{
    for (size_t i = 0; i < state->present.count; i++)
        free(state->present_bytes[i].data);
    free(state->present_bytes);
    free_names(&state->present);
    free_names(&state->now);
    free(state);
}

void
rls_power_loss_add_present(rls_fault_state *state, const char *name, uint8_t *data, size_t size)
{
    size_t number = state->file_count++;

    state->present_bytes =
        must(realloc(state->present_bytes, state->file_count * sizeof *state->present_bytes));
    state->present_bytes[number] = (file_bytes){data, size, size};
    bind(&state->present, name, number);
    bind(&state->now, name, number);
}

size_t
rls_power_loss_add_file(rls_fault_state *state)
{
    return state->file_count++;
}

void
rls_power_loss_bind(rls_fault_state *state, const char *name, size_t file)
{
    bind(&state->now, name, file);
}

size_t
rls_power_loss_unbind(rls_fault_state *state, const char *name)
{
    return unbind(&state->now, name);
}

static void
apply_to_names(name_table *table, const rls_fault_event *event)
{
    if (event->kind == RLS_FAULT_CREATE) {
        bind(table, event->name, event->file);
    } else if (event->kind == RLS_FAULT_RENAME) {
        unbind(table, event->name);
        bind(table, event->to, event->file);
    } else if (event->kind == RLS_FAULT_REMOVE) {
        unbind(table, event->name);
    }
}

static bool
happens(rls_loss loss, rls_random *random)
{
    return loss == RLS_LOSS_KEEP || (loss == RLS_LOSS_SOME && rls_random_below(random, 2) == 1);
}

/* Names as of the last sync before `prefix`, then those of the later changes that survive. */
static void
surviving_names(const rls_directory_faulty *faulty, size_t prefix, rls_loss loss,
                rls_random *random, name_table *out)
{
    size_t synced = 0;

    for (size_t i = 0; i < prefix; i++) {
        if (faulty->log[i].kind == RLS_FAULT_SYNC_NAMES)
            synced = i;
    }
    for (size_t i = 0; i < faulty->state->present.count; i++)
        bind(out, faulty->state->present.list[i].name, faulty->state->present.list[i].file);
    for (size_t i = 0; i < prefix; i++) {
        if (i < synced || happens(loss, random))
            apply_to_names(out, &faulty->log[i]);
    }
}

/* Everything written to `file` before `prefix`, and how much of it was synced. */
static file_bytes
written_bytes(const rls_directory_faulty *faulty, size_t prefix, size_t file)
{
    file_bytes all = {0};

    if (file < faulty->state->present.count) {
        const file_bytes *present = &faulty->state->present_bytes[file];

        all = (file_bytes){must(malloc(present->size + 1)), present->size, present->size};
        memcpy(all.data, present->data, present->size);
        return all;
    }
    for (size_t i = 0; i < prefix; i++) {
        const rls_fault_event *event = &faulty->log[i];

        if (event->file != file)
            continue;
        if (event->kind == RLS_FAULT_SYNC) {
            all.synced = all.size;
        } else if (event->kind == RLS_FAULT_WRITE) {
            all.data = must(realloc(all.data, all.size + event->size));
            memcpy(all.data + all.size, event->bytes, event->size);
            all.size += event->size;
        }
    }
    return all;
}

/* Blocks reach the disk in any order, and the length of the file on its own: a block that did not
 * arrive is missing at the end, or reads as zeros, or as what the disk held there before. */
static void
tear(file_bytes *all, size_t block, rls_random *random)
{
    int    before = rls_random_below(random, 2) == 0 ? 0 : 0xa5;
    size_t first = all->synced / block;
    size_t blocks = (all->size + block - 1) / block - first;
    size_t end;

    if (all->size == all->synced)
        return;
    end = (first + rls_random_below(random, (uint32_t)blocks + 1)) * block;
    if (end < all->synced)
        end = all->synced;
    if (end < all->size)
        all->size = end;
    for (size_t start = first * block; start < all->size; start += block) {
        size_t from = start < all->synced ? all->synced : start;
        size_t to = start + block < all->size ? start + block : all->size;

        if (from < to && rls_random_below(random, 4) == 0)
            memset(all->data + from, before, to - from);
    }
}

static int
compare_bindings(const void *a, const void *b)
{
    return strcmp(((const binding *)a)->name, ((const binding *)b)->name);
}

rls_directory *
rls_directory_faulty_power_loss(rls_directory_faulty *faulty, size_t prefix, rls_loss bytes_loss,
                                rls_loss names_loss, uint64_t seed, rls_heap *heap)
{
    rls_random     random = {seed};
    name_table     left = {0};
    rls_directory *ram;

    if (rls_directory_open_ram(heap, &ram, NULL) != RLS_OK)
        abort();
    surviving_names(faulty, prefix, names_loss, &random, &left);
    if (left.count > 0)
        qsort(left.list, left.count, sizeof *left.list, compare_bindings);
    for (size_t i = 0; i < left.count; i++) {
        file_bytes all = written_bytes(faulty, prefix, left.list[i].file);

        if (bytes_loss == RLS_LOSS_DROP)
            all.size = all.synced;
        else if (bytes_loss != RLS_LOSS_KEEP)
            tear(&all, bytes_loss == RLS_LOSS_TORN_512 ? 512 : 4096, &random);
        if (rls_test_write_file(ram, left.list[i].name, all.data, all.size) != RLS_OK)
            abort();
        free(all.data);
    }
    free_names(&left);
    return ram;
}
