/* A word is in doubt when hardly a document has any inflection of it. Candidates are the words of
 * the dictionaries within one edit, or two when one gives nothing and the word is long enough. A
 * candidate must be clearly more frequent; of several the nearer one is better, then the one that
 * occurs beside the words that are not in doubt, then the one that begins with the same letter,
 * then the more frequent. */
#include "suggest/corrections.h"

#include "analysis/utf8.h"
#include "search/query_rewrite.h" /* rls_field_classify */
#include "search/term_walk.h"
#include "suggest/beside.h"

enum {
    WORDS_MAX = 32,       /* words of a query that are looked at */
    DOUBTS_MAX = 8,       /* of them in doubt */
    CANDIDATES_MAX = 64,  /* the most frequent ones are kept */
    EXAMINED_MAX = 12,    /* of them looked at closely */
    LENGTH_MIN = 4,       /* characters of a word that may be in doubt */
    TWO_EDITS_LENGTH = 7, /* characters of a word that may have two */
    RARE_PART = 20000,    /* rare: at most one document in so many, and one */
    CLEARLY_MORE = 20,    /* times as many documents, for each edit */
    SELDOM_PART = 1000,   /* seldom, as a common slip is: at most one document in so many */
    FAR_MORE = 100,       /* times as many as one of these */
    PATIENCE = 4096,      /* terms between two matches of a pattern */
    WALK_MAX = 64         /* times that patience, for a word */
};

/* A word of the query. */
typedef struct query_word {
    uint32_t  start, end; /* bytes of the query's text */
    rls_bytes folded, term;
    uint64_t  doc_freq;
    bool      in_doubt, is_rare; /* else it is only seldom */
} query_word;

typedef struct candidate {
    rls_bytes word, term; /* folded; the word as it is written most */
    uint64_t  doc_freq;
    uint32_t  edits, beside;
    bool      same_letter;
} candidate;

typedef struct correcting {
    rls_heap           *heap;
    const rls_snapshot *snapshot;
    const rls_query    *query;
    rls_arena           arena;
    rls_analyzer_set   *analyzers;
    query_word          words[WORDS_MAX];
    uint32_t            word_count;
    rls_beside          beside;
    candidate           candidates[CANDIDATES_MAX];
    uint32_t            candidate_count;
    rls_error          *err;
} correcting;

static rls_status
no_memory(const correcting *work)
{
    return rls_fail(work->err, RLS_NO_MEMORY, "no memory to correct a query");
}

static rls_status
copy_bytes(correcting *work, rls_bytes bytes, rls_bytes *out_copy)
{
    *out_copy = rls_bytes_of(rls_arena_copy(&work->arena, bytes.data, bytes.size), bytes.size);
    return out_copy->data == NULL ? no_memory(work) : RLS_OK;
}

/* --- words of the query --- */

static rls_status
count_documents(correcting *work, rls_bytes term, uint64_t *out_doc_freq)
{
    *out_doc_freq = 0;
    for (uint32_t s = 0; s < work->snapshot->segment_count; s++) {
        rls_term_info info;
        rls_status    status = rls_termdict_find(
               rls_segment_termdict(work->snapshot->segments[s].segment), term, &info, work->err);
        if (status == RLS_OK)
            *out_doc_freq += info.doc_freq;
        else if (status != RLS_NOT_FOUND)
            return status;
    }
    return RLS_OK;
}

