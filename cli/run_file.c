#include "run_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "message.h"

void
cli_run_put(cli_text *out, const char *query, const char *document, size_t size, uint32_t rank,
            double score, const char *tag)
{
    cli_text_format(out, "%s Q0 ", query);
    cli_run_put_name(out, document, size);
    cli_text_format(out, " %" PRIu32 " ", rank);
    cli_text_number(out, score);
    cli_text_format(out, " %s\n", tag);
}

void
cli_run_put_name(cli_text *out, const char *document, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)document[i] <= 0x20 || document[i] == 0x7f)
            cli_text_format(out, "%%%02X", (unsigned char)document[i]);
        else
            cli_text_add(out, &document[i], 1);
    }
}

void
cli_run_measure_topic(const cli_topic *topic, cli_scored *hits, size_t count, double *out)
{
    int32_t *ranking = cli_allocate(count + 1, sizeof *ranking),
            *judged = cli_allocate(topic->count + 1, sizeof *judged);

    cli_metrics_order(hits, count);
    for (size_t i = 0; i < count; i++)
        ranking[i] = hits[i].relevance;
    for (size_t i = 0; i < topic->count; i++)
        judged[i] = topic->judgements[i].relevance;
    cli_metrics_measure(ranking, count, judged, topic->count, out);
    free(ranking);
    free(judged);
}

typedef struct run_hit {
    uint32_t   topic;
    cli_scored scored;
} run_hit;

typedef struct run {
    cli_arena strings;
    run_hit  *hits;
    size_t    count, capacity;
} run;

static int
compare_run_hits(const void *a, const void *b)
{
    const run_hit *left = a, *right = b;

    if (left->topic != right->topic)
        return left->topic < right->topic ? -1 : 1;
    return strcmp(left->scored.document, right->scored.document);
}

static int
read_run_line(const cli_judged *judged, const cli_names *ids, const cli_lines *in, run *out)
{
    char           *columns[6], *end;
    const cli_name *id;
    run_hit         hit = {0};

    if (!cli_lines_cut(in, columns, 6))
        return cli_lines_tell(in, "not six columns");
    hit.scored.score = strtof(columns[4], &end);
    if (end == columns[4] || *end != '\0' || hit.scored.score != hit.scored.score)
        return cli_lines_tell(in, "the score is no number");
    id = cli_names_find(ids, columns[0], strlen(columns[0]));
    if (id == NULL)
        return CLI_DONE; /* of a query that does not count */
    hit.topic = (uint32_t)(id - ids->items);
    hit.scored.document = cli_judged_relevance(judged, &judged->topics[hit.topic], columns[2],
                                               strlen(columns[2]), &hit.scored.relevance);
    if (hit.scored.document == NULL)
        hit.scored.document = cli_arena_copy(&out->strings, columns[2], strlen(columns[2]));
    if (out->count == out->capacity) {
        out->capacity = out->capacity == 0 ? 1024 : 2 * out->capacity;
        out->hits = cli_reallocate(out->hits, out->capacity, sizeof *out->hits);
    }
    out->hits[out->count++] = hit;
    return CLI_DONE;
}

static int
measure_topics(const cli_judged *judged, const char *path, run *in, double *values,
               size_t *out_missing)
{
    cli_scored *scored = cli_allocate(in->count + 1, sizeof *scored);
    size_t      at = 0;

    *out_missing = 0;
    if (in->count > 0)
        qsort(in->hits, in->count, sizeof *in->hits, compare_run_hits);
    for (size_t i = 0; i < judged->count; i++) {
        size_t count = 0;
        for (; at < in->count && in->hits[at].topic == i; at++) {
            if (count > 0 &&
                strcmp(scored[count - 1].document, in->hits[at].scored.document) == 0) {
                cli_error("%s: query %s has %s twice (leave one line)", path, judged->topics[i].id,
                          scored[count - 1].document);
                free(scored);
                return CLI_FAILED;
            }
            scored[count++] = in->hits[at].scored;
        }
        cli_run_measure_topic(&judged->topics[i], scored, count, values + i * CLI_METRIC_COUNT);
        *out_missing += count == 0;
    }
    free(scored);
    return CLI_DONE;
}

int
cli_run_measure(const cli_judged *judged, const char *path, double *values, size_t *out_missing)
{
    cli_names ids = {0};
    run       work = {0};
    cli_lines in;
    int       status = CLI_DONE;

    if (!cli_lines_open(&in, path, "query Q0 document rank score tag"))
        return CLI_FAILED;
    for (size_t i = 0; i < judged->count; i++)
        cli_names_enter(&ids, judged->topics[i].id, strlen(judged->topics[i].id));
    while (status == CLI_DONE && cli_lines_next(&in))
        status = read_run_line(judged, &ids, &in, &work);
    status = cli_lines_close(&in, status);
    if (status == CLI_DONE)
        status = measure_topics(judged, path, &work, values, out_missing);
    if (status == CLI_DONE && *out_missing == judged->count) {
        cli_error("%s: no query that counts is in this run (are their ids the same?)", path);
        status = CLI_FAILED;
    }
    cli_names_release(&ids);
    cli_arena_release(&work.strings);
    free(work.hits);
    return status;
}
