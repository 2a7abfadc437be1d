#include "segment/surfaces_writer.h"

#include "base/sort.h"
#include "termdict/termdict.h"

/* A surface in the writer's bytes. */
typedef struct surface {
    uint64_t head; /* its first eight bytes, which mostly decide the order */
    uint32_t size;
    uint64_t at;
} surface;

rls_status
rls_surfaces_writer_init(rls_surfaces_writer *writer, rls_heap *heap, rls_error *err)
{
    *writer = (rls_surfaces_writer){.heap = heap};
    rls_buffer_init(&writer->bytes, heap);
    rls_buffer_init(&writer->places, heap);
    return rls_analyzer_new(heap, rls_bytes_of("none", 4), &writer->folder, err);
}

void
rls_surfaces_writer_release(rls_surfaces_writer *writer)
{
    rls_analyzer_free(writer->folder);
    if (writer->heap == NULL)
        return;
    rls_buffer_release(&writer->bytes);
    rls_buffer_release(&writer->places);
}

static uint64_t
head_of(rls_bytes text)
{
    uint64_t head = 0;

    for (size_t i = 0; i < text.size && i < sizeof head; i++)
        head |= (uint64_t)text.data[i] << (56 - 8 * i);
    return head;
}

rls_status
rls_surfaces_writer_add(rls_surfaces_writer *writer, rls_bytes term, rls_bytes form, rls_error *err)
{
    rls_bytes  folded, last = rls_bytes_of(NULL, 0);
    surface    made = {.at = writer->bytes.size};
    rls_status status = rls_analyzer_fold(writer->folder, form, RLS_FOLD_ALL, &folded, err);

    if (status != RLS_OK)
        return status;
    if (writer->places.size > 0) {
        const surface *before =
            (const surface *)(const void *)(writer->places.data + writer->places.size) - 1;
        last = rls_bytes_of(writer->bytes.data + before->at, before->size);
    }
    /* Forms that differ in case alone often follow each other. */
    if (folded.size == 0 || rls_bytes_compare(folded, term) == 0 ||
        rls_bytes_compare(folded, last) == 0)
        return RLS_OK;
    made.size = (uint32_t)folded.size;
    made.head = head_of(folded);
    rls_buffer_append(&writer->bytes, folded.data, folded.size);
    rls_buffer_append(&writer->places, &made, sizeof made);
    if (writer->bytes.failed || writer->places.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the words of a segment");
    return RLS_OK;
}

rls_status
rls_surfaces_writer_take(rls_surfaces_writer *writer, const rls_surfaces_writer *other,
                         rls_error *err)
{
    const surface *surfaces = (const surface *)(const void *)other->places.data;
    uint64_t       base = writer->bytes.size;

    rls_buffer_append(&writer->bytes, other->bytes.data, other->bytes.size);
    for (size_t i = 0; i < other->places.size / sizeof *surfaces; i++) {
        surface moved = surfaces[i];

        moved.at += base;
        rls_buffer_append(&writer->places, &moved, sizeof moved);
    }
    if (writer->bytes.failed || writer->places.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the words of a segment");
    return RLS_OK;
}

static int
compare_surfaces(const void *a, const void *b, void *context)
{
    const surface *left = a, *right = b;
    const uint8_t *bytes = context;

    if (left->head != right->head)
        return left->head < right->head ? -1 : 1;
    return rls_bytes_compare(rls_bytes_of(bytes + left->at, left->size),
                             rls_bytes_of(bytes + right->at, right->size));
}

/* Sorts the surfaces and drops repeated ones. */
static rls_status
settle(rls_surfaces_writer *writer, rls_error *err)
{
    surface *surfaces = (surface *)(void *)writer->places.data;
    size_t   count = writer->places.size / sizeof *surfaces, kept = 0;

    if (count > 1 && rls_sort(writer->heap, surfaces, count, sizeof *surfaces, compare_surfaces,
                              writer->bytes.data) != RLS_OK)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the words of a segment");
    for (size_t i = 0; i < count; i++)
        if (kept == 0 ||
            compare_surfaces(&surfaces[kept - 1], &surfaces[i], writer->bytes.data) != 0)
            surfaces[kept++] = surfaces[i];
    writer->places.size = kept * sizeof *surfaces;
    return RLS_OK;
}

static rls_bytes
surface_at(const rls_surfaces_writer *writer, size_t number)
{
    const surface *at = (const surface *)(const void *)writer->places.data + number;

    return rls_bytes_of(writer->bytes.data + at->at, at->size);
}

rls_status
rls_surfaces_writer_finish(rls_surfaces_writer *writer, rls_output *output, rls_error *err)
{
    static const rls_term_info info = {.doc_freq = 1, .total_freq = 1};
    rls_termdict_writer       *dictionary;
    rls_status                 status = rls_termdict_writer_new(writer->heap, &dictionary, err);

    if (status == RLS_OK)
        status = settle(writer, err);
    for (size_t i = 0; status == RLS_OK && i < writer->places.size / sizeof(surface); i++)
        status = rls_termdict_writer_add(dictionary, surface_at(writer, i), &info, err);
    if (status == RLS_OK)
        status = rls_termdict_writer_finish(dictionary, output, err);
    rls_termdict_writer_free(dictionary);
    return status;
}

rls_status
rls_surfaces_writer_compare(rls_surfaces_writer *writer, const rls_termdict *dictionary,
                            bool *out_same, rls_error *err)
{
    rls_termdict_cursor cursor;
    size_t              count, at = 0;
    rls_status          status = settle(writer, err);

    *out_same = false;
    if (status != RLS_OK)
        return status;
    count = writer->places.size / sizeof(surface);
    rls_termdict_cursor_init(&cursor, writer->heap, dictionary);
    while ((status = rls_termdict_cursor_next(&cursor, err)) == RLS_OK && at < count &&
           rls_bytes_compare(rls_buffer_bytes(&cursor.term), surface_at(writer, at)) == 0)
        at++;
    rls_termdict_cursor_release(&cursor);
    *out_same = status == RLS_NOT_FOUND && at == count;
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}
