/* libreleasesearch behind the protocol of the public search benchmark game, timed in-process.
 *
 *   rls_driver index DIR [MEMORY_MB [THREADS [store]]] < documents.jsonl
 *   rls_driver query DIR [ROUNDS] < lines of COMMAND<TAB>query
 *
 * index prints seconds and bytes; query prints one line an answer: value<TAB>nanoseconds, the least
 * of ROUNDS. Commands: TOP_n, TOP_n_COUNT, COUNT; of the classes beyond the game's TOP_n_BY_field
 * (newest or greatest first), FACET_field (values) and YEARS_field, both counting all matches.
 * TOP_n is BM25F of all words of the query, PLAIN_n BM25 with k1 1.2 and b 0.75 and every field
 * alike, RANKED_n the library's default ranking. */
#include "../driver.h"

static int
index_documents(int argc, char **argv)
{
    rls_writer_options options = RLS_WRITER_OPTIONS_INIT;
    rls_commit_report  report;
    rls_error          err;
    rls_writer        *writer;
    size_t             size;
    char              *data = read_input(&size);
    uint64_t           start;
    double             cpu;

    if (data == NULL)
        return 2;
    options.memory_limit = (size_t)(argc > 3 ? atoi(argv[3]) : 1024) << 20;
    options.threads = argc > 4 ? (uint32_t)atoi(argv[4]) : 1;
    options.store = argc > 5 && strcmp(argv[5], "store") == 0;
    start = now_ns();
    cpu = cpu_seconds();
    if (rls_writer_open(argv[2], &options, &writer, &err) != RLS_OK ||
        add_lines(writer, data, size, &err) != RLS_OK ||
        rls_writer_commit(writer, &report, &err) != RLS_OK)
        return fail(&err);
    printf("indexed %.3f s, %.3f s of CPU, %.1f MB/s of text, %llu documents, %u segments\n",
           (double)(now_ns() - start) / 1e9, cpu_seconds() - cpu,
           (double)report.source_bytes / 1e6 / ((double)(now_ns() - start) / 1e9),
           (unsigned long long)report.documents, report.segments);
    if (rls_writer_optimize(writer, &err) != RLS_OK)
        return fail(&err);
    printf("optimized %.3f s\n", (double)(now_ns() - start) / 1e9);
    rls_writer_close(writer);
    free(data);
    return 0;
}

/* What a command asks for. */
static bool
read_command(const char *command, rls_search_options *options, rls_sort_key *key,
             rls_facet_request *facet)
{
    const char *by = strstr(command, "_BY_");
    bool        years = strncmp(command, "YEARS_", 6) == 0;

    options->match = RLS_MATCH_ANY;
    options->limit = strncmp(command, "TOP_", 4) == 0 ? (uint32_t)atoi(command + 4) : 0;
    if (strncmp(command, "RANKED_", 7) == 0)
        options->limit = (uint32_t)atoi(command + 7);
    else if (strncmp(command, "PLAIN_", 6) == 0)
        options->limit = (uint32_t)atoi(command + 6);
    else
        options->ranking = RLS_RANKING_BM25F; /* as the other engines rank */
    if (strncmp(command, "PLAIN_", 6) == 0) {
        options->ranking = RLS_RANKING_BM25;
        options->k1 = 1.2f;
        options->b = 0.75f;
    }
    options->exact_total = by == NULL && strstr(command, "COUNT") != NULL;
    if (by != NULL) {
        *key = (rls_sort_key){by + 4, true};
        options->sort = key;
        options->sort_count = 1;
    }
    if (years || strncmp(command, "FACET_", 6) == 0) {
        *facet = (rls_facet_request){command + 6, years ? RLS_FACET_YEAR : RLS_FACET_VALUE,
                                     RLS_FACET_BY_COUNT, 10, false};
        options->facets = facet;
        options->facet_count = 1;
    }
    return options->exact_total || options->facet_count > 0;
}

static int
answer(rls_snapshot *snapshot, char *line, int rounds)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_sort_key       key;
    rls_facet_request  facet;
    char              *text = strchr(line, '\t');
    uint64_t           best = UINT64_MAX, value = 0;
    rls_error          err;
    bool               count;

    if (text == NULL)
        return 0;
    *text++ = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    count = read_command(line, &options, &key, &facet);
    for (int round = 0; round < rounds; round++) {
        uint64_t  start = now_ns(), took;
        rls_hits *hits;
        if (rls_snapshot_search_text(snapshot, text, strlen(text), &options, &hits, &err) != RLS_OK)
            return fail(&err);
        took = now_ns() - start;
        best = took < best ? took : best;
        value = count ? rls_hits_total(hits) : rls_hits_count(hits);
        rls_hits_close(hits);
    }
    printf("%llu\t%llu\n", (unsigned long long)value, (unsigned long long)best);
    return 0;
}

static int
answer_queries(int argc, char **argv)
{
    static char   line[1 << 16];
    int           rounds = argc > 3 ? atoi(argv[3]) : 1;
    rls_snapshot *snapshot;
    rls_error     err;

    if (rls_snapshot_open(argv[2], NULL, &snapshot, &err) != RLS_OK)
        return fail(&err);
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (answer(snapshot, line, rounds) != 0)
            return 2;
        fflush(stdout);
    }
    rls_snapshot_close(snapshot);
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "index") == 0)
        return index_documents(argc, argv);
    if (argc >= 3 && strcmp(argv[1], "query") == 0)
        return answer_queries(argc, argv);
    fprintf(stderr, "usage: rls_driver index DIR [MEMORY_MB [THREADS [store]]] < documents.jsonl\n"
                    "       rls_driver query DIR [ROUNDS] < commands\n");
    return 2;
}
