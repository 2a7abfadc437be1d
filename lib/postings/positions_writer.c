#include "postings/positions_writer.h"

#include "postings/position_codes.h"
#include "postings/posting_tail.h"

enum {
    POSITION_ROOM = 12, /* bytes: the longest code of a position, and as much of its form code as is
                           chosen over a fixed width */
    HEAD_ROOM = 512,
    CODES_AT_ONCE = 16
};

void
rls_positions_writer_init(rls_positions_writer *writer, rls_heap *heap, const rls_norms *norms)
{
    *writer = (rls_positions_writer){.heap = heap, .norms = norms};
    rls_buffer_init(&writer->stream, heap);
}

void
rls_positions_writer_release(rls_positions_writer *writer)
{
    rls_free(writer->heap, writer->positions);
    rls_free(writer->heap, writer->above);
    rls_buffer_release(&writer->stream);
    writer->positions = NULL;
    writer->above = NULL;
}

void
rls_positions_writer_clear(rls_positions_writer *writer)
{
    writer->position_count = 0;
    writer->above_count = 0;
    writer->codes_or = 0;
    writer->repeats = false;
}

/* Keeps the codes above 0, of positions from `at` on. */
static rls_status
add_codes(rls_positions_writer *writer, uint32_t at, const uint32_t *codes, size_t count,
          uint32_t form_count, rls_error *err)
{
    rls_code_above *above;

    if (writer->above_count + count > writer->above_capacity &&
        !rls_grow(writer->heap, (void **)&writer->above, &writer->above_capacity,
                  writer->above_count + count, sizeof *writer->above))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %zu form codes",
                        writer->above_count + count);
    above = writer->above + writer->above_count;
    for (size_t i = 0; i < count; i++) {
        if (codes[i] >= form_count)
            return rls_fail(err, RLS_BAD_ARGUMENT, "form %u of %u", (unsigned)codes[i],
                            (unsigned)form_count);
        *above = (rls_code_above){at + (uint32_t)i, codes[i]};
        above += codes[i] != 0;
        writer->codes_or |= codes[i];
    }
    writer->above_count = (size_t)(above - writer->above);
    return RLS_OK;
}

rls_status
rls_positions_writer_add(rls_positions_writer *writer, const rls_field_freq *fields,
                         size_t field_count, const uint32_t *positions, const uint32_t *codes,
                         uint64_t count, uint32_t form_count, rls_error *err)
{
    size_t   before = writer->position_count;
    uint32_t descends = 0, repeats = 0;

    if (count > UINT32_MAX - before)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%llu positions in one block of postings",
                        (unsigned long long)(before + count));
    if (before + count > writer->positions_capacity &&
        !rls_grow(writer->heap, (void **)&writer->positions, &writer->positions_capacity,
                  before + count, sizeof *writer->positions))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %zu positions", before + (size_t)count);
    memcpy(writer->positions + before, positions, count * sizeof *positions);
    for (size_t f = 0; f < field_count; f++) {
        for (uint32_t i = 1; i < fields[f].freq; i++) {
            descends |= positions[i] < positions[i - 1];
            repeats |= positions[i] == positions[i - 1];
        }
        positions += fields[f].freq;
    }
    if (descends != 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "positions descend");
    writer->repeats |= repeats != 0;
    writer->position_count = before + count;
    /* Most codes are 0, which is seen fastest of some at a time. */
    for (size_t i = 0; i < count; i += CODES_AT_ONCE) {
        size_t     some = count - i < CODES_AT_ONCE ? count - i : CODES_AT_ONCE;
        uint32_t   any = 0;
        rls_status status;

        for (size_t j = 0; j < some; j++)
            any |= codes[i + j];
        if (any == 0)
            continue;
        status = add_codes(writer, (uint32_t)(before + i), codes + i, some, form_count, err);
        if (status != RLS_OK)
            return status;
    }
    return RLS_OK;
}

