#include "search/explain.h"

#include <stdarg.h>
#include <stdio.h>

#include "search/explaining.h"
#include "search/order.h"
#include "search/search_kept.h"

enum {
    NAME_SIZE = 400
};

rls_status
rls_explain_no_memory(const rls_explaining *work)
{
    return rls_fail(work->err, RLS_NO_MEMORY, "no memory to explain a score");
}

/* --- making factors --- */

rls_status
rls_explain_make(const rls_explaining *work, rls_factor *out, rls_factor_kind kind,
                 const char *format, ...)
{
    char    name[NAME_SIZE];
    va_list arguments;
    int     size;

    va_start(arguments, format);
    size = vsnprintf(name, sizeof(name), format, arguments);
    va_end(arguments);
    if (size < 0)
        size = 0;
    if ((size_t)size >= sizeof(name)) {
        size = sizeof(name) - 1;
        while (size > 0 && ((uint8_t)name[size] & 0xc0) == 0x80) /* not within a character */
            size--;
    }
    out->kind = kind;
    out->name.size = (size_t)size;
    out->name.data = rls_arena_copy(work->arena, name, (size_t)size);
    return out->name.data == NULL ? rls_explain_no_memory(work) : RLS_OK;
}

rls_status
rls_explain_number(const rls_explaining *work, rls_factor *out, const char *name, double value)
{
    out->value = value;
    return rls_explain_make(work, out, RLS_FACTOR_NUMBER, "%s", name);
}

rls_factor *
rls_explain_parts(const rls_explaining *work, rls_factor *whole, uint32_t count)
{
    rls_factor *parts = rls_arena_alloc_zeroed(work->arena, count + (size_t)1, sizeof(*parts));

    whole->parts = parts;
    whole->part_count = parts == NULL ? 0 : count;
    return parts;
}

/* --- a leaf --- */

/* What tells a pattern from a word. */
static const char *
sign_of(const rls_match_word *word)
{
    static const char *const signs[] = {[RLS_PATTERN_PREFIX] = "*",
                                        [RLS_PATTERN_WILDCARD] = "",
                                        [RLS_PATTERN_REGEX] = "/",
                                        [RLS_PATTERN_FUZZY] = "~"};

    return word->pattern == NULL ? "" : signs[rls_pattern_get_kind(word->pattern)];
}

/* What a leaf asks for, as one line. Keys of keywords have bytes 0x01 around the field. */
static void
describe(const rls_plan_leaf *leaf, char *out, size_t size)
{
    size_t at = 0;

    out[0] = '\0';
    if (leaf->field.size > 0)
        at = (size_t)snprintf(out, size, "%.*s:", (int)leaf->field.size,
                              (const char *)leaf->field.data);
    for (uint32_t w = 0; w < leaf->word_count && at < size / 2; w++) {
        rls_bytes text = leaf->words[w].form;
        if (leaf->words[w].pattern != NULL)
            text = rls_pattern_text(leaf->words[w].pattern);
        else if (text.size == 0 && leaf->words[w].term_count > 0)
            text = leaf->words[w].terms[0];
        if (text.size > 80)
            text.size = 80;
        at += (size_t)snprintf(out + at, size - at, "%s%.*s%s", w > 0 ? " " : "", (int)text.size,
                               (const char *)text.data, sign_of(&leaf->words[w]));
    }
    for (size_t i = 0; i < leaf->key.size && at + 1 < size; i++) {
        uint8_t byte = leaf->key.data[i];
        if (byte != 0x01)
            out[at++] = (char)byte;
        else if (i > 0)
            out[at++] = ':';
    }
    out[at < size ? at : size - 1] = '\0';
}

