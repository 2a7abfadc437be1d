#include "query/query.h"

enum {
    ARENA_CHUNK = 4096
};

rls_status
rls_query_new_in(rls_heap *heap, rls_query **out_query, rls_error *err)
{
    rls_query *query;

    *out_query = NULL;
    query = rls_alloc_zeroed(heap, 1, sizeof(*query));
    if (query == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a query");
    query->heap = heap;
    rls_arena_init(&query->arena, heap, ARENA_CHUNK);
    *out_query = query;
    return RLS_OK;
}

void
rls_query_free(rls_query *query)
{
    if (query == NULL)
        return;
    rls_free(query->heap, query->notes);
    rls_arena_release(&query->arena);
    rls_free(query->heap, query);
}

void
rls_query_append(rls_query_node *parent, rls_query_node *child)
{
    child->parent = parent;
    child->next = NULL;
    if (parent->last_child != NULL)
        parent->last_child->next = child;
    else
        parent->first_child = child;
    parent->last_child = child;
}

rls_query_node *
rls_query_add_node(rls_query *query, rls_query_node *parent, rls_node_kind kind)
{
    rls_query_node *node = rls_arena_alloc_zeroed(&query->arena, 1, sizeof(*node));

    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->boost = 1.0f;
    query->node_count++;
    if (parent != NULL)
        rls_query_append(parent, node);
    else if (query->root == NULL)
        query->root = node;
    return node;
}

bool
rls_query_note_add(rls_query *query, uint32_t start, uint32_t end, rls_note_kind kind,
                   const char *message)
{
    size_t capacity = query->note_capacity;
    void  *notes = query->notes;
    char  *copy;

    if (query->note_count >= RLS_QUERY_NOTE_MAX)
        return true;
    /* What was said once is known. */
    for (uint32_t i = 0; i < query->note_count; i++)
        if (strcmp(query->notes[i].message, message) == 0)
            return true;
    copy = rls_arena_copy(&query->arena, message, strlen(message));
    if (copy == NULL || !rls_grow(query->heap, &notes, &capacity, (size_t)query->note_count + 1,
                                  sizeof(rls_query_note)))
        return false;
    query->notes = notes;
    query->note_capacity = (uint32_t)capacity;
    query->notes[query->note_count++] = (rls_query_note){start, end, copy, kind};
    return true;
}
