/* What the keys of the prompt do. */
#include <string.h>

#include "live_open.h"
#include "live_state.h"
#include "message.h"
#include "print_hits.h"
#include "screen_mode.h"

static void
leave(live *state, int status)
{
    state->is_leaving = true;
    state->status = status;
}

static bool
has_choice(live *state)
{
    if (state->results.count > 0)
        return true;
    cli_text_put(&state->message, "no document is chosen");
    return false;
}

static void
open_chosen(live *state)
{
    cli_text path = {0};

    if (!has_choice(state))
        return;
    switch (cli_hit_path(&state->roots, state->results.hits, state->results.chosen, &path)) {
    case CLI_FILE_THERE:
    case CLI_FILE_CHANGED:
        cli_live_open(path.data, &state->message);
        break;
    case CLI_FILE_VANISHED:
        cli_text_format(&state->message, "%s: the file has vanished", path.data);
        break;
    default:
        cli_text_put(&state->message, "this document has no file of its own");
        break;
    }
    cli_text_release(&path);
}

static void
leave_with_path(live *state)
{
    rls_text key;

    if (!has_choice(state))
        return;
    if (cli_hit_path(&state->roots, state->results.hits, state->results.chosen,
                     &state->chosen_path) == CLI_NO_FILE &&
        rls_hits_key(state->results.hits, state->results.chosen, &key, NULL, NULL) == RLS_OK)
        cli_text_add(&state->chosen_path, key.data, key.size);
    leave(state, CLI_DONE);
}

/* --- while one document has the screen --- */

static void
scroll(live *state, long lines)
{
    cli_live_document_scroll(&state->document, lines, cli_live_document_height(state));
}

static void
jump(live *state, bool forwards)
{
    if (!cli_live_document_match(&state->document, forwards, cli_live_document_height(state)))
        cli_text_put(&state->message,
                     forwards ? "this is the last match" : "this is the first match");
}

static void
stop_reading(live *state)
{
    state->is_reading = false;
    state->preview_is_ready = false;
}

static void
reading_letter(live *state, uint32_t letter)
{
    long page = (long)cli_live_document_height(state);

    switch (letter) {
    case ' ':
        scroll(state, page > 1 ? page - 1 : 1);
        break;
    case 'b':
        scroll(state, page > 1 ? 1 - page : -1);
        break;
    case 'j':
        scroll(state, 1);
        break;
    case 'k':
        scroll(state, -1);
        break;
    case 'g':
        state->document.top = 0;
        break;
    case 'G':
        cli_live_document_end(&state->document, cli_live_document_height(state));
        break;
    case 'n':
        jump(state, true);
        break;
    case 'N':
        jump(state, false);
        break;
    case 'o':
        open_chosen(state);
        break;
    case 'p':
        leave_with_path(state);
        break;
    case 'q':
        stop_reading(state);
        break;
    default:
        break;
    }
}

static void
reading_key(live *state, const cli_key *key)
{
    long page = (long)cli_live_document_height(state);

    switch (key->code) {
    case CLI_KEY_CHARACTER:
        reading_letter(state, key->character);
        break;
    case CLI_KEY_CONTROL:
        if (key->character == 'o')
            open_chosen(state);
        break;
    case CLI_KEY_ESCAPE:
    case CLI_KEY_LEFT:
    case CLI_KEY_BACKSPACE:
        stop_reading(state);
        break;
    case CLI_KEY_ENTER:
    case CLI_KEY_DOWN:
        scroll(state, 1);
        break;
    case CLI_KEY_UP:
        scroll(state, -1);
        break;
    case CLI_KEY_PAGE_DOWN:
        scroll(state, page > 1 ? page - 1 : 1);
        break;
    case CLI_KEY_PAGE_UP:
        scroll(state, page > 1 ? 1 - page : -1);
        break;
    case CLI_KEY_HOME:
        state->document.top = 0;
        break;
    case CLI_KEY_END:
        cli_live_document_end(&state->document, cli_live_document_height(state));
        break;
    case CLI_KEY_TAB:
        jump(state, true);
        break;
    default:
        break;
    }
}