/* One field's share of T. */
static rls_status
explain_field(const rls_explaining *work, uint32_t field, uint32_t freq, rls_factor *out)
{
    const rls_segment_info     *info = rls_segment_get_info(work->view->segment);
    const rls_snapshot         *snapshot = work->state.snapshot;
    rls_bytes                   name = rls_bytes_of("?", 1);
    const rls_field_parameters *parameters = NULL;
    uint8_t                     length = 0;
    rls_factor                 *parts = rls_explain_parts(work, out, 5);
    rls_status                  status;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    if (field < info->field_count && field < work->view->now->field_count) {
        const rls_norms *norms = rls_segment_norms(work->view->segment);
        name = info->fields[field].name;
        length = rls_field_norms_get(&norms->fields[field], work->doc);
        out->value = (double)((float)freq * work->view->now->fields[field].by_length[length]);
    }
    for (uint32_t i = 0; i < snapshot->field_count; i++)
        if (rls_bytes_compare(snapshot->fields[i].name, name) == 0)
            parameters = &work->fields.parameters[i];
    status = rls_explain_make(work, out, RLS_FACTOR_FORMULA,
                              "%.*s: weight × occurrences / (1 − b + b × length / average length)",
                              (int)name.size, (const char *)name.data);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[0], "weight of the field",
                                    parameters == NULL ? 0.0 : (double)parameters->weight);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[1], "occurrences", freq);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[2], "b",
                                    parameters == NULL ? 0.0 : (double)parameters->b);
    if (status == RLS_OK)
        status =
            rls_explain_number(work, &parts[3], "length of the field in words, as a byte holds it",
                               rls_length_from_byte(length));
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[4], "average length of the field",
                                    parameters == NULL ? 0.0 : (double)parameters->average_length);
    return status;
}

/* T by fields, from ascending keys of one document; without keys T alone. */
static rls_status
explain_t(const rls_explaining *work, float t, const uint64_t *keys, size_t count, rls_factor *out)
{
    uint32_t    fields = 0, next = 0;
    rls_factor *parts;
    rls_status  status =
        rls_explain_make(work, out, RLS_FACTOR_FORMULA, "T: sum over the fields, as floats");

    out->value = (double)t;
    for (size_t i = 0; i < count; i++)
        fields += i == 0 || keys[i] >> 32 != keys[i - 1] >> 32;
    parts = rls_explain_parts(work, out, fields);
    if (parts == NULL)
        return rls_explain_no_memory(work);
    for (size_t at = 0; status == RLS_OK && at < count;) {
        uint32_t field = (uint32_t)(keys[at] >> 32), freq = 0;
        for (; at < count && keys[at] >> 32 == field; at++)
            freq++;
        status = explain_field(work, field, freq, &parts[next++]);
    }
    return status;
}

rls_status
rls_explain_saturation(const rls_explaining *work, float t, const uint64_t *keys, size_t count,
                       rls_factor *out)
{
    float       k1 = work->view->now->k1;
    rls_factor *parts = rls_explain_parts(work, out, 2);
    rls_status  status;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    out->value = (double)rls_saturation(t, k1);
    status = rls_explain_make(work, out, RLS_FACTOR_FORMULA, "saturation: T / (T + k1)");
    if (status == RLS_OK)
        status = explain_t(work, t, keys, count, &parts[0]);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[1], "k1", (double)k1);
    return status;
}

static rls_status
explain_idf(rls_explaining *work, rls_bytes term, rls_factor *out)
{
    uint64_t    doc_freq, doc_count = work->state.snapshot->doc_count;
    rls_factor *parts = rls_explain_parts(work, out, 2);
    rls_status  status = rls_snapshot_doc_freq(work->state.snapshot, term, &doc_freq, work->err);

    if (status == RLS_OK && parts == NULL)
        status = rls_explain_no_memory(work);
    if (status != RLS_OK)
        return status;
    out->value = rls_idf(doc_count, doc_freq);
    status = rls_explain_make(work, out, RLS_FACTOR_FORMULA,
                              "idf of “%.*s”: ln(1 + (N − n + 0.5) / (n + 0.5))",
                              (int)(term.size < 80 ? term.size : 80), (const char *)term.data);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[0], "N: documents", (double)doc_count);
    if (status == RLS_OK)
        status =
            rls_explain_number(work, &parts[1], "n: documents with the word", (double)doc_freq);
    return status;
}

