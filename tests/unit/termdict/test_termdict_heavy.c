#include "termdict/termdict_heavy.h"

#include <stdlib.h>

#include "base/random.h"
#include "directory/directory.h"
#include "support/heap_faulty.h"
#include "support/runner.h"
#include "termdict/termdict_writer.h"

enum {
    TERMS = 3000
};

typedef struct made_dict {
    rls_heap       heap;
    rls_directory *directory;
    rls_mapping    mapping;
    rls_termdict   dict;
    char           terms[TERMS][8];
    uint32_t       freqs[TERMS];
} made_dict;

static int
compare_terms(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* A letter of three and a number; a few terms have many postings. */
static void
make_dict(made_dict *made, rls_random *random)
{
    rls_termdict_writer *writer;
    rls_output           output;
    uint64_t             offset = 17;

    rls_heap_init(&made->heap, NULL, SIZE_MAX);
    for (uint32_t i = 0; i < TERMS; i++)
        snprintf(made->terms[i], sizeof made->terms[i], "%c%05u",
                 (char)('a' + rls_random_below(random, 3)), i * 31u);
    qsort(made->terms, TERMS, sizeof made->terms[0], compare_terms);
    CHECK_OK(rls_termdict_writer_new(&made->heap, &writer, NULL));
    for (int i = 0; i < TERMS; i++) {
        bool          heavy = rls_random_below(random, 100) == 0;
        rls_term_info info = {.postings_offset = offset};
        made->freqs[i] =
            heavy ? 50000 + rls_random_below(random, 50000) : 1 + rls_random_below(random, 20);
        info.doc_freq = made->freqs[i];
        info.total_freq = info.doc_freq;
        info.docs_size = info.doc_freq;
        offset += info.docs_size;
        CHECK_OK(rls_termdict_writer_add(
            writer, rls_bytes_of(made->terms[i], strlen(made->terms[i])), &info, NULL));
    }
    CHECK_OK(rls_directory_open_ram(&made->heap, &made->directory, NULL));
    CHECK_OK(rls_output_open(&output, made->directory, "x", NULL));
    CHECK_OK(rls_termdict_writer_finish(writer, &output, NULL));
    CHECK_OK(rls_output_finish(&output, false, NULL));
    rls_termdict_writer_free(writer);
    CHECK_OK(made->directory->ops->map(made->directory, "x", &made->mapping, NULL));
    CHECK_OK(rls_termdict_open(&made->dict, made->mapping.bytes, "x", NULL));
}

static void
free_dict(made_dict *made)
{
    made->directory->ops->unmap(made->directory, &made->mapping);
    rls_directory_close(made->directory);
    CHECK_EQ_U64(made->heap.used, 0);
    free(made);
}

typedef struct met_terms {
    const made_dict *made;
    bool             met[TERMS];
    int              last;
    uint32_t         count, stop_at;
} met_terms;

static rls_status
meet(void *context, rls_bytes term, const rls_term_info *info)
{
    met_terms  *met = context;
    char        text[8] = "";
    const char *found;
    int         number;

    CHECK(term.size < sizeof text);
    memcpy(text, term.data, term.size);
    found = bsearch(text, met->made->terms, TERMS, sizeof met->made->terms[0], compare_terms);
    CHECK(found != NULL);
    number = (int)((found - met->made->terms[0]) / (ptrdiff_t)sizeof met->made->terms[0]);
    CHECK(number > met->last);
    CHECK_EQ_U64(info->doc_freq, met->made->freqs[number]);
    met->last = number;
    met->met[number] = true;
    return ++met->count == met->stop_at ? RLS_CANCELLED : RLS_OK;
}

static met_terms
walk(made_dict *made, rls_heap *heap, const char *prefix, uint32_t limit, uint32_t stop_at,
     rls_status wanted)
{
    met_terms met = {.made = made, .last = -1, .stop_at = stop_at};

    CHECK_EQ_I64(rls_termdict_walk_heavy(&made->dict, heap, rls_bytes_of(prefix, strlen(prefix)),
                                         limit, meet, &met, NULL),
                 wanted);
    return met;
}

TEST(all_terms_of_a_beginning_are_met_when_their_blocks_are_few)
{
    static const char *const prefixes[] = {"a", "b", "c", "b0", "b00", "c9", "a12345", "0", "d"};
    rls_random               random = {rls_test_seed()};
    made_dict               *made = malloc(sizeof *made);

    make_dict(made, &random);
    for (size_t p = 0; p < sizeof prefixes / sizeof *prefixes; p++) {
        met_terms met = walk(made, &made->heap, prefixes[p], 1000, 0, RLS_OK);
        for (int i = 0; i < TERMS; i++)
            CHECK(met.met[i] == (strncmp(made->terms[i], prefixes[p], strlen(prefixes[p])) == 0));
    }
    free_dict(made);
}

TEST(of_many_blocks_those_with_the_most_postings_are_walked)
{
    rls_random random = {rls_test_seed()};
    made_dict *made = malloc(sizeof *made);
    met_terms  met;

    make_dict(made, &random);
    met = walk(made, &made->heap, "b", 20, 0, RLS_OK);
    CHECK(met.count > 0 && met.count <= 20 * RLS_TERMDICT_BLOCK);
    for (int i = 0; i < TERMS; i++)
        CHECK(met.met[i] || made->terms[i][0] != 'b' || made->freqs[i] < 50000);
    free_dict(made);
}

TEST(the_visitor_ends_the_walk_and_memory_may_run_out)
{
    rls_random      random = {rls_test_seed()};
    made_dict      *made = malloc(sizeof *made);
    rls_heap_faulty faulty;
    rls_heap        heap;

    make_dict(made, &random);
    CHECK_EQ_U64(walk(made, &made->heap, "b", 20, 3, RLS_CANCELLED).count, 3);
    for (uint64_t n = 1; n <= 3; n++) {
        rls_heap_faulty_init(&faulty, n, false);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        walk(made, &heap, "b", 20, 0, RLS_NO_MEMORY);
        CHECK_EQ_U64(faulty.live, 0);
    }
    free_dict(made);
}
