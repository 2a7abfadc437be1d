#include "postings/postings_writer.h"

#include "postings/best_postings.h"
#include "postings/block_bounds.h"
#include "postings/block_fields.h"
#include "postings/dense_set.h"
#include "postings/positions_writer.h"
#include "postings/posting_block.h"
#include "postings/posting_format.h"
#include "postings/posting_tail.h"
#include "postings/range_row.h"
#include "postings/skip_writer.h"
#include "postings/term_forms.h"

struct rls_postings_writer {
    rls_heap        *heap;
    rls_output      *output;
    const rls_norms *norms;
    rls_block_bounds bounds;
    uint64_t         section_begin;

    /* the term */
    bool              text, positional; /* positional: with positions and forms */
    uint32_t          form_count, doc_freq, last_doc;
    uint64_t          total_freq, term_begin;
    rls_buffer        forms;       /* encoded */
    rls_buffer        docs, freqs; /* of all full blocks: documents; freqs and fields */
    rls_block_info   *blocks;      /* finished ones */
    size_t            block_count, blocks_capacity;
    uint32_t          histogram[256]; /* of rls_impact_down, for the k-th best */
    uint8_t           best;
    rls_range_row     row;
    rls_best_gatherer best_postings;

    /* the block being gathered */
    uint32_t             count;
    uint32_t             block_docs[RLS_BLOCK_SIZE], block_freqs[RLS_BLOCK_SIZE];
    uint32_t             entry_ends[RLS_BLOCK_SIZE];
    rls_field_freq      *entries;
    size_t               entry_count, entries_capacity;
    rls_positions_writer positions;
    rls_field_gatherer   gatherer;

    rls_buffer bits; /* positions of a block on their way to the output */
    rls_buffer head; /* head and skips of a list */
};

