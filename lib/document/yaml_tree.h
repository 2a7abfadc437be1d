/* The door to libyaml: YAML → a tree of nodes, through the event interface and under caps, so that
 * no input costs more than its size. Front matter and schema files are read from the tree. */
#ifndef RLS_DOCUMENT_YAML_TREE_H
#define RLS_DOCUMENT_YAML_TREE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"

enum {
    RLS_YAML_MAX_SIZE = 1 << 20,
    RLS_YAML_MAX_DEPTH = 64,
    RLS_YAML_MAX_EVENTS = 200 * 1000,
    RLS_YAML_MAX_ANCHORS = 256 /* later ones are unknown to their aliases */
};

typedef enum rls_yaml_kind {
    RLS_YAML_SCALAR,
    RLS_YAML_SEQUENCE,
    RLS_YAML_MAPPING, /* children: key, value, key, value … */
    RLS_YAML_ALIAS
} rls_yaml_kind;

typedef struct rls_yaml_node {
    rls_yaml_kind         kind;
    bool                  plain; /* a scalar without quotes, or one inferred from nothing */
    bool                  flow;  /* a collection in [ ] or { } */
    uint32_t              line;  /* of its first byte, from 1 */
    uint32_t              last_line;
    rls_bytes             text;    /* of a scalar; of an alias, its name */
    rls_bytes             written; /* as it stands in the input; empty for block collections */
    struct rls_yaml_node *children, *last_child, *next;
    struct rls_yaml_node *target; /* of an alias; NULL when no anchor has its name */
} rls_yaml_node;

/* The first document of `text` (valid UTF-8, which must outlive the tree). *out_root is NULL for
 * one without content. An alias leads only to a node that was complete where it stands, so that
 * following aliases always ends. RLS_BAD_DOCUMENT with the line in err->offset and, in
 * err->message, what is wrong without line or name; RLS_NO_MEMORY. */
rls_status rls_yaml_tree_read(rls_arena *arena, rls_bytes text, rls_yaml_node **out_root,
                              rls_error *err);

#endif
