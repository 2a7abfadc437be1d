/* Where the query matches in hits. */
#include "api/hits_state.h"

/* --- languages --- */

static bool
is_named(const rls_stored_field *field, const char *name)
{
    return rls_bytes_compare(field->name, rls_bytes_of(name, strlen(name))) == 0;
}

/* What the document says of its language: as rls_document_take_language(). */
static rls_bytes
document_language(const rls_loaded_hit *hit)
{
    static const char *const names[] = {"lang", "language"};

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        for (uint32_t i = 0; i < hit->document.field_count; i++) {
            const rls_stored_field *field = &hit->document.fields[i];
            if (is_named(field, names[n]) && field->value_count > 0 &&
                field->values[0].text.size > 0)
                return field->values[0].text;
        }
    }
    return rls_bytes_of(NULL, 0);
}

/* Reads the schema of the index unless that was done, or it names no language. */
static rls_status
read_schema(rls_hits *hits, rls_error *err)
{
    rls_bytes  yaml = hits->snapshot->manifest.schema;
    rls_status status = RLS_OK;

    if (hits->has_schema_read)
        return RLS_OK;
    if (yaml.size > 0 && memmem(yaml.data, yaml.size, "language", 8) != NULL)
        status = rls_schema_parse(hits->heap, yaml, "schema of the index", &hits->schema, err);
    if (status == RLS_BAD_ARGUMENT)
        status = rls_fail(err, RLS_CORRUPT, "the schema in the index cannot be read");
    hits->has_schema_read = status == RLS_OK;
    return status;
}

