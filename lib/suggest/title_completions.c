/* What is typed → titles that have the words before the last and one that goes on from the last.
 *
 * A title weighs much in a score, so the best documents with these words, as searches find them for
 * the likely last words, mostly have them in their titles: these are read and looked at.
 */
#include "base/hash_table.h"
#include "search/searcher.h"
#include "suggest/suggest.h"

enum {
    ALONE_MIN = 3,       /* characters of a word without one before it */
    BEFORE_MAX = 3,      /* words before that are looked for */
    GOES_ON_MAX = 4,     /* words that the last may become, itself among them */
    FOUND_MAX = 24,      /* documents with one of them */
    FIELDS_MAX = 32,     /* text fields of a document that are looked at */
    DOCUMENTS_MAX = 6000 /* that all searches together may have to look at */
};

typedef struct title_search {
    rls_suggest   *suggest;
    rls_bytes      prefix;             /* of the last word, folded */
    rls_bytes      before[BEFORE_MAX]; /* terms */
    uint32_t       before_count;
    rls_bytes      term; /* of what the last word becomes in the search at hand */
    rls_hash_table seen; /* folded titles */
} title_search;

/* --- the search --- */

static rls_query_node *
add_word(rls_query *query, rls_query_node *parent, rls_bytes word)
{
    rls_query_node *node = rls_query_add_node(query, parent, RLS_NODE_WORD);

    if (node != NULL)
        node->text = word;
    return node;
}

/* The words before and one that the last may become, all required. */
static rls_status
fill_query(const title_search *search, rls_query *query, rls_bytes word)
{
    const rls_typed_text *typed = &search->suggest->typed;
    rls_query_node       *root = rls_query_add_node(query, NULL, RLS_NODE_BAG), *node = root;
    uint32_t              count = typed->word_count;

    for (uint32_t i = count - 1 > BEFORE_MAX ? count - 1 - BEFORE_MAX : 0;
         node != NULL && i + 1 < count; i++)
        node = add_word(query, root,
                        rls_bytes_of(typed->text.data + typed->words[i],
                                     typed->words[i + 1] - typed->words[i]));
    if (node != NULL)
        node = add_word(query, root, word);
    return node == NULL ? rls_suggest_no_memory(search->suggest) : RLS_OK;
}

static rls_status
search_documents(const title_search *search, rls_bytes word, rls_results **out_results)
{
    rls_suggest       *suggest = search->suggest;
    rls_search_request request = {
        .limit = FOUND_MAX, .k1 = RLS_BY_LENGTH, .b = RLS_BY_LENGTH, .mode = RLS_MATCH_ALL};
    rls_query *query;
    rls_status status = rls_query_new_in(suggest->heap, &query, suggest->err);

    *out_results = NULL;
    if (status != RLS_OK)
        return status;
    status = fill_query(search, query, word);
    request.query = query;
    if (status == RLS_OK)
        status = rls_search(suggest->heap, suggest->snapshot, &request, out_results, suggest->err);
    rls_query_free(query);
    return status;
}

/* --- titles --- */

/* Whether a title has all words before, and one that goes on from the last. */
static rls_status
is_wanted(const title_search *search, rls_bytes title, bool *out_wanted)
{
    rls_suggest  *suggest = search->suggest;
    uint32_t      met = 0;
    bool          goes_on = false;
    rls_tokenizer tokenizer;
    rls_token     tokens[64];
    size_t        count;

    rls_tokenizer_init(&tokenizer, title, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, 64);
    for (size_t i = 0; i < count; i++) {
        rls_bytes surface =
            rls_bytes_of(title.data + tokens[i].start, tokens[i].end - tokens[i].start);
        rls_bytes  told;
        rls_status status =
            rls_analyzer_fold(suggest->analyzer, surface, RLS_FOLD_ALL, &told, suggest->err);
        if (status != RLS_OK)
            return status;
        goes_on = goes_on || (told.size >= search->prefix.size &&
                              memcmp(told.data, search->prefix.data, search->prefix.size) == 0);
        status = rls_analyzer_term(suggest->analyzer, surface, &told, suggest->err);
        if (status != RLS_OK)
            return status;
        for (uint32_t b = 0; b < search->before_count; b++)
            if (rls_bytes_compare(told, search->before[b]) == 0)
                met |= 1u << b;
    }
    *out_wanted = goes_on && met == (1u << search->before_count) - 1;
    return RLS_OK;
}