rls_status
rls_postings_writer_new(rls_heap *heap, rls_output *output, const rls_norms *norms,
                        const rls_similarity *reference, rls_postings_writer **out_writer,
                        rls_error *err)
{
    rls_postings_writer *writer;
    rls_status           status;

    *out_writer = NULL;
    writer = rls_alloc_zeroed(heap, 1, sizeof *writer);
    if (writer == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for writing postings");
    writer->heap = heap;
    writer->output = output;
    writer->norms = norms;
    writer->bounds = (rls_block_bounds){.norms = norms, .reference = reference};
    writer->section_begin = output->offset;
    writer->gatherer.heap = heap;
    rls_buffer_init(&writer->forms, heap);
    rls_buffer_init(&writer->docs, heap);
    rls_buffer_init(&writer->freqs, heap);
    rls_buffer_init(&writer->bits, heap);
    rls_buffer_init(&writer->head, heap);
    rls_positions_writer_init(&writer->positions, heap, norms);
    status = rls_range_row_init(&writer->row, heap, norms->doc_count, err);
    if (status != RLS_OK)
        goto fail;
    status = rls_field_gatherer_init(&writer->gatherer, heap, norms->field_count, err);
    if (status != RLS_OK)
        goto fail;
    *out_writer = writer;
    return RLS_OK;

fail:
    rls_postings_writer_free(writer);
    return status;
}

void
rls_postings_writer_free(rls_postings_writer *writer)
{
    if (writer == NULL)
        return;
    rls_buffer_release(&writer->forms);
    rls_buffer_release(&writer->docs);
    rls_buffer_release(&writer->freqs);
    rls_buffer_release(&writer->bits);
    rls_buffer_release(&writer->head);
    rls_positions_writer_release(&writer->positions);
    rls_range_row_release(&writer->row, writer->heap);
    rls_field_gatherer_release(&writer->gatherer);
    rls_free(writer->heap, writer->blocks);
    rls_free(writer->heap, writer->entries);
    rls_free(writer->heap, writer);
}

static void
begin_term(rls_postings_writer *writer, bool text, uint32_t form_count)
{
    writer->text = text;
    writer->positional = form_count > 0;
    writer->form_count = form_count;
    writer->doc_freq = 0;
    writer->total_freq = 0;
    writer->term_begin = writer->output->offset;
    writer->block_count = 0;
    writer->best = 0;
    memset(writer->histogram, 0, sizeof writer->histogram);
    writer->count = 0;
    writer->entry_count = 0;
    rls_range_row_clear(&writer->row);
    rls_best_gatherer_clear(&writer->best_postings);
    rls_positions_writer_clear(&writer->positions);
    rls_buffer_clear(&writer->docs);
    rls_buffer_clear(&writer->freqs);
    rls_buffer_clear(&writer->forms);
}

rls_status
rls_postings_writer_begin(rls_postings_writer *writer, rls_bytes term, const rls_form *forms,
                          uint32_t form_count, rls_error *err)
{
    begin_term(writer, form_count > 0, form_count);
    if (form_count > 0)
        rls_term_forms_put(&writer->forms, term, forms, form_count);
    if (writer->forms.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %u forms", (unsigned)form_count);
    return RLS_OK;
}

void
rls_postings_writer_begin_bare(rls_postings_writer *writer)
{
    begin_term(writer, true, 0);
}

static uint8_t
bound_block(rls_postings_writer *writer, uint8_t *bounds)
{
    /* Short lists keep no best documents. */
    rls_best_gatherer *best =
        writer->block_count == 0 && writer->count < RLS_BLOCK_SIZE ? NULL : &writer->best_postings;

    return rls_block_bounds_put(&writer->bounds, writer->block_docs, writer->entries,
                                writer->entry_ends, writer->count, bounds, writer->histogram, best);
}

static rls_status
put_positions(rls_postings_writer *writer, bool is_short, rls_error *err)
{
    rls_status status;

    rls_buffer_clear(&writer->bits);
    status = rls_positions_writer_put(&writer->positions, &writer->bits, writer->block_docs,
                                      writer->entries, writer->entry_ends, writer->count, !is_short,
                                      writer->form_count > 1, err);
    if (status == RLS_OK)
        rls_output_write(writer->output, writer->bits.data, writer->bits.size);
    return status;
}

static bool
has_freqs(const rls_postings_writer *writer)
{
    uint32_t any = 0;

    for (uint32_t i = 0; i < writer->count; i++)
        any |= writer->block_freqs[i] - 1;
    return any != 0;
}

static bool
has_fields(const rls_postings_writer *writer)
{
    uint32_t any = 0;

    for (size_t e = 0; e < writer->entry_count; e++)
        any |= writer->entries[e].field;
    return any != 0;
}

static void
put_fields(rls_postings_writer *writer)
{
    rls_block_fields_put(&writer->gatherer, &writer->freqs, writer->entries, writer->entry_ends,
                         writer->count);
}

static rls_status
note_block(rls_postings_writer *writer, size_t docs_begin, size_t freqs_begin,
           uint64_t positions_offset, rls_error *err)
{
    rls_block_info *block;

    if (writer->docs.failed || writer->freqs.failed ||
        !rls_grow(writer->heap, (void **)&writer->blocks, &writer->blocks_capacity,
                  writer->block_count + 1, sizeof *writer->blocks))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a list of %u documents",
                        (unsigned)writer->doc_freq);
    block = &writer->blocks[writer->block_count++];
    *block = (rls_block_info){.last_doc = writer->block_docs[writer->count - 1],
                              .docs_size = (uint32_t)(writer->docs.size - docs_begin),
                              .freqs_size = (uint32_t)(writer->freqs.size - freqs_begin),
                              .positions_offset = positions_offset};
    if (writer->text) {
        uint8_t bounds[RLS_BLOCK_SIZE];
        block->bound = bound_block(writer, bounds);
        rls_range_row_add(&writer->row, writer->block_docs, bounds, writer->count);
        if (block->bound > writer->best)
            writer->best = block->bound;
    }
    writer->count = 0;
    writer->entry_count = 0;
    return RLS_OK;
}

static uint32_t
last_before(const rls_postings_writer *writer)
{
    return writer->block_count == 0 ? UINT32_MAX : writer->blocks[writer->block_count - 1].last_doc;
}

static rls_status
finish_full_block(rls_postings_writer *writer, rls_error *err)
{
    uint64_t   positions_offset = writer->output->offset - writer->term_begin;
    size_t     docs_begin = writer->docs.size, freqs_begin = writer->freqs.size;
    bool       fields = has_fields(writer);
    rls_status status;

    if (writer->positional) {
        status = put_positions(writer, false, err);
        if (status != RLS_OK)
            return status;
    }
    rls_posting_block_put_docs(&writer->docs, writer->block_docs, last_before(writer));
    rls_posting_block_put_freqs(&writer->freqs, writer->block_freqs, fields);
    if (fields)
        put_fields(writer);
    else if (!writer->docs.failed && !has_freqs(writer))
        writer->docs.data[docs_begin] |= RLS_BLOCK_ALL_ONES;
    return note_block(writer, docs_begin, freqs_begin, positions_offset, err);
}

/* The last block of a long list, with its documents unless the list is dense, lies in
 * writer->freqs. */
static rls_status
finish_tail(rls_postings_writer *writer, bool dense, rls_error *err)
{
    uint64_t   positions_offset = writer->output->offset - writer->term_begin;
    size_t     begin = writer->freqs.size;
    bool       freqs = has_freqs(writer), fields = has_fields(writer);
    bit_sink   sink;
    rls_status status;

    if (writer->positional) {
        status = put_positions(writer, false, err);
        if (status != RLS_OK)
            return status;
    }
    rls_buffer_put_u8(&writer->freqs,
                      (freqs ? RLS_TAIL_FREQS : 0) | (fields ? RLS_TAIL_FIELDS : 0));
    if (rls_buffer_reserve(&writer->freqs, RLS_TAIL_MAX)) {
        bit_sink_init(&sink, writer->freqs.data + writer->freqs.size);
        if (!dense)
            rls_tail_put_gaps(&sink, writer->block_docs, writer->count, last_before(writer));
        if (freqs)
            rls_tail_put_freqs(&sink, writer->block_freqs, writer->count);
        writer->freqs.size = (size_t)(bit_sink_finish(&sink) - writer->freqs.data);
    }
    if (fields)
        put_fields(writer);
    return note_block(writer, writer->docs.size, begin, positions_offset, err);
}

static rls_status
check_docs(const rls_postings_writer *writer, const uint32_t *docs, uint32_t count, rls_error *err)
{
    uint32_t last = docs[count - 1];
    bool     ascend = writer->doc_freq == 0 || docs[0] > writer->last_doc;

    for (uint32_t i = 1; i < count; i++)
        ascend &= docs[i] > docs[i - 1];
    if (!ascend || last >= writer->norms->doc_count)
        return rls_fail(err, RLS_BAD_ARGUMENT, "documents up to %u of %u come after %u",
                        (unsigned)last, (unsigned)writer->norms->doc_count,
                        (unsigned)writer->last_doc);
    return RLS_OK;
}

/* Checks the fields of one posting and adds up their frequencies. */
static rls_status
sum_fields(const rls_postings_writer *writer, uint32_t doc, const rls_field_freq *fields,
           uint32_t field_count, uint32_t *out_freq, rls_error *err)
{
    uint64_t freq = 0;

    /* Most have one. */
    if (field_count == 1 && fields->freq != 0 && fields->field < writer->norms->field_count &&
        (writer->text || fields->freq == 1)) {
        *out_freq = fields->freq;
        return RLS_OK;
    }
    for (uint32_t f = 0; f < field_count; f++) {
        if (fields[f].freq == 0 || fields[f].field >= writer->norms->field_count ||
            (f > 0 && fields[f].field <= fields[f - 1].field))
            return rls_fail(err, RLS_BAD_ARGUMENT, "field %u of document %u",
                            (unsigned)fields[f].field, (unsigned)doc);
        freq += fields[f].freq;
    }
    if (freq == 0 || freq > UINT32_MAX || (!writer->text && freq != 1))
        return rls_fail(err, RLS_BAD_ARGUMENT, "frequency %llu in document %u",
                        (unsigned long long)freq, (unsigned)doc);
    *out_freq = (uint32_t)freq;
    return RLS_OK;
}

/* Postings [first, first + count) of a run, for which the block has room. `at` is where their
 * positions begin, and is moved behind them. */
static rls_status
add_to_block(rls_postings_writer *writer, const rls_posting_run *run, uint32_t first,
             uint32_t count, size_t *at, rls_error *err)
{
    uint32_t              begin = first == 0 ? 0 : run->field_ends[first - 1], field = begin;
    size_t                field_count = run->field_ends[first + count - 1] - begin;
    const rls_field_freq *fields = run->fields + begin;
    uint64_t              total = 0;
    rls_status            status;

    if (writer->entry_count + field_count > writer->entries_capacity &&
        !rls_grow(writer->heap, (void **)&writer->entries, &writer->entries_capacity,
                  writer->entry_count + field_count, sizeof *writer->entries))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %zu fields", field_count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t  end = run->field_ends[first + i];
        uint32_t *freq = &writer->block_freqs[writer->count + i];

        status =
            sum_fields(writer, run->docs[first + i], run->fields + field, end - field, freq, err);
        if (status != RLS_OK)
            return status;
        total += *freq;
        field = end;
        writer->entry_ends[writer->count + i] = (uint32_t)writer->entry_count + end - begin;
    }
    if (writer->positional) {
        status =
            rls_positions_writer_add(&writer->positions, fields, field_count, run->positions + *at,
                                     run->forms + *at, total, writer->form_count, err);
        if (status != RLS_OK)
            return status;
        *at += total;
    }
    memcpy(writer->entries + writer->entry_count, fields, field_count * sizeof *fields);
    memcpy(writer->block_docs + writer->count, run->docs + first, count * sizeof *run->docs);
    writer->entry_count += field_count;
    writer->count += count;
    writer->doc_freq += count;
    writer->last_doc = run->docs[first + count - 1];
    writer->total_freq += total;
    return RLS_OK;
}

