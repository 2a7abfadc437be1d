#include "support/runner.h"

#include <stdlib.h>

#include "base/random.h"
#include "support/heap_faulty.h"
#include "termdict/termdict_writer.h"

typedef struct entry {
    uint8_t      *bytes;
    size_t        size;
    rls_term_info info;
} entry;

/* A sorted array: what a dictionary must agree with. */
typedef struct entries {
    entry *list;
    size_t count;
} entries;

static rls_bytes
term_of(const entry *e)
{
    return rls_bytes_of(e->bytes, e->size);
}

static int
compare_entries(const void *a, const void *b)
{
    return rls_bytes_compare(term_of(a), term_of(b));
}

static void
free_entries(entries *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].bytes);
    free(all->list);
}

static void
add_entry(entries *all, const void *bytes, size_t size)
{
    entry *e = &all->list[all->count++];

    *e = (entry){.bytes = malloc(size), .size = size};
    memcpy(e->bytes, bytes, size);
}

/* Numbers of all magnitudes, half of them the smallest. */
static void
draw_info(rls_random *random, uint64_t offset, rls_term_info *out_info)
{
    *out_info = (rls_term_info){.doc_freq = 1, .total_freq = 1, .postings_offset = offset};
    out_info->positions_size = rls_random_below(random, 5);
    out_info->docs_size = rls_random_below(random, 40);
    if (rls_random_below(random, 2) == 0)
        return;
    out_info->doc_freq = (uint32_t)rls_random_next(random) >> rls_random_below(random, 32);
    out_info->doc_freq += out_info->doc_freq == 0;
    out_info->total_freq = out_info->doc_freq;
    if (rls_random_below(random, 2) == 0)
        out_info->total_freq += rls_random_next(random) >> (9 + rls_random_below(random, 55));
    out_info->positions_size = rls_random_next(random) >> (24 + rls_random_below(random, 40));
    out_info->docs_size = rls_random_next(random) >> (24 + rls_random_below(random, 40));
}

/* Sorts, drops what is there twice, gives each term its numbers. */
static void
complete(entries *all, rls_random *random)
{
    uint64_t offset = rls_random_below(random, 1000);
    size_t   kept = 0;

    qsort(all->list, all->count, sizeof *all->list, compare_entries);
    for (size_t i = 0; i < all->count; i++) {
        if (kept > 0 && compare_entries(&all->list[kept - 1], &all->list[i]) == 0) {
            free(all->list[i].bytes);
            continue;
        }
        all->list[kept] = all->list[i];
        draw_info(random, offset, &all->list[kept].info);
        offset += all->list[kept].info.positions_size + all->list[kept].info.docs_size;
        kept++;
    }
    all->count = kept;
}

/* Terms over an alphabet that includes 0x00 and 0xff, some with a long common begin, some long. */
static entries
random_entries(rls_random *random, size_t count)
{
    static const char *begins[] = {"", "\1ministers\1", "\1ministers\1phil goff ", "munition"};
    static const char  letters[] = "ab\0\xff"
                                   "e";
    entries            all = {.list = malloc((count + 1) * sizeof *all.list)};

    for (size_t i = 0; i < count; i++) {
        uint8_t     bytes[2000];
        const char *begin = begins[rls_random_below(random, 4)];
        size_t      begin_size = strlen(begin);
        size_t      own = 1 + rls_random_below(random, 12), size = begin_size;

        if (rls_random_below(random, 100) == 0)
            own = 1 + rls_random_below(random, 1000);
        memcpy(bytes, begin, begin_size);
        while (own-- > 0)
            bytes[size++] = (uint8_t)letters[rls_random_below(random, 5)];
        add_entry(&all, bytes, size);
    }
    complete(&all, random);
    return all;
}

static rls_status
write_entries(rls_heap *heap, const entries *all, rls_output *output, rls_error *err)
{
    rls_termdict_writer *writer;
    rls_status           status = rls_termdict_writer_new(heap, &writer, err);

    for (size_t i = 0; status == RLS_OK && i < all->count; i++)
        status = rls_termdict_writer_add(writer, term_of(&all->list[i]), &all->list[i].info, err);
    if (status == RLS_OK)
        status = rls_termdict_writer_finish(writer, output, err);
    rls_termdict_writer_free(writer);
    return status;
}

