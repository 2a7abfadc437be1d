#include "support/runner.h"

#include <stdlib.h>

#include "base/crc32.h"
#include "codec/envelope.h"

enum {
    BODY_SIZE = 5,
    FILE_SIZE = RLS_ENVELOPE_HEAD + BODY_SIZE + RLS_ENVELOPE_FOOT
};

static const rls_envelope sample = {'L', 3, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};

/* Fills in a file with the body "hello". */
static void
write_sample(uint8_t file[FILE_SIZE])
{
    rls_heap       heap;
    rls_directory *directory;
    rls_output     output;
    rls_mapping    mapping;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_directory_open_ram(&heap, &directory, NULL));
    CHECK_OK(rls_output_open(&output, directory, "x", NULL));
    rls_envelope_begin(&output, &sample);
    rls_output_write(&output, "hello", BODY_SIZE);
    rls_envelope_end(&output);
    CHECK_OK(rls_output_finish(&output, true, NULL));
    CHECK_OK(directory->ops->map(directory, "x", &mapping, NULL));
    CHECK_EQ_U64(mapping.bytes.size, FILE_SIZE);
    memcpy(file, mapping.bytes.data, FILE_SIZE);
    directory->ops->unmap(directory, &mapping);
    rls_directory_close(directory);
}

/* After a change, so that what lies behind the checksum is seen. */
static void
repair(uint8_t *file, size_t size)
{
    rls_set_u32(file + size - 4, rls_crc32(0, file, size - 4));
}

/* Opens an exact copy. */
static rls_status
open_copy(const uint8_t *file, size_t size, char kind, uint16_t newest, bool verify, rls_error *err)
{
    uint8_t     *copy = malloc(size);
    rls_envelope envelope;
    rls_bytes    body;
    rls_status   status;

    if (size > 0)
        memcpy(copy, file, size);
    status = rls_envelope_open(rls_bytes_of(copy, size), "1f.liv", kind, newest, verify, &envelope,
                               &body, err);
    if (status == RLS_OK) {
        CHECK_EQ_U64(body.size, size - RLS_ENVELOPE_HEAD - RLS_ENVELOPE_FOOT);
        CHECK(body.data == copy + RLS_ENVELOPE_HEAD);
    } else {
        CHECK(body.data == NULL && body.size == 0);
    }
    free(copy);
    return status;
}

TEST(an_envelope_is_these_bytes)
{
    uint8_t file[FILE_SIZE];

    write_sample(file);
    CHECK(memcmp(file,
                 "RLSL\3\0\0\0"
                 "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
                 "helloRLSE",
                 FILE_SIZE - 4) == 0);
    CHECK_EQ_U64(rls_get_u32(file + FILE_SIZE - 4), rls_crc32(0, file, FILE_SIZE - 4));
}

TEST(what_was_written_is_opened)
{
    uint8_t      file[FILE_SIZE];
    rls_envelope envelope;
    rls_bytes    body;

    write_sample(file);
    for (uint16_t newest = 3; newest < 6; newest++) {
        CHECK_OK(rls_envelope_open(rls_bytes_of(file, FILE_SIZE), "x", 'L', newest, true, &envelope,
                                   &body, NULL));
        CHECK_EQ_BYTES(body.data, body.size, "hello");
        CHECK_EQ_U64(envelope.kind, 'L');
        CHECK_EQ_U64(envelope.format, 3);
        CHECK(memcmp(envelope.id, sample.id, RLS_ID_SIZE) == 0);
    }
}

TEST(foreign_files_and_other_kinds_are_corrupt_and_named)
{
    uint8_t   file[FILE_SIZE];
    rls_error err = {0};

    write_sample(file);
    CHECK_EQ_I64(open_copy(file, FILE_SIZE, 'S', 3, true, &err), RLS_CORRUPT);
    CHECK_EQ_STR(err.message, "1f.liv: an index file of kind 'L', expected 'S'");
    file[1] = 'M';
    repair(file, FILE_SIZE);
    CHECK_EQ_I64(open_copy(file, FILE_SIZE, 'L', 3, true, &err), RLS_CORRUPT);
    CHECK_EQ_STR(err.message, "1f.liv: not a file of an index");
}

TEST(newer_formats_and_unknown_flags_are_unsupported)
{
    uint8_t   file[FILE_SIZE];
    rls_error err = {0};

    write_sample(file);
    CHECK_EQ_I64(open_copy(file, FILE_SIZE, 'L', 2, true, &err), RLS_UNSUPPORTED);
    CHECK_EQ_STR(err.message, "1f.liv: format 3, this version reads up to 2");
    for (int bit = 0; bit < 16; bit++) {
        rls_set_u16(file + 6, (uint16_t)(1 << bit));
        repair(file, FILE_SIZE);
        CHECK_EQ_I64(open_copy(file, FILE_SIZE, 'L', 3, true, NULL), RLS_UNSUPPORTED);
    }
    rls_set_u16(file + 6, 0);
    rls_set_u16(file + 4, 0);
    repair(file, FILE_SIZE);
    CHECK_EQ_I64(open_copy(file, FILE_SIZE, 'L', 3, true, &err), RLS_CORRUPT);
}

TEST(every_flipped_bit_is_seen_when_verifying)
{
    uint8_t file[FILE_SIZE];

    write_sample(file);
    for (size_t bit = 0; bit < 8 * FILE_SIZE; bit++) {
        size_t     byte = bit / 8;
        rls_status status;

        file[byte] ^= (uint8_t)(1 << bit % 8);
        status = open_copy(file, FILE_SIZE, 'L', 3, true, NULL);
        CHECK_EQ_I64(status, RLS_CORRUPT);
        if (byte >= RLS_ENVELOPE_HEAD && byte < RLS_ENVELOPE_HEAD + BODY_SIZE)
            CHECK_OK(open_copy(file, FILE_SIZE, 'L', 3, false, NULL));
        file[byte] ^= (uint8_t)(1 << bit % 8);
    }
}

TEST(a_file_cut_anywhere_is_corrupt)
{
    uint8_t file[FILE_SIZE];

    write_sample(file);
    for (size_t size = 0; size < FILE_SIZE; size++) {
        CHECK_EQ_I64(open_copy(file, size, 'L', 3, true, NULL), RLS_CORRUPT);
        CHECK_EQ_I64(open_copy(file, size, 'L', 3, false, NULL), RLS_CORRUPT);
    }
}

TEST(a_body_may_be_empty)
{
    uint8_t file[FILE_SIZE];

    write_sample(file);
    memmove(file + RLS_ENVELOPE_HEAD, file + RLS_ENVELOPE_HEAD + BODY_SIZE, RLS_ENVELOPE_FOOT);
    repair(file, FILE_SIZE - BODY_SIZE);
    CHECK_OK(open_copy(file, FILE_SIZE - BODY_SIZE, 'L', 3, true, NULL));
}
