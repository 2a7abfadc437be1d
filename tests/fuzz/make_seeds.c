/* Writes the seeds that are bytes of an index into the saved corpora: whole segments, their
 * sections and dictionaries, single postings lists, live documents, stamps, a manifest. To be run
 * again when a format changes: make_seeds tests/fuzz/corpus */
#include <sys/stat.h>

#include "base/random.h"
#include "fuzz_base.h"
#include "fuzz_lengths.h"
#include "index/manifest.h"
#include "support/directory_files.h"

static const char *corpus;

static void
put(const char *target, const char *name, rls_bytes head, rls_bytes bytes)
{
    char  path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", corpus, target);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/%s/%s", corpus, target, name);
    file = fopen(path, "wb");
    FUZZ_CHECK(file != NULL);
    FUZZ_CHECK(fwrite(head.data, 1, head.size, file) == head.size);
    FUZZ_CHECK(fwrite(bytes.data, 1, bytes.size, file) == bytes.size);
    FUZZ_CHECK(fclose(file) == 0);
}

static void
put_segment(int kind)
{
    static const char *const names[FUZZ_BASE_COUNT] = {"few", "many"};
    fuzz_base                base;
    rls_buffer               whole;
    size_t                   file_size;
    uint8_t                 *file;
    char                     name[64];

    fuzz_base_open(&base, kind);
    rls_buffer_init(&whole, &base.heap);
    for (int i = 0; i < RLS_SECTION_COUNT; i++) {
        rls_bytes section = rls_segment_section(base.segment, (rls_section)i);
        uint8_t   choice = (uint8_t)(kind * RLS_SECTION_COUNT + i);

        snprintf(name, sizeof name, "%s-%s", names[kind], rls_section_name((rls_section)i));
        put("section", name, rls_bytes_of(&choice, 1), section);
        if (kind == FUZZ_BASE_FEW) {
            uint8_t lean = (uint8_t)(choice + FUZZ_BASE_COUNT * RLS_SECTION_COUNT);

            put("merge", name, rls_bytes_of(&choice, 1), section);
            snprintf(name, sizeof name, "lean-%s", rls_section_name((rls_section)i));
            put("merge", name, rls_bytes_of(&lean, 1), section);
        }
        rls_buffer_put_u32(&whole, (uint32_t)section.size);
    }
    for (int i = 0; i < RLS_SECTION_COUNT; i++) {
        rls_bytes section = rls_segment_section(base.segment, (rls_section)i);
        rls_buffer_append(&whole, section.data, section.size);
    }
    put("termdict", names[kind], rls_bytes_of("\x08minister", 9),
        rls_segment_section(base.segment, RLS_SECTION_TERMDICT));
    if (kind == FUZZ_BASE_FEW) {
        put("segment", names[kind], rls_bytes_of("", 0), rls_buffer_bytes(&whole));
        file = rls_test_read_file(base.directory, base.segment->info.name, &file_size);
        FUZZ_CHECK(file != NULL);
        put("container", names[kind], rls_bytes_of("", 0), rls_bytes_of(file, file_size));
        free(file);
    }
    rls_buffer_release(&whole);
    fuzz_base_close(&base);
}

/* Queries over good segments, and over segments whose postings and norms are given anew. */
static void
put_searches(void)
{
    static const char *const queries[] = {
        "minister",   "the minister", "+of -the to", "\"of the\"",     "ministers:\"Phil Goff\"",
        "date:>2005", "min*",         "=Minister",   "pages:1..3 the", "title:the OR (a AND NOT b)",
        "ministers:*"};
    uint8_t bytes[64];
    char    name[32];

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        size_t size = strlen(queries[i]);

        bytes[0] = (uint8_t)(i * 37);
        bytes[1] = (uint8_t)size;
        memcpy(bytes + 2, queries[i], size);
        snprintf(name, sizeof name, "query-%02zu", i);
        put("search", name, rls_bytes_of(bytes, 2 + size), rls_bytes_of("", 0));
    }
    for (int kind = 0; kind < FUZZ_BASE_COUNT; kind++) {
        static const rls_section sections[] = {RLS_SECTION_POSTINGS, RLS_SECTION_NORMS,
                                               RLS_SECTION_TERMDICT, RLS_SECTION_COLUMNS};

        for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
            uint8_t head[] = {0, 7, 't', 'h', 'e', ' ', 'o', 'f', '*', 0};

            head[9] = (uint8_t)(kind * RLS_SECTION_COUNT + (int)sections[i]);
            snprintf(name, sizeof name, "damaged-%d-%s", kind, rls_section_name(sections[i]));
            put("search", name, rls_bytes_of(head, sizeof head),
                rls_segment_section(fuzz_base_segment(kind), sections[i]));
        }
    }
}

