/* `rsearch.yaml`: the rules of a schema as YAML, read and written. */
#include "document/schema.h"

#include <stdio.h>

#include "document/numbers.h"
#include "document/yaml_tree.h"

enum {
    ARENA_CHUNK = 16 * 1024,
    MAX_SHOWN = 60
};

typedef struct schema_reader {
    rls_schema *schema;
    const char *name;
    rls_error  *err;
} schema_reader;

static const struct {
    const char *name;
    uint32_t    kind;
} types[] = {{"text", RLS_FIELD_TEXT},     {"keyword", RLS_FIELD_KEYWORD}, {"date", RLS_FIELD_DATE},
             {"number", RLS_FIELD_NUMBER}, {"stored", RLS_FIELD_STORED},   {"ignore", 0}};

enum {
    TYPE_COUNT = sizeof types / sizeof *types
};

static bool
is_word(const rls_yaml_node *node, const char *word)
{
    return node->kind == RLS_YAML_SCALAR && node->text.size == strlen(word) &&
           memcmp(node->text.data, word, node->text.size) == 0;
}

static rls_status
refuse(const schema_reader *reader, const rls_yaml_node *node, const char *what)
{
    rls_bytes text = node->kind == RLS_YAML_SCALAR ? node->text : rls_bytes_of("", 0);
    size_t    size = text.size < MAX_SHOWN ? text.size : MAX_SHOWN;

    return rls_fail(reader->err, RLS_BAD_ARGUMENT, "%s:%u: %s%s%.*s%s", reader->name,
                    (unsigned)node->line, what, size > 0 ? ": \"" : "", (int)size,
                    (const char *)text.data, size > 0 ? "\"" : "");
}

/* What an alias stands for; the node itself when it is none. */
static const rls_yaml_node *
follow(const rls_yaml_node *node)
{
    return node->kind == RLS_YAML_ALIAS && node->target != NULL ? node->target : node;
}

static rls_status
read_type(const schema_reader *reader, const rls_yaml_node *node, uint32_t *kinds)
{
    for (int i = 0; i < TYPE_COUNT; i++) {
        if (!is_word(node, types[i].name))
            continue;
        *kinds = (*kinds == RLS_KINDS_GUESSED ? 0 : *kinds) | types[i].kind;
        return RLS_OK;
    }
    return refuse(reader, node,
                  "a type is text, keyword, date, number, stored, ignore or a list of these");
}

