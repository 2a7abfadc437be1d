/* Exam 7, concurrency: a writer's commits, merges and deaths by SIGKILL, seen by readers in threads
 * and processes. Every commit writes all documents anew, with its own number in them, so that a
 * reader that saw parts of two would find two numbers. A reader must see one, none older than a
 * commit that was reported before it looked, and hold no memory, file or mapping afterwards. */
#include <dirent.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"
#include "releasesearch.h"
#include "support/exam.h"
#include "support/runner.h"
#include "support/temp_folder.h"

enum {
    DOCUMENTS = 12,
    MOST_EXTRA = 5,
    READERS = 3, /* processes */
    READER_THREADS = 2,
    WRITER_HANDLES = 64,
    WRITER_BYTES = 8 << 20 /* between commits, of its own */
};

typedef struct counts {
    _Atomic uint64_t tried, survived;
} counts;

/* Shared by all processes. */
typedef struct board {
    char             folder[256];
    _Atomic uint64_t begun, committed; /* numbers of commits */
    _Atomic uint64_t wanted;           /* the last one */
    _Atomic bool     done;
    counts           views, cycles;
    _Atomic bool     told; /* the first that is lost is told */
    char             reason[600];
} board;

static void
count(counts *of, bool survived)
{
    atomic_fetch_add(&of->tried, 1);
    atomic_fetch_add(&of->survived, survived);
}

static uint32_t
extra_documents(uint64_t number)
{
    return (uint32_t)(number % MOST_EXTRA);
}

/* An allocator that knows what is held. */
static void *
counting_malloc(void *context, size_t size)
{
    void *made = malloc(size);

    atomic_fetch_add((_Atomic int64_t *)context, (int64_t)malloc_usable_size(made));
    return made;
}

static void
counting_free(void *context, void *memory)
{
    atomic_fetch_sub((_Atomic int64_t *)context, (int64_t)malloc_usable_size(memory));
    free(memory);
}

static void *
counting_realloc(void *context, void *memory, size_t size)
{
    int64_t before = (int64_t)malloc_usable_size(memory);
    void   *made = realloc(memory, size);

    if (made != NULL)
        atomic_fetch_add((_Atomic int64_t *)context, (int64_t)malloc_usable_size(made) - before);
    return made;
}

static rls_allocator
counting_allocator(_Atomic int64_t *held)
{
    return (rls_allocator){counting_malloc, counting_realloc, counting_free, held};
}

static uint32_t
open_handles(void)
{
    DIR     *folder = opendir("/proc/self/fd");
    uint32_t handles = 0;

    while (folder != NULL && readdir(folder) != NULL)
        handles++;
    if (folder != NULL)
        closedir(folder);
    return handles;
}

static uint32_t
mappings_below(const char *folder)
{
    FILE    *maps = fopen("/proc/self/maps", "r");
    char     line[1024];
    uint32_t mappings = 0;

    while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
        mappings += strstr(line, folder) != NULL;
    if (maps != NULL)
        fclose(maps);
    return mappings;
}

/* Keeps the reason of the first point that is lost. */
static bool
lost(board *b, const char *what, const rls_error *err, uint64_t number, uint64_t at_least)
{
    if (!atomic_exchange(&b->told, true))
        snprintf(b->reason, sizeof b->reason, "%s: %s (commit %llu, at least %llu)", what,
                 err->message, (unsigned long long)number, (unsigned long long)at_least);
    return false;
}

/* --- the writer --- */

static bool
add(rls_writer *writer, const char *kind, uint32_t i, uint64_t number)
{
    rls_document *document;
    char          key[32], text[64];
    bool          added;

    snprintf(key, sizeof key, "%s %u", kind, i);
    if (rls_document_create(key, &document, NULL) != RLS_OK)
        return false;
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    added = rls_document_add(document, "title", text, strlen(text), NULL) == RLS_OK;
    snprintf(text, sizeof text, "common number%llu", (unsigned long long)number);
    added = added && rls_document_body(document, text, strlen(text), false, NULL) == RLS_OK &&
            rls_writer_add(writer, document, NULL) == RLS_OK;
    rls_document_close(document);
    return added;
}

static bool
write_commit(board *b, rls_writer *writer, rls_random *random)
{
    uint64_t number = atomic_fetch_add(&b->begun, 1) + 1;
    bool     written = true;

    for (uint32_t i = 0; i < DOCUMENTS; i++)
        written = written && add(writer, "document", i, number);
    for (uint32_t i = 0; i < MOST_EXTRA; i++) {
        char key[32];
        snprintf(key, sizeof key, "extra %u", i);
        if (i < extra_documents(number))
            written = written && add(writer, "extra", i, number);
        else
            written = written && rls_writer_delete(writer, key, NULL) == RLS_OK;
    }
    if (rls_random_below(random, 20) == 0)
        written = written && rls_writer_optimize(writer, NULL) == RLS_OK;
    else
        written = written && rls_writer_commit(writer, NULL, NULL) == RLS_OK;
    if (written)
        atomic_store(&b->committed, number);
    return written;
}

