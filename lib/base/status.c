#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *
rls_status_name(rls_status status)
{
    switch (status) {
    case RLS_OK:
        return "ok";
    case RLS_NO_MEMORY:
        return "no memory";
    case RLS_IO:
        return "input/output";
    case RLS_CORRUPT:
        return "corrupt";
    case RLS_BAD_ARGUMENT:
        return "bad argument";
    case RLS_BAD_QUERY:
        return "bad query";
    case RLS_BAD_DOCUMENT:
        return "bad document";
    case RLS_NOT_FOUND:
        return "not found";
    case RLS_BUSY:
        return "busy";
    case RLS_UNSUPPORTED:
        return "unsupported";
    case RLS_TIMEOUT:
        return "timeout";
    case RLS_CANCELLED:
        return "cancelled";
    case RLS_EXISTS:
        return "exists";
    }
    return "unknown";
}

/* A cut message must not end inside a UTF-8 sequence: drops the last sequence when it is short. */
static void
drop_cut_sequence(char *text)
{
    size_t size = strlen(text), start = size;
    size_t wanted;

    while (start > 0 && size - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (size - (start - 1) < wanted)
        text[start - 1] = '\0';
}

/* Formats aside first, since an argument may be the old message. */
static void RLS_PRINTF(5, 0) fill(rls_error *err, rls_status status, int system_error,
                                  uint64_t offset, const char *format, va_list arguments)
{
    char text[RLS_ERROR_MESSAGE_SIZE];
    int  size;

    if (err == NULL)
        return;
    size = vsnprintf(text, sizeof text, format, arguments);
    if (size < 0)
        text[0] = '\0';
    else if ((size_t)size >= sizeof text)
        drop_cut_sequence(text);
    for (char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    }
    err->status = status;
    err->system_error = system_error;
    err->offset = offset;
    memcpy(err->message, text, strlen(text) + 1);
}

rls_status
rls_fail(rls_error *err, rls_status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fill(err, status, 0, 0, format, arguments);
    va_end(arguments);
    return status;
}

rls_status
rls_fail_at(rls_error *err, rls_status status, uint64_t offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fill(err, status, 0, offset, format, arguments);
    va_end(arguments);
    return status;
}

static const char *
error_text(int system_error, char *space, size_t size)
{
#if defined(__GLIBC__)
    return strerror_r(system_error, space, size);
#else
    if (strerror_r(system_error, space, size) != 0)
        snprintf(space, size, "system error %d", system_error);
    return space;
#endif
}

rls_status
rls_fail_system(rls_error *err, int system_error, const char *format, ...)
{
    rls_status status = system_error == ENOMEM ? RLS_NO_MEMORY : RLS_IO;
    va_list    arguments;
    char       space[128], text[128 + 2];
    size_t     size, room;

    va_start(arguments, format);
    fill(err, status, system_error, 0, format, arguments);
    va_end(arguments);
    if (err == NULL)
        return status;
    snprintf(text, sizeof text, ": %s", error_text(system_error, space, sizeof space));
    /* The reason is worth more than the end of a long name. */
    size = strlen(err->message);
    room = sizeof err->message - 1 - strlen(text);
    if (size > room) {
        err->message[room] = '\0';
        drop_cut_sequence(err->message);
        size = strlen(err->message);
    }
    memcpy(err->message + size, text, strlen(text) + 1);
    return status;
}

/* Behind "name: ", when `text` begins with it. */
static const char *
skip_name(const char *text, const char *name)
{
    size_t size = strlen(name);

    return strncmp(text, name, size) == 0 && strncmp(text + size, ": ", 2) == 0 ? text + size + 2
                                                                                : text;
}

const char *
rls_message_of(const char *message, const char *file, const char *section)
{
    const char *name = strstr(message, file), *text = message;

    if (name != NULL && (name == message || name[-1] == '/'))
        text = skip_name(name, file);
    if (text == name)
        text = message;
    return skip_name(text, section);
}
