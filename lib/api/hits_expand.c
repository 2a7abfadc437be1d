/* A query → its first documents → the query with their words: the relevance model RM1 (Lavrenko &
 * Croft, "Relevance-based language models", 2001) mixed with the query, RM3 (Abdul-Jaleel et al.,
 * "UMass at TREC 2004"). A document counts by exp(score), in the place of the query's likelihood.
 */
#include <math.h>
#include <stdio.h>

#include "api/hits_state.h"
#include "base/clock.h"
#include "search/search_kept.h"
#include "suggest/telling_words.h"

enum {
    DOCUMENTS = 10,
    WORDS = 20,
    TIMES = 1 << 24, /* what all words of the best document count together */
    NOTE_SIZE = 600
};

static const double share = 0.4; /* of the added words in the query */

typedef struct expansion {
    const rls_search_options *options;
    uint64_t                  start; /* of the search, for its deadline */
    rls_hits                 *first; /* found by the query alone */
    rls_telling_words         telling;
    rls_telling_word          words[WORDS];
    uint32_t                  word_count;
    rls_analyzer             *analyzer; /* of the index's own language */
    rls_error                *err;
} expansion;

/* Whether the query has words and nothing else. */
static bool
has_words_alone(const rls_query *query)
{
    const rls_query_node *root = query->root, *first, *at;

    if (root == NULL)
        return false;
    first = root->kind == RLS_NODE_BAG ? root->first_child : root;
    for (at = first; at != NULL; at = at->next)
        if (at->kind != RLS_NODE_WORD || at->exact || at->field.size > 0 ||
            at->occur == RLS_OCCUR_MUST_NOT)
            return false;
    return first != NULL;
}

/* Between the searches, which ask for themselves. */
static rls_status
poll(const expansion *work)
{
    const rls_search_options *options = work->options;
    uint64_t                  deadline = rls_hits_deadline(options, work->start);

    if (options->cancel != NULL && options->cancel(options->context))
        return rls_fail(work->err, RLS_CANCELLED, "the search was cancelled");
    return deadline != 0 && rls_clock_ns() >= deadline ? RLS_TIMEOUT : RLS_OK;
}

/* --- the words --- */

static uint64_t
length_of(const rls_hits *hits, const rls_result *result)
{
    const rls_segment *segment = hits->snapshot->segments[result->segment].segment;
    uint64_t           length = 0;

    for (uint32_t f = 0; f < rls_segment_get_info(segment)->field_count; f++)
        length += rls_segment_length(segment, f, result->doc);
    return length > 0 ? length : 1;
}

static rls_status
count_hit(expansion *work, uint32_t i, uint32_t times)
{
    rls_hits                  *hits = work->first;
    rls_loaded_hit            *hit;
    const rls_stored_document *document;
    rls_analyzer              *analyzer;
    uint32_t                   unused;
    rls_status                 status = rls_hits_load(hits, i, &hit, work->err);

    if (status != RLS_OK)
        return status;
    document = &hit->document;
    for (uint32_t f = 0; status == RLS_OK && f < document->field_count; f++) {
        const rls_stored_field *field = &document->fields[f];
        if ((field->kinds & RLS_FIELD_TEXT) == 0)
            continue;
        status = rls_hits_analyzer(hits, hit, field->name, &analyzer, work->err);
        for (uint32_t v = 0; status == RLS_OK && v < field->value_count; v++)
            status = rls_telling_words_add(&work->telling, analyzer, field->values[v].text, times,
                                           &unused);
    }
    if (status != RLS_OK || !document->has_body)
        return status;
    status = rls_hits_analyzer(hits, hit, rls_bytes_of(NULL, 0), &analyzer, work->err);
    return status == RLS_OK
               ? rls_telling_words_add(&work->telling, analyzer, hit->prose, times, &unused)
               : status;
}

