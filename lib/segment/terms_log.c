#include "segment/postings_merge.h"

/* Before the bytes of each term. */
typedef struct log_entry {
    rls_term_info info;
    size_t        size;
} log_entry;

rls_status
rls_terms_log_add(rls_terms_log *log, rls_bytes term, const rls_term_info *info, rls_error *err)
{
    log_entry entry = {*info, term.size};

    rls_buffer_append(&log->bytes, &entry, sizeof entry);
    rls_buffer_append(&log->bytes, term.data, term.size);
    if (log->bytes.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the terms of a segment");
    return RLS_OK;
}

rls_status
rls_terms_log_write(const rls_terms_log *log, uint64_t offset, rls_termdict_writer *dictionary,
                    rls_error *err)
{
    rls_status status = RLS_OK;

    for (size_t at = 0; status == RLS_OK && at < log->bytes.size;) {
        log_entry entry;

        memcpy(&entry, log->bytes.data + at, sizeof entry);
        at += sizeof entry;
        entry.info.postings_offset += offset;
        status = rls_termdict_writer_add(dictionary, rls_bytes_of(log->bytes.data + at, entry.size),
                                         &entry.info, err);
        at += entry.size;
    }
    return status;
}
