#include "support/runner.h"

#include "analysis/normalizer.h"
#include "analysis/utf8.h"
#include "base/random.h"
#include "failing_heap.h"

#include <utf8proc.h>

static rls_heap       heap;
static rls_normalizer normalizer;

static void
begin(void)
{
    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_normalizer_init(&normalizer, &heap);
}

static void
end(void)
{
    rls_normalizer_release(&normalizer);
    CHECK_EQ_U64(heap.used, 0);
}

/* Folds an exact copy of the text; the result is good until the next call. */
static rls_bytes
fold(rls_bytes text, rls_fold_level level)
{
    uint8_t  *exact = malloc(text.size + 1);
    rls_bytes folded;

    memcpy(exact + 1, text.data, text.size);
    CHECK_OK(
        rls_normalizer_fold(&normalizer, rls_bytes_of(exact + 1, text.size), level, &folded, NULL));
    free(exact);
    CHECK((folded.size == 0) == (text.size == 0));
    return folded;
}

static rls_bytes
bytes_of(const char *text)
{
    return rls_bytes_of(text, strlen(text));
}

static void
check_fold(const char *text, rls_fold_level level, const char *wanted)
{
    rls_bytes folded = fold(bytes_of(text), level);

    if (rls_bytes_compare(folded, bytes_of(wanted)) != 0)
        rls_test_fail(__FILE__, __LINE__, "\"%s\" at level %d is \"%.*s\", not \"%s\"", text,
                      (int)level, (int)folded.size, (const char *)folded.data, wanted);
}

TEST(a_form_is_composed_and_keeps_case_and_marks)
{
    begin();
    check_fold("Māori", RLS_FOLD_FORM, "Māori");
    check_fold("Ma\xcc\x84ori", RLS_FOLD_FORM, "Māori");
    check_fold("Minister’s", RLS_FOLD_FORM, "Minister's");
    check_fold("‘don＇t’", RLS_FOLD_FORM, "'don't'");
    check_fold("Hawaiʻi", RLS_FOLD_FORM, "Hawai'i");
    check_fold("soft\xc2\xadhyphen", RLS_FOLD_FORM, "softhyphen");
    check_fold("zero\xe2\x80\x8bwidth\xef\xbb\xbf", RLS_FOLD_FORM, "zerowidth");
    check_fold("STRASSE Straße", RLS_FOLD_FORM, "STRASSE Straße");
    check_fold("が", RLS_FOLD_FORM, "が");
    check_fold("Ａｂ", RLS_FOLD_FORM, "Ａｂ");
    check_fold("a\xff"
               "b",
               RLS_FOLD_FORM,
               "a\xef\xbf\xbd"
               "b");
    end();
}

TEST(case_folding_keeps_marks)
{
    begin();
    check_fold("Phil GOFF", RLS_FOLD_CASE, "phil goff");
    check_fold("MĀORI", RLS_FOLD_CASE, "māori");
    check_fold("MA\xcc\x84ORI", RLS_FOLD_CASE, "māori");
    check_fold("Straße", RLS_FOLD_CASE, "straße");
    check_fold("ΣΟΦΟΣ σοφος", RLS_FOLD_CASE, "σοφοσ σοφοσ");
    check_fold("МОСКВА", RLS_FOLD_CASE, "москва");
    end();
}

