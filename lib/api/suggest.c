/* Suggestions: what lib/suggest found, with the query that each makes. */
#include "suggest/suggest.h"
#include "api/handles.h"

struct rls_suggestions {
    rls_heap       *heap;
    rls_snapshot   *snapshot; /* whose heap it is */
    rls_arena       arena;
    rls_suggestion *items;
    uint32_t        count;
};

void
rls_suggestions_close(rls_suggestions *suggestions)
{
    rls_snapshot *snapshot;

    if (suggestions == NULL)
        return;
    snapshot = suggestions->snapshot;
    rls_arena_release(&suggestions->arena);
    rls_free(suggestions->heap, suggestions);
    rls_snapshot_let_go(snapshot);
}

uint32_t
rls_suggestions_count(const rls_suggestions *suggestions)
{
    return suggestions == NULL ? 0 : suggestions->count;
}

const rls_suggestion *
rls_suggestions_get(const rls_suggestions *suggestions, uint32_t i)
{
    return suggestions == NULL || i >= suggestions->count ? NULL : &suggestions->items[i];
}

/* Quotation marks would end the quotes: in a title, whose words alone count, they are spaces. */
static void
put_quoted(rls_buffer *out, rls_bytes text)
{
    rls_buffer_put_u8(out, '"');
    for (size_t i = 0; i < text.size;) {
        uint32_t size = rls_quote_size(text, i);
        if (size > 0)
            rls_buffer_put_u8(out, ' ');
        else
            rls_buffer_put_u8(out, text.data[i]);
        i += size > 0 ? size : 1;
    }
    rls_buffer_put_u8(out, '"');
}

static void
put_query(rls_buffer *out, rls_bytes typed, const rls_suggest_item *item)
{
    rls_buffer_clear(out);
    rls_buffer_append(out, typed.data, item->start);
    if (item->kind == RLS_SUGGEST_WORD) {
        rls_buffer_append(out, item->text.data, item->text.size);
        return;
    }
    rls_buffer_append(out, item->field.data, item->field.size);
    rls_buffer_put_u8(out, ':');
    put_quoted(out, item->text);
}

static rls_text
text_of(rls_bytes bytes)
{
    return (rls_text){(const char *)bytes.data, bytes.size};
}

static rls_status
fill(rls_suggestions *suggestions, const rls_suggest *found, rls_bytes typed, rls_error *err)
{
    const rls_suggest_item *items = (const rls_suggest_item *)(const void *)found->items.data;
    uint32_t                count = (uint32_t)(found->items.size / sizeof *items);
    rls_buffer              query;
    rls_status              status = RLS_OK;

    suggestions->items =
        rls_arena_alloc_zeroed(&suggestions->arena, count, sizeof *suggestions->items);
    if (suggestions->items == NULL)
        return rls_suggest_no_memory(found);
    rls_buffer_init(&query, suggestions->heap);
    for (uint32_t i = 0; status == RLS_OK && i < count; i++) {
        char *copy = NULL;
        put_query(&query, typed, &items[i]);
        if (!query.failed)
            copy = rls_arena_copy(&suggestions->arena, query.data, query.size);
        if (copy == NULL)
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for suggestions");
        suggestions->items[i] = (rls_suggestion){.kind = items[i].kind,
                                                 .text = text_of(items[i].text),
                                                 .field = text_of(items[i].field),
                                                 .count = items[i].count,
                                                 .start = items[i].start,
                                                 .end = (uint32_t)typed.size,
                                                 .query = {copy, query.size}};
    }
    suggestions->count = count;
    rls_buffer_release(&query);
    return status;
}

static rls_status
check_options(const rls_suggest_options *options, rls_error *err)
{
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_suggest_options: struct_size %zu is not %zu",
                        options->struct_size, sizeof *options);
    if (options->limit < 1 || options->limit > 100)
        return rls_fail(err, RLS_BAD_ARGUMENT, "suggestions are limited to 1 to 100 of each kind");
    if ((options->kinds & ~(uint32_t)(RLS_SUGGEST_WORD | RLS_SUGGEST_VALUE | RLS_SUGGEST_TITLE)))
        return rls_fail(err, RLS_BAD_ARGUMENT, "no kind of suggestion has number %u",
                        options->kinds);
    return RLS_OK;
}

static rls_status
find(rls_suggestions *suggestions, rls_bytes typed, const rls_suggest_options *options,
     rls_error *err)
{
    uint32_t    kinds = options->kinds == 0 ? UINT32_MAX : options->kinds;
    rls_suggest work;
    rls_status  status = rls_suggest_init(&work, suggestions->heap, &suggestions->arena,
                                          suggestions->snapshot, typed, options->limit, err);

    if (status == RLS_OK && (kinds & RLS_SUGGEST_WORD))
        status = rls_suggest_words(&work);
    if (status == RLS_OK && (kinds & RLS_SUGGEST_VALUE))
        status = rls_suggest_values(&work);
    if (status == RLS_OK && (kinds & RLS_SUGGEST_TITLE))
        status = rls_suggest_titles(&work);
    if (status == RLS_OK)
        status = fill(suggestions, &work, typed, err);
    rls_suggest_release(&work);
    return status;
}

rls_status
rls_snapshot_suggest(rls_snapshot *snapshot, const char *text, size_t size,
                     const rls_suggest_options *options, rls_suggestions **out_suggestions,
                     rls_error *err)
{
    static const rls_suggest_options defaults = RLS_SUGGEST_OPTIONS_INIT;
    rls_suggestions                 *suggestions;
    rls_status                       status;

    RLS_REQUIRE(out_suggestions, err);
    *out_suggestions = NULL;
    RLS_REQUIRE(snapshot, err);
    if (options == NULL)
        options = &defaults;
    status = check_options(options, err);
    if (status != RLS_OK)
        return status;
    if ((text == NULL && size > 0) || size > UINT32_MAX / 2)
        return rls_fail(err, RLS_BAD_ARGUMENT, "what is typed is NULL or too long");
    suggestions = rls_alloc_zeroed(snapshot->heap, 1, sizeof *suggestions);
    if (suggestions == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for suggestions");
    suggestions->heap = snapshot->heap;
    suggestions->snapshot = rls_snapshot_hold(snapshot);
    rls_arena_init(&suggestions->arena, suggestions->heap, 4 << 10);
    status = find(suggestions, rls_bytes_of(text, size), options, err);
    if (status != RLS_OK) {
        rls_suggestions_close(suggestions);
        return status;
    }
    *out_suggestions = suggestions;
    return RLS_OK;
}
