#include "segment/segment_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    MESSAGE_SIZE = 256
};

void
rls_segment_check_report(rls_segment_check_state *state, rls_section section, const char *format,
                         ...)
{
    char    message[MESSAGE_SIZE];
    va_list arguments;

    if (state->problem_count++ >= RLS_CHECK_PROBLEMS || state->problem == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    state->problem(state->context, rls_section_name(section), message);
}

rls_status
rls_segment_check_failed(rls_segment_check_state *state, rls_section section, rls_status status,
                         const rls_error *error, rls_error *err)
{
    if (status == RLS_CORRUPT) {
        rls_segment_check_report(state, section, "%s", error->message);
        return RLS_OK;
    }
    if (err != NULL)
        *err = *error;
    return status;
}

/* As rls_segment_check_report, of what is not a section. */
static void
report_beside(rls_segment_check_state *state, const char *place, const char *message)
{
    if (state->problem_count++ < RLS_CHECK_PROBLEMS && state->problem != NULL)
        state->problem(state->context, place, message);
}

/* Checksums and padding of the whole file. */
static rls_status
check_file(rls_segment_check_state *state, rls_error *err)
{
    const rls_segment *segment = state->segment;
    rls_section_place  places[RLS_SECTION_COUNT];
    uint8_t            id[RLS_ID_SIZE];
    rls_error          error = {0};
    rls_status         status;

    status =
        rls_segment_file_open(segment->mapping.bytes, segment->info.name, true, places, id, &error);
    if (status == RLS_OK)
        return RLS_OK;
    if (status != RLS_CORRUPT && status != RLS_UNSUPPORTED) {
        if (err != NULL)
            *err = error;
        return status;
    }
    report_beside(state, "file", error.message);
    return RLS_OK;
}

/* Without stamps nothing is wrong; what is there must be good. */
static rls_status
check_stamps(rls_segment_check_state *state, rls_error *err)
{
    const rls_segment *segment = state->segment;
    char               name[RLS_STAMPS_NAME_SIZE];
    rls_stamps         stamps;
    rls_error          error = {0};

    (void)err;
    rls_stamps_name(segment->info.id, name);
    if (segment->has_stamps_file &&
        rls_stamps_open_file(&stamps, segment->stamps_file.bytes, segment->info.id,
                             segment->sources.source_count, name, &error) != RLS_OK)
        report_beside(state, "stamps", error.message);
    return RLS_OK;
}

/* Equal keys: all but the last document must be deleted. */
static void
check_repeat(rls_segment_check_state *state, uint32_t before, uint32_t doc)
{
    if (doc <= before)
        rls_segment_check_report(state, RLS_SECTION_KEYS,
                                 "documents %" PRIu32 " and %" PRIu32
                                 " have one key and stand in the wrong order",
                                 before, doc);
    else if (state->live != NULL && rls_bitset_get(&state->live->live, before))
        rls_segment_check_report(state, RLS_SECTION_KEYS,
                                 "documents %" PRIu32 " and %" PRIu32 " have one key and both live",
                                 before, doc);
}

rls_status
rls_segment_check_keys(rls_segment_check_state *state, rls_error *err)
{
    const rls_segment *segment = state->segment;
    const rls_keys    *keys = &segment->keys;
    rls_strings_cursor cursor;
    rls_buffer         before;
    rls_error          error = {0};
    rls_status         status = RLS_OK;
    uint32_t           before_doc = 0, crc = 0;

    if (!rls_frames_check(&keys->strings.offsets))
        rls_segment_check_report(state, RLS_SECTION_KEYS, "offsets of blocks are damaged");
    rls_strings_cursor_init(&cursor, segment->heap, &keys->strings);
    rls_buffer_init(&before, segment->heap);
    for (uint32_t rank = 0; rank < segment->info.doc_count; rank++) {
        uint32_t doc = rls_keys_doc(keys, rank);
        int      order;

        status = rls_strings_cursor_next(&cursor, &error);
        if (status != RLS_OK)
            break;
        crc = rls_keys_check(crc, rls_buffer_bytes(&cursor.string), doc);
        if ((rank + 1) % RLS_KEYS_GROUP == 0 || rank + 1 == segment->info.doc_count) {
            if (crc != rls_get_u32(keys->checks + (size_t)4 * (rank / RLS_KEYS_GROUP)))
                rls_segment_check_report(state, RLS_SECTION_KEYS,
                                         "the check of keys up to %" PRIu32 " is wrong", rank);
            crc = 0;
        }
        if (rls_keys_rank(keys, doc) != rank)
            rls_segment_check_report(state, RLS_SECTION_KEYS,
                                     "document %" PRIu32 " has rank %" PRIu32 ", expected %" PRIu32,
                                     doc, rls_keys_rank(keys, doc), rank);
        order = rls_bytes_compare(rls_buffer_bytes(&before), rls_buffer_bytes(&cursor.string));
        if (rank > 0 && order > 0)
            rls_segment_check_report(state, RLS_SECTION_KEYS,
                                     "key %" PRIu32 " is below the one before", rank);
        else if (rank > 0 && order == 0)
            check_repeat(state, before_doc, doc);
        before_doc = doc;
        rls_buffer_clear(&before);
        rls_buffer_append(&before, cursor.string.data, cursor.string.size);
        if (before.failed) {
            status = rls_fail(&error, RLS_NO_MEMORY, "no memory for a key");
            break;
        }
    }
    rls_strings_cursor_release(&cursor);
    rls_buffer_release(&before);
    if (status != RLS_OK)
        status = rls_segment_check_failed(state, RLS_SECTION_KEYS, status, &error, err);
    return status;
}

/* Names ascend, and each is found again under its number. */
static rls_status
check_source_names(rls_segment_check_state *state, rls_error *error)
{
    const rls_segment *segment = state->segment;
    const rls_sources *sources = &segment->sources;
    rls_buffer         names[2];
    rls_status         status = RLS_OK;

    rls_buffer_init(&names[0], segment->heap);
    rls_buffer_init(&names[1], segment->heap);
    for (uint32_t i = 0; i < sources->source_count && status == RLS_OK; i++) {
        rls_buffer        *name = &names[i % 2], *before = &names[1 - i % 2];
        rls_segment_source source;
        uint32_t           found = RLS_NO_SOURCE;

        status = rls_sources_get(sources, i, name, &source, error);
        if (status != RLS_OK)
            break;
        if (i > 0 && rls_bytes_compare(rls_buffer_bytes(before), source.name) >= 0)
            rls_segment_check_report(state, RLS_SECTION_SOURCES,
                                     "source %" PRIu32 " is not above the one before", i);
        status = rls_sources_find(sources, source.name, &found, error);
        if (status == RLS_NOT_FOUND)
            status = RLS_OK;
        if (status == RLS_OK && found != i)
            rls_segment_check_report(state, RLS_SECTION_SOURCES,
                                     "source %" PRIu32 " is not found by its name", i);
    }
    rls_buffer_release(&names[0]);
    rls_buffer_release(&names[1]);
    return status;
}

static void
check_runs(rls_segment_check_state *state)
{
    const rls_sources *sources = &state->segment->sources;
    uint64_t           next = 0;

    for (uint32_t i = 0; i < sources->run_count; i++) {
        uint64_t first = rls_frames_get(&sources->run_docs, i);
        uint64_t count = rls_frames_get(&sources->run_counts, i);

        if (first < next || count == 0 || count > state->segment->info.doc_count ||
            first > state->segment->info.doc_count - count ||
            rls_frames_get(&sources->run_sources, i) >= sources->names.count) {
            rls_segment_check_report(state, RLS_SECTION_SOURCES,
                                     "run %" PRIu32 " of documents is damaged", i);
            return;
        }
        next = first + count;
    }
}

rls_status
rls_segment_check_sources(rls_segment_check_state *state, rls_error *err)
{
    const rls_segment *segment = state->segment;
    const rls_sources *sources = &segment->sources;
    const rls_frames  *frames[] = {
         &sources->names.offsets, &sources->numbers,    &sources->ranks,
         &sources->sizes,         &sources->hashes,     &sources->formats,
         &sources->run_docs,      &sources->run_counts, &sources->run_sources};
    rls_error  error = {0};
    rls_status status;
    uint32_t  *numbers;

    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        if (!rls_frames_check(frames[i]))
            rls_segment_check_report(state, RLS_SECTION_SOURCES, "array %zu is damaged", i);
    }
    check_runs(state);
    status = check_source_names(state, &error);
    if (status != RLS_OK)
        return rls_segment_check_failed(state, RLS_SECTION_SOURCES, status, &error, err);

    numbers = rls_alloc(segment->heap, segment->info.doc_count, sizeof *numbers);
    if (numbers == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to check sources");
    rls_sources_of_all(sources, numbers);
    for (uint32_t doc = 0; doc < segment->info.doc_count; doc++) {
        if (numbers[doc] != rls_sources_of(sources, doc))
            rls_segment_check_report(state, RLS_SECTION_SOURCES,
                                     "the source of document %" PRIu32 " is told in two ways", doc);
    }
    rls_free(segment->heap, numbers);
    return RLS_OK;
}

/* Lengths of one field: against the counts that info has of it. */
static void
check_field(rls_segment_check_state *state, uint32_t field)
{
    const rls_segment       *segment = state->segment;
    const rls_segment_field *info = &segment->info.fields[field];
    const rls_field_norms   *norms = &segment->norms.fields[field];
    uint64_t                 total = 0;
    uint32_t                 position = 0, doc, length, count = 0, next = 0;

    if (!rls_frames_check(&segment->norms.residues[field]))
        rls_segment_check_report(state, RLS_SECTION_NORMS,
                                 "exact lengths of field %" PRIu32 " are damaged", field);
    while (rls_norms_reader_next(&segment->norms, field, &position, &doc, &length)) {
        uint8_t byte =
            norms->dense != NULL ? norms->dense[position - 1] : norms->sparse_bytes[position - 1];

        if (doc < next || doc >= segment->info.doc_count || length == 0 ||
            rls_length_to_byte(length) != byte) {
            rls_segment_check_report(state, RLS_SECTION_NORMS,
                                     "field %" PRIu32 ", document %" PRIu32 ": length %" PRIu32
                                     " under byte %u",
                                     field, doc, length, (unsigned)byte);
            return;
        }
        next = doc + 1;
        total += length;
        count++;
    }
    if (total != info->total_length || count != info->doc_count ||
        count != segment->norms.counts[field])
        rls_segment_check_report(state, RLS_SECTION_NORMS,
                                 "field %" PRIu32 " has %" PRIu64 " words in %" PRIu32
                                 " documents, info says %" PRIu64 " in %" PRIu32,
                                 field, total, count, info->total_length, info->doc_count);
}

rls_status
rls_segment_check_norms(rls_segment_check_state *state, rls_error *err)
{
    (void)err;
    for (uint32_t field = 0; field < state->segment->info.field_count; field++)
        check_field(state, field);
    return RLS_OK;
}

/* Without words there is no signature. (A field that is called body adds to its words alone.) */
static rls_status
check_bodies(rls_segment_check_state *state, rls_error *err)
{
    const rls_segment *segment = state->segment;

    (void)err;
    for (uint32_t doc = 0; doc < segment->info.doc_count; doc++) {
        uint64_t signature = rls_segment_signature(segment, doc, false);
        if (signature == 0 || rls_segment_length(segment, 0, doc) > 0)
            continue;
        rls_segment_check_report(state, RLS_SECTION_BODIES,
                                 "document %" PRIu32 " has no words but the signature %016" PRIx64,
                                 doc, signature);
        break;
    }
    return RLS_OK;
}

rls_status
rls_segment_check(const rls_segment *segment, const rls_live_docs *live,
                  void (*problem)(void *context, const char *section, const char *message),
                  void *context, rls_error *err)
{
    static rls_status (*const checks[])(rls_segment_check_state * state,
                                        rls_error * err) = {check_file,
                                                            check_stamps,
                                                            rls_segment_check_keys,
                                                            rls_segment_check_sources,
                                                            rls_segment_check_norms,
                                                            check_bodies,
                                                            rls_segment_check_columns,
                                                            rls_segment_check_stored,
                                                            rls_segment_check_terms};
    rls_segment_check_state state = {
        .segment = segment, .live = live, .problem = problem, .context = context};

    if (live != NULL && live->live.size != segment->info.doc_count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%s: live documents of another segment",
                        segment->info.name);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        rls_status status = checks[i](&state, err);

        if (status != RLS_OK)
            return status;
    }
    if (state.problem_count > 0)
        return rls_fail(err, RLS_CORRUPT, "%s: %" PRIu64 " problems found", segment->info.name,
                        state.problem_count);
    return RLS_OK;
}