/* --- while something is typed --- */

static void
start_reading(live *state)
{
    rls_error error = {0};

    if (!has_choice(state))
        return;
    if (cli_live_document_load(&state->document, state->results.hits, state->results.chosen,
                               &state->roots, true, &error) != RLS_OK) {
        cli_text_put(&state->message, error.message);
        state->preview_is_ready = false;
        return;
    }
    state->is_reading = true;
    cli_live_document_fit(&state->document, state->screen.columns > 0 ? state->screen.columns : 1);
    cli_live_document_show_match(&state->document, true, cli_live_document_height(state));
}

/* The arrows, which with Shift, Alt or Ctrl move the preview. */
static void
move(live *state, const cli_key *key, long lines, bool is_page)
{
    uint32_t fit = cli_live_results_fit(cli_live_list_height(state));
    long     chosen = (long)state->results.chosen;

    if (key->modified) {
        long height = (long)cli_live_document_height(state);
        if (cli_live_has_preview(state))
            scroll(state, is_page ? lines * (height > 1 ? height - 1 : 1) : lines);
        return;
    }
    chosen += is_page ? lines * (long)fit : lines;
    cli_live_choose(state, chosen < 0 ? 0 : (uint32_t)chosen);
}

/* The newest first, or as the flags have it. */
static void
switch_order(live *state)
{
    static const rls_sort_key newest = {"date", true};

    state->is_by_date = !state->is_by_date;
    state->search.sort = state->is_by_date ? &newest : state->given_sort;
    state->search.sort_count = state->is_by_date ? 1 : state->given_sort_count;
    state->must_search = true;
}

static void
typing_control(live *state, const cli_key *key)
{
    switch (key->character) {
    case 'c':
        leave(state, CLI_INTERRUPTED);
        break;
    case 'l':
        state->screen.is_lost = true;
        break;
    case 'n':
        move(state, key, 1, false);
        break;
    case 'p':
        move(state, key, -1, false);
        break;
    case 'o':
        open_chosen(state);
        break;
    case 's':
        switch_order(state);
        break;
    case 'z':
        cli_screen_suspend();
        break;
    default:
        break;
    }
}

static void
typing_key(live *state, const cli_key *key)
{
    unsigned changes = state->line.changes;

    switch (key->code) {
    case CLI_KEY_UP:
        move(state, key, -1, false);
        return;
    case CLI_KEY_DOWN:
        move(state, key, 1, false);
        return;
    case CLI_KEY_PAGE_UP:
        move(state, key, -1, true);
        return;
    case CLI_KEY_PAGE_DOWN:
        move(state, key, 1, true);
        return;
    case CLI_KEY_ENTER:
        start_reading(state);
        return;
    case CLI_KEY_TAB:
        state->preview_is_switched = !state->preview_is_switched;
        cli_live_results_redraw(&state->results);
        return;
    case CLI_KEY_ESCAPE:
        leave(state, CLI_DONE);
        return;
    case CLI_KEY_RIGHT:
        if (!key->modified && cli_live_take_suggestion(state)) {
            state->must_search = true;
            return;
        }
        break;
    default:
        break;
    }
    if (key->code == CLI_KEY_CONTROL && key->character == 'd' && state->line.text.size == 0) {
        leave(state, CLI_DONE);
        return;
    }
    if (!cli_live_line_key(&state->line, key))
        return;
    state->must_search = state->must_search || state->line.changes != changes;
    if (state->line.is_full)
        cli_text_put(&state->message, "the line is full");
}

void
cli_live_key(live *state, const cli_key *key)
{
    cli_text_clear(&state->message);
    state->must_draw = true;
    if (key->code == CLI_KEY_CONTROL && strchr("clz", (int)key->character) != NULL)
        typing_control(state, key);
    else if (state->is_reading)
        reading_key(state, key);
    else if (key->code == CLI_KEY_CONTROL && strchr("nops", (int)key->character) != NULL)
        typing_control(state, key);
    else
        typing_key(state, key);
}
