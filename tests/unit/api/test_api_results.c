/* What hits tell beyond their documents: explanations, freshness; documents that are like others.
 */
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "analysis/analyzer.h"
#include "sample.h"
#include "support/heap_faulty.h"
#include "support/random_corpus.h"

static const sample_document documents[] = {
    {"a", "Oslo talks", "Cluster munitions and landmines. A second sentence."},
    {"b", "Dublin talks", "Cluster **munitions**, disarmament."},
    {"c", "Weather", "Other words, but munitions too."},
};

TEST(an_explanation_has_the_score_at_its_root_and_needs_neither_query_nor_options)
{
    rls_snapshot      *snapshot = sample_open(sample_index(documents, 3));
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    char               field[] = "title";
    rls_field_weight   weight = {field, 4};
    const rls_factor  *factor;
    rls_error          failure = {.message = ""};
    rls_query         *query;
    rls_hits          *hits;

    options.weights = &weight;
    options.weight_count = 1;
    CHECK_OK(rls_query_parse("dublin munitions", 16, false, &query, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, &options, &hits, NULL));
    rls_query_close(query);
    memset(field, 'x', 5);
    for (uint32_t i = 0; i < 3; i++) {
        double score;
        CHECK_OK(rls_hits_key(hits, i, NULL, &score, NULL));
        SAMPLE_OK(rls_hits_explain(hits, i, &factor, &failure), failure);
        CHECK(factor->value == score && score > 0);
        CHECK_EQ_U64(factor->kind, RLS_FACTOR_SUM);
        CHECK_EQ_U64(factor->part_count, i == 0 ? 2 : 1);
    }
    SAMPLE_REFUSED(rls_hits_explain(NULL, 0, &factor, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_explain(hits, 3, &factor, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_explain(hits, 0, NULL, &err), RLS_BAD_ARGUMENT);
    rls_hits_close(hits);
    CHECK_OK(rls_snapshot_get(snapshot, "a", &hits, NULL));
    SAMPLE_REFUSED(rls_hits_explain(hits, 0, &factor, &err), RLS_NOT_FOUND);
    CHECK(factor == NULL);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(a_query_for_any_value_of_a_text_field_is_explained_after_its_end)
{
    rls_snapshot     *snapshot = sample_open(sample_index(documents, 3));
    const rls_factor *factor;
    rls_query        *query;
    rls_hits         *hits;

    CHECK_OK(rls_query_create(RLS_GROUP_AND, &query, NULL));
    CHECK_OK(rls_query_exists(query, "title", RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, NULL, &hits, NULL));
    rls_query_close(query);
    CHECK(rls_hits_count(hits) > 0);
    for (uint32_t i = 0; i < rls_hits_count(hits); i++)
        CHECK_OK(rls_hits_explain(hits, i, &factor, NULL));
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

/* --- likeness --- */

static rls_hits *
like(rls_snapshot *snapshot, const char *key, const char *text, uint32_t words, uint32_t limit,
     uint32_t skip)
{
    rls_like_options   what = RLS_LIKE_OPTIONS_INIT;
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_error          err = {.message = ""};
    rls_hits          *hits;

    what.key = key;
    what.text = text;
    what.text_size = text == NULL ? 0 : strlen(text);
    what.words = words;
    options.limit = limit;
    options.skip = skip;
    options.k1 = 1.2f;
    options.b = 0.75f;
    SAMPLE_OK(rls_snapshot_like(snapshot, &what, &options, &hits, &err), err);
    return hits;
}

TEST(like_finds_others_but_neither_the_document_nor_its_copies)
{
    static const sample_document releases[] = {
        {"a", "Oslo treaty", "A ban on cluster munitions was signed in Oslo."},
        {"b", "Other title", "A ban on cluster munitions was signed in Oslo."},
        {"c", "Dublin", "Talks on cluster munitions in Dublin end with a ban."},
        {"d", "Weather", "Rain in Dublin."},
        {"e", "Sport", "A game was won."},
    };
    rls_snapshot *snapshot = sample_open(sample_index(releases, 5));
    rls_hits     *hits;
    rls_text      query;

    CHECK_EQ_STR(sample_keys(like(snapshot, "a", NULL, 5, 10, 0)), "c ");
    CHECK_EQ_STR(sample_keys(like(snapshot, "b", NULL, 5, 10, 0)), "c ");
    CHECK_EQ_STR(sample_keys(like(snapshot, "c", NULL, 25, 3, 0)), "d a b ");
    CHECK_EQ_STR(sample_keys(like(snapshot, "c", NULL, 25, 2, 1)), "a b ");
    CHECK_EQ_STR(sample_keys(like(snapshot, NULL, "munitions in Dublin", 25, 1, 0)), "c ");
    CHECK_EQ_STR(sample_keys(like(snapshot, NULL, releases[3].body, 25, 1, 0)), "c ");
    CHECK_EQ_STR(sample_keys(like(snapshot, NULL, "", 25, 1, 0)), "");
    CHECK_EQ_STR(sample_keys(like(snapshot, NULL, "unheard", 25, 1, 0)), "");
    CHECK_EQ_STR(sample_keys(like(snapshot, "c", NULL, 25, 0, 0)), "");
    hits = like(snapshot, NULL, "Dublin dublin and Munitions", 25, 10, 0);
    query = rls_hits_query(hits);
    CHECK_EQ_BYTES(query.data, query.size, "Dublin^1.7 Munitions");
    rls_hits_close(hits);
    CHECK_EQ_U64(rls_hits_query(NULL).size, 0);
    rls_snapshot_close(snapshot);
}

TEST(misuse_of_likeness_is_told)
{
    rls_snapshot      *snapshot = sample_open(sample_index(documents, 3));
    rls_like_options   what = RLS_LIKE_OPTIONS_INIT;
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits          *hits = (rls_hits *)(void *)1;

    CHECK(what.struct_size == sizeof what && what.words == 25);
    CHECK(what.key == NULL && what.text == NULL && what.text_size == 0);
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    CHECK(hits == NULL);
    what.key = "a";
    SAMPLE_REFUSED(rls_snapshot_like(NULL, &what, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, NULL, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    what.text = "a";
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    what.text = NULL;
    what.words = 0;
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    what.words = 257;
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    what.words = 5;
    what.struct_size = 1;
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, NULL, &hits, &err), RLS_BAD_ARGUMENT);
    what.struct_size = sizeof what;
    options.skip = options.limit = 600000;
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, &options, &hits, &err), RLS_BAD_ARGUMENT);
    options.struct_size = 1;
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, &options, &hits, &err), RLS_BAD_ARGUMENT);
    what.key = "none";
    SAMPLE_REFUSED(rls_snapshot_like(snapshot, &what, NULL, &hits, &err), RLS_NOT_FOUND);
    rls_snapshot_close(snapshot);
}

