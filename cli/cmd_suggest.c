/* rsearch suggest: how what is being typed may go on. */
#include <inttypes.h>
#include <releasesearch/suggest.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json_objects.h"
#include "message.h"
#include "print_hits.h"
#include "search.h"
#include "terminal.h"
#include "wrap.h"

static const char *
name_of(rls_suggestion_kind kind)
{
    return kind == RLS_SUGGEST_WORD ? "word" : kind == RLS_SUGGEST_VALUE ? "value" : "title";
}

static void
put_line(cli_text *out, const rls_suggestion *found)
{
    cli_escape(out, found->query.data, found->query.size, CLI_ESCAPE_PIPE);
    cli_text_format(out, "\t%s\t", name_of(found->kind));
    cli_escape(out, found->field.data, found->field.size, CLI_ESCAPE_PIPE);
    cli_text_format(out, "\t%" PRIu64 "\n", found->count);
}

static void
put_shown(cli_text *out, const rls_suggestion *found, unsigned width)
{
    unsigned columns = width < 60 ? width / 2 : width - 32;
    cli_text about = {0};

    cli_put_columns(out, found->query.data, found->query.size, columns, true);
    if (found->kind == RLS_SUGGEST_WORD)
        cli_text_put(&about, "word");
    else
        cli_text_add(&about, found->field.data, found->field.size);
    cli_text_put(out, "  ");
    cli_put_columns(out, about.data, about.size, 14, true);
    if (found->kind != RLS_SUGGEST_TITLE) {
        cli_text_clear(&about);
        cli_text_count(&about, found->count);
        cli_text_format(out, " %10s", about.data);
    }
    cli_text_put(out, "\n");
    cli_text_release(&about);
}

static void
put_json(cli_text *out, const rls_suggestion *found)
{
    cli_text_format(out, "{\"kind\":\"%s\",\"text\":", name_of(found->kind));
    cli_json_string(out, found->text.data, found->text.size);
    cli_text_put(out, ",\"field\":");
    if (found->field.size > 0)
        cli_json_string(out, found->field.data, found->field.size);
    else
        cli_text_put(out, "null");
    cli_text_format(out,
                    ",\"count\":%" PRIu64 ",\"start\":%" PRIu32 ",\"end\":%" PRIu32 ",\"query\":",
                    found->count, found->start, found->end);
    cli_json_string(out, found->query.data, found->query.size);
    cli_text_put(out, "}");
}

void
cli_put_json_suggestions(cli_text *out, const char *typed, size_t size,
                         const rls_suggestions *found)
{
    cli_text_put(out, "{\"typed\":");
    cli_json_string(out, typed, size);
    cli_text_put(out, ",\"suggestions\":[");
    for (uint32_t i = 0; i < rls_suggestions_count(found); i++) {
        cli_text_put(out, i == 0 ? "" : ",");
        put_json(out, rls_suggestions_get(found, i));
    }
    cli_text_put(out, "]}\n");
}

void
cli_suggest_take(rls_suggest_options *asked, const cli_options *options)
{
    static const uint32_t kinds[] = {0, RLS_SUGGEST_WORD, RLS_SUGGEST_VALUE, RLS_SUGGEST_TITLE};

    asked->limit = (uint32_t)options->limit;
    asked->kinds = kinds[options->suggestion_kind];
}

static void
print(const cli_options *options, const cli_text *typed, const rls_suggestions *found)
{
    bool     terminal = cli_is_terminal(STDOUT_FILENO);
    unsigned width = cli_terminal_width();
    cli_text out = {0};

    cli_text_put(&out, "");
    if (options->json)
        cli_put_json_suggestions(&out, typed->data, typed->size, found);
    for (uint32_t i = 0; !options->json && i < rls_suggestions_count(found); i++) {
        if (terminal)
            put_shown(&out, rls_suggestions_get(found, i), width);
        else
            put_line(&out, rls_suggestions_get(found, i));
    }
    cli_write(out.data, out.size);
    cli_text_release(&out);
}

static int
suggest_command(const cli_options *options, int count, char **arguments)
{
    rls_suggest_options asked = RLS_SUGGEST_OPTIONS_INIT;
    rls_suggestions    *found = NULL;
    rls_snapshot       *snapshot;
    rls_error           error = {0};
    cli_text            typed = {0};
    int                 status;

    if (count == 0) {
        cli_error("suggest: nothing was typed (rsearch suggest WORD…)");
        return CLI_FAILED;
    }
    snapshot = cli_open_snapshot(options);
    if (snapshot == NULL)
        return CLI_FAILED;
    cli_search_join(&typed, count, arguments);
    cli_suggest_take(&asked, options);
    if (rls_snapshot_suggest(snapshot, typed.data, typed.size, &asked, &found, &error) != RLS_OK) {
        status = cli_library_error(&error);
    } else {
        print(options, &typed, found);
        status = rls_suggestions_count(found) > 0 ? CLI_DONE : CLI_NONE;
    }
    rls_suggestions_close(found);
    rls_snapshot_close(snapshot);
    cli_text_release(&typed);
    return status;
}

const cli_command cli_command_suggest = {
    .bit = CLI_SUGGEST,
    .name = "suggest",
    .arguments = "WORD…",
    .summary = "Tells how what is being typed may go on",
    .description =
        "Words, values of keyword fields and titles that what is typed may become. Otherwise than "
        "on a terminal, one a line: the whole query as it would be, its kind (word, value or "
        "title), its field, and how many there are, separated by tabs. Exit status 1 when there "
        "is none.",
    .complete = CLI_COMPLETE_WORDS,
    .examples = {{"rsearch suggest 'cluster mun'", "as a prompt would complete it"},
                 {"rsearch suggest --kind=value 'ministers:go'", "values of a field"},
                 {"rsearch suggest --json -n 20 disarm", "for programs"}},
    .run = suggest_command,
};
