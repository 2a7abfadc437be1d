#include "index/repair_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "segment/segment_check.h"
#include "segment/stamps.h"

void
rls_repair_tell(rls_repair *repair, const char *file, const char *section, const char *format, ...)
{
    char    message[4608]; /* a path among them */
    va_list arguments;

    if (repair->tell == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    repair->tell(repair->context, file, section, rls_message_of(message, file, section));
}

rls_status
rls_repair_no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to repair the index");
}

/* Of what the system says, that the disk cannot be read. What is no file has no system error. */
bool
rls_repair_is_damage(const rls_error *error)
{
    return error->status == RLS_CORRUPT || error->status == RLS_NOT_FOUND ||
           (error->status == RLS_IO && (error->system_error == 0 || error->system_error == EIO));
}

rls_status
rls_repair_give_up(rls_status status, const rls_error *error, rls_error *err)
{
    if (err != NULL)
        *err = *error;
    return status;
}

void
rls_repair_aside_name(const char *name, char out[RLS_ASIDE_NAME_SIZE])
{
    snprintf(out, RLS_ASIDE_NAME_SIZE, "%s.damaged", name);
}

/* --- looking at the commit --- */

static rls_status
add_damaged(rls_repair *repair, const rls_manifest_segment *entry,
            rls_damaged_segment **out_segment, rls_error *err)
{
    void                *memory = repair->segments;
    rls_damaged_segment *segment;

    if (!rls_grow(repair->heap, &memory, &repair->capacity, repair->count + 1,
                  sizeof *repair->segments))
        return rls_repair_no_memory(err);
    repair->segments = memory;
    segment = &repair->segments[repair->count++];
    *segment = (rls_damaged_segment){.entry = *entry};
    rls_segment_file_name(entry->id, segment->name);
    *out_segment = segment;
    repair->report.damaged_segments++;
    repair->is_needed = true;
    return RLS_OK;
}

static void
hear_problem(void *context, const char *section, const char *message)
{
    rls_repair *repair = context;

    repair->only_stamps = repair->only_stamps && strcmp(section, "stamps") == 0;
    rls_repair_tell(repair, repair->file, section, "%s", message);
}

/* Stamps are a hint that only saves reading files again. */
static rls_status
drop_stamps(rls_repair *repair, const uint8_t *id, rls_error *err)
{
    char name[RLS_STAMPS_NAME_SIZE];

    rls_stamps_name(id, name);
    rls_buffer_append(&repair->stamps, name, strlen(name) + 1);
    return repair->stamps.failed ? rls_repair_no_memory(err) : RLS_OK;
}

static rls_status
keep_aside(rls_repair *repair, const char *name, rls_error *err)
{
    rls_buffer_append(&repair->aside, name, strlen(name) + 1);
    return repair->aside.failed ? rls_repair_no_memory(err) : RLS_OK;
}

/* RLS_CORRUPT, told, when the segment is not whole. */
static rls_status
check_segment(rls_repair *repair, const char *name, const rls_snapshot_segment *part,
              rls_error *err)
{
    rls_status status;

    repair->file = name;
    repair->only_stamps = true;
    status = rls_segment_check(part->segment, part->live, hear_problem, repair, err);
    if (status == RLS_CORRUPT && repair->only_stamps)
        status = drop_stamps(repair, rls_segment_get_info(part->segment)->id, err);
    return status;
}

/* Deletions that cannot be read. */
static rls_status
lose_live(rls_repair *repair, const rls_manifest_segment *entry, const rls_error *error,
          rls_error *err)
{
    char name[RLS_NAME_SIZE];

    rls_live_file_name(entry->id, entry->live_generation, name);
    rls_repair_tell(repair, name, "deletions", "%s: documents that were deleted come back",
                    error->message);
    return keep_aside(repair, name, err);
}

