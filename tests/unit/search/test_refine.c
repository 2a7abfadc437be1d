/* The second look against a naive reckoning from the words of the documents. */
#include "fixture.h"

#include <math.h>

#include "base/random.h"
#include "naive_text.h"
#include "search/refine.h"

enum {
    DOCUMENTS = 300,
    WORDS_MAX = 30
};

/* Rare and frequent ones, each in two forms, and function words. */
static const char *const words[] = {
    "munitions", "munition", "treaty", "treaties", "oslo", "OSLO", "cluster", "clusters",
    "rares",     "rare",     "heads",  "heading",  "the",  "of",   "filler",  "weather"};
enum {
    WORD_COUNT = sizeof(words) / sizeof(*words)
};

typedef struct world {
    fixture_document documents[DOCUMENTS];
    char             keys[DOCUMENTS][8], bodies[DOCUMENTS][16 * WORDS_MAX];
    naive_text       texts[DOCUMENTS];
    double           average;
    rls_analyzer    *analyzer;
} world;

static void
make_world(world *w, fixture *f, rls_random *random)
{
    uint32_t splits[3] = {100, 150, 50}, length = 0;

    memset(w, 0, sizeof(*w));
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        sprintf(w->keys[d], "%04u", (d * 7919) % 10000);
        for (uint32_t n = rls_random_below(random, WORDS_MAX); n > 0; n--) {
            uint32_t word = 12 + rls_random_below(random, 4); /* mostly fillers */
            if (rls_random_below(random, 12) == 0)
                word = rls_random_below(random, 12);
            sprintf(w->bodies[d] + strlen(w->bodies[d]), "%s ", words[word]);
        }
        w->documents[d] = (fixture_document){.key = w->keys[d], .body = w->bodies[d]};
    }
    fixture_open(f, w->documents, splits, 3);
    CHECK_OK(rls_analyzer_new(&f->heap, rls_bytes_of("en", 2), &w->analyzer, NULL));
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        naive_text_add(&w->texts[d], w->analyzer, 0, fixture_text(w->bodies[d]), 0);
        length += w->texts[d].count;
    }
    w->average = (double)length / DOCUMENTS;
}

static double
idf_of(const world *w, const char *term)
{
    uint32_t with = 0;

    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        bool has = false;
        for (uint32_t i = 0; i < w->texts[d].count; i++)
            has = has || strcmp(w->texts[d].tokens[i].term, term) == 0;
        with += has;
    }
    return log(1.0 + (DOCUMENTS - with + 0.5) / (with + 0.5));
}

static double
saturation(const world *w, const naive_text *text, uint32_t count)
{
    double t = count / (0.25 + 0.75 * text->count / w->average);

    return t / (t + 1.2);
}

/* Occurrences of the one word together with one of the other, each once, from left to right. */
static uint32_t
count_near(const naive_text *text, const char *left, const char *right)
{
    bool     taken[NAIVE_TOKEN_MAX] = {false};
    uint32_t count = 0;

    for (uint32_t i = 0; i < text->count; i++) {
        if (strcmp(text->tokens[i].term, left) != 0)
            continue;
        for (uint32_t j = 0; j < text->count; j++) {
            uint32_t apart = i < j ? j - i : i - j;
            if (taken[j] || apart > 7 || strcmp(text->tokens[j].term, right) != 0)
                continue;
            taken[j] = true;
            count++;
            break;
        }
    }
    return count;
}

/* `asked`: the tokens of the query. */
static double
reckon(const world *w, const naive_text *asked, const naive_text *text)
{
    double             sum = 0.0;
    const naive_token *last = NULL;

    for (uint32_t q = 0; q < asked->count; q++) {
        const naive_token *token = &asked->tokens[q];
        bool     stop = strcmp(token->folded, "the") == 0 || strcmp(token->folded, "of") == 0;
        double   idf = idf_of(w, token->term);
        uint32_t written = 0;
        for (uint32_t i = 0; i < text->count; i++)
            written += strcmp(text->tokens[i].folded, token->folded) == 0;
        if (stop) {
            sum += 0.25 * idf * saturation(w, text, written);
            continue;
        }
        if (idf >= log(16))
            sum += 0.2 * idf * saturation(w, text, written);
        if (last != NULL)
            sum += 0.2 * fmin(idf, idf_of(w, last->term)) *
                   saturation(w, text, count_near(text, last->term, token->term));
        last = token;
    }
    return sum;
}

static const fixture_document *
document_of(const fixture *f, const world *w, const rls_result *item)
{
    return &w->documents[fixture_number(f, item)];
}

