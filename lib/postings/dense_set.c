#include "postings/dense_set.h"

#include "postings/bit_numbers.h"

void
rls_dense_set_begin(rls_buffer *out, uint32_t doc_count, size_t *out_begin)
{
    size_t size = (size_t)rls_dense_set_size(doc_count);

    *out_begin = out->size;
    if (!rls_buffer_reserve(out, size))
        return;
    memset(out->data + out->size, 0, size);
    out->size += size;
}

void
rls_dense_set_add(uint8_t *bits, const uint32_t *docs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        bits[docs[i] / 8] |= (uint8_t)(1 << docs[i] % 8);
}

void
rls_dense_set_end(uint8_t *bits, uint32_t doc_count)
{
    size_t   bits_size = ((size_t)doc_count + 7) / 8;
    uint8_t *rank = bits + bits_size;
    uint32_t before = 0;

    for (size_t i = 0; i < bits_size; i++) {
        if (i % (RLS_RANK_SIZE / 8) == 0) {
            rls_set_u32(rank, before);
            rank += 4;
        }
        before += (uint32_t)__builtin_popcount(bits[i]);
    }
}

/* 64 documents' bits from `from` on, a multiple of 64; those past doc_count read as 0. */
static inline uint64_t
word_at(const rls_posting_list *list, uint32_t from)
{
    uint64_t word = rls_get_u64(list->dense + from / 8);

    if (list->doc_count - from < 64)
        word &= (UINT64_C(1) << (list->doc_count - from)) - 1;
    return word;
}

bool
rls_dense_set_docs(const rls_posting_list *list, uint32_t from, uint32_t count, uint32_t *docs)
{
    uint32_t base = from & ~UINT32_C(63), found = 0;
    uint64_t word;

    if (from >= list->doc_count)
        return false;
    word = word_at(list, base) & UINT64_MAX << from % 64;
    for (;;) {
        uint32_t n = rls_popcount(word);
        if (n > count - found)
            n = count - found;
        rls_bits_to_numbers(word, n, base, docs + found);
        found += n;
        if (found == count)
            return true;
        if (list->doc_count - base <= 64)
            return false;
        base += 64;
        word = word_at(list, base);
    }
}

uint32_t
rls_posting_list_dense_rank(const rls_posting_list *list, uint32_t doc)
{
    uint32_t from = doc - doc % RLS_RANK_SIZE;
    uint32_t rank = rls_get_u32(list->ranks + (size_t)4 * (doc / RLS_RANK_SIZE));

    for (; doc - from >= 64; from += 64)
        rank += rls_popcount(rls_get_u64(list->dense + from / 8));
    rank += rls_popcount(rls_get_u64(list->dense + from / 8) & ((UINT64_C(1) << doc % 64) - 1));
    return rank < list->doc_freq ? rank : list->doc_freq;
}