/* Words of a document as a naive count has them. */
typedef struct naive_word {
    char   term[64], surface[64];
    double count, surface_count;
} naive_word;

typedef struct naive_document {
    naive_word *words;
    size_t      count;
} naive_document;

static void
naive_copy(char *out, rls_bytes bytes)
{
    CHECK(bytes.size < 64);
    memcpy(out, bytes.data, bytes.size);
    out[bytes.size] = '\0';
}

static void
naive_add(naive_document *into, rls_analyzer *analyzer, const char *text, double times)
{
    static naive_word surfaces[4000]; /* of this text */
    size_t            surface_count = 0;
    rls_tokenizer     tokenizer;
    rls_token         tokens[64];
    size_t            count;

    rls_tokenizer_init(&tokenizer, rls_bytes_of(text, strlen(text)), 0);
    while ((count = rls_tokenizer_fill(&tokenizer, tokens, 64)) > 0) {
        for (size_t i = 0; i < count; i++) {
            rls_bytes surface =
                rls_bytes_of(text + tokens[i].start, tokens[i].end - tokens[i].start);
            rls_bytes  term;
            size_t     at = 0;
            naive_word one = {.count = times};
            if ((tokens[i].flags & RLS_TOKEN_WHOLE) || surface.size > 60)
                continue;
            CHECK_OK(rls_analyzer_term(analyzer, surface, &term, NULL));
            naive_copy(one.term, term);
            naive_copy(one.surface, surface);
            while (at < surface_count && strcmp(surfaces[at].surface, one.surface) != 0)
                at++;
            if (at == surface_count) {
                CHECK(surface_count < 4000);
                surfaces[surface_count++] = one;
            } else {
                surfaces[at].count += times;
            }
        }
    }
    for (size_t i = 0; i < surface_count; i++) {
        size_t at = 0;
        while (at < into->count && strcmp(into->words[at].term, surfaces[i].term) != 0)
            at++;
        if (at == into->count) {
            into->words = realloc(into->words, (into->count + 1) * sizeof *into->words);
            into->words[into->count++] = (naive_word){.surface = ""};
            strcpy(into->words[at].term, surfaces[i].term);
        }
        into->words[at].count += surfaces[i].count;
        if (surfaces[i].count > into->words[at].surface_count ||
            (surfaces[i].count == into->words[at].surface_count &&
             strcmp(surfaces[i].surface, into->words[at].surface) < 0)) {
            into->words[at].surface_count = surfaces[i].count;
            strcpy(into->words[at].surface, surfaces[i].surface);
        }
    }
}