/* The section in a buffer of just its size. */
static uint8_t *
section_of(const entries *all, size_t *out_size)
{
    rls_heap       heap;
    rls_directory *directory;
    rls_output     output;
    rls_mapping    mapping;
    uint8_t       *section;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &directory, NULL));
    CHECK_OK(rls_output_open(&output, directory, "x", NULL));
    CHECK_OK(write_entries(&heap, all, &output, NULL));
    CHECK_OK(rls_output_finish(&output, false, NULL));
    CHECK_OK(directory->ops->map(directory, "x", &mapping, NULL));
    *out_size = mapping.bytes.size;
    section = malloc(*out_size);
    memcpy(section, mapping.bytes.data, *out_size);
    directory->ops->unmap(directory, &mapping);
    rls_directory_close(directory);
    CHECK_EQ_U64(heap.used, 0);
    return section;
}

static void
check_same(const rls_term_info *a, const rls_term_info *b)
{
    CHECK_EQ_U64(a->doc_freq, b->doc_freq);
    CHECK_EQ_U64(a->total_freq, b->total_freq);
    CHECK_EQ_U64(a->postings_offset, b->postings_offset);
    CHECK_EQ_U64(a->positions_size, b->positions_size);
    CHECK_EQ_U64(a->docs_size, b->docs_size);
}

/* Index of the first entry not below `term`. */
static size_t
lower_bound(const entries *all, rls_bytes term)
{
    size_t i = 0, end = all->count;

    while (i < end) {
        size_t middle = i + (end - i) / 2;
        if (rls_bytes_compare(term_of(&all->list[middle]), term) < 0)
            i = middle + 1;
        else
            end = middle;
    }
    return i;
}

/* Look-up and seek of `term`, there or not, answer as the array does. */
static void
check_term(const rls_termdict *dict, const entries *all, rls_termdict_cursor *cursor,
           const uint8_t *bytes, size_t size)
{
    uint8_t      *copy = calloc(1, size);
    rls_bytes     term = rls_bytes_of(copy, size);
    size_t        place;
    rls_term_info info;
    rls_error     err = {0};
    rls_status    status;

    if (size > 0)
        memcpy(copy, bytes, size);
    place = lower_bound(all, term);
    status = rls_termdict_find(dict, term, &info, &err);
    if (place < all->count && rls_bytes_compare(term_of(&all->list[place]), term) == 0) {
        CHECK_OK(status);
        check_same(&info, &all->list[place].info);
    } else {
        CHECK_EQ_I64(status, RLS_NOT_FOUND);
    }
    CHECK_EQ_I64(err.status, RLS_OK);

    status = rls_termdict_cursor_seek(cursor, term, &err);
    for (size_t i = place; i < place + 3; i++) {
        if (i >= all->count) {
            CHECK_EQ_I64(status, RLS_NOT_FOUND);
        } else {
            CHECK_OK(status);
            CHECK_EQ_U64(cursor->ordinal, i);
            CHECK(rls_bytes_compare(rls_buffer_bytes(&cursor->term), term_of(&all->list[i])) == 0);
            check_same(&cursor->info, &all->list[i].info);
        }
        status = rls_termdict_cursor_next(cursor, &err);
    }
    CHECK_EQ_I64(err.status, RLS_OK);
    free(copy);
}

/* Its neighbours: one byte less, one byte more, the last byte lower and higher. */
static void
check_neighbours(const rls_termdict *dict, const entries *all, rls_termdict_cursor *cursor,
                 const entry *e)
{
    uint8_t bytes[2001];

    memcpy(bytes, e->bytes, e->size);
    bytes[e->size] = 0;
    check_term(dict, all, cursor, bytes, e->size + 1);
    check_term(dict, all, cursor, bytes, e->size);
    check_term(dict, all, cursor, bytes, e->size - 1);
    bytes[e->size - 1]++;
    check_term(dict, all, cursor, bytes, e->size);
    bytes[e->size - 1] -= 2;
    check_term(dict, all, cursor, bytes, e->size);
}

