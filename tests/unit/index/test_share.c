#include "index/share.h"
#include "support/runner.h"

#include "base/random.h"

enum {
    DOCUMENTS = 4000,
    SLICES = 20,
    ITEMS = 30 /* of a slice */
};

/* A share of which each document's input is known. */
typedef struct known_share {
    rls_heap           heap;
    rls_schema        *schema;
    rls_slice_settings settings;
    rls_worker         worker;
    rls_share         *share;
    uint64_t           inputs;
    uint64_t           sequences[DOCUMENTS];
    uint32_t           doc_count;
} known_share;

static void
begin(known_share *known)
{
    *known = (known_share){0};
    rls_heap_init(&known->heap, NULL, SIZE_MAX);
    CHECK_OK(rls_schema_new(&known->heap, &known->schema, NULL));
    known->settings = (rls_slice_settings){
        .segment = {.language = rls_bytes_of("english", 7), .schema = known->schema},
        .size_limit = 1 << 20};
    rls_worker_init(&known->worker, &known->heap);
    known->share = rls_share_new(&known->heap, 0);
    CHECK(known->share != NULL);
}

static void
end(known_share *known)
{
    for (uint32_t doc = 0; doc < known->doc_count; doc++)
        CHECK_EQ_U64(rls_share_sequence(known->share, doc), known->sequences[doc]);
    rls_share_free(known->share);
    rls_worker_release(&known->worker);
    rls_schema_free(known->schema);
    CHECK_EQ_U64(known->heap.used, 0);
}

/* An input of `lines` lines of JSON; those in `broken` are no documents. */
static void
do_lines(known_share *known, rls_slice *slice, uint32_t lines, uint32_t broken)
{
    rls_item   item = {.kind = RLS_ITEM_BYTES, .format = RLS_FORMAT_JSONL};
    rls_buffer bytes;

    rls_buffer_init(&bytes, &known->heap);
    for (uint32_t i = 0; i < lines; i++) {
        const char *line = i < 32 && broken >> i & 1 ? "{\"body\": \n" : "{\"body\": \"a word\"}\n";

        rls_buffer_append(&bytes, line, strlen(line));
        if (line[9] != '\n' && known->doc_count < DOCUMENTS)
            known->sequences[known->doc_count++] = known->inputs;
    }
    item.bytes = rls_buffer_bytes(&bytes);
    rls_slice_do(slice, &known->worker, &item, bytes.size);
    known->inputs++;
    rls_buffer_release(&bytes);
}

static rls_slice *
begin_slice(known_share *known)
{
    rls_slice *slice = rls_slice_new(&known->heap, &known->settings, &known->worker);

    CHECK(slice != NULL);
    slice->first_sequence = known->inputs;
    return slice;
}

static void
end_slice(known_share *known, rls_slice *slice)
{
    rls_slice_finish(slice);
    CHECK_EQ_U64(slice->status, RLS_OK);
    CHECK_OK(rls_share_take(known->share, slice, NULL));
    rls_slice_free(slice);
}

TEST(each_document_tells_which_input_it_came_of)
{
    rls_random  random = {rls_test_seed()};
    known_share known;

    begin(&known);
    for (int i = 0; i < SLICES; i++) {
        rls_slice *slice = begin_slice(&known);

        for (int j = 0; j < ITEMS; j++) {
            uint32_t lines = rls_random_below(&random, 2) == 0 ? 1 : rls_random_below(&random, 6);
            uint32_t broken = rls_random_below(&random, 4) == 0 ? rls_random_below(&random, 64) : 0;

            do_lines(&known, slice, lines, broken);
        }
        end_slice(&known, slice);
    }
    end(&known);
}

/* What is kept of a share until the commit, hundreds of them in a large transaction, must not grow
 * with its documents. */
TEST(runs_of_inputs_and_of_lines_are_one_mark_each)
{
    known_share known;
    rls_slice  *slice;

    begin(&known);
    slice = begin_slice(&known);
    for (int i = 0; i < 500; i++)
        do_lines(&known, slice, 1, 0);
    end_slice(&known, slice);
    slice = begin_slice(&known);
    do_lines(&known, slice, 1500, 0);
    end_slice(&known, slice);
    CHECK_EQ_U64(known.share->mark_count, 2);
    end(&known);
}
