#include "search/query_synonyms.h"

#include <stdio.h>

enum {
    TOKENS_MAX = 64,  /* of a phrase that is looked at */
    DEPTH_MAX = 1024, /* deeper trees are refused by the rewriting */
    NOTE_SIZE = 160
};

typedef struct synonym_work {
    rls_rewriter            *rewriter;
    rls_analyzer_set        *analyzers;
    const rls_synonym_table *stems, *written; /* by terms; by words as they are written */
    rls_analyzer            *folder;          /* of the latter */
    float                    weight;
    rls_buffer               key;
} synonym_work;

/* A word of a text, and where it stands there. */
typedef struct text_word {
    rls_bytes term;
    uint32_t  start, end;
} text_word;

static rls_status
no_memory(const synonym_work *work)
{
    return rls_fail(work->rewriter->err, RLS_NO_MEMORY, "no memory for a search");
}

static rls_status
copy_bytes(const synonym_work *work, rls_bytes bytes, rls_bytes *out_copy)
{
    *out_copy =
        rls_bytes_of(rls_arena_copy(work->rewriter->arena, bytes.data, bytes.size), bytes.size);
    return out_copy->data == NULL ? no_memory(work) : RLS_OK;
}

/* The words of a text that are not made of others; *out_count is 0 when there are too many. */
static rls_status
read_words(const synonym_work *work, rls_bytes text, bool written, text_word *words,
           uint32_t *out_count)
{
    rls_analyzer *analyzer = written ? work->folder : work->analyzers->analyzers[0];
    rls_tokenizer tokenizer;
    rls_token     tokens[TOKENS_MAX];
    size_t        count;

    *out_count = 0;
    rls_tokenizer_init(&tokenizer, text, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, TOKENS_MAX);
    if (count == TOKENS_MAX)
        return RLS_OK;
    for (size_t i = 0; i < count; i++) {
        text_word *word = &words[*out_count];
        rls_bytes  term;
        rls_status status;
        if (tokens[i].flags & RLS_TOKEN_WHOLE)
            continue;
        word->start = tokens[i].start;
        word->end = tokens[i].end;
        status = rls_analyzer_term(analyzer,
                                   rls_bytes_of(text.data + word->start, word->end - word->start),
                                   &term, work->rewriter->err);
        if (status == RLS_OK)
            status = copy_bytes(work, term, &word->term);
        if (status != RLS_OK)
            return status;
        ++*out_count;
    }
    return RLS_OK;
}

/* The rules for words[from], the longest that is there, or NULL; *out_length words are taken. */
static rls_status
find_rule(synonym_work *work, bool written, const text_word *words, uint32_t from, uint32_t count,
          const rls_synonym_rule **out_rule, uint32_t *out_length)
{
    const rls_synonym_table *table = written ? work->written : work->stems;
    rls_bytes                terms[RLS_SYNONYM_WORDS_MAX];
    uint32_t                 longest = rls_synonym_table_longest(table);

    *out_rule = NULL;
    if (longest > count - from)
        longest = count - from;
    for (uint32_t i = 0; i < longest; i++)
        terms[i] = words[from + i].term;
    for (uint32_t length = longest; length > 0 && *out_rule == NULL; length--) {
        *out_rule = rls_synonym_table_find(table, terms, length, &work->key);
        *out_length = length;
        if (*out_rule == NULL && work->key.failed)
            return no_memory(work);
    }
    return RLS_OK;
}

/* --- telling --- */

static void
tell(const synonym_work *work, const rls_synonym_table *table, const rls_synonym_rule *rule,
     uint32_t start, uint32_t end)
{
    char   list[NOTE_SIZE], words[NOTE_SIZE / 2];
    size_t size = 0, word_size = 0;

    list[0] = words[0] = '\0';
    for (uint32_t i = 0; i < rule->word_count; i++)
        if (word_size + rule->words[i].size + 2 < sizeof(words))
            word_size += (size_t)snprintf(words + word_size, sizeof(words) - word_size, "%s%.*s",
                                          i > 0 ? " " : "", (int)rule->words[i].size,
                                          (const char *)rule->words[i].data);
    for (; rule != NULL; rule = rls_synonym_table_next(table, rule))
        for (uint32_t i = 0; i < rule->alternative_count; i++)
            if (size + rule->alternatives[i].size + 3 < sizeof(list))
                size += (size_t)snprintf(list + size, sizeof(list) - size, "%s%.*s",
                                         size > 0 ? ", " : "", (int)rule->alternatives[i].size,
                                         (const char *)rule->alternatives[i].data);
    rls_rewriter_note_synonym(work->rewriter, start, end, "\"%s\" is looked for as %s, too", words,
                              list);
}

