/* A query as a tree, made by the parser or by a program; it knows no index. Nodes live in the
 * query's arena; children are linked lists so that depth costs no stack while building. */
#ifndef RLS_QUERY_QUERY_H
#define RLS_QUERY_QUERY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"
#include "query/pattern.h"
#include "releasesearch/hits.h" /* rls_note_kind */

enum {
    RLS_QUERY_DEPTH_MAX = 256,    /* deeper parentheses are ignored by the parser, with a note */
    RLS_QUERY_NODE_MAX = 1 << 20, /* what follows in a longer text is ignored, with a note */
    RLS_QUERY_NOTE_MAX = 32       /* further notes are dropped */
};

typedef enum rls_node_kind {
    RLS_NODE_WORD,    /* text: one word, or several parts to be found by any (compounds) */
    RLS_NODE_PHRASE,  /* text: what stood between the quotes */
    RLS_NODE_PREFIX,  /* text: without the star; empty with a field: any value */
    RLS_NODE_PATTERN, /* text: wildcards, a regular expression, a word under edits */
    RLS_NODE_COMPARE, /* field:value with an operator: keyword, date, number filters */
    RLS_NODE_ALL,     /* every document */
    RLS_NODE_BAG,     /* words side by side: documents with all of them first, then the others */
    RLS_NODE_AND,
    RLS_NODE_OR,
    RLS_NODE_NEAR, /* children near each other: distance, ordered */
    RLS_NODE_NOT   /* one child; everything else in its parent */
} rls_node_kind;

typedef enum rls_occur {
    RLS_OCCUR_PLAIN,   /* as the parent combines */
    RLS_OCCUR_MUST,    /* +word */
    RLS_OCCUR_MUST_NOT /* -word */
} rls_occur;

typedef enum rls_compare_op {
    RLS_COMPARE_IS, /* field:value, field:"value" */
    RLS_COMPARE_LESS,
    RLS_COMPARE_LESS_EQUAL,
    RLS_COMPARE_GREATER,
    RLS_COMPARE_GREATER_EQUAL,
    RLS_COMPARE_RANGE /* field:from..to, both ends included, either may be empty */
} rls_compare_op;

typedef struct rls_query_node rls_query_node;

struct rls_query_node {
    rls_node_kind    kind;
    rls_occur        occur;
    rls_compare_op   op;
    bool             exact;         /* =word, ="phrase": the forms as written */
    bool             quoted;        /* COMPARE: the value stood in quotes */
    bool             stems;         /* PHRASE, quoted COMPARE: "…"~, words in any inflection */
    rls_pattern_kind pattern;       /* PATTERN */
    uint32_t         edits;         /* PATTERN: of a fuzzy word */
    uint32_t         distance;      /* PHRASE, NEAR: words that may stand between */
    bool             ordered;       /* NEAR: in this order */
    bool             added;         /* WORD: nobody typed it; it is not marked in texts */
    float            boost;         /* 1 */
    rls_bytes        field;         /* empty: any text field; WORD, PHRASE, PREFIX, COMPARE */
    rls_bytes        text, text_to; /* text_to: second end of RANGE */
    uint32_t         start, end;    /* bytes of the query, for notes */
    rls_query_node  *parent, *first_child, *last_child, *next;
};

/* A remark about the query, such as an operator that was taken as a word. */
typedef struct rls_query_note {
    uint32_t      start, end;
    const char   *message;
    rls_note_kind kind;
} rls_query_note;

typedef struct rls_query rls_query;

struct rls_query {
    rls_heap       *heap;
    rls_arena       arena;
    rls_bytes       text; /* copy of what was parsed; empty when built */
    rls_query_node *root; /* NULL: an empty query, which matches nothing */
    rls_query_node *open; /* the group that a program building the query adds to */
    rls_query_note *notes;
    uint32_t        note_count, note_capacity;
    uint32_t        node_count;
};

rls_status rls_query_new_in(rls_heap *heap, rls_query **out_query, rls_error *err);
void       rls_query_free(rls_query *query); /* takes NULL */

/* Builders; NULL when there is no memory. The first node without a parent becomes the root. */
rls_query_node *rls_query_add_node(rls_query *query, rls_query_node *parent, rls_node_kind kind);
/* Makes `child`, which has no parent, the last child of `parent`. */
void rls_query_append(rls_query_node *parent, rls_query_node *child);
/* The message is copied; false when there is no memory. Beyond RLS_QUERY_NOTE_MAX notes, and for
 * what was noted before, it does nothing. */
bool rls_query_note_add(rls_query *query, uint32_t start, uint32_t end, rls_note_kind kind,
                        const char *message);

/* Parses `text`. Every string is a query: whatever is not well formed is words, with a note. Under
 * `strict` a note becomes RLS_BAD_QUERY at its byte. Iterative; time and memory linear in the size.
 * Fields are not known here: `http://x` parses as a COMPARE of field http, and search takes it back
 * to words when the index has no such field. Past `deadline_ns` (of rls_clock_ns(); 0: none) the
 * rest of the text is left out, with a note. The language is described in docs/query-language.md.
 */
rls_status rls_query_parse_in(rls_heap *heap, rls_bytes text, bool strict, uint64_t deadline_ns,
                              rls_query **out_query, rls_error *err);

#endif
