/* Postings of one term after another → the postings section. Step 4 of the walk: the segment writer
 * and the merger give postings in ascending document order; memory stays within one term's encoded
 * documents, whatever its length.
 *
 * POSTINGS OF ONE TERM, format 1. The dictionary tells doc_freq, total_freq, where the term's bytes
 * begin, and the sizes of the two parts; norms tell doc_count and the length bytes. Numbers are
 * little-endian; "bits" are streams as in bit_stream.h, least significant first, filled up with 0
 * to a whole byte; "width of x" is the number of bits x needs, 0 for 0.
 *
 *   term      := positions docs
 *   docs      := short | long            short when doc_freq <= 128
 *   short     := flags [best kth* forms] short-bits [fields]
 *   long      := flags [best kth* [best-docs] forms] sizes skips [range-row] [dense] block+
 *
 *   flags u8   bit 0  text: has positions and forms (otherwise a keyword: every tf is 1)
 *              bit 1  more than one form
 *              short: bit 2  some tf is above 1 (doc_freq > 1 only)
 *                     bit 3  fields part present
 *                     bit 4  some position repeats within a field of a document
 *                     bit 6  wild: see positions
 *              long:  bit 2  range row present
 *                     bit 3  dense: bit set and ranks present, blocks have no document part
 *                     bit 4  last documents of blocks are u32, not u16
 *              bit 5  with bit 0: a pair, which has frequencies and bounds, but no positions and
 *                     no forms
 *              others 0; set ones are refused
 *   Keyword lists are not scored: they have no best, kth, bounds or range row.
 *   best u8    rls_impact_up of the greatest s of the list
 *   kth u8     for each k of 10, 100, 1000 with doc_freq >= k: rls_impact_down of the k-th best s
 *   best-docs  with doc_freq >= 1024: how many n, u8, at most 16; the greatest s of the documents
 *              that are not among them; the s of the n documents, all above that, best first, equal
 *              ones by document; these documents, in width of (doc_count - 1) bits. An s is the
 *              bits of an IEEE float, u32
 *
 *   forms     := form                    one form: its count is total_freq
 *              | size count (form occurrences)+     varints; size is of the bytes behind it
 *   form      := head [drop] [length] suffix        made from the form before, at first the term:
 *                head bits 0..1  0 as it is, 1 case of the first letter flipped, 2 all letters
 *                                upper, 3 all lower (ASCII letters only)
 *                     bits 2..4  bytes dropped from the end, 7: a varint `drop` follows
 *                     bits 5..7  bytes of suffix, 7: a varint `length` follows
 *
 *   short-bits: first document in width of (doc_count - 1) bits; for doc_freq > 1 last - first in
 *              width of (doc_count - 1 - first) bits; the doc_freq - 2 gaps between, each less one,
 *              in Rice codes with k = rls_gap_rice(last - first - (doc_freq - 1), doc_freq - 1);
 *              with flags bit 2: k in 3 bits, then every tf less one in Rice codes.
 *              With doc_freq 1 the tf is total_freq.
 *
 *   sizes u8   bits 0..3 size of a block offset, bits 4..7 of a position offset (1..8 bytes)
 *   skips      for more than 32 blocks, of each group of 32: last document u32, offset of its first
 *              block u64, for text the offset of its positions u64 and greatest bound u8: arrays,
 *              one after another. Then of each block: last document (u16, from the last of the
 *              group before; or u32), block offset (from that of its group), for text position
 *              offset (from that of its group) and bound u8: arrays again. Block offsets count from
 *              the first block, position offsets from the term's first byte.
 *   range-row  a byte for each 256 documents: the greatest bound of a posting there, 0 when none
 *   dense      bits of all documents, ⌈doc_count / 8⌉ bytes, spare bits 0; then for each 256
 *              documents how many bits are set before them, u32
 *
 *   block     := [documents] [freqs] [fields]        128 postings
 *              | tail-head tail-bits [fields]        the last one, when it has fewer
 *   documents := head …                  gaps to the document before, each less one:
 *                0..32   packed at that width (codec/bitpack.h)
 *                33      run: varint of the first gap, the others are 0
 *                34      bit set: number of bytes u8, bits; bit i is document (last before) + 1 + i
 *                64 + w  patched: exceptions u8, their index u8 each, low w bits packed, then for
 *                        each exception varint of (gap >> w) - 1
 *                + 128   no freqs follow: every tf is 1 and in the body
 *   freqs     := head …                  tf over all fields, each less one: bits 0..5 width,
 *                bit 6 patched as above, bit 7 fields part follows
 *   tail-head u8  bit 0 some tf above 1, bit 1 fields present
 *   tail-bits: unless dense: the n gaps but the last (the skips tell), each less one, in Rice codes
 *              with k = rls_gap_rice(last - before - n, n); with tail-head bit 0 as in short-bits.
 *
 *   fields    := count entry+            varint; for fields but 0, which has what the others leave
 *   entry     := field head [index] [width packed]
 *                field varint, ascending; head u8: bits 0..6 postings with it less one, bit 7 some
 *                tf there is above 1
 *                index: nothing when all postings have it; a byte each when that takes no more than
 *                the map; else a map, one bit for each posting of the block
 *                width u8 and each tf less one in that many bits, when head bit 7 is set
 *
 *   positions: one part of bits for each block, filled up to a byte:
 *              odd       1 bit, long lists only; when set 1 bit repeats, 1 bit wild
 *              mode      2 bits, only with more than one form: 0 all codes 0, 1 fixed, 2 sparse
 *              sizes     of each full run of postings (rls_position_run) but the last run, and with
 *                        mode > 0 of the last too: a width in 5 bits, then each size in bits in
 *                        that width
 *              positions posting after posting, field after field: with tf 1 the position p as
 *                        truncated binary of m + 1 symbols (m the greatest length of the length
 *                        byte), symbol m meaning that 32 bits follow; with more the first position
 *                        and the gaps, less one each unless repeats, with
 *                        k = rls_position_rice(tf, length byte): the low k bits of each, then of
 *                        each the rest as so many zeros and a one; when wild, Rice codes of k
 *              codes     fixed: width less one in 5 bits, then each; sparse: k in 5 bits, j in 3,
 * the width less one of the number of codes above 0 in 5, that number; for each of them how many
 * codes 0 precede it since the one before in Rice codes of k, and the code less one in Rice codes
 * of j
 *
 * Truncated binary of n symbols: b = floor(log2 n), u = 2^(b+1) - n; below u in b bits, others as
 * x = v + u: x >> 1 in b bits, then x & 1 in one. The class of byte 255 counts as up to 2^32 - 2.
 * rls_gap_rice(s, n) = floor(log2(floor(s / n))), 0 for less than 1; rls_position_rice(tf, byte) is
 * the same of length - tf and tf + 1, length being the least of the byte's class.
 *
 * The term "expens" with the forms "expenses" (3) and "Expense" (1) in a segment of ten documents
 * of 8 words: document 2 has it at 1 and 4 of the body and, as "Expense", at 0 of a title (field 1)
 * of 2 words; document 9 has it at 6 of the body. k1 1.2, b 0.75, average lengths 8, weights 1.
 *
 *   91 ac 0c 08      bits from the lowest: 10 mode 1; 00100 width 4; 1001 nine bits of positions
 *                    (1 and 0 the low bits of 1 and of the gap to 4 with k 1, 1 and 01 the rest;
 *                    0 the title's 0 of three symbols, 011 the 6 of nine symbols); 00000 width 1
 *                    of the codes 0 0 1 0
 *   0f c8            text, several forms, tf, fields; best s .781 = 200 / 255
 *   06 02            six bytes, two forms
 *   40 65 73 03      nothing dropped, "es"; 3
 *   05 01            case of the first letter flipped, one dropped; 1
 *   72 30            0100 document 2, 111 seven on, 000 k, 001 and 1 the tf 3 and 1
 *   01 01 00 00      one field: number 1, one posting with tf 1, namely 0
 *
 * A keyword in document 9 alone: 00 09. */
