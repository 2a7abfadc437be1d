#include "segment/segment_build.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/sort.h"
#include "segment/segment_handle.h"
#include "segment/segment_info.h"
#include "segment/stored_writer.h"

enum {
    NAME_SIZE = 32
};

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to write a segment");
}

static rls_status
poll_cancel(const rls_segment_build *build, rls_error *err)
{
    if (build->cancel != NULL && build->cancel(build->context))
        return rls_fail(err, RLS_CANCELLED, "writing a segment was cancelled");
    return RLS_OK;
}

/* --- documents --- */

/* Numbers the documents that live, part after part. */
static rls_status
map_documents(rls_segment_build *build, rls_error *err)
{
    uint64_t total = 0;

    for (uint32_t i = 0; i < build->part_count; i++) {
        rls_segment_part *part = &build->parts[i];

        part->base = (uint32_t)total;
        part->live_count = part->live == NULL ? part->doc_count : rls_bitset_count(part->live);
        total += part->live_count;
        if (total > INT32_MAX)
            return rls_fail(err, RLS_BAD_ARGUMENT, "a segment holds at most %" PRId32 " documents",
                            INT32_MAX);
        if (part->live_count == part->doc_count) {
            part->live = NULL;
            continue;
        }
        part->doc_map = rls_alloc(build->heap, part->doc_count, sizeof *part->doc_map);
        if (part->doc_map == NULL)
            return no_memory(err);
        for (uint32_t doc = 0, next = part->base; doc < part->doc_count; doc++)
            part->doc_map[doc] = rls_bitset_get(part->live, doc) ? next++ : RLS_PART_DROPPED;
    }
    build->doc_count = (uint32_t)total;
    return RLS_OK;
}

/* --- sections --- */

void
rls_segment_build_begin_section(rls_segment_build *build, rls_section section)
{
    rls_segment_file_begin_section(&build->file, section);
    build->sink = rls_sink_to_output(&build->output);
}

rls_status
rls_segment_build_end_section(rls_segment_build *build, rls_error *err)
{
    rls_segment_file_end_section(&build->file);
    if (build->output.status != RLS_OK && err != NULL)
        *err = build->output.error;
    return build->output.status;
}

static rls_status
build_stored(rls_segment_build *build, rls_error *err)
{
    rls_stored_writer writer;
    rls_status        status;

    status = rls_stored_writer_init(&writer, build->heap, &build->sink, err);
    if (status != RLS_OK)
        return status;
    writer.cancel = build->cancel;
    writer.context = build->context;
    for (uint32_t i = 0; i < build->part_count && status == RLS_OK; i++)
        status =
            rls_stored_writer_add_all(&writer, build->parts[i].stored, build->parts[i].live, err);
    if (status == RLS_OK)
        status = rls_stored_writer_finish(&writer, err);
    rls_stored_writer_release(&writer);
    return status;
}

/* Signatures of the bodies, of each document eight bytes. */
static rls_status
build_bodies(rls_segment_build *build, rls_error *err)
{
    (void)err;
    for (uint32_t i = 0; i < build->part_count; i++) {
        const rls_segment_part *part = &build->parts[i];
        if (part->live == NULL && part->doc_count > 0)
            rls_sink_write(&build->sink, part->signatures, (size_t)8 * part->doc_count);
        for (uint32_t doc = 0; part->live != NULL && doc < part->doc_count; doc++)
            if (rls_bitset_get(part->live, doc))
                rls_sink_write(&build->sink, part->signatures + (size_t)8 * doc, 8);
    }
    return RLS_OK;
}

/* The parameters that bounds are made with: weights of the schema, lengths of this segment. */
static rls_status
make_reference(rls_segment_build *build, rls_error *err)
{
    const rls_segment_settings *settings = build->settings;
    float                       k1 = settings->k1, b = settings->b;
    double                      words = 0.0;
    rls_field_factors          *factors;

    factors = rls_alloc(build->heap, build->field_count, sizeof *factors);
    if (factors == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < build->field_count; i++) {
        rls_segment_field *field = &build->fields[i];

        field->reference.weight = rls_schema_weight(settings->schema, field->name, field->kinds);
        field->reference.average_length = 0.0f;
        if (build->doc_count > 0)
            field->reference.average_length =
                (float)((double)field->total_length / build->doc_count);
        words += (double)field->reference.average_length;
    }
    if (k1 < 0.0f)
        rls_parameters_by_length(words, RLS_ASKED, &k1, &b);
    build->reference = (rls_similarity){k1, build->field_count, factors};
    for (uint32_t i = 0; i < build->field_count; i++) {
        build->fields[i].reference.b = b;
        rls_field_factors_make(&factors[i], &build->fields[i].reference);
    }
    return RLS_OK;
}