/* The term of a word in the language that has most documents with it. */
static rls_status
find_term(correcting *work, rls_bytes surface, rls_bytes *out_term, uint64_t *out_doc_freq)
{
    *out_doc_freq = 0;
    *out_term = rls_bytes_of(NULL, 0);
    for (uint32_t i = 0; i < work->analyzers->count; i++) {
        rls_bytes  term;
        uint64_t   doc_freq;
        rls_status status =
            rls_analyzer_term(work->analyzers->analyzers[i], surface, &term, work->err);
        if (status == RLS_OK)
            status = count_documents(work, term, &doc_freq);
        if (status == RLS_OK && (i == 0 || doc_freq > *out_doc_freq)) {
            status = copy_bytes(work, term, out_term);
            *out_doc_freq = doc_freq;
        }
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

static rls_status
add_word(correcting *work, rls_bytes surface)
{
    query_word *word = &work->words[work->word_count];
    rls_bytes   folded;
    rls_status  status;

    *word = (query_word){.start = (uint32_t)(surface.data - work->query->text.data)};
    word->end = word->start + (uint32_t)surface.size;
    status =
        rls_analyzer_fold(work->analyzers->analyzers[0], surface, RLS_FOLD_ALL, &folded, work->err);
    if (status == RLS_OK)
        status = copy_bytes(work, folded, &word->folded);
    if (status == RLS_OK)
        status = find_term(work, surface, &word->term, &word->doc_freq);
    work->word_count += status == RLS_OK;
    return status;
}

static rls_status
add_words(correcting *work, rls_bytes text)
{
    rls_bytes     all = work->query->text;
    rls_tokenizer tokenizer;
    rls_token     tokens[WORDS_MAX];
    size_t        count;
    rls_status    status = RLS_OK;

    /* Nodes are made of slices of the text, or else there is nothing to replace. */
    if (text.size == 0 || text.data < all.data || text.data + text.size > all.data + all.size)
        return RLS_OK;
    rls_tokenizer_init(&tokenizer, text, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, WORDS_MAX);
    for (size_t i = 0; status == RLS_OK && i < count && work->word_count < WORDS_MAX; i++) {
        if ((tokens[i].flags & RLS_TOKEN_WHOLE) == 0)
            status = add_word(
                work, rls_bytes_of(text.data + tokens[i].start, tokens[i].end - tokens[i].start));
    }
    return status;
}

/* The node after this one in the order of the text, within the root; not into what is excluded. */
static const rls_query_node *
next_node(const rls_query_node *node, bool enter)
{
    if (enter && node->first_child != NULL)
        return node->first_child;
    while (node != NULL && node->next == NULL)
        node = node->parent;
    return node == NULL ? NULL : node->next;
}

static rls_status
gather_words(correcting *work)
{
    const rls_query_node *node = work->query->root;
    rls_status            status = RLS_OK;

    while (status == RLS_OK && node != NULL) {
        bool excluded = node->kind == RLS_NODE_NOT || node->occur == RLS_OCCUR_MUST_NOT;
        bool words = node->kind == RLS_NODE_WORD || node->kind == RLS_NODE_PHRASE;
        if (node->kind == RLS_NODE_COMPARE && node->op == RLS_COMPARE_IS)
            words = rls_field_classify(work->snapshot, node->field).text;
        if (words && !excluded && !node->exact)
            status = add_words(work, node->text);
        node = next_node(node, !excluded);
    }
    return status;
}

/* --- candidates --- */

static uint32_t
count_points(rls_bytes text)
{
    uint32_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += (text.data[i] & 0xc0) != 0x80;
    return count;
}

static bool
begins_alike(rls_bytes a, rls_bytes b)
{
    return a.size > 0 && b.size > 0 && a.data[0] == b.data[0];
}

static bool
is_better(const candidate *a, const candidate *b)
{
    if (a->edits != b->edits)
        return a->edits < b->edits;
    if ((a->beside > 0) != (b->beside > 0))
        return a->beside > 0;
    if (a->same_letter != b->same_letter)
        return a->same_letter;
    if (a->doc_freq != b->doc_freq)
        return a->doc_freq > b->doc_freq;
    return rls_bytes_compare(a->word, b->word) < 0;
}

/* Puts a candidate among the others, the best first, and drops the last when there are too many. */
static void
place(correcting *work, candidate added)
{
    uint32_t at;

    if (work->candidate_count == CANDIDATES_MAX) {
        if (!is_better(&added, &work->candidates[CANDIDATES_MAX - 1]))
            return;
        work->candidate_count--;
    }
    for (at = work->candidate_count++; at > 0 && is_better(&added, &work->candidates[at - 1]); at--)
        work->candidates[at] = work->candidates[at - 1];
    work->candidates[at] = added;
}

static rls_status
add_candidate(correcting *work, const query_word *doubt, rls_bytes word, uint32_t edits)
{
    uint64_t   enough = doubt->doc_freq * (doubt->is_rare ? CLEARLY_MORE * edits : FAR_MORE);
    candidate  added = {.edits = edits, .same_letter = begins_alike(word, doubt->folded)};
    rls_status status;

    if (doubt->doc_freq == 0)
        enough = edits > 1 ? 2 : 1; /* better than nothing */
    for (uint32_t i = 0; i < work->candidate_count; i++)
        if (rls_bytes_compare(work->candidates[i].word, word) == 0)
            return RLS_OK; /* of another segment */
    status = find_term(work, word, &added.term, &added.doc_freq);
    if (status != RLS_OK || added.doc_freq < enough ||
        rls_bytes_compare(added.term, doubt->term) == 0)
        return status;
    status = copy_bytes(work, word, &added.word);
    if (status == RLS_OK)
        place(work, added);
    return status;
}

static rls_status
walk_dictionary(correcting *work, const query_word *doubt, const rls_termdict *dict,
                rls_pattern_walker *walker)
{
    rls_term_walk walk;
    uint32_t      waits = 0;
    rls_status    status =
        rls_term_walk_init(&walk, work->heap, dict, rls_bytes_of(NULL, 0), walker, work->err);

    while (status == RLS_OK) {
        status = rls_term_walk_next(&walk, PATIENCE, work->err);
        if (status == RLS_TIMEOUT && ++waits < WALK_MAX)
            status = RLS_OK;
        else if (status == RLS_OK && walk.edits > 0 && walk.cursor.term.data[0] >= 0x20)
            status = add_candidate(work, doubt, rls_buffer_bytes(&walk.cursor.term), walk.edits);
    }
    rls_term_walk_release(&walk);
    return status == RLS_NOT_FOUND || status == RLS_TIMEOUT ? RLS_OK : status;
}

static rls_status
find_candidates(correcting *work, const query_word *doubt, uint32_t edits)
{
    const rls_pattern  *pattern;
    rls_pattern_walker *walker = NULL;
    rls_status          status =
        rls_pattern_compile(work->heap, &work->arena, work->analyzers->analyzers[0],
                            RLS_PATTERN_FUZZY, doubt->folded, edits, &pattern, work->err);

    if (status == RLS_BAD_QUERY) /* too long for a pattern */
        return RLS_OK;
    if (status == RLS_OK)
        status = rls_pattern_walker_new(work->heap, pattern, &walker, work->err);
    work->candidate_count = 0;
    for (uint32_t s = 0; status == RLS_OK && s < work->snapshot->segment_count; s++) {
        const rls_segment *segment = work->snapshot->segments[s].segment;
        status = walk_dictionary(work, doubt, rls_segment_termdict(segment), walker);
        if (status == RLS_OK)
            status = walk_dictionary(work, doubt, rls_segment_surfaces(segment), walker);
    }
    rls_pattern_walker_free(walker);
    return status;
}

/* --- the words behind them --- */

/* The most frequent way to write a word; empty when it is a stem and no word, or when no live
 * document has it. */
static rls_status
find_form(correcting *work, const candidate *found, rls_bytes *out_form)
{
    uint64_t most = 0;
    bool     live = false;

    *out_form = rls_bytes_of(NULL, 0);
    for (uint32_t s = 0; s < work->snapshot->segment_count; s++) {
        const rls_snapshot_segment *part = &work->snapshot->segments[s];
        rls_posting_list            list;
        rls_form_iterator           iterator;
        rls_form                    form;
        uint32_t                    alive = 0;
        rls_status status = rls_segment_find_term(part->segment, found->term, &list, work->err);
        if (status == RLS_NOT_FOUND)
            continue;
        if (status == RLS_OK && !live)
            status = rls_live_doc_freq(&list, part->live, &alive, work->err);
        if (status != RLS_OK)
            return status;
        live = live || alive > 0;
        rls_form_iterator_init(&iterator, &list, found->term);
        while (rls_form_iterator_next(&iterator, &form)) {
            rls_bytes folded;
            status = rls_analyzer_fold(work->analyzers->analyzers[0], form.bytes, RLS_FOLD_ALL,
                                       &folded, work->err);
            if (status == RLS_OK && form.count > most &&
                rls_bytes_compare(folded, found->word) == 0) {
                status = copy_bytes(work, form.bytes, out_form);
                most = form.count;
            }
            if (status != RLS_OK)
                return status;
        }
        if (iterator.failed)
            return rls_fail(work->err, RLS_CORRUPT, "%s: forms are damaged",
                            rls_segment_get_info(part->segment)->name);
    }
    if (!live)
        *out_form = rls_bytes_of(NULL, 0);
    return RLS_OK;
}

static bool
is_operator(rls_bytes word)
{
    static const char *const operators[] = {"AND", "OR", "NOT", "NEAR"};

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (rls_bytes_compare(word, rls_bytes_of(operators[i], strlen(operators[i]))) == 0)
            return true;
    return false;
}

/* Chooses among the first candidates; *out_word stays empty when there is none. */
static rls_status
choose(correcting *work, rls_bytes *out_word)
{
    candidate first[EXAMINED_MAX];
    uint32_t  count = work->candidate_count < EXAMINED_MAX ? work->candidate_count : EXAMINED_MAX;

    *out_word = rls_bytes_of(NULL, 0);
    if (count == 0)
        return RLS_OK;
    memcpy(first, work->candidates, count * sizeof *first);
    work->candidate_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        rls_status status = rls_beside_count(work->snapshot, &work->beside, first[i].term,
                                             &first[i].beside, work->err);
        if (status != RLS_OK)
            return status;
        place(work, first[i]);
    }
    for (uint32_t i = 0; i < count && out_word->size == 0; i++) {
        rls_status status = find_form(work, &work->candidates[i], out_word);
        if (status != RLS_OK)
            return status;
        if (is_operator(*out_word))
            *out_word = work->candidates[i].word;
    }
    return RLS_OK;
}

static rls_status
correct(correcting *work, const query_word *doubt, rls_bytes *out_word)
{
    uint32_t   length = count_points(doubt->folded);
    rls_status status = find_candidates(work, doubt, 1);

    if (status == RLS_OK)
        status = choose(work, out_word);
    if (status == RLS_OK && out_word->size == 0 && length >= TWO_EDITS_LENGTH && doubt->is_rare) {
        status = find_candidates(work, doubt, 2);
        if (status == RLS_OK)
            status = choose(work, out_word);
    }
    return status;
}

/* --- the whole --- */

/* Marks the words in doubt and samples documents of the others. */
static rls_status
tell_doubts(correcting *work)
{
    uint64_t  rare = 1 + work->snapshot->doc_count / RARE_PART;
    uint64_t  seldom = 1 + work->snapshot->doc_count / SELDOM_PART;
    rls_bytes known[WORDS_MAX];
    uint32_t  known_count = 0;

    for (uint32_t i = 0; i < work->word_count; i++) {
        query_word *word = &work->words[i];
        bool        has_digit = false;
        for (size_t b = 0; b < word->folded.size; b++)
            has_digit = has_digit || (word->folded.data[b] >= '0' && word->folded.data[b] <= '9');
        word->in_doubt =
            word->doc_freq <= seldom && !has_digit && count_points(word->folded) >= LENGTH_MIN;
        word->is_rare = word->doc_freq <= rare;
        if (!word->in_doubt && word->doc_freq > 0)
            known[known_count++] = word->term;
    }
    return rls_beside_sample(work->snapshot, known, known_count, &work->beside, work->err);
}

static rls_status
find(correcting *work, rls_buffer *out)
{
    uint32_t   copied = 0, doubts = 0, replaced = 0;
    rls_status status = gather_words(work);

    if (status == RLS_OK)
        status = tell_doubts(work);
    for (uint32_t i = 0; status == RLS_OK && i < work->word_count; i++) {
        const query_word *word = &work->words[i];
        rls_bytes         better;
        if (!word->in_doubt || doubts == DOUBTS_MAX || word->start < copied)
            continue;
        doubts++;
        status = correct(work, word, &better);
        if (status != RLS_OK || better.size == 0)
            continue;
        rls_buffer_append(out, work->query->text.data + copied, word->start - copied);
        rls_buffer_append(out, better.data, better.size);
        copied = word->end;
        replaced++;
    }
    if (status == RLS_OK && replaced > 0)
        rls_buffer_append(out, work->query->text.data + copied, work->query->text.size - copied);
    return status == RLS_OK && out->failed ? no_memory(work) : status;
}

rls_status
rls_corrections_find(rls_heap *heap, const rls_snapshot *snapshot, const rls_query *query,
                     rls_arena *arena, rls_bytes *out_text, rls_error *err)
{
    correcting *work = rls_alloc_zeroed(heap, 1, sizeof *work);
    rls_buffer  text;
    rls_status  status;

    *out_text = rls_bytes_of(NULL, 0);
    if (work == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to correct a query");
    *work = (correcting){.heap = heap, .snapshot = snapshot, .query = query, .err = err};
    rls_arena_init(&work->arena, heap, 4 << 10);
    rls_buffer_init(&text, heap);
    status = rls_snapshot_take_analyzers(heap, snapshot, &work->analyzers, err);
    if (status == RLS_OK)
        status = find(work, &text);
    if (status == RLS_OK && text.size > 0) {
        char *copy = rls_arena_copy(arena, text.data, text.size);
        if (copy == NULL)
            status = no_memory(work);
        else
            *out_text = rls_bytes_of(copy, text.size);
    }
    rls_snapshot_give_analyzers(snapshot, work->analyzers);
    rls_buffer_release(&text);
    rls_arena_release(&work->arena);
    rls_free(heap, work);
    return status;
}
