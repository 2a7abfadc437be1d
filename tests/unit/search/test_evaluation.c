/* Fast evaluation gives bit for bit what the exhaustive scorer gives, whatever the index, the query
 * and the parameters. */
#include "fixture.h"

#include "base/random.h"

static const char *const words[] = {
    "the",    "of",           "munitions", "in",       "it",          "its",        "The",
    "to",     "munition",     "cluster",   "treaty",   "health",      "th\xc3\xa9", "in-the",
    "Maori",  "M\xc4\x81ori", "expense",   "expenses", "multi-agent", "agent",      "don't",
    "C++",    "happy",        "happiness", "minister", "ministers",   "Minister",   "goff",
    "budget", "funding",      "funds",     "policy",   "policies",    "rare",       "rarer",
    "rarest", "a/b",          "2007",      "waitangi", "oslo"};

static const char *const people[] = {"Phil Goff", "Helen Clark", "T\xc4\x81riana Turia", "Goff"};

enum {
    WORD_COUNT = sizeof(words) / sizeof(*words),
    PERSON_COUNT = sizeof(people) / sizeof(*people),
    QUERY_MAX = 1024
};

/* Low numbers far more often than high ones. */
static const char *
random_word(rls_random *random)
{
    uint32_t a = rls_random_below(random, WORD_COUNT), b = rls_random_below(random, WORD_COUNT);
    uint32_t c = rls_random_below(random, WORD_COUNT);
    uint32_t least = a < b ? a : b;
    return words[least < c ? least : c];
}

static char *
random_text(rls_random *random, uint32_t most)
{
    uint32_t count = rls_random_below(random, most + 1);
    char    *text = malloc(32 * (size_t)count + 1), *at = text;

    for (uint32_t i = 0; i < count; i++)
        at += sprintf(at, "%s%s", random_word(random), rls_random_below(random, 9) ? " " : ". ");
    *at = 0;
    return text;
}

typedef struct corpus {
    fixture_document *documents;
    uint32_t          count;
    char             *memory[3]; /* numbers, dates, keys */
} corpus;

static void
make_corpus(corpus *c, rls_random *random, uint32_t count, uint32_t most_words, uint32_t deleted)
{
    char(*keys)[16] = malloc(count * sizeof(*keys));
    char(*dates)[16] = malloc(count * sizeof(*dates));
    char(*sizes)[16] = malloc(count * sizeof(*sizes));
    bool in_order = rls_random_below(random, 2) == 0, two = rls_random_below(random, 3) == 0;

    c->documents = calloc(count, sizeof(*c->documents));
    c->count = count;
    c->memory[0] = (char *)keys;
    c->memory[1] = (char *)dates;
    c->memory[2] = (char *)sizes;
    for (uint32_t i = 0; i < count; i++) {
        fixture_document *d = &c->documents[i];
        uint32_t          rank = in_order ? i : (i * UINT32_C(2654435761)) >> 8;
        uint32_t          lean = i / 300 % 3; /* neighbours resemble each other */
        sprintf(keys[i], "%08x%07x", rank, i);
        keys[i][15] = 0;
        sprintf(dates[i], "%04u-%02u-%02u", 2000 + i % 9, 1 + rls_random_below(random, 12),
                1 + rls_random_below(random, 28));
        sprintf(sizes[i], "%u", rls_random_below(random, 50));
        d->key = keys[i];
        d->date = rls_random_below(random, 5) ? dates[i] : NULL;
        d->size = rls_random_below(random, 3) ? NULL : sizes[i];
        d->title = rls_random_below(random, 3) ? random_text(random, 3) : NULL;
        d->body = random_text(random, lean == 0 ? most_words : most_words / 4 + 1);
        for (uint32_t p = 0; p < rls_random_below(random, FIXTURE_LIST_MAX); p++)
            d->ministers[p] = people[rls_random_below(random, PERSON_COUNT)];
        d->unstemmed = two && rls_random_below(random, 3) == 0;
        d->deleted = deleted > 0 && rls_random_below(random, deleted) == 0;
    }
}

static void
free_corpus(corpus *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        free((char *)c->documents[i].title);
        free((char *)c->documents[i].body);
    }
    for (int i = 0; i < 3; i++)
        free(c->memory[i]);
    free(c->documents);
}

static char *
put(char *at, const char *text)
{
    size_t size = strlen(text);
    memcpy(at, text, size + 1);
    return at + size;
}

