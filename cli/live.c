#include "live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "keys.h"
#include "live_state.h"
#include "message.h"
#include "screen_mode.h"
#include "terminal.h"

enum {
    READ_SIZE = 65536,
    READ_LIMIT = 4 << 20, /* bytes typed that one answer is for */
    ESCAPE_MS = 50,       /* in which the rest of a key comes */
    IDLE_MS = 120,        /* after which the whole answer is asked for */
    REFRESH_MS = 1000,    /* between looks at the index */
    LIMIT_MOST = 10000,   /* hits to leaf through */
    LIMIT_LEAST = 20,
    NS_OF_MS = 1000000
};

/* --- the index --- */

/* True when the folder is another one than before: the index was made anew. */
static bool
folder_has_changed(live *state)
{
    struct stat now;
    bool        changed;

    if (stat(state->index, &now) != 0)
        return false;
    changed = state->folder.st_ino != 0 &&
              (now.st_ino != state->folder.st_ino || now.st_dev != state->folder.st_dev);
    if (state->folder.st_ino == 0 || changed)
        state->folder = now;
    return changed;
}

/* Follows what was committed. While there is nothing to read, the old commit stays. */
static void
refresh(live *state)
{
    rls_snapshot *next = NULL;
    rls_error     error = {0};
    rls_status    status;

    state->refreshed = cli_clock();
    if (folder_has_changed(state))
        status = cli_open_snapshot_at(state->options, state->index, &next, &error);
    else
        status = rls_snapshot_refresh(state->snapshot, &next, &error);
    if (state->is_stale != (status != RLS_OK))
        state->must_draw = true;
    state->is_stale = status != RLS_OK;
    if (status != RLS_OK)
        return;
    rls_snapshot_close(state->snapshot);
    if (next != state->snapshot) {
        state->snapshot = next;
        cli_roots_release(&state->roots);
        cli_roots_read(&state->roots, next);
        state->must_search = true;
        state->keeps_choice = true;
    }
}

/* --- searching --- */

static void
remember_choice(live *state, cli_text *out_key)
{
    rls_text key;

    if (state->results.count > 0 &&
        rls_hits_key(state->results.hits, state->results.chosen, &key, NULL, NULL) == RLS_OK)
        cli_text_add(out_key, key.data, key.size);
}

/* Chooses the document that was chosen before, wherever it stands now. */
static void
restore_choice(live *state, const cli_text *wanted)
{
    rls_text key;

    for (uint32_t i = 0; wanted->size > 0 && i < state->results.count; i++) {
        if (rls_hits_key(state->results.hits, i, &key, NULL, NULL) == RLS_OK &&
            key.size == wanted->size && memcmp(key.data, wanted->data, key.size) == 0) {
            state->results.chosen = i;
            return;
        }
    }
}

static void
search(live *state, uint32_t limit)
{
    const cli_text *text = &state->line.text;
    cli_text        key = {0};

    if (state->keeps_choice)
        remember_choice(state, &key);
    else
        state->results.chosen = state->results.top = 0;
    cli_live_results_search(&state->results, state->snapshot, &state->search, text->data,
                            text->size, cli_live_line_is_unfinished(&state->line), limit);
    restore_choice(state, &key);
    cli_text_release(&key);
    cli_live_suggest(state);
    state->must_search = false;
    state->keeps_choice = false;
    state->must_draw = true;
    state->preview_is_ready = false;
    state->is_calm = false;
    state->acted = cli_clock();
}

static void
search_again(live *state)
{
    uint32_t least = state->screen.rows > LIMIT_LEAST ? state->screen.rows : LIMIT_LEAST;

    search(state,
           state->keeps_choice && state->results.limit > least ? state->results.limit : least);
}

static bool
has_news(void *context)
{
    (void)context;
    return cli_screen_has_news();
}

/* False when somebody types again. */
static bool
complete(live *state)
{
    cli_text key = {0}, after = {0};

    if (state->results.is_whole)
        return true;
    remember_choice(state, &key);
    cli_live_results_complete(&state->results, state->snapshot, &state->search, has_news);
    restore_choice(state, &key);
    remember_choice(state, &after);
    if (key.size != after.size || (key.size > 0 && memcmp(key.data, after.data, key.size) != 0))
        state->preview_is_ready = false;
    cli_text_release(&key);
    cli_text_release(&after);
    state->must_draw = true;
    return state->results.is_whole;
}

/* Nobody types: there is time for what an answer to a key has to leave out. */
static void
calm_down(live *state)
{
    state->acted = cli_clock();
    if (!complete(state))
        return;
    state->is_calm = true;
    state->results.is_patient = true;
    state->must_draw = state->must_draw || state->results.awaits;
    state->results.awaits = false;
    cli_live_correct(state);
}

