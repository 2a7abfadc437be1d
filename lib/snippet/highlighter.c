#include "snippet/highlighter.h"

#include "base/hash_table.h"
#include "base/sort.h"
#include "snippet/near_spans.h"

enum {
    TOKENS_AT_ONCE = 256,
    /* Distinct surfaces remembered; a text that has more is not prose, and forgets now and then. */
    SURFACES_MAX = 1 << 15,
    ARENA_CHUNK = 4096
};

#define NONE UINT32_MAX

/* A word of a leaf, in the list of all words that have one term. */
typedef struct wanted_word {
    uint32_t leaf, word;
    uint32_t step; /* of a phrase: its place in finding.steps */
    uint32_t next; /* with the same term; NONE at the end */
} wanted_word;

/* A word that is a pattern. */
typedef struct wanted_pattern {
    uint32_t            number; /* of a wanted word */
    rls_pattern_walker *walker;
} wanted_pattern;

/* What is known of a distinct surface: the wanted words that it is. */
typedef struct decision {
    uint32_t first, count; /* in finding.matches */
} decision;

/* Where the words of a phrase up to this one have been met in a row last, and the time before:
 * tokens that share a position must not hide from each other what stood before them. */
typedef struct phrase_step {
    uint32_t after, start;                 /* position behind the word, 0: never; first byte */
    uint32_t earlier_after, earlier_start; /* another position */
} phrase_step;

/* The highlighter; prose, spans and err are those of the text at hand. */
typedef struct rls_highlighter finding;

struct rls_highlighter {
    rls_heap             *heap;
    rls_analyzer         *analyzer;
    const rls_match_leaf *leaves;
    uint32_t              leaf_count;
    rls_bytes             prose;
    rls_arena             arena;
    rls_hash_table        terms;    /* → the first wanted word with the term */
    rls_buffer            words;    /* wanted_word */
    rls_buffer            patterns; /* wanted_pattern */
    bool                  skims;    /* only surfaces whose first byte is wanted are looked at */
    bool                  wanted[256];
    uint32_t              step_count;
    phrase_step          *steps;
    uint32_t             *ends;      /* by leaf */
    rls_buffer           *near_hits; /* rls_near_hit by leaf; NULL: no leaf needs them */
    rls_hash_table        surfaces;  /* → decision */
    rls_buffer            decisions; /* decision */
    rls_buffer            matches;   /* number of a wanted word */
    rls_buffer           *spans;
    rls_error            *err;
};

static rls_status
no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to mark matches");
}

static const wanted_word *
word_at(const finding *work, uint32_t number)
{
    return (const wanted_word *)(const void *)work->words.data + number;
}

static const rls_match_word *
match_word(const finding *work, const wanted_word *wanted)
{
    return &work->leaves[wanted->leaf].words[wanted->word];
}

/* --- what is wanted --- */

static rls_status
want_pattern(finding *work, const rls_match_word *word, wanted_word wanted)
{
    wanted_pattern made = {.number = (uint32_t)(work->words.size / sizeof wanted)};
    rls_status status = rls_pattern_walker_new(work->heap, word->pattern, &made.walker, work->err);

    if (status != RLS_OK)
        return status;
    rls_buffer_append(&work->patterns, &made, sizeof made);
    if (work->patterns.failed)
        rls_pattern_walker_free(made.walker);
    rls_buffer_append(&work->words, &wanted, sizeof wanted);
    return work->words.failed || work->patterns.failed ? no_memory(work->err) : RLS_OK;
}

static rls_status
want(finding *work, const rls_match_word *word, wanted_word wanted)
{
    if (word->pattern != NULL)
        return want_pattern(work, word, wanted);
    for (uint32_t i = 0; i < word->term_count; i++) {
        uint32_t  number = (uint32_t)(work->words.size / sizeof wanted);
        uint32_t *first;
        bool      inserted;

        wanted.next = NONE;
        first = rls_hash_table_insert(&work->terms, word->terms[i], number, &inserted, NULL);
        if (first == NULL)
            return no_memory(work->err);
        if (!inserted) {
            wanted.next = *first;
            *first = number;
        }
        rls_buffer_append(&work->words, &wanted, sizeof wanted);
    }
    return work->words.failed ? no_memory(work->err) : RLS_OK;
}

static bool
applies(const rls_match_leaf *leaf, rls_bytes field)
{
    return leaf->field.size == 0 || rls_bytes_compare(leaf->field, field) == 0;
}

