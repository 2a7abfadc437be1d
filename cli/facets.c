#include "facets.h"

#include <inttypes.h>
#include <string.h>

#include "message.h"
#include "print_hits.h"
#include "terminal.h"
#include "wrap.h"

enum {
    LEAST_BAR = 10, /* columns */
    MOST_BAR = 60,
    COUNT_COLUMNS = 8
};

/* --- bars --- */

static uint64_t
most_of(const rls_hits *hits, uint32_t i, uint32_t count)
{
    uint64_t most = 1;

    for (uint32_t j = 0; j < count; j++) {
        rls_facet_value value;
        if (rls_hits_facet_value(hits, i, j, &value, NULL) == RLS_OK && value.count > most)
            most = value.count;
    }
    return most;
}

static unsigned
columns_of(const rls_hits *hits, uint32_t i, const cli_bars *bars)
{
    unsigned  columns = 4, most = bars->width / 2 - 2;
    rls_facet facet;

    if (rls_hits_facet(hits, i, &facet, NULL) != RLS_OK)
        return columns;
    for (uint32_t j = 0; j < facet.value_count; j++) {
        rls_facet_value value;
        unsigned        width;
        if (rls_hits_facet_value(hits, i, j, &value, NULL) != RLS_OK)
            continue;
        width = cli_columns(value.value.data, value.value.size);
        columns = width > columns ? width : columns;
    }
    return columns > most ? most : columns;
}

/* Eighths of a column, as far as there are signs for them. */
static void
put_length(cli_text *out, uint64_t eighths)
{
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

    for (uint64_t i = 0; i < eighths / 8; i++)
        cli_text_put(out, "█");
    cli_text_put(out, parts[eighths % 8]);
}

void
cli_put_bar(cli_text *out, rls_text value, uint64_t count, uint64_t most, unsigned columns,
            const cli_bars *bars)
{
    cli_text figures = {0};
    unsigned room = bars->width > columns + COUNT_COLUMNS + 6 + LEAST_BAR
                        ? bars->width - columns - COUNT_COLUMNS - 6
                        : LEAST_BAR;
    uint64_t eighths;

    if (room > MOST_BAR)
        room = MOST_BAR;
    eighths = (uint64_t)((double)count / (double)most * room * 8 + 0.5);
    if (eighths == 0 && count > 0)
        eighths = 1;
    cli_text_put(out, "  ");
    cli_put_columns(out, value.data, value.size, columns, true);
    cli_text_count(&figures, count);
    cli_text_format(out, "  %*s", COUNT_COLUMNS, figures.data);
    if (count > 0) {
        cli_text_put(out, bars->color ? "  \033[36m" : "  ");
        put_length(out, eighths);
        cli_text_put(out, bars->color ? "\033[0m" : "");
    }
    cli_text_put(out, "\n");
    cli_text_release(&figures);
}

void
cli_put_facet_rest(cli_text *out, const rls_facet *facet)
{
    if (facet->distinct > facet->value_count) {
        cli_text_put(out, "  … ");
        cli_text_counted(out, facet->distinct - facet->value_count, "more value", "more values");
        cli_text_put(out, "\n");
    }
    if (facet->missing > 0) {
        cli_text_put(out, "  ");
        cli_text_counted(out, facet->missing, "document", "documents");
        cli_text_put(out, " without\n");
    }
}

void
cli_put_facet_bars(cli_text *out, const rls_hits *hits, uint32_t i, const cli_bars *bars)
{
    rls_facet facet;
    uint64_t  most;
    unsigned  columns;

    if (rls_hits_facet(hits, i, &facet, NULL) != RLS_OK)
        return;
    most = most_of(hits, i, facet.value_count);
    columns = columns_of(hits, i, bars);
    cli_text_put(out, bars->color ? "\n\033[1m" : "\n");
    cli_escape(out, facet.field, strlen(facet.field), CLI_ESCAPE_LINE);
    cli_text_put(out, bars->color ? "\033[0m\n" : "\n");
    for (uint32_t j = 0; j < facet.value_count; j++) {
        rls_facet_value value;
        if (rls_hits_facet_value(hits, i, j, &value, NULL) == RLS_OK)
            cli_put_bar(out, value.value, value.count, most, columns, bars);
    }
    cli_put_facet_rest(out, &facet);
}

/* --- for the foot --- */

