/* Front matter: the lines between two fences at the start of a text file → fields. YAML between
 * `---`, TOML between `+++`. Three readers share YAML, each taking what the one before it declines:
 *
 *   front_matter_simple.c   `key: value` and `- item` lines, with the same result as libyaml
 *   front_matter_tree.c     everything libyaml accepts
 *   front_matter_lines.c    what it does not accept, line by line, losing as little as it can
 */
#ifndef RLS_DOCUMENT_FRONT_MATTER_H
#define RLS_DOCUMENT_FRONT_MATTER_H

#include "document/field_writer.h"

/* Reads front matter of `text` (valid UTF-8 without NULs) into the document; *out_body is where the
 * body starts, 0 when there is no front matter. Whatever is wrong with it becomes a note.
 * `entities` as in the field writer. RLS_NO_MEMORY. */
rls_status rls_front_matter_read(rls_document *document, rls_bytes text, bool entities,
                                 size_t *out_body, rls_error *err);

/* The readers. `block` is what is between the fences, `line` the number of its first line. Each may
 * leave writer->no_memory set, which the caller must ask for. */

/* False, and nothing is written, when it declines. */
bool rls_front_matter_simple(rls_field_writer *writer, rls_bytes block, uint32_t line);
/* RLS_BAD_DOCUMENT, and nothing is written, when libyaml declines: line in err->offset.
 * RLS_NOT_FOUND when this is YAML but no mapping. */
rls_status rls_front_matter_tree(rls_field_writer *writer, rls_bytes block, uint32_t line,
                                 rls_error *err);
void       rls_front_matter_lines(rls_field_writer *writer, rls_bytes block, uint32_t line);
void       rls_front_matter_toml(rls_field_writer *writer, rls_bytes block, uint32_t line);

#endif