rls_status
rls_postings_writer_add_run(rls_postings_writer *writer, const rls_posting_run *run, rls_error *err)
{
    size_t     at = 0;
    rls_status status = check_docs(writer, run->docs, run->count, err);

    for (uint32_t first = 0, count; status == RLS_OK && first < run->count; first += count) {
        if (writer->count == RLS_BLOCK_SIZE) {
            status = finish_full_block(writer, err);
            if (status != RLS_OK)
                return status;
        }
        count = RLS_BLOCK_SIZE - writer->count;
        if (count > run->count - first)
            count = run->count - first;
        status = add_to_block(writer, run, first, count, &at, err);
    }
    return status;
}

rls_status
rls_postings_writer_add(rls_postings_writer *writer, uint32_t doc, const rls_field_freq *fields,
                        uint32_t field_count, const uint32_t *positions, const uint32_t *forms,
                        rls_error *err)
{
    rls_posting_run run = {1, &doc, fields, &field_count, positions, forms};

    return rls_postings_writer_add_run(writer, &run, err);
}

/* flags, and for text best, k-th best values, best documents and forms. */
static void
put_head(rls_postings_writer *writer, uint32_t flags)
{
    rls_buffer *head = &writer->head;
    uint32_t    seen = 0, value = 256;

    if (writer->text)
        flags |= writer->positional ? RLS_LIST_TEXT : RLS_LIST_TEXT | RLS_LIST_BARE;
    if (writer->form_count > 1)
        flags |= RLS_LIST_SEVERAL_FORMS;
    rls_buffer_put_u8(head, (uint8_t)flags);
    if (!writer->text)
        return;
    rls_buffer_put_u8(head, writer->best);
    for (int i = 0; i < RLS_KTH_COUNT && writer->doc_freq >= rls_kth_ranks[i]; i++) {
        while (seen < rls_kth_ranks[i])
            seen += writer->histogram[--value];
        rls_buffer_put_u8(head, (uint8_t)value);
    }
    if (writer->doc_freq >= RLS_BEST_LEAST_DOCS)
        rls_best_postings_put(head, &writer->best_postings, writer->doc_freq,
                              writer->norms->doc_count);
    rls_buffer_append(head, writer->forms.data, writer->forms.size);
}

