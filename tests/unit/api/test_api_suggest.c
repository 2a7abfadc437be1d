#include "analysis/analyzer.h"
#include "sample.h"
#include "support/heap_faulty.h"
#include "support/random_corpus.h"

static rls_suggestions *
suggest(rls_snapshot *snapshot, const char *typed, uint32_t kinds, uint32_t limit)
{
    rls_suggest_options options = RLS_SUGGEST_OPTIONS_INIT;
    rls_error           err = {.message = ""};
    rls_suggestions    *found;

    options.kinds = kinds;
    options.limit = limit;
    SAMPLE_OK(rls_snapshot_suggest(snapshot, typed, strlen(typed), &options, &found, &err), err);
    return found;
}

/* The queries suggested, each with its count, "|" behind each; static storage. */
static const char *
queries(rls_snapshot *snapshot, const char *typed, uint32_t kinds)
{
    static char      told[4096];
    size_t           size = 0;
    rls_suggestions *found = suggest(snapshot, typed, kinds, 5);

    told[0] = '\0';
    for (uint32_t i = 0; i < rls_suggestions_count(found); i++) {
        const rls_suggestion *one = rls_suggestions_get(found, i);
        CHECK(one->end == strlen(typed) && one->start <= one->end);
        size += (size_t)snprintf(told + size, sizeof told - size, "%.*s %" PRIu64 "|",
                                 (int)one->query.size, one->query.data, one->count);
    }
    CHECK(rls_suggestions_get(found, rls_suggestions_count(found)) == NULL);
    rls_suggestions_close(found);
    return told;
}

static void
add_release(rls_writer *writer, const char *key, const char *title, const char *minister,
            const char *body)
{
    rls_document *document;

    CHECK_OK(rls_document_create(key, &document, NULL));
    CHECK_OK(rls_document_add(document, "title", title, strlen(title), NULL));
    if (minister != NULL)
        CHECK_OK(rls_document_add(document, "ministers", minister, strlen(minister), NULL));
    CHECK_OK(rls_document_body(document, body, strlen(body), false, NULL));
    CHECK_OK(rls_writer_add(writer, document, NULL));
    rls_document_close(document);
}

static rls_snapshot *
open_releases(void)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;

    add_release(writer, "a", "Ban on munitions", "Phil Goff",
                "Cluster munitions munitions munition. The minister of ministers");
    add_release(writer, "b", "Tax", "Hon Phil Twyford",
                "Minister Ministerial minister munched happily happy");
    add_release(writer, "c", "Cluster", "Hon Phil Goff", "Munitions Mūsic");
    sample_commit(writer);
    add_release(writer, "d", "Vanishing", "Gone Person", "vanished munted");
    sample_commit(writer);
    CHECK_OK(rls_writer_delete(writer, "d", NULL));
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    return snapshot;
}

TEST(the_last_word_goes_on_as_the_frequent_words)
{
    rls_snapshot *snapshot = open_releases();

    CHECK_EQ_STR(queries(snapshot, "mun", RLS_SUGGEST_WORD), "munitions 4|munched 1|");
    CHECK_EQ_STR(queries(snapshot, "MUNITIONS", RLS_SUGGEST_WORD), "");
    CHECK_EQ_STR(queries(snapshot, "x (Mus", RLS_SUGGEST_WORD), "x (Mūsic 1|");
    CHECK_EQ_STR(queries(snapshot, "munitio", RLS_SUGGEST_WORD), "munitions 4|");
    CHECK_EQ_STR(queries(snapshot, "happ", RLS_SUGGEST_WORD), "happily 1|happy 1|");
    CHECK_EQ_STR(queries(snapshot, "mun ", RLS_SUGGEST_WORD), "");
    CHECK_EQ_STR(queries(snapshot, "", 0), "");
    CHECK_EQ_STR(queries(snapshot, "van", RLS_SUGGEST_WORD), "");
    CHECK_EQ_STR(queries(snapshot, "title:mun", RLS_SUGGEST_WORD),
                 "title:munitions 4|title:munched 1|");
    CHECK_EQ_STR(queries(snapshot, "ministers:mun", RLS_SUGGEST_WORD), "");
    rls_snapshot_close(snapshot);
}

