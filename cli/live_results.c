#include "live_results.h"

#include <stdlib.h>
#include <string.h>

#include "print_hits.h"
#include "terminal.h"

enum {
    /* An answer to a key, which shall be seen within 20 ms: all searches for it together; what the
     * last of them gets at least; and what must be left to count matches as well. */
    HASTE_MS = 12,
    LEAST_MS = 2,
    COUNT_MS = 6,
    PATIENCE_MS = 10000, /* for all of it */
    LONG_SIZE = 1 << 20, /* bytes of a file, from which on its text is long */
    ROOM_FOR_TEXT = 8    /* rows, from which on hits take two each */
};

struct cli_live_row {
    bool         is_ready;
    cli_presence presence; /* of its file */
    cli_text     day, text;
};

void
cli_live_results_redraw(cli_live_results *results)
{
    for (uint32_t i = 0; results->rows != NULL && i < results->count; i++) {
        cli_text_release(&results->rows[i].day);
        cli_text_release(&results->rows[i].text);
    }
    free(results->rows);
    results->rows = NULL;
}

static void
forget(cli_live_results *results)
{
    cli_live_results_redraw(results);
    rls_hits_close(results->hits);
    results->hits = NULL;
    results->count = 0;
}

void
cli_live_results_release(cli_live_results *results)
{
    forget(results);
    cli_text_release(&results->query);
}

static void
take(cli_live_results *results, rls_hits *hits)
{
    forget(results);
    results->hits = hits;
    results->count = rls_hits_count(hits);
    if (results->chosen >= results->count)
        results->chosen = results->count == 0 ? 0 : results->count - 1;
}

static rls_status
ask(cli_live_results *results, rls_snapshot *snapshot, const rls_search_options *how,
    const cli_text *query, rls_hits **out_hits)
{
    return rls_snapshot_search_text(snapshot, query->data, query->size, how, out_hits,
                                    &results->error);
}

static bool
has_all_words(const rls_hits *hits)
{
    return rls_hits_total(hits) > 0 && rls_hits_total_has_all_words(hits);
}

/* Milliseconds of the haste that are left. */
static uint32_t
ms_left(uint64_t start)
{
    uint64_t passed = (cli_clock() - start) / 1000000;

    return passed + LEAST_MS >= HASTE_MS ? LEAST_MS : (uint32_t)(HASTE_MS - passed);
}

/* A count that is told at once does not have to change under the reader's eyes. */
static rls_hits *
count_if_quick(cli_live_results *results, rls_snapshot *snapshot, rls_search_options *how,
               rls_hits *hits, uint32_t left)
{
    rls_hits *counted = NULL;

    if (rls_hits_total_is_exact(hits) || rls_hits_timed_out(hits) || left < COUNT_MS)
        return hits;
    how->exact_total = true;
    how->deadline_ms = left;
    if (ask(results, snapshot, how, &results->query, &counted) != RLS_OK ||
        rls_hits_timed_out(counted)) {
        rls_hits_close(counted);
        results->error.status = RLS_OK;
        return hits;
    }
    rls_hits_close(hits);
    return counted;
}

void
cli_live_results_search(cli_live_results *results, rls_snapshot *snapshot,
                        const rls_search_options *how, const char *query, size_t size,
                        bool is_unfinished, uint32_t limit)
{
    rls_search_options options = *how;
    rls_hits          *hits = NULL, *others = NULL;
    uint64_t           start = cli_clock();

    options.limit = limit;
    options.skip = 0;
    options.exact_total = false;
    options.deadline_ms = HASTE_MS;
    results->limit = limit;
    results->is_patient = false;
    results->error.status = RLS_OK;
    results->is_beginning = false;
    cli_text_clear(&results->query);
    cli_text_add(&results->query, query, size);
    if (ask(results, snapshot, &options, &results->query, &hits) != RLS_OK) {
        forget(results);
        results->is_whole = true;
        return;
    }
    if (is_unfinished && !has_all_words(hits)) {
        cli_text_put(&results->query, "*");
        options.deadline_ms = ms_left(start);
        if (ask(results, snapshot, &options, &results->query, &others) == RLS_OK &&
            (has_all_words(others) || rls_hits_count(hits) == 0) && rls_hits_count(others) > 0) {
            results->is_beginning = true;
            rls_hits_close(hits);
            hits = others;
        } else {
            rls_hits_close(others);
            results->error.status = RLS_OK;
            cli_text_cut(&results->query, size);
        }
    }
    take(results, count_if_quick(results, snapshot, &options, hits, ms_left(start)));
    results->is_whole =
        rls_hits_total_is_exact(results->hits) && !rls_hits_timed_out(results->hits);
}