/* How much of the hits the values shown tell about, without telling the same of all. */
static double
worth_of(const rls_hits *hits, uint32_t i)
{
    rls_facet       facet;
    rls_facet_value value;
    double          sum = 0, largest = 0;

    if (rls_hits_facet(hits, i, &facet, NULL) != RLS_OK || facet.distinct < 2 ||
        facet.documents == 0)
        return 0;
    for (uint32_t j = 0; j < facet.value_count; j++) {
        if (rls_hits_facet_value(hits, i, j, &value, NULL) != RLS_OK)
            continue;
        sum += (double)value.count;
        if ((double)value.count > largest)
            largest = (double)value.count;
    }
    sum /= (double)facet.documents;
    largest /= (double)facet.documents;
    /* What documents are about tells more than who made them. */
    return (sum > 1 ? 1 : sum) * (1 - largest / 2) *
           (cli_is_subject((rls_text){facet.field, strlen(facet.field)}) ? 2 : 1);
}

static void
put_telling(cli_text *out, const rls_hits *hits, uint32_t i)
{
    rls_facet facet;

    if (rls_hits_facet(hits, i, &facet, NULL) != RLS_OK)
        return;
    cli_escape(out, facet.field, strlen(facet.field), CLI_ESCAPE_LINE);
    cli_text_put(out, ":");
    for (uint32_t j = 0; j < facet.value_count && j < 2; j++) {
        rls_facet_value value;
        if (rls_hits_facet_value(hits, i, j, &value, NULL) != RLS_OK)
            continue;
        cli_text_put(out, j == 0 ? " " : " · ");
        cli_escape(out, value.value.data, value.value.size, CLI_ESCAPE_LINE);
        cli_text_put(out, " ");
        cli_text_count(out, value.count);
    }
}

unsigned
cli_put_telling_facets(cli_text out[2], const rls_hits *hits, uint32_t first, uint32_t count)
{
    uint32_t best[2] = {0, 0};
    double   worth[2] = {0, 0};
    unsigned found = 0;

    for (uint32_t i = first; i < first + count; i++) {
        double own = worth_of(hits, i);
        if (own > worth[0]) {
            best[1] = best[0];
            worth[1] = worth[0];
            best[0] = i;
            worth[0] = own;
        } else if (own > worth[1]) {
            best[1] = i;
            worth[1] = own;
        }
    }
    for (unsigned j = 0; j < 2 && worth[j] > 0; j++, found++)
        put_telling(&out[j], hits, best[j]);
    return found;
}

/* --- for programs --- */

void
cli_put_facet_head_json(cli_text *out, const rls_facet *facet)
{
    static const char *const kinds[] = {"value", "year", "month", "day"};

    cli_text_put(out, ",\"field\":");
    cli_json_string(out, facet->field, strlen(facet->field));
    cli_text_format(out, ",\"by\":\"%s\",\"values\":[", kinds[facet->kind]);
}

void
cli_put_facet_tail_json(cli_text *out, const rls_facet *facet)
{
    cli_text_format(out,
                    "],\"distinct\":%" PRIu64 ",\"documents\":%" PRIu64 ",\"missing\":%" PRIu64
                    ",\"is_exact\":%s",
                    facet->distinct, facet->documents, facet->missing,
                    facet->exact ? "true" : "false");
}

static void
put_facet_json(cli_text *out, const rls_hits *hits, uint32_t i)
{
    rls_facet facet;
    size_t    start = out->size;

    if (rls_hits_facet(hits, i, &facet, NULL) != RLS_OK)
        return;
    cli_put_facet_head_json(out, &facet);
    out->data[start] = '{'; /* in place of the comma */
    for (uint32_t j = 0; j < facet.value_count; j++) {
        rls_facet_value value;
        if (rls_hits_facet_value(hits, i, j, &value, NULL) != RLS_OK)
            continue;
        cli_text_put(out, j == 0 ? "{\"value\":" : ",{\"value\":");
        cli_json_string(out, value.value.data, value.value.size);
        cli_text_format(out, ",\"count\":%" PRIu64 "}", value.count);
    }
    cli_put_facet_tail_json(out, &facet);
    cli_text_put(out, "}");
}

void
cli_put_facets_json(cli_text *out, const rls_hits *hits, uint32_t count)
{
    if (count == 0)
        return;
    cli_text_put(out, ",\"facets\":[");
    for (uint32_t i = 0; i < count; i++) {
        cli_text_put(out, i == 0 ? "" : ",");
        put_facet_json(out, hits, i);
    }
    cli_text_put(out, "]");
}

void
cli_note_facets_unshown(void)
{
    cli_note("--facet: shown on a terminal and with --json (for counts: rsearch facet)");
}