/* Gathers the words of all leaves that apply to the field. */
static rls_status
want_leaves(finding *work, rls_bytes field)
{
    uint32_t   step_count = 0;
    bool       has_near = false;
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < work->leaf_count; i++) {
        const rls_match_leaf *leaf = &work->leaves[i];
        if (!applies(leaf, field))
            continue;
        for (uint32_t j = 0; status == RLS_OK && j < leaf->word_count; j++)
            status = want(work, &leaf->words[j], (wanted_word){i, j, step_count + j, NONE});
        has_near = has_near || leaf->near != NULL;
        if (leaf->word_count > 1)
            step_count += leaf->word_count;
    }
    if (status == RLS_OK && has_near) {
        work->near_hits =
            rls_arena_alloc_zeroed(&work->arena, work->leaf_count, sizeof *work->near_hits);
        if (work->near_hits == NULL)
            return no_memory(work->err);
        for (uint32_t i = 0; i < work->leaf_count; i++)
            rls_buffer_init(&work->near_hits[i], work->heap);
    }
    if (status != RLS_OK)
        return status;
    work->step_count = step_count;
    work->steps = rls_arena_alloc(&work->arena, (step_count + (size_t)1) * sizeof *work->steps);
    work->ends = rls_arena_alloc(&work->arena, (work->leaf_count + (size_t)1) * sizeof *work->ends);
    return work->steps == NULL || work->ends == NULL ? no_memory(work->err) : RLS_OK;
}

/* Most words of a text begin with another letter than those that are wanted, and need no analysis:
 * where stemming keeps first letters, and a surface begins with ASCII. */
static void
tell_wanted_letters(finding *work)
{
    work->skims = work->patterns.size == 0 && rls_analyzer_keeps_first(work->analyzer);
    for (int byte = 0x80; byte < 256; byte++)
        work->wanted[byte] = true;
    for (uint32_t i = 0; i < work->words.size / sizeof(wanted_word); i++) {
        const rls_match_word *word = match_word(work, word_at(work, i));
        for (uint32_t t = 0; t < word->term_count; t++) {
            if (word->terms[t].size > 0) {
                uint8_t first = word->terms[t].data[0];
                work->wanted[first] = true;
                if (first >= 'a' && first <= 'z')
                    work->wanted[first - 'a' + 'A'] = true;
            }
        }
    }
}

/* --- what a surface is --- */

static rls_status
has_form(const finding *work, const rls_match_word *word, rls_bytes surface, bool *out_has)
{
    rls_bytes  folded;
    rls_status status;

    *out_has = true;
    if (word->form.size == 0)
        return RLS_OK;
    status =
        rls_analyzer_fold(work->analyzer, surface, (rls_fold_level)word->level, &folded, work->err);
    *out_has = status == RLS_OK && rls_bytes_compare(folded, word->form) == 0;
    return status;
}

static rls_status
match_terms(finding *work, rls_bytes surface)
{
    rls_bytes  term;
    uint32_t  *first;
    rls_status status;

    if (work->terms.count == 0)
        return RLS_OK;
    status = rls_analyzer_term(work->analyzer, surface, &term, work->err);
    if (status != RLS_OK)
        return status;
    first = rls_hash_table_find(&work->terms, term);
    for (uint32_t i = first == NULL ? NONE : *first; i != NONE; i = word_at(work, i)->next) {
        bool has;
        status = has_form(work, match_word(work, word_at(work, i)), surface, &has);
        if (status != RLS_OK)
            return status;
        if (has)
            rls_buffer_append(&work->matches, &i, sizeof i);
    }
    return RLS_OK;
}

static rls_status
match_patterns(finding *work, rls_bytes surface)
{
    const wanted_pattern *patterns = (const wanted_pattern *)(const void *)work->patterns.data;
    rls_bytes             folded;
    rls_status            status;

    if (work->patterns.size == 0)
        return RLS_OK;
    status = rls_analyzer_fold(work->analyzer, surface, RLS_FOLD_ALL, &folded, work->err);
    if (status != RLS_OK)
        return status;
    for (size_t i = 0; i < work->patterns.size / sizeof *patterns; i++) {
        uint32_t edits;
        if (rls_pattern_walker_match(patterns[i].walker, folded, &edits))
            rls_buffer_append(&work->matches, &patterns[i].number, sizeof patterns[i].number);
    }
    return RLS_OK;
}

static void
release_patterns(finding *work)
{
    const wanted_pattern *patterns = (const wanted_pattern *)(const void *)work->patterns.data;

    for (size_t i = 0; i < work->patterns.size / sizeof *patterns; i++)
        rls_pattern_walker_free(patterns[i].walker);
    rls_buffer_release(&work->patterns);
}

static void
forget_surfaces(finding *work)
{
    rls_hash_table_release(&work->surfaces);
    rls_hash_table_init(&work->surfaces, work->heap);
    rls_buffer_clear(&work->decisions);
    rls_buffer_clear(&work->matches);
}

