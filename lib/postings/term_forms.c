#include "postings/term_forms.h"

#include "codec/varint.h"
#include "postings/postings_cursor.h"

enum {
    AS_IT_IS,
    FIRST_FLIPPED,
    ALL_UPPER,
    ALL_LOWER,
    CHANGE_COUNT,
    CHANGE_MASK = 3,
    DROP_SHIFT = 2,
    SUFFIX_SHIFT = 5,
    IN_VARINT = 7
};

static inline uint8_t
upper(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z' ? (uint8_t)(byte - 'a' + 'A') : byte;
}

static inline uint8_t
lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

/* Byte i of `bytes` after the change. */
static inline uint8_t
changed(const uint8_t *bytes, uint32_t i, uint32_t change)
{
    switch (change) {
    case FIRST_FLIPPED:
        if (i > 0)
            return bytes[i];
        return upper(bytes[0]) != bytes[0] ? upper(bytes[0]) : lower(bytes[0]);
    case ALL_UPPER:
        return upper(bytes[i]);
    case ALL_LOWER:
        return lower(bytes[i]);
    default:
        return bytes[i];
    }
}

static uint32_t
shared_size(rls_bytes before, rls_bytes form, uint32_t change)
{
    size_t   least = before.size < form.size ? before.size : form.size;
    uint32_t i = 0;

    while (i < least && changed(before.data, i, change) == form.data[i])
        i++;
    return i;
}

/* Longer forms are cut before the character that passes the limit. */
static rls_bytes
cut(rls_bytes form)
{
    if (form.size <= RLS_FORM_MAX)
        return form;
    form.size = RLS_FORM_MAX;
    while (form.size > 0 && (form.data[form.size] & 0xc0) == 0x80)
        form.size--;
    return form;
}

static void
put_form(rls_buffer *out, rls_bytes before, rls_bytes form)
{
    uint32_t best = 0, best_shared = 0, drop, suffix;

    for (uint32_t change = 0; change < CHANGE_COUNT; change++) {
        uint32_t shared = shared_size(before, form, change);
        if (shared > best_shared) {
            best = change;
            best_shared = shared;
        }
    }
    drop = (uint32_t)before.size - best_shared;
    suffix = (uint32_t)form.size - best_shared;
    rls_buffer_put_u8(out, (uint8_t)(best | (drop < IN_VARINT ? drop : IN_VARINT) << DROP_SHIFT |
                                     (suffix < IN_VARINT ? suffix : IN_VARINT) << SUFFIX_SHIFT));
    if (drop >= IN_VARINT)
        rls_buffer_put_varint(out, drop);
    if (suffix >= IN_VARINT)
        rls_buffer_put_varint(out, suffix);
    rls_buffer_append(out, form.data + best_shared, suffix);
}

void
rls_term_forms_put(rls_buffer *out, rls_bytes term, const rls_form *forms, uint32_t form_count)
{
    rls_bytes before = cut(term);
    size_t    begin = out->size, size;
    uint8_t   head[2 * RLS_VARINT_MAX], *head_end;

    for (uint32_t f = 0; f < form_count; f++) {
        rls_bytes form = cut(forms[f].bytes);
        put_form(out, before, form);
        if (form_count > 1)
            rls_buffer_put_varint(out, forms[f].count);
        before = form;
    }
    if (form_count == 1)
        return;
    /* Size and count go before what is already there. */
    size = out->size - begin;
    head_end = rls_varint_put(rls_varint_put(head, size), form_count);
    rls_buffer_append(out, head, (size_t)(head_end - head));
    if (out->failed)
        return;
    memmove(out->data + begin + (head_end - head), out->data + begin, size);
    memcpy(out->data + begin, head, (size_t)(head_end - head));
}

/* How one form differs from the one before. */
typedef struct form_step {
    uint32_t       change, drop, suffix_size;
    const uint8_t *suffix;
} form_step;

static const uint8_t *
get_step(const uint8_t *at, const uint8_t *end, form_step *out)
{
    uint8_t head;

    if (at >= end)
        return NULL;
    head = *at++;
    out->change = head & CHANGE_MASK;
    out->drop = head >> DROP_SHIFT & IN_VARINT;
    out->suffix_size = head >> SUFFIX_SHIFT;
    if (out->drop == IN_VARINT)
        at = rls_varint_get32(at, end, &out->drop);
    if (at != NULL && out->suffix_size == IN_VARINT)
        at = rls_varint_get32(at, end, &out->suffix_size);
    if (at == NULL || (size_t)(end - at) < out->suffix_size)
        return NULL;
    out->suffix = at;
    return at + out->suffix_size;
}

const uint8_t *
rls_term_forms_skip(const uint8_t *at, const uint8_t *end, bool several, rls_bytes *out_forms,
                    uint32_t *out_count)
{
    form_step step;
    uint32_t  size;

    *out_count = 1;
    if (several) {
        at = rls_varint_get32(at, end, &size);
        if (at != NULL)
            at = rls_varint_get32(at, end, out_count);
        /* A form and its count take two bytes at least. */
        if (at == NULL || (size_t)(end - at) < size || *out_count < 2 || *out_count > size / 2)
            return NULL;
    } else {
        const uint8_t *after = get_step(at, end, &step);
        if (after == NULL)
            return NULL;
        size = (uint32_t)(after - at);
    }
    *out_forms = rls_bytes_of(at, size);
    return at + size;
}

void
rls_form_iterator_init(rls_form_iterator *iterator, const rls_posting_list *list, rls_bytes term)
{
    rls_bytes before = cut(term);

    iterator->list = list;
    iterator->at = list->forms.data;
    iterator->end = list->form_count == 0 ? iterator->at : iterator->at + list->forms.size;
    iterator->index = 0;
    iterator->failed = false;
    iterator->size = (uint32_t)before.size;
    if (before.size > 0)
        memcpy(iterator->bytes, before.data, before.size);
}

static const uint8_t *
get_count(const uint8_t *at, const uint8_t *end, uint64_t *out_count)
{
    *out_count = 0;
    for (uint32_t shift = 0; at < end && shift < 64; shift += 7) {
        *out_count |= (uint64_t)(*at & 0x7f) << shift;
        if (*at++ < 0x80)
            return at;
    }
    return NULL;
}

bool
rls_form_iterator_next(rls_form_iterator *iterator, rls_form *out_form)
{
    form_step      step;
    const uint8_t *at;

    if (iterator->failed || iterator->index == iterator->list->form_count)
        return false;
    at = get_step(iterator->at, iterator->end, &step);
    if (at == NULL || step.drop > iterator->size ||
        step.suffix_size > RLS_FORM_MAX - (iterator->size - step.drop))
        goto fail;
    iterator->size -= step.drop;
    if (step.change == FIRST_FLIPPED) {
        if (iterator->size > 0)
            iterator->bytes[0] = changed(iterator->bytes, 0, step.change);
    } else if (step.change != AS_IT_IS) {
        for (uint32_t i = 0; i < iterator->size; i++)
            iterator->bytes[i] = changed(iterator->bytes, i, step.change);
    }
    memcpy(iterator->bytes + iterator->size, step.suffix, step.suffix_size);
    iterator->size += step.suffix_size;
    out_form->bytes = rls_bytes_of(iterator->bytes, iterator->size);
    out_form->count = iterator->list->total_freq;
    if (iterator->list->form_count > 1)
        at = get_count(at, iterator->end, &out_form->count);
    if (at == NULL)
        goto fail;
    iterator->at = at;
    iterator->index++;
    return true;

fail:
    iterator->failed = true;
    return false;
}
