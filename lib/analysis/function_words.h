/* The most frequent words of some languages: articles, prepositions, forms of "to be", and for
 * English a few words that releases of a government have as often. Two of them
 * side by side are indexed as a term of their own, so that phrases of such words need no positions:
 * the dictionary's key of a pair is 0x02 word 0x02 word. So are two terms, stemmed as they are,
 * that are in the list, for phrases of words in any inflection: 0x03 term 0x03 term. The list is
 * one for all languages, so that whether a pair is indexed can be told from its two words alone,
 * whatever the language of a text.
 *
 * After the common-word bigrams of Williams, Zobel & Bahle, "Fast phrase querying with combined
 * indexes" (2004). */
#ifndef RLS_ANALYSIS_FUNCTION_WORDS_H
#define RLS_ANALYSIS_FUNCTION_WORDS_H

#include <stdbool.h>

#include "base/bytes.h"

/* What a pair is made of: the mark its key begins with. */
typedef enum rls_pair_kind {
    RLS_PAIR_OF_WORDS = 0x02,
    RLS_PAIR_OF_TERMS = 0x03
} rls_pair_kind;

enum {
    RLS_PAIR_MAX = 32,          /* bytes of a key at most */
    RLS_FUNCTION_WORD_MAX = 159 /* numbers are 1 to this */
};

/* The number of a word, folded as RLS_FOLD_ALL does, or of a term; 0 when it is not in the list. */
uint32_t rls_function_word(rls_bytes folded);

/* Whether two numbers, 0 among them, are words of one language, whose pairs are indexed. */
bool rls_function_words_pair(uint32_t left, uint32_t right);

/* Writes the pair's key to `key`, of RLS_PAIR_MAX bytes, and returns its size. */
size_t rls_function_words_key(rls_pair_kind kind, uint32_t left, uint32_t right, uint8_t *key);

/* Whether a key of the dictionary is that of a pair. */
static inline bool
rls_is_pair_key(rls_bytes key)
{
    return key.size > 0 && (key.data[0] == RLS_PAIR_OF_WORDS || key.data[0] == RLS_PAIR_OF_TERMS);
}

/* Changes when the list does: the analysis of an index depends on it. */
uint64_t rls_function_words_fingerprint(void);

#endif
