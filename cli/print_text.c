#include <inttypes.h>
#include <string.h>

#include "links.h"
#include "message.h"
#include "print_hits.h"
#include "run_file.h"
#include "terminal.h"
#include "wrap.h"

enum {
    VALUES_SHOWN = 3, /* of a list */
    SNIPPET_LINES = 3
};

/* --- parts of a hit --- */

cli_presence
cli_hit_path(const cli_roots *roots, rls_hits *hits, uint32_t i, cli_text *out)
{
    rls_file_info file;
    rls_text      key;
    cli_presence  presence;
    rls_freshness freshness;

    /* A file of its own is one that gave it its key. */
    if (rls_hits_key(hits, i, &key, NULL, NULL) != RLS_OK ||
        rls_hits_file(hits, i, &file, NULL) != RLS_OK || strlen(file.name) != key.size ||
        memcmp(file.name, key.data, key.size) != 0)
        return CLI_NO_FILE;
    presence = cli_roots_show_file(roots, &file, out);
    /* A file with another time may still be the same. */
    if (presence == CLI_FILE_CHANGED &&
        rls_hits_freshness(hits, i, NULL, &freshness, NULL) == RLS_OK && freshness == RLS_FRESH)
        presence = CLI_FILE_THERE;
    return presence;
}

void
cli_textless_warning(cli_text *out, uint64_t count)
{
    cli_text_put(out, "the text of ");
    cli_text_counted(out, count, "hit", "hits");
    cli_text_put(out, " cannot be shown: the index does not keep it, and the files changed or "
                      "vanished");
}

bool
cli_lacks_text(const cli_printer *printer, const rls_hit *hit)
{
    return printer->snippets && printer->snippet.field == NULL && !hit->has_body;
}

rls_text
cli_hit_value(rls_hits *hits, uint32_t i, const char *name)
{
    rls_hit_field field;

    if (rls_hits_find_field(hits, i, name, &field, NULL) != RLS_OK || field.value_count == 0)
        return (rls_text){"", 0};
    return field.values[0];
}

rls_text
cli_hit_title(rls_hits *hits, uint32_t i)
{
    rls_text    title = cli_hit_value(hits, i, "title");
    const char *slash;

    if (title.size > 0 || rls_hits_key(hits, i, &title, NULL, NULL) != RLS_OK)
        return title;
    slash = memrchr(title.data, '/', title.size);
    if (slash != NULL && slash + 1 < title.data + title.size) {
        title.size -= (size_t)(slash + 1 - title.data);
        title.data = slash + 1;
    }
    return title;
}

static bool
is_day(rls_text text)
{
    static const char shape[] = "dddd-dd-dd";

    if (text.size < 10 || (text.size > 10 && strchr("Tt \t", text.data[10]) == NULL))
        return false;
    for (size_t i = 0; i < 10; i++) {
        if (shape[i] == 'd' ? text.data[i] < '0' || text.data[i] > '9' : text.data[i] != '-')
            return false;
    }
    return true;
}

rls_text
cli_hit_day(rls_hits *hits, uint32_t i)
{
    rls_text date = cli_hit_value(hits, i, "date");

    if (is_day(date))
        date.size = 10;
    return date;
}

uint32_t
cli_next_page(const cli_printer *printer, const rls_hits *hits)
{
    uint32_t count = rls_hits_count(hits), next = printer->skip + count;

    if (count == 0 || count < printer->limit)
        return 0;
    /* Behind the documents with all words, which the total counts, those with some may follow. */
    if (rls_hits_total_is_exact(hits) && !rls_hits_total_has_all_words(hits) &&
        next >= rls_hits_total(hits))
        return 0;
    return next;
}

/* --- blocks --- */

void
cli_put_day(cli_text *out, rls_text day)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    unsigned                 month;

    if (!is_day(day)) {
        cli_text_add(out, day.data, day.size);
        return;
    }
    if (memcmp(day.data, "0001", 4) == 0)
        return;
    month = (unsigned)(day.data[5] - '0') * 10 + (unsigned)(day.data[6] - '0');
    if (month < 1 || month > 12) {
        cli_text_add(out, day.data, day.size);
        return;
    }
    cli_text_format(out, "%d %s %.4s", (day.data[8] - '0') * 10 + (day.data[9] - '0'),
                    months[month - 1], day.data);
}