static rls_status
count_hits(expansion *work)
{
    const rls_hits *hits = work->first;
    rls_status      status = RLS_OK;

    for (uint32_t i = 0; status == RLS_OK && i < hits->count; i++) {
        const rls_result *result = &hits->results->items[i];
        double            weight = exp(result->score - hits->results->items[0].score);
        double            times = round(weight * TIMES / (double)length_of(hits, result));
        status = poll(work);
        if (status == RLS_OK && times >= 1.0)
            status = count_hit(work, i, (uint32_t)times);
    }
    return status;
}

/* When the deadline passes there are none. */
static rls_status
find_words(expansion *work, rls_hits *hits, const rls_query *query)
{
    rls_search_options first = *work->options;
    rls_telling_choice choice = {.limit = WORDS,
                                 .doc_freq = 2,
                                 .by_occurrences = true,
                                 .language = hits->snapshot->manifest.languages[0].name};
    rls_status         status;

    first.limit = DOCUMENTS;
    first.skip = 0;
    first.sort_count = 0;
    first.facet_count = 0;
    first.after = NULL;
    first.match = RLS_MATCH_ANY;
    first.exact_total = false;
    first.collapse = RLS_COLLAPSE_NONE;
    first.recency_half_life_days = 0.0;
    first.year_boost = 0.0;
    work->first = rls_hits_new(hits->snapshot);
    if (work->first == NULL)
        return rls_fail(work->err, RLS_NO_MEMORY, "no memory to search");
    status = rls_hits_search(work->first, query, &first, work->start, work->err);
    if (status == RLS_OK)
        status = count_hits(work);
    if (status == RLS_OK)
        status = rls_analyzer_new(hits->heap, choice.language, &work->analyzer, work->err);
    choice.analyzer = work->analyzer;
    if (status == RLS_OK)
        status = rls_telling_words_choose(&work->telling, &choice, work->words, &work->word_count);
    return status == RLS_TIMEOUT ? RLS_OK : status;
}

/* --- the query --- */

/* What the words of the query that score count together: not those that it leaves out. */
static double
sum_boosts(const rls_plan *plan)
{
    double sum = 0.0;

    for (uint32_t i = 0; i < plan->leaf_count; i++)
        if (plan->leaves[i].scored)
            sum += (double)plan->leaves[i].boost;
    return sum;
}

/* Whether the query has the word itself, in whatever inflection. */
static rls_status
is_asked(const expansion *work, rls_bytes word, bool *out_asked)
{
    const rls_plan *plan = &work->first->results->kept->plan;
    rls_bytes       term;
    rls_status      status = rls_analyzer_term(work->analyzer, word, &term, work->err);

    *out_asked = false;
    for (uint32_t i = 0; status == RLS_OK && i < plan->leaf_count; i++) {
        const rls_plan_leaf *leaf = &plan->leaves[i];
        for (uint32_t t = 0; leaf->kind == RLS_LEAF_WORD && t < leaf->words[0].term_count; t++)
            *out_asked = *out_asked || rls_bytes_compare(leaf->words[0].terms[t], term) == 0;
    }
    return status;
}

static rls_status
note_words(const expansion *work, rls_query *wide)
{
    static const char before[] = "looked for, too:";
    char              note[NOTE_SIZE];
    size_t            size = (size_t)snprintf(note, sizeof note, "%s", before);

    for (uint32_t i = 0; i < work->word_count; i++) {
        rls_bytes  word = work->words[i].word;
        bool       asked;
        rls_status status = is_asked(work, word, &asked);
        if (status != RLS_OK)
            return status;
        if (asked)
            continue;
        if (size + word.size + 3 > sizeof note)
            break;
        size += (size_t)snprintf(note + size, sizeof note - size, "%s %.*s",
                                 size >= sizeof before ? "," : "", (int)word.size,
                                 (const char *)word.data);
    }
    if (size < sizeof before || rls_query_note_add(wide, 0, 0, RLS_NOTE_SYNONYM, note))
        return RLS_OK;
    return rls_fail(work->err, RLS_NO_MEMORY, "no memory to search");
}

