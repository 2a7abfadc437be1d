/* The dear half of a phrase matcher: where in a document the phrase begins, from positions and
 * forms. */
#ifndef RLS_SEARCH_PHRASE_STARTS_H
#define RLS_SEARCH_PHRASE_STARTS_H

#include "search/phrase_matcher.h"

/* Finds the starts in the document on which the cursors of all words stand: into state->keys, u32
 * each, field after field, as start_fields and start_count tell. */
rls_status rls_phrase_find_starts(rls_phrase_matcher *matcher);

#endif
