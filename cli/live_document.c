#include "live_document.h"

#include <stdlib.h>
#include <string.h>

#include "print_hits.h"

enum {
    /* Bytes of a text in which matches are looked for while somebody only leafs through hits. */
    GLANCE_SIZE = 1 << 20,
    CONTEXT_LINES = 3 /* above a match that was jumped to */
};

void
cli_live_document_release(cli_live_document *document)
{
    cli_text_release(&document->text);
    free(document->ranges);
    free(document->lines);
    memset(document, 0, sizeof *document);
}

/* --- reading --- */

static void
add_range(cli_live_document *document, size_t start, size_t end, unsigned style)
{
    cli_live_range *last =
        document->range_count == 0 ? NULL : &document->ranges[document->range_count - 1];

    if (start >= end)
        return;
    if (last != NULL && start < last->end) {
        /* Matches may overlap, such as a phrase and a word of it. */
        if (last->style == style && end > last->end)
            last->end = end;
        return;
    }
    document->ranges =
        cli_reallocate(document->ranges, document->range_count + 1, sizeof *document->ranges);
    document->ranges[document->range_count++] = (cli_live_range){start, end, style};
    if (style == CLI_STYLE_MARK)
        document->match_count++;
}

/* Adds a text at the end, with those of the spans that lie in it. */
static void
add_text(cli_live_document *document, rls_text text, unsigned style, const rls_span *spans,
         uint32_t span_count, uint32_t field)
{
    size_t start = document->text.size, at = start;

    cli_text_add(&document->text, text.data, text.size);
    for (uint32_t i = 0; i < span_count; i++) {
        const rls_span *span = &spans[i];
        if (span->field != field || span->value != 0 || span->end > text.size ||
            span->start >= span->end)
            continue;
        if (style != CLI_STYLE_PLAIN && start + span->start > at)
            add_range(document, at, start + span->start, style);
        add_range(document, start + span->start, start + span->end, CLI_STYLE_MARK);
        at = start + span->end;
    }
    if (style != CLI_STYLE_PLAIN)
        add_range(document, at, document->text.size, style);
    cli_text_put(&document->text, "\n");
}

static uint32_t
number_of_field(rls_hits *hits, uint32_t i, uint32_t count, const char *name)
{
    for (uint32_t j = 0; j < count; j++) {
        rls_hit_field field;
        if (rls_hits_field(hits, i, j, &field, NULL) == RLS_OK && field.name.size == strlen(name) &&
            memcmp(field.name.data, name, field.name.size) == 0)
            return j;
    }
    return UINT32_MAX - 1;
}

rls_status
cli_live_document_load(cli_live_document *document, rls_hits *hits, uint32_t i,
                       const cli_roots *roots, bool in_full, rls_error *err)
{
    static const char missing[] =
        "The text cannot be shown: the index does not keep it, and the file changed or vanished.";
    const rls_span *spans = NULL;
    uint32_t        span_count = 0;
    cli_text        line = {0};
    cli_presence    presence;
    rls_hit         hit;
    rls_status      status;

    cli_live_document_release(document);
    status = rls_hits_get(hits, i, &hit, err);
    if (status == RLS_OK && (in_full || hit.body.size <= GLANCE_SIZE))
        status = rls_hits_spans(hits, i, &spans, &span_count, err);
    if (status != RLS_OK)
        return status;
    add_text(document, cli_hit_title(hits, i), CLI_STYLE_BOLD, spans, span_count,
             number_of_field(hits, i, hit.field_count, "title"));
    cli_put_day(&line, cli_hit_day(hits, i));
    status = cli_put_about(&line, hits, i, hit.field_count, err);
    if (line.size > 0)
        add_text(document, (rls_text){line.data, line.size}, CLI_STYLE_PLAIN, NULL, 0, 0);
    cli_text_clear(&line);
    presence = cli_hit_path(roots, hits, i, &line);
    if (presence == CLI_NO_FILE)
        cli_text_add(&line, hit.key.data, hit.key.size);
    cli_text_put(&line, presence == CLI_FILE_VANISHED  ? " (vanished)"
                        : presence == CLI_FILE_CHANGED ? " (changed)"
                                                       : "");
    add_text(document, (rls_text){line.data, line.size}, CLI_STYLE_GREEN, NULL, 0, 0);
    /* A text begins after a blank line, which it may have itself. */
    if (!hit.has_body || hit.body.size == 0 || hit.body.data[0] != '\n')
        cli_text_put(&document->text, "\n");
    if (hit.has_body)
        add_text(document, hit.body, CLI_STYLE_PLAIN, spans, span_count, RLS_SPAN_BODY);
    else
        add_text(document, (rls_text){missing, sizeof missing - 1}, CLI_STYLE_DIM, NULL, 0, 0);
    cli_text_release(&line);
    document->current = document->range_count;
    return status;
}

/* --- lines --- */

