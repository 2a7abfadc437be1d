#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pager.h"
#include "terminal.h"
#include "text.h"

static const char error_head[] = "rsearch: ";

static _Thread_local cli_text *caught;

void
cli_message_catch(cli_text *into)
{
    caught = into;
}

/* One write a line, so that lines of several processes do not mix. */
static void
write_line(const char *head, const char *message)
{
    cli_text line = {0};

    if (caught != NULL) {
        if (strcmp(head, error_head) == 0)
            cli_text_format(caught, "%s%s", caught->size == 0 ? "" : "\n", message);
        return;
    }
    cli_text_put(&line, head);
    cli_escape(&line, message, strlen(message), CLI_ESCAPE_LINE);
    cli_text_put(&line, "\n");
    cli_progress_clear();
    fwrite(line.data, 1, line.size, stderr);
    fflush(stderr);
    cli_text_release(&line);
}

void
cli_error(const char *format, ...)
{
    char    message[2 * RLS_ERROR_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    write_line(error_head, message);
}

int
cli_library_error(const rls_error *error)
{
    const char *message =
        error->message[0] != '\0' ? error->message : rls_status_name(error->status);

    write_line(error_head, message);
    return CLI_FAILED;
}

void
cli_note(const char *message)
{
    write_line("rsearch: note: ", message);
}

void
cli_remark_line(const char *line)
{
    write_line("", line);
}

void
cli_remark(const char *path, const char *reason)
{
    cli_text line = {0};

    cli_text_format(&line, "%s: %s", path, reason);
    write_line("", line.data);
    cli_text_release(&line);
}

/* Why standard output could first not be written; 0 while it can. */
static int output_error;

void
cli_write(const char *bytes, size_t size)
{
    if (cli_pager_take(bytes, size))
        return;
    if (output_error == 0 && fwrite(bytes, 1, size, stdout) < size)
        output_error = errno != 0 ? errno : EIO;
}

bool
cli_output_is_closed(void)
{
    return output_error != 0 || ferror(stdout) != 0 || cli_pager_is_closed();
}

void
cli_flush_output(void)
{
    if (output_error == 0 && fflush(stdout) != 0)
        output_error = errno;
}

int
cli_finish_output(int status)
{
    cli_pager_end();
    cli_flush_output();
    if (output_error == 0 || output_error == EPIPE)
        return status;
    cli_error("standard output: %s", strerror(output_error));
    return CLI_FAILED;
}
