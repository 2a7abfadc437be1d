/* How many documents match, without scoring: bit sets over windows of documents that stay in the
 * cache, or the documents of a rare clause asked for one by one. */
#include "search/clauses.h"
#include "search/filter.h"

enum {
    WINDOW = 64 * 1024, /* documents */
    RARE = 32,          /* a clause with so many times more documents is asked, not read */
    FEW = 512,          /* one document in so many: each is asked for by itself */
    POLL_INTERVAL = 1024
};

typedef struct counter {
    rls_clauses *clauses;
    uint64_t     bits[WINDOW / 64], own[WINDOW / 64];
} counter;

static uint64_t
documents(const rls_clause *clause)
{
    uint64_t sum = clause->phrase != NULL ? clause->phrase->members[0]->list.doc_freq : 0;

    for (uint32_t f = 0; f < clause->feed_count; f++)
        sum += clause->feeds[f]->count;
    return sum;
}

static uint32_t
count_bits(uint64_t *words, uint32_t size)
{
    rls_bitset set = {words, size};

    return rls_bitset_count(&set);
}

static bool
set_clause(const rls_clause *clause, uint32_t from, uint32_t to, uint64_t *words)
{
    for (uint32_t f = 0; f < clause->feed_count; f++)
        if (!rls_feed_set_bits(clause->feeds[f], from, to, words))
            return false;
    return true;
}

static void
keep_accepted(counter *c, uint32_t from, uint32_t to)
{
    if (c->clauses->has_accept)
        rls_accept_keep(c->clauses->accept, from, (to - from + 63) / 64, c->bits);
}

/* Documents with all words of the phrase; whether it stands there is asked later. */
static void
set_candidates(rls_phrase_matcher *phrase, uint32_t from, uint32_t to, uint64_t *words)
{
    for (uint32_t doc = rls_phrase_candidate(phrase, from); doc < to;
         doc = rls_phrase_candidate(phrase, doc + 1))
        words[(doc - from) / 64] |= UINT64_C(1) << (doc - from) % 64;
}

/* Takes from the bits the documents that the phrase does not stand in. */
static rls_status
keep_phrase(counter *c, rls_phrase_matcher *phrase, uint32_t from, uint32_t to)
{
    uint32_t words = (to - from + 63) / 64, asked = 0;

    for (uint32_t i = 0; i < words; i++) {
        for (uint64_t bits = c->bits[i]; bits != 0; bits &= bits - 1) {
            bool       match, low;
            rls_status status = rls_phrase_match(
                phrase, from + 64 * i + (uint32_t)__builtin_ctzll(bits), 0, &match, &low, NULL);
            if (status == RLS_OK && asked++ % POLL_INTERVAL == 0)
                status = rls_search_poll(c->clauses->state);
            if (status != RLS_OK)
                return status;
            if (!match)
                c->bits[i] &= ~(bits & -bits);
        }
    }
    return RLS_OK;
}

/* Adds to the bits, of the accepted documents that are not there yet, those of the phrase. */
static rls_status
add_phrase(counter *c, rls_phrase_matcher *phrase, uint32_t from, uint32_t to)
{
    uint32_t   words = (to - from + 63) / 64;
    uint64_t  *before = c->own;
    rls_status status;

    for (uint32_t i = 0; i < words; i++) {
        before[i] = c->bits[i];
        c->bits[i] = 0;
    }
    set_candidates(phrase, from, to, c->bits);
    for (uint32_t i = 0; i < words; i++)
        c->bits[i] &= ~before[i];
    keep_accepted(c, from, to);
    status = keep_phrase(c, phrase, from, to);
    for (uint32_t i = 0; i < words; i++)
        c->bits[i] |= before[i];
    return status;
}

/* Takes from the bits what the clause does not have. `left` bits are set. */
static bool
keep_clause(counter *c, const rls_clause *clause, uint32_t from, uint32_t to, uint32_t left)
{
    uint32_t  words = (to - from + 63) / 64;
    rls_feed *feed = clause->feed_count > 0 ? clause->feeds[0] : NULL;
    /* Documents of the clause in the window, were they spread evenly. */
    uint64_t expected = documents(clause) * (to - from) / c->clauses->view->doc_count;

    if (clause->phrase != NULL) {
        for (uint32_t i = 0; i < words; i++)
            for (uint64_t bits = c->bits[i]; bits != 0; bits &= bits - 1)
                if (!rls_phrase_has_words(clause->phrase,
                                          from + 64 * i + (uint32_t)__builtin_ctzll(bits), false))
                    c->bits[i] &= ~(bits & -bits);
        return true;
    }
    if (clause->feed_count == 1 && (uint64_t)left * RARE < expected) {
        for (uint32_t i = 0; i < words; i++) {
            for (uint64_t bits = c->bits[i]; bits != 0; bits &= bits - 1) {
                uint32_t doc = from + 64 * i + (uint32_t)__builtin_ctzll(bits);
                if (!rls_feed_has(feed, doc))
                    c->bits[i] &= ~(bits & -bits);
            }
        }
        return !feed->failed;
    }
    memset(c->own, 0, words * sizeof(*c->own));
    if (!set_clause(clause, from, to, c->own))
        return false;
    for (uint32_t i = 0; i < words; i++)
        c->bits[i] &= c->own[i];
    return true;
}

