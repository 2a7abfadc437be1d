#include "search/doc_filter.h"

#include "search/filter.h"
#include "search/leaf_scorer.h"

typedef enum kind {
    NOTHING,
    EVERYTHING,
    LIST,
    COLUMN,
    WALK,
    BITS,
    ALL_OF,
    ANY_OF,
    NOT
} kind;

enum {
    RARE = 32 /* documents of a list for each asked for, above which it is asked, not read */
};

struct rls_doc_filter {
    kind                    kind;
    rls_search_state       *state;
    const rls_segment_view *view;
    uint32_t                most;
    /* LIST */
    rls_posting_list    list;
    rls_postings_cursor cursor;
    uint32_t            block, next_from; /* where to look first; windows before were asked for */
    uint32_t            field;            /* RLS_ANY_FIELD: any */
    uint32_t            masked;           /* the block that `in_field` is of */
    uint64_t            in_field[2];      /* postings that have the field */
    /* COLUMN */
    const rls_column *column;
    uint32_t          ordinal_from, ordinal_to;
    rls_bitset        bits; /* BITS */
    uint32_t          leaf; /* WALK; next_from as of a LIST */
    rls_leaf_scorer  *scorer;
    /* of ALL_OF those that match least first, exclusions last */
    uint32_t         child_count;
    rls_doc_filter **children;
};

static uint32_t
window_words(const rls_doc_filter *filter, uint32_t from)
{
    uint32_t left = filter->view->doc_count - from;

    return left < RLS_FILTER_WINDOW ? (left + 63) / 64 : RLS_FILTER_WORDS;
}

static uint32_t
count_bits(const uint64_t *words, uint32_t count)
{
    rls_bitset set = {(uint64_t *)(uintptr_t)words, 64 * count};

    return rls_bitset_count(&set);
}

/* --- making --- */

static rls_status
new_filter(rls_search_state *state, const rls_segment_view *view, kind of, uint32_t child_count,
           rls_doc_filter **out_filter)
{
    rls_doc_filter *made = rls_arena_alloc(&state->scratch, sizeof(*made));

    *out_filter = made;
    if (made == NULL)
        return rls_search_no_memory(state);
    made->kind = of;
    made->state = state;
    made->view = view;
    made->most = of == NOTHING ? 0 : view->doc_count;
    made->child_count = 0;
    made->children = NULL;
    if (child_count == 0)
        return RLS_OK;
    made->children = rls_arena_alloc(&state->scratch, child_count * sizeof(*made->children));
    return made->children == NULL ? rls_search_no_memory(state) : RLS_OK;
}

/* Its bit set is the answer. */
static bool
is_dense(const rls_doc_filter *filter)
{
    return filter->list.dense != NULL && filter->field == RLS_ANY_FIELD;
}

static rls_status
open_list(rls_search_state *state, const rls_segment_view *view, const rls_posting_list *list,
          uint32_t field, rls_doc_filter **out_filter)
{
    rls_status status = new_filter(state, view, LIST, 0, out_filter);

    if (status != RLS_OK)
        return status;
    (*out_filter)->list = *list;
    (*out_filter)->most = list->doc_freq;
    (*out_filter)->block = 0;
    (*out_filter)->next_from = 0;
    (*out_filter)->field = field;
    (*out_filter)->masked = UINT32_MAX;
    (*out_filter)->in_field[0] = (*out_filter)->in_field[1] = UINT64_MAX;
    if (is_dense(*out_filter))
        return RLS_OK;
    rls_postings_cursor_open(&(*out_filter)->cursor, &(*out_filter)->list);
    return (*out_filter)->cursor.failed ? rls_search_corrupt(state, view) : RLS_OK;
}

static rls_status
open_term(rls_search_state *state, const rls_segment_view *view, rls_bytes term, uint32_t field,
          rls_doc_filter **out_filter)
{
    rls_posting_list list;
    rls_status       status = rls_segment_find_term(view->segment, term, &list, state->err);

    if (status == RLS_NOT_FOUND)
        return new_filter(state, view, NOTHING, 0, out_filter);
    return status == RLS_OK ? open_list(state, view, &list, field, out_filter) : status;
}

static uint32_t
add_most(uint32_t a, uint32_t b)
{
    return a < UINT32_MAX - b ? a + b : UINT32_MAX;
}

static void
add_alternative(rls_doc_filter *any, rls_doc_filter *child)
{
    any->most = any->child_count == 0 ? child->most : add_most(any->most, child->most);
    any->children[any->child_count++] = child;
}

