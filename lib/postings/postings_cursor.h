/* One term's postings in a segment, in place, and cursors over them: step 7 of the walk. A list is
 * plain data shared by threads; a cursor belongs to one search. Neither allocates.
 *
 * Bytes are untrusted: whatever they are, no access leaves the section, documents stay below
 * doc_count and ascend, and damage that is noticed sets `failed` and ends the cursor. */
#ifndef RLS_POSTINGS_POSTINGS_CURSOR_H
#define RLS_POSTINGS_POSTINGS_CURSOR_H

#include "codec/bitpack.h"
#include "postings/impacts.h"
#include "postings/postings_writer.h"
#include "termdict/termdict.h"

#define RLS_DOC_END UINT32_MAX

enum {
    RLS_RANGE_SIZE = 256, /* documents a byte of a range row stands for */
    RLS_KTH_COUNT = 3,    /* k-th best values are kept for k = 10, 100, 1000 */
    RLS_GROUP_SIZE = 32,  /* blocks in a group of skip data */
    RLS_BEST_MAX = 16     /* best documents kept of a long list with their s */
};

typedef struct rls_posting_list {
    const rls_norms           *norms;
    const rls_bitpack_kernels *kernels;
    uint32_t                   doc_freq, doc_count, block_count;
    uint64_t                   total_freq;
    bool                       is_scored;          /* text: frequencies and bounds */
    bool                       has_positions;      /* and positions and forms: not a pair */
    uint8_t                    best;               /* bound of the whole list, as rls_impact_up */
    uint8_t                    kth[RLS_KTH_COUNT]; /* rounded down; 0 where doc_freq < k */
    const uint8_t             *best_postings;      /* see best_postings.h; NULL when not stored */
    uint32_t                   best_size;          /* bytes of them */
    const uint8_t             *range_row;          /* NULL when not stored */
    uint32_t                   range_count;
    /* bit set with rank directory of a dense term, or NULL: bit d of byte d / 8; the number of
     * set bits before document 256 * i is u32 little-endian at ranks + 4 * i */
    const uint8_t *dense, *ranks;
    uint32_t       form_count; /* 0 for keyword terms */
    rls_bytes      forms;      /* encoded; see rls_form_iterator */
    rls_bytes      blocks;     /* all of them; of a short list fields and bits */
    rls_bytes      positions;
    uint32_t       first_doc; /* 0 in a long list, which does not tell */
    uint32_t       last_doc;
    uint8_t        flags; /* and what follows: as in the format, see postings_writer.h */
    uint8_t        block_offset_size, position_offset_size;
    /* skip arrays; group arrays are NULL when there is only one group, position and bound arrays
     * for keyword terms, position arrays for pairs, all for short lists */
    const uint8_t *group_last_docs, *group_offsets, *group_positions, *group_bounds;
    const uint8_t *last_docs, *block_offsets, *position_offsets, *bounds;
} rls_posting_list;

/* Parses the list's head. `section` is the postings section with RLS_MAP_PADDING readable bytes
 * behind it. */
rls_status rls_posting_list_open(rls_posting_list *list, rls_bytes section,
                                 const rls_term_info *info, const rls_norms *norms,
                                 const rls_bitpack_kernels *kernels, rls_error *err);

/* Walks the list's forms in the order of their codes. `term` is the term's bytes, as the writer was
 * given them. next: false at the end or on damage; the form's bytes stay good until the next
 * call. */
typedef struct rls_form_iterator {
    const rls_posting_list *list;
    const uint8_t          *at, *end;
    uint32_t                index; /* forms told so far */
    bool                    failed;
    uint32_t                size;
    uint8_t                 bytes[RLS_FORM_MAX];
} rls_form_iterator;
void rls_form_iterator_init(rls_form_iterator *iterator, const rls_posting_list *list,
                            rls_bytes term);
bool rls_form_iterator_next(rls_form_iterator *iterator, rls_form *out_form);

/* Of block i, without decoding it. Bounds of keyword lists, which are not scored, are 255. */
uint32_t rls_posting_list_last_doc(const rls_posting_list *list, uint32_t block);
uint8_t  rls_posting_list_bound(const rls_posting_list *list, uint32_t block);
/* Greatest bound of blocks RLS_GROUP_SIZE * group and following. */
uint8_t rls_posting_list_group_bound(const rls_posting_list *list, uint32_t group);
/* Postings in block i. */
static inline uint32_t
rls_posting_list_block_size(const rls_posting_list *list, uint32_t block)
{
    uint32_t before = block * RLS_BLOCK_SIZE;
    return list->doc_freq - before < RLS_BLOCK_SIZE ? list->doc_freq - before : RLS_BLOCK_SIZE;
}
/* The first block >= `from` whose last document is >= doc; block_count when none. Gallops. */
uint32_t rls_posting_list_find_block(const rls_posting_list *list, uint32_t from, uint32_t doc);

/* Bounds over each range of RLS_RANGE_SIZE documents: copies the stored row, or makes it from the
 * blocks' bounds (each range gets the greatest bound of blocks that touch it). `row` has
 * range_count bytes. */
void rls_posting_list_make_range_row(const rls_posting_list *list, uint8_t *row);

/* Membership in a dense list (list->dense != NULL). */
static inline bool
rls_posting_list_dense_has(const rls_posting_list *list, uint32_t doc)
{
    return list->dense[doc / 8] >> (doc % 8) & 1;
}
/* Postings before `doc` in a dense list; not more than doc_freq. */
uint32_t rls_posting_list_dense_rank(const rls_posting_list *list, uint32_t doc);

