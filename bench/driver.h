/* What the drivers of libreleasesearch share: the clock, input read before the clock runs, and
 * queries answered line by line. */
#ifndef RLS_BENCH_DRIVER_H
#define RLS_BENCH_DRIVER_H

#include <releasesearch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static inline uint64_t
now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Of all threads, user and system. */
static inline double
cpu_seconds(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static inline int
fail(const rls_error *err)
{
    fprintf(stderr, "bench: %s\n", err->message);
    return 2;
}

/* The whole of standard input; NULL when there is no memory for it. */
static inline char *
read_input(size_t *out_size)
{
    size_t capacity = 1 << 20, size = 0, got;
    char  *data = malloc(capacity);

    while (data != NULL && (got = fread(data + size, 1, capacity - size, stdin)) > 0) {
        size += got;
        if (size == capacity) {
            char *grown = realloc(data, capacity *= 2);
            if (grown == NULL)
                free(data);
            data = grown;
        }
    }
    *out_size = size;
    return data;
}

/* Gives lines of JSON to the writer, about a megabyte at a time. */
static inline rls_status
add_lines(rls_writer *writer, const char *data, size_t size, rls_error *err)
{
    size_t piece = 1 << 20;

    for (size_t at = 0; at < size;) {
        rls_file    file = RLS_FILE_INIT;
        size_t      end = at + piece < size ? at + piece : size;
        const char *newline = end == size ? NULL : memchr(data + end, '\n', size - end);
        rls_status  status;
        if (end < size)
            end = newline == NULL ? size : (size_t)(newline + 1 - data);
        file.bytes = data + at;
        file.size = end - at;
        file.format = RLS_FILE_JSONL;
        status = rls_writer_add_file(writer, &file, err);
        if (status != RLS_OK)
            return status;
        at = end;
    }
    return RLS_OK;
}

/* The whole of a program `NAME DIR < queries`: `answer` gets each line, and ends all by a status
 * that is not 0. */
static inline int
answer_lines(int argc, char **argv, int (*answer)(rls_snapshot *snapshot, const char *line))
{
    static char   line[1 << 16];
    rls_snapshot *snapshot;
    rls_error     err;
    int           status = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIR < queries\n", argv[0]);
        return 2;
    }
    if (rls_snapshot_open(argv[1], NULL, &snapshot, &err) != RLS_OK)
        return fail(&err);
    while (status == 0 && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        status = answer(snapshot, line);
    }
    rls_snapshot_close(snapshot);
    return status;
}

#endif
