#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "facets.h"
#include "message.h"
#include "pager.h"
#include "print_hits.h"
#include "terminal.h"
#include "wrap.h"

enum {
    LONGEST_HINT = 60,  /* bytes of a query that is typed again */
    TIMELINE_FROM = 10, /* documents */
    FEW = 5             /* documents: there may be more on the subject in other words */
};

/* How many words a query has that is nothing but words; 0: it is more. */
static unsigned
count_words(const char *query)
{
    unsigned words = 0;

    for (const char *at = query; *at != '\0';) {
        size_t size = strcspn(at, " ");
        if (size > 0) {
            words++;
            if (strncmp(at, "AND", size) == 0 || strncmp(at, "OR", size) == 0 ||
                strncmp(at, "NOT", size) == 0)
                return 0;
        }
        for (size_t i = 0; i < size; i++) {
            unsigned char byte = (unsigned char)at[i];
            if (!(byte >= 0x80 || (byte >= '0' && byte <= '9') ||
                  ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || (byte == '\'' && i > 0)))
                return 0;
        }
        at += size;
        at += *at == ' ';
    }
    return words;
}

void
cli_put_total(cli_text *line, const char *query, const rls_hits *hits)
{
    uint64_t total = rls_hits_total(hits);
    unsigned words = count_words(query);

    if (total == 0) {
        cli_text_put(line, words == 1   ? "No document has this word"
                           : words == 0 ? "No document matches"
                                        : "No document has any of these words");
        return;
    }
    if (!rls_hits_total_is_exact(hits))
        cli_text_put(line, "At least ");
    cli_text_counted(line, total, "document", "documents");
    if (words > 1 && rls_hits_total_has_all_words(hits))
        cli_text_put(line, words == 2 ? " with both words" : " with all words");
    else if (words > 1)
        cli_text_put(line, " with some of the words");
}

/* Adds to the line, or begins another one when it would not fit. */
static void
put_part(cli_text *out, size_t *line, const char *between, const char *part, unsigned width)
{
    bool starts = out->size == *line;

    if (!starts && cli_columns(out->data + *line, out->size - *line) +
                           cli_columns(part, strlen(part)) + strlen(between) >
                       width) {
        cli_text_put(out, "\n");
        *line = out->size;
        starts = true;
    }
    cli_text_put(out, starts ? "" : between);
    cli_text_put(out, part);
}

bool
cli_put_shell_words(cli_text *out, const char *query)
{
    bool plain = true;

    if (query[0] == '\0' || query[0] == '-' || strlen(query) > LONGEST_HINT)
        return false;
    for (const char *at = query; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '\'')
            return false;
        plain = plain && strchr("\"$`\\!", *at) == NULL;
    }
    cli_text_put(out, plain ? "\"" : "'");
    cli_escape(out, query, strlen(query), CLI_ESCAPE_LINE);
    cli_text_put(out, plain ? "\"" : "'");
    return true;
}

/* The query with words that hardly any document has replaced by ones that many have. */
static void
put_better(cli_text *out, const cli_printer *printer, rls_hits *hits)
{
    rls_text better = {"", 0};
    cli_text words = {0}, typed = {0};

    if (printer->has_no_words || rls_hits_suggestion(hits, &better, NULL) != RLS_OK ||
        better.size == 0)
        return;
    cli_text_add(&words, better.data, better.size);
    cli_text_put(out, "Did you mean: rsearch query ");
    if (cli_put_shell_words(&typed, words.data))
        cli_text_add(out, typed.data, typed.size);
    else
        cli_escape(out, words.data, words.size, CLI_ESCAPE_LINE);
    cli_text_put(out, "\n");
    cli_text_release(&words);
    cli_text_release(&typed);
}

static void
put_hints(cli_text *out, const cli_printer *printer, rls_hits *hits)
{
    cli_text hint = {0};
    size_t   line = out->size;
    uint32_t next = cli_next_page(printer, hits);
    bool     dated = rls_hits_count(hits) > 1 && cli_hit_value(hits, 0, "date").size > 0;

    if (next > 0) {
        if (printer->skip > 0)
            cli_text_format(&hint, "More: --offset %" PRIu32, next);
        else
            cli_text_format(&hint, "More: -n %" PRIu32, 2 * printer->limit);
        put_part(out, &line, "   ", hint.data, printer->width);
    }
    if (dated && !printer->is_sorted)
        put_part(out, &line, "   ", "Newest first: --sort -date", printer->width);
    cli_text_clear(&hint);
    cli_text_put(&hint, "When: rsearch timeline ");
    if (dated && rls_hits_total(hits) >= TIMELINE_FROM && !printer->has_no_words &&
        cli_put_shell_words(&hint, printer->query))
        put_part(out, &line, "   ", hint.data, printer->width);
    if (rls_hits_total(hits) > 0 && rls_hits_total(hits) < FEW && !printer->is_expanded &&
        !printer->has_no_words && count_words(printer->query) > 0)
        put_part(out, &line, "   ", "More on this: --expand", printer->width);
    if (next > 0 && !dated)
        put_part(out, &line, "   ", "Read one: rsearch show PATH", printer->width);
    cli_text_put(out, out->size > line ? "\n" : "");
    cli_text_release(&hint);
}

void
cli_print_foot(const cli_printer *printer, rls_hits *hits)
{
    cli_text line = {0}, telling[2] = {{0}, {0}};
    size_t   start = 0;
    uint32_t count = rls_hits_count(hits);
    unsigned found;

    cli_put_total(&line, printer->has_no_words ? "*" : printer->query, hits);
    if (count > 0 && (count < rls_hits_total(hits) || printer->skip > 0)) {
        if (printer->skip > 0)
            cli_text_format(&line, " (showing %" PRIu32 " to %" PRIu32 ")", printer->skip + 1,
                            printer->skip + count);
        else
            cli_text_format(&line, " (showing %" PRIu32 ")", count);
    }
    cli_text_put(&line, " · ");
    cli_text_duration(&line, rls_hits_took_ns(hits));
    found = count < 2 ? 0
                      : cli_put_telling_facets(telling, hits, printer->facets_asked,
                                               printer->facet_count - printer->facets_asked);
    for (unsigned i = 0; i < found; i++)
        put_part(&line, &start, "     ", telling[i].data, printer->width);
    cli_text_put(&line, "\n");
    put_better(&line, printer, hits);
    put_hints(&line, printer, hits);
    cli_pager_end();
    fflush(stdout);
    fwrite(line.data, 1, line.size, stderr);
    cli_text_release(&line);
    cli_text_release(&telling[0]);
    cli_text_release(&telling[1]);
}
