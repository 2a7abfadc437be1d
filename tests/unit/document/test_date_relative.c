#include "document/date_relative.h"

#include "base/random.h"
#include "support/runner.h"

static void
check(const char *text, int64_t now, const char *from, const char *to)
{
    rls_date_span span, first, behind;

    if (!rls_date_parse_relative(rls_bytes_of(text, strlen(text)), now, &span))
        rls_test_fail(__FILE__, __LINE__, "%s is no date", text);
    CHECK(rls_date_parse(rls_bytes_of(from, strlen(from)), &first));
    CHECK(rls_date_parse(rls_bytes_of(to, strlen(to)), &behind));
    if (span.from != first.from || span.to != behind.to)
        rls_test_fail(__FILE__, __LINE__, "%s: %lld %lld", text, (long long)span.from,
                      (long long)span.to);
}

TEST(dates_are_told_from_today)
{
    /* Thursday, in the afternoon of a leap day. */
    int64_t now = rls_date_from_civil(2024, 2, 29) + 50000;

    check("today", now, "2024-02-29", "2024-02-29");
    check("Yesterday", now, "2024-02-28", "2024-02-28");
    check("tomorrow", now, "2024-03-01", "2024-03-01");
    check("this week", now, "2024-02-26", "2024-03-03");
    check("last week", now, "2024-02-19", "2024-02-25");
    check("next month", now, "2024-03-01", "2024-03-31");
    check("last month", now, "2024-01-01", "2024-01-31");
    check("last year", now, "2023-01-01", "2023-12-31");
    check("this year", now, "2024-01-01", "2024-12-31");
    check("6 months ago", now, "2023-08-29", "2023-08-29");
    check("a year ago", now, "2023-02-28", "2023-02-28");
    check("3 weeks ago", now, "2024-02-08", "2024-02-08");
    check("3-days-ago", now, "2024-02-26", "2024-02-26");
    check("last 30 days", now, "2024-01-30", "2024-02-29");
    check("past 2 years", now, "2022-02-28", "2024-02-29");
    check("1 month ago", rls_date_from_civil(2023, 3, 31), "2023-02-28", "2023-02-28");
    check("yesterday", rls_date_from_civil(1969, 1, 1) + 5, "1968-12-31", "1968-12-31");
}

TEST(other_texts_are_no_relative_dates)
{
    static const char *const texts[] = {"",
                                        "ago",
                                        "6 months",
                                        "soon",
                                        "last",
                                        "last years",
                                        "six days ago",
                                        "1 day before",
                                        "today now",
                                        "last 5 cows",
                                        "-1 days ago ago",
                                        "2007",
                                        "999999999 days ago",
                                        "next 3 days"};
    rls_date_span            span;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (rls_date_parse_relative(rls_bytes_of(texts[i], strlen(texts[i])), 0, &span))
            rls_test_fail(__FILE__, __LINE__, "%s", texts[i]);
    CHECK(!rls_date_parse_relative(rls_bytes_of("today", 5), INT64_MIN, &span));
    CHECK(!rls_date_parse_relative(rls_bytes_of("today", 5), INT64_MAX, &span));
}

TEST(a_day_is_found_again_from_any_other)
{
    rls_random random = {rls_test_seed()};

    for (int i = 0; i < 2000; i++) {
        int64_t       now = (int64_t)(rls_random_next(&random) % UINT64_C(8000000000)) - 4000000000;
        uint32_t      days = rls_random_below(&random, 20000);
        char          text[40];
        rls_date_span span;
        int           size = snprintf(text, sizeof text, "%u days ago", days);
        CHECK(rls_date_parse_relative(rls_bytes_of(text, (size_t)size), now, &span));
        CHECK(span.to - span.from == 86400 && span.from % 86400 == 0);
        CHECK(now - (int64_t)days * 86400 >= span.from && now - (int64_t)days * 86400 < span.to);
    }
}
