/* Exam 3: each allocation fails in turn through every function of include/. A failure is told as
 * RLS_NO_MEMORY in one line, or is survived with the same results; nothing leaks; the index stays
 * whole, and the same calls succeed with memory again. The last test, which needs the others,
 * compares what was called with what the headers declare. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "scenes.h"
#include "support/exam.h"
#include "support/malloc_faulty.h"
#include "support/runner.h"
#include "support/temp_folder.h"

/* Opens and is clean, when there is one. */
static bool
is_whole(const char *folder)
{
    rls_snapshot *snapshot;
    rls_error     err = {.message = ""};
    rls_status    status = rls_snapshot_open(folder, NULL, &snapshot, &err);

    if (status == RLS_OK) {
        status = rls_snapshot_check(snapshot, NULL, NULL, &err);
        rls_snapshot_close(snapshot);
    }
    if (status == RLS_OK || status == RLS_NOT_FOUND)
        return true;
    printf("# the index: %s\n", err.message);
    return false;
}

static bool
survives(const scene_kind *kind, const scene *place, uint64_t n, bool for_good, uint64_t digest,
         bool *out_failed)
{
    scene      s = *place;
    long       live;
    rls_status status;
    bool       good = true;

    rls_malloc_faulty_arm(n, for_good);
    status = kind->run(&s);
    *out_failed = rls_malloc_faulty_disarm(&live);
    if (live != 0) {
        printf("# %ld blocks leak\n", live);
        good = false;
    }
    if (status == RLS_OK && s.digest != digest) {
        printf("# survived with other results\n");
        good = false;
    }
    if (status != RLS_OK && (!*out_failed || s.err.status != status)) {
        printf("# returns %d, told %d\n", (int)status, (int)s.err.status);
        good = false;
    }
    if (status != RLS_OK)
        good = rls_exam_is_told(&s.err, RLS_NO_MEMORY, 0) && good;
    /* What could not be mended, too, is as before. */
    if (status != RLS_OK && kind->prepare != NULL && kind->run(&s) != RLS_OK) {
        printf("# does not work afterwards: %s\n", s.err.message);
        good = false;
    }
    return is_whole(s.folder) && good;
}

static void
fail_in_turn(rls_exam *exam, const scene_kind *kind, const scene *place)
{
    scene undisturbed = *place;

    if (kind->prepare != NULL)
        kind->prepare(place);
    if (kind->run(&undisturbed) != RLS_OK)
        rls_test_fail(__FILE__, __LINE__, "%s: %s", kind->name, undisturbed.err.message);
    for (int for_good = 0; for_good < 2; for_good++) {
        bool failed = true;

        for (uint64_t n = 1; failed; n += rls_exam_full() || n < 40 ? 1 : 1 + n / 100) {
            bool good;

            if (kind->prepare != NULL)
                kind->prepare(place);
            good = survives(kind, place, n, for_good, undisturbed.digest, &failed);
            rls_exam_point(exam, good, "%s, allocation %" PRIu64 "%s", kind->name, n,
                           for_good ? " and all later ones" : "");
        }
    }
}

TEST(any_allocation_of_any_call_may_fail)
{
    static const char written[] = "---\ntitle: A file\nlang: de\n---\n**Häuser**, munitions.\n";
    char              folder[4096], root[4096], file[8192];
    scene             place = {.folder = folder, .root = root, .file = file};
    rls_exam          exam = rls_exam_begin(3, "memory, each allocation of every function");
    FILE             *out;

    snprintf(folder, sizeof folder, "%s", rls_test_temp_folder());
    snprintf(root, sizeof root, "%s", rls_test_temp_folder());
    snprintf(file, sizeof file, "%s/file.md", root);
    out = fopen(file, "wb");
    CHECK(out != NULL && fputs(written, out) >= 0 && fclose(out) == 0);
    for (size_t i = 0; i < scene_count; i++)
        fail_in_turn(&exam, &scene_kinds[i], &place);
    rls_exam_end(&exam);
}

/* --- that it was every function --- */

/* Functions that a header declares: the name before the first parenthesis behind RLS_API. */
static uint32_t
count_uncalled(const char *path, uint32_t *out_declared)
{
    static char text[1 << 18];
    FILE       *header = fopen(path, "rb");
    uint32_t    uncalled = 0;

    CHECK(header != NULL);
    text[fread(text, 1, sizeof text - 1, header)] = '\0';
    fclose(header);
    for (const char *at = text; (at = strstr(at, "\nRLS_API ")) != NULL;) {
        const char *end = strchr(++at, '('), *start = end;

        CHECK(end != NULL);
        while (start[-1] != ' ' && start[-1] != '*')
            start--;
        ++*out_declared;
        if (!scene_called(start, (size_t)(end - start))) {
            printf("# not called: %.*s\n", (int)(end - start), start);
            uncalled++;
        }
    }
    return uncalled;
}

TEST(every_function_of_the_headers_was_called)
{
    const char          *root = getenv("RLS_SOURCE_ROOT");
    char                 folder[4096], path[8192];
    const struct dirent *entry;
    uint32_t             uncalled = 0, declared = 0;
    DIR                 *stream;

    snprintf(folder, sizeof folder, "%s/include/releasesearch", root == NULL ? "." : root);
    stream = opendir(folder);
    CHECK(stream != NULL);
    while ((entry = readdir(stream)) != NULL) {
        if (strstr(entry->d_name, ".h") == NULL)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        uncalled += count_uncalled(path, &declared);
    }
    closedir(stream);
    printf("# %" PRIu32 " functions declared\n", declared);
    CHECK(declared >= 80);
    CHECK_EQ_U64(uncalled, 0);
}
