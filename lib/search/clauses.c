#include "search/clauses.h"

#include "search/filter.h"
#include "search/leaf_blocks.h"
#include "search/leaf_scorer.h"

enum {
    POLL_INTERVAL = 1024,
    POLL_BLOCKS = 64
};

/* Whether a node is a scored leaf. */
static bool
is_scored_leaf(const rls_search_state *state, const rls_plan_node *node)
{
    return node->kind == RLS_PLAN_LEAF && state->plan.leaves[node->leaf].scored;
}

bool
rls_clauses_has_scored(const rls_search_state *state, const rls_plan_node *node)
{
    bool scored = is_scored_leaf(state, node);

    for (uint32_t i = 0; i < node->child_count; i++)
        scored = scored || rls_clauses_has_scored(state, node->children[i]);
    return scored;
}

/* Filters, negations and what contributes nothing become bit sets; leaves become clauses; anything
 * else does not fit. */
bool
rls_clauses_fit(const rls_search_state *state)
{
    const rls_plan_node *root = state->plan.root;
    bool                 has_word = false;

    if (is_scored_leaf(state, root))
        return true;
    if (!rls_clauses_has_scored(state, root))
        return !rls_scorer_ranks_all(state); /* a bit set does not tell which wishes are met */
    for (uint32_t i = 0; i < root->child_count; i++) {
        const rls_plan_node *child = root->children[i];
        bool                 leaf = is_scored_leaf(state, child);
        bool excluded = root->kind == RLS_PLAN_BAG && child->occur == RLS_OCCUR_MUST_NOT;
        has_word = has_word || (leaf && !excluded);
        if (leaf || excluded)
            continue;
        if (rls_clauses_has_scored(state, child) || root->kind == RLS_PLAN_OR)
            return false;
        if (root->kind == RLS_PLAN_BAG &&
            (child->occur == RLS_OCCUR_PLAIN || !rls_plan_is_filter(child)))
            return false;
    }
    return has_word && root->kind != RLS_PLAN_NOT;
}

rls_status
rls_clauses_check(const rls_clauses *clauses)
{
    return clauses->has_accept ? clauses->accept->status : RLS_OK;
}

static rls_status
restrict_to(rls_clauses *clauses, const rls_plan_node *node, bool excluded)
{
    clauses->has_accept = true;
    return rls_accept_add(clauses->accept, node, excluded);
}

/* A table under way. */
typedef struct table {
    uint32_t *docs, *scores, count, capacity;
} table;

static rls_status
add_row(rls_search_state *state, table *t, uint32_t doc, uint32_t score)
{
    if (t->count == t->capacity) {
        uint32_t  more = t->capacity == 0 ? 256 : 2 * t->capacity;
        uint32_t *grown = rls_arena_alloc(&state->scratch, 2 * (size_t)more * sizeof(*grown));
        if (grown == NULL)
            return rls_search_no_memory(state);
        if (t->count > 0) {
            memcpy(grown, t->docs, t->count * sizeof(*grown));
            memcpy(grown + more, t->scores, t->count * sizeof(*grown));
        }
        t->docs = grown;
        t->scores = grown + more;
        t->capacity = more;
    }
    t->docs[t->count] = doc;
    t->scores[t->count++] = score;
    return RLS_OK;
}

/* Of a word with one term in the segment, of which some forms count, or one field. */
static rls_status
open_term_table(rls_clauses *clauses, rls_leaf_term *term, uint32_t field, rls_feed *feed)
{
    rls_search_state *state = clauses->state;
    size_t            room = term->list.doc_freq + (size_t)RLS_BLOCK_SIZE + 16;
    uint32_t         *docs = rls_arena_alloc(&state->scratch, 2 * room * sizeof(*docs));
    uint32_t         *scores, count = 0;

    if (docs == NULL)
        return rls_search_no_memory(state);
    scores = docs + room;
    for (uint32_t number = 0; number < term->list.block_count; number++) {
        float      t[RLS_BLOCK_SIZE + 16];
        uint32_t   more;
        rls_status status = number % POLL_BLOCKS == 0 ? rls_search_poll(state) : RLS_OK;
        if (status == RLS_OK && !rls_postings_cursor_load(&term->cursor, number))
            status = rls_search_corrupt(state, clauses->view);
        if (status == RLS_OK)
            status = rls_leaf_block_t(state, clauses->view, term, field, docs + count, t, &more);
        if (status != RLS_OK)
            return status;
        rls_contributions_of_t(term->scaled_weight, clauses->view->now->k1, t, scores + count,
                               more);
        count += more;
    }
    rls_feed_open_table(feed, state, clauses->view, docs, scores, count);
    return RLS_OK;
}