#ifndef RLS_POSTINGS_POSTINGS_WRITER_H
#define RLS_POSTINGS_POSTINGS_WRITER_H

#include "codec/bitpack.h"
#include "directory/output.h"
#include "postings/impacts.h"
#include "termdict/termdict.h"

enum {
    RLS_FORM_MAX = 1024 /* bytes of a form that are kept; longer ones are cut before a character */
};

typedef struct rls_field_freq {
    uint32_t field;
    uint32_t freq; /* at least 1 */
} rls_field_freq;

/* One surface form of a term, and how often it occurs in the segment. */
typedef struct rls_form {
    rls_bytes bytes;
    uint64_t  count;
} rls_form;

/* Postings in a row; arrays follow posting after posting. */
typedef struct rls_posting_run {
    uint32_t              count; /* at least 1 */
    const uint32_t       *docs;
    const rls_field_freq *fields;
    const uint32_t       *field_ends; /* those of posting i end before fields[field_ends[i]] */
    const uint32_t       *positions, *forms; /* NULL for keywords */
} rls_posting_run;

typedef struct rls_postings_writer rls_postings_writer;

/* `norms` (all documents' lengths) and `reference` stay the caller's and must outlive the writer.
 * Offsets count from where `output` stands now. */
rls_status rls_postings_writer_new(rls_heap *heap, rls_output *output, const rls_norms *norms,
                                   const rls_similarity *reference,
                                   rls_postings_writer **out_writer, rls_error *err);
void       rls_postings_writer_free(rls_postings_writer *writer); /* takes NULL */

/* Begins a term. `forms` by descending count (ties by bytes); form_count 0 means a keyword term:
 * no positions, no forms, freq 1. `term` is only what forms are told from: readers of forms must
 * give the same bytes. Both may go when the call returns. */
rls_status rls_postings_writer_begin(rls_postings_writer *writer, rls_bytes term,
                                     const rls_form *forms, uint32_t form_count, rls_error *err);
/* The same for a pair: frequencies by field and bounds, but neither positions nor forms. */
void rls_postings_writer_begin_bare(rls_postings_writer *writer);
/* `fields` ascend; `positions` and `forms` have the sum of the freqs, field after field, positions
 * ascending (repeats allowed) within a field; both NULL for a pair and for a keyword
 * term, whose one field has freq 1. Documents ascend. What breaks these rules is RLS_BAD_ARGUMENT.
 */
rls_status rls_postings_writer_add(rls_postings_writer *writer, uint32_t doc,
                                   const rls_field_freq *fields, uint32_t field_count,
                                   const uint32_t *positions, const uint32_t *forms,
                                   rls_error *err);
/* The same of several. */
rls_status rls_postings_writer_add_run(rls_postings_writer *writer, const rls_posting_run *run,
                                       rls_error *err);
/* Ends it; at least one posting was added. After a failure the writer can begin another term, but
 * the bytes already written stay. */
rls_status rls_postings_writer_end(rls_postings_writer *writer, rls_term_info *out_info,
                                   rls_error *err);

#endif
