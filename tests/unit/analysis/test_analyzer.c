#include "support/runner.h"

#include "analysis/analyzer.h"
#include "analysis/utf8.h"
#include "base/random.h"
#include "failing_heap.h"

#include <libstemmer.h>

static rls_heap heap;

static rls_bytes
bytes_of(const char *text)
{
    return rls_bytes_of(text, strlen(text));
}

static rls_analyzer *
analyzer_of(const char *language)
{
    rls_analyzer *analyzer;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_analyzer_new(&heap, bytes_of(language), &analyzer, NULL));
    return analyzer;
}

static void
end(rls_analyzer *analyzer)
{
    rls_analyzer_free(analyzer);
    CHECK_EQ_U64(heap.used, 0);
}

/* The term of an exact copy of the surface, as a string that lives until the next call but one. */
static const char *
term_bytes(rls_analyzer *analyzer, rls_bytes surface)
{
    static char terms[2][RLS_TERM_MAX + 1];
    static int  turn;
    uint8_t    *exact = malloc(surface.size + 1);
    rls_bytes   term;

    memcpy(exact + 1, surface.data, surface.size);
    CHECK_OK(rls_analyzer_term(analyzer, rls_bytes_of(exact + 1, surface.size), &term, NULL));
    free(exact);
    CHECK(term.size > 0 && term.size <= RLS_TERM_MAX);
    turn = !turn;
    memcpy(terms[turn], term.data, term.size);
    terms[turn][term.size] = '\0';
    return terms[turn];
}

static const char *
term(rls_analyzer *analyzer, const char *surface)
{
    return term_bytes(analyzer, bytes_of(surface));
}

TEST(english_words_are_folded_and_stemmed)
{
    static const char *const table[][2] = {
        {"munitions", "munit"},
        {"Munition", "munit"},
        {"Minister's", "minist"},
        {"Minister’s", "minist"},
        {"minister", "minist"},
        {"MINISTERS", "minist"},
        {"don't", "don't"},
        {"don’t", "don't"},
        {"DON＇T", "don't"},
        {"Māori", "maori"},
        {"maori", "maori"},
        {"Ma\xcc\x84ori", "maori"},
        {"Māori’s", "maori"},
        {"whānau", "whanau"},
        {"co\xc2\xadoperation", "cooper"},
        {"the", "the"},
        {"a", "a"},
        {"東京", "東京"},
        {"Москва", "москва"},
    };
    rls_analyzer *analyzer = analyzer_of("english");

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        CHECK_EQ_STR(term(analyzer, table[i][0]), table[i][1]);
    end(analyzer);
}

TEST(surfaces_with_other_characters_are_not_stemmed)
{
    static const char *const table[][2] = {
        {"multi-agents", "multi-agents"},
        {"multi‑agents", "multi-agents"},
        {"C++", "c++"},
        {"C#", "c#"},
        {".NET", ".net"},
        {"#tags", "#tags"},
        {"@Names", "@names"},
        {"A/RES/60/1", "a/res/60/1"},
        {"CVE-2024-1234", "cve-2024-1234"},
        {"Jo.Smith@parliament.govt.nz", "jo.smith@parliament.govt.nz"},
        {"1990s", "1990s"},
        {"CO₂", "co2"},
        {"R&D", "r&d"},
        {"👩‍💻", "👩💻"},
    };
    rls_analyzer *analyzer = analyzer_of("en");

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        CHECK_EQ_STR(term(analyzer, table[i][0]), table[i][1]);
    end(analyzer);
}

TEST(dotted_initials_are_found_under_their_letters)
{
    static const char *const table[][2] = {
        {"U.S", "us"},
        {"U.S.", "us"},
        {"N.A.T.O", "nato"},
        {"p.m", "pm"},
        {"A.I.D.S", "aid"},
        {"Ā.B", "ab"},
        {"U.S.-led", "u.s.-led"},
        {"Ph.D", "ph.d"},
        {"20.04", "20.04"},
        {"1.2.3", "1.2.3"},
        {"beehive.govt.nz", "beehive.govt.nz"},
    };
    rls_analyzer *analyzer = analyzer_of("english");

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        CHECK_EQ_STR(term(analyzer, table[i][0]), table[i][1]);
    /* The undotted word is the same term. */
    CHECK_EQ_STR(term(analyzer, "A.I.D.S"), term(analyzer, "AIDS"));
    CHECK_EQ_STR(term(analyzer, "N.A.T.O"), term(analyzer, "NATO"));
    end(analyzer);
}

