#include "segment/norms_reader.h"

#include <inttypes.h>

/* Takes one field at its offset; false when it does not fit before the directory. */
static bool
open_field(rls_norms_reader *reader, uint32_t number, rls_bytes section, const uint8_t *entry)
{
    rls_field_norms *field = &reader->fields[number];
    uint64_t         offset = rls_get_u64(entry);
    uint32_t         count = rls_get_u32(entry + 8), flags = rls_get_u32(entry + 12);
    uint32_t         size = flags & RLS_NORMS_SPARSE ? count : reader->norms.doc_count;
    rls_input        input;

    if (flags > (RLS_NORMS_SPARSE | RLS_NORMS_RESIDUES) || offset > section.size ||
        count > reader->norms.doc_count || (number == 0 && (flags & RLS_NORMS_SPARSE)))
        return false;
    reader->counts[number] = count;
    rls_input_init(&input, rls_bytes_of(section.data + offset, section.size - offset));
    if (flags & RLS_NORMS_SPARSE) {
        field->sparse_bytes = rls_input_bytes(&input, size).data;
        field->sparse_docs = rls_input_bytes(&input, 4 * (uint64_t)size).data;
        field->sparse_count = size;
    } else {
        field->dense = rls_input_bytes(&input, size).data;
    }
    if (flags & RLS_NORMS_RESIDUES)
        rls_frames_open(&reader->residues[number], &input, size);
    return !input.failed;
}

rls_status
rls_norms_reader_open(rls_norms_reader *reader, rls_heap *heap, rls_bytes section,
                      uint32_t doc_count, uint32_t field_count, const char *name, rls_error *err)
{
    const uint8_t *directory;
    size_t         size = RLS_NORMS_TAIL + (size_t)field_count * RLS_NORMS_ENTRY;

    *reader = (rls_norms_reader){.heap = heap};
    if (section.size < size ||
        rls_get_u32(section.data + section.size - RLS_NORMS_TAIL) != field_count ||
        rls_get_u32(section.data + section.size - 4) != doc_count)
        return rls_fail(err, RLS_CORRUPT, "%s: norms: the tail is damaged", name);
    section.size -= size;
    directory = section.data + section.size;

    reader->fields = rls_alloc_zeroed(heap, field_count, sizeof *reader->fields);
    reader->residues = rls_alloc_zeroed(heap, field_count, sizeof *reader->residues);
    reader->counts = rls_alloc_zeroed(heap, field_count, sizeof *reader->counts);
    if (reader->fields == NULL || reader->residues == NULL || reader->counts == NULL) {
        rls_norms_reader_release(reader);
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory for %" PRIu32 " fields", name,
                        field_count);
    }
    reader->norms = (rls_norms){doc_count, field_count, reader->fields};
    for (uint32_t i = 0; i < field_count; i++) {
        if (!open_field(reader, i, section, directory + (size_t)i * RLS_NORMS_ENTRY)) {
            rls_norms_reader_release(reader);
            return rls_fail(err, RLS_CORRUPT, "%s: norms: field %" PRIu32 " is damaged", name, i);
        }
    }
    return RLS_OK;
}

void
rls_norms_reader_release(rls_norms_reader *reader)
{
    if (reader->heap == NULL)
        return;
    rls_free(reader->heap, reader->fields);
    rls_free(reader->heap, reader->residues);
    rls_free(reader->heap, reader->counts);
    *reader = (rls_norms_reader){0};
}

static uint32_t
exact(const rls_norms_reader *reader, uint32_t field, uint32_t index, uint8_t byte)
{
    return rls_length_from_byte(byte) + (uint32_t)rls_frames_get(&reader->residues[field], index);
}

uint32_t
rls_norms_reader_length(const rls_norms_reader *reader, uint32_t field, uint32_t doc)
{
    const rls_field_norms *norms = &reader->fields[field];
    uint32_t               from = 0, to = norms->sparse_count;

    if (norms->dense != NULL)
        return norms->dense[doc] == 0 ? 0 : exact(reader, field, doc, norms->dense[doc]);
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (rls_get_u32(norms->sparse_docs + 4 * (size_t)middle) < doc)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == norms->sparse_count || rls_get_u32(norms->sparse_docs + 4 * (size_t)from) != doc)
        return 0;
    return exact(reader, field, from, norms->sparse_bytes[from]);
}

bool
rls_norms_reader_next(const rls_norms_reader *reader, uint32_t field, uint32_t *position,
                      uint32_t *out_doc, uint32_t *out_length)
{
    const rls_field_norms *norms = &reader->fields[field];
    uint32_t               i = *position;

    if (norms->dense == NULL) {
        if (i >= norms->sparse_count)
            return false;
        *out_doc = rls_get_u32(norms->sparse_docs + 4 * (size_t)i);
        *out_length = exact(reader, field, i, norms->sparse_bytes[i]);
        *position = i + 1;
        return true;
    }
    while (i < reader->norms.doc_count && norms->dense[i] == 0)
        i++;
    if (i >= reader->norms.doc_count) {
        *position = i;
        return false;
    }
    *out_doc = i;
    *out_length = exact(reader, field, i, norms->dense[i]);
    *position = i + 1;
    return true;
}
