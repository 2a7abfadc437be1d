/* Phrases whose words may be moved, and NEAR → leaves of operands. */
#include "search/query_rewriter.h"

#include "base/buffer.h"

/* A leaf under way. */
typedef struct near_builder {
    rls_rewriter         *rewriter;
    const rls_leaf_style *style;
    rls_bytes             field; /* of all operands; they must agree */
    bool                  has_field, refused;
    rls_buffer            words;   /* rls_match_word */
    rls_buffer            phrases; /* rls_near_phrase, of the operand at hand */
    rls_near_operand      operands[RLS_NEAR_OPERAND_MAX];
    uint32_t              operand_count, least_length;
} near_builder;

static void
add_word(near_builder *b, const rls_match_word *word)
{
    rls_buffer_append(&b->words, word, sizeof(*word));
    if (b->words.failed)
        rls_rewriter_no_memory(b->rewriter);
}

static uint32_t
word_count(const near_builder *b)
{
    return (uint32_t)(b->words.size / sizeof(rls_match_word));
}

static void
add_phrase(near_builder *b, uint32_t first)
{
    rls_near_phrase phrase = {first, word_count(b) - first};

    if (phrase.count == 0)
        return;
    rls_buffer_append(&b->phrases, &phrase, sizeof(phrase));
    if (b->phrases.failed)
        rls_rewriter_no_memory(b->rewriter);
}

/* The words of a text, one behind the other. */
static void
add_text(near_builder *b, rls_bytes text, rls_word_mode mode)
{
    rls_word_unit *units;
    uint32_t       first = word_count(b);
    uint32_t       count = rls_rewriter_units(b->rewriter, text, b->style, &units);

    for (uint32_t i = 0; i < count && b->rewriter->status == RLS_OK; i++) {
        rls_match_word word;
        if (rls_rewriter_analyze(b->rewriter, units[i].surface, mode, &word))
            add_word(b, &word);
    }
    add_phrase(b, first);
}

static void
add_pattern(near_builder *b, rls_pattern_kind kind, const rls_query_node *node)
{
    rls_match_word word = {
        .pattern = rls_rewriter_compile(b->rewriter, kind, node->text, node->edits, b->style)};
    uint32_t first = word_count(b);

    if (word.pattern != NULL)
        add_word(b, &word);
    add_phrase(b, first);
}

static void
agree_on_field(near_builder *b, rls_bytes field)
{
    if (b->has_field && rls_bytes_compare(b->field, field) != 0)
        b->refused = true;
    b->field = field;
    b->has_field = true;
}

static rls_word_mode
mode_of(const rls_query_node *node)
{
    if (node->exact)
        return RLS_WORDS_EXACT;
    return node->quoted && !node->stems ? RLS_WORDS_WRITTEN : RLS_WORDS_STEMMED;
}

/* One of an operand's alternatives: a word, a phrase, a pattern. */
static void
add_alternative(near_builder *b, const rls_query_node *node)
{
    agree_on_field(b, node->field);
    switch (node->kind) {
    case RLS_NODE_WORD:
    case RLS_NODE_PHRASE:
    case RLS_NODE_COMPARE:
        if (node->distance > 0 || node->op != RLS_COMPARE_IS)
            b->refused = true;
        else
            add_text(b, node->text, mode_of(node));
        return;
    case RLS_NODE_PREFIX:
        if (node->text.size == 0)
            b->refused = true;
        else
            add_pattern(b, RLS_PATTERN_PREFIX, node);
        return;
    case RLS_NODE_PATTERN:
        add_pattern(b, node->pattern, node);
        return;
    default:
        b->refused = true;
        return;
    }
}

static void
add_operand(near_builder *b, const rls_query_node *node)
{
    const rls_query_node *only = node;
    uint32_t              count, least = UINT32_MAX;
    rls_near_phrase      *phrases;

    rls_buffer_clear(&b->phrases);
    if (node->kind == RLS_NODE_OR || node->kind == RLS_NODE_BAG) {
        for (only = node->first_child; only != NULL; only = only->next) {
            if (only->occur != RLS_OCCUR_PLAIN)
                b->refused = true;
            add_alternative(b, only);
        }
    } else {
        add_alternative(b, node);
    }
    count = (uint32_t)(b->phrases.size / sizeof(*phrases));
    if (b->refused || b->rewriter->status != RLS_OK || count == 0)
        return; /* what has no word is passed over */
    if (b->operand_count == RLS_NEAR_OPERAND_MAX) {
        b->refused = true;
        return;
    }
    phrases = rls_arena_alloc(b->rewriter->arena, b->phrases.size);
    if (phrases == NULL) {
        rls_rewriter_no_memory(b->rewriter);
        return;
    }
    memcpy(phrases, b->phrases.data, b->phrases.size);
    for (uint32_t i = 0; i < count; i++)
        least = phrases[i].count < least ? phrases[i].count : least;
    b->least_length += least;
    b->operands[b->operand_count++] = (rls_near_operand){count, phrases};
}

