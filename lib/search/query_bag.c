/* Words side by side: what is the same is looked for once, function words stand back, and what is
 * left becomes conditions and wishes. */
#include "base/hash_table.h"
#include "search/query_rewriter.h"

/* What makes two words of a bag the same. */
static void
describe_leaf(const rls_plan_leaf *leaf, rls_occur occur, rls_buffer *out)
{
    const rls_match_word *word = &leaf->words[0];

    rls_buffer_clear(out);
    rls_buffer_put_u8(out, (uint8_t)occur);
    rls_buffer_put_varint(out, leaf->field.size);
    rls_buffer_append(out, leaf->field.data, leaf->field.size);
    rls_buffer_put_varint(out, word->form.size);
    rls_buffer_append(out, word->form.data, word->form.size);
    rls_buffer_put_u8(out, (uint8_t)word->level);
    for (uint32_t i = 0; i < word->term_count; i++) {
        rls_buffer_put_varint(out, word->terms[i].size);
        rls_buffer_append(out, word->terms[i].data, word->terms[i].size);
    }
}

/* The word of a bag's child that the refinement looks at; NULL when it is something else. */
static rls_plan_leaf *
word_of(const rls_rewriter *rewriter, const rls_plan_node *child)
{
    rls_plan_leaf *leaf;

    if (child->kind != RLS_PLAN_LEAF || child->occur == RLS_OCCUR_MUST_NOT)
        return NULL;
    leaf = &rewriter->plan->leaves[child->leaf];
    return leaf->written.size > 0 ? leaf : NULL;
}

/* Whether function words stand beside something else that ranks and was typed. */
static bool
has_content(const rls_rewriter *rewriter, const rls_plan_node *bag)
{
    for (uint32_t i = 0; i < bag->child_count; i++) {
        const rls_plan_node *child = bag->children[i];
        const rls_plan_leaf *word = word_of(rewriter, child);
        if (child->kind == RLS_PLAN_LEAF && rewriter->plan->leaves[child->leaf].added)
            continue;
        if (child->occur != RLS_OCCUR_MUST_NOT && child->kind != RLS_PLAN_ALL &&
            !rls_plan_is_filter(child) && (word == NULL || !word->stop))
            return true;
    }
    return false;
}

/* Takes function words out of a bag that has other words, and notes these in their order; `firsts`:
 * the leaf that stands for each child, UINT32_MAX for those that are no words. */
static void
set_words(rls_rewriter *rewriter, rls_plan_node *bag, const uint32_t *firsts, uint32_t count)
{
    bool     leave_out = has_content(rewriter, bag), follows = false;
    uint32_t kept = 0;

    if (rewriter->ranking != RLS_RANKING_DEFAULT)
        return;
    bag->words = rls_arena_alloc(rewriter->arena, RLS_PLAN_REFINED_MAX * sizeof(*bag->words));
    if (bag->words == NULL) {
        rls_rewriter_no_memory(rewriter);
        return;
    }
    for (uint32_t i = 0; i < bag->child_count; i++) {
        rls_plan_node *child = bag->children[i];
        rls_plan_leaf *word = word_of(rewriter, child);
        if (leave_out && word != NULL && word->stop && child->occur == RLS_OCCUR_PLAIN) {
            word->aside = true;
            word->scored = false;
            word->negated = true;
            continue;
        }
        bag->children[kept++] = child;
    }
    bag->child_count = kept;
    for (uint32_t i = 0; i < count && bag->word_count < RLS_PLAN_REFINED_MAX; i++) {
        bool is_word = firsts[i] != UINT32_MAX;
        if (is_word && rewriter->plan->leaves[firsts[i]].aside)
            continue;
        if (is_word)
            bag->words[bag->word_count++] = (rls_plan_word){firsts[i], follows};
        follows = is_word;
    }
}