static rls_status
end_short(rls_postings_writer *writer, rls_error *err)
{
    const uint32_t *docs = writer->block_docs;
    uint32_t        doc_count = writer->norms->doc_count, count = writer->count;
    bool            freqs = has_freqs(writer) && count > 1, fields = has_fields(writer);
    bool            repeats = writer->positions.repeats;
    uint8_t         bounds[RLS_BLOCK_SIZE];
    bit_sink        sink;
    rls_status      status;

    if (writer->positional) {
        status = put_positions(writer, true, err);
        if (status != RLS_OK)
            return status;
    }
    if (writer->text)
        writer->best = bound_block(writer, bounds);
    put_head(writer, (freqs ? RLS_SHORT_FREQS : 0u) | (fields ? RLS_SHORT_FIELDS : 0u) |
                         (repeats ? RLS_SHORT_REPEATS : 0u) |
                         (writer->positional && writer->positions.wild ? RLS_SHORT_WILD : 0u));
    if (rls_buffer_reserve(&writer->head, RLS_TAIL_MAX)) {
        bit_sink_init(&sink, writer->head.data + writer->head.size);
        bit_sink_put(&sink, docs[0], rls_width_below(doc_count));
        if (count > 1) {
            bit_sink_put(&sink, docs[count - 1] - docs[0], rls_width_below(doc_count - docs[0]));
            rls_tail_put_gaps(&sink, docs + 1, count - 1, docs[0]);
        }
        if (freqs)
            rls_tail_put_freqs(&sink, writer->block_freqs, count);
        writer->head.size = (size_t)(bit_sink_finish(&sink) - writer->head.data);
    }
    if (fields)
        rls_block_fields_put(&writer->gatherer, &writer->head, writer->entries, writer->entry_ends,
                             count);
    return RLS_OK;
}

