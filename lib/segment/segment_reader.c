#include <inttypes.h>

#include "inverter/body_signature.h"

#include "segment/segment_handle.h"
#include "segment/segment_info.h"

rls_bytes
rls_segment_section(const rls_segment *segment, rls_section section)
{
    return segment->sections[section];
}

/* The bytes of a section out of a mapping that begins at byte `from` of the file; false when it is
 * not among them. */
static bool
place_section(rls_segment *segment, rls_section section, const rls_mapping *mapping, uint64_t from)
{
    const rls_section_place *place = &segment->places[section];

    if (place->offset < from || place->offset - from > mapping->bytes.size ||
        place->size > mapping->bytes.size - (place->offset - from))
        return false;
    segment->sections[section] =
        rls_bytes_of(mapping->bytes.data + (place->offset - from), (size_t)place->size);
    return true;
}

static rls_status
map_whole(rls_segment *segment, const char *name, bool verify, rls_error *err)
{
    rls_directory *directory = segment->directory;
    rls_status     status = directory->ops->map(directory, name, &segment->mapping, err);

    if (status != RLS_OK)
        return status;
    segment->info.size = segment->mapping.bytes.size;
    status = rls_segment_file_open(segment->mapping.bytes, name, verify, segment->places,
                                   segment->info.id, err);
    for (int i = 0; status == RLS_OK && i < RLS_SECTION_COUNT; i++)
        place_section(segment, (rls_section)i, &segment->mapping, 0);
    return status;
}

/* Where the blocks of stored text end, as the tail of their section says. */
static rls_status
find_stored_rest(rls_segment *segment, const char *name, uint64_t *out_from, rls_error *err)
{
    const rls_section_place *place = &segment->places[RLS_SECTION_STORED];
    rls_directory           *directory = segment->directory;
    rls_mapping              tail;
    rls_status               status;

    *out_from = place->offset;
    if (place->size < RLS_STORED_TAIL)
        return RLS_OK; /* told when the section is opened */
    status =
        directory->ops->map_part(directory, name, place->offset + place->size - RLS_STORED_TAIL,
                                 RLS_STORED_TAIL, &tail, NULL, err);
    if (status != RLS_OK)
        return status;
    if (rls_get_u64(tail.bytes.data) <= place->size - RLS_STORED_TAIL)
        *out_from += rls_get_u64(tail.bytes.data);
    directory->ops->unmap(directory, &tail);
    return RLS_OK;
}

