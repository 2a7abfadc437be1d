#include "suggest/suggest.h"

enum {
    SCRATCH_CHUNK = 16 << 10
};

rls_status
rls_suggest_no_memory(const rls_suggest *suggest)
{
    return rls_fail(suggest->err, RLS_NO_MEMORY, "no memory for suggestions");
}

rls_status
rls_suggest_init(rls_suggest *suggest, rls_heap *heap, rls_arena *arena,
                 const rls_snapshot *snapshot, rls_bytes text, uint32_t limit, rls_error *err)
{
    *suggest = (rls_suggest){.heap = heap,
                             .arena = arena,
                             .snapshot = snapshot,
                             .typed = rls_typed_text_of(text),
                             .limit = limit,
                             .err = err};
    rls_arena_init(&suggest->scratch, heap, SCRATCH_CHUNK);
    rls_buffer_init(&suggest->items, heap);
    return rls_analyzer_new(heap, snapshot->manifest.languages[0].name, &suggest->analyzer, err);
}

void
rls_suggest_release(rls_suggest *suggest)
{
    rls_analyzer_free(suggest->analyzer);
    rls_buffer_release(&suggest->items);
    rls_arena_release(&suggest->scratch);
}

rls_status
rls_suggest_add(rls_suggest *suggest, rls_suggest_item item)
{
    char *text = rls_arena_copy(suggest->arena, item.text.data, item.text.size);
    char *field = rls_arena_copy(suggest->arena, item.field.data, item.field.size);

    if (text == NULL || field == NULL)
        return rls_suggest_no_memory(suggest);
    item.text.data = (const uint8_t *)text;
    item.field.data = (const uint8_t *)field;
    rls_buffer_append(&suggest->items, &item, sizeof item);
    return suggest->items.failed ? rls_suggest_no_memory(suggest) : RLS_OK;
}

rls_status
rls_suggest_fold(rls_suggest *suggest, rls_bytes text, rls_bytes *out_folded)
{
    rls_bytes  folded;
    rls_status status =
        rls_analyzer_fold(suggest->analyzer, text, RLS_FOLD_ALL, &folded, suggest->err);

    if (status != RLS_OK)
        return status;
    *out_folded =
        rls_bytes_of(rls_arena_copy(&suggest->scratch, folded.data, folded.size), folded.size);
    return out_folded->data == NULL ? rls_suggest_no_memory(suggest) : RLS_OK;
}

rls_status
rls_suggest_is_live(const rls_suggest *suggest, const rls_snapshot_segment *part,
                    const rls_posting_list *list, bool *out_live)
{
    rls_postings_cursor cursor;

    *out_live = true;
    if (part->live == NULL || list->doc_freq > part->live->deleted_count)
        return RLS_OK;
    rls_postings_cursor_open(&cursor, list);
    while (cursor.doc != RLS_DOC_END && !rls_bitset_get(&part->live->live, cursor.doc))
        rls_postings_cursor_next(&cursor);
    if (cursor.failed)
        return rls_fail(suggest->err, RLS_CORRUPT, "%s: postings are damaged",
                        rls_segment_get_info(part->segment)->name);
    *out_live = cursor.doc != RLS_DOC_END;
    return RLS_OK;
}
