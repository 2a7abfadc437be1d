/* Exam 4: files of an index are damaged: bits flipped, pages zeroed, files cut, exchanged with
 * those of another index. Opened with all checksums the index is refused, or answers as if nothing
 * had happened; the check tells file and section; without checksums nothing worse than a wrong
 * answer comes of it; and a repair saves every document whose stored text is whole. */
#include <stdlib.h>

#include "base/random.h"
#include "index/repair.h"
#include "query/query.h"
#include "search/searcher.h"
#include "segment/segment_check.h"
#include "segment/segment_handle.h"
#include "segment/stamps.h"
#include "support/directory_files.h"
#include "support/exam.h"
#include "support/runner.h"

enum {
    DOCUMENTS = 40,
    LONG_DOCUMENT = 7, /* of several blocks */
    LONG_WORDS = 5000,
    ANSWERS_SIZE = 1 << 16,
    FILES_MAX = 16
};

static const char *const queries[] = {"common",
                                      "common word3 word5 title:number",
                                      "\"common word8\" -word1",
                                      "word1* date:2003..2005",
                                      "ministers:\"Phil Goff\"",
                                      "*"};

/* --- an index --- */

static void
add_file(rls_index_writer *writer, uint32_t number, uint32_t version)
{
    rls_file file = RLS_FILE_INIT;
    char     name[32], *text = malloc(LONG_WORDS * 12);
    size_t   size;

    snprintf(name, sizeof name, "%02" PRIu32 "/release-%02" PRIu32 ".md", number * 37 % 100,
             number);
    size = (size_t)sprintf(text,
                           "---\ntitle: Number %" PRIu32 "\ndate: 20%02" PRIu32
                           "-05-28\nministers: [Phil Goff, Minister %" PRIu32
                           "]\n---\n*common* word%" PRIu32 " version%" PRIu32 " common tail\n",
                           number, number % 10, number % 3, number, version);
    if (number == LONG_DOCUMENT) {
        rls_random random = {number};
        for (int i = 0; i < LONG_WORDS; i++)
            size += (size_t)sprintf(text + size, "w%" PRIx32 " ", rls_random_below(&random, 64));
    }
    file.name = name;
    file.bytes = text;
    file.size = size;
    file.mtime_ns = INT64_C(1180310400000000000);
    file.inode = number;
    CHECK_OK(rls_index_writer_add_file(writer, &file, NULL));
    free(text);
}

/* Two segments, the older with deletions. */
static rls_directory *
make_index(rls_heap *heap, uint32_t version)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_directory     *directory;
    rls_index_writer  *writer;

    CHECK_OK(rls_directory_open_ram(heap, &directory, NULL));
    CHECK_OK(rls_index_writer_open(heap, directory, &options, &writer, NULL));
    for (uint32_t i = 0; i < DOCUMENTS; i++)
        add_file(writer, i, version);
    CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    for (uint32_t i = 0; i < 5; i++)
        add_file(writer, i * 3, version + 1);
    CHECK_OK(rls_index_writer_delete(writer, rls_bytes_of("37/release-01.md", 16), false, NULL));
    CHECK_OK(rls_index_writer_commit(writer, NULL, NULL));
    rls_index_writer_close(writer);
    return directory;
}

/* --- what it holds and answers --- */

typedef struct text_list {
    char  *items[2 * DOCUMENTS];
    size_t count;
} text_list;

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
put(char **at, rls_bytes bytes)
{
    memcpy(*at, bytes.data, bytes.size);
    *at += bytes.size;
    *(*at)++ = '|';
}

/* Live documents in order, each as "key|field|value|…|body|". */
static void
list_documents(const rls_snapshot *snapshot, text_list *out)
{
    rls_arena arena;

    out->count = 0;
    rls_arena_init(&arena, snapshot->heap, 4096);
    for (uint32_t s = 0; s < snapshot->segment_count; s++) {
        const rls_snapshot_segment *part = &snapshot->segments[s];

        for (uint32_t doc = 0; doc < rls_segment_get_info(part->segment)->doc_count; doc++) {
            rls_stored_document stored;
            char               *text, *at;

            if (part->live != NULL && !rls_bitset_get(&part->live->live, doc))
                continue;
            CHECK_OK(rls_segment_stored(part->segment, doc, &arena, &stored, NULL));
            CHECK(out->count < sizeof out->items / sizeof *out->items);
            text = at = malloc(stored.key.size + stored.body.size + 1000);
            put(&at, stored.key);
            for (uint32_t f = 0; f < stored.field_count; f++) {
                put(&at, stored.fields[f].name);
                at +=
                    sprintf(at, "%" PRIu32 "%d|", stored.fields[f].kinds, stored.fields[f].is_list);
                for (uint32_t v = 0; v < stored.fields[f].value_count; v++)
                    put(&at, stored.fields[f].values[v].text);
            }
            put(&at, stored.body);
            *at = '\0';
            out->items[out->count++] = text;
        }
    }
    rls_arena_release(&arena);
    qsort(out->items, out->count, sizeof *out->items, compare_texts);
}

