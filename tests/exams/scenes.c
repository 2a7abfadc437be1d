#include "scenes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/runner.h"
#include "support/temp_folder.h"

enum {
    MOST_FUNCTIONS = 256
};

static const char *called[MOST_FUNCTIONS];
static size_t      called_count;

static void
note_call(const char *name)
{
    for (size_t i = 0; i < called_count; i++) {
        if (called[i] == name || strcmp(called[i], name) == 0)
            return;
    }
    if (called_count == MOST_FUNCTIONS)
        abort();
    called[called_count++] = name;
}

/* Every call goes through it. */
#define CALL(function) (note_call(#function), function)

bool
scene_called(const char *name, size_t size)
{
    for (size_t i = 0; i < called_count; i++) {
        if (strlen(called[i]) == size && memcmp(called[i], name, size) == 0)
            return true;
    }
    return false;
}

static void
digest_bytes(scene *s, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        s->digest = (s->digest ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
}

static void
digest_number(scene *s, uint64_t number)
{
    digest_bytes(s, &number, sizeof number);
}

static void
digest_text(scene *s, rls_text text)
{
    digest_number(s, text.size);
    digest_bytes(s, text.data, text.size);
}

static void
digest_string(scene *s, const char *text)
{
    if (text != NULL)
        digest_text(s, (rls_text){text, strlen(text)});
}

/* --- writing --- */

static rls_status
add_document(scene *s, rls_writer *writer, const char *key, const char *body)
{
    rls_document *document;
    rls_status    status = CALL(rls_document_create)(key, &document, &s->err);

    if (status == RLS_OK)
        status = CALL(rls_document_add)(document, "title", "Cluster munitions", 17, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_add)(document, "date", "2007-05-28", 10, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_add)(document, "ministers", "Phil Goff", 9, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_add_number)(document, "pages", 3, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_document_body)(document, body, strlen(body), true, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_writer_add)(writer, document, &s->err);
    CALL(rls_document_close)(document);
    return status;
}

static rls_status
add_bytes(scene *s, rls_writer *writer, const char *name, rls_file_format format, const char *bytes)
{
    rls_file file = RLS_FILE_INIT;

    file.name = name;
    file.format = format;
    file.bytes = bytes;
    file.size = strlen(bytes);
    return CALL(rls_writer_add_file)(writer, &file, &s->err);
}

static rls_status
add_path(scene *s, rls_writer *writer)
{
    rls_file file = RLS_FILE_INIT;

    file.path = s->file;
    file.name = "file.md";
    return CALL(rls_writer_add_file)(writer, &file, &s->err);
}

/* Everything that a commit takes, with what is read from files in every format. */
static rls_status
first_commit(scene *s, rls_writer *writer)
{
    static const char matter[] =
        "---\ntitle: &t Oslo\nministers:\n- Phil Goff\n- {name: Helen Clark}\nnote: |\n  two\n"
        "  lines\ndate: 2008-02-18\n---\n# Talks\n\nLandmines and [munitions](http://x).\n";
    static const char lines[] = "{\"key\": \"j1\", \"title\": \"One\", \"body\": \"munitions\"}\n"
                                "{\"key\": \"j2\", \"tags\": [\"a\", \"b\"], \"n\": 2.5}\n";
    rls_commit_report report;
    char              label[64];
    rls_status        status = add_document(s, writer, "a", "Cluster munitions. Second sentence.");

    if (status == RLS_OK)
        status = add_document(s, writer, "b", "Cluster **munitions**, disarmament; kōrero Māori.");
    if (status == RLS_OK)
        status = add_document(s, writer, "c", "Cluster munitions, second sentence!");
    if (status == RLS_OK)
        status = CALL(rls_writer_root)(writer, "/releases", label, sizeof label, &s->err);
    if (status == RLS_OK)
        status = add_bytes(s, writer, "m.md", RLS_FILE_MARKDOWN, matter);
    if (status == RLS_OK)
        status = add_bytes(s, writer, "l.jsonl", RLS_FILE_JSONL, lines);
    if (status == RLS_OK)
        status = add_path(s, writer);
    if (status == RLS_OK)
        status = CALL(rls_writer_commit)(writer, &report, &s->err);
    if (status != RLS_OK)
        return status;
    digest_number(s, report.added);
    digest_number(s, report.skipped);
    digest_number(s, report.documents);
    return RLS_OK;
}

static rls_status
more_commits(scene *s, rls_writer *writer)
{
    rls_commit_report report;
    rls_status        status = CALL(rls_writer_delete)(writer, "a", &s->err);

    if (status == RLS_OK)
        status = CALL(rls_writer_delete_file)(writer, "l.jsonl", &s->err);
    if (status == RLS_OK)
        status = add_document(s, writer, "b", "Something else, in German: Häuser.");
    if (status == RLS_OK)
        status = CALL(rls_writer_commit)(writer, &report, &s->err);
    if (status != RLS_OK)
        return status;
    digest_number(s, report.replaced);
    digest_number(s, report.deleted);
    digest_number(s, report.documents);
    status = add_document(s, writer, "z", "Forgotten.");
    if (status == RLS_OK)
        status = CALL(rls_writer_rollback)(writer, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_writer_optimize)(writer, &s->err);
    return status;
}

static rls_status
write_index(scene *s)
{
    static const char  yaml[] = "fields:\n  tags: keyword\n";
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_schema        *schema = NULL, *made = NULL;
    rls_writer        *writer = NULL;
    rls_status         status;

    status = CALL(rls_schema_read)(yaml, strlen(yaml), "rsearch.yaml", &schema, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_schema_field)(schema, "title", RLS_FIELD_TEXT | RLS_FIELD_STORED, 2,
                                        "english", &s->err);
    if (status == RLS_OK)
        status = CALL(rls_schema_create)(&made, &s->err);
    options.schema = schema;
    if (status == RLS_OK)
        status = CALL(rls_writer_open)(s->folder, &options, &writer, &s->err);
    if (status == RLS_OK)
        status = first_commit(s, writer);
    if (status == RLS_OK)
        status = more_commits(s, writer);
    CALL(rls_writer_close)(writer);
    CALL(rls_schema_close)(schema);
    CALL(rls_schema_close)(made);
    return status;
}

/* --- reading --- */

static bool
see_field(void *context, const rls_field_info *field)
{
    digest_string(context, field->name);
    digest_number(context, field->documents);
    return true;
}

static bool
see_file(void *context, const rls_file_info *file)
{
    digest_string(context, file->name);
    return true;
}

static bool
see_term(void *context, const rls_term_entry *entry)
{
    digest_string(context, entry->form);
    digest_number(context, entry->documents);
    return true;
}

static rls_status
look_around(scene *s, rls_snapshot *snapshot)
{
    rls_snapshot_info info = {.struct_size = sizeof info};
    rls_snapshot     *again = NULL;
    const char       *label, *path;
    char              nearest[32];
    rls_status        status = CALL(rls_snapshot_refresh)(snapshot, &again, &s->err);

    CALL(rls_snapshot_close)(again);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_get_info)(snapshot, &info, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_fields)(snapshot, see_field, s, &s->err);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_files)(snapshot, see_file, s, &s->err);
    if (status == RLS_OK)
        status =
            CALL(rls_snapshot_nearest_field)(snapshot, "titel", nearest, sizeof nearest, &s->err);
    if (status != RLS_OK)
        return status;
    digest_string(s, nearest);
    digest_number(s, info.generation);
    digest_number(s, CALL(rls_snapshot_root_count)(snapshot));
    CALL(rls_snapshot_root)(snapshot, 0, &label, &path);
    digest_string(s, path);
    return CALL(rls_snapshot_check)(snapshot, NULL, NULL, &s->err);
}

