#include "query/query.h"

#include "sample.h"

static bool
equal_bytes(rls_bytes a, rls_bytes b)
{
    return rls_bytes_compare(a, b) == 0;
}

static bool
equal_trees(const rls_query_node *a, const rls_query_node *b)
{
    const rls_query_node *left, *right;

    if (a->kind != b->kind || a->occur != b->occur || a->exact != b->exact ||
        a->boost != b->boost || a->stems != b->stems || !equal_bytes(a->field, b->field) ||
        !equal_bytes(a->text, b->text))
        return false;
    if (a->kind == RLS_NODE_COMPARE &&
        (a->op != b->op || a->quoted != b->quoted || !equal_bytes(a->text_to, b->text_to)))
        return false;
    if (a->distance != b->distance || a->ordered != b->ordered ||
        (a->kind == RLS_NODE_PATTERN && (a->pattern != b->pattern || a->edits != b->edits)))
        return false;
    for (left = a->first_child, right = b->first_child; left != NULL && right != NULL;
         left = left->next, right = right->next) {
        if (!equal_trees(left, right))
            return false;
    }
    return left == NULL && right == NULL;
}

static void
check_same(rls_query *built, const char *text)
{
    rls_query *parsed;

    CHECK_OK(rls_query_parse(text, strlen(text), true, &parsed, NULL));
    if (!equal_trees(built->root, parsed->root))
        rls_test_fail(__FILE__, __LINE__, "not the tree of %s", text);
    rls_query_close(parsed);
    rls_query_close(built);
}

static rls_query *
new_query(rls_group group)
{
    rls_query *query;

    CHECK_OK(rls_query_create(group, &query, NULL));
    return query;
}

