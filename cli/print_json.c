#include <inttypes.h>
#include <string.h>

#include "facets.h"
#include "message.h"
#include "print_hits.h"
#include "terminal.h"

/* Bytes from the beginning that stand in a string as they are, one each. */
static size_t
plain_run(const char *bytes, size_t size)
{
    size_t run = 0;

    while (run < size && (unsigned char)bytes[run] >= 0x20 && (unsigned char)bytes[run] < 0x7f &&
           bytes[run] != '"' && bytes[run] != '\\')
        run++;
    return run;
}

void
cli_json_string(cli_text *out, const char *bytes, size_t size)
{
    cli_text_put(out, "\"");
    for (size_t i = 0; i < size;) {
        uint32_t character = 0;
        size_t   length, run = plain_run(bytes + i, size - i);
        if (run > 0) {
            cli_text_add(out, bytes + i, run);
            i += run;
            continue;
        }
        length = cli_decode(bytes + i, size - i, &character);
        if (length == 0) {
            cli_text_put(out, "\xef\xbf\xbd");
            length = 1;
        } else if (character == '"' || character == '\\') {
            cli_text_format(out, "\\%c", (char)character);
        } else if (character == '\n') {
            cli_text_put(out, "\\n");
        } else if (character == '\t') {
            cli_text_put(out, "\\t");
        } else if (character < 0x20 || (character >= 0x7f && character < 0xa0) ||
                   character == 0x2028 || character == 0x2029) {
            cli_text_format(out, "\\u%04x", (unsigned)character);
        } else {
            cli_text_add(out, bytes + i, length);
        }
        i += length;
    }
    cli_text_put(out, "\"");
}

static void
put_string(cli_text *out, const char *string)
{
    cli_json_string(out, string, strlen(string));
}

/* Number by the grammar of JSON. */
static bool
is_json_number(rls_text text)
{
    const char *at = text.data, *end = text.data + text.size, *digits;

    if (text.size == 0 || text.size > 40)
        return false;
    if (*at == '-')
        at++;
    for (digits = at; at < end && *at >= '0' && *at <= '9';)
        at++;
    if (at == digits || (*digits == '0' && at > digits + 1))
        return false;
    if (at < end && *at == '.') {
        for (digits = ++at; at < end && *at >= '0' && *at <= '9';)
            at++;
        if (at == digits)
            return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        for (digits = at; at < end && *at >= '0' && *at <= '9';)
            at++;
        if (at == digits)
            return false;
    }
    return at == end;
}

static void
put_value(cli_text *out, const rls_hit_field *field, rls_text value)
{
    if ((field->kinds & RLS_FIELD_NUMBER) != 0 && is_json_number(value))
        cli_text_add(out, value.data, value.size);
    else
        cli_json_string(out, value.data, value.size);
}

void
cli_put_json_field(cli_text *out, const rls_hit_field *field)
{
    bool is_list = field->is_list || field->value_count > 1;

    cli_json_string(out, field->name.data, field->name.size);
    cli_text_put(out, is_list ? ":[" : field->value_count == 0 ? ":null" : ":");
    for (uint32_t i = 0; i < field->value_count; i++) {
        cli_text_put(out, i == 0 ? "" : ",");
        put_value(out, field, field->values[i]);
    }
    cli_text_put(out, is_list ? "]" : "");
}

static rls_status
put_fields(cli_text *out, rls_hits *hits, uint32_t i, uint32_t count, rls_error *err)
{
    cli_text_put(out, "\"fields\":{");
    for (uint32_t j = 0; j < count; j++) {
        rls_hit_field field;
        rls_status    status = rls_hits_field(hits, i, j, &field, err);
        if (status != RLS_OK)
            return status;
        cli_text_put(out, j == 0 ? "" : ",");
        cli_put_json_field(out, &field);
    }
    cli_text_put(out, "}");
    return RLS_OK;
}

static void
put_path(cli_text *out, const cli_roots *roots, rls_hits *hits, uint32_t i)
{
    cli_text     path = {0};
    cli_presence presence = cli_hit_path(roots, hits, i, &path);

    cli_text_put(out, ",\"path\":");
    if (presence != CLI_NO_FILE)
        cli_json_string(out, path.data, path.size);
    else
        cli_text_put(out, "null");
    if (presence == CLI_FILE_VANISHED)
        cli_text_put(out, ",\"vanished\":true");
    if (presence == CLI_FILE_CHANGED)
        cli_text_put(out, ",\"changed\":true");
    cli_text_release(&path);
}

