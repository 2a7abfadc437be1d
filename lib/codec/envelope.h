/* Head and foot that every index file wears.
 *
 *   offset  size  what
 *   0       4     magic "RLS" and the kind, one letter
 *   4       2     format of that kind, from 1
 *   6       2     flags, 0; unknown bits are refused as a newer format is
 *   8       16    id of the segment or commit
 *   24      …     body
 *   end-8   4     "RLSE"
 *   end-4   4     CRC-32 of all bytes before it
 */
#ifndef RLS_CODEC_ENVELOPE_H
#define RLS_CODEC_ENVELOPE_H

#include "directory/directory.h"
#include "directory/output.h"

enum {
    RLS_ENVELOPE_HEAD = 24,
    RLS_ENVELOPE_FOOT = 8,
    RLS_ID_SIZE = 16
};

typedef struct rls_envelope {
    char     kind; /* 'S' segment, 'M' manifest, 'L' live documents, 'T' stamps */
    uint16_t format;
    uint8_t  id[RLS_ID_SIZE];
} rls_envelope;

/* Writes the head and starts the checksum of `output` at offset 0. */
void rls_envelope_begin(rls_output *output, const rls_envelope *envelope);
/* Writes the foot. The caller then calls rls_output_finish. */
void rls_envelope_end(rls_output *output);

/* Checks magic, kind, format (1..newest), flags, foot mark, and the checksum when `verify`.
 * RLS_CORRUPT for foreign or damaged bytes, RLS_UNSUPPORTED for a newer format, each naming
 * `name`. */
rls_status rls_envelope_open(rls_bytes file, const char *name, char kind, uint16_t newest,
                             bool verify, rls_envelope *out_envelope, rls_bytes *out_body,
                             rls_error *err);

#endif