/* False when a quotient is too large, unless `wild`. */
static inline bool
put_field(bit_sink *sink, const uint32_t *positions, uint32_t freq, uint8_t length_byte,
          uint32_t least_gap, bool wild)
{
    const rls_position_model *model = &rls_position_models[length_byte];
    uint32_t                  k;

    if (freq == 1) {
        rls_position_put_single(sink, positions[0], model);
        return true;
    }
    k = rls_position_rice(freq, model->length);
    if (!wild)
        return rls_positions_put(sink, positions, freq, k, least_gap);
    bit_sink_put_rice(sink, positions[0], k);
    for (uint32_t i = 1; i < freq; i++)
        bit_sink_put_rice(sink, positions[i] - positions[i - 1] - least_gap, k);
    return true;
}

/* How form codes of the block are put, and in how many bits. */
typedef struct codes_plan {
    rls_codes_mode mode;
    uint32_t       width, gap_rice, code_rice;
} codes_plan;

static codes_plan
plan_codes(const rls_positions_writer *writer)
{
    codes_plan plan = {.mode = RLS_CODES_NONE};
    uint32_t   above = (uint32_t)writer->above_count, from = 0;
    uint64_t   fixed_size, sparse_size, sum = 0;

    if (above == 0)
        return plan;
    for (uint32_t i = 0; i < above; i++)
        sum += writer->above[i].code - 1;
    plan.width = rls_bitpack_width(writer->codes_or);
    plan.gap_rice = rls_gap_rice((uint32_t)writer->position_count - above, above);
    plan.code_rice = rls_gap_rice((uint32_t)(sum / above), 1);
    if (plan.code_rice > 7)
        plan.code_rice = 7;
    fixed_size = 5 + writer->position_count * (uint64_t)plan.width;
    sparse_size = 5 + 3 + 5 + rls_bitpack_width(above);
    for (uint32_t i = 0; i < above && sparse_size < fixed_size; i++) {
        sparse_size += bit_rice_size(writer->above[i].at - from, plan.gap_rice) +
                       bit_rice_size(writer->above[i].code - 1, plan.code_rice);
        from = writer->above[i].at + 1;
    }
    plan.mode = sparse_size < fixed_size ? RLS_CODES_SPARSE : RLS_CODES_FIXED;
    return plan;
}

static void
put_fixed_codes(const rls_positions_writer *writer, bit_sink *sink, uint32_t width)
{
    size_t next = 0;

    bit_sink_put(sink, width - 1, 5);
    for (size_t i = 0; i < writer->position_count; i++) {
        bool above = next < writer->above_count && writer->above[next].at == i;
        bit_sink_put(sink, above ? writer->above[next].code : 0, width);
        next += above;
    }
}

static void
put_sparse_codes(const rls_positions_writer *writer, bit_sink *sink, const codes_plan *plan)
{
    uint32_t count_width = rls_bitpack_width((uint32_t)writer->above_count), from = 0;

    bit_sink_put(sink, plan->gap_rice, 5);
    bit_sink_put(sink, plan->code_rice, 3);
    bit_sink_put(sink, count_width - 1, 5);
    bit_sink_put(sink, writer->above_count, count_width);
    for (size_t i = 0; i < writer->above_count; i++) {
        bit_sink_put_rice(sink, writer->above[i].at - from, plan->gap_rice);
        bit_sink_put_rice(sink, writer->above[i].code - 1, plan->code_rice);
        from = writer->above[i].at + 1;
    }
}

/* Postings on their way to bits. */
typedef struct block_postings {
    const uint32_t       *docs;
    const rls_field_freq *entries;
    const uint32_t       *entry_ends;
    uint32_t              count, run;
} block_postings;

/* The positions of all postings into writer->stream; where each run ends, in bits. False when some
 * quotient is too large, unless writer->wild. */
