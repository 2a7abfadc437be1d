/* rsearch terms: the words of an index. */
#include <inttypes.h>
#include <releasesearch/terms.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "message.h"
#include "pager.h"
#include "print_hits.h"
#include "search.h"
#include "terminal.h"
#include "wrap.h"

typedef struct word {
    const char *form;
    uint64_t    documents, occurrences;
    uint32_t    edits;
} word;

typedef struct listing {
    const cli_options *given;
    cli_arena          strings;
    word              *words;
    size_t             count, capacity;
} listing;

static bool
meet(void *context, const rls_term_entry *entry)
{
    listing *work = context;

    if (work->count == work->capacity) {
        work->capacity = work->capacity == 0 ? 256 : 2 * work->capacity;
        work->words = cli_reallocate(work->words, work->capacity, sizeof *work->words);
    }
    work->words[work->count++] =
        (word){cli_arena_copy(&work->strings, entry->form, strlen(entry->form)), entry->documents,
               entry->occurrences, entry->edits};
    /* In the order of words the first ones are enough. */
    return work->given->terms_order == 0 || work->given->limit == 0 ||
           work->count < work->given->limit;
}

/* The nearest first, then the most frequent, then by their bytes. */
static int
compare(const void *a, const void *b)
{
    const word *left = a, *right = b;

    if (left->edits != right->edits)
        return left->edits < right->edits ? -1 : 1;
    if (left->documents != right->documents)
        return left->documents > right->documents ? -1 : 1;
    return strcmp(left->form, right->form);
}

static void
put_words(const listing *work, cli_text *out, size_t count)
{
    bool     terminal = cli_is_terminal(STDOUT_FILENO) && !work->given->csv;
    unsigned width = cli_terminal_width(), columns = width < 60 ? width / 2 : 40;

    if (work->given->csv)
        cli_text_put(out, "word,documents,occurrences\r\n");
    for (size_t i = 0; i < count; i++) {
        const word *one = &work->words[i];
        cli_text    figures = {0};
        if (terminal) {
            cli_put_columns(out, one->form, strlen(one->form), columns, true);
            cli_text_count(&figures, one->documents);
            cli_text_format(out, "%10s", figures.data);
            cli_text_clear(&figures);
            cli_text_count(&figures, one->occurrences);
            cli_text_format(out, " %10s\n", figures.data);
        } else if (work->given->csv) {
            cli_put_csv(out, one->form, strlen(one->form), false);
            cli_text_format(out, ",%" PRIu64 ",%" PRIu64 "\r\n", one->documents, one->occurrences);
        } else {
            cli_escape(out, one->form, strlen(one->form), CLI_ESCAPE_PIPE);
            cli_text_format(out, "\t%" PRIu64 "\t%" PRIu64 "\n", one->documents, one->occurrences);
        }
        cli_text_release(&figures);
    }
}

static void
put_json(const listing *work, cli_text *out, const cli_text *pattern, size_t count)
{
    cli_text_put(out, "{\"pattern\":");
    cli_json_string(out, pattern->data, pattern->size);
    cli_text_put(out, ",\"words\":[");
    for (size_t i = 0; i < count; i++) {
        const word *one = &work->words[i];
        cli_text_put(out, i == 0 ? "{\"word\":" : ",{\"word\":");
        cli_json_string(out, one->form, strlen(one->form));
        cli_text_format(out, ",\"documents\":%" PRIu64 ",\"occurrences\":%" PRIu64, one->documents,
                        one->occurrences);
        if (work->given->match_kind == RLS_TERMS_FUZZY)
            cli_text_format(out, ",\"edits\":%" PRIu32, one->edits);
        cli_text_put(out, "}");
    }
    cli_text_put(out, "]}\n");
}

static int
print(listing *work, const cli_text *pattern)
{
    size_t   count = work->count;
    cli_text out = {0};

    if (work->given->json && work->given->csv) {
        cli_error("--json, --csv: more than one form of output (choose one)");
        return CLI_FAILED;
    }
    if (work->given->terms_order == 0 && count > 0)
        qsort(work->words, count, sizeof *work->words, compare);
    if (work->given->limit > 0 && count > work->given->limit)
        count = (size_t)work->given->limit;
    cli_text_put(&out, "");
    if (work->given->json)
        put_json(work, &out, pattern, count);
    else
        put_words(work, &out, count);
    if (!work->given->json && !work->given->csv)
        cli_pager_begin(work->given);
    cli_write(out.data, out.size);
    cli_text_release(&out);
    return count > 0 ? CLI_DONE : CLI_NONE;
}

static int
terms_command(const cli_options *options, int count, char **arguments)
{
    listing           work = {.given = options};
    rls_terms_options asked = RLS_TERMS_OPTIONS_INIT;
    rls_snapshot     *snapshot;
    rls_error         error = {0};
    cli_text          pattern = {0};
    int               status = CLI_FAILED;

    if (count > 1) {
        cli_error("terms %s: one pattern at a time (rsearch terms %s)", arguments[1], arguments[0]);
        return CLI_FAILED;
    }
    snapshot = cli_open_snapshot(options);
    if (snapshot == NULL)
        return CLI_FAILED;
    cli_search_join(&pattern, count, arguments);
    asked.match = (rls_terms_match)options->match_kind;
    asked.edits = (uint32_t)options->edits;
    if (asked.match == RLS_TERMS_PREFIX && strpbrk(pattern.data, "*?") != NULL)
        asked.match = RLS_TERMS_WILDCARD;
    if (rls_snapshot_terms(snapshot, pattern.data, pattern.size, &asked, meet, &work, &error) ==
        RLS_OK)
        status = print(&work, &pattern);
    else if (error.status == RLS_BAD_QUERY)
        cli_error("pattern: at byte %" PRIu64 ": %s", error.offset, error.message);
    else
        cli_library_error(&error);
    rls_snapshot_close(snapshot);
    free(work.words);
    cli_arena_release(&work.strings);
    cli_text_release(&pattern);
    return status;
}

const cli_command cli_command_terms = {
    .bit = CLI_TERMS,
    .name = "terms",
    .arguments = "[PATTERN]",
    .summary = "Lists the words of an index",
    .description =
        "Words that begin with PATTERN; with * or ? in it those that match as a whole; with "
        "--match "
        "by a regular expression or by edits. Without a pattern, all words. Case and accents do "
        "not matter; each word is shown as it is written most often. Otherwise than on a terminal, "
        "one a line: the word, how many documents have it, how often it occurs, separated by tabs. "
        "Exit status 1 when there is none.",
    .complete = CLI_COMPLETE_WORDS,
    .examples = {{"rsearch terms disarm", "words that begin so, the most frequent first"},
                 {"rsearch terms 'm?nister*al'", "as a wildcard would match them"},
                 {"rsearch terms --match=regex 'clust(er|ers)'", "by a regular expression"},
                 {"rsearch terms --match=fuzzy munitons", "within one edit"},
                 {"rsearch terms -n0 --order=word", "the whole dictionary"}},
    .run = terms_command,
};
