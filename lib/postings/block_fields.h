/* The fields part of a block: which postings have fields besides the body, and their frequencies.
 * An entry is read in place: one posting's frequency is found without decoding the others. */
#ifndef RLS_POSTINGS_BLOCK_FIELDS_H
#define RLS_POSTINGS_BLOCK_FIELDS_H

#include "postings/postings_writer.h"

typedef enum rls_field_index {
    RLS_FIELD_INDEX_ALL,  /* every posting of the block has the field */
    RLS_FIELD_INDEX_LIST, /* a byte for each that has */
    RLS_FIELD_INDEX_MAP   /* a bit for each posting */
} rls_field_index;

/* One entry; plain pointers into the block. */
typedef struct rls_block_field {
    uint32_t        field, count;
    rls_field_index kind;
    const uint8_t  *index;
    uint32_t        width;
    const uint8_t  *freqs; /* less one, in `width` bits each; NULL when all are 1 */
} rls_block_field;

/* Takes the fields of the postings of a block and puts the part. */
typedef struct rls_field_gatherer {
    rls_heap *heap;
    uint32_t  field_count;
    uint32_t *first, *count; /* of each field: newest entry, number of entries */
    uint64_t *present;       /* bit set over fields */
    uint32_t *next;          /* in step with the block's entries */
    size_t    next_capacity;
} rls_field_gatherer;

rls_status rls_field_gatherer_init(rls_field_gatherer *gatherer, rls_heap *heap,
                                   uint32_t field_count, rls_error *err);
void       rls_field_gatherer_release(rls_field_gatherer *gatherer);

/* `entries` of all postings one after another, those of posting i ending before entry_ends[i]. Puts
 * nothing when there are only body entries; tells whether it put. Failure is the buffer's. */
bool rls_block_fields_put(rls_field_gatherer *gatherer, rls_buffer *out,
                          const rls_field_freq *entries, const uint32_t *entry_ends,
                          uint32_t posting_count);

/* Readers return the byte after what they read, NULL on damage; RLS_MAP_PADDING bytes can be loaded
 * behind `end`. */
const uint8_t *rls_block_fields_count(const uint8_t *at, const uint8_t *end, uint32_t *out_count);
/* Checks that the entry fits, that its field is above `above` (0 at first) and below field_count,
 * and that its postings ascend below posting_count. */
const uint8_t *rls_block_field_get(const uint8_t *at, const uint8_t *end, uint32_t posting_count,
                                   uint32_t above, uint32_t field_count, rls_block_field *out);

/* The frequency of posting i in the field, 0 when it has none. */
uint32_t rls_block_field_of(const rls_block_field *entry, uint32_t i);
/* The frequency at `rank` among the postings that have the field. */
uint32_t rls_block_field_freq(const rls_block_field *entry, uint32_t rank);
/* The postings that have it, ascending, entry->count of them. */
void rls_block_field_postings(const rls_block_field *entry, uint8_t out[RLS_BLOCK_SIZE]);

#endif