TEST(folding_takes_away_what_people_leave_out)
{
    static const char *const table[][2] = {
        {"MĀORI", "maori"},
        {"Pākehā Whānau", "pakeha whanau"},
        {"Straße", "strasse"},
        {"Ærø Œuvre Łódź Đà Þór Şişli ıI", "aero oeuvre lodz da thor sisli ii"},
        {"Việt Nam", "viet nam"},
        {"Ａｂｃ１２", "abc12"},
        {"ﬁnance", "finance"},
        {"CO₂", "co2"},
        {"Άνθρωποι", "ανθρωποι"},
        {"Ещё Йод Їжак", "еще йод їжак"},
        {"за\xcc\x81мок", "замок"},
        {"שָׁלוֹם", "שלום"},
        {"مُحَمَّدٌ", "محمد"},
        {"أحمد", "احمد"},
        {"مـــصر", "مصر"},
        {"हिन्दी", "हिन्दी"},
        {"สวัสดี", "สวัสดี"},
        {"ガギ", "ガギ"},
        {"ｶﾞ", "ガ"},
        {"한국어", "한국어"},
        {"multi\xe2\x80\x91"
         "agent",
         "multi-agent"},
        {"1\xef\xb8\x8f\xe2\x83\xa3", "1"},
        {"𝐁𝐨𝐥𝐝", "bold"},
        {"ŉ", "'n"},
    };

    begin();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        check_fold(table[i][0], RLS_FOLD_ALL, table[i][1]);
    end();
}

TEST(nothing_folds_to_nothing)
{
    begin();
    check_fold("\xc2\xad", RLS_FOLD_FORM, "\xc2\xad");
    check_fold("\xc2\xad", RLS_FOLD_ALL, "\xc2\xad");
    check_fold("\xcc\x84", RLS_FOLD_ALL, "\xcc\x84");
    check_fold("", RLS_FOLD_ALL, "");
    end();
}

TEST(nul_and_control_bytes_pass_unchanged)
{
    rls_bytes folded;

    begin();
    folded = fold(rls_bytes_of("A\0\1\xc4\x80\0", 6), RLS_FOLD_ALL);
    CHECK_EQ_BYTES(folded.data, folded.size, "a\0\1a\0");
    end();
}

/* A level after itself or a lower one changes nothing. */
static void
check_levels(rls_bytes text)
{
    static uint8_t lower[4096], higher[4096];
    rls_bytes      folded;
    size_t         lower_size, higher_size;

    for (int a = RLS_FOLD_FORM; a <= RLS_FOLD_ALL; a++) {
        folded = fold(text, (rls_fold_level)a);
        CHECK(folded.size <= sizeof lower);
        memcpy(lower, folded.data, lower_size = folded.size);
        for (int b = a; b <= RLS_FOLD_ALL; b++) {
            folded = fold(text, (rls_fold_level)b);
            CHECK(folded.size <= sizeof higher);
            memcpy(higher, folded.data, higher_size = folded.size);
            folded = fold(rls_bytes_of(lower, lower_size), (rls_fold_level)b);
            if (folded.size != higher_size || memcmp(folded.data, higher, higher_size) != 0) {
                uint32_t point;
                rls_utf8_next(text.data, text.data + text.size, &point);
                rls_test_fail(__FILE__, __LINE__,
                              "\"%.*s\" (U+%04X …): level %d after %d is \"%.*s\", not \"%.*s\"",
                              (int)text.size, (const char *)text.data, point, b, a,
                              (int)folded.size, (const char *)folded.data, (int)higher_size,
                              (const char *)higher);
            }
        }
    }
}

TEST(levels_build_on_each_other_for_every_character)
{
    uint8_t bytes[8];

    begin();
    /* All of the first plane; the rest has nothing but more of the same. */
    for (uint32_t point = 0x80; point < 0x20000;
         point += point >= 0x3400 && point < 0xd7a4 ? 7 : 1) {
        if (point >= 0xd800 && point < 0xe000)
            continue;
        check_levels(rls_bytes_of(bytes, rls_utf8_put(bytes, point)));
    }
    end();
}

static uint32_t
random_point(rls_random *random)
{
    static const uint32_t interesting[] = {
        'a',   'E',    'i',    'I',    0x131,  0x130,  0xdf,   0x1e9e, 0x300,  0x301,
        0x304, 0x308,  0x323,  0x327,  0x345,  0x391,  0x3b1,  0x3c3,  0x3c2,  0x1f80,
        0x433, 0x435,  0x418,  0x306,  0x627,  0x653,  0x654,  0x64b,  0x5d0,  0x5b8,
        0xad,  0x200d, 0x2019, 0xfb01, 0xac00, 0x1100, 0x1161, 0x11a8, 0x304b, 0x3099,
        0x915, 0x93c,  0x958,  0xfdfa, 0x1f6,  0x1e00, 0x212b, 0x2126, 0x149};

    if (rls_random_below(random, 4) > 0)
        return interesting[rls_random_below(random, sizeof interesting / sizeof *interesting)];
    return 0xa0 + rls_random_below(random, 0x2f00);
}

