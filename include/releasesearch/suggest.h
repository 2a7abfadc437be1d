/** @file suggest.h
 *  Completion of what is being typed, and documents that are like another. */
#ifndef RELEASESEARCH_SUGGEST_H
#define RELEASESEARCH_SUGGEST_H

#include "hits.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rls_suggestion_kind {
    RLS_SUGGEST_WORD = 1,  /**< a word of the texts, in its most frequent form */
    RLS_SUGGEST_VALUE = 2, /**< a whole value of a keyword field */
    RLS_SUGGEST_TITLE = 4  /**< the title of a document */
} rls_suggestion_kind;

typedef struct rls_suggest_options {
    size_t   struct_size;
    uint32_t limit; /**< of each kind, 1..100 */
    uint32_t kinds; /**< rls_suggestion_kind, united; 0: all */
} rls_suggest_options;
#define RLS_SUGGEST_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(rls_suggest_options), 5, 0                                                          \
    }

typedef struct rls_suggestion {
    rls_suggestion_kind kind;
    rls_text            text;       /**< the word, value or title */
    rls_text            field;      /**< values and titles: of this field; else empty */
    uint64_t            count;      /**< words: occurrences; values: documents; titles: 1 */
    uint32_t            start, end; /**< bytes of what was typed that it stands in place of */
    rls_text            query;      /**< what was typed with it put in place: a query */
} rls_suggestion;

/** Made by rls_snapshot_suggest(). One thread at a time. Keeps its snapshot alive. */
typedef struct rls_suggestions rls_suggestions;

/** Completes what is being typed, with the cursor behind its last byte.
 *
 *  The last word may go on: as words that begin so, case and marks folded. Those that occur beside
 *  the words before it come first, as a sample of documents tells, then the frequent ones. Values
 *  are found by any word in them, from up to the last four words typed (`phil go` gives the
 *  minister), the longest match first, then by documents. Titles have the words before the last and
 *  a word that goes on from it; without a word before, the last needs three letters.
 *
 *  Behind `field:` values of that field alone are given, if it has values.
 *
 *  Work is bounded, so a very short beginning of very many words finds the most frequent of them
 *  only nearly surely. Counts include documents that are deleted and not yet merged away; what
 * occurs in such documents alone is not suggested.
 *
 *  @param text     any bytes, size below 4 GiB; only the last 1,024 are looked at
 *  @param options  NULL means RLS_SUGGEST_OPTIONS_INIT
 *  @param out_suggestions  words first, then values, then titles, each kind best first; the caller
 *                  ends it with rls_suggestions_close()
 *  @return RLS_OK (also when there are none), RLS_BAD_ARGUMENT, RLS_CORRUPT, RLS_NO_MEMORY */
RLS_API rls_status rls_snapshot_suggest(rls_snapshot *snapshot, const char *text, size_t size,
                                        const rls_suggest_options *options,
                                        rls_suggestions **out_suggestions, rls_error *err);

RLS_API uint32_t rls_suggestions_count(const rls_suggestions *suggestions);
/** Suggestion @a i (from 0), good until rls_suggestions_close(); NULL when @a i is past the last.
 */
RLS_API const rls_suggestion *rls_suggestions_get(const rls_suggestions *suggestions, uint32_t i);
/** Takes NULL. */
RLS_API void rls_suggestions_close(rls_suggestions *suggestions);

typedef struct rls_like_options {
    size_t      struct_size;
    const char *key;       /**< of the document that others are to be like; NULL: text is given */
    const char *text;      /**< UTF-8, any bytes; without a key */
    size_t      text_size; /**< below 4 GiB */
    uint32_t    words;     /**< most telling words that are looked for, 1..256 */
} rls_like_options;
#define RLS_LIKE_OPTIONS_INIT                                                                      \
    {                                                                                              \
        sizeof(rls_like_options), NULL, NULL, 0, 25                                                \
    }

/** Documents that are like one of the index, or like a text.
 *
 *  Of the words of its text fields (the first million bytes of each) those are chosen that tell
 *  most: (1 + ln occurrences) times idf, where words of the title count three times; words that no
 *  other document has are left out. They are searched for with that factor of their occurrences as
 *  boost, documents with any of them by score. The document itself and those whose body is the same
 *  are not among the hits; the total leaves out as many as were met.
 *
 *  @param like      has a key, or a text
 *  @param options   as for rls_snapshot_search(), but its match is RLS_MATCH_ANY; NULL: defaults
 *  @param out_hits  rls_hits_query() tells the words; the caller ends it with rls_hits_close()
 *  @return as rls_snapshot_search(); RLS_NOT_FOUND when there is no document with the key */
RLS_API rls_status rls_snapshot_like(rls_snapshot *snapshot, const rls_like_options *like,
                                     const rls_search_options *options, rls_hits **out_hits,
                                     rls_error *err);

#ifdef __cplusplus
}
#endif
#endif
