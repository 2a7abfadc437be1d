#include "support/random_corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most frequent first: the weight of rank r is about 1/r. Forms of one stem, words that differ in
 * marks or case alone, and parts of hyphenated words are in here on purpose. */
/* clang-format off */
static const char *const vocabulary[] = {
    "the", "of", "to", "and", "in", "a", "for", "is", "that", "will", "government", "on", "with",
    "Minister", "be", "we", "said", "New", "Zealand", "by", "are", "this", "as", "health", "it",
    "Māori", "has", "have", "at", "from", "more", "people", "new", "our", "education", "an",
    "their", "million", "Maori", "services", "work", "support", "year", "which", "also",
    "communities", "community", "families", "family", "children", "school", "schools", "not", "all",
    "been", "cluster", "munitions", "munition", "treaty", "agreement", "agreements", "agreed",
    "trade", "trading", "economic", "economy", "multi-agent", "whānau", "don't", "Minister's",
    "U.S.", "1,250.50", "2007", "per", "cent", "Te", "Tiriti", "Waitangi", "iwi", "hapū",
    "Whāngārei", "Taupō", "Tāmaki", "Makaurau", "co-operation", "cooperation", "long-term",
    "well-being", "wellbeing", "naïve", "café", "façade", "Zürich", "résumé", "police", "policing",
    "policy", "policies", "conserve", "conservation", "environment", "climate", "change", "changes",
    "changing", "transport", "roads", "road", "rail", "regional", "region", "regions",
    "development", "developing", "developed", "investment", "invest", "expense", "expenses",
    "budget", "Budget", "fund", "funding", "funded", "fisheries", "fishing", "quota", "biosecurity",
    "disarmament", "convention", "negotiation", "negotiations", "Oslo", "Wellington", "Auckland",
    "Christchurch", "Dunedin", "Hamilton", "pressure", "builds", "against", "youth", "justice",
    "court", "courts", "sentence", "sentencing", "Treaty", "settlement", "settlements", "settle",
    "Crown", "relations", "Arawhiti", "running", "runs", "ran", "C++", ".NET", "#budget",
    "info@example.org", "H5N1", "CO2", "3.5", "$15", "世界", "平和条約", "Москва", "Αθήνα", "straße",
    "STRASSE", "ﬁnance", "finance", "e\xcc\x81tude", "étude", "kōhanga", "reo", "kura", "marae",
    "aroha", "kaitiakitanga", "mana", "tangata", "whenua", "rangatiratanga",
};

enum {
    VOCABULARY_SIZE = sizeof vocabulary / sizeof vocabulary[0],
    WEIGHT_SCALE = 1 << 16
};

static const char *const ministers[] = {"Phil Goff",        "Helen Clark",  "Nanaia Mahuta",
                                        "Parekura Horomia", "Marian Hobbs", "Tāriana Turia",
                                        "David O'Connor",   "Hon. J. Smith"};
static const char *const portfolios[] = {"Disarmament and Arms Control",
                                         "Health",
                                         "Education",
                                         "Māori Crown Relations: Te Arawhiti",
                                         "Trade",
                                         "[Acting] Prime Minister",
                                         "Environment"};

enum {
    MINISTER_COUNT = sizeof ministers / sizeof ministers[0],
    PORTFOLIO_COUNT = sizeof portfolios / sizeof portfolios[0]
};

typedef struct text {
    char  *data;
    size_t size, capacity;
} text;

static void *
must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static void
append(text *to, const char *bytes)
{
    size_t size = strlen(bytes);

    if (to->size + size >= to->capacity) {
        to->capacity = (to->size + size + 1) * 2;
        to->data = must(realloc(to->data, to->capacity));
    }
    memcpy(to->data + to->size, bytes, size + 1);
    to->size += size;
}

const char *
rls_corpus_word_at(size_t rank)
{
    return rank < VOCABULARY_SIZE ? vocabulary[rank] : NULL;
}

const char *
rls_corpus_word(rls_random *random)
{
    uint32_t total = 0, drawn;
    size_t   rank = 0;

    for (uint32_t i = 1; i <= VOCABULARY_SIZE; i++)
        total += WEIGHT_SCALE / i;
    drawn = rls_random_below(random, total);
    while (drawn >= WEIGHT_SCALE / ((uint32_t)rank + 1))
        drawn -= WEIGHT_SCALE / ((uint32_t)rank++ + 1);
    return vocabulary[rank];
}

/* Words with one space between, the first capital when it is an ASCII letter. */
static void
append_sentence(text *to, rls_random *random, size_t words, const char *end)
{
    for (size_t i = 0; i < words; i++) {
        size_t start = to->size;

        append(to, rls_corpus_word(random));
        if (i == 0 && to->data[start] >= 'a' && to->data[start] <= 'z')
            to->data[start] = (char)(to->data[start] - 'a' + 'A');
        if (i + 1 < words)
            append(to, rls_random_below(random, 12) == 0 ? ", " : " ");
    }
    append(to, end);
}