void
cli_live_results_complete(cli_live_results *results, rls_snapshot *snapshot,
                          const rls_search_options *how, bool (*cancel)(void *context))
{
    rls_search_options options = *how;
    rls_hits          *hits = NULL;
    rls_status         status;

    options.limit = results->limit;
    options.skip = 0;
    options.exact_total = true;
    options.deadline_ms = PATIENCE_MS;
    options.cancel = cancel;
    status = ask(results, snapshot, &options, &results->query, &hits);
    if (status == RLS_CANCELLED) {
        results->error.status = RLS_OK;
        return;
    }
    results->is_whole = true;
    if (status == RLS_OK)
        take(results, hits);
}

bool
cli_live_results_have_more(const cli_live_results *results)
{
    return results->count > 0 && results->count == results->limit;
}

void
cli_live_results_choose(cli_live_results *results, uint32_t number)
{
    if (number >= results->count)
        number = results->count == 0 ? 0 : results->count - 1;
    results->chosen = number;
}

/* --- drawing --- */

static unsigned
rows_per_hit(unsigned height)
{
    return height >= ROOM_FOR_TEXT ? 2 : 1;
}

uint32_t
cli_live_results_fit(unsigned height)
{
    uint32_t fit = height / rows_per_hit(height);

    return fit == 0 ? 1 : fit;
}

bool
cli_live_results_must_wait(cli_live_results *results, uint32_t number)
{
    rls_file_info file;
    rls_text      key;

    /* A file of many documents does not tell how long each is: they are mostly short. */
    if (results->is_patient || rls_hits_file(results->hits, number, &file, NULL) != RLS_OK ||
        file.size < LONG_SIZE || rls_hits_key(results->hits, number, &key, NULL, NULL) != RLS_OK ||
        strlen(file.name) != key.size || memcmp(file.name, key.data, key.size) != 0)
        return false;
    results->awaits = true;
    return true;
}

/* What is seen of a hit is made once; the snippet is about as long as its row. */
static const cli_live_row *
make_row(cli_live_results *results, const cli_roots *roots, uint32_t i, unsigned width)
{
    static const char   start[] = {CLI_MARK_START, '\0'}, end[] = {CLI_MARK_END, '\0'};
    rls_snippet_options options = RLS_SNIPPET_OPTIONS_INIT;
    cli_live_row       *row;
    rls_text            snippet;
    cli_text            path = {0};

    if (results->rows == NULL) {
        results->rows = cli_allocate(results->count, sizeof *results->rows);
        memset(results->rows, 0, results->count * sizeof *results->rows);
    }
    row = &results->rows[i];
    if (row->is_ready || cli_live_results_must_wait(results, i))
        return row;
    row->is_ready = true;
    row->presence = cli_hit_path(roots, results->hits, i, &path);
    cli_text_release(&path);
    cli_put_day(&row->day, cli_hit_day(results->hits, i));
    options.size = width < 40 ? 40 : width;
    options.passages = 1;
    options.mark_start = start;
    options.mark_end = end;
    if (rls_hits_snippet(results->hits, i, &options, &snippet, &results->error) == RLS_OK)
        cli_text_add(&row->text, snippet.data, snippet.size);
    return row;
}

/* Columns of a text. */
static unsigned
columns_of(const char *bytes, size_t size)
{
    unsigned columns = 0;

    for (size_t i = 0; i < size;) {
        size_t length;
        columns += cli_screen_character(bytes + i, size - i, &length);
        i += length;
    }
    return columns;
}

