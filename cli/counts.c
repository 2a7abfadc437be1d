#include "counts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "facets.h"
#include "message.h"
#include "pager.h"
#include "print_hits.h"
#include "terminal.h"
#include "wrap.h"

int
cli_counts_find(cli_counts *counts, int count, char **words)
{
    rls_error error = {0};

    counts->search.options.limit = counts->search.options.skip = 0;
    counts->search.options.exact_total = true;
    if (count > 0)
        cli_search_join(&counts->query, count, words);
    else
        cli_text_put(&counts->query, "*");
    counts->snapshot = cli_open_snapshot(counts->given);
    if (counts->snapshot == NULL)
        return CLI_FAILED;
    cli_search_check(&counts->search, counts->snapshot);
    if (cli_search_run(&counts->search, counts->snapshot, counts->query.data, counts->query.size,
                       &counts->hits, &error) != RLS_OK)
        return cli_search_tell_failure(NULL, &error);
    return cli_search_tell_notes(&counts->search, counts->hits, NULL);
}

void
cli_counts_release(cli_counts *counts)
{
    rls_hits_close(counts->hits);
    rls_snapshot_close(counts->snapshot);
    cli_search_release(&counts->search);
    cli_text_release(&counts->query);
}

static void
put_bars(cli_text *out, const cli_counts *counts, const rls_facet *facet, const cli_count *items,
         size_t item_count)
{
    cli_bars bars = {.width = cli_terminal_width(),
                     .color = cli_use_color((cli_color)counts->given->color)};
    uint64_t most = 1;
    unsigned columns = 4;

    for (size_t i = 0; i < item_count; i++) {
        unsigned width = cli_columns(items[i].value.data, items[i].value.size);
        most = items[i].count > most ? items[i].count : most;
        columns = width > columns ? width : columns;
    }
    if (columns > bars.width / 2)
        columns = bars.width / 2;
    for (size_t i = 0; i < item_count; i++)
        cli_put_bar(out, items[i].value, items[i].count, most, columns, &bars);
    cli_put_facet_rest(out, facet);
    for (uint32_t i = 0; i < counts->given->facets.count; i++)
        cli_put_facet_bars(out, counts->hits, i, &bars);
}

static void
put_lines(cli_text *out, const cli_count *items, size_t item_count, bool csv)
{
    if (csv)
        cli_text_put(out, "value,count\r\n");
    for (size_t i = 0; i < item_count; i++) {
        if (csv)
            cli_put_csv(out, items[i].value.data, items[i].value.size, false);
        else
            cli_escape(out, items[i].value.data, items[i].value.size, CLI_ESCAPE_PIPE);
        cli_text_format(out, "%s%" PRIu64 "%s", csv ? "," : "\t", items[i].count,
                        csv ? "\r\n" : "\n");
    }
}

static void
put_json(cli_text *out, const cli_counts *counts, const rls_facet *facet, const cli_count *items,
         size_t item_count)
{
    cli_text_put(out, "{\"query\":");
    cli_json_string(out, counts->query.data, counts->query.size);
    cli_put_facet_head_json(out, facet);
    for (size_t i = 0; i < item_count; i++) {
        cli_text_put(out, i == 0 ? "{\"value\":" : ",{\"value\":");
        cli_json_string(out, items[i].value.data, items[i].value.size);
        cli_text_format(out, ",\"count\":%" PRIu64 "}", items[i].count);
    }
    cli_put_facet_tail_json(out, facet);
    cli_put_facets_json(out, counts->hits, (uint32_t)counts->given->facets.count);
    cli_text_format(out, ",\"took_us\":%" PRIu64 "}\n", rls_hits_took_ns(counts->hits) / 1000);
}

static void
print_foot(const cli_counts *counts)
{
    cli_text line = {0}, words = {0};

    cli_put_total(&line, counts->query.data, counts->hits);
    cli_text_put(&line, " · ");
    cli_text_duration(&line, rls_hits_took_ns(counts->hits));
    cli_text_put(&line, "\n");
    if (strcmp(counts->query.data, "*") != 0 && rls_hits_total(counts->hits) > 0 &&
        cli_put_shell_words(&words, counts->query.data))
        cli_text_format(&line, "Read them: rsearch query %s\n", words.data);
    cli_pager_end();
    fflush(stdout);
    fwrite(line.data, 1, line.size, stderr);
    cli_text_release(&words);
    cli_text_release(&line);
}

int
cli_counts_show(const cli_counts *counts, uint32_t facet, const cli_count *items, size_t item_count)
{
    const cli_options *given = counts->given;
    rls_facet          about = {0};
    cli_text           out = {0};
    bool               bars = !given->json && !given->csv &&
                (given->color == CLI_COLOR_ALWAYS || cli_is_terminal(STDOUT_FILENO));

    if (given->json && given->csv) {
        cli_error("--json, --csv: more than one form of output (choose one)");
        return CLI_FAILED;
    }
    rls_hits_facet(counts->hits, facet, &about, NULL);
    cli_text_put(&out, "");
    if (given->json)
        put_json(&out, counts, &about, items, item_count);
    else if (bars)
        put_bars(&out, counts, &about, items, item_count);
    else if (given->facets.count > 0)
        cli_note_facets_unshown();
    if (!given->json && !bars)
        put_lines(&out, items, item_count, given->csv);
    if (bars)
        cli_pager_begin(given);
    cli_write(out.data, out.size);
    cli_text_release(&out);
    if (bars && cli_is_terminal(STDERR_FILENO))
        print_foot(counts);
    return item_count > 0 ? CLI_DONE : rls_hits_timed_out(counts->hits) ? CLI_FAILED : CLI_NONE;
}