/* Conditions that leave least come first, exclusions last. */
static void
add_condition(rls_doc_filter *all, rls_doc_filter *child)
{
    uint32_t at = all->child_count++;

    for (; at > 0 && child->kind != NOT &&
           (all->children[at - 1]->kind == NOT || all->children[at - 1]->most > child->most);
         at--)
        all->children[at] = all->children[at - 1];
    all->children[at] = child;
    if (child->most < all->most)
        all->most = child->most;
}

/* A word in any form: its lists are the answer. */
static rls_status
open_word(rls_search_state *state, const rls_segment_view *view, const rls_plan_leaf *leaf,
          uint32_t field, rls_doc_filter **out_filter)
{
    const rls_match_word *word = &leaf->words[0];
    rls_doc_filter       *child;
    rls_status            status = RLS_OK;

    if (word->term_count != 1)
        status = new_filter(state, view, ANY_OF, word->term_count, out_filter);
    for (uint32_t i = 0; i < word->term_count && status == RLS_OK; i++) {
        const rls_posting_list *kept =
            leaf->lists == NULL
                ? NULL
                : &leaf->lists[(size_t)i * state->snapshot->segment_count + view->number];
        if (kept == NULL)
            status = open_term(state, view, word->terms[i], field, &child);
        else if (kept->doc_freq == 0)
            status = new_filter(state, view, NOTHING, 0, &child);
        else
            status = open_list(state, view, kept, field, &child);
        if (status != RLS_OK)
            return status;
        if (word->term_count != 1)
            add_alternative(*out_filter, child);
        else
            *out_filter = child;
    }
    return status;
}

static rls_status
open_column(rls_search_state *state, const rls_segment_view *view, const rls_plan_leaf *leaf,
            rls_doc_filter **out_filter)
{
    rls_column_kind   of = leaf->kind == RLS_LEAF_DATE ? RLS_COLUMN_DATE : RLS_COLUMN_NUMBER;
    const rls_column *column = rls_segment_column(view->segment, leaf->key, of);
    uint32_t          from = 0, to = 0;
    rls_status        status;

    if (column != NULL)
        rls_filter_ordinals(leaf, column, &from, &to);
    status = new_filter(state, view, from < to ? COLUMN : NOTHING, 0, out_filter);
    if (status != RLS_OK || from >= to)
        return status;
    (*out_filter)->column = column;
    (*out_filter)->ordinal_from = from;
    (*out_filter)->ordinal_to = to;
    (*out_filter)->most = column->docs_with;
    return RLS_OK;
}

/* A word in some form: asked for document by document. */
static rls_status
open_walk(rls_search_state *state, const rls_segment_view *view, uint32_t leaf,
          rls_doc_filter **out_filter)
{
    rls_leaf_scorer *scorer = rls_arena_alloc(&state->scratch, sizeof(*scorer));
    rls_status       status = new_filter(state, view, WALK, 0, out_filter);

    if (status == RLS_OK && scorer == NULL)
        return rls_search_no_memory(state);
    if (status == RLS_OK)
        status = rls_leaf_scorer_open(state, view, leaf, scorer);
    if (status != RLS_OK)
        return status;
    scorer->scored = false;
    (*out_filter)->leaf = leaf;
    (*out_filter)->scorer = scorer;
    (*out_filter)->next_from = 0;
    if (scorer->never)
        (*out_filter)->kind = NOTHING;
    (*out_filter)->most = scorer->never ? 0 : view->doc_count;
    if (!scorer->never && scorer->words[0].doc_freq < view->doc_count)
        (*out_filter)->most = (uint32_t)scorer->words[0].doc_freq;
    return RLS_OK;
}

/* Worked out for the whole segment at once. */
static rls_status
open_bits(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
          rls_doc_filter **out_filter)
{
    rls_status status = new_filter(state, view, BITS, 0, out_filter);

    if (status == RLS_OK)
        status = rls_filter_new_bits(state, view->doc_count, &(*out_filter)->bits);
    if (status == RLS_OK)
        status = rls_filter_node(state, view, node, &(*out_filter)->bits);
    if (status == RLS_OK)
        (*out_filter)->most = rls_bitset_count(&(*out_filter)->bits);
    return status;
}

