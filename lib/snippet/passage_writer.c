/* Passages → text with marks. */
#include "analysis/word_break.h"
#include "snippet/passages.h"
#include "snippet/text_edges.h"

enum {
    LINK_MAX = 1000 /* bytes of the text of a link */
};

/* What lies between two characters that are written. */
typedef enum gap_kind {
    GAP_NONE,
    GAP_MARKUP, /* blanked markup only */
    GAP_SPACE
} gap_kind;

typedef struct passage_writer {
    rls_passage_text         text;
    rls_passage              passage;
    const rls_mark_span     *spans;
    size_t                   span_count;
    const rls_passage_marks *marks;
    rls_buffer              *out;
    size_t                   next; /* span */
    bool                     marked, begun;
    uint32_t                 marked_to, marked_leaf; /* of the open mark: its end, its last leaf */
    gap_kind                 gap;
    uint32_t                 gap_start; /* behind the last character written */
    bool after_word, after_stop; /* the last character: of a word; punctuation that ends one */
} passage_writer;

static void
put_text(rls_buffer *out, const char *text)
{
    rls_buffer_append(out, text, strlen(text));
}

static bool
is_word(uint32_t point)
{
    rls_word_class class = rls_word_class_of(point);

    return rls_word_starts(class) || class == RLS_WORD_KATAKANA || class == RLS_WORD_IDEOGRAPH ||
           class == RLS_WORD_EXTEND;
}

/* --- marks --- */

/* A hyphen or what else ties the parts of a compound, and nothing more. */
static bool
is_tie(rls_bytes text, uint32_t from, uint32_t to)
{
    if (to - from == 1)
        return strchr("-/&@.:_,'", text.data[from]) != NULL && text.data[from] != 0;
    return to - from == 3 && text.data[from] == 0xe2 && text.data[from + 1] == 0x80 &&
           (text.data[from + 2] == 0x90 || text.data[from + 2] == 0x91);
}

/* White space within a paragraph. */
static bool
is_blank(rls_passage_text text, uint32_t from, uint32_t to)
{
    uint32_t lines = 0;

    while (from < to) {
        uint32_t size = rls_space_at(text.prose, from);
        if (size == 0)
            return false;
        lines += text.original.data[from] == '\n';
        from += size;
    }
    return lines < 2;
}

/* Lets the open mark go on over spans that belong to it. */
static void
extend_mark(passage_writer *writer)
{
    while (writer->next < writer->span_count) {
        const rls_mark_span *span = &writer->spans[writer->next];
        uint32_t             from = writer->marked_to;
        if (span->start < from) {
            if (span->end > from) {
                writer->marked_to = span->end;
                writer->marked_leaf = span->leaf;
            }
        } else if (span->end <= writer->passage.end &&
                   (span->start == from || is_tie(writer->text.prose, from, span->start) ||
                    (span->leaf == writer->marked_leaf + 1 &&
                     is_blank(writer->text, from, span->start)))) {
            writer->marked_to = span->end;
            writer->marked_leaf = span->leaf;
        } else {
            return;
        }
        writer->next++;
    }
}

static void
put_mark_start(passage_writer *writer)
{
    rls_passage place = {(uint32_t)writer->out->size, 0};

    if (writer->marks->places != NULL)
        rls_buffer_append(writer->marks->places, &place, sizeof place);
    else
        put_text(writer->out, writer->marks->start);
    writer->marked = true;
}

static void
put_mark_end(passage_writer *writer)
{
    rls_buffer *places = writer->marks->places;

    if (places == NULL)
        put_text(writer->out, writer->marks->end);
    else if (!places->failed)
        ((rls_passage *)(void *)(places->data + places->size))[-1].end =
            (uint32_t)writer->out->size;
    writer->marked = false;
}

static void
close_mark(passage_writer *writer, uint32_t at)
{
    if (writer->marked && at >= writer->marked_to)
        put_mark_end(writer);
}

static void
open_mark(passage_writer *writer, uint32_t at)
{
    bool open = false;

    if (writer->marked)
        return;
    writer->marked_to = at;
    for (; writer->next < writer->span_count && writer->spans[writer->next].start <= at;
         writer->next++) {
        const rls_mark_span *span = &writer->spans[writer->next];
        if (span->end <= writer->marked_to)
            continue;
        writer->marked_to = span->end;
        writer->marked_leaf = span->leaf;
        open = true;
    }
    if (!open)
        return;
    extend_mark(writer);
    put_mark_start(writer);
}

/* --- characters --- */

/* The bracket at `at` begins the text of a link: the one that closes it was blanked together with
 * the target. */
static bool
opens_link(rls_passage_text text, uint32_t at)
{
    size_t   end = text.prose.size - at > LINK_MAX ? at + LINK_MAX : text.prose.size;
    uint32_t depth = 0;

    if (text.prose.data[at] != '[')
        return false;
    for (size_t i = at + 1; i < end; i++) {
        uint8_t byte = text.original.data[i];
        if (byte == '\\') {
            i++;
        } else if (byte == '[') {
            depth++;
        } else if (byte == ']') {
            if (depth == 0)
                return text.prose.data[i] != ']';
            depth--;
        }
    }
    return false;
}

