#include "inverter/inverter.h"

#include "inverter/inverter_state.h"
#include "inverter/term_sort.h"

enum {
    BYTES_CHUNK = 64 * 1024
};

rls_status
rls_inverter_no_memory(rls_error *err)
{
    return rls_fail(err, RLS_NO_MEMORY, "no memory to invert documents");
}

/* Empty of documents, with the body as field 0. */
static rls_status
start_batch(rls_inverter *inverter, rls_error *err)
{
    uint32_t field;

    if (rls_field_table_number(&inverter->fields, rls_bytes_of("body", 4), &field) != RLS_OK)
        return rls_inverter_no_memory(err);
    inverter->part_count = 0;
    if (rls_inverter_begin_part(inverter, err) != RLS_OK)
        return RLS_NO_MEMORY;
    inverter->broken = false;
    return RLS_OK;
}

rls_status
rls_inverter_begin_part(rls_inverter *inverter, rls_error *err)
{
    if (!rls_grow(inverter->heap, (void **)&inverter->parts, &inverter->part_capacity,
                  inverter->part_count + 1, sizeof *inverter->parts))
        return rls_inverter_no_memory(err);
    inverter->parts[inverter->part_count++] =
        (rls_inverter_part){inverter->doc_count, (uint32_t)inverter->fields.unit_count};
    return RLS_OK;
}

uint32_t
rls_inverter_part_number(const rls_inverter *inverter, uint32_t *out_first_doc)
{
    *out_first_doc = inverter->parts[inverter->part_count - 1].first_doc;
    return (uint32_t)inverter->part_count - 1;
}

rls_status
rls_inverter_new(rls_heap *heap, rls_bytes language, rls_inverter **out_inverter, rls_error *err)
{
    rls_inverter *inverter;
    rls_bytes     canonical = rls_language_canonical(language);
    rls_status    status;

    *out_inverter = NULL;
    inverter = rls_alloc_zeroed(heap, 1, sizeof *inverter);
    if (inverter == NULL)
        return rls_inverter_no_memory(err);
    inverter->heap = heap;
    inverter->source.heap = heap;
    inverter->broken = true;
    rls_arena_init(&inverter->bytes, heap, BYTES_CHUNK);
    rls_chunk_pool_init(&inverter->chunks, heap);
    rls_vocabulary_init(&inverter->vocabulary, heap, &inverter->bytes);
    rls_field_table_init(&inverter->fields, heap);
    rls_buffer_init(&inverter->keyword, heap);

    if (!rls_grow(heap, (void **)&inverter->languages, &inverter->language_capacity, 1,
                  sizeof *inverter->languages)) {
        status = rls_inverter_no_memory(err);
        goto fail;
    }
    inverter->languages[0] = (rls_inverter_language_state){
        .name = canonical.size > 0 ? canonical : rls_bytes_of("none", 4)};
    inverter->language_count = 1;
    rls_surface_cache_init(&inverter->languages[0].surfaces, heap);
    status = rls_analyzer_new(heap, language, &inverter->languages[0].analyzer, err);
    if (status != RLS_OK)
        goto fail;
    status = start_batch(inverter, err);
    if (status != RLS_OK)
        goto fail;

    *out_inverter = inverter;
    return RLS_OK;

fail:
    rls_inverter_free(inverter);
    return status;
}

static void
forget_finish(rls_inverter *inverter)
{
    rls_free(inverter->heap, inverter->order);
    rls_free(inverter->heap, inverter->form_starts);
    rls_free(inverter->heap, inverter->forms);
    inverter->order = NULL;
    inverter->form_starts = NULL;
    inverter->forms = NULL;
    inverter->finished = false;
    rls_inverter_source_release(&inverter->source);
}