/* Documents of the window that `first` and all other clauses asked for have. */
static rls_status
count_common(counter *c, const rls_clause *first, bool all, uint32_t from, uint32_t to,
             uint64_t *count)
{
    const rls_clauses *clauses = c->clauses;
    uint32_t           left;

    memset(c->bits, 0, sizeof(c->bits));
    if (first->phrase != NULL)
        set_candidates(first->phrase, from, to, c->bits);
    else if (!set_clause(first, from, to, c->bits))
        return rls_search_corrupt(clauses->state, clauses->view);
    keep_accepted(c, from, to);
    left = count_bits(c->bits, to - from);
    for (uint32_t i = 0; left > 0 && i < clauses->clause_count; i++) {
        const rls_clause *clause = &clauses->clauses[i];
        if (clause == first || !(all || clause->required))
            continue;
        if (!keep_clause(c, clause, from, to, left))
            return rls_search_corrupt(clauses->state, clauses->view);
        left = count_bits(c->bits, to - from);
    }
    /* Positions are asked last, of what everything else has left. */
    for (uint32_t i = 0; left > 0 && i < clauses->clause_count; i++) {
        const rls_clause *clause = &clauses->clauses[i];
        rls_status        status;
        if (clause->phrase == NULL || !(all || clause->required))
            continue;
        status = keep_phrase(c, clause->phrase, from, to);
        if (status != RLS_OK)
            return status;
        left = count_bits(c->bits, to - from);
    }
    *count += left;
    return RLS_OK;
}

/* Documents of the window that any clause has. */
static rls_status
count_any(counter *c, uint32_t from, uint32_t to, uint64_t *count)
{
    const rls_clauses *clauses = c->clauses;

    memset(c->bits, 0, sizeof(c->bits));
    for (uint32_t i = 0; i < clauses->clause_count; i++)
        if (!set_clause(&clauses->clauses[i], from, to, c->bits))
            return rls_search_corrupt(clauses->state, clauses->view);
    keep_accepted(c, from, to);
    for (uint32_t i = 0; i < clauses->clause_count; i++) {
        if (clauses->clauses[i].phrase != NULL) {
            rls_status status = add_phrase(c, clauses->clauses[i].phrase, from, to);
            if (status != RLS_OK)
                return status;
        }
    }
    *count += count_bits(c->bits, to - from);
    return RLS_OK;
}

/* Whether all clauses asked for have the document, which `first` has. */
static rls_status
ask_clauses(const rls_clauses *clauses, const rls_clause *first, bool all, uint32_t doc,
            bool *out_match)
{
    bool       match = rls_clauses_accept(clauses, doc), low;
    rls_status status = RLS_OK;

    for (uint32_t i = 0; match && i < clauses->clause_count; i++) {
        const rls_clause *clause = &clauses->clauses[i];
        if (clause == first || !(all || clause->required))
            continue;
        match = clause->phrase != NULL ? rls_phrase_has_words(clause->phrase, doc, false)
                                       : rls_feed_has(clause->feeds[0], doc);
        if (clause->phrase == NULL && clause->feeds[0]->failed)
            return rls_search_corrupt(clauses->state, clauses->view);
    }
    for (uint32_t i = 0; match && i < clauses->clause_count && status == RLS_OK; i++)
        if (clauses->clauses[i].phrase != NULL && (all || clauses->clauses[i].required))
            status = rls_phrase_match(clauses->clauses[i].phrase, doc, 0, &match, &low, NULL);
    *out_match = match;
    return status;
}

static rls_status
count_document(const rls_clauses *clauses, const rls_clause *first, bool all, uint32_t doc,
               uint64_t *count)
{
    bool       match;
    rls_status status = ask_clauses(clauses, first, all, doc, &match);

    *count += status == RLS_OK && match;
    return status;
}

/* The documents that have the words of a phrase, one after another. */
static rls_status
count_phrase(const rls_clauses *clauses, const rls_clause *first, bool all, uint64_t *count)
{
    rls_status status = RLS_OK;
    uint32_t   asked = 0;

    for (uint32_t doc = rls_phrase_candidate(first->phrase, 0);
         status == RLS_OK && doc != RLS_DOC_END;
         doc = rls_phrase_candidate(first->phrase, doc + 1)) {
        if (asked++ % POLL_INTERVAL == 0)
            status = rls_search_poll(clauses->state);
        if (status == RLS_OK)
            status = count_document(clauses, first, all, doc, count);
    }
    return status;
}