static int
compare_bytes(const void *a, const void *b, void *context)
{
    (void)context;
    return rls_bytes_compare(*(const rls_bytes *)a, *(const rls_bytes *)b);
}

/* Languages of all parts but the index's own, sorted, each once. */
static rls_status
unite_languages(rls_segment_build *build, rls_bytes **out_languages, uint32_t *out_count,
                rls_error *err)
{
    rls_bytes *languages;
    uint64_t   total = 0;
    uint32_t   count = 0, kept = 0;

    for (uint32_t i = 0; i < build->part_count; i++)
        total += build->parts[i].language_count;
    languages = rls_alloc(build->heap, total, sizeof *languages);
    *out_languages = languages;
    if (languages == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < build->part_count; i++) {
        for (uint32_t j = 0; j < build->parts[i].language_count; j++) {
            if (rls_bytes_compare(build->parts[i].languages[j], build->settings->language) != 0)
                languages[count++] = build->parts[i].languages[j];
        }
    }
    if (rls_sort(build->heap, languages, count, sizeof *languages, compare_bytes, NULL) != RLS_OK)
        return no_memory(err);
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || rls_bytes_compare(languages[kept - 1], languages[i]) != 0)
            languages[kept++] = languages[i];
    }
    *out_count = kept;
    return RLS_OK;
}

/* Bytes read are known of a part as a whole: those of its live documents are taken to be their
 * share. */
static uint64_t
live_bytes(const rls_segment_part *part)
{
    if (part->live_count == part->doc_count)
        return part->source_bytes;
    return part->source_bytes / part->doc_count * part->live_count +
           part->source_bytes % part->doc_count * part->live_count / part->doc_count;
}

static rls_status
build_info(rls_segment_build *build, rls_error *err)
{
    rls_segment_info info = {.doc_count = build->doc_count,
                             .field_count = build->field_count,
                             .fields = build->fields,
                             .reference_k1 = build->reference.k1,
                             .stored = true};
    rls_bytes       *languages;
    rls_status       status = unite_languages(build, &languages, &info.language_count, err);

    if (status != RLS_OK) {
        rls_free(build->heap, languages);
        return status;
    }
    info.languages = languages;
    if (build->part_count == 0)
        info.stored = build->settings->store;
    for (uint32_t i = 0; i < build->part_count; i++) {
        info.source_bytes += live_bytes(&build->parts[i]);
        info.stored = info.stored && build->parts[i].bodies;
    }
    status = rls_segment_info_write(&info, build->heap, &build->sink, err);
    rls_free(build->heap, languages);
    return status;
}

static rls_status
build_sections(rls_segment_build *build, rls_error *err)
{
    static const struct {
        rls_section section;
        rls_status (*run)(rls_segment_build *build, rls_error *err);
    } steps[] = {{RLS_SECTION_STORED, build_stored},
                 {RLS_SECTION_KEYS, rls_segment_build_keys},
                 {RLS_SECTION_SOURCES, rls_segment_build_sources},
                 {RLS_SECTION_COLUMNS, rls_segment_build_columns},
                 {RLS_SECTION_NORMS, rls_segment_build_norms}};
    rls_status status = RLS_OK;

    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == RLS_OK; i++) {
        rls_segment_build_begin_section(build, steps[i].section);
        status = steps[i].run(build, err);
        if (status == RLS_OK)
            status = rls_segment_build_end_section(build, err);
        if (status == RLS_OK)
            status = poll_cancel(build, err);
    }
    rls_free(build->heap, build->key_ranks);
    build->key_ranks = NULL;
    if (status == RLS_OK)
        status = make_reference(build, err);
    if (status == RLS_OK)
        status = rls_segment_build_terms(build, err);
    if (status != RLS_OK)
        return status;
    rls_segment_build_begin_section(build, RLS_SECTION_BODIES);
    status = build_bodies(build, err);
    if (status == RLS_OK)
        status = rls_segment_build_end_section(build, err);
    if (status != RLS_OK)
        return status;
    rls_segment_build_begin_section(build, RLS_SECTION_INFO);
    status = build_info(build, err);
    return status == RLS_OK ? rls_segment_build_end_section(build, err) : status;
}

/* --- the file --- */

