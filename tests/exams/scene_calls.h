/* How scenes call, and how they keep what they found. */
#ifndef RLS_TESTS_SCENE_CALLS_H
#define RLS_TESTS_SCENE_CALLS_H

#include "scenes.h"

/* Every call of a function of include/ goes through it. */
#define CALL(function) (scene_note_call(#function), function)
void scene_note_call(const char *name);

void digest_bytes(scene *s, const void *bytes, size_t size);
void digest_number(scene *s, uint64_t number);
void digest_text(scene *s, rls_text text);
void digest_string(scene *s, const char *text); /* takes NULL */

#endif