static rls_status
map_lean(rls_segment *segment, const char *name, rls_error *err)
{
    rls_directory           *directory = segment->directory;
    const rls_section_place *places = segment->places;
    uint64_t                 rest = 0, end_from, size = 0;
    bool                     placed = true;
    rls_status               status;

    segment->windows = rls_alloc_zeroed(segment->heap, 1, sizeof *segment->windows);
    if (segment->windows == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", name);
    status =
        rls_segment_file_open_ends(directory, name, segment->places, segment->info.id, &size, err);
    if (status == RLS_OK)
        status = find_stored_rest(segment, name, &rest, err);
    if (status != RLS_OK)
        return status;
    segment->info.size = size;
    end_from = places[RLS_SECTION_POSTINGS].offset + places[RLS_SECTION_POSTINGS].size;
    /* Of two that begin at one place the first has no bytes, and may be the wrong one. */
    if (places[RLS_SECTION_STORED].offset + places[RLS_SECTION_STORED].size >
        places[RLS_SECTION_POSTINGS].offset)
        return rls_fail(err, RLS_CORRUPT, "%s: its sections are not in their order", name);
    status = directory->ops->map_part(directory, name, rest,
                                      (size_t)(places[RLS_SECTION_POSTINGS].offset - rest),
                                      &segment->middle, NULL, err);
    if (status == RLS_OK)
        status = directory->ops->map_part(directory, name, end_from, (size_t)(size - end_from),
                                          &segment->end, NULL, err);
    if (status != RLS_OK)
        return status;
    for (int i = 0; i < RLS_SECTION_COUNT; i++) {
        if (i != RLS_SECTION_STORED && i != RLS_SECTION_POSTINGS)
            placed = placed && (place_section(segment, (rls_section)i, &segment->middle, rest) ||
                                place_section(segment, (rls_section)i, &segment->end, end_from));
    }
    if (!placed)
        return rls_fail(err, RLS_CORRUPT, "%s: its sections are not in their order", name);
    segment->sections[RLS_SECTION_STORED] =
        rls_bytes_of(segment->middle.bytes.data, (size_t)(places[RLS_SECTION_STORED].offset +
                                                          places[RLS_SECTION_STORED].size - rest));
    segment->sections[RLS_SECTION_POSTINGS] =
        rls_bytes_of(NULL, (size_t)places[RLS_SECTION_POSTINGS].size);
    return RLS_OK;
}

static rls_status
open_stored(rls_segment *segment, rls_error *err)
{
    rls_bytes   section = rls_segment_section(segment, RLS_SECTION_STORED);
    const char *name = segment->info.name;
    uint64_t    blocks_size = segment->places[RLS_SECTION_STORED].size - section.size;

    if (segment->windows == NULL)
        return rls_stored_open(&segment->stored, section, segment->info.doc_count, name, err);
    return rls_stored_open_windowed(&segment->stored, &segment->windows->stored, blocks_size,
                                    section, segment->info.doc_count, name, err);
}

static rls_status
make_reference(rls_segment *segment, rls_error *err)
{
    const rls_segment_info *info = &segment->info;
    rls_similarity         *reference = &segment->reference;

    reference->k1 = info->reference_k1;
    reference->field_count = info->field_count;
    reference->fields = rls_alloc(segment->heap, info->field_count, sizeof *reference->fields);
    if (reference->fields == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory for %" PRIu32 " fields", info->name,
                        info->field_count);
    for (uint32_t i = 0; i < info->field_count; i++)
        rls_field_factors_make(&reference->fields[i], &info->fields[i].reference);
    return RLS_OK;
}

static rls_status
open_sections(rls_segment *segment, rls_error *err)
{
    rls_heap         *heap = segment->heap;
    rls_segment_info *info = &segment->info;
    const char       *name = info->name;
    uint32_t          doc_count;
    rls_status        status;

    status = rls_segment_info_read(info, heap, rls_segment_section(segment, RLS_SECTION_INFO), name,
                                   err);
    if (status != RLS_OK)
        return status;
    doc_count = info->doc_count;
    status = make_reference(segment, err);
    if (status == RLS_OK)
        status = rls_keys_open(&segment->keys, rls_segment_section(segment, RLS_SECTION_KEYS),
                               doc_count, name, err);
    if (status == RLS_OK)
        status =
            rls_sources_open(&segment->sources, rls_segment_section(segment, RLS_SECTION_SOURCES),
                             &segment->keys, name, err);
    if (status == RLS_OK)
        status = rls_norms_reader_open(&segment->norms, heap,
                                       rls_segment_section(segment, RLS_SECTION_NORMS), doc_count,
                                       info->field_count, name, err);
    if (status == RLS_OK)
        status = rls_columns_open(heap, rls_segment_section(segment, RLS_SECTION_COLUMNS),
                                  doc_count, name, &segment->columns, &segment->column_count, err);
    if (status == RLS_OK)
        status = open_stored(segment, err);
    if (status == RLS_OK)
        status = rls_termdict_open(&segment->termdict,
                                   rls_segment_section(segment, RLS_SECTION_TERMDICT), name, err);
    if (status == RLS_OK)
        status = rls_termdict_open(&segment->surfaces,
                                   rls_segment_section(segment, RLS_SECTION_SURFACES), name, err);
    if (status == RLS_OK && segment->places[RLS_SECTION_BODIES].size != (uint64_t)8 * doc_count)
        status =
            rls_fail(err, RLS_CORRUPT, "%s: bodies: %" PRIu64 " bytes for %" PRIu32 " documents",
                     name, segment->places[RLS_SECTION_BODIES].size, doc_count);
    segment->signatures = rls_segment_section(segment, RLS_SECTION_BODIES).data;
    return status;
}

/* Stamps are a hint: whatever is wrong with their file, nothing is known of the sources then, and
 * the check tells what it is. */
static rls_status
open_stamps(rls_segment *segment, rls_error *err)
{
    uint32_t   count = segment->sources.source_count;
    char       name[RLS_STAMPS_NAME_SIZE];
    rls_error  error = {0};
    rls_status status;

    segment->sources.stamps = &segment->stamps;
    if (count == 0)
        return RLS_OK;
    rls_stamps_name(segment->info.id, name);
    status = segment->directory->ops->map(segment->directory, name, &segment->stamps_file, &error);
    if (status == RLS_NO_MEMORY) {
        if (err != NULL)
            *err = error;
        return status;
    }
    segment->has_stamps_file = status == RLS_OK;
    if (segment->has_stamps_file)
        rls_stamps_open_file(&segment->stamps, segment->stamps_file.bytes, segment->info.id, count,
                             name, NULL);
    return RLS_OK;
}

/* Opens under any name; `named`: the name must be that of the content. */
static rls_status
open_file(rls_heap *heap, rls_directory *directory, const char *name, bool verify, bool lean,
          bool named, rls_segment **out_segment, rls_error *err)
{
    rls_segment *segment = rls_alloc_zeroed(heap, 1, sizeof *segment);
    rls_status   status;

    *out_segment = NULL;
    if (segment == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "%s: no memory to open it", name);
    segment->heap = heap;
    segment->directory = directory;
    status = lean ? map_lean(segment, name, err) : map_whole(segment, name, verify, err);
    if (status != RLS_OK)
        goto fail;
    rls_segment_name(segment->info.id, segment->info.name);
    if (named && strcmp(name, segment->info.name) != 0) {
        status = rls_fail(err, RLS_CORRUPT, "%s: holds segment %s", name, segment->info.name);
        goto fail;
    }
    if (segment->windows != NULL) {
        const rls_section_place *places = segment->places;
        rls_window_init(&segment->windows->stored, directory, segment->info.name,
                        places[RLS_SECTION_STORED].offset, places[RLS_SECTION_STORED].size);
        rls_window_init(&segment->windows->postings, directory, segment->info.name,
                        places[RLS_SECTION_POSTINGS].offset, places[RLS_SECTION_POSTINGS].size);
    }
    for (int i = 0; i < RLS_SECTION_COUNT; i++)
        segment->info.section_sizes[i] = segment->places[i].size;
    segment->kernels = rls_bitpack_kernels_for(rls_cpu_detect());
    status = open_sections(segment, err);
    if (status == RLS_OK)
        status = open_stamps(segment, err);
    if (status != RLS_OK)
        goto fail;
    *out_segment = segment;
    return RLS_OK;

fail:
    rls_segment_close(segment);
    return status;
}

rls_status
rls_segment_open(rls_heap *heap, rls_directory *directory, const char *name, bool verify,
                 rls_segment **out_segment, rls_error *err)
{
    return open_file(heap, directory, name, verify, false, true, out_segment, err);
}

rls_status
rls_segment_open_lean(rls_heap *heap, rls_directory *directory, const char *name,
                      rls_segment **out_segment, rls_error *err)
{
    return open_file(heap, directory, name, false, true, true, out_segment, err);
}

rls_status
rls_segment_open_unnamed(rls_heap *heap, rls_directory *directory, const char *name, bool lean,
                         rls_segment **out_segment, rls_error *err)
{
    return open_file(heap, directory, name, false, lean, false, out_segment, err);
}

void
rls_segment_close(rls_segment *segment)
{
    if (segment == NULL)
        return;
    segment->directory->ops->unmap(segment->directory, &segment->mapping);
    segment->directory->ops->unmap(segment->directory, &segment->middle);
    segment->directory->ops->unmap(segment->directory, &segment->end);
    if (segment->windows != NULL) {
        rls_window_release(&segment->windows->stored);
        rls_window_release(&segment->windows->postings);
        rls_free(segment->heap, segment->windows);
    }
    if (segment->has_stamps_file)
        segment->directory->ops->unmap(segment->directory, &segment->stamps_file);
    rls_segment_info_release(&segment->info, segment->heap);
    rls_free(segment->heap, segment->reference.fields);
    rls_norms_reader_release(&segment->norms);
    rls_free(segment->heap, segment->columns);
    rls_free(segment->heap, segment);
}

const rls_segment_info *
rls_segment_get_info(const rls_segment *segment)
{
    return &segment->info;
}

const rls_norms *
rls_segment_norms(const rls_segment *segment)
{
    return &segment->norms.norms;
}

const rls_similarity *
rls_segment_reference(const rls_segment *segment)
{
    return &segment->reference;
}

const rls_termdict *
rls_segment_termdict(const rls_segment *segment)
{
    return &segment->termdict;
}

const rls_termdict *
rls_segment_surfaces(const rls_segment *segment)
{
    return &segment->surfaces;
}

uint64_t
rls_segment_signature(const rls_segment *segment, uint32_t doc, bool near)
{
    uint64_t signature = rls_get_u64(segment->signatures + (size_t)8 * doc);

    return near ? signature >> RLS_SIGNATURE_OWN_BITS << RLS_SIGNATURE_OWN_BITS : signature;
}

uint32_t
rls_segment_field_number(const rls_segment *segment, rls_bytes name)
{
    const rls_segment_field *fields = segment->info.fields;
    uint32_t                 from = 1, to = segment->info.field_count;

    if (rls_bytes_compare(name, fields[0].name) == 0)
        return 0;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int      order = rls_bytes_compare(fields[middle].name, name);

        if (order == 0)
            return middle;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return UINT32_MAX;
}

uint32_t
rls_segment_length(const rls_segment *segment, uint32_t field, uint32_t doc)
{
    return rls_norms_reader_length(&segment->norms, field, doc);
}

rls_status
rls_segment_open_list(const rls_segment *segment, const rls_term_info *info,
                      rls_posting_list *out_list, rls_error *err)
{
    return rls_posting_list_open(out_list, rls_segment_section(segment, RLS_SECTION_POSTINGS), info,
                                 &segment->norms.norms, segment->kernels, err);
}

rls_status
rls_segment_show_list(const rls_segment *segment, const rls_term_info *info,
                      rls_posting_list *out_list, rls_error *err)
{
    uint64_t      size = segment->places[RLS_SECTION_POSTINGS].size;
    rls_term_info here = *info;
    rls_bytes     bytes;
    rls_status    status;

    if (segment->windows == NULL)
        return rls_segment_open_list(segment, info, out_list, err);
    if (info->postings_offset > size || info->positions_size > size - info->postings_offset ||
        info->docs_size > size - info->postings_offset - info->positions_size)
        return rls_fail(err, RLS_CORRUPT, "%s: a list of postings is outside its section",
                        segment->info.name);
    status = rls_window_show(&segment->windows->postings, info->postings_offset,
                             (size_t)(info->positions_size + info->docs_size), &bytes, err);
    here.postings_offset = 0;
    return status != RLS_OK ? status
                            : rls_posting_list_open(out_list, bytes, &here, &segment->norms.norms,
                                                    segment->kernels, err);
}

rls_status
rls_segment_find_term(const rls_segment *segment, rls_bytes term, rls_posting_list *out_list,
                      rls_error *err)
{
    rls_term_info info;
    rls_status    status = rls_termdict_find(&segment->termdict, term, &info, err);

    return status == RLS_OK ? rls_segment_open_list(segment, &info, out_list, err) : status;
}

uint32_t
rls_segment_key_rank(const rls_segment *segment, uint32_t doc)
{
    return rls_keys_rank(&segment->keys, doc);
}

rls_status
rls_segment_key_at(const rls_segment *segment, uint32_t rank, rls_buffer *out, uint32_t *out_doc,
                   rls_error *err)
{
    rls_status status = rls_strings_get(&segment->keys.strings, rank, out, err);

    if (status == RLS_OK)
        *out_doc = rls_keys_doc(&segment->keys, rank);
    return status;
}

rls_status
rls_segment_key(const rls_segment *segment, uint32_t doc, rls_buffer *out, rls_error *err)
{
    return rls_strings_get(&segment->keys.strings, rls_keys_rank(&segment->keys, doc), out, err);
}

rls_status
rls_segment_find_key(const rls_segment *segment, rls_bytes key, uint32_t *out_doc, rls_error *err)
{
    return rls_keys_find(&segment->keys, key, out_doc, err);
}

rls_status
rls_segment_walk_keys(const rls_segment *segment,
                      rls_status (*visit)(void *context, rls_bytes key, uint32_t doc),
                      void *context, rls_error *err)
{
    rls_strings_cursor cursor;
    rls_status         status = RLS_OK;

    rls_strings_cursor_init(&cursor, segment->heap, &segment->keys.strings);
    for (uint32_t rank = 0; rank < segment->info.doc_count && status == RLS_OK; rank++) {
        status = rls_strings_cursor_next(&cursor, err);
        if (status == RLS_OK)
            status = visit(context, rls_buffer_bytes(&cursor.string),
                           rls_keys_doc(&segment->keys, rank));
    }
    rls_strings_cursor_release(&cursor);
    return status;
}

uint32_t
rls_segment_source_count(const rls_segment *segment)
{
    return segment->sources.source_count;
}

rls_status
rls_segment_get_source(const rls_segment *segment, uint32_t source, rls_buffer *name,
                       rls_segment_source *out_source, rls_error *err)
{
    return rls_sources_get(&segment->sources, source, name, out_source, err);
}

rls_status
rls_segment_find_source(const rls_segment *segment, rls_bytes name, uint32_t *out_source,
                        rls_error *err)
{
    return rls_sources_find(&segment->sources, name, out_source, err);
}

uint32_t
rls_segment_doc_source(const rls_segment *segment, uint32_t doc)
{
    return rls_sources_of(&segment->sources, doc);
}

const rls_column *
rls_segment_column(const rls_segment *segment, rls_bytes field, rls_column_kind kind)
{
    uint32_t from = 0, to = segment->column_count;

    while (from < to) {
        uint32_t          middle = from + (to - from) / 2;
        const rls_column *column = &segment->columns[middle];
        int               order = rls_bytes_compare(column->name, field);

        if (order == 0)
            order = (int)column->kind - (int)kind;
        if (order == 0)
            return column;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

uint32_t
rls_segment_column_count(const rls_segment *segment)
{
    return segment->column_count;
}

const rls_column *
rls_segment_column_at(const rls_segment *segment, uint32_t i)
{
    return i < segment->column_count ? &segment->columns[i] : NULL;
}

void
rls_segment_as_part(const rls_segment *segment, rls_segment_part *out_part)
{
    *out_part = (rls_segment_part){.doc_count = segment->info.doc_count,
                                   .keys = &segment->keys,
                                   .sources = &segment->sources,
                                   .norms = &segment->norms,
                                   .column_count = segment->column_count,
                                   .columns = segment->columns,
                                   .stored = &segment->stored,
                                   .signatures = segment->signatures,
                                   .field_count = segment->info.field_count,
                                   .fields = segment->info.fields,
                                   .language_count = segment->info.language_count,
                                   .languages = segment->info.languages,
                                   .source_bytes = segment->info.source_bytes,
                                   .bodies = segment->info.stored};
}
