/* The test runner: tests register themselves, run in order, and print TAP.
 *
 *   TEST(a_deleted_document_is_never_a_hit)
 *   {
 *       CHECK(hits == 0);
 *       CHECK_EQ_U64(hits, 0);
 *   }
 *
 * A failed check prints where and why and ends its test. `test_x --list`, `test_x NAME…` and
 * `RLS_TEST_SEED=n test_x` help when looking into one. */
#ifndef RLS_TESTS_RUNNER_H
#define RLS_TESTS_RUNNER_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct rls_test {
    const char *name;
    void (*run)(void);
    struct rls_test *next;
} rls_test;

void rls_test_register(rls_test *test);
void rls_test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));
uint64_t rls_test_seed(void); /* from RLS_TEST_SEED, else fixed; printed when a test fails */
/* Path of a file under tests/data (from RLS_TEST_DATA). Static storage, good until the next call.
 */
const char *rls_test_data(const char *name);

#define TEST(name)                                                                                 \
    static void                              name(void);                                           \
    static rls_test                          test_##name = {#name, name, NULL};                    \
    __attribute__((constructor)) static void register_##name(void)                                 \
    {                                                                                              \
        rls_test_register(&test_##name);                                                           \
    }                                                                                              \
    static void name(void)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            rls_test_fail(__FILE__, __LINE__, "%s", #condition);                                   \
    } while (0)

#define CHECK_EQ_U64(a, b)                                                                         \
    do {                                                                                           \
        uint64_t a_ = (uint64_t)(a), b_ = (uint64_t)(b);                                           \
        if (a_ != b_)                                                                              \
            rls_test_fail(__FILE__, __LINE__, "%s is %" PRIu64 ", %s is %" PRIu64, #a, a_, #b,     \
                          b_);                                                                     \
    } while (0)

#define CHECK_EQ_I64(a, b)                                                                         \
    do {                                                                                           \
        int64_t a_ = (int64_t)(a), b_ = (int64_t)(b);                                              \
        if (a_ != b_)                                                                              \
            rls_test_fail(__FILE__, __LINE__, "%s is %" PRId64 ", %s is %" PRId64, #a, a_, #b,     \
                          b_);                                                                     \
    } while (0)

#define CHECK_EQ_STR(a, b)                                                                         \
    do {                                                                                           \
        const char *a_ = (a), *b_ = (b);                                                           \
        if (a_ == NULL || b_ == NULL || strcmp(a_, b_) != 0)                                       \
            rls_test_fail(__FILE__, __LINE__, "%s is \"%s\", %s is \"%s\"", #a,                    \
                          a_ == NULL ? "(null)" : a_, #b, b_ == NULL ? "(null)" : b_);             \
    } while (0)

/* Bytes (pointer, size) against a string literal. */
#define CHECK_EQ_BYTES(data, size, literal)                                                        \
    do {                                                                                           \
        size_t      size_ = (size);                                                                \
        const char *data_ = (const char *)(data);                                                  \
        if (size_ != sizeof(literal) - 1 || memcmp(data_, literal, size_) != 0)                    \
            rls_test_fail(__FILE__, __LINE__, "%s is \"%.*s\", wanted \"%s\"", #data, (int)size_,  \
                          data_ == NULL ? "" : data_, literal);                                    \
    } while (0)

#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        int status_ = (int)(call);                                                                 \
        if (status_ != 0)                                                                          \
            rls_test_fail(__FILE__, __LINE__, "%s returned %d", #call, status_);                   \
    } while (0)

#endif
