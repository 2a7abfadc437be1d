/* Documents → postings in memory: step 3 of the walk. An inverter belongs to one thread and holds
 * one batch of documents. Each distinct surface is analysed once (vocabulary.c maps surface bytes to
 * term and form); postings grow as varint streams in chunks (chunk_list.c). All its memory comes
 * from one arena, and its size is a function of the documents alone. */
#ifndef RLS_INVERTER_INVERTER_H
#define RLS_INVERTER_INVERTER_H

#include "analysis/analyzer.h"
#include "document/document.h"
#include "inverter/term_source.h"

enum {
    RLS_FIELD_LIMIT = 4096,     /* text fields of a segment; further names share the last one */
    RLS_VALUE_POSITION_GAP = 8, /* positions left free between two values of a list */
    RLS_KEYWORD_MAX = 1024      /* longer keyword values are indexed as text only */
};

/* First byte, and end of the field name, in the dictionary's keys of exact keywords:
 * 0x01 field 0x01 folded-value. */
enum { RLS_KEYWORD_MARK = 0x01 };

typedef struct rls_inverter rls_inverter;

/* `language` is for documents that name none; must be good for rls_analyzer_new. */
rls_status rls_inverter_new(rls_heap *heap, rls_bytes language, rls_inverter **out_inverter,
                            rls_error *err);
void       rls_inverter_free(rls_inverter *inverter); /* takes NULL */

/* Empties it for the next batch, keeping the memoised analysis only as far as results stay the
 * same. */
rls_status rls_inverter_reset(rls_inverter *inverter, rls_error *err);

/* Adds a document as number doc_count; kinds are set by rls_schema_apply. On failure (no memory) the
 * inverter can only be reset or freed. Fields are visited body first, then by name, so that field
 * order in the source does not matter. */
rls_status rls_inverter_add(rls_inverter *inverter, const rls_document *document, rls_error *err);

uint32_t rls_inverter_doc_count(const rls_inverter *inverter);
size_t   rls_inverter_memory(const rls_inverter *inverter); /* bytes held for this batch */

/* Text fields met, by local number; 0 is "body". Numbers are in order of appearance. */
uint32_t  rls_inverter_field_count(const rls_inverter *inverter);
rls_bytes rls_inverter_field_name(const rls_inverter *inverter, uint32_t field);
/* Tokens (positions taken by words, wholes not counted) of one field of one document. */
uint32_t rls_inverter_length(const rls_inverter *inverter, uint32_t field, uint32_t doc);
/* Languages used beside the default, canonical names, sorted. */
uint32_t  rls_inverter_language_count(const rls_inverter *inverter);
rls_bytes rls_inverter_language(const rls_inverter *inverter, uint32_t i);

/* Sorts the terms and returns a source over them (owned by the inverter, good until reset). No
 * document may be added afterwards. Local field numbers in postings ascend by number. */
rls_status rls_inverter_finish(rls_inverter *inverter, rls_term_source **out_source,
                               rls_error *err);

#endif