/* --- making nodes --- */

static rls_query_node *
new_node(const synonym_work *work, const rls_query_node *like)
{
    rls_query_node *node = rls_arena_alloc_zeroed(work->rewriter->arena, 1, sizeof(*node));

    if (node == NULL)
        return NULL;
    *node = *like;
    node->parent = node->first_child = node->last_child = node->next = NULL;
    return node;
}

/* A group of alternatives in place of `like`, with a copy of it. */
static rls_query_node *
new_choice(const synonym_work *work, const rls_query_node *like)
{
    rls_query_node *group = rls_arena_alloc_zeroed(work->rewriter->arena, 1, sizeof(*group));
    rls_query_node *first = new_node(work, like);

    if (group == NULL || first == NULL)
        return NULL;
    *group = (rls_query_node){.kind = RLS_NODE_OR,
                              .occur = like->occur,
                              .boost = 1.0f,
                              .start = like->start,
                              .end = like->end};
    first->occur = RLS_OCCUR_PLAIN;
    rls_query_append(group, first);
    return group;
}

/* Adds all alternatives of the rules; `share` of the weight goes to each. */
static rls_status
add_alternatives(const synonym_work *work, const rls_synonym_table *table,
                 const rls_synonym_rule *rule, const rls_query_node *like, float share,
                 rls_query_node *group)
{
    for (; rule != NULL; rule = rls_synonym_table_next(table, rule)) {
        for (uint32_t i = 0; i < rule->alternative_count; i++) {
            rls_query_node *node = new_node(work, like);
            rls_bytes       text = rule->alternatives[i];
            bool            several = memchr(text.data, ' ', text.size) != NULL;
            if (node == NULL)
                return no_memory(work);
            node->occur = RLS_OCCUR_PLAIN;
            node->boost = like->boost * share;
            node->text = text;
            if (several && like->kind == RLS_NODE_WORD)
                node->kind = RLS_NODE_PHRASE;
            node->quoted = node->quoted || several;
            node->stems = several;
            rls_query_append(group, node);
        }
    }
    return RLS_OK;
}

/* --- words --- */

/* Text that is looked for in a field of text alone, or everywhere; not excluded, not exact. */
static bool
is_text(const synonym_work *work, const rls_query_node *node, rls_node_kind kind, bool quoted)
{
    rls_field_class class;

    if (node->occur == RLS_OCCUR_MUST_NOT || node->exact)
        return false;
    if (node->kind == kind)
        return true;
    if (node->kind != RLS_NODE_COMPARE || node->op != RLS_COMPARE_IS || node->quoted != quoted)
        return false;
    class = rls_field_classify(work->rewriter->snapshot, node->field);
    return class.text && !class.keyword && !class.date && !class.number;
}

static bool
is_word(const synonym_work *work, const rls_query_node *node)
{
    return is_text(work, node, RLS_NODE_WORD, false);
}

/* A word alone, compounds too: appends it, or its choice. */
static rls_status
add_word(synonym_work *work, const rls_query_node *node, rls_query_node *parent)
{
    text_word               words[TOKENS_MAX];
    uint32_t                count, length;
    const rls_synonym_rule *rule = NULL;
    rls_query_node         *group;
    rls_status              status = read_words(work, node->text, false, words, &count);

    if (status != RLS_OK)
        return status;
    if (count > 0)
        status = find_rule(work, false, words, 0, count, &rule, &length);
    if (status != RLS_OK)
        return status;
    if (rule == NULL || length < count) {
        group = new_node(work, node);
        if (group == NULL)
            return no_memory(work);
    } else {
        group = new_choice(work, node);
        if (group == NULL)
            return no_memory(work);
        status = add_alternatives(work, work->stems, rule, node, work->weight, group);
        tell(work, work->stems, rule, node->start, node->end);
    }
    rls_query_append(parent, group);
    return status;
}

/* Plain words of one field side by side, single ones, that a rule may take together: how many there
 * are from `node` on, their terms in `words`. */
