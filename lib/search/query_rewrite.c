#include "search/query_rewrite.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "analysis/utf8.h"
#include "search/query_rewriter.h"

enum {
    DEPTH_MAX = 1024, /* of trees built by programs; the parser's stay far below */
    MESSAGE_SIZE = 200
};

void
rls_rewriter_no_memory(rls_rewriter *rewriter)
{
    if (rewriter->status == RLS_OK)
        rewriter->status = rls_fail(rewriter->err, RLS_NO_MEMORY, "no memory for a search");
}

RLS_PRINTF(5, 0)
static void
add_note(rls_rewriter *rewriter, uint32_t start, uint32_t end, rls_note_kind kind,
         const char *format, va_list arguments)
{
    char message[MESSAGE_SIZE], *copy;

    if (*rewriter->note_count >= RLS_QUERY_NOTE_MAX)
        return;
    vsnprintf(message, sizeof(message), format, arguments);
    for (uint32_t i = 0; i < *rewriter->note_count; i++)
        if (strcmp(rewriter->notes[i].message, message) == 0)
            return;
    copy = rls_arena_copy(rewriter->arena, message, strlen(message));
    if (copy == NULL)
        rls_rewriter_no_memory(rewriter);
    else
        rewriter->notes[(*rewriter->note_count)++] = (rls_query_note){start, end, copy, kind};
}

void
rls_rewriter_note(rls_rewriter *rewriter, uint32_t start, uint32_t end, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_note(rewriter, start, end, RLS_NOTE_QUERY, format, arguments);
    va_end(arguments);
}

void
rls_rewriter_note_synonym(rls_rewriter *rewriter, uint32_t start, uint32_t end, const char *format,
                          ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_note(rewriter, start, end, RLS_NOTE_SYNONYM, format, arguments);
    va_end(arguments);
}

rls_bytes
rls_rewriter_copy(rls_rewriter *rewriter, rls_bytes bytes)
{
    char *copy = rls_arena_copy(rewriter->arena, bytes.data, bytes.size);

    if (copy == NULL)
        rls_rewriter_no_memory(rewriter);
    return rls_bytes_of(copy, copy == NULL ? 0 : bytes.size);
}

rls_plan_node *
rls_rewriter_node(rls_rewriter *rewriter, rls_plan_kind kind)
{
    rls_plan_node *node;

    if (rewriter->status != RLS_OK)
        return NULL;
    node = rls_arena_alloc_zeroed(rewriter->arena, 1, sizeof(*node));
    if (node == NULL)
        rls_rewriter_no_memory(rewriter);
    else
        node->kind = kind;
    return node;
}

rls_plan_node *
rls_rewriter_leaf(rls_rewriter *rewriter, rls_leaf_kind kind, const rls_leaf_style *style,
                  rls_plan_leaf **out_leaf)
{
    rls_plan      *plan = rewriter->plan;
    rls_plan_node *node;
    bool           reads_words = kind < RLS_LEAF_KEYWORD;

    node = rls_rewriter_node(rewriter, RLS_PLAN_LEAF);
    if (node == NULL)
        return NULL;
    if (plan->leaf_count == rewriter->leaf_capacity) {
        uint32_t       capacity = rewriter->leaf_capacity == 0 ? 8 : 2 * rewriter->leaf_capacity;
        rls_plan_leaf *grown = rls_arena_alloc(rewriter->arena, capacity * sizeof(*grown));
        if (grown == NULL) {
            rls_rewriter_no_memory(rewriter);
            return NULL;
        }
        if (plan->leaf_count > 0)
            memcpy(grown, plan->leaves, plan->leaf_count * sizeof(*grown));
        plan->leaves = grown;
        rewriter->leaf_capacity = capacity;
    }
    node->leaf = plan->leaf_count++;
    node->filter = !reads_words || style->filter;
    *out_leaf = &plan->leaves[node->leaf];
    **out_leaf = (rls_plan_leaf){.kind = kind,
                                 .scored = style->scored && !node->filter,
                                 .negated = style->negated,
                                 .boost = style->boost};
    if (reads_words && style->field.size > 0) /* results outlive the query */
        (*out_leaf)->field = rls_rewriter_copy(rewriter, style->field);
    return node;
}

