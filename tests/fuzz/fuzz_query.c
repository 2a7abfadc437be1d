/* Query parser: every string is a query; under `strict` the first note is the error. */
#include <math.h>

#include "fuzz.h"
#include "query/query.h"

static bool
is_leaf(const rls_query_node *node)
{
    return node->kind <= RLS_NODE_ALL;
}

static void
check_node(const rls_query_node *node, size_t size)
{
    uint32_t children = 0;

    FUZZ_CHECK(node->kind <= RLS_NODE_NOT && node->occur <= RLS_OCCUR_MUST_NOT);
    FUZZ_CHECK(node->op <= RLS_COMPARE_RANGE);
    FUZZ_CHECK(node->start <= node->end && node->end <= size);
    FUZZ_CHECK(isfinite(node->boost) && node->boost > 0);
    FUZZ_CHECK(node->field.size <= size && node->text.size <= size && node->text_to.size <= size);
    for (const rls_query_node *child = node->first_child; child != NULL; child = child->next) {
        FUZZ_CHECK(child->parent == node);
        FUZZ_CHECK((child->next == NULL) == (child == node->last_child));
        children++;
    }
    if (is_leaf(node))
        FUZZ_CHECK(children == 0);
    else if (node->kind == RLS_NODE_NOT)
        FUZZ_CHECK(children == 1);
    else
        FUZZ_CHECK(children >= 1);
    if (node->kind == RLS_NODE_WORD || node->kind == RLS_NODE_PHRASE)
        FUZZ_CHECK(node->text.size > 0 || node->kind == RLS_NODE_PHRASE);
    if (node->kind == RLS_NODE_COMPARE)
        FUZZ_CHECK(node->field.size > 0);
}

/* Down, along, up: nodes have no depth that recursion could be trusted with. */
static void
check_tree(const rls_query *query, size_t size)
{
    const rls_query_node *node = query->root;
    uint32_t              seen = 0, depth = 0;

    FUZZ_CHECK(node == NULL || node->parent == NULL);
    while (node != NULL) {
        seen++;
        FUZZ_CHECK(seen <= query->node_count);
        check_node(node, size);
        if (node->first_child != NULL) {
            node = node->first_child;
            depth++;
            /* A parenthesis holds at most an OR of ANDs of BAGs of NOTs. */
            FUZZ_CHECK(depth <= 5 * (RLS_QUERY_DEPTH_MAX + 1));
            continue;
        }
        while (node != NULL && node->next == NULL) {
            node = node->parent;
            depth--;
        }
        if (node != NULL)
            node = node->next;
    }
    /* Groups that are open where a long query is cut are still ended. */
    FUZZ_CHECK(query->node_count <= RLS_QUERY_NODE_MAX + 4 * (RLS_QUERY_DEPTH_MAX + 1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rls_bytes  text = rls_bytes_of(data, size);
    rls_heap   heap;
    rls_query *query, *strict;
    rls_error  err = {0};
    rls_status status;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_query_parse_in(&heap, text, false, 0, &query, &err) == RLS_OK);
    FUZZ_CHECK(fuzz_equal(query->text, text));
    FUZZ_CHECK(query->note_count <= RLS_QUERY_NOTE_MAX);
    for (uint32_t i = 0; i < query->note_count; i++) {
        FUZZ_CHECK(query->notes[i].start <= query->notes[i].end && query->notes[i].end <= size);
        FUZZ_CHECK(query->notes[i].message != NULL && query->notes[i].message[0] != '\0');
    }
    check_tree(query, size);
    /* A pattern that is tried has at most some thousand nodes. */
    FUZZ_CHECK(heap.peak <= 512 * size + (1 << 20));

    status = rls_query_parse_in(&heap, text, true, 0, &strict, &err);
    FUZZ_CHECK(status == (query->note_count == 0 ? RLS_OK : RLS_BAD_QUERY));
    FUZZ_CHECK((strict != NULL) == (status == RLS_OK));
    if (status == RLS_OK) {
        FUZZ_CHECK(strict->node_count == query->node_count);
        check_tree(strict, size);
    } else {
        FUZZ_CHECK(err.offset <= size && err.message[0] != '\0');
    }
    rls_query_free(strict);
    rls_query_free(query);
    fuzz_heap_end(&heap);
    return 0;
}
