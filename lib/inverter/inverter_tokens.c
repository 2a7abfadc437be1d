/* The loop over tokens: from surfaces to entries in the lists of their terms. */
#include <assert.h>

#include "inverter/inverter_state.h"

enum {
    TOKENS_AT_ONCE = 128
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
    *out_slot = rls_surface_cache_insert(&language->surfaces, &inverter->bytes, key, surface);
    if (*out_slot == NULL)
        return rls_inverter_no_memory(err);
    (*out_slot)->term = number;
    (*out_slot)->uses |= (uint64_t)rls_function_word(term) << RLS_SURFACE_TERM;
    return RLS_OK;
}

static rls_status
add_form(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes surface,
         rls_surface_slot *slot, rls_error *err)
{
    uint32_t   function_word;
    rls_bytes  form;
    rls_status status;

    status = rls_analyzer_fold(language->analyzer, surface, RLS_FOLD_FORM, &form, err);
    if (status != RLS_OK)
        return status;
    if (rls_vocabulary_add_form(&inverter->vocabulary, slot->term, form, &slot->form) != RLS_OK)
        return rls_inverter_no_memory(err);
    status = rls_inverter_function_word(language->analyzer, form, &function_word, err);
    slot->uses |= (uint64_t)function_word << RLS_SURFACE_FUNCTION;
    return status;
}

/* As append_occurrence, where there is no room or some number does not fit. */
static bool
append_slowly(rls_chunk_pool *pool, rls_posting_list *list, uint32_t unit, uint32_t position,
              uint32_t form)
{
    bool    fits = position < RLS_ENTRY_POSITION_LIMIT && form < RLS_ENTRY_FORM_ESCAPE;
    uint8_t entry[RLS_CHUNK_ENTRY_MAX];
    size_t  size = 0;

    if (list->unit != unit) {
        rls_set_u32(entry, (unit - list->unit) << RLS_ENTRY_TAG_BITS | RLS_ENTRY_UNIT);
        size = RLS_ENTRY_WORD;
    }
    rls_set_u32(entry + size, (fits ? position : 0) << RLS_ENTRY_POSITION_SHIFT |
                                  (fits ? form : RLS_ENTRY_FORM_ESCAPE) << RLS_ENTRY_TAG_BITS |
                                  RLS_ENTRY_OCCURRENCE);
    size += RLS_ENTRY_WORD;
    if (!fits) {
        rls_set_u32(entry + size, position);
        rls_set_u32(entry + size + RLS_ENTRY_WORD, form);
        size += 2 * RLS_ENTRY_WORD;
    }
    list->unit = unit;
    list->position = position;
    return rls_chunk_list_append(pool, &list->chunks, entry, size);
}

/* Forms below `form_limit` fit, beside any position there is. */
static inline bool
append_occurrence(rls_chunk_pool *pool, rls_posting_list *list, uint32_t unit, uint32_t position,
                  uint32_t form, uint32_t form_limit)
{
    uint8_t *at = list->chunks.write;
    size_t   unit_size = list->unit != unit ? RLS_ENTRY_WORD : 0;

    if (form >= form_limit || list->chunks.room < 2 * RLS_ENTRY_WORD)
        return append_slowly(pool, list, unit, position, form);
    /* The occurrence takes the unit's place where it is that of the entry before. */
    rls_set_u32(at, (unit - list->unit) << RLS_ENTRY_TAG_BITS | RLS_ENTRY_UNIT);
    rls_set_u32(at + unit_size, position << RLS_ENTRY_POSITION_SHIFT | form << RLS_ENTRY_TAG_BITS |
                                    RLS_ENTRY_OCCURRENCE);
    list->unit = unit;
    list->position = position;
    list->chunks.room = (uint16_t)(list->chunks.room - RLS_ENTRY_WORD - unit_size);
    list->chunks.write = at + RLS_ENTRY_WORD + unit_size;
    return true;
}

/* Tokens under way. Look-ups of many tokens overlap: the memory that one step needs is asked for by
 * the step before, for all of them. */
typedef struct token_batch {
    rls_token         tokens[TOKENS_AT_ONCE];
    rls_surface_key   keys[TOKENS_AT_ONCE];
    uint32_t          places[TOKENS_AT_ONCE]; /* where the surface stands if no other does */
    rls_surface_slot *slots[TOKENS_AT_ONCE];
    size_t            count;
} token_batch;

static void
make_keys(const rls_surface_cache *surfaces, rls_bytes text, token_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const rls_token *token = &batch->tokens[i];

        assert(token->end > token->start && token->end - token->start <= RLS_TOKEN_MAX_SIZE);
        batch->keys[i] = rls_surface_key_of(text, token->start, token->end - token->start);
        batch->places[i] = rls_surface_place(surfaces, batch->keys[i]);
        __builtin_prefetch(&surfaces->slots[batch->places[i]], 1);
    }
}