/* The idf of a word of a phrase: of its rarest term. */
static rls_status
explain_rarest(rls_explaining *work, const rls_match_word *word, rls_factor *out)
{
    rls_bytes rarest = word->terms[0];
    uint64_t  least = UINT64_MAX;

    for (uint32_t i = 0; i < word->term_count; i++) {
        uint64_t   doc_freq;
        rls_status status =
            rls_snapshot_doc_freq(work->state.snapshot, word->terms[i], &doc_freq, work->err);
        if (status != RLS_OK)
            return status;
        if (doc_freq < least) {
            least = doc_freq;
            rarest = word->terms[i];
        }
    }
    return explain_idf(work, rarest, out);
}

/* `term`: which of a word's; of a phrase and of beginnings there is one weight. */
static rls_status
explain_weight(rls_explaining *work, const rls_plan_leaf *leaf, uint32_t term, rls_factor *out)
{
    bool        is_prefix = leaf->kind != RLS_LEAF_WORD && leaf->kind != RLS_LEAF_PHRASE;
    uint32_t    words = leaf->kind == RLS_LEAF_PHRASE ? leaf->word_count : 1;
    rls_factor *parts = rls_explain_parts(work, out, is_prefix ? 2 : words + 1);
    rls_status  status;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    out->value = (double)ldexpf(leaf->scaled_weights[term], -work->state.scale_exponent);
    status = rls_explain_make(work, out, RLS_FACTOR_FORMULA,
                              words > 1 ? "weight: boost × sum of the idf" : "weight: boost × idf");
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[0], "boost", (double)leaf->boost);
    if (is_prefix)
        return status == RLS_OK
                   ? rls_explain_number(work, &parts[1], "idf of all words together",
                                        leaf->boost > 0.0f ? out->value / (double)leaf->boost : 0.0)
                   : status;
    for (uint32_t w = 0; status == RLS_OK && w < words; w++)
        status = leaf->kind == RLS_LEAF_WORD
                     ? explain_idf(work, leaf->words[0].terms[term], &parts[1 + w])
                     : explain_rarest(work, &leaf->words[w], &parts[1 + w]);
    return status;
}

/* The saturation of a word under edits. */
static rls_status
explain_edits(rls_explaining *work, float t, uint32_t edits, rls_factor *out)
{
    rls_factor *parts = rls_explain_parts(work, out, 2);
    rls_status  status;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    out->value = (double)ldexpf(1.0f + rls_saturation(t, work->view->now->k1), -1 - (int)edits);
    status = rls_explain_make(work, out, RLS_FACTOR_FORMULA,
                              "under edits: (1 + saturation) / 2^(edits + 1)");
    if (status == RLS_OK)
        status = rls_explain_saturation(work, t, NULL, 0, &parts[0]);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[1], "edits", (double)edits);
    return status;
}

/* weight × saturation, rounded: one contribution. `edits` below 0: not under edits. */
static rls_status
explain_contribution(rls_explaining *work, const rls_plan_leaf *leaf, uint32_t term,
                     const char *name, float t, const uint64_t *keys, size_t count, int edits,
                     rls_factor *out)
{
    rls_factor *parts = rls_explain_parts(work, out, 3);
    float       s = rls_saturation(t, work->view->now->k1);
    rls_status  status;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    if (edits >= 0)
        s = ldexpf(1.0f + s, -1 - edits);
    out->value = work->step * rls_contribution(leaf->scaled_weights[term], s);
    status =
        rls_explain_make(work, out, RLS_FACTOR_ROUNDED, "%s: weight × saturation, rounded", name);
    if (status == RLS_OK)
        status = explain_weight(work, leaf, term, &parts[0]);
    if (status == RLS_OK)
        status = edits < 0 ? rls_explain_saturation(work, t, keys, count, &parts[1])
                           : explain_edits(work, t, (uint32_t)edits, &parts[1]);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[2], "step that contributions are rounded to",
                                    work->step);
    return status;
}