static bool
fill_stream(rls_positions_writer *writer, const block_postings *block, uint64_t *run_ends)
{
    const rls_field_norms *fields = writer->norms->fields;
    const uint32_t        *positions = writer->positions;
    uint32_t               least_gap = writer->repeats ? 0 : 1, e = 0;
    bit_sink               sink;

    bit_sink_init(&sink, writer->stream.data);
    for (uint32_t i = 0; i < block->count; i++) {
        /* A posting has an entry at least. */
        do {
            rls_field_freq entry = block->entries[e];
            uint8_t        byte = rls_field_norms_get(&fields[entry.field], block->docs[i]);
            if (!put_field(&sink, positions, entry.freq, byte, least_gap, writer->wild))
                return false;
            positions += entry.freq;
        } while (++e < block->entry_ends[i]);
        if (i % block->run == block->run - 1)
            run_ends[i / block->run] = bit_sink_count(&sink);
    }
    run_ends[(block->count - 1) / block->run] = bit_sink_count(&sink);
    bit_sink_finish(&sink);
    return true;
}

static void
copy_bits(bit_sink *sink, const uint8_t *from, uint64_t count)
{
    for (; count >= 48; count -= 48, from += 6)
        bit_sink_put(sink, rls_get_u64(from) & ((UINT64_C(1) << 48) - 1), 48);
    if (count > 0)
        bit_sink_put(sink, rls_get_u64(from) & ((UINT64_C(1) << count) - 1), (uint32_t)count);
}

rls_status
rls_positions_writer_put(rls_positions_writer *writer, rls_buffer *out, const uint32_t *docs,
                         const rls_field_freq *entries, const uint32_t *entry_ends,
                         uint32_t posting_count, bool tell_repeats, bool several_forms,
                         rls_error *err)
{
    block_postings block = {docs, entries, entry_ends, posting_count,
                            rls_position_run(writer->position_count, posting_count)};
    uint64_t       run_ends[RLS_RUN_MAX], bits, longest = 0;
    uint32_t       told = (posting_count - 1) / block.run;
    size_t         room;
    codes_plan     plan = plan_codes(writer);
    bit_sink       sink;

    if (writer->position_count > (SIZE_MAX - HEAD_ROOM) / POSITION_ROOM)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %zu positions", writer->position_count);
    room = writer->position_count * POSITION_ROOM + HEAD_ROOM;
    rls_buffer_clear(&writer->stream);
    if (!rls_buffer_reserve(&writer->stream, room) || !rls_buffer_reserve(out, room))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %zu positions", writer->position_count);
    writer->wild = false;
    if (!fill_stream(writer, &block, run_ends)) {
        writer->wild = true;
        fill_stream(writer, &block, run_ends);
    }
    bits = run_ends[(posting_count - 1) / block.run];

    bit_sink_init(&sink, out->data + out->size);
    if (tell_repeats && !writer->repeats && !writer->wild)
        bit_sink_put(&sink, 0, 1);
    else if (tell_repeats)
        bit_sink_put(&sink, 1u | (uint32_t)writer->repeats << 1 | (uint32_t)writer->wild << 2, 3);
    if (several_forms)
        bit_sink_put(&sink, plan.mode, 2);
    told += plan.mode != RLS_CODES_NONE;
    for (uint32_t s = 0; s < told; s++) {
        uint64_t size = run_ends[s] - (s == 0 ? 0 : run_ends[s - 1]);
        longest = size > longest ? size : longest;
    }
    if (longest >= UINT64_C(1) << 31)
        return rls_fail(err, RLS_BAD_ARGUMENT, "%zu positions in one block of postings",
                        writer->position_count);
    if (told > 0) {
        uint32_t width = rls_bitpack_width((uint32_t)longest);
        bit_sink_put(&sink, width, 5);
        for (uint32_t s = 0; s < told; s++)
            bit_sink_put(&sink, run_ends[s] - (s == 0 ? 0 : run_ends[s - 1]), width);
    }
    copy_bits(&sink, writer->stream.data, bits);
    if (plan.mode == RLS_CODES_FIXED)
        put_fixed_codes(writer, &sink, plan.width);
    else if (plan.mode == RLS_CODES_SPARSE)
        put_sparse_codes(writer, &sink, &plan);
    out->size = (size_t)(bit_sink_finish(&sink) - out->data);
    rls_positions_writer_clear(writer);
    return RLS_OK;
}
