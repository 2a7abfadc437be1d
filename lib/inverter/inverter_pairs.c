/* Pairs of function words side by side, each a term of its own without positions. */
#include "codec/varint.h"
#include "inverter/inverter_state.h"

enum {
    LETTERS_MAX = RLS_PAIR_MAX,       /* no function word is longer */
    FORM_MAX = 4 * RLS_TOKEN_MAX_SIZE /* no form of a token is */
};

rls_status
rls_inverter_function_word(rls_analyzer *analyzer, rls_bytes form, uint32_t *out_number,
                           rls_error *err)
{
    uint8_t    copy[FORM_MAX];
    rls_bytes  folded = {copy, form.size};
    bool       letters = true;
    rls_status status = RLS_OK;

    *out_number = 0;
    for (size_t i = 0; i < form.size && letters; i++)
        letters = (uint8_t)((form.data[i] | 0x20) - 'a') < 26;
    if ((letters && form.size > LETTERS_MAX) || form.size > sizeof copy)
        return RLS_OK;
    for (size_t i = 0; i < form.size; i++)
        copy[i] = letters ? form.data[i] | 0x20 : form.data[i];
    if (!letters)
        status =
            rls_analyzer_fold(analyzer, rls_bytes_of(copy, form.size), RLS_FOLD_ALL, &folded, err);
    if (status == RLS_OK)
        *out_number = rls_function_word(folded);
    return status;
}

/* Before the first pair of a batch. */
static bool
begin_pairs(rls_inverter *inverter)
{
    size_t count = RLS_PAIR_KINDS * RLS_PAIR_SIDE * RLS_PAIR_SIDE;

    if (inverter->pair_terms == NULL)
        inverter->pair_terms = rls_alloc(inverter->heap, count, sizeof *inverter->pair_terms);
    if (inverter->pair_terms == NULL)
        return false;
    memset(inverter->pair_terms, 0xff, count * sizeof *inverter->pair_terms);
    inverter->has_pairs = true;
    return true;
}

static rls_status
add_pair(rls_inverter *inverter, rls_pair_kind kind, uint32_t left, uint32_t right,
         uint32_t position, rls_error *err)
{
    size_t            table = kind - (size_t)RLS_PAIR_OF_WORDS;
    uint32_t         *term;
    uint32_t          unit = (uint32_t)inverter->fields.unit_count - 1;
    uint8_t           entry[2 * RLS_VARINT_MAX], *at;
    rls_posting_list *list;

    if (!rls_function_words_pair(left, right))
        return RLS_OK;
    if (!inverter->has_pairs && !begin_pairs(inverter))
        return rls_inverter_no_memory(err);
    term = &inverter->pair_terms[(table * RLS_PAIR_SIDE + left) * RLS_PAIR_SIDE + right];
    if (*term == RLS_NO_TERM) {
        uint8_t  key[RLS_PAIR_MAX];
        uint32_t number;
        size_t   size = rls_function_words_key(kind, left, right, key);
        if (rls_vocabulary_add_term(&inverter->vocabulary, rls_bytes_of(key, size), &number) !=
                RLS_OK ||
            rls_inverter_ensure_list(inverter, number) != RLS_OK)
            return rls_inverter_no_memory(err);
        *term = number;
    }
    list = &inverter->lists[*term];
    if (list->unit == unit) {
        list->form += list->position != position; /* once, whatever else stands there */
        list->position = position;
        return RLS_OK;
    }
    at = rls_varint_put(entry, list->unit == UINT32_MAX ? 1 : list->form);
    at = rls_varint_put(at, unit - list->unit);
    if (!rls_chunk_list_append(&inverter->chunks, &list->chunks, entry, (size_t)(at - entry)))
        return rls_inverter_no_memory(err);
    list->unit = unit;
    list->position = position;
    list->form = 1;
    return RLS_OK;
}

rls_status
rls_inverter_add_function_word(rls_inverter *inverter, rls_function_word_trail *trail,
                               uint32_t position, rls_listed_word word, rls_error *err)
{
    if (trail->here_count == 0 || trail->position != position) {
        bool next = trail->here_count > 0 && position == trail->position + 1;

        trail->before_count = next ? trail->here_count : 0;
        memcpy(trail->before, trail->here, sizeof trail->before);
        trail->here_count = 0;
        trail->position = position;
    }
    if (trail->here_count == RLS_WORDS_A_POSITION)
        return RLS_OK;
    trail->here[trail->here_count++] = word;
    for (uint32_t i = 0; i < trail->before_count; i++) {
        rls_listed_word before = trail->before[i];
        rls_status      status = RLS_OK;

        if (before.word != 0 && word.word != 0)
            status = add_pair(inverter, RLS_PAIR_OF_WORDS, before.word, word.word, position, err);
        if (status == RLS_OK && before.term != 0 && word.term != 0)
            status = add_pair(inverter, RLS_PAIR_OF_TERMS, before.term, word.term, position, err);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}
