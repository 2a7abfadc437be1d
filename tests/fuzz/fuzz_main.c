/* Makes a fuzz target a plain program, for builds without libFuzzer: every input of the saved
 * corpus, then a fixed number of seeded mutations of them. Prints TAP.
 *
 *   fuzz_<name> CORPUS MUTATIONS     the test
 *   fuzz_<name> FILE…                these inputs, to look into a failure
 *
 * When a mutation fails, the input is kept as <program>.failed in the current folder. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "fuzz.h"

enum {
    INPUT_MAX = 64 * 1024, /* bytes of a mutation */
    EDITS_MAX = 6
};

typedef struct input {
    uint8_t *bytes;
    size_t   size;
} input;

typedef struct corpus {
    input *inputs;
    size_t count;
} corpus;

/* What the handlers of a failure write. */
static input       current;
static char        kept_name[256];
static const char *stage = "";

void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void
keep_current(void)
{
    int file;

    if (current.bytes == NULL)
        return;
    file = open(kept_name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0)
        return;
    if (write(file, current.bytes, current.size) == (ssize_t)current.size)
        fprintf(stderr, "# input kept in %s (%s)\n", kept_name, stage);
    close(file);
    current.bytes = NULL;
}

static void
on_signal(int number)
{
    keep_current();
    signal(number, SIG_DFL);
    raise(number);
}

/* Each run gets a block of the exact size. */
static void
run(const uint8_t *bytes, size_t size)
{
    current = (input){fuzz_copy(rls_bytes_of(bytes, size), 0), size};
    LLVMFuzzerTestOneInput(current.bytes, size);
    free(current.bytes);
    current.bytes = NULL;
}

static bool
read_input(const char *path, input *out)
{
    FILE       *file = fopen(path, "rb");
    struct stat info;

    if (file == NULL || fstat(fileno(file), &info) != 0)
        return false;
    out->size = (size_t)info.st_size;
    out->bytes = malloc(out->size + 1);
    if (out->bytes == NULL || fread(out->bytes, 1, out->size, file) != out->size)
        return false;
    fclose(file);
    return true;
}

static int
is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void
read_corpus(const char *folder, corpus *out)
{
    struct dirent **names;
    int             count = scandir(folder, &names, is_input, alphasort);

    *out = (corpus){0};
    if (count < 0) {
        printf("Bail out! %s cannot be read\n", folder);
        exit(1);
    }
    out->inputs = calloc((size_t)count + 1, sizeof *out->inputs);
    if (out->inputs == NULL)
        abort();
    for (int i = 0; i < count; i++) {
        char path[4096];

        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (!read_input(path, &out->inputs[out->count++])) {
            printf("Bail out! %s cannot be read\n", path);
            exit(1);
        }
        free(names[i]);
    }
    free(names);
}

/* Replaces bytes [at, at + cut) by `with`, as far as there is room. */
static void
replace(input *in, size_t at, size_t cut, const uint8_t *with, size_t size)
{
    size_t behind = in->size - at - cut;

    if (in->size - cut + size > INPUT_MAX)
        return;
    memmove(in->bytes + at + size, in->bytes + at + cut, behind);
    if (size > 0)
        memcpy(in->bytes + at, with, size);
    in->size = at + size + behind;
}