static rls_status
read_run(const synonym_work *work, const rls_query_node *node, text_word *words,
         uint32_t *out_count)
{
    const rls_query_node *first = node;

    *out_count = 0;
    for (; node != NULL && *out_count < RLS_SYNONYM_WORDS_MAX; node = node->next) {
        text_word  own[TOKENS_MAX];
        uint32_t   count;
        rls_status status;
        if (!is_word(work, node) || node->kind != first->kind || node->occur != RLS_OCCUR_PLAIN ||
            rls_bytes_compare(node->field, first->field) != 0)
            break;
        status = read_words(work, node->text, false, own, &count);
        if (status != RLS_OK)
            return status;
        if (count != 1)
            break;
        words[(*out_count)++] = own[0];
    }
    return RLS_OK;
}

/* --- phrases --- */

typedef struct phrase_variant {
    rls_bytes text;
    float     weight;
} phrase_variant;

/* `before` and then `more`, in the arena. */
static rls_status
join(const synonym_work *work, rls_bytes before, rls_bytes more, rls_bytes *out_joined)
{
    uint8_t *joined = rls_arena_alloc(work->rewriter->arena, before.size + more.size + 1);

    if (joined == NULL)
        return no_memory(work);
    if (before.size > 0)
        memcpy(joined, before.data, before.size);
    if (more.size > 0)
        memcpy(joined + before.size, more.data, more.size);
    *out_joined = rls_bytes_of(joined, before.size + more.size);
    return RLS_OK;
}

/* Lets every variant go on with the text [from, to), and with each alternative of the rules. */
static rls_status
go_on(synonym_work *work, bool written, rls_bytes plain, const rls_synonym_rule *rule,
      phrase_variant *variants, uint32_t *count)
{
    const rls_synonym_table *table = written ? work->written : work->stems;
    uint32_t                 before = *count;
    rls_status               status = RLS_OK;

    for (const rls_synonym_rule *at = rule; status == RLS_OK && at != NULL;
         at = rls_synonym_table_next(table, at)) {
        for (uint32_t i = 0; i < at->alternative_count; i++) {
            for (uint32_t v = 0; v < before && *count < RLS_SYNONYM_VARIANTS_MAX; v++) {
                phrase_variant *made = &variants[*count];
                made->weight = variants[v].weight * work->weight;
                status = join(work, variants[v].text, at->alternatives[i], &made->text);
                if (status != RLS_OK)
                    return status;
                ++*count;
            }
        }
    }
    for (uint32_t v = 0; status == RLS_OK && v < before; v++)
        status = join(work, variants[v].text, plain, &variants[v].text);
    return status;
}

static rls_status
add_phrase(synonym_work *work, const rls_query_node *node, rls_query_node *parent)
{
    bool            written = !node->stems;
    text_word       words[TOKENS_MAX];
    phrase_variant  variants[RLS_SYNONYM_VARIANTS_MAX] = {{.weight = 1.0f}};
    uint32_t        word_count, count = 1, copied = 0;
    rls_query_node *group;
    rls_status      status = read_words(work, node->text, written, words, &word_count);

    for (uint32_t w = 0; status == RLS_OK && w < word_count;) {
        uint32_t                length, start = words[w].start;
        const rls_synonym_rule *rule;
        status = find_rule(work, written, words, w, word_count, &rule, &length);
        if (rule == NULL) {
            w++;
            continue;
        }
        status = go_on(work, written, rls_bytes_of(node->text.data + copied, start - copied), NULL,
                       variants, &count);
        copied = words[w + length - 1].end;
        if (status == RLS_OK)
            status = go_on(work, written, rls_bytes_of(node->text.data + start, copied - start),
                           rule, variants, &count);
        tell(work, written ? work->written : work->stems, rule, node->start, node->end);
        w += length;
    }
    if (status == RLS_OK)
        status =
            go_on(work, written, rls_bytes_of(node->text.data + copied, node->text.size - copied),
                  NULL, variants, &count);
    if (status != RLS_OK)
        return status;
    group = count == 1 ? new_node(work, node) : new_choice(work, node);
    if (group == NULL)
        return no_memory(work);
    for (uint32_t v = 1; v < count; v++) {
        rls_query_node *variant = new_node(work, node);
        if (variant == NULL)
            return no_memory(work);
        variant->occur = RLS_OCCUR_PLAIN;
        variant->text = variants[v].text;
        variant->boost = node->boost * variants[v].weight;
        rls_query_append(group, variant);
    }
    rls_query_append(parent, group);
    return RLS_OK;
}

