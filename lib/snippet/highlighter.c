#include "snippet/highlighter.h"

#include "base/sort.h"

enum {
    TOKENS_AT_ONCE = 256
};

/* A token that matches one word of a phrase. */
typedef struct phrase_event {
    uint32_t leaf, word, position, start, end;
} phrase_event;

typedef struct finding {
    rls_analyzer         *analyzer;
    const rls_match_leaf *leaves;
    uint32_t              leaf_count;
    rls_bytes             field, prose;
    rls_buffer            events; /* phrase_event, by position */
    rls_buffer           *spans;
    rls_error            *err;
} finding;

static rls_status
word_matches(const finding *work, const rls_match_word *word, rls_bytes surface, rls_bytes term,
             bool *out_matches)
{
    rls_bytes  folded;
    rls_status status;

    *out_matches = false;
    if (word->is_prefix) {
        status = rls_analyzer_fold(work->analyzer, surface, RLS_FOLD_ALL, &folded, work->err);
        if (status == RLS_OK)
            *out_matches = folded.size >= word->terms[0].size &&
                           memcmp(folded.data, word->terms[0].data, word->terms[0].size) == 0;
        return status;
    }
    for (uint32_t i = 0; i < word->term_count && !*out_matches; i++)
        *out_matches = rls_bytes_compare(word->terms[i], term) == 0;
    if (!*out_matches || word->form.size == 0)
        return RLS_OK;
    status =
        rls_analyzer_fold(work->analyzer, surface, (rls_fold_level)word->level, &folded, work->err);
    *out_matches = status == RLS_OK && rls_bytes_compare(folded, word->form) == 0;
    return status;
}

static bool
applies(const finding *work, const rls_match_leaf *leaf)
{
    return leaf->field.size == 0 || rls_bytes_compare(leaf->field, work->field) == 0;
}

static rls_status
match_token(finding *work, const rls_token *token)
{
    rls_bytes  surface = rls_bytes_of(work->prose.data + token->start, token->end - token->start);
    uint8_t    term_copy[RLS_TERM_MAX];
    rls_bytes  term;
    rls_status status = rls_analyzer_term(work->analyzer, surface, &term, work->err);

    if (status != RLS_OK)
        return status;
    /* The analyzer's result is good until its next call only. */
    memcpy(term_copy, term.data, term.size);
    term.data = term_copy;
    for (uint32_t i = 0; i < work->leaf_count; i++) {
        const rls_match_leaf *leaf = &work->leaves[i];
        if (!applies(work, leaf))
            continue;
        for (uint32_t j = 0; j < leaf->word_count; j++) {
            bool matches;
            status = word_matches(work, &leaf->words[j], surface, term, &matches);
            if (status != RLS_OK)
                return status;
            if (!matches)
                continue;
            if (leaf->word_count == 1) {
                rls_mark_span span = {token->start, token->end, i};
                rls_buffer_append(work->spans, &span, sizeof span);
            } else {
                phrase_event event = {i, j, token->position, token->start, token->end};
                rls_buffer_append(&work->events, &event, sizeof event);
            }
        }
    }
    return work->spans->failed || work->events.failed
               ? rls_fail(work->err, RLS_NO_MEMORY, "no memory to mark matches")
               : RLS_OK;
}

/* Phrases: from each event of a first word, the others at the positions behind it. */
static rls_status
join_phrases(finding *work)
{
    const phrase_event *events = (const phrase_event *)(const void *)work->events.data;
    size_t              count = work->events.size / sizeof *events;

    for (size_t i = 0; i < count; i++) {
        uint32_t word = 1, end = events[i].end;
        if (events[i].word != 0)
            continue;
        for (size_t j = i; j < count && word < work->leaves[events[i].leaf].word_count; j++) {
            if (events[j].position > events[i].position + word)
                break;
            if (events[j].leaf == events[i].leaf && events[j].word == word &&
                events[j].position == events[i].position + word) {
                end = events[j].end > end ? events[j].end : end;
                word++;
            }
        }
        if (word == work->leaves[events[i].leaf].word_count) {
            rls_mark_span span = {events[i].start, end, events[i].leaf};
            rls_buffer_append(work->spans, &span, sizeof span);
        }
    }
    return work->spans->failed ? rls_fail(work->err, RLS_NO_MEMORY, "no memory to mark matches")
                               : RLS_OK;
}

static int
compare_spans(const void *a, const void *b, void *context)
{
    const rls_mark_span *left = a, *right = b;

    (void)context;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return left->end == right->end ? 0 : left->end > right->end ? -1 : 1;
}

rls_status
rls_highlighter_find(rls_heap *heap, rls_analyzer *analyzer, const rls_match_leaf *leaves,
                     uint32_t leaf_count, rls_bytes field, rls_bytes prose, rls_buffer *spans,
                     rls_error *err)
{
    finding       work = {.analyzer = analyzer,
                          .leaves = leaves,
                          .leaf_count = leaf_count,
                          .field = field,
                          .prose = prose,
                          .spans = spans,
                          .err = err};
    size_t        before = spans->size;
    rls_tokenizer tokenizer;
    rls_token     tokens[TOKENS_AT_ONCE];
    size_t        count;
    rls_status    status = RLS_OK;

    rls_buffer_init(&work.events, heap);
    rls_tokenizer_init(&tokenizer, prose, 0);
    while (status == RLS_OK &&
           (count = rls_tokenizer_fill(&tokenizer, tokens, TOKENS_AT_ONCE)) > 0) {
        for (size_t i = 0; status == RLS_OK && i < count; i++)
            status = match_token(&work, &tokens[i]);
    }
    if (status == RLS_OK)
        status = join_phrases(&work);
    rls_buffer_release(&work.events);
    if (status == RLS_OK && spans->size > before)
        status =
            rls_sort(heap, spans->data + before, (spans->size - before) / sizeof(rls_mark_span),
                     sizeof(rls_mark_span), compare_spans, NULL);
    return status;
}
