/* Filling in an rls_error where a failure is found. */
#ifndef RLS_BASE_STATUS_H
#define RLS_BASE_STATUS_H

#include "releasesearch/common.h"

#if defined(__GNUC__)
#define RLS_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define RLS_PRINTF(format_index, first)
#endif

/* Returns `status` after writing it and the formatted message to `err` (which may be NULL).
 * Control bytes in the message become '?', so that a message is always one line. */
rls_status rls_fail(rls_error *err, rls_status status, const char *format, ...) RLS_PRINTF(3, 4);

/* The same for a failed system call: status RLS_IO, errno text appended after ": ".
 * ENOMEM yields RLS_NO_MEMORY. */
rls_status rls_fail_system(rls_error *err, int system_error, const char *format, ...)
    RLS_PRINTF(3, 4);

/* What `message` says of `file`, without the name of the file, and of the section, that are told
 * beside it. */
const char *rls_message_of(const char *message, const char *file, const char *section);

/* Like rls_fail, with a byte offset. */
rls_status rls_fail_at(rls_error *err, rls_status status, uint64_t offset, const char *format, ...)
    RLS_PRINTF(4, 5);

#endif