/* Analysis runs once per distinct surface, as it did when the text was indexed. */
static rls_status
decide(finding *work, rls_bytes surface, decision *out_decision)
{
    decision   made;
    uint32_t  *known;
    bool       inserted;
    rls_status status;

    known = rls_hash_table_find(&work->surfaces, surface);
    if (known != NULL) {
        *out_decision = ((const decision *)(const void *)work->decisions.data)[*known];
        return RLS_OK;
    }
    if (work->surfaces.count == SURFACES_MAX)
        forget_surfaces(work);
    made.first = (uint32_t)(work->matches.size / sizeof(uint32_t));
    status = match_terms(work, surface);
    if (status == RLS_OK)
        status = match_patterns(work, surface);
    if (status != RLS_OK)
        return status;
    made.count = (uint32_t)(work->matches.size / sizeof(uint32_t)) - made.first;
    known = rls_hash_table_insert(&work->surfaces, surface,
                                  (uint32_t)(work->decisions.size / sizeof made), &inserted, NULL);
    rls_buffer_append(&work->decisions, &made, sizeof made);
    if (known == NULL || work->decisions.failed || work->matches.failed)
        return no_memory(work->err);
    *out_decision = made;
    return RLS_OK;
}

/* --- what a token does --- */

static void
put_span(finding *work, uint32_t start, uint32_t end, uint32_t leaf)
{
    rls_mark_span span = {start, end, leaf};

    rls_buffer_append(work->spans, &span, sizeof span);
}

/* The token is a word of a phrase: goes on with what the words before it have begun. */
static void
step_phrase(finding *work, const wanted_word *wanted, const rls_token *token)
{
    phrase_step *step = &work->steps[wanted->step];
    uint32_t     start = token->start;

    if (wanted->word > 0) {
        const phrase_step *before = step - 1;
        if (token->position == 0)
            return;
        if (before->after == token->position)
            start = before->start;
        else if (before->earlier_after == token->position)
            start = before->earlier_start;
        else
            return;
    }
    if (wanted->word + 1 == work->leaves[wanted->leaf].word_count) {
        put_span(work, start, token->end, wanted->leaf);
        return;
    }
    if (step->after != token->position + 1) {
        step->earlier_after = step->after;
        step->earlier_start = step->start;
    }
    step->after = token->position + 1;
    step->start = start;
}

static rls_status
match_token(finding *work, const rls_token *token)
{
    decision   found = {0, 0};
    rls_status status;

    if (work->skims && !work->wanted[work->prose.data[token->start]])
        return RLS_OK;
    status = decide(work, rls_bytes_of(work->prose.data + token->start, token->end - token->start),
                    &found);
    if (status != RLS_OK)
        return status;
    for (uint32_t i = 0; i < found.count; i++) {
        const uint32_t *matches = (const uint32_t *)(const void *)work->matches.data + found.first;
        const wanted_word *wanted = word_at(work, matches[i]);
        if (work->leaves[wanted->leaf].near != NULL) {
            rls_near_hit hit = {wanted->word, token->position, token->start, token->end};
            rls_buffer_append(&work->near_hits[wanted->leaf], &hit, sizeof hit);
        } else if (work->leaves[wanted->leaf].word_count == 1)
            put_span(work, token->start, token->end, wanted->leaf);
        else
            step_phrase(work, wanted, token);
    }
    return work->spans->failed ? no_memory(work->err) : RLS_OK;
}

static rls_status
match_tokens(finding *work)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[TOKENS_AT_ONCE];
    size_t        count;
    rls_status    status = RLS_OK;

    rls_tokenizer_init(&tokenizer, work->prose, 0);
    while (status == RLS_OK &&
           (count = rls_tokenizer_fill(&tokenizer, tokens, TOKENS_AT_ONCE)) > 0) {
        for (size_t i = 0; status == RLS_OK && i < count; i++)
            status = match_token(work, &tokens[i]);
    }
    return status;
}

/* --- operands near each other --- */

typedef struct near_leaf {
    finding *work;
    uint32_t leaf;
} near_leaf;

static void
put_near_span(void *context, uint32_t start, uint32_t end)
{
    const near_leaf *near = context;

    put_span(near->work, start, end, near->leaf);
}

static rls_status
match_near(finding *work)
{
    for (uint32_t i = 0; work->near_hits != NULL && i < work->leaf_count; i++) {
        rls_buffer *hits = &work->near_hits[i];
        near_leaf   near = {work, i};
        if (hits->size == 0 && !hits->failed)
            continue;
        if (hits->failed ||
            !rls_near_spans_find(work->heap, &work->leaves[i], (rls_near_hit *)(void *)hits->data,
                                 hits->size / sizeof(rls_near_hit), put_near_span, &near))
            return no_memory(work->err);
    }
    return work->spans->failed ? no_memory(work->err) : RLS_OK;
}

static void
release_near(finding *work)
{
    for (uint32_t i = 0; work->near_hits != NULL && i < work->leaf_count; i++)
        rls_buffer_release(&work->near_hits[i]);
}