static void
free_list(text_list *list)
{
    while (list->count > 0)
        free(list->items[--list->count]);
}

/* Hits of all queries by key, with their scores. False when a search tells that the index is
 * damaged. */
static bool
answer_all(rls_heap *heap, const rls_snapshot *snapshot, char *out)
{
    bool whole = true;

    out[0] = '\0';
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
        rls_search_request request = {
            .limit = 2 * DOCUMENTS, .k1 = 1.2f, .b = 0.75f, .count = true};
        rls_results *results = NULL;
        rls_query   *query;
        rls_status   status;

        CHECK_OK(rls_query_parse_in(heap, rls_bytes_of(queries[q], strlen(queries[q])), false, 0,
                                    &query, NULL));
        request.query = query;
        status = rls_search(heap, snapshot, &request, &results, NULL);
        CHECK(status == RLS_OK || status == RLS_CORRUPT);
        whole = whole && status == RLS_OK;
        for (uint32_t i = 0; results != NULL && i < results->count; i++) {
            const rls_result *hit = &results->items[i];
            rls_buffer        key;

            rls_buffer_init(&key, heap);
            if (rls_segment_key(snapshot->segments[hit->segment].segment, hit->doc, &key, NULL) ==
                RLS_OK)
                snprintf(out + strlen(out), ANSWERS_SIZE - strlen(out), "%.*s %a,", (int)key.size,
                         (const char *)key.data, hit->score);
            else
                whole = false;
            rls_buffer_release(&key);
        }
        rls_results_free(results);
        rls_query_free(query);
    }
    return whole;
}

/* --- the exam's index --- */

typedef struct index_file {
    char     name[RLS_NAME_SIZE];
    uint8_t *bytes;
    size_t   size;
} index_file;

typedef struct subject {
    rls_heap   heap;
    index_file files[FILES_MAX], others[FILES_MAX]; /* others: of another index */
    size_t     count, other_count;
    text_list  documents;
    char       answers[ANSWERS_SIZE];
} subject;

static size_t
read_files(rls_directory *directory, index_file *files)
{
    char  *names = rls_test_list_files(directory), *rest = NULL;
    size_t count = 0;

    for (char *name = strtok_r(names, " ", &rest); name != NULL;
         name = strtok_r(NULL, " ", &rest)) {
        CHECK(count < FILES_MAX);
        snprintf(files[count].name, sizeof files[count].name, "%s", name);
        files[count].bytes = rls_test_read_file(directory, name, &files[count].size);
        count++;
    }
    free(names);
    return count;
}

static subject *
subject_new(void)
{
    subject       *all = calloc(1, sizeof *all);
    rls_directory *directory, *other;
    rls_snapshot  *snapshot;

    rls_heap_init(&all->heap, NULL, SIZE_MAX);
    directory = make_index(&all->heap, 1);
    other = make_index(&all->heap, 11);
    all->count = read_files(directory, all->files);
    all->other_count = read_files(other, all->others);
    CHECK_OK(rls_snapshot_load(&all->heap, directory, true, &snapshot, NULL));
    CHECK(snapshot->segment_count == 2 && snapshot->segments[0].live != NULL);
    list_documents(snapshot, &all->documents);
    CHECK(answer_all(&all->heap, snapshot, all->answers));
    rls_snapshot_let_go(snapshot);
    rls_directory_close(directory);
    rls_directory_close(other);
    return all;
}

static void
subject_free(subject *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->files[i].bytes);
    for (size_t i = 0; i < all->other_count; i++)
        free(all->others[i].bytes);
    free_list(&all->documents);
    CHECK_EQ_U64(all->heap.used, 0);
    free(all);
}

