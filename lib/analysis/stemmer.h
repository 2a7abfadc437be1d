/* Words → stems by Snowball: the one door to libstemmer, whose types stay behind it. Its working
 * memory (some hundred bytes) is its own. */
#ifndef RLS_ANALYSIS_STEMMER_H
#define RLS_ANALYSIS_STEMMER_H

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/status.h"

/* One thread at a time. */
typedef struct rls_stemmer rls_stemmer;

/* `name` as rls_language_canonical gives it, other than "none". */
rls_status rls_stemmer_new(rls_heap *heap, rls_bytes name, rls_stemmer **out_stemmer,
                           rls_error *err);
void       rls_stemmer_free(rls_stemmer *stemmer); /* takes NULL */

/* The stem of a folded word; it may be empty, and is good until the next call. */
rls_status rls_stemmer_stem(rls_stemmer *stemmer, rls_bytes word, rls_bytes *out_stem,
                            rls_error *err);

/* Fails with RLS_BAD_ARGUMENT and a message that names the languages there are. */
rls_status rls_stemmer_unknown(rls_bytes language, rls_error *err);

#endif
