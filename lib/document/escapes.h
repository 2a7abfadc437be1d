/* Backslash escapes of JSON, TOML and YAML strings. */
#ifndef RLS_DOCUMENT_ESCAPES_H
#define RLS_DOCUMENT_ESCAPES_H

#include "base/arena.h"
#include "base/bytes.h"

typedef enum rls_escapes {
    RLS_ESCAPES_JSON, /* \" \\ \/ \b \f \n \r \t \uXXXX, in pairs for characters above U+FFFF */
    RLS_ESCAPES_YAML  /* also \0 \a \e \v \N \_ \xXX \UXXXXXXXX and a backslash before a space */
} rls_escapes;

/* `text` itself when it has no backslash, else a decoded copy in the arena. What is no escape stays
 * as it is and half a surrogate pair becomes U+FFFD; both add to *bad_count. The result may hold
 * NULs. False when there is no memory. */
bool rls_unescape(rls_arena *arena, rls_bytes text, rls_escapes escapes, rls_bytes *out_text,
                  uint64_t *bad_count);

#endif