static rls_status
see_words(scene *s, rls_snapshot *snapshot)
{
    static const char *const patterns[] = {"mu", "m?nition*", "c.*r", "munitons"};
    rls_status               status = RLS_OK;

    for (int match = RLS_TERMS_PREFIX; match <= RLS_TERMS_FUZZY && status == RLS_OK; match++) {
        rls_terms_options options = RLS_TERMS_OPTIONS_INIT;
        const char       *pattern = patterns[match];

        options.match = (rls_terms_match)match;
        status = CALL(rls_snapshot_terms)(snapshot, pattern, strlen(pattern), &options, see_term, s,
                                          &s->err);
    }
    return status;
}

static rls_status
complete(scene *s, rls_snapshot *snapshot)
{
    static const char *const typed[] = {"clus", "cluster mun", "ministers:ph", "oslo t"};
    rls_status               status = RLS_OK;

    for (size_t i = 0; i < sizeof typed / sizeof *typed && status == RLS_OK; i++) {
        const rls_suggestion *one;
        rls_suggestions      *found;

        status =
            CALL(rls_snapshot_suggest)(snapshot, typed[i], strlen(typed[i]), NULL, &found, &s->err);
        if (status != RLS_OK)
            break;
        digest_number(s, CALL(rls_suggestions_count)(found));
        for (uint32_t j = 0; (one = CALL(rls_suggestions_get)(found, j)) != NULL; j++)
            digest_text(s, one->query);
        CALL(rls_suggestions_close)(found);
    }
    return status;
}

