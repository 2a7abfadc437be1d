/* Keys of a segment in place; the format is in keys_writer.h. */
#ifndef RLS_SEGMENT_KEYS_READER_H
#define RLS_SEGMENT_KEYS_READER_H

#include "segment/keys_writer.h"

typedef struct rls_keys {
    rls_strings    strings;
    uint32_t       doc_count, width;
    const uint8_t *order, *ranks; /* NULL when documents are in the order of their keys */
    const uint8_t *checks;        /* u32 each */
} rls_keys;

/* `name` of the file is kept for messages. */
rls_status rls_keys_open(rls_keys *keys, rls_bytes section, uint32_t doc_count, const char *name,
                         rls_error *err);

/* As well as can be when the section is damaged: sizes that fit are looked for.
 * What is read is to be compared with the checks. */
bool rls_keys_open_damaged(rls_keys *keys, rls_bytes section, uint32_t doc_count, const char *name);

/* Both stay below doc_count, whatever the bytes; doc < doc_count and rank < doc_count. */
uint32_t rls_keys_rank(const rls_keys *keys, uint32_t doc);
uint32_t rls_keys_doc(const rls_keys *keys, uint32_t rank);

/* The last document with this key; RLS_NOT_FOUND (err untouched) when there is none. */
rls_status rls_keys_find(const rls_keys *keys, rls_bytes key, uint32_t *out_doc, rls_error *err);
/* Ranks [first, end) of this key. */
rls_status rls_keys_find_ranks(const rls_keys *keys, rls_bytes key, uint32_t *out_first,
                               uint32_t *out_end, rls_error *err);

#endif