/* Wildcards, regular expressions, words under edits; now and then of a field, weighed. */
static char *
put_pattern(char *at, rls_random *random)
{
    static const char *const fixed[] = {
        "*s",           "m?n*",      "?a*", "*i*e*", "/(fund|budg).*/",
        "/[a-h]{2,5}/", "/.*(s|y)/", "?*",  "pol*~"};
    static const char *const fields[] = {"", "", "", "title:", "ministers:"};
    char                     text[64];

    strcpy(text, random_word(random));
    at = put(at, fields[rls_random_below(random, 5)]);
    switch (rls_random_below(random, 3)) {
    case 0:
        at = put(at, fixed[rls_random_below(random, 9)]);
        break;
    case 1:
        text[rls_random_below(random, 2)] = 'e';
        at += sprintf(at, "%s~%u", text, rls_random_below(random, 3));
        break;
    default:
        text[1 + rls_random_below(random, 2)] = '?';
        at += sprintf(at, "%s*", text);
        break;
    }
    return put(at, rls_random_below(random, 4) ? "" : "^2.5");
}

static char *
put_leaf(char *at, rls_random *random)
{
    char text[64];

    switch (rls_random_below(random, 17)) {
    case 16:
        return put(at, rls_random_below(random, 4) ? "zzz" : "*");
    case 0:
    case 1:
        at += sprintf(at, "\"%s", random_word(random));
        for (uint32_t i = rls_random_below(random, 3); i > 0; i--)
            at += sprintf(at, " %s", random_word(random));
        return put(at, rls_random_below(random, 3) == 0 ? "\"~" : "\"");
    case 2:
        return at + sprintf(at, "=%s", random_word(random));
    case 3:
        return at + sprintf(at, "title:%s", random_word(random));
    case 4:
        return at + sprintf(at, "ministers:\"%s\"", people[rls_random_below(random, PERSON_COUNT)]);
    case 5:
        return put(at, rls_random_below(random, 2) ? "ministers:goff" : "ministers:tur*");
    case 6:
        sprintf(text, "date:%s%u",
                rls_random_below(random, 2) ? "" : ">=", 2000 + rls_random_below(random, 10));
        return put(at, text);
    case 7:
        sprintf(text, "size:%u..%u", rls_random_below(random, 40), rls_random_below(random, 60));
        return put(at, text);
    case 8:
        strcpy(text, random_word(random));
        text[1 + rls_random_below(random, 4)] = 0;
        return at + sprintf(at, "%s*", text);
    case 9:
        return put_pattern(at, random);
    case 11:
        return at + sprintf(at, "(%s %sNEAR/%u %s)", random_word(random),
                            rls_random_below(random, 2) ? "O" : "", rls_random_below(random, 5),
                            random_word(random));
    case 12:
        return at + sprintf(at, "\"%s %s\"~%u%s", random_word(random), random_word(random),
                            1 + rls_random_below(random, 4),
                            rls_random_below(random, 2) ? "" : "^2");
    case 10:
        return at + sprintf(at, "%s^%u", random_word(random), 1 + rls_random_below(random, 3));
    default:
        return put(at, random_word(random));
    }
}

static char *
put_query(char *at, rls_random *random, int depth)
{
    uint32_t count = 1 + rls_random_below(random, depth == 0 ? 5 : 3);
    uint32_t shape = rls_random_below(random, 8);

    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            at = put(at, shape == 0 ? " AND " : shape == 1 ? " OR " : " ");
        if (shape > 3 || depth == 0)
            at = put(at, rls_random_below(random, 6) == 0   ? "+"
                         : rls_random_below(random, 8) == 0 ? "-"
                                                            : "");
        if (depth < 2 && rls_random_below(random, 10) == 0) {
            at = put(at, "(");
            at = put_query(at, random, depth + 1);
            at = put(at, ")");
        } else {
            at = put_leaf(at, random);
        }
    }
    return at;
}

