/* TERM DICTIONARY, a section of a segment, format 1: every term in bytewise order, with its
 * numbers.
 *
 *   section := term-count blocks-size head* offset* block*
 *
 *   offset       size  what
 *   0            4     term-count n; there are m = ⌈n / 32⌉ blocks
 *   4            4     blocks-size, bytes of all blocks
 *   8            8 m   heads: the first 8 bytes of the first term of each block, zeros behind a
 *                      shorter one; the search is over these, and compares whole first terms only
 *                      where heads are equal
 *   8 + 8 m      4 m   offsets of the blocks, from the begin of the first
 *   8 + 12 m     …     blocks, of 32 terms each but the last, without gaps
 *
 *   block := base terms-size first-term term* skip* info*
 *
 *   base         varint  postings-offset of the first term
 *   terms-size   varint  bytes of first-term and term*, which is where the skips begin
 *   first-term   varint  its size, then its bytes
 *   term         1       low half: bytes shared with the term before; high half: bytes of its own
 *                        (at least 1), less 1; where a half is 15, a varint follows with what is
 *                        above 15, shared bytes first
 *                …       its own bytes
 *   skip         varint  bytes of eight infos
 *                varint  sum of their positions-sizes and docs-sizes, below 2^56; there is a skip
 * for every eight terms that others follow in the block info, of a term with one document, one
 * occurrence, at most 3 bytes of positions and at most 31 of documents: 1       1 + 2 *
 * positions-size + 8 * docs-size any other info: varint  4 * doc-freq, + 2 when total-freq differs
 *                varint  total-freq - doc-freq, when it differs
 *                varint  positions-size, below 2^56
 *                varint  docs-size, below 2^56
 *
 * The postings of a term begin where those of the term before end: base and the sizes passed over
 * give postings-offset. All varints are those of codec/varint.h.
 *
 * "cluster" in one document once (positions 2 bytes, documents 5), "clustered" in 300 documents 310
 * times (700 and 400 bytes), "minister" in two documents once each (4 and 6), postings from 9 on:
 *
 *   03 00 00 00 21 00 00 00  63 6c 75 73 74 65 72 00  00 00 00 00
 *   09 14 07 63 6c 75 73 74 65 72  17 65 64  70 6d 69 6e 69 73 74 65 72
 *   2d  b2 09 0a bc 05 90 03  08 04 06
 */
#ifndef RLS_TERMDICT_TERMDICT_WRITER_H
#define RLS_TERMDICT_TERMDICT_WRITER_H

#include "termdict/termdict.h"

enum {
    RLS_TERMDICT_GROUP = 8, /* terms that a skip passes over */
    RLS_TERMDICT_SECTION_HEAD = 8,
    RLS_TERMDICT_HEAD_SIZE = 8,   /* of a term, in the index */
    RLS_TERMDICT_INDEX_ENTRY = 12 /* a head and an offset */
};

enum {
    RLS_TERMDICT_HALF = 15
}; /* the escape in either half of a term's first byte */

enum {
    RLS_TERMDICT_SINGLE = 1, /* flag of the one-byte info */
    RLS_TERMDICT_SINGLE_POSITIONS_MAX = 3,
    RLS_TERMDICT_SINGLE_DOCS_MAX = 31,
    RLS_TERMDICT_TOTAL_DIFFERS = 2 /* flag of the other */
};

#define RLS_TERMDICT_NUMBER_END (UINT64_C(1) << 56) /* sizes, base and frequencies are below it */

#endif