/* A decoded block. Arrays have count entries (16 entries more may be written). */
typedef struct rls_posting_block {
    uint32_t number; /* UINT32_MAX: none decoded */
    uint32_t count;
    bool     has_freqs;
    bool     has_fields; /* some posting has a field besides the body; set with the freqs */
    bool     has_bodies; /* body and with_fields are set */
    uint32_t freq_bits;  /* all freqs, or'ed: 1 when each is 1; set with the freqs */
    uint32_t docs[RLS_BLOCK_SIZE + 16];
    uint32_t freqs[RLS_BLOCK_SIZE + 16]; /* summed over fields; decoded on demand */
    /* When has_fields: freqs of the body alone, and bit i: posting i has another field. Set by
     * rls_postings_cursor_bodies. */
    uint32_t body[RLS_BLOCK_SIZE + 16];
    uint64_t with_fields[2];
} rls_posting_block;

/* Where positions of a block lie; filled in when the first are asked for. */
typedef struct rls_positions_state {
    uint32_t number; /* of the block, UINT32_MAX: none */
    bool     repeats, wild;
    uint8_t  mode, code_width, gap_rice, code_rice;
    uint32_t run;                          /* postings in a run, whose size is stored */
    uint64_t run_bits[RLS_BLOCK_SIZE / 4]; /* where each run begins */
    uint32_t reached;                      /* the posting whose positions begin at reached_bit */
    uint64_t reached_bit;
    uint32_t summed; /* freq_sum is that of the postings before */
    uint64_t freq_sum;
    uint64_t codes_bit; /* where codes begin */
    /* sparse codes: the next code above 0 and where the one behind it lies; codes of the positions
     * before codes_told were passed */
    uint64_t next_bit, next_position, codes_told;
    uint32_t next_code, code_count, codes_left;
} rls_positions_state;

typedef struct rls_postings_cursor {
    const rls_posting_list *list;
    uint32_t                doc; /* current, RLS_DOC_END at the end */
    uint32_t                at;  /* index within block */
    bool                    failed;
    /* where freqs of the loaded block begin, NULL when all are 1 and in the body; of a tail or
     * short list the bit in list->blocks, and RLS_TAIL_… */
    const uint8_t      *freqs_at;
    uint64_t            tail_bit;
    uint8_t             tail_head;
    bool                is_tail;
    const uint8_t      *fields_at; /* its fields part; set when block.has_fields */
    rls_posting_block   block;
    rls_positions_state positions;
} rls_postings_cursor;

/* On the first document. */
void     rls_postings_cursor_open(rls_postings_cursor *cursor, const rls_posting_list *list);
uint32_t rls_postings_cursor_next(rls_postings_cursor *cursor);
uint32_t rls_postings_cursor_advance(rls_postings_cursor *cursor, uint32_t target);

/* Nothing decoded, on no document: for rls_postings_cursor_seek and …_load. */
void rls_postings_cursor_init(rls_postings_cursor *cursor, const rls_posting_list *list);
/* The first document >= target wherever the cursor stands, also before. */
uint32_t rls_postings_cursor_seek(rls_postings_cursor *cursor, uint32_t target);

/* Decodes block `number` (documents; frequencies with rls_postings_cursor_freqs) into
 * cursor->block; the cursor stands on its first document. False on damage. */
bool rls_postings_cursor_load(rls_postings_cursor *cursor, uint32_t number);
bool rls_postings_cursor_freqs(rls_postings_cursor *cursor);
/* Takes the other fields' freqs from the body's; asks for the freqs first. */
bool rls_postings_cursor_bodies(rls_postings_cursor *cursor);

/* Of the current posting. */
uint32_t rls_postings_cursor_freq(rls_postings_cursor *cursor);
/* Fields of the current posting, ascending; at most `capacity` are written, the true number is
 * returned. */
uint32_t rls_postings_cursor_fields(rls_postings_cursor *cursor, rls_field_freq *fields,
                                    uint32_t capacity);
/* Which postings of the loaded block have the field: bit i % 64 of out[i / 64]. False on damage. */
bool rls_postings_cursor_block_in_field(rls_postings_cursor *cursor, uint32_t field,
                                        uint64_t out[2]);
/* T of the current posting under `similarity`: fields in ascending order, float arithmetic. */
float rls_postings_cursor_t(rls_postings_cursor *cursor, const rls_similarity *similarity);

/* T of every posting of the loaded block, bit-identical to rls_postings_cursor_t of each: the bulk
 * path of scorers. `out` has RLS_BLOCK_SIZE + 16 entries. */
bool rls_postings_cursor_block_t(rls_postings_cursor *cursor, const rls_similarity *similarity,
                                 float *out);
/* s of each. */
bool rls_postings_cursor_block_saturations(rls_postings_cursor  *cursor,
                                           const rls_similarity *similarity, float *out);

/* s of document `doc` of a dense list without decoding its block; the document must be set. */
float rls_posting_list_dense_saturation(const rls_posting_list *list, uint32_t doc,
                                        const rls_similarity *similarity);

/* Of every posting of the loaded block, how many of its positions have a form whose code's bit is
 * set in `forms`, a bit set of form_count bits: without the positions. False on damage. */
bool rls_postings_cursor_form_freqs(rls_postings_cursor *cursor, const uint64_t *forms,
                                    uint32_t freqs[RLS_BLOCK_SIZE]);

/* Codes of the forms of the current posting's positions, as below. */
bool rls_postings_cursor_codes(rls_postings_cursor *cursor, uint32_t *forms);

/* Positions and form codes of the current posting, freq of each, field after field as written.
 * `positions` and `forms` have room for freq entries; `forms` may be NULL. False on damage or when
 * the list has no positions. Skips to the posting within its block without decoding the others. */
bool rls_postings_cursor_positions(rls_postings_cursor *cursor, uint32_t *positions,
                                   uint32_t *forms);

#endif