TEST(words_built_are_the_words_parsed)
{
    rls_query *query = new_query(RLS_GROUP_BAG);

    CHECK_OK(rls_query_word(query, NULL, "cluster", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "Oslo", false, 1, RLS_ROLE_MUST, NULL));
    CHECK_OK(rls_query_word(query, NULL, "landmines", false, 1, RLS_ROLE_MUST_NOT, NULL));
    CHECK_OK(rls_query_word(query, NULL, "Māori", true, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_phrase(query, NULL, "cluster munitions", 1, RLS_ROLE_MUST, NULL));
    CHECK_OK(rls_query_prefix(query, NULL, "disarm", 1, RLS_ROLE_PLAIN, NULL));
    check_same(query, "cluster +Oslo -landmines =Māori +\"cluster munitions\" disarm*");
}

TEST(groups_built_are_the_groups_parsed)
{
    rls_query *query = new_query(RLS_GROUP_OR);

    CHECK_OK(rls_query_word(query, NULL, "a", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_open_group(query, RLS_GROUP_AND, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "b", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "c", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_close_group(query, NULL));
    CHECK_OK(rls_query_word(query, NULL, "d", false, 1, RLS_ROLE_PLAIN, NULL));
    check_same(query, "a OR (b AND c) OR d");
}

TEST(filters_built_are_the_filters_parsed)
{
    rls_query *query = new_query(RLS_GROUP_BAG);

    CHECK_OK(rls_query_word(query, NULL, "treaty", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_value(query, "ministers", "Phil Goff", RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_range(query, "date", "2007-05", "2008-02", RLS_ROLE_MUST, NULL));
    CHECK_OK(rls_query_range(query, "date", "2007", NULL, RLS_ROLE_MUST_NOT, NULL));
    check_same(query, "treaty ministers:\"Phil Goff\" +date:2007-05..2008-02 -date:2007..");
}

TEST(patterns_built_are_the_patterns_parsed)
{
    rls_query         *query = new_query(RLS_GROUP_BAG);
    rls_phrase_options near = RLS_PHRASE_OPTIONS_INIT, stems = RLS_PHRASE_OPTIONS_INIT;

    near.distance = 4;
    stems.stems = true;
    CHECK_OK(rls_query_wildcard(query, NULL, "m?nister*al", 1, RLS_ROLE_MUST, NULL));
    CHECK_OK(rls_query_regex(query, "title", "clust(er|ers)", 2, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_fuzzy(query, NULL, "munitons", 2, 1, RLS_ROLE_MUST_NOT, NULL));
    CHECK_OK(rls_query_phrase_with(query, NULL, "a b", &near, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_phrase_with(query, NULL, "a b", &stems, 3, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_exists(query, "ministers", RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_all(query, RLS_ROLE_PLAIN, NULL));
    check_same(query, "+m?nister*al title:/clust(er|ers)/^2 -munitons~2 \"a b\"~4 \"a b\"~^3 "
                      "ministers:* *");
}

TEST(near_built_is_near_parsed_and_groups_are_weighed)
{
    rls_query *query = new_query(RLS_GROUP_BAG);

    CHECK_OK(rls_query_open_near(query, 5, true, RLS_ROLE_MUST, NULL));
    CHECK_OK(rls_query_weigh_group(query, 2, NULL));
    CHECK_OK(rls_query_open_group(query, RLS_GROUP_OR, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "a", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_phrase(query, NULL, "b c", 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_close_group(query, NULL));
    CHECK_OK(rls_query_prefix(query, NULL, "d", 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_close_group(query, NULL));
    CHECK_OK(rls_query_word(query, NULL, "e", false, 1, RLS_ROLE_PLAIN, NULL));
    check_same(query, "+((a OR \"b c\") ONEAR/5 d*)^2 e");
}

TEST(built_and_parsed_queries_find_the_same)
{
    static const sample_document documents[] = {
        {"a", "Oslo talks", "Cluster munitions and landmines."},
        {"b", "Dublin talks", "Cluster munitions, disarmament."},
        {"c", "Oslo", "Māori disarmed."},
    };
    rls_snapshot *snapshot = sample_open(sample_index(documents, 3));
    rls_query    *query = new_query(RLS_GROUP_BAG);
    rls_hits     *hits;

    CHECK_OK(rls_query_word(query, "title", "oslo", false, 1, RLS_ROLE_MUST, NULL));
    CHECK_OK(rls_query_word(query, NULL, "landmine", false, 1, RLS_ROLE_MUST_NOT, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, NULL, &hits, NULL));
    CHECK_EQ_STR(sample_keys(hits), "c ");
    CHECK_EQ_STR(sample_found(snapshot, "+title:oslo -landmine"), "c ");
    rls_query_close(query);
    rls_snapshot_close(snapshot);
}

TEST(boosts_change_the_order)
{
    static const sample_document documents[] = {{"a", NULL, "alpha"}, {"b", NULL, "beta"}};
    rls_snapshot                *snapshot = sample_open(sample_index(documents, 2));

    for (int i = 0; i < 2; i++) {
        rls_query *query = new_query(RLS_GROUP_OR);
        rls_hits  *hits;
        CHECK_OK(rls_query_word(query, NULL, "alpha", false, i == 0 ? 2 : 1, RLS_ROLE_PLAIN, NULL));
        CHECK_OK(rls_query_word(query, NULL, "beta", false, i == 0 ? 1 : 2, RLS_ROLE_PLAIN, NULL));
        CHECK_OK(rls_snapshot_search(snapshot, query, NULL, &hits, NULL));
        rls_query_close(query); /* hits do not need it any more */
        CHECK_EQ_STR(sample_keys(hits), i == 0 ? "a b " : "b a ");
    }
    rls_snapshot_close(snapshot);
}

TEST(every_string_is_a_query_with_notes_or_under_strict_an_error_with_its_byte)
{
    static const char text[] = "cluster AND (munitions";
    rls_query        *query;
    rls_error         err = {.message = ""};
    uint32_t          start = 99, end = 99;
    const char       *note;

    CHECK_OK(rls_query_parse(text, sizeof text - 1, false, &query, NULL));
    note = rls_query_get_note(query, 0, &start, &end);
    CHECK(note != NULL && start <= end && end <= sizeof text - 1);
    CHECK_EQ_STR(rls_query_get_note(query, 0, NULL, NULL), note);
    CHECK(rls_query_get_note(query, 1000, &start, &end) == NULL);
    rls_query_close(query);
    CHECK(rls_query_parse(text, sizeof text - 1, true, &query, &err) == RLS_BAD_QUERY);
    CHECK(query == NULL && err.offset <= sizeof text - 1 && err.message[0] != '\0');
    CHECK_OK(rls_query_parse("\xff\x00\"(", 4, false, &query, NULL));
    rls_query_close(query);
    CHECK_OK(rls_query_parse(NULL, 0, true, &query, NULL));
    CHECK(rls_query_get_note(query, 0, NULL, NULL) == NULL);
    rls_query_close(query);
}

TEST(misuse_of_queries_is_told)
{
    rls_query *query;

    SAMPLE_REFUSED(rls_query_parse(NULL, 3, false, &query, &err), RLS_BAD_ARGUMENT);
    CHECK(query == NULL);
    SAMPLE_REFUSED(rls_query_parse("a", 1, false, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_create(RLS_GROUP_BAG, NULL, &err), RLS_BAD_ARGUMENT);
    query = new_query(RLS_GROUP_BAG);
    SAMPLE_REFUSED(rls_query_word(NULL, NULL, "a", false, 1, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_word(query, NULL, NULL, false, 1, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_word(query, NULL, "a", false, 0, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_word(query, NULL, "a", false, -1, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_word(query, NULL, "a", false, 2e6f, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_phrase(query, NULL, NULL, 1, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_prefix(query, NULL, NULL, 1, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_value(query, NULL, "a", RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_value(query, "a", NULL, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_range(query, NULL, "a", "b", RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_wildcard(query, NULL, NULL, 1, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_wildcard(NULL, NULL, "a", 1, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_regex(query, NULL, "a(", 1, RLS_ROLE_PLAIN, &err), RLS_BAD_QUERY);
    SAMPLE_REFUSED(rls_query_regex(query, NULL, "", 1, RLS_ROLE_PLAIN, &err), RLS_BAD_QUERY);
    SAMPLE_REFUSED(rls_query_fuzzy(query, NULL, "a", 3, 1, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_phrase_with(query, NULL, "a", NULL, 1, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_exists(query, NULL, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_all(NULL, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_open_near(query, 2000000, false, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_weigh_group(query, 0, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_open_group(NULL, RLS_GROUP_AND, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_close_group(NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_close_group(query, &err), RLS_BAD_ARGUMENT);
    CHECK(query->root->first_child == NULL);
    rls_query_close(query);
    CHECK_OK(rls_query_parse("a", 1, false, &query, NULL));
    SAMPLE_REFUSED(rls_query_word(query, NULL, "b", false, 1, RLS_ROLE_PLAIN, &err),
                   RLS_BAD_ARGUMENT);
    rls_query_close(query);
    rls_query_close(NULL);
    CHECK(rls_query_get_note(NULL, 0, NULL, NULL) == NULL);
}

TEST(a_query_takes_many_parts_and_groups_so_deep_and_no_more)
{
    static const sample_document documents[] = {{"a", NULL, "alpha"}};
    rls_snapshot                *snapshot = sample_open(sample_index(documents, 1));
    rls_query                   *query = new_query(RLS_GROUP_BAG);
    rls_status                   status = RLS_OK;
    uint32_t                     depth = 0, count = 0;
    rls_hits                    *hits;

    while (status == RLS_OK && depth < 1000) {
        status = rls_query_open_group(query, RLS_GROUP_AND, RLS_ROLE_PLAIN, NULL);
        depth += status == RLS_OK;
    }
    CHECK(status == RLS_BAD_ARGUMENT && depth == 256);
    for (status = RLS_OK; status == RLS_OK && count < 20000; count += status == RLS_OK)
        status = rls_query_word(query, NULL, "alpha", false, 1, RLS_ROLE_PLAIN, NULL);
    CHECK_OK(status);
    CHECK_OK(rls_snapshot_search(snapshot, query, NULL, &hits, NULL));
    CHECK(rls_hits_note(hits, 0) == NULL);
    CHECK_EQ_STR(sample_keys(hits), "a ");
    rls_query_close(query);
    rls_snapshot_close(snapshot);
}

TEST(acronyms_that_look_like_function_words_are_looked_for_in_built_queries_too)
{
    static const sample_document of[] = {{"a", NULL, "Report"}, {"b", NULL, "The WHO"}};
    static const struct {
        const char *words[2];
        uint64_t    found;
    } rows[] = {{{"report", "who"}, 1}, {{"report", "WHO"}, 2}, {{"REPORT", "WHO"}, 1}};
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_snapshot      *snapshot = sample_open(sample_index(of, 2));

    options.match = RLS_MATCH_ANY;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rls_query *query;
        rls_hits  *hits;
        CHECK_OK(rls_query_create(RLS_GROUP_BAG, &query, NULL));
        for (int w = 0; w < 2; w++)
            CHECK_OK(rls_query_word(query, NULL, rows[i].words[w], false, 1, RLS_ROLE_PLAIN, NULL));
        CHECK_OK(rls_snapshot_search(snapshot, query, &options, &hits, NULL));
        CHECK_EQ_U64(rls_hits_total(hits), rows[i].found);
        rls_hits_close(hits);
        rls_query_close(query);
    }
    rls_snapshot_close(snapshot);
}

/* An index with a condition that both documents meet. */
static rls_snapshot *
open_reports_of_kiwis(void)
{
    static const char *const bodies[] = {"Report", "The WHO"};
    rls_writer_options       options = RLS_WRITER_OPTIONS_INIT;
    const char              *folder = rls_test_temp_folder();
    rls_writer              *writer;
    rls_schema              *schema;

    CHECK_OK(rls_schema_create(&schema, NULL));
    CHECK_OK(rls_schema_field(schema, "team", RLS_FIELD_KEYWORD, 1, NULL, NULL));
    options.schema = schema;
    writer = sample_writer(folder, &options);
    rls_schema_close(schema);
    for (int i = 0; i < 2; i++) {
        rls_document *document;
        CHECK_OK(rls_document_create(bodies[i], &document, NULL));
        CHECK_OK(rls_document_body(document, bodies[i], strlen(bodies[i]), false, NULL));
        CHECK_OK(rls_document_add(document, "team", "kiwi", 4, NULL));
        CHECK_OK(rls_writer_add(writer, document, NULL));
        rls_document_close(document);
    }
    sample_commit(writer);
    rls_writer_close(writer);
    return sample_open(folder);
}

TEST(the_letters_of_conditions_tell_nothing_about_the_capitals_of_words)
{
    static const char *const value = "kiwi", *const text = "REPORT WHO";
    static const rls_filter filter = {.field = "team", .values = &value, .value_count = 1};
    rls_search_options      options = RLS_SEARCH_OPTIONS_INIT;
    rls_snapshot           *snapshot = open_reports_of_kiwis();
    rls_query              *query;
    rls_hits               *hits;

    options.match = RLS_MATCH_ANY;
    options.filters = &filter;
    for (; options.filter_count < 2; options.filter_count++)
        CHECK_EQ_STR(sample_keys(sample_search(snapshot, text, &options)), "Report ");
    options.filter_count = 0;
    CHECK_OK(rls_query_parse(text, strlen(text), true, &query, NULL));
    CHECK_OK(rls_query_narrow(query, NULL));
    CHECK_OK(rls_query_value(query, "team", value, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, &options, &hits, NULL));
    CHECK_EQ_STR(sample_keys(hits), "Report ");
    rls_query_close(query);
    rls_snapshot_close(snapshot);
}

static rls_query *
narrowed(const char *text)
{
    rls_query *query;

    CHECK_OK(rls_query_parse(text, strlen(text), true, &query, NULL));
    SAMPLE_REFUSED(rls_query_all(query, RLS_ROLE_PLAIN, &err), RLS_BAD_ARGUMENT);
    CHECK_OK(rls_query_narrow(query, NULL));
    return query;
}

TEST(a_parsed_query_that_is_narrowed_takes_conditions)
{
    rls_query *query = narrowed("cluster munitions");

    CHECK_OK(rls_query_value(query, "ministers", "Phil Goff", RLS_ROLE_PLAIN, NULL));
    check_same(query, "(cluster munitions) AND ministers:\"Phil Goff\"");
    query = narrowed("");
    CHECK_OK(rls_query_range(query, "date", "2007", "2008", RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "treaty", false, 1, RLS_ROLE_PLAIN, NULL));
    check_same(query, "date:2007..2008 AND treaty");
}

TEST(what_is_excluded_is_excluded_in_every_group)
{
    rls_query *query = new_query(RLS_GROUP_AND);

    CHECK_OK(rls_query_word(query, NULL, "a", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "b", false, 1, RLS_ROLE_MUST_NOT, NULL));
    CHECK_OK(rls_query_open_group(query, RLS_GROUP_OR, RLS_ROLE_MUST_NOT, NULL));
    CHECK_OK(rls_query_word(query, NULL, "c", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_value(query, "date", "2007", RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_close_group(query, NULL));
    CHECK_OK(rls_query_word(query, NULL, "d", false, 1, RLS_ROLE_PLAIN, NULL));
    check_same(query, "a AND NOT b AND NOT (c OR date:\"2007\") AND d");
}

TEST(a_built_query_is_narrowed_as_a_whole_and_not_within_a_group)
{
    rls_query *query = new_query(RLS_GROUP_OR);

    CHECK_OK(rls_query_open_group(query, RLS_GROUP_AND, RLS_ROLE_PLAIN, NULL));
    SAMPLE_REFUSED(rls_query_narrow(query, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_query_narrow(NULL, &err), RLS_BAD_ARGUMENT);
    rls_query_close(query);
    query = new_query(RLS_GROUP_OR);
    CHECK_OK(rls_query_word(query, NULL, "a", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "b", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_narrow(query, NULL));
    CHECK_OK(rls_query_word(query, NULL, "c", false, 1, RLS_ROLE_PLAIN, NULL));
    check_same(query, "(a OR b) AND c");
    query = new_query(RLS_GROUP_OR);
    CHECK_OK(rls_query_narrow(query, NULL));
    CHECK_OK(rls_query_word(query, NULL, "c", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_query_word(query, NULL, "d", false, 1, RLS_ROLE_PLAIN, NULL));
    check_same(query, "c AND d");
}

TEST(hits_of_a_narrowed_query_keep_what_was_typed_and_what_was_meant)
{
    static const sample_document documents[] = {
        {"a", "one", "treaty alpha"}, {"b", "two", "treaty beta"}, {"c", "two", "treaty gamma"}};
    rls_snapshot *snapshot = sample_open(sample_index(documents, 3));
    rls_query    *query = narrowed("tretay");
    rls_hits     *hits;
    rls_text      better;

    CHECK_OK(rls_query_word(query, "title", "two", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, NULL, &hits, NULL));
    rls_query_close(query);
    CHECK(rls_hits_query(hits).size == 6 && memcmp(rls_hits_query(hits).data, "tretay", 6) == 0);
    CHECK_OK(rls_hits_suggestion(hits, &better, NULL));
    CHECK(better.size == 6 && memcmp(better.data, "treaty", 6) == 0);
    CHECK(rls_hits_query(hits).size == 6 && memcmp(rls_hits_query(hits).data, "tretay", 6) == 0);
    rls_hits_close(hits);
    query = narrowed("treaty -gamma");
    CHECK_OK(rls_query_word(query, "title", "two", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, NULL, &hits, NULL));
    CHECK_EQ_STR(sample_keys(hits), "b ");
    rls_query_close(query);
    rls_snapshot_close(snapshot);
}