TEST(words_that_stand_beside_the_ones_before_come_first)
{
    rls_snapshot *snapshot = open_releases();

    CHECK_EQ_STR(queries(snapshot, "happily mun", RLS_SUGGEST_WORD),
                 "happily munched 1|happily munitions 4|");
    CHECK_EQ_STR(queries(snapshot, "\"cluster mun", RLS_SUGGEST_WORD),
                 "\"cluster munitions 4|\"cluster munched 1|");
    rls_snapshot_close(snapshot);
}

TEST(values_are_found_by_any_word_and_stand_in_place_of_what_they_have)
{
    rls_snapshot *snapshot = open_releases();

    CHECK_EQ_STR(queries(snapshot, "tax gof", RLS_SUGGEST_VALUE),
                 "tax ministers:\"Hon Phil Goff\" 1|tax ministers:\"Phil Goff\" 1|");
    CHECK_EQ_STR(queries(snapshot, "tax phil tw", RLS_SUGGEST_VALUE),
                 "tax ministers:\"Hon Phil Twyford\" 1|");
    CHECK_EQ_STR(queries(snapshot, "tax ministers:\"phil tw", RLS_SUGGEST_VALUE),
                 "tax ministers:\"Hon Phil Twyford\" 1|");
    CHECK_EQ_STR(queries(snapshot, "title:phil", RLS_SUGGEST_VALUE), "");
    CHECK_EQ_STR(queries(snapshot, "erson", RLS_SUGGEST_VALUE), "");
    CHECK_EQ_STR(queries(snapshot, "gone", RLS_SUGGEST_VALUE), "");
    rls_snapshot_close(snapshot);
}

TEST(titles_have_the_words_before_and_one_that_goes_on_from_the_last)
{
    rls_snapshot *snapshot = open_releases();

    CHECK_EQ_STR(queries(snapshot, "mun", RLS_SUGGEST_TITLE), "title:\"Ban on munitions\" 1|");
    CHECK_EQ_STR(queries(snapshot, "munched ban o", RLS_SUGGEST_TITLE), "");
    CHECK_EQ_STR(queries(snapshot, "munitions ban o", RLS_SUGGEST_TITLE),
                 "title:\"Ban on munitions\" 1|");
    CHECK_EQ_STR(queries(snapshot, "x (title:bann", RLS_SUGGEST_TITLE), "");
    CHECK_EQ_STR(queries(snapshot, "x (title:ban", RLS_SUGGEST_TITLE),
                 "x (title:\"Ban on munitions\" 1|");
    CHECK_EQ_STR(queries(snapshot, "ministers:ban", RLS_SUGGEST_TITLE), "");
    CHECK_EQ_STR(queries(snapshot, "tax", RLS_SUGGEST_TITLE), "title:\"Tax\" 1|");
    CHECK_EQ_STR(queries(snapshot, "ta", RLS_SUGGEST_TITLE), "");
    CHECK_EQ_STR(queries(snapshot, "vanish", RLS_SUGGEST_TITLE), "");
    rls_snapshot_close(snapshot);
}

TEST(quotation_marks_in_titles_do_not_end_their_quotes_and_titles_are_told_once)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;

    add_release(writer, "a", "A \"free\" “trade” deal", "The \"Rt\" Person", "x");
    add_release(writer, "b", "A \"Free\" “trade” deal", NULL, "y");
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(queries(snapshot, "free tra", RLS_SUGGEST_TITLE),
                 "title:\"A  free   trade  deal\" 1|");
    CHECK_EQ_STR(queries(snapshot, "pers", RLS_SUGGEST_VALUE), "");
    CHECK_EQ_STR(sample_found(snapshot, "title:\"A  free   trade  deal\""), "a b ");
    rls_snapshot_close(snapshot);
}

