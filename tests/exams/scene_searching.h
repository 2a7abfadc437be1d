/* Scenes that search a snapshot in every way, and look at all that hits have. */
#ifndef RLS_TESTS_SCENE_SEARCHING_H
#define RLS_TESTS_SCENE_SEARCHING_H

#include "scenes.h"

rls_status scene_search_texts(scene *s, rls_snapshot *snapshot);
rls_status scene_search_like(scene *s, rls_snapshot *snapshot);
rls_status scene_search_filtered(scene *s, rls_snapshot *snapshot);
rls_status scene_search_queries(scene *s, rls_snapshot *snapshot);

#endif
