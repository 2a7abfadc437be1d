#include "results.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "facets.h"
#include "flags.h"
#include "links.h"
#include "message.h"
#include "pager.h"
#include "terminal.h"

static int
take_form(cli_results *results)
{
    const cli_options *given = results->given;
    cli_printer       *printer = &results->printer;
    unsigned           forms = (unsigned)given->json + given->ndjson + given->csv + given->paths +
                     given->count + given->quiet + (given->tag != NULL);

    if (forms > 1) {
        cli_error("--json, --ndjson, --csv, --trec, -l, -c, -q: more than one form of output "
                  "(choose one)");
        return CLI_FAILED;
    }
    if (given->by_nul && (given->json || given->ndjson || given->csv || given->tag != NULL)) {
        cli_error("-0: only for lines and with -l (leave it out)");
        return CLI_FAILED;
    }
    printer->form = given->json          ? CLI_FORM_JSON
                    : given->ndjson      ? CLI_FORM_NDJSON
                    : given->csv         ? CLI_FORM_CSV
                    : given->paths       ? CLI_FORM_PATHS
                    : given->tag != NULL ? CLI_FORM_TREC
                    : !given->by_nul && given->batch == NULL &&
                            (given->color == CLI_COLOR_ALWAYS || cli_is_terminal(STDOUT_FILENO))
                        ? CLI_FORM_BLOCKS
                        : CLI_FORM_LINES;
    if (printer->form == CLI_FORM_BLOCKS) {
        printer->color = cli_use_color((cli_color)given->color);
        printer->width = cli_terminal_width();
        printer->links = cli_use_links((cli_color)given->links);
    }
    results->shows_foot = printer->form == CLI_FORM_BLOCKS && !given->count && !given->quiet &&
                          cli_is_terminal(STDERR_FILENO);
    printer->to_terminal = cli_is_terminal(STDOUT_FILENO);
    printer->by_nul = given->by_nul;
    printer->snippets = !given->no_snippet;
    cli_snippet_take(printer, given);
    printer->snippet_fits =
        given->snippet_size == 0 && !given->whole && !cli_flag_is_given(given, "passages");
    printer->explain = given->explain;
    printer->tag = given->tag;
    printer->limit = (uint32_t)given->limit;
    printer->skip = (uint32_t)given->skip;
    printer->roots = &results->roots;
    printer->textless = &results->textless;
    return CLI_DONE;
}

/* Forms that have room for more than a line a hit. */
static bool
has_hits_in_full(const cli_results *results)
{
    cli_form form = results->printer.form;

    return !results->given->count && !results->given->quiet &&
           (form == CLI_FORM_BLOCKS || form == CLI_FORM_JSON || form == CLI_FORM_NDJSON);
}

static bool
shows_snippets(const cli_results *results)
{
    return results->printer.snippets && has_hits_in_full(results);
}

static void
adapt_search(cli_results *results)
{
    const cli_options  *given = results->given;
    rls_search_options *search = &results->search.options;

    /* Counting on where pruning could stop is only for those who are told. */
    search->exact_total = given->count || results->printer.form == CLI_FORM_JSON ||
                          results->printer.form == CLI_FORM_BLOCKS;
    if (given->count)
        search->limit = search->skip = 0;
    if (given->quiet) {
        search->limit = 1;
        search->skip = 0;
        search->exact_total = false;
    }
    results->printer.facets_asked = results->search.facets_asked;
    results->printer.collapses = search->collapse != RLS_COLLAPSE_NONE;
    results->printer.is_sorted = search->sort_count > 0;
    results->printer.is_expanded = search->expand;
}

int
cli_results_take(cli_results *results, const cli_options *given)
{
    int status;

    *results = (cli_results){.given = given};
    status = take_form(results);
    if (status == CLI_DONE)
        status = cli_search_take(&results->search, given);
    if (status == CLI_DONE)
        adapt_search(results);
    if (status == CLI_DONE && results->search.facets_asked > 0 &&
        results->printer.form != CLI_FORM_BLOCKS && results->printer.form != CLI_FORM_JSON)
        cli_note_facets_unshown();
    if (status == CLI_DONE && cli_snippet_is_wished(given) && !shows_snippets(results))
        cli_note(
            "--marks, --passages, --snippet-size, --snippet-field, --whole: snippets are shown "
            "on a terminal and with --json or --ndjson");
    if (status == CLI_DONE && given->explain && !has_hits_in_full(results))
        cli_note("--explain: shown on a terminal and with --json or --ndjson");
    return status;
}

void
cli_results_release(cli_results *results)
{
    cli_search_release(&results->search);
    cli_roots_release(&results->roots);
}

void
cli_results_begin(cli_results *results, const rls_snapshot *snapshot)
{
    cli_roots_read(&results->roots, snapshot);
    cli_search_check(&results->search, snapshot);
    if (results->shows_foot && results->search.facets_asked == 0)
        cli_search_add_telling_facets(&results->search, snapshot);
    if (results->printer.form == CLI_FORM_BLOCKS)
        cli_pager_begin(results->given);
    results->printer.facet_count = results->search.options.facet_count;
    cli_print_head(&results->printer);
}

static void
tell_textless(const cli_results *results)
{
    cli_text line = {0};

    if (results->textless == 0)
        return;
    if (results->printer.query_id != NULL)
        cli_text_format(&line, "%s: ", results->printer.query_id);
    cli_textless_warning(&line, results->textless);
    cli_note(line.data);
    cli_text_release(&line);
}

static void
print_count(const cli_results *results, const rls_hits *hits)
{
    cli_text line = {0};

    if (results->printer.query_id != NULL)
        cli_text_format(&line, "%s\t", results->printer.query_id);
    cli_text_format(&line, "%" PRIu64 "\n", rls_hits_total(hits));
    cli_write(line.data, line.size);
    cli_text_release(&line);
}

static void
print_bars(const cli_results *results, const rls_hits *hits)
{
    cli_text out = {0};
    cli_bars bars = {.width = results->printer.width, .color = results->printer.color};

    for (uint32_t i = 0; i < results->search.facets_asked; i++)
        cli_put_facet_bars(&out, hits, i, &bars);
    if (out.size > 0)
        cli_write(out.data, out.size);
    cli_text_release(&out);
}

int
cli_results_show(cli_results *results, const char *query, const char *query_id, rls_hits *hits)
{
    rls_error  error = {0};
    rls_status status = RLS_OK;

    results->printer.query = query;
    results->printer.query_id = query_id;
    results->textless = 0;
    if (cli_search_tell_notes(&results->search, hits, query_id) != CLI_DONE)
        return CLI_FAILED;
    if (rls_hits_total(hits) > 0 || rls_hits_count(hits) > 0)
        results->met_hits = true;
    else if (rls_hits_timed_out(hits))
        results->is_unknown = true;
    if (results->given->count)
        print_count(results, hits);
    else if (!results->given->quiet)
        status = cli_print_hits(&results->printer, hits, &error);
    if (status != RLS_OK) {
        cli_search_tell_failure(query_id, &error);
    } else {
        if (results->printer.form == CLI_FORM_BLOCKS)
            print_bars(results, hits);
        if (results->shows_foot)
            cli_print_foot(&results->printer, hits);
    }
    tell_textless(results);
    return status == RLS_OK ? CLI_DONE : CLI_FAILED;
}
