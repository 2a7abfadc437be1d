/* The state of one rewriting, shared by query_rewrite.c (the tree), query_bag.c (words side by
 * side), query_words.c (texts → leaves of words) and query_compare.c (field:value → filters). */
#ifndef RLS_SEARCH_QUERY_REWRITER_H
#define RLS_SEARCH_QUERY_REWRITER_H

#include "analysis/analyzer.h"
#include "search/query_rewrite.h"
#include "search/search_state.h"

typedef struct rls_rewriter {
    rls_heap           *heap;
    rls_arena          *arena;
    const rls_snapshot *snapshot;
    const rls_query    *query;
    rls_match           mode;
    rls_ranking_model   ranking;
    bool                has_small_letters; /* words of the query */
    int64_t             now;               /* RLS_NOW: the clock is asked when a date needs it */
    rls_plan           *plan;
    uint32_t            leaf_capacity;
    uint32_t            analyzer_count;
    rls_analyzer      **analyzers; /* one a language of the index */
    rls_query_note     *notes;
    uint32_t           *note_count;
    rls_search_state   *clock;  /* asked at every node of the query; NULL: there is time */
    rls_status          status; /* the first failure; later calls give NULL */
    rls_error          *err;
} rls_rewriter;

/* How a text is looked for. */
typedef enum rls_word_mode {
    RLS_WORDS_STEMMED, /* any inflection */
    RLS_WORDS_WRITTEN, /* the words as written, case and marks folded unless a mark is typed */
    RLS_WORDS_EXACT    /* the forms as written */
} rls_word_mode;

typedef struct rls_leaf_style {
    rls_bytes     field; /* empty: any */
    rls_word_mode words;
    bool          scored, negated;
    bool          added;  /* nobody typed it */
    bool          filter; /* a word of a keyword field: a condition beside other words */
    float         boost;
    uint32_t      start, end; /* in the query, for notes */
} rls_leaf_style;

rls_plan_node *rls_rewriter_node(rls_rewriter *rewriter, rls_plan_kind kind);
/* A node over a new leaf, *out_leaf zeroed but for the style; NULL when it failed. *out_leaf is
 * good until the next call. */
rls_plan_node *rls_rewriter_leaf(rls_rewriter *rewriter, rls_leaf_kind kind,
                                 const rls_leaf_style *style, rls_plan_leaf **out_leaf);
/* Makes an array of `children` (linked by next) of a node; NULL children are given as NULL list. */
rls_plan_node *rls_rewriter_group(rls_rewriter *rewriter, rls_plan_kind kind,
                                  rls_plan_node *children);
/* Brings a bag into the form that scorers read: repeated words weigh more, function words go out of
 * the tree where others are, filters are required, wishes become conditions when all words must
 * match, and what is left alone stands for itself. */
rls_plan_node *rls_rewriter_settle_bag(rls_rewriter *rewriter, rls_plan_node *bag);
/* Sets the plan's words, those of the outermost bag or the only one, when its root is there. */
void rls_rewriter_take_words(rls_rewriter *rewriter);
void rls_rewriter_note(rls_rewriter *rewriter, uint32_t start, uint32_t end, const char *format,
                       ...) RLS_PRINTF(4, 5);
/* That words are looked for besides. */
void      rls_rewriter_note_synonym(rls_rewriter *rewriter, uint32_t start, uint32_t end,
                                    const char *format, ...) RLS_PRINTF(4, 5);
rls_bytes rls_rewriter_copy(rls_rewriter *rewriter, rls_bytes bytes);
void      rls_rewriter_no_memory(rls_rewriter *rewriter);

/* A word as typed outside quotes: a leaf, a BAG marked compound of its parts, or NULL when there is
 * no word in it. With `whole` several parts make a phrase instead. */
rls_plan_node *rls_rewrite_words(rls_rewriter *rewriter, rls_bytes text, bool whole,
                                 const rls_leaf_style *style);
/* The words of a quoted text, one behind the other; NULL when there are none. */
rls_plan_node *rls_rewrite_phrase(rls_rewriter *rewriter, rls_bytes text,
                                  const rls_leaf_style *style);
/* The words of a quoted text, moved by at most `distance` places. */
rls_plan_node *rls_rewrite_slop(rls_rewriter *rewriter, rls_bytes text, uint32_t distance,
                                const rls_leaf_style *style);
/* A NEAR: a leaf, or NULL when an operand is none that NEAR takes. */
rls_plan_node *rls_rewrite_near(rls_rewriter *rewriter, const rls_query_node *node,
                                const rls_leaf_style *style);

/* For query_near.c: the tokens of a text, as a quoted text has them; a token's terms and form;
 * false when the rewriting failed. */
typedef struct rls_word_unit {
    rls_bytes surface;
    uint32_t  position;
} rls_word_unit;
uint32_t rls_rewriter_units(rls_rewriter *rewriter, rls_bytes text, const rls_leaf_style *style,
                            rls_word_unit **out_units);
bool     rls_rewriter_analyze(rls_rewriter *rewriter, rls_bytes surface, rls_word_mode mode,
                              rls_match_word *word);

/* Words that match a pattern; NULL when it is none, which a note tells. */
rls_plan_node *rls_rewrite_pattern(rls_rewriter *rewriter, rls_pattern_kind kind, rls_bytes text,
                                   uint32_t edits, const rls_leaf_style *style);
const rls_pattern *rls_rewriter_compile(rls_rewriter *rewriter, rls_pattern_kind kind,
                                        rls_bytes text, uint32_t edits,
                                        const rls_leaf_style *style);

/* date:28 May 2007 without quotes is a comparison and two words: when they make a date together,
 * gives them as one comparison and returns the last word; else NULL. */
const rls_query_node *rls_rewrite_join_date(rls_rewriter *rewriter, const rls_query_node *node,
                                            rls_query_node *out_joined);
/* title: treaty, with a space: tells that the value stands directly behind the colon. */
void rls_rewriter_note_parted(rls_rewriter *rewriter, const rls_query_node *node);
/* A COMPARE, or a PREFIX or PATTERN with a field. */
rls_plan_node *rls_rewrite_compare(rls_rewriter *rewriter, const rls_query_node *node, bool whole,
                                   const rls_leaf_style *style);

#endif
