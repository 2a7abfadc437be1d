#include "document/yaml_tree.h"

#include <yaml.h>

typedef struct anchor {
    const char    *name;
    rls_yaml_node *node; /* NULL while it is being read */
} anchor;

typedef struct tree_reader {
    rls_arena     *arena;
    rls_bytes      text;
    yaml_parser_t  parser;
    rls_yaml_node *root;
    rls_yaml_node *open[RLS_YAML_MAX_DEPTH]; /* collections being read, outermost first */
    uint32_t       open_anchors[RLS_YAML_MAX_DEPTH];
    uint32_t       depth;
    anchor        *anchors;
    uint32_t       anchor_count;
    size_t         index, offset; /* libyaml counts characters: this one is at that byte */
} tree_reader;

enum {
    NO_ANCHOR = UINT32_MAX
};

/* Byte offset of a mark. Marks come in ascending order but for the ends of some nodes. */
static size_t
offset_of(tree_reader *reader, const yaml_mark_t *mark)
{
    const uint8_t *data = reader->text.data;

    while (reader->index > mark->index && reader->offset > 0) {
        reader->offset--;
        while (reader->offset > 0 && (data[reader->offset] & 0xC0) == 0x80)
            reader->offset--;
        reader->index--;
    }
    while (reader->index < mark->index && reader->offset < reader->text.size) {
        reader->offset++;
        while (reader->offset < reader->text.size && (data[reader->offset] & 0xC0) == 0x80)
            reader->offset++;
        reader->index++;
    }
    return reader->offset;
}

static uint32_t
line_of(const yaml_mark_t *mark)
{
    return mark->line >= RLS_YAML_MAX_SIZE ? RLS_YAML_MAX_SIZE : (uint32_t)mark->line + 1;
}

/* What libyaml would spend more than linear time or much memory on, without being told to stop:
 * deep brackets are counted before it sees them (also those in quotes: nobody writes so many), and
 * directives are refused, as they mean nothing here. */
static rls_status
check_text(rls_bytes text, rls_error *err)
{
    size_t   depth = 0;
    uint32_t line = 1;
    bool     line_start = true;

    if (text.size > RLS_YAML_MAX_SIZE)
        return rls_fail_at(err, RLS_BAD_DOCUMENT, 1, "%zu bytes, over %d", text.size,
                           (int)RLS_YAML_MAX_SIZE);
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];

        if (byte == '[' || byte == '{')
            depth++;
        else if ((byte == ']' || byte == '}') && depth > 0)
            depth--;
        if (depth > RLS_YAML_MAX_DEPTH)
            return rls_fail_at(err, RLS_BAD_DOCUMENT, line, "nested deeper than %d",
                               (int)RLS_YAML_MAX_DEPTH);
        if (line_start && byte == '%')
            return rls_fail_at(err, RLS_BAD_DOCUMENT, line, "a line starts with %%");
        line_start = byte == '\n' || byte == '\r';
        line += byte == '\n';
    }
    return RLS_OK;
}

static rls_status
parser_error(const yaml_parser_t *parser, rls_error *err)
{
    const yaml_mark_t *mark = &parser->problem_mark;
    const char        *problem = parser->problem == NULL ? "unreadable" : parser->problem;

    if (parser->error == YAML_MEMORY_ERROR)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to read YAML");
    /* What was never closed is best looked for where it was opened. */
    if (parser->context != NULL && strcmp(parser->context, "while scanning a quoted scalar") == 0)
        mark = &parser->context_mark;
    return rls_fail_at(err, RLS_BAD_DOCUMENT, line_of(mark), "%s", problem);
}

static rls_yaml_node *
add_node(tree_reader *reader, rls_yaml_kind kind, const yaml_event_t *event)
{
    rls_yaml_node *node = rls_arena_alloc_zeroed(reader->arena, 1, sizeof *node);

    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->line = line_of(&event->start_mark);
    node->last_line = line_of(&event->end_mark);
    if (reader->depth == 0) {
        reader->root = node;
    } else {
        rls_yaml_node *parent = reader->open[reader->depth - 1];

        if (parent->last_child == NULL)
            parent->children = node;
        else
            parent->last_child->next = node;
        parent->last_child = node;
    }
    return node;
}

static void
note_written(tree_reader *reader, rls_yaml_node *node, const yaml_event_t *event)
{
    size_t from = offset_of(reader, &event->start_mark);
    size_t to = offset_of(reader, &event->end_mark);

    node->written = rls_bytes_of(reader->text.data + from, to > from ? to - from : 0);
}

/* A name for later aliases; a name used again means the later node. */
static bool
add_anchor(tree_reader *reader, const yaml_char_t *name, rls_yaml_node *node, uint32_t *out_index)
{
    *out_index = NO_ANCHOR;
    if (name == NULL || reader->anchor_count == RLS_YAML_MAX_ANCHORS)
        return true;
    if (reader->anchors == NULL) {
        reader->anchors =
            rls_arena_alloc(reader->arena, RLS_YAML_MAX_ANCHORS * sizeof *reader->anchors);
        if (reader->anchors == NULL)
            return false;
    }
    reader->anchors[reader->anchor_count].name =
        rls_arena_copy(reader->arena, name, strlen((const char *)name));
    if (reader->anchors[reader->anchor_count].name == NULL)
        return false;
    reader->anchors[reader->anchor_count].node = node;
    *out_index = reader->anchor_count++;
    return true;
}

