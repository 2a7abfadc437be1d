#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "document/date.h"

static bool
parse(const char *text, rls_date_span *out)
{
    size_t   size = strlen(text);
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    bool     ok;

    memcpy(copy, text, size);
    ok = rls_date_parse(rls_bytes_of(copy, size), out);
    free(copy);
    return ok;
}

static int64_t
at(int64_t year, unsigned month, unsigned day, int64_t seconds)
{
    return rls_date_from_civil(year, month, day) + seconds;
}

#define CHECK_SPAN(text, wanted_from, wanted_to)                                                   \
    do {                                                                                           \
        rls_date_span span_ = {0, 0};                                                              \
        if (!parse(text, &span_))                                                                  \
            rls_test_fail(__FILE__, __LINE__, "\"%s\" is no date", text);                          \
        CHECK_EQ_I64(span_.from, wanted_from);                                                     \
        CHECK_EQ_I64(span_.to, wanted_to);                                                         \
    } while (0)

TEST(civil_days_count_from_1970)
{
    CHECK_EQ_I64(rls_date_from_civil(1970, 1, 1), 0);
    CHECK_EQ_I64(rls_date_from_civil(2007, 5, 28), INT64_C(1180310400));
    CHECK_EQ_I64(rls_date_from_civil(1969, 12, 31), -86400);
    CHECK_EQ_I64(rls_date_from_civil(1, 1, 1), INT64_C(-62135596800));
    CHECK_EQ_I64(rls_date_from_civil(2000, 2, 29), INT64_C(951782400));
}

TEST(civil_and_back_is_the_same_day)
{
    int64_t previous = rls_date_from_civil(-5, 1, 1) - 86400;

    for (int64_t seconds = previous + 86400; seconds < at(2420, 1, 1, 0); seconds += 86400) {
        int64_t  year;
        unsigned month, day;

        rls_date_to_civil(seconds, &year, &month, &day);
        CHECK_EQ_I64(rls_date_from_civil(year, month, day), seconds);
        rls_date_to_civil(seconds + 86399, &year, &month, &day);
        CHECK_EQ_I64(rls_date_from_civil(year, month, day), seconds);
    }
}

TEST(a_date_lasts_as_long_as_its_precision)
{
    CHECK_SPAN("2007", at(2007, 1, 1, 0), at(2008, 1, 1, 0));
    CHECK_SPAN("2007-05", at(2007, 5, 1, 0), at(2007, 6, 1, 0));
    CHECK_SPAN("2007-12", at(2007, 12, 1, 0), at(2008, 1, 1, 0));
    CHECK_SPAN("2007-05-28", at(2007, 5, 28, 0), at(2007, 5, 29, 0));
    CHECK_SPAN("2007-05-28 09:30", at(2007, 5, 28, 34200), at(2007, 5, 28, 34260));
    CHECK_SPAN("2007-05-28 09:30:05", at(2007, 5, 28, 34205), at(2007, 5, 28, 34206));
    CHECK_SPAN("28 May 2007 9am", at(2007, 5, 28, 32400), at(2007, 5, 28, 36000));
}

TEST(a_day_is_read_in_every_usual_form)
{
    static const char *const forms[] = {"2007-05-28",
                                        "2007/05/28",
                                        "2007.05.28",
                                        "2007-5-28",
                                        "28 May 2007",
                                        "28 may 2007",
                                        "28 MAY 2007",
                                        "28th May 2007",
                                        "28th of May 2007",
                                        "28-May-2007",
                                        "28 May, 2007",
                                        "May 28, 2007",
                                        "May 28 2007",
                                        "May 28th, 2007",
                                        "05/28/2007",
                                        "5/28/2007",
                                        "28/05/2007",
                                        "28.05.2007",
                                        "28-05-2007",
                                        "20070528",
                                        "Monday, 28 May 2007",
                                        "Mon 28 May 2007",
                                        "  2007-05-28  ",
                                        ("28\xC2\xA0May\xC2\xA0"
                                         "2007")};

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        CHECK_SPAN(forms[i], at(2007, 5, 28, 0), at(2007, 5, 29, 0));
}

TEST(a_month_is_read_in_every_usual_form)
{
    static const char *const forms[] = {"2007-09",   "2007/09",   "September 2007", "Sept 2007",
                                        "Sep. 2007", "sep, 2007", "09/2007"};

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        CHECK_SPAN(forms[i], at(2007, 9, 1, 0), at(2007, 10, 1, 0));
}

TEST(the_month_is_first_between_slashes_unless_it_cannot_be)
{
    CHECK_SPAN("03/04/2007", at(2007, 3, 4, 0), at(2007, 3, 5, 0));
    CHECK_SPAN("13/04/2007", at(2007, 4, 13, 0), at(2007, 4, 14, 0));
    CHECK_SPAN("03.04.2007", at(2007, 4, 3, 0), at(2007, 4, 4, 0));
}

