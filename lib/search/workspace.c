#include "search/workspace.h"

enum {
    SCRATCH_CHUNK = 64 * 1024,
    TABLES_CHUNK = 4 * 1024,
    KEPT_BYTES = 1 << 20 /* of a block; larger ones are not kept */
};

static void
forget_views(rls_workspace *workspace)
{
    workspace->slot_count = 0;
    rls_arena_reset(&workspace->tables);
}

static void
destroy(rls_pooled *object)
{
    rls_workspace *workspace = (rls_workspace *)object;

    for (int i = 0; i < RLS_SCRATCH_COUNT; i++)
        rls_free(workspace->heap, workspace->blocks[i].memory);
    rls_analyzer_free(workspace->folder);
    rls_arena_release(&workspace->scratch);
    rls_arena_release(&workspace->tables);
    rls_free(workspace->heap, workspace);
}

rls_status
rls_workspace_take(rls_heap *heap, const rls_snapshot *snapshot, rls_workspace **out_workspace,
                   rls_error *err)
{
    rls_workspace *workspace = NULL;

    if (snapshot->workspaces != NULL)
        workspace = (rls_workspace *)rls_pool_take(snapshot->workspaces);
    if (workspace == NULL) {
        workspace = rls_alloc_zeroed(heap, 1, sizeof(*workspace));
        if (workspace == NULL) {
            *out_workspace = NULL;
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
        }
        workspace->pooled.destroy = destroy;
        workspace->heap = heap;
        rls_arena_init(&workspace->scratch, heap, SCRATCH_CHUNK);
        rls_arena_init(&workspace->tables, heap, TABLES_CHUNK);
    }
    *out_workspace = workspace;
    return RLS_OK;
}

void
rls_workspace_give(const rls_snapshot *snapshot, rls_workspace *workspace)
{
    if (workspace == NULL)
        return;
    if (snapshot->workspaces == NULL) {
        destroy(&workspace->pooled);
        return;
    }
    rls_arena_reset(&workspace->scratch);
    for (int i = 0; i < RLS_SCRATCH_COUNT; i++) {
        /* The widest elements have eight bytes. */
        if (workspace->blocks[i].capacity > KEPT_BYTES / sizeof(uint64_t)) {
            rls_free(workspace->heap, workspace->blocks[i].memory);
            workspace->blocks[i] = (rls_scratch){NULL, 0};
        }
    }
    rls_pool_give(snapshot->workspaces, &workspace->pooled);
}

static bool
same_request(const rls_workspace *workspace, const rls_search_request *request, float b)
{
    if (workspace->slot_count == 0 || workspace->b != b || workspace->ranking != request->ranking ||
        workspace->weight_count != request->weight_count)
        return false;
    for (uint32_t i = 0; i < request->weight_count; i++)
        if (workspace->weights[i].weight != request->weights[i].weight ||
            rls_bytes_compare(workspace->weights[i].name, request->weights[i].name) != 0)
            return false;
    return true;
}

static rls_status
copy_request(rls_workspace *workspace, const rls_search_request *request, float b)
{
    uint32_t count = request->weight_count;

    workspace->b = b;
    workspace->ranking = request->ranking;
    workspace->weight_count = count;
    workspace->weights =
        rls_arena_alloc(&workspace->tables, (count + (size_t)1) * sizeof(*workspace->weights));
    if (workspace->weights == NULL)
        return RLS_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        rls_bytes name = request->weights[i].name;
        char     *copy = rls_arena_copy(&workspace->tables, name.data, name.size);
        if (copy == NULL)
            return RLS_NO_MEMORY;
        workspace->weights[i] =
            (rls_search_field){rls_bytes_of(copy, name.size), request->weights[i].weight};
    }
    return RLS_OK;
}

/* A further slot; all of them are forgotten when there is no room. */
static rls_status
add_slot(rls_workspace *workspace, const rls_snapshot *snapshot, const rls_search_request *request,
         float k1, float b, rls_error *err)
{
    rls_segment_view *views;
    rls_status        status = RLS_OK;

    if (workspace->slot_count == RLS_VIEW_SLOTS)
        forget_views(workspace);
    if (workspace->slot_count == 0) {
        if (copy_request(workspace, request, b) != RLS_OK)
            return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
        status = rls_search_fields_init(&workspace->fields, workspace->heap, &workspace->tables,
                                        snapshot, request, b, err);
    }
    if (status != RLS_OK)
        return status;
    views =
        rls_arena_alloc(&workspace->tables, (snapshot->segment_count + (size_t)1) * sizeof(*views));
    if (views == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a search");
    for (uint32_t i = 0; status == RLS_OK && i < snapshot->segment_count; i++)
        status = rls_segment_view_init(&views[i], &workspace->tables, snapshot, i, k1,
                                       &workspace->fields, err);
    if (status == RLS_OK)
        workspace->slots[workspace->slot_count++] = (rls_view_slot){k1, views};
    return status;
}

rls_status
rls_workspace_views(rls_workspace *workspace, const rls_snapshot *snapshot,
                    const rls_search_request *request, float k1, float b,
                    rls_segment_view **out_views, rls_error *err)
{
    uint32_t   at = 0;
    rls_status status = RLS_OK;

    if (!same_request(workspace, request, b))
        forget_views(workspace);
    while (at < workspace->slot_count && workspace->slots[at].k1 != k1)
        at++;
    if (at == workspace->slot_count) {
        status = add_slot(workspace, snapshot, request, k1, b, err);
        at = workspace->slot_count - 1;
    }
    *out_views = status == RLS_OK ? workspace->slots[at].views : NULL;
    return status;
}
