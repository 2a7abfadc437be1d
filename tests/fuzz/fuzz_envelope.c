/* Head and foot of index files as they come, and with foot and checksum made good; the bounded
 * reader on the body. */
#include "base/crc32.h"
#include "codec/envelope.h"
#include "codec/varint.h"
#include "directory/input.h"
#include "fuzz.h"

enum {
    NEWEST = 3
};

static void
check_open(rls_bytes file, bool verify, bool whole)
{
    static const char kinds[] = "SML";

    for (int i = 0; i < 3; i++) {
        rls_envelope envelope;
        rls_bytes    body;
        rls_error    err = {0};
        rls_status   status =
            rls_envelope_open(file, "file", kinds[i], NEWEST, verify, &envelope, &body, &err);

        FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT || status == RLS_UNSUPPORTED);
        if (status != RLS_OK) {
            FUZZ_CHECK(err.status == status && strstr(err.message, "file") != NULL);
            FUZZ_CHECK(body.size == 0);
            continue;
        }
        FUZZ_CHECK(envelope.kind == kinds[i] && file.data[3] == (uint8_t)kinds[i]);
        FUZZ_CHECK(envelope.format >= 1 && envelope.format <= NEWEST);
        FUZZ_CHECK(memcmp(envelope.id, file.data + 8, RLS_ID_SIZE) == 0);
        FUZZ_CHECK(body.data == file.data + RLS_ENVELOPE_HEAD);
        FUZZ_CHECK(body.size + RLS_ENVELOPE_HEAD + RLS_ENVELOPE_FOOT == file.size);
        FUZZ_CHECK(!verify || whole ||
                   rls_get_u32(file.data + file.size - 4) ==
                       rls_crc32(0, file.data, file.size - 4));
    }
}

/* The bounded reader and the bare functions read the same numbers. */
static void
check_numbers(rls_bytes body)
{
    rls_input      input;
    const uint8_t *at = body.data, *end = body.data + body.size, *next;

    rls_input_init(&input, body);
    for (uint32_t turn = 0; !input.failed; turn++) {
        uint64_t value = 0, got;
        uint32_t value32 = 0, got32;

        FUZZ_CHECK(input.at == at && rls_input_left(&input) == (size_t)(end - at));
        if (turn % 2 == 0) {
            got = rls_input_varint(&input);
            next = rls_varint_get64(at, end, &value);
            FUZZ_CHECK(input.failed == (next == NULL));
            FUZZ_CHECK(next == NULL ? got == 0 : got == value);
        } else {
            got32 = rls_input_varint32(&input);
            next = rls_varint_get32(at, end, &value32);
            /* Read as 64 bits first, so that padding beyond five bytes may pass. */
            FUZZ_CHECK(!input.failed || next == NULL);
            FUZZ_CHECK(next == NULL || (!input.failed && got32 == value32));
            if (next == NULL && !input.failed)
                next = input.at;
        }
        at = next;
    }
    FUZZ_CHECK(rls_input_u64(&input) == 0 && rls_input_u8(&input) == 0);
    FUZZ_CHECK(rls_input_bytes(&input, 1).size == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file;

    check_open(rls_bytes_of(data, size), false, false);
    check_open(rls_bytes_of(data, size), true, false);
    if (size > 0)
        check_numbers(rls_bytes_of(data, size));
    if (size < RLS_ENVELOPE_FOOT)
        return 0;
    file = fuzz_copy(rls_bytes_of(data, size), 0);
    memcpy(file + size - RLS_ENVELOPE_FOOT, "RLSE", 4);
    rls_set_u32(file + size - 4, rls_crc32(0, file, size - 4));
    check_open(rls_bytes_of(file, size), true, true);
    free(file);
    return 0;
}