static rls_status
note_revived(rls_repair *repair, const rls_manifest_segment *entry, rls_error *err)
{
    void *memory = repair->revived;

    if (!rls_grow(repair->heap, &memory, &repair->revived_capacity, repair->revived_count + 1,
                  sizeof *repair->revived))
        return rls_repair_no_memory(err);
    repair->revived = memory;
    memcpy(repair->revived[repair->revived_count++], entry->id, RLS_ID_SIZE);
    repair->is_needed = true;
    return RLS_OK;
}

/* The deletions of a damaged segment, as far as they are known. */
rls_status
rls_repair_read_live(rls_repair *repair, rls_damaged_segment *segment, rls_error *err)
{
    const rls_manifest_segment *entry = &segment->entry;
    char                        name[RLS_NAME_SIZE];
    rls_error                   error = {0};
    rls_status                  status;

    if (entry->live_generation == 0)
        return RLS_OK;
    rls_live_file_name(entry->id, entry->live_generation, name);
    status = rls_live_docs_read(&segment->live, repair->heap, repair->directory, entry->id, name,
                                entry->doc_count, &error);
    if (status == RLS_NOT_FOUND) { /* a repair that did not come to its commit */
        char      aside[RLS_ASIDE_NAME_SIZE];
        rls_error again = {0};

        rls_repair_aside_name(name, aside);
        status = rls_live_docs_read(&segment->live, repair->heap, repair->directory, entry->id,
                                    aside, entry->doc_count, &again);
        if (status != RLS_OK && status != RLS_NOT_FOUND)
            error = again;
    }
    segment->has_live = status == RLS_OK;
    if (status == RLS_OK)
        return RLS_OK;
    return rls_repair_is_damage(&error) ? lose_live(repair, entry, &error, err)
                                        : rls_repair_give_up(status, &error, err);
}

rls_status
rls_repair_open_segment(rls_repair *repair, const rls_manifest_segment *entry,
                        rls_snapshot_segment *part, bool *out_whole, rls_error *err)
{
    char                 name[RLS_NAME_SIZE];
    rls_error            error = {0};
    rls_damaged_segment *segment;
    bool                 loses_live;
    rls_status           status;

    *out_whole = false;
    rls_segment_file_name(entry->id, name);
    status = rls_snapshot_open_segment(repair->heap, repair->directory, entry, false, part, &error);
    loses_live = status != RLS_OK && rls_repair_is_damage(&error) && part->segment != NULL &&
                 memcmp(rls_segment_get_info(part->segment)->id, entry->id, RLS_ID_SIZE) == 0 &&
                 rls_segment_get_info(part->segment)->doc_count == entry->doc_count &&
                 entry->live_generation > 0;
    if (loses_live) {
        rls_manifest_segment whole = *entry;
        rls_snapshot_close_segment(repair->heap, part);
        whole.live_generation = whole.deleted_count = 0;
        status = lose_live(repair, entry, &error, err);
        if (status != RLS_OK)
            return status;
        status =
            rls_snapshot_open_segment(repair->heap, repair->directory, &whole, false, part, &error);
    } else if (status != RLS_OK && rls_repair_is_damage(&error)) {
        rls_repair_tell(repair, name, "file", "%s", error.message);
    }
    if (status == RLS_OK)
        status = check_segment(repair, name, part, &error);
    if (status == RLS_OK) {
        *out_whole = true;
        return loses_live ? note_revived(repair, entry, err) : RLS_OK;
    }
    rls_snapshot_close_segment(repair->heap, part);
    if (!rls_repair_is_damage(&error))
        return rls_repair_give_up(status, &error, err);
    status = add_damaged(repair, entry, &segment, err);
    return status == RLS_OK ? rls_repair_read_live(repair, segment, err) : status;
}

/* --- without a commit --- */

static bool
take_id(const char *name, uint8_t *out_id)
{
    char again[RLS_NAME_SIZE];

    for (int i = 0; i < RLS_ID_SIZE; i++) {
        char     pair[3] = {0};
        unsigned byte;
        memcpy(pair, name + 2 * i, strlen(name) >= (size_t)2 * i + 2 ? 2 : 0);
        if (sscanf(pair, "%2x", &byte) != 1)
            return false;
        out_id[i] = (uint8_t)byte;
    }
    rls_segment_file_name(out_id, again);
    return strncmp(again, name, 2 * RLS_ID_SIZE) == 0;
}

