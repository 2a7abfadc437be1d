/* What the prompt looks like. */
#include <string.h>

#include "live_state.h"
#include "print_hits.h"

enum {
    WIDE = 100, /* columns, from which on there is a preview beside the hits */
    TALL = 14   /* rows, from which on it can stand below them */
};

/* Where the hits and the preview stand. */
typedef struct layout {
    unsigned list_columns, list_rows;
    unsigned preview_column, preview_row, preview_rows; /* preview_rows 0: none */
} layout;

static bool
wants_preview(const live *state)
{
    return (state->screen.columns >= WIDE) != state->preview_is_switched;
}

static layout
lay_out(const live *state)
{
    const cli_screen *screen = &state->screen;
    unsigned          rows = screen->rows > 2 ? screen->rows - 2 : 0;
    layout            result = {.list_columns = screen->columns, .list_rows = rows};

    if (!wants_preview(state) || rows == 0)
        return result;
    if (screen->columns >= WIDE) {
        result.list_columns = screen->columns / 2 - 1;
        result.preview_column = result.list_columns + 2;
        result.preview_row = 1;
        result.preview_rows = rows;
    } else if (rows >= TALL) {
        result.list_rows = rows / 2;
        result.preview_row = 2 + result.list_rows;
        result.preview_rows = rows - result.list_rows - 1;
    } else {
        result.list_rows = 0;
        result.preview_row = 1;
        result.preview_rows = rows;
    }
    return result;
}

bool
cli_live_has_preview(const live *state)
{
    return lay_out(state).preview_rows > 0;
}

unsigned
cli_live_list_height(const live *state)
{
    layout now = lay_out(state);

    return now.list_rows > 0 ? now.list_rows : 1;
}

unsigned
cli_live_document_height(const live *state)
{
    unsigned rows = state->screen.rows;

    if (state->is_reading)
        return rows > 1 ? rows - 1 : 1;
    rows = lay_out(state).preview_rows;
    return rows > 0 ? rows : 1;
}

static void
draw_rule(cli_screen *screen, const layout *now)
{
    for (unsigned row = 1; now->preview_column > 0 && row + 1 < screen->rows; row++) {
        cli_pen pen = {screen, row, now->list_columns, screen->columns};
        cli_screen_put(&pen, CLI_STYLE_DIM, "│", strlen("│"));
    }
    if (now->preview_column == 0 && now->list_rows > 0) {
        cli_pen pen = {screen, now->preview_row - 1, 0, screen->columns};
        while (cli_screen_put(&pen, CLI_STYLE_DIM, "─", strlen("─")))
            continue;
    }
}

static void
draw_preview(live *state, const layout *now)
{
    cli_screen *screen = &state->screen;
    cli_pen     pen = {screen, now->preview_row, now->preview_column, screen->columns};
    unsigned    width =
        screen->columns > now->preview_column ? screen->columns - now->preview_column : 1;

    draw_rule(screen, now);
    if (state->results.count == 0)
        return;
    if (!state->preview_is_ready &&
        cli_live_results_must_wait(&state->results, state->results.chosen))
        return;
    if (!state->preview_is_ready) {
        rls_error error = {0};
        if (cli_live_document_load(&state->document, state->results.hits, state->results.chosen,
                                   &state->roots, false, &error) != RLS_OK) {
            cli_screen_put(&pen, CLI_STYLE_RED, error.message, strlen(error.message));
            return;
        }
        cli_live_document_fit(&state->document, width);
        cli_live_document_show_match(&state->document, false, now->preview_rows);
        state->preview_is_ready = true;
    }
    cli_live_document_fit(&state->document, width);
    cli_live_document_draw(&state->document, &pen, now->preview_rows);
}

/* --- the foot --- */

static const char *const typing_hints[] = {"Enter read", "Tab preview", "^S newest",
                                           "^O edit",    "Esc leave",   NULL};
static const char *const reading_hints[] = {"q back", "n N matches", "o edit", "p leave with path",
                                            NULL};

/* As many hints as there is room for, at the right. */
static void
draw_hints(cli_screen *screen, unsigned from, const char *const *hints)
{
    cli_text line = {0};
    unsigned columns = 0;

    for (size_t i = 0; hints[i] != NULL; i++) {
        unsigned more = (unsigned)strlen(hints[i]) + (line.size > 0 ? 3 : 0);
        if (from + 3 + columns + more > screen->columns)
            break;
        cli_text_format(&line, "%s%s", line.size > 0 ? " · " : "", hints[i]);
        columns += more;
    }
    if (columns > 0) {
        cli_pen pen = {screen, screen->rows - 1, screen->columns - columns, screen->columns};
        cli_screen_put(&pen, CLI_STYLE_DIM, line.data, line.size);
    }
    cli_text_release(&line);
}

