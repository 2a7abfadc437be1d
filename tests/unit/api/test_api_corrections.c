/* Did you mean: examples, and against every word of the index held against the one typed. */
#include "analysis/analyzer.h"
#include "sample.h"
#include "support/heap_faulty.h"
#include "support/random_corpus.h"

static const char *
suggestion(rls_snapshot *snapshot, const char *query)
{
    static char text[512];
    rls_error   err = {.message = ""};
    rls_hits   *hits = sample_search(snapshot, query, NULL);
    rls_text    found;

    SAMPLE_OK(rls_hits_suggestion(hits, &found, &err), err);
    snprintf(text, sizeof text, "%.*s", (int)found.size, found.data);
    rls_hits_close(hits);
    return text;
}

/* Fifty documents, so that words may be clearly more frequent. */
static rls_snapshot *
open_slips(void)
{
    const char *folder = rls_test_temp_folder();
    rls_writer *writer = sample_writer(folder, NULL);

    for (int i = 0; i < 50; i++) {
        char key[8];
        snprintf(key, sizeof key, "%02d", i);
        sample_add(writer, key, "The Treaty",
                   i % 2 == 0 ? "cluster munitions and a lettuce and Disarmament"
                              : "other munitions and a lattice or Māori words, munitien",
                   false);
    }
    sample_add(writer, "one", NULL, "a slip: minitions, treety", false);
    sample_commit(writer);
    rls_writer_close(writer);
    return sample_open(folder);
}

TEST(words_in_doubt_become_near_words_that_are_clearly_more_frequent)
{
    rls_snapshot *snapshot = open_slips();

    CHECK_EQ_STR(suggestion(snapshot, "cluster munitons"), "cluster munitions");
    CHECK_EQ_STR(suggestion(snapshot, "minitions"), "munitions");      /* rare */
    CHECK_EQ_STR(suggestion(snapshot, "mnuitions"), "munitions");      /* transposed */
    CHECK_EQ_STR(suggestion(snapshot, "dissarmamant"), "Disarmament"); /* two edits */
    CHECK_EQ_STR(suggestion(snapshot, "\"cluster munitons\" -treaty"),
                 "\"cluster munitions\" -treaty");
    CHECK_EQ_STR(suggestion(snapshot, "title:treety (mooori OR maorii)"),
                 "title:Treaty (mooori OR Māori)");
    CHECK_EQ_STR(suggestion(snapshot, "multi-munitons x"), "multi-munitions x");
    rls_snapshot_close(snapshot);
}

TEST(words_that_make_a_title_together_are_meant)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;

    for (int i = 0; i < 50; i++) {
        char key[8];
        snprintf(key, sizeof key, "%02d", i);
        sample_add(writer, key, "Services", "A centre to serve; it opens", false);
    }
    sample_add(writer, "one", "A nerve centre opens", "Nothing", false);
    sample_add(writer, "two", "Apart", "A verve that opens another centre", false);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(suggestion(snapshot, "the opening of nerve centres"), "");
    CHECK_EQ_STR(suggestion(snapshot, "nerve centre"), "serve centre"); /* two may be by accident */
    CHECK_EQ_STR(suggestion(snapshot, "opens verve centre"), "opens serve centre");
    CHECK_EQ_STR(suggestion(snapshot, "opens nerve \"centre\""), "");
    CHECK_EQ_STR(suggestion(snapshot, "opens nerve centre services"),
                 "opens serve centre services");
    rls_snapshot_close(snapshot);
}

TEST(words_that_are_there_excluded_exact_or_short_stay)
{
    rls_snapshot *snapshot = open_slips();

    CHECK_EQ_STR(suggestion(snapshot, "cluster munitions"), "");
    CHECK_EQ_STR(suggestion(snapshot, "munition"), "");
    CHECK_EQ_STR(suggestion(snapshot, "-munitons"), "");
    CHECK_EQ_STR(suggestion(snapshot, "NOT munitons"), "");
    CHECK_EQ_STR(suggestion(snapshot, "=munitons"), "");
    CHECK_EQ_STR(suggestion(snapshot, "ott"), "");
    CHECK_EQ_STR(suggestion(snapshot, "2oo7 1996"), "");
    CHECK_EQ_STR(suggestion(snapshot, "xyzzyxyzzy"), "");
    CHECK_EQ_STR(suggestion(snapshot, ""), "");
    rls_snapshot_close(snapshot);
}

