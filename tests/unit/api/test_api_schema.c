#include "sample.h"

TEST(a_schema_is_read_from_yaml_and_errors_name_the_line)
{
    static const char good[] = "fields:\n  summary: { type: text, weight: 2 }\n";
    static const char bad[] = "fields:\n  summary: { type: nonsense }\n";
    rls_schema       *schema;
    rls_error         err = {.message = ""};

    SAMPLE_OK(rls_schema_read(good, sizeof good - 1, "rsearch.yaml", &schema, &err), err);
    rls_schema_close(schema);
    SAMPLE_OK(rls_schema_read(NULL, 0, NULL, &schema, &err), err);
    rls_schema_close(schema);
    CHECK(rls_schema_read(bad, sizeof bad - 1, "rsearch.yaml", &schema, &err) == RLS_BAD_ARGUMENT);
    CHECK(schema == NULL);
    CHECK(strstr(err.message, "rsearch.yaml:2") != NULL);
}

TEST(misuse_of_schemas_is_told)
{
    rls_schema *schema;

    SAMPLE_REFUSED(rls_schema_create(NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_schema_read("", 0, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_schema_read(NULL, 1, NULL, &schema, &err), RLS_BAD_ARGUMENT);
    CHECK(schema == NULL);
    CHECK_OK(rls_schema_create(&schema, NULL));
    SAMPLE_REFUSED(rls_schema_field(NULL, "a", RLS_FIELD_TEXT, 1, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_schema_field(schema, NULL, RLS_FIELD_TEXT, 1, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_schema_field(schema, "", RLS_FIELD_TEXT, 1, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_schema_field(schema, "a", 1u << 20, 1, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_schema_field(schema, "a", RLS_FIELD_TEXT, 1, "klingon", &err),
                   RLS_BAD_ARGUMENT);
    rls_schema_close(schema);
    rls_schema_close(NULL);
}

TEST(rules_decide_what_a_field_is_and_outlive_the_schema_they_came_from)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder();
    rls_writer        *writer;
    rls_document      *document;
    rls_snapshot      *snapshot;
    rls_schema        *schema;
    char              *language = malloc(8);

    CHECK_OK(rls_schema_create(&schema, NULL));
    CHECK_OK(
        rls_schema_field(schema, "code", RLS_FIELD_KEYWORD | RLS_FIELD_STORED, -1, NULL, NULL));
    CHECK_OK(rls_schema_field(schema, "secret", 0, -1, NULL, NULL));
    CHECK_OK(
        rls_schema_field(schema, "texte", RLS_FIELD_TEXT | RLS_FIELD_STORED, 2, "french", NULL));
    strcpy(language, "en");
    options.schema = schema;
    options.language = language;
    writer = sample_writer(folder, &options);
    rls_schema_close(schema);
    free(language);
    for (int i = 0; i < 2; i++) { /* the second time after a commit */
        CHECK_OK(rls_document_create(i == 0 ? "a" : "b", &document, NULL));
        CHECK_OK(rls_document_add(document, "code", "alpha beta", 10, NULL));
        CHECK_OK(rls_document_add(document, "secret", "gamma", 5, NULL));
        CHECK_OK(rls_document_add(document, "texte", "majestueuses nations", 20, NULL));
        CHECK_OK(rls_writer_add(writer, document, NULL));
        rls_document_close(document);
        sample_commit(writer);
    }
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(sample_found(snapshot, "code:\"Alpha Beta\""), "a b ");
    CHECK_EQ_STR(sample_found(snapshot, "gamma"), "");
    CHECK_EQ_STR(sample_found(snapshot, "texte:majestueux"), "a b ");
    rls_snapshot_close(snapshot);
}

TEST(spans_follow_the_language_of_the_field)
{
    static const char  yaml[] = "fields:\n  texte: { type: text, language: french }\n"
                                "  extra: { type: text, language: german }\n";
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    const char        *folder = rls_test_temp_folder();
    rls_writer        *writer;
    rls_document      *document;
    rls_snapshot      *snapshot;
    rls_schema        *schema;
    rls_hits          *hits;
    const rls_span    *spans;
    uint32_t           count;

    CHECK_OK(rls_schema_read(yaml, sizeof yaml - 1, NULL, &schema, NULL));
    options.schema = schema;
    writer = sample_writer(folder, &options);
    rls_schema_close(schema);
    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_add(document, "texte", "les majestueuses", 16, NULL));
    CHECK_OK(rls_document_add(document, "extra.part", "die Häuser", 11, NULL));
    CHECK_OK(rls_document_body(document, "running majestueuses", 20, false, NULL));
    CHECK_OK(rls_writer_add(writer, document, NULL));
    rls_document_close(document);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    hits = sample_search(snapshot, "majestueux haus runs", NULL);
    CHECK_EQ_U64(rls_hits_count(hits), 1);
    CHECK_OK(rls_hits_spans(hits, 0, &spans, &count, NULL));
    CHECK_EQ_U64(count, 3);
    CHECK(spans[0].field == 0 && spans[0].start == 4 && spans[0].end == 16);
    CHECK(spans[1].field == 1 && spans[1].start == 4 && spans[1].end == 11);
    CHECK(spans[2].field == RLS_SPAN_BODY && spans[2].start == 0 && spans[2].end == 7);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}
