#include "search/query_rewriter.h"

#include "analysis/stop_words.h"
#include "analysis/word_break.h"

enum {
    TOKENS_AT_ONCE = 64
};

/* A token that is looked for. */
typedef rls_word_unit unit;

typedef struct unit_list {
    unit    *items;
    uint32_t count;
} unit_list;

/* Reads at most `limit` tokens of the text. */
static rls_token *
read_tokens(rls_rewriter *rewriter, rls_bytes text, size_t limit, size_t *out_count, bool *out_cut)
{
    rls_tokenizer tokenizer;
    rls_token     batch[TOKENS_AT_ONCE], *tokens = NULL;
    size_t        count = 0, capacity = 0, got;
    void         *grown = NULL;

    *out_cut = false;
    rls_tokenizer_init(&tokenizer, text, 0);
    while ((got = rls_tokenizer_fill(&tokenizer, batch, TOKENS_AT_ONCE)) > 0) {
        if (!rls_grow(rewriter->heap, &grown, &capacity, count + got, sizeof(*tokens))) {
            rls_rewriter_no_memory(rewriter);
            break;
        }
        tokens = grown;
        memcpy(tokens + count, batch, got * sizeof(*tokens));
        count += got;
        if (count >= limit) {
            *out_cut = true;
            break;
        }
    }
    *out_count = count;
    return grown;
}

/* Of a compound and its parts chooses what is looked for: the whole when `whole` or when it has one
 * part only (c++, #tag), else the parts. */
static unit_list
read_units(rls_rewriter *rewriter, rls_bytes text, bool whole, const rls_leaf_style *style)
{
    unit_list  list = {NULL, 0};
    size_t     count;
    bool       cut;
    rls_token *tokens = read_tokens(rewriter, text, 2 * RLS_PLAN_WORD_MAX, &count, &cut);

    if (rewriter->status == RLS_OK && count > 0) {
        list.items = rls_arena_alloc(rewriter->arena, count * sizeof(unit));
        if (list.items == NULL)
            rls_rewriter_no_memory(rewriter);
    }
    for (size_t i = 0; list.items != NULL && i < count; i++) {
        const rls_token *token = &tokens[i];
        if (list.count == RLS_PLAN_WORD_MAX) {
            cut = true;
            break;
        }
        if ((token->flags & RLS_TOKEN_WHOLE) != 0) {
            size_t parts = 0;
            while (i + 1 + parts < count && tokens[i + 1 + parts].start >= token->start &&
                   tokens[i + 1 + parts].end <= token->end)
                parts++;
            if (!whole && parts > 1)
                continue;
            i += parts;
        }
        list.items[list.count++] = (unit){
            rls_bytes_of(text.data + token->start, token->end - token->start), token->position};
    }
    if (cut)
        rls_rewriter_note(rewriter, style->start, style->end,
                          "only the first words are looked for");
    rls_free(rewriter->heap, tokens);
    if (rewriter->status != RLS_OK)
        list.count = 0;
    return list;
}

static bool
has_term(const rls_bytes *terms, uint32_t count, rls_bytes term)
{
    for (uint32_t i = 0; i < count; i++)
        if (rls_bytes_compare(terms[i], term) == 0)
            return true;
    return false;
}

/* The terms a surface is found under and, unless stems are enough, the form it must have. */
bool
rls_rewriter_analyze(rls_rewriter *rewriter, rls_bytes surface, rls_word_mode mode,
                     rls_match_word *word)
{
    rls_bytes *terms =
        rls_arena_alloc(rewriter->arena, rewriter->analyzer_count * sizeof(rls_bytes));

    *word = (rls_match_word){.terms = terms};
    if (terms == NULL) {
        rls_rewriter_no_memory(rewriter);
        return false;
    }
    for (uint32_t i = 0; i < rewriter->analyzer_count; i++) {
        rls_bytes term;
        rewriter->status = rls_analyzer_term(rewriter->analyzers[i], surface, &term, rewriter->err);
        if (rewriter->status != RLS_OK)
            return false;
        if (term.size > 0 && !has_term(terms, word->term_count, term))
            terms[word->term_count++] = rls_rewriter_copy(rewriter, term);
    }
    if (mode != RLS_WORDS_STEMMED) {
        rls_analyzer  *analyzer = rewriter->analyzers[0];
        rls_fold_level level = RLS_FOLD_ALL;
        rls_bytes      form;
        if (mode == RLS_WORDS_EXACT)
            level = RLS_FOLD_FORM;
        else if (rls_analyzer_has_marks(analyzer, surface))
            level = RLS_FOLD_CASE;
        rewriter->status = rls_analyzer_fold(analyzer, surface, level, &form, rewriter->err);
        if (rewriter->status != RLS_OK)
            return false;
        word->form = rls_rewriter_copy(rewriter, form);
        word->level = level;
    }
    return rewriter->status == RLS_OK;
}

