/* Documents that can still be read of a damaged segment → the writer. */
#include <inttypes.h>
#include <stdio.h>

#include "document/markdown.h"
#include "index/repair_state.h"

enum {
    KEY_SIZE = 80
};

static bool
copy_bytes(rls_arena *arena, rls_bytes bytes, rls_bytes *out)
{
    *out = rls_bytes_of(rls_arena_copy(arena, bytes.data, bytes.size), bytes.size);
    return out->data != NULL;
}

static bool
copy_field(rls_document *document, const rls_stored_field *from)
{
    rls_field *field = rls_document_field(document, from->name);

    if (field == NULL)
        return false;
    field->kinds = from->kinds;
    field->is_list = from->is_list;
    for (uint32_t i = 0; i < from->value_count; i++) {
        if (rls_field_add(document, field, from->values[i].text, true) == NULL)
            return false;
    }
    return true;
}

/* The document as it was when it was indexed. */
static rls_status
make_document(rls_arena *arena, const rls_stored_document *stored, rls_bytes key,
              rls_document *document, rls_error *err)
{
    bool whole;

    rls_document_init(document, arena);
    whole =
        copy_bytes(arena, key, &document->key) && copy_bytes(arena, stored->body, &document->body);
    for (uint32_t i = 0; whole && i < stored->field_count; i++)
        whole = copy_field(document, &stored->fields[i]);
    document->prose = document->body;
    document->markdown = stored->markdown;
    document->has_kinds = true;
    if (whole && stored->markdown) {
        uint8_t *masked = rls_arena_alloc(arena, document->body.size + 1);
        whole = masked != NULL;
        if (whole)
            rls_markdown_mask(document->body, masked);
        document->prose.data = masked;
    }
    return whole ? RLS_OK : rls_repair_no_memory(err);
}

static bool
is_live(const rls_damaged_segment *segment, uint32_t doc)
{
    return !segment->has_live ||
           (doc < segment->live.live.size && rls_bitset_get(&segment->live.live, doc));
}

/* Whether a later segment that is whole has a document of this key. */
rls_status
rls_repair_is_replaced(const rls_repair *repair, size_t from, rls_bytes key, bool *out_replaced,
                       rls_error *err)
{
    const rls_index_writer *writer = repair->writer;

    *out_replaced = false;
    for (size_t i = from; i < writer->part_count && !*out_replaced; i++) {
        const rls_writer_part *part = &writer->parts[i];
        uint32_t               doc;
        rls_status             status;

        if (part->share != NULL)
            break;
        status = rls_segment_find_key(part->segment, key, &doc, err);
        if (status != RLS_OK && status != RLS_NOT_FOUND)
            return status;
        *out_replaced =
            status == RLS_OK && (!part->has_live || rls_bitset_get(&part->live.live, doc));
    }
    return RLS_OK;
}

/* How many whole parts came before this segment in the commit. */
static size_t
parts_before(const rls_repair *repair, const rls_damaged_segment *segment)
{
    const rls_manifest *manifest = &repair->writer->manifest;
    size_t              parts = 0;

    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const uint8_t *id = manifest->segments[i].id;
        if (memcmp(id, segment->entry.id, RLS_ID_SIZE) == 0)
            break;
        if (parts < repair->writer->part_count &&
            memcmp(repair->writer->parts[parts].id, id, RLS_ID_SIZE) == 0)
            parts++;
    }
    return parts;
}

typedef struct saving {
    rls_repair                *repair;
    const rls_damaged_segment *segment;
    rls_salvage               *salvage;
    size_t                     parts_before;
    rls_bitset                 done; /* documents saved, or known not to be wanted; has no bits
                                      * when their number is not known */
    uint32_t  next, gaps;            /* then, and documents before it that were not found */
    rls_arena arena;
    bool      without_text;
} saving;