static rls_status
explain_word(rls_explaining *work, rls_leaf_scorer *scorer, const char *name, rls_factor *out)
{
    rls_leaf_word *word = &scorer->words[0];
    rls_factor    *parts = rls_explain_parts(work, out, word->term_count);
    uint32_t       met = 0;
    rls_status     status = RLS_OK;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    rls_leaf_scorer_candidate(scorer, work->doc);
    for (uint32_t i = 0; status == RLS_OK && i < word->term_count; i++) {
        rls_leaf_term *term = &word->terms[i];
        size_t         count = 0;
        if (term->cursor.doc != work->doc)
            continue;
        status = rls_leaf_term_keys(&work->state, work->view, term, scorer->field, 0,
                                    &work->state.keys, &count);
        if (status != RLS_OK || count == 0)
            continue;
        status =
            explain_contribution(work, scorer->leaf, term->number, name,
                                 rls_keys_t(work->view, work->doc, work->state.keys.memory, count),
                                 work->state.keys.memory, count, -1, &parts[met]);
        out->value += parts[met++].value;
    }
    out->part_count = met;
    if (status != RLS_OK)
        return status;
    if (met == 1) {
        *out = parts[0];
        return RLS_OK;
    }
    return rls_explain_make(work, out, RLS_FACTOR_SUM, "%s: sum over its terms", name);
}

/* Explains a leaf that matches with `score`. */
static rls_status
explain_leaf(rls_explaining *work, rls_leaf_scorer *scorer, uint32_t number, uint32_t score,
             rls_factor *out)
{
    const rls_plan_leaf *leaf = scorer->leaf;
    double               value = work->step * score;
    rls_leaf_scorer      again;
    char                 name[NAME_SIZE / 2];
    rls_status           status;

    describe(leaf, name, sizeof(name));
    if (!scorer->scored)
        return rls_explain_make(work, out, RLS_FACTOR_NUMBER, "%s: a condition that holds", name);
    if (leaf->kind == RLS_LEAF_WORD) {
        /* With cursors of its own: this one has moved. */
        status = rls_leaf_scorer_open(&work->state, work->view, number, &again);
        if (status == RLS_OK)
            status = explain_word(work, &again, name, out);
        return status;
    }
    if (leaf->kind == RLS_LEAF_PHRASE) {
        size_t count = scorer->starts;
        float  t = rls_keys_t(work->view, work->doc, work->state.keys.memory, count);
        return explain_contribution(work, leaf, 0, name, t, work->state.keys.memory, count, -1,
                                    out);
    }
    if (scorer->prefix != NULL)
        return explain_contribution(
            work, leaf, 0, name, scorer->prefix->t[scorer->prefix_at], NULL, 0,
            scorer->prefix->edits == NULL ? -1 : scorer->prefix->edits[scorer->prefix_at], out);
    out->value = value;
    return rls_explain_make(work, out, RLS_FACTOR_NUMBER, "%s", name);
}

/* --- the tree --- */

static rls_status explain_node(rls_explaining *work, const rls_plan_node *node, bool *out_match,
                               rls_factor *out);

