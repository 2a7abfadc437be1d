/* The walk over a document: its keywords, then its text, field by field and value by value. */
#include "analysis/keyword_key.h"
#include "base/sort.h"
#include "codec/varint.h"
#include "inverter/inverter_state.h"

enum {
    FEW_FIELDS = 16
};

typedef rls_inverter_language_state language_state;

static const rls_bytes no_language = {(const uint8_t *)"none", 4};

/* Finds a language, or adds it with an analyzer of its own. */
static rls_status
find_language(rls_inverter *inverter, rls_bytes canonical, size_t *out_index, rls_error *err)
{
    language_state added = {.name = canonical};
    size_t         at = 1;
    rls_status     status;

    *out_index = 0;
    if (rls_bytes_compare(canonical, inverter->languages[0].name) == 0)
        return RLS_OK;
    for (; at < inverter->language_count; at++) {
        int order = rls_bytes_compare(inverter->languages[at].name, canonical);

        if (order == 0) {
            *out_index = at;
            return RLS_OK;
        }
        if (order > 0)
            break;
    }
    if (!rls_grow(inverter->heap, (void **)&inverter->languages, &inverter->language_capacity,
                  inverter->language_count + 1, sizeof *inverter->languages))
        return rls_inverter_no_memory(err);
    status = rls_analyzer_new(inverter->heap, canonical, &added.analyzer, err);
    if (status != RLS_OK)
        return status;
    rls_surface_cache_init(&added.surfaces, inverter->heap);
    memmove(&inverter->languages[at + 1], &inverter->languages[at],
            (inverter->language_count - at) * sizeof *inverter->languages);
    inverter->languages[at] = added;
    inverter->language_count++;
    *out_index = at;
    return RLS_OK;
}

/* The field's language when it is known, else the document's, else the default. */
static rls_status
choose_language(rls_inverter *inverter, rls_bytes of_field, rls_bytes of_document,
                language_state **out_language, rls_error *err)
{
    const rls_bytes wanted[] = {of_field, of_document};
    size_t          index = 0;

    for (int i = 0; i < 2; i++) {
        rls_bytes  canonical;
        rls_status status;

        if (wanted[i].size == 0)
            continue;
        canonical = rls_language_canonical(wanted[i]);
        if (rls_bytes_compare(wanted[i], no_language) == 0)
            canonical = no_language;
        if (canonical.size == 0)
            continue;
        status = find_language(inverter, canonical, &index, err);
        if (status != RLS_OK)
            return status;
        break;
    }
    *out_language = &inverter->languages[index];
    if (!rls_surface_cache_reserve(&(*out_language)->surfaces, 1))
        return rls_inverter_no_memory(err);
    return RLS_OK;
}

static rls_status
add_keywords(rls_inverter *inverter, const rls_field *field, rls_error *err)
{
    uint32_t doc = inverter->doc_count;

    for (uint32_t i = 0; i < field->value_count; i++) {
        uint8_t           entry[RLS_VARINT_MAX];
        rls_posting_list *list;
        uint32_t          term;
        rls_status        status;

        status = rls_keyword_key(inverter->languages[0].analyzer, field->name,
                                 field->values[i].text, &inverter->keyword, err);
        if (status != RLS_OK)
            return status;
        if (inverter->keyword.size == 0)
            continue;
        if (rls_vocabulary_add_term(&inverter->vocabulary, rls_buffer_bytes(&inverter->keyword),
                                    &term) != RLS_OK ||
            rls_inverter_ensure_list(inverter, term) != RLS_OK)
            return rls_inverter_no_memory(err);
        list = &inverter->lists[term];
        if (list->unit == doc)
            continue;
        if (!rls_chunk_list_append(&inverter->chunks, &list->chunks, entry,
                                   (size_t)(rls_varint_put(entry, doc - list->unit) - entry)))
            return rls_inverter_no_memory(err);
        list->unit = doc;
    }
    return RLS_OK;
}

static int
compare_names(const void *a, const void *b, void *context)
{
    (void)context;
    return rls_bytes_compare(((const rls_field_visit *)a)->field->name,
                             ((const rls_field_visit *)b)->field->name);
}

static int
compare_numbers(const void *a, const void *b, void *context)
{
    uint32_t left = ((const rls_field_visit *)a)->number;
    uint32_t right = ((const rls_field_visit *)b)->number;

    (void)context;
    return (left > right) - (left < right);
}

