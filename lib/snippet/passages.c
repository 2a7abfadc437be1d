#include "snippet/passages.h"

/* Repeated occurrences of a leaf, as a share of the first. */
static const float repeat_share = 0.1f;

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool
is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The last place <= at where a word begins, but not before `least`. */
static uint32_t
word_start(rls_bytes text, uint32_t at, uint32_t least)
{
    while (at > least && !is_space(text.data[at - 1]))
        at--;
    return at;
}

/* The first place >= at where a word ends, but not behind `most`; without one near, a character's
 * end. */
static uint32_t
word_end(rls_bytes text, uint32_t at, uint32_t most)
{
    uint32_t end = at;

    while (end < most && !is_space(text.data[end]))
        end++;
    return end;
}

static bool
ends_sentence(rls_bytes text, uint32_t at)
{
    uint32_t last = at;

    while (last > 0 && is_space(text.data[last - 1]))
        last--;
    if (last == at)
        return at == 0;
    if (at - last >= 2 && memchr(text.data + last, '\n', at - last) != NULL)
        return true; /* a paragraph */
    return last == 0 || text.data[last - 1] == '.' || text.data[last - 1] == '!' ||
           text.data[last - 1] == '?';
}

/* Begins the passage at the sentence, when that begins within the `room` bytes before. */
static uint32_t
sentence_start(rls_bytes text, uint32_t at, uint32_t least, uint32_t room)
{
    for (uint32_t start = at;; start--) {
        if (start == 0 || (!is_space(text.data[start]) && ends_sentence(text, start)))
            return start < least ? at : start;
        if (start == least || at - start >= room)
            return at;
    }
}

typedef struct choice {
    const rls_match_leaf *leaves;
    uint32_t              leaf_count;
    uint8_t               seen[64]; /* leaves covered so far; further ones share the last */
} choice;

static uint32_t
slot(uint32_t leaf)
{
    return leaf < 63 ? leaf : 63;
}

/* Worth of spans [first, last) together. */
static float
worth(const choice *choice, const rls_mark_span *spans, size_t first, size_t last)
{
    uint8_t here[64] = {0};
    float   sum = 0;

    for (size_t i = first; i < last; i++) {
        uint32_t leaf = spans[i].leaf;
        float    weight = leaf < choice->leaf_count ? choice->leaves[leaf].weight : 0;
        if (weight <= 0)
            weight = 0.01f;
        sum += weight * (here[slot(leaf)] || choice->seen[slot(leaf)] ? repeat_share : 1.0f);
        here[slot(leaf)] = 1;
    }
    return sum;
}

static bool
overlaps(const rls_passage *passages, uint32_t count, uint32_t start, uint32_t end)
{
    for (uint32_t i = 0; i < count; i++) {
        if (start < passages[i].end && passages[i].start < end)
            return true;
    }
    return false;
}

/* The best run of spans that fits into `size` bytes and touches no chosen passage. */
static bool
best_run(const choice *choice, const rls_mark_span *spans, size_t span_count, uint32_t size,
         const rls_passage *passages, uint32_t passage_count, size_t *out_first, size_t *out_last)
{
    float  best = 0;
    size_t last = 0;

    for (size_t first = 0; first < span_count; first++) {
        float value;
        if (last < first + 1)
            last = first + 1;
        while (last < span_count && spans[last].end - spans[first].start <= size)
            last++;
        if (overlaps(passages, passage_count, spans[first].start, spans[last - 1].end))
            continue;
        value = worth(choice, spans, first, last);
        if (value > best * 1.0001f) {
            best = value;
            *out_first = first;
            *out_last = last;
        }
    }
    return best > 0;
}

/* Grows [start, end) to about `size` bytes of whole words between the neighbours. */
static rls_passage
grow(rls_bytes text, uint32_t start, uint32_t end, uint32_t size, uint32_t least, uint32_t most)
{
    uint32_t room = end - start < size ? size - (end - start) : 0;
    uint32_t before = start - least < room / 3 ? start - least : room / 3;
    uint32_t begin = sentence_start(text, start, least, before + room / 4);

    if (begin == start && before > 0) {
        begin = start - before;
        while (begin > least && is_continuation(text.data[begin]))
            begin--;
        if (begin > least && !is_space(text.data[begin - 1])) {
            uint32_t whole = word_start(text, begin, begin - least > 40 ? begin - 40 : least);
            begin = whole;
        }
    }
    room = end - begin < size ? size - (end - begin) : 0;
    end = most - end < room ? most : word_end(text, end + room, most);
    if (end < most && end - begin > size + 60) { /* a very long word: cut it at a character */
        end = begin + size;
        while (end > begin && is_continuation(text.data[end]))
            end--;
    }
    while (begin < end && is_space(text.data[begin]))
        begin++;
    while (end > begin && is_space(text.data[end - 1]))
        end--;
    return (rls_passage){begin, end};
}

