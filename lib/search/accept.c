#include "search/accept.h"

#include "search/filter.h"

enum {
    SELECTIVE = 64, /* one document in so many: the conditions lead */
    FEW = 8         /* words of 64 documents asked for in a window: with more it is filled */
};

rls_status
rls_accept_init(rls_accept *accept, rls_search_state *state, const rls_segment_view *view,
                uint32_t most_conditions)
{
    *accept = (rls_accept){.state = state, .view = view, .most = view->doc_count, .is_cheap = true};
    accept->bits.size = view->doc_count;
    if (view->live != NULL)
        accept->bits.words = view->live->live.words; /* only read until there is a condition */
    accept->conditions =
        rls_arena_alloc(&state->scratch, (most_conditions + (size_t)1) * sizeof(rls_condition));
    return accept->conditions == NULL ? rls_search_no_memory(state) : RLS_OK;
}

rls_status
rls_accept_add(rls_accept *accept, const rls_plan_node *node, bool excluded)
{
    rls_search_state *state = accept->state;
    uint32_t          doc_count = accept->view->doc_count, at = accept->condition_count;
    rls_doc_filter   *filter;
    rls_bitset        filled;
    rls_status        status = rls_doc_filter_open(state, accept->view, node, &filter);

    if (status == RLS_OK && accept->filled == NULL) {
        accept->bits.words = rls_arena_alloc(
            &state->scratch, (rls_bitset_word_count(doc_count) + 1) * sizeof(uint64_t));
        status = rls_filter_new_bits(state, doc_count / RLS_FILTER_WINDOW + 1, &filled);
        if (status == RLS_OK && accept->bits.words == NULL)
            status = rls_search_no_memory(state);
        accept->filled = filled.words;
    }
    if (status != RLS_OK)
        return status;
    /* Those that leave least first, exclusions last. */
    for (; at > 0 && !excluded &&
           (accept->conditions[at - 1].excluded ||
            rls_doc_filter_most(accept->conditions[at - 1].filter) > rls_doc_filter_most(filter));
         at--)
        accept->conditions[at] = accept->conditions[at - 1];
    accept->conditions[at] = (rls_condition){filter, excluded};
    accept->condition_count++;
    accept->is_cheap = accept->is_cheap && rls_doc_filter_is_cheap(filter);
    if (!excluded && rls_doc_filter_most(filter) < accept->most)
        accept->most = rls_doc_filter_most(filter);
    return RLS_OK;
}

void
rls_accept_ready(rls_accept *accept)
{
    if (accept->filled == NULL || accept->most > accept->view->doc_count / SELECTIVE)
        return;
    rls_accept_fill(accept, 0, accept->view->doc_count);
    accept->filled = NULL;
    accept->is_cheap = true;
}

void
rls_accept_fill_window(rls_accept *accept, uint32_t window)
{
    uint32_t  from = window * RLS_FILTER_WINDOW;
    uint64_t *words = accept->bits.words + from / 64;

    accept->filled[window / 64] |= UINT64_C(1) << window % 64;
    rls_doc_filter_live(accept->view, from, words);
    for (uint32_t i = 0; i < accept->condition_count && accept->status == RLS_OK; i++) {
        rls_condition *condition = &accept->conditions[i];
        accept->status = condition->excluded ? rls_doc_filter_drop(condition->filter, from, words)
                                             : rls_doc_filter_keep(condition->filter, from, words);
    }
    if (accept->status != RLS_OK)
        for (uint32_t at = from; at < from + RLS_FILTER_WINDOW && at < accept->view->doc_count;
             at += 64)
            words[(at - from) / 64] = 0;
}

/* Leaves the accepted ones of 64 documents. */
static void
ask_word(rls_accept *accept, uint32_t from, uint64_t *word)
{
    if (accept->view->live != NULL)
        *word &= accept->view->live->live.words[from / 64];
    for (uint32_t i = 0; i < accept->condition_count && accept->status == RLS_OK && *word != 0; i++)
        accept->status = rls_doc_filter_ask(accept->conditions[i].filter,
                                            accept->conditions[i].excluded, from, word);
    if (accept->status != RLS_OK)
        *word = 0;
}

bool
rls_accept_ask(rls_accept *accept, uint32_t doc)
{
    uint32_t window = doc / RLS_FILTER_WINDOW;
    uint64_t word = UINT64_C(1) << doc % 64;

    if (window != accept->asked_window) {
        accept->asked_window = window;
        accept->asked = 0;
    }
    if (accept->asked++ > 0) {
        rls_accept_fill_window(accept, window);
        return rls_bitset_get(&accept->bits, doc);
    }
    ask_word(accept, doc - doc % 64, &word);
    return word != 0;
}

/* The same for the words of one window. */
static void
keep_window(rls_accept *accept, uint32_t from, uint32_t word_count, uint64_t *words)
{
    uint32_t occupied = 0;

    for (uint32_t i = 0; i < word_count; i++)
        occupied += words[i] != 0;
    if (occupied <= FEW && !rls_accept_is_filled(accept, from / RLS_FILTER_WINDOW)) {
        for (uint32_t i = 0; i < word_count && occupied > 0; i++)
            if (words[i] != 0)
                ask_word(accept, from + 64 * i, &words[i]);
        return;
    }
    rls_accept_fill(accept, from, from + 1);
    for (uint32_t i = 0; i < word_count; i++)
        words[i] &= accept->bits.words[from / 64 + i];
}

void
rls_accept_keep(rls_accept *accept, uint32_t from, uint32_t word_count, uint64_t *words)
{
    for (uint32_t at = 0; at < word_count; at += RLS_FILTER_WORDS)
        keep_window(accept, from + 64 * at,
                    word_count - at < RLS_FILTER_WORDS ? word_count - at : RLS_FILTER_WORDS,
                    words + at);
}
