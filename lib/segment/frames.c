#include "segment/frames.h"

void
rls_packed_writer_init(rls_packed_writer *writer, rls_sink *sink, uint32_t width)
{
    *writer = (rls_packed_writer){.sink = sink, .width = width};
}

/* At most 7 bits are pending between calls, so that a value of 57 bits fits beside them; wider ones
 * go in two halves. */
static void
put_bits(rls_packed_writer *writer, uint64_t value, uint32_t width)
{
    writer->pending |= value << writer->pending_count;
    writer->pending_count += width;
    while (writer->pending_count >= 8) {
        uint8_t byte = (uint8_t)writer->pending;

        rls_sink_write(writer->sink, &byte, 1);
        writer->pending >>= 8;
        writer->pending_count -= 8;
    }
}

void
rls_packed_writer_put(rls_packed_writer *writer, uint64_t value)
{
    if (writer->width > 32) {
        put_bits(writer, value & UINT32_MAX, 32);
        put_bits(writer, value >> 32, writer->width - 32);
    } else {
        put_bits(writer, value, writer->width);
    }
}

void
rls_packed_writer_finish(rls_packed_writer *writer)
{
    if (writer->pending_count > 0)
        put_bits(writer, 0, 8 - writer->pending_count);
}

void
rls_frames_writer_init(rls_frames_writer *writer, rls_heap *heap)
{
    rls_buffer_init(&writer->directory, heap);
    rls_buffer_init(&writer->data, heap);
    writer->pending_count = 0;
    writer->count = 0;
}

void
rls_frames_writer_release(rls_frames_writer *writer)
{
    rls_buffer_release(&writer->directory);
    rls_buffer_release(&writer->data);
}

static void
flush(rls_frames_writer *writer)
{
    uint64_t          least = UINT64_MAX, greatest = 0;
    uint32_t          width;
    rls_sink          sink = rls_sink_to_buffer(&writer->data);
    rls_packed_writer packed;

    for (uint32_t i = 0; i < writer->pending_count; i++) {
        least = writer->pending[i] < least ? writer->pending[i] : least;
        greatest = writer->pending[i] > greatest ? writer->pending[i] : greatest;
    }
    width = rls_packed_width(greatest - least);
    rls_buffer_put_u64(&writer->directory, least);
    rls_buffer_put_u64(&writer->directory, (uint64_t)writer->data.size << 8 | width);
    rls_packed_writer_init(&packed, &sink, width);
    for (uint32_t i = 0; i < writer->pending_count; i++)
        rls_packed_writer_put(&packed, writer->pending[i] - least);
    rls_packed_writer_finish(&packed);
    writer->pending_count = 0;
}

void
rls_frames_writer_put(rls_frames_writer *writer, uint64_t value)
{
    writer->pending[writer->pending_count++] = value;
    writer->count++;
    if (writer->pending_count == RLS_FRAME_SIZE)
        flush(writer);
}

rls_status
rls_frames_writer_finish(rls_frames_writer *writer, rls_sink *sink, rls_error *err)
{
    if (writer->pending_count > 0)
        flush(writer);
    if (writer->directory.failed || writer->data.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %llu numbers of a segment",
                        (unsigned long long)writer->count);
    rls_sink_put_u64(sink, writer->data.size);
    rls_sink_write(sink, writer->directory.data, writer->directory.size);
    rls_sink_write(sink, writer->data.data, writer->data.size);
    rls_buffer_clear(&writer->directory);
    rls_buffer_clear(&writer->data);
    writer->count = 0;
    return rls_sink_status(sink, err);
}

void
rls_frames_open(rls_frames *frames, rls_input *input, uint64_t count)
{
    uint64_t frame_count = count / RLS_FRAME_SIZE + (count % RLS_FRAME_SIZE != 0);

    *frames = (rls_frames){0};
    frames->data_size = rls_input_u64(input);
    if (frame_count > rls_input_left(input) / RLS_FRAME_ENTRY)
        input->failed = true;
    frames->directory = rls_input_bytes(input, frame_count * RLS_FRAME_ENTRY).data;
    frames->data = rls_input_bytes(input, frames->data_size).data;
    if (input->failed)
        *frames = (rls_frames){0};
    else
        frames->count = count;
}

uint64_t
rls_frames_get(const rls_frames *frames, uint64_t i)
{
    const uint8_t *entry;
    uint64_t       base, offset, bit;
    uint32_t       width;

    if (i >= frames->count)
        return 0;
    entry = frames->directory + i / RLS_FRAME_SIZE * RLS_FRAME_ENTRY;
    base = rls_get_u64(entry);
    offset = rls_get_u64(entry + 8);
    width = offset & 0xff;
    offset >>= 8;
    if (width == 0 || width > 64 || offset > frames->data_size)
        return base;
    bit = i % RLS_FRAME_SIZE * width;
    if (frames->data_size - offset < (bit + width + 7) / 8)
        return base;
    return base + rls_packed_get(frames->data + offset, width, i % RLS_FRAME_SIZE);
}

void
rls_frames_get_run(const rls_frames *frames, uint64_t from, uint32_t count, uint64_t *out)
{
    while (count > 0) {
        uint32_t       at = from % RLS_FRAME_SIZE, here = RLS_FRAME_SIZE - at;
        const uint8_t *entry = frames->directory + from / RLS_FRAME_SIZE * RLS_FRAME_ENTRY;
        uint64_t       base, offset;
        uint32_t       width;

        here = here < count ? here : count;
        if (from >= frames->count || frames->count - from < here) {
            *out++ = rls_frames_get(frames, from++); /* the last ones, or beyond */
            count--;
            continue;
        }
        base = rls_get_u64(entry);
        offset = rls_get_u64(entry + 8);
        width = offset & 0xff;
        offset >>= 8;
        if (width == 0 || width > 64 || offset > frames->data_size ||
            frames->data_size - offset < ((uint64_t)(at + here) * width + 7) / 8) {
            for (uint32_t i = 0; i < here; i++)
                out[i] = rls_frames_get(frames, from + i);
        } else {
            for (uint32_t i = 0; i < here; i++)
                out[i] = base + rls_packed_get(frames->data + offset, width, at + i);
        }
        from += here;
        out += here;
        count -= here;
    }
}

bool
rls_frames_check(const rls_frames *frames)
{
    uint64_t at = 0;

    for (uint64_t first = 0; first < frames->count; first += RLS_FRAME_SIZE) {
        const uint8_t *entry = frames->directory + first / RLS_FRAME_SIZE * RLS_FRAME_ENTRY;
        uint64_t       left = frames->count - first;
        uint64_t       count = left < RLS_FRAME_SIZE ? left : RLS_FRAME_SIZE;
        uint64_t       place = rls_get_u64(entry + 8), bits;
        uint32_t       width = place & 0xff;

        if (place >> 8 != at || width > 64)
            return false;
        bits = count * width;
        at += (bits + 7) / 8;
        if (at > frames->data_size)
            return false;
        if (bits % 8 != 0 && frames->data[at - 1] >> bits % 8 != 0)
            return false;
    }
    return at == frames->data_size;
}

uint64_t
rls_frames_find(const rls_frames *frames, uint64_t from, uint64_t to, uint64_t target)
{
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;

        if (rls_frames_get(frames, middle) < target)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}
