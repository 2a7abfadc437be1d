/* SURFACES, a section of a segment: words as they are written, case and marks folded, that are not
 * terms themselves. A dictionary of terms holds stems; what a person's pattern is held against,
 * such as m?nister*al, is the words. Each surface is there once, however many terms it has, and
 * names none: analysing it gives them.
 *
 * The section has the form of a term dictionary (termdict/termdict_writer.h) of which every term is
 * in one document, once, with no bytes of postings. */
#ifndef RLS_SEGMENT_SURFACES_WRITER_H
#define RLS_SEGMENT_SURFACES_WRITER_H

#include "analysis/analyzer.h"
#include "base/buffer.h"
#include "directory/output.h"
#include "termdict/termdict.h"

typedef struct rls_surfaces_writer {
    rls_heap     *heap;
    rls_analyzer *folder;
    rls_buffer    bytes, places; /* of the surfaces; where each lies */
} rls_surfaces_writer;

rls_status rls_surfaces_writer_init(rls_surfaces_writer *writer, rls_heap *heap, rls_error *err);
void       rls_surfaces_writer_release(rls_surfaces_writer *writer); /* takes a zeroed one */
/* A form of the term. */
rls_status rls_surfaces_writer_add(rls_surfaces_writer *writer, rls_bytes term, rls_bytes form,
                                   rls_error *err);
/* Adds what another writer was given; that one can only be released. */
rls_status rls_surfaces_writer_take(rls_surfaces_writer *writer, const rls_surfaces_writer *other,
                                    rls_error *err);
/* Writes the whole section. */
rls_status rls_surfaces_writer_finish(rls_surfaces_writer *writer, rls_output *output,
                                      rls_error *err);
/* Whether a dictionary has the surfaces that were added, and no others. */
rls_status rls_surfaces_writer_compare(rls_surfaces_writer *writer, const rls_termdict *dictionary,
                                       bool *out_same, rls_error *err);

#endif
