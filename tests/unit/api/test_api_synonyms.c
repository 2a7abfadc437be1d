/* Searches with synonyms find what the same query finds with them written out. */
#include "sample.h"
#include "support/heap_faulty.h"

static const char *const words[] = {"car",     "automobile", "vehicle",   "new",
                                    "zealand", "treaty",     "munitions", "ban",
                                    "health",  "wagon",      "cars"};

enum {
    TEXT_WORDS = sizeof words / sizeof *words,
    WORDS = TEXT_WORDS - 1 /* of rules and queries: no two of one stem */
};

static rls_synonyms *
parse(const char *text)
{
    rls_error     err = {.message = ""};
    rls_synonyms *synonyms;

    SAMPLE_OK(rls_synonyms_parse(text, strlen(text), &synonyms, &err), err);
    return synonyms;
}

static uint32_t
next(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*state >> 33) % below);
}

static rls_snapshot *
open_random(uint64_t *state)
{
    const char *folder = rls_test_temp_folder();
    rls_writer *writer = sample_writer(folder, NULL);

    for (int i = 0; i < 80; i++) {
        char key[8], title[64] = "", body[400] = "";
        snprintf(key, sizeof key, "%02d", i);
        for (uint32_t w = next(state, 4); w > 0; w--)
            sprintf(title + strlen(title), "%s ", words[next(state, TEXT_WORDS)]);
        for (uint32_t w = next(state, 25); w > 0; w--)
            sprintf(body + strlen(body), "%s%s", words[next(state, TEXT_WORDS)],
                    next(state, 6) ? " " : ". ");
        sample_add(writer, key, title, body, false);
        if (i == 30)
            sample_commit(writer);
    }
    sample_commit(writer);
    rls_writer_close(writer);
    return sample_open(folder);
}

/* Keys and scores of all hits, as text. */
static void
tell(rls_snapshot *snapshot, const char *query, const rls_synonyms *synonyms, rls_match match,
     char *out)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits          *hits;

    options.synonyms = synonyms;
    options.synonym_weight = 0.5f;
    options.match = match;
    options.limit = 100;
    hits = sample_search(snapshot, query, &options);
    out += sprintf(out, "%u: ", (unsigned)rls_hits_total(hits));
    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_text key;
        double   score;
        CHECK_OK(rls_hits_key(hits, i, &key, &score, NULL));
        out += sprintf(out, "%.*s=%.17g ", (int)key.size, key.data, score);
    }
    rls_hits_close(hits);
}

TEST(synonyms_find_what_they_find_written_out)
{
    /* car, automobile, wagon car · nz-like rules · two words that are one thing */
    static const char *const rules = "car, automobile\n"
                                     "vehicle => wagon car\n"
                                     "new zealand, treaty\n";
    static const char *const cases[][2] = {
        {"car", "(car OR automobile^0.5)"},
        {"Cars ban", "(cars OR automobile^0.5) ban"},
        {"+car ban", "+(car OR automobile^0.5) ban"},
        {"-car ban", "-car ban"},
        {"ban NOT car", "ban NOT car"},
        {"=car ban", "=car ban"},
        {"vehicle health", "(vehicle OR \"wagon car\"~^0.5) health"},
        {"ban new zealand health", "ban (new OR treaty^0.25) (zealand OR treaty^0.25) health"},
        {"treaty", "(treaty OR \"new zealand\"~^0.5)"},
        {"new ban zealand", "new ban zealand"},
        {"\"car ban\"", "(\"car ban\" OR \"automobile ban\"^0.5)"},
        {"\"cars ban\"", "\"cars ban\""},
        {"\"cars ban\"~", "(\"cars ban\"~ OR \"automobile ban\"~^0.5)"},
        {"\"the new zealand car\"",
         "(\"the new zealand car\" OR \"the treaty car\"^0.5 OR \"the new zealand automobile\"^0.5 "
         "OR \"the treaty automobile\"^0.25)"},
        {"title:car ban", "(title:car OR title:automobile^0.5) ban"},
        {"title:treaty", "(title:treaty OR title:\"new zealand\"~^0.5)"},
        {"car AND (ban OR treaty)",
         "(car OR automobile^0.5) AND (ban OR (treaty OR \"new zealand\"~^0.5))"},
        {"car^2 health", "(car^2 OR automobile) health"},
        {"health munitions", "health munitions"},
    };
    uint64_t      state = rls_test_seed();
    rls_snapshot *snapshot = open_random(&state);
    rls_synonyms *synonyms = parse(rules);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int match = RLS_MATCH_AUTO; match <= RLS_MATCH_ALL; match++) {
            static char with[8192], written[8192];
            tell(snapshot, cases[i][0], synonyms, (rls_match)match, with);
            tell(snapshot, cases[i][1], NULL, (rls_match)match, written);
            if (strcmp(with, written) != 0)
                rls_test_fail(__FILE__, __LINE__, "%s: %s\n%s: %s", cases[i][0], with, cases[i][1],
                              written);
        }
    }
    rls_synonyms_close(synonyms);
    rls_snapshot_close(snapshot);
}