void
rls_inverter_free(rls_inverter *inverter)
{
    if (inverter == NULL)
        return;
    forget_finish(inverter);
    for (size_t i = 0; i < inverter->language_count; i++) {
        rls_surface_cache_release(&inverter->languages[i].surfaces);
        rls_analyzer_free(inverter->languages[i].analyzer);
    }
    rls_free(inverter->heap, inverter->languages);
    rls_free(inverter->heap, inverter->lists);
    rls_free(inverter->heap, inverter->pair_terms);
    rls_free(inverter->heap, inverter->visits);
    rls_free(inverter->heap, inverter->parts);
    rls_buffer_release(&inverter->keyword);
    rls_field_table_release(&inverter->fields);
    rls_vocabulary_release(&inverter->vocabulary);
    rls_chunk_pool_release(&inverter->chunks);
    rls_arena_release(&inverter->bytes);
    rls_free(inverter->heap, inverter);
}

rls_status
rls_inverter_reset(rls_inverter *inverter, rls_error *err)
{
    inverter->broken = true;
    forget_finish(inverter);
    for (size_t i = 0; i < inverter->language_count; i++)
        rls_surface_cache_release(&inverter->languages[i].surfaces);
    rls_field_table_reset(&inverter->fields);
    rls_vocabulary_reset(&inverter->vocabulary);
    inverter->list_count = 0;
    inverter->has_pairs = false;
    rls_chunk_pool_reset(&inverter->chunks);
    rls_arena_reset(&inverter->bytes);
    inverter->doc_count = 0;
    return start_batch(inverter, err);
}

rls_status
rls_inverter_add(rls_inverter *inverter, const rls_document *document, rls_error *err)
{
    rls_status status;

    if (inverter->broken || inverter->finished)
        return rls_fail(err, RLS_BAD_ARGUMENT, "the inverter takes no document before a reset");
    if (inverter->doc_count == INT32_MAX)
        return rls_fail(err, RLS_NO_MEMORY, "more than %d documents in one batch", INT32_MAX);
    inverter->broken = true;
    status = rls_inverter_add_fields(inverter, document, err);
    if (status != RLS_OK)
        return status;
    inverter->broken = false;
    inverter->doc_count++;
    return RLS_OK;
}

uint32_t
rls_inverter_doc_count(const rls_inverter *inverter)
{
    return inverter->doc_count;
}

uint64_t
rls_inverter_signature(const rls_inverter *inverter)
{
    return rls_body_signature_end(&inverter->signature);
}

uint32_t
rls_inverter_field_count(const rls_inverter *inverter)
{
    return (uint32_t)inverter->fields.field_count;
}

rls_bytes
rls_inverter_field_name(const rls_inverter *inverter, uint32_t field)
{
    return inverter->fields.fields[field].name;
}

uint32_t
rls_inverter_length(const rls_inverter *inverter, uint32_t field, uint32_t doc)
{
    return rls_field_table_length(&inverter->fields, field, doc);
}

void
rls_inverter_field_lengths(const rls_inverter *inverter, uint32_t field, const uint32_t **out_docs,
                           const uint32_t **out_lengths, uint32_t *out_count)
{
    const rls_inverted_field *of = &inverter->fields.fields[field];

    *out_docs = of->docs;
    *out_lengths = of->lengths;
    *out_count = (uint32_t)of->count;
}

uint32_t
rls_inverter_language_count(const rls_inverter *inverter)
{
    uint32_t count = 0;

    for (size_t i = 1; i < inverter->language_count; i++)
        count += inverter->languages[i].surfaces.capacity > 0;
    return count;
}

rls_bytes
rls_inverter_language(const rls_inverter *inverter, uint32_t i)
{
    for (size_t at = 1; at < inverter->language_count; at++) {
        if (inverter->languages[at].surfaces.capacity > 0 && i-- == 0)
            return inverter->languages[at].name;
    }
    return (rls_bytes){0};
}

