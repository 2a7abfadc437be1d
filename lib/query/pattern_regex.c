/* Regular expressions → nodes, in one pass with a stack of open groups. A part that is done is a
 * piece of the row of nodes entered at its first and left behind its last; all targets are
 * relative, so a repetition copies the piece and a choice moves it. */
#include "query/pattern_nodes.h"

#include "analysis/utf8.h"

enum {
    COUNT_MAX = 1000,   /* of {m,n} */
    FOLDED_SPAN = 1024, /* longer ranges are taken as they are */
    NONE = -1
};

typedef struct group {
    uint32_t begin;  /* first node */
    uint32_t branch; /* first node of the alternative at hand */
    int      jump;   /* the last jump to the end of the group, NONE: there is none */
    size_t   start;  /* byte of its parenthesis */
} group;

typedef struct regex {
    rls_pattern_builder *builder;
    rls_bytes            text; /* NFC */
    size_t               at;
    group                groups[RLS_PATTERN_DEPTH_MAX + 1];
    uint32_t             depth;
    int                  atom; /* first node of what a repetition repeats; NONE */
} regex;

static bool
failed(const regex *r)
{
    return r->builder->status != RLS_OK;
}

static int
peek(const regex *r)
{
    return r->at < r->text.size ? r->text.data[r->at] : NONE;
}

static uint32_t
read_point(regex *r)
{
    uint32_t point;

    r->at += rls_utf8_next(r->text.data + r->at, r->text.data + r->text.size, &point);
    return point;
}

/* --- sets --- */

static void
add_folded(regex *r, uint32_t first, uint32_t last)
{
    rls_pattern_builder *builder = r->builder;

    rls_pattern_add_range(builder, first, last);
    if (last - first >= FOLDED_SPAN)
        return;
    for (uint32_t point = first; point <= last && !failed(r); point++) {
        uint8_t   bytes[4];
        rls_bytes folded;
        uint32_t  other;
        if (point >= 'a' && point <= 'z')
            continue;
        if (point >= 0xd800 && point < 0xe000)
            continue;
        builder->status =
            rls_analyzer_fold(builder->folder, rls_bytes_of(bytes, rls_utf8_put(bytes, point)),
                              RLS_FOLD_ALL, &folded, builder->err);
        if (!failed(r) && folded.size > 0 &&
            rls_utf8_next(folded.data, folded.data + folded.size, &other) == folded.size &&
            other != point && other < RLS_POINT_END)
            rls_pattern_add_range(builder, other, other);
    }
}

static bool
is_group_letter(int letter)
{
    return letter == 'd' || letter == 'w' || letter == 's';
}

static void
add_group_letter(regex *r, int letter)
{
    rls_pattern_builder *builder = r->builder;

    if (letter == 's') {
        rls_pattern_add_range(builder, ' ', ' ');
        return;
    }
    rls_pattern_add_range(builder, '0', '9');
    if (letter == 'd')
        return;
    rls_pattern_add_range(builder, 'a', 'z');
    rls_pattern_add_range(builder, '_', '_');
    rls_pattern_add_range(builder, '\'', '\'');
    rls_pattern_add_range(builder, 0x80, RLS_POINT_END - 1);
}

/* A character of a set, escaped or not; NONE and a whole class when it is \d or the like. */
static int64_t
read_set_point(regex *r)
{
    if (peek(r) == '\\' && r->at + 1 < r->text.size) {
        r->at++;
        if (is_group_letter(peek(r))) {
            add_group_letter(r, peek(r));
            r->at++;
            return NONE;
        }
    }
    return read_point(r);
}

static void
read_set(regex *r)
{
    size_t   start = r->at++;
    uint32_t begin = rls_pattern_range_count(r->builder);
    bool     negated = peek(r) == '^', first = true;

    r->at += negated;
    for (; !failed(r); first = false) {
        int64_t from, to;
        if (peek(r) == NONE) {
            rls_pattern_fail(r->builder, start, "nothing closes this bracket");
            return;
        }
        if (peek(r) == ']' && !first)
            break;
        from = to = read_set_point(r);
        if (from == NONE)
            continue;
        if (peek(r) == '-' && r->at + 1 < r->text.size && r->text.data[r->at + 1] != ']') {
            r->at++;
            to = read_set_point(r);
        }
        if (from >= RLS_POINT_END || to >= RLS_POINT_END || to < from)
            rls_pattern_fail(r->builder, start, "a range of this set ends before it begins");
        else
            add_folded(r, (uint32_t)from, (uint32_t)to);
    }
    r->at++;
    r->atom = (int)r->builder->node_count;
    rls_pattern_put_set(r->builder, begin, negated);
}