TEST(suggested_titles_are_found_by_their_queries)
{
    rls_random    random = {rls_test_seed()};
    rls_corpus   *corpus = rls_corpus_new(rls_random_next(&random), 60, 60);
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    uint32_t      told = 0;
    rls_snapshot *snapshot;

    for (size_t i = 0; i < corpus->count; i++)
        add_release(writer, corpus->documents[i].key, corpus->documents[i].title, NULL,
                    corpus->documents[i].body);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    for (int round = 0; round < 100; round++) {
        const char      *title = corpus->documents[rls_random_below(&random, 60)].title;
        char             typed[256];
        rls_suggestions *found;
        snprintf(typed, sizeof typed, "%.*s", 3 + (int)rls_random_below(&random, 30), title);
        found = suggest(snapshot, typed, RLS_SUGGEST_TITLE, 5);
        for (uint32_t i = 0; i < rls_suggestions_count(found); i++) {
            const rls_suggestion *one = rls_suggestions_get(found, i);
            rls_hits             *hits;
            CHECK_OK(rls_snapshot_search_text(snapshot, one->query.data, one->query.size, NULL,
                                              &hits, NULL));
            CHECK(rls_hits_total(hits) > 0);
            rls_hits_close(hits);
            told++;
        }
        rls_suggestions_close(found);
    }
    CHECK(told > 30);
    rls_snapshot_close(snapshot);
    rls_corpus_free(corpus);
}

TEST(misuse_of_suggestions_is_told)
{
    rls_snapshot       *snapshot = open_releases();
    rls_suggest_options options = RLS_SUGGEST_OPTIONS_INIT;
    rls_suggestions    *found = (rls_suggestions *)(void *)1;

    CHECK_EQ_U64(options.struct_size, sizeof options);
    CHECK_EQ_U64(options.limit, 5);
    CHECK_EQ_U64(options.kinds, 0);
    SAMPLE_REFUSED(rls_snapshot_suggest(NULL, "a", 1, NULL, &found, &err), RLS_BAD_ARGUMENT);
    CHECK(found == NULL);
    SAMPLE_REFUSED(rls_snapshot_suggest(snapshot, NULL, 1, NULL, &found, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_suggest(snapshot, "a", 1, NULL, NULL, &err), RLS_BAD_ARGUMENT);
    options.limit = 0;
    SAMPLE_REFUSED(rls_snapshot_suggest(snapshot, "a", 1, &options, &found, &err),
                   RLS_BAD_ARGUMENT);
    options.limit = 101;
    SAMPLE_REFUSED(rls_snapshot_suggest(snapshot, "a", 1, &options, &found, &err),
                   RLS_BAD_ARGUMENT);
    options = (rls_suggest_options)RLS_SUGGEST_OPTIONS_INIT;
    options.kinds = 8;
    SAMPLE_REFUSED(rls_snapshot_suggest(snapshot, "a", 1, &options, &found, &err),
                   RLS_BAD_ARGUMENT);
    options.kinds = 0;
    options.struct_size = 3;
    SAMPLE_REFUSED(rls_snapshot_suggest(snapshot, "a", 1, &options, &found, &err),
                   RLS_BAD_ARGUMENT);
    rls_suggestions_close(NULL);
    CHECK_EQ_U64(rls_suggestions_count(NULL), 0);
    CHECK(rls_suggestions_get(NULL, 0) == NULL);
    rls_snapshot_close(snapshot);
}

/* --- against a naive count --- */

typedef struct counted_form {
    char     term[64], folded[64], form[64];
    uint64_t count;
} counted_form;

typedef struct counted_forms {
    counted_form *list;
    size_t        count, capacity;
} counted_forms;

static void
copy_bytes(char *out, rls_bytes bytes)
{
    CHECK(bytes.size < 64);
    memcpy(out, bytes.data, bytes.size);
    out[bytes.size] = '\0';
}

static void
count_text(counted_forms *counted, rls_analyzer *analyzer, const char *text)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[64];
    size_t        count;

    rls_tokenizer_init(&tokenizer, rls_bytes_of(text, strlen(text)), 0);
    while ((count = rls_tokenizer_fill(&tokenizer, tokens, 64)) > 0) {
        for (size_t i = 0; i < count; i++) {
            rls_bytes surface =
                          rls_bytes_of(text + tokens[i].start, tokens[i].end - tokens[i].start),
                      told;
            counted_form one = {.count = 1};
            size_t       at = 0;
            if (surface.size > 60)
                continue;
            CHECK_OK(rls_analyzer_term(analyzer, surface, &told, NULL));
            copy_bytes(one.term, told);
            CHECK_OK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_ALL, &told, NULL));
            copy_bytes(one.folded, told);
            CHECK_OK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_FORM, &told, NULL));
            copy_bytes(one.form, told);
            while (at < counted->count && (strcmp(counted->list[at].term, one.term) != 0 ||
                                           strcmp(counted->list[at].form, one.form) != 0))
                at++;
            if (at == counted->count) {
                if (counted->count == counted->capacity) {
                    counted->capacity = 2 * counted->capacity + 100;
                    counted->list =
                        realloc(counted->list, counted->capacity * sizeof *counted->list);
                }
                counted->list[counted->count++] = one;
            } else {
                counted->list[at].count++;
            }
        }
    }
}