static void
run_writer(board *b, uint64_t seed)
{
    rls_random         random = {seed};
    _Atomic int64_t    held = 0;
    rls_allocator      allocator = counting_allocator(&held);
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;

    options.threads = 2;
    options.allocator = &allocator;
    while (atomic_load(&b->committed) < atomic_load(&b->wanted)) {
        uint32_t    commits = 1 + rls_random_below(&random, 60);
        rls_writer *writer;
        if (rls_writer_open(b->folder, &options, &writer, NULL) != RLS_OK)
            _exit(1);
        for (uint32_t i = 0; i < commits; i++) {
            if (!write_commit(b, writer, &random))
                _exit(2);
            count(&b->cycles, atomic_load(&held) <= WRITER_BYTES &&
                                  open_handles() <= WRITER_HANDLES &&
                                  mappings_below(b->folder) <= WRITER_HANDLES);
        }
        rls_writer_close(writer);
        count(&b->cycles, atomic_load(&held) == 0 && mappings_below(b->folder) == 0);
    }
    _exit(0);
}

/* --- readers --- */

/* The number that all documents of the snapshot have; 0 when they have not the same. */
static uint64_t
number_of(board *b, rls_snapshot *snapshot)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_error          err = {.message = ""};
    uint64_t           number = 0, own;
    rls_hits          *hits;

    options.limit = DOCUMENTS + MOST_EXTRA;
    if (rls_snapshot_search_text(snapshot, "common", 6, &options, &hits, &err) != RLS_OK)
        return lost(b, "search", &err, 0, 0);
    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_hit_field title;
        own = 0;
        if (rls_hits_find_field(hits, i, "title", &title, &err) == RLS_OK)
            own = strtoull(title.values[0].data, NULL, 10);
        number = i == 0 || own == number ? own : 0;
        if (number == 0 && !lost(b, "two commits in one", &err, own, 0))
            break;
    }
    if (number != 0 && rls_hits_total(hits) != DOCUMENTS + extra_documents(number))
        number = lost(b, "documents", &err, number, rls_hits_total(hits));
    rls_hits_close(hits);
    return number;
}

static bool
sees_one_commit(board *b, rls_snapshot *snapshot, uint64_t at_least, uint64_t *out_number)
{
    rls_error none = {.message = ""};

    *out_number = number_of(b, snapshot);
    if (*out_number < at_least || *out_number > atomic_load(&b->begun))
        return lost(b, "another commit", &none, *out_number, at_least);
    return *out_number != 0;
}

/* Opens, looks, goes on to newer commits, and looks at the old one again. */
static bool
read_cycle(board *b, rls_random *random, const rls_allocator *allocator)
{
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    rls_error            err = {.message = ""};
    uint64_t             reported = atomic_load(&b->committed), number, newest;
    rls_snapshot        *snapshot, *newer;
    bool                 holds;

    options.allocator = allocator;
    options.io = rls_random_below(random, 2) == 0 ? RLS_IO_MODE_MAP : RLS_IO_MODE_READ;
    options.verify = rls_random_below(random, 4) == 0;
    if (rls_snapshot_open(b->folder, &options, &snapshot, &err) != RLS_OK)
        return lost(b, "open", &err, 0, reported);
    holds = sees_one_commit(b, snapshot, reported, &number);
    for (uint32_t i = rls_random_below(random, 6); i > 0 && holds; i--) {
        reported = atomic_load(&b->committed);
        if (rls_snapshot_refresh(snapshot, &newer, &err) != RLS_OK) {
            holds = lost(b, "refresh", &err, number, reported);
            break;
        }
        holds = sees_one_commit(b, newer, reported > number ? reported : number, &newest) &&
                number_of(b, snapshot) == number;
        rls_snapshot_close(snapshot);
        snapshot = newer;
        number = newest;
    }
    rls_snapshot_close(snapshot);
    return holds;
}

typedef struct reader {
    board   *b;
    uint64_t seed;
} reader;

static void *
read_until_done(void *context)
{
    reader         *r = context;
    rls_random      random = {r->seed};
    _Atomic int64_t held = 0;
    rls_allocator   allocator = counting_allocator(&held);

    do {
        count(&r->b->views, read_cycle(r->b, &random, &allocator));
        count(&r->b->cycles, atomic_load(&held) == 0);
    } while (!atomic_load(&r->b->done));
    return NULL;
}

static void
run_reader(board *b, uint64_t seed)
{
    pthread_t threads[READER_THREADS];
    reader    readers[READER_THREADS];
    uint32_t  handles = open_handles();

    for (uint32_t i = 0; i < READER_THREADS; i++) {
        readers[i] = (reader){b, seed + i};
        if (pthread_create(&threads[i], NULL, read_until_done, &readers[i]) != 0)
            _exit(1);
    }
    for (uint32_t i = 0; i < READER_THREADS; i++)
        pthread_join(threads[i], NULL);
    count(&b->cycles, open_handles() == handles && mappings_below(b->folder) == 0);
    _exit(0);
}