TEST(commas_between_thousands_are_dropped)
{
    static const char *const table[][2] = {
        {"1,250.50", "1250.50"},      {"1,000,000", "1000000"},
        {"1,000km", "1000km"},        {"999,999", "999999"},
        {"1,2,3", "1,2,3"},           {"1996,1997", "1996,1997"},
        {"1,2500", "1,2500"},         {"12,34,567", "12,34,567"},
        {"20.04", "20.04"},           {"1,250-strong", "1250-strong"},
        {"1,250/2,500", "1250/2500"}, {"１，２５０", "1250"},
    };
    rls_analyzer *analyzer = analyzer_of("english");

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        CHECK_EQ_STR(term(analyzer, table[i][0]), table[i][1]);
    end(analyzer);
}

TEST(without_a_language_words_are_folded_only)
{
    rls_analyzer *analyzer = analyzer_of("none");

    CHECK_EQ_STR(term(analyzer, "Munitions"), "munitions");
    CHECK_EQ_STR(term(analyzer, "Minister’s"), "minister's");
    CHECK_EQ_STR(term(analyzer, "U.S"), "us");
    CHECK_EQ_STR(term(analyzer, "1,250"), "1250");
    end(analyzer);
}

TEST(elided_articles_are_left_out_where_the_language_has_them)
{
    rls_analyzer *analyzer = analyzer_of("french");

    CHECK_EQ_STR(term(analyzer, "l'état"), term(analyzer, "État"));
    CHECK_EQ_STR(term(analyzer, "d’accord"), term(analyzer, "accord"));
    CHECK_EQ_STR(term(analyzer, "aujourd'hui"), "aujourd'hui");
    end(analyzer);
    analyzer = analyzer_of("italian");
    CHECK_EQ_STR(term(analyzer, "dell’acqua"), term(analyzer, "acqua"));
    end(analyzer);
    analyzer = analyzer_of("english");
    CHECK_EQ_STR(term(analyzer, "l'etat"), "l'etat");
    end(analyzer);
}

/* Two forms of a word that each language of libstemmer brings together. */
static const char *const pairs[][3] = {
    {"arabic", "المدارس", "مدارس"},
    {"armenian", "քաղաքներ", "քաղաքների"},
    {"basque", "etxeak", "etxeetan"},
    {"catalan", "castanyes", "castanya"},
    {"danish", "havnen", "havnens"},
    {"dutch", "opheffingen", "opheffing"},
    {"english", "ministers", "minister"},
    {"estonian", "majades", "majade"},
    {"finnish", "taloissa", "talossa"},
    {"french", "activités", "activité"},
    {"german", "häuser", "Haus"},
    {"greek", "ανθρώπων", "άνθρωποι"},
    {"hindi", "लड़कियों", "लड़कियाँ"},
    {"hungarian", "házakban", "házak"},
    {"indonesian", "membaca", "dibaca"},
    {"irish", "bhfuinneog", "fuinneog"},
    {"italian", "governi", "governo"},
    {"lithuanian", "namas", "namai"},
    {"nepali", "सरकारले", "सरकारको"},
    {"norwegian", "havnene", "havnen"},
    {"porter", "ministers", "minister"},
    {"portuguese", "informações", "informação"},
    {"romanian", "guvernului", "guvernul"},
    {"russian", "министры", "министра"},
    {"serbian", "министарства", "ministarstvo"},
    {"spanish", "canciones", "canción"},
    {"swedish", "flickorna", "flickor"},
    {"tamil", "புத்தகங்கள்", "புத்தகம்"},
    {"turkish", "ağaçlar", "ağaç"},
    {"yiddish", "מענטשן", "מענטש"},
};

TEST(every_language_of_libstemmer_brings_forms_together)
{
    for (const char **name = sb_stemmer_list(); *name != NULL; name++) {
        rls_analyzer *analyzer = analyzer_of(*name);
        bool          known = false;

        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            if (strcmp(pairs[i][0], *name) != 0)
                continue;
            known = true;
            if (strcmp(term(analyzer, pairs[i][1]), term(analyzer, pairs[i][2])) != 0)
                rls_test_fail(__FILE__, __LINE__, "%s: %s and %s", *name,
                              term(analyzer, pairs[i][1]), term(analyzer, pairs[i][2]));
        }
        if (!known)
            printf("# no pair for %s\n", *name);
        end(analyzer);
    }
}

