#include "query/pattern_nodes.h"

#include "analysis/utf8.h"
#include "base/sort.h"

enum {
    SCRATCH_CHUNK = 4096
};

rls_pattern_node *
rls_pattern_nodes(rls_pattern_builder *builder)
{
    return (rls_pattern_node *)(void *)builder->nodes.data;
}

void
rls_pattern_fail(rls_pattern_builder *builder, size_t offset, const char *message)
{
    if (builder->status == RLS_OK)
        builder->status = rls_fail_at(builder->err, RLS_BAD_QUERY, offset, "%s", message);
}

static void
no_memory(rls_pattern_builder *builder)
{
    if (builder->status == RLS_OK)
        builder->status = rls_fail(builder->err, RLS_NO_MEMORY, "no memory for a pattern");
}

static bool
has_room(rls_pattern_builder *builder)
{
    if (builder->status == RLS_OK && builder->node_count >= RLS_PATTERN_NODE_MAX)
        rls_pattern_fail(builder, 0, "this pattern is too large");
    return builder->status == RLS_OK;
}

void
rls_pattern_put(rls_pattern_builder *builder, rls_pattern_op op, int a, int b)
{
    rls_pattern_node node = {.op = (uint8_t)op, .a = (int16_t)a, .b = (int16_t)b};

    if (!has_room(builder))
        return;
    rls_buffer_append(&builder->nodes, &node, sizeof node);
    if (builder->nodes.failed)
        no_memory(builder);
    else
        builder->node_count++;
}

void
rls_pattern_insert(rls_pattern_builder *builder, uint32_t at, rls_pattern_op op, int a, int b)
{
    rls_pattern_node *nodes;

    rls_pattern_put(builder, op, a, b);
    if (builder->status != RLS_OK)
        return;
    nodes = rls_pattern_nodes(builder);
    memmove(nodes + at + 1, nodes + at, (builder->node_count - 1 - at) * sizeof *nodes);
    nodes[at] = (rls_pattern_node){.op = (uint8_t)op, .a = (int16_t)a, .b = (int16_t)b};
}

uint32_t
rls_pattern_range_count(const rls_pattern_builder *builder)
{
    return (uint32_t)(builder->ranges.size / sizeof(rls_point_range));
}

void
rls_pattern_add_range(rls_pattern_builder *builder, uint32_t first, uint32_t last)
{
    rls_point_range range = {first, last};

    if (builder->status != RLS_OK)
        return;
    if (rls_pattern_range_count(builder) >= RLS_PATTERN_NODE_MAX) {
        rls_pattern_fail(builder, 0, "this pattern is too large");
        return;
    }
    rls_buffer_append(&builder->ranges, &range, sizeof range);
    if (builder->ranges.failed)
        no_memory(builder);
}

static int
compare_ranges(const void *a, const void *b, void *context)
{
    const rls_point_range *left = a, *right = b;

    (void)context;
    return (left->first > right->first) - (left->first < right->first);
}

/* Sorts the ranges from `begin` on and joins those that touch. */
static void
join_ranges(rls_pattern_builder *builder, uint32_t begin)
{
    rls_point_range *ranges = (rls_point_range *)(void *)builder->ranges.data;
    uint32_t         count = rls_pattern_range_count(builder), kept = begin;

    if (count - begin > 1 && rls_sort(builder->heap, ranges + begin, count - begin, sizeof *ranges,
                                      compare_ranges, NULL) != RLS_OK) {
        no_memory(builder);
        return;
    }
    for (uint32_t i = begin; i < count; i++) {
        if (kept > begin && ranges[i].first <= ranges[kept - 1].last + 1) {
            if (ranges[i].last > ranges[kept - 1].last)
                ranges[kept - 1].last = ranges[i].last;
        } else {
            ranges[kept++] = ranges[i];
        }
    }
    builder->ranges.size = kept * sizeof *ranges;
}

/* What lies between the ranges takes their place. */
static void
negate_ranges(rls_pattern_builder *builder, uint32_t begin)
{
    uint32_t count = rls_pattern_range_count(builder), next = 0, given = begin;

    /* One more at most: it is appended, and then all move down. */
    for (uint32_t i = begin; i < count; i++) {
        rls_point_range range = ((rls_point_range *)(void *)builder->ranges.data)[i];
        if (range.first > next)
            ((rls_point_range *)(void *)builder->ranges.data)[given++] =
                (rls_point_range){next, range.first - 1};
        next = range.last + 1;
    }
    builder->ranges.size = given * sizeof(rls_point_range);
    if (next < RLS_POINT_END)
        rls_pattern_add_range(builder, next, RLS_POINT_END - 1);
}

