/** @file synonyms.h
 *  Words that mean the same, for searches that look for all of them. */
#ifndef RELEASESEARCH_SYNONYMS_H
#define RELEASESEARCH_SYNONYMS_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Made by rls_synonyms_parse(). Any number of threads may search with one at the same time; it
 * must live until their searches return. */
typedef struct rls_synonyms rls_synonyms;

/** Reads synonyms from a text, one rule a line; `#` begins a remark:
 *
 *      car, automobile, motor vehicle     each of them is looked for as the others, too
 *      nz, aotearoa => new zealand        those on the left as those on the right, too
 *
 *  What is typed is compared as a search compares words: in any inflection, case and marks folded;
 *  words in quotes as written. An item has at most 8 words, a line at most 64 items.
 *
 *  @param text  UTF-8, any size below 4 GiB; copied
 *  @return RLS_OK, RLS_BAD_ARGUMENT with a message that begins `line N:` and the byte of that line
 * in err->offset, RLS_NO_MEMORY */
RLS_API rls_status rls_synonyms_parse(const char *text, size_t size, rls_synonyms **out_synonyms,
                                      rls_error *err);

/** Items that have synonyms. */
RLS_API uint32_t rls_synonyms_count(const rls_synonyms *synonyms);

/** Takes NULL. */
RLS_API void rls_synonyms_close(rls_synonyms *synonyms);

#ifdef __cplusplus
}
#endif
#endif
