#include "unit/document/reading.h"

#include "support/heap_faulty.h"

TEST(a_field_is_found_by_its_whole_name)
{
    rls_heap     heap;
    rls_arena    arena;
    rls_document document;
    rls_field   *field;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 256);
    rls_document_init(&document, &arena);
    field = rls_document_field(&document, bytes_of("title"));
    CHECK(field != NULL && field->value_count == 0);
    for (int i = 0; i < 40; i++) {
        char name[16];

        snprintf(name, sizeof name, "f%d", i);
        field = rls_document_field(&document, bytes_of(name));
        CHECK(field != NULL);
        for (int k = 0; k <= i; k++)
            CHECK(rls_field_add(&document, field, bytes_of(name), k % 2 == 0) != NULL);
    }
    CHECK_EQ_U64(document.field_count, 41);
    CHECK(rls_document_find_field(&document, "titl") == NULL);
    CHECK(rls_document_find_field(&document, "title2") == NULL);
    field = rls_document_find_field(&document, "f39");
    CHECK(field == rls_document_field(&document, bytes_of("f39")));
    CHECK_EQ_U64(field->value_count, 40);
    CHECK_EQ_STR((const char *)field->values[39].text.data, "f39");
    CHECK(field->values[0].plain && !field->values[1].plain);
    rls_arena_release(&arena);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(notes_are_single_lines_and_not_too_many)
{
    rls_heap     heap;
    rls_arena    arena;
    rls_document document;
    char         long_text[1000];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 256);
    rls_document_init(&document, &arena);
    rls_document_note(&document, "line %d: a\nb\x1B", 3);
    CHECK_EQ_STR(document.notes[0], "line 3: a?b?");
    for (size_t i = 0; i < sizeof long_text - 1; i += 3)
        memcpy(long_text + i, "\xE2\x80\x99", 3);
    long_text[sizeof long_text - 1] = 0;
    rls_document_note(&document, "x%s", long_text);
    CHECK(strlen(document.notes[1]) % 3 == 1);
    for (int i = 0; i < 100; i++)
        rls_document_note(&document, "note");
    CHECK_EQ_U64(document.note_count, 32);
    CHECK_EQ_STR(document.notes[31], "more remarks left out");
    rls_arena_release(&arena);
}

TEST(notes_are_utf8_whatever_was_cut)
{
    reading r;

    CHECK_OK(reading_open(&r, "a.md", "", 0, RLS_FORMAT_AUTO));
    rls_document_init(&r.document, &r.arena);
    rls_document_note(&r.document, "%.*s\" and %.*s", 6, "M\xC4\x81or\xC4\xABx", 2, "\xE2\x82\xAC");
    CHECK_EQ_U64(r.document.note_count, 1);
    CHECK_EQ_STR(r.document.notes[0], "M\xC4\x81or?\" and ??");
    reading_close(&r);
}

TEST(the_language_is_taken_from_lang_or_language)
{
    reading r;

    read_markdown(&r, "---\nlanguage: French\nlang: fr\n---\n");
    CHECK_EQ_BYTES(r.document.language.data, r.document.language.size, "fr");
    reading_close(&r);
    read_markdown(&r, "---\nlanguage: German\n---\n");
    CHECK_EQ_BYTES(r.document.language.data, r.document.language.size, "German");
    reading_close(&r);
    read_markdown(&r, "---\ntitle: x\n---\n");
    CHECK_EQ_U64(r.document.language.size, 0);
    reading_close(&r);
}

TEST(without_memory_nothing_is_added_and_nothing_leaks)
{
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty faulty;
        rls_heap        heap;
        rls_arena       arena;
        rls_document    document;
        bool            ok = true;

        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        rls_arena_init(&arena, &heap, 64);
        rls_document_init(&document, &arena);
        for (int i = 0; i < 20 && ok; i++) {
            char       name[16];
            rls_field *field;

            snprintf(name, sizeof name, "f%d", i);
            field = rls_document_field(&document, bytes_of(name));
            ok = field != NULL && rls_field_add(&document, field, bytes_of("v"), true) != NULL;
            rls_document_note(&document, "note %d", i);
        }
        CHECK(ok == !faulty.failed || document.note_count < 20);
        rls_arena_release(&arena);
        CHECK_EQ_U64(faulty.live, 0);
        if (!faulty.failed)
            break;
    }
}