/* --- the tree --- */

static rls_status add_copy(synonym_work *work, const rls_query_node *node, rls_query_node *parent,
                           uint32_t depth);

static rls_status
add_children(synonym_work *work, const rls_query_node *node, rls_query_node *copy, uint32_t depth)
{
    rls_status status = RLS_OK;

    for (const rls_query_node *at = node->first_child; status == RLS_OK && at != NULL;) {
        text_word               words[RLS_SYNONYM_WORDS_MAX];
        uint32_t                count = 0, length = 0;
        const rls_synonym_rule *rule = NULL, *first;
        if (node->kind == RLS_NODE_BAG)
            status = read_run(work, at, words, &count);
        if (status == RLS_OK && count > 1)
            status = find_rule(work, false, words, 0, count, &rule, &length);
        if (rule == NULL || length < 2) {
            if (status == RLS_OK)
                status = add_copy(work, at, copy, depth + 1);
            at = at->next;
            continue;
        }
        first = rule;
        for (uint32_t i = 0; status == RLS_OK && i < length; i++, at = at->next) {
            rls_query_node *group = new_choice(work, at);
            if (group == NULL)
                return no_memory(work);
            status =
                add_alternatives(work, work->stems, rule, at, work->weight / (float)length, group);
            rls_query_append(copy, group);
            if (i == 0)
                tell(work, work->stems, first, at->start, at->end);
        }
    }
    return status;
}

static rls_status
add_copy(synonym_work *work, const rls_query_node *node, rls_query_node *parent, uint32_t depth)
{
    rls_query_node *copy;
    bool            excluded = node->occur == RLS_OCCUR_MUST_NOT || node->kind == RLS_NODE_NOT;
    rls_status      status = rls_search_poll(work->rewriter->clock);

    if (status != RLS_OK)
        return status;
    if (is_word(work, node))
        return add_word(work, node, parent);
    if (is_text(work, node, RLS_NODE_PHRASE, true))
        return add_phrase(work, node, parent);
    copy = new_node(work, node);
    if (copy == NULL)
        return no_memory(work);
    rls_query_append(parent, copy);
    if (excluded || depth > DEPTH_MAX) { /* as it is, and with it all below */
        copy->first_child = node->first_child;
        copy->last_child = node->last_child;
        return RLS_OK;
    }
    return add_children(work, node, copy, depth);
}

rls_status
rls_query_add_synonyms(rls_rewriter *rewriter, const rls_synonyms *synonyms, float weight,
                       rls_query_node **out_root)
{
    synonym_work   work = {.rewriter = rewriter, .weight = weight};
    rls_query_node top = {.kind = RLS_NODE_AND};
    rls_bytes      none = rls_bytes_of("none", 4), language = none;
    rls_status     status;

    *out_root = NULL;
    if (rewriter->query->root == NULL)
        return RLS_OK;
    if (rewriter->snapshot->manifest.language_count > 0)
        language = rewriter->snapshot->manifest.languages[0].name;
    rls_buffer_init(&work.key, rewriter->heap);
    status = rls_snapshot_take_analyzers(rewriter->heap, rewriter->snapshot, &work.analyzers,
                                         rewriter->err);
    if (status == RLS_OK)
        status = rls_synonyms_table(synonyms, language, &work.stems, rewriter->err);
    if (status == RLS_OK)
        status = rls_synonyms_table(synonyms, none, &work.written, rewriter->err);
    if (status == RLS_OK)
        status = rls_analyzer_new(rewriter->heap, none, &work.folder, rewriter->err);
    if (status == RLS_OK)
        status = add_copy(&work, rewriter->query->root, &top, 0);
    if (status == RLS_OK && work.key.failed)
        status = no_memory(&work);
    if (status == RLS_OK)
        status = rewriter->status;
    rls_analyzer_free(work.folder);
    rls_snapshot_give_analyzers(rewriter->snapshot, work.analyzers);
    rls_buffer_release(&work.key);
    if (status != RLS_OK)
        return status;
    *out_root = top.first_child;
    (*out_root)->parent = NULL;
    return RLS_OK;
}