/* Documents and contributions of a leaf that no list alone stands for, among the accepted. */
static rls_status
open_table(rls_clauses *clauses, uint32_t leaf, rls_feed *feed)
{
    rls_search_state *state = clauses->state;
    rls_leaf_scorer  *scorer = rls_arena_alloc(&state->scratch, sizeof(*scorer));
    table             t = {NULL, NULL, 0, 0};
    uint32_t          asked = 0;
    rls_status        status;

    if (scorer == NULL)
        return rls_search_no_memory(state);
    status = rls_leaf_scorer_open(state, clauses->view, leaf, scorer);
    if (status != RLS_OK)
        return status;
    if (scorer->leaf->kind == RLS_LEAF_WORD && scorer->word_count == 1 &&
        scorer->words[0].term_count == 1)
        return open_term_table(clauses, scorer->words[0].terms, scorer->field, feed);
    for (uint32_t doc = rls_leaf_scorer_candidate(scorer, 0); doc < clauses->view->doc_count;
         doc = rls_leaf_scorer_candidate(scorer, doc + 1)) {
        bool     match;
        uint32_t score;
        if (asked++ % POLL_INTERVAL == 0 && (status = rls_search_poll(state)) != RLS_OK)
            return status;
        if (!rls_clauses_accept(clauses, doc))
            continue;
        status = rls_leaf_scorer_match(scorer, doc, &match, &score);
        if (status == RLS_OK && match)
            status = add_row(state, &t, doc, score);
        if (status != RLS_OK)
            return status;
    }
    rls_feed_open_table(feed, state, clauses->view, t.docs, t.scores, t.count);
    return rls_leaf_scorer_check(scorer);
}

/* Of a pattern or of words that stand near, whose matches are known. */
static rls_status
open_matches_table(rls_clauses *clauses, uint32_t leaf, rls_feed *feed)
{
    rls_search_state         *state = clauses->state;
    const rls_prefix_matches *matches =
        &state->prefixes[(size_t)leaf * state->snapshot->segment_count + clauses->view->number];
    uint32_t *scores =
        rls_arena_alloc(&state->scratch, (matches->count + (size_t)4) * sizeof(*scores));

    if (scores == NULL)
        return rls_search_no_memory(state);
    rls_prefix_contributions(matches, state->plan.leaves[leaf].scaled_weights[0],
                             clauses->view->now->k1, scores);
    rls_feed_open_table(feed, state, clauses->view, matches->docs, scores, matches->count);
    return RLS_OK;
}

static rls_status
open_phrase_table(rls_clauses *clauses, rls_phrase_matcher *phrase, rls_feed *feed)
{
    rls_search_state *state = clauses->state;
    table             t = {NULL, NULL, 0, 0};
    uint32_t          asked = 0;

    rls_phrase_matcher_rewind(phrase);
    for (uint32_t doc = rls_phrase_candidate(phrase, 0); doc < clauses->view->doc_count;
         doc = rls_phrase_candidate(phrase, doc + 1)) {
        bool       match, low;
        uint32_t   score;
        rls_status status = RLS_OK;
        if (asked++ % POLL_INTERVAL == 0 && (status = rls_search_poll(state)) != RLS_OK)
            return status;
        if (!rls_clauses_accept(clauses, doc))
            continue;
        status = rls_phrase_match(phrase, doc, 0, &match, &low, &score);
        if (status == RLS_OK && match)
            status = add_row(state, &t, doc, score);
        if (status != RLS_OK)
            return status;
    }
    rls_feed_open_table(feed, state, clauses->view, t.docs, t.scores, t.count);
    return rls_phrase_matcher_check(phrase);
}

