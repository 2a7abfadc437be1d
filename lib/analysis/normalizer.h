/* Text → folded text, by the three levels of analyzer.h. The one door to utf8proc, whose types stay
 * behind it; all memory is ours. */
#ifndef RLS_ANALYSIS_NORMALIZER_H
#define RLS_ANALYSIS_NORMALIZER_H

#include "analysis/analyzer.h"
#include "base/buffer.h"

typedef struct rls_normalizer {
    rls_heap  *heap;
    int32_t   *points, *spare; /* code points under way; room for as many to sort or read from */
    size_t     count, capacity;
    rls_buffer text; /* the last result */
} rls_normalizer;

void rls_normalizer_init(rls_normalizer *normalizer, rls_heap *heap);
void rls_normalizer_release(rls_normalizer *normalizer);

/* Invalid bytes become U+FFFD. The result is empty only when `text` is, and good until the next
 * call. Folding at one level after the same or a lower level changes nothing:
 * fold(ALL, fold(CASE, fold(FORM, text))) = fold(ALL, text). */
rls_status rls_normalizer_fold(rls_normalizer *normalizer, rls_bytes text, rls_fold_level level,
                               rls_bytes *out_folded, rls_error *err);

/* True when `text` has letters and marks only, or apostrophes between them. */
bool rls_normalizer_is_word(rls_bytes text);

/* The version of Unicode that utf8proc knows. */
const char *rls_normalizer_version(void);

#endif
