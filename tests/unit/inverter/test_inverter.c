#include "inverter/inverter.h"

#include "base/hash.h"
#include "base/random.h"
#include "faulty_heap.h"
#include "inverter/inverter_state.h"
#include "naive_inverter.h"
#include "support/runner.h"

static const char *const words[] = {"the",
                                    "The",
                                    "minister",
                                    "Minister's",
                                    "ministers",
                                    "ministering",
                                    "of",
                                    "OF",
                                    "to",
                                    "it",
                                    "its",
                                    "th\u00e9",
                                    "in-the",
                                    "di",
                                    "I.T.",
                                    "Māori",
                                    "Maori",
                                    "maori",
                                    "MĀORI",
                                    "Ma\u0304ori",
                                    "multi-agent",
                                    "agent",
                                    "agents",
                                    "U.S.",
                                    "US",
                                    "C++",
                                    "#tag",
                                    "tag",
                                    "1,250.50",
                                    "don't",
                                    "don\u2019t",
                                    "A/RES/60/1",
                                    "munitions",
                                    "cluster",
                                    "Cluster",
                                    "x",
                                    "été",
                                    "日本語",
                                    "e-mail",
                                    "E-Mail",
                                    "someone@example.org",
                                    "\U0001F600",
                                    "naïve",
                                    "antidisestablishmentarianism",
                                    "Antidisestablishmentarianisms",
                                    "2007-05-28"};

static rls_bytes
random_text(rls_random *random, rls_arena *arena, uint32_t word_limit)
{
    uint32_t count = rls_random_below(random, word_limit + 1);
    char    *text = rls_arena_alloc(arena, count * 64 + 1);
    size_t   size = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t kind = rls_random_below(random, 20);

        if (kind < 14) {
            /* The first words are the most frequent. */
            uint32_t limit = 1 + rls_random_below(random, sizeof words / sizeof *words);

            size += (size_t)sprintf(text + size, "%s", words[rls_random_below(random, limit)]);
        } else if (kind < 19) {
            size += (size_t)sprintf(text + size, "word%u", rls_random_below(random, 3000));
        } else {
            memset(text + size, 'w', 40);
            size += 30 + rls_random_below(random, 8);
        }
        text[size++] = "   \n,."[rls_random_below(random, 6)];
    }
    return rls_bytes_of(text, size);
}

static void
random_document(rls_random *random, rls_arena *arena, rls_document *document, uint32_t word_limit)
{
    static const char *const languages[] = {"", "", "", "french", "fr", "en", "none", "xx"};
    static const uint32_t    kinds[] = {RLS_FIELD_TEXT, RLS_FIELD_TEXT | RLS_FIELD_KEYWORD,
                                        RLS_FIELD_KEYWORD, RLS_FIELD_STORED};
    uint32_t                 field_count = rls_random_below(random, 6);

    rls_document_init(document, arena);
    document->body = document->prose = random_text(random, arena, word_limit);
    document->language = bytes_of(languages[rls_random_below(random, 8)]);
    for (uint32_t i = 0; i < field_count; i++) {
        char       name[32];
        uint32_t   value_count = rls_random_below(random, 4);
        rls_field *field;

        sprintf(name, "field %u", rls_random_below(random, 12));
        field = rls_document_field(document, bytes_of(name));
        field->kinds = kinds[rls_random_below(random, 4)];
        field->language = bytes_of(languages[rls_random_below(random, 8)]);
        for (uint32_t j = 0; j < value_count; j++)
            rls_field_add(document, field, random_text(random, arena, 4), true);
    }
}

static rls_inverter *
new_inverter(rls_heap *heap, const char *language)
{
    rls_inverter *inverter;

    CHECK_OK(rls_inverter_new(heap, bytes_of(language), &inverter, NULL));
    return inverter;
}

/* Adds random documents to both; the arena is emptied after each, as a reader of files would. */
static void
fill_both(rls_inverter *inverter, naive_inverter *naive, rls_heap *heap, uint64_t seed,
          uint32_t doc_count, uint32_t word_limit)
{
    rls_random random = {seed};
    rls_arena  arena;

    rls_arena_init(&arena, heap, 4096);
    for (uint32_t i = 0; i < doc_count; i++) {
        rls_document document;

        random_document(&random, &arena, &document, word_limit);
        CHECK_OK(rls_inverter_add(inverter, &document, NULL));
        if (naive != NULL)
            naive_add(naive, &document);
        rls_arena_reset(&arena);
    }
    rls_arena_release(&arena);
}

