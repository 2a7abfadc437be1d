#include "document/date.h"

/* A date is read as a few tokens: numbers, words and single marks. The forms are then told apart by
 * what the first token is. Nothing longer than this is a date. */
enum {
    MAX_TOKENS = 24,
    MAX_SIZE = 64,
    DAY_SECONDS = 86400
};

typedef struct token {
    enum {
        NUMBER,
        WORD,
        MARK,
        END
    } kind;
    bool           spaced; /* white space before it */
    uint32_t       number;
    unsigned       size; /* digits or letters */
    const uint8_t *text;
} token;

typedef struct date_reader {
    token    tokens[MAX_TOKENS + 1];
    unsigned at;
    uint32_t year, month, day; /* 0: not given */
} date_reader;

/* Days from 1970-01-01 of the proleptic Gregorian calendar. Years are counted from March, so that
 * the leap day is the last one, in eras of 400 years (146,097 days): Hinnant, "chrono-compatible
 * low-level date algorithms". */
int64_t
rls_date_from_civil(int64_t year, unsigned month, unsigned day)
{
    int64_t  y = month <= 2 ? year - 1 : year;
    int64_t  era = (y >= 0 ? y : y - 399) / 400;
    unsigned year_of_era = (unsigned)(y - era * 400);
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (era * 146097 + (int64_t)day_of_era - 719468) * DAY_SECONDS;
}

void
rls_date_to_civil(int64_t seconds, int64_t *year, unsigned *month, unsigned *day)
{
    int64_t  days = seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0) + 719468;
    int64_t  era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned day_of_era = (unsigned)(days - era * 146097);
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = era * 400 + year_of_era + (*month <= 2);
}

