/* What the public handles are inside. Each owns a heap, so that a program's allocator serves it and
 * nothing is shared between handles. */
#ifndef RLS_API_HANDLES_H
#define RLS_API_HANDLES_H

#include "index/index_writer.h"
#include "index/snapshot.h"
#include "releasesearch.h"
#include "search/searcher.h"

/* At the border a NULL that is not allowed is told, not followed. */
#define RLS_REQUIRE(pointer, err)                                                                  \
    do {                                                                                           \
        if ((pointer) == NULL)                                                                     \
            return rls_fail(err, RLS_BAD_ARGUMENT, "%s: %s is NULL", __func__, #pointer);          \
    } while (0)

static inline bool
rls_allocator_is_whole(const rls_allocator *allocator)
{
    return allocator == NULL || (allocator->allocate != NULL && allocator->reallocate != NULL &&
                                 allocator->release != NULL);
}

struct rls_writer {
    rls_heap         *heap;
    rls_directory    *directory;
    rls_index_writer *inner;
};

/* A folder held open for reading, shared by a snapshot and those refreshed from it. */
typedef struct rls_reader_folder {
    rls_heap        *heap;
    _Atomic uint32_t references;
    rls_directory   *directory;
    bool             verify;
} rls_reader_folder;

/* A document made by a program: the public handle is its first member. */
typedef struct rls_made_document {
    rls_document document;
    rls_heap    *heap;
    rls_arena    arena;
} rls_made_document;

#endif