static double
naive_worth(const naive_document *all, size_t document_count, const naive_word *word)
{
    double with = 0;

    for (size_t d = 0; d < document_count; d++) {
        for (size_t i = 0; i < all[d].count; i++)
            with += strcmp(all[d].words[i].term, word->term) == 0;
    }
    if (with < 2)
        return 0;
    return (1 + log(word->count)) * log(1 + ((double)document_count - with + 0.5) / (with + 0.5));
}

/* The words that tell most about document d, as a query. */
static void
naive_query(const naive_document *all, size_t document_count, size_t d, uint32_t limit, char *out)
{
    double *worth = malloc((all[d].count + 1) * sizeof *worth);

    out[0] = '\0';
    for (size_t i = 0; i < all[d].count; i++)
        worth[i] = naive_worth(all, document_count, &all[d].words[i]);
    for (uint32_t n = 0; n < limit; n++) {
        size_t best = all[d].count;
        for (size_t i = 0; i < all[d].count; i++) {
            if (worth[i] > 0 && (best == all[d].count || worth[i] > worth[best] ||
                                 (worth[i] == worth[best] &&
                                  strcmp(all[d].words[i].surface, all[d].words[best].surface) < 0)))
                best = i;
        }
        if (best == all[d].count)
            break;
        sprintf(out + strlen(out), "%s%s", n > 0 ? " " : "", all[d].words[best].surface);
        if (all[d].words[best].count > 1)
            sprintf(out + strlen(out), "^%.1f", 1 + log(all[d].words[best].count));
        worth[best] = 0;
    }
    free(worth);
}

