#include "document/schema.h"

#include "document/field_kinds.h"
#include "document/field_writer.h"
#include "document/utf8.h"

enum {
    MAX_SHOWN = 60
};

struct rls_schema {
    rls_heap        *heap;
    rls_schema_rule *rules; /* sorted by name; their bytes belong to the schema */
    size_t           count, capacity;
    rls_bytes        language;
};

rls_status
rls_schema_new(rls_heap *heap, rls_schema **out_schema, rls_error *err)
{
    *out_schema = rls_alloc_zeroed(heap, 1, sizeof **out_schema);
    if (*out_schema == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a schema");
    (*out_schema)->heap = heap;
    return RLS_OK;
}

static void
free_bytes(rls_heap *heap, rls_bytes bytes)
{
    /* Borrowed types are const; these were allocated here. */
    rls_free(heap, (void *)(uintptr_t)bytes.data);
}

void
rls_schema_free(rls_schema *schema)
{
    if (schema == NULL)
        return;
    for (size_t i = 0; i < schema->count; i++) {
        free_bytes(schema->heap, schema->rules[i].field);
        free_bytes(schema->heap, schema->rules[i].language);
    }
    rls_free(schema->heap, schema->rules);
    free_bytes(schema->heap, schema->language);
    rls_free(schema->heap, schema);
}

rls_heap *
rls_schema_heap(const rls_schema *schema)
{
    return schema->heap;
}

static bool
copy_bytes(rls_heap *heap, rls_bytes bytes, rls_bytes *out)
{
    char *copy = rls_copy_string(heap, bytes.size == 0 ? "" : (const char *)bytes.data, bytes.size);

    *out = rls_bytes_of(copy, copy == NULL ? 0 : bytes.size);
    return copy != NULL;
}

/* Where the rule of `field` is or would be. */
static size_t
find_rule(const rls_schema *schema, rls_bytes field, bool *found)
{
    size_t low = 0, high = schema->count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order = rls_bytes_compare(field, schema->rules[middle].field);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The rule of `field`, else of the nearest map it is in. */
static const rls_schema_rule *
rule_for(const rls_schema *schema, rls_bytes field)
{
    while (schema->count > 0) {
        bool           found;
        size_t         at = find_rule(schema, field, &found);
        const uint8_t *dot;

        if (found)
            return &schema->rules[at];
        dot = field.size == 0 ? NULL : memrchr(field.data, '.', field.size);
        if (dot == NULL)
            break;
        field.size = (size_t)(dot - field.data);
    }
    return NULL;
}

rls_status
rls_schema_set(rls_schema *schema, rls_bytes field, uint32_t kinds, float weight,
               rls_bytes language, rls_error *err)
{
    rls_schema_rule rule = {.kinds = kinds, .weight = weight < 0 ? -1.0f : weight};
    bool            found;
    size_t          at = find_rule(schema, field, &found);
    const uint32_t  known =
        RLS_FIELD_TEXT | RLS_FIELD_KEYWORD | RLS_FIELD_DATE | RLS_FIELD_NUMBER | RLS_FIELD_STORED;

    if (field.size == 0 || field.size > RLS_MAX_NAME_SIZE ||
        rls_utf8_valid_size(field) != field.size ||
        rls_utf8_valid_size(language) != language.size ||
        (kinds != RLS_KINDS_GUESSED && (kinds & ~known) != 0) || weight != weight || weight > 1e6f)
        return rls_fail(err, RLS_BAD_ARGUMENT, "no such rule for field \"%.*s\"",
                        (int)(field.size < MAX_SHOWN ? field.size : MAX_SHOWN), field.data);
    if (!copy_bytes(schema->heap, field, &rule.field) ||
        !copy_bytes(schema->heap, language, &rule.language))
        goto fail;
    if (found) {
        free_bytes(schema->heap, schema->rules[at].field);
        free_bytes(schema->heap, schema->rules[at].language);
    } else {
        void *rules = schema->rules;

        if (!rls_grow(schema->heap, &rules, &schema->capacity, schema->count + 1, sizeof rule))
            goto fail;
        schema->rules = rules;
        memmove(&schema->rules[at + 1], &schema->rules[at],
                (schema->count - at) * sizeof *schema->rules);
        schema->count++;
    }
    schema->rules[at] = rule;
    return RLS_OK;

fail:
    free_bytes(schema->heap, rule.field);
    free_bytes(schema->heap, rule.language);
    return rls_fail(err, RLS_NO_MEMORY, "no memory for a schema");
}

rls_status
rls_schema_set_language(rls_schema *schema, rls_bytes language, rls_error *err)
{
    rls_bytes copy;

    if (!copy_bytes(schema->heap, language, &copy))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a schema");
    free_bytes(schema->heap, schema->language);
    schema->language = copy;
    return RLS_OK;
}

rls_bytes
rls_schema_language(const rls_schema *schema)
{
    return schema->language;
}

uint32_t
rls_schema_rule_count(const rls_schema *schema)
{
    return (uint32_t)schema->count;
}

const rls_schema_rule *
rls_schema_rule_at(const rls_schema *schema, uint32_t index)
{
    return index < schema->count ? &schema->rules[index] : NULL;
}

static bool
is_named(rls_bytes field, const char *name)
{
    return field.size == strlen(name) && memcmp(field.data, name, field.size) == 0;
}

float
rls_schema_weight(const rls_schema *schema, rls_bytes field, uint32_t kinds)
{
    const rls_schema_rule *rule = rule_for(schema, field);

    if (rule != NULL && rule->weight >= 0)
        return rule->weight;
    if (is_named(field, "title"))
        return RLS_WEIGHT_TITLE;
    if (is_named(field, "body"))
        return RLS_WEIGHT_TEXT;
    return kinds & RLS_FIELD_KEYWORD ? RLS_WEIGHT_KEYWORD : RLS_WEIGHT_TEXT;
}

static void
note_bad_values(rls_document *document, const rls_field *field, const rls_value *bad,
                uint32_t bad_count)
{
    rls_bytes text = bad->text;

    rls_document_note(document, "%.*s: \"%.*s\" is no %s%s",
                      (int)(field->name.size < MAX_SHOWN ? field->name.size : MAX_SHOWN),
                      (const char *)field->name.data,
                      (int)(text.size < MAX_SHOWN ? text.size : MAX_SHOWN), (const char *)text.data,
                      field->kinds & RLS_FIELD_DATE ? "date" : "number",
                      bad_count > 1 ? ", and others are not" : "");
}

rls_status
rls_schema_apply(const rls_schema *schema, rls_document *document, rls_error *err)
{
    uint32_t               kept = 0;
    const rls_schema_rule *rule = rule_for(schema, rls_bytes_of("body", 4));

    (void)err;
    rls_document_take_language(document);
    if (document->language.size == 0 && rule != NULL)
        document->language = rule->language;

    for (uint32_t i = 0; i < document->field_count; i++) {
        rls_field        field = document->fields[i];
        const rls_value *bad = NULL;
        uint32_t         bad_count;
        bool             told; /* by the user that it is a date or a number */

        rule = rule_for(schema, field.name);
        told = rule != NULL && rule->kinds != RLS_KINDS_GUESSED;
        if (!document->has_kinds)
            field.kinds = told ? rule->kinds : rls_field_kinds_guess(&field);
        if (field.kinds == 0)
            continue;
        if (rule != NULL)
            field.language = rule->language;
        bad_count = rls_field_kinds_parse(&field, &bad);
        if (document->has_kinds) {
            /* what was to be said of it was said when it was first indexed */
        } else if (bad_count > 0 && told) {
            note_bad_values(document, &field, bad, bad_count);
        } else if (is_named(field.name, "date") && !told && field.value_count > 0 &&
                   field.values[0].text.size > 0 && !(field.kinds & RLS_FIELD_DATE)) {
            rls_bytes text = field.values[0].text;

            rls_document_note(document, "date: \"%.*s\" is no date",
                              (int)(text.size < MAX_SHOWN ? text.size : MAX_SHOWN),
                              (const char *)text.data);
        }
        document->fields[kept++] = field;
    }
    document->field_count = kept;
    return RLS_OK;
}
