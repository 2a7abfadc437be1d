#include "standard_input.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

enum {
    PIECE_SIZE = 1 << 20,
    POLL_MS = 200
};

typedef struct feeding {
    cli_standard_input *input;
    cli_text            held; /* read and not yet given */
    uint64_t            line; /* number of the first line held */
    bool                at_end;
    rls_error          *err;
} feeding;

static rls_status
fail(rls_error *err, rls_status status, int system_error, const char *message)
{
    err->status = status;
    err->system_error = system_error;
    snprintf(err->message, sizeof err->message, "standard input: %s", message);
    return status;
}

/* Reads up to a piece more; wakes up now and then to see whether it should stop. */
static rls_status
read_more(feeding *feed)
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    size_t        goal = feed->held.size + PIECE_SIZE;

    cli_text_reserve(&feed->held, PIECE_SIZE);
    while (feed->held.size < goal && !feed->at_end) {
        ssize_t got;
        if (feed->input->stop())
            return fail(feed->err, RLS_CANCELLED, 0, "cancelled");
        if (poll(&ready, 1, POLL_MS) <= 0)
            continue;
        got = read(STDIN_FILENO, feed->held.data + feed->held.size, goal - feed->held.size);
        if (got < 0 && errno != EINTR && errno != EAGAIN)
            return fail(feed->err, RLS_IO, errno, strerror(errno));
        if (got == 0)
            feed->at_end = true;
        if (got > 0)
            feed->held.size += (size_t)got;
        feed->input->bytes += got > 0 ? (uint64_t)got : 0;
    }
    feed->held.data[feed->held.size] = '\0';
    return RLS_OK;
}

static void
drop(feeding *feed, size_t size)
{
    memmove(feed->held.data, feed->held.data + size, feed->held.size - size);
    cli_text_cut(&feed->held, feed->held.size - size);
}

static rls_status
give(feeding *feed, size_t size, rls_file_format format, const char *name)
{
    rls_file   file = RLS_FILE_INIT;
    rls_status status;

    file.name = name;
    file.format = format;
    file.bytes = feed->held.data;
    file.size = size;
    file.first_line = feed->line;
    status = rls_writer_add_file(feed->input->writer, &file, feed->err);
    for (size_t i = 0; i < size; i++)
        feed->line += feed->held.data[i] == '\n';
    drop(feed, size);
    return status;
}

/* A line over the limit is passed over without being held. */
static rls_status
skip_line(feeding *feed)
{
    char        reason[80];
    const char *newline;

    snprintf(reason, sizeof reason,
             "line %" PRIu64 ": over the limit of %" PRIu64 " bytes (--max-file-size)", feed->line,
             feed->input->limit);
    feed->input->trouble(feed->input->context, "standard input", reason);
    feed->line++;
    for (;;) {
        rls_status status;
        newline = memchr(feed->held.data, '\n', feed->held.size);
        if (newline != NULL) {
            drop(feed, (size_t)(newline - feed->held.data) + 1);
            return RLS_OK;
        }
        cli_text_clear(&feed->held);
        if (feed->at_end)
            return RLS_OK;
        status = read_more(feed);
        if (status != RLS_OK)
            return status;
    }
}

static rls_status
feed_lines(feeding *feed)
{
    rls_status status = RLS_OK;

    while (status == RLS_OK && (feed->held.size > 0 || !feed->at_end)) {
        const char *newline =
            feed->held.size == 0 ? NULL : memrchr(feed->held.data, '\n', feed->held.size);
        if (newline != NULL)
            status = give(feed, (size_t)(newline - feed->held.data) + 1, RLS_FILE_JSONL, NULL);
        else if (feed->held.size > feed->input->limit)
            status = skip_line(feed);
        else if (feed->at_end)
            status = give(feed, feed->held.size, RLS_FILE_JSONL, NULL);
        else
            status = read_more(feed);
    }
    return status;
}

/* One document, or a gzipped file, which has to be whole. */
static rls_status
feed_whole(feeding *feed, rls_file_format format, const char *name)
{
    rls_status status = RLS_OK;

    while (status == RLS_OK && !feed->at_end) {
        if (feed->held.size > feed->input->limit)
            return fail(feed->err, RLS_BAD_DOCUMENT, 0,
                        "larger than a document may be (raise --max-file-size)");
        status = read_more(feed);
    }
    return status == RLS_OK ? give(feed, feed->held.size, format, name) : status;
}

static bool
looks_like_json_lines(const cli_text *held)
{
    size_t i = 0;

    if (held->size >= 3 && memcmp(held->data, "\xef\xbb\xbf", 3) == 0)
        i = 3;
    while (i < held->size && strchr(" \t\r\n", held->data[i]) != NULL && held->data[i] != '\0')
        i++;
    return i == held->size || held->data[i] == '{';
}

rls_status
cli_feed_standard_input(cli_standard_input *input, rls_error *err)
{
    feeding         feed = {.input = input, .line = 1, .err = err};
    rls_file_format format = input->format;
    rls_status      status = read_more(&feed);
    bool            zipped = feed.held.size >= 2 && memcmp(feed.held.data, "\x1f\x8b", 2) == 0;

    if (status == RLS_OK && format == RLS_FILE_AUTO && input->key == NULL &&
        (zipped || looks_like_json_lines(&feed.held)))
        format = RLS_FILE_JSONL;
    if (status != RLS_OK)
        ;
    else if (format == RLS_FILE_JSONL)
        status = zipped ? feed_whole(&feed, format, NULL) : feed_lines(&feed);
    else if (input->key == NULL)
        status = fail(err, RLS_BAD_ARGUMENT, 0,
                      "not JSON Lines (give --format=text or markdown, and --key NAME)");
    else
        status = feed_whole(&feed, format, input->key);
    cli_text_release(&feed.held);
    return status;
}
