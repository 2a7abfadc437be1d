/* Documents that are like another: its telling words → a query → hits without the document itself
 * and its copies. */
#include <math.h>
#include <stdio.h>

#include "api/hits_state.h"
#include "base/clock.h"
#include "suggest/telling_words.h"

enum {
    WORDS_MAX = 256,
    TITLE_TIMES = 3,   /* a word of the title counts so often */
    COPIES_SPARED = 8, /* hits asked for beyond the page at first */
    PAGE_MAX = 1000000
};

typedef struct likeness {
    rls_snapshot           *snapshot;
    const rls_like_options *like;
    rls_search_options      options;
    rls_hits               *model; /* the document itself as a hit; NULL: a text was given */
    rls_loaded_hit         *document;
    rls_bytes               body;   /* of the document, or the text */
    uint32_t                length; /* of the body in words; UINT32_MAX: not known */
    rls_telling_word        words[WORDS_MAX];
    uint32_t                word_count;
    rls_error              *err;
} likeness;

static rls_status
check_like(const rls_like_options *like, rls_error *err)
{
    if (like->struct_size != sizeof *like)
        return rls_fail(err, RLS_BAD_ARGUMENT, "rls_like_options: struct_size %zu is not %zu",
                        like->struct_size, sizeof *like);
    if ((like->key == NULL) == (like->text == NULL))
        return rls_fail(err, RLS_BAD_ARGUMENT, "either a key or a text is needed");
    if (like->text_size > UINT32_MAX / 2)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a text of %zu bytes is too long", like->text_size);
    if (like->words < 1 || like->words > WORDS_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a likeness has 1 to %d words", WORDS_MAX);
    return RLS_OK;
}

/* --- words --- */

static rls_status
count_document(likeness *work, rls_telling_words *telling)
{
    const rls_stored_document *document;
    rls_analyzer              *analyzer;
    uint32_t                   length;
    rls_status status = rls_snapshot_get(work->snapshot, work->like->key, &work->model, work->err);

    if (status == RLS_OK)
        status = rls_hits_load(work->model, 0, &work->document, work->err);
    if (status != RLS_OK)
        return status;
    document = &work->document->document;
    for (uint32_t i = 0; status == RLS_OK && i < document->field_count; i++) {
        const rls_stored_field *field = &document->fields[i];
        bool title = field->name.size == 5 && memcmp(field->name.data, "title", 5) == 0;
        if ((field->kinds & RLS_FIELD_TEXT) == 0)
            continue;
        status = rls_hits_analyzer(work->model, work->document, field->name, &analyzer, work->err);
        for (uint32_t j = 0; status == RLS_OK && j < field->value_count; j++)
            status = rls_telling_words_add(telling, analyzer, field->values[j].text,
                                           title ? TITLE_TIMES : 1, &length);
    }
    if (status != RLS_OK || !document->has_body)
        return status;
    status =
        rls_hits_analyzer(work->model, work->document, rls_bytes_of(NULL, 0), &analyzer, work->err);
    if (status == RLS_OK)
        status = rls_telling_words_add(telling, analyzer, work->document->prose, 1, &work->length);
    work->body = document->body;
    return status;
}

static rls_status
count_text(likeness *work, rls_telling_words *telling)
{
    rls_heap     *heap = work->snapshot->heap;
    rls_analyzer *analyzer;
    rls_status    status =
        rls_analyzer_new(heap, work->snapshot->manifest.languages[0].name, &analyzer, work->err);

    if (status != RLS_OK)
        return status;
    work->body = rls_bytes_of(work->like->text, work->like->text_size);
    status = rls_telling_words_add(telling, analyzer, work->body, 1, &work->length);
    rls_analyzer_free(analyzer);
    return status;
}

/* --- query --- */

/* Adds a word with its boost; the text of the query is `text`. */
static rls_status
add_word(rls_query *query, rls_query_node *bag, const rls_telling_word *word, rls_buffer *text)
{
    rls_query_node *node = rls_query_add_node(query, bag, RLS_NODE_WORD);
    char           *copy = rls_arena_copy(&query->arena, word->word.data, word->word.size);
    char            boost[48];
    long            tenths = lround((1.0 + log((double)word->count)) * 10.0);

    if (node == NULL || copy == NULL)
        return RLS_NO_MEMORY;
    /* As it is written, so that the text of the query means the same. */
    snprintf(boost, sizeof boost, "%ld.%ld", tenths / 10, tenths % 10);
    node->boost = (float)((double)tenths / 10.0);
    node->text = rls_bytes_of(copy, word->word.size);
    if (text->size > 0)
        rls_buffer_put_u8(text, ' ');
    rls_buffer_append(text, word->word.data, word->word.size);
    if (strcmp(boost, "1.0") != 0) {
        rls_buffer_put_u8(text, '^');
        rls_buffer_append(text, boost, strlen(boost));
    }
    return text->failed ? RLS_NO_MEMORY : RLS_OK;
}

static rls_status
make_query(const likeness *work, rls_hits *hits)
{
    rls_query_node *bag;
    rls_buffer      text;
    char           *copy;
    rls_status      status = rls_query_new_in(hits->heap, &hits->query, work->err);

    if (status != RLS_OK)
        return status;
    rls_buffer_init(&text, hits->heap);
    bag = rls_query_add_node(hits->query, NULL, RLS_NODE_BAG);
    if (bag == NULL)
        status = RLS_NO_MEMORY;
    for (uint32_t i = 0; status == RLS_OK && i < work->word_count; i++)
        status = add_word(hits->query, bag, &work->words[i], &text);
    copy = rls_arena_copy(&hits->query->arena, text.data, text.size);
    if (status == RLS_OK && copy != NULL)
        hits->query->text = rls_bytes_of(copy, text.size);
    else
        status = rls_fail(work->err, RLS_NO_MEMORY, "no memory to search");
    rls_buffer_release(&text);
    return status;
}

/* --- hits --- */

/* Whether the hit is the document itself or has the same body. Bodies are read only where they are
 * equally long in words. */
static rls_status
is_same(const likeness *work, rls_hits *hits, uint32_t i, bool *out_same)
{
    const rls_result  *result = &hits->results->items[i];
    const rls_segment *segment = hits->snapshot->segments[result->segment].segment;
    rls_loaded_hit    *hit;
    rls_status         status;

    *out_same = work->model != NULL && work->model->only.segment == result->segment &&
                work->model->only.doc == result->doc;
    if (*out_same || work->length == UINT32_MAX || work->body.size == 0 ||
        rls_segment_length(segment, 0, result->doc) != work->length)
        return RLS_OK;
    status = rls_hits_load(hits, i, &hit, work->err);
    if (status == RLS_OK)
        *out_same =
            hit->document.has_body && rls_bytes_compare(hit->document.body, work->body) == 0;
    return status;
}

/* Takes out what is the same, up to `wanted` others; *out_kept tells how many are left. */
static rls_status
leave_out(const likeness *work, rls_hits *hits, uint32_t wanted, uint32_t *out_kept)
{
    rls_result *items = hits->results->items;
    uint32_t    kept = 0;

    for (uint32_t i = 0; i < hits->count && kept < wanted; i++) {
        bool       same;
        rls_status status = is_same(work, hits, i, &same);
        if (status != RLS_OK)
            return status;
        if (same) {
            hits->results->total -= hits->results->total > 0;
            continue;
        }
        hits->loaded[kept] = hits->loaded[i];
        items[kept++] = items[i];
    }
    *out_kept = kept;
    return RLS_OK;
}

/* Only the page that was asked for stays. */
static void
turn_to_page(const likeness *work, rls_hits *hits, uint32_t kept)
{
    uint32_t skip = work->options.skip < kept ? work->options.skip : kept;
    uint32_t count = kept - skip;

    memmove(hits->results->items, hits->results->items + skip, count * sizeof(rls_result));
    memmove(hits->loaded, hits->loaded + skip, count * sizeof *hits->loaded);
    hits->results->count = hits->count = count;
}

static rls_status
search(const likeness *work, rls_hits *hits, uint64_t start)
{
    uint32_t           wanted = work->options.skip + work->options.limit, ask, kept;
    rls_search_options options = work->options;
    rls_status         status;

    ask = PAGE_MAX - wanted > COPIES_SPARED ? wanted + COPIES_SPARED : PAGE_MAX;
    options.match = RLS_MATCH_ANY;
    if (options.ranking == RLS_RANKING_DEFAULT)
        options.ranking = RLS_RANKING_BM25F; /* no question: words in the order of what they tell */
    options.skip = 0;
    for (;;) {
        options.limit = work->options.limit == 0 ? 0 : ask;
        status = rls_hits_search(hits, hits->query, &options, start, work->err);
        if (status == RLS_OK)
            status = leave_out(work, hits, wanted, &kept);
        if (status != RLS_OK || kept == wanted || hits->count < ask || ask == PAGE_MAX ||
            work->options.limit == 0)
            break;
        ask = ask < PAGE_MAX / 2 ? 2 * ask : PAGE_MAX;
        rls_results_free(hits->results);
        rls_free(hits->heap, hits->loaded);
        hits->results = NULL;
        hits->loaded = NULL;
        hits->count = 0;
    }
    if (status == RLS_OK) {
        turn_to_page(work, hits, kept);
        hits->took_ns = rls_clock_ns() - start;
    }
    return status;
}

static rls_status
find(likeness *work, rls_hits *hits, uint64_t start)
{
    rls_telling_choice choice = {.limit = work->like->words, .doc_freq = 1};
    rls_telling_words  telling;
    rls_status         status;

    if (work->like->key != NULL)
        choice.doc_freq = 2; /* of a document's words those that others have, too */
    rls_telling_words_init(&telling, hits->heap, hits->snapshot, work->err);
    status = work->like->key != NULL ? count_document(work, &telling) : count_text(work, &telling);
    if (status == RLS_OK)
        status = rls_telling_words_choose(&telling, &choice, work->words, &work->word_count);
    if (status == RLS_OK)
        status = make_query(work, hits);
    rls_telling_words_release(&telling);
    return status == RLS_OK ? search(work, hits, start) : status;
}

rls_status
rls_snapshot_like(rls_snapshot *snapshot, const rls_like_options *like,
                  const rls_search_options *options, rls_hits **out_hits, rls_error *err)
{
    likeness   work = {.snapshot = snapshot,
                       .like = like,
                       .options = RLS_SEARCH_OPTIONS_INIT,
                       .length = UINT32_MAX,
                       .err = err};
    uint64_t   start = rls_clock_ns();
    rls_hits  *hits;
    rls_status status;

    RLS_REQUIRE(out_hits, err);
    *out_hits = NULL;
    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(like, err);
    status = check_like(like, err);
    if (status == RLS_OK && options != NULL)
        status = rls_hits_check_options(options, err);
    if (status == RLS_OK && options != NULL)
        work.options = *options;
    if (status == RLS_OK && (uint64_t)work.options.skip + work.options.limit > PAGE_MAX)
        status =
            rls_fail(err, RLS_BAD_ARGUMENT, "at most the first %d hits can be asked for", PAGE_MAX);
    if (status != RLS_OK)
        return status;
    hits = rls_hits_new(snapshot);
    if (hits == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to search");
    status = find(&work, hits, start);
    rls_hits_close(work.model);
    if (status != RLS_OK) {
        rls_hits_close(hits);
        return status;
    }
    *out_hits = hits;
    return RLS_OK;
}