TEST(random_words_with_random_rules_agree_with_a_naive_rewriting)
{
    uint64_t      state = rls_test_seed();
    rls_snapshot *snapshot = open_random(&state);

    for (int round = 0; round < 60; round++) {
        static char   with[8192], written[8192];
        char          rules[512] = "", query[256] = "", naive[1024] = "";
        bool          used[WORDS] = {false};
        uint32_t      alternative[WORDS];
        rls_synonyms *synonyms;
        for (uint32_t w = 0; w < WORDS; w++) {
            used[w] = next(&state, 2) == 0;
            alternative[w] = next(&state, WORDS);
            if (used[w])
                sprintf(rules + strlen(rules), "%s => %s\n", words[w], words[alternative[w]]);
        }
        for (uint32_t n = 1 + next(&state, 4); n > 0; n--) {
            uint32_t w = next(&state, WORDS);
            bool     must = next(&state, 4) == 0;
            sprintf(query + strlen(query), "%s%s ", must ? "+" : "", words[w]);
            if (used[w])
                sprintf(naive + strlen(naive), "%s(%s OR %s^0.5) ", must ? "+" : "", words[w],
                        words[alternative[w]]);
            else
                sprintf(naive + strlen(naive), "%s%s ", must ? "+" : "", words[w]);
        }
        synonyms = parse(rules);
        tell(snapshot, query, synonyms, RLS_MATCH_AUTO, with);
        tell(snapshot, naive, NULL, RLS_MATCH_AUTO, written);
        if (strcmp(with, written) != 0)
            rls_test_fail(__FILE__, __LINE__, "%s: %s\n%s: %s", query, with, naive, written);
        rls_synonyms_close(synonyms);
    }
    rls_snapshot_close(snapshot);
}

TEST(a_note_says_which_synonyms_were_used_and_matches_are_marked)
{
    static const sample_document documents[] = {{"a", "T", "An automobile and a motor vehicle."}};
    rls_snapshot                *snapshot = sample_open(sample_index(documents, 1));
    rls_synonyms                *synonyms = parse("car, automobile, motor vehicle");
    rls_search_options           options = RLS_SEARCH_OPTIONS_INIT;
    rls_hits                    *hits;
    rls_text                     text;
    uint32_t                     start, end;

    CHECK(options.synonyms == NULL && options.synonym_weight == 0.7f);
    options.synonyms = synonyms;
    hits = sample_search(snapshot, "a cars", &options);
    CHECK_EQ_STR(rls_hits_get_note(hits, 0, &start, &end),
                 "\"car\" is looked for as automobile, motor vehicle, too");
    CHECK(start == 2 && end == 6 && rls_hits_note(hits, 1) == NULL);
    CHECK_EQ_I64(rls_hits_note_kind(hits, 0), RLS_NOTE_SYNONYM);
    CHECK_EQ_I64(rls_hits_note_kind(hits, 1), RLS_NOTE_QUERY);
    CHECK_OK(rls_hits_snippet(hits, 0, NULL, &text, NULL));
    CHECK_EQ_BYTES(text.data, text.size, "An [automobile] and a [motor vehicle].");
    rls_hits_close(hits);
    options.sort = &(rls_sort_key){"size", false};
    options.sort_count = 1;
    hits = sample_search(snapshot, "cars AND", &options);
    CHECK_EQ_I64(rls_hits_note_kind(hits, 0), RLS_NOTE_QUERY);
    CHECK_EQ_I64(rls_hits_note_kind(hits, 1), RLS_NOTE_SYNONYM);
    CHECK_EQ_I64(rls_hits_note_kind(hits, 2), RLS_NOTE_SORT);
    CHECK(strstr(rls_hits_note(hits, 2), "\"size\"") != NULL);
    rls_hits_close(hits);
    options.sort_count = 0;
    options.recency_half_life_days = 30;
    options.recency_field = "size";
    hits = sample_search(snapshot, "vehicle", &options);
    CHECK_EQ_I64(rls_hits_note_kind(hits, 0), RLS_NOTE_RECENCY);
    rls_hits_close(hits);
    options.recency_half_life_days = 0;
    options.synonym_weight = 1.5f;
    SAMPLE_REFUSED(rls_snapshot_search_text(snapshot, "car", 3, &options, &hits, &err),
                   RLS_BAD_ARGUMENT);
    rls_synonyms_close(synonyms);
    rls_snapshot_close(snapshot);
}

TEST(searching_with_synonyms_survives_the_failure_of_any_allocation)
{
    static const sample_document documents[] = {{"a", "T", "An automobile and a motor vehicle."}};
    const char                  *folder = sample_index(documents, 1);
    rls_synonyms *synonyms = parse("car, automobile, motor vehicle\nnew zealand, nz");

    for (uint64_t n = 1;; n++) {
        rls_snapshot_options open = RLS_SNAPSHOT_OPTIONS_INIT;
        rls_search_options   options = RLS_SEARCH_OPTIONS_INIT;
        const char          *query = "+cars \"a car\" new zealand (car OR -nz)";
        rls_heap_faulty      faulty;
        rls_snapshot        *snapshot;
        rls_status           status;
        rls_hits            *hits = NULL;
        rls_heap_faulty_init(&faulty, n, false);
        open.allocator = &faulty.allocator;
        options.synonyms = synonyms;
        status = rls_snapshot_open(folder, &open, &snapshot, NULL);
        if (status == RLS_OK)
            status =
                rls_snapshot_search_text(snapshot, query, strlen(query), &options, &hits, NULL);
        rls_hits_close(hits);
        rls_snapshot_close(snapshot);
        CHECK_EQ_U64(faulty.live, 0);
        CHECK(status == RLS_OK || (faulty.failed && status == RLS_NO_MEMORY));
        if (!faulty.failed)
            break;
    }
    rls_synonyms_close(synonyms);
}
