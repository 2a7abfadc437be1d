/* Skip data that only the cursors ask for. */
#ifndef RLS_POSTINGS_POSTING_LIST_H
#define RLS_POSTINGS_POSTING_LIST_H

#include "postings/postings_cursor.h"

/* Where block `number` of a long list begins; NULL when that is outside the list. */
const uint8_t *rls_posting_list_block_at(const rls_posting_list *list, uint32_t number);
/* Where the positions of a block begin in list->positions; may lie outside. */
uint64_t rls_posting_list_positions_at(const rls_posting_list *list, uint32_t number);

#endif