static rls_status
open_leaf(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
          rls_doc_filter **out_filter)
{
    const rls_plan_leaf *leaf = &state->plan.leaves[node->leaf];
    uint32_t             field = RLS_ANY_FIELD;

    switch (leaf->kind) {
    case RLS_LEAF_WORD:
        if (leaf->field.size > 0)
            field = rls_segment_field_number(view->segment, leaf->field);
        if (leaf->field.size > 0 && field == UINT32_MAX)
            return new_filter(state, view, NOTHING, 0, out_filter);
        if (leaf->words[0].form.size == 0)
            return open_word(state, view, leaf, field, out_filter);
        return open_walk(state, view, node->leaf, out_filter);
    case RLS_LEAF_KEYWORD:
        return open_term(state, view, leaf->key, field, out_filter);
    case RLS_LEAF_DATE:
    case RLS_LEAF_NUMBER:
        return open_column(state, view, leaf, out_filter);
    default:
        break;
    }
    return open_bits(state, view, node, out_filter);
}

static rls_status
open_not(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node,
         rls_doc_filter **out_filter)
{
    rls_status status = new_filter(state, view, NOT, 1, out_filter);

    if (status == RLS_OK)
        status = rls_doc_filter_open(state, view, node, &(*out_filter)->children[0]);
    if (status == RLS_OK)
        (*out_filter)->child_count = 1;
    return status;
}

/* A bag matches what its conditions allow and, without a condition that is a word, what has one of
 * its wishes; with `all` every wish is a condition. */
static rls_status
open_bag(rls_search_state *state, const rls_segment_view *view, const rls_plan_node *node, bool all,
         rls_doc_filter **out_filter)
{
    rls_doc_filter *wishes, *child;
    bool            has_word = all;
    rls_status      status = new_filter(state, view, ALL_OF, node->child_count + 1, out_filter);

    if (status == RLS_OK)
        status = new_filter(state, view, ANY_OF, node->child_count, &wishes);
    for (uint32_t i = 0; status == RLS_OK && i < node->child_count; i++) {
        const rls_plan_node *at = node->children[i];
        if (at->occur == RLS_OCCUR_MUST_NOT)
            status = open_not(state, view, at, &child);
        else
            status = rls_doc_filter_open(state, view, at, &child);
        if (status != RLS_OK)
            break;
        if (at->occur == RLS_OCCUR_PLAIN && !all) {
            add_alternative(wishes, child);
            continue;
        }
        has_word = has_word || (at->occur == RLS_OCCUR_MUST && !rls_plan_is_filter(at));
        add_condition(*out_filter, child);
    }
    if (status == RLS_OK && wishes->child_count > 0 && !has_word)
        add_condition(*out_filter, wishes);
    return status;
}

rls_status
rls_doc_filter_open(rls_search_state *state, const rls_segment_view *view,
                    const rls_plan_node *node, rls_doc_filter **out_filter)
{
    bool            all = node->kind == RLS_PLAN_AND;
    rls_doc_filter *child;
    rls_status      status;

    switch (node->kind) {
    case RLS_PLAN_LEAF:
        return open_leaf(state, view, node, out_filter);
    case RLS_PLAN_ALL:
        return new_filter(state, view, EVERYTHING, 0, out_filter);
    case RLS_PLAN_NONE:
        return new_filter(state, view, NOTHING, 0, out_filter);
    case RLS_PLAN_NOT:
        return open_not(state, view, node->children[0], out_filter);
    case RLS_PLAN_BAG:
        return open_bag(state, view, node, false, out_filter);
    case RLS_PLAN_AND:
    case RLS_PLAN_OR:
        break;
    }
    status = new_filter(state, view, all ? ALL_OF : ANY_OF, node->child_count, out_filter);
    for (uint32_t i = 0; i < node->child_count && status == RLS_OK; i++) {
        status = rls_doc_filter_open(state, view, node->children[i], &child);
        if (status == RLS_OK && all)
            add_condition(*out_filter, child);
        else if (status == RLS_OK)
            add_alternative(*out_filter, child);
    }
    return status;
}

rls_status
rls_doc_filter_open_all(rls_search_state *state, const rls_segment_view *view,
                        const rls_plan_node *node, rls_doc_filter **out_filter)
{
    if (node->kind == RLS_PLAN_BAG)
        return open_bag(state, view, node, true, out_filter);
    return rls_doc_filter_open(state, view, node, out_filter);
}

uint32_t
rls_doc_filter_most(const rls_doc_filter *filter)
{
    return filter->most;
}