typedef struct file_search {
    rls_repair *repair;
    rls_status  status;
    rls_error  *err;
    uint64_t    generation; /* the greatest of a commit */
} file_search;

/* Whether `text` is ".ext" or, of a repair that did not come to its commit, ".ext.damaged". */
static bool
has_ending(const char *text, const char *ending)
{
    size_t size = strlen(ending);

    return strncmp(text, ending, size) == 0 &&
           (text[size] == '\0' || strcmp(text + size, ".damaged") == 0);
}

/* All segments that there are, under their own names or set aside, with their newest deletions:
 * names come in order, so that of a segment the deletions come before it and the last is newest. */
static rls_status
meet_file(void *context, const char *name)
{
    file_search         *search = context;
    rls_repair          *repair = search->repair;
    rls_manifest_segment entry = {.size = 0};
    rls_damaged_segment *segment = NULL;
    uint64_t             number;
    char                 rest[RLS_NAME_SIZE];

    if (sscanf(name, "commit-%16" SCNx64 "%15s", &number, rest) == 2 && has_ending(rest, ".man")) {
        if (number > search->generation)
            search->generation = number;
        search->status = strcmp(rest, ".man") == 0 ? keep_aside(repair, name, search->err) : RLS_OK;
        return search->status;
    }
    if (!take_id(name, entry.id))
        return RLS_OK;
    for (size_t i = 0; i < repair->count; i++) {
        if (memcmp(repair->segments[i].entry.id, entry.id, RLS_ID_SIZE) == 0)
            segment = &repair->segments[i];
    }
    name += 2 * RLS_ID_SIZE;
    if (segment == NULL && (name[0] == '-' || has_ending(name, ".seg"))) {
        search->status = add_damaged(repair, &entry, &segment, search->err);
        if (search->status != RLS_OK)
            return search->status;
    }
    if (segment != NULL && sscanf(name, "-%16" SCNx64 "%15s", &number, rest) == 2 &&
        has_ending(rest, ".liv"))
        segment->entry.live_generation = number;
    return RLS_OK;
}

rls_status
rls_repair_lost_manifest(rls_repair *repair, rls_manifest *manifest, const rls_error *error,
                         rls_error *err)
{
    file_search search = {.repair = repair, .err = err};
    rls_status  status = repair->directory->ops->list(repair->directory, meet_file, &search, err);

    if (search.status != RLS_OK || status != RLS_OK)
        return search.status != RLS_OK ? search.status : status;
    if (error->status == RLS_NOT_FOUND && repair->count == 0)
        return rls_repair_give_up(RLS_NOT_FOUND, error, err);
    rls_repair_tell(repair, "commit", "commit",
                    "%s: folders, schema and language of the index are as this repair was told",
                    error->message);
    rls_manifest_init(manifest, repair->heap);
    manifest->generation = search.generation;
    repair->is_needed = repair->lost_commit = true;
    return RLS_OK;
}

static bool
is_named(const rls_manifest *manifest, const char *name)
{
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const rls_manifest_segment *entry = &manifest->segments[i];
        char                        file[RLS_NAME_SIZE];

        rls_segment_file_name(entry->id, file);
        if (strcmp(file, name) == 0)
            return true;
        rls_live_file_name(entry->id, entry->live_generation, file);
        if (entry->live_generation > 0 && strcmp(file, name) == 0)
            return true;
    }
    return false;
}