static rls_status
save_document(saving *work, uint32_t doc, const rls_stored_document *stored, rls_error *err)
{
    rls_repair  *repair = work->repair;
    rls_bytes    key = stored->key;
    char         made[KEY_SIZE];
    rls_document document;
    bool         replaced = false;
    rls_status   status = RLS_OK;

    if (work->done.size == 0) {
        work->gaps += doc > work->next ? doc - work->next : 0;
        work->next = doc >= work->next ? doc + 1 : work->next;
    }
    if ((work->done.size > 0 && doc >= work->done.size) || !is_live(work->segment, doc))
        return RLS_OK;
    if (!stored->has_body) {
        work->without_text = true;
        return RLS_OK;
    }
    if (key.data == NULL) {
        snprintf(made, sizeof made, "lost+found/%.8s/%" PRIu32, work->segment->name, doc);
        key = rls_bytes_of(made, strlen(made));
        rls_repair_tell(repair, work->segment->name, "keys",
                        "the key of document %" PRIu32 " is lost: it is called %s", doc, made);
        repair->report.unnamed++;
    } else if (!work->segment->has_live) {
        status = rls_repair_is_replaced(repair, work->parts_before, key, &replaced, err);
    }
    if (status == RLS_OK && !replaced) {
        rls_arena_reset(&work->arena);
        status = make_document(&work->arena, stored, key, &document, err);
        if (status == RLS_OK)
            status = rls_index_writer_add(repair->writer, &document, err);
        repair->report.saved += status == RLS_OK;
    }
    if (status == RLS_OK && work->done.size > 0)
        rls_bitset_set(&work->done, doc);
    return status;
}

static void
tell_lost(saving *work)
{
    const char *name = work->segment->name;

    if (work->done.size == 0) {
        work->repair->report.lost += work->gaps;
        rls_repair_tell(work->repair, name, "lost",
                        "how many documents it had cannot be read: %" PRIu32
                        " are missing between those that were found, and others may be behind them",
                        work->gaps);
    }
    for (uint32_t doc = 0; doc < work->done.size; doc++) {
        rls_bytes key = rls_salvage_key(work->salvage, doc);

        if (rls_bitset_get(&work->done, doc) || !is_live(work->segment, doc))
            continue;
        work->repair->report.lost++;
        if (key.data == NULL)
            rls_repair_tell(work->repair, name, "lost",
                            "document %" PRIu32 ", whose key is lost as well", doc);
        else
            rls_repair_tell(work->repair, name, "lost", "%.*s", (int)key.size,
                            (const char *)key.data);
    }
    if (work->without_text)
        rls_repair_tell(
            work->repair, name, "stored",
            "the texts of the index are not stored (--store=no): its documents cannot be saved; "
            "index their files again");
}

rls_status
rls_repair_open_salvage(rls_repair *repair, const rls_damaged_segment *segment,
                        rls_salvage **out_salvage, rls_error *err)
{
    char       aside[RLS_ASIDE_NAME_SIZE];
    rls_error  error = {0};
    rls_status status = rls_salvage_open(repair->heap, repair->directory, segment->name,
                                         segment->entry.doc_count, out_salvage, &error);

    if (status == RLS_NOT_FOUND) { /* a repair that did not come to its commit */
        rls_repair_aside_name(segment->name, aside);
        status = rls_salvage_open(repair->heap, repair->directory, aside, segment->entry.doc_count,
                                  out_salvage, &error);
    }
    if (status == RLS_OK)
        return RLS_OK;
    return rls_repair_is_damage(&error) ? RLS_NOT_FOUND : rls_repair_give_up(status, &error, err);
}

/* Of a lost commit the number of documents is told by the keys of the segment alone. */
rls_status
rls_repair_save_segment(rls_repair *repair, rls_damaged_segment *segment, rls_error *err)
{
    saving     work = {.repair = repair, .segment = segment};
    uint32_t   doc, doc_count;
    rls_status status = rls_repair_open_salvage(repair, segment, &work.salvage, err);

    if (status == RLS_NOT_FOUND) {
        uint32_t lost = segment->entry.doc_count - segment->entry.deleted_count;
        rls_repair_tell(repair, segment->name, "lost",
                        "the file is gone or cannot be read, and with it %" PRIu32 " documents",
                        lost);
        repair->report.lost += lost;
        return RLS_OK;
    }
    if (status != RLS_OK)
        return status;
    doc_count = rls_salvage_doc_count(work.salvage);
    if (segment->entry.doc_count == 0 && doc_count > 0) {
        segment->entry.doc_count = doc_count;
        status = rls_repair_read_live(repair, segment, err);
    }
    work.parts_before = parts_before(repair, segment);
    rls_arena_init(&work.arena, repair->heap, 1 << 16);
    if (status == RLS_OK && doc_count > 0 &&
        rls_bitset_init(&work.done, repair->heap, doc_count) != RLS_OK)
        status = rls_repair_no_memory(err);
    while (status == RLS_OK) {
        rls_stored_document stored;

        status = rls_salvage_next(work.salvage, &doc, &stored, err);
        if (status == RLS_OK)
            status = save_document(&work, doc, &stored, err);
    }
    if (status == RLS_NOT_FOUND) {
        status = RLS_OK;
        tell_lost(&work);
    }
    rls_bitset_release(&work.done, repair->heap);
    rls_arena_release(&work.arena);
    rls_salvage_close(work.salvage);
    return status;
}
