#include "api/hits_state.h"
#include "search/search_kept.h"
#include "suggest/corrections.h"

enum {
    TITLE_WORDS_MAX = 64, /* looked at */
    ASKED_MIN = 3,        /* words that are hardly side by side in a title with a slip among them */
    ASKED_MAX = 32
};

/* Words of a query, and those that were met. */
typedef struct asked_words {
    const rls_plan_leaf *leaves[ASKED_MAX];
    uint32_t             count;
    bool                 met[ASKED_MAX];
} asked_words;

/* False when the query has other than words to be ranked by, or too few or many of them. */
static bool
gather_words(const rls_hits *hits, asked_words *out)
{
    const rls_plan *plan;

    *out = (asked_words){0};
    if (hits->results == NULL || hits->results->kept == NULL)
        return false;
    plan = &hits->results->kept->plan;
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (!plan->leaves[i].scored || plan->leaves[i].added)
            continue;
        if (plan->leaves[i].kind != RLS_LEAF_WORD || out->count == ASKED_MAX)
            return false;
        out->leaves[out->count++] = &plan->leaves[i];
    }
    return out->count >= ASKED_MIN;
}

static void
meet_term(asked_words *asked, rls_bytes term)
{
    for (uint32_t i = 0; i < asked->count; i++) {
        const rls_match_word *word = &asked->leaves[i]->words[0];
        for (uint32_t t = 0; t < word->term_count; t++)
            asked->met[i] = asked->met[i] || rls_bytes_compare(word->terms[t], term) == 0;
    }
}

static rls_status
meet_text(asked_words *asked, rls_analyzer *analyzer, rls_bytes text, rls_error *err)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[TITLE_WORDS_MAX];
    size_t        count;
    rls_status    status = RLS_OK;

    rls_tokenizer_init(&tokenizer, text, 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, TITLE_WORDS_MAX);
    for (size_t i = 0; status == RLS_OK && i < count; i++) {
        rls_bytes term;
        status = rls_analyzer_term(
            analyzer, rls_bytes_of(text.data + tokens[i].start, tokens[i].end - tokens[i].start),
            &term, err);
        if (status == RLS_OK)
            meet_term(asked, term);
    }
    return status;
}

/* Whether the first hit has all words of the query in its title: then they are meant. */
static rls_status
is_title(rls_hits *hits, bool *out_is, rls_error *err)
{
    asked_words     asked;
    rls_loaded_hit *hit;
    rls_analyzer   *analyzer;
    rls_status      status;

    *out_is = false;
    if (hits->count == 0 || !gather_words(hits, &asked))
        return RLS_OK;
    status = rls_hits_load(hits, 0, &hit, err);
    for (uint32_t f = 0; status == RLS_OK && f < hit->document.field_count; f++) {
        const rls_stored_field *field = &hit->document.fields[f];
        if (field->name.size != 5 || memcmp(field->name.data, "title", 5) != 0)
            continue;
        status = rls_hits_analyzer(hits, hit, field->name, &analyzer, err);
        for (uint32_t v = 0; status == RLS_OK && v < field->value_count; v++)
            status = meet_text(&asked, analyzer, field->values[v].text, err);
    }
    *out_is = status == RLS_OK;
    for (uint32_t i = 0; i < asked.count; i++)
        *out_is = *out_is && asked.met[i];
    return status;
}

rls_status
rls_hits_suggestion(rls_hits *hits, rls_text *out_query, rls_error *err)
{
    rls_bytes  text;
    bool       is_meant = false;
    rls_status status = RLS_OK;

    RLS_REQUIRE(out_query, err);
    *out_query = (rls_text){"", 0};
    RLS_REQUIRE(hits, err);
    /* The query that was given may be closed by now; its text says the same. */
    if (hits->query == NULL && hits->text.size > 0)
        status = rls_query_parse_in(hits->heap, hits->text, false, 0, &hits->query, err);
    if (status != RLS_OK || hits->query == NULL || hits->query->text.size == 0)
        return status;
    status =
        rls_corrections_find(hits->heap, hits->snapshot, hits->query, &hits->arena, &text, err);
    if (status == RLS_OK && text.size > 0)
        status = is_title(hits, &is_meant, err);
    if (status == RLS_OK && text.size > 0 && !is_meant)
        *out_query = (rls_text){(const char *)text.data, text.size};
    return status;
}