static void
edit(input *in, const corpus *all, rls_random *random)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x7F, 0x80, 0xFF, '\n', ' ', '"',
                                      '-',  ':',  '[',  '*',  '&',  '{',  '<', '('};
    size_t               at = rls_random_below(random, (uint32_t)in->size + 1);
    size_t               left = in->size - at, size;
    uint8_t              bytes[32];
    const input         *other;

    switch (rls_random_below(random, 8)) {
    case 0: /* one bit */
        if (left > 0)
            in->bytes[at] ^= (uint8_t)(1u << rls_random_below(random, 8));
        break;
    case 1: /* one byte */
        if (left > 0)
            in->bytes[at] = telling[rls_random_below(random, sizeof telling)];
        break;
    case 2: /* a number a little larger or smaller */
        if (left > 0)
            in->bytes[at] = (uint8_t)(in->bytes[at] + rls_random_below(random, 33) - 16);
        break;
    case 3: /* cut off */
        if (rls_random_below(random, 4) == 0)
            in->size = at;
        break;
    case 4: /* taken out */
        size = 1 + rls_random_below(random, 32);
        replace(in, at, size < left ? size : left, NULL, 0);
        break;
    case 5: /* put in */
        size = 1 + rls_random_below(random, sizeof bytes);
        memset(bytes, telling[rls_random_below(random, sizeof telling)], sizeof bytes);
        for (size_t i = 0; i < size && size % 2 == 0; i++)
            bytes[i] = (uint8_t)rls_random_next(random);
        replace(in, at, 0, bytes, size);
        break;
    case 6: /* twice, or over something else */
        if (left > 0) {
            size = 1 + rls_random_below(random, sizeof bytes);
            size = size < left ? size : left;
            memcpy(bytes, in->bytes + at, size);
            at = rls_random_below(random, (uint32_t)in->size + 1);
            left = in->size - at;
            replace(in, at,
                    rls_random_below(random, 2) == 0 ? 0
                    : size < left                    ? size
                                                     : left,
                    bytes, size);
        }
        break;
    default: /* the end of another */
        other = &all->inputs[rls_random_below(random, (uint32_t)all->count)];
        size = rls_random_below(random, (uint32_t)other->size + 1);
        replace(in, at, left, other->bytes + size, other->size - size);
        break;
    }
}

static void
run_mutations(const corpus *all, uint64_t seed, unsigned long count)
{
    rls_random random = {seed};
    input      in = {malloc(INPUT_MAX), 0};
    char       where[64];

    if (in.bytes == NULL)
        abort();
    stage = where;
    for (unsigned long i = 0; i < count; i++) {
        const input *from = &all->inputs[rls_random_below(&random, (uint32_t)all->count)];
        uint32_t     edits = 1 + rls_random_below(&random, EDITS_MAX);

        in.size = from->size < INPUT_MAX ? from->size : INPUT_MAX;
        memcpy(in.bytes, from->bytes, in.size);
        while (edits-- > 0)
            edit(&in, all, &random);
        snprintf(where, sizeof where, "mutation %lu of seed %" PRIu64, i, seed);
        run(in.bytes, in.size);
    }
    free(in.bytes);
}

int
main(int argc, char **argv)
{
    const char   *slash = strrchr(argv[0], '/'), *name = slash == NULL ? argv[0] : slash + 1;
    const char   *seed_text = getenv("RLS_TEST_SEED");
    uint64_t      seed = seed_text == NULL ? 1 : strtoull(seed_text, NULL, 0);
    unsigned long mutations;
    struct stat   info;
    corpus        all;

    snprintf(kept_name, sizeof kept_name, "%.200s.failed", name);
    signal(SIGABRT, on_signal);
    if (__sanitizer_set_death_callback != NULL)
        __sanitizer_set_death_callback(keep_current);

    if (argc < 2 || stat(argv[1], &info) != 0 || !S_ISDIR(info.st_mode)) {
        for (int i = 1; i < argc; i++) {
            input in = {0};

            if (!read_input(argv[i], &in)) {
                fprintf(stderr, "%s: %s cannot be read\n", name, argv[i]);
                return 2;
            }
            run(in.bytes, in.size);
            free(in.bytes);
        }
        return argc < 2 ? 2 : 0;
    }

    mutations = argc < 3 ? 0 : strtoul(argv[2], NULL, 10);
    printf("1..1\n");
    fflush(stdout);
    read_corpus(argv[1], &all);
    stage = "saved input";
    run((const uint8_t *)"", 0);
    for (size_t i = 0; i < all.count; i++)
        run(all.inputs[i].bytes, all.inputs[i].size);
    if (all.count > 0)
        run_mutations(&all, seed, mutations);
    printf("%s 1 - %s: %zu saved inputs and %lu mutations of them\n",
           all.count > 0 ? "ok" : "not ok", name, all.count, mutations);
    for (size_t i = 0; i < all.count; i++)
        free(all.inputs[i].bytes);
    free(all.inputs);
    return all.count > 0 ? 0 : 1;
}
