/* Documents made from a seed, like press releases in small: words by Zipf's law from a vocabulary
 * with marks, hyphens, apostrophes and numbers; title, lists, date and body. The same seed gives
 * the same documents everywhere. */
#ifndef RLS_TESTS_RANDOM_CORPUS_H
#define RLS_TESTS_RANDOM_CORPUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

enum {
    RLS_CORPUS_LIST_MAX = 3
};

/* All strings are NUL-terminated UTF-8. */
typedef struct rls_corpus_document {
    char       *key;   /* like "2007/05/release-000017.md"; unique, not in the order of documents */
    char       *title; /* a few words; may be empty */
    char       *body;  /* paragraphs of sentences; now and then empty or one long word */
    char        date[sizeof "2007-05-28"];      /* empty for some */
    const char *ministers[RLS_CORPUS_LIST_MAX]; /* NULL from the first that is missing */
    const char *portfolios[RLS_CORPUS_LIST_MAX];
} rls_corpus_document;

typedef struct rls_corpus {
    rls_corpus_document *documents;
    size_t               count;
} rls_corpus;

/* `mean_words` is the mean length of a body; lengths vary widely. Aborts without memory. */
rls_corpus *rls_corpus_new(uint64_t seed, size_t count, size_t mean_words);
void        rls_corpus_free(rls_corpus *corpus); /* takes NULL */

/* One word of the vocabulary by the same law, for queries; constant. */
const char *rls_corpus_word(rls_random *random);

/* Number `rank` of the vocabulary, most frequent first; NULL past the end. */
const char *rls_corpus_word_at(size_t rank);

/* The document as Markdown with YAML front matter, malloc'ed. */
char *rls_corpus_markdown(const rls_corpus_document *document);

#endif
