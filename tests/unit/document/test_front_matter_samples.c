/* Every variation of front matter that the archives hold, in real files: see ORIGIN.md beside them.
 */
#include "unit/document/reading.h"

TEST(an_unquoted_item_with_a_colon_is_a_string)
{
    reading r;

    read_sample(&r, "colon-item.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(r.document.field_count, 5);
    CHECK_EQ_U64(count_of(&r, "portfolios"), 4);
    CHECK_VALUE(&r, "portfolios", 0, "M\xC4\x81ori Crown Relations: Te Arawhiti");
    CHECK_VALUE(&r, "portfolios", 1, "Employment");
    CHECK_EQ_U64(count_of(&r, "ministers"), 5);
    reading_close(&r);

    read_sample(&r, "colon-only.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(r.document.field_count, 5);
    CHECK_EQ_U64(count_of(&r, "portfolios"), 1);
    CHECK_VALUE(&r, "portfolios", 0, "M\xC4\x81ori Crown Relations: Te Arawhiti");
    reading_close(&r);
}

TEST(an_unquoted_item_that_starts_with_a_bracket_or_quote_is_a_string)
{
    reading r;

    read_sample(&r, "bracket-item.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "ministers"), 1);
    CHECK_VALUE(&r, "ministers", 0,
                "[From a speech in the Wednesday Parliamentary General Debate on 31 October 2001]");
    CHECK_VALUE(&r, "portfolios", 0, "Unassigned Portfolio");
    reading_close(&r);

    read_sample(&r, "quote-item.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "ministers", 0, "Policy Adjustment to General Skills Category");
    reading_close(&r);
}

TEST(the_date_0001_is_kept_and_unknown)
{
    reading          r;
    const rls_field *field;

    read_sample(&r, "unknown-date.md");
    CHECK_NO_NOTES(&r);
    field = rls_document_find_field(&r.document, "date");
    CHECK_VALUE(&r, "date", 0, "0001-01-01");
    CHECK(!field->values[0].has_date);
    CHECK_EQ_U64(field->kinds, RLS_FIELD_DATE | RLS_FIELD_STORED);
    reading_close(&r);
}

TEST(escapes_in_titles_are_decoded)
{
    reading r;

    read_sample(&r, "u-escape.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0,
                "New\xC2\xA0Zealand to attend regional security meeting in Australia");
    reading_close(&r);

    read_sample(&r, "escaped-quote.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "Labour's Cannabis Pledge \"Disappointing\"");
    CHECK(body_starts(&r, "\nMinister of Youth Affairs, Tony Ryall"));
    reading_close(&r);

    read_sample(&r, "macron-title.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0,
                "Rangatahi the key to growing the M\xC4\x81ori economy in Auckland");
    reading_close(&r);
}

TEST(missing_and_empty_fields_are_just_that)
{
    reading r;

    read_sample(&r, "empty-title.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "");
    CHECK_EQ_U64(count_of(&r, "title"), 1);
    CHECK(r.document.body.size <= 1);
    reading_close(&r);

    read_sample(&r, "no-ministers.md");
    CHECK_NO_NOTES(&r);
    CHECK(rls_document_find_field(&r.document, "ministers") == NULL);
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2010, 11, 11));
    reading_close(&r);
}

TEST(an_item_with_a_comma_is_one_value)
{
    reading r;

    read_sample(&r, "comma-item.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "portfolios"), 1);
    CHECK_VALUE(&r, "portfolios", 0, "Arts, Culture and Heritage");
    reading_close(&r);
}

TEST(attachments_are_a_stored_list)
{
    reading r;

    read_sample(&r, "attachments.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(kinds_of(&r, "attachments"), RLS_FIELD_STORED);
    CHECK(rls_document_find_field(&r.document, "attachments")->is_list);
    CHECK_VALUE(
        &r, "attachments", 0,
        "https://www.beehive.govt.nz/sites/default/files/Satellite%20spectrum%20management.pdf");
    reading_close(&r);
}

TEST(a_date_with_time_and_zone_is_the_civil_time_as_written)
{
    reading r;

    read_sample(&r, "zone.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2020, 7, 8) + 9 * 3600);
    CHECK_VALUE(&r, "date", 0, "2020-07-08 9:00:00 -0500");
    CHECK_EQ_U64(count_of(&r, "topics"), 6);
    CHECK_VALUE(&r, "summary", 0, "");
    CHECK_VALUE(&r, "title", 0,
                "Giving Users the Information They Crave: Data and Analytics Tips From USAGov en "
                "Espa\xC3\xB1ol");
    CHECK_EQ_U64(kinds_of(&r, "weight"), RLS_FIELD_NUMBER | RLS_FIELD_STORED);
    reading_close(&r);

    read_sample(&r, "iso-z.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2007, 1, 1));
    CHECK_VALUE(&r, "title", 0, "Financial Awareness Brouchure");
    reading_close(&r);

    read_sample(&r, "quoted-date.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_I64(date_of(&r, "date"), rls_date_from_civil(2014, 3, 21) + 12 * 3600);
    CHECK_EQ_U64(count_of(&r, "image"), 0);
    CHECK_VALUE(&r, "tags", 0, "culture change");
    reading_close(&r);
}

TEST(crlf_line_ends_are_line_ends)
{
    reading r;

    read_sample(&r, "crlf.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "USWDS Monthly Call - February 2023");
    CHECK_VALUE(&r, "topics", 1, "design");
    CHECK_EQ_I64(date_of(&r, "end_date"), rls_date_from_civil(2023, 2, 16) + 15 * 3600);
    CHECK(body_starts(&r, "\r\n## View the slides\r\n"));
    reading_close(&r);
}

TEST(blank_lines_and_comments_do_not_matter)
{
    reading r;

    read_sample(&r, "blank-first.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "Emerging Technology for Government Services Meeting");
    CHECK(body_starts(&r, "\nThis online meeting is"));
    reading_close(&r);

    read_sample(&r, "comments.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "An Accidental AI Professional");
    CHECK_EQ_U64(count_of(&r, "summary"), 0);
    CHECK_EQ_U64(kinds_of(&r, "summary"), RLS_FIELD_STORED);
    reading_close(&r);
}

TEST(a_key_without_value_said_again_is_no_oddity)
{
    reading r;

    read_sample(&r, "repeated-key.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "event_platform"), 1);
    CHECK_VALUE(&r, "event_platform", 0, "zoom");
    CHECK_EQ_U64(count_of(&r, "authors"), 2);
    reading_close(&r);
}

TEST(maps_give_dotted_names)
{
    reading r;

    read_sample(&r, "nested.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "featured_image.uid", 0, "uswds-08-august");
    CHECK_EQ_U64(count_of(&r, "featured_image.alt"), 0);
    CHECK(rls_document_find_field(&r.document, "featured_image") == NULL);
    CHECK_VALUE(&r, "title", 0, "U.S. Web Design System: Aug Monthly Call");
    reading_close(&r);
}

TEST(values_over_several_lines_are_joined)
{
    reading r;

    read_sample(&r, "folded.md");
    CHECK_NO_NOTES(&r);
    CHECK(strstr(value_of(&r, "summary", 0), "to develop BEARS, the Benefits") != NULL);
    CHECK_EQ_U64(kinds_of(&r, "summary"), RLS_FIELD_TEXT | RLS_FIELD_STORED);
    reading_close(&r);

    read_sample(&r, "inline-list.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "authors"), 0);
    CHECK(strstr(value_of(&r, "deck", 0), "Espa\xC3\xB1ol has partnered") != NULL);
    reading_close(&r);

    read_sample(&r, "block-literal.md");
    CHECK_NO_NOTES(&r);
    CHECK(strstr(value_of(&r, "deck", 0), "\n\nThe GSA Government-wide IT") != NULL);
    CHECK(strstr(value_of(&r, "deck", 0), " \xE2\x80\x94 Accessibility") != NULL);
    reading_close(&r);

    read_sample(&r, "block-folded.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0,
                "A revised and expanded guide for de-risking government technology projects");
    CHECK_VALUE(&r, "authors", 0, "amelia-wong");
    reading_close(&r);
}

TEST(a_list_need_not_be_indented)
{
    reading r;

    read_sample(&r, "unindented.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(count_of(&r, "tags"), 2);
    CHECK_VALUE(&r, "tags", 0, "18f");
    CHECK_VALUE(&r, "authors", 0, "aaron");
    reading_close(&r);
}

TEST(a_rule_in_the_body_belongs_to_the_body)
{
    reading r;

    read_sample(&r, "rule.md");
    CHECK_NO_NOTES(&r);
    CHECK_EQ_U64(r.document.field_count, 2);
    CHECK(body_starts(&r, "press\nbreadcrumb: Press Releases\n"));
    reading_close(&r);
}

TEST(two_single_quotes_are_an_apostrophe)
{
    reading r;

    read_sample(&r, "single-quotes.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0,
                "Public Consultation on the Insolvency Law Review Committee's Report");
    reading_close(&r);
}

TEST(spaces_behind_fences_and_keys_do_not_matter)
{
    reading r;

    read_sample(&r, "spaces.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0,
                "Senior Minister of State for Sustainability and the Environment Dr Koh Poh Koon "
                "to Participate in the G20 Agriculture Ministerial Meeting in Bali, Indonesia");
    CHECK_EQ_U64(count_of(&r, "image"), 0);
    CHECK_EQ_U64(count_of(&r, "description"), 0);
    reading_close(&r);
}

TEST(toml_between_pluses_is_read)
{
    reading r;

    read_sample(&r, "toml.md");
    CHECK_NO_NOTES(&r);
    CHECK_VALUE(&r, "title", 0, "Announcing Rust 1.74.1");
    CHECK_EQ_U64(count_of(&r, "aliases"), 2);
    CHECK_VALUE(&r, "aliases", 1, "releases/1.74.1");
    CHECK_VALUE(&r, "extra.release", 0, "true");
    CHECK_EQ_U64(kinds_of(&r, "extra.release"), RLS_FIELD_KEYWORD | RLS_FIELD_STORED);
    CHECK(body_starts(&r, "\nThe Rust team has published"));
    reading_close(&r);
}
