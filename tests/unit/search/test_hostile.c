/* Queries that nobody means: each gets an answer within its deadline and its memory. */
#include "fixture.h"

#include <time.h>

enum {
    MEGABYTE = 1 << 20,
    MEMORY = 512 * MEGABYTE,
    DEADLINE_MS = 50,
    PATIENCE_MS = 6000, /* parsing and all, on a slow machine under a sanitizer */
    MANY = 100000,
    FEWER = 2000, /* enough to be evaluated a leaf at a time */
    PATTERNS = 1100,
    PIECE = 16 * 1024
};

static const fixture_document documents[] = {
    {.key = "a", .title = "Treaty", .body = "Cluster munitions and a treaty about abcd, axbxcxd"},
    {.key = "b", .body = "munitions w1 w7 w99999 abacus a b c d", .date = "2007-05-28"},
    {.key = "c", .body = "w3 w5 \xe6\xa2\x85 treaty", .ministers = {"Phil Goff"}}};

static uint64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
ask(const char *what, const char *text, size_t size)
{
    uint32_t split[2] = {2, 1};
    fixture  f;

    fixture_open(&f, documents, split, 2);
    for (int evaluation = RLS_EVALUATE_FAST; evaluation <= RLS_EVALUATE_WIDE; evaluation++) {
        rls_search_request request = FIXTURE_REQUEST;
        uint64_t           begin = now_ms();
        rls_results       *results = NULL;
        rls_status         status;
        rls_query         *query;
        rls_heap           heap;
        rls_error          err = {.message = ""};

        rls_heap_init(&heap, NULL, MEMORY);
        request.deadline_ns = (now_ms() + DEADLINE_MS) * 1000000;
        CHECK_OK(rls_query_parse_in(&heap, rls_bytes_of(text, size), false, request.deadline_ns,
                                    &query, &err));
        request.query = query;
        request.evaluation = (rls_evaluation)evaluation;
        if ((status = rls_search(&heap, &f.snapshot, &request, &results, &err)) != RLS_OK)
            rls_test_fail(__FILE__, __LINE__, "%s: status %d, %s", what, (int)status, err.message);
        if (now_ms() - begin > PATIENCE_MS)
            rls_test_fail(__FILE__, __LINE__, "%s: %u ms", what, (unsigned)(now_ms() - begin));
        CHECK(results->timed_out || results->total_is_exact || results->note_count > 0);
        rls_results_free(results);
        rls_query_free(query);
        CHECK_EQ_U64(heap.used, 0);
    }
    fixture_close(&f);
}

/* `shape` so many times, with a number in place of each #. */
static void
ask_many(const char *shape, unsigned count)
{
    char *text = malloc((size_t)count * 64), *at = text;

    for (unsigned i = 0; i < count; i++) {
        for (const char *from = shape; *from != 0; from++) {
            if (*from == '#')
                at += sprintf(at, "%u", i);
            else
                *at++ = *from;
        }
        *at++ = ' ';
    }
    ask(shape, text, (size_t)(at - text));
    free(text);
}

TEST(very_many_operands_have_an_answer)
{
    static const char *const shapes[] = {
        "w#",  "-w#",           "+w#",    "w# AND",    "w# OR",        "NOT w#",      "title:w#",
        "=w#", "\"w# treaty\"", "date:#", "w# NEAR/3", "ministers:w#", "(w# treaty)", "w#^2"};

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        ask_many(shapes[i], i == 0 ? MANY : FEWER);
}

TEST(very_many_patterns_have_an_answer)
{
    static const char *const shapes[] = {
        "a#*b*c*d*", "*#*", "w#~2", "/w#(a|b)*/", "w#*", "\"w# treaty\"~3", "ministers:*#*"};

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        ask_many(shapes[i], PATTERNS);
}

/* A byte over and over. */
static void
ask_repeated(const char *unit, size_t size)
{
    char  *text = malloc(size + 16);
    size_t at = 0, step = strlen(unit);

    while (at + step <= size) {
        memcpy(text + at, unit, step);
        at += step;
    }
    ask(unit, text, at);
    free(text);
}

TEST(a_megabyte_of_anything_has_an_answer)
{
    static const char *const units[] = {"a",           "a ",         "(",        ")",
                                        "((a) ",       "\"",         "\" ",      "*",
                                        "?*",          "a*",         "~",        "^2",
                                        "/",           "/a/ ",       "[a",       "+",
                                        "-",           "a:",         "x:(",      "NEAR/2 ",
                                        "a NEAR/2 ",   "\xff",       "\xe6\xa2", "\xe6\xa2\x85",
                                        "date:2007..", "\"a b\"~9 ", "a~2 ",     "|",
                                        "{9,9}",       "AND ",       "NOT ",     "a NOT ("};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        ask_repeated(units[i], i < 3 ? MEGABYTE : PIECE);
    {
        char *zeros = calloc(1, MEGABYTE);
        ask("zeros", zeros, MEGABYTE);
        free(zeros);
    }
}

TEST(groups_deeper_than_any_stack_have_an_answer)
{
    char *text = malloc(3 * MANY + 16), *at = text;

    for (int i = 0; i < MANY; i++)
        *at++ = '(';
    *at++ = 'a';
    for (int i = 0; i < MANY; i++)
        *at++ = ')';
    ask("parentheses", text, (size_t)(at - text));
    at = text;
    *at++ = '/';
    for (int i = 0; i < 4000; i++)
        *at++ = '(';
    *at++ = '/';
    ask("groups of a pattern", text, (size_t)(at - text));
    at = text;
    for (int i = 0; i < MANY / 6; i++)
        at += sprintf(at, "(a OR b ");
    ask("alternatives", text, (size_t)(at - text));
    free(text);
}
