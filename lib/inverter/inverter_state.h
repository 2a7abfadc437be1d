/* What an inverter is made of: inverter.c fills it, inverter_source.c reads it back.
 *
 * Each term has a list of entries. For text terms, where a unit is one field of one document:
 *
 *   entry      := [unit] occurrence [position form]             u32 each, little-endian
 *   unit       := step << 2 | 1                      from the unit before; left out when it is 0
 *   occurrence := position << 12 | form << 2 | 2     or, where either does not fit, form 1023 alone
 *
 * which is written and read without a branch on sizes. Units begin at -1. For keyword terms, an
 * entry is a varint of the step from the document before, beginning at -1. For pairs of function
 * words, an entry is
 *
 *   entry := varint(frequency in the unit before) varint(step from the unit before)
 *
 * where the first tells 1 of no unit; the frequency in the last unit is `form` of the list, its
 * last position `position`. No step or frequency is 0, so no entry begins with a zero byte. */
#ifndef RLS_INVERTER_INVERTER_STATE_H
#define RLS_INVERTER_INVERTER_STATE_H

#include "analysis/function_words.h"
#include "base/buffer.h"
#include "inverter/body_signature.h"
#include "inverter/chunk_list.h"
#include "inverter/field_table.h"
#include "inverter/inverter.h"
#include "inverter/surface_cache.h"
#include "inverter/vocabulary.h"

enum {
    RLS_ENTRY_UNIT = 1,
    RLS_ENTRY_OCCURRENCE = 2,
    RLS_ENTRY_TAG_MASK = 3,
    RLS_ENTRY_TAG_BITS = 2,
    RLS_ENTRY_FORM_BITS = 10,
    RLS_ENTRY_FORM_ESCAPE = (1 << RLS_ENTRY_FORM_BITS) - 1,
    RLS_ENTRY_POSITION_SHIFT = RLS_ENTRY_TAG_BITS + RLS_ENTRY_FORM_BITS,
    RLS_ENTRY_POSITION_LIMIT = 1 << (32 - RLS_ENTRY_POSITION_SHIFT),
    RLS_ENTRY_WORD = 4 /* bytes */
};

enum {
    RLS_PAIR_SIDE = RLS_FUNCTION_WORD_MAX + 1,
    RLS_PAIR_KINDS = 2
};

/* Half a cache line. */
typedef struct rls_posting_list {
    rls_chunk_list chunks;
    uint32_t       unit; /* of the last entry; keyword terms: its document; UINT32_MAX at first */
    uint32_t       position;
    uint32_t       form;
} rls_posting_list;

/* The two positions last met that hold function words, and which: a compound and its part stand at
 * one. */
enum {
    RLS_WORDS_A_POSITION = 4
};
typedef struct rls_listed_word {
    uint8_t word, term; /* numbers of a token's word and of its term; 0: not a function word */
} rls_listed_word;

typedef struct rls_function_word_trail {
    uint32_t        position;
    uint32_t        here_count, before_count; /* before: at position - 1 */
    rls_listed_word here[RLS_WORDS_A_POSITION], before[RLS_WORDS_A_POSITION];
} rls_function_word_trail;

typedef struct rls_inverter_language_state {
    rls_bytes         name;
    rls_analyzer     *analyzer;
    rls_surface_cache surfaces; /* without slots while no field of this batch has the language */
} rls_inverter_language_state;

/* A field of the document being added. */
typedef struct rls_field_visit {
    const rls_field *field;
    uint32_t         number;
} rls_field_visit;

/* Where a batch begins. */
typedef struct rls_inverter_part {
    uint32_t first_doc, first_unit;
} rls_inverter_part;

struct rls_inverter_source {
    rls_term_source     base;
    rls_heap           *heap; /* of the arrays */
    const rls_inverter *inverter;
    uint32_t            next, end; /* in inverter->order */
    uint32_t            term;      /* the current one, once `started` */
    uint32_t            part;      /* of the last posting */
    bool                started;
    rls_chunk_reader    reader;
    bool                untold; /* of a pair: the frequency in `unit` is yet to be read */
    uint32_t            unit;   /* of the entry before */
    uint32_t            docs[RLS_SOURCE_BLOCK_MAX], field_ends[RLS_SOURCE_BLOCK_MAX];
    uint32_t           *fields, *freqs;
    size_t              field_capacity, freq_capacity, field_room;
    uint32_t           *positions, *forms;
    size_t              position_capacity, form_capacity, occurrence_room;
};

struct rls_inverter {
    rls_heap         *heap;
    rls_arena         bytes; /* of terms, forms and long surfaces */
    rls_chunk_pool    chunks;
    rls_vocabulary    vocabulary;
    rls_posting_list *lists; /* in step with the vocabulary's terms */
    size_t            list_count, list_capacity;
    /* [(kind - RLS_PAIR_OF_WORDS) * RLS_PAIR_SIDE + left][right], RLS_NO_TERM where not met; good
     * while has_pairs */
    uint32_t       *pair_terms;
    bool            has_pairs;
    rls_field_table fields;

    rls_inverter_language_state *languages; /* the default first, the others sorted */
    size_t                       language_count, language_capacity;

    rls_field_visit *visits;
    size_t           visit_capacity;
    rls_buffer       keyword;

    rls_inverter_part *parts;
    size_t             part_count, part_capacity;

    uint32_t           doc_count;
    bool               broken;    /* an addition failed */
    bool               signs;     /* the body is being added */
    rls_body_signature signature; /* of the last document */

    /* Made by finishing. */
    bool                finished;
    uint32_t           *order;       /* terms by their bytes */
    uint32_t           *form_starts; /* first of each term in `forms`, and the end */
    rls_source_form    *forms;
    rls_inverter_source source;
};

rls_status rls_inverter_no_memory(rls_error *err);

/* inverter_document.c: all of a document's fields, as number doc_count. */
rls_status rls_inverter_add_fields(rls_inverter *inverter, const rls_document *document,
                                   rls_error *err);

/* inverter_tokens.c: text in the open unit. Positions go on from *position, which is behind the
 * text afterwards. */
rls_status rls_inverter_add_text(rls_inverter *inverter, rls_inverter_language_state *language,
                                 rls_bytes text, uint32_t *position, rls_error *err);
/* Makes a list for a term just added to the vocabulary; others have theirs. */
rls_status rls_inverter_ensure_list(rls_inverter *inverter, uint32_t term);

/* inverter_pairs.c: the number of the function word that a form is, or 0. */
rls_status rls_inverter_function_word(rls_analyzer *analyzer, rls_bytes form, uint32_t *out_number,
                                      rls_error *err);
/* Tells that `word`, not all zeros, stands at `position` of the open unit: pairs with those of the
 * position before are added. Positions of a text do not descend; a trail begins zeroed. */
rls_status rls_inverter_add_function_word(rls_inverter *inverter, rls_function_word_trail *trail,
                                          uint32_t position, rls_listed_word word, rls_error *err);

/* inverter_source.c: over the terms [first, end) of the order. */
void rls_inverter_source_init(rls_inverter_source *source, const rls_inverter *inverter,
                              uint32_t first, uint32_t end);
void rls_inverter_source_release(rls_inverter_source *source); /* takes a zeroed one */

#endif
