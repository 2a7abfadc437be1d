/* One postings list from any bytes, among documents with made-up lengths.
 *
 *   documents u16, fields u8 (bit 7: the last one sparse), doc-freq u16, total-freq less doc-freq
 *   u16, bytes of positions u16, then the section: positions and documents, sizes made to fit */
#include "fuzz_lengths.h"
#include "fuzz_list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input       input = {data, size};
    uint32_t         doc_count = 1 + fuzz_u16(&input) % FUZZ_LENGTH_DOCS, shape = fuzz_u8(&input);
    rls_term_info    info = {.doc_freq = 1 + fuzz_u16(&input) % doc_count};
    rls_posting_list list;
    rls_error        err = {0};
    rls_status       status;
    fuzz_lengths     l;
    uint8_t         *section;

    info.total_freq = (uint64_t)info.doc_freq + fuzz_u16(&input);
    info.positions_size = fuzz_u16(&input);
    if (info.positions_size > input.size)
        info.positions_size = input.size;
    info.docs_size = input.size - info.positions_size;
    section = fuzz_copy(rls_bytes_of(input.data, input.size), RLS_MAP_PADDING);
    fuzz_lengths_init(&l, doc_count, 1 + shape % 128 % FUZZ_LENGTH_FIELDS, shape >= 128);

    status = rls_posting_list_open(&list, rls_bytes_of(section, input.size), &info, &l.norms,
                                   rls_bitpack_kernels_for(rls_cpu_detect()), &err);
    FUZZ_CHECK(status == RLS_OK || status == RLS_CORRUPT);
    if (status == RLS_OK) {
        FUZZ_CHECK(list.doc_freq == info.doc_freq && list.last_doc < doc_count);
        (void)fuzz_check_list(&list, rls_bytes_of("minister", 8), &l.similarity, false);
    }
    fuzz_lengths_release(&l);
    free(section);
    return 0;
}
