/* What the command says on standard error, and how it ends. Bytes that could command a terminal are
 * escaped in every message. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include <releasesearch/common.h>

struct cli_text;

enum {
    CLI_DONE = 0,         /* hits, or the work is done */
    CLI_NONE = 1,         /* no hits; with `index --strict`, something was skipped or noted */
    CLI_FAILED = 2,       /* an error, which was told */
    CLI_INTERRUPTED = 130 /* Ctrl-C */
};

/* "rsearch: …", one line; callers name the thing, what happened, and in parentheses what to do. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Tells an error of the library and returns CLI_FAILED. */
int cli_library_error(const rls_error *error);
/* "rsearch: note: …" */
void cli_note(const char *message);
/* "path: reason", about one of many inputs. */
void cli_remark(const char *path, const char *reason);
void cli_remark_line(const char *line);

/* From here on what this thread tells as errors is added to `into`, in lines, and notes are
 * dropped; NULL: they are told again. */
void cli_message_catch(struct cli_text *into);

/* Writes to standard output; trouble is told at the end. */
void cli_write(const char *bytes, size_t size);
void cli_flush_output(void);
/* Ends standard output: a closed pipe is silence, any other trouble is told. Returns `status`, or
 * CLI_FAILED after trouble. */
int cli_finish_output(int status);
/* True once standard output cannot take more: there is no use in going on. */
bool cli_output_is_closed(void);

#endif