/* The same words searched for one by one, the document left out. */
static const char *
naive_hits(rls_snapshot *snapshot, const char *query, const char *key)
{
    static char        keys[4096];
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    char               words[8192], *rest = words, *word;
    rls_query         *built;
    rls_hits          *hits;
    uint32_t           told = 0;

    options.ranking = RLS_RANKING_BM25F;
    options.k1 = 1.2f;
    options.b = 0.75f;
    options.match = RLS_MATCH_ANY;
    options.limit = 100;
    strcpy(words, query);
    CHECK_OK(rls_query_create(RLS_GROUP_BAG, &built, NULL));
    while ((word = strsep(&rest, " ")) != NULL) {
        char *boost = strchr(word, '^');
        if (boost != NULL)
            *boost++ = '\0';
        CHECK_OK(rls_query_word(built, NULL, word, false, boost == NULL ? 1 : strtof(boost, NULL),
                                RLS_ROLE_PLAIN, NULL));
    }
    CHECK_OK(rls_snapshot_search(snapshot, built, &options, &hits, NULL));
    keys[0] = '\0';
    for (uint32_t i = 0; told < 10 && i < rls_hits_count(hits); i++) {
        rls_text found;
        CHECK_OK(rls_hits_key(hits, i, &found, NULL, NULL));
        if (strlen(key) == found.size && memcmp(found.data, key, found.size) == 0)
            continue;
        sprintf(keys + strlen(keys), "%.*s ", (int)found.size, found.data);
        told++;
    }
    rls_hits_close(hits);
    rls_query_close(built);
    return keys;
}

TEST(like_chooses_the_words_of_a_naive_count_and_finds_what_they_find)
{
    rls_random     random = {rls_test_seed()};
    rls_corpus    *corpus = rls_corpus_new(rls_random_next(&random), 50, 60);
    naive_document all[50] = {{0}};
    const char    *folder = rls_test_temp_folder();
    rls_writer    *writer = sample_writer(folder, NULL);
    rls_snapshot  *snapshot;
    rls_analyzer  *analyzer;
    rls_heap       heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_analyzer_new(&heap, rls_bytes_of("en", 2), &analyzer, NULL));
    for (size_t i = 0; i < corpus->count; i++) {
        rls_corpus_document *from = &corpus->documents[i];
        sample_add(writer, from->key, from->title, from->body, false);
        naive_add(&all[i], analyzer, from->title, 3);
        naive_add(&all[i], analyzer, from->body, 1);
        if (i == 20)
            sample_commit(writer);
    }
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    for (size_t i = 0; i < corpus->count; i++) {
        const char *key = corpus->documents[i].key;
        char        wanted[8192], found[8192];
        rls_hits   *hits = like(snapshot, key, NULL, 25, 10, 0);
        rls_text    query = rls_hits_query(hits);
        naive_query(all, corpus->count, i, 25, wanted);
        sprintf(found, "%.*s", (int)query.size, query.data);
        CHECK_EQ_STR(found, wanted);
        if (strstr(corpus->documents[i].body, " ") != NULL)
            CHECK_EQ_STR(sample_keys(hits), naive_hits(snapshot, found, key));
        else
            rls_hits_close(hits);
    }
    for (size_t i = 0; i < corpus->count; i++)
        free(all[i].words);
    rls_snapshot_close(snapshot);
    rls_analyzer_free(analyzer);
    rls_corpus_free(corpus);
}

/* --- freshness --- */

static void
add_path(rls_writer *writer, const char *path, const char *name)
{
    rls_file    file = RLS_FILE_INIT;
    struct stat info;

    CHECK(stat(path, &info) == 0);
    file.path = path;
    file.name = name;
    file.size = (uint64_t)info.st_size;
    file.mtime_ns = info.st_mtim.tv_sec * INT64_C(1000000000) + info.st_mtim.tv_nsec;
    file.inode = info.st_ino;
    CHECK_OK(rls_writer_add_file(writer, &file, NULL));
}

static rls_freshness
freshness(const char *folder, const char *key, const char *root)
{
    rls_snapshot *snapshot = sample_open(folder);
    rls_freshness found;
    rls_error     err = {.message = ""};
    rls_hits     *hits;

    SAMPLE_OK(rls_snapshot_get(snapshot, key, &hits, &err), err);
    SAMPLE_OK(rls_hits_freshness(hits, 0, root, &found, &err), err);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
    return found;
}