TEST(levels_build_on_each_other_for_random_text)
{
    rls_random random = {rls_test_seed()};
    uint8_t    text[64];

    begin();
    for (int round = 0; round < 4000; round++) {
        size_t size = 0, points = 1 + rls_random_below(&random, 8);

        while (points-- > 0)
            size += rls_utf8_put(text + size, random_point(&random));
        check_levels(rls_bytes_of(text, size));
    }
    end();
}

TEST(forms_are_in_normal_form_c)
{
    rls_random random = {rls_test_seed()};
    uint8_t    text[512];

    begin();
    for (int round = 0; round < 4000; round++) {
        size_t    size = 0, points = 1 + rls_random_below(&random, round % 10 == 0 ? 100 : 9);
        rls_bytes folded;
        utf8proc_uint8_t *composed = NULL;
        ptrdiff_t         composed_size;

        while (points-- > 0) {
            uint32_t point = random_point(&random);
            if (point != 0x2019 && point != 0x2018 && point != 0x2bb && point != 0x2bc)
                size += rls_utf8_put(text + size, point);
        }
        if (size == 0)
            continue;
        composed_size = utf8proc_map(text, (ptrdiff_t)size, &composed,
                                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_IGNORE);
        CHECK(composed_size >= 0);
        folded = fold(rls_bytes_of(text, size), RLS_FOLD_FORM);
        if (composed_size > 0)
            CHECK(folded.size == (size_t)composed_size &&
                  memcmp(folded.data, composed, folded.size) == 0);
        free(composed);
    }
    end();
}

TEST(a_million_marks_on_one_letter_take_linear_time)
{
    size_t   size = 2 << 20;
    uint8_t *text = malloc(size);

    begin();
    for (size_t i = 0; i < size; i += 2)
        memcpy(text + i, i % 8 == 0 ? "\xcc\x81" : i % 8 == 2 ? "\xcc\xa3" : "\xcc\xb4", 2);
    text[0] = text[1] = 'a';
    fold(rls_bytes_of(text, size), RLS_FOLD_CASE);
    CHECK_EQ_U64(fold(rls_bytes_of(text, size), RLS_FOLD_ALL).size, 2);
    free(text);
    end();
}

TEST(every_failed_allocation_of_a_fold_is_reported)
{
    const char *text = "Ṩṩ Ŀ ﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺ";

    for (size_t left = 0;; left++) {
        failing_heap   failing;
        rls_normalizer failing_normalizer;
        rls_bytes      folded;
        rls_error      err = {0};
        rls_status     status;

        CHECK(left < 1000);
        failing_heap_init(&failing, left);
        rls_normalizer_init(&failing_normalizer, &failing.heap);
        status =
            rls_normalizer_fold(&failing_normalizer, bytes_of(text), RLS_FOLD_ALL, &folded, &err);
        if (status != RLS_OK)
            CHECK(status == RLS_NO_MEMORY && err.status == status && folded.size == 0);
        rls_normalizer_release(&failing_normalizer);
        CHECK_EQ_U64(failing.heap.used, 0);
        if (status == RLS_OK)
            break;
    }
}

TEST(words_are_letters_marks_and_inner_apostrophes)
{
    static const char *const words[] = {"maori", "don't", "ab\xcc\x81", "हिन्दी", "москва"};
    static const char *const others[] = {"",    "'",   "'a",  "a'",   "a1",    "a-b", "u.s",
                                         "c++", "co2", "a b", "\xff", "a\xff", "👍"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        CHECK(rls_normalizer_is_word(bytes_of(words[i])));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(!rls_normalizer_is_word(bytes_of(others[i])));
}