/* Until its content is known the file has a name that no other writer of this process uses at the
 * moment; the name leaves no trace in it. */
static void
temporary_name(const rls_segment_build *build, char *out)
{
    snprintf(out, NAME_SIZE, "new-%016" PRIxPTR ".tmp", (uintptr_t)build);
}

static rls_status
write_file(rls_segment_build *build, const char *name, uint8_t *out_id, rls_error *err)
{
    rls_status status;

    status = rls_output_open(&build->output, build->directory, name, err);
    if (status != RLS_OK)
        return status;
    rls_segment_file_begin(&build->file, &build->output);
    status = build_sections(build, err);
    if (status != RLS_OK) {
        rls_output_abandon(&build->output);
        return status;
    }
    rls_segment_file_end(&build->file, build->settings->salt, out_id);
    return rls_output_finish(&build->output, true, err);
}

/* Stamps come before the segment that they belong to: a segment of its final name has them. When
 * that does not come to be, the next writer removes them. */
static rls_status
publish_stamps(rls_segment_build *build, const uint8_t *id, rls_error *err)
{
    rls_directory *directory = build->directory;
    char           name[NAME_SIZE], final_name[RLS_STAMPS_NAME_SIZE];
    rls_status     status;

    if (build->stamps.count == 0)
        return RLS_OK;
    snprintf(name, sizeof name, "new-%016" PRIxPTR "-t.tmp", (uintptr_t)build);
    rls_stamps_name(id, final_name);
    status = rls_stamps_writer_put_file(&build->stamps, directory, id, name, err);
    if (status != RLS_OK)
        return status;
    status = directory->ops->rename(directory, name, final_name, err);
    if (status != RLS_OK)
        directory->ops->remove(directory, name, NULL);
    return status;
}

/* Opened before it is renamed: a file of the final name may belong to a commit, so nothing may fail
 * once it has that name. */
static rls_status
publish_file(rls_segment_build *build, const char *name, rls_segment **out_segment, rls_error *err)
{
    rls_segment *segment;
    rls_status   status;

    status = rls_segment_open_unnamed(build->heap, build->directory, name, build->settings->lean,
                                      &segment, err);
    if (status != RLS_OK)
        return status;
    status = build->directory->ops->rename(build->directory, name,
                                           rls_segment_get_info(segment)->name, err);
    if (status != RLS_OK)
        rls_segment_close(segment);
    else
        *out_segment = segment;
    return status;
}

static void
release(rls_segment_build *build)
{
    for (uint32_t i = 0; i < build->part_count; i++) {
        rls_free(build->heap, build->parts[i].doc_map);
        rls_free(build->heap, build->parts[i].field_map);
        build->parts[i].doc_map = NULL;
        build->parts[i].field_map = NULL;
    }
    rls_norms_writer_release(&build->norms);
    rls_stamps_writer_release(&build->stamps);
    rls_free(build->heap, build->fields);
    rls_free(build->heap, build->reference.fields);
    rls_free(build->heap, build->key_ranks);
    rls_free(build->heap, build);
}

rls_status
rls_segment_build_run(rls_heap *heap, rls_directory *directory,
                      const rls_segment_settings *settings, const rls_segment_inputs *inputs,
                      bool (*cancel)(void *context), void *context, rls_segment **out_segment,
                      bool *out_repeats, rls_error *err)
{
    rls_segment_build *build = rls_alloc_zeroed(heap, 1, sizeof *build);
    char               name[NAME_SIZE];
    uint8_t            id[RLS_ID_SIZE];
    rls_status         status;

    *out_segment = NULL;
    if (build == NULL)
        return no_memory(err);
    build->heap = heap;
    build->directory = directory;
    build->settings = settings;
    build->parts = inputs->parts;
    build->part_count = inputs->part_count;
    build->terms = inputs->terms;
    build->inverters = inputs->inverters;
    build->terms_count = inputs->terms_count;
    build->cancel = cancel;
    build->context = context;
    temporary_name(build, name);

    status = map_documents(build, err);
    if (status == RLS_OK)
        status = rls_segment_build_fields(build, err);
    if (status == RLS_OK) {
        status = write_file(build, name, id, err);
        if (status == RLS_OK)
            status = publish_stamps(build, id, err);
        if (status == RLS_OK)
            status = publish_file(build, name, out_segment, err);
        if (status != RLS_OK)
            directory->ops->remove(directory, name, NULL);
    }
    *out_repeats = build->repeats;
    release(build);
    return status;
}