TEST(look_up_seek_and_walk_agree_with_a_sorted_array)
{
    static const size_t counts[] = {0, 1, 2, 31, 32, 33, 64, 65, 1000, 3000};
    rls_random          random = {rls_test_seed()};
    rls_heap            heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        entries             all = random_entries(&random, counts[c]);
        size_t              size;
        uint8_t            *section = section_of(&all, &size);
        rls_termdict        dict;
        rls_termdict_cursor cursor, seeker;

        CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
        CHECK_EQ_U64(dict.term_count, all.count);
        rls_termdict_cursor_init(&cursor, &heap, &dict);
        rls_termdict_cursor_init(&seeker, &heap, &dict);
        for (size_t i = 0; i < all.count; i++) {
            CHECK_OK(rls_termdict_cursor_next(&cursor, NULL));
            CHECK_EQ_U64(cursor.ordinal, i);
            CHECK(rls_bytes_compare(rls_buffer_bytes(&cursor.term), term_of(&all.list[i])) == 0);
            check_same(&cursor.info, &all.list[i].info);
            check_neighbours(&dict, &all, &seeker, &all.list[i]);
        }
        CHECK_EQ_I64(rls_termdict_cursor_next(&cursor, NULL), RLS_NOT_FOUND);
        CHECK_EQ_I64(rls_termdict_cursor_next(&cursor, NULL), RLS_NOT_FOUND);
        check_term(&dict, &all, &seeker, NULL, 0);
        check_term(&dict, &all, &seeker, (const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                   9);
        rls_termdict_cursor_release(&cursor);
        rls_termdict_cursor_release(&seeker);
        CHECK_EQ_U64(heap.used, 0);
        free(section);
        free_entries(&all);
    }
}

TEST(numbers_are_read_when_they_are_asked_for)
{
    rls_random          random = {rls_test_seed()};
    entries             all = random_entries(&random, 700);
    size_t              size;
    uint8_t            *section = section_of(&all, &size);
    rls_heap            heap;
    rls_termdict        dict;
    rls_termdict_cursor cursor;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
    for (uint32_t one_in = 1; one_in < 40; one_in += 4) {
        rls_termdict_cursor_init(&cursor, &heap, &dict);
        for (size_t i = 0; i < all.count; i++) {
            CHECK_OK(rls_termdict_cursor_next_term(&cursor, NULL));
            CHECK_EQ_U64(cursor.ordinal, i);
            CHECK(rls_bytes_compare(rls_buffer_bytes(&cursor.term), term_of(&all.list[i])) == 0);
            for (uint32_t again = 0; rls_random_below(&random, one_in) == 0 && again < 2; again++) {
                CHECK_OK(rls_termdict_cursor_read_info(&cursor, NULL));
                check_same(&cursor.info, &all.list[i].info);
            }
        }
        CHECK_EQ_I64(rls_termdict_cursor_next_term(&cursor, NULL), RLS_NOT_FOUND);
        rls_termdict_cursor_release(&cursor);
    }
    CHECK_EQ_U64(heap.used, 0);
    free(section);
    free_entries(&all);
}

static bool
has_bytes(rls_bytes term, rls_bytes needle)
{
    for (size_t at = 0; at + needle.size <= term.size; at++)
        if (memcmp(term.data + at, needle.data, needle.size) == 0)
            return true;
    return false;
}

