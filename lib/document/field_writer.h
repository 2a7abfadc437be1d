/* Where every reader puts what it reads: scalars under dotted names, with the same rules for lists,
 * repeated keys, nulls, odd names and caps, whatever the input format. */
#ifndef RLS_DOCUMENT_FIELD_WRITER_H
#define RLS_DOCUMENT_FIELD_WRITER_H

#include "document/document.h"

enum {
    RLS_MAX_NAME_SIZE = 255,    /* longer names are cut */
    RLS_MAX_FIELDS = 1000,      /* of one document; later ones are left out */
    RLS_MAX_VALUES = 200 * 1000 /* the same */
};

typedef struct rls_field_writer {
    rls_document *document;
    uint8_t       name[RLS_MAX_NAME_SIZE + 1];
    size_t        name_size;
    uint32_t      field; /* the open one: index in document->fields, or UINT32_MAX for none */
    uint32_t      value_count;
    uint64_t      line;           /* where it was opened */
    bool          repeated;       /* the open field had values before */
    bool          entities;       /* character references in values are decoded */
    bool          name_cut, full; /* said in a note already */
    bool          no_memory;      /* sticky: ask at the end */
} rls_field_writer;

void rls_field_writer_init(rls_field_writer *writer, rls_document *document, bool entities);

/* Appends ".part" to the current name and returns the size to go back to with _pop. */
size_t rls_field_writer_push(rls_field_writer *writer, rls_bytes part);
void   rls_field_writer_pop(rls_field_writer *writer, size_t name_size);

/* Opens the field of the current name, adding it if need be. `again` says that the name comes up
 * more than once by right, as in a list of maps; otherwise a second time is a repeated key: all
 * its values are kept, and when they differ a note tells. `line` is for that note. */
void rls_field_writer_open(rls_field_writer *writer, bool is_list, bool again, uint64_t line);

/* One more value of the open field. A plain null or nothing adds no value. */
void rls_field_writer_add(rls_field_writer *writer, rls_bytes text, bool plain);

#endif
