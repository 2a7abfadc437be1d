#include "scene_calls.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_FUNCTIONS = 256
};

static const char *called[MOST_FUNCTIONS];
static size_t      called_count;

void
scene_note_call(const char *name)
{
    for (size_t i = 0; i < called_count; i++) {
        if (called[i] == name || strcmp(called[i], name) == 0)
            return;
    }
    if (called_count == MOST_FUNCTIONS)
        abort();
    called[called_count++] = name;
}

bool
scene_called(const char *name, size_t size)
{
    for (size_t i = 0; i < called_count; i++) {
        if (strlen(called[i]) == size && memcmp(called[i], name, size) == 0)
            return true;
    }
    return false;
}

void
digest_bytes(scene *s, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        s->digest = (s->digest ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
}

void
digest_number(scene *s, uint64_t number)
{
    digest_bytes(s, &number, sizeof number);
}

void
digest_text(scene *s, rls_text text)
{
    digest_number(s, text.size);
    digest_bytes(s, text.data, text.size);
}

void
digest_string(scene *s, const char *text)
{
    if (text != NULL)
        digest_text(s, (rls_text){text, strlen(text)});
}