/* Walks all terms that have the needle, a little at a time. */
static void
check_needle(const rls_termdict *dict, const entries *all, rls_bytes needle, uint32_t patience)
{
    rls_heap            heap;
    rls_termdict_cursor cursor;
    size_t              at = 0;
    rls_status          status = RLS_OK;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_termdict_cursor_init(&cursor, &heap, dict);
    while (status != RLS_NOT_FOUND) {
        status = rls_termdict_cursor_next_with(&cursor, needle, patience, NULL);
        if (status == RLS_TIMEOUT)
            continue;
        while (at < all->count && !has_bytes(term_of(&all->list[at]), needle))
            at++;
        if (status != RLS_OK || at == all->count)
            break;
        CHECK_EQ_U64(cursor.ordinal, at);
        CHECK(rls_bytes_compare(rls_buffer_bytes(&cursor.term), term_of(&all->list[at])) == 0);
        CHECK_OK(rls_termdict_cursor_read_info(&cursor, NULL));
        check_same(&cursor.info, &all->list[at++].info);
    }
    CHECK_EQ_I64(status, RLS_NOT_FOUND);
    CHECK_EQ_U64(at, all->count);
    rls_termdict_cursor_release(&cursor);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(terms_with_some_bytes_are_found_in_their_order)
{
    rls_random   random = {rls_test_seed()};
    entries      all = random_entries(&random, 1500);
    size_t       size;
    uint8_t     *section = section_of(&all, &size);
    rls_termdict dict;

    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
    for (int round = 0; round < 200; round++) {
        const entry *from = &all.list[rls_random_below(&random, (uint32_t)all.count)];
        size_t       begin = rls_random_below(&random, (uint32_t)from->size);
        size_t       most = from->size - begin < 6 ? from->size - begin : 6;
        size_t       own = 1 + rls_random_below(&random, (uint32_t)most);
        check_needle(&dict, &all, rls_bytes_of(from->bytes + begin, own),
                     1 + rls_random_below(&random, 100));
    }
    check_needle(&dict, &all, rls_bytes_of("none of them", 12), 10);
    free(section);
    free_entries(&all);
}

TEST(a_cursor_tells_how_much_of_a_term_it_kept)
{
    rls_random          random = {rls_test_seed()};
    entries             all = random_entries(&random, 1000);
    size_t              size, moved = 0;
    uint8_t            *section = section_of(&all, &size), before[2000];
    rls_heap            heap;
    rls_termdict        dict;
    rls_termdict_cursor cursor;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
    rls_termdict_cursor_init(&cursor, &heap, &dict);
    for (int round = 0; round < 3000; round++) {
        size_t kept;
        if (cursor.term.size > 0)
            memcpy(before, cursor.term.data, cursor.term.size);
        kept = cursor.kept = cursor.term.size;
        for (uint32_t moves = 1 + rls_random_below(&random, 3); moves > 0; moves--) {
            const entry *to = &all.list[rls_random_below(&random, (uint32_t)all.count)];
            if (rls_random_below(&random, 4) == 0 ||
                rls_termdict_cursor_next_term(&cursor, NULL) != RLS_OK)
                CHECK_OK(rls_termdict_cursor_seek(&cursor, term_of(to), NULL));
        }
        CHECK(cursor.kept <= cursor.term.size);
        CHECK(memcmp(before, cursor.term.data, cursor.kept) == 0);
        moved += cursor.kept > 0 && cursor.kept < kept;
    }
    CHECK(moved > 100);
    rls_termdict_cursor_release(&cursor);
    free(section);
    free_entries(&all);
}

TEST(terms_that_differ_in_trailing_zeros_are_kept_apart)
{
    rls_random          random = {rls_test_seed()};
    entries             all = {.list = malloc(200 * sizeof *all.list)};
    uint8_t             zeros[120] = {0};
    size_t              size;
    uint8_t            *section;
    rls_heap            heap;
    rls_termdict        dict;
    rls_termdict_cursor cursor;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    for (size_t i = 1; i <= sizeof zeros; i++)
        add_entry(&all, zeros, i);
    complete(&all, &random);
    section = section_of(&all, &size);
    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
    rls_termdict_cursor_init(&cursor, &heap, &dict);
    for (size_t i = 0; i < all.count; i++)
        check_neighbours(&dict, &all, &cursor, &all.list[i]);
    rls_termdict_cursor_release(&cursor);
    free(section);
    free_entries(&all);
}

TEST(the_longest_terms_fit)
{
    enum {
        LONGEST = 65535
    };
    uint8_t             *bytes = malloc(LONGEST + 1);
    entries              all = {.list = malloc(3 * sizeof *all.list)};
    rls_random           random = {rls_test_seed()};
    rls_heap             heap;
    rls_termdict_writer *writer;
    size_t               size;
    uint8_t             *section;
    rls_termdict         dict;
    rls_term_info        info;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    memset(bytes, 'a', LONGEST + 1);
    add_entry(&all, bytes, 1);
    add_entry(&all, bytes, LONGEST - 1);
    add_entry(&all, bytes, LONGEST);
    complete(&all, &random);
    section = section_of(&all, &size);
    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
    for (size_t i = 0; i < all.count; i++) {
        CHECK_OK(rls_termdict_find(&dict, term_of(&all.list[i]), &info, NULL));
        check_same(&info, &all.list[i].info);
    }
    CHECK_EQ_I64(rls_termdict_find(&dict, rls_bytes_of(bytes, LONGEST + 1), &info, NULL),
                 RLS_NOT_FOUND);
    CHECK_OK(rls_termdict_writer_new(&heap, &writer, NULL));
    info = (rls_term_info){.doc_freq = 1, .total_freq = 1};
    CHECK_EQ_I64(rls_termdict_writer_add(writer, rls_bytes_of(bytes, LONGEST + 1), &info, NULL),
                 RLS_BAD_ARGUMENT);
    rls_termdict_writer_free(writer);
    free(section);
    free(bytes);
    free_entries(&all);
}

TEST(the_bytes_are_those_of_the_format_comment)
{
    static const char expected[] = "\x03\x00\x00\x00\x21\x00\x00\x00"
                                   "\x63\x6c\x75\x73\x74\x65\x72\x00\x00\x00\x00\x00"
                                   "\x09\x14\x07\x63\x6c\x75\x73\x74\x65\x72\x17\x65\x64"
                                   "\x70\x6d\x69\x6e\x69\x73\x74\x65\x72"
                                   "\x2d\xb2\x09\x0a\xbc\x05\x90\x03\x08\x04\x06";
    entries           all = {.list = malloc(3 * sizeof *all.list)};
    size_t            size;
    uint8_t          *section;

    add_entry(&all, "cluster", 7);
    add_entry(&all, "clustered", 9);
    add_entry(&all, "minister", 8);
    all.list[0].info = (rls_term_info){1, 1, 9, 2, 5};
    all.list[1].info = (rls_term_info){300, 310, 16, 700, 400};
    all.list[2].info = (rls_term_info){2, 2, 1116, 4, 6};
    section = section_of(&all, &size);
    CHECK_EQ_BYTES(section, size, expected);
    free(section);
    free_entries(&all);
}

TEST(the_writer_refuses_what_breaks_its_rules)
{
    rls_heap             heap;
    rls_termdict_writer *writer;
    rls_term_info        good = {1, 1, 0, 2, 3}, next = {2, 5, 5, 1, 1}, bad;
    rls_bytes            b = rls_bytes_of("b", 1);

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_termdict_writer_new(&heap, &writer, NULL));
    CHECK_EQ_I64(rls_termdict_writer_add(writer, rls_bytes_of("", 0), &good, NULL),
                 RLS_BAD_ARGUMENT);
    CHECK_OK(rls_termdict_writer_add(writer, b, &good, NULL));
    CHECK_EQ_I64(rls_termdict_writer_add(writer, b, &next, NULL), RLS_BAD_ARGUMENT);
    CHECK_EQ_I64(rls_termdict_writer_add(writer, rls_bytes_of("azz", 3), &next, NULL),
                 RLS_BAD_ARGUMENT);
    for (int i = 0; i < 5; i++) {
        bad = next;
        bad.doc_freq = i == 0 ? 0 : bad.doc_freq;
        bad.total_freq = i == 1 ? 1 : bad.total_freq;
        bad.postings_offset += i == 2;
        bad.positions_size = i == 3 ? UINT64_MAX : bad.positions_size;
        bad.docs_size = i == 4 ? UINT64_C(1) << 56 : bad.docs_size;
        CHECK_EQ_I64(rls_termdict_writer_add(writer, rls_bytes_of("c", 1), &bad, NULL),
                     RLS_BAD_ARGUMENT);
    }
    CHECK_OK(rls_termdict_writer_add(writer, rls_bytes_of("c", 1), &next, NULL));
    rls_termdict_writer_free(writer);
    rls_termdict_writer_free(NULL);
    CHECK_EQ_U64(heap.used, 0);
}

