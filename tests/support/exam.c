#include "support/exam.h"

#include <stdarg.h>
#include <stdlib.h>

#include "support/runner.h"

enum {
    MOST_TOLD = 20
};

bool
rls_exam_full(void)
{
    const char *form = getenv("RLS_EXAMS");

    return form != NULL && strcmp(form, "full") == 0;
}

rls_exam
rls_exam_begin(unsigned number, const char *name)
{
    printf("# exam %u %s: begins\n", number, name);
    return (rls_exam){.number = number, .name = name};
}

void
rls_exam_point(rls_exam *exam, bool survived, const char *format, ...)
{
    va_list arguments;

    exam->tried++;
    exam->survived += survived;
    if (survived || exam->tried - exam->survived > MOST_TOLD)
        return;
    printf("# lost: ");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

void
rls_exam_end(const rls_exam *exam)
{
    printf("# exam %u %s: %" PRIu64 " tried, %" PRIu64 " survived, %" PRIu64 " lost, 0 crashed\n",
           exam->number, exam->name, exam->tried, exam->survived, exam->tried - exam->survived);
    CHECK_EQ_U64(exam->survived, exam->tried);
}

bool
rls_exam_is_told(const rls_error *err, rls_status status, int system_error)
{
    if (err->status == RLS_OK ||
        (err->status == status && err->message[0] != '\0' && strchr(err->message, '\n') == NULL &&
         (system_error == 0 || err->system_error == system_error)))
        return true;
    printf("# told: %d, %d, \"%s\"\n", (int)err->status, err->system_error, err->message);
    return false;
}
