/* Searching a damaged segment whose checksums nobody asked for: an answer or an error, never an
 * access out of bounds. */
#include "fixture.h"

#include "base/random.h"
#include "directory/output.h"

enum {
    DOCUMENT_COUNT = 400,
    ROUNDS = 250
};

static const char *const queries[] = {"alpha beta gamma",
                                      "\"alpha beta\" delta",
                                      "+alpha -gamma title:beta",
                                      "alp* AND beta",
                                      "=Alpha OR \"gamma\"",
                                      "date:2001..2003 alpha ministers:goff",
                                      "size:>3",
                                      "*"};

static void
make_documents(fixture_document *documents, rls_random *random)
{
    static const char *const words[] = {"alpha", "beta", "gamma", "delta", "Alpha", "epsilon"};

    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++) {
        char text[512] = "", key[16], date[16];
        for (uint32_t w = rls_random_below(random, 20); w > 0; w--) {
            uint32_t a = rls_random_below(random, 6), b = rls_random_below(random, 6);
            strcat(strcat(text, words[a < b ? a : b]), " ");
        }
        sprintf(key, "%05u", (i * 7919) % 10007);
        sprintf(date, "%u-01-01", 2000 + i % 7);
        documents[i] = (fixture_document){.key = strdup(key),
                                          .body = strdup(text),
                                          .title = words[i % 5],
                                          .date = strdup(date),
                                          .size = i % 3 == 0 ? "4" : NULL};
        if (i % 2 == 0)
            documents[i].ministers[0] = "Phil Goff";
    }
}

static void
write_file(rls_directory *directory, const char *name, const uint8_t *bytes, size_t size)
{
    rls_output output;

    CHECK_OK(rls_output_open(&output, directory, name, NULL));
    rls_output_write(&output, bytes, size);
    CHECK_OK(rls_output_finish(&output, false, NULL));
}

static void
search_all(fixture *f)
{
    for (size_t q = 0; q < sizeof(queries) / sizeof(*queries); q++) {
        for (int way = 0; way < 3; way++) {
            rls_search_request request = FIXTURE_REQUEST;
            rls_results       *results;
            rls_status         status;
            request.evaluation = way == 0 ? RLS_EVALUATE_EXHAUSTIVE : RLS_EVALUATE_FAST;
            request.count = way == 1;
            request.limit = way == 1 ? 200 : 10;
            status = fixture_search(&f->heap, &f->snapshot, queries[q], &request, &results, NULL);
            CHECK(status == RLS_OK || status == RLS_CORRUPT);
            rls_results_free(results);
        }
    }
}

TEST(damage_is_an_answer_or_an_error)
{
    fixture_document documents[DOCUMENT_COUNT];
    rls_random       random = {rls_test_seed()};
    uint32_t         split = DOCUMENT_COUNT, searched = 0;
    fixture          f;
    rls_segment     *whole;
    rls_mapping      mapping;
    uint8_t         *bytes;
    char             name[64];
    size_t           size;

    make_documents(documents, &random);
    fixture_open(&f, documents, &split, 1);
    whole = f.snapshot.segments[0].segment;
    snprintf(name, sizeof(name), "%s", rls_segment_get_info(whole)->name);
    CHECK_OK(f.directory->ops->map(f.directory, name, &mapping, NULL));
    size = mapping.bytes.size;
    bytes = malloc(size);
    memcpy(bytes, mapping.bytes.data, size);
    f.directory->ops->unmap(f.directory, &mapping);
    search_all(&f);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t     flips = 1 + rls_random_below(&random, 8), at[8];
        uint8_t      masks[8];
        rls_segment *segment;
        for (uint32_t i = 0; i < flips; i++) {
            at[i] = rls_random_below(&random, (uint32_t)size);
            masks[i] = (uint8_t)(1u << rls_random_below(&random, 8));
            bytes[at[i]] ^= masks[i];
        }
        write_file(f.directory, name, bytes, size);
        if (rls_segment_open(&f.heap, f.directory, name, false, &segment, NULL) == RLS_OK) {
            if (rls_segment_get_info(segment)->doc_count == DOCUMENT_COUNT) {
                f.snapshot.segments[0].segment = segment;
                search_all(&f);
                searched++;
            }
            rls_segment_close(segment);
        }
        for (uint32_t i = flips; i-- > 0;)
            bytes[at[i]] ^= masks[i];
    }
    CHECK(searched > ROUNDS / 4);
    f.snapshot.segments[0].segment = whole;
    fixture_close(&f);
    free(bytes);
    for (uint32_t i = 0; i < DOCUMENT_COUNT; i++) {
        free((char *)documents[i].key);
        free((char *)documents[i].body);
        free((char *)documents[i].date);
    }
}
