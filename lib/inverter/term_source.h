/* Terms with their postings, one term after another in bytewise order: what a flush reads from an
 * inverter and a merge from a segment. The documents are those of one part or several (a segment is
 * one; an inverter's are batches). The merging loop (segment/postings_merge.c) sees nothing
 * else, so flushing and merging are one machine. */
#ifndef RLS_INVERTER_TERM_SOURCE_H
#define RLS_INVERTER_TERM_SOURCE_H

#include "base/bytes.h"
#include "base/status.h"

typedef struct rls_source_form {
    rls_bytes bytes;
    uint64_t  count; /* occurrences in this source, deleted documents included; at least 1 */
} rls_source_form;

typedef struct rls_source_term {
    rls_bytes              term;
    uint32_t               form_count; /* 0: a keyword term or a pair, without positions */
    const rls_source_form *forms;      /* by local code */
} rls_source_term;

typedef struct rls_source_posting {
    uint32_t        part; /* which of the source's parts has the document */
    uint32_t        doc;  /* number in that part */
    uint32_t        field_count;
    const uint32_t *fields, *freqs; /* local field numbers, ascending; freqs in step. Keyword terms
                                       have freq 1 in field 0 */
    uint32_t        freq;           /* sum of freqs */
    const uint32_t *positions;      /* freq of them, field after field, strictly ascending within a
                                       field; NULL for keyword terms and pairs */
    const uint32_t *forms;          /* local form codes in step; NULL for keyword terms and pairs */
} rls_source_posting;

/* Several postings in a row of a term that is not a keyword. */
typedef struct rls_source_block {
    uint32_t        part;       /* all are of one part */
    uint32_t        count;      /* at least 1, at most RLS_SOURCE_BLOCK_MAX */
    const uint32_t *docs;       /* numbers in the part, ascending */
    const uint32_t *field_ends; /* the fields of posting i end before fields[field_ends[i]] */
    const uint32_t *fields, *freqs, *positions, *forms; /* as above, posting after posting */
} rls_source_block;

enum {
    RLS_SOURCE_BLOCK_MAX = 128
};

typedef struct rls_term_source rls_term_source;

typedef struct rls_term_source_ops {
    /* The next term; RLS_NOT_FOUND at the end. Pointers stay good until the next call. */
    rls_status (*next_term)(rls_term_source *, rls_source_term *out_term, rls_error *);
    /* The next posting of the current term, by ascending part and doc; RLS_NOT_FOUND at the end.
     * Pointers stay good until the next call. */
    rls_status (*next_posting)(rls_term_source *, rls_source_posting *out_posting, rls_error *);
    /* Back to the current term's first posting. */
    rls_status (*rewind)(rls_term_source *, rls_error *);
    /* The next postings, as many as come easily, of a term that is no keyword; as next_posting.
     * NULL in a source that reads them one by one. */
    rls_status (*next_block)(rls_term_source *, rls_source_block *out_block, rls_error *);
} rls_term_source_ops;

struct rls_term_source {
    const rls_term_source_ops *ops;
};

#endif