/* Tells the title unless it was told before. */
static rls_status
add_title(title_search *search, rls_bytes title, uint32_t *told)
{
    rls_suggest          *suggest = search->suggest;
    const rls_typed_text *typed = &suggest->typed;
    rls_bytes             folded;
    bool                  inserted;
    uint32_t              start = typed->words[0];
    rls_status            status = rls_suggest_fold(suggest, title, &folded);

    if (status != RLS_OK)
        return status;
    if (rls_hash_table_insert(&search->seen, folded, 0, &inserted, NULL) == NULL)
        return rls_suggest_no_memory(suggest);
    if (!inserted)
        return RLS_OK;
    ++*told;
    return rls_suggest_add(
        suggest,
        (rls_suggest_item){.kind = RLS_SUGGEST_TITLE,
                           .text = title,
                           .field = rls_bytes_of("title", 5),
                           .count = 1,
                           .start = typed->scope_start < start ? typed->scope_start : start});
}

/* Whether the term stands in the title of a document, which costs less to know than the title. */
static rls_status
has_in_title(const title_search *search, const rls_result *item, rls_bytes term, bool *out_has)
{
    const rls_segment  *segment = search->suggest->snapshot->segments[item->segment].segment;
    uint32_t            field = rls_segment_field_number(segment, rls_bytes_of("title", 5)), count;
    rls_field_freq      fields[FIELDS_MAX];
    rls_posting_list    list;
    rls_postings_cursor cursor;
    rls_status          status = rls_segment_find_term(segment, term, &list, search->suggest->err);

    *out_has = false;
    if (status != RLS_OK)
        return status == RLS_NOT_FOUND ? RLS_OK : status;
    rls_postings_cursor_open(&cursor, &list);
    if (cursor.doc < item->doc)
        rls_postings_cursor_advance(&cursor, item->doc);
    if (cursor.doc != item->doc)
        return RLS_OK;
    count = rls_postings_cursor_fields(&cursor, fields, FIELDS_MAX);
    for (uint32_t i = 0; i < count && i < FIELDS_MAX; i++)
        *out_has = *out_has || fields[i].field == field;
    return RLS_OK;
}

static rls_status
may_be_wanted(const title_search *search, const rls_result *item, bool *out_may)
{
    rls_status status = RLS_OK;

    *out_may = true;
    for (uint32_t b = 0; status == RLS_OK && *out_may && b < search->before_count; b++)
        status = has_in_title(search, item, search->before[b], out_may);
    if (status == RLS_OK && *out_may)
        status = has_in_title(search, item, search->term, out_may);
    return status;
}

static rls_status
read_titles(title_search *search, const rls_results *results, uint32_t *told)
{
    rls_suggest *suggest = search->suggest;
    rls_status   status = RLS_OK;

    for (uint32_t i = 0; status == RLS_OK && i < results->count && *told < suggest->limit; i++) {
        const rls_result   *item = &results->items[i];
        rls_stored_document document;
        bool                may;
        status = may_be_wanted(search, item, &may);
        if (status != RLS_OK || !may)
            continue;
        status = rls_segment_stored_fields(suggest->snapshot->segments[item->segment].segment,
                                           item->doc, &suggest->scratch, &document, suggest->err);
        for (uint32_t f = 0; status == RLS_OK && f < document.field_count; f++) {
            const rls_stored_field *field = &document.fields[f];
            bool                    wanted = false;
            if (field->value_count == 0 ||
                rls_bytes_compare(field->name, rls_bytes_of("title", 5)) != 0)
                continue;
            status = is_wanted(search, field->values[0].text, &wanted);
            if (status == RLS_OK && wanted)
                status = add_title(search, field->values[0].text, told);
        }
    }
    return status;
}

/* Terms of the words before the last. */
static rls_status
read_before(title_search *search)
{
    rls_suggest          *suggest = search->suggest;
    const rls_typed_text *typed = &suggest->typed;
    uint32_t              count = typed->word_count;

    for (uint32_t i = count - 1 > BEFORE_MAX ? count - 1 - BEFORE_MAX : 0; i + 1 < count; i++) {
        rls_bytes word =
            rls_bytes_of(typed->text.data + typed->words[i], typed->words[i + 1] - typed->words[i]);
        rls_bytes     term, *before = &search->before[search->before_count];
        rls_tokenizer tokenizer;
        rls_token     tokens[16];
        rls_status    status;
        rls_tokenizer_init(&tokenizer, word, 0);
        if (rls_tokenizer_fill(&tokenizer, tokens, 16) == 0)
            continue;
        status = rls_analyzer_term(
            suggest->analyzer,
            rls_bytes_of(word.data + tokens[0].start, tokens[0].end - tokens[0].start), &term,
            suggest->err);
        if (status != RLS_OK)
            return status;
        *before = rls_bytes_of(rls_arena_copy(&suggest->scratch, term.data, term.size), term.size);
        if (before->data == NULL)
            return rls_suggest_no_memory(suggest);
        search->before_count++;
    }
    return RLS_OK;
}