static void
random_request(rls_search_request *request, rls_random *random, rls_search_field *weights)
{
    static const uint32_t limits[] = {1, 2, 3, 10, 10, 10, 50, 100, 300, 1000};

    *request = (rls_search_request)FIXTURE_REQUEST;
    request->limit = limits[rls_random_below(random, 10)];
    request->skip = rls_random_below(random, 4) == 0 ? rls_random_below(random, 20) : 0;
    request->mode = (rls_match)rls_random_below(random, 3);
    request->count = rls_random_below(random, 2) == 0;
    request->ranking = (rls_ranking_model)rls_random_below(random, 3);
    if (rls_random_below(random, 3) == 0)
        request->k1 = request->b = RLS_BY_LENGTH;
    else if (rls_random_below(random, 3) == 0) {
        request->k1 = (float)rls_random_below(random, 30) / 10.0f;
        request->b = (float)rls_random_below(random, 11) / 10.0f;
    }
    if (rls_random_below(random, 3) == 0) {
        weights[0] = (rls_search_field){rls_bytes_of("title", 5),
                                        (float)rls_random_below(random, 80) / 10.0f};
        weights[1] =
            (rls_search_field){rls_bytes_of("body", 4), (float)rls_random_below(random, 3)};
        request->weights = weights;
        request->weight_count = 1 + rls_random_below(random, 2);
    }
}

static void
check_evaluation(fixture *f, const char *query, rls_search_request *request,
                 rls_evaluation evaluation)
{
    rls_results *truth, *fast;

    request->evaluation = RLS_EVALUATE_EXHAUSTIVE;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, query, request, &truth, NULL));
    request->evaluation = evaluation;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, query, request, &fast, NULL));
    if (truth->count != fast->count)
        rls_test_fail(__FILE__, __LINE__, "%s (mode %d, limit %u, skip %u): %u hits, wanted %u",
                      query, request->mode, request->limit, request->skip, fast->count,
                      truth->count);
    CHECK_OK(rls_results_mark(truth, &f->snapshot, NULL));
    CHECK_OK(rls_results_mark(fast, &f->snapshot, NULL));
    for (uint32_t i = 0; i < truth->count; i++) {
        const rls_result *a = &truth->items[i], *b = &fast->items[i];
        if (a->segment != b->segment || a->doc != b->doc || a->score != b->score ||
            a->matches_all != b->matches_all)
            rls_test_fail(__FILE__, __LINE__,
                          "%s (mode %d, limit %u, k1 %g, b %g, weights %u) hit %u: %u/%u %.17g %d, "
                          "wanted %u/%u %.17g %d",
                          query, request->mode, request->limit, (double)request->k1,
                          (double)request->b, request->weight_count, i, b->segment, b->doc,
                          b->score, b->matches_all, a->segment, a->doc, a->score, a->matches_all);
    }
    CHECK(truth->total_is_exact);
    if (request->count) {
        CHECK(fast->total_is_exact);
        if (truth->total != fast->total)
            rls_test_fail(__FILE__, __LINE__, "%s (mode %d): total %u, wanted %u", query,
                          request->mode, (unsigned)fast->total, (unsigned)truth->total);
        CHECK_EQ_U64(truth->total_has_all_words, fast->total_has_all_words);
    } else {
        CHECK(fast->total <= truth->total);
    }
    rls_results_free(truth);
    rls_results_free(fast);
}

static void
check_same(fixture *f, const char *query, rls_search_request *request)
{
    check_evaluation(f, query, request, RLS_EVALUATE_FAST);
    if (strlen(query) % 4 == 0) /* it is slow */
        check_evaluation(f, query, request, RLS_EVALUATE_WIDE);
}

/* The page behind the first, and the same hits with the newer ones ahead. */
static void
check_other_orders(fixture *f, const char *query, rls_search_request request)
{
    rls_results *first;
    rls_buffer   place;
    char         named[1100];

    rls_buffer_init(&place, &f->heap);
    request.evaluation = RLS_EVALUATE_EXHAUSTIVE;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, query, &request, &first, NULL));
    if (first->count > 0) {
        CHECK_OK(rls_results_next(first, &f->snapshot, &place, NULL));
        request.after = rls_buffer_bytes(&place);
        check_evaluation(f, query, &request, RLS_EVALUATE_FAST);
        request.after = rls_bytes_of(NULL, 0);
    }
    rls_results_free(first);
    rls_buffer_release(&place);
    request.recency_field = rls_bytes_of("date", 4);
    request.half_life = INT64_C(86400) * 700;
    request.now = INT64_C(1230768000); /* 2009 */
    check_evaluation(f, query, &request, RLS_EVALUATE_FAST);
    request.half_life = 0;
    request.year_boost = 1.7;
    snprintf(named, sizeof(named), "%s 2005 1999", query);
    check_evaluation(f, named, &request, RLS_EVALUATE_FAST);
}

