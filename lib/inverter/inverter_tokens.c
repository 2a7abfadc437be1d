/* The loop over tokens: from surfaces to entries in the lists of their terms. */
#include "codec/varint.h"
#include "inverter/inverter_state.h"

enum {
    TOKENS_AT_ONCE = 256
};

rls_status
rls_inverter_ensure_list(rls_inverter *inverter, uint32_t term)
{
    if (term < inverter->list_count)
        return RLS_OK;
    if (!rls_grow(inverter->heap, (void **)&inverter->lists, &inverter->list_capacity,
                  inverter->list_count + 1, sizeof *inverter->lists))
        return RLS_NO_MEMORY;
    inverter->lists[inverter->list_count++] = (rls_posting_list){.unit = UINT32_MAX};
    return RLS_OK;
}

/* The slot of a surface met for the first time. */
static rls_status
add_surface(rls_inverter *inverter, rls_inverter_language_state *language, rls_surface_key key,
            rls_bytes surface, rls_surface_slot **out_slot, rls_error *err)
{
    uint32_t   number = RLS_NO_TERM;
    rls_bytes  term;
    rls_status status;

    status = rls_analyzer_term(language->analyzer, surface, &term, err);
    if (status != RLS_OK)
        return status;
    /* Bytes below the space begin keys of other kinds of terms. */
    if (term.size > 0 && term.size <= RLS_TERM_MAX && term.data[0] >= 0x20) {
        if (rls_vocabulary_add_term(&inverter->vocabulary, term, &number) != RLS_OK ||
            rls_inverter_ensure_list(inverter, number) != RLS_OK)
            return rls_inverter_no_memory(err);
    }
    if (!rls_surface_cache_reserve(&language->surfaces))
        return rls_inverter_no_memory(err);
    *out_slot = rls_surface_cache_insert(&language->surfaces, &inverter->bytes, key, surface);
    if (*out_slot == NULL)
        return rls_inverter_no_memory(err);
    (*out_slot)->term = number;
    return RLS_OK;
}

static rls_status
add_form(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes surface,
         rls_surface_slot *slot, rls_error *err)
{
    rls_bytes  form;
    rls_status status;

    status = rls_analyzer_fold(language->analyzer, surface, RLS_FOLD_FORM, &form, err);
    if (status != RLS_OK)
        return status;
    if (rls_vocabulary_add_form(&inverter->vocabulary, slot->term, form, &slot->form) != RLS_OK)
        return rls_inverter_no_memory(err);
    return RLS_OK;
}

static inline bool
append_occurrence(rls_chunk_pool *pool, rls_posting_list *list, uint32_t unit, uint32_t position,
                  uint32_t form)
{
    uint8_t  entry[RLS_CHUNK_ENTRY_MAX];
    bool     in_place = list->chunks.room >= RLS_CHUNK_ENTRY_MAX;
    uint8_t *start = in_place ? list->chunks.write : entry, *at;
    uint32_t other_form = form != list->form ? RLS_ENTRY_OTHER_FORM : 0;

    if (list->unit == unit) {
        uint64_t step = position - list->position;

        at = rls_varint_put(start, step << RLS_ENTRY_STEP_SHIFT | other_form);
    } else {
        uint64_t step = unit - list->unit;

        at = rls_varint_put(start, step << RLS_ENTRY_STEP_SHIFT | other_form | RLS_ENTRY_NEW_UNIT);
        at = rls_varint_put(at, position);
        list->unit = unit;
    }
    list->position = position;
    if (other_form) {
        at = rls_varint_put(at, form);
        list->form = form;
    }
    if (!in_place)
        return rls_chunk_list_append(pool, &list->chunks, entry, (size_t)(at - entry));
    list->chunks.room = (uint16_t)(list->chunks.room - (at - start));
    list->chunks.write = at;
    return true;
}

static rls_status
invert_tokens(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes text,
              const rls_token *tokens, size_t count, rls_error *err)
{
    uint32_t unit = (uint32_t)inverter->fields.unit_count - 1;

    for (size_t i = 0; i < count; i++) {
        size_t            start = tokens[i].start, size = tokens[i].end - tokens[i].start;
        uint32_t          position = tokens[i].position;
        rls_bytes         surface = {text.data + start, size};
        rls_surface_key   key = rls_surface_key_of(text, start, size);
        rls_surface_slot *slot =
            rls_surface_cache_find(&language->surfaces, key, surface.data, size);
        rls_posting_list *list;
        rls_status        status;

        if (slot == NULL) {
            status = add_surface(inverter, language, key, surface, &slot, err);
            if (status != RLS_OK)
                return status;
        }
        if (slot->term == RLS_NO_TERM)
            continue;
        list = &inverter->lists[slot->term];
        if (list->unit == unit && list->position == position)
            continue;
        if (slot->form == RLS_NO_FORM) {
            status = add_form(inverter, language, surface, slot, err);
            if (status != RLS_OK)
                return status;
        }
        if (!append_occurrence(&inverter->chunks, list, unit, position, slot->form))
            return rls_inverter_no_memory(err);
        slot->uses += RLS_SURFACE_USE;
    }
    return RLS_OK;
}

rls_status
rls_inverter_add_text(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes text,
                      uint32_t *position, rls_error *err)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[TOKENS_AT_ONCE];
    size_t        count;

    /* A position takes a byte at least. */
    if (text.size > UINT32_MAX - 1 - *position)
        text.size = UINT32_MAX - 1 - *position;
    if (text.size == 0)
        return RLS_OK;
    rls_tokenizer_init(&tokenizer, text, *position);
    while ((count = rls_tokenizer_fill(&tokenizer, tokens, TOKENS_AT_ONCE)) > 0) {
        rls_status status = invert_tokens(inverter, language, text, tokens, count, err);

        if (status != RLS_OK)
            return status;
    }
    *position = tokenizer.position;
    return RLS_OK;
}
