/* N, n and lengths of the whole index, deleted documents excluded, so that how documents fell into
 * segments never shows in a score. */
#include "index/snapshot.h"

#include "base/popcount.h"

/* Set bits of a dense list that are live. Bits behind the last document are the file's, not ours,
 * and dead. */
static uint32_t
count_dense(const rls_posting_list *list, const rls_bitset *live)
{
    size_t   words = rls_bitset_word_count(list->doc_count);
    uint64_t both[64], count = 0;

    for (size_t i = 0; i < words; i += 64) {
        size_t some = words - i < 64 ? words - i : 64;
        for (size_t j = 0; j < some; j++)
            both[j] = rls_get_u64(list->dense + 8 * (i + j)) & live->words[i + j];
        count += rls_popcount_words(both, some);
    }
    return (uint32_t)count;
}

rls_status
rls_live_doc_freq(const rls_posting_list *list, const rls_live_docs *live, uint32_t *out_doc_freq,
                  rls_error *err)
{
    rls_postings_cursor cursor;
    uint32_t            count = 0;

    *out_doc_freq = 0;
    if (live == NULL || live->deleted_count == 0) {
        *out_doc_freq = list->doc_freq;
        return RLS_OK;
    }
    if (list->dense != NULL) {
        *out_doc_freq = count_dense(list, &live->live);
        return RLS_OK;
    }
    rls_postings_cursor_open(&cursor, list);
    for (uint32_t block = 0; block < list->block_count; block++) {
        if (!rls_postings_cursor_load(&cursor, block))
            return rls_fail(err, RLS_CORRUPT, "damaged postings");
        for (uint32_t i = 0; i < cursor.block.count; i++)
            count += rls_bitset_get(&live->live, cursor.block.docs[i]);
    }
    *out_doc_freq = count;
    return RLS_OK;
}

rls_status
rls_snapshot_doc_freq(const rls_snapshot *snapshot, rls_bytes term, uint64_t *out_doc_freq,
                      rls_error *err)
{
    *out_doc_freq = 0;
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_snapshot_segment *part = &snapshot->segments[i];
        rls_posting_list            list;
        uint32_t                    doc_freq;
        rls_status                  status = rls_segment_find_term(part->segment, term, &list, err);
        if (status == RLS_NOT_FOUND)
            continue;
        if (status == RLS_OK)
            status = rls_live_doc_freq(&list, part->live, &doc_freq, err);
        if (status != RLS_OK)
            return status;
        *out_doc_freq += doc_freq;
    }
    return RLS_OK;
}

/* Sum of exact lengths of deleted documents, taken off a field's total. */
static uint64_t
live_length(const rls_snapshot_segment *part, uint32_t field)
{
    const rls_segment_info *info = rls_segment_get_info(part->segment);
    uint64_t                total = info->fields[field].total_length;

    if (part->live == NULL)
        return total;
    for (uint32_t doc = 0; doc < info->doc_count; doc++) {
        uint32_t length;
        if (rls_bitset_get(&part->live->live, doc))
            continue;
        length = rls_segment_length(part->segment, field, doc);
        total -= length < total ? length : total;
    }
    return total;
}

static rls_field_statistics *
find_or_add(rls_snapshot *snapshot, size_t *capacity, rls_bytes name)
{
    void *memory = snapshot->fields;

    for (uint32_t i = 0; i < snapshot->field_count; i++) {
        if (rls_bytes_compare(snapshot->fields[i].name, name) == 0)
            return &snapshot->fields[i];
    }
    if (!rls_grow(snapshot->heap, &memory, capacity, (size_t)snapshot->field_count + 1,
                  sizeof *snapshot->fields))
        return NULL;
    snapshot->fields = memory;
    snapshot->fields[snapshot->field_count] = (rls_field_statistics){.name = name};
    return &snapshot->fields[snapshot->field_count++];
}

rls_status
rls_snapshot_count(rls_snapshot *snapshot, rls_error *err)
{
    size_t    capacity = 0;
    rls_bytes body = rls_bytes_of("body", 4);

    snapshot->doc_count = 0;
    if (find_or_add(snapshot, &capacity, body) == NULL)
        goto no_memory;
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_snapshot_segment *part = &snapshot->segments[i];
        const rls_segment_info     *info = rls_segment_get_info(part->segment);

        snapshot->doc_count += part->live_count;
        for (uint32_t field = 0; field < info->field_count; field++) {
            rls_field_statistics *statistics =
                find_or_add(snapshot, &capacity, info->fields[field].name);
            if (statistics == NULL)
                goto no_memory;
            statistics->total_length += live_length(part, field);
        }
    }
    for (uint32_t i = 0; i < snapshot->field_count; i++) {
        rls_field_statistics *statistics = &snapshot->fields[i];
        if (snapshot->doc_count > 0)
            statistics->average_length =
                (float)((double)statistics->total_length / (double)snapshot->doc_count);
    }
    /* The body stays first; segments give the others in order of name, but each its own. */
    for (uint32_t i = 2; i < snapshot->field_count; i++) {
        rls_field_statistics moving = snapshot->fields[i];
        uint32_t             j = i;
        for (; j > 1 && rls_bytes_compare(snapshot->fields[j - 1].name, moving.name) > 0; j--)
            snapshot->fields[j] = snapshot->fields[j - 1];
        snapshot->fields[j] = moving;
    }
    return RLS_OK;

no_memory:
    return rls_fail(err, RLS_NO_MEMORY, "no memory for statistics");
}