uint32_t
rls_passages_choose(rls_bytes prose, const rls_match_leaf *leaves, uint32_t leaf_count,
                    const rls_mark_span *spans, size_t span_count, uint32_t size, uint32_t limit,
                    rls_passage *out_passages)
{
    choice   choice = {.leaves = leaves, .leaf_count = leaf_count};
    uint32_t count = 0, text_size = (uint32_t)prose.size;
    uint32_t each = size;
    size_t   first, last;

    if (limit > RLS_PASSAGE_LIMIT)
        limit = RLS_PASSAGE_LIMIT;
    if (span_count > 0 && limit > 1)
        each = size / limit < 60 ? 60 : size / limit;
    while (count < limit &&
           best_run(&choice, spans, span_count, each, out_passages, count, &first, &last)) {
        uint32_t    least = 0, most = text_size;
        uint32_t    new_leaves = 0;
        rls_passage passage;

        for (size_t i = first; i < last; i++) {
            new_leaves += !choice.seen[slot(spans[i].leaf)];
            choice.seen[slot(spans[i].leaf)] = 1;
        }
        /* A second piece must bring a word that the first does not have, or the text is better
         * spent on one longer piece. */
        if (count > 0 && new_leaves == 0)
            break;
        for (uint32_t i = 0; i < count; i++) {
            if (out_passages[i].end <= spans[first].start && out_passages[i].end > least)
                least = out_passages[i].end;
            if (out_passages[i].start >= spans[last - 1].end && out_passages[i].start < most)
                most = out_passages[i].start;
        }
        passage = grow(prose, spans[first].start, spans[last - 1].end, each, least, most);
        out_passages[count++] = passage;
    }
    if (count == 1) { /* the whole size for one piece */
        out_passages[0] =
            grow(prose, out_passages[0].start, out_passages[0].end, size, 0, text_size);
    }
    if (count == 0 && text_size > 0) {
        uint32_t start = 0;
        while (start < text_size && is_space(prose.data[start]))
            start++;
        out_passages[count++] = grow(prose, start, start, size, start, text_size);
    }
    for (uint32_t i = 1; i < count; i++) { /* in order of the text */
        rls_passage moving = out_passages[i];
        uint32_t    j = i;
        for (; j > 0 && out_passages[j - 1].start > moving.start; j--)
            out_passages[j] = out_passages[j - 1];
        out_passages[j] = moving;
    }
    return count;
}

/* --- writing --- */

/* Bytes of a control or invisible formatting character at `at`; 0 when it is to be shown. C1
 * controls, zero-width characters, direction marks and the byte order mark could change what a
 * terminal or a page shows. */
static uint32_t
invisible_size(rls_bytes text, uint32_t at)
{
    const uint8_t *data = text.data + at;
    size_t         left = text.size - at;

    if (data[0] < 0x20 || data[0] == 0x7f)
        return 1;
    if (left >= 2 && data[0] == 0xc2 && (data[1] < 0xa0 || data[1] == 0xad))
        return 2;
    if (left >= 3 && data[0] == 0xe2 && data[1] == 0x80 &&
        ((data[2] >= 0x8b && data[2] <= 0x8f) || (data[2] >= 0xa8 && data[2] <= 0xae)))
        return 3;
    if (left >= 3 && data[0] == 0xe2 && data[1] == 0x81 && data[2] >= 0xa0 && data[2] <= 0xaf)
        return 3;
    if (left >= 3 && data[0] == 0xef && data[1] == 0xbb && data[2] == 0xbf)
        return 3;
    return 0;
}

static void
put_text(rls_buffer *out, const char *text)
{
    rls_buffer_append(out, text, strlen(text));
}

static void
write_passage(rls_bytes prose, const rls_passage *passage, const rls_mark_span *spans,
              size_t span_count, const char *mark_start, const char *mark_end, rls_buffer *out)
{
    size_t   next = 0;
    uint32_t marked_to = 0;
    bool     marked = false, space = false, begun = false;

    for (uint32_t at = passage->start; at < passage->end;) {
        uint32_t skip, size = 1;

        if (marked && at >= marked_to) {
            put_text(out, mark_end);
            marked = false;
        }
        if (is_space(prose.data[at]) ||
            (prose.data[at] == 0xc2 && at + 1 < prose.size && prose.data[at + 1] == 0xa0)) {
            space = true;
            at += prose.data[at] == 0xc2 ? 2 : 1;
            continue;
        }
        skip = invisible_size(prose, at);
        if (skip > 0) {
            at += skip;
            continue;
        }
        if (space && begun)
            rls_buffer_put_u8(out, ' ');
        space = false;
        begun = true;
        while (next < span_count && spans[next].start <= at) {
            uint32_t end = spans[next].end < passage->end ? spans[next].end : passage->end;
            if (end > at && spans[next].start >= passage->start) {
                if (!marked)
                    put_text(out, mark_start);
                marked = true;
                if (end > marked_to)
                    marked_to = end;
            }
            next++;
        }
        while (at + size < passage->end && is_continuation(prose.data[at + size]))
            size++;
        rls_buffer_append(out, prose.data + at, size);
        at += size;
    }
    if (marked)
        put_text(out, mark_end);
}

/* White space only between here and there. */
static bool
is_blank(rls_bytes prose, uint32_t from, uint32_t to)
{
    while (from < to && is_space(prose.data[from]))
        from++;
    return from >= to;
}

void
rls_passages_write(rls_bytes prose, const rls_passage *passages, uint32_t passage_count,
                   const rls_mark_span *spans, size_t span_count, const char *mark_start,
                   const char *mark_end, const char *ellipsis, rls_buffer *out)
{
    uint32_t done = 0;

    for (uint32_t i = 0; i < passage_count; i++) {
        if (!is_blank(prose, done, passages[i].start))
            put_text(out, ellipsis);
        write_passage(prose, &passages[i], spans, span_count, mark_start, mark_end, out);
        done = passages[i].end;
    }
    if (passage_count > 0 && !is_blank(prose, done, (uint32_t)prose.size))
        put_text(out, ellipsis);
}