typedef struct shape {
    const char *name;
    uint32_t    doc_count, doc_freq, freq, forms, fields;
    bool        keyword; /* else without forms a pair */
} shape;

/* One posting at random: fields, positions and codes of forms. */
static void
add_posting(rls_postings_writer *writer, rls_random *random, const shape *s, uint32_t doc,
            uint64_t *form_counts)
{
    rls_field_freq fields[FUZZ_LENGTH_FIELDS];
    uint32_t       positions[64], codes[64], field_count = 0, total = 0;

    for (uint32_t f = 0; f < s->fields && !s->keyword; f++) {
        uint32_t freq = 1 + rls_random_below(random, s->freq), position = 0;

        if (f > 0 && rls_random_below(random, 4) > 0)
            continue;
        fields[field_count++] = (rls_field_freq){f, freq};
        for (uint32_t i = 0; i < freq; i++, total++) {
            position += 1 + rls_random_below(random, 9);
            positions[total] = position;
            codes[total] =
                form_counts[0] == 0 || s->forms == 0 ? 0 : rls_random_below(random, s->forms);
        }
    }
    if (s->keyword)
        fields[field_count++] = (rls_field_freq){0, 1};
    FUZZ_CHECK(rls_postings_writer_add(writer, doc, fields, field_count,
                                       s->forms == 0 || s->keyword ? NULL : positions,
                                       s->forms == 0 || s->keyword ? NULL : codes, NULL) == RLS_OK);
}

static void
put_list(const shape *s)
{
    static const char *const words[] = {"ministers", "Minister", "MINISTERS", "ministered"};
    rls_heap                 heap;
    rls_directory           *directory;
    rls_output               output;
    rls_postings_writer     *writer;
    rls_term_info            info;
    rls_random               random = {s->doc_freq};
    rls_form                 forms[4];
    uint64_t                 form_counts[4] = {1};
    fuzz_lengths             l;
    uint8_t                  head[9], *bytes;
    size_t                   size;
    uint32_t                 doc = 0;

    fuzz_heap_begin(&heap);
    fuzz_lengths_init(&l, s->doc_count, s->fields, false);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    FUZZ_CHECK(rls_output_open(&output, directory, "list", NULL) == RLS_OK);
    FUZZ_CHECK(rls_postings_writer_new(&heap, &output, &l.norms, &l.similarity, &writer, NULL) ==
               RLS_OK);
    for (uint32_t i = 0; i < s->forms; i++)
        forms[i] = (rls_form){fuzz_string(words[i]), 100 - i};
    if (s->forms == 0)
        rls_postings_writer_begin_bare(writer);
    else
        FUZZ_CHECK(rls_postings_writer_begin(writer, fuzz_string("minister"), forms,
                                             s->keyword ? 0 : s->forms, NULL) == RLS_OK);
    for (uint32_t i = 0; i < s->doc_freq; i++) {
        uint32_t room = s->doc_count - doc - (s->doc_freq - i);
        doc += rls_random_below(&random, 2 * room / (s->doc_freq - i) + 1) < room
                   ? rls_random_below(&random, 2 * room / (s->doc_freq - i) + 1) % (room + 1)
                   : 0;
        add_posting(writer, &random, s, doc++, form_counts);
    }
    FUZZ_CHECK(rls_postings_writer_end(writer, &info, NULL) == RLS_OK);
    rls_postings_writer_free(writer);
    FUZZ_CHECK(rls_output_finish(&output, false, NULL) == RLS_OK);
    bytes = rls_test_read_file(directory, "list", &size);
    FUZZ_CHECK(bytes != NULL && size == info.positions_size + info.docs_size);
    rls_set_u16(head, (uint16_t)(s->doc_count - 1));
    head[2] = (uint8_t)(s->fields - 1);
    rls_set_u16(head + 3, (uint16_t)(info.doc_freq - 1));
    rls_set_u16(head + 5, (uint16_t)(info.total_freq - info.doc_freq));
    rls_set_u16(head + 7, (uint16_t)info.positions_size);
    put("postings", s->name, rls_bytes_of(head, sizeof head), rls_bytes_of(bytes, size));
    free(bytes);
    rls_directory_close(directory);
    fuzz_lengths_release(&l);
    fuzz_heap_end(&heap);
}

static void
put_lists(void)
{
    static const shape shapes[] = {
        {"one", 100, 1, 3, 1, 2, false},       {"two", 9000, 2, 1, 1, 1, false},
        {"short", 3000, 40, 4, 3, 3, false},   {"keyword", 5000, 60, 1, 1, 1, true},
        {"long", 60000, 300, 2, 2, 2, false},  {"dense", 2000, 1100, 1, 1, 1, false},
        {"groups", 9000, 5000, 1, 1, 1, true}, {"row", 4000, 260, 3, 1, 1, false},
        {"run", 400, 399, 1, 1, 1, true},      {"several", 700, 140, 5, 4, 6, false},
        {"wide", 65000, 4400, 1, 1, 1, true},  {"pair", 2000, 500, 4, 0, 2, false},
    };

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        put_list(&shapes[i]);
}

