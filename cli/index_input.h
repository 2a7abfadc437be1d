/* What `index` reads beside folders: lists of files, and standard input as documents. */
#ifndef CLI_INDEX_INPUT_H
#define CLI_INDEX_INPUT_H

#include <releasesearch/writer.h>

#include "plan.h"

/* Adds the paths in file `from` ("-": standard input), one a line or ended by NULs. False after an
 * error that was told. */
bool cli_read_list(const char *from, bool by_nul, cli_inputs *inputs);
void cli_inputs_add(cli_inputs *inputs, const char *typed, bool listed);
void cli_inputs_release(cli_inputs *inputs);

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