/* Everything a reader can do with foreign bytes ends, within them, with a status of the contract.
 */
static void
use_foreign(const uint8_t *section, size_t size, const entries *all)
{
    rls_heap            heap;
    rls_termdict        dict;
    rls_termdict_cursor cursor;
    rls_term_info       info;
    rls_status          status;
    uint8_t            *copy = malloc(size);
    uint32_t            steps = 0;

    rls_heap_init(&heap, NULL, 1 << 22);
    if (size > 0)
        memcpy(copy, section, size);
    status = rls_termdict_open(&dict, rls_bytes_of(copy, size), "x", NULL);
    CHECK(status == RLS_OK || status == RLS_CORRUPT);
    if (status == RLS_OK) {
        rls_termdict_cursor_init(&cursor, &heap, &dict);
        while (status == RLS_OK && steps < 5000) {
            status = rls_termdict_cursor_next(&cursor, NULL);
            steps++;
        }
        CHECK(status == RLS_NOT_FOUND || status == RLS_CORRUPT || steps == 5000);
        for (size_t i = 0; i < all->count; i += 7) {
            rls_bytes term = term_of(&all->list[i]);
            status = rls_termdict_find(&dict, term, &info, NULL);
            CHECK(status == RLS_OK || status == RLS_NOT_FOUND || status == RLS_CORRUPT);
            status = rls_termdict_cursor_seek(&cursor, term, NULL);
            CHECK(status == RLS_OK || status == RLS_NOT_FOUND || status == RLS_CORRUPT);
        }
        rls_termdict_cursor_release(&cursor);
        CHECK_EQ_U64(heap.used, 0);
    }
    free(copy);
}