/* What a document is about comes before who made it. */
bool
cli_is_subject(rls_text name)
{
    static const char *const subjects[] = {"portfolios", "topics", "categories", "subjects",
                                           "tags"};

    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        if (name.size == strlen(subjects[i]) && memcmp(name.data, subjects[i], name.size) == 0)
            return true;
    }
    return false;
}

static void
put_list(cli_text *out, const rls_hit_field *field)
{
    uint32_t shown = field->value_count < VALUES_SHOWN ? field->value_count : VALUES_SHOWN;

    for (uint32_t j = 0; j < shown; j++) {
        rls_text value = field->values[j];
        if (value.size == 0 || memmem(value.data, value.size, "://", 3) != NULL)
            continue;
        if (out->size > 0)
            cli_text_put(out, j == 0 ? " · " : ", ");
        cli_text_add(out, value.data, value.size);
    }
    if (field->value_count > shown)
        cli_text_put(out, ", …");
}

rls_status
cli_put_about(cli_text *out, rls_hits *hits, uint32_t i, uint32_t field_count, rls_error *err)
{
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t j = 0; j < field_count; j++) {
            rls_hit_field field;
            rls_status    status = rls_hits_field(hits, i, j, &field, err);
            if (status != RLS_OK)
                return status;
            if (field.is_list && (field.kinds & RLS_FIELD_KEYWORD) != 0 &&
                cli_is_subject(field.name) == (round == 0))
                put_list(out, &field);
        }
    }
    return RLS_OK;
}

typedef struct block {
    const cli_printer *printer;
    cli_text          *out;
    cli_wrap           wrap;
} block;

/* A paragraph of the block, in the style `code`. */
static void
put_paragraph(block *work, const char *text, size_t size, const char *code, unsigned lines)
{
    bool styled = work->printer->color && code[0] != '\0';

    if (size == 0)
        return;
    work->wrap.lines = lines;
    if (styled)
        cli_text_put(work->out, code);
    cli_wrap_words(work->out, text, size, &work->wrap);
    if (styled)
        cli_text_put(work->out, "\033[0m");
    cli_text_put(work->out, "\n");
}

/* Names without blanks are not broken into lines. */
static void
put_path(block *work, const char *path, size_t size, cli_presence presence)
{
    bool is_link = work->printer->links && presence != CLI_NO_FILE &&
                   presence != CLI_FILE_VANISHED && cli_link_begin(work->out, path);

    if (work->printer->color)
        cli_text_put(work->out, "\033[32m");
    cli_escape(work->out, path, size, CLI_ESCAPE_LINE);
    if (is_link)
        cli_link_end(work->out);
    cli_text_put(work->out, work->printer->color ? "\033[0m" : "");
    cli_text_put(work->out, presence == CLI_FILE_VANISHED  ? " (vanished)\n"
                            : presence == CLI_FILE_CHANGED ? " (changed)\n"
                                                           : "\n");
}

/* Offsets of matches: 12-20 35-41. */
static void
put_offsets(block *work, const cli_snippet *snippet)
{
    cli_text line = {0};

    for (uint32_t j = 0; j < snippet->span_count; j++)
        cli_text_format(&line, "%s%" PRIu32 "-%" PRIu32, j == 0 ? "" : " ", snippet->spans[j].start,
                        snippet->spans[j].end);
    if (line.size > 0) {
        cli_text_format(work->out, "%*s", (int)work->wrap.indent, "");
        put_paragraph(work, line.data, line.size, "", 0);
    }
    cli_text_release(&line);
}

static rls_status
put_snippet(block *work, rls_hits *hits, uint32_t i, rls_error *err)
{
    const cli_printer  *printer = work->printer;
    rls_snippet_options options = printer->snippet;
    unsigned            width = work->wrap.width - work->wrap.indent;
    cli_snippet         snippet;
    rls_text            left;
    bool                offsets = printer->marks == CLI_MARKS_OFFSETS;
    rls_status          status;

    if (!printer->snippets)
        return RLS_OK;
    if (printer->snippet_fits)
        options.size = width < 42 ? 60 : width > 212 ? 400 : width * 2 - 24;
    status = cli_hit_snippet(hits, i, &options, offsets ? CLI_SNIPPET_SPANS : CLI_SNIPPET_MARKED,
                             &snippet, err);
    if (status != RLS_OK)
        return status;
    /* A whole text keeps its paragraphs. */
    left = offsets ? snippet.text : snippet.marked;
    while (left.size > 0) {
        const char *newline = memchr(left.data, '\n', left.size);
        size_t      size = newline == NULL ? left.size : (size_t)(newline - left.data);
        cli_text_format(work->out, size == 0 ? "\n" : "%*s", (int)work->wrap.indent, "");
        put_paragraph(work, left.data, size, "", printer->snippet_fits ? SNIPPET_LINES : 0);
        size += newline != NULL;
        left.data += size;
        left.size -= size;
    }
    if (offsets)
        put_offsets(work, &snippet);
    return RLS_OK;
}