TEST(of_words_equally_near_the_one_beside_the_others_is_meant)
{
    rls_snapshot *snapshot = open_slips();

    CHECK_EQ_STR(suggestion(snapshot, "cluster lettice"), "cluster lettuce");
    CHECK_EQ_STR(suggestion(snapshot, "maori lettice"), "maori lattice");
    rls_snapshot_close(snapshot);
}

TEST(misuse_of_corrections_is_told_and_built_queries_have_none)
{
    rls_snapshot *snapshot = open_slips();
    rls_query    *query;
    rls_text      text;
    rls_hits     *hits;

    CHECK_OK(rls_query_create(RLS_GROUP_BAG, &query, NULL));
    CHECK_OK(rls_query_word(query, NULL, "munitons", false, 1, RLS_ROLE_PLAIN, NULL));
    CHECK_OK(rls_snapshot_search(snapshot, query, NULL, &hits, NULL));
    CHECK_OK(rls_hits_suggestion(hits, &text, NULL));
    CHECK_EQ_U64(text.size, 0);
    SAMPLE_REFUSED(rls_hits_suggestion(hits, NULL, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_suggestion(NULL, &text, &err), RLS_BAD_ARGUMENT);
    rls_hits_close(hits);
    rls_query_close(query);
    rls_snapshot_close(snapshot);
}

/* --- against all words --- */

typedef struct known_word {
    char     word[64], term[64];
    uint32_t documents, last; /* with the term; the last document counted */
    bool     is_form;         /* else a stem */
} known_word;

typedef struct known_words {
    known_word *list;
    size_t      count;
} known_words;

static known_word *
know(known_words *known, const char *word, const char *term)
{
    for (size_t i = 0; i < known->count; i++)
        if (strcmp(known->list[i].word, word) == 0 && strcmp(known->list[i].term, term) == 0)
            return &known->list[i];
    known->list = realloc(known->list, (known->count + 1) * sizeof *known->list);
    known->list[known->count] = (known_word){.last = UINT32_MAX};
    strcpy(known->list[known->count].word, word);
    strcpy(known->list[known->count].term, term);
    return &known->list[known->count++];
}

static void
know_text(known_words *known, rls_analyzer *analyzer, const char *text)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[64];
    size_t        count;

    rls_tokenizer_init(&tokenizer, rls_bytes_of(text, strlen(text)), 0);
    while ((count = rls_tokenizer_fill(&tokenizer, tokens, 64)) > 0) {
        for (size_t i = 0; i < count; i++) {
            rls_bytes surface =
                rls_bytes_of(text + tokens[i].start, tokens[i].end - tokens[i].start);
            rls_bytes told;
            char      word[64], term[64];
            if (surface.size > 60)
                continue;
            CHECK_OK(rls_analyzer_term(analyzer, surface, &told, NULL));
            snprintf(term, sizeof term, "%.*s", (int)told.size, told.data);
            CHECK_OK(rls_analyzer_fold(analyzer, surface, RLS_FOLD_ALL, &told, NULL));
            snprintf(word, sizeof word, "%.*s", (int)told.size, told.data);
            know(known, word, term)->is_form = true;
        }
    }
}

/* Terms are words of the dictionary, too, and have terms themselves. */
static void
know_terms(known_words *known, rls_analyzer *analyzer)
{
    for (size_t i = 0, count = known->count; i < count; i++) {
        rls_bytes told;
        char      word[64], term[64];
        strcpy(word, known->list[i].term);
        CHECK_OK(rls_analyzer_term(analyzer, rls_bytes_of(word, strlen(word)), &told, NULL));
        snprintf(term, sizeof term, "%.*s", (int)told.size, told.data);
        know(known, word, term);
    }
}

