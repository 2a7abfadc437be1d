/* UTF-8 repair, UTF-16, escapes and character references: text comes out, whatever goes in. */
#include "document/entities.h"
#include "document/escapes.h"
#include "document/utf8.h"
#include "fuzz.h"

static void
check_repair(rls_arena *arena, rls_bytes text)
{
    rls_utf8_repairs repairs, none;
    rls_bytes        repaired, again;
    size_t           valid = rls_utf8_valid_size(text), oracle = fuzz_utf8_size(text);
    const uint8_t   *nul = oracle == 0 ? NULL : memchr(text.data, 0, oracle);

    FUZZ_CHECK(valid == (nul == NULL ? oracle : (size_t)(nul - text.data)));
    FUZZ_CHECK(rls_utf8_repair(arena, text, &repaired, &repairs));
    FUZZ_CHECK(fuzz_is_text(repaired));
    if (valid == text.size) {
        FUZZ_CHECK(repaired.data == text.data && repaired.size == text.size);
        FUZZ_CHECK(repairs.invalid_count == 0 && repairs.nul_count == 0 && repairs.first_line == 0);
    } else {
        FUZZ_CHECK(repairs.invalid_count + repairs.nul_count > 0 && repairs.first_line > 0);
        FUZZ_CHECK(repaired.size <= 3 * text.size);
        FUZZ_CHECK(valid == 0 || memcmp(repaired.data, text.data, valid) == 0);
    }
    FUZZ_CHECK(rls_utf8_repair(arena, repaired, &again, &none));
    FUZZ_CHECK(again.data == repaired.data && none.first_line == 0);
    for (size_t limit = 0; limit < repaired.size + 2 && limit < 40; limit++) {
        size_t cut = rls_utf8_cut(repaired, limit);

        FUZZ_CHECK(limit >= repaired.size ? cut == repaired.size : cut <= limit && cut + 4 > limit);
        FUZZ_CHECK(fuzz_is_utf8(rls_bytes_of(repaired.data, cut)));
    }
}

static void
check_utf16(rls_arena *arena, rls_bytes text)
{
    rls_bytes out;

    if (text.size < 2 || text.data[0] + text.data[1] != 0xFF + 0xFE ||
        (text.data[0] != 0xFF && text.data[0] != 0xFE))
        return;
    FUZZ_CHECK(rls_utf8_from_utf16(arena, text, &out));
    FUZZ_CHECK(fuzz_is_utf8(out));
}

static void
check_escapes(rls_arena *arena, rls_bytes text)
{
    rls_bytes out;
    uint64_t  bad = 0;
    bool      is_utf8 = fuzz_is_utf8(text);
    bool      has_backslash = text.size > 0 && memchr(text.data, '\\', text.size) != NULL;

    FUZZ_CHECK(rls_unescape(arena, text, RLS_ESCAPES_JSON, &out, &bad));
    FUZZ_CHECK(!is_utf8 || fuzz_is_utf8(out));
    FUZZ_CHECK(out.size <= text.size);
    FUZZ_CHECK(has_backslash || (out.data == text.data && bad == 0));
    FUZZ_CHECK(rls_unescape(arena, text, RLS_ESCAPES_YAML, &out, &bad));
    FUZZ_CHECK(!is_utf8 || fuzz_is_utf8(out));
    FUZZ_CHECK(has_backslash || out.data == text.data);
}

static void
check_entities(rls_arena *arena, rls_bytes text)
{
    rls_bytes out;

    FUZZ_CHECK(rls_entities_decode(arena, text, &out));
    FUZZ_CHECK(!fuzz_is_text(text) || fuzz_is_text(out));
    FUZZ_CHECK(out.size <= text.size);
    for (size_t at = 0; at < text.size; at++) {
        size_t   reference;
        uint32_t point;

        if (text.data[at] != '&')
            continue;
        point = rls_entity_read(rls_bytes_of(text.data + at, text.size - at), &reference);
        if (point == 0)
            continue;
        FUZZ_CHECK(reference >= 3 && reference <= text.size - at);
        FUZZ_CHECK(text.data[at + reference - 1] == ';');
        FUZZ_CHECK(point <= 0x10FFFF && (point < 0xD800 || point >= 0xE000));
        FUZZ_CHECK(point >= 0x20 || point == '\t' || point == '\n');
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rls_heap  heap;
    rls_arena arena;
    rls_bytes text = rls_bytes_of(data, size);

    fuzz_heap_begin(&heap);
    rls_arena_init(&arena, &heap, 4096);
    check_repair(&arena, text);
    check_utf16(&arena, text);
    check_escapes(&arena, text);
    check_entities(&arena, text);
    rls_arena_release(&arena);
    fuzz_heap_end(&heap);
    return 0;
}