/* --- repetitions --- */

/* Appends a copy of `size` nodes from `from` on. */
static void
copy_nodes(regex *r, uint32_t from, uint32_t size)
{
    for (uint32_t i = 0; i < size && !failed(r); i++) {
        rls_pattern_node node = rls_pattern_nodes(r->builder)[from + i];
        rls_pattern_put(r->builder, (rls_pattern_op)node.op, node.a, node.b);
        if (!failed(r))
            rls_pattern_nodes(r->builder)[r->builder->node_count - 1] = node;
    }
}

static void
repeat_any(regex *r, uint32_t from, int size)
{
    rls_pattern_insert(r->builder, from, RLS_PATTERN_SPLIT, 1, size + 2);
    rls_pattern_put(r->builder, RLS_PATTERN_SPLIT, -(size + 1), -(size + 1));
}

static void
repeat_counted(regex *r, uint32_t least, uint32_t most, bool unlimited)
{
    uint32_t from = (uint32_t)r->atom, size = r->builder->node_count - from;

    if (!unlimited && most == 0) {
        r->builder->node_count = from;
        r->builder->nodes.size = from * sizeof(rls_pattern_node);
        return;
    }
    for (uint32_t i = 1; i < least && !failed(r); i++)
        copy_nodes(r, from, size);
    if (unlimited) {
        if (least == 0)
            repeat_any(r, from, (int)size);
        else
            rls_pattern_put(r->builder, RLS_PATTERN_SPLIT, -(int)size, 1);
        return;
    }
    for (uint32_t i = least > 0 ? least : 1; i < most && !failed(r); i++) {
        rls_pattern_put(r->builder, RLS_PATTERN_SPLIT, 1, (int)size + 1);
        copy_nodes(r, from, size);
    }
    if (least == 0)
        rls_pattern_insert(r->builder, from, RLS_PATTERN_SPLIT, 1, (int)size + 1);
}

/* Reads {m}, {m,} or {m,n}; false when it is none: the brace is a letter then. */
static bool
read_counts(const regex *r, size_t *out_end, uint32_t *out_least, uint32_t *out_most,
            bool *out_unlimited)
{
    size_t   at = r->at + 1;
    uint32_t counts[2] = {0, 0};
    int      parts = 0;
    bool     digits[2] = {false, false};

    for (; at < r->text.size && r->text.data[at] != '}'; at++) {
        uint8_t byte = r->text.data[at];
        if (byte == ',' && parts == 0) {
            parts = 1;
        } else if (byte >= '0' && byte <= '9') {
            digits[parts] = true;
            counts[parts] = counts[parts] * 10 + (byte - '0');
            if (counts[parts] > COUNT_MAX)
                counts[parts] = COUNT_MAX + 1;
        } else {
            return false;
        }
    }
    if (at >= r->text.size || (!digits[0] && !digits[1]))
        return false;
    *out_end = at + 1;
    *out_least = counts[0];
    *out_most = parts == 1 ? counts[1] : counts[0];
    *out_unlimited = parts == 1 && !digits[1];
    return true;
}

static void
repeat(regex *r)
{
    size_t   start = r->at, end = r->at + 1;
    int      sign = peek(r);
    uint32_t least = sign == '+', most = 1;
    bool     unlimited = sign != '?';

    if (sign == '{' && !read_counts(r, &end, &least, &most, &unlimited))
        return;
    if (r->atom == NONE) {
        rls_pattern_fail(r->builder, start, "nothing stands before this repetition");
        return;
    }
    if (least > COUNT_MAX || most > COUNT_MAX || (!unlimited && most < least)) {
        rls_pattern_fail(r->builder, start,
                         "this repetition is too large or ends before it begins");
        return;
    }
    r->at = end;
    /* Whole words match or not, so that a repetition that takes as little as it can is the same. */
    if (peek(r) == '?')
        r->at++;
    repeat_counted(r, least, most, unlimited);
}

/* --- groups --- */

static void
open_group(regex *r)
{
    group *opened;

    if (r->depth == RLS_PATTERN_DEPTH_MAX) {
        rls_pattern_fail(r->builder, r->at, "groups are nested too deeply");
        return;
    }
    opened = &r->groups[++r->depth];
    *opened = (group){r->builder->node_count, r->builder->node_count, NONE, r->at};
    r->at++;
    if (r->at + 1 < r->text.size && r->text.data[r->at] == '?' && r->text.data[r->at + 1] == ':')
        r->at += 2;
    r->atom = NONE;
}

