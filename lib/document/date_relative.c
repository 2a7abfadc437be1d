#include "document/date_relative.h"

#include <string.h>

enum {
    WORDS_MAX = 3,
    WORD_SIZE = 12,
    COUNT_MAX = 100000,
    DAY = 86400
};

typedef enum unit {
    DAYS,
    WEEKS,
    MONTHS,
    YEARS,
    NO_UNIT
} unit;

typedef struct phrase {
    char     words[WORDS_MAX][WORD_SIZE]; /* lower case */
    unsigned count;
} phrase;

/* Parts a text into words; false when there are too many or one is too long. */
static bool
read_words(rls_bytes text, phrase *out)
{
    size_t at = 0;

    memset(out, 0, sizeof *out);
    while (at < text.size) {
        size_t size = 0;
        if (text.data[at] == ' ' || text.data[at] == '-' || text.data[at] == '\t') {
            at++;
            continue;
        }
        if (out->count == WORDS_MAX)
            return false;
        for (; at < text.size && text.data[at] != ' ' && text.data[at] != '-' &&
               text.data[at] != '\t';
             at++) {
            uint8_t byte = text.data[at];
            bool    letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
            if (size + 1 == WORD_SIZE || (!letter && (byte < '0' || byte > '9')))
                return false;
            out->words[out->count][size++] = (char)(letter ? byte | 0x20 : byte);
        }
        out->count++;
    }
    return out->count > 0;
}

static bool
is(const phrase *p, unsigned word, const char *what)
{
    return word < p->count && strcmp(p->words[word], what) == 0;
}

static unit
unit_of(const phrase *p, unsigned word)
{
    static const char *const names[] = {"day", "week", "month", "year"};
    size_t                   size;

    if (word >= p->count)
        return NO_UNIT;
    for (int i = 0; i < NO_UNIT; i++) {
        size = strlen(names[i]);
        if (strncmp(p->words[word], names[i], size) == 0 &&
            (p->words[word][size] == '\0' || strcmp(p->words[word] + size, "s") == 0))
            return (unit)i;
    }
    return NO_UNIT;
}

static bool
count_of(const phrase *p, unsigned word, int64_t *out_count)
{
    int64_t count = 0;

    if (word >= p->count)
        return false;
    *out_count = 1;
    if (is(p, word, "a") || is(p, word, "an") || is(p, word, "one"))
        return true;
    for (const char *at = p->words[word]; *at != '\0'; at++) {
        if (*at < '0' || *at > '9')
            return false;
        count = count * 10 + (*at - '0');
        if (count > COUNT_MAX)
            return false;
    }
    *out_count = count;
    return true;
}

static int64_t
day_begin(int64_t seconds)
{
    return seconds - ((seconds % DAY) + DAY) % DAY;
}

/* The day so many units later, or earlier. */
static int64_t
shift(int64_t day, unit by, int64_t count)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t              year, months;
    unsigned             month, date, last;

    if (by == DAYS || by == WEEKS)
        return day + count * (by == DAYS ? 1 : 7) * DAY;
    rls_date_to_civil(day, &year, &month, &date);
    months = year * 12 + (int64_t)month - 1 + count * (by == MONTHS ? 1 : 12);
    year = months / 12 - (months % 12 < 0);
    month = (unsigned)(months - year * 12) + 1;
    last = lengths[month - 1];
    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        last = 29;
    return rls_date_from_civil(year, month, date < last ? date : last);
}

/* The first day of the unit that the day is in. */
static int64_t
unit_begin(int64_t day, unit of)
{
    int64_t  year;
    unsigned month, date;

    if (of == WEEKS) /* 1970-01-01 was a Thursday */
        return day - ((day / DAY + 3) % 7 + 7) % 7 * DAY;
    if (of == DAYS)
        return day;
    rls_date_to_civil(day, &year, &month, &date);
    return rls_date_from_civil(year, of == MONTHS ? month : 1, 1);
}

/* today, last year, … */
static bool
read_named(const phrase *p, int64_t today, rls_date_span *out)
{
    unit    of = unit_of(p, 1);
    int64_t by = is(p, 0, "this") ? 0 : is(p, 0, "last") ? -1 : 1, begin;

    if (p->count == 1) {
        by = is(p, 0, "today") ? 0 : is(p, 0, "yesterday") ? -1 : 1;
        if (by == 1 && !is(p, 0, "tomorrow"))
            return false;
        *out = (rls_date_span){today + by * DAY, today + (by + 1) * DAY};
        return true;
    }
    if (p->count != 2 || of == NO_UNIT || p->words[1][strlen(p->words[1]) - 1] == 's' ||
        (by == 1 && !is(p, 0, "next")))
        return false;
    begin = shift(unit_begin(today, of), of, by);
    *out = (rls_date_span){begin, shift(begin, of, 1)};
    return true;
}

/* 6 months ago, last 30 days. */
static bool
read_counted(const phrase *p, int64_t today, rls_date_span *out)
{
    int64_t count, day;
    unit    of;

    if (p->count != 3)
        return false;
    if (is(p, 2, "ago") && count_of(p, 0, &count) && (of = unit_of(p, 1)) != NO_UNIT) {
        day = shift(today, of, -count);
        *out = (rls_date_span){day, day + DAY};
        return true;
    }
    if ((is(p, 0, "last") || is(p, 0, "past")) && count_of(p, 1, &count) &&
        (of = unit_of(p, 2)) != NO_UNIT) {
        *out = (rls_date_span){shift(today, of, -count), today + DAY};
        return true;
    }
    return false;
}

bool
rls_date_parse_relative(rls_bytes text, int64_t now, rls_date_span *out_span)
{
    phrase  p;
    int64_t today;

    /* Years of more digits than calendars have are nobody's today. */
    if (now < -INT64_C(62135596800) || now > INT64_C(253402300799) || !read_words(text, &p))
        return false;
    today = day_begin(now);
    return read_named(&p, today, out_span) || read_counted(&p, today, out_span);
}
