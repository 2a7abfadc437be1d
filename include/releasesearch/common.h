/** @file common.h
 *  What every other header needs: export mark, status codes, errors, allocator, version.
 *
 *  Conventions of the whole interface:
 *  - text is UTF-8, given as pointer and size, with no NUL needed unless a parameter says so;
 *  - functions that can fail return rls_status, 0 or negative, and take a last parameter `err`,
 *    which may be NULL, is filled in on failure and is untouched on success;
 *  - results come back through `out_…` parameters, which are NULL or zero after a failure;
 *  - the library prints nothing, never exits and keeps no global mutable state. */
#ifndef RELEASESEARCH_COMMON_H
#define RELEASESEARCH_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define RLS_API __attribute__((visibility("default")))
#else
#define RLS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** How a call ended. The numbers never change; new ones are added at the end. */
typedef enum rls_status {
    RLS_OK = 0,
    RLS_NO_MEMORY = -1,    /**< an allocation failed or the memory limit is reached */
    RLS_IO = -2,           /**< the system refused to read or write; see rls_error.system_error */
    RLS_CORRUPT = -3,      /**< bytes of an index are not what was written */
    RLS_BAD_ARGUMENT = -4, /**< the caller broke a rule that the function states */
    RLS_BAD_QUERY = -5,    /**< only under strict parsing: rls_error.offset says where */
    RLS_BAD_DOCUMENT = -6, /**< a document could not be read */
    RLS_NOT_FOUND = -7,    /**< no such index, document or field */
    RLS_BUSY = -8,         /**< another writer holds the index */
    RLS_UNSUPPORTED = -9,  /**< an index of a newer format, or of another analysis version */
    RLS_TIMEOUT = -10,     /**< the deadline passed before the work was done */
    RLS_CANCELLED = -11,   /**< the cancel callback asked to stop */
    RLS_EXISTS = -12       /**< what should be created is already there */
} rls_status;

/** A constant one- or two-word name of @a status, such as "corrupt"; never NULL. */
RLS_API const char *rls_status_name(rls_status status);

enum {
    RLS_ERROR_MESSAGE_SIZE = 512
};

/** What went wrong, in the caller's hands: telling an error needs no memory. */
typedef struct rls_error {
    rls_status status;
    int        system_error; /**< errno, or 0 */
    uint64_t   offset;       /**< byte in the query or file, where that makes sense */
    char       message[RLS_ERROR_MESSAGE_SIZE]; /**< one line, NUL-terminated, names the file */
} rls_error;

/** Replaces malloc, realloc and free. Called from any thread that uses the handle it was given
 *  to. `allocate` and `reallocate` return NULL when there is no memory. */
typedef struct rls_allocator {
    void *(*allocate)(void *context, size_t size);
    void *(*reallocate)(void *context, void *memory, size_t size);
    void (*release)(void *context, void *memory);
    void *context;
} rls_allocator;

/** How a handle reads the files of an index. */
typedef enum rls_io_mode {
    /** Files are mapped: nothing is copied, all processes share the system's cache. A mapping is
     *  only as good as what is below it: when the disk fails to give a page, or some other program
     *  cuts or overwrites a file in place (the library never does), the system ends the process
     *  with SIGBUS, or a search meets bytes that were not written by this library. */
    RLS_IO_MODE_MAP,
    /** Files are read into memory of the handle when they are opened, counted and limited as all
     *  its memory: a snapshot takes as much as its index is large. What fails is an error of the
     *  call that reads (RLS_IO, RLS_CORRUPT), and what happens to the files later harms nobody. */
    RLS_IO_MODE_READ
} rls_io_mode;

/** Something wrong with an index: the file, the section of it or what else is meant, one line. */
typedef void (*rls_problem_callback)(void *context, const char *file, const char *section,
                                     const char *message);

/** Version of the library at run time, "MAJOR.MINOR.PATCH". */
RLS_API const char *rls_version(void);

/** The newest index format this library writes; it reads all from 1 to this. */
RLS_API uint32_t rls_index_format(void);

/** Columns of a terminal that a character (a code point of Unicode) takes: 0 for marks that combine
 *  and for controls, 2 for wide ones (East Asian Width, UAX 11), else 1. */
RLS_API uint32_t rls_character_width(uint32_t character);

#ifdef __cplusplus
}
#endif
#endif
