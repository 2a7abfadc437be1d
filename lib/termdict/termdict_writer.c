#include "termdict/termdict_writer.h"

#include <inttypes.h>

enum {
    TERM_SIZE_MAX = 65535
};

struct rls_termdict_writer {
    rls_heap  *heap;
    uint32_t   term_count;
    uint32_t   block_terms; /* terms of the block that is open */
    uint64_t   base;        /* postings offset of its first */
    uint64_t   next_offset; /* where the next term's postings must begin */
    rls_buffer last_term;
    rls_buffer heads, offsets;
    rls_buffer blocks;              /* those that are closed */
    rls_buffer terms, skips, infos; /* of the block that is open */
    uint64_t   group_offset;        /* postings offset of the first term of its last group */
    size_t     group_infos;         /* and where that term's info begins */
    bool       failed;              /* once out of memory, the blocks are not whole */
};

rls_status
rls_termdict_writer_new(rls_heap *heap, rls_termdict_writer **out_writer, rls_error *err)
{
    rls_termdict_writer *writer = rls_alloc_zeroed(heap, 1, sizeof *writer);

    *out_writer = NULL;
    if (writer == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a term dictionary");
    writer->heap = heap;
    rls_buffer_init(&writer->last_term, heap);
    rls_buffer_init(&writer->heads, heap);
    rls_buffer_init(&writer->offsets, heap);
    rls_buffer_init(&writer->blocks, heap);
    rls_buffer_init(&writer->terms, heap);
    rls_buffer_init(&writer->skips, heap);
    rls_buffer_init(&writer->infos, heap);
    *out_writer = writer;
    return RLS_OK;
}

void
rls_termdict_writer_free(rls_termdict_writer *writer)
{
    if (writer == NULL)
        return;
    rls_buffer_release(&writer->last_term);
    rls_buffer_release(&writer->heads);
    rls_buffer_release(&writer->offsets);
    rls_buffer_release(&writer->blocks);
    rls_buffer_release(&writer->terms);
    rls_buffer_release(&writer->skips);
    rls_buffer_release(&writer->infos);
    rls_free(writer->heap, writer);
}

static rls_status
check_memory(rls_termdict_writer *writer, rls_error *err)
{
    writer->failed |= writer->last_term.failed || writer->heads.failed || writer->offsets.failed ||
                      writer->blocks.failed || writer->terms.failed || writer->skips.failed ||
                      writer->infos.failed;
    if (writer->failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a term dictionary of %" PRIu32 " terms",
                        writer->term_count);
    return RLS_OK;
}

static uint64_t
section_size(const rls_termdict_writer *writer)
{
    return (uint64_t)RLS_TERMDICT_SECTION_HEAD + writer->heads.size + writer->offsets.size +
           writer->blocks.size;
}

static void
open_block(rls_termdict_writer *writer, rls_bytes term, const rls_term_info *info)
{
    uint8_t head[RLS_TERMDICT_HEAD_SIZE] = {0};

    memcpy(head, term.data, term.size < sizeof head ? term.size : sizeof head);
    rls_buffer_append(&writer->heads, head, sizeof head);
    rls_buffer_put_u32(&writer->offsets, (uint32_t)writer->blocks.size);
    writer->base = info->postings_offset;
    writer->block_terms = 0;
    writer->group_offset = writer->base;
    writer->group_infos = 0;
    rls_buffer_clear(&writer->terms);
    rls_buffer_clear(&writer->skips);
    rls_buffer_clear(&writer->infos);
}

static void
close_block(rls_termdict_writer *writer)
{
    rls_buffer_put_varint(&writer->blocks, writer->base);
    rls_buffer_put_varint(&writer->blocks, writer->terms.size);
    rls_buffer_append(&writer->blocks, writer->terms.data, writer->terms.size);
    rls_buffer_append(&writer->blocks, writer->skips.data, writer->skips.size);
    rls_buffer_append(&writer->blocks, writer->infos.data, writer->infos.size);
    writer->block_terms = 0;
}

static uint8_t
half(size_t count)
{
    return count < RLS_TERMDICT_HALF ? (uint8_t)count : RLS_TERMDICT_HALF;
}

static void
put_term(rls_termdict_writer *writer, rls_bytes term)
{
    const rls_buffer *last = &writer->last_term;
    size_t            shared = 0, own;

    if (writer->block_terms == 0) {
        rls_buffer_put_varint(&writer->terms, term.size);
        rls_buffer_append(&writer->terms, term.data, term.size);
        return;
    }
    while (shared < last->size && shared < term.size && last->data[shared] == term.data[shared])
        shared++;
    own = term.size - shared;
    rls_buffer_put_u8(&writer->terms, (uint8_t)(half(shared) | half(own - 1) << 4));
    if (shared >= RLS_TERMDICT_HALF)
        rls_buffer_put_varint(&writer->terms, shared - RLS_TERMDICT_HALF);
    if (own - 1 >= RLS_TERMDICT_HALF)
        rls_buffer_put_varint(&writer->terms, own - 1 - RLS_TERMDICT_HALF);
    rls_buffer_append(&writer->terms, term.data + shared, own);
}

static void
put_info(rls_buffer *infos, const rls_term_info *info)
{
    uint64_t others = info->total_freq - info->doc_freq;

    if (info->doc_freq == 1 && others == 0 &&
        info->positions_size <= RLS_TERMDICT_SINGLE_POSITIONS_MAX &&
        info->docs_size <= RLS_TERMDICT_SINGLE_DOCS_MAX) {
        rls_buffer_put_u8(infos, (uint8_t)(RLS_TERMDICT_SINGLE | info->positions_size << 1 |
                                           info->docs_size << 3));
        return;
    }
    rls_buffer_put_varint(infos, (uint64_t)info->doc_freq << 2 |
                                     (others != 0 ? RLS_TERMDICT_TOTAL_DIFFERS : 0));
    if (others != 0)
        rls_buffer_put_varint(infos, others);
    rls_buffer_put_varint(infos, info->positions_size);
    rls_buffer_put_varint(infos, info->docs_size);
}

/* Before the first info of a group. */
static void
end_group(rls_termdict_writer *writer, uint64_t offset)
{
    rls_buffer_put_varint(&writer->skips, writer->infos.size - writer->group_infos);
    rls_buffer_put_varint(&writer->skips, offset - writer->group_offset);
    writer->group_infos = writer->infos.size;
    writer->group_offset = offset;
}

/* The rules that the header states. */
static rls_status
check_order(const rls_termdict_writer *writer, rls_bytes term, const rls_term_info *info,
            rls_error *err)
{
    if (term.size == 0 || term.size > TERM_SIZE_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a term of %zu bytes", term.size);
    if (writer->term_count > 0) {
        if (rls_bytes_compare(rls_buffer_bytes(&writer->last_term), term) >= 0)
            return rls_fail(err, RLS_BAD_ARGUMENT, "term %" PRIu32 " does not ascend",
                            writer->term_count);
        if (info->postings_offset != writer->next_offset)
            return rls_fail(err, RLS_BAD_ARGUMENT,
                            "postings of term %" PRIu32 " at %" PRIu64 ", expected at %" PRIu64,
                            writer->term_count, info->postings_offset, writer->next_offset);
    }
    if (info->doc_freq == 0 || info->total_freq < info->doc_freq ||
        info->total_freq >= RLS_TERMDICT_NUMBER_END ||
        info->postings_offset >= RLS_TERMDICT_NUMBER_END ||
        info->positions_size >= RLS_TERMDICT_NUMBER_END ||
        info->docs_size >= RLS_TERMDICT_NUMBER_END)
        return rls_fail(err, RLS_BAD_ARGUMENT, "impossible numbers for term %" PRIu32,
                        writer->term_count);
    return RLS_OK;
}

rls_status
rls_termdict_writer_add(rls_termdict_writer *writer, rls_bytes term, const rls_term_info *info,
                        rls_error *err)
{
    rls_status status = check_order(writer, term, info, err);

    if (status == RLS_OK)
        status = check_memory(writer, err);
    if (status != RLS_OK)
        return status;
    if (writer->block_terms == RLS_TERMDICT_BLOCK)
        close_block(writer);
    if (writer->term_count == UINT32_MAX || section_size(writer) > UINT32_MAX)
        return rls_fail(err, RLS_UNSUPPORTED, "a term dictionary of more than 4 GiB");
    if (writer->block_terms == 0)
        open_block(writer, term, info);
    put_term(writer, term);
    if (writer->block_terms > 0 && writer->block_terms % RLS_TERMDICT_GROUP == 0)
        end_group(writer, info->postings_offset);
    put_info(&writer->infos, info);
    rls_buffer_clear(&writer->last_term);
    rls_buffer_append(&writer->last_term, term.data, term.size);
    status = check_memory(writer, err);
    if (status != RLS_OK)
        return status;
    writer->block_terms++;
    writer->term_count++;
    writer->next_offset = info->postings_offset + info->positions_size + info->docs_size;
    return RLS_OK;
}

rls_status
rls_termdict_writer_finish(rls_termdict_writer *writer, rls_output *output, rls_error *err)
{
    rls_status status;

    if (writer->block_terms > 0)
        close_block(writer);
    status = check_memory(writer, err);
    if (status != RLS_OK)
        return status;
    if (section_size(writer) > UINT32_MAX)
        return rls_fail(err, RLS_UNSUPPORTED, "a term dictionary of more than 4 GiB");
    rls_output_put_u32(output, writer->term_count);
    rls_output_put_u32(output, (uint32_t)writer->blocks.size);
    rls_output_write(output, writer->heads.data, writer->heads.size);
    rls_output_write(output, writer->offsets.data, writer->offsets.size);
    rls_output_write(output, writer->blocks.data, writer->blocks.size);
    return RLS_OK;
}
