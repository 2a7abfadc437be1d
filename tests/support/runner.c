#include "support/runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

static rls_test *first_test, **last_link = &first_test;
static jmp_buf   test_end;

void
rls_test_register(rls_test *test)
{
    *last_link = test;
    last_link = &test->next;
}

void
rls_test_fail(const char *file, int line, const char *format, ...)
{
    va_list arguments;

    printf("# %s:%d: ", file, line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf(" (seed %" PRIu64 ")\n", rls_test_seed());
    longjmp(test_end, 1);
}

uint64_t
rls_test_seed(void)
{
    const char *text = getenv("RLS_TEST_SEED");
    return text == NULL ? 20070528 : strtoull(text, NULL, 10);
}

const char *
rls_test_data(const char *name)
{
    static char path[4096];
    const char *root = getenv("RLS_TEST_DATA");

    snprintf(path, sizeof path, "%s/%s", root == NULL ? "tests/data" : root, name);
    return path;
}

static bool
wanted(const rls_test *test, int argc, char **argv)
{
    if (argc < 2)
        return true;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], test->name) == 0)
            return true;
    }
    return false;
}

/* Apart from the loop, so that a failing test's jump crosses no changing variable. */
static bool
run_one(const rls_test *test)
{
    if (setjmp(test_end) != 0)
        return false;
    test->run();
    return true;
}

int
main(int argc, char **argv)
{
    int number = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    for (rls_test *test = first_test; test != NULL; test = test->next) {
        bool passed;

        if (argc == 2 && strcmp(argv[1], "--list") == 0) {
            printf("%s\n", test->name);
            continue;
        }
        if (!wanted(test, argc, argv))
            continue;
        passed = run_one(test);
        failed += !passed;
        printf("%s %d - %s\n", passed ? "ok" : "not ok", ++number, test->name);
    }
    printf("1..%d\n", number);
    return failed != 0;
}