/* Words among the items from byte `from` on. */
static size_t
take_words(const rls_suggest *suggest, size_t from, rls_bytes *words, size_t most)
{
    size_t count = 0;

    for (size_t at = from; at < suggest->items.size && count < most;
         at += sizeof(rls_suggest_item)) {
        const rls_suggest_item *item =
            (const rls_suggest_item *)(const void *)(suggest->items.data + at);
        if (item->kind == RLS_SUGGEST_WORD)
            words[count++] = item->text;
    }
    return count;
}

/* What the last word may become: itself, and the words that were told, or else would be. */
static rls_status
find_words(rls_suggest *suggest, rls_bytes *words, size_t *out_count)
{
    const rls_typed_text *typed = &suggest->typed;
    size_t                before = suggest->items.size;
    uint32_t              limit = suggest->limit;
    rls_status            status = RLS_OK;

    words[0] =
        rls_bytes_of(typed->text.data + typed->word_start, typed->text.size - typed->word_start);
    *out_count = 1 + take_words(suggest, 0, words + 1, GOES_ON_MAX - 1);
    if (*out_count > 1)
        return RLS_OK;
    suggest->limit = GOES_ON_MAX - 1;
    status = rls_suggest_words(suggest);
    suggest->limit = limit;
    *out_count = 1 + take_words(suggest, before, words + 1, GOES_ON_MAX - 1);
    suggest->items.size = before;
    return status;
}

/* How many documents a search may have to look at: those of its rarest word. */
static rls_status
find_cost(title_search *search, rls_bytes word, uint64_t *out_cost)
{
    rls_suggest *suggest = search->suggest;
    rls_bytes    term;
    rls_status   status = rls_analyzer_term(suggest->analyzer, word, &term, suggest->err);

    *out_cost = UINT64_MAX;
    if (status != RLS_OK)
        return status;
    search->term = rls_bytes_of(rls_arena_copy(&suggest->scratch, term.data, term.size), term.size);
    if (search->term.data == NULL)
        return rls_suggest_no_memory(suggest);
    for (uint32_t i = 0; status == RLS_OK && i <= search->before_count; i++) {
        uint64_t count = 0;
        for (uint32_t s = 0; status == RLS_OK && s < suggest->snapshot->segment_count; s++) {
            const rls_segment *segment = suggest->snapshot->segments[s].segment;
            rls_term_info      info;
            status = rls_termdict_find(rls_segment_termdict(segment),
                                       i < search->before_count ? search->before[i] : search->term,
                                       &info, suggest->err);
            if (status == RLS_OK)
                count += info.doc_freq;
            else if (status == RLS_NOT_FOUND)
                status = RLS_OK;
        }
        if (count < *out_cost)
            *out_cost = count;
    }
    return status;
}

/* Behind another field's name no title is meant. */
static bool
may_be_title(const rls_suggest *suggest)
{
    const rls_typed_text *typed = &suggest->typed;
    size_t                letters = 0;

    if (typed->word_start == typed->text.size || suggest->snapshot->segment_count == 0)
        return false;
    if (typed->field.size > 0 && rls_bytes_compare(typed->field, rls_bytes_of("title", 5)) != 0)
        return false;
    for (size_t i = typed->word_start; i < typed->text.size; i++)
        letters += (typed->text.data[i] & 0xc0) != 0x80;
    return typed->word_count > 1 || letters >= ALONE_MIN;
}

rls_status
rls_suggest_titles(rls_suggest *suggest)
{
    const rls_typed_text *typed = &suggest->typed;
    title_search          search = {.suggest = suggest};
    rls_bytes             words[GOES_ON_MAX];
    size_t                word_count = 0;
    uint32_t              told = 0;
    uint64_t              budget = DOCUMENTS_MAX;
    rls_status            status;

    if (!may_be_title(suggest))
        return RLS_OK;
    status = rls_suggest_fold(
        suggest,
        rls_bytes_of(typed->text.data + typed->word_start, typed->text.size - typed->word_start),
        &search.prefix);
    if (status == RLS_OK)
        status = read_before(&search);
    if (status == RLS_OK)
        status = find_words(suggest, words, &word_count);
    rls_hash_table_init(&search.seen, suggest->heap);
    for (size_t w = 0; status == RLS_OK && w < word_count && told < suggest->limit; w++) {
        rls_results *results = NULL;
        uint64_t     cost = 0;
        status = find_cost(&search, words[w], &cost);
        if (status != RLS_OK || cost == 0 || cost > budget)
            continue;
        budget -= cost;
        status = search_documents(&search, words[w], &results);
        if (status == RLS_OK)
            status = read_titles(&search, results, &told);
        rls_results_free(results);
    }
    rls_hash_table_release(&search.seen);
    return status;
}
