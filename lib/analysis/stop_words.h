/* Words that say how the others of a question belong together and nothing of what it is about:
 * articles, prepositions, pronouns, forms of "to be". They are indexed and found like all others;
 * only a query of several words may leave them out of what it is ranked by. */
#ifndef RLS_ANALYSIS_STOP_WORDS_H
#define RLS_ANALYSIS_STOP_WORDS_H

#include <stdbool.h>

#include "base/bytes.h"

/* `language`: canonical; one without a list has none. `folded`: as RLS_FOLD_ALL does. */
bool rls_is_stop_word(rls_bytes language, rls_bytes folded);

#endif
