/* Completion of the word that is being typed. */
#include <releasesearch/suggest.h>
#include <string.h>
#include <strings.h>

#include "live_state.h"

enum {
    LOOKED_AT = 4 /* suggestions of a kind */
};

/* What goes on from what was typed is shown as its rest, other spellings as a whole. */
static void
put_hint(live *state, const rls_suggestion *suggestion)
{
    const cli_text *line = &state->line.text;
    const char     *typed = line->data + suggestion->start, *query = suggestion->query.data;
    size_t          typed_size = line->size - suggestion->start;
    size_t          size = suggestion->query.size - suggestion->start;

    if (typed_size < size && strncasecmp(query + suggestion->start, typed, typed_size) == 0) {
        cli_text_add(&state->hint, query + line->size, suggestion->query.size - line->size);
        return;
    }
    cli_text_put(&state->hint, "  → ");
    cli_text_add(&state->hint, query + suggestion->start, size);
}

/* The line itself is no news. */
static bool
is_news(const live *state, const rls_suggestion *suggestion)
{
    const cli_text *line = &state->line.text;
    const rls_text *query = &suggestion->query;

    return suggestion->start <= line->size && suggestion->start < query->size &&
           !(query->size == line->size && strncasecmp(query->data, line->data, line->size) == 0);
}

void
cli_live_suggest(live *state)
{
    const cli_text       *line = &state->line.text;
    rls_suggest_options   options = RLS_SUGGEST_OPTIONS_INIT;
    rls_suggestions      *list = NULL;
    const rls_suggestion *one;

    cli_text_clear(&state->hint);
    cli_text_clear(&state->completion);
    if (!cli_live_line_is_unfinished(&state->line))
        return;
    options.limit = LOOKED_AT;
    options.kinds = RLS_SUGGEST_WORD | RLS_SUGGEST_VALUE;
    if (rls_snapshot_suggest(state->snapshot, line->data, line->size, &options, &list, NULL) !=
        RLS_OK)
        return;
    for (uint32_t i = 0; (one = rls_suggestions_get(list, i)) != NULL; i++) {
        if (!is_news(state, one))
            continue;
        put_hint(state, one);
        cli_text_add(&state->completion, one->query.data, one->query.size);
        break;
    }
    rls_suggestions_close(list);
}

void
cli_live_correct(live *state)
{
    const cli_text *line = &state->line.text;
    rls_text        query;

    /* The beginning of a word is no mistake. */
    if (state->completion.size > 0 || state->results.is_beginning ||
        state->line.cursor < line->size || state->results.hits == NULL ||
        rls_hits_suggestion(state->results.hits, &query, NULL) != RLS_OK || query.size == 0 ||
        (query.size == line->size && memcmp(query.data, line->data, line->size) == 0))
        return;
    cli_text_add(&state->completion, query.data, query.size);
    cli_text_put(&state->hint, "  → ");
    cli_text_add(&state->hint, query.data, query.size);
    state->must_draw = true;
}

bool
cli_live_take_suggestion(live *state)
{
    if (state->completion.size == 0 || state->line.cursor < state->line.text.size)
        return false;
    cli_live_line_set(&state->line, state->completion.data, state->completion.size);
    cli_text_clear(&state->completion);
    return true;
}