/* Not every hit has a file, a title, a score. */
static rls_status
or_none(rls_status status)
{
    return status == RLS_NOT_FOUND ? RLS_OK : status;
}

static rls_status
see_hit(scene *s, rls_hits *hits, uint32_t i)
{
    const rls_snippet_span *places;
    const rls_factor       *factor;
    const rls_span         *spans;
    rls_freshness           freshness;
    rls_file_info           file;
    rls_hit_field           field;
    rls_text                text;
    uint32_t                count;
    rls_hit                 hit;
    rls_status              status = CALL(rls_hits_get)(hits, i, &hit, &s->err);

    if (status != RLS_OK)
        return status;
    digest_text(s, hit.key);
    digest_text(s, hit.body);
    digest_bytes(s, &hit.score, sizeof hit.score);
    digest_number(s, CALL(rls_hits_collapsed)(hits, i));
    status = or_none(CALL(rls_hits_file)(hits, i, &file, &s->err));
    if (status == RLS_OK)
        status = CALL(rls_hits_freshness)(hits, i, NULL, &freshness, &s->err);
    if (status == RLS_OK && hit.field_count > 0)
        status = CALL(rls_hits_field)(hits, i, 0, &field, &s->err);
    if (status == RLS_OK)
        status = or_none(CALL(rls_hits_find_field)(hits, i, "title", &field, &s->err));
    if (status == RLS_OK)
        status = CALL(rls_hits_snippet)(hits, i, NULL, &text, &s->err);
    if (status == RLS_OK) {
        digest_text(s, text);
        status = CALL(rls_hits_snippet_spans)(hits, i, NULL, &text, &places, &count, &s->err);
    }
    if (status == RLS_OK) {
        digest_number(s, count);
        status = CALL(rls_hits_spans)(hits, i, &spans, &count, &s->err);
    }
    if (status != RLS_OK)
        return status;
    digest_number(s, count);
    factor = NULL;
    status = or_none(CALL(rls_hits_explain)(hits, i, &factor, &s->err));
    if (factor != NULL)
        digest_bytes(s, &factor->value, sizeof factor->value);
    return status;
}

static rls_status
see_facets(scene *s, rls_hits *hits, uint32_t facet_count)
{
    rls_status status = RLS_OK;

    for (uint32_t i = 0; i < facet_count && status == RLS_OK; i++) {
        rls_facet       facet;
        rls_facet_value value;

        status = CALL(rls_hits_facet)(hits, i, &facet, &s->err);
        for (uint32_t j = 0; status == RLS_OK && j < facet.value_count; j++) {
            status = CALL(rls_hits_facet_value)(hits, i, j, &value, &s->err);
            if (status == RLS_OK)
                digest_text(s, value.value);
        }
    }
    return status;
}

