/* Scenes that call every function of include/: an index is written, mended, looked at, searched in
 * every way. Each stops at the first failure and ends whatever it has. */
#ifndef RLS_TESTS_SCENES_H
#define RLS_TESTS_SCENES_H

#include "releasesearch.h"

/* What a scene works on and what it found: an equal digest is an equal result. */
typedef struct scene {
    const char *folder, *root, *file; /* of the index; of files, and the one in it */
    uint64_t    digest;
    rls_error   err; /* why it failed */
} scene;

typedef struct scene_kind {
    const char *name;
    void (*prepare)(const scene *s); /* the folder before each run; NULL: a whole index */
    rls_status (*run)(scene *s);
} scene_kind;

extern const scene_kind scene_kinds[];
extern const size_t     scene_count;

/* Whether some scene has called this function. */
bool scene_called(const char *name, size_t size);

#endif
