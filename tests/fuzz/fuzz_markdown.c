/* The Markdown mask: size and offsets are kept, and text stays text. */
#include "document/entities.h"
#include "document/markdown.h"
#include "fuzz.h"

/* Every byte stays or becomes a space; where a character reference stood, what it means and filler
 * may stand as well. */
static void
check_mask(rls_bytes body, rls_bytes prose)
{
    size_t reference_end = 0;

    for (size_t i = 0; i < body.size; i++) {
        uint8_t in = body.data[i], out = prose.data[i];
        size_t  size;

        if (in == '&' && rls_entity_read(rls_bytes_of(body.data + i, body.size - i), &size) != 0)
            reference_end = i + size;
        FUZZ_CHECK(out == in || out == ' ' || i < reference_end);
        FUZZ_CHECK(in != '\n' || out == '\n');
        FUZZ_CHECK(out >= ' ' || out == in);
    }
    FUZZ_CHECK(!fuzz_is_utf8(body) || fuzz_is_utf8(prose));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t  *out = malloc(size + (size == 0));
    rls_bytes body = rls_bytes_of(data, size), prose = rls_bytes_of(out, size);
    uint8_t  *again;

    rls_markdown_mask(body, out);
    check_mask(body, prose);

    /* The mask is a function of the bytes alone. */
    again = fuzz_copy(body, 0);
    memset(again, 0x5A, size);
    rls_markdown_mask(body, again);
    FUZZ_CHECK(fuzz_equal(prose, rls_bytes_of(again, size)));
    free(again);
    free(out);
    return 0;
}
