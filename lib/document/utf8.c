#include "document/utf8.h"

static const uint64_t ones = UINT64_C(0x0101010101010101);
static const uint64_t highs = UINT64_C(0x8080808080808080);

static uint64_t
load(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Nonzero when a byte of the word is NUL or above 0x7F. */
static uint64_t
odd_bytes(uint64_t word)
{
    return (word | (word - ones)) & highs;
}

/* Size of the well-formed sequence at `at`, or 0; *bad gets the size of the ill-formed part. */
static unsigned
sequence_size(const uint8_t *at, size_t left, unsigned *bad)
{
    uint8_t  lead = at[0], low = 0x80, high = 0xBF;
    unsigned size;

    *bad = 1;
    if (lead < 0x80)
        return lead != 0;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    for (unsigned i = 1; i < size; i++) {
        if (i >= left || at[i] < low || at[i] > high) {
            *bad = i;
            return 0;
        }
        low = 0x80;
        high = 0xBF;
    }
    return size;
}

size_t
rls_utf8_valid_size(rls_bytes text)
{
    const uint8_t *at = text.data;
    size_t         i = 0, size = text.size;
    unsigned       bad;

    for (;;) {
        while (size - i >= 32 && (odd_bytes(load(at + i)) | odd_bytes(load(at + i + 8)) |
                                  odd_bytes(load(at + i + 16)) | odd_bytes(load(at + i + 24))) == 0)
            i += 32;
        while (size - i >= 8 && odd_bytes(load(at + i)) == 0)
            i += 8;
        /* Up to the end of the odd word, then try whole words again. */
        for (size_t stop = size - i < 8 ? size : i + 8; i < stop;) {
            unsigned length;

            if (at[i] - 1u < 0x7F) {
                i++;
                continue;
            }
            length = sequence_size(at + i, size - i, &bad);
            if (length == 0)
                return i;
            i += length;
        }
        if (i >= size)
            return size;
    }
}

bool
rls_utf8_repair(rls_arena *arena, rls_bytes text, rls_bytes *out_text,
                rls_utf8_repairs *out_repairs)
{
    size_t   from = rls_utf8_valid_size(text), extra = 0, put;
    unsigned bad;
    uint8_t *copy;

    memset(out_repairs, 0, sizeof *out_repairs);
    *out_text = text;
    if (from == text.size)
        return true;

    out_repairs->first_line = 1;
    for (size_t i = 0; i < from; i++)
        out_repairs->first_line += text.data[i] == '\n';

    /* Each replacement takes three bytes in place of one to three. */
    for (size_t i = from; i < text.size;) {
        unsigned length = sequence_size(text.data + i, text.size - i, &bad);

        if (length == 0) {
            if (text.data[i] == 0)
                out_repairs->nul_count++;
            else
                out_repairs->invalid_count++;
            extra += 3 - bad;
            length = bad;
        }
        i += length;
    }
    if (extra > SIZE_MAX / 2 - text.size)
        return false;
    copy = rls_arena_alloc(arena, text.size + extra);
    if (copy == NULL)
        return false;

    memcpy(copy, text.data, from);
    put = from;
    for (size_t i = from; i < text.size;) {
        unsigned length = sequence_size(text.data + i, text.size - i, &bad);

        if (length == 0) {
            memcpy(copy + put, "\xEF\xBF\xBD", 3);
            put += 3;
            i += bad;
        } else {
            memcpy(copy + put, text.data + i, length);
            put += length;
            i += length;
        }
    }
    *out_text = rls_bytes_of(copy, put);
    return true;
}

static uint32_t
unit16(const uint8_t *at, bool big_endian)
{
    return big_endian ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

bool
rls_utf8_from_utf16(rls_arena *arena, rls_bytes text, rls_bytes *out_text)
{
    bool     big_endian = text.data[0] == 0xFE;
    size_t   units = text.size / 2, put = 0;
    uint8_t *out;

    if (units > SIZE_MAX / 4)
        return false;
    out = rls_arena_alloc(arena, units * 3 + 1);
    if (out == NULL)
        return false;
    for (size_t i = 1; i < units; i++) {
        uint32_t unit = unit16(text.data + 2 * i, big_endian);

        if (unit >= 0xD800 && unit < 0xDC00 && i + 1 < units) {
            uint32_t low = unit16(text.data + 2 * i + 2, big_endian);

            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                i++;
            }
        }
        if ((unit >= 0xD800 && unit < 0xE000) || unit == 0)
            unit = 0xFFFD;
        put += rls_utf8_put(out + put, unit);
    }
    *out_text = rls_bytes_of(out, put);
    return true;
}

unsigned
rls_utf8_put(uint8_t *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xC0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    return 4;
}

size_t
rls_utf8_cut(rls_bytes text, size_t limit)
{
    if (text.size <= limit)
        return text.size;
    while (limit > 0 && (text.data[limit] & 0xC0) == 0x80)
        limit--;
    return limit;
}
