/* Documents that were damaged on their way, and machines without memory: every reader on inputs cut
 * at every length, with bytes changed, and with every allocation failing in turn. */
#include "unit/document/reading.h"

#include "base/random.h"
#include "document/utf8.h"
#include "support/heap_faulty.h"

static const char *const samples[] = {"colon-item.md",    "crlf.md",   "toml.md",
                                      "block-literal.md", "nested.md", "inline-list.md",
                                      "single-quotes.md", "zone.md",   "block-folded.md"};

enum {
    SAMPLE_COUNT = sizeof samples / sizeof *samples,
    MAX_SAMPLE = 2000
};

static const char short_yaml[] = "---\ntitle: \"A \\\"b\\\" \\u0101\"\ndate: 2007-05-28\n"
                                 "list:\n  - a: b\n  - [x y]\nmap: {k: &a [1, 2], l: *a}\n"
                                 "text: |\n  one\n  two\nbad: c: d\n---\n# Body\n\n[a](b) `c`\n";
static const char short_toml[] = "+++\ntitle = \"A \\u0101\"\ntags = [\"a\",\n 'b']\nx.y = 1\n"
                                 "[[t]]\nk = {a = 1}\ns = '''m\nn'''\n+++\nBody\n";
static const char short_json[] =
    "{\"_id\":\"a\",\"title\":\"T \\u0101\",\"m\":{\"l\":[1,{\"k\":null}]},"
    "\"text\":\"Body \\ud83d\\ude00\"}\n{\"id\":2}\n";

static size_t
load_sample(int index, uint8_t *out)
{
    char   path[100];
    FILE  *file;
    size_t size;

    snprintf(path, sizeof path, "documents/%s", samples[index]);
    file = fopen(rls_test_data(path), "rb");
    CHECK(file != NULL);
    size = fread(out, 1, MAX_SAMPLE, file);
    fclose(file);
    return size;
}

static void
check_valid(rls_bytes text)
{
    CHECK_EQ_U64(rls_utf8_valid_size(text), text.size);
}

/* Whatever comes out keeps the promises of document.h. */
static void
check_document(const rls_document *document)
{
    check_valid(document->key);
    CHECK(document->key.size > 0);
    check_valid(document->body);
    check_valid(document->prose);
    CHECK_EQ_U64(document->prose.size, document->body.size);
    for (uint32_t i = 0; i < document->field_count; i++) {
        const rls_field *field = &document->fields[i];

        check_valid(field->name);
        CHECK(field->name.size > 0);
        CHECK(field->name.size != 4 || memcmp(field->name.data, "body", 4) != 0);
        for (uint32_t k = 0; k < field->value_count; k++)
            check_valid(field->values[k].text);
    }
    for (uint32_t i = 0; i < document->note_count; i++)
        CHECK(strlen(document->notes[i]) > 0);
}

static void
read_all(const uint8_t *bytes, size_t size, const char *name)
{
    reading    r;
    rls_status status = reading_open(&r, name, bytes, size, RLS_FORMAT_AUTO);

    CHECK(status == RLS_OK || status == RLS_BAD_DOCUMENT);
    for (int count = 0; status == RLS_OK; count++) {
        status = reading_next(&r);
        if (status == RLS_NOT_FOUND)
            break;
        CHECK(count < 1000);
        CHECK(status == RLS_OK || status == RLS_BAD_DOCUMENT);
        if (status == RLS_OK)
            check_document(&r.document);
        status = RLS_OK;
    }
    reading_close(&r);
}

static void
cut_everywhere(const void *bytes, size_t size, const char *name)
{
    for (size_t cut = 0; cut <= size; cut++)
        read_all(bytes, cut, name);
}

TEST(documents_cut_at_every_length_are_read)
{
    cut_everywhere(short_yaml, sizeof short_yaml - 1, "a.md");
    cut_everywhere(short_toml, sizeof short_toml - 1, "a.md");
    cut_everywhere(short_json, sizeof short_json - 1, "a.jsonl");
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        uint8_t bytes[MAX_SAMPLE];
        size_t  size = load_sample(i, bytes);

        cut_everywhere(bytes, size < 700 ? size : 700, "a.md");
    }
}

