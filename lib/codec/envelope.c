#include "codec/envelope.h"

#include <inttypes.h>

#include "base/crc32.h"

enum {
    KIND_AT = 3,
    FORMAT_AT = 4,
    FLAGS_AT = 6,
    ID_AT = 8
};

static const uint8_t magic[KIND_AT] = {'R', 'L', 'S'};
static const uint8_t foot_mark[4] = {'R', 'L', 'S', 'E'};

void
rls_envelope_begin(rls_output *output, const rls_envelope *envelope)
{
    uint8_t head[RLS_ENVELOPE_HEAD];

    memcpy(head, magic, sizeof magic);
    head[KIND_AT] = (uint8_t)envelope->kind;
    rls_set_u16(head + FORMAT_AT, envelope->format);
    rls_set_u16(head + FLAGS_AT, 0);
    memcpy(head + ID_AT, envelope->id, RLS_ID_SIZE);
    rls_output_start_crc(output);
    rls_output_write(output, head, sizeof head);
}

void
rls_envelope_end(rls_output *output)
{
    rls_output_write(output, foot_mark, sizeof foot_mark);
    rls_output_put_u32(output, output->crc);
}

rls_status
rls_envelope_open(rls_bytes file, const char *name, char kind, uint16_t newest, bool verify,
                  rls_envelope *out_envelope, rls_bytes *out_body, rls_error *err)
{
    const uint8_t *head = file.data, *foot;
    uint16_t       format, flags;

    *out_envelope = (rls_envelope){0};
    *out_body = (rls_bytes){0};
    if (file.size < RLS_ENVELOPE_HEAD + RLS_ENVELOPE_FOOT)
        return rls_fail(err, RLS_CORRUPT, "%s: %zu bytes, too short for an index file", name,
                        file.size);
    if (memcmp(head, magic, sizeof magic) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: not a file of an index", name);
    if (head[KIND_AT] != (uint8_t)kind)
        return rls_fail(err, RLS_CORRUPT, "%s: an index file of kind '%c', expected '%c'", name,
                        head[KIND_AT], kind);

    format = rls_get_u16(head + FORMAT_AT);
    if (format == 0)
        return rls_fail(err, RLS_CORRUPT, "%s: format 0", name);
    flags = rls_get_u16(head + FLAGS_AT);
    foot = file.data + file.size - RLS_ENVELOPE_FOOT;
    if (memcmp(foot, foot_mark, sizeof foot_mark) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: no end mark; the file is cut short or damaged",
                        name);
    /* What claims to be new is believed when its checksum agrees: every format has this foot. */
    if (verify || format > newest || flags != 0) {
        uint32_t expected = rls_get_u32(foot + sizeof foot_mark);
        uint32_t found = rls_crc32(0, file.data, file.size - sizeof expected);
        if (found != expected)
            return rls_fail(err, RLS_CORRUPT, "%s: checksum %08" PRIx32 ", expected %08" PRIx32,
                            name, found, expected);
    }
    if (format > newest)
        return rls_fail(err, RLS_UNSUPPORTED, "%s: format %u, this version reads up to %u", name,
                        (unsigned)format, (unsigned)newest);
    if (flags != 0)
        return rls_fail(err, RLS_UNSUPPORTED, "%s: unknown flags 0x%04x", name, (unsigned)flags);

    out_envelope->kind = kind;
    out_envelope->format = format;
    memcpy(out_envelope->id, head + ID_AT, RLS_ID_SIZE);
    *out_body = rls_bytes_of(file.data + RLS_ENVELOPE_HEAD,
                             file.size - RLS_ENVELOPE_HEAD - RLS_ENVELOPE_FOOT);
    return RLS_OK;
}