static void
count_documents(known_words *known, rls_snapshot *snapshot)
{
    for (size_t i = 0; i < known->count; i++) {
        rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
        rls_query         *query;
        rls_hits          *hits;
        options.limit = 0;
        CHECK_OK(rls_query_create(RLS_GROUP_BAG, &query, NULL));
        CHECK_OK(rls_query_word(query, NULL, known->list[i].word, false, 1, RLS_ROLE_PLAIN, NULL));
        CHECK_OK(rls_snapshot_search(snapshot, query, &options, &hits, NULL));
        known->list[i].documents = (uint32_t)rls_hits_total(hits);
        rls_hits_close(hits);
        rls_query_close(query);
    }
}

/* Optimal string alignment over ASCII. */
static uint32_t
distance(const char *a, const char *b)
{
    uint32_t rows[66][66];
    size_t   m = strlen(a), n = strlen(b);

    for (size_t i = 0; i <= m; i++) {
        for (size_t j = 0; j <= n; j++) {
            uint32_t least = (uint32_t)(i + j);
            if (i > 0 && rows[i - 1][j] + 1 < least)
                least = rows[i - 1][j] + 1;
            if (j > 0 && rows[i][j - 1] + 1 < least)
                least = rows[i][j - 1] + 1;
            if (i > 0 && j > 0 && rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]) < least)
                least = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                rows[i - 2][j - 2] + 1 < least)
                least = rows[i - 2][j - 2] + 1;
            rows[i][j] = least;
        }
    }
    return rows[m][n];
}

static bool
is_ascii_word(const char *word)
{
    for (; *word != '\0'; word++)
        if (*word < 'a' || *word > 'z')
            return false;
    return true;
}

/* The best known word, NULL when there is none; *out_sure is false when the library looks at too
 * few to know. */
static const known_word *
naive_correction(const known_words *known, const char *typed, const char *term, bool *out_sure)
{
    *out_sure = true;
    for (uint32_t edits = 1; edits <= (strlen(typed) >= 7 ? 2u : 1u); edits++) {
        const known_word *best = NULL;
        uint32_t          candidates = 0;
        for (size_t i = 0; i < known->count; i++) {
            const known_word *one = &known->list[i];
            uint32_t          away = is_ascii_word(one->word) ? distance(typed, one->word) : 9;
            bool              same = one->word[0] == typed[0];
            if (away == 0 || away > edits || one->documents < (away > 1 ? 2 : 1) ||
                strcmp(one->term, term) == 0)
                continue;
            candidates++;
            if (!one->is_form)
                continue;
            if (best != NULL) {
                uint32_t best_away = distance(typed, best->word);
                bool     best_same = best->word[0] == typed[0];
                if (best_away < away ||
                    (best_away == away &&
                     (best_same > same ||
                      (best_same == same && (best->documents > one->documents ||
                                             (best->documents == one->documents &&
                                              strcmp(best->word, one->word) <= 0))))))
                    continue;
            }
            best = one;
        }
        if (candidates > 12)
            *out_sure = false;
        if (best != NULL)
            return best;
    }
    return NULL;
}

static void
slip(rls_random *random, const char *word, char *out)
{
    size_t size = strlen(word), at = rls_random_below(random, (uint32_t)size);

    strcpy(out, word);
    switch (rls_random_below(random, 4)) {
    case 0: /* a letter less */
        memmove(out + at, out + at + 1, size - at);
        break;
    case 1: /* a letter more */
        memmove(out + at + 1, out + at, size - at + 1);
        out[at] = (char)('a' + rls_random_below(random, 26));
        break;
    case 2:
        out[at] = (char)('a' + rls_random_below(random, 26));
        break;
    default:
        if (at + 1 < size) {
            char letter = out[at];
            out[at] = out[at + 1];
            out[at + 1] = letter;
        }
        break;
    }
}