/* Stable. Most documents have few fields. */
static rls_status
sort_visits(rls_inverter *inverter, size_t count, rls_compare compare)
{
    rls_field_visit *visits = inverter->visits;

    if (count > FEW_FIELDS)
        return rls_sort(inverter->heap, visits, count, sizeof *visits, compare, NULL);
    for (size_t i = 1; i < count; i++) {
        rls_field_visit moved = visits[i];
        size_t          at = i;

        for (; at > 0 && compare(&visits[at - 1], &moved, NULL) > 0; at--)
            visits[at] = visits[at - 1];
        visits[at] = moved;
    }
    return RLS_OK;
}

/* Plans the visits of the document's fields by name and adds their keywords; text fields stay, in
 * order of their numbers. */
static rls_status
plan_visits(rls_inverter *inverter, const rls_document *document, size_t *out_count, rls_error *err)
{
    size_t     text_count = 0;
    rls_status status;

    if (!rls_grow(inverter->heap, (void **)&inverter->visits, &inverter->visit_capacity,
                  document->field_count, sizeof *inverter->visits))
        return rls_inverter_no_memory(err);
    for (size_t i = 0; i < document->field_count; i++)
        inverter->visits[i] = (rls_field_visit){&document->fields[i], 0};
    if (sort_visits(inverter, document->field_count, compare_names) != RLS_OK)
        return rls_inverter_no_memory(err);
    for (size_t i = 0; i < document->field_count; i++) {
        rls_field_visit visit = inverter->visits[i];

        if (visit.field->kinds & RLS_FIELD_KEYWORD) {
            status = add_keywords(inverter, visit.field, err);
            if (status != RLS_OK)
                return status;
        }
        if (!(visit.field->kinds & RLS_FIELD_TEXT) || visit.field->value_count == 0)
            continue;
        if (rls_field_table_number(&inverter->fields, visit.field->name, &visit.number) != RLS_OK)
            return rls_inverter_no_memory(err);
        inverter->visits[text_count++] = visit;
    }
    *out_count = text_count;
    if (sort_visits(inverter, text_count, compare_numbers) != RLS_OK)
        return rls_inverter_no_memory(err);
    return RLS_OK;
}

/* Where the unit under way stands. */
typedef struct unit_state {
    uint32_t position; /* next free one */
    uint32_t length;
    bool     begun; /* a value was seen */
} unit_state;

static rls_status
invert_value(rls_inverter *inverter, language_state *language, rls_bytes text, unit_state *unit,
             rls_error *err)
{
    uint32_t   first;
    rls_status status;

    if (unit->begun) {
        if (unit->position > UINT32_MAX - 1 - RLS_VALUE_POSITION_GAP)
            return RLS_OK;
        unit->position += RLS_VALUE_POSITION_GAP;
    }
    unit->begun = true;
    first = unit->position;
    status = rls_inverter_add_text(inverter, language, text, &unit->position, err);
    unit->length += unit->position - first;
    return status;
}

rls_status
rls_inverter_add_fields(rls_inverter *inverter, const rls_document *document, rls_error *err)
{
    rls_bytes       body = document->prose.data != NULL ? document->prose : document->body;
    unit_state      unit = {0};
    uint32_t        number = 0;
    language_state *language;
    size_t          visit_count = 0;
    rls_status      status;

    status = plan_visits(inverter, document, &visit_count, err);
    if (status != RLS_OK)
        return status;
    if (rls_field_table_open_unit(&inverter->fields, inverter->doc_count, 0) != RLS_OK)
        return rls_inverter_no_memory(err);
    rls_body_signature_begin(&inverter->signature);
    if (body.size > 0) {
        status = choose_language(inverter, (rls_bytes){0}, document->language, &language, err);
        inverter->signs = true;
        if (status == RLS_OK)
            status = invert_value(inverter, language, body, &unit, err);
        inverter->signs = false;
        if (status != RLS_OK)
            return status;
    }
    for (size_t i = 0; i < visit_count; i++) {
        const rls_field *field = inverter->visits[i].field;

        if (inverter->visits[i].number != number) {
            number = inverter->visits[i].number;
            if (rls_field_table_close_unit(&inverter->fields, unit.length) != RLS_OK ||
                rls_field_table_open_unit(&inverter->fields, inverter->doc_count, number) != RLS_OK)
                return rls_inverter_no_memory(err);
            unit = (unit_state){0};
        }
        status = choose_language(inverter, field->language, document->language, &language, err);
        if (status != RLS_OK)
            return status;
        for (uint32_t j = 0; j < field->value_count; j++) {
            status = invert_value(inverter, language, field->values[j].text, &unit, err);
            if (status != RLS_OK)
                return status;
        }
    }
    if (rls_field_table_close_unit(&inverter->fields, unit.length) != RLS_OK)
        return rls_inverter_no_memory(err);
    return RLS_OK;
}