/* --- the exams --- */

static void
sleep_ms(uint32_t ms)
{
    struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};

    nanosleep(&time, NULL);
}

static board *
new_board(void)
{
    board *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    CHECK(b != MAP_FAILED);
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    snprintf(b->folder, sizeof b->folder, "%s", rls_test_temp_folder());
    return b;
}

static pid_t
start(void (*run)(board *b, uint64_t seed), board *b, uint64_t seed)
{
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0)
        run(b, seed);
    CHECK(child > 0);
    return child;
}

/* Writers follow one another, each killed somewhere, until there are `commits` more; what the last
 * one came to. */
static int
write_and_kill(board *b, rls_random *random, uint64_t commits)
{
    int status = 0;

    atomic_store(&b->wanted, atomic_load(&b->committed) + commits);
    while (atomic_load(&b->committed) < atomic_load(&b->wanted)) {
        pid_t writer = start(run_writer, b, rls_random_next(random));
        sleep_ms(20 + rls_random_below(random, 400));
        kill(writer, SIGKILL);
        waitpid(writer, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
            return WEXITSTATUS(status);
    }
    return 0;
}

static void
tell(unsigned number, const char *name, const counts *of)
{
    rls_exam exam = rls_exam_begin(number, name);

    exam.tried = of->tried;
    exam.survived = of->survived;
    rls_exam_end(&exam);
}

/* The full form is ten commits a second for an hour. */
TEST(readers_see_one_commit_each_whatever_becomes_of_the_writer)
{
    uint64_t   commits = rls_exam_full() ? 36000 : 150;
    rls_random random = {rls_test_seed()};
    board     *b = new_board();
    pid_t      readers[READERS];

    CHECK_EQ_U64(write_and_kill(b, &random, 1), 0);
    for (uint32_t i = 0; i < READERS; i++)
        readers[i] = start(run_reader, b, rls_random_next(&random));
    CHECK_EQ_U64(write_and_kill(b, &random, commits), 0);
    atomic_store(&b->done, true);
    for (uint32_t i = 0; i < READERS; i++) {
        int status;
        waitpid(readers[i], &status, 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    if (atomic_load(&b->told))
        printf("# lost: %s\n", b->reason);
    tell(7, "each reader sees exactly one commit", &b->views);
    tell(7, "memory, handles and mappings after a cycle", &b->cycles);
    CHECK(atomic_load(&b->views.tried) >= READERS * READER_THREADS);
    munmap(b, sizeof *b);
}

/* Holds the index for a time told by the seed, or until it is killed. */
static void
hold(board *b, uint64_t ms)
{
    rls_writer *writer;

    if (rls_writer_open(b->folder, NULL, &writer, NULL) != RLS_OK)
        _exit(1);
    atomic_store(&b->begun, 1);
    sleep_ms((uint32_t)ms);
    rls_writer_close(writer);
    _exit(0);
}

static pid_t
start_holder(board *b, uint64_t ms)
{
    pid_t holder;

    atomic_store(&b->begun, 0);
    holder = start(hold, b, ms);
    while (atomic_load(&b->begun) == 0)
        sleep_ms(1);
    return holder;
}

static bool
opens(board *b, uint32_t wait_ms, rls_status wanted, pid_t holder)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_error          err = {.message = ""};
    rls_writer        *writer = NULL;
    char               pid[24];
    rls_status         status;

    options.lock_wait_ms = wait_ms;
    status = rls_writer_open(b->folder, &options, &writer, &err);
    rls_writer_close(writer);
    snprintf(pid, sizeof pid, "%d", (int)holder);
    return status == wanted && (status == RLS_OK || strstr(err.message, pid) != NULL);
}

TEST(a_second_writer_is_refused_or_waits_and_follows_a_dead_one)
{
    rls_exam exam = rls_exam_begin(7, "a second writer");
    uint32_t rounds = rls_exam_full() ? 300 : 4;
    board   *b = new_board();

    for (uint32_t i = 0; i < rounds; i++) {
        pid_t holder = start_holder(b, 60000);
        rls_exam_point(&exam, opens(b, 0, RLS_BUSY, holder), "refused, with the holder's process");
        rls_exam_point(&exam, opens(b, 20, RLS_BUSY, holder), "refused after waiting");
        kill(holder, SIGKILL);
        waitpid(holder, NULL, 0);
        rls_exam_point(&exam, opens(b, 0, RLS_OK, holder), "after a writer that was killed");
        holder = start_holder(b, 50);
        rls_exam_point(&exam, opens(b, 60000, RLS_OK, holder), "after waiting");
        waitpid(holder, NULL, 0);
    }
    rls_exam_end(&exam);
    munmap(b, sizeof *b);
}
