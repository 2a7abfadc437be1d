/* Front matter as libyaml reads it → fields: maps give dotted names, lists give values. The walk
 * keeps a stack of its own, and what aliases lead to is paid from a budget, so that neither depth
 * nor an alias bomb costs anything. */
#include "document/front_matter.h"
#include "document/lines.h"
#include "document/yaml_tree.h"

#include <inttypes.h>

enum {
    MAX_STACK = 2 * RLS_YAML_MAX_DEPTH,
    ALIAS_BUDGET = 10 * 1000
};

typedef struct frame {
    const rls_yaml_node *next; /* child to look at */
    size_t               name_size;
    bool                 is_map;
    bool                 in_list;  /* inside of any list: names come up again by right */
    bool                 opened;   /* of a list: its field is the open one */
    bool                 reopened; /* of a list: its field has been the open one before */
    bool                 block;    /* of a list: written with dashes */
    bool                 phrases;  /* of a list: one-line maps in it are strings with a colon */
    bool                 expanded; /* reached through an alias */
} frame;

typedef struct tree_walk {
    rls_field_writer *writer;
    rls_bytes         block;
    uint32_t          line; /* of the first line of the block */
    frame             stack[MAX_STACK];
    uint32_t          depth;
    uint32_t          budget;
    bool              cut; /* said in a note already */
} tree_walk;

static uint64_t
file_line(const tree_walk *walk, const rls_yaml_node *node)
{
    return (uint64_t)walk->line + node->line - 1;
}

/* A map of one plain scalar to another or to nothing, in one line: `- Budget: Health`. */
static bool
is_pair(const rls_yaml_node *node)
{
    const rls_yaml_node *key, *value;

    if (node->kind != RLS_YAML_MAPPING || node->flow || node->children == NULL)
        return false;
    key = node->children;
    value = key->next;
    return value != NULL && value->next == NULL && key->kind == RLS_YAML_SCALAR && key->plain &&
           value->kind == RLS_YAML_SCALAR && value->plain && key->line == value->last_line;
}

/* Names of fields are written without spaces and begin in lower case; phrases are not. */
static bool
looks_like_phrase(rls_bytes key)
{
    if (key.size == 0)
        return false;
    if (key.data[0] >= 'A' && key.data[0] <= 'Z')
        return true;
    for (size_t i = 0; i < key.size; i++) {
        if (!rls_is_word_byte(key.data[i]))
            return true;
    }
    return false;
}

/* Whether the pairs in this list are meant as strings: `- Māori Crown Relations: Te Arawhiti`, by a
 * writer that does not quote. They are when any item is a plain string, or when a key reads like
 * the start of a phrase; they are not when there are larger maps among them, or when all of several
 * items have the same one-word key. */
static bool
holds_phrases(const rls_yaml_node *list)
{
    const rls_yaml_node *first = NULL;
    uint32_t             pairs = 0;
    bool                 same = true, phrase = false, word = true, maps = false;

    for (const rls_yaml_node *item = list->children; item != NULL; item = item->next) {
        if (item->kind == RLS_YAML_SCALAR && item->text.size > 0)
            return true;
        if (!is_pair(item)) {
            maps = maps || item->kind == RLS_YAML_MAPPING;
            continue;
        }
        pairs++;
        phrase = phrase || looks_like_phrase(item->children->text);
        word = word && memchr(item->children->text.data, ' ', item->children->text.size) == NULL;
        if (first == NULL)
            first = item;
        else
            same = same && rls_bytes_compare(first->children->text, item->children->text) == 0;
    }
    return phrase && !maps && !(pairs > 1 && same && word);
}

/* `- [From a speech in the House]` is a bracketed remark, `- [a, b]` a list in a list: remarks have
 * a space in their first element. */
static bool
is_remark(const rls_yaml_node *node)
{
    const rls_yaml_node *first = node->children;

    return node->kind == RLS_YAML_SEQUENCE && node->flow && first != NULL &&
           first->kind == RLS_YAML_SCALAR && first->plain &&
           memchr(first->text.data, ' ', first->text.size) != NULL;
}

static void
tell_cut(tree_walk *walk, const rls_yaml_node *node, const char *what)
{
    if (!walk->cut)
        rls_document_note(walk->writer->document, "line %" PRIu64 ": %s; the rest is left out",
                          file_line(walk, node), what);
    walk->cut = true;
}

static void
push(tree_walk *walk, const rls_yaml_node *node, size_t name_size, bool in_list, bool expanded)
{
    frame *top;

    if (walk->depth == MAX_STACK) {
        tell_cut(walk, node, "aliases nest too deep");
        rls_field_writer_pop(walk->writer, name_size);
        return;
    }
    top = &walk->stack[walk->depth++];
    *top = (frame){.next = node->children,
                   .name_size = name_size,
                   .is_map = node->kind == RLS_YAML_MAPPING,
                   .in_list = in_list,
                   .expanded = expanded};
    top->block = !top->is_map && !node->flow;
    top->phrases = top->block && holds_phrases(node);
}

