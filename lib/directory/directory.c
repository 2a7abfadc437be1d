#include "directory/directory.h"

#include <inttypes.h>
#include <string.h>

#include "base/sort.h"
#include "directory/names.h"
#include "directory/write_lock.h"

enum {
    LONGEST_NAME = 255
};

void
rls_directory_close(rls_directory *directory)
{
    if (directory != NULL)
        directory->ops->close_directory(directory);
}

rls_status
rls_directory_check_name(const rls_directory *directory, const char *name, rls_error *err)
{
    size_t size = strlen(name);

    if (size == 0 || size > LONGEST_NAME || strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
        strcmp(name, "..") == 0 || strcmp(name, RLS_WRITE_LOCK_NAME) == 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%s: \"%s\" cannot be the name of an index file",
                        directory->label, name);
    return RLS_OK;
}

rls_status
rls_directory_check_part(const rls_directory *directory, const char *name, uint64_t from,
                         size_t size, uint64_t file_size, rls_error *err)
{
    if (from <= file_size && size <= file_size - from)
        return RLS_OK;
    return rls_fail(err, RLS_CORRUPT, "%s/%s: %" PRIu64 " bytes, too few for byte %" PRIu64,
                    directory->label, name, file_size, from + size);
}

static int
compare_names(const void *a, const void *b, void *context)
{
    (void)context;
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
rls_name_list_add(rls_name_list *list, rls_heap *heap, const char *name)
{
    void *names = list->names;
    char *copy;

    if (!rls_grow(heap, &names, &list->capacity, list->count + 1, sizeof *list->names))
        return false;
    list->names = names;
    copy = rls_copy_string(heap, name, strlen(name));
    if (copy == NULL)
        return false;
    list->names[list->count++] = copy;
    return true;
}

rls_status
rls_name_list_visit(rls_name_list *list, const rls_directory                   *directory,
                    rls_status (*visit)(void *context, const char *name), void *context,
                    rls_error *err)
{
    rls_status status;

    status = rls_sort(directory->heap, list->names, list->count, sizeof *list->names, compare_names,
                      NULL);
    if (status != RLS_OK)
        return rls_fail(err, status, "%s: no memory to list it", directory->label);
    for (size_t i = 0; i < list->count && status == RLS_OK; i++)
        status = visit(context, list->names[i]);
    return status;
}

void
rls_name_list_release(rls_name_list *list, rls_heap *heap)
{
    for (size_t i = 0; i < list->count; i++)
        rls_free(heap, list->names[i]);
    rls_free(heap, list->names);
    *list = (rls_name_list){0};
}