/* What the schema says of the language of a field: into `arena`, or empty. */
static rls_status
field_language(rls_hits *hits, rls_bytes name, rls_arena *arena, rls_bytes *out_language,
               rls_error *err)
{
    rls_document document;
    rls_field   *field;
    rls_status   status = read_schema(hits, err);

    *out_language = rls_bytes_of(NULL, 0);
    if (status != RLS_OK || hits->schema == NULL)
        return status;
    rls_document_init(&document, arena);
    field = rls_document_field(&document, name);
    if (field == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to mark matches");
    status = rls_schema_apply(hits->schema, &document, err);
    if (status == RLS_OK && document.field_count > 0)
        *out_language = document.fields[0].language;
    return status;
}

/* The analyzer of a language, which is canonical. */
static rls_status
find_analyzer(rls_hits *hits, rls_bytes language, rls_analyzer **out_analyzer, rls_error *err)
{
    rls_hit_analyzer *place;
    rls_analyzer     *analyzer;
    rls_status        status;

    for (uint32_t i = 0; i < hits->analyzer_count; i++) {
        if (rls_bytes_compare(hits->analyzers[i].language, language) == 0) {
            *out_analyzer = hits->analyzers[i].analyzer;
            return RLS_OK;
        }
    }
    status = rls_analyzer_new(hits->heap, language, &analyzer, err);
    if (status != RLS_OK)
        return status;
    if (hits->analyzer_count < RLS_HIT_LANGUAGES) {
        place = &hits->analyzers[hits->analyzer_count++];
    } else {
        place = &hits->analyzers[hits->next_analyzer++ % RLS_HIT_LANGUAGES];
        rls_hits_forget_highlighters(hits);
        rls_analyzer_free(place->analyzer);
    }
    *place = (rls_hit_analyzer){language, analyzer};
    *out_analyzer = analyzer;
    return RLS_OK;
}

/* The analyzer that a text was indexed with: of its field's language when the schema has one, else
 * of the document's, else of the index's. `field` is empty for the body. */
rls_status
rls_hits_analyzer(rls_hits *hits, const rls_loaded_hit *hit, rls_bytes field,
                  rls_analyzer **out_analyzer, rls_error *err)
{
    rls_bytes  wanted[2] = {{0}}, language = rls_bytes_of(NULL, 0);
    rls_arena  arena;
    rls_status status = RLS_OK;

    rls_arena_init(&arena, hits->heap, 1024);
    wanted[1] = document_language(hit);
    if (field.size > 0)
        status = field_language(hits, field, &arena, &wanted[0], err);
    for (int i = 0; status == RLS_OK && i < 2 && language.size == 0; i++) {
        if (wanted[i].size > 0)
            language = rls_language_canonical(wanted[i]);
    }
    if (language.size == 0)
        language = hits->snapshot->manifest.languages[0].name;
    if (status == RLS_OK)
        status = find_analyzer(hits, language, out_analyzer, err);
    rls_arena_release(&arena);
    return status;
}

/* --- spans --- */

typedef struct span_finding {
    rls_hits     *hits;
    rls_analyzer *analyzer; /* of the field at hand */
    rls_buffer    found;    /* rls_mark_span */
    rls_buffer    spans;    /* rls_span */
    rls_error    *err;
} span_finding;

void
rls_hits_forget_highlighters(rls_hits *hits)
{
    for (uint32_t i = 0; i < hits->highlighter_count; i++)
        rls_highlighter_free(hits->highlighters[i].highlighter);
    hits->highlighter_count = 0;
}

/* A highlighter of the analyzer for a field, which all fields share unless some leaf is in one
 * field only. */
static rls_status
find_highlighter(span_finding *work, rls_bytes field, rls_highlighter **out_highlighter)
{
    rls_hits            *hits = work->hits;
    const rls_results   *results = hits->results;
    rls_hit_highlighter *place;
    bool                 fields = false;
    char                *copy;
    rls_status           status;

    for (uint32_t i = 0; i < results->leaf_count; i++)
        fields = fields || results->leaves[i].field.size > 0;
    if (!fields)
        field.size = 0;
    for (uint32_t i = 0; i < hits->highlighter_count; i++) {
        place = &hits->highlighters[i];
        if (place->analyzer == work->analyzer && rls_bytes_compare(place->field, field) == 0) {
            *out_highlighter = place->highlighter;
            return RLS_OK;
        }
    }
    if (hits->highlighter_count == RLS_HIT_HIGHLIGHTERS)
        rls_hits_forget_highlighters(hits);
    copy = rls_arena_copy(&hits->arena, field.data, field.size);
    if (copy == NULL)
        return rls_fail(work->err, RLS_NO_MEMORY, "no memory to mark matches");
    place = &hits->highlighters[hits->highlighter_count];
    *place = (rls_hit_highlighter){work->analyzer, rls_bytes_of(copy, field.size), NULL};
    status = rls_highlighter_new(hits->heap, work->analyzer, results->leaves, results->leaf_count,
                                 place->field, &place->highlighter, work->err);
    hits->highlighter_count += status == RLS_OK;
    *out_highlighter = place->highlighter;
    return status;
}

static rls_status
find_in_text(span_finding *work, rls_bytes name, uint32_t field, uint32_t value, rls_bytes prose)
{
    rls_highlighter     *highlighter;
    const rls_mark_span *marks;
    rls_status           status = find_highlighter(work, name, &highlighter);

    rls_buffer_clear(&work->found);
    if (status == RLS_OK)
        status = rls_highlighter_run(highlighter, prose, &work->found, work->err);
    if (status != RLS_OK)
        return status;
    marks = (const rls_mark_span *)(const void *)work->found.data;
    for (size_t i = 0; i < work->found.size / sizeof *marks; i++) {
        rls_span span = {field, value, marks[i].start, marks[i].end, marks[i].leaf};
        rls_buffer_append(&work->spans, &span, sizeof span);
    }
    return work->spans.failed ? rls_fail(work->err, RLS_NO_MEMORY, "no memory to mark matches")
                              : RLS_OK;
}

rls_status
rls_hits_find_spans(rls_hits *hits, rls_loaded_hit *hit, rls_error *err)
{
    span_finding work = {.hits = hits, .err = err};
    rls_status   status = RLS_OK;

    if (hit->has_spans)
        return RLS_OK;
    if (hits->results == NULL || hits->results->leaf_count == 0) {
        hit->has_spans = true;
        return RLS_OK;
    }
    rls_buffer_init(&work.found, hits->heap);
    rls_buffer_init(&work.spans, hits->heap);
    for (uint32_t i = 0; status == RLS_OK && i < hit->document.field_count; i++) {
        const rls_stored_field *field = &hit->document.fields[i];
        if ((field->kinds & RLS_FIELD_TEXT) == 0)
            continue;
        status = rls_hits_analyzer(hits, hit, field->name, &work.analyzer, err);
        for (uint32_t j = 0; status == RLS_OK && j < field->value_count; j++)
            status = find_in_text(&work, field->name, i, j, field->values[j].text);
    }
    if (status == RLS_OK && hit->document.has_body)
        status = rls_hits_analyzer(hits, hit, rls_bytes_of(NULL, 0), &work.analyzer, err);
    if (status == RLS_OK && hit->document.has_body)
        status = find_in_text(&work, rls_bytes_of("body", 4), RLS_SPAN_BODY, 0, hit->prose);
    if (status == RLS_OK) {
        size_t    size = work.spans.size;
        rls_span *copy = rls_arena_alloc(&hits->arena, size + 1);
        if (copy == NULL) {
            status = rls_fail(err, RLS_NO_MEMORY, "no memory to mark matches");
        } else {
            if (size > 0)
                memcpy(copy, work.spans.data, size);
            hit->spans = copy;
            hit->span_count = (uint32_t)(size / sizeof *copy);
            hit->has_spans = true;
        }
    }
    rls_buffer_release(&work.found);
    rls_buffer_release(&work.spans);
    return status;
}

rls_status
rls_hits_spans(rls_hits *hits, uint32_t i, const rls_span **out_spans, uint32_t *out_count,
               rls_error *err)
{
    rls_loaded_hit *hit;
    rls_status      status;

    RLS_REQUIRE(out_spans, err);
    RLS_REQUIRE(out_count, err);
    *out_spans = NULL;
    *out_count = 0;
    status = rls_hits_load(hits, i, &hit, err);
    if (status == RLS_OK)
        status = rls_hits_find_spans(hits, hit, err);
    if (status == RLS_OK) {
        *out_spans = hit->spans;
        *out_count = hit->span_count;
    }
    return status;
}