/* The snippet without marks, and where they would be: bytes of the text as it stands here. */
static rls_status
put_snippet(cli_text *out, const cli_printer *printer, rls_hits *hits, uint32_t i, rls_error *err)
{
    const char *field = printer->snippet.field;
    cli_snippet snippet;
    bool        html = printer->marks == CLI_MARKS_HTML;
    unsigned    parts = CLI_SNIPPET_SPANS | (html ? CLI_SNIPPET_MARKED : 0);
    rls_status  status = cli_hit_snippet(hits, i, &printer->snippet, parts, &snippet, err);

    if (status != RLS_OK)
        return status;
    cli_text_put(out, ",\"snippet\":{");
    if (field != NULL) {
        cli_text_put(out, "\"field\":");
        put_string(out, field);
        cli_text_format(out, ",\"value\":%" PRIu32 ",", snippet.value);
    }
    cli_text_put(out, "\"text\":");
    cli_json_string(out, snippet.text.data, snippet.text.size);
    cli_text_put(out, ",\"spans\":[");
    for (uint32_t j = 0; j < snippet.span_count; j++)
        cli_text_format(out, "%s[%" PRIu32 ",%" PRIu32 "]", j == 0 ? "" : ",",
                        snippet.spans[j].start, snippet.spans[j].end);
    cli_text_put(out, "]");
    if (html) {
        cli_text_put(out, ",\"html\":");
        cli_json_string(out, snippet.marked.data, snippet.marked.size);
    }
    cli_text_put(out, "}");
    return RLS_OK;
}

static rls_status
put_matches(cli_text *out, rls_hits *hits, uint32_t i, rls_error *err)
{
    const rls_span *spans;
    uint32_t        count;
    rls_status      status = rls_hits_spans(hits, i, &spans, &count, err);

    if (status != RLS_OK)
        return status;
    cli_text_put(out, ",\"matches\":[");
    for (uint32_t j = 0; j < count; j++) {
        rls_hit_field field = {.name = {"body", 4}};
        if (spans[j].field != RLS_SPAN_BODY)
            status = rls_hits_field(hits, i, spans[j].field, &field, err);
        if (status != RLS_OK)
            return status;
        cli_text_format(out, "%s{\"field\":", j == 0 ? "" : ",");
        cli_json_string(out, field.name.data, field.name.size);
        if (field.is_list)
            cli_text_format(out, ",\"value\":%" PRIu32, spans[j].value);
        cli_text_format(out, ",\"start\":%" PRIu32 ",\"end\":%" PRIu32 ",\"leaf\":%" PRIu32 "}",
                        spans[j].start, spans[j].end, spans[j].leaf);
    }
    cli_text_put(out, "]");
    return RLS_OK;
}

static void
put_query_id(cli_text *out, const cli_printer *printer)
{
    if (printer->query_id == NULL)
        return;
    cli_text_put(out, "\"query_id\":");
    put_string(out, printer->query_id);
    cli_text_put(out, ",");
}

static rls_status
put_hit(cli_text *out, const cli_printer *printer, rls_hits *hits, uint32_t i, rls_error *err)
{
    rls_hit    hit;
    rls_status status = rls_hits_get(hits, i, &hit, err);

    if (status != RLS_OK)
        return status;
    cli_text_put(out, "{");
    if (printer->form == CLI_FORM_NDJSON)
        put_query_id(out, printer);
    cli_text_format(out, "\"rank\":%" PRIu32 ",\"score\":", printer->skip + i + 1);
    cli_text_number(out, hit.score);
    cli_text_format(out, ",\"matches_all\":%s,\"key\":", hit.matches_all ? "true" : "false");
    cli_json_string(out, hit.key.data, hit.key.size);
    put_path(out, printer->roots, hits, i);
    if (printer->collapses)
        cli_text_format(out, ",\"collapsed\":%" PRIu64, rls_hits_collapsed(hits, i));
    cli_text_put(out, ",");
    status = put_fields(out, hits, i, hit.field_count, err);
    *printer->textless += cli_lacks_text(printer, &hit);
    if (status == RLS_OK && printer->snippets)
        status = put_snippet(out, printer, hits, i, err);
    if (status == RLS_OK && printer->snippets)
        status = put_matches(out, hits, i, err);
    if (status == RLS_OK && printer->explain) {
        cli_text_put(out, ",\"explanation\":");
        status = cli_put_json_explanation(out, hits, i, err);
    }
    cli_text_put(out, "}");
    return status;
}

