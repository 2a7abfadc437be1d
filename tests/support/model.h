/* A naive model of an index, and the means to compare a real one with it: keys and bodies in an
 * array. Used by differential and power-loss tests. */
#ifndef RLS_TESTS_MODEL_H
#define RLS_TESTS_MODEL_H

#include "index/index_writer.h"
#include "index/snapshot.h"

enum {
    MODEL_KEYS = 64
};

typedef struct model {
    uint32_t version[MODEL_KEYS]; /* 0: not in the index; else the version of the body */
} model;

/* A writer of a small index. */
rls_writer_options model_options(uint32_t threads);

void model_key(uint32_t number, char out[32]);
/* Adds document `number` with a body that names its version in words. */
rls_status model_add(rls_index_writer *writer, model *state, uint32_t number, uint32_t version,
                     rls_error *err);
rls_status model_delete(rls_index_writer *writer, model *state, uint32_t number, rls_error *err);

/* True when the index holds just what the model says: documents by key, bodies, and each body's
 * words by their terms. With `tell` the reason otherwise is printed as a TAP comment. */
bool model_equals(rls_snapshot *snapshot, const model *state, bool tell);

#endif