TEST(the_correction_is_the_best_of_all_words_of_the_index)
{
    rls_random    random = {rls_test_seed()};
    rls_corpus   *corpus = rls_corpus_new(rls_random_next(&random), 50, 40);
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    known_words   known = {0};
    uint32_t      corrected = 0;
    rls_snapshot *snapshot;
    rls_analyzer *analyzer;
    rls_heap      heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_analyzer_new(&heap, rls_bytes_of("en", 2), &analyzer, NULL));
    for (size_t i = 0; i < corpus->count; i++) {
        sample_add(writer, corpus->documents[i].key, corpus->documents[i].title,
                   corpus->documents[i].body, false);
        know_text(&known, analyzer, corpus->documents[i].title);
        know_text(&known, analyzer, corpus->documents[i].body);
        if (i == 30)
            sample_commit(writer);
    }
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    know_terms(&known, analyzer);
    count_documents(&known, snapshot);
    for (int round = 0; round < 300; round++) {
        const known_word *word = &known.list[rls_random_below(&random, (uint32_t)known.count)];
        const known_word *wanted;
        char              typed[70], again[70], term[64], found[64];
        const char       *told;
        rls_bytes         bytes;
        bool              sure;
        if (!is_ascii_word(word->word) || strlen(word->word) < 4)
            continue;
        slip(&random, word->word, typed);
        if (rls_random_below(&random, 3) == 0) {
            strcpy(again, typed);
            if (strlen(again) > 0)
                slip(&random, again, typed);
        }
        CHECK_OK(rls_analyzer_term(analyzer, rls_bytes_of(typed, strlen(typed)), &bytes, NULL));
        snprintf(term, sizeof term, "%.*s", (int)bytes.size, bytes.data);
        told = suggestion(snapshot, typed);
        if (strlen(typed) < 4) {
            CHECK_EQ_STR(told, "");
            continue;
        }
        /* Known words stay: there are too few documents for any to be clearly more frequent. */
        for (size_t i = 0; i < known.count; i++)
            if (strcmp(known.list[i].term, term) == 0 && known.list[i].documents > 0)
                term[0] = '\0';
        if (term[0] == '\0')
            continue;
        wanted = naive_correction(&known, typed, term, &sure);
        if (!sure)
            continue;
        CHECK_OK(rls_analyzer_fold(analyzer, rls_bytes_of(told, strlen(told)), RLS_FOLD_ALL, &bytes,
                                   NULL));
        snprintf(found, sizeof found, "%.*s", (int)bytes.size, bytes.data);
        if (strcmp(found, wanted == NULL ? "" : wanted->word) != 0)
            rls_test_fail(__FILE__, __LINE__, "\"%s\" became \"%s\", not \"%s\"", typed, found,
                          wanted == NULL ? "" : wanted->word);
        corrected += wanted != NULL;
    }
    CHECK(corrected > 50);
    rls_snapshot_close(snapshot);
    rls_analyzer_free(analyzer);
    rls_corpus_free(corpus);
    free(known.list);
}

TEST(corrections_survive_the_failure_of_any_allocation)
{
    static const sample_document documents[] = {{"a", "Cluster munitions", "cluster lettuce"}};
    const char                  *folder = sample_index(documents, 1);

    for (uint64_t n = 1;; n++) {
        rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
        rls_heap_faulty      faulty;
        rls_snapshot        *snapshot;
        rls_status           status;
        rls_hits            *hits = NULL;
        rls_text             text;
        rls_heap_faulty_init(&faulty, n, false);
        options.allocator = &faulty.allocator;
        status = rls_snapshot_open(folder, &options, &snapshot, NULL);
        if (status == RLS_OK)
            status = rls_snapshot_search_text(snapshot, "cluster munitonss", 17, NULL, &hits, NULL);
        if (status == RLS_OK)
            status = rls_hits_suggestion(hits, &text, NULL);
        rls_hits_close(hits);
        rls_snapshot_close(snapshot);
        CHECK_EQ_U64(faulty.live, 0);
        CHECK(status == RLS_OK || (faulty.failed && status == RLS_NO_MEMORY));
        if (!faulty.failed)
            break;
    }
}