/* What random queries seldom ask: phrases and unions that prune, alone and beside a narrow filter.
 * Digits 1, 2 and 3 of a shape stand for words. */
static void
check_pruning(fixture *f, rls_random *random, uint32_t rounds)
{
    static const char *const shapes[] = {"\"1 2\"",
                                         "\"1 2\"~",
                                         "\"1 2\" date:>=2004",
                                         "1 2 size:>45",
                                         "1 2 3 -treaty",
                                         "+1 2 3",
                                         "1 OR 2 OR 3",
                                         "title:1 OR 2",
                                         "(1 OR 2) AND 3",
                                         "+\"1 2\" +3",
                                         "+\"1 2\" 3",
                                         "+1 \"2 3\"",
                                         "\"1 2\" \"2 3\"",
                                         "+\"1 2\" +\"2 1\" 3",
                                         "\"1 2 3\" 1",
                                         "\"in the of\"",
                                         "\"of in the to\"",
                                         "\"the the the\" 1",
                                         "title:\"1 2\"",
                                         "\"1 2\" OR \"3 1\"",
                                         "+1 +\"2 3 1\" -size:<9",
                                         "+\"1 2\" \"3 1\" 2",
                                         "\"of the\"",
                                         "\"it to the\"",
                                         "+\"in the\" 1",
                                         "\"of The in 1\"",
                                         "\"th\xc3\xa9 of\"",
                                         "\"1 2 3\"~",
                                         "\"of in the to\"~",
                                         "+\"its the\"~ 1",
                                         "title:\"1 2\"~",
                                         "=\"of the\"",
                                         "1 -\"of it\"",
                                         "\"of the\" OR 1",
                                         "title:\"to the\"",
                                         "+\"1 of the\" +2",
                                         "1",
                                         "1 -2",
                                         "+1 -2 -\"2 3\"",
                                         "1 -size:>30"};
    enum {
        SHAPE_COUNT = sizeof(shapes) / sizeof(*shapes)
    };

    for (uint32_t i = 0; i < rounds * SHAPE_COUNT; i++) {
        rls_search_request request = FIXTURE_REQUEST;
        uint32_t           among = i % 3 == 0 ? WORD_COUNT : 8;
        char               query[QUERY_MAX], *out = query;
        for (const char *at = shapes[i % SHAPE_COUNT]; *at != 0; at++) {
            if (*at >= '1' && *at <= '3')
                out = put(out, words[rls_random_below(random, among)]);
            else
                *out++ = *at;
        }
        *out = 0;
        request.limit = i % 2 == 0 ? 1 + rls_random_below(random, 4) : 10;
        request.count = i / SHAPE_COUNT % 4 == 3;
        request.mode = (rls_match)(i / SHAPE_COUNT % 2);
        check_same(f, query, &request);
        if (i / SHAPE_COUNT % 4 == 0)
            check_other_orders(f, query, request);
    }
}

static void
check_index(rls_random *random, uint32_t count, uint32_t most_words, uint32_t segments,
            uint32_t deleted, uint32_t queries)
{
    corpus   c;
    fixture  f;
    uint32_t splits[8], left = count;

    make_corpus(&c, random, count, most_words, deleted);
    for (uint32_t s = 0; s < segments; s++) {
        splits[s] = s + 1 == segments ? left : rls_random_below(random, left / 2 + 1);
        left -= splits[s];
    }
    fixture_open(&f, c.documents, splits, segments);
    for (uint32_t q = 0; q < queries; q++) {
        rls_search_request request;
        rls_search_field   weights[2];
        char               query[QUERY_MAX];
        random_request(&request, random, weights);
        put_query(query, random, 0);
        check_same(&f, query, &request);
    }
    check_pruning(&f, random, count < 100 ? 1 : 8);
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
    free_corpus(&c);
}

TEST(small_indexes_in_several_segments)
{
    rls_random random = {rls_test_seed()};

    for (int round = 0; round < 12; round++)
        check_index(&random, 1 + rls_random_below(&random, 40), 12,
                    1 + rls_random_below(&random, 4), round % 3 == 0 ? 0 : 4, 60);
}

TEST(segments_of_many_blocks_and_ranges)
{
    rls_random random = {rls_test_seed() + 1};

    check_index(&random, 1500, 20, 2, 0, 60);
    check_index(&random, 1200, 12, 3, 10, 60);
}

