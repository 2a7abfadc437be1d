#include "base/status.h"

#include <errno.h>
#include <string.h>

#include "support/runner.h"

TEST(every_status_has_a_name)
{
    CHECK_EQ_STR(rls_status_name(RLS_OK), "ok");
    CHECK_EQ_STR(rls_status_name(RLS_CORRUPT), "corrupt");
    for (int a = RLS_EXISTS; a <= RLS_OK; a++) {
        CHECK(strcmp(rls_status_name((rls_status)a), "unknown") != 0);
        for (int b = RLS_EXISTS; b < a; b++)
            CHECK(strcmp(rls_status_name((rls_status)a), rls_status_name((rls_status)b)) != 0);
    }
    CHECK_EQ_STR(rls_status_name((rls_status)-1000), "unknown");
    CHECK_EQ_STR(rls_status_name((rls_status)7), "unknown");
}

TEST(a_failure_is_written_whole)
{
    rls_error err;

    memset(&err, 0xa5, sizeof err);
    CHECK_EQ_I64(rls_fail(&err, RLS_CORRUPT, "%s: %d bytes", "a.seg", 3), RLS_CORRUPT);
    CHECK_EQ_I64(err.status, RLS_CORRUPT);
    CHECK_EQ_I64(err.system_error, 0);
    CHECK_EQ_U64(err.offset, 0);
    CHECK_EQ_STR(err.message, "a.seg: 3 bytes");
    CHECK_EQ_I64(rls_fail_at(&err, RLS_BAD_QUERY, 17, "no ')'"), RLS_BAD_QUERY);
    CHECK_EQ_U64(err.offset, 17);
    CHECK_EQ_STR(err.message, "no ')'");
}

TEST(a_failure_without_an_error_struct_gives_the_status)
{
    CHECK_EQ_I64(rls_fail(NULL, RLS_BUSY, "%s", "x"), RLS_BUSY);
    CHECK_EQ_I64(rls_fail_system(NULL, EIO, "%s", "x"), RLS_IO);
    CHECK_EQ_I64(rls_fail_at(NULL, RLS_CORRUPT, 1, "%s", "x"), RLS_CORRUPT);
}

TEST(a_message_is_one_line)
{
    rls_error err;

    rls_fail(&err, RLS_IO, "%s", "a\nb\tc\x1b[31m\x7f");
    CHECK_EQ_STR(err.message, "a?b?c?[31m?");
}

TEST(a_system_failure_tells_errno_and_its_text)
{
    rls_error err;
    char      wanted[200];

    CHECK_EQ_I64(rls_fail_system(&err, ENOSPC, "%s: cannot write", "a.seg"), RLS_IO);
    CHECK_EQ_I64(err.system_error, ENOSPC);
    snprintf(wanted, sizeof wanted, "a.seg: cannot write: %s", strerror(ENOSPC));
    CHECK_EQ_STR(err.message, wanted);
    CHECK_EQ_I64(rls_fail_system(&err, ENOMEM, "x"), RLS_NO_MEMORY);
    CHECK_EQ_I64(err.status, RLS_NO_MEMORY);
}

TEST(the_old_message_may_be_part_of_the_new_one)
{
    rls_error err;

    rls_fail(&err, RLS_IO, "inner");
    rls_fail(&err, RLS_IO, "outer: %s", err.message);
    CHECK_EQ_STR(err.message, "outer: inner");
}

TEST(a_long_message_is_cut_between_characters)
{
    static const char *const characters[] = {"a", "ā", "世", "😀"};
    rls_error                err;

    for (size_t kind = 0; kind < 4; kind++) {
        for (size_t before = 0; before < 8; before++) {
            char   text[1200] = "";
            size_t size;

            memset(text, '.', before);
            while (strlen(text) < 1100)
                strcat(text, characters[kind]);
            rls_fail(&err, RLS_IO, "%s", text);
            size = strlen(err.message);
            CHECK(size < sizeof err.message && size >= sizeof err.message - 4);
            CHECK(strncmp(err.message, text, size) == 0);
            CHECK_EQ_U64((size - before) % strlen(characters[kind]), 0);
        }
    }
}

TEST(a_long_name_does_not_push_out_the_reason)
{
    rls_error err;
    char      text[700], reason[200];

    snprintf(reason, sizeof reason, ": %s", strerror(ENOSPC));
    for (size_t size = 400; size < sizeof text - 1; size++) {
        size_t name;

        memset(text, 0, sizeof text);
        for (size_t i = 0; i + 1 < size; i += 2)
            memcpy(text + i, "ā", 2);
        rls_fail_system(&err, ENOSPC, "%s", text);
        CHECK(strlen(err.message) < sizeof err.message);
        name = strlen(err.message) - strlen(reason);
        CHECK_EQ_STR(err.message + name, reason);
        CHECK(strncmp(err.message, text, name) == 0 && name % 2 == 0);
        CHECK(name == strlen(text) || name + strlen(reason) >= sizeof err.message - 2);
    }
}

TEST(a_message_told_beside_its_file_and_section_does_not_repeat_them)
{
    static const char *const messages[][2] = {
        {"a.seg: stored: block 3 is damaged", "block 3 is damaged"},
        {"folder/a.seg: cannot open", "cannot open"},
        {"b.liv: of segment a.seg: is damaged", "b.liv: of segment a.seg: is damaged"},
        {"a.segment is damaged", "a.segment is damaged"},
        {"stored: is damaged", "is damaged"},
        {"", ""}};

    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        CHECK(strcmp(rls_message_of(messages[i][0], "a.seg", "stored"), messages[i][1]) == 0);
}
