/* rsearch timeline: when the documents found are from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "counts.h"
#include "message.h"

enum {
    BY_AUTO,
    BY_YEAR,
    BY_MONTH,
    BY_DAY,
    MONTHS_UP_TO = 4, /* years between the first and the last: then months tell more */
    LONGEST_GAP = 60  /* of empty places that are shown */
};

/* A place in time, as far as it is told: 2007, 2007-05, 2007-05-28. */
typedef struct moment {
    int year, month, day;
} moment;

static bool
read_moment(rls_text text, moment *out)
{
    char digits[12];

    *out = (moment){0, 0, 0};
    if (text.size != 4 && text.size != 7 && text.size != 10)
        return false;
    memcpy(digits, text.data, text.size);
    digits[text.size] = '\0';
    return sscanf(digits, "%4d-%2d-%2d", &out->year, &out->month, &out->day) >= 1;
}

static int
days_of(const moment *at)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool             leap = (at->year % 4 == 0 && at->year % 100 != 0) || at->year % 400 == 0;

    return at->month == 2 && leap ? 29 : days[(at->month - 1) % 12];
}

static void
step(moment *at)
{
    if (at->day > 0) {
        if (++at->day <= days_of(at))
            return;
        at->day = 1;
    }
    if (at->month > 0) {
        if (++at->month <= 12)
            return;
        at->month = 1;
    }
    at->year++;
}

static void
put_moment(cli_text *out, const moment *at)
{
    cli_text_format(out, "%04d", at->year);
    if (at->month > 0)
        cli_text_format(out, "-%02d", at->month);
    if (at->day > 0)
        cli_text_format(out, "-%02d", at->day);
}

static bool
is_same(const moment *a, const moment *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day;
}

typedef struct timeline {
    const cli_counts *counts;
    cli_count        *items;
    size_t            count;
    cli_arena         names;
} timeline;

static void
add(timeline *line, rls_text value, uint64_t count)
{
    line->items = cli_reallocate(line->items, line->count + 1, sizeof *line->items);
    line->items[line->count++] = (cli_count){value, count};
}

/* The places between two values that have no document, unless they are too many to look at. */
static void
fill(timeline *line, moment from, const moment *to)
{
    moment   at = from;
    unsigned gap = 0;

    for (step(&at); !is_same(&at, to); step(&at)) {
        if (++gap > LONGEST_GAP)
            return;
    }
    at = from;
    for (step(&at); !is_same(&at, to); step(&at)) {
        cli_text name = {0};
        put_moment(&name, &at);
        add(line, (rls_text){cli_arena_copy(&line->names, name.data, name.size), name.size}, 0);
        cli_text_release(&name);
    }
}

static int
show(const cli_counts *counts, uint32_t facet_number)
{
    timeline  line = {.counts = counts};
    rls_facet facet = {0};
    moment    before = {0, 0, 0}, now;
    bool      has_before = false;
    int       status;

    rls_hits_facet(counts->hits, facet_number, &facet, NULL);
    for (uint32_t i = 0; i < facet.value_count; i++) {
        rls_facet_value value = {0};
        bool            is_read;
        rls_hits_facet_value(counts->hits, facet_number, i, &value, NULL);
        is_read = read_moment(value.value, &now);
        if (has_before && is_read)
            fill(&line, before, &now);
        before = now;
        has_before = is_read;
        add(&line, value.value, value.count);
    }
    status = cli_counts_show(counts, facet_number, line.items, line.count);
    free(line.items);
    cli_arena_release(&line.names);
    return status;
}

/* Without a wish: years, or months when all is within a few years. */
static uint32_t
choose(const cli_counts *counts, uint32_t own)
{
    rls_facet       years = {0};
    rls_facet_value first = {0}, last = {0};
    moment          from, to;

    if (rls_hits_facet(counts->hits, own, &years, NULL) != RLS_OK || years.value_count == 0)
        return own;
    rls_hits_facet_value(counts->hits, own, 0, &first, NULL);
    rls_hits_facet_value(counts->hits, own, years.value_count - 1, &last, NULL);
    return read_moment(first.value, &from) && read_moment(last.value, &to) &&
                   to.year - from.year < MONTHS_UP_TO
               ? own + 1
               : own;
}

static bool
ask(cli_search *search, const char *field, const char *by)
{
    cli_text typed = {0};
    bool     good;

    cli_text_format(&typed, "%s:%s", field, by);
    good = cli_search_add_facet(search, typed.data);
    cli_text_release(&typed);
    return good;
}

static int
timeline_command(const cli_options *options, int count, char **arguments)
{
    static const char *const by[] = {"auto", "year", "month", "day"};
    cli_counts               counts = {.given = options};
    int                      status = cli_search_take(&counts.search, options);
    uint32_t                 own = counts.search.options.facet_count;

    counts.search.own_flag = "--field";
    if (status == CLI_DONE &&
        (!ask(&counts.search, options->field, by[options->by == BY_AUTO ? BY_YEAR : options->by]) ||
         (options->by == BY_AUTO && !ask(&counts.search, options->field, by[BY_MONTH]))))
        status = CLI_FAILED;
    counts.search.facets_asked = own + 1;
    if (status == CLI_DONE)
        status = cli_counts_find(&counts, count, arguments);
    if (status == CLI_DONE)
        status = show(&counts, options->by == BY_AUTO ? choose(&counts, own) : own);
    cli_counts_release(&counts);
    return status;
}

const cli_command cli_command_timeline = {
    .bit = CLI_TIMELINE,
    .name = "timeline",
    .arguments = "[WORD…]",
    .summary = "Tells when the documents found are from",
    .description =
        "Counts the documents that match the query by year, by month when all are within four "
        "years, or as --by says; without a query, all documents. Years between without a document "
        "count 0. On a terminal as bars; otherwise one a line, a tab, the count. Exit status 1 "
        "when there is none.",
    .complete = CLI_COMPLETE_WORDS,
    .examples = {{"rsearch timeline \"cluster munitions\"", "hits by year or month"},
                 {"rsearch timeline --by month 'date:2007 treaty'", "the months of a year"},
                 {"rsearch timeline --facet ministers treaty", "and whose they are"},
                 {"rsearch timeline --csv treaty", "for a spreadsheet"}},
    .run = timeline_command,
};