static unsigned
days_in_month(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool                 leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static bool
is_letter(uint8_t byte)
{
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
tokenize(rls_bytes text, token *tokens)
{
    unsigned count = 0;
    bool     spaced = false;

    if (text.size > MAX_SIZE)
        return false;
    for (size_t i = 0; i < text.size;) {
        const uint8_t *at = text.data + i;
        token          next = {.text = at, .size = 1, .spaced = spaced};

        if (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') {
            spaced = true;
            i++;
            continue;
        }
        if (*at == 0xC2 && text.size - i > 1 && at[1] == 0xA0) { /* no-break space */
            spaced = true;
            i += 2;
            continue;
        }
        if (count == MAX_TOKENS)
            return false;
        if (is_digit(*at)) {
            next.kind = NUMBER;
            next.number = *at - '0';
            while (next.size < text.size - i && is_digit(at[next.size])) {
                /* Nine digits are enough for a fraction; more of them do not count. */
                if (next.size < 9)
                    next.number = next.number * 10 + (at[next.size] - '0');
                next.size++;
            }
        } else if (is_letter(*at)) {
            next.kind = WORD;
            while (next.size < text.size - i && is_letter(at[next.size]))
                next.size++;
        } else if (*at != 0 && strchr("-/.,:+", *at) != NULL) {
            next.kind = MARK;
        } else {
            return false;
        }
        i += next.size;
        tokens[count++] = next;
        spaced = false;
    }
    tokens[count] = (token){.kind = END, .spaced = spaced};
    return count > 0;
}

static const token *
peek(const date_reader *reader, unsigned ahead)
{
    unsigned at = reader->at;

    while (ahead > 0 && reader->tokens[at].kind != END) {
        at++;
        ahead--;
    }
    return &reader->tokens[at];
}

static bool
is_mark(const token *what, char mark)
{
    return what->kind == MARK && *what->text == (uint8_t)mark;
}

static bool
skip_mark(date_reader *reader, char mark)
{
    if (!is_mark(peek(reader, 0), mark))
        return false;
    reader->at++;
    return true;
}

/* Whether `word` is `name` or its beginning of at least `least` letters, case aside. */
static bool
word_begins(const token *word, const char *name, unsigned least)
{
    if (word->kind != WORD || word->size < least)
        return false;
    for (unsigned i = 0; i < word->size; i++) {
        if ((word->text[i] | 32) != (uint8_t)name[i]) /* also at the NUL of a shorter name */
            return false;
    }
    return true;
}

static uint32_t
month_of(const token *word)
{
    static const char names[12][10] = {"january",   "february", "march",    "april",
                                       "may",       "june",     "july",     "august",
                                       "september", "october",  "november", "december"};

    for (uint32_t i = 0; i < 12; i++) {
        if (word_begins(word, names[i], 3))
            return i + 1;
    }
    return 0;
}

static bool
is_weekday(const token *word)
{
    static const char names[7][10] = {"monday", "tuesday",  "wednesday", "thursday",
                                      "friday", "saturday", "sunday"};

    for (int i = 0; i < 7; i++) {
        if (word_begins(word, names[i], 3))
            return true;
    }
    return false;
}

/* 1st, 2nd, 3rd, 28th: the letters behind a day. */
static void
skip_ordinal(date_reader *reader)
{
    const token *word = peek(reader, 0);

    if (word->spaced || word->size != 2)
        return;
    if (word_begins(word, "st", 2) || word_begins(word, "nd", 2) || word_begins(word, "rd", 2) ||
        word_begins(word, "th", 2))
        reader->at++;
}

static bool
is_year(const token *what)
{
    return what->kind == NUMBER && what->size == 4;
}

static bool
is_short_number(const token *what)
{
    return what->kind == NUMBER && what->size <= 2;
}

static bool
read_short(date_reader *reader, uint32_t *out)
{
    if (!is_short_number(peek(reader, 0)))
        return false;
    *out = peek(reader, 0)->number;
    reader->at++;
    return true;
}

static bool
read_year(date_reader *reader)
{
    if (!is_year(peek(reader, 0)))
        return false;
    reader->year = peek(reader, 0)->number;
    reader->at++;
    return true;
}

/* 2007, 2007-05, 2007-05-28; also with / and . between. */
static bool
read_year_first(date_reader *reader)
{
    static const char marks[] = "-/.";

    if (!read_year(reader))
        return false;
    for (const char *mark = marks; *mark != 0; mark++) {
        if (!is_mark(peek(reader, 0), *mark))
            continue;
        reader->at++;
        if (!read_short(reader, &reader->month) || reader->month == 0)
            return false;
        if (skip_mark(reader, *mark) && (!read_short(reader, &reader->day) || reader->day == 0))
            return false;
        break;
    }
    return true;
}

/* 28 May 2007, 28-May-2007, 28th May, 2007. */
static bool
read_day_month(date_reader *reader)
{
    if (!read_short(reader, &reader->day) || reader->day == 0)
        return false;
    skip_ordinal(reader);
    if (!skip_mark(reader, '-'))
        skip_mark(reader, '.');
    if (word_begins(peek(reader, 0), "of", 2))
        reader->at++;
    reader->month = month_of(peek(reader, 0));
    if (reader->month == 0)
        return false;
    reader->at++;
    if (!skip_mark(reader, '-') && !skip_mark(reader, '.'))
        skip_mark(reader, ',');
    return read_year(reader);
}

/* May 2007, May 28, 2007. */
static bool
read_month_first(date_reader *reader)
{
    reader->month = month_of(peek(reader, 0));
    if (reader->month == 0)
        return false;
    reader->at++;
    skip_mark(reader, '.');
    if (is_short_number(peek(reader, 0))) {
        if (!read_short(reader, &reader->day) || reader->day == 0)
            return false;
        skip_ordinal(reader);
    }
    skip_mark(reader, ',');
    return read_year(reader);
}

/* 05/28/2007 and 28/05/2007; with dots the day is first, as wherever dots are used. 05/2007. */
static bool
read_numbers(date_reader *reader)
{
    uint32_t first, second;
    char     mark = (char)*peek(reader, 1)->text;

    if (!read_short(reader, &first))
        return false;
    reader->at++;
    if (is_year(peek(reader, 0)) && mark == '/') {
        reader->month = first;
        return first != 0 && read_year(reader);
    }
    if (!read_short(reader, &second) || !skip_mark(reader, mark) || !read_year(reader))
        return false;
    if (mark == '.' || first > 12) {
        reader->day = first;
        reader->month = second;
    } else {
        reader->month = first;
        reader->day = second;
    }
    return reader->month != 0 && reader->day != 0;
}

/* 20070528. */
static bool
read_compact(date_reader *reader)
{
    uint32_t number = peek(reader, 0)->number;

    reader->at++;
    reader->year = number / 10000;
    reader->month = number / 100 % 100;
    reader->day = number % 100;
    return reader->year >= 1000 && reader->month != 0 && reader->day != 0;
}

/* Z, GMT, NZST, +12, -0400, +05:30: skipped, as dates are kept in the time of their author. */
static bool
skip_zone(date_reader *reader)
{
    const token *next = peek(reader, 0);

    if (next->kind == WORD && next->size <= 5) {
        reader->at++;
        next = peek(reader, 0);
    }
    if (!is_mark(next, '+') && !is_mark(next, '-'))
        return true;
    reader->at++;
    next = peek(reader, 0);
    if (next->kind != NUMBER || next->size > 4)
        return false;
    reader->at++;
    if (next->size <= 2 && skip_mark(reader, ':')) {
        next = peek(reader, 0);
        if (next->kind != NUMBER || next->size != 2)
            return false;
        reader->at++;
    }
    return true;
}

/* 9:00, 9:00:00, 16:00:00.000, 9am, 9.30 pm, then perhaps a zone. */
static bool
read_time(date_reader *reader, int64_t *out_seconds, int64_t *out_length)
{
    uint32_t     hour, minute = 0, second = 0;
    const token *half;

    *out_length = 3600;
    if (!read_short(reader, &hour))
        return false;
    if (skip_mark(reader, ':') || skip_mark(reader, '.')) {
        if (peek(reader, 0)->size != 2 || !read_short(reader, &minute))
            return false;
        *out_length = 60;
        if (skip_mark(reader, ':')) {
            if (peek(reader, 0)->size != 2 || !read_short(reader, &second))
                return false;
            *out_length = 1;
            if (skip_mark(reader, '.') || skip_mark(reader, ',')) {
                if (peek(reader, 0)->kind != NUMBER)
                    return false;
                reader->at++;
            }
        }
    }
    half = peek(reader, 0);
    if (word_begins(half, "am", 2) || word_begins(half, "pm", 2)) {
        if (hour == 0 || hour > 12)
            return false;
        hour = hour % 12 + ((*half->text | 32) == 'p' ? 12 : 0);
        reader->at++;
    } else if (*out_length == 3600) {
        return false; /* a number alone is no time */
    }
    if (hour > 23 || minute > 59 || second > 60 || !skip_zone(reader))
        return false;
    *out_seconds = (int64_t)hour * 3600 + minute * 60 + second;
    return true;
}

static bool
read_day(date_reader *reader)
{
    const token *first, *second;

    if (is_weekday(peek(reader, 0))) {
        reader->at++;
        skip_mark(reader, '.');
        skip_mark(reader, ',');
    }
    first = peek(reader, 0);
    second = peek(reader, 1);
    if (is_year(first))
        return read_year_first(reader);
    if (first->kind == WORD)
        return read_month_first(reader);
    if (first->kind == NUMBER && first->size == 8)
        return read_compact(reader);
    if (is_short_number(first) && peek(reader, 2)->kind == NUMBER && second->kind == MARK &&
        strchr("/-.", *second->text) != NULL)
        return read_numbers(reader);
    return read_day_month(reader);
}

bool
rls_date_parse(rls_bytes text, rls_date_span *out_span)
{
    date_reader  reader = {.at = 0};
    const token *next;
    int64_t      from, seconds, length;

    if (!tokenize(text, reader.tokens) || !read_day(&reader))
        return false;
    if (reader.year == 0 || reader.month > 12 ||
        (reader.day != 0 && reader.day > days_in_month(reader.year, reader.month)))
        return false;

    next = peek(&reader, 0);
    if (next->kind == END) {
        if (reader.month == 0) {
            out_span->from = rls_date_from_civil(reader.year, 1, 1);
            out_span->to = rls_date_from_civil((int64_t)reader.year + 1, 1, 1);
        } else if (reader.day == 0) {
            bool december = reader.month == 12;

            out_span->from = rls_date_from_civil(reader.year, reader.month, 1);
            out_span->to = rls_date_from_civil((int64_t)reader.year + december,
                                               december ? 1 : reader.month + 1, 1);
        } else {
            out_span->from = rls_date_from_civil(reader.year, reader.month, reader.day);
            out_span->to = out_span->from + DAY_SECONDS;
        }
        return true;
    }
    if (reader.day == 0)
        return false;

    from = rls_date_from_civil(reader.year, reader.month, reader.day);
    if (next->kind == WORD && next->size == 1 && (*next->text | 32) == 't') {
        reader.at++;
    } else {
        bool comma = skip_mark(&reader, ',');

        if (word_begins(peek(&reader, 0), "at", 2))
            reader.at++;
        else if (!comma && !next->spaced)
            return false;
    }
    /* A zone straight after the day: 2007-05-28 +12:00. */
    if (peek(&reader, 0)->kind != NUMBER) {
        out_span->from = from;
        out_span->to = from + DAY_SECONDS;
        return next->kind != WORD && skip_zone(&reader) && peek(&reader, 0)->kind == END;
    }
    if (!read_time(&reader, &seconds, &length) || peek(&reader, 0)->kind != END)
        return false;
    out_span->from = from + seconds;
    out_span->to = out_span->from + length;
    return true;
}

bool
rls_date_is_iso(rls_bytes text)
{
    rls_date_span     span;
    static const char shape[] = "dddd-dd-dd";

    if (text.size < 10)
        return false;
    for (size_t i = 0; i < 10; i++) {
        if (shape[i] == 'd' ? !is_digit(text.data[i]) : text.data[i] != '-')
            return false;
    }
    if (text.size > 10 && (text.size < 12 || strchr("Tt ", text.data[10]) == NULL ||
                           text.data[10] == 0 || !is_digit(text.data[11])))
        return false;
    return rls_date_parse(text, &span);
}

bool
rls_date_is_unknown(rls_bytes text)
{
    return text.size >= 10 &&
           (memcmp(text.data, "0001-01-01", 10) == 0 || memcmp(text.data, "0000-00-00", 10) == 0);
}
