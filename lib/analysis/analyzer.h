/* The surface of a token → the term it is found under. A pure function of the bytes, the language
 * and the recorded versions, so callers compute it once per distinct surface.
 *
 *   term = stem(fold(surface)): NFKC case folding, marks (macrons …) removed, curly apostrophes
 *          made straight, then Snowball.
 *
 * So surfaces that are equal under RLS_FOLD_ALL have one term. Dots between single letters go
 * (U.S → us), and so do commas between groups of three digits (1,250.50 → 1250.50). Surfaces with
 * a character other than letters, marks and apostrophes (multi-agent, c++, 1990s) are not
 * stemmed. */
#ifndef RLS_ANALYSIS_ANALYZER_H
#define RLS_ANALYSIS_ANALYZER_H

#include "analysis/tokenizer.h"
#include "base/alloc.h"
#include "base/status.h"

typedef enum rls_fold_level {
    RLS_FOLD_FORM, /* NFC, apostrophes unified, soft hyphens and zero-width characters dropped: what
                      a form is stored as, and what `=word` compares */
    RLS_FOLD_CASE, /* also lower case; marks kept: quoted words with a mark typed compare so */
    RLS_FOLD_ALL   /* also NFKC and marks removed: quoted words compare so */
} rls_fold_level;

/* One thread at a time. */
typedef struct rls_analyzer rls_analyzer;

/* `language`: a libstemmer name or ISO code ("english", "en"), or "none"; others are
 * RLS_BAD_ARGUMENT with the list of names in the message. */
rls_status rls_analyzer_new(rls_heap *heap, rls_bytes language, rls_analyzer **out_analyzer,
                            rls_error *err);
void       rls_analyzer_free(rls_analyzer *analyzer); /* takes NULL */

/* Results stay good until the next call on this analyzer. Terms are at most RLS_TERM_MAX bytes and
 * never empty, for surfaces of a tokenizer. */
enum {
    RLS_TERM_MAX = 1024
};
rls_status rls_analyzer_term(rls_analyzer *analyzer, rls_bytes surface, rls_bytes *out_term,
                             rls_error *err);
rls_status rls_analyzer_fold(rls_analyzer *analyzer, rls_bytes text, rls_fold_level level,
                             rls_bytes *out_folded, rls_error *err);

/* True when `surface` has a mark or other character that RLS_FOLD_ALL takes away beyond case. */
bool rls_analyzer_has_marks(rls_analyzer *analyzer, rls_bytes surface);

/* Whether the term of a surface that begins with an ASCII character begins with that character, in
 * lower case: true for languages whose stemmer and elisions leave the beginnings of words alone. */
bool rls_analyzer_keeps_first(const rls_analyzer *analyzer);

/* The canonical name ("english") for a name or code; empty when libstemmer has no such language. */
rls_bytes rls_language_canonical(rls_bytes language);

/* A number that changes when the stemmer of this language, the Unicode tables or the rules above
 * change: recorded in the index, refused when it differs. */
rls_status rls_analyzer_fingerprint(rls_analyzer *analyzer, uint64_t *out_fingerprint,
                                    rls_error *err);

#endif