void
cli_live_choose(live *state, uint32_t number)
{
    cli_live_results *results = &state->results;

    while (number >= results->count && cli_live_results_have_more(results) &&
           results->limit < LIMIT_MOST) {
        uint32_t limit = results->limit * 2 > number + 1 ? results->limit * 2 : number + 1;
        uint32_t before = results->count;
        state->keeps_choice = true;
        search(state, limit < LIMIT_MOST ? limit : LIMIT_MOST);
        if (results->count <= before)
            break;
    }
    cli_live_results_choose(results, number);
    state->preview_is_ready = false;
    state->must_draw = true;
}

/* --- the loop --- */

static void
hear_key(void *context, const cli_key *key)
{
    live *state = context;

    if (state->is_leaving)
        return;
    state->acted = cli_clock();
    state->is_calm = state->results.is_patient = false;
    cli_live_key(state, key);
}

/* False when the terminal is gone. */
static bool
read_input(live *state)
{
    static char buffer[READ_SIZE];
    size_t      total = 0;

    do {
        ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
        if (size <= 0)
            return false;
        cli_keys_feed(&state->keys, buffer, (size_t)size, hear_key, state);
        total += (size_t)size;
    } while (total < READ_LIMIT && cli_screen_has_input());
    return true;
}

static int
ms_until(uint64_t start, unsigned ms)
{
    uint64_t passed = (cli_clock() - start) / NS_OF_MS;

    return passed >= ms ? 0 : (int)(ms - passed);
}

static bool
may_calm_down(const live *state)
{
    return state->results.hits != NULL && !state->is_calm && !state->is_reading;
}

/* How long nothing need be done, in milliseconds. */
static int
patience(const live *state)
{
    int wait = state->is_reading ? -1 : ms_until(state->refreshed, REFRESH_MS), other;

    if (cli_keys_are_pending(&state->keys))
        return ESCAPE_MS;
    if (may_calm_down(state)) {
        other = ms_until(state->acted, IDLE_MS);
        wait = other < wait ? other : wait;
    }
    return wait;
}

static void
resize(live *state)
{
    unsigned columns, rows;

    cli_screen_size(&columns, &rows);
    cli_screen_resize(&state->screen, columns, rows);
    cli_live_results_redraw(&state->results);
    state->must_draw = true;
}

static void
step(live *state)
{
    cli_screen_events events = cli_screen_wait(patience(state));

    if (events.ends_with != 0) {
        state->is_leaving = true;
        state->status = 128 + events.ends_with;
        return;
    }
    if (events.resized)
        resize(state);
    if (events.has_input && !read_input(state)) {
        state->is_leaving = true;
        return;
    }
    if (!events.has_input && !events.resized && cli_keys_are_pending(&state->keys))
        cli_keys_expire(&state->keys, hear_key, state);
    if (state->is_leaving)
        return;
    /* What is read stays as it is. */
    if (!state->is_reading && ms_until(state->refreshed, REFRESH_MS) == 0)
        refresh(state);
    if (state->must_search)
        search_again(state);
    else if (may_calm_down(state) && ms_until(state->acted, IDLE_MS) == 0)
        calm_down(state);
    if (state->must_draw)
        cli_live_draw(state);
}

int
cli_live(const cli_live_start *start)
{
    live state = {.options = start->options,
                  .index = start->index,
                  .snapshot = start->snapshot,
                  .search = *start->search};

    state.screen.colored = start->colored;
    state.given_sort = state.search.sort;
    state.given_sort_count = state.search.sort_count;
    /* Pages and facets are for those who print. */
    state.search.after = NULL;
    state.search.facet_count = 0;
    cli_roots_read(&state.roots, state.snapshot);
    folder_has_changed(&state);
    state.refreshed = cli_clock();
    if (!cli_screen_take()) {
        cli_error("the terminal cannot be taken over (name the words: rsearch query WORD…)");
        state.status = CLI_FAILED;
        state.is_leaving = true;
    }
    while (!state.is_leaving)
        step(&state);
    cli_screen_give_back();
    if (state.chosen_path.size > 0) {
        cli_text line = {0};
        cli_escape(&line, state.chosen_path.data, state.chosen_path.size, CLI_ESCAPE_LINE);
        cli_text_put(&line, "\n");
        cli_write(line.data, line.size);
        cli_text_release(&line);
    }
    cli_text_release(&state.chosen_path);
    cli_text_release(&state.message);
    cli_text_release(&state.completion);
    cli_text_release(&state.hint);
    cli_text_release(&state.line.text);
    cli_live_results_release(&state.results);
    cli_live_document_release(&state.document);
    cli_screen_release(&state.screen);
    cli_roots_release(&state.roots);
    rls_snapshot_close(state.snapshot);
    return state.status;
}