bool
rls_doc_filter_is_cheap(const rls_doc_filter *filter)
{
    bool cheap = filter->kind != WALK && (filter->kind != LIST || is_dense(filter)) &&
                 (filter->kind != COLUMN || !filter->column->sparse);

    for (uint32_t i = 0; i < filter->child_count; i++)
        cheap = cheap && rls_doc_filter_is_cheap(filter->children[i]);
    return cheap;
}

/* --- windows --- */

void
rls_doc_filter_live(const rls_segment_view *view, uint32_t from, uint64_t *words)
{
    uint32_t left = view->doc_count - from;
    uint32_t count = left < RLS_FILTER_WINDOW ? (left + 63) / 64 : RLS_FILTER_WORDS;

    if (view->live != NULL) {
        memcpy(words, view->live->live.words + from / 64, count * sizeof(*words));
    } else {
        memset(words, 0xff, count * sizeof(*words));
        if (left < RLS_FILTER_WINDOW && left % 64 != 0)
            words[count - 1] = (UINT64_C(1) << left % 64) - 1;
    }
}

/* Finds the postings of the loaded block that have the field. */
static bool
mask_block(rls_doc_filter *filter)
{
    if (filter->masked == filter->cursor.block.number)
        return true;
    filter->masked = filter->cursor.block.number;
    return rls_postings_cursor_block_in_field(&filter->cursor, filter->field, filter->in_field);
}

/* Sets the bits of the list's documents. */
static bool
set_list(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words)
{
    const rls_posting_list *list = &filter->list;
    rls_posting_block      *loaded = &filter->cursor.block;
    uint32_t                to = from + 64 * count;

    if (is_dense(filter)) {
        for (uint32_t i = 0; i < count; i++)
            words[i] |= rls_get_u64(list->dense + from / 8 + 8 * (size_t)i);
        return true;
    }
    for (uint32_t block = rls_posting_list_find_block(list, filter->block, from);
         block < list->block_count; block++) {
        filter->block = block;
        if (block > 0 && rls_posting_list_last_doc(list, block - 1) + 1 >= to)
            return true;
        if (loaded->number != block && !rls_postings_cursor_load(&filter->cursor, block))
            return false;
        if (filter->field != RLS_ANY_FIELD && !mask_block(filter))
            return false;
        for (uint32_t i = 0; i < loaded->count; i++) {
            uint32_t at = loaded->docs[i] - from;
            if (at < 64 * count)
                words[at / 64] |= (filter->in_field[i / 64] >> i % 64 & 1) << at % 64;
        }
        if (loaded->docs[loaded->count - 1] >= to - 1)
            return true;
    }
    return true;
}

/* Asks the list for each of few documents. */
static bool
probe_list(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words)
{
    rls_postings_cursor *cursor = &filter->cursor;

    for (uint32_t i = 0; i < count; i++) {
        for (uint64_t word = words[i]; word != 0; word &= word - 1) {
            uint32_t doc = from + 64 * i + (uint32_t)__builtin_ctzll(word);
            if (cursor->doc < doc)
                rls_postings_cursor_advance(cursor, doc);
            if (cursor->doc == doc && filter->field != RLS_ANY_FIELD && !mask_block(filter))
                return false;
            if (cursor->doc != doc ||
                (filter->in_field[cursor->at / 64] >> cursor->at % 64 & 1) == 0)
                words[i] &= ~(word & -word);
        }
    }
    return !cursor->failed;
}

static bool
keep_list(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words)
{
    const rls_posting_list *list = &filter->list;
    uint64_t                own[RLS_FILTER_WORDS] = {0};
    uint32_t                left = count_bits(words, count);

    if (left == 0)
        return true;
    if (is_dense(filter)) {
        for (uint32_t i = 0; i < count; i++)
            words[i] &= rls_get_u64(list->dense + from / 8 + 8 * (size_t)i);
        return true;
    }
    if (from < filter->next_from) {
        filter->block = 0;
        rls_postings_cursor_open(&filter->cursor, list);
    }
    filter->next_from = from + 64 * count;
    /* Documents of the list in the window, were they spread evenly. */
    if ((uint64_t)left * RARE < (uint64_t)list->doc_freq * 64 * count / list->doc_count)
        return probe_list(filter, from, count, words);
    if (!set_list(filter, from, count, own))
        return false;
    for (uint32_t i = 0; i < count; i++)
        words[i] &= own[i];
    return true;
}