TEST(languages_go_by_name_and_by_code)
{
    static const char *const table[][2] = {
        {"english", "english"},
        {"ENGLISH", "english"},
        {"en", "english"},
        {"en-NZ", "english"},
        {"en_US", "english"},
        {"eng", "english"},
        {"eng-Latn", "english"},
        {"de", "german"},
        {"ger", "german"},
        {"deu", "german"},
        {"nb", "norwegian"},
        {"ru", "russian"},
        {"porter", "porter"},
        {"none", "none"},
        {"None", "none"},
        {"", ""},
        {"e", ""},
        {"xx", ""},
        {"klingon", ""},
        {"en NZ", ""},
        {"english ", ""},
        {"engl", ""},
        {"an-exceedingly-long-name-of-no-language", ""},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        rls_bytes name = rls_language_canonical(bytes_of(table[i][0]));
        if (rls_bytes_compare(name, bytes_of(table[i][1])) != 0)
            rls_test_fail(__FILE__, __LINE__, "\"%s\" is \"%.*s\"", table[i][0], (int)name.size,
                          (const char *)name.data);
    }
    CHECK_EQ_U64(rls_language_canonical(rls_bytes_of("en\0", 3)).size, 0);
}

TEST(an_unknown_language_is_refused_with_the_names_there_are)
{
    rls_analyzer *analyzer = NULL;
    rls_error     err = {0};

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_EQ_I64(rls_analyzer_new(&heap, bytes_of("klingon"), &analyzer, &err), RLS_BAD_ARGUMENT);
    CHECK(analyzer == NULL);
    CHECK(strstr(err.message, "\"klingon\"") != NULL);
    CHECK(strstr(err.message, "english, ") != NULL);
    CHECK(strstr(err.message, "none") != NULL);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(marks_are_told_from_plain_words)
{
    static const char *const with[] = {"Māori", "Ａｂｃ", "Straße", "CO₂", "e\xcc\x81"};
    static const char *const without[] = {"Maori", "MAORI", "don’t", "москва", "東京", "U.S"};
    rls_analyzer            *analyzer = analyzer_of("english");

    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        CHECK(rls_analyzer_has_marks(analyzer, bytes_of(with[i])));
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        CHECK(!rls_analyzer_has_marks(analyzer, bytes_of(without[i])));
    end(analyzer);
}

TEST(fingerprints_tell_languages_apart_and_are_stable)
{
    uint64_t seen[64];
    size_t   count = 0;

    for (const char **name = sb_stemmer_list(); *name != NULL && count < 63; name++) {
        rls_analyzer *analyzer = analyzer_of(*name), *again;

        CHECK_OK(rls_analyzer_fingerprint(analyzer, &seen[count], NULL));
        CHECK_OK(rls_analyzer_new(&heap, bytes_of(*name), &again, NULL));
        uint64_t once_more;
        CHECK_OK(rls_analyzer_fingerprint(again, &once_more, NULL));
        CHECK_EQ_U64(once_more, seen[count]);
        rls_analyzer_free(again);
        for (size_t i = 0; i < count; i++)
            CHECK(seen[i] != seen[count]);
        count++;
        end(analyzer);
    }
}

TEST(surfaces_equal_when_folded_have_one_term)
{
    rls_random    random = {rls_test_seed()};
    rls_analyzer *analyzer = analyzer_of("english");
    uint8_t       surface[300], folded_copy[2048];

    for (int round = 0; round < 5000; round++) {
        size_t    size = 0;
        rls_bytes folded;
        char      first[RLS_TERM_MAX + 1];

        for (uint32_t points = 1 + rls_random_below(&random, 12); points > 0; points--) {
            static const char letters[] = "aeiostTNgdlL.,'-1250";
            uint32_t          kind = rls_random_below(&random, 8);
            uint32_t          point = kind < 5    ? (uint8_t)letters[rls_random_below(&random, 20)]
                                      : kind == 5 ? 0xc0 + rls_random_below(&random, 0x500)
                                      : kind == 6 ? 0x300 + rls_random_below(&random, 0x70)
                                                  : 0x2010 + rls_random_below(&random, 0x10);
            size += rls_utf8_put(surface + size, point);
        }
        strcpy(first, term_bytes(analyzer, rls_bytes_of(surface, size)));
        CHECK_OK(
            rls_analyzer_fold(analyzer, rls_bytes_of(surface, size), RLS_FOLD_ALL, &folded, NULL));
        memcpy(folded_copy, folded.data, folded.size);
        CHECK_EQ_STR(term_bytes(analyzer, rls_bytes_of(folded_copy, folded.size)), first);
    }
    end(analyzer);
}

TEST(terms_stay_within_their_limit_and_whole_characters)
{
    rls_analyzer *analyzer = analyzer_of("english");
    rls_random    random = {rls_test_seed()};
    uint8_t       surface[255];
    const char   *found;

    /* 85 times a character that becomes 33 bytes, so that the limit falls inside a character. */
    for (size_t i = 0; i < sizeof surface; i += 3)
        memcpy(surface + i, "\xef\xb7\xba", 3);
    found = term_bytes(analyzer, rls_bytes_of(surface, sizeof surface));
    CHECK_EQ_U64(strlen(found), 31 * 33);

    memset(surface, 'a', sizeof surface);
    CHECK(strlen(term_bytes(analyzer, rls_bytes_of(surface, sizeof surface))) > 0);
    for (int round = 0; round < 3000; round++) {
        size_t size = 1 + rls_random_below(&random, sizeof surface);

        for (size_t i = 0; i < size; i++)
            surface[i] = (uint8_t)rls_random_below(&random, 256);
        term_bytes(analyzer, rls_bytes_of(surface, size));
    }
    end(analyzer);
}

TEST(every_failed_allocation_of_an_analyzer_is_reported)
{
    for (size_t left = 0;; left++) {
        failing_heap  failing;
        rls_analyzer *analyzer;
        rls_error     err = {0};
        rls_bytes     found = {0};
        rls_status    status;

        CHECK(left < 1000);
        failing_heap_init(&failing, left);
        status = rls_analyzer_new(&failing.heap, bytes_of("en"), &analyzer, &err);
        if (status == RLS_OK)
            status = rls_analyzer_term(analyzer, bytes_of("ﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺ"), &found,
                                       &err);
        if (status != RLS_OK)
            CHECK(status == RLS_NO_MEMORY && err.status == status && found.size == 0);
        else
            rls_analyzer_has_marks(analyzer, bytes_of("Māori"));
        rls_analyzer_free(analyzer);
        CHECK_EQ_U64(failing.heap.used, 0);
        if (status == RLS_OK)
            break;
    }
}

/* What looking for matches leans on: words that begin otherwise need no stemming. */
TEST(terms_begin_as_their_words_where_the_language_is_said_to_keep_beginnings)
{
    static const char *const languages[] = {
        "none",   "english", "porter", "german", "danish",  "swedish", "spanish",   "norwegian",
        "french", "irish",   "arabic", "dutch",  "italian", "turkish", "indonesian"};
    static const char letters[] = "aeiouylnrstdghbckmpfvwxzjqAEIOUYSTLN'\xc3\xa4\xc3\xb6";
    rls_random        random = {rls_test_seed()};
    int               keeping = 0;

    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        rls_analyzer *analyzer = analyzer_of(languages[l]);
        keeping += rls_analyzer_keeps_first(analyzer);
        for (int round = 0; rls_analyzer_keeps_first(analyzer) && round < 20000; round++) {
            char      word[24];
            size_t    size = 1 + rls_random_below(&random, 12);
            rls_bytes term;
            word[0] = letters[rls_random_below(&random, 36)];
            for (size_t i = 1; i < size; i++)
                word[i] = letters[rls_random_below(&random, 37)];
            /* Endings that stemmers know. */
            if (rls_random_below(&random, 2) == 0)
                size += (size_t)sprintf(word + size, "%s",
                                        (const char *[]){"ing", "ies", "ied", "ying", "ung", "ers",
                                                         "ado"}[rls_random_below(&random, 7)]);
            CHECK_OK(rls_analyzer_term(analyzer, rls_bytes_of(word, size), &term, NULL));
            CHECK(term.size > 0 && term.data[0] == (word[0] | 0x20));
        }
        end(analyzer);
    }
    CHECK(keeping >= 7);
}
