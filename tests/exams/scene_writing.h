/* Scenes that write an index. */
#ifndef RLS_TESTS_SCENE_WRITING_H
#define RLS_TESTS_SCENE_WRITING_H

#include "scenes.h"

rls_status scene_add_document(scene *s, rls_writer *writer, const char *key, const char *body);
rls_status scene_add_path(scene *s, rls_writer *writer);
/* Builds an index, updates it and optimizes it. */
rls_status scene_write_index(scene *s);

#endif