static rls_status
read_types(const schema_reader *reader, const rls_yaml_node *node, uint32_t *kinds)
{
    rls_status status;

    node = follow(node);
    if (node->kind != RLS_YAML_SEQUENCE)
        return read_type(reader, node, kinds);
    if (node->children == NULL)
        return refuse(reader, node, "a list of types is empty");
    for (const rls_yaml_node *item = node->children; item != NULL; item = item->next) {
        status = read_type(reader, follow(item), kinds);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

static rls_status
read_rule(const schema_reader *reader, const rls_yaml_node *field, const rls_yaml_node *rule)
{
    uint32_t   kinds = RLS_KINDS_GUESSED;
    float      weight = -1;
    bool       stored = true;
    rls_bytes  language = {0};
    rls_status status = RLS_OK;

    rule = follow(rule);
    if (field->kind != RLS_YAML_SCALAR || field->text.size == 0)
        return refuse(reader, field, "the name of a field is a word");
    if (rule->kind != RLS_YAML_MAPPING)
        status = read_types(reader, rule, &kinds);
    for (const rls_yaml_node *key = rule->kind == RLS_YAML_MAPPING ? rule->children : NULL;
         key != NULL && status == RLS_OK; key = key->next->next) {
        const rls_yaml_node *value = follow(key->next);
        double               number;

        if (is_word(key, "type")) {
            status = read_types(reader, value, &kinds);
        } else if (is_word(key, "weight")) {
            if (value->kind != RLS_YAML_SCALAR || !rls_number_parse(value->text, &number) ||
                number < 0 || number > 1e6)
                return refuse(reader, value, "a weight is a number from 0 to 1000000");
            weight = (float)number;
        } else if (is_word(key, "language")) {
            if (value->kind != RLS_YAML_SCALAR || value->text.size == 0)
                return refuse(reader, value, "a language is a word");
            language = value->text;
        } else if (is_word(key, "stored")) {
            if (!is_word(value, "true") && !is_word(value, "false"))
                return refuse(reader, value, "stored is true or false");
            stored = is_word(value, "true");
        } else {
            return refuse(reader, key, "unknown key (known are type, weight, language, stored)");
        }
    }
    if (status != RLS_OK)
        return status;
    if (kinds != RLS_KINDS_GUESSED && kinds != 0)
        kinds = stored ? kinds | RLS_FIELD_STORED : kinds & ~(uint32_t)RLS_FIELD_STORED;
    else if (kinds == RLS_KINDS_GUESSED && !stored)
        return refuse(reader, field, "stored: false needs a type");
    return rls_schema_set(reader->schema, field->text, kinds, weight, language, reader->err);
}

static rls_status
read_root(const schema_reader *reader, const rls_yaml_node *root)
{
    rls_status status = RLS_OK;

    if (root->kind != RLS_YAML_MAPPING)
        return refuse(reader, root, "a schema is a mapping");
    for (const rls_yaml_node *key = root->children; key != NULL && status == RLS_OK;
         key = key->next->next) {
        const rls_yaml_node *value = follow(key->next);

        if (is_word(key, "language")) {
            if (value->kind != RLS_YAML_SCALAR || value->text.size == 0)
                return refuse(reader, value, "a language is a word");
            status = rls_schema_set_language(reader->schema, value->text, reader->err);
        } else if (is_word(key, "fields")) {
            if (value->kind == RLS_YAML_SCALAR && value->text.size == 0)
                continue;
            if (value->kind != RLS_YAML_MAPPING)
                return refuse(reader, value, "fields is a mapping");
            for (const rls_yaml_node *field = value->children; field != NULL && status == RLS_OK;
                 field = field->next->next)
                status = read_rule(reader, field, field->next);
        } else {
            return refuse(reader, key, "unknown key (known are language, fields)");
        }
    }
    return status;
}

rls_status
rls_schema_parse(rls_heap *heap, rls_bytes yaml, const char *name, rls_schema **out_schema,
                 rls_error *err)
{
    schema_reader  reader = {.name = name, .err = err};
    rls_yaml_node *root;
    rls_arena      arena;
    rls_error      why;
    rls_status     status;

    *out_schema = NULL;
    rls_arena_init(&arena, heap, ARENA_CHUNK);
    status = rls_schema_new(heap, &reader.schema, err);
    if (status != RLS_OK)
        goto fail;

    status = rls_yaml_tree_read(&arena, yaml, &root, &why);
    if (status == RLS_BAD_DOCUMENT)
        status =
            rls_fail(err, RLS_BAD_ARGUMENT, "%s:%u: %s", name, (unsigned)why.offset, why.message);
    else if (status != RLS_OK)
        rls_fail(err, status, "%s: %s", name, why.message);
    if (status == RLS_OK && root != NULL)
        status = read_root(&reader, root);
    if (status != RLS_OK)
        goto fail;

    rls_arena_release(&arena);
    *out_schema = reader.schema;
    return RLS_OK;

fail:
    rls_arena_release(&arena);
    rls_schema_free(reader.schema);
    return status;
}

static void
put_text(rls_buffer *out, const char *text)
{
    rls_buffer_append(out, text, strlen(text));
}

/* In double quotes, with what YAML would not take there escaped. */
static void
put_quoted(rls_buffer *out, rls_bytes text)
{
    put_text(out, "\"");
    for (size_t i = 0; i < text.size; i++) {
        uint8_t  byte = text.data[i];
        uint32_t code_point = byte < 0x20 || byte == 0x7F ? byte : 0;
        char     escape[8];
        size_t   size = 1;

        if (byte == 0xC2 && text.data[i + 1] < 0xA0) {
            code_point = text.data[i + 1];
            size = 2;
        } else if (byte == 0xE2 && text.data[i + 1] == 0x80 && text.data[i + 2] >> 1 == 0x54) {
            code_point = 0x2000 + (text.data[i + 2] - 0x80u);
            size = 3;
        } else if (byte == 0xEF && ((text.data[i + 1] == 0xBB && text.data[i + 2] == 0xBF) ||
                                    (text.data[i + 1] == 0xBF && text.data[i + 2] > 0xBD))) {
            code_point = 0xF000 + (text.data[i + 1] - 0x80u) * 64 + (text.data[i + 2] - 0x80u);
            size = 3;
        }
        if (code_point != 0) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)code_point);
            put_text(out, escape);
            i += size - 1;
            continue;
        }
        if (byte == '"' || byte == '\\')
            rls_buffer_put_u8(out, '\\');
        rls_buffer_put_u8(out, byte);
    }
    put_text(out, "\"");
}

static void
put_kinds(rls_buffer *out, uint32_t kinds)
{
    uint32_t    shown = kinds == RLS_FIELD_STORED ? kinds : kinds & ~(uint32_t)RLS_FIELD_STORED;
    const char *between = "";

    put_text(out, "type: [");
    for (int i = 0; i < TYPE_COUNT; i++) {
        if (kinds == 0 ? types[i].kind != 0 : (types[i].kind & shown) == 0)
            continue;
        put_text(out, between);
        put_text(out, types[i].name);
        between = ", ";
    }
    put_text(out, kinds == 0 || kinds & RLS_FIELD_STORED ? "]" : "], stored: false");
}

rls_status
rls_schema_write(const rls_schema *schema, rls_buffer *out)
{
    rls_bytes language = rls_schema_language(schema);

    if (language.size > 0) {
        put_text(out, "language: ");
        put_quoted(out, language);
        put_text(out, "\n");
    }
    if (rls_schema_rule_count(schema) > 0)
        put_text(out, "fields:\n");
    for (uint32_t i = 0; i < rls_schema_rule_count(schema); i++) {
        const rls_schema_rule *rule = rls_schema_rule_at(schema, i);
        const char            *between = "";
        char                   number[RLS_NUMBER_SIZE];

        put_text(out, "  ");
        put_quoted(out, rule->field);
        put_text(out, ": { ");
        if (rule->kinds != RLS_KINDS_GUESSED) {
            put_kinds(out, rule->kinds);
            between = ", ";
        }
        if (rule->weight >= 0) {
            rls_number_write(rule->weight, number);
            put_text(out, between);
            put_text(out, "weight: ");
            put_text(out, number);
            between = ", ";
        }
        if (rule->language.size > 0) {
            put_text(out, between);
            put_text(out, "language: ");
            put_quoted(out, rule->language);
        }
        put_text(out, " }\n");
    }
    return out->failed ? RLS_NO_MEMORY : RLS_OK;
}