static rls_yaml_node *
find_anchor(const tree_reader *reader, const char *name)
{
    for (uint32_t i = reader->anchor_count; i-- > 0;) {
        if (strcmp(reader->anchors[i].name, name) == 0)
            return reader->anchors[i].node;
    }
    return NULL;
}

static bool
copy_text(tree_reader *reader, const void *text, size_t size, rls_bytes *out)
{
    char *copy = rls_arena_copy(reader->arena, text, size);

    *out = rls_bytes_of(copy, size);
    return copy != NULL;
}

static bool
take_scalar(tree_reader *reader, const yaml_event_t *event)
{
    rls_yaml_node *node = add_node(reader, RLS_YAML_SCALAR, event);
    uint32_t       index;

    if (node == NULL)
        return false;
    note_written(reader, node, event);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    /* `!important` alone is a tag on nothing to YAML, and a word to who wrote it. */
    if (event->data.scalar.length == 0 && node->plain && node->written.size > 0) {
        node->text = node->written;
        node->plain = false;
    } else if (!copy_text(reader, event->data.scalar.value, event->data.scalar.length,
                          &node->text)) {
        return false;
    }
    return add_anchor(reader, event->data.scalar.anchor, node, &index);
}

static bool
take_alias(tree_reader *reader, const yaml_event_t *event)
{
    const char    *name = (const char *)event->data.alias.anchor;
    rls_yaml_node *node = add_node(reader, RLS_YAML_ALIAS, event);

    if (node == NULL)
        return false;
    note_written(reader, node, event);
    node->target = find_anchor(reader, name);
    return copy_text(reader, name, strlen(name), &node->text);
}

static bool
open_collection(tree_reader *reader, rls_yaml_kind kind, const yaml_event_t *event)
{
    bool               map = kind == RLS_YAML_MAPPING;
    bool               flow = map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                                  : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    const yaml_char_t *name =
        map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    rls_yaml_node *node = add_node(reader, kind, event);

    if (node == NULL)
        return false;
    node->flow = flow;
    if (flow)
        note_written(reader, node, event);
    if (!add_anchor(reader, name, NULL, &reader->open_anchors[reader->depth]))
        return false;
    reader->open[reader->depth++] = node;
    return true;
}

static void
close_collection(tree_reader *reader, const yaml_event_t *event)
{
    rls_yaml_node *node = reader->open[--reader->depth];
    uint32_t       index = reader->open_anchors[reader->depth];

    node->last_line = line_of(&event->end_mark);
    if (node->flow) {
        size_t from = (size_t)(node->written.data - reader->text.data);
        size_t to = offset_of(reader, &event->end_mark);

        node->written.size = to > from ? to - from : 0;
    }
    if (index != NO_ANCHOR)
        reader->anchors[index].node = node;
}

static rls_status
take_event(tree_reader *reader, const yaml_event_t *event, rls_error *err)
{
    bool ok = true;

    switch (event->type) {
    case YAML_SCALAR_EVENT:
        ok = take_scalar(reader, event);
        break;
    case YAML_ALIAS_EVENT:
        ok = take_alias(reader, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        if (reader->depth == RLS_YAML_MAX_DEPTH)
            return rls_fail_at(err, RLS_BAD_DOCUMENT, line_of(&event->start_mark),
                               "nested deeper than %d", (int)RLS_YAML_MAX_DEPTH);
        ok = open_collection(
            reader, event->type == YAML_MAPPING_START_EVENT ? RLS_YAML_MAPPING : RLS_YAML_SEQUENCE,
            event);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_collection(reader, event);
        break;
    default:
        break;
    }
    return ok ? RLS_OK : rls_fail(err, RLS_NO_MEMORY, "no memory to read YAML");
}

rls_status
rls_yaml_tree_read(rls_arena *arena, rls_bytes text, rls_yaml_node **out_root, rls_error *err)
{
    tree_reader reader = {.arena = arena, .text = text};
    rls_status  status;
    uint32_t    event_count = 0, document_count = 0;
    bool        done = false;

    *out_root = NULL;
    status = check_text(text, err);
    if (status != RLS_OK)
        return status;
    if (!yaml_parser_initialize(&reader.parser))
        return rls_fail(err, RLS_NO_MEMORY, "no memory to read YAML");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, text.size == 0 ? (const uint8_t *)"" : text.data,
                                 text.size);

    while (status == RLS_OK && !done) {
        yaml_event_t event;

        if (!yaml_parser_parse(&reader.parser, &event)) {
            status = parser_error(&reader.parser, err);
            break;
        }
        if (++event_count > RLS_YAML_MAX_EVENTS)
            status = rls_fail_at(err, RLS_BAD_DOCUMENT, line_of(&event.start_mark),
                                 "more than %d events", (int)RLS_YAML_MAX_EVENTS);
        else if (event.type == YAML_DOCUMENT_START_EVENT && ++document_count > 1)
            status = rls_fail_at(err, RLS_BAD_DOCUMENT, line_of(&event.start_mark),
                                 "a second document starts");
        else
            status = take_event(&reader, &event, err);
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&reader.parser);
    if (status == RLS_OK)
        *out_root = reader.root;
    return status;
}