static bool
ends_with(const char *name, const char *end)
{
    return strlen(name) >= strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

/* The index with file `number` replaced by `bytes`; NULL: by nothing. */
static rls_directory *
open_damaged(subject *all, size_t number, const uint8_t *bytes, size_t size)
{
    rls_directory *directory;

    CHECK_OK(rls_directory_open_ram(&all->heap, &directory, NULL));
    for (size_t i = 0; i < all->count; i++) {
        if (i != number)
            CHECK_OK(rls_test_write_file(directory, all->files[i].name, all->files[i].bytes,
                                         all->files[i].size));
        else if (bytes != NULL)
            CHECK_OK(rls_test_write_file(directory, all->files[i].name, bytes, size));
    }
    return directory;
}

/* --- judging --- */

typedef struct problems {
    bool   named;
    size_t count;
} problems;

static void
hear(void *context, const char *section, const char *message)
{
    problems *heard = context;

    heard->count++;
    heard->named = section[0] != '\0' && strstr(message, "\n") == NULL;
}

static void
check_all(const rls_snapshot *snapshot, problems *heard)
{
    for (uint32_t i = 0; i < snapshot->segment_count; i++)
        rls_segment_check(snapshot->segments[i].segment, snapshot->segments[i].live, hear, heard,
                          NULL);
}

/* With checksums: refused under the name of the file, or, when only stamps are hurt, all answers as
 * they were and the check finds it. */
static bool
is_found(subject *all, rls_directory *directory, const char *file)
{
    char          answers[ANSWERS_SIZE];
    problems      heard = {0};
    rls_snapshot *snapshot;
    rls_error     error = {0};
    rls_status    status = rls_snapshot_load(&all->heap, directory, true, &snapshot, &error);
    bool          good;

    if (status != RLS_OK)
        return status == RLS_CORRUPT && strstr(error.message, file) != NULL;
    good = ends_with(file, ".stm") && answer_all(&all->heap, snapshot, answers) &&
           strcmp(answers, all->answers) == 0;
    check_all(snapshot, &heard);
    rls_snapshot_let_go(snapshot);
    return good && heard.count > 0 && heard.named;
}

/* Without them: an error or an answer; and where the index opens, the check tells the section. */
static bool
is_survived(subject *all, rls_directory *directory, const char *file)
{
    char          answers[ANSWERS_SIZE];
    problems      heard = {0};
    rls_snapshot *snapshot;
    rls_error     error = {0};

    if (rls_snapshot_load(&all->heap, directory, false, &snapshot, &error) != RLS_OK)
        return strstr(error.message, file) != NULL;
    answer_all(&all->heap, snapshot, answers);
    check_all(snapshot, &heard);
    rls_snapshot_let_go(snapshot);
    return heard.count > 0 && heard.named;
}

typedef struct allowance {
    uint32_t lost, unnamed, revived;
} allowance;

/* The documents of the block of stored text that bytes [from, to) of the file touch, and the keys
 * of the groups: all that may be lost. Told by the whole file. */
static allowance
allowed(subject *all, size_t number, size_t from, size_t to)
{
    allowance      may = {0};
    rls_directory *directory;
    rls_segment   *segment;
    const char    *name = all->files[number].name;

    if (ends_with(name, ".liv"))
        may.revived = 1; /* the one that was deleted; those replaced are known */
    if (!ends_with(name, ".seg"))
        return may;
    directory = open_damaged(all, all->count, NULL, 0);
    CHECK_OK(rls_segment_open(&all->heap, directory, name, true, &segment, NULL));
    for (uint64_t i = 0; i < segment->stored.block_count; i++) {
        rls_stored_block block;
        size_t           begin;

        CHECK_OK(rls_stored_get_block(&segment->stored, i, &block, NULL));
        begin = (size_t)(block.data - segment->mapping.bytes.data) - RLS_STORED_HEAD;
        if (from >= begin + RLS_STORED_HEAD + block.size || to <= begin)
            continue;
        for (uint32_t doc = 0; doc < segment->info.doc_count; doc++)
            may.lost +=
                rls_stored_start(&segment->stored, doc) < block.raw_start + block.raw_size &&
                rls_stored_start(&segment->stored, doc + 1) > block.raw_start;
    }
    if (from < segment->places[RLS_SECTION_KEYS].offset + segment->places[RLS_SECTION_KEYS].size &&
        to > segment->places[RLS_SECTION_KEYS].offset)
        may.unnamed = to - from > 16 ? DOCUMENTS : RLS_KEYS_GROUP;
    rls_segment_close(segment);
    rls_directory_close(directory);
    return may;
}

/* Documents of `before` that `after` has not. */
static uint32_t
count_missing(const text_list *before, const text_list *after)
{
    uint32_t missing = 0;

    for (size_t i = 0; i < before->count; i++)
        missing += bsearch(&before->items[i], after->items, after->count, sizeof *after->items,
                           compare_texts) == NULL;
    return missing;
}

static void
hear_repair(void *context, const char *file, const char *section, const char *message)
{
    *(bool *)context =
        *(bool *)context && file[0] != '\0' && section[0] != '\0' && message[0] != '\0';
}

static bool
is_repaired(subject *all, rls_directory *directory, allowance may)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_repair_report  report = {0};
    text_list          after;
    char               answers[ANSWERS_SIZE];
    rls_snapshot      *snapshot;
    problems           heard = {0};
    uint32_t           missing, new;
    bool               good = true;

    options.create = false;
    if (rls_repair_run(&all->heap, directory, &options, hear_repair, &good, &report, NULL) !=
            RLS_OK ||
        rls_snapshot_load(&all->heap, directory, true, &snapshot, NULL) != RLS_OK)
        return false;
    check_all(snapshot, &heard);
    list_documents(snapshot, &after);
    missing = count_missing(&all->documents, &after);
    new = count_missing(&after, &all->documents);
    good = good && heard.count == 0 && report.documents == after.count && report.lost <= may.lost &&
           report.unnamed <= may.unnamed && missing <= report.lost + report.unnamed &&
           new <= may.revived + report.unnamed;
    if (good && missing == 0 && new == 0)
        good = answer_all(&all->heap, snapshot, answers) && strcmp(answers, all->answers) == 0;
    if (!good)
        printf("# lost %" PRIu64 " of %" PRIu32 ", unnamed %" PRIu64 " of %" PRIu32
               ", missing %" PRIu32 ", new %" PRIu32 " of %" PRIu32 ", %zu problems left\n",
               report.lost, may.lost, report.unnamed, may.unnamed, missing, new, may.revived,
               heard.count);
    free_list(&after);
    rls_snapshot_let_go(snapshot);
    return good;
}

