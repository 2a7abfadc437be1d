/* Lexemes → tree, with a stack of frames, one an open parenthesis. From loosest to tightest: OR,
 * AND, words side by side (a BAG), NOT and the signs + and -. */
#include <stddef.h>
#include <stdio.h>

#include "base/clock.h"
#include "query/query_lexer.h"

enum {
    PATTERN_CHUNK = 16 * 1024,
    LEXEMES_A_CLOCK = 256 /* a pattern takes a microsecond */
};

typedef struct frame {
    rls_query_node *either, *all, *bag; /* operands of OR, of AND, side by side, so far */
    rls_occur       occur;              /* of the parenthesis in the frame below */
    rls_bytes       field;              /* field:( … ), for the leaves within */
    uint32_t        start;
    bool            negated; /* NOT came before the next operand */
    /* NEAR came before it; its distance and order */
    bool     near, near_ordered;
    uint32_t near_distance;
} frame;

typedef struct parser {
    rls_lexer  lexer;
    rls_query *query;
    rls_lexeme now, ahead;
    uint32_t   depth;   /* frames in use less one */
    uint32_t   ignored; /* parentheses open beyond the deepest frame */
    /* Patterns are made to see whether they can be; NULL until there is one. */
    rls_analyzer *folder;
    rls_arena     patterns;
    uint64_t      deadline_ns; /* 0: none */
    uint32_t      lexemes;
    bool          failed;
    frame         frames[RLS_QUERY_DEPTH_MAX]; /* made as they are opened */
} parser;

static void
note(parser *p, uint32_t start, uint32_t end, const char *message)
{
    if (!rls_query_note_add(p->query, start, end, RLS_NOTE_QUERY, message))
        p->failed = true;
}

/* A node that is not in the tree yet. */
static rls_query_node *
new_node(parser *p, rls_node_kind kind)
{
    rls_query_node *node = rls_query_add_node(p->query, NULL, kind);

    p->query->root = NULL;
    if (node == NULL)
        p->failed = true;
    return node;
}

static void
put(parser *p, rls_query_node **list, rls_node_kind kind, rls_query_node *child)
{
    if (child == NULL)
        return;
    if (*list == NULL) {
        *list = new_node(p, kind);
        if (*list == NULL)
            return;
        (*list)->start = child->start;
    }
    (*list)->end = child->end;
    rls_query_append(*list, child);
}

/* A list of one is its child, which then has no parent. */
static rls_query_node *
collapse(parser *p, rls_query_node *list)
{
    rls_query_node *child;

    if (list == NULL || list->first_child != list->last_child)
        return list;
    child = list->first_child;
    if (child->occur == RLS_OCCUR_MUST_NOT) {
        rls_query_node *negation = new_node(p, RLS_NODE_NOT);
        if (negation == NULL)
            return NULL;
        negation->start = child->start;
        negation->end = child->end;
        rls_query_append(negation, child);
        child->occur = RLS_OCCUR_PLAIN;
        return negation;
    }
    child->occur = RLS_OCCUR_PLAIN;
    child->parent = NULL;
    return child;
}

static void
end_bag(parser *p, frame *top)
{
    put(p, &top->all, RLS_NODE_AND, collapse(p, top->bag));
    top->bag = NULL;
}

static void
end_all(parser *p, frame *top)
{
    end_bag(p, top);
    put(p, &top->either, RLS_NODE_OR, collapse(p, top->all));
    top->all = NULL;
}

static rls_query_node *
end_frame(parser *p, frame *top)
{
    end_all(p, top);
    return collapse(p, top->either);
}

/* Joins an operand to the one before it, which becomes a NEAR with both, or is one already. */
static void
join_near(parser *p, frame *top, rls_query_node *node)
{
    rls_query_node *last = top->bag->last_child, *copy;

    top->near = false;
    node->occur = RLS_OCCUR_PLAIN;
    if (last->kind != RLS_NODE_NEAR || last->distance != top->near_distance ||
        last->ordered != top->near_ordered) {
        copy = new_node(p, last->kind);
        if (copy == NULL)
            return;
        *copy = *last;
        copy->occur = RLS_OCCUR_PLAIN;
        for (rls_query_node *child = copy->first_child; child != NULL; child = child->next)
            child->parent = copy;
        *last = (rls_query_node){.kind = RLS_NODE_NEAR,
                                 .occur = last->occur,
                                 .boost = 1.0f,
                                 .distance = top->near_distance,
                                 .ordered = top->near_ordered,
                                 .start = last->start,
                                 .parent = last->parent,
                                 .next = last->next};
        rls_query_append(last, copy);
    }
    last->end = top->bag->end = node->end;
    rls_query_append(last, node);
}

