/* Signatures of bodies: equal for equal words, mostly shared by near texts, and by no others. */
#include <stdlib.h>

#include "base/random.h"
#include "inverter/body_signature.h"
#include "inverter/inverter.h"
#include "support/runner.h"

static uint64_t
sign(rls_inverter *inverter, rls_heap *heap, const char *text)
{
    rls_arena    arena;
    rls_document document;

    rls_arena_init(&arena, heap, 4096);
    rls_document_init(&document, &arena);
    document.key = rls_bytes_of("a", 1);
    document.body = document.prose = rls_bytes_of(text, strlen(text));
    CHECK_OK(rls_inverter_add(inverter, &document, NULL));
    rls_arena_release(&arena);
    return rls_inverter_signature(inverter);
}

TEST(bodies_of_the_same_words_have_the_same_signature)
{
    static const char *const same[] = {
        "The treaty bans cluster munitions, says Phil Goff.",
        "  The treaty\n\nbans cluster munitions (says Phil Goff)",
        "The treaty bans - cluster munitions; says \"Phil Goff\"!",
    };
    static const char *const others[] = {"The treaty bans cluster munitions, says Phil",
                                         "treaty The bans cluster munitions, says Phil Goff.",
                                         "The treaty bans cluster munitions, says Phil Goff. Goff",
                                         "The Treaty bans cluster munitions, says Phil Goff.",
                                         "The"};
    rls_heap                 heap;
    rls_inverter            *inverter;
    uint64_t                 first;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_inverter_new(&heap, rls_bytes_of("english", 7), &inverter, NULL));
    first = sign(inverter, &heap, same[0]);
    CHECK(first != 0);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        CHECK_EQ_U64(sign(inverter, &heap, same[i]), first);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(sign(inverter, &heap, others[i]) != first);
    CHECK_EQ_U64(sign(inverter, &heap, ""), 0);
    CHECK_EQ_U64(sign(inverter, &heap, " -- "), 0);
    rls_inverter_free(inverter);
}

/* `changed`: a word in so many is another. */
static void
make_text(rls_random *random, const uint32_t *words, uint32_t count, uint32_t changed, char *out)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t word = words[i];
        if (changed > 0 && i % changed == changed / 2)
            word = rls_random_below(random, 100000);
        out += sprintf(out, "w%u ", word);
    }
}

TEST(near_texts_mostly_share_the_upper_bits_and_others_do_not)
{
    enum {
        PAIRS = 200,
        WORDS = 600
    };
    rls_random    random = {rls_test_seed()};
    uint32_t      words[WORDS], near = 0;
    char          text[WORDS * 8 + 1];
    uint64_t      before = 0;
    rls_heap      heap;
    rls_inverter *inverter;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_inverter_new(&heap, rls_bytes_of("english", 7), &inverter, NULL));
    for (int i = 0; i < PAIRS; i++) {
        uint64_t whole, changed;
        for (int w = 0; w < WORDS; w++)
            words[w] = rls_random_below(&random, 2000);
        make_text(&random, words, WORDS, 0, text);
        whole = sign(inverter, &heap, text);
        CHECK(whole >> RLS_SIGNATURE_OWN_BITS != before >> RLS_SIGNATURE_OWN_BITS);
        make_text(&random, words, WORDS, WORDS, text);
        changed = sign(inverter, &heap, text);
        near += whole >> RLS_SIGNATURE_OWN_BITS == changed >> RLS_SIGNATURE_OWN_BITS;
        CHECK(changed != whole);
        make_text(&random, words, WORDS, 3, text);
        CHECK(sign(inverter, &heap, text) >> RLS_SIGNATURE_OWN_BITS !=
              whole >> RLS_SIGNATURE_OWN_BITS);
        before = whole;
    }
    /* One word of 600 is in three of the shingles: 0.99 to the fourth. */
    CHECK(near > PAIRS * 9 / 10);
    rls_inverter_free(inverter);
}
