#include "analysis/normalizer.h"

#include "analysis/utf8.h"
#include "base/status.h"

#include <utf8proc.h>

/* The most that one code point can become when it is folded and decomposed; the longest, U+FDFA,
 * becomes 18. */
enum {
    POINT_EXPANSION = 64
};

/* Runs of marks beyond this are put in order by counting, so that time stays linear. */
enum {
    SHORT_RUN = 16
};

void
rls_normalizer_init(rls_normalizer *normalizer, rls_heap *heap)
{
    *normalizer = (rls_normalizer){.heap = heap};
    rls_buffer_init(&normalizer->text, heap);
}

void
rls_normalizer_release(rls_normalizer *normalizer)
{
    rls_free(normalizer->heap, normalizer->points);
    rls_free(normalizer->heap, normalizer->spare);
    rls_buffer_release(&normalizer->text);
}

static bool
reserve(rls_normalizer *normalizer, size_t needed)
{
    size_t   capacity;
    int32_t *grown;

    if (needed <= normalizer->capacity)
        return true;
    if (needed > SIZE_MAX / 2)
        return false;
    capacity = needed + needed / 2;
    grown = rls_resize(normalizer->heap, normalizer->points, capacity, sizeof *grown);
    if (grown == NULL)
        return false;
    normalizer->points = grown;
    grown = rls_resize(normalizer->heap, normalizer->spare, capacity, sizeof *grown);
    if (grown == NULL)
        return false;
    normalizer->spare = grown;
    normalizer->capacity = capacity;
    return true;
}

static int
combining_class(int32_t point)
{
    return utf8proc_get_property(point)->combining_class;
}

static bool
is_apostrophe(int32_t point)
{
    return point == 0x2018 || point == 0x2019 || point == 0x2bb || point == 0x2bc ||
           point == 0xff07;
}

/* Appends `point`, decomposed (and folded) as `options` say. */
static bool
append(rls_normalizer *normalizer, int32_t point, int options)
{
    int32_t  *at;
    int       boundary = 0;
    ptrdiff_t size;

    if (!reserve(normalizer, normalizer->count + POINT_EXPANSION))
        return false;
    at = normalizer->points + normalizer->count;
    size = utf8proc_decompose_char(point, at, POINT_EXPANSION,
                                   (utf8proc_option_t)(UTF8PROC_STABLE | options), &boundary);
    if (size < 0 || size > POINT_EXPANSION) {
        at[0] = 0xfffd;
        size = 1;
    }
    for (ptrdiff_t i = 0; i < size; i++) {
        if (is_apostrophe(at[i]))
            at[i] = '\'';
    }
    normalizer->count += (size_t)size;
    return true;
}

/* Stable, by combining class, over points[first, last). */
static void
order_marks(rls_normalizer *normalizer, size_t first, size_t last)
{
    int32_t *points = normalizer->points;

    if (last - first > SHORT_RUN) {
        size_t starts[256] = {0}, sum = 0;

        for (size_t i = first; i < last; i++)
            starts[combining_class(points[i]) & 255]++;
        for (int class = 0; class < 256; class ++) {
            size_t count = starts[class];
            starts[class] = sum;
            sum += count;
        }
        for (size_t i = first; i < last; i++)
            normalizer->spare[starts[combining_class(points[i]) & 255]++] = points[i];
        memcpy(points + first, normalizer->spare, (last - first) * sizeof *points);
        return;
    }
    for (size_t i = first + 1; i < last; i++) {
        int32_t moved = points[i];
        int class = combining_class(moved);
        size_t to = i;

        for (; to > first && combining_class(points[to - 1]) > class; to--)
            points[to] = points[to - 1];
        points[to] = moved;
    }
}

static void
order_all_marks(rls_normalizer *normalizer)
{
    size_t first = 0;

    for (size_t i = 0; i <= normalizer->count; i++) {
        if (i < normalizer->count && combining_class(normalizer->points[i]) != 0)
            continue;
        if (i - first > 1)
            order_marks(normalizer, first, i);
        first = i + 1;
    }
}

/* After order_all_marks. */
static void
compose(rls_normalizer *normalizer)
{
    ptrdiff_t size =
        utf8proc_normalize_utf32(normalizer->points, (ptrdiff_t)normalizer->count,
                                 (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));

    if (size >= 0)
        normalizer->count = (size_t)size;
}