/* A word that occurs twice in a bag weighs twice but is looked for once. */
static void
merge_repeated_words(rls_rewriter *rewriter, rls_plan_node *bag)
{
    uint32_t      *firsts, count = bag->child_count;
    rls_hash_table seen;
    rls_buffer     key;
    uint32_t       kept = 0;

    firsts = rls_arena_alloc(rewriter->arena, (count + (size_t)1) * sizeof(*firsts));
    if (firsts == NULL) {
        rls_rewriter_no_memory(rewriter);
        return;
    }
    rls_hash_table_init(&seen, rewriter->heap);
    rls_buffer_init(&key, rewriter->heap);
    for (uint32_t i = 0; i < count; i++) {
        rls_plan_node *child = bag->children[i];
        rls_plan_leaf *leaf =
            child->kind == RLS_PLAN_LEAF ? &rewriter->plan->leaves[child->leaf] : NULL;
        firsts[i] = word_of(rewriter, child) != NULL ? child->leaf : UINT32_MAX;
        if (leaf != NULL && leaf->kind == RLS_LEAF_WORD && leaf->scored) {
            bool      inserted = true;
            uint32_t *value;
            describe_leaf(leaf, child->occur, &key);
            value =
                rls_hash_table_insert(&seen, rls_buffer_bytes(&key), child->leaf, &inserted, NULL);
            if (value == NULL || key.failed) {
                rls_rewriter_no_memory(rewriter);
                break;
            }
            if (!inserted) {
                if (firsts[i] != UINT32_MAX)
                    firsts[i] = *value;
                rewriter->plan->leaves[*value].boost += leaf->boost;
                leaf->negated = true; /* the first stands for it in the text, too */
                leaf->scored = false;
                continue;
            }
        }
        bag->children[kept++] = child;
    }
    bag->child_count = kept;
    rls_buffer_release(&key);
    rls_hash_table_release(&seen);
    if (rewriter->status == RLS_OK)
        set_words(rewriter, bag, firsts, count);
}

/* A star that is the only wish is a condition that everything meets. */
static void
require_all_alone(rls_plan_node *bag)
{
    for (uint32_t i = 0; i < bag->child_count; i++)
        if (bag->children[i]->occur == RLS_OCCUR_PLAIN && bag->children[i]->kind != RLS_PLAN_ALL)
            return;
    for (uint32_t i = 0; i < bag->child_count; i++)
        if (bag->children[i]->occur == RLS_OCCUR_PLAIN)
            bag->children[i]->occur = RLS_OCCUR_MUST;
}

rls_plan_node *
rls_rewriter_settle_bag(rls_rewriter *rewriter, rls_plan_node *bag)
{
    rls_plan_node *only;

    merge_repeated_words(rewriter, bag);
    if (rewriter->status != RLS_OK)
        return NULL;
    bag->filter = true;
    for (uint32_t i = 0; i < bag->child_count; i++) {
        rls_plan_node *child = bag->children[i];
        if (child->occur == RLS_OCCUR_MUST_NOT)
            continue;
        if (rls_plan_is_filter(child) || rewriter->mode == RLS_MATCH_ALL)
            child->occur = RLS_OCCUR_MUST;
        bag->filter = bag->filter && rls_plan_is_filter(child);
    }
    require_all_alone(bag);
    if (bag->child_count != 1)
        return bag;
    only = bag->children[0];
    if (only->occur == RLS_OCCUR_MUST_NOT) {
        rls_plan_node *negation = rls_rewriter_node(rewriter, RLS_PLAN_NOT);
        if (negation == NULL)
            return NULL;
        negation->children = bag->children;
        negation->child_count = 1;
        negation->filter = true;
        only->occur = RLS_OCCUR_PLAIN;
        return negation;
    }
    only->occur = RLS_OCCUR_PLAIN;
    return only;
}

/* The word that all of the query is, but for conditions; NULL when there is none or more. */
static const rls_plan_node *
only_word(const rls_rewriter *rewriter, const rls_plan_node *root)
{
    const rls_plan_node *only = NULL;

    if (root->kind == RLS_PLAN_LEAF)
        only = root;
    for (uint32_t i = 0; root->kind == RLS_PLAN_AND && i < root->child_count; i++) {
        if (rls_plan_is_filter(root->children[i]))
            continue;
        if (only != NULL)
            return NULL;
        only = root->children[i];
    }
    return only != NULL && word_of(rewriter, only) != NULL ? only : NULL;
}

void
rls_rewriter_take_words(rls_rewriter *rewriter)
{
    rls_plan            *plan = rewriter->plan;
    rls_plan_node       *root = plan->root;
    const rls_plan_node *word = only_word(rewriter, root);

    if (word != NULL && root->words == NULL) {
        root->words = rls_arena_alloc(rewriter->arena, sizeof(*root->words));
        if (root->words == NULL) {
            rls_rewriter_no_memory(rewriter);
            return;
        }
        root->words[root->word_count++] = (rls_plan_word){word->leaf, false};
    }
    plan->words = root->words;
    plan->word_count = root->word_count;
}