void
rls_pattern_put_set(rls_pattern_builder *builder, uint32_t begin, bool negated)
{
    uint32_t      number = (uint32_t)(builder->sets.size / sizeof(rls_point_set));
    rls_point_set set = {begin, 0};

    if (builder->status == RLS_OK)
        join_ranges(builder, begin);
    if (negated && builder->status == RLS_OK)
        negate_ranges(builder, begin);
    set.end = rls_pattern_range_count(builder);
    if (builder->status != RLS_OK)
        return;
    rls_buffer_append(&builder->sets, &set, sizeof set);
    if (builder->sets.failed)
        no_memory(builder);
    rls_pattern_put(builder, RLS_PATTERN_SET, 1, 1);
    if (builder->status == RLS_OK)
        rls_pattern_nodes(builder)[builder->node_count - 1].set = number;
}

void
rls_pattern_put_point(rls_pattern_builder *builder, uint32_t point)
{
    uint32_t begin = rls_pattern_range_count(builder);

    rls_pattern_add_range(builder, point, point);
    rls_pattern_put_set(builder, begin, false);
}

void
rls_pattern_put_text(rls_pattern_builder *builder, rls_bytes text)
{
    rls_bytes folded;

    if (builder->status != RLS_OK || text.size == 0)
        return;
    builder->status = rls_analyzer_fold(builder->folder, text, RLS_FOLD_ALL, &folded, builder->err);
    for (size_t at = 0; at < folded.size && builder->status == RLS_OK;) {
        uint32_t point;
        at += rls_utf8_next(folded.data + at, folded.data + folded.size, &point);
        rls_pattern_put_point(builder, point);
    }
}

static void
put_match(rls_pattern_builder *builder, uint32_t edits)
{
    rls_pattern_put(builder, RLS_PATTERN_MATCH, 0, 0);
    if (builder->status == RLS_OK)
        rls_pattern_nodes(builder)[builder->node_count - 1].edits = (uint8_t)edits;
}

/* Any number of characters. */
static void
put_star(rls_pattern_builder *builder)
{
    rls_pattern_put(builder, RLS_PATTERN_SPLIT, 1, 2);
    rls_pattern_put(builder, RLS_PATTERN_ANY, -1, 0);
}

static void
build_prefix(rls_pattern_builder *builder)
{
    rls_pattern_put_text(builder, builder->text);
    put_star(builder);
    put_match(builder, 0);
}

static void
build_wildcard(rls_pattern_builder *builder)
{
    const uint8_t *text = builder->text.data;
    size_t         size = builder->text.size;
    bool           star = false; /* several in a row are one */

    for (size_t at = 0; at < size && builder->status == RLS_OK;) {
        size_t begin = at;
        while (at < size && text[at] != '*' && text[at] != '?')
            at++;
        if (at > begin) {
            rls_pattern_put_text(builder, rls_bytes_of(text + begin, at - begin));
            star = false;
            continue;
        }
        if (text[at] == '?')
            rls_pattern_put(builder, RLS_PATTERN_ANY, 1, 1);
        else if (!star)
            put_star(builder);
        star = text[at++] == '*';
    }
    put_match(builder, 0);
}

/* The automaton of a word under edits, where a transposition of neighbours is one (Schulz & Mihov
 * 2002): a state is how many letters of the word are behind and how many edits were made. Nodes of
 * one state lie together, states of one number of letters in a row, so that all targets are known
 * beforehand. */
enum {
    FUZZY_NODES = 10 /* of a state */
};