/* The leaf of the words and operands gathered. */
static rls_plan_node *
near_leaf(near_builder *b, rls_near *near, const rls_near_operand *operands)
{
    rls_rewriter     *rewriter = b->rewriter;
    rls_leaf_style    style = *b->style;
    size_t            count = word_count(b);
    rls_match_word   *words = rls_arena_alloc(rewriter->arena, b->words.size + 1);
    rls_near_operand *kept =
        rls_arena_alloc(rewriter->arena, near->operand_count * sizeof(*kept) + 1);
    rls_plan_leaf *leaf;
    rls_plan_node *node;

    if (words == NULL || kept == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    memcpy(words, b->words.data, b->words.size);
    memcpy(kept, operands, near->operand_count * sizeof(*kept));
    near->operands = kept;
    if (b->has_field)
        style.field = b->field;
    if (style.field.size > 0) {
        rls_field_class class = rls_field_classify(rewriter->snapshot, style.field);
        style.filter = class.keyword;
    }
    node = rls_rewriter_leaf(rewriter, RLS_LEAF_NEAR, &style, &leaf);
    if (node == NULL)
        return NULL;
    leaf->word_count = (uint32_t)count;
    leaf->words = words;
    leaf->near = near;
    return node;
}

rls_plan_node *
rls_rewrite_near(rls_rewriter *rewriter, const rls_query_node *node, const rls_leaf_style *style)
{
    near_builder   b = {.rewriter = rewriter, .style = style};
    rls_near      *near = rls_arena_alloc_zeroed(rewriter->arena, 1, sizeof(*near));
    rls_plan_node *made = NULL;

    if (near == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    rls_buffer_init(&b.words, rewriter->heap);
    rls_buffer_init(&b.phrases, rewriter->heap);
    for (const rls_query_node *child = node->first_child; child != NULL && !b.refused;
         child = child->next)
        add_operand(&b, child);
    if (!b.refused && b.has_field && b.field.size > 0 &&
        !rls_field_classify(rewriter->snapshot, b.field).text)
        b.refused = true;
    if (b.refused) {
        rls_rewriter_note(rewriter, style->start, style->end,
                          "NEAR takes up to %d words, phrases, or alternatives of them, in one "
                          "text field; it is taken as AND",
                          RLS_NEAR_OPERAND_MAX);
    } else if (rewriter->status == RLS_OK && b.operand_count > 1) {
        near->kind = node->ordered ? RLS_NEAR_ORDERED : RLS_NEAR_ANY;
        near->distance = node->distance;
        near->operand_count = b.operand_count;
        near->least_length = b.least_length;
        made = near_leaf(&b, near, b.operands);
    }
    rls_buffer_release(&b.words);
    rls_buffer_release(&b.phrases);
    return made;
}

/* --- phrases whose words may be moved --- */

static bool
same_word(const rls_match_word *a, const rls_match_word *b)
{
    if (a->term_count != b->term_count || a->level != b->level ||
        rls_bytes_compare(a->form, b->form) != 0)
        return false;
    for (uint32_t i = 0; i < a->term_count; i++)
        if (rls_bytes_compare(a->terms[i], b->terms[i]) != 0)
            return false;
    return true;
}

/* Operands of a word each, with their places. */
static rls_near_operand *
moved_words(near_builder *b, rls_near *near, const rls_word_unit *units)
{
    rls_arena            *arena = b->rewriter->arena;
    uint32_t              count = near->operand_count;
    const rls_match_word *words = (const rls_match_word *)(const void *)b->words.data;
    rls_near_operand     *operands = rls_arena_alloc(arena, count * sizeof(*operands));
    rls_near_phrase      *phrases = rls_arena_alloc(arena, count * sizeof(*phrases));
    uint32_t             *offsets = rls_arena_alloc(arena, count * sizeof(*offsets));
    uint32_t             *same = rls_arena_alloc(arena, count * sizeof(*same));

    if (operands == NULL || phrases == NULL || offsets == NULL || same == NULL) {
        rls_rewriter_no_memory(b->rewriter);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        phrases[i] = (rls_near_phrase){i, 1};
        operands[i] = (rls_near_operand){1, &phrases[i]};
        offsets[i] = units[i].position - units[0].position;
        same[i] = i;
        for (uint32_t j = i; j > 0 && same[i] == i; j--)
            if (same_word(&words[j - 1], &words[i]))
                same[i] = j - 1;
    }
    near->offsets = offsets;
    near->same = same;
    return operands;
}

rls_plan_node *
rls_rewrite_slop(rls_rewriter *rewriter, rls_bytes text, uint32_t distance,
                 const rls_leaf_style *style)
{
    near_builder      b = {.rewriter = rewriter, .style = style};
    rls_near         *near = rls_arena_alloc_zeroed(rewriter->arena, 1, sizeof(*near));
    rls_near_operand *operands = NULL;
    rls_plan_node    *made = NULL;
    rls_word_unit    *units;
    uint32_t          count = rls_rewriter_units(rewriter, text, style, &units);

    if (near == NULL) {
        rls_rewriter_no_memory(rewriter);
        return NULL;
    }
    if (count < 2)
        return rls_rewrite_phrase(rewriter, text, style);
    rls_buffer_init(&b.words, rewriter->heap);
    for (uint32_t i = 0; i < count && rewriter->status == RLS_OK; i++) {
        rls_match_word word;
        if (rls_rewriter_analyze(rewriter, units[i].surface, style->words, &word))
            add_word(&b, &word);
    }
    *near = (rls_near){.kind = RLS_NEAR_SLOP, .distance = distance, .operand_count = count};
    near->least_length = count;
    if (rewriter->status == RLS_OK)
        operands = moved_words(&b, near, units);
    if (operands != NULL)
        made = near_leaf(&b, near, operands);
    rls_buffer_release(&b.words);
    return made;
}
