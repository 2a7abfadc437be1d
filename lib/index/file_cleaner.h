/* Removes files of an index that its newest commit does not name: what crashed writers left, what
 * merges replaced. Readers that hold them keep their mappings. Only the holder of the write lock
 * calls it. */
#ifndef RLS_INDEX_FILE_CLEANER_H
#define RLS_INDEX_FILE_CLEANER_H

#include "index/manifest.h"

/* A file that cannot be removed stays for the next time: that is no error. Files with names that
 * are not an index's are left alone. `durable`: the name of the newest commit is known to survive a
 * power loss; otherwise it is made to, before another commit goes. */
rls_status rls_file_cleaner_run(rls_heap *heap, rls_directory *directory,
                                const rls_manifest *newest, bool durable, rls_error *err);

#endif