/* Segments and deletions of which a commit that is lost may have been. */
static rls_status
meet_stray(void *context, const char *name)
{
    file_search *search = context;
    rls_repair  *repair = search->repair;
    uint8_t      id[RLS_ID_SIZE];
    size_t       size = strlen(name);

    if (!take_id(name, id) || is_named(&repair->writer->manifest, name) ||
        (strcmp(name + size - 4, ".seg") != 0 && strcmp(name + size - 4, ".liv") != 0))
        return RLS_OK;
    for (size_t i = 0; i < repair->count; i++) {
        if (strcmp(repair->segments[i].name, name) == 0)
            return RLS_OK;
    }
    search->status = keep_aside(repair, name, search->err);
    return search->status;
}

static rls_status
keep_strays(rls_repair *repair, rls_error *err)
{
    file_search search = {.repair = repair, .err = err};
    rls_status  status = repair->directory->ops->list(repair->directory, meet_stray, &search, err);

    return search.status != RLS_OK ? search.status : status;
}

/* --- deletions that are lost --- */

/* Of documents that come back, those that a later one has replaced are known all the same. */
static rls_status
revive(rls_repair *repair, size_t number, rls_error *err)
{
    rls_writer_part *part = &repair->writer->parts[number];
    uint32_t         doc_count = part->doc_count;
    rls_buffer       key, next;
    uint32_t         doc = 0, after = 0;
    rls_status       status = rls_live_docs_init(&part->live, repair->heap, doc_count);

    if (status != RLS_OK)
        return rls_repair_no_memory(err);
    part->has_live = part->dirty = true;
    part->live_generation = 0;
    rls_buffer_init(&key, repair->heap);
    rls_buffer_init(&next, repair->heap);
    for (uint32_t rank = 0; rank < doc_count && status == RLS_OK; rank++) {
        bool replaced = false;

        status = rls_segment_key_at(part->segment, rank, &key, &doc, err);
        if (status == RLS_OK && rank + 1 < doc_count) {
            status = rls_segment_key_at(part->segment, rank + 1, &next, &after, err);
            replaced = rls_bytes_compare(rls_buffer_bytes(&key), rls_buffer_bytes(&next)) == 0;
        }
        if (status == RLS_OK && !replaced)
            status =
                rls_repair_is_replaced(repair, number + 1, rls_buffer_bytes(&key), &replaced, err);
        if (status == RLS_OK && replaced)
            rls_live_docs_delete(&part->live, doc);
    }
    rls_buffer_release(&key);
    rls_buffer_release(&next);
    if (part->live.deleted_count == 0) {
        rls_live_docs_release(&part->live, repair->heap);
        part->has_live = part->dirty = false;
    }
    return status;
}

static rls_status
revive_all(rls_repair *repair, rls_error *err)
{
    rls_index_writer *writer = repair->writer;

    for (size_t i = writer->part_count; i-- > 0;) {
        for (size_t j = 0; j < repair->revived_count; j++) {
            rls_status status = RLS_OK;
            if (memcmp(repair->revived[j], writer->parts[i].id, RLS_ID_SIZE) == 0)
                status = revive(repair, i, err);
            if (status != RLS_OK)
                return status;
        }
    }
    return RLS_OK;
}

/* --- the commit --- */

static rls_status
set_aside(rls_repair *repair, const char *name, rls_error *err)
{
    rls_directory *directory = repair->directory;
    char           aside[RLS_ASIDE_NAME_SIZE];
    rls_error      error = {0};
    rls_status     status;

    rls_repair_aside_name(name, aside);
    status = directory->ops->rename(directory, name, aside, &error);
    if (status == RLS_OK)
        rls_repair_tell(repair, name, "file", "is kept aside as %s", aside);
    else if (status != RLS_NOT_FOUND)
        return rls_repair_give_up(status, &error, err);
    return RLS_OK;
}

rls_status
rls_repair_set_aside(rls_repair *repair, rls_error *err)
{
    const rls_buffer *names = &repair->aside;
    rls_status        status = RLS_OK;

    for (size_t i = 0; i < repair->count && status == RLS_OK; i++)
        status = set_aside(repair, repair->segments[i].name, err);
    for (size_t at = 0; at < names->size && status == RLS_OK;) {
        const char *name = (const char *)names->data + at;

        status = set_aside(repair, name, err);
        at += strlen(name) + 1;
    }
    return status;
}

