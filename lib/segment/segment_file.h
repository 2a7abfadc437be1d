/* The container of a segment: sections in an envelope.
 *
 * SEGMENT (.seg), format 1
 *
 *   file := envelope-head pad (section pad)* table envelope-foot
 *
 * The envelope's id is 16 zero bytes: a segment's id is a hash of its content, known only at the
 * end. Each section begins at the next multiple of 64 and is followed by zero bytes up to the next
 * multiple of 64. They stand in the order of their numbers in the table:
 *
 *   table        size  what
 *   0            24 n  for each section in the order of the file:
 *                        offset u64, size u64, CRC-32 of its bytes u32, number u32 (rls_section)
 *   24 n         8     salt, from the settings of whoever wrote the segment
 *   24 n + 8     4     section count n, 10
 *   24 n + 12    4     0
 *   24 n + 16    16    id: XXH64 of the 24 n + 16 bytes before, then XXH64 of these bytes and the
 *                      first 8 bytes of the id
 *
 * The file is named after the id: 32 hex digits and ".seg". */
#ifndef RLS_SEGMENT_SEGMENT_FILE_H
#define RLS_SEGMENT_SEGMENT_FILE_H

#include "segment/segment.h"

enum {
    RLS_SEGMENT_FORMAT = 1,
    RLS_SECTION_ALIGNMENT = 64,
    RLS_SECTION_ENTRY = 24,
    RLS_SECTION_TABLE = RLS_SECTION_COUNT * RLS_SECTION_ENTRY + 16 + RLS_ID_SIZE
};

typedef struct rls_section_place {
    uint64_t offset, size;
    uint32_t crc;
} rls_section_place;

/* Writes the container around sections that others write to `output`. */
typedef struct rls_segment_file_writer {
    rls_output       *output;
    uint32_t          count, current;
    uint32_t          order[RLS_SECTION_COUNT];
    uint32_t          crc_before; /* of the file, before the section */
    rls_section_place places[RLS_SECTION_COUNT];
} rls_segment_file_writer;

void rls_segment_file_begin(rls_segment_file_writer *writer, rls_output *output);
void rls_segment_file_begin_section(rls_segment_file_writer *writer, rls_section section);
void rls_segment_file_end_section(rls_segment_file_writer *writer);
/* Writes the table and the foot, and tells the id. */
void rls_segment_file_end(rls_segment_file_writer *writer, uint64_t salt, uint8_t *out_id);

/* Finds the sections of a mapped file: the table must describe the whole of it. Checksums are
 * compared when `verify`, and padding is then checked to be zero. */
rls_status rls_segment_file_open(rls_bytes file, const char *name, bool verify,
                                 rls_section_place *out_places, uint8_t *out_id, rls_error *err);

/* The same without its sections: from the head and the end of the file alone. */
rls_status rls_segment_file_open_ends(rls_directory *directory, const char *name,
                                      rls_section_place *out_places, uint8_t *out_id,
                                      uint64_t *out_size, rls_error *err);

/* "<id in hex>.seg"; `out` has 2 * RLS_ID_SIZE + 5 bytes. */
void rls_segment_name(const uint8_t *id, char *out);

/* CRC-32 of a followed by b from those of each, b being `size` bytes long. */
uint32_t rls_crc32_join(uint32_t a, uint32_t b, uint64_t size);

#endif