TEST(a_hit_tells_whether_its_file_is_fresh_changed_or_gone)
{
    const char     *folder = rls_test_temp_folder(), *files = rls_test_temp_folder();
    rls_writer     *writer = sample_writer(folder, NULL);
    struct timespec later[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1180915200}};
    char            label[32], path[256];

    sample_write_file(rls_test_path(files, "a.md"), "some words");
    CHECK_OK(rls_writer_root(writer, files, label, sizeof label, NULL));
    snprintf(path, sizeof path, "%s", rls_test_path(files, "a.md"));
    add_path(writer, path, "a.md");
    sample_add(writer, "b", NULL, "of no file", false);
    sample_commit(writer);
    rls_writer_close(writer);

    CHECK_EQ_U64(freshness(folder, "a.md", NULL), RLS_FRESH);
    CHECK_EQ_U64(freshness(folder, "a.md", files), RLS_FRESH);
    CHECK_EQ_U64(freshness(folder, "a.md", "/nowhere/at/all"), RLS_GONE);
    CHECK_EQ_U64(freshness(folder, "b", NULL), RLS_FRESHNESS_UNKNOWN);

    CHECK(utimensat(AT_FDCWD, path, later, 0) == 0);
    CHECK_EQ_U64(freshness(folder, "a.md", NULL), RLS_FRESH); /* the same bytes */
    sample_write_file(path, "same words");
    CHECK_EQ_U64(freshness(folder, "a.md", NULL), RLS_CHANGED); /* the same size */
    sample_write_file(path, "other words");
    CHECK_EQ_U64(freshness(folder, "a.md", NULL), RLS_CHANGED);
    CHECK(unlink(path) == 0);
    CHECK_EQ_U64(freshness(folder, "a.md", NULL), RLS_GONE);
    CHECK(mkdir(path, 0700) == 0);
    CHECK_EQ_U64(freshness(folder, "a.md", NULL), RLS_CHANGED);
}

TEST(misuse_of_freshness_is_told)
{
    rls_snapshot *snapshot = sample_open(sample_index(documents, 3));
    rls_freshness found = RLS_FRESH;
    rls_hits     *hits;

    CHECK_OK(rls_snapshot_get(snapshot, "a", &hits, NULL));
    SAMPLE_REFUSED(rls_hits_freshness(NULL, 0, NULL, &found, &err), RLS_BAD_ARGUMENT);
    CHECK_EQ_U64(found, RLS_FRESHNESS_UNKNOWN);
    SAMPLE_REFUSED(rls_hits_freshness(hits, 1, NULL, &found, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_freshness(hits, 0, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

/* --- faults --- */

static rls_status
ask_all(const char *folder, const rls_allocator *allocator, rls_error *err)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_like_options     what = RLS_LIKE_OPTIONS_INIT;
    const rls_factor    *factor;
    rls_freshness        found;
    rls_snapshot        *snapshot;
    rls_hits            *hits = NULL;
    rls_status           status;

    options.allocator = allocator;
    what.key = "a";
    status = rls_snapshot_open(folder, &options, &snapshot, err);
    if (status != RLS_OK)
        return status;
    status = rls_snapshot_like(snapshot, &what, NULL, &hits, err);
    CHECK((status == RLS_OK) == (hits != NULL));
    if (status == RLS_OK)
        status = rls_hits_explain(hits, 0, &factor, err);
    if (status == RLS_OK)
        status = rls_hits_freshness(hits, 0, "/nowhere", &found, err);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
    return status;
}

TEST(questions_about_documents_survive_the_failure_of_any_allocation)
{
    const char *folder = sample_index(documents, 3);

    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_error       failure = {.message = ""};
        rls_status      status;
        rls_heap_faulty_init(&faulty, n, false);
        status = ask_all(folder, &faulty.allocator, &failure);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed) {
            SAMPLE_OK(status, failure);
            break;
        }
        if (status != RLS_OK && (status != RLS_NO_MEMORY || failure.message[0] == '\0'))
            rls_test_fail(__FILE__, __LINE__, "request %" PRIu64 " failing gives %d: %s", n,
                          (int)status, failure.message);
        CHECK(n < 5000);
    }
}