/* Likewise those of a feed. */
static rls_status
count_feed(const rls_clauses *clauses, const rls_clause *first, bool all, uint64_t *count)
{
    rls_feed *feed = first->feeds[0];
    uint32_t  blocks = feed->is_table ? 1 : feed->list.block_count;

    for (uint32_t block = 0; block < blocks; block++) {
        const uint32_t *docs = feed->is_table ? feed->docs : feed->cursor.block.docs;
        rls_status      status = rls_search_poll(clauses->state);
        uint32_t        size;
        if (status == RLS_OK && !feed->is_table && !rls_postings_cursor_load(&feed->cursor, block))
            status = rls_search_corrupt(clauses->state, clauses->view);
        size = feed->is_table ? feed->count : feed->cursor.block.count;
        for (uint32_t i = 0; i < size && status == RLS_OK; i++)
            status = count_document(clauses, first, all, docs[i], count);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

/* Whether the documents of `first`, which all matches have, are better asked for one by one than
 * read into bits. */
static bool
is_few(const rls_clauses *clauses, const rls_clause *first, bool all)
{
    for (uint32_t i = 0; i < clauses->clause_count; i++)
        if ((all || clauses->clauses[i].required) && clauses->clauses[i].feed_count > 1)
            return false;
    return (first->phrase != NULL && clauses->clause_count == 1) ||
           documents(first) <= clauses->view->doc_count / FEW;
}

static void
rewind_clauses(const rls_clauses *clauses)
{
    for (uint32_t i = 0; i < clauses->clause_count; i++) {
        for (uint32_t f = 0; f < clauses->clauses[i].feed_count; f++)
            rls_feed_rewind(clauses->clauses[i].feeds[f]);
        if (clauses->clauses[i].phrase != NULL)
            rls_phrase_matcher_rewind(clauses->clauses[i].phrase);
    }
}

static rls_status
check_phrases(const rls_clauses *clauses)
{
    for (uint32_t i = 0; i < clauses->clause_count; i++) {
        rls_status status = RLS_OK;
        if (clauses->clauses[i].phrase != NULL)
            status = rls_phrase_matcher_check(clauses->clauses[i].phrase);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

static rls_status
count_windows(rls_clauses *clauses, const rls_clause *first, bool all, uint64_t *out_count)
{
    rls_search_state *state = clauses->state;
    uint32_t          doc_count = clauses->view->doc_count;
    counter          *c = rls_arena_alloc(&state->scratch, sizeof(*c));

    if (c == NULL)
        return rls_search_no_memory(state);
    c->clauses = clauses;
    for (uint32_t from = 0; from < doc_count;) {
        uint32_t   to = doc_count - from > WINDOW ? from + WINDOW : doc_count;
        rls_status status = rls_search_poll(state);
        if (status != RLS_OK)
            return status;
        if (first != NULL)
            status = count_common(c, first, all, from, to, out_count);
        else
            status = count_any(c, from, to, out_count);
        if (status != RLS_OK)
            return status;
        from = to;
    }
    return check_phrases(clauses);
}

rls_status
rls_clauses_count(rls_clauses *clauses, bool all, uint64_t *out_count)
{
    const rls_clause *rarest = NULL;
    uint32_t          asked = 0;
    bool              intersect, asks_phrase = false;

    all = all || clauses->clause_count == 1;
    intersect = all || clauses->required_count > 0;
    if (clauses->is_filter) {
        rls_accept_fill(clauses->accept, 0, clauses->view->doc_count);
        *out_count += rls_bitset_count(&clauses->accept->bits);
        return RLS_OK;
    }
    for (uint32_t c = 0; c < clauses->clause_count; c++) {
        const rls_clause *clause = &clauses->clauses[c];
        if (intersect && !all && !clause->required)
            continue;
        if (intersect && rls_clause_is_empty(clause))
            return RLS_OK;
        asked += clause->feed_count;
        asks_phrase = asks_phrase || clause->phrase != NULL;
        if (!rls_clause_is_empty(clause) &&
            (rarest == NULL || documents(clause) < documents(rarest)))
            rarest = clause;
    }
    if (rarest == NULL)
        return RLS_OK;
    if (asked == 1 && !asks_phrase && !clauses->has_accept) {
        *out_count += documents(rarest);
        return RLS_OK;
    }
    rewind_clauses(clauses);
    if (intersect && is_few(clauses, rarest, all)) {
        rls_status status = rarest->phrase != NULL ? count_phrase(clauses, rarest, all, out_count)
                                                   : count_feed(clauses, rarest, all, out_count);
        return status == RLS_OK ? check_phrases(clauses) : status;
    }
    return count_windows(clauses, intersect ? rarest : NULL, all, out_count);
}
