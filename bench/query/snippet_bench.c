/* Ten hits with their snippets, as a page of results shows them.
 *
 *   snippet_bench DIR < queries, one a line
 *
 * Prints a line each: hits, nanoseconds of the search, nanoseconds of the stored fields and
 * snippets of all its hits; each the least of three. */
#include "../driver.h"

static int
answer(rls_snapshot *snapshot, const char *text)
{
    rls_search_options  options = RLS_SEARCH_OPTIONS_INIT;
    rls_snippet_options look = RLS_SNIPPET_OPTIONS_INIT;
    uint64_t            searched = UINT64_MAX, shown = UINT64_MAX;
    uint32_t            count = 0;
    rls_error           err;

    options.exact_total = false;
    for (int round = 0; round < 3; round++) {
        uint64_t  start = now_ns(), middle, end;
        rls_hits *hits;
        if (rls_snapshot_search_text(snapshot, text, strlen(text), &options, &hits, &err) != RLS_OK)
            return fail(&err);
        middle = now_ns();
        count = rls_hits_count(hits);
        for (uint32_t i = 0; i < count; i++) {
            rls_hit  hit;
            rls_text snippet;
            if (rls_hits_get(hits, i, &hit, &err) != RLS_OK ||
                rls_hits_snippet(hits, i, &look, &snippet, &err) != RLS_OK)
                return fail(&err);
        }
        end = now_ns();
        rls_hits_close(hits);
        searched = middle - start < searched ? middle - start : searched;
        shown = end - middle < shown ? end - middle : shown;
    }
    printf("%u\t%llu\t%llu\n", count, (unsigned long long)searched, (unsigned long long)shown);
    return 0;
}

int
main(int argc, char **argv)
{
    return answer_lines(argc, argv, answer);
}