/* Letters that no decomposition takes apart, as people without such a key write them. */
static const struct {
    int32_t point;
    char    plain[3];
} plain_letters[] = {
    {0xe6, "ae"}, {0xf0, "d"},  {0xf8, "o"},  {0xfe, "th"},  {0x111, "d"},
    {0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x14b, "n"},  {0x153, "oe"},
    {0x167, "t"}, {0x1b6, "z"}, {0x237, "j"}, {0x2010, "-"}, {0x2011, "-"},
};

static const char *
plain_letter(int32_t point)
{
    if (point < 0xe6 || point > 0x2011)
        return NULL;
    for (size_t i = 0; i < sizeof plain_letters / sizeof *plain_letters; i++) {
        if (plain_letters[i].point == point)
            return plain_letters[i].plain;
    }
    return NULL;
}

/* True for a mark that readers do without on this base. Marks that are vowels (Indic scripts, Thai)
 * or make another letter (the voiced Kana, Cyrillic й) stay. */
static bool
is_dropped(int32_t base, int32_t mark)
{
    if ((mark >= 0x300 && mark <= 0x36f) || (mark >= 0x1ab0 && mark <= 0x1aff) ||
        (mark >= 0x1dc0 && mark <= 0x1dff) || (mark >= 0x20d0 && mark <= 0x20ff) ||
        (mark >= 0xfe20 && mark <= 0xfe2f)) {
        if (base < 0x400 || base > 0x52f)
            return true;
        /* Cyrillic: marks of stress go, and ё is written е as often as not; г and к with an acute
         * are letters of Macedonian. */
        switch (mark) {
        case 0x306:
        case 0x30b:
        case 0x328:
            return false;
        case 0x308:
            return base == 0x435;
        case 0x301:
            return base != 0x433 && base != 0x43a;
        default:
            return true;
        }
    }
    if (mark >= 0x483 && mark <= 0x489)
        return true; /* Cyrillic titlo and the like */
    if (mark >= 0x591 && mark <= 0x5c7)
        return utf8proc_category(mark) == UTF8PROC_CATEGORY_MN; /* Hebrew points */
    if (mark >= 0x653 && mark <= 0x655)
        return base == 0x627; /* madda and hamza on alef */
    return (mark >= 0x610 && mark <= 0x61a) || (mark >= 0x64b && mark <= 0x65f) || mark == 0x670 ||
           (mark >= 0x6d6 && mark <= 0x6ed && utf8proc_category(mark) == UTF8PROC_CATEGORY_MN) ||
           mark == 0x640; /* Arabic vowel signs; tatweel only stretches */
}

static bool
is_mark(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);

    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

static bool
is_letter_or_mark(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);

    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

static void
drop_marks(rls_normalizer *normalizer)
{
    int32_t *points = normalizer->points, base = 0;
    size_t   kept = 0;

    for (size_t i = 0; i < normalizer->count; i++) {
        int32_t point = points[i];

        if (is_dropped(base, point))
            continue;
        if (!is_mark(point))
            base = point;
        points[kept++] = point;
    }
    normalizer->count = kept;
}

/* The points become the source of the next pass, which may make more of them. */
static size_t
begin_pass(rls_normalizer *normalizer)
{
    size_t count = normalizer->count;

    if (count > 0)
        memcpy(normalizer->spare, normalizer->points, count * sizeof *normalizer->spare);
    normalizer->count = 0;
    return count;
}

static bool
spell_plainly(rls_normalizer *normalizer)
{
    size_t count = begin_pass(normalizer);

    for (size_t i = 0; i < count; i++) {
        int32_t     point = normalizer->spare[i];
        const char *plain = plain_letter(point);

        if (!reserve(normalizer, normalizer->count + sizeof plain_letters->plain))
            return false;
        if (plain == NULL) {
            normalizer->points[normalizer->count++] = point;
            continue;
        }
        for (; *plain != '\0'; plain++)
            normalizer->points[normalizer->count++] = *plain;
    }
    return true;
}

/* Canonical composition, without ignorable characters. */
static bool
pass_form(rls_normalizer *normalizer, rls_bytes text)
{
    const uint8_t *at = text.data, *end = text.data + text.size;

    normalizer->count = 0;
    while (at < end) {
        uint32_t point;

        at += rls_utf8_next(at, end, &point);
        if (!append(normalizer, point == RLS_UTF8_INVALID ? 0xfffd : (int32_t)point,
                    UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE))
            return false;
    }
    order_all_marks(normalizer);
    compose(normalizer);
    return true;
}