/* --- the damages --- */

typedef struct exams {
    rls_exam found, survived, repaired;
} exams;

/* Bytes [from, to) of file `number` are not what they were. */
static void
judge(exams *exam, subject *all, size_t number, const uint8_t *bytes, size_t size, size_t from,
      size_t to, const char *what)
{
    const char    *name = all->files[number].name;
    rls_directory *directory = open_damaged(all, number, bytes, size);

    rls_exam_point(&exam->found, is_found(all, directory, name), "%s: %s at %zu", name, what, from);
    rls_exam_point(&exam->survived, is_survived(all, directory, name), "%s: %s at %zu", name, what,
                   from);
    rls_exam_point(&exam->repaired, is_repaired(all, directory, allowed(all, number, from, to)),
                   "%s: %s at %zu", name, what, from);
    rls_directory_close(directory);
}

static exams
begin(const char *found, const char *survived, const char *repaired)
{
    return (exams){rls_exam_begin(4, found), rls_exam_begin(4, survived),
                   rls_exam_begin(4, repaired)};
}

static void
end(const exams *exam)
{
    rls_exam_end(&exam->found);
    rls_exam_end(&exam->survived);
    rls_exam_end(&exam->repaired);
}

/* Small sections densely, long ones every so many bytes; the full form leaves out nothing. */
static size_t
step_of(size_t size)
{
    return rls_exam_full() ? 1 : size > 4096 ? 37 : 5;
}

TEST(bits_are_flipped)
{
    subject *all = subject_new();
    exams exam = begin("bit flipped, found with file and section", "bit flipped, read unverified",
                       "bit flipped, repaired");

    for (size_t i = 0; i < all->count; i++) {
        index_file *file = &all->files[i];

        for (size_t at = 0; at < file->size; at += step_of(file->size)) {
            for (unsigned bit = rls_exam_full() ? 0 : at % 8; bit < 8;
                 bit += rls_exam_full() ? 1 : 8) {
                uint8_t *bytes = malloc(file->size);

                memcpy(bytes, file->bytes, file->size);
                bytes[at] ^= (uint8_t)(1u << bit);
                judge(&exam, all, i, bytes, file->size, at, at + 1, "bit flipped");
                free(bytes);
            }
        }
    }
    end(&exam);
    subject_free(all);
}