uint32_t
rls_rewriter_units(rls_rewriter *rewriter, rls_bytes text, const rls_leaf_style *style,
                   rls_word_unit **out_units)
{
    unit_list units = read_units(rewriter, text, false, style);

    *out_units = units.items;
    return units.count;
}

/* Hangul has no spaces where words are joined and what is attached to them goes with them, and
 * runs of ideographs are kept as pairs: one ideograph, and a word in Hangul that is not quoted, is
 * looked for inside words. */
static bool
is_part_of_words(rls_bytes surface, rls_word_mode mode)
{
    uint32_t point, count = 0, size = 0;
    bool     hangul = true;

    for (size_t at = 0; at < surface.size; at += size, count++) {
        size = rls_utf8_next(surface.data + at, surface.data + surface.size, &point);
        hangul = hangul && point >= 0xac00 && point <= 0xd7a3;
    }
    if (hangul || count != 1)
        return hangul && count > 0 && mode == RLS_WORDS_STEMMED;
    switch (rls_word_class_at(surface, 0, &size)) {
    case RLS_WORD_IDEOGRAPH:
    case RLS_WORD_KATAKANA:
        return true;
    default:
        return false;
    }
}

static rls_plan_node *
part_leaf(rls_rewriter *rewriter, rls_bytes surface, const rls_leaf_style *style)
{
    uint8_t *text = rls_arena_alloc(rewriter->arena, surface.size + 2);

    if (text == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    text[0] = text[surface.size + 1] = '*';
    memcpy(text + 1, surface.data, surface.size);
    return rls_rewrite_pattern(rewriter, RLS_PATTERN_WILDCARD, rls_bytes_of(text, surface.size + 2),
                               0, style);
}

/* An acronym looks like a function word in lower case: WHO, US. Where all is in capitals, nothing
 * can be told from them. */
static bool
is_acronym(const rls_rewriter *rewriter, rls_bytes surface)
{
    for (size_t i = 0; i < surface.size; i++)
        if (surface.data[i] < 'A' || surface.data[i] > 'Z')
            return false;
    return rewriter->has_small_letters && surface.size > 1;
}

/* What the refinement goes by. */
static void
describe_word(rls_rewriter *rewriter, rls_bytes surface, rls_plan_leaf *leaf)
{
    rls_analyzer *analyzer = rewriter->analyzers[0];
    rls_bytes     folded;

    rewriter->status = rls_analyzer_fold(analyzer, surface, RLS_FOLD_ALL, &folded, rewriter->err);
    if (rewriter->status != RLS_OK)
        return;
    leaf->written = rls_rewriter_copy(rewriter, folded);
    leaf->stop = rls_is_stop_word(rewriter->snapshot->manifest.languages[0].name, leaf->written) &&
                 !is_acronym(rewriter, surface);
}

static rls_plan_node *
word_leaf(rls_rewriter *rewriter, const unit *what, const rls_leaf_style *style)
{
    rls_match_word *word = rls_arena_alloc(rewriter->arena, sizeof(*word));
    rls_plan_leaf  *leaf;
    rls_plan_node  *node;

    if (is_part_of_words(what->surface, style->words))
        return part_leaf(rewriter, what->surface, style);
    if (word == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    if (!rls_rewriter_analyze(rewriter, what->surface, style->words, word) || word->term_count == 0)
        return NULL;
    node = rls_rewriter_leaf(rewriter, RLS_LEAF_WORD, style, &leaf);
    if (node == NULL)
        return NULL;
    leaf->word_count = 1;
    leaf->words = word;
    leaf->added = style->added;
    leaf->negated = leaf->negated || style->added;
    if (rewriter->ranking == RLS_RANKING_DEFAULT && !style->added &&
        style->words == RLS_WORDS_STEMMED && style->field.size == 0 && leaf->scored)
        describe_word(rewriter, what->surface, leaf);
    return node;
}

static rls_plan_node *
phrase_leaf(rls_rewriter *rewriter, const unit_list *units, const rls_leaf_style *style)
{
    rls_match_word *words = rls_arena_alloc(rewriter->arena, units->count * sizeof(*words));
    uint32_t       *offsets = rls_arena_alloc(rewriter->arena, units->count * sizeof(*offsets));
    rls_plan_leaf  *leaf;
    rls_plan_node  *node;

    if (words == NULL || offsets == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    for (uint32_t i = 0; i < units->count; i++) {
        if (!rls_rewriter_analyze(rewriter, units->items[i].surface, style->words, &words[i]))
            return NULL;
        if (words[i].term_count == 0)
            return rls_rewriter_node(rewriter, RLS_PLAN_NONE);
        offsets[i] = units->items[i].position - units->items[0].position;
    }
    node = rls_rewriter_leaf(rewriter, RLS_LEAF_PHRASE, style, &leaf);
    if (node == NULL)
        return NULL;
    leaf->word_count = units->count;
    leaf->words = words;
    leaf->offsets = offsets;
    return node;
}

rls_plan_node *
rls_rewrite_words(rls_rewriter *rewriter, rls_bytes text, bool whole, const rls_leaf_style *style)
{
    bool           exact = style->words == RLS_WORDS_EXACT;
    unit_list      units = read_units(rewriter, text, exact, style);
    rls_plan_node *first = NULL, **link = &first, *group;

    if (units.count > 1 && (exact || whole)) {
        if (exact)
            units = read_units(rewriter, text, false, style);
        return units.count > 0 ? phrase_leaf(rewriter, &units, style) : NULL;
    }
    for (uint32_t i = 0; i < units.count && rewriter->status == RLS_OK; i++) {
        *link = word_leaf(rewriter, &units.items[i], style);
        if (*link != NULL)
            link = &(*link)->next;
    }
    if (first == NULL || first->next == NULL || rewriter->status != RLS_OK)
        return first;
    for (rls_plan_node *part = first; part != NULL; part = part->next)
        rewriter->plan->leaves[part->leaf].stop = false; /* what is in a compound belongs there */
    group = rls_rewriter_group(rewriter, RLS_PLAN_BAG, first);
    if (group != NULL)
        group->compound = true;
    return group;
}

rls_plan_node *
rls_rewrite_phrase(rls_rewriter *rewriter, rls_bytes text, const rls_leaf_style *style)
{
    unit_list units = read_units(rewriter, text, false, style);

    if (units.count == 0)
        return NULL;
    if (units.count == 1)
        return word_leaf(rewriter, &units.items[0], style);
    return phrase_leaf(rewriter, &units, style);
}

rls_plan_node *
rls_rewrite_pattern(rls_rewriter *rewriter, rls_pattern_kind kind, rls_bytes text, uint32_t edits,
                    const rls_leaf_style *style)
{
    rls_match_word    *word = rls_arena_alloc_zeroed(rewriter->arena, 1, sizeof(*word));
    const rls_pattern *pattern;
    rls_plan_leaf     *leaf;
    rls_plan_node     *node;

    if (word == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    pattern = rls_rewriter_compile(rewriter, kind, text, edits, style);
    if (pattern == NULL)
        return NULL;
    node = rls_rewriter_leaf(rewriter, RLS_LEAF_PATTERN, style, &leaf);
    if (node == NULL)
        return NULL;
    word->pattern = pattern;
    leaf->word_count = 1;
    leaf->words = word;
    return node;
}

const rls_pattern *
rls_rewriter_compile(rls_rewriter *rewriter, rls_pattern_kind kind, rls_bytes text, uint32_t edits,
                     const rls_leaf_style *style)
{
    const rls_pattern *pattern;
    rls_error          error = {0};
    rls_status status = rls_pattern_compile(rewriter->heap, rewriter->arena, rewriter->analyzers[0],
                                            kind, text, edits, &pattern, &error);

    if (status == RLS_OK)
        return pattern;
    if (status == RLS_BAD_QUERY) {
        rls_rewriter_note(rewriter, style->start, style->end, "%.100s; it matches nothing",
                          error.message);
        return NULL;
    }
    if (rewriter->err != NULL)
        *rewriter->err = error;
    rewriter->status = status;
    return NULL;
}
