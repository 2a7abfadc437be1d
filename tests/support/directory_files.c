#include "support/directory_files.h"

#include <stdlib.h>
#include <string.h>

uint8_t *
rls_test_read_file(rls_directory *directory, const char *name, size_t *out_size)
{
    rls_mapping mapping;
    uint8_t    *copy;

    if (directory->ops->map(directory, name, &mapping, NULL) != RLS_OK)
        return NULL;
    *out_size = mapping.bytes.size;
    copy = malloc(mapping.bytes.size + RLS_MAP_PADDING);
    if (copy != NULL) {
        memcpy(copy, mapping.bytes.data, mapping.bytes.size);
        memset(copy + mapping.bytes.size, 0xa5, RLS_MAP_PADDING);
    }
    directory->ops->unmap(directory, &mapping);
    return copy;
}

rls_status
rls_test_write_file(rls_directory *directory, const char *name, const void *bytes, size_t size)
{
    rls_directory_file *file;
    rls_status          status, closed;

    status = directory->ops->create(directory, name, &file, NULL);
    if (status != RLS_OK)
        return status;
    if (size > 0)
        status = directory->ops->write(file, bytes, size, NULL);
    if (status == RLS_OK)
        status = directory->ops->sync(file, NULL);
    closed = directory->ops->close(file, NULL);
    return status != RLS_OK ? status : closed;
}

static rls_status
append_name(void *context, const char *name)
{
    char **list = context;
    size_t old = strlen(*list), size = strlen(name);
    char  *longer = realloc(*list, old + size + 2);

    if (longer == NULL)
        return RLS_NO_MEMORY;
    memcpy(longer + old, name, size);
    memcpy(longer + old + size, " ", 2);
    *list = longer;
    return RLS_OK;
}

char *
rls_test_list_files(rls_directory *directory)
{
    char *list = calloc(1, 1);

    if (list != NULL && directory->ops->list(directory, append_name, &list, NULL) != RLS_OK) {
        free(list);
        return NULL;
    }
    return list;
}

typedef struct copying {
    rls_directory *from, *to;
} copying;

static rls_status
copy_file(void *context, const char *name)
{
    const copying *between = context;
    size_t         size;
    uint8_t       *bytes = rls_test_read_file(between->from, name, &size);
    rls_status     status;

    if (bytes == NULL)
        return RLS_IO;
    status = rls_test_write_file(between->to, name, bytes, size);
    free(bytes);
    return status;
}

rls_status
rls_test_copy_files(rls_directory *from, rls_directory *to)
{
    copying between = {from, to};

    return from->ops->list(from, copy_file, &between, NULL);
}