static void
add_operand(parser *p, rls_query_node *node, rls_occur occur)
{
    frame *top = &p->frames[p->depth];

    if (node == NULL)
        return;
    if (top->near && top->bag != NULL) {
        if (occur == RLS_OCCUR_PLAIN && !top->negated) {
            join_near(p, top, node);
            return;
        }
        note(p, node->start, node->end, "NEAR joins words without signs; it is ignored");
    }
    top->near = false;
    if (top->negated)
        occur = occur == RLS_OCCUR_MUST_NOT ? RLS_OCCUR_PLAIN : RLS_OCCUR_MUST_NOT;
    top->negated = false;
    node->occur = occur;
    put(p, &top->bag, RLS_NODE_BAG, node);
}

/* Whether the leaf is a pattern that can be; what is not well formed is words, with a note. */
static bool
is_pattern(parser *p, const rls_lexeme *lexeme)
{
    const rls_pattern *pattern;
    rls_error          error = {0};
    rls_status         status = RLS_OK;
    char               message[160];
    uint32_t           start;

    if (p->folder == NULL)
        status = rls_analyzer_new(p->query->heap, rls_bytes_of("none", 4), &p->folder, &error);
    if (status == RLS_OK)
        status = rls_pattern_compile(p->query->heap, &p->patterns, p->folder, lexeme->pattern,
                                     lexeme->text, lexeme->edits, &pattern, &error);
    rls_arena_reset(&p->patterns);
    if (status == RLS_OK)
        return true;
    if (status != RLS_BAD_QUERY) {
        p->failed = true;
        return false;
    }
    start = (uint32_t)(lexeme->text.data - p->query->text.data);
    if (error.offset < lexeme->text.size)
        start += (uint32_t)error.offset;
    snprintf(message, sizeof(message), "%.100s; it is taken as words", error.message);
    note(p, start, lexeme->end, message);
    return false;
}

static void
add_leaf(parser *p, const rls_lexeme *lexeme)
{
    rls_query_node *node = new_node(p, lexeme->leaf);

    if (node == NULL)
        return;
    node->start = lexeme->start;
    node->end = lexeme->end;
    node->op = lexeme->op;
    node->exact = lexeme->exact;
    node->quoted = lexeme->quoted;
    node->stems = lexeme->stems;
    node->field = lexeme->field;
    node->text = lexeme->text;
    node->text_to = lexeme->text_to;
    node->pattern = lexeme->pattern;
    node->edits = lexeme->edits;
    node->distance = lexeme->distance;
    node->boost = lexeme->boost;
    if (node->kind == RLS_NODE_PATTERN && !is_pattern(p, lexeme))
        node->kind = node->field.size > 0 ? RLS_NODE_COMPARE : RLS_NODE_WORD;
    if (node->field.size == 0 && p->frames[p->depth].field.size > 0 && node->kind != RLS_NODE_ALL) {
        node->field = p->frames[p->depth].field;
        if (node->kind == RLS_NODE_WORD || node->kind == RLS_NODE_PHRASE)
            node->kind = RLS_NODE_COMPARE;
    }
    add_operand(p, node, lexeme->occur);
}

static void
open_frame(parser *p)
{
    frame *top;

    if (p->depth + 1 == RLS_QUERY_DEPTH_MAX) {
        note(p, p->now.start, p->now.end, "nested too deeply; this parenthesis is ignored");
        p->ignored++;
        return;
    }
    top = &p->frames[++p->depth];
    *top = (frame){.occur = p->now.occur, .start = p->now.start, .field = p->now.field};
    if (top->field.size == 0)
        top->field = p->frames[p->depth - 1].field;
}

static void
close_frame(parser *p, uint32_t end, float boost)
{
    frame           closed;
    rls_query_node *node;

    if (p->ignored > 0) {
        p->ignored--;
        return;
    }
    if (p->depth == 0) {
        note(p, p->now.start, p->now.end, "nothing opens this parenthesis; it is ignored");
        return;
    }
    closed = p->frames[p->depth];
    node = end_frame(p, &closed);
    p->depth--;
    if (node == NULL) {
        note(p, closed.start, end, "nothing stands between these parentheses");
        p->frames[p->depth].negated = false;
        p->frames[p->depth].near = false;
        return;
    }
    node->boost *= boost;
    add_operand(p, node, closed.occur);
}

static bool
starts_operand(rls_lexeme_kind kind)
{
    return kind == RLS_LEXEME_LEAF || kind == RLS_LEXEME_OPEN || kind == RLS_LEXEME_NOT;
}

