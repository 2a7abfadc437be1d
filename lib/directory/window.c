#include "directory/window.h"

#include <assert.h>

enum {
    WINDOW_SIZE = 256 * 1024
};

void
rls_window_init(rls_window *window, rls_directory *directory, const char *name, uint64_t start,
                uint64_t size)
{
    *window = (rls_window){
        .directory = directory, .name = name, .start = start, .size = size, .from = UINT64_MAX};
}

void
rls_window_release(rls_window *window)
{
    if (window->directory != NULL)
        window->directory->ops->unmap(window->directory, &window->mapping);
    window->from = UINT64_MAX;
}

static bool
is_shown(const rls_window *window, uint64_t at, size_t size)
{
    return at >= window->from && at - window->from <= window->mapping.bytes.size &&
           size <= window->mapping.bytes.size - (at - window->from);
}

rls_status
rls_window_show(rls_window *window, uint64_t at, size_t size, rls_bytes *out_bytes, rls_error *err)
{
    assert(at <= window->size && size <= window->size - at);
    if (!is_shown(window, at, size)) {
        size_t     wanted = size > WINDOW_SIZE ? size : WINDOW_SIZE;
        rls_status status;

        if (wanted > window->size - at)
            wanted = (size_t)(window->size - at);
        rls_window_release(window);
        status =
            window->directory->ops->map_part(window->directory, window->name, window->start + at,
                                             wanted, &window->mapping, NULL, err);
        if (status != RLS_OK)
            return status;
        window->from = at;
    }
    *out_bytes = rls_bytes_of(window->mapping.bytes.data + (at - window->from), size);
    return RLS_OK;
}
