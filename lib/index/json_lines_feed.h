/* A file of JSON Lines of any size → pieces of whole lines, so that one large file is spread over
 * shares and threads like many small ones. */
#ifndef RLS_INDEX_JSON_LINES_FEED_H
#define RLS_INDEX_JSON_LINES_FEED_H

#include "base/file.h"
#include "index/content_hash.h"

typedef struct rls_json_lines_feed {
    rls_file_reader reader;
    rls_buffer      piece;      /* whole lines, then what was read of the next one */
    size_t          lines_size; /* bytes of whole lines, the piece handed out last */
    uint64_t        line, next_line;
    uint64_t        hash; /* of the whole file */
    uint64_t        line_limit;
    bool            at_end;
} rls_json_lines_feed;

/* Opens the file and reads it once for its hash. */
rls_status rls_json_lines_feed_open(rls_json_lines_feed *feed, rls_heap *heap, const char *path,
                                    uint64_t line_limit, rls_error *err);
/* The next lines into feed->piece.data[0, lines_size), the first being number feed->line.
 * RLS_NOT_FOUND at the end; RLS_BAD_DOCUMENT when a line is longer than the limit: it is passed
 * over and the next call goes on. */
rls_status rls_json_lines_feed_next(rls_json_lines_feed *feed, rls_error *err);
void       rls_json_lines_feed_close(rls_json_lines_feed *feed);

#endif
