#include "segment/segment_file.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/crc32.h"
#include "base/hash.h"

const char *
rls_section_name(rls_section section)
{
    static const char *const names[RLS_SECTION_COUNT] = {
        "info",   "keys",     "sources",  "norms",    "columns",
        "stored", "postings", "termdict", "surfaces", "bodies"};

    return (unsigned)section < RLS_SECTION_COUNT ? names[section] : "unknown";
}

/* Polynomials modulo that of CRC-32, bit 31 being the coefficient of x^0. */
#define CRC_POLYNOMIAL UINT32_C(0xedb88320)
#define CRC_ONE UINT32_C(0x80000000)
#define CRC_X8 UINT32_C(0x00800000) /* x^8: one byte further */

static uint32_t
multiply(uint32_t a, uint32_t b)
{
    uint32_t product = 0;

    for (; a != 0; a <<= 1) {
        if (a & CRC_ONE)
            product ^= b;
        b = b & 1 ? b >> 1 ^ CRC_POLYNOMIAL : b >> 1;
    }
    return product;
}

/* A CRC is linear: bytes behind `a` multiply it by x^(8 size), and their own CRC is added. The
 * inversions at the begin and the end of a CRC cancel. */
uint32_t
rls_crc32_join(uint32_t a, uint32_t b, uint64_t size)
{
    uint32_t factor = CRC_X8;

    for (; size > 0; size >>= 1) {
        if (size & 1)
            a = multiply(a, factor);
        factor = multiply(factor, factor);
    }
    return a ^ b;
}

void
rls_segment_file_begin(rls_segment_file_writer *writer, rls_output *output)
{
    static const rls_envelope head = {.kind = 'S', .format = RLS_SEGMENT_FORMAT};

    *writer = (rls_segment_file_writer){.output = output};
    rls_envelope_begin(output, &head);
    rls_output_align(output, RLS_SECTION_ALIGNMENT);
}

void
rls_segment_file_begin_section(rls_segment_file_writer *writer, rls_section section)
{
    writer->current = section;
    writer->places[section].offset = writer->output->offset;
    writer->crc_before = writer->output->crc;
    rls_output_start_crc(writer->output);
}

void
rls_segment_file_end_section(rls_segment_file_writer *writer)
{
    rls_output        *output = writer->output;
    rls_section_place *place = &writer->places[writer->current];

    place->size = output->offset - place->offset;
    place->crc = output->crc;
    output->crc = rls_crc32_join(writer->crc_before, place->crc, place->size);
    rls_output_align(output, RLS_SECTION_ALIGNMENT);
    writer->order[writer->count++] = writer->current;
}

static void
hash_table_bytes(const uint8_t *table, uint8_t *out_id)
{
    uint8_t again[RLS_SECTION_TABLE - RLS_ID_SIZE + 8];

    rls_set_u64(out_id, rls_hash64(table, RLS_SECTION_TABLE - RLS_ID_SIZE));
    memcpy(again, table, RLS_SECTION_TABLE - RLS_ID_SIZE);
    memcpy(again + (RLS_SECTION_TABLE - RLS_ID_SIZE), out_id, 8);
    rls_set_u64(out_id + 8, rls_hash64(again, sizeof again));
}

void
rls_segment_file_end(rls_segment_file_writer *writer, uint64_t salt, uint8_t *out_id)
{
    uint8_t  table[RLS_SECTION_TABLE] = {0};
    uint8_t *at = table;

    for (uint32_t i = 0; i < writer->count; i++, at += RLS_SECTION_ENTRY) {
        const rls_section_place *place = &writer->places[writer->order[i]];

        rls_set_u64(at, place->offset);
        rls_set_u64(at + 8, place->size);
        rls_set_u32(at + 16, place->crc);
        rls_set_u32(at + 20, writer->order[i]);
    }
    rls_set_u64(at, salt);
    rls_set_u32(at + 8, writer->count);
    hash_table_bytes(table, out_id);
    memcpy(table + RLS_SECTION_TABLE - RLS_ID_SIZE, out_id, RLS_ID_SIZE);
    rls_output_write(writer->output, table, sizeof table);
    rls_envelope_end(writer->output);
}

/* Reads the table at `table`, which is `end` bytes into the file. Sections must follow one another
 * from the head to the table. */