static bool
is_dense(const rls_postings_writer *writer)
{
    uint32_t doc_count = writer->norms->doc_count;
    uint32_t share = writer->text ? RLS_DENSE_DOCS_A_POSTING : RLS_DENSE_DOCS_A_KEYWORD;

    return doc_count >= RLS_DENSE_LEAST_DOCS && writer->doc_freq > doc_count / share;
}

/* Whether a block of a list that is not dense has its freqs part. */
static bool
freqs_follow(const rls_postings_writer *writer, const rls_block_info *block, size_t docs_begin)
{
    return block->docs_size == 0 || (writer->docs.data[docs_begin] & RLS_BLOCK_ALL_ONES) == 0;
}

/* Block offset of every block, into an array of block_count. */
static void
lay_out_blocks(const rls_postings_writer *writer, bool dense, uint64_t *offsets)
{
    uint64_t offset = 0;
    size_t   docs_begin = 0;

    for (size_t b = 0; b < writer->block_count; b++) {
        const rls_block_info *block = &writer->blocks[b];
        offsets[b] = offset;
        if (dense)
            offset += block->freqs_size;
        else
            offset += block->docs_size +
                      (freqs_follow(writer, block, docs_begin) ? block->freqs_size : 0);
        docs_begin += block->docs_size;
    }
}

