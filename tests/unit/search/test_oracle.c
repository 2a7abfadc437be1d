/* Search against a naive model: documents analysed again, kept as plain arrays of tokens, scored in
 * doubles by the formula as it is written. */
#include "fixture.h"

#include <math.h>

#include "base/random.h"
#include "document/date.h"
#include "naive_text.h"

enum {
    DOCUMENT_COUNT = 90,
    FIELD_COUNT = 3,
    LEAF_MAX = 3
};

static const char *const words[] = {
    "munitions",    "Munitions", "munition",   "cluster",   "clusters", "health",   "Maori",
    "M\xc4\x81ori", "maori",     "happy",      "happiness", "expense",  "expenses", "Expenses",
    "the",          "of",        "C++",        "don't",     "treaty",   "in",       "The",
    "it",           "its",       "th\xc3\xa9", "to",        "in",       "the",      "IN"};
static const char *const people[] = {"Phil Goff", "Helen Clark", "T\xc4\x81riana Turia"};
static const double      weights[FIELD_COUNT] = {1.0, 0.5, 2.5};

enum {
    WORD_COUNT = sizeof(words) / sizeof(*words),
    PERSON_COUNT = 3
};

typedef struct model_document {
    fixture_document source;
    char             body[1024], title[64], date[16];
    naive_text       text;
    uint32_t         lengths[FIELD_COUNT];
} model_document;

typedef struct model {
    rls_heap       heap;
    rls_analyzer  *analyzer;
    model_document documents[DOCUMENT_COUNT];
    double         live, averages[FIELD_COUNT];
} model;

static void
add_text(model *m, model_document *d, uint32_t field, const char *text, uint32_t first)
{
    d->lengths[field] +=
        naive_text_add(&d->text, m->analyzer, field, fixture_text(text), first) - first;
}

static void
random_text(rls_random *random, char *out, uint32_t most)
{
    *out = 0;
    for (uint32_t i = rls_random_below(random, most); i > 0; i--) {
        strcat(out, words[rls_random_below(random, WORD_COUNT)]);
        strcat(out, rls_random_below(random, 5) ? " " : ". ");
    }
}

static void
make_model(model *m, rls_random *random)
{
    rls_heap_init(&m->heap, NULL, SIZE_MAX);
    CHECK_OK(rls_analyzer_new(&m->heap, rls_bytes_of("english", 7), &m->analyzer, NULL));
    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++) {
        model_document *d = &m->documents[i];
        char            key[16];
        sprintf(key, "%03u", (i * 37) % 101);
        random_text(random, d->body, 30);
        random_text(random, d->title, 4);
        sprintf(d->date, "20%02u-0%u-11", i % 12, 1 + i % 9);
        d->source = (fixture_document){.key = strdup(key),
                                       .body = d->body,
                                       .title = d->title,
                                       .date = d->date,
                                       .deleted = rls_random_below(random, 6) == 0};
        d->source.ministers[0] = people[i % PERSON_COUNT];
        if (i % 4 == 0)
            d->source.ministers[1] = people[(i + 1) % PERSON_COUNT];
        add_text(m, d, 0, d->body, 0);
        add_text(m, d, 1, d->source.ministers[0], 0);
        if (i % 4 == 0)
            add_text(m, d, 1, d->source.ministers[1], d->lengths[1] + 8);
        add_text(m, d, 2, d->title, 0);
        if (d->source.deleted)
            continue;
        m->live++;
        for (int f = 0; f < FIELD_COUNT; f++)
            m->averages[f] += d->lengths[f];
    }
    for (int f = 0; f < FIELD_COUNT; f++)
        m->averages[f] /= m->live;
}

static void
free_model(model *m)
{
    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++)
        free((char *)m->documents[i].source.key);
    rls_analyzer_free(m->analyzer);
}

typedef enum leaf_kind {
    STEMMED,
    WRITTEN,
    EXACT,
    BEGINS
} leaf_kind;

/* A word or phrase, perhaps in one field. */
typedef struct leaf {
    leaf_kind   kind;
    int         field; /* -1: any */
    uint32_t    count;
    naive_token words[3];
    char        text[200];
} leaf;