TEST(a_section_cut_anywhere_is_corrupt)
{
    rls_random   random = {rls_test_seed()};
    entries      all = random_entries(&random, 70);
    size_t       size;
    uint8_t     *section = section_of(&all, &size);
    rls_termdict dict;

    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = malloc(cut);
        memcpy(copy, section, cut);
        CHECK_EQ_I64(rls_termdict_open(&dict, rls_bytes_of(copy, cut), "x", NULL), RLS_CORRUPT);
        free(copy);
        /* The same with a head that says so: what lies behind the check of sizes. */
        copy = malloc(size);
        memcpy(copy, section, size);
        if (cut >= 8 + 12 * 3) {
            rls_set_u32(copy + 4, (uint32_t)(cut - (8 + 12 * 3)));
            use_foreign(copy, cut, &all);
        }
        free(copy);
    }
    free(section);
    free_entries(&all);
}

TEST(a_term_without_bytes_is_corrupt)
{
    /* One term in a block of four bytes: base 0, one byte of terms, size 0, an info. */
    static const uint8_t section[24] = {1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
                                        0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0x2B};
    rls_heap             heap;
    rls_termdict         dict;
    rls_termdict_cursor  cursor;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, sizeof section), "x", NULL));
    rls_termdict_cursor_init(&cursor, &heap, &dict);
    CHECK_EQ_I64(rls_termdict_cursor_next(&cursor, NULL), RLS_CORRUPT);
    rls_termdict_cursor_release(&cursor);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(random_flips_never_crash_or_hang)
{
    rls_random random = {rls_test_seed()};
    entries    all = random_entries(&random, 150);
    size_t     size;
    uint8_t   *section = section_of(&all, &size), *copy = malloc(size);

    for (int round = 0; round < 3000; round++) {
        uint32_t flips = 1 + rls_random_below(&random, 4);

        memcpy(copy, section, size);
        while (flips-- > 0) {
            /* Half of them in the head and index, which are small. */
            uint32_t end = rls_random_below(&random, 2) == 0 ? 68 : (uint32_t)size;
            uint32_t at = rls_random_below(&random, end);
            copy[at] = rls_random_below(&random, 2) == 0
                           ? (uint8_t)(copy[at] ^ 1 << rls_random_below(&random, 8))
                           : (uint8_t)rls_random_next(&random);
        }
        use_foreign(copy, size, &all);
    }
    free(copy);
    free(section);
    free_entries(&all);
}

