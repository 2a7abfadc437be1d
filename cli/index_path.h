/* Which index a command means. */
#ifndef CLI_INDEX_PATH_H
#define CLI_INDEX_PATH_H

#include "text.h"

/* The folder of the index: `given` (of --index or the environment), else the nearest .rsearch
 * from the current folder upwards, else, when `create`, .rsearch here. False after an error that
 * was told. The path is not checked to hold an index. */
bool cli_index_path(const char *given, bool create, cli_text *out_path);
/* The nearest .rsearch from the current folder upwards; false when there is none. */
bool cli_index_find(cli_text *out_path);

#endif
