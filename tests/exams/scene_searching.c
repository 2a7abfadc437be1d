#include "scene_searching.h"

#include <string.h>

#include "scene_calls.h"

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

rls_status
scene_search_texts(scene *s, rls_snapshot *snapshot)
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

rls_status
scene_search_like(scene *s, rls_snapshot *snapshot)
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

rls_status
scene_search_filtered(scene *s, rls_snapshot *snapshot)
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

rls_status
scene_search_queries(scene *s, rls_snapshot *snapshot)
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