rls_plan_node *
rls_rewriter_group(rls_rewriter *rewriter, rls_plan_kind kind, rls_plan_node *children)
{
    rls_plan_node *group;
    uint32_t       count = 0;

    if (rewriter->status != RLS_OK)
        return NULL;
    if (children == NULL || children->next == NULL)
        return children;
    for (const rls_plan_node *child = children; child != NULL; child = child->next)
        count++;
    group = rls_rewriter_node(rewriter, kind);
    if (group == NULL)
        return NULL;
    group->children = rls_arena_alloc(rewriter->arena, count * sizeof(rls_plan_node *));
    if (group->children == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    group->filter = true;
    for (rls_plan_node *child = children; child != NULL; child = child->next) {
        group->children[group->child_count++] = child;
        group->filter = group->filter && rls_plan_is_filter(child);
    }
    return group;
}

static rls_plan_node *rewrite_node(rls_rewriter *rewriter, const rls_query_node *node,
                                   const rls_leaf_style *style, uint32_t depth);

/* Appends a node to a list linked by next. */
static rls_plan_node **
append(rls_plan_node **link, rls_plan_node *node, rls_occur occur)
{
    node->occur = occur;
    node->next = NULL;
    *link = node;
    return &node->next;
}

static rls_plan_node **
append_children(rls_plan_node **link, const rls_plan_node *group, rls_occur occur)
{
    for (uint32_t i = 0; i < group->child_count; i++)
        link = append(link, group->children[i], occur);
    return link;
}

static bool
all_plain(const rls_plan_node *bag)
{
    for (uint32_t i = 0; i < bag->child_count; i++)
        if (bag->children[i]->occur != RLS_OCCUR_PLAIN)
            return false;
    return true;
}

/* Makes the node of a bag even if it has one child, unlike rls_rewriter_group. */
static rls_plan_node *
make_bag(rls_rewriter *rewriter, rls_plan_node *children)
{
    rls_plan_node *bag;

    if (children == NULL || rewriter->status != RLS_OK)
        return NULL;
    if (children->next != NULL) {
        bag = rls_rewriter_group(rewriter, RLS_PLAN_BAG, children);
    } else {
        bag = rls_rewriter_node(rewriter, RLS_PLAN_BAG);
        if (bag == NULL)
            return NULL;
        bag->children = rls_arena_alloc(rewriter->arena, sizeof(rls_plan_node *));
        if (bag->children == NULL) {
            rls_rewriter_no_memory(rewriter);
            return NULL;
        }
        bag->children[bag->child_count++] = children;
    }
    return bag == NULL ? NULL : rls_rewriter_settle_bag(rewriter, bag);
}

static rls_plan_node *
rewrite_bag(rls_rewriter *rewriter, const rls_query_node *node, const rls_leaf_style *style,
            uint32_t depth)
{
    rls_plan_node *first = NULL, **link = &first;

    for (const rls_query_node *at = node->first_child; at != NULL; at = at->next) {
        rls_leaf_style        inner = *style;
        rls_plan_node        *child;
        rls_occur             occur = at->occur;
        rls_query_node        joined;
        const rls_query_node *what = at, *last = rls_rewrite_join_date(rewriter, at, &joined);

        if (occur == RLS_OCCUR_MUST_NOT) {
            inner.negated = !inner.negated;
            inner.scored = false;
        }
        if (last != NULL) {
            what = &joined;
            at = last;
        }
        child = rewrite_node(rewriter, what, &inner, depth + 1);
        if (rewriter->status != RLS_OK)
            return NULL;
        if (child == NULL)
            continue;
        if (child->kind == RLS_PLAN_BAG && occur != RLS_OCCUR_MUST_NOT &&
            (child->compound || (occur == RLS_OCCUR_PLAIN && all_plain(child))))
            link = append_children(link, child, occur);
        else if (child->kind == RLS_PLAN_AND && occur == RLS_OCCUR_MUST)
            link = append_children(link, child, occur);
        else
            link = append(link, child, occur);
    }
    return make_bag(rewriter, first);
}

/* (words) AND filters: the filters join the bag, whose wishes keep their meaning. The bag is
 * settled already: once more, and it would have forgotten which of its words were there twice. */
static rls_plan_node *
join_filters(rls_rewriter *rewriter, rls_plan_node *all)
{
    rls_plan_node *words = NULL, **children;
    uint32_t       count = 0;

    for (uint32_t i = 0; i < all->child_count; i++) {
        rls_plan_node *child = all->children[i];
        if (rls_plan_is_filter(child))
            continue;
        if (words != NULL || child->kind != RLS_PLAN_BAG)
            return all;
        words = child;
    }
    if (words == NULL)
        return all;
    children = rls_arena_alloc(rewriter->arena,
                               ((size_t)words->child_count + all->child_count) * sizeof(*children));
    if (children == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    for (uint32_t i = 0; i < words->child_count; i++)
        children[count++] = words->children[i];
    for (uint32_t i = 0; i < all->child_count; i++) {
        if (all->children[i] == words)
            continue;
        all->children[i]->occur = RLS_OCCUR_MUST;
        children[count++] = all->children[i];
    }
    words->children = children;
    words->child_count = count;
    return words;
}

static rls_plan_node *
rewrite_operator(rls_rewriter *rewriter, const rls_query_node *node, const rls_leaf_style *style,
                 uint32_t depth)
{
    rls_plan_kind  kind = node->kind == RLS_NODE_OR ? RLS_PLAN_OR : RLS_PLAN_AND;
    rls_plan_node *first = NULL, **link = &first, *group;

    for (const rls_query_node *at = node->first_child; at != NULL; at = at->next) {
        rls_plan_node *child = rewrite_node(rewriter, at, style, depth + 1);
        if (rewriter->status != RLS_OK)
            return NULL;
        if (child == NULL)
            continue;
        if (child->compound) {
            child->kind = RLS_PLAN_AND;
            child->compound = false;
        }
        if (child->kind == kind)
            link = append_children(link, child, RLS_OCCUR_PLAIN);
        else
            link = append(link, child, RLS_OCCUR_PLAIN);
    }
    group = rls_rewriter_group(rewriter, kind, first);
    if (group != NULL && group->kind == RLS_PLAN_AND && kind == RLS_PLAN_AND)
        group = join_filters(rewriter, group);
    return group;
}

static rls_plan_node *
rewrite_not(rls_rewriter *rewriter, const rls_query_node *node, const rls_leaf_style *style,
            uint32_t depth)
{
    rls_leaf_style inner = *style;
    rls_plan_node *child, *negation;

    if (node->first_child == NULL)
        return NULL;
    inner.negated = !inner.negated;
    inner.scored = false;
    child = rewrite_node(rewriter, node->first_child, &inner, depth + 1);
    if (child == NULL)
        return NULL;
    negation = rls_rewriter_node(rewriter, RLS_PLAN_NOT);
    if (negation == NULL)
        return NULL;
    negation->children = rls_arena_alloc(rewriter->arena, sizeof(rls_plan_node *));
    if (negation->children == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    negation->children[0] = child;
    negation->child_count = 1;
    negation->filter = true;
    return negation;
}

/* NULL: nothing to look for, or the rewriting failed. */
static rls_plan_node *
rewrite_node(rls_rewriter *rewriter, const rls_query_node *node, const rls_leaf_style *outer,
             uint32_t depth)
{
    rls_leaf_style style = *outer;
    /* A compound under a negation is one thing: -multi-agent does not exclude every agent. */
    bool           whole = !style.scored;
    rls_plan_node *made = NULL;

    if (rewriter->status == RLS_OK && rewriter->clock != NULL)
        rewriter->status = rls_search_poll(rewriter->clock);
    if (rewriter->status != RLS_OK)
        return NULL;
    if (depth > DEPTH_MAX) {
        rewriter->status = rls_fail_at(rewriter->err, RLS_BAD_QUERY, node->start,
                                       "the query is nested more than %d deep", DEPTH_MAX);
        return NULL;
    }
    if (!(node->boost >= 0.0f) || !isfinite(node->boost)) {
        rewriter->status = rls_fail_at(rewriter->err, RLS_BAD_ARGUMENT, node->start,
                                       "a boost of the query is not a number from 0");
        return NULL;
    }
    style.start = node->start;
    style.end = node->end;
    style.boost *= node->boost;
    style.field = node->field;
    style.added = node->added;
    if (node->exact)
        style.words = RLS_WORDS_EXACT;
    switch (node->kind) {
    case RLS_NODE_WORD:
        rls_rewriter_note_parted(rewriter, node);
        made = rls_rewrite_words(rewriter, node->text, whole, &style);
        break;
    case RLS_NODE_PHRASE:
        if (!node->exact)
            style.words = node->stems ? RLS_WORDS_STEMMED : RLS_WORDS_WRITTEN;
        if (node->distance > 0)
            made = rls_rewrite_slop(rewriter, node->text, node->distance, &style);
        else
            made = rls_rewrite_phrase(rewriter, node->text, &style);
        break;
    case RLS_NODE_PREFIX:
        if (node->field.size > 0)
            made = rls_rewrite_compare(rewriter, node, whole, &style);
        else
            made = rls_rewrite_pattern(rewriter, RLS_PATTERN_PREFIX, node->text, 0, &style);
        break;
    case RLS_NODE_PATTERN:
        if (node->field.size > 0)
            made = rls_rewrite_compare(rewriter, node, whole, &style);
        else
            made = rls_rewrite_pattern(rewriter, node->pattern, node->text, node->edits, &style);
        break;
    case RLS_NODE_COMPARE:
        style.field = rls_bytes_of(NULL, 0);
        style.words = RLS_WORDS_STEMMED;
        made = rls_rewrite_compare(rewriter, node, whole, &style);
        break;
    case RLS_NODE_ALL:
        made = rls_rewriter_node(rewriter, RLS_PLAN_ALL);
        break;
    case RLS_NODE_BAG:
        made = rewrite_bag(rewriter, node, &style, depth);
        break;
    case RLS_NODE_AND:
    case RLS_NODE_OR:
        made = rewrite_operator(rewriter, node, &style, depth);
        break;
    case RLS_NODE_NEAR:
        made = rls_rewrite_near(rewriter, node, &style);
        if (made == NULL && rewriter->status == RLS_OK)
            made = rewrite_operator(rewriter, node, &style, depth);
        break;
    case RLS_NODE_NOT:
        made = rewrite_not(rewriter, node, &style, depth);
        break;
    }
    return rewriter->status == RLS_OK ? made : NULL;
}

/* Whether somebody typed a small letter in what is looked for: else capitals tell nothing. The
 * values of conditions are written as they are. */
static bool
has_small_letters(const rls_query *query)
{
    const rls_query_node *at = query->root;

    while (at != NULL) {
        if (!at->added && at->kind != RLS_NODE_COMPARE)
            for (size_t i = 0; i < at->text.size; i++)
                if (at->text.data[i] >= 'a' && at->text.data[i] <= 'z')
                    return true;
        if (at->first_child != NULL) {
            at = at->first_child;
            continue;
        }
        while (at != NULL && at->next == NULL)
            at = at->parent;
        if (at != NULL)
            at = at->next;
    }
    return false;
}

static rls_plan_node *
rewrite_root(rls_rewriter *rewriter)
{
    rls_leaf_style style = {.scored = true, .boost = 1.0f};
    rls_plan_node *root = NULL;

    if (rewriter->query->root != NULL)
        root = rewrite_node(rewriter, rewriter->query->root, &style, 0);
    if (root != NULL && root->compound) {
        root->compound = false;
        root = rls_rewriter_settle_bag(rewriter, root);
    }
    if (root == NULL)
        root = rls_rewriter_node(rewriter, RLS_PLAN_NONE);
    return root;
}

/* Bytes that no word can hold: the first of a kind is told. */
static void
note_odd_bytes(rls_rewriter *rewriter)
{
    const uint8_t *begin = rewriter->query->text.data, *end;
    uint32_t       point;
    bool           broken = false, nul = false;

    if (rewriter->query->text.size == 0)
        return;
    end = begin + rewriter->query->text.size;
    for (const uint8_t *at = begin; at < end && !(broken && nul);) {
        uint32_t size = rls_utf8_next(at, end, &point);
        uint32_t start = (uint32_t)(at - begin);
        if (point == RLS_UTF8_INVALID && !broken)
            rls_rewriter_note(rewriter, start, start + 1,
                              "the query has bytes that are not UTF-8; they match nothing");
        if (point == 0 && !nul)
            rls_rewriter_note(rewriter, start, start + 1, "the query has a NUL; it parts words");
        broken = broken || point == RLS_UTF8_INVALID;
        nul = nul || point == 0;
        at += size;
    }
}

rls_status
rls_query_rewrite(rls_heap *heap, rls_arena *arena, const rls_snapshot *snapshot,
                  const rls_query *query, rls_match mode, rls_ranking_model ranking, int64_t now,
                  rls_search_state *clock, rls_plan *out_plan, rls_query_note *notes,
                  uint32_t *note_count, rls_error *err)
{
    rls_rewriter      rewriter = {.heap = heap,
                                  .arena = arena,
                                  .snapshot = snapshot,
                                  .query = query,
                                  .mode = mode,
                                  .ranking = ranking,
                                  .now = now,
                                  .clock = clock,
                                  .plan = out_plan,
                                  .notes = notes,
                                  .note_count = note_count,
                                  .err = err};
    rls_analyzer_set *analyzers;

    *out_plan = (rls_plan){0};
    rewriter.status = rls_snapshot_take_analyzers(heap, snapshot, &analyzers, err);
    if (rewriter.status != RLS_OK)
        return rewriter.status;
    rewriter.analyzers = analyzers->analyzers;
    rewriter.analyzer_count = analyzers->count;
    note_odd_bytes(&rewriter);
    rewriter.has_small_letters = has_small_letters(query);
    out_plan->root = rewrite_root(&rewriter);
    if (rewriter.status == RLS_OK)
        rls_rewriter_take_words(&rewriter);
    rls_snapshot_give_analyzers(snapshot, analyzers);
    return rewriter.status;
}
