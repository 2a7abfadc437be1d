/* Standard input as documents. */
#ifndef CLI_STANDARD_INPUT_H
#define CLI_STANDARD_INPUT_H

#include <releasesearch/writer.h>

typedef struct cli_standard_input {
    rls_writer     *writer;
    rls_file_format format;
    const char     *key;   /* of a single document, or NULL */
    uint64_t        limit; /* bytes a line or a document may have */
    bool (*stop)(void);
    /* A line that was passed over. */
    void (*trouble)(void *context, const char *path, const char *reason);
    void    *context;
    uint64_t bytes; /* read so far */
} cli_standard_input;

/* Gives the documents on standard input to the writer: JSON Lines in pieces of whole lines, else
 * one document under the key. RLS_CANCELLED when it was stopped. */
rls_status cli_feed_standard_input(cli_standard_input *input, rls_error *err);

#endif