static void
random_leaf(model *m, rls_random *random, leaf *l)
{
    const char *chosen[3];
    bool        quoted;

    l->kind = (leaf_kind)rls_random_below(random, 4);
    l->field = rls_random_below(random, 4) == 0 ? 2 : -1;
    l->count = 1;
    if (l->kind < EXACT)
        l->count += rls_random_below(random, 3);
    for (uint32_t i = 0; i < l->count; i++) {
        chosen[i] = words[rls_random_below(random, WORD_COUNT)];
        naive_analyze(m->analyzer, fixture_text(chosen[i]), &l->words[i]);
    }
    quoted = l->kind == WRITTEN || l->count > 1;
    sprintf(l->text, "%s%s%s%s", l->field == 2 ? "title:" : "", l->kind == EXACT ? "=" : "",
            quoted ? "\"" : "", chosen[0]);
    if (l->kind == BEGINS) {
        size_t size = 1 + rls_random_below(random, (uint32_t)strlen(l->words[0].folded));
        l->words[0].folded[size] = 0;
        sprintf(l->text, "%s%s*", l->field == 2 ? "title:" : "", l->words[0].folded);
    }
    for (uint32_t i = 1; i < l->count; i++) {
        strcat(l->text, " ");
        strcat(l->text, chosen[i]);
    }
    if (quoted)
        strcat(l->text, l->kind == STEMMED ? "\"~" : "\"");
}

static bool
is_word(const leaf *l, const naive_token *wanted, const naive_token *t)
{
    if (l->kind == BEGINS)
        return strncmp(t->folded, wanted->folded, strlen(wanted->folded)) == 0;
    if (strcmp(t->term, wanted->term) != 0)
        return false;
    if (l->kind == STEMMED)
        return true;
    if (l->kind == EXACT)
        return strcmp(t->form, wanted->form) == 0;
    return naive_is_written(wanted, t);
}

/* Occurrences of the leaf by field. */
static bool
count_leaf(const leaf *l, const model_document *d, uint32_t tf[FIELD_COUNT])
{
    bool any = false;

    memset(tf, 0, FIELD_COUNT * sizeof(*tf));
    for (uint32_t i = 0; i < d->text.count; i++) {
        const naive_token *first = &d->text.tokens[i];
        uint32_t           met = 1;
        if ((l->field >= 0 && first->field != (uint32_t)l->field) ||
            !is_word(l, &l->words[0], first))
            continue;
        for (uint32_t w = 1; w < l->count; w++) {
            bool here = false;
            for (uint32_t j = 0; j < d->text.count; j++)
                here = here || (d->text.tokens[j].field == first->field &&
                                d->text.tokens[j].position == first->position + w &&
                                is_word(l, &l->words[w], &d->text.tokens[j]));
            met += here;
        }
        if (met == l->count) {
            tf[first->field]++;
            any = true;
        }
    }
    return any;
}

static double
idf(const model *m, const leaf *l, uint32_t word)
{
    double with = 0;

    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++) {
        const model_document *d = &m->documents[i];
        bool                  has = false;
        for (uint32_t t = 0; t < d->text.count; t++) {
            if (l->kind == BEGINS)
                has = has || (is_word(l, &l->words[word], &d->text.tokens[t]) &&
                              (l->field < 0 || d->text.tokens[t].field == (uint32_t)l->field));
            else
                has = has || strcmp(d->text.tokens[t].term, l->words[word].term) == 0;
        }
        with += has && !d->source.deleted;
    }
    return log(1 + (m->live - with + 0.5) / (with + 0.5));
}

static double
score_leaf(const model *m, const leaf *l, const model_document *d, const uint32_t tf[FIELD_COUNT],
           double k1, double b)
{
    double weight = 0, t = 0;

    for (uint32_t w = 0; w < l->count; w++)
        weight += idf(m, l, w);
    for (int f = 0; f < FIELD_COUNT; f++) {
        double length = rls_length_from_byte(rls_length_to_byte(d->lengths[f]));
        if (tf[f] > 0)
            t += weights[f] * tf[f] / (1 - b + b * length / m->averages[f]);
    }
    return weight * t / (t + k1);
}

typedef struct filter {
    int minister; /* -1: none */
    int year;     /* 0: none */
} filter;

