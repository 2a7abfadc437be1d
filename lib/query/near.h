/* Words that stand near each other: phrases whose words may be moved, and operands of NEAR. What is
 * found depends on positions alone, so that the scorer, which has them from postings, and the
 * highlighter, which has them from the text, find the same. */
#ifndef RLS_QUERY_NEAR_H
#define RLS_QUERY_NEAR_H

#include "base/alloc.h"
#include "base/bytes.h"

enum {
    RLS_NEAR_OPERAND_MAX = 8 /* of NEAR; a phrase may have more words */
};

typedef enum rls_near_kind {
    RLS_NEAR_SLOP,   /* a phrase: its words are moved by at most `distance` places together */
    RLS_NEAR_ANY,    /* in any order, at most `distance` other words among them */
    RLS_NEAR_ORDERED /* in this order */
} rls_near_kind;

/* Words [first, first + count) of the leaf, one behind the other. */
typedef struct rls_near_phrase {
    uint32_t first, count;
} rls_near_phrase;

/* Any of its phrases. */
typedef struct rls_near_operand {
    uint32_t               phrase_count;
    const rls_near_phrase *phrases;
} rls_near_operand;

typedef struct rls_near {
    rls_near_kind           kind;
    uint32_t                distance;
    uint32_t                operand_count;
    const rls_near_operand *operands; /* SLOP: one phrase of one word each */
    /* SLOP: the place of each word, and the number of the operand before it that is the same word,
     * or its own: a word that is there twice must be met twice. */
    const uint32_t *offsets, *same;
    uint32_t        least_length; /* words of the shortest phrases together */
} rls_near;

/* Positions [start, end) where an operand is met. */
typedef struct rls_near_place {
    uint32_t start, end;
} rls_near_place;

/* Operands that are met near each other: what they span, and by how much they miss being side by
 * side. */
typedef struct rls_near_window {
    uint32_t start, end, gap;
} rls_near_window;

/* Memory that is used again. */
typedef struct rls_near_work {
    rls_heap *heap;
    uint32_t *numbers; /* cursors, chosen places; or starts */
    size_t    number_capacity;
    uint64_t *starts, *spare;
    size_t    start_capacity, spare_capacity;
} rls_near_work;

void rls_near_work_release(rls_near_work *work);

/* Calls `found` for every smallest window in a field, by start. `places` of each operand ascend by
 * end, then start; each operand has at least one. False: no memory. */
bool rls_near_find(const rls_near *near, const rls_near_place *const *places,
                   const uint32_t *counts, rls_near_work                             *work,
                   void (*found)(void *context, const rls_near_window *window), void *context);

#endif
