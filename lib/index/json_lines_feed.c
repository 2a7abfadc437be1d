#include "index/json_lines_feed.h"

#include <inttypes.h>

static rls_status
hash_file(rls_json_lines_feed *feed, rls_error *err)
{
    rls_content_hasher hasher = {.filled = 0};

    if (!rls_buffer_reserve(&feed->piece, RLS_HASH_PIECE))
        return rls_fail(err, RLS_NO_MEMORY, "no memory to read it");
    for (;;) {
        size_t     got;
        rls_status status =
            rls_file_reader_read(&feed->reader, feed->piece.data, RLS_HASH_PIECE, &got, err);
        if (status != RLS_OK)
            return status;
        if (got > 0)
            rls_content_hasher_add(&hasher, feed->piece.data, got);
        if (got < RLS_HASH_PIECE)
            break;
    }
    feed->hash = rls_content_hasher_result(&hasher);
    return rls_file_reader_rewind(&feed->reader, err);
}

rls_status
rls_json_lines_feed_open(rls_json_lines_feed *feed, rls_heap *heap, const char *path,
                         uint64_t line_limit, rls_error *err)
{
    rls_status status;

    memset(feed, 0, sizeof *feed);
    feed->next_line = 1;
    feed->line_limit = line_limit;
    rls_buffer_init(&feed->piece, heap);
    status = rls_file_reader_open(&feed->reader, path, err);
    if (status == RLS_OK)
        status = hash_file(feed, err);
    if (status != RLS_OK)
        rls_json_lines_feed_close(feed);
    return status;
}

void
rls_json_lines_feed_close(rls_json_lines_feed *feed)
{
    rls_file_reader_close(&feed->reader);
    rls_buffer_release(&feed->piece);
}

/* Appends up to a piece more. */
static rls_status
read_more(rls_json_lines_feed *feed, rls_error *err)
{
    size_t     got;
    rls_status status;

    if (!rls_buffer_reserve(&feed->piece, RLS_HASH_PIECE))
        return rls_fail(err, RLS_NO_MEMORY, "no memory to read it");
    status = rls_file_reader_read(&feed->reader, feed->piece.data + feed->piece.size,
                                  RLS_HASH_PIECE, &got, err);
    if (status != RLS_OK)
        return status;
    feed->piece.size += got;
    feed->at_end = got < RLS_HASH_PIECE;
    return RLS_OK;
}

static uint64_t
count_lines(const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    uint64_t       lines = 0;

    while (data < end) {
        const uint8_t *newline = memchr(data, '\n', (size_t)(end - data));
        lines++;
        if (newline == NULL)
            break;
        data = newline + 1;
    }
    return lines;
}

/* Throws away the rest of a line that is too long. */
static rls_status
skip_line(rls_json_lines_feed *feed, rls_error *err)
{
    for (;;) {
        const uint8_t *newline = memchr(feed->piece.data, '\n', feed->piece.size);
        rls_status     status;
        if (newline != NULL) {
            size_t keep = feed->piece.size - (size_t)(newline + 1 - feed->piece.data);
            memmove(feed->piece.data, newline + 1, keep);
            feed->piece.size = keep;
            return RLS_OK;
        }
        feed->piece.size = 0;
        if (feed->at_end)
            return RLS_OK;
        status = read_more(feed, err);
        if (status != RLS_OK)
            return status;
    }
}

rls_status
rls_json_lines_feed_next(rls_json_lines_feed *feed, rls_error *err)
{
    rls_buffer    *piece = &feed->piece;
    const uint8_t *newline;
    rls_status     status;

    if (feed->lines_size > 0)
        memmove(piece->data, piece->data + feed->lines_size, piece->size - feed->lines_size);
    piece->size -= feed->lines_size;
    feed->lines_size = 0;
    for (;;) {
        newline = piece->size == 0 ? NULL : memrchr(piece->data, '\n', piece->size);
        if (newline != NULL || feed->at_end)
            break;
        if (piece->size > feed->line_limit) {
            uint64_t line = feed->next_line++;
            status = skip_line(feed, err);
            if (status != RLS_OK)
                return status;
            return rls_fail(err, RLS_BAD_DOCUMENT,
                            "line %" PRIu64 ": longer than the limit of %" PRIu64 " bytes", line,
                            feed->line_limit);
        }
        status = read_more(feed, err);
        if (status != RLS_OK)
            return status;
    }
    feed->lines_size = newline != NULL ? (size_t)(newline + 1 - piece->data) : piece->size;
    if (feed->lines_size == 0)
        return RLS_NOT_FOUND;
    feed->line = feed->next_line;
    feed->next_line += count_lines(piece->data, feed->lines_size);
    return RLS_OK;
}