/* Forms by term and code, and their counts from the surfaces. */
static void
gather_forms(rls_inverter *inverter)
{
    const rls_vocabulary *vocabulary = &inverter->vocabulary;
    uint32_t             *starts = inverter->form_starts;

    starts[0] = 0;
    for (size_t i = 0; i < vocabulary->term_count; i++)
        starts[i + 1] = starts[i] + vocabulary->terms[i].form_count;
    for (size_t i = 0; i < vocabulary->form_count; i++) {
        const rls_vocabulary_form *form = &vocabulary->forms[i];

        inverter->forms[starts[form->term] + form->code] =
            (rls_source_form){{form->bytes, form->size}, 0};
    }
    for (size_t i = 0; i < inverter->language_count; i++) {
        const rls_surface_cache *surfaces = &inverter->languages[i].surfaces;

        for (size_t j = 0; j < surfaces->capacity; j++) {
            const rls_surface_slot *slot = &surfaces->slots[j];

            if (slot->uses >= RLS_SURFACE_USE)
                inverter->forms[starts[slot->term] + slot->form].count +=
                    slot->uses / RLS_SURFACE_USE;
        }
    }
}

rls_status
rls_inverter_finish(rls_inverter *inverter, rls_term_source **out_source, rls_error *err)
{
    const rls_vocabulary *vocabulary = &inverter->vocabulary;

    *out_source = NULL;
    if (inverter->broken)
        return rls_fail(err, RLS_BAD_ARGUMENT, "the inverter cannot be finished before a reset");
    if (!inverter->finished) {
        forget_finish(inverter);
        inverter->order = rls_alloc(inverter->heap, vocabulary->term_count, sizeof(uint32_t));
        inverter->form_starts =
            rls_alloc(inverter->heap, vocabulary->term_count + 1, sizeof(uint32_t));
        inverter->forms =
            rls_alloc(inverter->heap, vocabulary->form_count, sizeof *inverter->forms);
        if (inverter->order == NULL || inverter->form_starts == NULL || inverter->forms == NULL ||
            rls_term_sort(inverter->heap, vocabulary->terms, (uint32_t)vocabulary->term_count,
                          inverter->order) != RLS_OK) {
            forget_finish(inverter);
            return rls_inverter_no_memory(err);
        }
        gather_forms(inverter);
        inverter->finished = true;
    }
    rls_inverter_source_init(&inverter->source, inverter, 0, (uint32_t)vocabulary->term_count);
    *out_source = &inverter->source.base;
    return RLS_OK;
}

uint32_t
rls_inverter_term_count(const rls_inverter *inverter)
{
    return (uint32_t)inverter->vocabulary.term_count;
}

rls_bytes
rls_inverter_term(const rls_inverter *inverter, uint32_t rank)
{
    const rls_vocabulary_term *term = &inverter->vocabulary.terms[inverter->order[rank]];

    return rls_bytes_of(term->bytes, term->size);
}

void
rls_inverter_cut(const rls_inverter *inverter, rls_bytes *out_firsts, uint32_t count)
{
    uint32_t term_count = (uint32_t)inverter->vocabulary.term_count, cut = 0;
    uint64_t all = 0, before = 0;

    for (uint32_t i = 0; i < inverter->form_starts[term_count]; i++)
        all += inverter->forms[i].count;
    for (uint32_t rank = 0; rank < term_count; rank++) {
        uint32_t number = inverter->order[rank];

        for (; cut < count && before >= all * cut / count; cut++)
            out_firsts[cut] = rls_inverter_term(inverter, rank);
        for (uint32_t i = inverter->form_starts[number]; i < inverter->form_starts[number + 1]; i++)
            before += inverter->forms[i].count;
    }
    for (; cut < count; cut++)
        out_firsts[cut] = rls_inverter_term(inverter, term_count - 1);
}

uint32_t
rls_inverter_term_rank(const rls_inverter *inverter, rls_bytes term)
{
    uint32_t low = 0, high = (uint32_t)inverter->vocabulary.term_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (rls_bytes_compare(rls_inverter_term(inverter, middle), term) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