/* --- order --- */

static int
compare_spans(const void *a, const void *b, void *context)
{
    const rls_mark_span *left = a, *right = b;

    (void)context;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    if (left->end != right->end)
        return left->end > right->end ? -1 : 1;
    return left->leaf == right->leaf ? 0 : left->leaf < right->leaf ? -1 : 1;
}

/* Sorts what was found and drops spans inside others of the same leaf: multi* is the whole of
 * multi-agent and its first part as well. */
static rls_status
settle(finding *work, size_t before)
{
    rls_mark_span *spans = (rls_mark_span *)(void *)(work->spans->data + before);
    size_t         count = (work->spans->size - before) / sizeof *spans, kept = 0;
    uint32_t      *ends = work->ends; /* of the last kept */
    bool           sorted = true;
    rls_status     status = RLS_OK;

    for (size_t i = 1; i < count; i++)
        sorted = sorted && compare_spans(&spans[i - 1], &spans[i], NULL) <= 0;
    if (!sorted)
        status = rls_sort(work->heap, spans, count, sizeof *spans, compare_spans, NULL);
    if (status != RLS_OK)
        return no_memory(work->err);
    memset(ends, 0, work->leaf_count * sizeof *ends);
    for (size_t i = 0; i < count; i++) {
        rls_mark_span span = spans[i];
        if (span.end <= ends[span.leaf])
            continue;
        ends[span.leaf] = span.end;
        spans[kept++] = span;
    }
    work->spans->size = before + kept * sizeof *spans;
    return RLS_OK;
}

void
rls_highlighter_free(rls_highlighter *highlighter)
{
    if (highlighter == NULL)
        return;
    release_near(highlighter);
    rls_buffer_release(&highlighter->matches);
    rls_buffer_release(&highlighter->decisions);
    release_patterns(highlighter);
    rls_buffer_release(&highlighter->words);
    rls_hash_table_release(&highlighter->surfaces);
    rls_hash_table_release(&highlighter->terms);
    rls_arena_release(&highlighter->arena);
    rls_free(highlighter->heap, highlighter);
}

rls_status
rls_highlighter_new(rls_heap *heap, rls_analyzer *analyzer, const rls_match_leaf *leaves,
                    uint32_t leaf_count, rls_bytes field, rls_highlighter **out_highlighter,
                    rls_error *err)
{
    rls_highlighter *work = rls_alloc_zeroed(heap, 1, sizeof *work);
    rls_status       status;

    *out_highlighter = NULL;
    if (work == NULL)
        return no_memory(err);
    *work = (rls_highlighter){
        .heap = heap, .analyzer = analyzer, .leaves = leaves, .leaf_count = leaf_count, .err = err};
    rls_arena_init(&work->arena, heap, ARENA_CHUNK);
    rls_hash_table_init(&work->terms, heap);
    rls_hash_table_init(&work->surfaces, heap);
    rls_buffer_init(&work->words, heap);
    rls_buffer_init(&work->patterns, heap);
    rls_buffer_init(&work->decisions, heap);
    rls_buffer_init(&work->matches, heap);
    status = want_leaves(work, field);
    if (status != RLS_OK) {
        rls_highlighter_free(work);
        return status;
    }
    tell_wanted_letters(work);
    *out_highlighter = work;
    return RLS_OK;
}

rls_status
rls_highlighter_run(rls_highlighter *highlighter, rls_bytes prose, rls_buffer *spans,
                    rls_error *err)
{
    finding   *work = highlighter;
    size_t     before = spans->size;
    rls_status status;

    if (work->words.size == 0)
        return RLS_OK;
    work->prose = prose;
    work->spans = spans;
    work->err = err;
    memset(work->steps, 0, work->step_count * sizeof *work->steps);
    for (uint32_t i = 0; work->near_hits != NULL && i < work->leaf_count; i++)
        rls_buffer_clear(&work->near_hits[i]);
    status = match_tokens(work);
    if (status == RLS_OK)
        status = match_near(work);
    if (status == RLS_OK && spans->size > before)
        status = settle(work, before);
    if (status != RLS_OK) {
        spans->size = before;
        forget_surfaces(work); /* some may be known by half */
    }
    return status;
}

rls_status
rls_highlighter_find(rls_heap *heap, rls_analyzer *analyzer, const rls_match_leaf *leaves,
                     uint32_t leaf_count, rls_bytes field, rls_bytes prose, rls_buffer *spans,
                     rls_error *err)
{
    rls_highlighter *highlighter;
    rls_status       status =
        rls_highlighter_new(heap, analyzer, leaves, leaf_count, field, &highlighter, err);

    if (status == RLS_OK)
        status = rls_highlighter_run(highlighter, prose, spans, err);
    rls_highlighter_free(highlighter);
    return status;
}