static void
add_operator(parser *p)
{
    frame *top = &p->frames[p->depth];
    bool   placed = starts_operand(p->ahead.kind);

    if (p->now.kind != RLS_LEXEME_NOT)
        placed = placed && top->bag != NULL && !top->negated;
    if (!placed) {
        note(p, p->now.start, p->now.end, "this operator lacks an operand; it is taken as a word");
        p->now.kind = RLS_LEXEME_LEAF;
        p->now.leaf = RLS_NODE_WORD;
        p->now.distance = 0;
        add_leaf(p, &p->now);
    } else if (p->now.kind == RLS_LEXEME_NEAR) {
        top->near = true;
        top->near_ordered = p->now.ordered;
        top->near_distance = p->now.distance;
    } else if (p->now.kind == RLS_LEXEME_NOT) {
        top->negated = !top->negated;
    } else if (p->now.kind == RLS_LEXEME_AND) {
        end_bag(p, top);
    } else {
        end_all(p, top);
    }
}

static void
step(parser *p)
{
    p->now = p->ahead;
    rls_lexer_next(&p->lexer, &p->ahead);
}

static bool
is_late(parser *p)
{
    return p->deadline_ns != 0 && p->lexemes++ % LEXEMES_A_CLOCK == 0 &&
           rls_clock_ns() >= p->deadline_ns;
}

static void
parse(parser *p)
{
    rls_lexer_next(&p->lexer, &p->ahead);
    for (step(p); p->now.kind != RLS_LEXEME_END; step(p)) {
        if (p->failed || p->lexer.failed)
            return;
        if (p->query->node_count >= RLS_QUERY_NODE_MAX) {
            note(p, p->now.start, (uint32_t)p->query->text.size, "the query is cut here: too long");
            break;
        }
        if (is_late(p)) {
            note(p, p->now.start, (uint32_t)p->query->text.size,
                 "the query is cut here: no time to read more");
            break;
        }
        switch (p->now.kind) {
        case RLS_LEXEME_OPEN:
            open_frame(p);
            break;
        case RLS_LEXEME_CLOSE:
            close_frame(p, p->now.end, p->now.boost);
            break;
        case RLS_LEXEME_AND:
        case RLS_LEXEME_OR:
        case RLS_LEXEME_NOT:
        case RLS_LEXEME_NEAR:
            add_operator(p);
            break;
        default:
            add_leaf(p, &p->now);
            break;
        }
    }
    p->ignored = 0;
    while (p->depth > 0) {
        uint32_t start = p->frames[p->depth].start;
        note(p, start, start + 1, "nothing closes this parenthesis; it ends with the query");
        close_frame(p, (uint32_t)p->query->text.size, 1.0f);
    }
    p->query->root = end_frame(p, &p->frames[0]);
}

static rls_status
refuse_notes(const rls_query *query, rls_error *err)
{
    const rls_query_note *first = query->notes;

    for (uint32_t i = 1; i < query->note_count; i++)
        if (query->notes[i].start < first->start)
            first = &query->notes[i];
    return rls_fail_at(err, RLS_BAD_QUERY, first->start, "%s", first->message);
}

static void
parser_free(rls_heap *heap, parser *p)
{
    if (p == NULL)
        return;
    rls_analyzer_free(p->folder);
    if (p->query != NULL)
        rls_arena_release(&p->patterns);
    rls_free(heap, p);
}

rls_status
rls_query_parse_in(rls_heap *heap, rls_bytes text, bool strict, uint64_t deadline_ns,
                   rls_query **out_query, rls_error *err)
{
    rls_query *query = NULL;
    parser    *p = NULL;
    rls_status status;
    char      *copy;

    *out_query = NULL;
    if (text.size >= UINT32_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a query of %zu bytes is too long", text.size);
    status = rls_query_new_in(heap, &query, err);
    if (status != RLS_OK)
        return status;
    p = rls_alloc(heap, 1, sizeof(*p));
    if (p != NULL)
        memset(p, 0, offsetof(parser, frames) + sizeof(frame));
    copy = rls_arena_copy(&query->arena, text.data, text.size);
    if (p == NULL || copy == NULL) {
        status = rls_fail(err, RLS_NO_MEMORY, "no memory for a query of %zu bytes", text.size);
        goto fail;
    }
    query->text = rls_bytes_of(copy, text.size);
    p->query = query;
    p->deadline_ns = deadline_ns;
    rls_arena_init(&p->patterns, heap, PATTERN_CHUNK);
    rls_lexer_init(&p->lexer, query);
    parse(p);
    if (p->failed || p->lexer.failed) {
        status = rls_fail(err, RLS_NO_MEMORY, "no memory for a query of %zu bytes", text.size);
        goto fail;
    }
    if (strict && query->note_count > 0) {
        status = refuse_notes(query, err);
        goto fail;
    }
    parser_free(heap, p);
    *out_query = query;
    return RLS_OK;

fail:
    parser_free(heap, p);
    rls_query_free(query);
    return status;
}