/* The slot of a token's surface, which is not at its place. */
static rls_status
find_elsewhere(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes text,
               const token_batch *batch, size_t i, rls_surface_slot **out_slot, rls_error *err)
{
    const rls_token *token = &batch->tokens[i];
    rls_bytes        surface = {text.data + token->start, token->end - token->start};

    *out_slot =
        rls_surface_cache_find(&language->surfaces, batch->keys[i], batch->places[i], surface);
    if (*out_slot != NULL)
        return RLS_OK;
    return add_surface(inverter, language, batch->keys[i], surface, out_slot, err);
}

static rls_status
find_slots(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes text,
           token_batch *batch, rls_error *err)
{
    rls_surface_slot *slots = language->surfaces.slots;

    for (size_t i = 0; i < batch->count; i++) {
        rls_surface_slot *slot = &slots[batch->places[i]];

        if (!rls_surface_is_short(slot, batch->keys[i],
                                  batch->tokens[i].end - batch->tokens[i].start)) {
            rls_status status = find_elsewhere(inverter, language, text, batch, i, &slot, err);

            if (status != RLS_OK)
                return status;
        }
        batch->slots[i] = slot;
        if (slot->term != RLS_NO_TERM)
            __builtin_prefetch(&inverter->lists[slot->term], 1);
    }
    return RLS_OK;
}

/* The lists themselves stay where they are from here on. */
static void
prefetch_ends(const rls_inverter *inverter, const token_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        uint32_t term = batch->slots[i]->term;

        if (term != RLS_NO_TERM)
            __builtin_prefetch(inverter->lists[term].chunks.write, 1);
    }
}

static rls_status
append_tokens(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes text,
              const token_batch *batch, uint32_t form_limit, rls_function_word_trail *trail,
              rls_error *err)
{
    uint32_t unit = (uint32_t)inverter->fields.unit_count - 1;

    for (size_t i = 0; i < batch->count; i++) {
        const rls_token  *token = &batch->tokens[i];
        rls_surface_slot *slot = batch->slots[i];
        rls_posting_list *list;
        uint16_t          listed;

        if (slot->term == RLS_NO_TERM)
            continue;
        list = &inverter->lists[slot->term];
        if (list->unit == unit && list->position == token->position)
            continue;
        if (slot->form == RLS_NO_FORM) {
            rls_bytes  surface = {text.data + token->start, token->end - token->start};
            rls_status status = add_form(inverter, language, surface, slot, err);

            if (status != RLS_OK)
                return status;
        }
        if (!append_occurrence(&inverter->chunks, list, unit, token->position, slot->form,
                               form_limit))
            return rls_inverter_no_memory(err);
        slot->uses += RLS_SURFACE_USE;
        listed = (uint16_t)(slot->uses >> RLS_SURFACE_FUNCTION);
        if (listed != 0) {
            rls_listed_word word = {(uint8_t)listed, (uint8_t)(listed >> 8)};
            rls_status      status =
                rls_inverter_add_function_word(inverter, trail, token->position, word, err);

            if (status != RLS_OK)
                return status;
        }
    }
    return RLS_OK;
}

rls_status
rls_inverter_add_text(rls_inverter *inverter, rls_inverter_language_state *language, rls_bytes text,
                      uint32_t *position, rls_error *err)
{
    rls_function_word_trail trail = {0};
    rls_tokenizer           tokenizer;
    token_batch             batch;
    uint32_t                form_limit;

    /* A position takes a byte at least. */
    if (text.size > UINT32_MAX - 1 - *position)
        text.size = UINT32_MAX - 1 - *position;
    if (text.size == 0)
        return RLS_OK;
    form_limit =
        text.size < RLS_ENTRY_POSITION_LIMIT && *position < RLS_ENTRY_POSITION_LIMIT - text.size
            ? RLS_ENTRY_FORM_ESCAPE
            : 0;
    rls_tokenizer_init(&tokenizer, text, *position);
    while ((batch.count = rls_tokenizer_fill(&tokenizer, batch.tokens, TOKENS_AT_ONCE)) > 0) {
        rls_status status;

        if (!rls_surface_cache_reserve(&language->surfaces, batch.count))
            return rls_inverter_no_memory(err);
        make_keys(&language->surfaces, text, &batch);
        if (inverter->signs)
            rls_body_signature_add(&inverter->signature, batch.keys, batch.count);
        status = find_slots(inverter, language, text, &batch, err);
        if (status != RLS_OK)
            return status;
        prefetch_ends(inverter, &batch);
        status = append_tokens(inverter, language, text, &batch, form_limit, &trail, err);
        if (status != RLS_OK)
            return status;
    }
    *position = tokenizer.position;
    return RLS_OK;
}
