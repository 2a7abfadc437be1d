#include "search/feed.h"

void
rls_feed_open_list(rls_feed *feed, rls_search_state *state, const rls_segment_view *view,
                   const rls_posting_list *list, float scaled_weight)
{
    feed->state = state;
    feed->view = view;
    feed->count = list->doc_freq;
    feed->at = 0;
    feed->is_table = false;
    feed->failed = false;
    feed->by_block = false;
    feed->row = list->range_row;
    feed->table_row = NULL;
    feed->scaled_weight = scaled_weight;
    feed->list = *list;
    feed->docs = feed->scores = NULL;
    rls_contributions(scaled_weight, view->up, feed->bounds, 256);
    feed->best = feed->bounds[list->best];
    feed->scored_block = feed->passed_block = UINT32_MAX;
    feed->reached = UINT32_MAX;
    rls_postings_cursor_init(&feed->cursor, &feed->list);
}

void
rls_feed_open_table(rls_feed *feed, rls_search_state *state, const rls_segment_view *view,
                    const uint32_t *docs, const uint32_t *scores, uint32_t count)
{
    feed->state = state;
    feed->view = view;
    feed->count = count;
    feed->best = 0;
    feed->at = 0;
    feed->is_table = true;
    feed->failed = false;
    feed->row = NULL;
    feed->table_row = NULL;
    feed->docs = docs;
    feed->scores = scores;
    for (uint32_t i = 0; i < count; i++)
        if (scores[i] > feed->best)
            feed->best = scores[i];
}

void
rls_feed_rewind(rls_feed *feed)
{
    feed->at = 0;
    feed->reached = UINT32_MAX;
}

/* Under the reference bounds grow with the stored byte: a product in place of a look-up, a little
 * above it. Returns how many ranges are done. */
static uint32_t
add_products(const rls_feed *feed, uint32_t *sums, uint32_t range_count)
{
    uint32_t done = 0;
#if defined(__SSE2__)
    __m128 factor = _mm_set1_ps(feed->scaled_weight * (1.0f + 0x1p-20f) / 255.0f);

    if (feed->view->now != rls_segment_reference(feed->view->segment))
        return 0;
    for (; done + 4 <= range_count; done += 4) {
        __m128i *at = (__m128i *)(void *)(sums + done), zero = _mm_setzero_si128();
        __m128i  bytes = _mm_cvtsi32_si128((int)rls_get_u32(feed->row + done));
        __m128i  numbers = _mm_unpacklo_epi16(_mm_unpacklo_epi8(bytes, zero), zero);
        __m128i  bounds = _mm_cvttps_epi32(_mm_mul_ps(_mm_cvtepi32_ps(numbers), factor));
        /* One more where there is a posting: what was cut off. */
        bounds = _mm_sub_epi32(bounds, _mm_cmpgt_epi32(numbers, zero));
        _mm_storeu_si128(at, _mm_add_epi32(_mm_loadu_si128(at), bounds));
    }
#else
    (void)feed, (void)sums, (void)range_count;
#endif
    return done;
}

void
rls_feed_add_bounds(const rls_feed *feed, uint32_t *sums, uint32_t range_count)
{
    if (feed->is_table) {
        for (uint32_t i = 0; i < range_count; i++)
            sums[i] += feed->table_row[i];
        return;
    }
    if (range_count > feed->list.range_count)
        range_count = feed->list.range_count;
    for (uint32_t i = add_products(feed, sums, range_count); i < range_count; i++)
        sums[i] += feed->bounds[feed->row[i]];
}

static bool
load_block(rls_feed *feed, uint32_t block)
{
    float t[RLS_BLOCK_SIZE + 16];

    if (feed->scored_block == block && feed->cursor.block.number == block)
        return true;
    if ((feed->cursor.block.number != block && !rls_postings_cursor_load(&feed->cursor, block)) ||
        !rls_postings_cursor_block_t(&feed->cursor, feed->view->now, t)) {
        feed->failed = true;
        return false;
    }
    rls_contributions_of_t(feed->scaled_weight, feed->view->now->k1, t, feed->contributions,
                           feed->cursor.block.count);
    feed->scored_block = block;
    return true;
}

/* Reads the whole list. */
static rls_status
become_table(rls_feed *feed)
{
    uint32_t *docs, *scores, count = 0;

    docs = rls_arena_alloc(&feed->state->scratch, 2 * (feed->count + (size_t)1) * sizeof(*docs));
    if (docs == NULL)
        return rls_search_no_memory(feed->state);
    scores = docs + feed->count + 1;
    for (uint32_t block = 0; block < feed->list.block_count; block++) {
        const rls_posting_block *loaded = &feed->cursor.block;
        if (!load_block(feed, block) || loaded->count > feed->count - count ||
            (count > 0 && loaded->docs[0] <= docs[count - 1]))
            return rls_search_corrupt(feed->state, feed->view);
        memcpy(docs + count, loaded->docs, loaded->count * sizeof(*docs));
        memcpy(scores + count, feed->contributions, loaded->count * sizeof(*scores));
        count += loaded->count;
    }
    rls_feed_open_table(feed, feed->state, feed->view, docs, scores, count);
    return RLS_OK;
}