static rls_status
new_feed(rls_clauses *clauses, rls_clause *clause, rls_feed **out_feed)
{
    *out_feed = rls_arena_alloc(&clauses->state->scratch, sizeof(**out_feed));
    if (*out_feed == NULL)
        return rls_search_no_memory(clauses->state);
    clause->feeds[clause->feed_count++] = *out_feed;
    clauses->feed_count++;
    return RLS_OK;
}

/* A clause with no document is left without a feed. */
static void
drop_empty(rls_clauses *clauses, rls_clause *clause)
{
    if (clause->feeds[0]->count == 0) {
        clause->feed_count = 0;
        clauses->feed_count--;
    }
}

/* `one`: the clause must have a single feed, because it may be required. */
static rls_status
open_clause(rls_clauses *clauses, rls_clause *clause, bool one)
{
    rls_search_state    *state = clauses->state;
    const rls_plan_leaf *leaf = &state->plan.leaves[clause->leaf];
    bool                 simple =
        leaf->kind == RLS_LEAF_WORD && leaf->field.size == 0 && leaf->words[0].form.size == 0;
    bool              pair = false;
    uint32_t          terms = simple ? leaf->words[0].term_count : 1, present = 0;
    rls_posting_list *lists = rls_arena_alloc(&state->scratch, terms * sizeof(*lists));
    float            *weights = rls_arena_alloc(&state->scratch, terms * sizeof(*weights));
    rls_feed         *feed;
    rls_status        status;

    clause->feeds = rls_arena_alloc(&state->scratch, terms * sizeof(rls_feed *));
    if (clause->feeds == NULL || lists == NULL || weights == NULL)
        return rls_search_no_memory(state);
    for (uint32_t i = 0; simple && i < terms; i++) {
        if (leaf->lists != NULL) {
            lists[present] =
                leaf->lists[(size_t)i * state->snapshot->segment_count + clauses->view->number];
            status = lists[present].doc_freq > 0 ? RLS_OK : RLS_NOT_FOUND;
        } else {
            status = rls_segment_find_term(clauses->view->segment, leaf->words[0].terms[i],
                                           &lists[present], state->err);
        }
        if (status == RLS_OK)
            weights[present++] = leaf->scaled_weights[i];
        else if (status != RLS_NOT_FOUND)
            return status;
    }
    status = rls_phrase_pair_list(state, clauses->view, clause->leaf, &lists[0], &pair);
    if (status != RLS_OK && status != RLS_NOT_FOUND)
        return status;
    if (pair) {
        present = status == RLS_OK;
        weights[0] = leaf->scaled_weights[0];
    }
    if (pair || (simple && (present <= 1 || !one))) {
        for (uint32_t i = 0; i < present; i++) {
            status = new_feed(clauses, clause, &feed);
            if (status != RLS_OK)
                return status;
            rls_feed_open_list(feed, state, clauses->view, &lists[i], weights[i]);
            if (feed->cursor.failed)
                return rls_search_corrupt(state, clauses->view);
        }
        return RLS_OK;
    }
    if (leaf->kind == RLS_LEAF_PHRASE) {
        status = rls_phrase_matcher_new(state, clauses->view, clause->leaf, &clause->phrase);
        if (status != RLS_OK || clause->phrase != NULL) {
            if (status == RLS_OK && clause->phrase->never)
                clause->phrase = NULL;
            return status;
        }
    }
    status = new_feed(clauses, clause, &feed);
    if (status == RLS_OK && (leaf->kind == RLS_LEAF_PATTERN || leaf->kind == RLS_LEAF_NEAR))
        status = open_matches_table(clauses, clause->leaf, feed);
    else if (status == RLS_OK)
        status = open_table(clauses, clause->leaf, feed);
    if (status == RLS_OK)
        drop_empty(clauses, clause);
    return status;
}

