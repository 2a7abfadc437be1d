#include "suggest/beside.h"

static rls_status
corrupt(const rls_segment *segment, rls_error *err)
{
    return rls_fail(err, RLS_CORRUPT, "%s: postings are damaged",
                    rls_segment_get_info(segment)->name);
}

/* The term's documents in the segment that has most of them; *out_all tells how many there are in
 * all. */
static rls_status
find_most(const rls_snapshot *snapshot, rls_bytes term, uint32_t *out_segment,
          rls_posting_list *out_list, uint64_t *out_all, rls_error *err)
{
    rls_posting_list list;

    *out_all = 0;
    out_list->doc_freq = 0;
    for (uint32_t s = 0; s < snapshot->segment_count; s++) {
        rls_status status = rls_segment_find_term(snapshot->segments[s].segment, term, &list, err);
        if (status == RLS_NOT_FOUND)
            continue;
        if (status != RLS_OK)
            return status;
        *out_all += list.doc_freq;
        if (list.doc_freq > out_list->doc_freq) {
            *out_list = list;
            *out_segment = s;
        }
    }
    return RLS_OK;
}

static rls_status
take_sample(const rls_snapshot *snapshot, const rls_posting_list *list, rls_beside *out,
            rls_error *err)
{
    const rls_snapshot_segment *part = &snapshot->segments[out->segment];
    bool                        few = list->doc_freq <= RLS_BESIDE_SAMPLE;
    rls_postings_cursor         cursor;

    rls_postings_cursor_open(&cursor, list);
    for (uint32_t i = 0; i < RLS_BESIDE_SAMPLE && cursor.doc != RLS_DOC_END; i++) {
        if (part->live == NULL || rls_bitset_get(&part->live->live, cursor.doc))
            out->docs[out->doc_count++] = cursor.doc;
        if (few) {
            rls_postings_cursor_next(&cursor);
        } else {
            uint32_t target = (uint32_t)((uint64_t)list->doc_count * (i + 1) / RLS_BESIDE_SAMPLE);
            rls_postings_cursor_advance(&cursor, target > cursor.doc ? target : cursor.doc + 1);
        }
    }
    return cursor.failed ? corrupt(part->segment, err) : RLS_OK;
}

rls_status
rls_beside_sample(const rls_snapshot *snapshot, const rls_bytes *terms, uint32_t term_count,
                  rls_beside *out_beside, rls_error *err)
{
    rls_posting_list rarest = {.doc_freq = 0};
    uint64_t         fewest = UINT64_MAX;

    *out_beside = (rls_beside){0};
    for (uint32_t i = 0; i < term_count; i++) {
        rls_posting_list list;
        uint64_t         all;
        uint32_t         segment = 0;
        rls_status       status = find_most(snapshot, terms[i], &segment, &list, &all, err);
        if (status != RLS_OK)
            return status;
        if (all > 0 && all < fewest) {
            fewest = all;
            rarest = list;
            out_beside->segment = segment;
        }
    }
    return rarest.doc_freq == 0 ? RLS_OK : take_sample(snapshot, &rarest, out_beside, err);
}

rls_status
rls_beside_count(const rls_snapshot *snapshot, const rls_beside *beside, rls_bytes term,
                 uint32_t *out_count, rls_error *err)
{
    const rls_segment  *segment;
    rls_posting_list    list;
    rls_postings_cursor cursor;
    rls_status          status;

    *out_count = 0;
    if (beside->doc_count == 0)
        return RLS_OK;
    segment = snapshot->segments[beside->segment].segment;
    status = rls_segment_find_term(segment, term, &list, err);
    if (status != RLS_OK)
        return status == RLS_NOT_FOUND ? RLS_OK : status;
    if (list.dense != NULL) {
        for (uint32_t i = 0; i < beside->doc_count; i++)
            *out_count += rls_posting_list_dense_has(&list, beside->docs[i]);
        return RLS_OK;
    }
    rls_postings_cursor_open(&cursor, &list);
    for (uint32_t i = 0; i < beside->doc_count; i++) {
        if (cursor.doc < beside->docs[i])
            rls_postings_cursor_advance(&cursor, beside->docs[i]);
        *out_count += cursor.doc == beside->docs[i];
    }
    return cursor.failed ? corrupt(segment, err) : RLS_OK;
}
