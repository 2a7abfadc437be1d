/* Snippets of hits: of the body or of a field's value, with marks or with places. */
#include "api/hits_state.h"

static rls_status
check_options(const rls_snippet_options *options, rls_error *err)
{
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_snippet_options: struct_size %zu is not %zu",
                        options->struct_size, sizeof *options);
    if (options->size < 40 || options->size > 100000)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a snippet has 40 to 100,000 bytes");
    if (options->passages < 1 || options->passages > RLS_PASSAGE_LIMIT)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a snippet has 1 to 16 passages");
    if (options->mark_start == NULL || options->mark_end == NULL || options->ellipsis == NULL)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a snippet needs its marks, which may be empty");
    if ((unsigned)options->format > RLS_SNIPPET_HTML)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no format of snippets has number %d",
                        options->format);
    return RLS_OK;
}

/* What a snippet is made from. */
typedef struct snippet_source {
    rls_passage_text text;
    uint32_t         field, value; /* as in rls_span */
} snippet_source;

/* False when there is no such text. */
static bool
find_source(const rls_loaded_hit *hit, const rls_snippet_options *options, snippet_source *out)
{
    const rls_stored_document *document = &hit->document;
    rls_bytes                  name;

    if (options->field == NULL) {
        *out = (snippet_source){{hit->prose, document->body}, RLS_SPAN_BODY, 0};
        return document->has_body;
    }
    name = rls_bytes_of(options->field, strlen(options->field));
    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_stored_field *field = &document->fields[i];
        if (rls_bytes_compare(field->name, name) != 0)
            continue;
        if (options->value >= field->value_count)
            return false;
        out->text.prose = out->text.original = field->values[options->value].text;
        out->field = i;
        out->value = options->value;
        return true;
    }
    if (rls_bytes_compare(name, rls_bytes_of("body", 4)) != 0)
        return false;
    *out = (snippet_source){{hit->prose, document->body}, RLS_SPAN_BODY, 0};
    return document->has_body && options->value == 0;
}

/* The hit's spans in the source, in the arena; NULL when there is no memory. */
static rls_mark_span *
pick_spans(rls_hits *hits, const rls_loaded_hit *hit, const snippet_source *source,
           size_t *out_count)
{
    rls_mark_span *marks =
        rls_arena_alloc(&hits->arena, (hit->span_count + (size_t)1) * sizeof *marks);
    size_t count = 0;

    for (uint32_t i = 0; marks != NULL && i < hit->span_count; i++) {
        const rls_span *span = &hit->spans[i];
        if (span->field == source->field && span->value == source->value)
            marks[count++] = (rls_mark_span){span->start, span->end, span->leaf};
    }
    *out_count = count;
    return marks;
}

/* Writes the snippet into hits->scratch. */
static rls_status
write_snippet(rls_hits *hits, const rls_loaded_hit *hit, const snippet_source *source,
              const rls_snippet_options *options, rls_buffer *places, rls_error *err)
{
    rls_passage_marks marks = {.start = options->mark_start,
                               .end = options->mark_end,
                               .ellipsis = options->ellipsis,
                               .html = options->format == RLS_SNIPPET_HTML,
                               .paragraphs = options->whole,
                               .places = places};
    rls_passage       passages[RLS_PASSAGE_LIMIT];
    uint32_t          passage_count = 1;
    size_t            span_count;
    rls_mark_span    *spans = pick_spans(hits, hit, source, &span_count);

    if (spans == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a snippet");
    passages[0] = (rls_passage){0, (uint32_t)source->text.prose.size};
    if (!options->whole)
        passage_count =
            rls_passages_choose(source->text, hits->results == NULL ? NULL : hits->results->leaves,
                                hits->results == NULL ? 0 : hits->results->leaf_count, spans,
                                span_count, options->size, options->passages, passages);
    rls_buffer_clear(&hits->scratch);
    rls_passages_write(source->text, passages, passage_count, spans, span_count, &marks,
                       &hits->scratch);
    return hits->scratch.failed || (places != NULL && places->failed)
               ? rls_fail(err, RLS_NO_MEMORY, "no memory for a snippet")
               : RLS_OK;
}

static rls_status
make_snippet(rls_hits *hits, uint32_t i, const rls_snippet_options *options, rls_buffer *places,
             rls_text *out_snippet, rls_error *err)
{
    static const rls_snippet_options defaults = RLS_SNIPPET_OPTIONS_INIT;
    rls_loaded_hit                  *hit = NULL;
    snippet_source                   source;
    rls_status                       status;

    if (options == NULL)
        options = &defaults;
    status = check_options(options, err);
    if (status == RLS_OK)
        status = rls_hits_load(hits, i, &hit, err);
    if (status != RLS_OK || !find_source(hit, options, &source))
        return status;
    status = rls_hits_find_spans(hits, hit, err);
    if (status == RLS_OK)
        status = write_snippet(hits, hit, &source, options, places, err);
    if (status != RLS_OK)
        return status;
    out_snippet->data = rls_arena_copy(&hits->arena, hits->scratch.data, hits->scratch.size);
    if (out_snippet->data == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a snippet");
    out_snippet->size = hits->scratch.size;
    return RLS_OK;
}

rls_status
rls_hits_snippet(rls_hits *hits, uint32_t i, const rls_snippet_options *options,
                 rls_text *out_snippet, rls_error *err)
{
    rls_text   made = {"", 0};
    rls_status status;

    RLS_REQUIRE(out_snippet, err);
    *out_snippet = made;
    status = make_snippet(hits, i, options, NULL, &made, err);
    if (status == RLS_OK)
        *out_snippet = made;
    return status;
}

rls_status
rls_hits_snippet_spans(rls_hits *hits, uint32_t i, const rls_snippet_options *options,
                       rls_text *out_snippet, const rls_snippet_span **out_spans,
                       uint32_t *out_count, rls_error *err)
{
    rls_text           made = {"", 0};
    rls_buffer         places;
    const rls_passage *place;
    rls_snippet_span  *spans;
    rls_status         status;

    RLS_REQUIRE(out_snippet, err);
    *out_snippet = made;
    RLS_REQUIRE(out_spans, err);
    *out_spans = NULL;
    RLS_REQUIRE(out_count, err);
    *out_count = 0;
    RLS_REQUIRE(hits, err);
    rls_buffer_init(&places, hits->heap);
    status = make_snippet(hits, i, options, &places, &made, err);
    if (status == RLS_OK) {
        size_t count = places.size / sizeof *place;
        place = (const rls_passage *)(const void *)places.data;
        spans = rls_arena_alloc(&hits->arena, (count + 1) * sizeof *spans);
        for (size_t s = 0; spans != NULL && s < count; s++)
            spans[s] = (rls_snippet_span){place[s].start, place[s].end};
        *out_spans = spans;
        *out_count = spans == NULL ? 0 : (uint32_t)count;
        if (spans == NULL)
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for a snippet");
        else
            *out_snippet = made;
    }
    rls_buffer_release(&places);
    return status;
}