/* Size of the begin of a link or image at `at`; 0 when there is none. */
static uint32_t
link_start_size(rls_passage_text text, uint32_t at)
{
    uint32_t size = text.prose.data[at] == '!' && at + 1 < text.prose.size;

    return opens_link(text, at + size) ? size + 1 : 0;
}

static void
pass_space(passage_writer *writer, uint32_t at)
{
    uint8_t original = writer->text.original.data[at];

    /* Where an entity was blanked it stood for a space. */
    if (original == '&' || rls_space_at(writer->text.original, at) > 0)
        writer->gap = GAP_SPACE;
    else if (writer->gap == GAP_NONE)
        writer->gap = GAP_MARKUP;
}

/* Line breaks that the white space up to `at` stands for. In text without markup every line counts;
 * in Markdown a single line break is a space. */
static uint32_t
count_breaks(const passage_writer *writer, uint32_t at)
{
    rls_passage_text text = writer->text;
    uint32_t         lines = 0;

    for (uint32_t i = writer->gap_start; i < at; i++)
        lines += text.original.data[i] == '\n';
    if (text.prose.data != text.original.data && lines > 0 &&
        !rls_paragraph_breaks(text, writer->gap_start, at))
        return 0;
    return lines > 2 ? 2 : lines;
}

static void
put_gap(passage_writer *writer, uint32_t at, uint32_t point)
{
    bool space = writer->gap == GAP_SPACE;

    if (space && writer->begun && writer->marks->paragraphs) {
        uint32_t breaks = count_breaks(writer, at);
        space = breaks == 0;
        for (uint32_t i = 0; i < breaks; i++)
            rls_buffer_put_u8(writer->out, '\n');
    }

    if (writer->gap == GAP_MARKUP)
        space = is_word(point) && (writer->after_word || writer->after_stop);
    if (space && writer->begun)
        rls_buffer_put_u8(writer->out, ' ');
    writer->gap = GAP_NONE;
}

static void
put_character(passage_writer *writer, const uint8_t *bytes, uint32_t size)
{
    const char *escaped = NULL;

    if (writer->marks->html && size == 1) {
        escaped = *bytes == '&'    ? "&amp;"
                  : *bytes == '<'  ? "&lt;"
                  : *bytes == '>'  ? "&gt;"
                  : *bytes == '"'  ? "&quot;"
                  : *bytes == '\'' ? "&#39;"
                                   : NULL;
    }
    if (escaped != NULL)
        put_text(writer->out, escaped);
    else
        rls_buffer_append(writer->out, bytes, size);
}

static void
write_passage(passage_writer *writer)
{
    rls_bytes prose = writer->text.prose;

    for (uint32_t at = writer->passage.start; at < writer->passage.end;) {
        uint32_t size, point;

        close_mark(writer, at);
        size = rls_space_at(prose, at);
        if (size > 0) {
            pass_space(writer, at);
            at += size;
            continue;
        }
        size = rls_invisible_at(prose, at);
        if (size > 0) {
            at += size;
            continue;
        }
        size = link_start_size(writer->text, at);
        if (size > 0) {
            if (writer->gap == GAP_NONE)
                writer->gap = GAP_MARKUP;
            at += size;
            continue;
        }
        size = rls_utf8_next(prose.data + at, prose.data + prose.size, &point);
        put_gap(writer, at, point);
        open_mark(writer, at);
        if (point == RLS_UTF8_INVALID)
            put_text(writer->out, "\xef\xbf\xbd");
        else
            put_character(writer, prose.data + at, size);
        writer->begun = true;
        writer->gap_start = at + size;
        writer->after_word = is_word(point);
        writer->after_stop = point < 0x80 && strchr(".,;:!?)", (int)point) != NULL && point != 0;
        at += size;
    }
    if (writer->marked)
        put_mark_end(writer);
}

/* --- passages --- */

/* Something to read is between here and there. */
static bool
leaves_out(rls_bytes prose, uint32_t from, uint32_t to)
{
    return rls_visible_from(rls_bytes_of(prose.data, to), from) < to;
}

static void
put_ellipsis(rls_buffer *out, const char *ellipsis, bool first, bool last)
{
    size_t size = strlen(ellipsis);

    while (first && size > 0 && ellipsis[0] == ' ') {
        ellipsis++;
        size--;
    }
    while (last && size > 0 && ellipsis[size - 1] == ' ')
        size--;
    rls_buffer_append(out, ellipsis, size);
}

void
rls_passages_write(rls_passage_text text, const rls_passage *passages, uint32_t passage_count,
                   const rls_mark_span *spans, size_t span_count, const rls_passage_marks *marks,
                   rls_buffer *out)
{
    uint32_t done = 0;

    for (uint32_t i = 0; i < passage_count; i++) {
        passage_writer writer = {.text = text,
                                 .passage = passages[i],
                                 .spans = spans,
                                 .span_count = span_count,
                                 .marks = marks,
                                 .out = out};
        if (leaves_out(text.prose, done, passages[i].start))
            put_ellipsis(out, marks->ellipsis, i == 0, false);
        else if (i > 0)
            rls_buffer_put_u8(out, ' ');
        write_passage(&writer);
        done = passages[i].end;
    }
    if (passage_count > 0 && leaves_out(text.prose, done, (uint32_t)text.prose.size))
        put_ellipsis(out, marks->ellipsis, false, true);
}