/* Ends the hits. */
static rls_status
see_hits(scene *s, rls_hits *hits, uint32_t facet_count)
{
    const char *note;
    rls_text    text;
    rls_status  status;

    digest_number(s, CALL(rls_hits_total)(hits));
    digest_number(s, CALL(rls_hits_total_is_exact)(hits));
    digest_number(s, CALL(rls_hits_total_has_all_words)(hits));
    digest_number(s, CALL(rls_hits_timed_out)(hits));
    CALL(rls_hits_took_ns)(hits);
    digest_text(s, CALL(rls_hits_query)(hits));
    digest_string(s, CALL(rls_hits_next)(hits));
    for (uint32_t i = 0; (note = CALL(rls_hits_note)(hits, i)) != NULL; i++) {
        uint32_t start, end;

        digest_string(s, note);
        digest_number(s, (uint64_t)CALL(rls_hits_note_kind)(hits, i));
        CALL(rls_hits_get_note)(hits, i, &start, &end);
    }
    status = see_facets(s, hits, facet_count);
    for (uint32_t i = 0; status == RLS_OK && i < CALL(rls_hits_count)(hits); i++) {
        status = CALL(rls_hits_key)(hits, i, &text, NULL, &s->err);
        if (status == RLS_OK)
            status = see_hit(s, hits, i);
    }
    if (status == RLS_OK)
        status = CALL(rls_hits_suggestion)(hits, &text, &s->err);
    if (status == RLS_OK)
        digest_text(s, text);
    CALL(rls_hits_close)(hits);
    return status;
}

/* Every option of a search at once. */
static rls_status
search_text(scene *s, rls_snapshot *snapshot, const char *query, const rls_synonyms *synonyms)
{
    static const rls_facet_request facets[] = {
        {"ministers", RLS_FACET_VALUE, RLS_FACET_BY_COUNT, 10, true},
        {"date", RLS_FACET_MONTH, RLS_FACET_BY_VALUE, 10, false},
        {"pages", RLS_FACET_VALUE, RLS_FACET_BY_VALUE, 10, false}};
    static const rls_sort_key     sort[] = {{RLS_SORT_SCORE, true}, {"date", true}};
    static const rls_field_weight weight = {"title", 3};
    rls_search_options            options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits                     *hits;
    rls_status                    status;

    options.weights = &weight;
    options.weight_count = 1;
    options.sort = sort;
    options.sort_count = 2;
    options.facets = facets;
    options.facet_count = 3;
    options.collapse = RLS_COLLAPSE_NEAR;
    options.recency_half_life_days = 365;
    options.recency_now = 1200000000;
    options.synonyms = synonyms;
    status =
        CALL(rls_snapshot_search_text)(snapshot, query, strlen(query), &options, &hits, &s->err);
    return status == RLS_OK ? see_hits(s, hits, 3) : status;
}

static rls_status
search_texts(scene *s, rls_snapshot *snapshot)
{
    static const char *const queries[] = {
        "cluster munitions landmine",
        "\"munitions second\"~3 +clus* -nothing /c.+r/ munitons~1",
        "title:oslo OR =Māori ministers:\"Phil Goff\" date:2007..2008 (",
        "(cluster NEAR/4 munitions) AND nosuchfield:x",
    };
    static const char rules[] = "cluster, bomblet\nlandmine => mines of land\n";
    rls_synonyms     *synonyms;
    rls_status        status = CALL(rls_synonyms_parse)(rules, strlen(rules), &synonyms, &s->err);

    if (status != RLS_OK)
        return status;
    digest_number(s, CALL(rls_synonyms_count)(synonyms));
    for (size_t i = 0; i < sizeof queries / sizeof *queries && status == RLS_OK; i++)
        status = search_text(s, snapshot, queries[i], synonyms);
    CALL(rls_synonyms_close)(synonyms);
    return status;
}

static rls_status
search_like(scene *s, rls_snapshot *snapshot)
{
    rls_like_options like = RLS_LIKE_OPTIONS_INIT;
    rls_hits        *hits;
    rls_status       status;

    like.key = "b";
    status = CALL(rls_snapshot_like)(snapshot, &like, NULL, &hits, &s->err);
    if (status == RLS_OK)
        status = see_hits(s, hits, 0);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_get)(snapshot, "c", &hits, &s->err);
    if (status == RLS_OK)
        status = see_hits(s, hits, 0);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_get_with_matches)(snapshot, "b", "cluster munitions", 17, NULL,
                                                     &hits, &s->err);
    return status == RLS_OK ? see_hits(s, hits, 0) : status;
}