/* Finds the line that begins at `next`. */
static void
break_line(cli_live_document *document)
{
    const char *text = document->text.data;
    size_t      size = document->text.size, start = document->next, at = start;
    size_t      blank = SIZE_MAX, end = SIZE_MAX;
    unsigned    columns = 0;

    while (at < size && text[at] != '\n') {
        size_t   length;
        unsigned width = cli_screen_character(text + at, size - at, &length);
        if (text[at] == ' ')
            blank = at;
        if (columns + width > document->width && at > start) {
            end = blank != SIZE_MAX ? blank : at;
            at = blank != SIZE_MAX ? blank + 1 : at;
            break;
        }
        columns += width;
        at += length;
    }
    if (end == SIZE_MAX) {
        end = at > start && text[at - 1] == '\r' ? at - 1 : at;
        at++;
    }
    if (document->line_count == document->line_capacity) {
        document->line_capacity = document->line_capacity == 0 ? 64 : document->line_capacity * 2;
        document->lines =
            cli_reallocate(document->lines, document->line_capacity, sizeof *document->lines);
    }
    document->lines[document->line_count++] = (cli_live_lines){start, end};
    document->next = at;
}

/* True when there is a line `number`. */
static bool
has_line(cli_live_document *document, size_t number)
{
    while (document->line_count <= number && document->next < document->text.size)
        break_line(document);
    return number < document->line_count;
}

/* The line that has byte `at`. */
static size_t
line_of(cli_live_document *document, size_t at)
{
    size_t low = 0, high;

    while (document->next <= at && document->next < document->text.size)
        break_line(document);
    high = document->line_count;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (document->lines[middle].start <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void
cli_live_document_fit(cli_live_document *document, unsigned width)
{
    size_t at = document->top < document->line_count ? document->lines[document->top].start : 0;

    if (width == document->width)
        return;
    document->width = width;
    document->line_count = 0;
    document->next = 0;
    document->top = line_of(document, at);
}

static void
clamp(cli_live_document *document, unsigned height)
{
    if (has_line(document, document->top + height))
        return;
    document->top = document->line_count > height ? document->line_count - height : 0;
}

void
cli_live_document_scroll(cli_live_document *document, long lines, unsigned height)
{
    if (lines < 0)
        document->top = document->top > (size_t)-lines ? document->top - (size_t)-lines : 0;
    else
        document->top += (size_t)lines;
    clamp(document, height);
}

void
cli_live_document_end(cli_live_document *document, unsigned height)
{
    line_of(document, document->text.size);
    document->top = document->line_count;
    clamp(document, height);
}

static void
show_byte(cli_live_document *document, size_t at, unsigned height)
{
    size_t line = line_of(document, at);
    size_t context = height > 2 * CONTEXT_LINES ? CONTEXT_LINES : height / 3;

    document->top = line > context ? line - context : 0;
    clamp(document, height);
}

/* Nothing moves while the byte can be seen. */
static void
make_visible(cli_live_document *document, size_t at, unsigned height)
{
    size_t line = line_of(document, at);

    if (line < document->top || line >= document->top + height)
        show_byte(document, at, height);
}

bool
cli_live_document_match(cli_live_document *document, bool forwards, unsigned height)
{
    size_t at = document->current;

    for (;;) {
        if (forwards ? at + 1 >= document->range_count : at == 0)
            return false;
        at += forwards ? 1 : SIZE_MAX;
        if (document->ranges[at].style == CLI_STYLE_MARK)
            break;
    }
    document->current = at;
    make_visible(document, document->ranges[at].start, height);
    return true;
}

void
cli_live_document_show_match(cli_live_document *document, bool is_current, unsigned height)
{
    for (size_t i = 0; i < document->range_count; i++) {
        const cli_live_range *range = &document->ranges[i];
        /* Far down, finding the line takes longer than a glance may. */
        if (!is_current && range->start > GLANCE_SIZE)
            return;
        if (range->style != CLI_STYLE_MARK)
            continue;
        if (is_current)
            document->current = i;
        make_visible(document, range->start, height);
        return;
    }
}

size_t
cli_live_document_match_number(const cli_live_document *document)
{
    size_t number = 0;

    if (document->current >= document->range_count)
        return 0;
    for (size_t i = 0; i <= document->current; i++)
        number += document->ranges[i].style == CLI_STYLE_MARK;
    return number;
}

/* --- drawing --- */

/* The first range that ends behind `at`. */
static size_t
range_after(const cli_live_document *document, size_t at)
{
    size_t low = 0, high = document->range_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (document->ranges[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
draw_line(const cli_live_document *document, cli_pen *pen, const cli_live_lines *line)
{
    size_t range = range_after(document, line->start);

    for (size_t at = line->start; at < line->end;) {
        const cli_live_range *next =
            range < document->range_count ? &document->ranges[range] : NULL;
        size_t   end = line->end;
        unsigned style = CLI_STYLE_PLAIN;
        if (next != NULL && next->start <= at) {
            style = next->style;
            if (range == document->current)
                style |= CLI_STYLE_REVERSE;
            end = next->end < end ? next->end : end;
            range++;
        } else if (next != NULL && next->start < end) {
            end = next->start;
        }
        cli_screen_put(pen, style, document->text.data + at, end - at);
        at = end;
    }
}

void
cli_live_document_draw(cli_live_document *document, const cli_pen *pen, unsigned height)
{
    for (unsigned i = 0; i < height && has_line(document, document->top + i); i++) {
        cli_pen at = *pen;
        at.row += i;
        draw_line(document, &at, &document->lines[document->top + i]);
    }
}
