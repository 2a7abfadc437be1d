/* Dates and numbers as people write them. */
#include <math.h>

#include "document/date.h"
#include "document/numbers.h"
#include "fuzz.h"

enum {
    DAY = 24 * 60 * 60
};

static void
check_date(rls_bytes text)
{
    rls_date_span span, again;
    int64_t       year;
    unsigned      month, day;
    char          iso[64];

    if (!rls_date_parse(text, &span)) {
        FUZZ_CHECK(!rls_date_is_iso(text));
        return;
    }
    FUZZ_CHECK(span.from < span.to);
    FUZZ_CHECK(span.to - span.from <= 366 * (int64_t)DAY);
    rls_date_to_civil(span.from, &year, &month, &day);
    FUZZ_CHECK(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    FUZZ_CHECK(year >= 0 && year <= 10000); /* a leap second may end the last year */

    /* The day it begins on, written strictly, is a day around its first second. */
    FUZZ_CHECK(rls_date_from_civil(year, month, day) <= span.from);
    FUZZ_CHECK(span.from < rls_date_from_civil(year, month, day) + DAY);
    snprintf(iso, sizeof iso, "%04d-%02u-%02u", (int)year, month, day);
    if (year >= 1 && year <= 9999) {
        FUZZ_CHECK(rls_date_is_iso(rls_bytes_of(iso, strlen(iso))));
        FUZZ_CHECK(rls_date_parse(rls_bytes_of(iso, strlen(iso)), &again));
        FUZZ_CHECK(again.from == rls_date_from_civil(year, month, day));
        FUZZ_CHECK(again.to == again.from + DAY);
    }
}

static void
check_number(rls_bytes text)
{
    double number, again;
    char   written[RLS_NUMBER_SIZE];

    if (!rls_number_parse(text, &number))
        return;
    FUZZ_CHECK(isfinite(number));
    if (fabs(number) > 1e30 || (number != 0 && fabs(number) < 1e-30))
        return;
    rls_number_write((float)number, written);
    FUZZ_CHECK(memchr(written, '\0', sizeof written) != NULL);
    FUZZ_CHECK(rls_number_parse(rls_bytes_of(written, strlen(written)), &again));
    FUZZ_CHECK((float)again == (float)number);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_date(rls_bytes_of(data, size));
    check_number(rls_bytes_of(data, size));
    if (size >= 8) {
        /* Any second of the years that a date can have. */
        int64_t  seconds = (int64_t)(rls_get_u64(data) % 400000000000) - 100000000000, year, start;
        unsigned month, day;

        rls_date_to_civil(seconds, &year, &month, &day);
        start = rls_date_from_civil(year, month, day);
        FUZZ_CHECK(start <= seconds && seconds < start + DAY);
    }
    return 0;
}
