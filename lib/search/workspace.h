/* What one search leaves for the next over the same snapshot: memory of useful size, and the
 * segments' tables under its parameters. One search at a time has it. */
#ifndef RLS_SEARCH_WORKSPACE_H
#define RLS_SEARCH_WORKSPACE_H

#include "search/similarity_bm25.h"

/* Memory that grows as needed and is used again. */
typedef struct rls_scratch {
    void  *memory;
    size_t capacity; /* elements */
} rls_scratch;

/* Blocks of scratch memory that a search may want. */
typedef enum rls_scratch_use {
    RLS_SCRATCH_POSITIONS,
    RLS_SCRATCH_FORMS,
    RLS_SCRATCH_KEYS,
    RLS_SCRATCH_MORE_KEYS,
    RLS_SCRATCH_SORT_KEYS,
    RLS_SCRATCH_UNION,
    RLS_SCRATCH_COUNT
} rls_scratch_use;

/* The segments of the snapshot under one k1. */
enum {
    RLS_VIEW_SLOTS = 16
};
typedef struct rls_view_slot {
    float             k1;
    rls_segment_view *views;
} rls_view_slot;

typedef struct rls_workspace {
    rls_pooled    pooled;
    rls_heap     *heap;
    rls_arena     scratch; /* for the segment at hand */
    rls_analyzer *folder;  /* for folding forms; NULL until needed */
    rls_scratch   blocks[RLS_SCRATCH_COUNT];
    /* Views under these parameters, made in `tables`, a slot for each k1. */
    rls_view_slot     slots[RLS_VIEW_SLOTS];
    uint32_t          slot_count; /* 0: nothing is made */
    rls_search_fields fields;
    float             b;
    rls_ranking_model ranking;
    rls_search_field *weights;
    uint32_t          weight_count;
    rls_arena         tables;
} rls_workspace;

rls_status rls_workspace_take(rls_heap *heap, const rls_snapshot *snapshot,
                              rls_workspace **out_workspace, rls_error *err);
/* Takes NULL. */
void rls_workspace_give(const rls_snapshot *snapshot, rls_workspace *workspace);

/* The segments of the snapshot under the parameters of a search, good until the workspace is given
 * back. */
rls_status rls_workspace_views(rls_workspace *workspace, const rls_snapshot *snapshot,
                               const rls_search_request *request, float k1, float b,
                               rls_segment_view **out_views, rls_error *err);

#endif