static rls_status
search_filtered(scene *s, rls_snapshot *snapshot)
{
    static const char *const ministers[] = {"Phil Goff", "Nobody"};
    rls_filter               filters[] = {{"ministers", ministers, 2, NULL, NULL},
                                          {"date", NULL, 0, "2000", "2020"}};
    rls_search_options       options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits                *hits;
    rls_status               status;

    options.filters = filters;
    options.filter_count = 2;
    status = CALL(rls_snapshot_search_text)(snapshot, "cluster OR munitions", 20, &options, &hits,
                                            &s->err);
    return status == RLS_OK ? see_hits(s, hits, 0) : status;
}

/* A query with one of each kind of leaf. */
static rls_status
build_query(scene *s, rls_query *query)
{
    rls_phrase_options stems = RLS_PHRASE_OPTIONS_INIT;
    rls_role           plain = RLS_ROLE_PLAIN;
    rls_error         *err = &s->err;
    rls_status status = CALL(rls_query_word)(query, NULL, "munitions", false, 1, plain, err);

    stems.stems = true;
    if (status == RLS_OK)
        status = CALL(rls_query_phrase)(query, NULL, "cluster munitions", 2, plain, err);
    if (status == RLS_OK)
        status =
            CALL(rls_query_phrase_with)(query, NULL, "second sentences", &stems, 1, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_prefix)(query, "title", "clus", 1, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_wildcard)(query, NULL, "m*tions", 1, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_regex)(query, NULL, "c.+r", 1, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_fuzzy)(query, NULL, "munitons", 1, 1, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_open_group)(query, RLS_GROUP_OR, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_exists)(query, "date", plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_all)(query, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_value)(query, "ministers", "Phil Goff", plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_range)(query, "date", "2007", "2008", plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_weigh_group)(query, 2, err);
    if (status == RLS_OK)
        status = CALL(rls_query_close_group)(query, err);
    if (status == RLS_OK)
        status = CALL(rls_query_open_near)(query, 4, false, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_word)(query, NULL, "cluster", false, 1, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_word)(query, NULL, "second", false, 1, plain, err);
    if (status == RLS_OK)
        status = CALL(rls_query_close_group)(query, err);
    if (status == RLS_OK)
        status = CALL(rls_query_narrow)(query, err);
    return status == RLS_OK
               ? CALL(rls_query_word)(query, NULL, "landmines", false, 1, RLS_ROLE_MUST_NOT, err)
               : status;
}

static rls_status
search_queries(scene *s, rls_snapshot *snapshot)
{
    static const char text[] = "cluster AND (munitions";
    rls_query        *built = NULL, *parsed = NULL;
    rls_hits         *hits;
    rls_status        status = CALL(rls_query_parse)(text, strlen(text), false, &parsed, &s->err);

    if (status == RLS_OK) {
        digest_string(s, CALL(rls_query_get_note)(parsed, 0, NULL, NULL));
        status = CALL(rls_query_create)(RLS_GROUP_BAG, &built, &s->err);
    }
    if (status == RLS_OK)
        status = build_query(s, built);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_search)(snapshot, built, NULL, &hits, &s->err);
    if (status == RLS_OK)
        status = see_hits(s, hits, 0);
    if (status == RLS_OK)
        status = CALL(rls_snapshot_search)(snapshot, parsed, NULL, &hits, &s->err);
    if (status == RLS_OK)
        status = see_hits(s, hits, 0);
    CALL(rls_query_close)(built);
    CALL(rls_query_close)(parsed);
    return status;
}

static rls_status
read_index(scene *s, rls_io_mode io, rls_status (*use)(scene *s, rls_snapshot *snapshot))
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_snapshot        *snapshot;
    rls_status           status;

    options.io = io;
    options.verify = true;
    status = CALL(rls_snapshot_open)(s->folder, &options, &snapshot, &s->err);
    if (status != RLS_OK)
        return status;
    status = use(s, snapshot);
    CALL(rls_snapshot_close)(snapshot);
    return status;
}

