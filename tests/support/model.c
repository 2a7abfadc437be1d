#include "support/model.h"

#include <stdio.h>
#include <string.h>

rls_writer_options
model_options(uint32_t threads)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;

    options.memory_limit = 64 << 20;
    options.threads = threads;
    return options;
}

void
model_key(uint32_t number, char out[32])
{
    snprintf(out, 32, "folder/%03u.md", number * 37 % 1000);
}

static int
body_of(uint32_t number, uint32_t version, char *out, size_t size)
{
    return snprintf(out, size, "common word%u version%ux%u common tail", number, number, version);
}

rls_status
model_add(rls_index_writer *writer, model *state, uint32_t number, uint32_t version, rls_error *err)
{
    rls_heap     heap;
    rls_arena    arena;
    rls_document document;
    rls_status   status;
    char         key[32], body[128];
    int          size = body_of(number, version, body, sizeof body);

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_arena_init(&arena, &heap, 1024);
    rls_document_init(&document, &arena);
    model_key(number, key);
    document.key = rls_bytes_of(key, strlen(key));
    document.body = document.prose = rls_bytes_of(body, (size_t)size);
    status = rls_index_writer_add(writer, &document, err);
    rls_arena_release(&arena);
    if (status == RLS_OK)
        state->version[number] = version;
    return status;
}

rls_status
model_delete(rls_index_writer *writer, model *state, uint32_t number, rls_error *err)
{
    char       key[32];
    rls_status status;

    model_key(number, key);
    status = rls_index_writer_delete(writer, rls_bytes_of(key, strlen(key)), false, err);
    if (status == RLS_OK)
        state->version[number] = 0;
    return status;
}

static bool
has_term(rls_snapshot *snapshot, const char *term, uint64_t wanted, bool tell)
{
    uint64_t doc_freq = 0;

    if (rls_snapshot_doc_freq(snapshot, rls_bytes_of(term, strlen(term)), &doc_freq, NULL) !=
            RLS_OK ||
        doc_freq != wanted) {
        if (tell)
            printf("# term %s is in %llu documents, wanted %llu\n", term,
                   (unsigned long long)doc_freq, (unsigned long long)wanted);
        return false;
    }
    return true;
}

/* The live document with this key, in whichever segment. */
static bool
find(rls_snapshot *snapshot, const char *key, uint32_t *out_segment, uint32_t *out_doc,
     uint32_t *out_count)
{
    *out_count = 0;
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const rls_snapshot_segment *part = &snapshot->segments[i];
        uint32_t                    doc;
        if (rls_segment_find_key(part->segment, rls_bytes_of(key, strlen(key)), &doc, NULL) !=
            RLS_OK)
            continue;
        if (part->live != NULL && !rls_bitset_get(&part->live->live, doc))
            continue;
        ++*out_count;
        *out_segment = i;
        *out_doc = doc;
    }
    return *out_count > 0;
}

static bool
body_equals(rls_snapshot *snapshot, uint32_t segment, uint32_t doc, const char *body, size_t size,
            bool tell)
{
    rls_stored_document stored;
    rls_arena           arena;
    bool                equal;

    rls_arena_init(&arena, snapshot->heap, 1024);
    equal = rls_segment_stored(snapshot->segments[segment].segment, doc, &arena, &stored, NULL) ==
                RLS_OK &&
            stored.body.size == size && memcmp(stored.body.data, body, size) == 0;
    rls_arena_release(&arena);
    if (!equal && tell)
        printf("# a stored body is not \"%s\"\n", body);
    return equal;
}

bool
model_equals(rls_snapshot *snapshot, const model *state, bool tell)
{
    uint64_t documents = 0;

    for (uint32_t number = 0; number < MODEL_KEYS; number++) {
        char     key[32], body[128], word[64];
        uint32_t segment = 0, doc = 0, count;
        int      size;
        bool     found;

        model_key(number, key);
        found = find(snapshot, key, &segment, &doc, &count);
        if (count > 1 || found != (state->version[number] != 0)) {
            if (tell)
                printf("# %s is there %u times, version %u\n", key, count, state->version[number]);
            return false;
        }
        snprintf(word, sizeof word, "word%u", number);
        if (!has_term(snapshot, word, found, tell))
            return false;
        if (!found)
            continue;
        documents++;
        size = body_of(number, state->version[number], body, sizeof body);
        snprintf(word, sizeof word, "version%ux%u", number, state->version[number]);
        if (!body_equals(snapshot, segment, doc, body, (size_t)size, tell) ||
            !has_term(snapshot, word, 1, tell))
            return false;
    }
    if (snapshot->doc_count != documents) {
        if (tell)
            printf("# %llu documents, wanted %llu\n", (unsigned long long)snapshot->doc_count,
                   (unsigned long long)documents);
        return false;
    }
    return has_term(snapshot, "common", documents, tell);
}