static void
put_live_docs(void)
{
    static const uint32_t counts[] = {0, 1, 10, 64, 1000};
    rls_heap              heap;
    rls_directory        *directory;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        rls_live_docs live;
        uint8_t       id[RLS_ID_SIZE] = "sixteen bytes  ", head[2], *bytes;
        size_t        size;
        char          name[32];

        FUZZ_CHECK(rls_live_docs_init(&live, &heap, counts[i]) == RLS_OK);
        for (uint32_t d = 3; d < counts[i]; d += 5)
            rls_live_docs_delete(&live, d);
        FUZZ_CHECK(rls_live_docs_write(&live, directory, id, "live", NULL) == RLS_OK);
        bytes = rls_test_read_file(directory, "live", &size);
        FUZZ_CHECK(bytes != NULL);
        rls_set_u16(head, (uint16_t)counts[i]);
        snprintf(name, sizeof name, "%u", (unsigned)counts[i]);
        put("live_docs", name, rls_bytes_of(head, 2), rls_bytes_of(bytes, size));
        free(bytes);
        rls_live_docs_release(&live, &heap);
    }
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
}

static void
put_stamps(void)
{
    static const uint32_t counts[] = {0, 1, 3, 200};
    rls_heap              heap;
    rls_directory        *directory;

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        rls_stamps_writer writer;
        uint8_t           id[RLS_ID_SIZE] = "sixteen bytes  ", head[2], *bytes;
        size_t            size;
        char              name[32];

        rls_stamps_writer_init(&writer, &heap);
        for (uint32_t s = 0; s < counts[i]; s++)
            rls_stamps_writer_add(&writer, (1180310400 + (int64_t)s * s) * 1000000000 + s / 100,
                                  1000 + s * 37 % 101);
        FUZZ_CHECK(rls_stamps_writer_put_file(&writer, directory, id, "stamps", NULL) == RLS_OK);
        rls_stamps_writer_release(&writer);
        bytes = rls_test_read_file(directory, "stamps", &size);
        FUZZ_CHECK(bytes != NULL);
        rls_set_u16(head, (uint16_t)counts[i]);
        snprintf(name, sizeof name, "%u", (unsigned)counts[i]);
        put("stamps", name, rls_bytes_of(head, 2), rls_bytes_of(bytes, size));
        free(bytes);
    }
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
}

static void
put_manifest(void)
{
    rls_manifest_language languages[] = {{fuzz_string("english"), 77}, {fuzz_string("french"), 78}};
    rls_manifest_root     roots[] = {{fuzz_string("docs"), fuzz_string("/home/a/docs")},
                                     {fuzz_string(""), fuzz_string("notes")}};
    rls_manifest_segment  segments[] = {{"0123456789abcde", 5000, 100, 3, 2},
                                        {"123456789abcdef", 600, 20, 0, 0}};
    rls_heap              heap;
    rls_directory        *directory;
    rls_manifest          manifest;
    char                  name[RLS_NAME_SIZE];

    fuzz_heap_begin(&heap);
    FUZZ_CHECK(rls_directory_open_ram(&heap, &directory, NULL) == RLS_OK);
    for (uint32_t i = 0; i < 2; i++) {
        uint8_t *bytes;
        size_t   size;

        rls_manifest_init(&manifest, &heap);
        manifest.generation = 17 + i;
        manifest.store = true;
        manifest.schema = i == 0 ? fuzz_string("") : fuzz_string("language: english\n");
        manifest.languages = languages;
        manifest.language_count = 1 + i;
        manifest.roots = roots;
        manifest.root_count = 2 * i;
        manifest.segments = segments;
        manifest.segment_count = 2 * i;
        FUZZ_CHECK(rls_manifest_publish(&manifest, directory, NULL) == RLS_OK);
        rls_manifest_file_name(manifest.generation, name);
        bytes = rls_test_read_file(directory, name, &size);
        FUZZ_CHECK(bytes != NULL);
        put("manifest", i == 0 ? "empty" : "full", rls_bytes_of("", 0), rls_bytes_of(bytes, size));
        free(bytes);
        rls_manifest_release(&manifest);
    }
    rls_directory_close(directory);
    fuzz_heap_end(&heap);
}

int
main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_seeds CORPUS\n");
        return 2;
    }
    corpus = argv[1];
    put_segment(FUZZ_BASE_FEW);
    put_segment(FUZZ_BASE_MANY);
    put_searches();
    put_lists();
    put_live_docs();
    put_stamps();
    put_manifest();
    return 0;
}
