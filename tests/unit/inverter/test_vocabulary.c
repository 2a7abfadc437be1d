#include "inverter/vocabulary.h"

#include "faulty_heap.h"
#include "support/runner.h"

static rls_bytes
numbered(char *space, const char *what, uint32_t number)
{
    return rls_bytes_of(space, (size_t)sprintf(space, "%s %u", what, number));
}
#define NUMBERED(what, number) numbered((char[64]){0}, what, number)

TEST(terms_are_numbered_in_order_of_appearance)
{
    rls_heap       heap;
    rls_arena      arena;
    rls_vocabulary vocabulary;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_vocabulary_init(&vocabulary, &heap, &arena);
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 20000; i++) {
            uint32_t term;

            CHECK_OK(rls_vocabulary_add_term(&vocabulary, NUMBERED("term", i), &term));
            CHECK_EQ_U64(term, i);
        }
        CHECK_EQ_U64(vocabulary.term_count, 20000);
        if (round == 1) {
            rls_vocabulary_reset(&vocabulary);
            rls_arena_reset(&arena);
            CHECK_EQ_U64(vocabulary.term_count, 0);
        }
    }
    rls_vocabulary_release(&vocabulary);
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(forms_have_codes_of_their_own_in_each_term)
{
    rls_heap       heap;
    rls_arena      arena;
    rls_vocabulary vocabulary;
    uint32_t       term, code;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 4096);
    rls_vocabulary_init(&vocabulary, &heap, &arena);
    for (uint32_t i = 0; i < 100; i++)
        CHECK_OK(rls_vocabulary_add_term(&vocabulary, NUMBERED("term", i), &term));
    for (int round = 0; round < 2; round++) {
        for (uint32_t form = 0; form < 200; form++) {
            for (uint32_t i = 0; i < 100; i += 1 + form % 3) {
                /* Terms that take every form number them as they come. */
                CHECK_OK(rls_vocabulary_add_form(&vocabulary, i, NUMBERED("form", form), &code));
                CHECK(code <= form);
                if (i == 0 || i == 6)
                    CHECK_EQ_U64(code, form);
            }
        }
    }
    CHECK_EQ_U64(vocabulary.terms[0].form_count, 200);
    CHECK_EQ_U64(vocabulary.terms[1].form_count, 67);
    rls_vocabulary_release(&vocabulary);
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_hundred_thousand_forms_of_one_term_are_found_quickly)
{
    rls_heap       heap;
    rls_arena      arena;
    rls_vocabulary vocabulary;
    uint32_t       term, code;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 65536);
    rls_vocabulary_init(&vocabulary, &heap, &arena);
    CHECK_OK(rls_vocabulary_add_term(&vocabulary, NUMBERED("term", 1), &term));
    for (uint32_t i = 0; i < 200000; i++) {
        CHECK_OK(rls_vocabulary_add_form(&vocabulary, term, NUMBERED("form", i / 2), &code));
        CHECK_EQ_U64(code, i / 2);
    }
    rls_vocabulary_release(&vocabulary);
    rls_arena_release(&arena);
}

TEST(a_refused_addition_can_be_made_again)
{
    for (uint64_t until = 0; until < 60; until++) {
        faulty_heap    faulty;
        rls_arena      arena;
        rls_vocabulary vocabulary;
        uint64_t       refused = 0;

        faulty_heap_init(&faulty, until);
        rls_arena_init(&arena, &faulty.heap, 1024);
        rls_vocabulary_init(&vocabulary, &faulty.heap, &arena);
        for (uint32_t i = 0; i < 1000; i++) {
            uint32_t term, code;

            while (rls_vocabulary_add_term(&vocabulary, NUMBERED("term", i), &term) != RLS_OK)
                refused++;
            CHECK_EQ_U64(term, i);
            while (rls_vocabulary_add_form(&vocabulary, term, NUMBERED("form", i), &code) != RLS_OK)
                refused++;
            CHECK_EQ_U64(code, 0);
        }
        CHECK(refused <= 1);
        CHECK_EQ_U64(vocabulary.term_count, 1000);
        CHECK_EQ_U64(vocabulary.form_count, 1000);
        rls_vocabulary_release(&vocabulary);
        rls_arena_release(&arena);
        CHECK_EQ_U64(faulty.heap.used, 0);
    }
}
