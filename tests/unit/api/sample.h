/* Small indexes for the tests of the interface. */
#ifndef RLS_TESTS_SAMPLE_H
#define RLS_TESTS_SAMPLE_H

#include <stdlib.h>
#include <unistd.h>

#include "releasesearch.h"
#include "support/runner.h"
#include "support/temp_folder.h"

/* Fails the test with the message of the error. */
#define SAMPLE_OK(call, err)                                                                       \
    do {                                                                                           \
        int status_ = (int)(call);                                                                 \
        if (status_ != 0)                                                                          \
            rls_test_fail(__FILE__, __LINE__, "%s returned %d: %s", #call, status_,                \
                          (err).message);                                                          \
    } while (0)

/* A refusal: the status, a message on one line, and nothing handed out. */
#define SAMPLE_REFUSED(call, wanted)                                                               \
    do {                                                                                           \
        rls_error err = {.message = ""};                                                           \
        int       status_ = (int)(call);                                                           \
        if (status_ != (int)(wanted) || (int)err.status != status_ || err.message[0] == '\0' ||    \
            strchr(err.message, '\n') != NULL)                                                     \
            rls_test_fail(__FILE__, __LINE__, "%s returned %d, error %d: %s", #call, status_,      \
                          (int)err.status, err.message);                                           \
    } while (0)

typedef struct sample_document {
    const char *key, *title, *body;
} sample_document;

static inline void
sample_add(rls_writer *writer, const char *key, const char *title, const char *body, bool markdown)
{
    rls_error     err = {.message = ""};
    rls_document *document;

    SAMPLE_OK(rls_document_create(key, &document, &err), err);
    if (title != NULL)
        SAMPLE_OK(rls_document_add(document, "title", title, strlen(title), &err), err);
    SAMPLE_OK(rls_document_body(document, body, strlen(body), markdown, &err), err);
    SAMPLE_OK(rls_writer_add(writer, document, &err), err);
    rls_document_close(document);
}

static inline rls_writer *
sample_writer(const char *folder, const rls_writer_options *options)
{
    rls_error   err = {.message = ""};
    rls_writer *writer;

    SAMPLE_OK(rls_writer_open(folder, options, &writer, &err), err);
    return writer;
}

static inline void
sample_commit(rls_writer *writer)
{
    rls_error err = {.message = ""};

    SAMPLE_OK(rls_writer_commit(writer, NULL, &err), err);
}

/* An index of these documents in a folder of its own. */
static inline const char *
sample_index(const sample_document *documents, size_t count)
{
    const char *folder = rls_test_temp_folder();
    rls_writer *writer = sample_writer(folder, NULL);

    for (size_t i = 0; i < count; i++)
        sample_add(writer, documents[i].key, documents[i].title, documents[i].body, true);
    sample_commit(writer);
    rls_writer_close(writer);
    return folder;
}

static inline rls_snapshot *
sample_open(const char *folder)
{
    rls_error     err = {.message = ""};
    rls_snapshot *snapshot;

    SAMPLE_OK(rls_snapshot_open(folder, NULL, &snapshot, &err), err);
    return snapshot;
}

static inline rls_hits *
sample_search(rls_snapshot *snapshot, const char *query, const rls_search_options *options)
{
    rls_error err = {.message = ""};
    rls_hits *hits;

    SAMPLE_OK(rls_snapshot_search_text(snapshot, query, strlen(query), options, &hits, &err), err);
    return hits;
}

/* The keys of all hits with a space behind each; static storage. Ends the hits. */
static inline const char *
sample_keys(rls_hits *hits)
{
    static char keys[4096];
    size_t      size = 0;

    keys[0] = '\0';
    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_text key;
        CHECK_OK(rls_hits_key(hits, i, &key, NULL, NULL));
        CHECK(size + key.size + 2 < sizeof keys);
        memcpy(keys + size, key.data, key.size);
        size += key.size;
        keys[size++] = ' ';
        keys[size] = '\0';
    }
    rls_hits_close(hits);
    return keys;
}

static inline const char *
sample_found(rls_snapshot *snapshot, const char *query)
{
    return sample_keys(sample_search(snapshot, query, NULL));
}

static inline void
sample_write_file(const char *path, const char *bytes)
{
    FILE *file = fopen(path, "wb");

    CHECK(file != NULL);
    CHECK(fwrite(bytes, 1, strlen(bytes), file) == strlen(bytes));
    CHECK(fclose(file) == 0);
}

#endif
