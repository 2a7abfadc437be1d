#include "search/field_names.h"

#include "query/pattern.h"

enum {
    CHARACTERS_AN_EDIT = 3,
    CHUNK = 4096
};

typedef struct name_search {
    rls_bytes           name;
    rls_analyzer       *folder;
    rls_pattern_walker *edits, *beginning; /* beginning: NULL, the name is too short for one */
    rls_bytes           nearest;
    uint32_t            distance; /* of the nearest */
} name_search;

static rls_status
meet(name_search *search, rls_bytes field, rls_error *err)
{
    rls_bytes  folded;
    uint32_t   distance = UINT32_MAX;
    rls_status status = rls_analyzer_fold(search->folder, field, RLS_FOLD_ALL, &folded, err);

    if (status != RLS_OK)
        return status;
    if (!rls_pattern_walker_match(search->edits, folded, &distance)) {
        if (search->beginning == NULL ||
            !rls_pattern_walker_match(search->beginning, folded, &distance))
            return RLS_OK;
        distance = 1;
    }
    if (search->nearest.size == 0 || distance < search->distance ||
        (distance == search->distance && rls_bytes_compare(field, search->nearest) < 0)) {
        search->nearest = field;
        search->distance = distance;
    }
    return RLS_OK;
}

static rls_status
meet_all(name_search *search, const rls_snapshot *snapshot, rls_error *err)
{
    rls_status status = RLS_OK;

    for (uint32_t i = 0; status == RLS_OK && i < snapshot->field_count; i++)
        status = meet(search, snapshot->fields[i].name, err);
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_segment *segment = snapshot->segments[i].segment;
        for (uint32_t c = 0; status == RLS_OK && c < rls_segment_column_count(segment); c++)
            status = meet(search, rls_segment_column_at(segment, c)->name, err);
    }
    return status;
}

static rls_status
new_walker(rls_heap *heap, rls_arena *arena, name_search *search, rls_pattern_kind kind,
           uint32_t edits, rls_pattern_walker **out_walker, rls_error *err)
{
    const rls_pattern *pattern;
    rls_status         status =
        rls_pattern_compile(heap, arena, search->folder, kind, search->name, edits, &pattern, err);

    return status == RLS_OK ? rls_pattern_walker_new(heap, pattern, out_walker, err) : status;
}

rls_status
rls_field_nearest(rls_heap *heap, const rls_snapshot *snapshot, rls_analyzer *folder,
                  rls_bytes name, rls_bytes *out_nearest, rls_error *err)
{
    name_search search = {.name = name, .folder = folder};
    rls_arena   arena;
    uint32_t    edits = (uint32_t)(name.size / CHARACTERS_AN_EDIT);
    rls_error   error = {0};
    rls_status  status;

    *out_nearest = rls_bytes_of(NULL, 0);
    if (edits > RLS_PATTERN_EDITS_MAX)
        edits = RLS_PATTERN_EDITS_MAX;
    rls_arena_init(&arena, heap, CHUNK);
    status = new_walker(heap, &arena, &search, RLS_PATTERN_FUZZY, edits, &search.edits, &error);
    if (status == RLS_OK && name.size >= CHARACTERS_AN_EDIT)
        status =
            new_walker(heap, &arena, &search, RLS_PATTERN_PREFIX, 0, &search.beginning, &error);
    if (status == RLS_OK)
        status = meet_all(&search, snapshot, &error);
    rls_pattern_walker_free(search.edits);
    rls_pattern_walker_free(search.beginning);
    rls_arena_release(&arena);
    if (status == RLS_BAD_QUERY) /* nothing that could be a name */
        return RLS_OK;
    if (status != RLS_OK) {
        if (err != NULL)
            *err = error;
        return status;
    }
    *out_nearest = search.nearest;
    return RLS_OK;
}
