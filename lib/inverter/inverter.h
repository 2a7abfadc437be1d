/* Documents → postings in memory: step 3 of the walk. An inverter belongs to one thread and holds
 * one batch of documents. Each distinct surface is analysed once (surface_cache.h maps surface
 * bytes to term and form, vocabulary.h names those); postings grow as streams of bytes in chunks
 * (chunk_list.h); a term source reads them back in order of the terms.
 *
 * Field by field: the body is field 0; list values follow each other with a gap of positions
 * between; every field counts positions from 0. A term that occurs twice at one position of a field
 * (a whole and its part that fold to the same) is kept once, with the form met first. Text beyond
 * the position 2^32 - 1 of a field is not indexed. */
#ifndef RLS_INVERTER_INVERTER_H
#define RLS_INVERTER_INVERTER_H

#include "analysis/keyword_key.h"
#include "document/document.h"
#include "inverter/term_source.h"

enum {
    RLS_FIELD_LIMIT = 4096,    /* text fields of a segment; further names share the last one */
    RLS_VALUE_POSITION_GAP = 8 /* positions left free between two values of a list */
};

typedef struct rls_inverter rls_inverter;

/* `language` is for documents that name none; must be good for rls_analyzer_new. */
rls_status rls_inverter_new(rls_heap *heap, rls_bytes language, rls_inverter **out_inverter,
                            rls_error *err);
void       rls_inverter_free(rls_inverter *inverter); /* takes NULL */

/* Empties it for the next batch; memory and analyzers are kept, and nothing that shows in a result
 * or in rls_inverter_memory. */
rls_status rls_inverter_reset(rls_inverter *inverter, rls_error *err);

/* Adds a document as number doc_count; kinds are set by rls_schema_apply. On failure (no memory)
 * the inverter can only be reset or freed. Fields are visited body first, then by name, so that
 * field order in the source does not matter. */
rls_status rls_inverter_add(rls_inverter *inverter, const rls_document *document, rls_error *err);

uint32_t rls_inverter_doc_count(const rls_inverter *inverter);
/* Bytes held for this batch, with what finishing it takes: a function of its documents alone. */
size_t rls_inverter_memory(const rls_inverter *inverter);

/* Of the body of the document added last: see body_signature.h. */
uint64_t rls_inverter_signature(const rls_inverter *inverter);

/* Text fields met, by local number; 0 is "body". Numbers are in order of appearance. */
uint32_t  rls_inverter_field_count(const rls_inverter *inverter);
rls_bytes rls_inverter_field_name(const rls_inverter *inverter, uint32_t field);
/* Tokens (positions taken by words, wholes not counted) of one field of one document. */
uint32_t rls_inverter_length(const rls_inverter *inverter, uint32_t field, uint32_t doc);
/* All lengths of a field that are not 0, by ascending document. The arrays (NULL when there are
 * none) stay good until a document is added. */
void rls_inverter_field_lengths(const rls_inverter *inverter, uint32_t field,
                                const uint32_t **out_docs, const uint32_t **out_lengths,
                                uint32_t *out_count);
/* Languages used beside the default, canonical names, sorted. */
uint32_t  rls_inverter_language_count(const rls_inverter *inverter);
rls_bytes rls_inverter_language(const rls_inverter *inverter, uint32_t i);

/* Sorts the terms and returns a source over them (owned by the inverter, good until reset). No
 * document may be added afterwards. Local field numbers in postings ascend by number. Called again,
 * it returns the same source, at its beginning. */
rls_status rls_inverter_finish(rls_inverter *inverter, rls_term_source **out_source,
                               rls_error *err);

#endif
