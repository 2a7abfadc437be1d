/* Where a section's bytes go: to the segment's file, or to memory while they are part of a batch.
 * Failure is sticky below (rls_output, rls_buffer), so writers ask once at the end. */
#ifndef RLS_SEGMENT_SINK_H
#define RLS_SEGMENT_SINK_H

#include "base/buffer.h"
#include "directory/output.h"

typedef struct rls_sink {
    rls_output *output; /* NULL: to `buffer` */
    rls_buffer *buffer;
    uint64_t    size; /* bytes given so far */
} rls_sink;

static inline rls_sink
rls_sink_to_output(rls_output *output)
{
    return (rls_sink){.output = output};
}

static inline rls_sink
rls_sink_to_buffer(rls_buffer *buffer)
{
    return (rls_sink){.buffer = buffer};
}

static inline void
rls_sink_write(rls_sink *sink, const void *bytes, size_t size)
{
    if (sink->output != NULL)
        rls_output_write(sink->output, bytes, size);
    else
        rls_buffer_append(sink->buffer, bytes, size);
    sink->size += size;
}

static inline void
rls_sink_put_u32(rls_sink *sink, uint32_t value)
{
    uint8_t bytes[4];

    rls_set_u32(bytes, value);
    rls_sink_write(sink, bytes, sizeof bytes);
}

static inline void
rls_sink_put_u64(rls_sink *sink, uint64_t value)
{
    uint8_t bytes[8];

    rls_set_u64(bytes, value);
    rls_sink_write(sink, bytes, sizeof bytes);
}

/* The first failure so far; an output tells its own again when it is finished. */
static inline rls_status
rls_sink_status(const rls_sink *sink, rls_error *err)
{
    if (sink->output != NULL) {
        if (sink->output->status != RLS_OK && err != NULL)
            *err = sink->output->error;
        return sink->output->status;
    }
    if (sink->buffer->failed)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a section of a segment");
    return RLS_OK;
}

#endif
