/* Conditions besides the query: a bag that requires them beside what the query says. */
#include "api/hits_state.h"

typedef struct narrowing {
    rls_hits  *hits;
    rls_query *query;
    rls_error *err;
} narrowing;

static bool
is_field(void *context, const rls_field_info *field)
{
    const char **name = context;

    if (strcmp(*name, field->name) != 0)
        return true;
    *name = NULL;
    return false;
}

/* In a query the name of no field is a word; in a filter it can only be a mistake. */
static rls_status
check_filter(const narrowing *work, const rls_filter *filter)
{
    const char *name = filter->field;
    rls_status  status;

    if (name == NULL || name[0] == '\0' || (filter->values == NULL && filter->value_count > 0))
        return rls_fail(work->err, RLS_BAD_ARGUMENT,
                        "a filter needs a field, and values if it counts any");
    status = rls_snapshot_fields(work->hits->snapshot, is_field, &name, work->err);
    if (status == RLS_OK && name != NULL)
        status =
            rls_fail(work->err, RLS_BAD_ARGUMENT, "filter: the index has no field \"%s\"", name);
    return status;
}

static rls_query_node *
add_node(narrowing *work, rls_query_node *parent, rls_node_kind kind)
{
    rls_query_node *node = rls_arena_alloc_zeroed(&work->hits->arena, 1, sizeof *node);

    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->boost = 1.0f;
    work->query->node_count++;
    if (parent != NULL)
        rls_query_append(parent, node);
    return node;
}

/* Nodes of the query may be shared with other threads: those that get a new parent are copies. */
static rls_query_node *
add_copy(narrowing *work, rls_query_node *parent, const rls_query_node *from)
{
    rls_query_node *copy = add_node(work, parent, from->kind);

    if (copy != NULL) {
        *copy = *from;
        copy->parent = parent;
        copy->next = NULL;
    }
    return copy;
}

static rls_bytes
bytes_of(const char *text)
{
    return rls_bytes_of(text, text == NULL ? 0 : strlen(text));
}

static bool
add_filter(narrowing *work, rls_query_node *bag, const rls_filter *filter)
{
    bool            several = filter->value_count > 1;
    rls_query_node *group = several ? add_node(work, bag, RLS_NODE_OR) : bag, *node;

    if (group == NULL)
        return false;
    if (several)
        group->occur = RLS_OCCUR_MUST;
    for (uint32_t i = 0; i < filter->value_count || (i == 0 && filter->value_count == 0); i++) {
        node = add_node(work, group, RLS_NODE_COMPARE);
        if (node == NULL)
            return false;
        node->field = bytes_of(filter->field);
        if (!several)
            node->occur = RLS_OCCUR_MUST;
        if (filter->value_count > 0) {
            node->op = RLS_COMPARE_IS;
            node->quoted = true;
            node->text = bytes_of(filter->values[i]);
        } else {
            node->op = RLS_COMPARE_RANGE;
            node->text = bytes_of(filter->from);
            node->text_to = bytes_of(filter->to);
        }
    }
    return true;
}

/* What the query says, in the bag: side by side as it was, or as one thing that is required. */
static bool
add_query(narrowing *work, rls_query_node *bag, const rls_query_node *root)
{
    rls_query_node *copy;

    if (root == NULL)
        return true;
    if (root->kind == RLS_NODE_BAG && root->boost == 1.0f && root->occur == RLS_OCCUR_PLAIN) {
        for (const rls_query_node *child = root->first_child; child != NULL; child = child->next) {
            if (add_copy(work, bag, child) == NULL)
                return false;
        }
        return true;
    }
    copy = add_copy(work, bag, root);
    if (copy != NULL && copy->occur == RLS_OCCUR_PLAIN && copy->kind != RLS_NODE_NOT)
        copy->occur = RLS_OCCUR_MUST;
    return copy != NULL;
}

rls_status
rls_hits_narrow(rls_hits *hits, const rls_query *query, const rls_search_options *options,
                const rls_query **out_query, rls_error *err)
{
    narrowing  work = {.hits = hits, .err = err};
    rls_status status = RLS_OK;
    bool       good;

    *out_query = query;
    if (options->filter_count == 0)
        return RLS_OK;
    for (uint32_t i = 0; status == RLS_OK && i < options->filter_count; i++)
        status = check_filter(&work, &options->filters[i]);
    if (status != RLS_OK)
        return status;
    work.query = rls_arena_alloc(&hits->arena, sizeof *work.query);
    if (work.query == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
    *work.query = *query;
    work.query->root = add_node(&work, NULL, RLS_NODE_BAG);
    good = work.query->root != NULL && add_query(&work, work.query->root, query->root);
    for (uint32_t i = 0; good && i < options->filter_count; i++)
        good = add_filter(&work, work.query->root, &options->filters[i]);
    *out_query = work.query;
    return good ? RLS_OK : rls_fail(err, RLS_NO_MEMORY, "no memory to search");
}
