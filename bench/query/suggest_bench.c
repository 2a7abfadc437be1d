/* What a search offers while and after it is typed: completion at every letter, did you mean for a
 * word with a letter missing, documents that are like the first hit.
 *
 *   suggest_bench DIR < queries, one a line
 *
 * Prints a line each: what, nanoseconds, the least of three; likenesses after their search. */
#include "../driver.h"

static int
complete(rls_snapshot *snapshot, const char *text)
{
    rls_error err;

    for (size_t size = 1; size <= strlen(text); size++) {
        uint64_t least = UINT64_MAX;
        if (((unsigned char)text[size] & 0xc0) == 0x80)
            continue;
        for (int round = 0; round < 3; round++) {
            uint64_t         start = now_ns(), taken;
            rls_suggestions *found;
            if (rls_snapshot_suggest(snapshot, text, size, NULL, &found, &err) != RLS_OK)
                return fail(&err);
            taken = now_ns() - start;
            rls_suggestions_close(found);
            least = taken < least ? taken : least;
        }
        printf("complete\t%llu\n", (unsigned long long)least);
    }
    return 0;
}

/* The text without the middle letter of its longest word; false when all words are short. */
static int
slip(const char *text, char *out)
{
    size_t best = 0, best_size = 0;

    for (size_t at = 0; text[at] != '\0';) {
        size_t size = strcspn(text + at, " \"+-()");
        if (size > best_size) {
            best = at;
            best_size = size;
        }
        at += size + (text[at + size] != '\0');
    }
    if (best_size < 6)
        return 0;
    memcpy(out, text, best + best_size / 2);
    strcpy(out + best + best_size / 2, text + best + best_size / 2 + 1);
    return 1;
}

static int
ask(rls_snapshot *snapshot, const char *text)
{
    static char        wrong[1 << 16];
    rls_like_options   like = RLS_LIKE_OPTIONS_INIT;
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    uint64_t           corrected = UINT64_MAX, liked = UINT64_MAX;
    char               key[4096] = "";
    int                slipped = slip(text, wrong);
    rls_error          err;

    options.exact_total = false;
    for (int round = 0; round < 3; round++) {
        rls_text  found;
        rls_hits *hits;
        uint64_t  start;
        if (slipped) {
            if (rls_snapshot_search_text(snapshot, wrong, strlen(wrong), &options, &hits, &err) !=
                RLS_OK)
                return fail(&err);
            start = now_ns();
            if (rls_hits_suggestion(hits, &found, &err) != RLS_OK)
                return fail(&err);
            start = now_ns() - start;
            corrected = start < corrected ? start : corrected;
            rls_hits_close(hits);
        }
        if (rls_snapshot_search_text(snapshot, text, strlen(text), &options, &hits, &err) != RLS_OK)
            return fail(&err);
        if (rls_hits_count(hits) > 0) {
            if (rls_hits_key(hits, 0, &found, NULL, &err) != RLS_OK)
                return fail(&err);
            snprintf(key, sizeof key, "%.*s", (int)found.size, found.data);
        }
        rls_hits_close(hits);
        if (key[0] == '\0')
            continue;
        like.key = key;
        start = now_ns();
        if (rls_snapshot_like(snapshot, &like, &options, &hits, &err) != RLS_OK)
            return fail(&err);
        start = now_ns() - start;
        liked = start < liked ? start : liked;
        rls_hits_close(hits);
    }
    if (slipped)
        printf("correct\t%llu\n", (unsigned long long)corrected);
    if (key[0] != '\0')
        printf("like\t%llu\n", (unsigned long long)liked);
    return 0;
}

static int
answer(rls_snapshot *snapshot, const char *text)
{
    int status = complete(snapshot, text);

    return status == 0 ? ask(snapshot, text) : status;
}

int
main(int argc, char **argv)
{
    return answer_lines(argc, argv, answer);
}