/* Puts a text, with an ellipsis when it does not fit. */
static void
put_cut(cli_pen *pen, unsigned style, const char *bytes, size_t size)
{
    unsigned end = pen->end;

    if (columns_of(bytes, size) <= end - pen->column) {
        cli_screen_put(pen, style, bytes, size);
        return;
    }
    pen->end = end - 1;
    cli_screen_put(pen, style, bytes, size);
    pen->end = end;
    cli_screen_put(pen, style, "…", strlen("…"));
}

static void
put_presence(cli_pen *pen, unsigned style, cli_presence presence)
{
    const char *mark = presence == CLI_FILE_VANISHED  ? " (vanished)"
                       : presence == CLI_FILE_CHANGED ? " (changed)"
                                                      : "";

    if (pen->column + strlen(mark) <= pen->end)
        cli_screen_put(pen, style, mark, strlen(mark));
}

static void
draw_title(cli_live_results *results, cli_pen pen, uint32_t i, const cli_live_row *row)
{
    const cli_text *day = &row->day;
    rls_text        title = {"…", strlen("…")};
    bool            is_chosen = i == results->chosen;
    unsigned        end = pen.end, day_columns = columns_of(day->data, day->size);

    if (row->is_ready)
        title = cli_hit_title(results->hits, i);

    if (is_chosen)
        cli_screen_shade(&pen, CLI_STYLE_REVERSE);
    cli_screen_put(&pen, is_chosen ? CLI_STYLE_REVERSE : CLI_STYLE_PLAIN, is_chosen ? "> " : "  ",
                   2);
    /* A date is less than a title. */
    if (day->size > 0 && pen.column + day_columns + 24 < end) {
        cli_pen right = pen;
        right.column = end - day_columns;
        cli_screen_put(&right, is_chosen ? CLI_STYLE_REVERSE : CLI_STYLE_DIM, day->data, day->size);
        pen.end = end - day_columns - 2;
    }
    if (pen.column < pen.end)
        put_cut(&pen, is_chosen ? CLI_STYLE_REVERSE | CLI_STYLE_BOLD : CLI_STYLE_BOLD, title.data,
                title.size);
    if (row->is_ready)
        put_presence(&pen, is_chosen ? CLI_STYLE_REVERSE : CLI_STYLE_DIM, row->presence);
}

static void
draw_text(cli_pen pen, const cli_text *text)
{
    bool   in_mark = false;
    size_t plain = 0;

    pen.column += 2;
    for (size_t i = 0; i <= text->size && text->size > 0; i++) {
        bool is_mark =
            i < text->size && (text->data[i] == CLI_MARK_START || text->data[i] == CLI_MARK_END);
        if (i < text->size && !is_mark)
            continue;
        if (!cli_screen_put(&pen, in_mark ? CLI_STYLE_MARK : CLI_STYLE_PLAIN, text->data + plain,
                            i - plain)) {
            pen.column = pen.end - 1;
            cli_screen_put(&pen, CLI_STYLE_PLAIN, "…", strlen("…"));
            return;
        }
        in_mark = is_mark && text->data[i] == CLI_MARK_START;
        plain = i + 1;
    }
}

void
cli_live_results_draw(cli_live_results *results, const cli_roots *roots, const cli_pen *pen,
                      unsigned height)
{
    uint32_t fit = cli_live_results_fit(height);
    unsigned rows = rows_per_hit(height), width = pen->end - pen->column;

    if (height == 0 || pen->end <= pen->column)
        return;
    if (results->top + fit > results->count)
        results->top = results->count > fit ? results->count - fit : 0;
    if (results->chosen < results->top)
        results->top = results->chosen;
    if (results->chosen >= results->top + fit)
        results->top = results->chosen - fit + 1;
    for (uint32_t i = 0; i < fit && results->top + i < results->count; i++) {
        const cli_live_row *row = make_row(results, roots, results->top + i, width);
        cli_pen             at = *pen;
        at.row += i * rows;
        draw_title(results, at, results->top + i, row);
        at.row++;
        if (rows > 1)
            draw_text(at, &row->text);
    }
}