static void
change_bytes(const void *bytes, size_t size, const char *name, int rounds, rls_random *random)
{
    static const char favourites[] = "-:\n \"'[]{}#&*|>\\`<+=,\t\0\xFF\xC4";

    for (int round = 0; round < rounds; round++) {
        uint8_t  changed[MAX_SAMPLE + 64];
        uint32_t changes = rls_random_below(random, 6) + 1;
        size_t   now = size;

        memcpy(changed, bytes, size);
        while (changes-- > 0 && now > 0) {
            uint32_t at = rls_random_below(random, (uint32_t)(now < 500 ? now : 500));
            uint8_t  byte = rls_random_below(random, 3) == 0
                                ? (uint8_t)rls_random_next(random)
                                : (uint8_t)favourites[rls_random_below(random, sizeof favourites)];

            switch (rls_random_below(random, 3)) {
            case 0:
                memmove(changed + at + 1, changed + at, now - at);
                now++;
                changed[at] = byte;
                break;
            case 1:
                memmove(changed + at, changed + at + 1, now - at - 1);
                now--;
                break;
            default:
                changed[at] = byte;
                break;
            }
        }
        read_all(changed, now, name);
    }
}

TEST(documents_with_changed_bytes_are_read)
{
    rls_random random = {rls_test_seed()};

    change_bytes(short_yaml, sizeof short_yaml - 1, "a.md", 8000, &random);
    change_bytes(short_toml, sizeof short_toml - 1, "a.md", 3000, &random);
    change_bytes(short_json, sizeof short_json - 1, "a.jsonl", 4000, &random);
    for (int i = 0; i < SAMPLE_COUNT; i++) {
        uint8_t bytes[MAX_SAMPLE];
        size_t  size = load_sample(i, bytes);

        change_bytes(bytes, size, "a.md", 400, &random);
    }
}

/* One run with the n-th allocation failing; false when none was left to fail. */
static bool
run_without_memory(const char *text, size_t size, const char *name, uint64_t n)
{
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_arena       arena;
    rls_document    document;
    rls_source      source;
    rls_error       err;
    rls_status      status;

    rls_heap_faulty_init(&faulty, n, false);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    /* Chunks of the smallest size, so that nearly every request can fail. */
    rls_arena_init(&arena, &heap, 16);
    rls_document_init(&document, &arena);
    status = rls_source_open(&source, &heap, bytes_of(name), rls_bytes_of(text, size),
                             RLS_FORMAT_AUTO, 1 << 20, &err);
    if (status == RLS_OK)
        status = rls_source_next(&source, &document, &err);
    rls_source_close(&source);
    /* Notes alone may be lost without an error. */
    if (status != RLS_OK && (!faulty.failed || status != RLS_NO_MEMORY))
        rls_test_fail(__FILE__, __LINE__, "%s, request %" PRIu64 ": %s", name, n, err.message);
    if (status == RLS_OK)
        check_document(&document);
    rls_arena_release(&arena);
    CHECK_EQ_U64(faulty.live, 0);
    return faulty.failed;
}

static void
fail_everywhere(const char *text, size_t size, const char *name)
{
    uint64_t n = 1;

    while (run_without_memory(text, size, name, n))
        n++;
    CHECK(n > 2);
}

TEST(readers_without_memory_say_so_and_leak_nothing)
{
    static const char simple[] = "---\ntitle: \"A \\u0101\"\nlist:\n  - a\n  - 'b''c'\n---\nBody";
    static const char broken[] = "---\ntitle: \xFF &amp;\nlist:\n\t- a: b: c\n---\nBody\xFF";

    fail_everywhere(simple, sizeof simple - 1, "a.md");
    fail_everywhere(broken, sizeof broken - 1, "a.md");
    fail_everywhere(short_yaml, sizeof short_yaml - 1, "a.md");
    fail_everywhere(short_toml, sizeof short_toml - 1, "a.md");
    fail_everywhere(short_json, sizeof short_json - 1, "a.jsonl");
    fail_everywhere("{\"text\":\"M\xFF\"}", 13, "a.jsonl");
    fail_everywhere("\xFF\xFE"
                    "a\0b\0",
                    6, "a.md");
}