/* The alternative at hand is done and jumps to the end of the group, wherever that will be. */
static void
end_branch(regex *r)
{
    group *open = &r->groups[r->depth];
    int    size = (int)(r->builder->node_count - open->branch);

    rls_pattern_insert(r->builder, open->branch, RLS_PATTERN_SPLIT, 1, size + 2);
    rls_pattern_put(r->builder, RLS_PATTERN_SPLIT, 1, 1);
    if (failed(r))
        return;
    rls_pattern_nodes(r->builder)[r->builder->node_count - 1].set = (uint32_t)(open->jump + 1);
    open->jump = (int)r->builder->node_count - 1;
    open->branch = r->builder->node_count;
    r->atom = NONE;
    r->at++;
}

static void
end_jumps(regex *r, const group *closed)
{
    rls_pattern_node *nodes = rls_pattern_nodes(r->builder);

    for (int jump = closed->jump; jump != NONE;) {
        int next = (int)nodes[jump].set - 1;
        nodes[jump].a = nodes[jump].b = (int16_t)((int)r->builder->node_count - jump);
        nodes[jump].set = 0;
        jump = next;
    }
}

static void
close_group(regex *r)
{
    if (r->depth == 0) {
        rls_pattern_fail(r->builder, r->at, "nothing opens this parenthesis");
        return;
    }
    end_jumps(r, &r->groups[r->depth]);
    r->atom = (int)r->groups[r->depth].begin;
    r->depth--;
    r->at++;
}

static void
read_letter(regex *r)
{
    size_t start = r->at;

    r->atom = (int)r->builder->node_count;
    read_point(r);
    rls_pattern_put_text(r->builder, rls_bytes_of(r->text.data + start, r->at - start));
}

static void
read_escape(regex *r)
{
    int letter;

    if (++r->at >= r->text.size) {
        rls_pattern_fail(r->builder, r->at - 1, "nothing stands behind this backslash");
        return;
    }
    letter = peek(r);
    if (is_group_letter(letter | 0x20)) {
        uint32_t begin = rls_pattern_range_count(r->builder);
        r->atom = (int)r->builder->node_count;
        add_group_letter(r, letter | 0x20);
        rls_pattern_put_set(r->builder, begin, letter < 'a');
        r->at++;
        return;
    }
    read_letter(r);
}

static void
read_next(regex *r)
{
    size_t start = r->at;

    switch (peek(r)) {
    case '(':
        open_group(r);
        return;
    case ')':
        close_group(r);
        return;
    case '|':
        end_branch(r);
        return;
    case '[':
        read_set(r);
        return;
    case '\\':
        read_escape(r);
        return;
    case '.':
        r->atom = (int)r->builder->node_count;
        rls_pattern_put(r->builder, RLS_PATTERN_ANY, 1, 1);
        r->at++;
        return;
    case '^':
    case '$': /* the whole word matches anyway */
        r->at++;
        r->atom = NONE;
        return;
    case '*':
    case '+':
    case '?':
    case '{':
        repeat(r);
        if (r->at > start || failed(r))
            return;
        break;
    default:
        break;
    }
    read_letter(r);
}

void
rls_pattern_build_regex(rls_pattern_builder *builder)
{
    regex     *r = rls_alloc_zeroed(builder->heap, 1, sizeof *r);
    rls_buffer text;
    rls_bytes  form;

    if (r == NULL) {
        builder->status = rls_fail(builder->err, RLS_NO_MEMORY, "no memory for a pattern");
        return;
    }
    rls_buffer_init(&text, builder->heap);
    builder->status =
        rls_analyzer_fold(builder->folder, builder->text, RLS_FOLD_FORM, &form, builder->err);
    if (builder->status == RLS_OK) {
        rls_buffer_append(&text, form.data, form.size);
        if (text.failed)
            builder->status = rls_fail(builder->err, RLS_NO_MEMORY, "no memory for a pattern");
    }
    r->builder = builder;
    r->text = rls_buffer_bytes(&text);
    r->atom = NONE;
    r->groups[0].jump = NONE;
    while (r->at < r->text.size && !failed(r))
        read_next(r);
    if (r->depth > 0)
        rls_pattern_fail(builder, r->groups[r->depth].start, "nothing closes this parenthesis");
    if (!failed(r))
        end_jumps(r, &r->groups[0]);
    rls_buffer_release(&text);
    rls_free(builder->heap, r);
}