static void
add_clause(rls_clauses *clauses, const rls_plan_node *leaf, bool required)
{
    clauses->clauses[clauses->clause_count++] =
        (rls_clause){.leaf = leaf->leaf, .required = required};
    clauses->required_count += required;
}

/* Sorts the children of the root into clauses and restrictions. */
static rls_status
read_root(rls_clauses *clauses)
{
    const rls_search_state *state = clauses->state;
    const rls_plan_node    *root = state->plan.root;
    rls_status              status = RLS_OK;

    if (is_scored_leaf(state, root)) {
        add_clause(clauses, root, false);
        return RLS_OK;
    }
    if (!rls_clauses_has_scored(state, root)) {
        clauses->is_filter = true;
        return restrict_to(clauses, root, false);
    }
    for (uint32_t i = 0; i < root->child_count && status == RLS_OK; i++) {
        const rls_plan_node *child = root->children[i];
        bool excluded = root->kind == RLS_PLAN_BAG && child->occur == RLS_OCCUR_MUST_NOT;
        bool required = root->kind == RLS_PLAN_AND ||
                        (root->kind == RLS_PLAN_BAG && child->occur == RLS_OCCUR_MUST);
        if (!excluded && is_scored_leaf(state, child))
            add_clause(clauses, child, required);
        else
            status = restrict_to(clauses, child, excluded);
    }
    return status;
}

static rls_status
begin(rls_clauses *clauses, rls_search_state *state, const rls_segment_view *view, uint32_t count)
{
    *clauses = (rls_clauses){.state = state, .view = view};
    clauses->clauses =
        rls_arena_alloc_zeroed(&state->scratch, count + (size_t)1, sizeof(*clauses->clauses));
    clauses->accept = rls_arena_alloc(&state->scratch, sizeof(*clauses->accept));
    if (clauses->clauses == NULL || clauses->accept == NULL)
        return rls_search_no_memory(state);
    clauses->has_accept = view->live != NULL && view->live->deleted_count > 0;
    return rls_accept_init(clauses->accept, state, view, count);
}

rls_status
rls_clauses_init(rls_clauses *clauses, rls_search_state *state, const rls_segment_view *view)
{
    rls_status status = begin(clauses, state, view, state->plan.root->child_count);

    if (status == RLS_OK)
        status = read_root(clauses);
    if (status == RLS_OK && clauses->has_accept)
        rls_accept_ready(clauses->accept);
    return status;
}

rls_status
rls_clauses_open_leaves(rls_clauses *clauses, rls_search_state *state, const rls_segment_view *view)
{
    rls_status status = begin(clauses, state, view, state->plan.leaf_count);

    for (uint32_t i = 0; i < state->plan.leaf_count && status == RLS_OK; i++) {
        rls_clause *clause;
        if (!state->plan.leaves[i].scored)
            continue;
        clause = &clauses->clauses[clauses->clause_count++];
        clause->leaf = i;
        status = open_clause(clauses, clause, false);
    }
    return status == RLS_OK ? rls_clauses_open_tables(clauses) : status;
}

rls_status
rls_clauses_open_feeds(rls_clauses *clauses)
{
    bool       one = clauses->required_count > 0 || rls_scorer_ranks_all(clauses->state);
    rls_status status = RLS_OK;

    for (uint32_t c = 0; c < clauses->clause_count && status == RLS_OK; c++)
        status = open_clause(clauses, &clauses->clauses[c], one);
    return status;
}

rls_status
rls_clauses_open_tables(rls_clauses *clauses)
{
    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        rls_clause *clause = &clauses->clauses[c];
        rls_feed   *feed;
        rls_status  status;
        if (clause->phrase == NULL)
            continue;
        status = new_feed(clauses, clause, &feed);
        if (status == RLS_OK)
            status = open_phrase_table(clauses, clause->phrase, feed);
        if (status != RLS_OK)
            return status;
        clause->phrase = NULL;
        drop_empty(clauses, clause);
    }
    return RLS_OK;
}