TEST(times_are_kept_as_written_and_zones_ignored)
{
    static const char *const forms[] = {"2018-07-16 9:00:00 -0400",
                                        "2018-07-16 09:00:00 -4",
                                        "2018-07-16T09:00:00-04:00",
                                        "2018-07-16T09:00:00Z",
                                        "2018-07-16T09:00:00.000Z",
                                        "2018-07-16t09:00:00z",
                                        "2018-07-16 09:00:00.123456789123 +12:00",
                                        "2018-07-16 9:00:00 AM",
                                        "Mon, 16 Jul 2018 09:00:00 GMT",
                                        "July 16, 2018 at 9:00:00 am NZST",
                                        "16 July 2018, 9:00:00",
                                        "2018-07-16 09:00:00 UTC+2"};

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        CHECK_SPAN(forms[i], at(2018, 7, 16, 32400), at(2018, 7, 16, 32401));
    CHECK_SPAN("2018-07-16 2:30 pm", at(2018, 7, 16, 52200), at(2018, 7, 16, 52260));
    CHECK_SPAN("2018-07-16 12:00 am", at(2018, 7, 16, 0), at(2018, 7, 16, 60));
    CHECK_SPAN("2018-07-16 12.05 pm", at(2018, 7, 16, 43500), at(2018, 7, 16, 43560));
    CHECK_SPAN("2023-05-30T16:00:00.000Z", at(2023, 5, 30, 57600), at(2023, 5, 30, 57601));
    CHECK_SPAN("0001-01-01", at(1, 1, 1, 0), at(1, 1, 2, 0));
}

TEST(what_is_no_date_is_refused)
{
    static const char *const wrong[] = {"",
                                        " ",
                                        "today",
                                        "May",
                                        "28 May",
                                        "07",
                                        "200",
                                        "20075",
                                        "2007-13",
                                        "2007-00",
                                        "2007-05-32",
                                        "2007-02-29",
                                        "1900-02-29",
                                        "2007-05-",
                                        "2007-",
                                        "0000-01-01",
                                        "2007-05-28T",
                                        "2007-05-28 25:00",
                                        "2007-05-28 10:60",
                                        "2007-05-28 10:00:61",
                                        "2007-05-28 13:00 pm",
                                        "2007-05-28 10",
                                        "2007-05-28 foo",
                                        "28/05/07",
                                        "31/04/2007",
                                        "13/13/2007",
                                        "28 Maybe 2007",
                                        "2007 May 28 2007",
                                        "ma 2007",
                                        "5 2007",
                                        "--",
                                        "2007-05-28-01",
                                        "2007-05-28 10:00 +",
                                        "2007-05-28 10:00 +12345",
                                        "20071328",
                                        "2007 to 2008",
                                        "May 28, 2007 at",
                                        "1e10",
                                        "2007-05-28 00:00 am"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        rls_date_span span;
        if (parse(wrong[i], &span))
            rls_test_fail(__FILE__, __LINE__, "\"%s\" is taken for a date", wrong[i]);
    }
    CHECK_SPAN("2000-02-29", at(2000, 2, 29, 0), at(2000, 3, 1, 0));
}

static bool
is_iso(const char *text)
{
    return rls_date_is_iso(rls_bytes_of(text, strlen(text)));
}

TEST(only_whole_iso_dates_are_dates_under_any_name)
{
    CHECK(is_iso("2007-05-28"));
    CHECK(is_iso("2018-07-16 9:00:00 -0400"));
    CHECK(is_iso("2023-05-30T16:00:00.000Z"));
    CHECK(!is_iso("2007"));
    CHECK(!is_iso("2007-05"));
    CHECK(!is_iso("2007-5-28"));
    CHECK(!is_iso("2007-05-32"));
    CHECK(!is_iso("28 May 2007"));
    CHECK(!is_iso("20070528"));
    CHECK(!is_iso("2007-05-28 on"));
    CHECK(!is_iso("2007-05-28, 9:00"));
    CHECK(!is_iso(""));
}

TEST(random_text_of_dates_never_harms)
{
    static const char alphabet[] = "0123456789-/.,:+ TZAPMampstndhMayJune\xC2\xA0";
    rls_random        random = {rls_test_seed()};

    for (int round = 0; round < 20000; round++) {
        uint8_t       text[70];
        size_t        size = rls_random_below(&random, sizeof text + 1);
        uint8_t      *exact = malloc(size == 0 ? 1 : size);
        rls_date_span span;

        for (size_t i = 0; i < size; i++)
            text[i] = (uint8_t)alphabet[rls_random_below(&random, sizeof alphabet)];
        memcpy(exact, text, size);
        if (rls_date_parse(rls_bytes_of(exact, size), &span))
            CHECK(span.from < span.to);
        rls_date_is_iso(rls_bytes_of(exact, size));
        free(exact);
    }
}