static void
put_index(const live *state, cli_text *out)
{
    rls_snapshot_info info = {.struct_size = sizeof info};

    if (rls_snapshot_get_info(state->snapshot, &info, NULL) == RLS_OK)
        cli_text_counted(out, info.documents, "document", "documents");
}

static void
put_state(const live *state, cli_text *out)
{
    const cli_live_results *results = &state->results;
    const char             *note;

    if (state->message.size > 0) {
        cli_text_add(out, state->message.data, state->message.size);
        return;
    }
    if (results->error.status != RLS_OK) {
        cli_text_put(out, results->error.message);
        return;
    }
    if (results->hits == NULL || state->line.text.size == 0) {
        put_index(state, out);
    } else {
        cli_put_total(out, results->query.data, results->hits);
        cli_text_put(out, " · ");
        cli_text_duration(out, rls_hits_took_ns(results->hits));
        cli_text_put(out, state->is_by_date ? " · newest first" : "");
        note = rls_hits_note(results->hits, 0);
        if (results->is_whole && rls_hits_timed_out(results->hits))
            cli_text_put(out, " · the time was over: this is what was found until then");
        else if (results->is_whole && note != NULL)
            cli_text_format(out, " · %s", note);
    }
    if (state->is_stale)
        cli_text_put(out, " · the index cannot be read any more: this is what it was");
}

static void
put_match(const cli_live_document *document, cli_text *out)
{
    size_t number = cli_live_document_match_number(document);

    if (number > 0) {
        cli_text_put(out, "match ");
        cli_text_count(out, number);
        cli_text_put(out, " of ");
        cli_text_count(out, document->match_count);
    } else {
        cli_text_counted(out, document->match_count, "match", "matches");
    }
}

static void
draw_foot(live *state)
{
    cli_screen *screen = &state->screen;
    cli_pen     pen = {screen, screen->rows - 1, 0, screen->columns};
    cli_text    line = {0};
    bool        is_trouble = state->results.error.status != RLS_OK || state->is_stale;

    if (screen->rows < 2)
        return;
    if (state->is_reading && state->message.size == 0)
        put_match(&state->document, &line);
    else
        put_state(state, &line);
    cli_screen_put(&pen, is_trouble ? CLI_STYLE_RED : CLI_STYLE_PLAIN, line.data, line.size);
    draw_hints(screen, pen.column, state->is_reading ? reading_hints : typing_hints);
    cli_text_release(&line);
}

/* --- all of it --- */

static void
draw_help(cli_screen *screen)
{
    static const char *const lines[] = {
        "Type what to look for: hits come with every key.",
        "",
        "Up, Down, PgUp, PgDn   choose a hit",
        "Enter                  read it; n and N go from match to match",
        "Right                  complete the word, as shown behind the cursor",
        "Tab                    preview on or off; with Shift or Alt, arrows move it",
        "Ctrl-S                 the newest first, or the best again",
        "Ctrl-O                 open its file in $EDITOR",
        "Ctrl-U                 empty the line",
        "Esc                    leave",
    };

    for (unsigned i = 0; i < sizeof lines / sizeof lines[0] && i + 4 < screen->rows; i++) {
        cli_pen pen = {screen, i + 2, 2, screen->columns};
        cli_screen_put(&pen, CLI_STYLE_DIM, lines[i], strlen(lines[i]));
    }
}

static void
draw_typing(live *state)
{
    cli_screen *screen = &state->screen;
    layout      now = lay_out(state);
    cli_pen     prompt = {screen, 0, 0, screen->columns};
    cli_pen     list = {screen, 1, 0, now.list_columns};

    if (state->line.text.size == 0) {
        draw_help(screen);
    } else {
        cli_live_results_draw(&state->results, &state->roots, &list, now.list_rows);
        if (now.preview_rows > 0)
            draw_preview(state, &now);
    }
    draw_foot(state);
    if (screen->columns > 4)
        cli_screen_put(&prompt, CLI_STYLE_BOLD, "> ", 2);
    cli_live_line_draw(&state->line, &prompt,
                       state->hint.size > 0          ? state->hint.data
                       : state->results.is_beginning ? "*"
                                                     : "");
}

static void
draw_reading(live *state)
{
    cli_screen *screen = &state->screen;
    cli_pen     pen = {screen, 0, 0, screen->columns};

    cli_live_document_fit(&state->document, screen->columns > 0 ? screen->columns : 1);
    cli_live_document_draw(&state->document, &pen, cli_live_document_height(state));
    draw_foot(state);
    screen->cursor_row = screen->rows > 0 ? screen->rows - 1 : 0;
    screen->cursor_column = screen->columns > 0 ? screen->columns - 1 : 0;
}

void
cli_live_draw(live *state)
{
    cli_screen_clear(&state->screen);
    if (state->is_reading)
        draw_reading(state);
    else
        draw_typing(state);
    cli_screen_flush(&state->screen);
    state->must_draw = false;
}