static void
check_random(const char *language, uint64_t seed, uint32_t doc_count, uint32_t word_limit)
{
    rls_heap       heap;
    rls_inverter  *inverter;
    naive_inverter naive;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    inverter = new_inverter(&heap, language);
    naive_init(&naive, &heap, language);
    fill_both(inverter, &naive, &heap, seed, doc_count, word_limit);
    naive_check(&naive, inverter);
    naive_release(&naive);
    rls_inverter_free(inverter);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(the_source_gives_what_a_naive_inverter_gives)
{
    check_random("english", rls_test_seed(), 300, 30);
    check_random("none", rls_test_seed() + 1, 30, 3);
    check_random("french", rls_test_seed() + 2, 10, 2000);
    check_random("english", rls_test_seed() + 3, 0, 1);
}

/* Everything the inverter tells, as one hash. */
static uint64_t
digest(rls_inverter *inverter)
{
    rls_term_source   *source;
    rls_source_term    term;
    rls_source_posting posting;
    uint64_t           sum = 0;

    CHECK_OK(rls_inverter_finish(inverter, &source, NULL));
    while (source->ops->next_term(source, &term, NULL) == RLS_OK) {
        sum = sum * 31 + rls_hash64(term.term.data, term.term.size);
        for (uint32_t i = 0; i < term.form_count; i++)
            sum = sum * 31 + rls_hash64(term.forms[i].bytes.data, term.forms[i].bytes.size) +
                  term.forms[i].count;
        while (source->ops->next_posting(source, &posting, NULL) == RLS_OK) {
            sum = sum * 31 + posting.doc;
            sum = sum * 31 + rls_hash64(posting.fields, posting.field_count * 4);
            sum = sum * 31 + rls_hash64(posting.freqs, posting.field_count * 4);
            if (posting.positions == NULL)
                continue;
            sum = sum * 31 + rls_hash64(posting.positions, posting.freq * 4);
            sum = sum * 31 + rls_hash64(posting.forms, posting.freq * 4);
        }
    }
    for (uint32_t field = 0; field < rls_inverter_field_count(inverter); field++) {
        const uint32_t *docs, *lengths;
        uint32_t        count;

        rls_inverter_field_lengths(inverter, field, &docs, &lengths, &count);
        if (count > 0)
            sum = sum * 31 + rls_hash64(docs, count * 4) + 7 * rls_hash64(lengths, count * 4);
    }
    for (uint32_t i = 0; i < rls_inverter_language_count(inverter); i++)
        sum = sum * 31 + rls_inverter_language(inverter, i).size;
    return sum;
}

TEST(the_same_documents_give_the_same_source_whatever_was_before)
{
    rls_heap      heap;
    rls_inverter *inverter, *other;
    uint64_t      first, second;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    inverter = new_inverter(&heap, "english");
    fill_both(inverter, NULL, &heap, 1, 200, 40);
    first = digest(inverter);
    CHECK_EQ_U64(digest(inverter), first);

    /* A larger batch between, with other words and languages. */
    CHECK_OK(rls_inverter_reset(inverter, NULL));
    fill_both(inverter, NULL, &heap, 2, 1000, 80);
    CHECK_OK(rls_inverter_reset(inverter, NULL));
    fill_both(inverter, NULL, &heap, 1, 200, 40);
    second = digest(inverter);
    CHECK_EQ_U64(first, second);

    other = new_inverter(&heap, "english");
    fill_both(other, NULL, &heap, 1, 200, 40);
    CHECK_EQ_U64(digest(other), first);
    rls_inverter_free(other);
    rls_inverter_free(inverter);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(an_inverter_used_again_takes_no_more_memory)
{
    rls_heap      heap;
    rls_inverter *inverter;
    size_t        held;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    inverter = new_inverter(&heap, "english");
    fill_both(inverter, NULL, &heap, 5, 2000, 100);
    held = heap.used;
    for (int again = 0; again < 3; again++) {
        CHECK_OK(rls_inverter_reset(inverter, NULL));
        fill_both(inverter, NULL, &heap, 5, 2000, 100);
        CHECK(heap.used <= held);
    }
    rls_inverter_free(inverter);
    CHECK_EQ_U64(heap.used, 0);
}

/* A document with one text field beside the body. */
static rls_document
simple_document(rls_arena *arena, rls_bytes body, const char *name, const char *value,
                uint32_t kinds)
{
    rls_document document;

    rls_document_init(&document, arena);
    document.body = document.prose = body;
    if (name != NULL) {
        rls_field *field = rls_document_field(&document, bytes_of(name));

        field->kinds = kinds;
        rls_field_add(&document, field, bytes_of(value), true);
    }
    return document;
}

typedef struct fixture {
    rls_heap       heap;
    rls_arena      arena;
    rls_inverter  *inverter;
    naive_inverter naive;
} fixture;

static void
fixture_init(fixture *with)
{
    rls_heap_init(&with->heap, NULL, SIZE_MAX);
    rls_arena_init(&with->arena, &with->heap, 65536);
    with->inverter = new_inverter(&with->heap, "english");
    naive_init(&with->naive, &with->heap, "english");
}

static void
fixture_add(fixture *with, const rls_document *document)
{
    CHECK_OK(rls_inverter_add(with->inverter, document, NULL));
    naive_add(&with->naive, document);
}

static void
fixture_release(fixture *with)
{
    naive_release(&with->naive);
    rls_inverter_free(with->inverter);
    rls_arena_release(&with->arena);
    CHECK_EQ_U64(with->heap.used, 0);
}

/* The source standing at `wanted`. */
static rls_term_source *
find_term(rls_inverter *inverter, const char *wanted, rls_source_term *out_term)
{
    rls_term_source *source;

    CHECK_OK(rls_inverter_finish(inverter, &source, NULL));
    while (source->ops->next_term(source, out_term, NULL) == RLS_OK) {
        if (same(out_term->term, bytes_of(wanted)))
            return source;
    }
    CHECK(!"no such term");
    return NULL;
}

TEST(values_of_a_list_stand_apart_and_gaps_do_not_count_for_length)
{
    fixture            with;
    rls_document       document;
    rls_field         *field;
    rls_source_term    term;
    rls_source_posting posting;
    rls_term_source   *source;

    fixture_init(&with);
    document =
        simple_document(&with.arena, bytes_of("one two"), "title", "red green", RLS_FIELD_TEXT);
    field = rls_document_field(&document, bytes_of("title"));
    rls_field_add(&document, field, bytes_of("red"), true);
    fixture_add(&with, &document);
    CHECK_EQ_U64(rls_inverter_length(with.inverter, 0, 0), 2);
    CHECK_EQ_U64(rls_inverter_length(with.inverter, 1, 0), 3);
    source = find_term(with.inverter, "red", &term);
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.freq, 2);
    CHECK_EQ_U64(posting.positions[0], 0);
    CHECK_EQ_U64(posting.positions[1], 2 + RLS_VALUE_POSITION_GAP);
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(a_whole_and_its_parts_are_found_and_the_whole_adds_no_length)
{
    fixture         with;
    rls_document    document;
    rls_source_term term;

    fixture_init(&with);
    document = simple_document(&with.arena, bytes_of("a multi-agent system"), NULL, NULL, 0);
    fixture_add(&with, &document);
    CHECK_EQ_U64(rls_inverter_length(with.inverter, 0, 0), 4);
    find_term(with.inverter, "multi-agent", &term);
    find_term(with.inverter, "multi", &term);
    find_term(with.inverter, "agent", &term);
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(surfaces_that_are_one_form_share_a_code)
{
    fixture         with;
    rls_document    document;
    rls_source_term term;

    fixture_init(&with);
    document = simple_document(&with.arena,
                               bytes_of("M\u0101ori Ma\u0304ori Maori M\u0101ori don't don\u2019t"),
                               NULL, NULL, 0);
    fixture_add(&with, &document);
    find_term(with.inverter, "maori", &term);
    CHECK_EQ_U64(term.form_count, 2);
    CHECK_EQ_BYTES(term.forms[0].bytes.data, term.forms[0].bytes.size, "M\u0101ori");
    CHECK_EQ_U64(term.forms[0].count, 3);
    CHECK_EQ_U64(term.forms[1].count, 1);
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(a_term_at_a_position_is_kept_once_with_the_form_met_first)
{
    rls_heap           heap;
    rls_inverter      *inverter;
    rls_source_term    term;
    rls_source_posting posting;
    rls_term_source   *source;
    uint32_t           position = 0;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    inverter = new_inverter(&heap, "english");
    CHECK_OK(rls_field_table_open_unit(&inverter->fields, 0, 0));
    CHECK_OK(rls_inverter_add_text(inverter, &inverter->languages[0], bytes_of("Word other"),
                                   &position, NULL));
    CHECK_EQ_U64(position, 2);
    position = 0;
    CHECK_OK(rls_inverter_add_text(inverter, &inverter->languages[0], bytes_of("word"), &position,
                                   NULL));
    CHECK_OK(rls_field_table_close_unit(&inverter->fields, 2));
    inverter->doc_count++;
    source = find_term(inverter, "word", &term);
    CHECK_EQ_U64(term.form_count, 1);
    CHECK_EQ_BYTES(term.forms[0].bytes.data, term.forms[0].bytes.size, "Word");
    CHECK_EQ_U64(term.forms[0].count, 1);
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.freq, 1);
    CHECK_EQ_I64(source->ops->next_posting(source, &posting, NULL), RLS_NOT_FOUND);
    rls_inverter_free(inverter);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(text_beyond_the_last_position_is_not_indexed)
{
    rls_heap           heap;
    rls_inverter      *inverter;
    rls_source_term    term;
    rls_source_posting posting;
    rls_term_source   *source;
    uint32_t           position = UINT32_MAX - 4;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    inverter = new_inverter(&heap, "english");
    CHECK_OK(rls_field_table_open_unit(&inverter->fields, 0, 0));
    for (int i = 0; i < 3; i++)
        CHECK_OK(rls_inverter_add_text(inverter, &inverter->languages[0], bytes_of("x y x y x"),
                                       &position, NULL));
    CHECK(position > UINT32_MAX - 4);
    CHECK_OK(rls_field_table_close_unit(&inverter->fields, 2));
    inverter->doc_count++;
    source = find_term(inverter, "x", &term);
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.positions[0], UINT32_MAX - 4);
    for (uint32_t i = 1; i < posting.freq; i++)
        CHECK(posting.positions[i] > posting.positions[i - 1]);
    rls_inverter_free(inverter);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(a_keyword_is_folded_trimmed_and_counted_once_a_document)
{
    fixture            with;
    rls_document       document;
    rls_field         *field;
    rls_source_term    term;
    rls_source_posting posting;
    rls_term_source   *source;

    fixture_init(&with);
    for (int i = 0; i < 3; i++) {
        document =
            simple_document(&with.arena, bytes_of("x"), "minister",
                            i == 1 ? "Winston Peters" : "  Phil \t Goff\n", RLS_FIELD_KEYWORD);
        field = rls_document_field(&document, bytes_of("minister"));
        rls_field_add(&document, field, bytes_of(i == 1 ? "" : "PHIL\u00a0G\u014dff\u00a0"), true);
        fixture_add(&with, &document);
    }
    CHECK_EQ_U64(rls_inverter_field_count(with.inverter), 1);
    source = find_term(with.inverter, "\x01minister\x01phil goff", &term);
    CHECK_EQ_U64(term.form_count, 0);
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.doc, 0);
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.doc, 2);
    CHECK_EQ_I64(source->ops->next_posting(source, &posting, NULL), RLS_NOT_FOUND);
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(a_keyword_too_long_for_a_key_has_none)
{
    fixture          with;
    rls_document     document;
    char             value[RLS_KEYWORD_MAX + 2] = {0}, *name;
    rls_term_source *source;
    rls_source_term  term;

    fixture_init(&with);
    memset(value, 'v', RLS_KEYWORD_MAX + 1);
    document = simple_document(&with.arena, bytes_of(""), "field", value, RLS_FIELD_KEYWORD);
    fixture_add(&with, &document);
    CHECK_OK(rls_inverter_finish(with.inverter, &source, NULL));
    CHECK_EQ_I64(source->ops->next_term(source, &term, NULL), RLS_NOT_FOUND);

    /* Nor has one whose field's name is longer than a key may be. */
    CHECK_OK(rls_inverter_reset(with.inverter, NULL));
    name = calloc(70000, 1);
    memset(name, 'n', 69999);
    document = simple_document(&with.arena, bytes_of(""), name, "value", RLS_FIELD_KEYWORD);
    CHECK_OK(rls_inverter_add(with.inverter, &document, NULL));
    CHECK_OK(rls_inverter_finish(with.inverter, &source, NULL));
    CHECK_EQ_I64(source->ops->next_term(source, &term, NULL), RLS_NOT_FOUND);

    CHECK_OK(rls_inverter_reset(with.inverter, NULL));
    value[RLS_KEYWORD_MAX] = '\0';
    document = simple_document(&with.arena, bytes_of(""), "field", value, RLS_FIELD_KEYWORD);
    CHECK_OK(rls_inverter_add(with.inverter, &document, NULL));
    CHECK_OK(rls_inverter_finish(with.inverter, &source, NULL));
    CHECK_OK(source->ops->next_term(source, &term, NULL));
    CHECK_EQ_U64(term.term.size, RLS_KEYWORD_MAX + 7);
    free(name);
    fixture_release(&with);
}

TEST(fields_come_in_the_order_of_their_names_not_of_the_source)
{
    static const char *const orders[2][4] = {{"alpha", "beta", "gamma", "delta"},
                                             {"gamma", "delta", "alpha", "beta"}};
    uint64_t                 digests[2];

    for (int run = 0; run < 2; run++) {
        fixture      with;
        rls_document document;

        fixture_init(&with);
        rls_document_init(&document, &with.arena);
        for (int i = 0; i < 4; i++) {
            rls_field *field = rls_document_field(&document, bytes_of(orders[run][i]));

            field->kinds = RLS_FIELD_TEXT | RLS_FIELD_KEYWORD;
            rls_field_add(&document, field, bytes_of(orders[run][i]), true);
            rls_field_add(&document, field, bytes_of("shared Words"), true);
        }
        fixture_add(&with, &document);
        CHECK_EQ_BYTES(rls_inverter_field_name(with.inverter, 1).data,
                       rls_inverter_field_name(with.inverter, 1).size, "alpha");
        digests[run] = digest(with.inverter);
        naive_check(&with.naive, with.inverter);
        fixture_release(&with);
    }
    CHECK_EQ_U64(digests[0], digests[1]);
}

TEST(fields_beyond_the_limit_share_the_last_one)
{
    fixture      with;
    rls_document document;

    fixture_init(&with);
    for (uint32_t doc = 0; doc < 3; doc++) {
        rls_document_init(&document, &with.arena);
        document.body = document.prose = bytes_of("shared body");
        for (uint32_t i = 0; i < 1600 + doc; i++) {
            char       name[32];
            rls_field *field;

            sprintf(name, "name %u", i + doc * 1500);
            field = rls_document_field(&document, bytes_of(name));
            field->kinds = RLS_FIELD_TEXT;
            rls_field_add(&document, field, bytes_of("shared words"), true);
        }
        fixture_add(&with, &document);
    }
    CHECK_EQ_U64(rls_inverter_field_count(with.inverter), RLS_FIELD_LIMIT);
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(languages_used_are_told_sorted_and_without_the_default)
{
    static const char *const used[] = {"fr", "english", "german", "none", "", "klingon", "danish"};
    fixture                  with;

    fixture_init(&with);
    for (int i = 0; i < 7; i++) {
        rls_document document = simple_document(&with.arena, bytes_of("words"), NULL, NULL, 0);

        document.language = bytes_of(used[i]);
        fixture_add(&with, &document);
    }
    CHECK_EQ_U64(rls_inverter_language_count(with.inverter), 4);
    CHECK(same(rls_inverter_language(with.inverter, 0), bytes_of("danish")));
    CHECK(same(rls_inverter_language(with.inverter, 1), bytes_of("french")));
    CHECK(same(rls_inverter_language(with.inverter, 2), bytes_of("german")));
    CHECK(same(rls_inverter_language(with.inverter, 3), bytes_of("none")));
    CHECK_EQ_U64(rls_inverter_language(with.inverter, 4).size, 0);
    naive_check(&with.naive, with.inverter);
    CHECK_OK(rls_inverter_reset(with.inverter, NULL));
    CHECK_EQ_U64(rls_inverter_language_count(with.inverter), 0);
    fixture_release(&with);
}

TEST(one_term_may_occur_a_hundred_thousand_times_in_a_document)
{
    enum {
        COUNT = 100000
    };
    fixture            with;
    rls_document       document;
    rls_source_term    term;
    rls_source_posting posting;
    rls_term_source   *source;
    char              *text;

    fixture_init(&with);
    text = rls_arena_alloc(&with.arena, COUNT * 3 + 1);
    for (int i = 0; i < COUNT; i++)
        memcpy(text + i * 3, i % 1000 == 999 ? "No " : "no ", 3);
    document = simple_document(&with.arena, rls_bytes_of(text, COUNT * 3), NULL, NULL, 0);
    fixture_add(&with, &document);
    fixture_add(&with, &document);
    source = find_term(with.inverter, "no", &term);
    CHECK_EQ_U64(term.form_count, 2);
    CHECK_EQ_U64(term.forms[0].count, 2 * (COUNT - COUNT / 1000));
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.freq, COUNT);
    CHECK_EQ_U64(posting.positions[COUNT - 1], COUNT - 1);
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

/* Entries of the usual size hold positions below RLS_ENTRY_POSITION_LIMIT. */
TEST(positions_of_a_very_long_text_are_told_whole)
{
    enum {
        COUNT = (RLS_ENTRY_POSITION_LIMIT + 40) / 3 * 3
    };
    fixture            with;
    rls_document       document;
    rls_source_term    term;
    rls_source_posting posting;
    rls_term_source   *source;
    char              *text;

    fixture_init(&with);
    text = rls_arena_alloc(&with.arena, COUNT * 3 + 1);
    for (int i = 0; i < COUNT; i++)
        memcpy(text + i * 3, i % 3 == 0 ? "ab " : i % 3 == 1 ? "No " : "no ", 3);
    document = simple_document(&with.arena, rls_bytes_of(text, COUNT * 3), NULL, NULL, 0);
    CHECK_OK(rls_inverter_add(with.inverter, &document, NULL));
    document = simple_document(&with.arena, bytes_of("no ab"), NULL, NULL, 0);
    CHECK_OK(rls_inverter_add(with.inverter, &document, NULL));
    source = find_term(with.inverter, "no", &term);
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.freq, COUNT / 3 * 2);
    for (uint32_t i = 0; i < posting.freq; i++) {
        CHECK_EQ_U64(posting.positions[i], i / 2 * 3 + 1 + i % 2);
        CHECK_EQ_U64(posting.forms[i], i % 2);
    }
    CHECK_OK(source->ops->next_posting(source, &posting, NULL));
    CHECK_EQ_U64(posting.doc, 1);
    CHECK_EQ_U64(posting.positions[0], 0);
    CHECK_EQ_U64(posting.forms[0], 1);
    fixture_release(&with);
}

TEST(one_term_may_have_a_hundred_thousand_forms)
{
    /* Every way to write 17 letters in upper and lower case. */
    enum {
        LETTERS = 17,
        COUNT = 100000
    };
    rls_heap         heap;
    rls_inverter    *inverter;
    rls_document     document;
    rls_source_term  term;
    rls_term_source *source;
    char            *text;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    inverter = new_inverter(&heap, "none");
    text = malloc(COUNT * (LETTERS + 1));
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < LETTERS; j++)
            text[i * (LETTERS + 1) + j] = (char)((i >> j & 1 ? 'A' : 'a') + j);
        text[i * (LETTERS + 1) + LETTERS] = ' ';
    }
    rls_document_init(&document, NULL);
    document.body = document.prose = rls_bytes_of(text, COUNT * (LETTERS + 1));
    CHECK_OK(rls_inverter_add(inverter, &document, NULL));
    source = find_term(inverter, "abcdefghijklmnopq", &term);
    CHECK_EQ_U64(term.form_count, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        CHECK_EQ_U64(term.forms[i].count, 1);
        CHECK(memcmp(term.forms[i].bytes.data, text + i * (LETTERS + 1), LETTERS) == 0);
    }
    CHECK_OK(source->ops->rewind(source, NULL));
    free(text);
    rls_inverter_free(inverter);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(words_of_255_bytes_are_indexed_and_longer_ones_take_a_position)
{
    fixture         with;
    rls_document    document;
    rls_source_term term;
    char            text[1024], longest[256] = {0};

    fixture_init(&with);
    memset(longest, 'q', 255);
    sprintf(text, "before %s%s %s after", longest, longest, longest);
    document = simple_document(&with.arena, bytes_of(text), NULL, NULL, 0);
    fixture_add(&with, &document);
    CHECK_EQ_U64(rls_inverter_length(with.inverter, 0, 0), 4);
    find_term(with.inverter, longest, &term);
    CHECK_EQ_U64(term.forms[0].count, 1);
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(text_is_read_from_the_prose_and_not_a_byte_behind_it)
{
    fixture      with;
    rls_document document;

    fixture_init(&with);
    for (size_t size = 0; size < 60; size++) {
        uint8_t *exact = malloc(size);

        for (size_t i = 0; i < size; i++)
            exact[i] = i % 7 == 6 ? ' ' : 'a' + i % 3;
        document = simple_document(&with.arena, rls_bytes_of(exact, size), NULL, NULL, 0);
        document.body = bytes_of("nothing of this is indexed");
        fixture_add(&with, &document);
        free(exact);
    }
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(a_finished_inverter_takes_documents_again_after_a_reset)
{
    fixture          with;
    rls_document     document;
    rls_term_source *source;
    rls_error        err;

    fixture_init(&with);
    document = simple_document(&with.arena, bytes_of("one"), NULL, NULL, 0);
    fixture_add(&with, &document);
    CHECK_OK(rls_inverter_finish(with.inverter, &source, NULL));
    CHECK_EQ_I64(rls_inverter_add(with.inverter, &document, &err), RLS_BAD_ARGUMENT);
    CHECK_OK(rls_inverter_reset(with.inverter, NULL));
    CHECK_EQ_U64(rls_inverter_doc_count(with.inverter), 0);
    CHECK_OK(rls_inverter_add(with.inverter, &document, NULL));
    naive_check(&with.naive, with.inverter);
    fixture_release(&with);
}

TEST(an_unknown_default_language_is_refused)
{
    rls_heap      heap;
    rls_inverter *inverter = (void *)&heap;
    rls_error     err;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_EQ_I64(rls_inverter_new(&heap, bytes_of("klingon"), &inverter, &err), RLS_BAD_ARGUMENT);
    CHECK(inverter == NULL);
    CHECK_EQ_U64(heap.used, 0);
}

/* A whole life with an allocation failing; the work must come to its end once, after a reset. */
static rls_status
live_with_faults(rls_heap *heap, const rls_document *documents, uint32_t count)
{
    rls_inverter      *inverter;
    rls_term_source   *source;
    rls_source_term    term;
    rls_source_posting posting;
    rls_error          err;
    rls_status         status;

    status = rls_inverter_new(heap, bytes_of("english"), &inverter, &err);
    if (status != RLS_OK)
        return status;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < count && status == RLS_OK; i++)
            status = rls_inverter_add(inverter, &documents[i], &err);
        if (status == RLS_OK)
            status = rls_inverter_finish(inverter, &source, &err);
        while (status == RLS_OK &&
               (status = source->ops->next_term(source, &term, &err)) == RLS_OK) {
            while ((status = source->ops->next_posting(source, &posting, &err)) == RLS_OK) {
            }
            if (status == RLS_NOT_FOUND)
                status = RLS_OK;
        }
        if (status == RLS_NOT_FOUND || round > 0)
            break;
        CHECK_EQ_I64(status, RLS_NO_MEMORY);
        status = rls_inverter_reset(inverter, &err);
        if (status != RLS_OK)
            break;
    }
    rls_inverter_free(inverter);
    return status;
}

TEST(any_allocation_may_fail_without_a_leak)
{
    enum {
        COUNT = 12
    };
    rls_heap     heap;
    rls_arena    arena;
    rls_random   random = {rls_test_seed()};
    rls_document documents[COUNT];

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 65536);
    for (int i = 0; i < COUNT; i++)
        random_document(&random, &arena, &documents[i], 200);
    for (uint64_t until = 0;; until++) {
        faulty_heap faulty;
        rls_status  status;

        faulty_heap_init(&faulty, until);
        status = live_with_faults(&faulty.heap, documents, COUNT);
        CHECK_EQ_U64(faulty.heap.used, 0);
        CHECK(status == RLS_NO_MEMORY || status == RLS_NOT_FOUND);
        if (!faulty.failed)
            break;
    }
    rls_arena_release(&arena);
}