/* A scalar, or an item taken as one. Directly in a list, its field stays open between items. */
static void
write_scalar(tree_walk *walk, frame *list, const rls_yaml_node *node, rls_bytes text, bool plain,
             bool in_list)
{
    rls_field_writer *writer = walk->writer;

    if (list == NULL) {
        rls_field_writer_open(writer, false, in_list, file_line(walk, node));
    } else if (!list->opened) {
        rls_field_writer_open(writer, true, in_list || list->reopened, file_line(walk, node));
        list->opened = list->reopened = true;
    }
    rls_field_writer_add(writer, text, plain);
}

/* From the key's first byte to the value's last; without a value, to the colon. */
static rls_bytes
pair_text(const rls_yaml_node *pair, rls_bytes block)
{
    const uint8_t *from = pair->children->written.data;
    rls_bytes      value = pair->children->next->written;
    const uint8_t *to = value.data + value.size;

    if (value.size == 0) {
        to = from + pair->children->written.size;
        while (to < block.data + block.size && *to != ':')
            to++;
        to += to < block.data + block.size;
    }
    return rls_bytes_of(from, (size_t)(to - from));
}

/* Without the newline that ends every block scalar, wanted or not. */
static rls_bytes
scalar_text(const rls_yaml_node *node)
{
    rls_bytes text = node->text;

    if (node->written.size > 0 && (*node->written.data == '|' || *node->written.data == '>')) {
        while (text.size > 0 && text.data[text.size - 1] == '\n')
            text.size--;
    }
    return text;
}

/* One value: of a map, whose key has been pushed on the name and is to be popped to `name_size`, or
 * an item of the list in `list`. */
static void
visit(tree_walk *walk, frame *list, const rls_yaml_node *node, size_t name_size, bool in_list,
      bool expanded)
{
    rls_field_writer *writer = walk->writer;

    if (node->kind == RLS_YAML_ALIAS) {
        if (node->target == NULL) {
            write_scalar(walk, list, node, node->written, false, in_list);
            rls_field_writer_pop(writer, name_size);
            return;
        }
        node = node->target;
        expanded = true;
    }
    if (expanded && walk->budget-- == 0) {
        walk->budget = 0;
        tell_cut(walk, node, "aliases stand for too much");
        rls_field_writer_pop(writer, name_size);
        return;
    }
    if (node->kind == RLS_YAML_SCALAR) {
        write_scalar(walk, list, node, scalar_text(node), node->plain, in_list);
    } else if (list != NULL && list->phrases && is_pair(node)) {
        write_scalar(walk, list, node, pair_text(node, walk->block), true, in_list);
    } else if (list != NULL && list->block && is_remark(node)) {
        write_scalar(walk, list, node, node->written, false, in_list);
    } else {
        if (node->children == NULL)
            rls_field_writer_open(writer, node->kind == RLS_YAML_SEQUENCE, in_list,
                                  file_line(walk, node));
        /* The field of the outer list is no longer the open one when we are back. */
        if (list != NULL)
            list->opened = false;
        push(walk, node, name_size, in_list || list != NULL, expanded);
        return;
    }
    rls_field_writer_pop(writer, name_size);
}

static void
visit_pair(tree_walk *walk, frame *map)
{
    rls_field_writer    *writer = walk->writer;
    const rls_yaml_node *key = map->next, *value = key->next;
    size_t               name_size = writer->name_size;
    bool                 expanded = map->expanded;

    if (value == NULL) {
        map->next = NULL;
        return;
    }
    map->next = value->next;
    if (key->kind == RLS_YAML_ALIAS && key->target != NULL)
        key = key->target;
    if (key->kind != RLS_YAML_SCALAR && key->kind != RLS_YAML_ALIAS) {
        rls_document_note(writer->document, "line %" PRIu64 ": a key that is no word is left out",
                          file_line(walk, key));
        return;
    }
    /* Merged by `<<`, the pairs of another map belong to this one. */
    if (!key->plain || key->text.size != 2 || memcmp(key->text.data, "<<", 2) != 0 ||
        value->kind != RLS_YAML_ALIAS)
        rls_field_writer_push(writer, key->text);
    visit(walk, NULL, value, name_size, map->in_list, expanded);
}

static void
walk_tree(tree_walk *walk, const rls_yaml_node *root)
{
    rls_field_writer *writer = walk->writer;

    push(walk, root, 0, false, false);
    while (walk->depth > 0 && !writer->no_memory) {
        frame *top = &walk->stack[walk->depth - 1];

        if (top->next == NULL) {
            rls_field_writer_pop(writer, top->name_size);
            walk->depth--;
        } else if (top->is_map) {
            visit_pair(walk, top);
        } else {
            const rls_yaml_node *item = top->next;

            top->next = item->next;
            visit(walk, top, item, writer->name_size, top->in_list, top->expanded);
        }
    }
    rls_field_writer_pop(writer, 0);
}

rls_status
rls_front_matter_tree(rls_field_writer *writer, rls_bytes block, uint32_t line, rls_error *err)
{
    tree_walk      walk = {.writer = writer, .block = block, .line = line, .budget = ALIAS_BUDGET};
    rls_yaml_node *root;
    rls_status     status;

    status = rls_yaml_tree_read(writer->document->arena, block, &root, err);
    if (status != RLS_OK)
        return status;
    if (root == NULL)
        return RLS_OK;
    if (root->kind != RLS_YAML_MAPPING)
        return rls_fail(err, RLS_NOT_FOUND, "no mapping");
    walk_tree(&walk, root);
    return RLS_OK;
}
