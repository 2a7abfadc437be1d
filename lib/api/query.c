#include "query/query.h"

#include "api/handles.h"

enum {
    GROUP_DEPTH_MAX = 256,
    DISTANCE_MAX = 999999
};

static rls_status
make(rls_heap **out_heap, rls_error *err)
{
    *out_heap = rls_heap_new(NULL, SIZE_MAX);
    return *out_heap == NULL ? rls_fail(err, RLS_NO_MEMORY, "no memory for a query") : RLS_OK;
}

rls_status
rls_query_parse(const char *text, size_t size, bool strict, rls_query **out_query, rls_error *err)
{
    rls_heap  *heap;
    rls_status status;

    RLS_REQUIRE(out_query, err);
    *out_query = NULL;
    if (text == NULL && size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a query needs its text");
    status = make(&heap, err);
    if (status != RLS_OK)
        return status;
    status = rls_query_parse_in(heap, rls_bytes_of(text, size), strict, 0, out_query, err);
    if (status != RLS_OK)
        rls_heap_free(heap);
    return status;
}

const char *
rls_query_get_note(const rls_query *query, uint32_t i, uint32_t *out_start, uint32_t *out_end)
{
    if (query == NULL || i >= query->note_count)
        return NULL;
    if (out_start != NULL)
        *out_start = query->notes[i].start;
    if (out_end != NULL)
        *out_end = query->notes[i].end;
    return query->notes[i].message;
}

void
rls_query_close(rls_query *query)
{
    rls_heap *heap = query == NULL ? NULL : query->heap;

    rls_query_free(query);
    rls_heap_free(heap);
}

/* --- building --- */

static rls_node_kind
kind_of(rls_group group)
{
    return group == RLS_GROUP_AND  ? RLS_NODE_AND
           : group == RLS_GROUP_OR ? RLS_NODE_OR
                                   : RLS_NODE_BAG;
}

static rls_occur
occur_of(rls_role role)
{
    return role == RLS_ROLE_MUST       ? RLS_OCCUR_MUST
           : role == RLS_ROLE_MUST_NOT ? RLS_OCCUR_MUST_NOT
                                       : RLS_OCCUR_PLAIN;
}

rls_status
rls_query_create(rls_group group, rls_query **out_query, rls_error *err)
{
    rls_heap  *heap;
    rls_query *query = NULL;
    rls_status status;

    RLS_REQUIRE(out_query, err);
    *out_query = NULL;
    status = make(&heap, err);
    if (status != RLS_OK)
        return status;
    status = rls_query_new_in(heap, &query, err);
    if (status == RLS_OK) {
        query->open = rls_query_add_node(query, NULL, kind_of(group));
        if (query->open == NULL)
            status = rls_fail(err, RLS_NO_MEMORY, "no memory for a query");
    }
    if (status != RLS_OK) {
        rls_query_free(query);
        rls_heap_free(heap);
        return status;
    }
    *out_query = query;
    return RLS_OK;
}

/* Copies of the texts of a leaf, made before there is a node to hold them. */
typedef struct leaf_texts {
    rls_bytes field, text, text_to;
} leaf_texts;

static bool
copy_text(rls_query *query, const char *text, rls_bytes *out_bytes)
{
    *out_bytes = rls_bytes_of(NULL, 0);
    if (text == NULL)
        return true;
    out_bytes->size = strlen(text);
    out_bytes->data = (uint8_t *)rls_arena_copy(&query->arena, text, out_bytes->size);
    return out_bytes->data != NULL;
}

/* A node in the group that is open. */
static rls_status
add(rls_query *query, rls_node_kind kind, rls_role role, float boost, rls_query_node **out_node,
    rls_error *err)
{
    if (query->open == NULL)
        return rls_fail(err, RLS_BAD_ARGUMENT,
                        "nothing can be added to a parsed query before rls_query_narrow()");
    if (!(boost > 0.0f && boost <= 1e6f))
        return rls_fail(err, RLS_BAD_ARGUMENT, "a boost must be above 0 and at most 1,000,000");
    if (query->node_count >= RLS_QUERY_NODE_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a query has at most %d parts", RLS_QUERY_NODE_MAX);
    *out_node = rls_query_add_node(query, NULL, kind);
    if (*out_node == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a query");
    (*out_node)->boost = boost;
    /* Only words side by side have signs; elsewhere it is NOT that excludes. */
    if (role == RLS_ROLE_MUST_NOT && query->open->kind != RLS_NODE_BAG) {
        rls_query_node *not = rls_query_add_node(query, NULL, RLS_NODE_NOT);
        if (not == NULL)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a query");
        rls_query_append(not, *out_node);
        rls_query_append(query->open, not );
        return RLS_OK;
    }
    (*out_node)->occur = occur_of(role);
    rls_query_append(query->open, *out_node);
    return RLS_OK;
}

rls_status
rls_query_narrow(rls_query *query, rls_error *err)
{
    rls_query_node *whole, *group;

    RLS_REQUIRE(query, err);
    if (query->open != NULL && query->open->parent != NULL)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a group is open in this query");
    whole = query->root;
    query->root = NULL;
    group = rls_query_add_node(query, NULL, RLS_NODE_AND);
    if (group == NULL) {
        query->root = whole;
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a query");
    }
    /* A group without parts asks for nothing. */
    if (whole != NULL && (whole != query->open || whole->first_child != NULL))
        rls_query_append(group, whole);
    query->open = group;
    return RLS_OK;
}

rls_status
rls_query_open_group(rls_query *query, rls_group group, rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;
    rls_status      status;
    uint32_t        depth = 0;

    RLS_REQUIRE(query, err);
    for (const rls_query_node *open = query->open; open != NULL; open = open->parent)
        depth += open->kind != RLS_NODE_NOT;
    if (depth > GROUP_DEPTH_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "groups are nested at most %d deep",
                        GROUP_DEPTH_MAX);
    status = add(query, kind_of(group), role, 1.0f, &node, err);
    if (status == RLS_OK)
        query->open = node;
    return status;
}

rls_status
rls_query_close_group(rls_query *query, rls_error *err)
{
    RLS_REQUIRE(query, err);
    if (query->open == NULL || query->open->parent == NULL)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no group is open in this query");
    query->open = query->open->parent;
    if (query->open->kind == RLS_NODE_NOT)
        query->open = query->open->parent;
    return RLS_OK;
}

static rls_status
add_leaf(rls_query *query, rls_node_kind kind, const char *field, const char *text,
         const char *text_to, float boost, rls_role role, rls_query_node **out_node, rls_error *err)
{
    leaf_texts texts;
    rls_status status;

    RLS_REQUIRE(query, err);
    if (!copy_text(query, field, &texts.field) || !copy_text(query, text, &texts.text) ||
        !copy_text(query, text_to, &texts.text_to))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a query");
    status = add(query, kind, role, boost, out_node, err);
    if (status != RLS_OK)
        return status;
    (*out_node)->field = texts.field;
    (*out_node)->text = texts.text;
    (*out_node)->text_to = texts.text_to;
    return RLS_OK;
}

rls_status
rls_query_word(rls_query *query, const char *field, const char *word, bool exact, float boost,
               rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;
    rls_status      status;

    RLS_REQUIRE(word, err);
    status = add_leaf(query, RLS_NODE_WORD, field, word, NULL, boost, role, &node, err);
    if (status == RLS_OK)
        node->exact = exact;
    return status;
}

rls_status
rls_query_phrase(rls_query *query, const char *field, const char *phrase, float boost,
                 rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;

    RLS_REQUIRE(phrase, err);
    return add_leaf(query, RLS_NODE_PHRASE, field, phrase, NULL, boost, role, &node, err);
}

rls_status
rls_query_prefix(rls_query *query, const char *field, const char *prefix, float boost,
                 rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;

    RLS_REQUIRE(prefix, err);
    return add_leaf(query, RLS_NODE_PREFIX, field, prefix, NULL, boost, role, &node, err);
}

rls_status
rls_query_value(rls_query *query, const char *field, const char *value, rls_role role,
                rls_error *err)
{
    rls_query_node *node = NULL;
    rls_status      status;

    RLS_REQUIRE(field, err);
    RLS_REQUIRE(value, err);
    status = add_leaf(query, RLS_NODE_COMPARE, field, value, NULL, 1.0f, role, &node, err);
    if (status == RLS_OK) {
        node->op = RLS_COMPARE_IS;
        node->quoted = true;
    }
    return status;
}

rls_status
rls_query_range(rls_query *query, const char *field, const char *from, const char *to,
                rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;
    rls_status      status;

    RLS_REQUIRE(field, err);
    status = add_leaf(query, RLS_NODE_COMPARE, field, from, to, 1.0f, role, &node, err);
    if (status == RLS_OK)
        node->op = RLS_COMPARE_RANGE;
    return status;
}

/* --- phrases, patterns, near --- */

rls_status
rls_query_phrase_with(rls_query *query, const char *field, const char *phrase,
                      const rls_phrase_options *options, float boost, rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;
    rls_status      status;

    RLS_REQUIRE(phrase, err);
    RLS_REQUIRE(options, err);
    if (options->struct_size != sizeof *options)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_phrase_options: struct_size %zu is not %zu",
                        options->struct_size, sizeof *options);
    if (options->distance > DISTANCE_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "words can be moved by at most %d places",
                        DISTANCE_MAX);
    status = add_leaf(query, RLS_NODE_PHRASE, field, phrase, NULL, boost, role, &node, err);
    if (status != RLS_OK)
        return status;
    node->quoted = true;
    node->stems = options->stems || (options->distance > 0 && !options->exact);
    node->exact = options->exact;
    node->distance = options->distance;
    return RLS_OK;
}

/* Told now rather than when it is searched for. */
static rls_status
check_pattern(rls_query *query, rls_pattern_kind kind, const char *text, uint32_t edits,
              rls_error *err)
{
    const rls_pattern *pattern;
    rls_analyzer      *folder;
    rls_arena          arena;
    rls_status status = rls_analyzer_new(query->heap, rls_bytes_of("none", 4), &folder, err);

    if (status != RLS_OK)
        return status;
    rls_arena_init(&arena, query->heap, 4096);
    status = rls_pattern_compile(query->heap, &arena, folder, kind,
                                 rls_bytes_of(text, strlen(text)), edits, &pattern, err);
    rls_arena_release(&arena);
    rls_analyzer_free(folder);
    return status;
}

static rls_status
add_pattern(rls_query *query, const char *field, rls_pattern_kind kind, const char *text,
            uint32_t edits, float boost, rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;
    rls_status      status;

    RLS_REQUIRE(query, err);
    status = check_pattern(query, kind, text, edits, err);
    if (status == RLS_OK)
        status = add_leaf(query, RLS_NODE_PATTERN, field, text, NULL, boost, role, &node, err);
    if (status != RLS_OK)
        return status;
    node->pattern = kind;
    node->edits = edits;
    return RLS_OK;
}

rls_status
rls_query_wildcard(rls_query *query, const char *field, const char *pattern, float boost,
                   rls_role role, rls_error *err)
{
    RLS_REQUIRE(pattern, err);
    return add_pattern(query, field, RLS_PATTERN_WILDCARD, pattern, 0, boost, role, err);
}

rls_status
rls_query_regex(rls_query *query, const char *field, const char *pattern, float boost,
                rls_role role, rls_error *err)
{
    RLS_REQUIRE(pattern, err);
    return add_pattern(query, field, RLS_PATTERN_REGEX, pattern, 0, boost, role, err);
}

rls_status
rls_query_fuzzy(rls_query *query, const char *field, const char *word, uint32_t edits, float boost,
                rls_role role, rls_error *err)
{
    RLS_REQUIRE(word, err);
    if (edits > RLS_PATTERN_EDITS_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a word is looked for with at most %d edits",
                        RLS_PATTERN_EDITS_MAX);
    return add_pattern(query, field, RLS_PATTERN_FUZZY, word, edits, boost, role, err);
}

rls_status
rls_query_exists(rls_query *query, const char *field, rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;

    RLS_REQUIRE(field, err);
    return add_leaf(query, RLS_NODE_PREFIX, field, "", NULL, 1.0f, role, &node, err);
}

rls_status
rls_query_all(rls_query *query, rls_role role, rls_error *err)
{
    rls_query_node *node = NULL;

    return add_leaf(query, RLS_NODE_ALL, NULL, "*", NULL, 1.0f, role, &node, err);
}

rls_status
rls_query_open_near(rls_query *query, uint32_t distance, bool ordered, rls_role role,
                    rls_error *err)
{
    rls_status status;

    if (distance > DISTANCE_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "at most %d words can stand between", DISTANCE_MAX);
    status = rls_query_open_group(query, RLS_GROUP_AND, role, err);
    if (status != RLS_OK)
        return status;
    query->open->kind = RLS_NODE_NEAR;
    query->open->distance = distance;
    query->open->ordered = ordered;
    return RLS_OK;
}

rls_status
rls_query_weigh_group(rls_query *query, float boost, rls_error *err)
{
    RLS_REQUIRE(query, err);
    if (query->open == NULL)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a parsed query has no open group");
    if (!(boost > 0.0f && boost <= 1e6f))
        return rls_fail(err, RLS_BAD_ARGUMENT, "a boost must be above 0 and at most 1,000,000");
    query->open->boost = boost;
    return RLS_OK;
}
