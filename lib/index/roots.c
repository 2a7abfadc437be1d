/* The folders whose files are in an index, and the labels that keep their names apart. */
#include <stdio.h>
#include <unistd.h>

#include "index/transaction.h"

rls_status
rls_transaction_add_root(rls_index_writer *writer, rls_bytes label, rls_bytes path, rls_error *err)
{
    void              *memory = writer->roots;
    rls_manifest_root *root;
    char              *label_copy = rls_arena_copy(&writer->arena, label.data, label.size);
    char              *path_copy = rls_arena_copy(&writer->arena, path.data, path.size);

    if (label_copy == NULL || path_copy == NULL ||
        !rls_grow(writer->heap, &memory, &writer->root_capacity, writer->root_count + 1,
                  sizeof *writer->roots))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a folder's name");
    writer->roots = memory;
    root = &writer->roots[writer->root_count++];
    root->label = rls_bytes_of(label_copy, label.size);
    root->path = rls_bytes_of(path_copy, path.size);
    return RLS_OK;
}

/* Whether names of files would mix: another folder has the label, or the folder without a label has
 * a folder of that name in it. */
static bool
label_taken(const rls_index_writer *writer, rls_bytes label)
{
    char path[4096];

    for (size_t i = 0; i < writer->root_count; i++) {
        const rls_manifest_root *root = &writer->roots[i];
        if (rls_bytes_compare(root->label, label) == 0)
            return true;
        if (root->label.size == 0 &&
            snprintf(path, sizeof path, "%.*s/%.*s", (int)root->path.size,
                     (const char *)root->path.data, (int)label.size,
                     (const char *)label.data) < (int)sizeof path &&
            access(path, F_OK) == 0)
            return true;
    }
    return false;
}

rls_status
rls_index_writer_root(rls_index_writer *writer, rls_bytes path, rls_bytes *out_label,
                      rls_error *err)
{
    char        label[1024];
    size_t      start = path.size;
    const char *text = (const char *)path.data;
    rls_status  status;

    for (size_t i = 0; i < writer->root_count; i++) {
        if (rls_bytes_compare(writer->roots[i].path, path) == 0) {
            *out_label = writer->roots[i].label;
            return RLS_OK;
        }
    }
    label[0] = '\0';
    if (writer->root_count > 0) {
        while (start > 0 && text[start - 1] != '/')
            start--;
        for (unsigned number = 1;; number++) {
            int size = number == 1 ? snprintf(label, sizeof label, "%.*s", (int)(path.size - start),
                                              text + start)
                                   : snprintf(label, sizeof label, "%.*s~%u",
                                              (int)(path.size - start), text + start, number);
            if (size < 0 || (size_t)size >= sizeof label)
                return rls_fail(err, RLS_BAD_ARGUMENT, "the folder's name is too long");
            if (size > 0 && !label_taken(writer, rls_bytes_of(label, (size_t)size)))
                break;
        }
    }
    status = rls_transaction_add_root(writer, rls_bytes_of(label, strlen(label)), path, err);
    if (status != RLS_OK)
        return status;
    writer->settings_changed = true;
    *out_label = writer->roots[writer->root_count - 1].label;
    return RLS_OK;
}
