/* Term dictionary: any bytes as a section; opening, finding, seeking and walking stay within it.
 * The input is a target to look for, its size in the first byte, then the section. */
#include "fuzz.h"
#include "termdict/termdict.h"

static bool
is_told(rls_status status)
{
    return status == RLS_OK || status == RLS_NOT_FOUND || status == RLS_CORRUPT;
}

/* Every term, and each looked for again while it is at hand. */
static void
check_walk(rls_heap *heap, const rls_termdict *dict)
{
    rls_termdict_cursor cursor;
    rls_status          status;
    uint32_t            count = 0;

    rls_termdict_cursor_init(&cursor, heap, dict);
    while ((status = rls_termdict_cursor_next(&cursor, NULL)) == RLS_OK) {
        rls_term_info info;

        FUZZ_CHECK(cursor.ordinal == count && count < dict->term_count);
        FUZZ_CHECK(cursor.term.size > 0);
        FUZZ_CHECK(cursor.info.doc_freq > 0 && cursor.info.total_freq >= cursor.info.doc_freq);
        count++;
        if (count > 4096)
            break;
        FUZZ_CHECK(is_told(rls_termdict_find(dict, rls_buffer_bytes(&cursor.term), &info, NULL)));
    }
    FUZZ_CHECK(is_told(status));
    FUZZ_CHECK(status != RLS_NOT_FOUND || count == dict->term_count);
    rls_termdict_cursor_release(&cursor);
}

static void
check_seek(rls_heap *heap, const rls_termdict *dict, rls_bytes target)
{
    rls_termdict_cursor cursor;
    rls_term_info       info;
    rls_status          status;

    FUZZ_CHECK(is_told(rls_termdict_find(dict, target, &info, NULL)));
    rls_termdict_cursor_init(&cursor, heap, dict);
    status = rls_termdict_cursor_seek(&cursor, target, NULL);
    FUZZ_CHECK(is_told(status));
    if (status == RLS_OK) {
        FUZZ_CHECK(rls_bytes_compare(rls_buffer_bytes(&cursor.term), target) >= 0);
        for (int i = 0; i < 40 && status == RLS_OK; i++) {
            FUZZ_CHECK(cursor.ordinal < dict->term_count);
            status = rls_termdict_cursor_next(&cursor, NULL);
        }
        FUZZ_CHECK(is_told(status));
        FUZZ_CHECK(is_told(rls_termdict_cursor_seek(&cursor, rls_bytes_of("", 0), NULL)));
    }
    rls_termdict_cursor_release(&cursor);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input   input = {data, size};
    rls_bytes    target = fuzz_bytes(&input, fuzz_u8(&input));
    uint8_t     *section = fuzz_copy(rls_bytes_of(input.data, input.size), 0);
    rls_heap     heap;
    rls_termdict dict;
    rls_error    err = {0};
    rls_status   status;

    fuzz_heap_begin(&heap);
    status = rls_termdict_open(&dict, rls_bytes_of(section, input.size), "file", &err);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT);
    if (status == RLS_OK) {
        /* An info takes a byte at least. */
        FUZZ_CHECK(dict.term_count <= input.size);
        check_walk(&heap, &dict);
        check_seek(&heap, &dict, target);
        check_seek(&heap, &dict, rls_bytes_of("\xFF\xFF", 2));
    } else {
        FUZZ_CHECK(strstr(err.message, "file") != NULL);
    }
    fuzz_heap_end(&heap);
    free(section);
    return 0;
}
