/** @file terms.h
 *  The words that an index has. */
#ifndef RELEASESEARCH_TERMS_H
#define RELEASESEARCH_TERMS_H

#include "snapshot.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rls_terms_match {
    RLS_TERMS_PREFIX,   /**< words that begin so; an empty beginning: all words */
    RLS_TERMS_WILDCARD, /**< ? one character, * any number */
    RLS_TERMS_REGEX,    /**< as between the slashes of a query */
    RLS_TERMS_FUZZY     /**< words within so many edits */
} rls_terms_match;

typedef struct rls_terms_options {
    size_t          struct_size;
    rls_terms_match match;
    uint32_t        edits; /**< of RLS_TERMS_FUZZY, 0..2 */
    bool (*cancel)(
        void *context); /**< polled; true ends the walk with RLS_CANCELLED; may be NULL */
    void *cancel_context;
} rls_terms_options;
#define RLS_TERMS_OPTIONS_INIT                                                                     \
    {                                                                                              \
        sizeof(rls_terms_options), RLS_TERMS_PREFIX, 1, NULL, NULL                                 \
    }

/** A word of the texts. Pointers are good during the call. */
typedef struct rls_term_entry {
    const char *word;        /**< case and marks folded, as patterns see it */
    const char *form;        /**< as it is written most often */
    const char *term;        /**< its stem: words with the same are found by each other */
    uint64_t    documents;   /**< that have the word; deleted ones do not count */
    uint64_t    occurrences; /**< in them */
    uint32_t    edits;       /**< from the pattern, of RLS_TERMS_FUZZY */
} rls_term_entry;

/** Calls @a visit for each word that matches, in the order of the words' bytes; stops when it
 *  returns false. A word that has several stems, in an index of several languages, is there once
 *  for each. Values of keyword fields count by their words. All words that match are gathered
 *  first.
 *
 *  @param pattern  UTF-8; its letters are folded
 *  @param options  NULL means RLS_TERMS_OPTIONS_INIT
 *  @return RLS_OK (also when there are none), RLS_BAD_QUERY with the byte in err->offset when the
 *          pattern is none, RLS_CANCELLED, RLS_BAD_ARGUMENT, RLS_CORRUPT, RLS_NO_MEMORY */
RLS_API rls_status rls_snapshot_terms(rls_snapshot *snapshot, const char *pattern, size_t size,
                                      const rls_terms_options *options,
                                      bool (*visit)(void *context, const rls_term_entry *entry),
                                      void *context, rls_error *err);

#ifdef __cplusplus
}
#endif
#endif
