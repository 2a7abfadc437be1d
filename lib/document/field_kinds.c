#include "document/field_kinds.h"

#include "document/date.h"
#include "document/numbers.h"

enum {
    MAX_KEYWORD_SIZE = 256
};

static bool
equals(rls_bytes text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

static uint8_t
lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 32 : byte;
}

static bool
equals_folded(rls_bytes text, const char *word)
{
    if (text.size != strlen(word))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (lower(text.data[i]) != (uint8_t)word[i])
            return false;
    }
    return true;
}

/* The part of a dotted name behind the last dot. */
static rls_bytes
last_part(rls_bytes name)
{
    const uint8_t *dot = name.size == 0 ? NULL : memrchr(name.data, '.', name.size);

    if (dot == NULL)
        return name;
    dot++;
    return rls_bytes_of(dot, (size_t)(name.data + name.size - dot));
}

static bool
is_date_name(rls_bytes name)
{
    static const char *const names[] = {"published", "created", "modified", "lastmod"};

    name = last_part(name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (equals_folded(name, names[i]))
            return true;
    }
    for (size_t i = 0; i + 4 <= name.size; i++) {
        if (equals_folded(rls_bytes_of(name.data + i, 4), "date"))
            return true;
    }
    return false;
}

static bool
is_url_name(rls_bytes name)
{
    name = last_part(name);
    return equals_folded(name, "url") || equals_folded(name, "link") ||
           equals_folded(name, "permalink");
}

static bool
is_nothing(const rls_value *value)
{
    return value->text.size == 0 ||
           (value->plain && (equals(value->text, "~") || equals_folded(value->text, "null")));
}

static bool
is_url(const rls_value *value)
{
    rls_bytes text = value->text;

    return (text.size > 7 && memcmp(text.data, "http://", 7) == 0) ||
           (text.size > 8 && memcmp(text.data, "https://", 8) == 0);
}

static bool
is_boolean(const rls_value *value)
{
    return value->plain &&
           (equals_folded(value->text, "true") || equals_folded(value->text, "false"));
}

static bool
is_number(const rls_value *value)
{
    double number;
    return value->plain && rls_number_parse(value->text, &number);
}

static bool
is_iso_date(const rls_value *value)
{
    return rls_date_is_iso(value->text);
}

static bool
is_date(const rls_value *value)
{
    rls_date_span span;
    return rls_date_is_unknown(value->text) || rls_date_parse(value->text, &span);
}

static bool
is_short(const rls_value *value)
{
    return value->text.size <= MAX_KEYWORD_SIZE &&
           memchr(value->text.data, '\n', value->text.size) == NULL;
}

/* Whether it holds of every value that is something; `none` when there is no such value. */
static bool
all_are(const rls_field *field, bool (*holds)(const rls_value *value), bool none)
{
    bool some = false;

    for (uint32_t i = 0; i < field->value_count; i++) {
        if (is_nothing(&field->values[i]))
            continue;
        if (!holds(&field->values[i]))
            return false;
        some = true;
    }
    return some || none;
}

uint32_t
rls_field_kinds_guess(const rls_field *field)
{
    if (equals(field->name, "title"))
        return RLS_FIELD_TEXT | RLS_FIELD_STORED;
    if (all_are(field, is_nothing, true))
        return RLS_FIELD_STORED;
    if (all_are(field, is_iso_date, false) ||
        (is_date_name(field->name) && all_are(field, is_date, false)))
        return RLS_FIELD_DATE | RLS_FIELD_STORED;
    if (is_url_name(field->name) || all_are(field, is_url, false))
        return RLS_FIELD_STORED;
    if (all_are(field, is_number, false))
        return RLS_FIELD_NUMBER | RLS_FIELD_STORED |
               (field->is_list ? RLS_FIELD_KEYWORD : (rls_field_kind)0);
    if (all_are(field, is_boolean, false))
        return RLS_FIELD_KEYWORD | RLS_FIELD_STORED;
    if (all_are(field, is_short, false))
        return RLS_FIELD_KEYWORD | RLS_FIELD_TEXT | RLS_FIELD_STORED;
    return RLS_FIELD_TEXT | RLS_FIELD_STORED;
}

uint32_t
rls_field_kinds_parse(rls_field *field, const rls_value **out_bad)
{
    uint32_t bad_count = 0;

    for (uint32_t i = 0; i < field->value_count; i++) {
        rls_value    *value = &field->values[i];
        rls_date_span span;
        bool          bad = false;

        value->has_date = value->has_number = false;
        if (field->kinds & RLS_FIELD_DATE && !rls_date_is_unknown(value->text)) {
            value->has_date = rls_date_parse(value->text, &span);
            value->date = value->has_date ? span.from : 0;
            bad = !value->has_date;
        }
        if (field->kinds & RLS_FIELD_NUMBER) {
            value->has_number = rls_number_parse(value->text, &value->number);
            bad = bad || !value->has_number;
        }
        if (bad && !is_nothing(value)) {
            if (bad_count == 0)
                *out_bad = value;
            bad_count++;
        }
    }
    return bad_count;
}
