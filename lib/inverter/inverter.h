/* Documents → postings in memory: step 3 of the walk. An inverter belongs to one thread at a time
 * and holds the documents of one batch or several. Each distinct surface is analysed once
 * (surface_cache.h maps surface bytes to term and form, vocabulary.h names those); postings grow as
 * streams of bytes in chunks (chunk_list.h); a term source reads them back in order of the terms.
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

typedef struct rls_inverter        rls_inverter;
typedef struct rls_inverter_source rls_inverter_source;

/* `language` is for documents that name none; must be good for rls_analyzer_new. */
rls_status rls_inverter_new(rls_heap *heap, rls_bytes language, rls_inverter **out_inverter,
                            rls_error *err);
void       rls_inverter_free(rls_inverter *inverter); /* takes NULL */

/* Empties it for the next batch; memory and analyzers are kept, and nothing that shows in a
 * result. */
rls_status rls_inverter_reset(rls_inverter *inverter, rls_error *err);

/* Adds a document as number doc_count; kinds are set by rls_schema_apply. On failure (no memory)
 * the inverter can only be reset or freed. Fields are visited body first, then by name, so that
 * field order in the source does not matter. */
rls_status rls_inverter_add(rls_inverter *inverter, const rls_document *document, rls_error *err);

/* Documents added from now on are of a new part, which several batches that share an inverter, and
 * so its terms, are told apart by; at first there is part 0. RLS_NO_MEMORY leaves all as it was. */
rls_status rls_inverter_begin_part(rls_inverter *inverter, rls_error *err);
/* The number of the last part, and its first document. */
uint32_t rls_inverter_part_number(const rls_inverter *inverter, uint32_t *out_first_doc);

uint32_t rls_inverter_doc_count(const rls_inverter *inverter); /* of all parts */

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

/* Of a finished inverter: distinct terms, and which is the number of the first that is not below
 * `term`, in order of the bytes. */
uint32_t  rls_inverter_term_count(const rls_inverter *inverter);
uint32_t  rls_inverter_term_rank(const rls_inverter *inverter, rls_bytes term);
rls_bytes rls_inverter_term(const rls_inverter *inverter, uint32_t rank);
/* Cuts the terms into `count` ranges of about as many occurrences: the first term of each. Some may
 * be empty; none when there are no terms. */
void rls_inverter_cut(const rls_inverter *inverter, rls_bytes *out_firsts, uint32_t count);
/* Sources of their own over terms [first, end), for several threads at once. NULL when there is no
 * memory. */
rls_inverter_source *rls_inverter_source_new(rls_heap *heap, const rls_inverter *inverter,
                                             uint32_t first, uint32_t end);
rls_term_source     *rls_inverter_source_terms(rls_inverter_source *source);
void                 rls_inverter_source_free(rls_inverter_source *source); /* takes NULL */

#endif
