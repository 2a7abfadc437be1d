/** @file writer.h
 *  Adds, replaces and deletes documents. Nothing is seen by readers until rls_writer_commit(),
 * which is atomic: after a crash at any moment the index is the last commit or the new one. One
 * writer at a time holds an index; its lock ends with its process. */
#ifndef RELEASESEARCH_WRITER_H
#define RELEASESEARCH_WRITER_H

#include "common.h"
#include "document.h"
#include "schema.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One thread at a time; it uses threads of its own. */
typedef struct rls_writer rls_writer;

/** Something to tell about one input: a document skipped, or indexed with a remark. Called from the
 *  thread that is inside a function of the writer, in the order of the inputs. */
typedef void (*rls_note_callback)(void *context, const char *path, const char *message,
                                  bool skipped);

/** Called now and then from within rls_writer_add…, commit and optimize; returning false cancels
 * the call with RLS_CANCELLED (uncommitted work is still there). */
typedef bool (*rls_progress_callback)(void *context, uint64_t documents, uint64_t bytes);

typedef struct rls_writer_options {
    size_t   struct_size;  /**< sizeof this struct as the caller knows it */
    size_t   memory_limit; /**< bytes the writer may hold, at least 16 MiB */
    uint32_t threads;      /**< 1..64 that read and invert; 0: one for each core; but no more
                                than one for each 32 MiB of memory_limit */
    bool        store;     /**< keep bodies for snippets and show; new indexes only */
    bool        create;    /**< make the index when it is missing */
    const char *language;  /**< new indexes: a Snowball name, ISO code, "none"; NULL: english */
    const rls_schema     *schema;        /**< NULL: the index's own; copied */
    uint64_t              max_file_size; /**< larger inputs are skipped with a note */
    uint32_t              lock_wait_ms;  /**< how long to wait for another writer */
    rls_note_callback     note;          /**< NULL: not told */
    rls_progress_callback progress;      /**< NULL: not asked */
    void                 *context;       /**< of both */
    const rls_allocator  *allocator;     /**< NULL: malloc; copied */
    rls_io_mode           io;            /**< how files of the index are read */
    bool                  exclusive;     /**< with create: RLS_EXISTS when there is an index */
} rls_writer_options;

/** Defaults: 256 MiB, one thread, stored, created, english, 64 MiB a file, no waiting,
 *  files mapped. */
#define RLS_WRITER_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(rls_writer_options), (size_t)256 << 20, 1, true, true, NULL, NULL,                  \
            (uint64_t)64 << 20, 0, NULL, NULL, NULL, NULL, RLS_IO_MODE_MAP                         \
    }

/** Opens the index in folder @a path for writing.
 *  @param options  NULL means RLS_WRITER_OPTIONS_INIT
 *  @return RLS_OK, RLS_BUSY naming the holder's process, RLS_NOT_FOUND, RLS_EXISTS,
 *          RLS_UNSUPPORTED, RLS_CORRUPT, RLS_IO, RLS_BAD_ARGUMENT, RLS_NO_MEMORY */
RLS_API rls_status rls_writer_open(const char *path, const rls_writer_options *options,
                                   rls_writer **out_writer, rls_error *err);

/** Adds @a document, or replaces the one with its key. The document may be closed afterwards.
 * Trouble with one input is a note; only what ends the whole work is an error.
 *  @return RLS_OK, RLS_NO_MEMORY, RLS_IO, RLS_CANCELLED */
RLS_API rls_status rls_writer_add(rls_writer *writer, const rls_document *document, rls_error *err);

typedef enum rls_file_format {
    RLS_FILE_AUTO,     /**< by name, then by content */
    RLS_FILE_MARKDOWN, /**< front matter if there is any, then Markdown */
    RLS_FILE_TEXT,     /**< front matter if there is any, then plain text */
    RLS_FILE_JSONL     /**< a document a line */
} rls_file_format;

/** A file to index. Its documents remember it: indexing the file again replaces them all. */
typedef struct rls_file {
    size_t      struct_size;
    const char *path; /**< to open, NUL-terminated; NULL: the bytes are in `bytes` */
    const char *name; /**< what the index calls it: the key of a text document; NULL with
                           JSON Lines from nowhere, such as a pipe: not remembered */
    rls_file_format format;
    const char     *bytes; /**< content when path is NULL; copied */
    uint64_t        size;  /**< of the file or of `bytes` */
    int64_t         mtime_ns;
    uint64_t        inode;
    bool            compare_hash; /**< known_hash is that of the version in the index: an equal file
                                       is left as it is */
    uint64_t known_hash;
    uint64_t first_line; /**< number of the first line of JSON Lines given in pieces */
} rls_file;
#define RLS_FILE_INIT                                                                              \
    {                                                                                              \
        sizeof(rls_file), NULL, NULL, RLS_FILE_AUTO, NULL, 0, 0, 0, false, 0, 1                    \
    }