static rls_status keep(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words);

/* From one document asked for that may match to the next. */
static rls_status
keep_walk(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words)
{
    rls_bitset asked = {words, 64 * count};
    rls_status status = RLS_OK;
    uint32_t   at;

    if (from < filter->next_from) {
        status = rls_leaf_scorer_open(filter->state, filter->view, filter->leaf, filter->scorer);
        filter->scorer->scored = false;
    }
    filter->next_from = from + 64 * count;
    for (at = rls_bitset_next(&asked, 0); at < asked.size && status == RLS_OK;) {
        uint32_t doc = rls_leaf_scorer_candidate(filter->scorer, from + at), unused;
        bool     match = false;
        for (; at < asked.size && at < doc - from; at = rls_bitset_next(&asked, at + 1))
            rls_bitset_clear(&asked, at);
        if (at != doc - from || at >= asked.size)
            continue;
        status = rls_leaf_scorer_match(filter->scorer, doc, &match, &unused);
        if (!match)
            rls_bitset_clear(&asked, at);
        at = rls_bitset_next(&asked, at + 1);
    }
    return status == RLS_OK ? rls_leaf_scorer_check(filter->scorer) : status;
}

static rls_status
drop(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words)
{
    uint64_t   own[RLS_FILTER_WORDS];
    rls_status status = RLS_OK;

    if (filter->kind == NOT)
        return keep(filter->children[0], from, count, words);
    if (filter->kind == ANY_OF) {
        for (uint32_t i = 0; i < filter->child_count && status == RLS_OK; i++)
            status = drop(filter->children[i], from, count, words);
        return status;
    }
    memcpy(own, words, count * sizeof(*own));
    status = keep(filter, from, count, own);
    for (uint32_t i = 0; i < count && status == RLS_OK; i++)
        words[i] &= ~own[i];
    return status;
}

static rls_status
keep_any(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words)
{
    uint64_t   all[RLS_FILTER_WORDS] = {0}, own[RLS_FILTER_WORDS];
    rls_status status;

    for (uint32_t c = 0; c < filter->child_count; c++) {
        rls_doc_filter *child = filter->children[c];
        if (child->kind == LIST) {
            if (from < child->next_from)
                child->block = 0;
            child->next_from = from + 64 * count;
            if (!set_list(child, from, count, all))
                return rls_search_corrupt(filter->state, filter->view);
            continue;
        }
        memcpy(own, words, count * sizeof(*own));
        status = keep(child, from, count, own);
        if (status != RLS_OK)
            return status;
        for (uint32_t i = 0; i < count; i++)
            all[i] |= own[i];
    }
    for (uint32_t i = 0; i < count; i++)
        words[i] &= all[i];
    return RLS_OK;
}

static rls_status
keep(rls_doc_filter *filter, uint32_t from, uint32_t count, uint64_t *words)
{
    rls_status status = RLS_OK;

    switch (filter->kind) {
    case NOTHING:
        memset(words, 0, count * sizeof(*words));
        break;
    case EVERYTHING:
        break;
    case LIST:
        if (!keep_list(filter, from, count, words))
            status = rls_search_corrupt(filter->state, filter->view);
        break;
    case COLUMN:
        rls_column_keep(filter->column, filter->ordinal_from, filter->ordinal_to, from, count,
                        words);
        break;
    case WALK:
        return keep_walk(filter, from, count, words);
    case BITS:
        for (uint32_t i = 0; i < count; i++)
            words[i] &= filter->bits.words[from / 64 + i];
        break;
    case ANY_OF:
        return keep_any(filter, from, count, words);
    case NOT:
        return drop(filter->children[0], from, count, words);
    case ALL_OF:
        for (uint32_t i = 0; i < filter->child_count && status == RLS_OK; i++)
            status = keep(filter->children[i], from, count, words);
        break;
    }
    return status;
}

rls_status
rls_doc_filter_keep(rls_doc_filter *filter, uint32_t from, uint64_t *words)
{
    return keep(filter, from, window_words(filter, from), words);
}

rls_status
rls_doc_filter_drop(rls_doc_filter *filter, uint32_t from, uint64_t *words)
{
    return drop(filter, from, window_words(filter, from), words);
}

rls_status
rls_doc_filter_ask(rls_doc_filter *filter, bool excluded, uint32_t from, uint64_t *word)
{
    return excluded ? drop(filter, from, 1, word) : keep(filter, from, 1, word);
}