static rls_status
put_block(block *work, rls_hits *hits, uint32_t i, rls_error *err)
{
    int          indent = (int)work->wrap.indent;
    cli_presence presence;
    rls_hit      hit;
    rls_text     title;
    cli_text     line = {0};
    rls_status   status = rls_hits_get(hits, i, &hit, err);

    if (status != RLS_OK)
        return status;
    title = cli_hit_title(hits, i);
    cli_text_format(work->out, "%-*" PRIu32, indent, work->printer->skip + i + 1);
    put_paragraph(work, title.data, title.size, "\033[1m", 0);
    cli_put_day(&line, cli_hit_day(hits, i));
    status = cli_put_about(&line, hits, i, hit.field_count, err);
    if (line.size > 0) {
        cli_text_format(work->out, "%*s", indent, "");
        put_paragraph(work, line.data, line.size, "", 2);
    }
    if (rls_hits_collapsed(hits, i) > 0) {
        cli_text_clear(&line);
        cli_text_put(&line, "stands for ");
        cli_text_counted(&line, rls_hits_collapsed(hits, i), "more document", "more documents");
        cli_text_put(&line, " of this text");
        cli_text_format(work->out, "%*s", indent, "");
        put_paragraph(work, line.data, line.size, "", 2);
    }
    if (status == RLS_OK)
        status = put_snippet(work, hits, i, err);
    if (status == RLS_OK && work->printer->explain)
        status = cli_put_explanation(work->out, hits, i, work->wrap.indent, err);
    cli_text_clear(&line);
    *work->printer->textless += cli_lacks_text(work->printer, &hit);
    presence = cli_hit_path(work->printer->roots, hits, i, &line);
    if (presence == CLI_NO_FILE)
        cli_text_add(&line, hit.key.data, hit.key.size);
    cli_text_format(work->out, "%*s", indent, "");
    put_path(work, line.data, line.size, presence);
    cli_text_release(&line);
    return status;
}