static rls_status
explain_group(rls_explaining *work, const rls_plan_node *node, bool *out_match, rls_factor *out)
{
    rls_factor *parts = rls_explain_parts(work, out, node->child_count);
    uint32_t    kept = 0, wishes = 0, met = 0;
    bool        all = true, has_word = false;
    rls_status  status = RLS_OK;

    if (parts == NULL)
        return rls_explain_no_memory(work);
    for (uint32_t i = 0; status == RLS_OK && i < node->child_count; i++) {
        const rls_plan_node *child = node->children[i];
        bool                 match, excludes = child->occur == RLS_OCCUR_MUST_NOT;
        rls_factor           made = {0};
        status = explain_node(work, child, &match, &made);
        if (node->kind == RLS_PLAN_BAG && child->occur == RLS_OCCUR_PLAIN) {
            wishes++;
            met += match;
        } else if (node->kind != RLS_PLAN_OR) {
            has_word = has_word || (!excludes && !rls_plan_is_filter(child));
            all = all && match != excludes;
        } else {
            met += match;
        }
        if (status == RLS_OK && match && !excludes) {
            out->value += made.value;
            parts[kept++] = made;
        }
    }
    out->part_count = kept;
    *out_match = node->kind == RLS_PLAN_OR ? met > 0 : all && (wishes == 0 || has_word || met > 0);
    if (status != RLS_OK)
        return status;
    return rls_explain_make(work, out, RLS_FACTOR_SUM, "%s",
                            node->kind == RLS_PLAN_OR    ? "sum over the alternatives that match"
                            : node->kind == RLS_PLAN_AND ? "sum over all"
                                                         : "sum over the words that match");
}

static rls_status
explain_node(rls_explaining *work, const rls_plan_node *node, bool *out_match, rls_factor *out)
{
    rls_leaf_scorer scorer;
    rls_factor      inner = {0};
    uint32_t        score;
    rls_status      status;

    *out_match = node->kind == RLS_PLAN_ALL;
    switch (node->kind) {
    case RLS_PLAN_LEAF:
        status = rls_leaf_scorer_open(&work->state, work->view, node->leaf, &scorer);
        if (status == RLS_OK)
            status = rls_leaf_scorer_match(&scorer, work->doc, out_match, &score);
        if (status == RLS_OK)
            status = rls_leaf_scorer_check(&scorer);
        return status == RLS_OK && *out_match ? explain_leaf(work, &scorer, node->leaf, score, out)
                                              : status;
    case RLS_PLAN_NONE:
    case RLS_PLAN_ALL:
        return rls_explain_make(work, out, RLS_FACTOR_NUMBER, "every document");
    case RLS_PLAN_NOT:
        status = explain_node(work, node->children[0], out_match, &inner);
        *out_match = !*out_match;
        return status == RLS_OK ? rls_explain_make(work, out, RLS_FACTOR_NUMBER,
                                                   "does not have what is excluded")
                                : status;
    case RLS_PLAN_AND:
    case RLS_PLAN_OR:
    case RLS_PLAN_BAG:
        break;
    }
    return explain_group(work, node, out_match, out);
}

/* --- dates --- */

/* A whole number of 2^-32: a double holds it exactly. */
static rls_status
explain_age(const rls_explaining *work, const rls_recency *recency, const rls_column *column,
            rls_factor *out)
{
    int64_t     age;
    rls_factor *parts;
    rls_status  status;

    out->value = 0.5;
    if (!rls_recency_age(recency, column, work->doc, &age))
        return rls_explain_make(work, out, RLS_FACTOR_NUMBER, "recency: there is no date");
    parts = rls_explain_parts(work, out, 2);
    if (parts == NULL)
        return rls_explain_no_memory(work);
    out->value = ldexp((double)rls_recency_factor(recency->half_life, age), -32);
    status =
        rls_explain_make(work, out, RLS_FACTOR_FORMULA, "recency: (1 + 2^−(age / half-life)) / 2");
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[0], "age in days", (double)age / 86400.0);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[1], "half-life in days",
                                    (double)recency->half_life / 86400.0);
    return status;
}