/* The best word of each term that begins so, best first: "word count|". */
static const char *
naive_words(const counted_forms *counted, const char *prefix, uint32_t limit)
{
    static char  told[4096];
    counted_form best[200];
    size_t       best_count = 0, size = 0;

    for (size_t i = 0; i < counted->count; i++) {
        const counted_form *form = &counted->list[i], *shown = form;
        uint64_t            count = 0;
        size_t              at = 0;
        if (strncmp(form->folded, prefix, strlen(prefix)) != 0 || strcmp(form->folded, prefix) == 0)
            continue;
        for (size_t j = 0; j < counted->count; j++) {
            const counted_form *other = &counted->list[j];
            if (strcmp(other->term, form->term) != 0 || strcmp(other->folded, form->folded) != 0)
                continue;
            count += other->count;
            if (other->count > shown->count ||
                (other->count == shown->count && strcmp(other->form, shown->form) < 0))
                shown = other;
        }
        while (at < best_count && strcmp(best[at].term, form->term) != 0)
            at++;
        CHECK(at < 200);
        if (at == best_count)
            best[best_count++] = *shown;
        else if (count < best[at].count ||
                 (count == best[at].count && strcmp(shown->form, best[at].form) >= 0))
            continue;
        best[at] = *shown;
        best[at].count = count;
    }
    told[0] = '\0';
    for (uint32_t n = 0; n < limit; n++) {
        counted_form *next = NULL;
        for (size_t i = 0; i < best_count; i++) {
            if (best[i].count > 0 &&
                (next == NULL || best[i].count > next->count ||
                 (best[i].count == next->count && strcmp(best[i].form, next->form) < 0)))
                next = &best[i];
        }
        if (next == NULL)
            break;
        size += (size_t)snprintf(told + size, sizeof told - size, "%s %" PRIu64 "|", next->form,
                                 next->count);
        next->count = 0;
    }
    return told;
}

static void
add_random(rls_writer *writer, const rls_corpus_document *from)
{
    rls_document *document;

    CHECK_OK(rls_document_create(from->key, &document, NULL));
    CHECK_OK(rls_document_add(document, "title", from->title, strlen(from->title), NULL));
    CHECK_OK(rls_document_body(document, from->body, strlen(from->body), false, NULL));
    CHECK_OK(rls_writer_add(writer, document, NULL));
    rls_document_close(document);
}