static void
put_fuzzy_state(rls_pattern_builder *builder, const uint32_t *points, uint32_t length, uint32_t at,
                uint32_t edits, uint32_t edits_max)
{
    int  row = (int)(edits_max + 1) * FUZZY_NODES; /* from a number of letters to the next */
    bool more = edits < edits_max, left = at < length, pair = at + 1 < length;
    int  self = 0; /* of the node at hand, from the state's first */

#define PUT(op, to, other) (rls_pattern_put(builder, op, (to)-self, (other)-self), self++)
#define PUT_POINT(point, to)                                                                       \
    do {                                                                                           \
        rls_pattern_put_point(builder, point);                                                     \
        if (builder->status == RLS_OK)                                                             \
            rls_pattern_nodes(builder)[builder->node_count - 1].a = (int16_t)((to)-self);          \
        self++;                                                                                    \
    } while (0)
    /* 0: all ways out, by a chain of splits at 0 1 2 3 to the nodes 4…8. */
    PUT(RLS_PATTERN_SPLIT, left ? 4 : 9, more ? 1 : (left ? 4 : 9));
    PUT(RLS_PATTERN_SPLIT, 5, left ? 2 : 5);
    PUT(RLS_PATTERN_SPLIT, 6, 3);
    PUT(RLS_PATTERN_SPLIT, left ? row + FUZZY_NODES : 5, pair ? 7 : 6);
    if (left)
        PUT_POINT(points[at], row); /* 4: the letter itself */
    else
        PUT(RLS_PATTERN_SPLIT, 9, 9);
    PUT(RLS_PATTERN_ANY, FUZZY_NODES, 0);       /* 5: inserted */
    PUT(RLS_PATTERN_ANY, row + FUZZY_NODES, 0); /* 6: another in its place */
    if (pair && more) {
        PUT_POINT(points[at + 1], 8); /* 7, 8: the next letter before this one */
        PUT_POINT(points[at], 2 * row + FUZZY_NODES);
    } else {
        PUT(RLS_PATTERN_SPLIT, 9, 9);
        PUT(RLS_PATTERN_SPLIT, 9, 9);
    }
    if (left)
        PUT(RLS_PATTERN_ANY, 0, 0); /* 9: not reached */
    else
        put_match(builder, edits);
#undef PUT
#undef PUT_POINT
}

static void
build_fuzzy(rls_pattern_builder *builder, uint32_t edits, uint32_t *out_length)
{
    rls_buffer      points;
    const uint32_t *letters;
    rls_bytes       folded;
    uint32_t        length;

    builder->status =
        rls_analyzer_fold(builder->folder, builder->text, RLS_FOLD_ALL, &folded, builder->err);
    rls_buffer_init(&points, builder->heap);
    for (size_t at = 0; builder->status == RLS_OK && at < folded.size;) {
        uint32_t point;
        at += rls_utf8_next(folded.data + at, folded.data + folded.size, &point);
        rls_buffer_append(&points, &point, sizeof point);
    }
    if (points.failed)
        no_memory(builder);
    letters = (const uint32_t *)(const void *)points.data;
    length = (uint32_t)(points.size / sizeof *letters);
    *out_length = length;
    if (builder->status == RLS_OK && length == 0)
        rls_pattern_fail(builder, 0, "nothing stands before this tilde");
    for (uint32_t i = 0; i <= length && builder->status == RLS_OK; i++)
        for (uint32_t e = 0; e <= edits && builder->status == RLS_OK; e++)
            put_fuzzy_state(builder, letters, length, i, e, edits);
    rls_buffer_release(&points);
}

static int
compare_points(const void *a, const void *b, void *context)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    (void)context;
    return (left > right) - (left < right);
}

/* Every begin and end of a range parts two classes. */
static void
make_classes(rls_pattern_builder *builder, rls_arena *arena, rls_pattern_automaton *pattern)
{
    uint32_t  count = rls_pattern_range_count(builder), total = 0, kept = 0;
    uint32_t *bounds = rls_arena_alloc(arena, (2 * (size_t)count + 1) * sizeof *bounds);

    if (bounds == NULL) {
        no_memory(builder);
        return;
    }
    bounds[total++] = 0;
    for (uint32_t i = 0; i < count; i++) {
        bounds[total++] = pattern->ranges[i].first;
        if (pattern->ranges[i].last + 1 < RLS_POINT_END)
            bounds[total++] = pattern->ranges[i].last + 1;
    }
    if (rls_sort(builder->heap, bounds, total, sizeof *bounds, compare_points, NULL) != RLS_OK) {
        no_memory(builder);
        return;
    }
    for (uint32_t i = 0; i < total; i++)
        if (kept == 0 || bounds[kept - 1] != bounds[i])
            bounds[kept++] = bounds[i];
    pattern->bounds = bounds;
    pattern->class_count = kept;
}

