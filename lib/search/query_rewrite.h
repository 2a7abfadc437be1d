/* A parsed query × what fields a snapshot has → a plan: words analysed for every language of the
 * index, comparisons classified, groups flattened, what cannot match dropped. Takes the tree of
 * query/query.h; the weighing (similarity_bm25.h) and the scorers take the plan. */
#ifndef RLS_SEARCH_QUERY_REWRITE_H
#define RLS_SEARCH_QUERY_REWRITE_H

#include "base/hash_table.h"
#include "search/searcher.h"

enum {
    RLS_PLAN_LEAF_TOGETHER = 1024, /* more leaves are evaluated one at a time */
    RLS_PLAN_WORD_MAX = 1024,      /* words of a phrase; further ones are dropped, with a note */
    RLS_PLAN_REFINED_MAX = 64      /* words that the refinement looks at */
};

typedef enum rls_leaf_kind {
    RLS_LEAF_WORD,
    RLS_LEAF_PHRASE,
    RLS_LEAF_PATTERN,         /* words[0].pattern */
    RLS_LEAF_NEAR,            /* near: operands of the words */
    RLS_LEAF_KEYWORD,         /* key is in the dictionary */
    RLS_LEAF_KEYWORD_PREFIX,  /* keys that begin with key */
    RLS_LEAF_KEYWORD_PATTERN, /* keys that begin with key and go on as the pattern says */
    RLS_LEAF_DATE,            /* a value in [date_from, date_to) */
    RLS_LEAF_NUMBER,          /* a value in [number_from, number_to] */
    RLS_LEAF_LENGTH           /* the text field is not empty */
} rls_leaf_kind;

typedef struct rls_plan_leaf {
    rls_leaf_kind         kind;
    bool                  scored;  /* else it filters and contributes 0 */
    bool                  negated; /* under an odd number of negations: not shown in text */
    bool                  added;   /* WORD: that nobody typed */
    bool                  stop;    /* WORD: a function word, that a bag may leave out */
    bool                  aside;   /* left out: not in the tree, weighed for the refinement alone */
    float                 boost;
    rls_bytes             field; /* empty: any text field */
    uint32_t              word_count;
    const rls_match_word *words;
    rls_bytes             written; /* WORD in any inflection: that of the query, folded; or empty */
    const uint32_t       *offsets; /* of the words of a phrase, from its first */
    rls_bytes             key; /* KEYWORD…: in the dictionary; DATE, NUMBER: name of the field */
    const rls_pattern    *pattern; /* KEYWORD_PATTERN */
    const rls_near       *near;    /* NEAR */
    int64_t               date_from, date_to;
    double                number_from, number_to;
    /* Set by the weighing. WORD: one weight a term of words[0], on the scale of the query; PHRASE
     * and PREFIX: one. weight is their sum, off the scale. */
    float *scaled_weights;
    float  weight;
    /* WORD: its lists, [term * segment_count + segment], doc_freq 0 where a segment has none; NULL
     * when they were not kept. */
    const rls_posting_list *lists;
} rls_plan_leaf;

typedef enum rls_plan_kind {
    RLS_PLAN_LEAF,
    RLS_PLAN_ALL,  /* every document, score 0 */
    RLS_PLAN_NONE, /* no document */
    RLS_PLAN_AND,
    RLS_PLAN_OR,
    RLS_PLAN_NOT, /* one child */
    RLS_PLAN_BAG  /* as children's occur says; see docs/query-language.md */
} rls_plan_kind;

typedef struct rls_plan_node rls_plan_node;

/* A word in any field and inflection, in the order of the query. */
typedef struct rls_plan_word {
    uint32_t leaf;
    bool     follows; /* nothing but words that were left out stands between it and the last */
} rls_plan_word;

struct rls_plan_node {
    rls_plan_kind   kind;
    rls_occur       occur;
    bool            filter;   /* conditions on values alone, nothing that ranks */
    bool            compound; /* parts of one word: a BAG that the parent may take apart */
    uint32_t        leaf;
    uint32_t        child_count;
    rls_plan_node **children;
    rls_plan_node  *next;  /* while a parent gathers its children */
    rls_plan_word  *words; /* of a BAG, at most RLS_PLAN_REFINED_MAX; repeated ones again */
    uint32_t        word_count;
};

/* Beside words a filter is a condition. ALL is none: beside it words are wishes. */
static inline bool
rls_plan_is_filter(const rls_plan_node *node)
{
    return node->kind == RLS_PLAN_NOT || node->filter;
}

typedef struct rls_plan {
    rls_plan_node               *root; /* never NULL */
    rls_plan_leaf               *leaves;
    uint32_t                     leaf_count;
    rls_plan_word               *words; /* those of the whole query that are side by side */
    uint32_t                     word_count;
    const struct rls_refinement *refinement; /* set by the weighing; NULL: none */
} rls_plan;

/* What a field is in this snapshot; all false: unknown. */
typedef struct rls_field_class {
    bool text, keyword, date, number;
} rls_field_class;

rls_field_class rls_field_classify(const rls_snapshot *snapshot, rls_bytes field);

struct rls_search_state;

/* `now`: what dates such as "last year" are told from; seconds since 1970, RLS_NOW for the clock's.
 * Everything is made in `arena`; notes are appended to `notes`, an array of RLS_QUERY_NOTE_MAX.
 * `clock`: polled meanwhile, so that RLS_TIMEOUT and RLS_CANCELLED may come back; NULL: never. */
rls_status rls_query_rewrite(rls_heap *heap, rls_arena *arena, const rls_snapshot *snapshot,
                             const rls_query *query, rls_match mode, rls_ranking_model ranking,
                             int64_t now, struct rls_search_state *clock, rls_plan *out_plan,
                             rls_query_note *notes, uint32_t *note_count, rls_error *err);

#endif
