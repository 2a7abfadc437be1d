#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/heap_faulty.h"
#include "support/runner.h"
#include "support/temp_folder.h"

static void
write_whole(const char *path, const void *bytes, size_t size, int flags)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

    CHECK(file >= 0);
    CHECK_EQ_I64(write(file, bytes, size), size);
    close(file);
}

TEST(a_file_is_read_whole_up_to_the_limit)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 100000};
    const char         *path = rls_test_path(rls_test_temp_folder(), "a.md");
    rls_heap            heap;
    rls_buffer          buffer;
    rls_file_stamp      stamp;
    rls_error           err = {0};
    bool                changed;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        uint8_t *bytes = malloc(sizes[s] + 1);

        for (size_t i = 0; i < sizes[s]; i++)
            bytes[i] = (uint8_t)(i * 13);
        write_whole(path, bytes, sizes[s], O_TRUNC);
        for (size_t round = 0; round < 2; round++) {
            CHECK_OK(rls_file_read(path, round == 0 ? sizes[s] : UINT64_MAX, &buffer, &stamp,
                                   &changed, &err));
            CHECK_EQ_U64(buffer.size, sizes[s]);
            CHECK(sizes[s] == 0 || memcmp(buffer.data, bytes, sizes[s]) == 0);
            CHECK(!changed && stamp.size == sizes[s] && stamp.mtime_ns > 0);
        }
        if (sizes[s] > 0) {
            CHECK_EQ_I64(rls_file_read(path, sizes[s] - 1, &buffer, &stamp, &changed, &err),
                         RLS_BAD_DOCUMENT);
            CHECK(err.message[0] != '\0');
        }
        free(bytes);
    }
    rls_buffer_release(&buffer);
    CHECK_EQ_U64(heap.used, 0);
}

TEST(what_is_no_regular_file_is_refused_at_once)
{
    const char     *folder = rls_test_temp_folder(), *fifo = rls_test_path(folder, "fifo");
    rls_file_reader reader;
    rls_error       err = {0};

    CHECK_EQ_I64(mkfifo(fifo, 0600), 0);
    CHECK_EQ_I64(rls_file_reader_open(&reader, fifo, &err), RLS_BAD_DOCUMENT);
    CHECK_EQ_I64(reader.descriptor, -1);
    CHECK_EQ_I64(rls_file_reader_open(&reader, folder, &err), RLS_BAD_DOCUMENT);
    CHECK_EQ_I64(rls_file_reader_open(&reader, "/dev/null", &err), RLS_BAD_DOCUMENT);
    CHECK_EQ_I64(rls_file_reader_open(&reader, rls_test_path(folder, "no"), &err), RLS_IO);
    CHECK_EQ_I64(err.system_error, ENOENT);
    rls_file_reader_close(&reader);
}

TEST(a_change_after_opening_is_noticed)
{
    const char     *path = rls_test_path(rls_test_temp_folder(), "a.md");
    rls_file_reader reader;
    rls_error       err = {0};
    uint8_t         bytes[10];
    size_t          size;
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1180310400, .tv_nsec = 5}};

    write_whole(path, "before", 6, O_TRUNC);
    CHECK_OK(rls_file_reader_open(&reader, path, &err));
    CHECK(!rls_file_reader_changed(&reader));
    CHECK_OK(rls_file_reader_read(&reader, bytes, sizeof bytes, &size, &err));
    CHECK_EQ_BYTES(bytes, size, "before");
    CHECK_OK(rls_file_reader_rewind(&reader, &err));
    CHECK_OK(rls_file_reader_read(&reader, bytes, 3, &size, &err));
    CHECK_EQ_BYTES(bytes, size, "bef");
    write_whole(path, "+", 1, O_APPEND);
    CHECK(rls_file_reader_changed(&reader));
    rls_file_reader_close(&reader);
    rls_file_reader_close(&reader);

    CHECK_OK(rls_file_reader_open(&reader, path, &err));
    CHECK_EQ_I64(utimensat(AT_FDCWD, path, times, 0), 0);
    CHECK(rls_file_reader_changed(&reader));
    rls_file_reader_close(&reader);
    CHECK_OK(rls_file_reader_open(&reader, path, &err));
    CHECK_EQ_I64(reader.stamp.mtime_ns, INT64_C(1180310400000000005));
    rls_file_reader_close(&reader);
}

TEST(a_file_without_memory_for_it_is_refused)
{
    const char     *path = rls_test_path(rls_test_temp_folder(), "a.md");
    rls_heap_faulty faulty;
    rls_heap        heap;
    rls_buffer      buffer;
    rls_file_stamp  stamp;
    bool            changed = false;

    write_whole(path, "text", 4, O_TRUNC);
    rls_heap_faulty_init(&faulty, 1, false);
    rls_heap_init(&heap, &faulty.allocator, SIZE_MAX);
    rls_buffer_init(&buffer, &heap);
    CHECK_EQ_I64(rls_file_read(path, 100, &buffer, &stamp, &changed, NULL), RLS_NO_MEMORY);
    CHECK_OK(rls_file_read(path, 100, &buffer, &stamp, &changed, NULL));
    CHECK_EQ_BYTES(buffer.data, buffer.size, "text");
    rls_buffer_release(&buffer);
    CHECK_EQ_U64(faulty.live, 0);
}
