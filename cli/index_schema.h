/* The schema file of an index run. The index folder keeps a copy of the one it was made with, so
 * that a change of the schema is seen, and all files are read again. */
#ifndef CLI_INDEX_SCHEMA_H
#define CLI_INDEX_SCHEMA_H

#include <releasesearch/schema.h>
#include <sys/stat.h>

#include "plan.h"

typedef struct cli_schema_file {
    cli_text    text;
    rls_schema *schema; /* NULL: there is no file, the index's own counts */
    struct stat stat;   /* st_ino 0: none */
    bool        changed;
} cli_schema_file;

/* Reads `given`, else rsearch.yaml in the first folder of the inputs that has one, else beside the
 * index. False after an error that was told. */
bool cli_schema_find(cli_schema_file *file, const char *given, const char *index,
                     const cli_inputs *inputs);
/* After a commit: keeps the copy. */
void cli_schema_remember(const cli_schema_file *file, const char *index);
void cli_schema_release(cli_schema_file *file);

#endif