static void
put_summary(cli_text *out, const cli_printer *printer, rls_hits *hits)
{
    const char *token = rls_hits_next(hits);
    rls_text    better = {"", 0};
    uint32_t    next = cli_next_page(printer, hits);
    uint32_t    count = 0;
    const char *note;

    cli_text_format(out,
                    "],\"total\":%" PRIu64 ",\"total_is_exact\":%s,\"total_has_all_words\":%s,"
                    "\"timed_out\":%s,\"took_us\":%" PRIu64 ",\"warnings\":[",
                    rls_hits_total(hits), rls_hits_total_is_exact(hits) ? "true" : "false",
                    rls_hits_total_has_all_words(hits) ? "true" : "false",
                    rls_hits_timed_out(hits) ? "true" : "false", rls_hits_took_ns(hits) / 1000);
    for (; (note = rls_hits_note(hits, count)) != NULL; count++) {
        cli_text_put(out, count == 0 ? "" : ",");
        put_string(out, note);
    }
    if (*printer->textless > 0) {
        cli_text warning = {0};
        cli_textless_warning(&warning, *printer->textless);
        cli_text_put(out, count == 0 ? "" : ",");
        put_string(out, warning.data);
        cli_text_release(&warning);
    }
    cli_text_put(out, "],\"suggestion\":");
    if (!printer->has_no_words)
        rls_hits_suggestion(hits, &better, NULL);
    if (better.size > 0)
        cli_json_string(out, better.data, better.size);
    else
        cli_text_put(out, "null");
    cli_put_facets_json(out, hits, printer->facets_asked);
    if (next > 0)
        cli_text_format(out, ",\"next\":%" PRIu32, next);
    else
        cli_text_put(out, ",\"next\":null");
    cli_text_put(out, ",\"next_token\":");
    if (token != NULL)
        put_string(out, token);
    else
        cli_text_put(out, "null");
    cli_text_put(out, "}\n");
}

rls_status
cli_put_json_hits(cli_text *out, const cli_printer *printer, rls_hits *hits, rls_error *err)
{
    rls_status status = RLS_OK;

    cli_text_put(out, "{");
    put_query_id(out, printer);
    cli_text_put(out, "\"query\":");
    put_string(out, printer->query);
    cli_text_put(out, ",\"hits\":[");
    for (uint32_t i = 0; i < rls_hits_count(hits) && status == RLS_OK; i++) {
        if (i > 0)
            cli_text_put(out, ",");
        status = put_hit(out, printer, hits, i, err);
    }
    if (status == RLS_OK)
        put_summary(out, printer, hits);
    return status;
}

static rls_status
print_lines(const cli_printer *printer, rls_hits *hits, rls_error *err)
{
    cli_text   out = {0};
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < rls_hits_count(hits) && status == RLS_OK; i++) {
        status = put_hit(&out, printer, hits, i, err);
        if (status == RLS_OK) {
            cli_text_put(&out, "\n");
            cli_write(out.data, out.size);
            cli_text_clear(&out);
        }
        if (cli_output_is_closed())
            break;
    }
    cli_text_release(&out);
    return status;
}

rls_status
cli_print_json_hits(const cli_printer *printer, rls_hits *hits, rls_error *err)
{
    cli_text   out = {0};
    rls_status status;

    if (printer->form == CLI_FORM_NDJSON)
        return print_lines(printer, hits, err);
    status = cli_put_json_hits(&out, printer, hits, err);
    if (status == RLS_OK)
        cli_write(out.data, out.size);
    cli_text_release(&out);
    return status;
}

rls_status
cli_put_json_document(cli_text *out, const cli_roots *roots, rls_hits *hits, bool with_matches,
                      rls_error *err)
{
    rls_hit    hit;
    rls_status status = rls_hits_get(hits, 0, &hit, err);

    if (status != RLS_OK)
        return status;
    cli_text_put(out, "{\"key\":");
    cli_json_string(out, hit.key.data, hit.key.size);
    put_path(out, roots, hits, 0);
    cli_text_put(out, ",");
    status = put_fields(out, hits, 0, hit.field_count, err);
    if (status == RLS_OK && with_matches)
        status = put_matches(out, hits, 0, err);
    if (status != RLS_OK)
        return status;
    cli_text_format(out, ",\"markdown\":%s,\"body\":", hit.markdown ? "true" : "false");
    if (hit.has_body)
        cli_json_string(out, hit.body.data, hit.body.size);
    else
        cli_text_put(out, "null");
    cli_text_put(out, "}\n");
    return RLS_OK;
}