TEST(completions_are_those_of_a_naive_count_however_documents_fell_into_segments)
{
    for (uint32_t segments = 1; segments <= 3; segments += 2) {
        rls_random    random = {rls_test_seed() + segments};
        rls_corpus   *corpus = rls_corpus_new(rls_random_next(&random), 60, 60);
        const char   *folder = rls_test_temp_folder();
        rls_writer   *writer = sample_writer(folder, NULL);
        counted_forms counted = {0};
        rls_snapshot *snapshot;
        rls_analyzer *analyzer;
        rls_heap      heap;

        rls_heap_init(&heap, NULL, SIZE_MAX);
        CHECK_OK(rls_analyzer_new(&heap, rls_bytes_of("en", 2), &analyzer, NULL));
        for (size_t i = 0; i < corpus->count; i++) {
            add_random(writer, &corpus->documents[i]);
            if ((i + 1) % (corpus->count / segments) == 0)
                sample_commit(writer);
            count_text(&counted, analyzer, corpus->documents[i].title);
            count_text(&counted, analyzer, corpus->documents[i].body);
        }
        sample_commit(writer);
        rls_writer_close(writer);
        snapshot = sample_open(folder);
        for (int round = 0; round < 150; round++) {
            const char *word =
                counted.list[rls_random_below(&random, (uint32_t)counted.count)].folded;
            char   prefix[64];
            size_t size = 2 + rls_random_below(&random, 7);
            if (size > strlen(word))
                size = strlen(word);
            while (size < strlen(word) && ((uint8_t)word[size] & 0xc0) == 0x80)
                size++;
            /* A sign in front would be one. */
            if (size == 0 || strchr("+-=\"(.#@", word[0]) != NULL || strchr(word, ':') != NULL)
                continue;
            memcpy(prefix, word, size);
            prefix[size] = '\0';
            CHECK_EQ_STR(queries(snapshot, prefix, RLS_SUGGEST_WORD),
                         naive_words(&counted, prefix, 5));
        }
        rls_snapshot_close(snapshot);
        rls_analyzer_free(analyzer);
        rls_corpus_free(corpus);
        free(counted.list);
    }
}

/* --- faults --- */

static rls_status
suggest_all(const char *folder, const rls_allocator *allocator, const char *typed, rls_error *err)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_suggestions     *found;
    rls_snapshot        *snapshot;
    rls_status           status;

    options.allocator = allocator;
    status = rls_snapshot_open(folder, &options, &snapshot, err);
    if (status != RLS_OK)
        return status;
    status = rls_snapshot_suggest(snapshot, typed, strlen(typed), NULL, &found, err);
    CHECK((status == RLS_OK) == (found != NULL));
    rls_snapshot_close(snapshot);
    rls_suggestions_close(found);
    return status;
}

TEST(suggestions_survive_the_failure_of_any_allocation)
{
    static const char *const typed[] = {"cluster mun", "ministers:\"phil g"};
    const char              *folder = rls_test_temp_folder();
    rls_writer              *writer = sample_writer(folder, NULL);

    add_release(writer, "a", "Ban on cluster munitions", "Phil Goff", "Cluster munitions munched");
    sample_commit(writer);
    rls_writer_close(writer);
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        for (uint64_t n = 1;; n++) {
            rls_heap_faulty faulty;
            rls_error       err = {.message = ""};
            rls_status      status;
            rls_heap_faulty_init(&faulty, n, false);
            status = suggest_all(folder, &faulty.allocator, typed[i], &err);
            CHECK_EQ_U64(faulty.live, 0);
            if (!faulty.failed) {
                SAMPLE_OK(status, err);
                break;
            }
            if (status != RLS_OK && (status != RLS_NO_MEMORY || err.message[0] == '\0'))
                rls_test_fail(__FILE__, __LINE__, "request %" PRIu64 " failing gives %d: %s", n,
                              (int)status, err.message);
            CHECK(n < 5000);
        }
    }
}