TEST(a_segment_large_enough_to_be_primed)
{
    rls_random random = {rls_test_seed() + 2};

    check_index(&random, 11000, 6, 1, 0, 60);
    check_index(&random, 4000, 6, 1, 12, 5);
}

/* Lists so long that they keep their best documents, a few, some hundred and more than a thousand.
 */
static void
check_lone_words(rls_random *random, uint32_t deleted)
{
    static const char *const queries[] = {"the",       "minister",         "=minister",
                                          "the -of",   "\"the minister\"", "\"the minister\"~",
                                          "title:the", "+the size:>20"};
    static const uint32_t    limits[] = {1, 10, 16, 17, 100, 190, 201, 900, 1300, 1400, 1500};
    enum {
        QUERIES = sizeof(queries) / sizeof(*queries),
        LIMITS = sizeof(limits) / sizeof(*limits),
        COUNT = 18000
    };
    corpus   c;
    fixture  f;
    uint32_t split = COUNT;

    make_corpus(&c, random, COUNT, 4, deleted);
    for (uint32_t i = 0; i < COUNT; i++) {
        char    *body = malloc(2048), *at = body;
        uint32_t dice = rls_random_below(random, 1000),
                 times = dice < 950 ? dice % 7 + 1 : dice - 930;
        for (uint32_t j = rls_random_below(random, 15) > 0 ? times : 0; j > 0; j--)
            at = put(at, j % 3 == 0 ? "the ministers " : "the ");
        for (uint32_t j = rls_random_below(random, 3); j > 0; j--)
            at = put(at, "minister oslo ");
        for (uint32_t j = rls_random_below(random, 250); j > 0; j--)
            at = put(at, "x ");
        put(at, c.documents[i].body);
        free((char *)c.documents[i].body);
        c.documents[i].body = body;
    }
    fixture_open(&f, c.documents, &split, 1);
    for (uint32_t i = 0; i < QUERIES * LIMITS; i++) {
        rls_search_request request = FIXTURE_REQUEST;
        request.limit = limits[i / QUERIES];
        request.k1 = i / 3 % 4 == 0 ? 0.7f : request.k1;
        request.b = i / 3 % 4 == 1 ? 0.1f : request.b;
        request.count = i % 5 == 0;
        check_evaluation(&f, queries[i % QUERIES], &request, RLS_EVALUATE_FAST);
    }
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
    free_corpus(&c);
}

TEST(best_documents_of_long_lists)
{
    rls_random random = {rls_test_seed() + 3};

    check_lone_words(&random, 0);
    check_lone_words(&random, 12);
}

/* A word that is another term in another language, in few documents, alone and beside others. */
TEST(few_documents_are_counted_one_by_one)
{
    static const char *const queries[] = {"kindliness",
                                          "+kindliness bergen",
                                          "+kindliness +bergen",
                                          "+kindliness -bergen",
                                          "+bergen -kindliness",
                                          "\"kindliness bergen\"~",
                                          "\"bergen kindliness\"",
                                          "bergen size:>3",
                                          "+bergen -size:>3"};
    enum {
        QUERIES = sizeof(queries) / sizeof(*queries),
        COUNT = 12000
    };
    rls_random random = {rls_test_seed() + 4};
    corpus     c;
    fixture    f;
    uint32_t   split = COUNT;

    make_corpus(&c, &random, COUNT, 1, 20);
    for (uint32_t i = 0; i < COUNT; i++) {
        fixture_document *d = &c.documents[i];
        char             *body = (char *)d->body;
        d->unstemmed = i % 2 == 0;
        if (i % 1300 > 1)
            continue;
        d->body = malloc(strlen(body) + 32);
        sprintf((char *)d->body, "%s kindliness %s", body, i % 4 == 0 ? "" : "bergen");
        free(body);
    }
    fixture_open(&f, c.documents, &split, 1);
    for (uint32_t i = 0; i < 2 * QUERIES; i++) {
        rls_search_request request = FIXTURE_REQUEST;
        request.count = true;
        request.mode = (rls_match)(i / QUERIES);
        check_evaluation(&f, queries[i % QUERIES], &request, RLS_EVALUATE_FAST);
    }
    fixture_close(&f);
    CHECK_EQ_U64(f.heap.used, 0);
    free_corpus(&c);
}