TEST(pages_are_zeroed)
{
    static const size_t pages[] = {64, 512, 4096};
    subject            *all = subject_new();
    exams exam = begin("page zeroed, found with file and section", "page zeroed, read unverified",
                       "page zeroed, repaired");

    for (size_t i = 0; i < all->count; i++) {
        index_file *file = &all->files[i];

        for (size_t p = 0; p < 3; p++) {
            for (size_t at = 0; at < file->size;
                 at += pages[p] * (rls_exam_full() || p > 0 ? 1 : 9)) {
                size_t   to = at + pages[p] < file->size ? at + pages[p] : file->size;
                uint8_t *bytes = malloc(file->size);

                memcpy(bytes, file->bytes, file->size);
                memset(bytes + at, 0, to - at);
                if (memcmp(bytes, file->bytes, file->size) != 0)
                    judge(&exam, all, i, bytes, file->size, at, to, "page zeroed");
                free(bytes);
            }
        }
    }
    end(&exam);
    subject_free(all);
}

/* What is cut off cannot be saved; what is before it is. */
TEST(files_are_cut)
{
    subject *all = subject_new();
    exams    exam =
        begin("file cut, found by its name", "file cut, read unverified", "file cut, repaired");

    for (size_t i = 0; i < all->count; i++) {
        index_file *file = &all->files[i];

        for (size_t size = 0; size < file->size; size += step_of(file->size)) {
            const char    *name = file->name;
            rls_directory *directory = open_damaged(all, i, file->bytes, size);
            allowance      may = allowed(all, i, size, file->size);

            rls_exam_point(&exam.found, is_found(all, directory, name), "%s: cut at %zu", name,
                           size);
            rls_exam_point(&exam.survived, is_survived(all, directory, name), "%s: cut at %zu",
                           name, size);
            rls_exam_point(&exam.repaired, is_repaired(all, directory, may), "%s: cut at %zu", name,
                           size);
            rls_directory_close(directory);
        }
    }
    end(&exam);
    subject_free(all);
}

/* Without its file the index is refused under the name of the file or, the commit, of the folder.
 * Stamps are a hint. */
static bool
is_missed(subject *all, rls_directory *directory, const char *file)
{
    char          answers[ANSWERS_SIZE];
    rls_snapshot *snapshot;
    rls_error     error = {0};
    rls_status    status = rls_snapshot_load(&all->heap, directory, true, &snapshot, &error);
    bool          commit = ends_with(file, ".man"), good;

    if (status != RLS_OK)
        return status == (commit ? RLS_NOT_FOUND : RLS_CORRUPT) &&
               strstr(error.message, commit ? directory->label : file) != NULL;
    good = ends_with(file, ".stm") && answer_all(&all->heap, snapshot, answers) &&
           strcmp(answers, all->answers) == 0;
    rls_snapshot_let_go(snapshot);
    return good;
}

TEST(files_are_missing)
{
    subject *all = subject_new();
    rls_exam found = rls_exam_begin(4, "file missing, found by its name");
    rls_exam repaired = rls_exam_begin(4, "file missing, repaired");

    for (size_t i = 0; i < all->count; i++) {
        const char    *name = all->files[i].name;
        rls_directory *directory = open_damaged(all, i, NULL, 0);

        rls_exam_point(&found, is_missed(all, directory, name), "%s: missing", name);
        rls_exam_point(&repaired,
                       is_repaired(all, directory, allowed(all, i, 0, all->files[i].size)),
                       "%s: missing", name);
        rls_directory_close(directory);
    }
    rls_exam_end(&found);
    rls_exam_end(&repaired);
    subject_free(all);
}

/* Files take the names of others, of this index and of another one. */
TEST(files_are_exchanged)
{
    subject *all = subject_new();
    rls_exam found = rls_exam_begin(4, "file exchanged, found by its name");

    for (size_t i = 0; i < all->count; i++) {
        for (size_t j = 0; j < all->count + all->other_count; j++) {
            const index_file *file = j < all->count ? &all->files[j] : &all->others[j - all->count];
            rls_directory    *directory;

            if (j == i || (file->size == all->files[i].size &&
                           memcmp(file->bytes, all->files[i].bytes, file->size) == 0))
                continue;
            directory = open_damaged(all, i, file->bytes, file->size);
            /* Another commit of the same number is one to open; its files are not there. */
            rls_exam_point(
                &found,
                is_found(all, directory, all->files[i].name) ||
                    (ends_with(all->files[i].name, ".man") && is_found(all, directory, ".seg")),
                "%s in the place of %s", file->name, all->files[i].name);
            rls_directory_close(directory);
        }
    }
    rls_exam_end(&found);
    subject_free(all);
}