/* Puts the score so far under what a factor leaves of it; *out_factor is to be filled. */
static rls_status
cut_score(const rls_explaining *work, const char *name, uint32_t score, rls_factor *root,
          rls_factor **out_factor)
{
    rls_factor before = *root, *parts;
    rls_status status;

    *root = (rls_factor){0};
    parts = rls_explain_parts(work, root, 3);
    if (parts == NULL)
        return rls_explain_no_memory(work);
    parts[0] = before;
    *out_factor = &parts[1];
    root->value = work->step * score;
    status = rls_explain_make(work, root, RLS_FACTOR_CUT, "%s", name);
    if (status == RLS_OK)
        status = rls_explain_number(work, &parts[2], "step that scores are rounded to", work->step);
    return status;
}

static rls_status
explain_dates(const rls_explaining *work, const rls_order *order, uint32_t segment,
              rls_factor *root)
{
    const rls_column *column = order->dates[segment];
    uint32_t          score = (uint32_t)(root->value / work->step);
    rls_factor       *factor;
    rls_status        status = RLS_OK;

    if (order->recency.half_life > 0) {
        score = rls_recency_score(&order->recency, column, work->doc, score);
        status =
            cut_score(work, "score of the words × recency, rounded down", score, root, &factor);
        if (status == RLS_OK)
            status = explain_age(work, &order->recency, column, factor);
    }
    if (status == RLS_OK && order->years.count > 0) {
        bool named = rls_named_years_has(&order->years, column, work->doc);
        score = rls_named_years_score(&order->years, column, work->doc, score);
        status = cut_score(work, "score × year, rounded down", score, root, &factor);
        if (status == RLS_OK)
            status = rls_explain_number(work, factor,
                                        named ? "dated in a year that the query names"
                                              : "not dated in a year that the query names",
                                        named ? 1.0 : ldexp((double)order->years.others, -32));
    }
    return status;
}

/* The score so far and what the second look adds, where that is something. */
static rls_status
add_refinement(rls_explaining *work, const rls_order *order, uint32_t segment, rls_factor *root)
{
    rls_factor *parts, both = {0};
    rls_status  status = RLS_OK;

    parts = rls_explain_parts(work, &both, 2);
    if (parts == NULL)
        return rls_explain_no_memory(work);
    parts[0] = *root;
    status = rls_explain_refinement(work, &parts[1]);
    if (status != RLS_OK || parts[1].part_count == 0)
        return status;
    if (order != NULL && order->dates != NULL)
        status = explain_dates(work, order, segment, &parts[1]);
    both.value = parts[0].value + parts[1].value;
    if (status == RLS_OK)
        status = rls_explain_make(work, &both, RLS_FACTOR_SUM, "sum of both looks");
    *root = both;
    return status;
}

rls_status
rls_explain(rls_results *results, const rls_snapshot *snapshot, const rls_result *result,
            rls_arena *arena, const rls_factor **out_factor, rls_error *err)
{
    uint32_t       segment = result->segment;
    rls_explaining work = {.doc = result->doc, .arena = arena, .err = err};
    rls_factor    *root = rls_arena_alloc_zeroed(arena, 1, sizeof(*root));
    bool           match;
    rls_status     status;

    *out_factor = NULL;
    if (root == NULL)
        return rls_explain_no_memory(&work);
    status = rls_search_resume(&work.state, results, snapshot, err);
    if (status == RLS_OK) {
        work.view = &work.state.views[segment];
        work.step = ldexp(1.0, -work.state.scale_exponent);
        status = rls_search_fields_init(&work.fields, results->heap, arena, snapshot,
                                        work.state.request, work.state.b, err);
    }
    if (status == RLS_OK)
        status = explain_node(&work, work.state.plan.root, &match, root);
    if (status == RLS_OK && results->order != NULL && results->order->dates != NULL)
        status = explain_dates(&work, results->order, segment, root);
    if (status == RLS_OK && result->refined)
        status = add_refinement(&work, results->order, segment, root);
    rls_search_state_release(&work.state);
    if (status == RLS_OK)
        *out_factor = root;
    return status;
}
