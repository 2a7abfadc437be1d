/* Character references of HTML, as they turn up in Markdown and in front matter. */
#ifndef RLS_DOCUMENT_ENTITIES_H
#define RLS_DOCUMENT_ENTITIES_H

#include "base/arena.h"
#include "base/bytes.h"

/* The character meant by the reference at the start of `text` (an `&`), such as &amp; &#39;
 * &#x101;, and the size of the reference. 0 when it is none that we know; never a surrogate or a
 * control. */
uint32_t rls_entity_read(rls_bytes text, size_t *out_size);

/* `text` itself, or a copy in the arena with its references decoded. False: no memory. */
bool rls_entities_decode(rls_arena *arena, rls_bytes text, rls_bytes *out_text);

#endif
