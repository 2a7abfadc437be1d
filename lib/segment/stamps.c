#include "segment/stamps.h"

#include <inttypes.h>
#include <stdio.h>

#define SECOND INT64_C(1000000000) /* in nanoseconds */
#define SIGN (UINT64_C(1) << 63)

enum {
    RAW_SIZE = 16 /* of a stamp in the writer: mtime, inode */
};

void
rls_stamps_name(const uint8_t *segment_id, char *out)
{
    for (int i = 0; i < RLS_ID_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", segment_id[i]);
    memcpy(out + 2 * RLS_ID_SIZE, ".stm", 5);
}

void
rls_stamps_writer_init(rls_stamps_writer *writer, rls_heap *heap)
{
    *writer = (rls_stamps_writer){.heap = heap, .whole_seconds = true};
    rls_buffer_init(&writer->raw, heap);
}

void
rls_stamps_writer_release(rls_stamps_writer *writer)
{
    if (writer->heap == NULL)
        return;
    rls_buffer_release(&writer->raw);
    *writer = (rls_stamps_writer){0};
}

void
rls_stamps_writer_add(rls_stamps_writer *writer, int64_t mtime_ns, uint64_t inode)
{
    rls_buffer_put_u64(&writer->raw, (uint64_t)mtime_ns);
    rls_buffer_put_u64(&writer->raw, inode);
    writer->count++;
    if (mtime_ns % SECOND != 0)
        writer->whole_seconds = false;
}

static rls_status
put_inodes(const rls_stamps_writer *writer, rls_sink *sink, rls_error *err)
{
    rls_frames_writer frames;
    rls_status        status;

    rls_frames_writer_init(&frames, writer->heap);
    for (uint32_t i = 0; i < writer->count; i++)
        rls_frames_writer_put(&frames, rls_get_u64(writer->raw.data + (size_t)i * RAW_SIZE + 8));
    status = rls_frames_writer_finish(&frames, sink, err);
    rls_frames_writer_release(&frames);
    return status;
}

static rls_status
put_mtimes(const rls_stamps_writer *writer, rls_sink *sink, rls_error *err)
{
    rls_frames_writer frames;
    rls_status        status;

    rls_frames_writer_init(&frames, writer->heap);
    for (uint32_t i = 0; i < writer->count; i++) {
        int64_t mtime = (int64_t)rls_get_u64(writer->raw.data + (size_t)i * RAW_SIZE);

        rls_frames_writer_put(&frames,
                              (uint64_t)(writer->whole_seconds ? mtime / SECOND : mtime) ^ SIGN);
    }
    status = rls_frames_writer_finish(&frames, sink, err);
    rls_frames_writer_release(&frames);
    return status;
}

rls_status
rls_stamps_writer_put_body(const rls_stamps_writer *writer, rls_sink *sink, rls_error *err)
{
    rls_status status;

    if (writer->raw.failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for %" PRIu32 " stamps", writer->count);
    rls_sink_put_u32(sink, writer->count);
    rls_sink_put_u32(sink, writer->whole_seconds ? RLS_STAMPS_SECONDS : 0);
    status = put_inodes(writer, sink, err);
    if (status == RLS_OK)
        status = put_mtimes(writer, sink, err);
    return status == RLS_OK ? rls_sink_status(sink, err) : status;
}

rls_status
rls_stamps_writer_put_file(const rls_stamps_writer *writer, rls_directory *directory,
                           const uint8_t *segment_id, const char *name, rls_error *err)
{
    rls_envelope envelope = {.kind = 'T', .format = RLS_STAMPS_FORMAT};
    rls_output   output;
    rls_sink     sink;
    rls_status   status;

    memcpy(envelope.id, segment_id, RLS_ID_SIZE);
    status = rls_output_open(&output, directory, name, err);
    if (status != RLS_OK)
        return status;
    rls_envelope_begin(&output, &envelope);
    sink = rls_sink_to_output(&output);
    status = rls_stamps_writer_put_body(writer, &sink, err);
    if (status == RLS_OK) {
        rls_envelope_end(&output);
        status = rls_output_finish(&output, true, err);
    } else {
        rls_output_abandon(&output);
    }
    if (status != RLS_OK)
        directory->ops->remove(directory, name, NULL);
    return status;
}

rls_status
rls_stamps_open_body(rls_stamps *out_stamps, rls_bytes body, uint32_t count, const char *name,
                     rls_error *err)
{
    rls_stamps stamps = {0};
    rls_input  input;
    uint32_t   flags;

    *out_stamps = stamps;
    rls_input_init(&input, body);
    stamps.count = rls_input_u32(&input);
    flags = rls_input_u32(&input);
    if (input.failed || flags > RLS_STAMPS_SECONDS)
        return rls_fail(err, RLS_CORRUPT, "%s: stamps: the head is damaged", name);
    if (stamps.count != count)
        return rls_fail(err, RLS_CORRUPT,
                        "%s: stamps of %" PRIu32 " sources, the segment has %" PRIu32, name,
                        stamps.count, count);
    stamps.seconds = (flags & RLS_STAMPS_SECONDS) != 0;
    rls_frames_open(&stamps.inodes, &input, count);
    rls_frames_open(&stamps.mtimes, &input, count);
    if (input.failed || rls_input_left(&input) != 0 || !rls_frames_check(&stamps.inodes) ||
        !rls_frames_check(&stamps.mtimes))
        return rls_fail(err, RLS_CORRUPT, "%s: stamps: the arrays are damaged", name);
    *out_stamps = stamps;
    return RLS_OK;
}

rls_status
rls_stamps_open_file(rls_stamps *out_stamps, rls_bytes file, const uint8_t *segment_id,
                     uint32_t count, const char *name, rls_error *err)
{
    rls_envelope envelope;
    rls_bytes    body;
    rls_status   status;

    *out_stamps = (rls_stamps){0};
    status = rls_envelope_open(file, name, 'T', RLS_STAMPS_FORMAT, true, &envelope, &body, err);
    if (status != RLS_OK)
        return status;
    if (memcmp(envelope.id, segment_id, RLS_ID_SIZE) != 0)
        return rls_fail(err, RLS_CORRUPT, "%s: stamps of another segment", name);
    return rls_stamps_open_body(out_stamps, body, count, name, err);
}

void
rls_stamps_get(const rls_stamps *stamps, uint32_t number, int64_t *out_mtime_ns,
               uint64_t *out_inode)
{
    uint64_t mtime;

    *out_mtime_ns = 0;
    *out_inode = 0;
    if (number >= stamps->count)
        return;
    mtime = rls_frames_get(&stamps->mtimes, number) ^ SIGN;
    /* As unsigned: seconds that nobody wrote must not overflow. */
    *out_mtime_ns = (int64_t)(stamps->seconds ? mtime * (uint64_t)SECOND : mtime);
    *out_inode = rls_frames_get(&stamps->inodes, number);
}