/* Case folding, but ß stays what it is. */
static bool
pass_case(rls_normalizer *normalizer)
{
    size_t count = begin_pass(normalizer);

    for (size_t i = 0; i < count; i++) {
        int32_t point = normalizer->spare[i];
        bool    sharp_s = point == 0xdf || point == 0x1e9e;

        if (!append(normalizer, sharp_s ? 0xdf : point,
                    sharp_s ? UTF8PROC_DECOMPOSE : UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD))
            return false;
    }
    order_all_marks(normalizer);
    compose(normalizer);
    return true;
}

static bool
pass_all(rls_normalizer *normalizer)
{
    size_t count = begin_pass(normalizer);

    for (size_t i = 0; i < count; i++) {
        if (!append(normalizer, normalizer->spare[i],
                    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE))
            return false;
    }
    order_all_marks(normalizer);
    drop_marks(normalizer);
    if (!spell_plainly(normalizer))
        return false;
    compose(normalizer);
    return true;
}

/* Writes the points out, unless none is left: then the result of the pass before stands. */
static bool
write_text(rls_normalizer *normalizer)
{
    uint8_t *at;

    if (normalizer->count == 0)
        return true;
    rls_buffer_clear(&normalizer->text);
    if (!rls_buffer_reserve(&normalizer->text, 4 * normalizer->count))
        return false;
    at = normalizer->text.data;
    for (size_t i = 0; i < normalizer->count; i++)
        at += rls_utf8_put(at, (uint32_t)normalizer->points[i]);
    normalizer->text.size = (size_t)(at - normalizer->text.data);
    return true;
}

static bool
fold(rls_normalizer *normalizer, rls_bytes text, rls_fold_level level)
{
    rls_buffer_append(&normalizer->text, text.data, text.size);
    if (!pass_form(normalizer, text) || !write_text(normalizer))
        return false;
    if (level == RLS_FOLD_FORM)
        return true;
    if (!pass_case(normalizer) || !write_text(normalizer))
        return false;
    if (level == RLS_FOLD_CASE)
        return true;
    return pass_all(normalizer) && write_text(normalizer);
}

static bool
is_ascii(rls_bytes text)
{
    uint8_t all = 0;

    for (size_t i = 0; i < text.size; i++)
        all |= text.data[i];
    return all < 0x80;
}

static void
put_ascii(rls_buffer *buffer, rls_bytes text, rls_fold_level level)
{
    uint8_t *to = buffer->data;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        bool    upper = level != RLS_FOLD_FORM && (uint8_t)(byte - 'A') < 26;
        to[i] = upper ? byte | 0x20 : byte;
    }
    buffer->size = text.size;
}

rls_status
rls_normalizer_fold(rls_normalizer *normalizer, rls_bytes text, rls_fold_level level,
                    rls_bytes *out_folded, rls_error *err)
{
    *out_folded = rls_bytes_of(NULL, 0);
    rls_buffer_clear(&normalizer->text);
    if (!rls_buffer_reserve(&normalizer->text, text.size + 1))
        goto no_memory;
    if (is_ascii(text))
        put_ascii(&normalizer->text, text, level);
    else if (!fold(normalizer, text, level))
        goto no_memory;
    *out_folded = rls_buffer_bytes(&normalizer->text);
    return RLS_OK;

no_memory:
    return rls_fail(err, RLS_NO_MEMORY, "no memory to fold %zu bytes", text.size);
}

bool
rls_normalizer_is_word(rls_bytes text)
{
    const uint8_t *at = text.data, *end = text.data + text.size;

    if (text.size == 0 || text.data[0] == '\'' || end[-1] == '\'')
        return false;
    while (at < end) {
        uint32_t point;

        if ((uint8_t)((*at | 0x20) - 'a') < 26 || *at == '\'') {
            at++;
            continue;
        }
        at += rls_utf8_next(at, end, &point);
        if (point >= 0x110000 || !is_letter_or_mark((int32_t)point))
            return false;
    }
    return true;
}

const char *
rls_normalizer_version(void)
{
    return utf8proc_unicode_version();
}