static unsigned
digits_of(uint32_t number)
{
    unsigned digits = 1;

    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

static rls_status
print_blocks(const cli_printer *printer, rls_hits *hits, cli_text *out, uint32_t i, rls_error *err)
{
    block work = {.printer = printer, .out = out};

    work.wrap.indent = digits_of(printer->skip + rls_hits_count(hits)) + 2;
    work.wrap.width =
        printer->width < work.wrap.indent + 20 ? work.wrap.indent + 20 : printer->width - 2;
    work.wrap.mark_width = printer->color ? 0 : 1;
    work.wrap.start = printer->color ? "\033[1;31m" : "[";
    work.wrap.end = printer->color ? "\033[0m" : "]";
    return put_block(&work, hits, i, err);
}

/* --- lines --- */

static void
put_field(const cli_printer *printer, cli_text *out, const char *bytes, size_t size)
{
    cli_escape(out, bytes, size, printer->to_terminal ? CLI_ESCAPE_LINE : CLI_ESCAPE_PIPE);
}

void
cli_put_csv(cli_text *out, const char *bytes, size_t size, bool to_terminal)
{
    cli_text_put(out, "\"");
    while (size > 0) {
        const char *quote = memchr(bytes, '"', size);
        size_t      plain = quote == NULL ? size : (size_t)(quote - bytes) + 1;
        cli_escape(out, bytes, plain, to_terminal ? CLI_ESCAPE_LINE : CLI_ESCAPE_PIPE);
        cli_text_put(out, quote == NULL ? "" : "\"");
        bytes += plain;
        size -= plain;
    }
    cli_text_put(out, "\"");
}

/* A cell and what stands behind it. */
static void
put_csv(const cli_printer *printer, cli_text *out, const char *bytes, size_t size,
        const char *after)
{
    cli_put_csv(out, bytes, size, printer->to_terminal);
    cli_text_put(out, after);
}

static void
put_line(const cli_printer *printer, rls_hits *hits, uint32_t i, const cli_text *path,
         cli_text *out)
{
    rls_text day = cli_hit_day(hits, i), title = cli_hit_value(hits, i, "title");

    put_field(printer, out, path->data, path->size);
    cli_text_put(out, "\t");
    put_field(printer, out, day.data, day.size);
    cli_text_put(out, "\t");
    put_field(printer, out, title.data, title.size);
    cli_text_put(out, printer->by_nul ? "" : "\n");
    if (printer->by_nul)
        cli_text_add(out, "", 1);
}

static void
put_csv_line(const cli_printer *printer, rls_hits *hits, uint32_t i, rls_text key, double score,
             const cli_text *path, bool has_path, cli_text *out)
{
    rls_text day = cli_hit_day(hits, i), title = cli_hit_value(hits, i, "title");

    if (printer->query_id != NULL)
        put_csv(printer, out, printer->query_id, strlen(printer->query_id), ",");
    cli_text_format(out, "%" PRIu32 ",", printer->skip + i + 1);
    cli_text_number(out, score);
    cli_text_put(out, ",");
    put_csv(printer, out, key.data, key.size, ",");
    put_csv(printer, out, path->data, has_path ? path->size : 0, ",");
    put_csv(printer, out, day.data, day.size, ",");
    put_csv(printer, out, title.data, title.size, "\r\n");
}

static rls_status
print_line(const cli_printer *printer, rls_hits *hits, cli_text *out, uint32_t i, rls_error *err)
{
    rls_text   key;
    double     score;
    cli_text   path = {0};
    bool       has_path;
    rls_hit    hit;
    rls_status status = rls_hits_key(hits, i, &key, &score, err);

    if (status == RLS_OK && printer->form != CLI_FORM_PATHS && printer->form != CLI_FORM_TREC)
        status = rls_hits_get(hits, i, &hit, err);
    if (status != RLS_OK)
        return status;
    if (printer->form == CLI_FORM_TREC) {
        cli_run_put(out, printer->query_id != NULL ? printer->query_id : "1", key.data, key.size,
                    printer->skip + i + 1, score, printer->tag);
        return RLS_OK;
    }
    has_path = cli_hit_path(printer->roots, hits, i, &path) != CLI_NO_FILE;
    if (!has_path)
        cli_text_add(&path, key.data, key.size);
    if (printer->query_id != NULL && printer->form != CLI_FORM_CSV) {
        put_field(printer, out, printer->query_id, strlen(printer->query_id));
        cli_text_put(out, "\t");
    }
    if (printer->form == CLI_FORM_CSV) {
        put_csv_line(printer, hits, i, key, score, &path, has_path, out);
    } else if (printer->form == CLI_FORM_LINES) {
        put_line(printer, hits, i, &path, out);
    } else if (printer->by_nul) {
        cli_text_add(out, path.data, path.size);
        cli_text_add(out, "", 1);
    } else {
        put_field(printer, out, path.data, path.size);
        cli_text_put(out, "\n");
    }
    cli_text_release(&path);
    return RLS_OK;
}

rls_status
cli_print_hits(const cli_printer *printer, rls_hits *hits, rls_error *err)
{
    cli_text   out = {0};
    rls_status status = RLS_OK;

    if (printer->form == CLI_FORM_JSON || printer->form == CLI_FORM_NDJSON)
        return cli_print_json_hits(printer, hits, err);
    for (uint32_t i = 0; i < rls_hits_count(hits) && status == RLS_OK; i++) {
        cli_text_clear(&out);
        status = printer->form == CLI_FORM_BLOCKS ? print_blocks(printer, hits, &out, i, err)
                                                  : print_line(printer, hits, &out, i, err);
        if (status == RLS_OK)
            cli_write(out.data, out.size);
        if (cli_output_is_closed())
            break;
    }
    cli_text_release(&out);
    return status;
}

void
cli_print_head(const cli_printer *printer)
{
    static const char columns[] = "rank,score,key,path,date,title\r\n";

    if (printer->form != CLI_FORM_CSV)
        return;
    if (printer->query_id != NULL)
        cli_write("query,", 6);
    cli_write(columns, sizeof columns - 1);
}
