/* Words told by a pattern against a naive reading of it: every token of every document is held
 * against the pattern, and what counts is scored in doubles as the page on the language says. */
#include "fixture.h"

#include <math.h>

#include "base/random.h"
#include "naive_text.h"
#include "support/edit_distance.h"

enum {
    DOCUMENTS = 1100, /* enough for bit sets of frequent terms */
    BODY_SIZE = 320,
    FIELDS = 2, /* the body, the title */
    EDITS_MAX = 2
};

/* Terms with several forms, and words that differ by few letters. The first are frequent. */
static const char *const words[] = {"govern", "government",  "the",  "then",      "Governments",
                                    "Then",   "governing",   "them", "goverment", "governor",
                                    "thee",   "gouvernment", "Thé",  "governess", "munition"};
static const double      weights[FIELDS] = {1.0, 2.5};

enum {
    WORDS = sizeof(words) / sizeof(*words)
};

typedef struct model_document {
    naive_text text;
    char       body[BODY_SIZE], title[64], key[8];
    double     lengths[FIELDS];
} model_document;

typedef struct model {
    rls_heap         heap;
    rls_analyzer    *analyzer;
    fixture_document sources[DOCUMENTS];
    model_document   documents[DOCUMENTS];
    double           live, averages[FIELDS];
} model;

static void
draw_text(rls_random *random, uint32_t most, char *out)
{
    *out = 0;
    for (uint32_t i = rls_random_below(random, most + 1); i > 0; i--) {
        uint32_t a = rls_random_below(random, WORDS), b = rls_random_below(random, WORDS);
        strcat(out, words[a < b ? a : b]);
        strcat(out, " ");
    }
}

static model *
make_model(rls_random *random, uint32_t deleted_percent)
{
    model *m = calloc(1, sizeof(*m));

    rls_heap_init(&m->heap, NULL, SIZE_MAX);
    CHECK_OK(rls_analyzer_new(&m->heap, rls_bytes_of("english", 7), &m->analyzer, NULL));
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        model_document *d = &m->documents[i];
        draw_text(random, 20, d->body);
        if (rls_random_below(random, 5) == 0)
            draw_text(random, 4, d->title);
        sprintf(d->key, "%05u", i);
        m->sources[i] =
            (fixture_document){.key = d->key,
                               .body = d->body,
                               .title = *d->title != 0 ? d->title : NULL,
                               .deleted = rls_random_below(random, 100) < deleted_percent};
        d->lengths[0] = naive_text_add(&d->text, m->analyzer, 0, fixture_text(d->body), 0);
        d->lengths[1] = naive_text_add(&d->text, m->analyzer, 1, fixture_text(d->title), 0);
        m->live += !m->sources[i].deleted;
        for (int f = 0; f < FIELDS; f++)
            m->averages[f] += m->sources[i].deleted ? 0 : d->lengths[f];
    }
    for (int f = 0; f < FIELDS; f++)
        m->averages[f] /= m->live;
    return m;
}

static void
free_model(model *m)
{
    rls_analyzer_free(m->analyzer);
    CHECK_EQ_U64(m->heap.used, 0);
    free(m);
}

typedef struct wanted {
    const char *begin, *end; /* a wildcard: begin*end; of a word under edits the word */
    uint32_t    edits_max;   /* 0: a wildcard */
    int         field;       /* -1: any */
} wanted;

/* The edits that a token matches with; more than EDITS_MAX when it does not. */
static uint32_t
edits_of(const wanted *w, const naive_token *t)
{
    size_t   size = strlen(t->folded), begin = strlen(w->begin), end = strlen(w->end);
    uint32_t edits;

    if (w->field >= 0 && t->field != (uint32_t)w->field)
        return EDITS_MAX + 1;
    if (w->edits_max > 0) {
        edits = edit_distance(w->begin, t->folded);
        return edits <= w->edits_max ? edits : EDITS_MAX + 1;
    }
    return size >= begin + end && memcmp(t->folded, w->begin, begin) == 0 &&
                   memcmp(t->folded + size - end, w->end, end) == 0
               ? 0
               : EDITS_MAX + 1;
}

/* s, or -1 when no token matches. */
static double
saturation_of(const model *m, const wanted *w, const model_document *d)
{
    uint32_t least = EDITS_MAX + 1;
    double   tf[FIELDS] = {0}, t = 0, s;

    for (uint32_t i = 0; i < d->text.count; i++) {
        uint32_t edits = edits_of(w, &d->text.tokens[i]);
        least = edits < least ? edits : least;
    }
    if (least > EDITS_MAX)
        return -1;
    for (uint32_t i = 0; i < d->text.count; i++)
        tf[d->text.tokens[i].field] += edits_of(w, &d->text.tokens[i]) == least;
    for (int f = 0; f < FIELDS; f++) {
        double length = rls_length_from_byte(rls_length_to_byte((uint32_t)d->lengths[f]));
        if (tf[f] > 0)
            t += weights[f] * tf[f] / (0.25 + 0.75 * length / m->averages[f]);
    }
    s = t / (t + 1.2);
    return w->edits_max == 0 ? s : ldexp(1 + s, -1 - (int)least);
}