static rls_status
scene_look(scene *s)
{
    rls_status status = read_index(s, RLS_IO_MODE_READ, look_around);

    return status == RLS_OK ? read_index(s, RLS_IO_MODE_MAP, see_words) : status;
}

static rls_status
scene_complete(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, complete);
}

static rls_status
scene_texts(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, search_texts);
}

static rls_status
scene_like(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, search_like);
}

static rls_status
scene_filters(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, search_filtered);
}

static rls_status
scene_queries(scene *s)
{
    return read_index(s, RLS_IO_MODE_MAP, search_queries);
}

/* An index without bodies, which are read back from their files. */
static rls_status
scene_files(scene *s)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_writer        *writer;
    char               label[64];
    rls_status         status;

    options.store = false;
    status = CALL(rls_writer_open)(s->folder, &options, &writer, &s->err);
    if (status != RLS_OK)
        return status;
    status = CALL(rls_writer_root)(writer, s->root, label, sizeof label, &s->err);
    if (status == RLS_OK)
        status = add_path(s, writer);
    if (status == RLS_OK)
        status = add_document(s, writer, "b", "Another document.");
    if (status == RLS_OK)
        status = CALL(rls_writer_commit)(writer, NULL, &s->err);
    CALL(rls_writer_close)(writer);
    return status == RLS_OK ? read_index(s, RLS_IO_MODE_MAP, search_texts) : status;
}

static void
see_problem(void *context, const char *file, const char *section, const char *message)
{
    (void)file;
    (void)message;
    digest_string(context, section);
}

static rls_status
scene_repair(scene *s)
{
    rls_repair_report report;
    rls_status status = CALL(rls_index_repair)(s->folder, NULL, see_problem, s, &report, &s->err);

    if (status != RLS_OK)
        return status;
    digest_number(s, report.documents);
    digest_number(s, report.saved);
    digest_number(s, report.lost);
    return RLS_OK;
}

/* These answer from constants: nothing can fail. */
static rls_status
scene_constants(scene *s)
{
    digest_string(s, CALL(rls_version)());
    digest_number(s, CALL(rls_index_format)());
    digest_string(s, CALL(rls_status_name)(RLS_OK));
    digest_number(s, CALL(rls_character_width)('a'));
    return RLS_OK;
}

/* --- what they find --- */

static void
empty_folder(const scene *s)
{
    DIR                 *stream = opendir(s->folder);
    const struct dirent *entry;

    CHECK(stream != NULL);
    while ((entry = readdir(stream)) != NULL) {
        if (entry->d_name[0] != '.')
            remove(rls_test_path(s->folder, entry->d_name));
    }
    closedir(stream);
}

static void
write_whole(const scene *s)
{
    scene writing = *s;

    empty_folder(s);
    CHECK_OK(write_index(&writing));
}

/* The middle byte of each segment is another. */
static void
write_damaged(const scene *s)
{
    const struct dirent *entry;
    DIR                 *stream;

    write_whole(s);
    stream = opendir(s->folder);
    CHECK(stream != NULL);
    while ((entry = readdir(stream)) != NULL) {
        FILE *file;
        long  middle;
        int   byte;

        if (strstr(entry->d_name, ".seg") == NULL)
            continue;
        file = fopen(rls_test_path(s->folder, entry->d_name), "r+b");
        CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
        middle = ftell(file) / 2;
        CHECK(fseek(file, middle, SEEK_SET) == 0 && (byte = fgetc(file)) != EOF);
        CHECK(fseek(file, middle, SEEK_SET) == 0 && fputc(byte ^ 0xff, file) != EOF);
        CHECK(fclose(file) == 0);
    }
    closedir(stream);
}

const scene_kind scene_kinds[] = {
    {"files", empty_folder, scene_files},
    {"write", empty_folder, write_index},
    {"repair", write_damaged, scene_repair},
    {"look", NULL, scene_look},
    {"complete", NULL, scene_complete},
    {"search texts", NULL, scene_texts},
    {"like", NULL, scene_like},
    {"filters", NULL, scene_filters},
    {"search queries", NULL, scene_queries},
    {"constants", NULL, scene_constants},
};
const size_t scene_count = sizeof scene_kinds / sizeof *scene_kinds;
