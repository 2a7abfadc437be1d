/* What every fuzz target uses. A target is a file fuzz_<name>.c that defines
 * LLVMFuzzerTestOneInput; whatever the bytes, it must neither crash nor leak, and what it claims of
 * the results is checked with FUZZ_CHECK, which aborts. */
#ifndef RLS_TESTS_FUZZ_H
#define RLS_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__attribute__((noreturn)) static inline void
fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fuzz_fail(__FILE__, __LINE__, #condition);                                             \
    } while (0)

/* More than any target may need; reaching it shows as RLS_NO_MEMORY, which targets refuse. */
#define FUZZ_HEAP_LIMIT ((size_t)512 << 20)

static inline void
fuzz_heap_begin(rls_heap *heap)
{
    rls_heap_init(heap, NULL, FUZZ_HEAP_LIMIT);
}

static inline void
fuzz_heap_end(rls_heap *heap)
{
    FUZZ_CHECK(heap->used == 0);
}

/* Takes numbers from the front of the input; zeros when it has ended. */
typedef struct fuzz_input {
    const uint8_t *data;
    size_t         size;
} fuzz_input;

static inline uint32_t
fuzz_take(fuzz_input *input, size_t bytes)
{
    uint32_t value = 0;

    for (size_t i = 0; i < bytes && input->size > 0; i++) {
        value |= (uint32_t)*input->data++ << 8 * i;
        input->size--;
    }
    return value;
}

static inline uint32_t
fuzz_u8(fuzz_input *input)
{
    return fuzz_take(input, 1);
}

static inline uint32_t
fuzz_u16(fuzz_input *input)
{
    return fuzz_take(input, 2);
}

static inline uint32_t
fuzz_u32(fuzz_input *input)
{
    return fuzz_take(input, 4);
}

/* At most `size` bytes, still the input's. */
static inline rls_bytes
fuzz_bytes(fuzz_input *input, size_t size)
{
    rls_bytes taken = rls_bytes_of(input->data, size < input->size ? size : input->size);

    input->data += taken.size;
    input->size -= taken.size;
    return taken;
}

/* A copy that ends where its block of memory ends, `padding` bytes of junk behind it, so that reads
 * beyond show. The caller frees it. */
static inline uint8_t *
fuzz_copy(rls_bytes bytes, size_t padding)
{
    uint8_t *copy = malloc(bytes.size + padding + (bytes.size + padding == 0));

    if (copy == NULL)
        abort();
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    memset(copy + bytes.size, 0xA5, padding);
    return copy;
}

/* Bytes from the start that are UTF-8, told by arithmetic and not by the table that the library
 * uses. */
static inline size_t
fuzz_utf8_size(rls_bytes text)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    size_t                at = 0;

    while (at < text.size) {
        uint32_t lead = text.data[at], point;
        size_t   more = lead < 0x80 ? 0 : lead < 0xC0 ? 4 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;

        if (more == 4 || lead >= 0xF8 || more > text.size - at - 1)
            break;
        point = more == 0 ? lead : lead & (0x3Fu >> more);
        for (size_t i = 1; i <= more; i++) {
            if ((text.data[at + i] & 0xC0) != 0x80)
                return at;
            point = point << 6 | (text.data[at + i] & 0x3Fu);
        }
        if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
            break;
        at += 1 + more;
    }
    return at;
}

static inline bool
fuzz_is_utf8(rls_bytes text)
{
    return fuzz_utf8_size(text) == text.size;
}

/* UTF-8 without NULs: what documents are made of. */
static inline bool
fuzz_is_text(rls_bytes text)
{
    return fuzz_is_utf8(text) && (text.size == 0 || memchr(text.data, 0, text.size) == NULL);
}

static inline bool
fuzz_equal(rls_bytes a, rls_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

#endif