static void
hear_manifest(void *context, const char *file, const char *message)
{
    rls_repair_tell(context, file, "commit", "%s", message);
    keep_aside(context, file, NULL);
}

static void
remove_stamps(rls_repair *repair)
{
    for (size_t at = 0; at < repair->stamps.size;) {
        const char *name = (const char *)repair->stamps.data + at;

        repair->directory->ops->remove(repair->directory, name, NULL);
        at += strlen(name) + 1;
    }
}

static int
compare_salts(const void *a, const void *b)
{
    uint64_t left = ((const rls_damaged_segment *)a)->salt,
             right = ((const rls_damaged_segment *)b)->salt;

    return left < right ? -1 : left > right;
}

/* Segments of a lost commit are saved from the oldest to the newest. */
static rls_status
order_by_age(rls_repair *repair, rls_error *err)
{
    for (size_t i = 0; i < repair->count; i++) {
        rls_salvage *salvage = NULL;
        rls_status   status = rls_repair_open_salvage(repair, &repair->segments[i], &salvage, err);

        if (status == RLS_OK)
            repair->segments[i].salt = rls_salvage_salt(salvage);
        rls_salvage_close(salvage);
        if (status != RLS_OK && status != RLS_NOT_FOUND)
            return status;
    }
    if (repair->count > 1)
        qsort(repair->segments, repair->count, sizeof *repair->segments, compare_salts);
    return RLS_OK;
}

static rls_status
mend(rls_repair *repair, rls_error *err)
{
    rls_index_writer *writer = repair->writer;
    rls_commit_report commit;
    rls_status        status;

    status = rls_manifest_check_newer(repair->heap, repair->directory, writer->manifest.generation,
                                      hear_manifest, repair, err);
    repair->is_needed = repair->is_needed || status == RLS_CORRUPT;
    if (status == RLS_CORRUPT || (status == RLS_OK && repair->lost_commit))
        status = keep_strays(repair, err);
    if (status == RLS_OK && repair->aside.failed)
        status = rls_repair_no_memory(err);
    for (size_t i = 0; status == RLS_OK && i < writer->part_count; i++)
        status = rls_writer_part_open(&writer->parts[i], repair->heap, repair->directory, err);
    if (status == RLS_OK)
        status = revive_all(repair, err);
    if (status == RLS_OK && repair->lost_commit)
        status = order_by_age(repair, err);
    for (size_t i = 0; i < repair->count && status == RLS_OK; i++)
        status = rls_repair_save_segment(repair, &repair->segments[i], err);
    if (status == RLS_OK) {
        writer->settings_changed = writer->settings_changed || repair->is_needed;
        status = rls_index_writer_commit(writer, &commit, err);
    }
    if (status == RLS_OK) {
        remove_stamps(repair);
        repair->report.documents = commit.documents;
        repair->report.generation = commit.generation;
    }
    return status;
}

rls_status
rls_repair_run(rls_heap *heap, rls_directory *directory, const rls_writer_options *options,
               rls_problem_callback tell_problem, void *context, rls_repair_report *out_report,
               rls_error *err)
{
    rls_repair repair = {
        .heap = heap, .directory = directory, .tell = tell_problem, .context = context};
    rls_status status;

    rls_buffer_init(&repair.aside, heap);
    rls_buffer_init(&repair.stamps, heap);
    status =
        rls_index_writer_open_to_repair(heap, directory, options, &repair, &repair.writer, err);
    if (status == RLS_OK)
        status = mend(&repair, err);
    if (status == RLS_OK && out_report != NULL)
        *out_report = repair.report;
    rls_index_writer_close(repair.writer);
    for (size_t i = 0; i < repair.count; i++)
        rls_live_docs_release(&repair.segments[i].live, heap);
    rls_free(heap, repair.segments);
    rls_free(heap, repair.revived);
    rls_buffer_release(&repair.aside);
    rls_buffer_release(&repair.stamps);
    return status;
}
