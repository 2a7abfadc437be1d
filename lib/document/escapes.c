#include "document/escapes.h"

#include "document/utf8.h"

static uint32_t
hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - (uint32_t)'0';
    byte |= 32;
    return byte >= 'a' && byte <= 'f' ? byte - (uint32_t)'a' + 10 : 16;
}

/* `count` hexadecimal digits at `at`; false when there are fewer. */
static bool
read_hex(const uint8_t *at, const uint8_t *end, unsigned count, uint32_t *out)
{
    *out = 0;
    if ((size_t)(end - at) < count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        uint32_t digit = hex_digit(at[i]);
        if (digit > 15)
            return false;
        *out = *out << 4 | digit;
    }
    return true;
}

/* The character of a one-letter escape; UINT32_MAX for none. */
static uint32_t
letter_escape(uint8_t letter, rls_escapes escapes)
{
    static const char     letters[] = "\"\\/bfnrt0aevN_ LP";
    static const uint16_t meant[] = {'"', '\\', '/', 8,    12,   10,  13,     9,     0,
                                     7,   27,   11,  0x85, 0xA0, ' ', 0x2028, 0x2029};
    const char           *found = letter == 0 ? NULL : strchr(letters, letter);

    if (found == NULL || (escapes == RLS_ESCAPES_JSON && found - letters >= 8))
        return UINT32_MAX;
    return meant[found - letters];
}

/* Reads the escape at `at` (a backslash): its character, and returns what follows it. NULL when it
 * is no escape. */
static const uint8_t *
read_escape(const uint8_t *at, const uint8_t *end, rls_escapes escapes, uint32_t *out,
            uint64_t *bad_count)
{
    uint32_t low;
    unsigned digits = 0;

    if (end - at < 2)
        return NULL;
    if (at[1] == 'u')
        digits = 4;
    else if (escapes == RLS_ESCAPES_YAML)
        digits = at[1] == 'x' ? 2 : at[1] == 'U' ? 8 : 0;
    if (digits == 0) {
        *out = letter_escape(at[1], escapes);
        return *out == UINT32_MAX ? NULL : at + 2;
    }
    if (!read_hex(at + 2, end, digits, out))
        return NULL;
    at += 2 + digits;
    if (*out >= 0xD800 && *out < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u' &&
        read_hex(at + 2, end, 4, &low) && low >= 0xDC00 && low < 0xE000) {
        *out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
    }
    if ((*out >= 0xD800 && *out < 0xE000) || *out > 0x10FFFF) {
        *out = 0xFFFD;
        ++*bad_count;
    }
    return at;
}

bool
rls_unescape(rls_arena *arena, rls_bytes text, rls_escapes escapes, rls_bytes *out_text,
             uint64_t *bad_count)
{
    const uint8_t *at = text.data, *end, *slash;
    uint8_t       *copy, *put;

    *out_text = text;
    slash = text.size == 0 ? NULL : memchr(at, '\\', text.size);
    if (slash == NULL)
        return true;
    /* An escape is never shorter than its character but for \L and \P, three bytes of two. */
    if (text.size > SIZE_MAX / 2)
        return false;
    copy = put =
        rls_arena_alloc(arena, text.size + (escapes == RLS_ESCAPES_YAML ? text.size / 2 : 0));
    if (copy == NULL)
        return false;

    end = at + text.size;
    while (slash != NULL) {
        const uint8_t *after;
        uint32_t       code_point;

        memcpy(put, at, (size_t)(slash - at));
        put += slash - at;
        after = read_escape(slash, end, escapes, &code_point, bad_count);
        if (after == NULL) {
            *put++ = '\\';
            after = slash + 1;
            ++*bad_count;
            /* Two backslashes are an escape, so the next byte can only start none. */
            if (after < end)
                *put++ = *after++;
        } else if (code_point < 0x80) {
            *put++ = (uint8_t)code_point;
        } else {
            put += rls_utf8_put(put, code_point);
        }
        at = after;
        slash = at == end ? NULL : memchr(at, '\\', (size_t)(end - at));
    }
    memcpy(put, at, (size_t)(end - at));
    put += end - at;
    *out_text = rls_bytes_of(copy, (size_t)(put - copy));
    return true;
}
