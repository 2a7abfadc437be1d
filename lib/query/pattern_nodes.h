/* What a pattern is inside: nodes in a row, each going on to the next unless it says otherwise, so
 * that a part of a pattern is a piece of the row and can be copied or moved as it is. Made by
 * pattern.c (words, wildcards, edits) and pattern_regex.c, read by pattern_walker.c. */
#ifndef RLS_QUERY_PATTERN_NODES_H
#define RLS_QUERY_PATTERN_NODES_H

#include "base/buffer.h"
#include "query/pattern.h"

#define RLS_POINT_END UINT32_C(0x110000) /* above every character */

typedef enum rls_pattern_op {
    RLS_PATTERN_ANY,   /* any character, then on to a */
    RLS_PATTERN_SET,   /* a character of the set, then on to a */
    RLS_PATTERN_SPLIT, /* on to a and to b */
    RLS_PATTERN_MATCH  /* the word may end, after so many edits */
} rls_pattern_op;

typedef struct rls_pattern_node {
    uint8_t  op;
    uint8_t  edits;
    int16_t  a, b; /* relative to the node */
    uint32_t set;  /* number of a set */
} rls_pattern_node;

/* Characters first..last. */
typedef struct rls_point_range {
    uint32_t first, last;
} rls_point_range;

typedef struct rls_point_set {
    uint32_t begin, end; /* in the ranges, ascending */
} rls_point_set;

/* As a plan keeps it: the automaton is made anew by each walker, for there may be very many. */
struct rls_pattern {
    rls_pattern_kind kind;
    uint32_t         edits;
    uint32_t         length;
    rls_bytes        text;
};

typedef struct rls_pattern_automaton {
    const rls_pattern_node *nodes;
    uint32_t                node_count;
    const rls_point_set    *sets;
    uint32_t                set_count;
    const rls_point_range  *ranges;
    /* Characters fall into classes that no set tells apart: class i begins at bounds[i]. */
    const uint32_t *bounds;
    uint32_t        class_count;
} rls_pattern_automaton;

/* Made in `arena`; sets pattern->length. */
rls_status rls_pattern_build(rls_heap *heap, rls_arena *arena, rls_analyzer *folder,
                             rls_pattern *pattern, rls_pattern_automaton *out_automaton,
                             rls_error *err);

/* A pattern in the making; the first failure stays. */
typedef struct rls_pattern_builder {
    rls_heap     *heap;
    rls_analyzer *folder;
    rls_bytes     text;
    rls_buffer    nodes, sets, ranges;
    uint32_t      node_count;
    rls_status    status;
    rls_error    *err;
} rls_pattern_builder;

rls_pattern_node *rls_pattern_nodes(rls_pattern_builder *builder);
void rls_pattern_fail(rls_pattern_builder *builder, size_t offset, const char *message);
/* Appends a node; its targets are relative. */
void rls_pattern_put(rls_pattern_builder *builder, rls_pattern_op op, int a, int b);
void rls_pattern_put_point(rls_pattern_builder *builder, uint32_t point);
/* Folds a text and appends its characters, one behind the other. */
void rls_pattern_put_text(rls_pattern_builder *builder, rls_bytes text);
/* Appends a node for the set of ranges added since `begin` (of the ranges so far). */
void     rls_pattern_put_set(rls_pattern_builder *builder, uint32_t begin, bool negated);
uint32_t rls_pattern_range_count(const rls_pattern_builder *builder);
void     rls_pattern_add_range(rls_pattern_builder *builder, uint32_t first, uint32_t last);
/* Makes room for a node at `at`: nodes from there on move up by one. */
void rls_pattern_insert(rls_pattern_builder *builder, uint32_t at, rls_pattern_op op, int a, int b);

/* The nodes of a regular expression: builder->text. */
void rls_pattern_build_regex(rls_pattern_builder *builder);

#endif