rls_status
rls_feed_make_row(rls_feed *feed)
{
    uint32_t ranges = (feed->view->doc_count + RLS_RANGE_SIZE - 1) / RLS_RANGE_SIZE, *row;

    if (!feed->is_table && feed->row != NULL)
        return RLS_OK;
    if (!feed->is_table) {
        rls_status status = become_table(feed);
        if (status != RLS_OK)
            return status;
    }
    row = rls_arena_alloc_zeroed(&feed->state->scratch, ranges + (size_t)1, sizeof(*row));
    if (row == NULL)
        return rls_search_no_memory(feed->state);
    for (uint32_t i = 0; i < feed->count; i++) {
        uint32_t range = feed->docs[i] / RLS_RANGE_SIZE;
        if (feed->scores[i] > row[range])
            row[range] = feed->scores[i];
    }
    feed->table_row = row;
    return RLS_OK;
}

/* Sums of documents docs[0, count), all within the window. */
static void
add_run(const uint32_t *docs, const uint32_t *scores, uint32_t count, uint32_t from, int32_t *sums)
{
    for (uint32_t i = 0; i < count; i++) {
        int32_t *sum = &sums[docs[i] - from];
        *sum = (int32_t)(((uint32_t)*sum & INT32_MAX) + scores[i]);
    }
}