static void *
copy_buffer(rls_pattern_builder *builder, rls_arena *arena, const rls_buffer *buffer)
{
    void *copy = rls_arena_alloc(arena, buffer->size + 1);

    if (copy == NULL)
        no_memory(builder);
    else if (buffer->size > 0)
        memcpy(copy, buffer->data, buffer->size);
    return copy;
}

static void
finish(rls_pattern_builder *builder, rls_arena *arena, rls_pattern_automaton *automaton)
{
    automaton->nodes = copy_buffer(builder, arena, &builder->nodes);
    automaton->sets = copy_buffer(builder, arena, &builder->sets);
    automaton->ranges = copy_buffer(builder, arena, &builder->ranges);
    automaton->node_count = builder->node_count;
    automaton->set_count = (uint32_t)(builder->sets.size / sizeof(rls_point_set));
    if (builder->status == RLS_OK)
        make_classes(builder, arena, automaton);
}

rls_status
rls_pattern_build(rls_heap *heap, rls_arena *arena, rls_analyzer *folder, rls_pattern *pattern,
                  rls_pattern_automaton *out_automaton, rls_error *err)
{
    rls_pattern_builder builder = {
        .heap = heap, .folder = folder, .text = pattern->text, .err = err};

    rls_buffer_init(&builder.nodes, heap);
    rls_buffer_init(&builder.sets, heap);
    rls_buffer_init(&builder.ranges, heap);
    if (pattern->text.size == 0)
        rls_pattern_fail(&builder, 0, "nothing stands in this pattern");
    else if (pattern->kind == RLS_PATTERN_PREFIX)
        build_prefix(&builder);
    else if (pattern->kind == RLS_PATTERN_WILDCARD)
        build_wildcard(&builder);
    else if (pattern->kind == RLS_PATTERN_FUZZY)
        build_fuzzy(&builder, pattern->edits, &pattern->length);
    else
        rls_pattern_build_regex(&builder);
    if (pattern->kind == RLS_PATTERN_REGEX)
        put_match(&builder, 0);
    if (builder.status == RLS_OK)
        finish(&builder, arena, out_automaton);
    rls_buffer_release(&builder.nodes);
    rls_buffer_release(&builder.sets);
    rls_buffer_release(&builder.ranges);
    return builder.status;
}

rls_status
rls_pattern_compile(rls_heap *heap, rls_arena *arena, rls_analyzer *folder, rls_pattern_kind kind,
                    rls_bytes text, uint32_t edits, const rls_pattern **out_pattern, rls_error *err)
{
    rls_pattern           made = {.kind = kind, .edits = edits, .text = text}, *pattern;
    rls_pattern_automaton automaton;
    rls_arena             scratch;
    rls_status            status;

    *out_pattern = NULL;
    if (made.edits > RLS_PATTERN_EDITS_MAX)
        made.edits = RLS_PATTERN_EDITS_MAX;
    rls_arena_init(&scratch, heap, SCRATCH_CHUNK);
    status = rls_pattern_build(heap, &scratch, folder, &made, &automaton, err);
    rls_arena_release(&scratch);
    if (status != RLS_OK)
        return status;
    pattern = rls_arena_alloc(arena, sizeof *pattern);
    made.text.data = (const uint8_t *)rls_arena_copy(arena, text.data, text.size);
    if (pattern == NULL || made.text.data == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a pattern");
    *pattern = made;
    *out_pattern = pattern;
    return RLS_OK;
}

rls_pattern_kind
rls_pattern_get_kind(const rls_pattern *pattern)
{
    return pattern->kind;
}

rls_bytes
rls_pattern_text(const rls_pattern *pattern)
{
    return pattern->text;
}

uint32_t
rls_pattern_length(const rls_pattern *pattern)
{
    return pattern->length;
}

bool
rls_pattern_equals(const rls_pattern *a, const rls_pattern *b)
{
    return a == b || (a->kind == b->kind && rls_bytes_compare(a->text, b->text) == 0 &&
                      (a->kind != RLS_PATTERN_FUZZY || a->edits == b->edits));
}
