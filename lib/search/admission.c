#include "search/admission.h"

#include "search/filter.h"
#include "search/scorer.h"

static uint64_t
with_score(uint64_t key, uint32_t score)
{
    return (key & ~((uint64_t)INT32_MAX << 32)) | (uint64_t)score << 32;
}

static uint64_t
admit(void *context, uint64_t key, uint32_t doc)
{
    rls_admission *a = context;
    bool           all = key >> 63 != 0;
    uint32_t       score = (uint32_t)(key >> 32) & INT32_MAX;

    if (a->marks && all)
        rls_bitset_set(&a->marked, doc);
    else if (a->marks && rls_bitset_get(&a->marked, doc))
        return 0;
    if (a->order->dates != NULL)
        score = rls_order_dated(a->order, a->dates, doc, score);
    a->any++;
    a->all += all;
    if (a->sorter != NULL) {
        rls_sorter_offer(a->sorter, all, doc, score);
        return 0;
    }
    key = with_score(key, score);
    return a->has_bound && key > a->first_key ? 0 : key;
}

rls_status
rls_admission_init(rls_admission *admission, rls_search_state *state, const rls_order *order,
                   const rls_place *place, const rls_segment_view *view, rls_sorter *sorter,
                   rls_topk *topk)
{
    rls_status status = RLS_OK;

    *admission = (rls_admission){.order = order, .view = view, .sorter = sorter};
    if (order->dates == NULL && place == NULL && sorter == NULL)
        return RLS_OK;
    if (order->dates != NULL)
        admission->dates = order->dates[view->number];
    if (place != NULL && sorter == NULL) {
        rls_place_bound bound;
        status = rls_place_in_segment(place, order, state->heap, view->segment, view->number,
                                      &bound, state->err);
        if (status != RLS_OK)
            return status;
        admission->has_bound = true;
        admission->first_key = rls_place_topk_key(&bound);
    }
    admission->marks = rls_scorer_ranks_all(state);
    if (admission->marks)
        status = rls_filter_new_bits(state, view->doc_count, &admission->marked);
    if (status != RLS_OK)
        return status;
    topk->admit = admit;
    topk->admit_context = admission;
    return RLS_OK;
}
