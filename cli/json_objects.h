/* Objects of JSON that a command prints and `rsearch serve` answers with; those with hits are in
 * print_hits.h. */
#ifndef CLI_JSON_OBJECTS_H
#define CLI_JSON_OBJECTS_H

#include <releasesearch/snapshot.h>
#include <releasesearch/suggest.h>

#include "options.h"
#include "text.h"

/* Of rsearch stats. Without roots nothing tells where the files are. */
rls_status cli_put_json_stats(cli_text *out, const rls_snapshot *snapshot,
                              const rls_snapshot_info *info, bool with_roots, rls_error *err);
/* Of rsearch suggest. */
void cli_put_json_suggestions(cli_text *out, const char *typed, size_t size,
                              const rls_suggestions *found);
/* What the flags of rsearch suggest say. */
void cli_suggest_take(rls_suggest_options *asked, const cli_options *options);

#endif
