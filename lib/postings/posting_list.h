/* What the cursors ask of each other and of a list's skip data. */
#ifndef RLS_POSTINGS_POSTING_LIST_H
#define RLS_POSTINGS_POSTING_LIST_H

#include "postings/postings_cursor.h"

/* The list's bytes are damaged: the cursor stands at the end. */
void rls_postings_cursor_fail(rls_postings_cursor *cursor);

/* Where block `number` of a long list begins; NULL when that is outside the list. */
const uint8_t *rls_posting_list_block_at(const rls_posting_list *list, uint32_t number);
/* Where the positions of a block begin in list->positions; may lie outside. */
uint64_t rls_posting_list_positions_at(const rls_posting_list *list, uint32_t number);

#endif
