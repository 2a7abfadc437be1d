/* What the public handles are inside. Each owns a heap, so that a program's allocator serves it and
 * nothing is shared between handles. */
#ifndef RLS_API_HANDLES_H
#define RLS_API_HANDLES_H

#include "index/index_writer.h"
#include "index/snapshot.h"
#include "releasesearch.h"
#include "search/searcher.h"

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