/* The documents of the full blocks are decoded again; the others are still at hand. */
static void
put_dense_set(rls_postings_writer *writer, const uint32_t *tail_docs, uint32_t tail_count)
{
    const rls_bitpack_kernels *kernels = rls_bitpack_kernels_for(rls_cpu_detect());
    uint32_t                   before = UINT32_MAX, docs[RLS_BLOCK_SIZE + 16];
    size_t                     begin;
    const uint8_t             *at, *end;

    rls_dense_set_begin(&writer->head, writer->norms->doc_count, &begin);
    if (writer->head.failed || !rls_buffer_reserve(&writer->docs, RLS_MAP_PADDING)) {
        writer->head.failed = true;
        return;
    }
    at = writer->docs.data;
    end = at + writer->docs.size;
    for (size_t b = 0; b < writer->block_count && writer->blocks[b].docs_size > 0; b++) {
        uint32_t last = writer->blocks[b].last_doc;
        at = rls_posting_block_get_docs(at, end, kernels, before, last, docs);
        rls_dense_set_add(writer->head.data + begin, docs, RLS_BLOCK_SIZE);
        before = last;
    }
    rls_dense_set_add(writer->head.data + begin, tail_docs, tail_count);
    rls_dense_set_end(writer->head.data + begin, writer->norms->doc_count);
}

static void
write_blocks(rls_postings_writer *writer, bool dense)
{
    const uint8_t *docs = writer->docs.data, *freqs = writer->freqs.data;

    for (size_t b = 0; b < writer->block_count; b++) {
        const rls_block_info *block = &writer->blocks[b];
        bool with_freqs = dense || freqs_follow(writer, block, (size_t)(docs - writer->docs.data));
        if (!dense && block->docs_size > 0)
            rls_output_write(writer->output, docs, block->docs_size);
        if (with_freqs)
            rls_output_write(writer->output, freqs, block->freqs_size);
        docs += block->docs_size;
        freqs += block->freqs_size;
    }
}

static rls_status
end_long(rls_postings_writer *writer, rls_error *err)
{
    bool     dense = is_dense(writer), wide;
    bool     row = writer->text && writer->doc_freq >= writer->row.count / RLS_ROW_RANGES_A_POSTING;
    uint32_t tail_docs[RLS_BLOCK_SIZE], tail_count = 0;
    uint64_t  *offsets;
    rls_status status;

    if (writer->count == RLS_BLOCK_SIZE) {
        status = finish_full_block(writer, err);
    } else {
        tail_count = writer->count;
        memcpy(tail_docs, writer->block_docs, tail_count * sizeof *tail_docs);
        status = finish_tail(writer, dense, err);
    }
    if (status != RLS_OK)
        return status;
    offsets = rls_alloc(writer->heap, writer->block_count, sizeof *offsets);
    if (offsets == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the skips of %u documents",
                        (unsigned)writer->doc_freq);
    lay_out_blocks(writer, dense, offsets);
    wide = rls_skips_need_wide(writer->blocks, writer->block_count);
    put_head(writer, (row ? RLS_LONG_ROW : 0u) | (dense ? RLS_LONG_DENSE : 0u) |
                         (wide ? RLS_LONG_WIDE : 0u));
    rls_skips_put(&writer->head, writer->blocks, offsets, writer->block_count, writer->text,
                  writer->positional, wide);
    rls_free(writer->heap, offsets);
    if (row)
        rls_buffer_append(&writer->head, writer->row.bounds, writer->row.count);
    if (dense)
        put_dense_set(writer, tail_docs, tail_count);
    return RLS_OK;
}

rls_status
rls_postings_writer_end(rls_postings_writer *writer, rls_term_info *out_info, rls_error *err)
{
    uint64_t   docs_begin;
    bool       is_short = writer->block_count == 0;
    rls_status status;

    if (writer->count == 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a term without postings");
    rls_buffer_clear(&writer->head);
    status = is_short ? end_short(writer, err) : end_long(writer, err);
    if (status != RLS_OK)
        return status;
    if (writer->head.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a list of %u documents",
                        (unsigned)writer->doc_freq);
    docs_begin = writer->output->offset;
    rls_output_write(writer->output, writer->head.data, writer->head.size);
    if (!is_short)
        write_blocks(writer, is_dense(writer));
    *out_info = (rls_term_info){.doc_freq = writer->doc_freq,
                                .total_freq = writer->total_freq,
                                .postings_offset = writer->term_begin - writer->section_begin,
                                .positions_size = docs_begin - writer->term_begin,
                                .docs_size = writer->output->offset - docs_begin};
    writer->count = 0;
    return RLS_OK;
}