static bool
add_words(const expansion *work, rls_query *wide, rls_query_node *bag)
{
    double asked = sum_boosts(&work->first->results->kept->plan), sum = 0.0;

    for (uint32_t i = 0; i < work->word_count; i++)
        sum += work->words[i].worth;
    for (uint32_t i = 0; i < work->word_count; i++) {
        rls_query_node *node = rls_query_add_node(wide, bag, RLS_NODE_WORD);
        if (node == NULL)
            return false;
        node->added = true;
        node->boost = (float)(share / (1.0 - share) * asked * work->words[i].worth / sum);
        node->text = work->words[i].word;
    }
    return true;
}

/* The words of `query`, whose text is borrowed, and the others. */
static bool
make_query(const expansion *work, const rls_query *query, rls_query *wide)
{
    const rls_query_node *at = query->root;
    rls_query_node       *bag = rls_query_add_node(wide, NULL, RLS_NODE_BAG);

    if (bag == NULL)
        return false;
    if (at->kind == RLS_NODE_BAG)
        at = at->first_child;
    for (; at != NULL; at = at->next) {
        rls_query_node *node = rls_query_add_node(wide, bag, RLS_NODE_WORD);
        if (node == NULL)
            return false;
        node->occur = at->occur;
        node->boost = at->boost;
        node->text = at->text;
        node->start = at->start;
        node->end = at->end;
    }
    for (uint32_t i = 0; i < query->note_count; i++)
        if (!rls_query_note_add(wide, query->notes[i].start, query->notes[i].end,
                                query->notes[i].kind, query->notes[i].message))
            return false;
    wide->text = query->text;
    return add_words(work, wide, bag);
}

static rls_status
search_wide(const expansion *work, rls_hits *hits, const rls_query *query)
{
    rls_search_options options = *work->options;
    rls_query         *wide;
    rls_status         status = rls_query_new_in(hits->heap, &wide, work->err);

    if (status != RLS_OK)
        return status;
    options.match = RLS_MATCH_ANY;
    status = make_query(work, query, wide)
                 ? note_words(work, wide)
                 : rls_fail(work->err, RLS_NO_MEMORY, "no memory to search");
    if (status == RLS_OK)
        status = rls_hits_search(hits, wide, &options, work->start, work->err);
    rls_query_free(wide);
    return status;
}

/* As it is, with a note. */
static rls_status
search_plain(rls_hits *hits, const rls_query *query, const rls_search_options *options,
             uint64_t start, rls_error *err)
{
    static const rls_query_note refusal = {
        0, 0, "only words are expanded: this query is looked for as it is", RLS_NOTE_QUERY};
    rls_query noted = *query;

    if (query->root == NULL || noted.note_count == RLS_QUERY_NOTE_MAX)
        return rls_hits_search(hits, query, options, start, err);
    noted.notes =
        rls_arena_alloc(&hits->arena, (noted.note_count + (size_t)1) * sizeof *noted.notes);
    if (noted.notes == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
    if (noted.note_count > 0)
        memcpy(noted.notes, query->notes, noted.note_count * sizeof *noted.notes);
    noted.notes[noted.note_count++] = refusal;
    return rls_hits_search(hits, &noted, options, start, err);
}

rls_status
rls_hits_search_expanded(rls_hits *hits, const rls_query *query, const rls_search_options *options,
                         uint64_t start, rls_error *err)
{
    expansion  work = {.options = options, .start = start, .err = err};
    rls_status status;

    if (!has_words_alone(query))
        return search_plain(hits, query, options, start, err);
    rls_telling_words_init(&work.telling, hits->heap, hits->snapshot, err);
    status = find_words(&work, hits, query);
    if (status == RLS_OK)
        status = search_wide(&work, hits, query);
    rls_telling_words_release(&work.telling);
    rls_analyzer_free(work.analyzer);
    rls_hits_close(work.first);
    return status;
}
