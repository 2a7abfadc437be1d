/* Whole files of a directory in one call, for tests that look into them or damage them. */
#ifndef RLS_TESTS_DIRECTORY_FILES_H
#define RLS_TESTS_DIRECTORY_FILES_H

#include "directory/directory.h"

/* A copy of the file in a malloc'ed block of exactly its size plus RLS_MAP_PADDING junk bytes.
 * NULL when it cannot be read. The caller frees it. */
uint8_t *rls_test_read_file(rls_directory *directory, const char *name, size_t *out_size);

/* Creates or replaces the file, synced. */
rls_status rls_test_write_file(rls_directory *directory, const char *name, const void *bytes,
                               size_t size);

/* Names in order, each followed by one space: "a b c ", in a malloc'ed string. */
char *rls_test_list_files(rls_directory *directory);

/* Adds all files of `from` to `to`. */
rls_status rls_test_copy_files(rls_directory *from, rls_directory *to);

#endif
