#include "inverter/vocabulary.h"

#include "base/hash.h"

typedef struct rls_number_entry number_entry;

enum {
    FIRST_CAPACITY = 256
};

void
rls_vocabulary_init(rls_vocabulary *vocabulary, rls_heap *heap, rls_arena *arena)
{
    *vocabulary = (rls_vocabulary){.heap = heap, .arena = arena};
}

static void
release_index(rls_heap *heap, rls_number_index *index)
{
    rls_free(heap, index->entries);
    *index = (rls_number_index){0};
}

void
rls_vocabulary_reset(rls_vocabulary *vocabulary)
{
    vocabulary->term_count = 0;
    vocabulary->form_count = 0;
    release_index(vocabulary->heap, &vocabulary->term_index);
    release_index(vocabulary->heap, &vocabulary->form_index);
}

void
rls_vocabulary_release(rls_vocabulary *vocabulary)
{
    if (vocabulary->heap == NULL)
        return;
    rls_vocabulary_reset(vocabulary);
    rls_free(vocabulary->heap, vocabulary->terms);
    rls_free(vocabulary->heap, vocabulary->forms);
    rls_vocabulary_init(vocabulary, vocabulary->heap, vocabulary->arena);
}

/* Room for one more than `count`; at most two thirds are taken. */
static bool
reserve_index(rls_heap *heap, rls_number_index *index, size_t count)
{
    size_t        capacity = index->capacity == 0 ? FIRST_CAPACITY : index->capacity * 2;
    number_entry *entries;

    if (count < index->capacity / 3 * 2)
        return true;
    entries = rls_alloc_zeroed(heap, capacity, sizeof *entries);
    if (entries == NULL)
        return false;
    for (size_t i = 0; i < index->capacity; i++) {
        size_t place = index->entries[i].hash & (capacity - 1);

        if (index->entries[i].number == 0)
            continue;
        while (entries[place].number != 0)
            place = (place + 1) & (capacity - 1);
        entries[place] = index->entries[i];
    }
    rls_free(heap, index->entries);
    *index = (rls_number_index){entries, capacity};
    return true;
}

static bool
same_bytes(const uint8_t *bytes, uint32_t size, rls_bytes other)
{
    return size == other.size && memcmp(bytes, other.data, size) == 0;
}

rls_status
rls_vocabulary_add_term(rls_vocabulary *vocabulary, rls_bytes bytes, uint32_t *out_term)
{
    uint32_t          hash = (uint32_t)rls_hash64(bytes.data, bytes.size);
    rls_number_index *index = &vocabulary->term_index;
    const char       *copy;
    size_t            place;

    if (vocabulary->term_count >= UINT32_MAX - 1 || bytes.size >= UINT32_MAX ||
        !reserve_index(vocabulary->heap, index, vocabulary->term_count))
        return RLS_NO_MEMORY;
    place = hash & (index->capacity - 1);
    for (; index->entries[place].number != 0; place = (place + 1) & (index->capacity - 1)) {
        uint32_t                   number = index->entries[place].number - 1;
        const rls_vocabulary_term *term = &vocabulary->terms[number];

        if (index->entries[place].hash == hash && same_bytes(term->bytes, term->size, bytes)) {
            *out_term = number;
            return RLS_OK;
        }
    }
    if (!rls_grow(vocabulary->heap, (void **)&vocabulary->terms, &vocabulary->term_capacity,
                  vocabulary->term_count + 1, sizeof *vocabulary->terms))
        return RLS_NO_MEMORY;
    copy = rls_arena_copy(vocabulary->arena, bytes.data, bytes.size);
    if (copy == NULL)
        return RLS_NO_MEMORY;
    vocabulary->terms[vocabulary->term_count] =
        (rls_vocabulary_term){(const uint8_t *)copy, (uint32_t)bytes.size, hash, 0};
    *out_term = (uint32_t)vocabulary->term_count++;
    index->entries[place] = (number_entry){hash, *out_term + 1};
    return RLS_OK;
}

rls_status
rls_vocabulary_add_form(rls_vocabulary *vocabulary, uint32_t term, rls_bytes bytes,
                        uint32_t *out_code)
{
    uint64_t          mixed = rls_hash64(bytes.data, bytes.size) + term;
    uint32_t          hash = (uint32_t)(mixed * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    rls_number_index *index = &vocabulary->form_index;
    const char       *copy;
    size_t            place;

    if (vocabulary->form_count >= UINT32_MAX - 1 || bytes.size >= UINT32_MAX ||
        !reserve_index(vocabulary->heap, index, vocabulary->form_count))
        return RLS_NO_MEMORY;
    place = hash & (index->capacity - 1);
    for (; index->entries[place].number != 0; place = (place + 1) & (index->capacity - 1)) {
        const rls_vocabulary_form *form = &vocabulary->forms[index->entries[place].number - 1];

        if (index->entries[place].hash == hash && form->term == term &&
            same_bytes(form->bytes, form->size, bytes)) {
            *out_code = form->code;
            return RLS_OK;
        }
    }
    if (!rls_grow(vocabulary->heap, (void **)&vocabulary->forms, &vocabulary->form_capacity,
                  vocabulary->form_count + 1, sizeof *vocabulary->forms))
        return RLS_NO_MEMORY;
    copy = rls_arena_copy(vocabulary->arena, bytes.data, bytes.size);
    if (copy == NULL)
        return RLS_NO_MEMORY;
    *out_code = vocabulary->terms[term].form_count++;
    vocabulary->forms[vocabulary->form_count] =
        (rls_vocabulary_form){(const uint8_t *)copy, (uint32_t)bytes.size, hash, term, *out_code};
    index->entries[place] = (number_entry){hash, (uint32_t)++vocabulary->form_count};
    return RLS_OK;
}
