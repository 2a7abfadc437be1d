/* Terms and their forms, met once each: bytes → dense numbers in order of appearance. All languages
 * and the exact keywords share one. Not in the loop over tokens: asked once per distinct surface,
 * and once per keyword value of a document. */
#ifndef RLS_INVERTER_VOCABULARY_H
#define RLS_INVERTER_VOCABULARY_H

#include "base/arena.h"
#include "base/bytes.h"

typedef struct rls_vocabulary_term {
    const uint8_t *bytes;
    uint32_t       size, hash;
    uint32_t       form_count;
} rls_vocabulary_term;

typedef struct rls_vocabulary_form {
    const uint8_t *bytes;
    uint32_t       size, hash;
    uint32_t       term;
    uint32_t       code; /* among the forms of its term, in order of appearance */
} rls_vocabulary_form;

/* Open addressing over numbers of things kept elsewhere. */
typedef struct rls_number_index {
    struct rls_number_entry {
        uint32_t hash;
        uint32_t number; /* plus one; 0 in a free slot */
    } * entries;
    size_t capacity; /* 0, or a power of two */
} rls_number_index;

typedef struct rls_vocabulary {
    rls_heap            *heap;
    rls_arena           *arena; /* of the bytes */
    rls_vocabulary_term *terms;
    size_t               term_count, term_capacity;
    rls_vocabulary_form *forms;
    size_t               form_count, form_capacity;
    rls_number_index     term_index, form_index;
} rls_vocabulary;

/* `arena` is the caller's; reset and released by it. */
void rls_vocabulary_init(rls_vocabulary *vocabulary, rls_heap *heap, rls_arena *arena);
void rls_vocabulary_reset(rls_vocabulary *vocabulary);
void rls_vocabulary_release(rls_vocabulary *vocabulary); /* takes a zeroed one */

/* Finds or adds a term. RLS_NO_MEMORY leaves all as it was. */
rls_status rls_vocabulary_add_term(rls_vocabulary *vocabulary, rls_bytes bytes, uint32_t *out_term);
/* Finds or adds a form of a term. */
rls_status rls_vocabulary_add_form(rls_vocabulary *vocabulary, uint32_t term, rls_bytes bytes,
                                   uint32_t *out_code);

#endif
