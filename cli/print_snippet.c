#include <string.h>

#include "flags.h"
#include "message.h"
#include "print_hits.h"

/* Which value of a list has a match: that one is shown, else the first. */
static rls_status
choose_value(rls_hits *hits, uint32_t i, rls_snippet_options *options, rls_error *err)
{
    const rls_snippet_span *spans;
    rls_hit_field           field;
    rls_text                text;
    uint32_t                count = 0;

    options->value = 0;
    if (options->field == NULL ||
        rls_hits_find_field(hits, i, options->field, &field, NULL) != RLS_OK)
        return RLS_OK;
    for (uint32_t value = 0; value < field.value_count && field.value_count > 1; value++) {
        rls_status status;
        options->value = value;
        status = rls_hits_snippet_spans(hits, i, options, &text, &spans, &count, err);
        if (status != RLS_OK || count > 0)
            return status;
    }
    options->value = 0;
    return RLS_OK;
}

rls_status
cli_hit_snippet(rls_hits *hits, uint32_t i, const rls_snippet_options *wanted, unsigned parts,
                cli_snippet *out, rls_error *err)
{
    rls_snippet_options options = *wanted;
    rls_status          status = choose_value(hits, i, &options, err);

    *out = (cli_snippet){.text = {"", 0}, .marked = {"", 0}, .value = options.value};
    if (status == RLS_OK && (parts & CLI_SNIPPET_MARKED) != 0)
        status = rls_hits_snippet(hits, i, &options, &out->marked, err);
    /* Offsets are those of the text as it is, not as markup has it. */
    options.format = RLS_SNIPPET_TEXT;
    if (status == RLS_OK && (parts & CLI_SNIPPET_SPANS) != 0)
        status = rls_hits_snippet_spans(hits, i, &options, &out->text, &out->spans,
                                        &out->span_count, err);
    return status;
}

void
cli_snippet_take(cli_printer *printer, const cli_options *given)
{
    static const char   start[] = {CLI_MARK_START, '\0'}, end[] = {CLI_MARK_END, '\0'};
    rls_snippet_options html = RLS_SNIPPET_OPTIONS_HTML_INIT, plain = RLS_SNIPPET_OPTIONS_INIT;

    plain.mark_start = start;
    plain.mark_end = end;
    printer->marks = (cli_marks)given->marks;
    printer->snippet = printer->marks == CLI_MARKS_HTML ? html : plain;
    printer->snippet.passages = (uint32_t)given->passages;
    printer->snippet.whole = given->whole;
    if (given->snippet_size > 0)
        printer->snippet.size = (uint32_t)given->snippet_size;
    if (strcmp(given->snippet_field, "body") != 0)
        printer->snippet.field = given->snippet_field;
}

bool
cli_snippet_is_wished(const cli_options *given)
{
    static const char *const flags[] = {"marks", "passages", "snippet-size", "snippet-field",
                                        "whole"};

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (cli_flag_is_given(given, flags[i]))
            return true;
    }
    return false;
}