/* The first index in [low, count) whose document is >= doc; most are near. */
static uint32_t
skip_below(const uint32_t *docs, uint32_t low, uint32_t count, uint32_t doc)
{
    uint32_t step = 4, high;

    for (uint32_t near = 0; near < 4; near++, low++)
        if (low >= count || docs[low] >= doc)
            return low;
    while (count - low > step && docs[low + step] < doc) {
        low += step;
        step *= 2;
    }
    high = count - low > step ? low + step : count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (docs[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool
rls_feed_add(rls_feed *feed, uint32_t from, uint32_t to, int32_t *sums)
{
    rls_feed_run run;

    for (uint32_t at = from; at < to; at = run.docs[run.count - 1] + 1) {
        if (!rls_feed_next_run(feed, at, to, 0, &run))
            return false;
        if (run.count == 0)
            return true;
        add_run(run.docs, run.scores, run.count, from, sums);
    }
    return true;
}

static void
set_run(const uint32_t *docs, uint32_t first, uint32_t last, uint32_t from, uint64_t *words)
{
    for (uint32_t i = first; i < last; i++)
        words[(docs[i] - from) / 64] |= UINT64_C(1) << (docs[i] - from) % 64;
}

/* Bits beyond the last document are the file's, not ours. */
static void
set_dense(const rls_posting_list *list, uint32_t from, uint32_t to, uint64_t *words)
{
    uint32_t count = (to - from + 63) / 64;

    for (uint32_t i = 0; i < count; i++)
        words[i] |= rls_get_u64(list->dense + from / 8 + 8 * (size_t)i);
    if ((to - from) % 64 != 0)
        words[count - 1] &= (UINT64_C(1) << (to - from) % 64) - 1;
}

bool
rls_feed_set_bits(rls_feed *feed, uint32_t from, uint32_t to, uint64_t *words)
{
    if (feed->is_table) {
        uint32_t first = skip_below(feed->docs, feed->at, feed->count, from);
        uint32_t last = skip_below(feed->docs, first, feed->count, to);
        set_run(feed->docs, first, last, from, words);
        feed->at = last;
        return true;
    }
    if (feed->list.dense != NULL) {
        set_dense(&feed->list, from, to, words);
        return true;
    }
    for (uint32_t block = rls_posting_list_find_block(&feed->list, feed->at, from);
         block < feed->list.block_count; block++) {
        const rls_posting_block *loaded = &feed->cursor.block;
        uint32_t                 count, first, last;
        feed->at = block;
        if (block > 0 && rls_posting_list_last_doc(&feed->list, block - 1) + 1 >= to)
            return true;
        if (loaded->number != block && !rls_postings_cursor_load(&feed->cursor, block)) {
            feed->failed = true;
            return false;
        }
        count = loaded->count;
        first = skip_below(loaded->docs, 0, count, from);
        last = skip_below(loaded->docs, first, count, to);
        set_run(loaded->docs, first, last, from, words);
        if (last < count)
            return true;
    }
    return true;
}

/* By its rank in the list, which tells the block and the place in it. */
static bool
probe_block(rls_feed *feed, uint32_t doc, uint32_t *out_contribution)
{
    uint32_t rank = rls_posting_list_dense_rank(&feed->list, doc);
    uint32_t block = rank / RLS_BLOCK_SIZE, at = rank % RLS_BLOCK_SIZE;

    if (block >= feed->list.block_count || !load_block(feed, block) ||
        at >= feed->cursor.block.count || feed->cursor.block.docs[at] != doc) {
        feed->failed = true; /* bit set and blocks disagree */
        return false;
    }
    *out_contribution = feed->contributions[at];
    return true;
}

/* The first document of the list >= doc. On the way forwards the cursor need not look back. */
static uint32_t
go_to(rls_feed *feed, uint32_t doc)
{
    rls_postings_cursor *cursor = &feed->cursor;
    bool                 forwards = doc >= feed->reached;

    feed->reached = doc;
    if (!forwards)
        return rls_postings_cursor_seek(cursor, doc);
    return cursor->doc < doc ? rls_postings_cursor_advance(cursor, doc) : cursor->doc;
}

static bool
probe_list(rls_feed *feed, uint32_t doc, uint32_t *out_contribution)
{
    rls_postings_cursor *cursor = &feed->cursor;

    if (feed->list.dense != NULL) {
        if (!rls_posting_list_dense_has(&feed->list, doc))
            return false;
        if (feed->by_block)
            return probe_block(feed, doc, out_contribution);
        *out_contribution =
            rls_contribution(feed->scaled_weight,
                             rls_posting_list_dense_saturation(&feed->list, doc, feed->view->now));
        return true;
    }
    if (go_to(feed, doc) != doc) {
        feed->failed = feed->failed || cursor->failed;
        return false;
    }
    if (feed->scored_block == cursor->block.number)
        *out_contribution = feed->contributions[cursor->at];
    else
        *out_contribution = rls_contribution(
            feed->scaled_weight,
            rls_saturation(rls_postings_cursor_t(cursor, feed->view->now), feed->view->now->k1));
    return true;
}

bool
rls_feed_probe(rls_feed *feed, uint32_t doc, uint32_t *out_contribution)
{
    uint32_t low;

    if (!feed->is_table)
        return probe_list(feed, doc, out_contribution);
    low = skip_below(feed->docs, feed->at, feed->count, doc);
    feed->at = low;
    if (low == feed->count || feed->docs[low] != doc)
        return false;
    *out_contribution = feed->scores[low];
    return true;
}

bool
rls_feed_has(rls_feed *feed, uint32_t doc)
{
    uint32_t unused;

    if (feed->is_table)
        return rls_feed_probe(feed, doc, &unused);
    if (feed->list.dense != NULL)
        return rls_posting_list_dense_has(&feed->list, doc);
    if (go_to(feed, doc) == doc)
        return true;
    feed->failed = feed->failed || feed->cursor.failed;
    return false;
}

bool
rls_feed_next_run(rls_feed *feed, uint32_t from, uint32_t to, uint32_t least, rls_feed_run *out_run)
{
    uint32_t first, last, count;

    *out_run = (rls_feed_run){NULL, NULL, 0};
    if (feed->is_table) {
        first = skip_below(feed->docs, feed->at, feed->count, from);
        count = feed->count - first < RLS_BLOCK_SIZE ? feed->count : first + RLS_BLOCK_SIZE;
        last = skip_below(feed->docs, first, count, to);
        feed->at = last;
        *out_run = (rls_feed_run){feed->docs + first, feed->scores + first, last - first};
        return true;
    }
    for (uint32_t block = rls_posting_list_find_block(&feed->list, feed->at, from);
         block < feed->list.block_count; block++) {
        const uint32_t *docs = feed->cursor.block.docs;
        if (block > 0 && rls_posting_list_last_doc(&feed->list, block - 1) + 1 >= to)
            return true;
        /* A block that goes on beyond the window belongs to the next one, too. */
        feed->at = rls_posting_list_last_doc(&feed->list, block) < to ? block + 1 : block;
        if (feed->bounds[rls_posting_list_bound(&feed->list, block)] < least)
            continue;
        if (!load_block(feed, block))
            return false;
        count = feed->cursor.block.count;
        first = feed->passed_block == block && feed->passed < count ? feed->passed : 0;
        if (first > 0 && docs[first - 1] >= from)
            first = 0;
        first = skip_below(docs, first, count, from);
        last = docs[count - 1] < to ? count : skip_below(docs, first, count, to);
        feed->passed_block = block;
        feed->passed = last;
        if (first >= last)
            return true;
        *out_run = (rls_feed_run){docs + first, feed->contributions + first, last - first};
        return true;
    }
    feed->at = feed->list.block_count;
    return true;
}
