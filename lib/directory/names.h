/* File names, for the implementations of a directory: which are allowed, and lists of them. */
#ifndef RLS_DIRECTORY_NAMES_H
#define RLS_DIRECTORY_NAMES_H

#include "directory/directory.h"

typedef struct rls_name_list {
    char **names;
    size_t count, capacity;
} rls_name_list; /* starts zeroed */

/* RLS_BAD_ARGUMENT for what is not a plain file name, and for that of the lock. */
rls_status rls_directory_check_name(const rls_directory *directory, const char *name,
                                    rls_error *err);

/* RLS_CORRUPT when a file of `file_size` bytes does not have [from, from + size). */
rls_status rls_directory_check_part(const rls_directory *directory, const char *name, uint64_t from,
                                    size_t size, uint64_t file_size, rls_error *err);

/* False when there is no memory. */
bool rls_name_list_add(rls_name_list *list, rls_heap *heap, const char *name);

/* Sorts and visits; a status of `visit` that ends the walk is passed on with `err` untouched. */
rls_status rls_name_list_visit(rls_name_list *list, const rls_directory *directory,
                               rls_status (*visit)(void *context, const char *name), void *context,
                               rls_error *err);
void       rls_name_list_release(rls_name_list *list, rls_heap *heap);

#endif