TEST(every_failed_allocation_is_told_and_leaks_nothing)
{
    rls_random     random = {rls_test_seed()};
    entries        all = random_entries(&random, 300);
    size_t         size;
    uint8_t       *section = section_of(&all, &size);
    rls_heap       plain;
    rls_directory *directory;
    rls_termdict   dict;

    rls_heap_init(&plain, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&plain, &directory, NULL));
    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
    for (uint64_t n = 1;; n++) {
        rls_heap_faulty     faulty;
        rls_heap            heap;
        rls_output          output;
        rls_termdict_cursor cursor;
        rls_error           err = {0};
        rls_status          status;

        rls_heap_faulty_init(&faulty, n, true);
        rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
        CHECK_OK(rls_output_open(&output, directory, "x", NULL));
        status = write_entries(&heap, &all, &output, &err);
        CHECK_OK(rls_output_finish(&output, false, NULL));
        rls_termdict_cursor_init(&cursor, &heap, &dict);
        while (status == RLS_OK)
            status = rls_termdict_cursor_next(&cursor, &err);
        rls_termdict_cursor_release(&cursor);
        CHECK_EQ_U64(faulty.live, 0);
        CHECK_EQ_I64(status, faulty.failed ? RLS_NO_MEMORY : RLS_NOT_FOUND);
        CHECK_EQ_I64(err.status, faulty.failed ? RLS_NO_MEMORY : RLS_OK);
        if (!faulty.failed) {
            CHECK(n > 10);
            break;
        }
    }
    rls_directory_close(directory);
    free(section);
    free_entries(&all);
}

TEST(a_writer_that_ran_out_of_memory_stays_failed)
{
    rls_heap_faulty      faulty;
    rls_heap             heap;
    rls_termdict_writer *writer;
    rls_term_info        info = {1, 1, 0, 1, 1};

    rls_heap_faulty_init(&faulty, 3, true);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    CHECK_OK(rls_termdict_writer_new(&heap, &writer, NULL));
    CHECK_EQ_I64(rls_termdict_writer_add(writer, rls_bytes_of("a", 1), &info, NULL), RLS_NO_MEMORY);
    faulty.fail_at = 0;
    CHECK_EQ_I64(rls_termdict_writer_add(writer, rls_bytes_of("a", 1), &info, NULL), RLS_NO_MEMORY);
    rls_termdict_writer_free(writer);
    CHECK_EQ_U64(faulty.live, 0);
}

TEST(a_cursor_recovers_by_seeking_after_memory_ran_out)
{
    rls_random          random = {rls_test_seed()};
    entries             all = random_entries(&random, 100);
    size_t              size;
    uint8_t            *section = section_of(&all, &size);
    rls_heap_faulty     faulty;
    rls_heap            heap;
    rls_termdict        dict;
    rls_termdict_cursor cursor;

    rls_heap_faulty_init(&faulty, 1, true);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    CHECK_OK(rls_termdict_open(&dict, rls_bytes_of(section, size), "x", NULL));
    rls_termdict_cursor_init(&cursor, &heap, &dict);
    CHECK_EQ_I64(rls_termdict_cursor_next(&cursor, NULL), RLS_NO_MEMORY);
    faulty.fail_at = 0;
    CHECK_OK(rls_termdict_cursor_seek(&cursor, term_of(&all.list[50]), NULL));
    CHECK_EQ_U64(cursor.ordinal, 50);
    rls_termdict_cursor_release(&cursor);
    CHECK_EQ_U64(faulty.live, 0);
    free(section);
    free_entries(&all);
}