static rls_status
read_table(const uint8_t *table, uint64_t end, const char *name, rls_section_place *places,
           uint8_t *out_id, rls_error *err)
{
    const uint8_t *tail = table + RLS_SECTION_COUNT * RLS_SECTION_ENTRY;
    uint64_t       next = RLS_SECTION_ALIGNMENT;
    uint32_t       seen = 0;

    hash_table_bytes(table, out_id);
    if (memcmp(out_id, tail + 16, RLS_ID_SIZE) != 0 || rls_get_u32(tail + 8) != RLS_SECTION_COUNT ||
        rls_get_u32(tail + 12) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: the table of sections is damaged", name);
    for (uint32_t i = 0; i < RLS_SECTION_COUNT; i++) {
        const uint8_t    *entry = table + (size_t)i * RLS_SECTION_ENTRY;
        uint32_t          section = rls_get_u32(entry + 20);
        rls_section_place place = {rls_get_u64(entry), rls_get_u64(entry + 8),
                                   rls_get_u32(entry + 16)};

        if (section >= RLS_SECTION_COUNT || (seen >> section & 1) != 0 || place.offset != next ||
            next > end || place.size > end - next)
            return rls_fail(err, RLS_CORRUPT, "%s: section %" PRIu32 " is out of place", name, i);
        seen |= UINT32_C(1) << section;
        places[section] = place;
        next += place.size;
        next += (0 - next) % RLS_SECTION_ALIGNMENT;
    }
    if (next != end)
        return rls_fail(err, RLS_CORRUPT, "%s: %" PRIu64 " bytes where %" PRIu64 " were written",
                        name, end, next);
    return RLS_OK;
}

static bool
is_zero(const uint8_t *from, const uint8_t *to)
{
    while (from < to) {
        if (*from++ != 0)
            return false;
    }
    return true;
}

/* Section by section first, so that the message can say which is damaged. */
static rls_status
verify_sections(rls_bytes file, const char *name, const rls_section_place *places, rls_error *err)
{
    if (!is_zero(file.data + RLS_ENVELOPE_HEAD, file.data + RLS_SECTION_ALIGNMENT))
        return rls_fail(err, RLS_CORRUPT, "%s: bytes behind the head are not zero", name);
    for (uint32_t i = 0; i < RLS_SECTION_COUNT; i++) {
        const uint8_t *begin = file.data + places[i].offset, *end = begin + places[i].size;
        size_t   pad = (size_t)(0 - (places[i].offset + places[i].size)) % RLS_SECTION_ALIGNMENT;
        uint32_t crc = rls_crc32(0, begin, places[i].size);

        if (crc != places[i].crc)
            return rls_fail(err, RLS_CORRUPT,
                            "%s: section %s has checksum %08" PRIx32 ", expected %08" PRIx32, name,
                            rls_section_name((rls_section)i), crc, places[i].crc);
        if (!is_zero(end, end + pad))
            return rls_fail(err, RLS_CORRUPT, "%s: bytes behind section %s are not zero", name,
                            rls_section_name((rls_section)i));
    }
    return RLS_OK;
}

rls_status
rls_segment_file_open(rls_bytes file, const char *name, bool verify, rls_section_place *out_places,
                      uint8_t *out_id, rls_error *err)
{
    static const uint8_t no_id[RLS_ID_SIZE];
    rls_envelope         envelope;
    rls_bytes            body;
    rls_status           status;
    uint64_t             table_at;

    status = rls_envelope_open(file, name, 'S', RLS_SEGMENT_FORMAT, false, &envelope, &body, err);
    if (status != RLS_OK)
        return status;
    if (memcmp(envelope.id, no_id, RLS_ID_SIZE) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: the head is damaged", name);
    if (file.size < RLS_SECTION_ALIGNMENT + RLS_SECTION_TABLE + RLS_ENVELOPE_FOOT)
        return rls_fail(err, RLS_CORRUPT, "%s: %zu bytes, too short for a segment", name,
                        file.size);
    table_at = file.size - RLS_ENVELOPE_FOOT - RLS_SECTION_TABLE;
    status = read_table(file.data + table_at, table_at, name, out_places, out_id, err);
    if (status != RLS_OK || !verify)
        return status;
    status = verify_sections(file, name, out_places, err);
    if (status != RLS_OK)
        return status;
    return rls_envelope_open(file, name, 'S', RLS_SEGMENT_FORMAT, true, &envelope, &body, err);
}

rls_status
rls_segment_file_open_ends(rls_directory *directory, const char *name,
                           rls_section_place *out_places, uint8_t *out_id, uint64_t *out_size,
                           rls_error *err)
{
    enum {
        END = RLS_SECTION_TABLE + RLS_ENVELOPE_FOOT
    };
    static const uint8_t no_id[RLS_ID_SIZE];
    uint8_t              ends[RLS_ENVELOPE_HEAD + END];
    rls_mapping          mapping;
    rls_envelope         envelope;
    rls_bytes            body;
    rls_status           status;

    status = directory->ops->map_part(directory, name, 0, RLS_SECTION_ALIGNMENT, &mapping, out_size,
                                      err);
    if (status != RLS_OK)
        return status;
    memcpy(ends, mapping.bytes.data, RLS_ENVELOPE_HEAD);
    directory->ops->unmap(directory, &mapping);
    if (*out_size < RLS_SECTION_ALIGNMENT + END)
        return rls_fail(err, RLS_CORRUPT, "%s: %" PRIu64 " bytes, too short for a segment", name,
                        *out_size);
    status = directory->ops->map_part(directory, name, *out_size - END, END, &mapping, NULL, err);
    if (status != RLS_OK)
        return status;
    memcpy(ends + RLS_ENVELOPE_HEAD, mapping.bytes.data, END);
    directory->ops->unmap(directory, &mapping);
    status = rls_envelope_open(rls_bytes_of(ends, sizeof ends), name, 'S', RLS_SEGMENT_FORMAT,
                               false, &envelope, &body, err);
    if (status != RLS_OK)
        return status;
    if (memcmp(envelope.id, no_id, RLS_ID_SIZE) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: the head is damaged", name);
    return read_table(body.data, *out_size - END, name, out_places, out_id, err);
}

void
rls_segment_name(const uint8_t *id, char *out)
{
    for (int i = 0; i < RLS_ID_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", id[i]);
    memcpy(out + 2 * RLS_ID_SIZE, ".seg", 5);
}