TEST(the_first_documents_get_what_a_naive_reckoning_gives_them)
{
    static const char *const queries[] = {"munitions the oslo", "rare treaties of heading",
                                          "heads of the clusters", "oslo",
                                          "the munition treaty oslo rares"};
    rls_random               random = {rls_test_seed()};
    world                   *w = malloc(sizeof(*w));
    uint32_t                 looked_at = 0;

    for (int round = 0; round < 6; round++) {
        fixture f;
        make_world(w, &f, &random);
        for (size_t q = 0; q < sizeof(queries) / sizeof(*queries); q++) {
            rls_search_request request = FIXTURE_REQUEST;
            naive_text         asked = {.count = 0};
            rls_results       *refined, *base;
            char               content[64] = "";
            double             last = INFINITY;
            naive_text_add(&asked, w->analyzer, 0, fixture_text(queries[q]), 0);
            for (uint32_t i = 0; i < asked.count; i++)
                if (strcmp(asked.tokens[i].folded, "the") != 0 &&
                    strcmp(asked.tokens[i].folded, "of") != 0)
                    sprintf(content + strlen(content), "%s ", asked.tokens[i].folded);
            request.mode = RLS_MATCH_ANY;
            request.limit = DOCUMENTS;
            CHECK_OK(fixture_search(&f.heap, &f.snapshot, content, &request, &base, NULL));
            request.ranking = RLS_RANKING_DEFAULT;
            CHECK_OK(fixture_search(&f.heap, &f.snapshot, queries[q], &request, &refined, NULL));
            CHECK_EQ_U64(refined->count, base->count);
            for (uint32_t i = 0; i < refined->count; i++) {
                const rls_result *item = &refined->items[i];
                uint32_t          at = 0;
                double            wanted;
                while (base->items[at].segment != item->segment || base->items[at].doc != item->doc)
                    at++;
                CHECK_EQ_U64(item->refined, at < RLS_REFINED);
                wanted = base->items[at].score;
                if (at < RLS_REFINED)
                    wanted += reckon(w, &asked, &w->texts[fixture_number(&f, item)]);
                if (fabs(wanted - item->score) > 1e-5 * wanted)
                    rls_test_fail(__FILE__, __LINE__, "%s: \"%s\" is %.9g, wanted %.9g", queries[q],
                                  document_of(&f, w, item)->body, item->score, wanted);
                CHECK(item->score <= last);
                last = item->score;
                looked_at += item->refined;
            }
            rls_results_free(refined);
            rls_results_free(base);
        }
        rls_analyzer_free(w->analyzer);
        fixture_close(&f);
    }
    CHECK(looked_at > 200);
    free(w);
}

/* A query is asked with and without what should make no difference. */
static void
check_like(fixture *f, const char *query, const char *other, bool same)
{
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *left, *right;
    bool               equal;

    request.ranking = RLS_RANKING_DEFAULT;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, query, &request, &left, NULL));
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, other, &request, &right, NULL));
    equal = left->total == right->total;
    if (equal != same)
        rls_test_fail(__FILE__, __LINE__, "%s finds %u, %s %u", query, (unsigned)left->total, other,
                      (unsigned)right->total);
    rls_results_free(left);
    rls_results_free(right);
}

TEST(function_words_are_asked_for_where_nothing_else_is_or_when_they_must)
{
    static const fixture_document documents[] = {
        {.key = "a", .body = "The report of the WHO in the town"},
        {.key = "b", .body = "Report"},
        {.key = "c", .body = "Who is the one"},
        {.key = "d", .body = "An all-in-one report"},
        {.key = "e", .body = "in one"},
    };
    uint32_t splits[1] = {5};
    fixture  f;

    fixture_open(&f, documents, splits, 1);
    check_like(&f, "the report", "report", true);
    check_like(&f, "who report", "report", true);
    check_like(&f, "report WHO", "report", false); /* an acronym */
    check_like(&f, "REPORT WHO", "report", true);
    check_like(&f, "+the report", "report", false);
    check_like(&f, "\"the\" report", "report", false);
    check_like(&f, "the of", "zzz", false); /* nothing else */
    check_like(&f, "-report the", "the", false);
    check_like(&f, "all-in-one", "all in one", false); /* a compound has all its parts */
    fixture_close(&f);
}

TEST(words_are_refined_the_same_beside_filters_and_joined_with_them)
{
    static const fixture_document documents[] = {
        {.key = "a", .date = "2007-05-28", .body = "Oslo x x x x x x x x x treaty bans"},
        {.key = "b", .date = "2007-05-28", .body = "Treaty x x x x x x x x x bans oslo"},
        {.key = "c", .date = "2007-05-28", .body = "Banning treaties"},
        {.key = "d", .date = "2008-05-28", .body = "Oslo bans treaty"},
    };
    static const char *const queries[][2] = {
        {"bans treaty oslo bans date:2007", "bans treaty oslo bans AND date:2007"},
        {"bans date:2007", "bans AND date:2007"},
        {"the bans date:2007", "(the bans) AND date:2007"},
        {"bans -oslo date:2007", "(bans -oslo) AND date:2007"},
    };
    uint32_t splits[1] = {4};
    fixture  f;

    fixture_open(&f, documents, splits, 1);
    for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
        rls_search_request request = FIXTURE_REQUEST;
        rls_results       *beside, *joined;
        request.ranking = RLS_RANKING_DEFAULT;
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, queries[i][0], &request, &beside, NULL));
        CHECK_OK(fixture_search(&f.heap, &f.snapshot, queries[i][1], &request, &joined, NULL));
        CHECK(beside->count >= 2 || i == 3);
        CHECK_EQ_U64(beside->count, joined->count);
        for (uint32_t h = 0; h < beside->count; h++) {
            CHECK_EQ_U64(beside->items[h].doc, joined->items[h].doc);
            CHECK(beside->items[h].score == joined->items[h].score);
        }
        rls_results_free(beside);
        rls_results_free(joined);
    }
    fixture_close(&f);
}
