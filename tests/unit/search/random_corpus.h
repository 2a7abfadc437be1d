/* Random documents with values of every kind, for tests of orders and facets: few words, so that
 * queries match many, and few values, so that many documents are equal. */
#ifndef RLS_TESTS_UNIT_SEARCH_RANDOM_CORPUS_H
#define RLS_TESTS_UNIT_SEARCH_RANDOM_CORPUS_H

#include "fixture.h"

#include "base/random.h"

enum {
    CORPUS_MAX = 1200,
    CORPUS_PEOPLE = 6
};

static const char *const corpus_people[CORPUS_PEOPLE] = {
    "Phil Goff", "Helen Clark", "T\xc4\x81riana Turia", "Goff", "A", "Zo\xc3\xab"};
static const char *const corpus_words[] = {"munitions", "treaty", "cluster", "oslo",
                                           "the",       "health", "rare",    "policy"};

typedef struct random_corpus {
    fixture_document documents[CORPUS_MAX];
    uint32_t         count;
    char             keys[CORPUS_MAX][16], dates[CORPUS_MAX][24], sizes[CORPUS_MAX][16];
    char             bodies[CORPUS_MAX][200];
} random_corpus;

static inline random_corpus *
random_corpus_new(rls_random *random, uint32_t count)
{
    random_corpus *c = calloc(1, sizeof(*c));
    bool           by_date = rls_random_below(random, 2) == 0;

    c->count = count;
    for (uint32_t i = 0; i < count; i++) {
        fixture_document *d = &c->documents[i];
        uint32_t year = by_date ? 2000 + 12 * i / count : 2000 + rls_random_below(random, 12);
        sprintf(c->keys[i], "%05x", (i * UINT32_C(40503)) & 0xfffff);
        sprintf(c->dates[i], "%04u-%02u-%02u", year, 1 + rls_random_below(random, 12),
                1 + rls_random_below(random, 4));
        if (rls_random_below(random, 4) == 0)
            strcat(c->dates[i], " 09:30:00");
        sprintf(c->sizes[i], "%.4g", rls_random_below(random, 30) / 4.0 - 2.0);
        for (uint32_t w = rls_random_below(random, 12); w > 0; w--) {
            uint32_t a = rls_random_below(random, 8), b = rls_random_below(random, 8);
            strcat(c->bodies[i], corpus_words[a < b ? a : b]);
            strcat(c->bodies[i], " ");
        }
        d->key = c->keys[i];
        d->body = c->bodies[i];
        d->title = rls_random_below(random, 4) ? NULL : "munitions treaty";
        if (rls_random_below(random, 8) > 0)
            d->date = rls_random_below(random, 10) > 0 ? c->dates[i] : "0001-01-01";
        if (rls_random_below(random, 12) == 0)
            d->size = c->sizes[i];
        for (uint32_t p = 0, n = rls_random_below(random, FIXTURE_LIST_MAX + 1); p < n; p++)
            d->ministers[p] = corpus_people[rls_random_below(random, CORPUS_PEOPLE)];
        d->deleted = rls_random_below(random, 10) == 0;
    }
    return c;
}

/* An index of it, cut into segments anywhere. */
static inline void
random_corpus_open(fixture *f, const random_corpus *c, rls_random *random)
{
    uint32_t splits[5], left = c->count, count = 0, most = 1 + rls_random_below(random, 5);

    while (count + 1 < most && left > 0) {
        splits[count] = rls_random_below(random, left + 1);
        left -= splits[count++];
    }
    splits[count++] = left;
    fixture_open(f, c->documents, splits, count);
}

static inline void
random_corpus_query(rls_random *random, char *out)
{
    static const char *const filters[] = {"",
                                          "",
                                          "",
                                          "+ministers:\"Phil Goff\" ",
                                          "+ministers:goff ",
                                          "-ministers:\"Helen Clark\" ",
                                          "+date:2003..2007 ",
                                          "date:>=2009 ",
                                          "size:>1 ",
                                          "(ministers:A OR ministers:goff) ",
                                          "date:2004 -size:* "};

    *out = 0;
    for (uint32_t i = rls_random_below(random, 4); i > 0; i--) {
        static const char *const signs[] = {"", "", "", "+", "-", "title:", "\""};
        const char              *sign = signs[rls_random_below(random, 7)];
        sprintf(out + strlen(out), "%s%s%s ", sign, corpus_words[rls_random_below(random, 8)],
                *sign == '"' ? " treaty\"" : "");
    }
    if (rls_random_below(random, 8) == 0)
        strcat(out, "(oslo OR (treaty AND cluster)) ");
    strcat(out, filters[rls_random_below(random, 11)]);
    if (*out == 0 || rls_random_below(random, 12) == 0)
        strcpy(out, "*");
}

#endif