/* Mostly around the mean, now and then several times it, now and then nothing. */
static size_t
draw_length(rls_random *random, size_t mean)
{
    uint32_t kind = rls_random_below(random, 32);

    if (kind == 0 || mean == 0)
        return 0;
    if (kind == 1)
        return 1;
    if (kind < 4)
        return mean * 2 + rls_random_below(random, (uint32_t)mean * 4 + 1);
    return mean / 2 + rls_random_below(random, (uint32_t)mean + 1);
}

static char *
make_body(rls_random *random, size_t mean_words)
{
    size_t left = draw_length(random, mean_words);
    text   body = {0};

    append(&body, "");
    if (left == 1) {
        /* A word longer than any tokenizer likes to keep. */
        for (int i = 0; i < 100; i++)
            append(&body, "kaupapa");
        return body.data;
    }
    while (left > 0) {
        size_t words = 3 + rls_random_below(random, 15);

        if (words > left)
            words = left;
        left -= words;
        append_sentence(&body, random, words, ".");
        append(&body, left == 0 ? "\n" : rls_random_below(random, 4) == 0 ? "\n\n" : " ");
    }
    return body.data;
}

static void
draw_list(rls_random *random, const char *const *from, uint32_t from_count, const char **list)
{
    uint32_t wanted = rls_random_below(random, RLS_CORPUS_LIST_MAX + 1);
    uint32_t first = rls_random_below(random, from_count);

    for (uint32_t i = 0; i < wanted; i++)
        list[i] = from[(first + i) % from_count];
}

static void
make_document(rls_random *random, size_t number, size_t mean_words, rls_corpus_document *document)
{
    unsigned year = 1993 + rls_random_below(random, 25), month = 1 + rls_random_below(random, 12);
    unsigned day = 1 + rls_random_below(random, 28);
    char     key[64];
    text     title = {0};

    snprintf(key, sizeof key, "%04u/%02u/release-%06zu.md", year, month, number);
    document->key = must(strdup(key));
    append(&title, "");
    append_sentence(&title, random, rls_random_below(random, 9), "");
    document->title = title.data;
    document->body = make_body(random, mean_words);
    if (rls_random_below(random, 10) > 0)
        snprintf(document->date, sizeof document->date, "%04u-%02u-%02u", year % 10000, month % 100,
                 day % 100);
    draw_list(random, ministers, MINISTER_COUNT, document->ministers);
    draw_list(random, portfolios, PORTFOLIO_COUNT, document->portfolios);
}

rls_corpus *
rls_corpus_new(uint64_t seed, size_t count, size_t mean_words)
{
    rls_corpus *corpus = must(calloc(1, sizeof *corpus));
    rls_random  random = {seed};

    corpus->documents = must(calloc(count + 1, sizeof *corpus->documents));
    corpus->count = count;
    for (size_t i = 0; i < count; i++)
        make_document(&random, i, mean_words, &corpus->documents[i]);
    return corpus;
}

void
rls_corpus_free(rls_corpus *corpus)
{
    if (corpus == NULL)
        return;
    for (size_t i = 0; i < corpus->count; i++) {
        free(corpus->documents[i].key);
        free(corpus->documents[i].title);
        free(corpus->documents[i].body);
    }
    free(corpus->documents);
    free(corpus);
}

/* Single quotes, in which only the single quote itself is special. */
static void
append_quoted(text *to, const char *value)
{
    char one[2] = {0};

    append(to, "'");
    for (; *value != '\0'; value++) {
        one[0] = *value;
        append(to, *value == '\'' ? "''" : one);
    }
    append(to, "'\n");
}

static void
append_list(text *to, const char *name, const char *const *list)
{
    if (list[0] == NULL)
        return;
    append(to, name);
    append(to, ":\n");
    for (size_t i = 0; i < RLS_CORPUS_LIST_MAX && list[i] != NULL; i++) {
        append(to, "- ");
        append_quoted(to, list[i]);
    }
}

char *
rls_corpus_markdown(const rls_corpus_document *document)
{
    text markdown = {0};

    append(&markdown, "---\ntitle: ");
    append_quoted(&markdown, document->title);
    if (document->date[0] != '\0') {
        append(&markdown, "date: ");
        append(&markdown, document->date);
        append(&markdown, "\n");
    }
    append_list(&markdown, "ministers", document->ministers);
    append_list(&markdown, "portfolios", document->portfolios);
    append(&markdown, "---\n\n");
    append(&markdown, document->body);
    return markdown.data;
}