static int
descending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left < right) - (left > right);
}

static void
check_pattern(const model *m, fixture *f, const wanted *w, const char *text, uint32_t limit)
{
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;
    double            *s = calloc(DOCUMENTS, sizeof(*s)), *all = calloc(DOCUMENTS, sizeof(*all));
    double             count = 0, idf;

    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        s[i] = m->sources[i].deleted ? -1 : saturation_of(m, w, &m->documents[i]);
        if (s[i] >= 0)
            all[(uint32_t)count++] = s[i];
    }
    qsort(all, (size_t)count, sizeof(*all), descending);
    idf = log(1 + (m->live - count + 0.5) / (count + 0.5));
    request.limit = limit;
    CHECK_OK(fixture_search(&f->heap, &f->snapshot, text, &request, &results, NULL));
    if (results->total != (uint32_t)count)
        rls_test_fail(__FILE__, __LINE__, "%s: %u documents, wanted %.0f", text,
                      (unsigned)results->total, count);
    for (uint32_t i = 0; i < results->count; i++) {
        double score = results->items[i].score,
               own = idf * s[fixture_number(f, &results->items[i])];
        if (fabs(score - own) > 2e-5 || fabs(score - idf * all[i]) > 2e-5)
            rls_test_fail(__FILE__, __LINE__, "%s: hit %u scores %.9g, wanted %.9g, %.9g", text, i,
                          score, own, idf * all[i]);
    }
    rls_results_free(results);
    free(s);
    free(all);
}

static const wanted patterns[] = {
    {"g", "", 0, -1},         {"t", "", 0, -1},         {"the", "", 0, -1},
    {"", "ment", 0, -1},      {"", "e", 0, -1},         {"gov", "t", 0, -1},
    {"", "", 0, -1},          {"th", "", 0, 1},         {"gover", "nt", 0, 1},
    {"goverment", "", 1, -1}, {"goverment", "", 2, -1}, {"government", "", 1, -1},
    {"then", "", 1, -1},      {"thn", "", 1, -1},       {"thn", "", 2, -1},
    {"gvernmant", "", 2, -1}, {"muniton", "", 1, -1},   {"them", "", 1, 1},
    {"governmnet", "", 1, 0}, {"gobernmnt", "", 2, 1},  {"govern", "", 2, -1},
    {"munitoin", "", 1, -1},  {"", "unit", 0, -1},      {"governs", "", 1, -1},
};

static void
check_patterns(rls_random *random, const uint32_t *splits, uint32_t segments, uint32_t deleted)
{
    model  *m = make_model(random, deleted);
    fixture f;

    fixture_open(&f, m->sources, splits, segments);
    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        const wanted *w = &patterns[i];
        const char   *field = w->field < 0 ? "" : w->field == 0 ? "body:" : "title:";
        char          text[64];
        if (w->edits_max > 0)
            sprintf(text, "%s%s~%u", field, w->begin, w->edits_max);
        else
            sprintf(text, "%s%s*%s", field, w->begin, w->end);
        if (w->edits_max == 0 && *w->begin == 0 && *w->end == 0)
            strcpy(text, "/.*/");
        check_pattern(m, &f, w, text, 10);
        check_pattern(m, &f, w, text, DOCUMENTS);
    }
    fixture_close(&f);
    free_model(m);
}

TEST(patterns_find_and_score_what_a_naive_reading_does)
{
    static const uint32_t one[] = {DOCUMENTS}, three[] = {600, 10, DOCUMENTS - 610};
    rls_random            random = {rls_test_seed()};

    check_patterns(&random, one, 1, 0);
    check_patterns(&random, one, 1, 15);
    check_patterns(&random, three, 3, 30);
}

/* Ten notes make more fields than have sums of their own. */
TEST(words_in_many_fields_are_all_counted)
{
    fixture_document   documents[4] = {{.key = "a", .body = "x"},
                                       {.key = "b", .body = "x"},
                                       {.key = "c", .body = "x"},
                                       {.key = "d", .body = "x"}};
    uint32_t           splits[] = {4};
    rls_search_request request = FIXTURE_REQUEST;
    rls_results       *results;
    fixture            f;

    for (int i = 0; i < FIXTURE_NOTE_MAX; i++) {
        documents[0].notes[i] = "zone zoo";
        documents[1].notes[i] = "zoology zoology";
        documents[2].notes[i] = "none zoology";
        documents[3].notes[i] = i < FIXTURE_NOTE_MAX - 1 ? "zone zoo" : "none other";
    }
    fixture_open(&f, documents, splits, 1);
    CHECK_OK(fixture_search(&f.heap, &f.snapshot, "zo*", &request, &results, NULL));
    CHECK_EQ_U64(results->count, 4);
    CHECK_EQ_U64(fixture_number(&f, &results->items[0]), 0);
    CHECK_EQ_U64(fixture_number(&f, &results->items[1]), 1);
    CHECK(results->items[0].score == results->items[1].score);
    CHECK_EQ_U64(fixture_number(&f, &results->items[2]), 3);
    CHECK(results->items[2].score < results->items[1].score);
    CHECK(results->items[3].score < results->items[2].score);
    rls_results_free(results);
    fixture_close(&f);
}