/** Reads the file's documents and adds them, in the order of the calls whatever the threads. A file
 *  that cannot be read is a note, not an error. @return as rls_writer_add() */
RLS_API rls_status rls_writer_add_file(rls_writer *writer, const rls_file *file, rls_error *err);

/** Deletes the document with @a key, if there is one; documents added later are not touched. */
RLS_API rls_status rls_writer_delete(rls_writer *writer, const char *key, rls_error *err);

/** Deletes all documents that came from the file the index calls @a name. */
RLS_API rls_status rls_writer_delete_file(rls_writer *writer, const char *name, rls_error *err);

/** Records the folder @a path as one whose files are in the index, and tells the label that the
 *  names of its files begin with: "" for the first folder of an index, then the folder's own name
 * (with ~2, ~3 … when taken). The same folder always gets the same label.
 *  @param label  room for @a label_size bytes, NUL-terminated on RLS_OK */
RLS_API rls_status rls_writer_root(rls_writer *writer, const char *path, char *label,
                                   size_t label_size, rls_error *err);

typedef struct rls_commit_report {
    uint64_t added, replaced, deleted; /**< documents, since the commit before */
    uint64_t unchanged, skipped;       /**< inputs */
    uint64_t noted;                    /**< documents indexed with a remark */
    uint64_t source_bytes;             /**< of the documents added */
    uint64_t documents;                /**< in the index now */
    uint64_t index_bytes;              /**< size of the index now */
    uint64_t generation;               /**< number of the commit */
    uint32_t segments;
} rls_commit_report;

/** Makes everything since the last commit visible and durable, then merges segments as the merge
 *  policy asks. Nothing to do is RLS_OK and writes nothing.
 *  @param out_report  may be NULL */
RLS_API rls_status rls_writer_commit(rls_writer *writer, rls_commit_report *out_report,
                                     rls_error *err);

/** Forgets everything since the last commit. */
RLS_API rls_status rls_writer_rollback(rls_writer *writer, rls_error *err);

/** Commits, then merges all into one segment without deleted documents, and commits that. */
RLS_API rls_status rls_writer_optimize(rls_writer *writer, rls_error *err);

/** Forgets what was not committed, frees the lock. Takes NULL. */
RLS_API void rls_writer_close(rls_writer *writer);

typedef struct rls_repair_report {
    uint64_t documents; /**< in the index now */
    uint64_t saved;     /**< documents of damaged segments, indexed again */
    uint64_t unnamed;   /**< of these, documents whose key was lost and which got a new one */
    uint64_t lost;      /**< documents that could not be read */
    uint32_t damaged_segments; /**< kept aside under names that end with ".damaged" */
    uint64_t generation;       /**< number of the commit that is whole */
} rls_repair_report;

/** Mends the index in folder @a path: segments that are whole stay as they are; of those that are
 * not, every document whose stored text is whole is indexed again, all in one commit. Documents of
 * an index made without `store` cannot be saved, nor fields that are not stored. Saved documents do
 * not remember the file they came from: indexing it again replaces them. When a file of deletions
 * is damaged, documents come back that were deleted, but for those that later ones replace. When
 * the commit itself is damaged, all segments found in the folder are read, language and schema are
 * those of @a options, and folders recorded with rls_writer_root() are forgotten. Files that are
 * damaged are kept aside; an index that is whole is left as it is. Trouble that is none of the
 * index's, such as files that may not be opened, is an error with nothing changed.
 *
 *  @param options     NULL means RLS_WRITER_OPTIONS_INIT; create and store are not looked at
 *  @param tell        called for everything that is damaged, saved under a new key, lost ("lost" in
 *                     place of the section, and the key where it can be read) or kept aside; may be
 * NULL
 *  @param out_report  may be NULL
 *  @return RLS_OK also when documents were lost, as rls_writer_open() otherwise */
RLS_API rls_status rls_index_repair(const char *path, const rls_writer_options *options,
                                    rls_problem_callback tell, void *context,
                                    rls_repair_report *out_report, rls_error *err);

#ifdef __cplusplus
}
#endif
#endif
