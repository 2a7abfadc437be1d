/* An exam tries one promise at many points and counts what became of them. It prints two lines that
 * tests/run gathers into one table (an exam that begins and never ends has crashed):
 *
 *   # exam 1 power loss, all unsynced lost: begins
 *   # exam 1 power loss, all unsynced lost: 512 tried, 512 survived, 0 lost, 0 crashed
 *
 *   rls_exam exam = rls_exam_begin(1, "power loss, all unsynced lost");
 *   for (…)
 *       rls_exam_point(&exam, survived(…), "prefix %zu", prefix);
 *   rls_exam_end(&exam);   // fails the test when something was lost
 *
 * An exam has a short form for every day, and a full one, which `tests/run exams` asks for. */
#ifndef RLS_TESTS_EXAM_H
#define RLS_TESTS_EXAM_H

#include <stdbool.h>
#include <stdint.h>

#include "releasesearch/common.h"

typedef struct rls_exam {
    unsigned    number; /* of the exam in docs/trust.md */
    const char *name;
    uint64_t    tried, survived;
} rls_exam;

/* Whether the full form is asked for: RLS_EXAMS=full. */
bool rls_exam_full(void);

/* `name` without a colon; it must live as long as the exam. */
rls_exam rls_exam_begin(unsigned number, const char *name);

/* Counts a point; one that is lost is told, with what tells which it was. */
void rls_exam_point(rls_exam *exam, bool survived, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void rls_exam_end(const rls_exam *exam);

/* Whether a failure with this system error (0: none) was told as `status` in one line, or nothing
 * was: what else it may be is printed. */
bool rls_exam_is_told(const rls_error *err, rls_status status, int system_error);

#endif
