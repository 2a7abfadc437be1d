/* What an index should hold and find, kept as plainly as can be: documents as arrays of words out
 * of a small vocabulary, whose inflections are told by hand; queries as trees, evaluated a document
 * at a time. Knows nothing of the library. */
#ifndef RLS_TESTS_EXAMS_DIFFERENTIAL_MODEL_H
#define RLS_TESTS_EXAMS_DIFFERENTIAL_MODEL_H

#include <stdbool.h>

#include "base/random.h"

enum {
    NAIVE_DOCUMENTS = 160,
    NAIVE_BODY_MAX = 30,
    NAIVE_TITLE_MAX = 4,
    NAIVE_MINISTERS = 3,
    NAIVE_FIRST_YEAR = 2001,
    NAIVE_YEARS = 8,
    NAIVE_KEY_SIZE = 8,
    NAIVE_TEXT_SIZE = 1024,
    NAIVE_NODES_MAX = 16
};

typedef struct naive_document {
    uint8_t body[NAIVE_BODY_MAX], title[NAIVE_TITLE_MAX]; /* words by number */
    uint8_t body_count;                                   /* 0: there is no such document */
    uint8_t title_count, ministers /* a bit each */, month, day;
    int     year; /* 0: without a date */
} naive_document;

typedef struct naive_index {
    naive_document documents[NAIVE_DOCUMENTS];
} naive_index;

void        naive_document_new(naive_document *document, rls_random *random);
void        naive_key(uint32_t number, char out[NAIVE_KEY_SIZE]);
const char *naive_minister(uint32_t number);
void        naive_words(const uint8_t *words, uint32_t count, char out[NAIVE_TEXT_SIZE]);
void        naive_date(const naive_document *document, char out[NAIVE_TEXT_SIZE]);
uint64_t    naive_live(const naive_index *index);

typedef enum naive_kind {
    NAIVE_AND,
    NAIVE_OR,
    NAIVE_AND_NOT,
    NAIVE_WORD,           /* in any inflection */
    NAIVE_TITLE_WORD,     /* the same in the title */
    NAIVE_EXACT,          /* this form alone */
    NAIVE_PHRASE,         /* two words as written */
    NAIVE_STEMMED_PHRASE, /* in any inflection */
    NAIVE_PREFIX
} naive_kind;

typedef struct naive_node {
    naive_kind kind;
    uint32_t   left, right; /* nodes, or words by number */
    uint32_t   letters;     /* of a prefix */
} naive_node;

typedef struct naive_query {
    naive_node nodes[NAIVE_NODES_MAX]; /* the root is 0 */
    uint32_t   node_count;             /* 0: every document */
    int        minister;               /* that must be there; -1: any */
    int        from, to;               /* years; 0: any */
    char       text[NAIVE_TEXT_SIZE];  /* as a person would type it */
} naive_query;

void naive_query_new(naive_query *query, rls_random *random);
/* False for a document that is not there. */
bool naive_matches(const naive_query *query, const naive_document *document);
/* Documents that match, by date, those without one last, equal ones by number. Returns how many. */
uint32_t naive_by_date(const naive_query *query, const naive_index *index, bool descending,
                       uint32_t out[NAIVE_DOCUMENTS]);
/* How many documents that match have each minister and each year. */
void naive_count(const naive_query *query, const naive_index *index,
                 uint64_t ministers[NAIVE_MINISTERS], uint64_t years[NAIVE_YEARS]);

#endif