static bool
passes(const filter *f, const fixture_document *d)
{
    bool is = f->minister < 0;

    for (int i = 0; i < FIXTURE_LIST_MAX && d->ministers[i] != NULL; i++)
        is = is || (f->minister >= 0 && d->ministers[i] == people[f->minister]);
    return is && (f->year == 0 || atoi(d->date) >= f->year);
}

static int
descending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left < right) - (left > right);
}

static bool
near(double a, double b)
{
    return fabs(a - b) <= 1e-5 * (1 + fabs(b));
}

static void
check_query(model *m, fixture *f, rls_random *random)
{
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;
    leaf               leaves[LEAF_MAX];
    filter             only = {-1, 0};
    uint32_t           count = 1 + rls_random_below(random, LEAF_MAX), expected = 0;
    double             all[DOCUMENT_COUNT], scores[DOCUMENT_COUNT];
    char               text[1024] = "";
    bool               every = rls_random_below(random, 2) == 0;

    for (uint32_t i = 0; i < count; i++) {
        random_leaf(m, random, &leaves[i]);
        strcat(text, leaves[i].text);
        strcat(text, " ");
    }
    if (rls_random_below(random, 3) == 0) {
        only.minister = (int)rls_random_below(random, PERSON_COUNT);
        sprintf(text + strlen(text), "ministers:\"%s\" ", people[only.minister]);
    }
    if (rls_random_below(random, 3) == 0) {
        only.year = 2000 + (int)rls_random_below(random, 13);
        sprintf(text + strlen(text), "date:>=%d", only.year);
    }
    if (rls_random_below(random, 2) == 0) {
        request.k1 = (float)rls_random_below(random, 4) / 2.0f;
        request.b = (float)rls_random_below(random, 5) / 4.0f;
    }
    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++) {
        const model_document *d = &m->documents[i];
        uint32_t              matched = 0, tf[FIELD_COUNT];
        double                sum = 0;
        for (uint32_t l = 0; l < count; l++) {
            if (count_leaf(&leaves[l], d, tf)) {
                matched++;
                sum += score_leaf(m, &leaves[l], d, tf, (double)request.k1, (double)request.b);
            }
        }
        scores[i] = -1;
        if (!d->source.deleted && passes(&only, &d->source) &&
            (every ? matched == count : matched > 0))
            all[expected++] = scores[i] = sum;
    }
    qsort(all, expected, sizeof(*all), descending);

    request.mode = every ? RLS_MATCH_ALL : RLS_MATCH_ANY;
    request.evaluation = rls_random_below(random, 2) ? RLS_EVALUATE_FAST : RLS_EVALUATE_EXHAUSTIVE;
    request.limit = 1 + rls_random_below(random, 40);
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
    if (results->total != expected)
        rls_test_fail(__FILE__, __LINE__, "%s: total %u, wanted %u", text, (unsigned)results->total,
                      expected);
    CHECK_EQ_U64(results->count, expected < request.limit ? expected : request.limit);
    for (uint32_t i = 0; i < results->count; i++) {
        uint32_t number = fixture_number(f, &results->items[i]);
        if (!near(results->items[i].score, all[i]) ||
            !near(results->items[i].score, scores[number]))
            rls_test_fail(__FILE__, __LINE__,
                          "%s: hit %u (document %u) scores %.9g, wanted %.9g, %.9g", text, i,
                          number, results->items[i].score, all[i], scores[number]);
    }
    rls_results_free(results);
}

static void
check_split(rls_random *random, uint32_t first, uint32_t second)
{
    uint32_t          splits[3] = {first, second, DOCUMENT_COUNT - first - second};
    model            *m = calloc(1, sizeof(*m));
    fixture_document *documents = calloc(DOCUMENT_COUNT, sizeof(*documents));
    fixture           f;

    make_model(m, random);
    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++)
        documents[i] = m->documents[i].source;
    fixture_open(&f, documents, splits, 3);
    for (int q = 0; q < 150; q++)
        check_query(m, &f, random);
    fixture_close(&f);
    free_model(m);
    free(documents);
    free(m);
}

TEST(a_naive_model_finds_the_same_with_the_same_scores)
{
    rls_random random = {rls_test_seed()};

    check_split(&random, DOCUMENT_COUNT, 0);
    check_split(&random, 30, 45);
    check_split(&random, 1, 1);
}
