#include "eval.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "run_file.h"

/* Where words of a bag end: white space, and what would be an operator around or between words. */
#define ENDS " \t\"()[]{}:=*~<>^|!\\"

static rls_status
build_bag(const char *text, rls_query **out_query, rls_error *err)
{
    rls_query *query;
    rls_status status = rls_query_create(RLS_GROUP_BAG, &query, err);
    cli_text   word = {0};

    *out_query = NULL;
    while (status == RLS_OK && text[strspn(text, ENDS)] != '\0') {
        text += strspn(text, ENDS);
        cli_text_clear(&word);
        cli_text_add(&word, text, strcspn(text, ENDS));
        text += word.size;
        status = rls_query_word(query, NULL, word.data, false, 1, RLS_ROLE_PLAIN, err);
    }
    cli_text_release(&word);
    if (status == RLS_OK)
        *out_query = query;
    else
        rls_query_close(query);
    return status;
}

static rls_status
search(const cli_eval *eval, const cli_topic *topic, rls_hits **out_hits, rls_error *err)
{
    rls_search_options options = eval->search.options;
    rls_query         *query;
    rls_status         status;

    if (eval->given->as_typed)
        return cli_search_run(&eval->search, eval->snapshot, topic->text, strlen(topic->text),
                              out_hits, err);
    if (options.match == RLS_MATCH_AUTO)
        options.match = RLS_MATCH_ANY;
    status = build_bag(topic->text, &query, err);
    if (status != RLS_OK)
        return status;
    status = rls_snapshot_search(eval->snapshot, query, &options, out_hits, err);
    rls_query_close(query);
    return status;
}

static int
take_hits(const cli_eval *eval, const cli_topic *topic, rls_hits *hits, double *values, FILE *run)
{
    uint32_t    count = rls_hits_count(hits);
    cli_scored *scored = cli_allocate(count + (size_t)1, sizeof *scored);
    cli_arena   names = {0};
    cli_text    line = {0};
    int         status = CLI_DONE;

    for (uint32_t i = 0; i < count && status == CLI_DONE; i++) {
        rls_text  key;
        double    score;
        rls_error error = {0};
        if (rls_hits_key(hits, i, &key, &score, &error) != RLS_OK) {
            status = cli_library_error(&error);
            break;
        }
        scored[i].score = (float)score;
        scored[i].document =
            cli_judged_relevance(&eval->judged, topic, key.data, key.size, &scored[i].relevance);
        if (scored[i].document == NULL)
            scored[i].document = cli_arena_copy(&names, key.data, key.size);
        cli_text_clear(&line);
        if (run != NULL) {
            cli_run_put(&line, topic->id, scored[i].document, strlen(scored[i].document), i + 1,
                        score, "rsearch");
            fwrite(line.data, 1, line.size, run);
        }
    }
    if (status == CLI_DONE)
        cli_run_measure_topic(topic, scored, count, values);
    free(scored);
    cli_arena_release(&names);
    cli_text_release(&line);
    return status;
}

/* Queries with a note, of which the first is told. */
typedef struct noted {
    size_t   count;
    cli_text first;
} noted;

/* Words that were looked for besides are what was asked for. */
static const char *
find_note(const rls_hits *hits, uint32_t *out_start)
{
    const char *note;

    for (uint32_t i = 0; (note = rls_hits_get_note(hits, i, out_start, NULL)) != NULL; i++)
        if (rls_hits_note_kind(hits, i) != RLS_NOTE_SYNONYM)
            return note;
    *out_start = 0;
    return rls_hits_timed_out(hits) ? "the time was over" : NULL;
}

static int
look_at_notes(const cli_eval *eval, const cli_topic *topic, const rls_hits *hits, noted *told)
{
    rls_error   error = {.status = RLS_BAD_QUERY};
    uint32_t    start;
    const char *note = find_note(hits, &start);

    if (note == NULL)
        return CLI_DONE;
    if (eval->given->strict) {
        error.offset = start;
        snprintf(error.message, sizeof error.message, "%s", note);
        return cli_search_tell_failure(topic->id, &error);
    }
    if (told->count++ == 0)
        cli_text_format(&told->first, "%s: %s", topic->id, note);
    return CLI_DONE;
}

static void
tell_notes(noted *told)
{
    cli_text line = {0};

    if (told->count == 1)
        cli_note(told->first.data);
    if (told->count > 1) {
        cli_text_format(&line, "%s (%zu more %s notes)", told->first.data, told->count - 1,
                        told->count == 2 ? "query has" : "queries have");
        cli_note(line.data);
    }
    cli_text_release(&line);
    cli_text_release(&told->first);
}

int
cli_eval_run(const cli_eval *eval, double *values, uint64_t *took, FILE *run)
{
    noted told = {0};
    int   status = CLI_DONE;

    for (size_t i = 0; i < eval->judged.count && status == CLI_DONE; i++) {
        const cli_topic *topic = &eval->judged.topics[i];
        rls_hits        *hits = NULL;
        rls_error        error = {0};
        if (search(eval, topic, &hits, &error) != RLS_OK)
            status = cli_search_tell_failure(topic->id, &error);
        else
            status = look_at_notes(eval, topic, hits, &told);
        if (status == CLI_DONE)
            status = take_hits(eval, topic, hits, values + i * CLI_METRIC_COUNT, run);
        if (took != NULL && hits != NULL)
            took[i] = rls_hits_took_ns(hits);
        rls_hits_close(hits);
    }
    if (took == NULL) /* one of many runs, which say the same */
        told.count = 0;
    tell_notes(&told);
    return status;
}

double
cli_eval_mean(const cli_eval *eval, const double *values, cli_metric metric)
{
    double sum = 0;

    for (size_t i = 0; i < eval->judged.count; i++)
        sum += values[i * CLI_METRIC_COUNT + metric];
    return sum / (double)eval->judged.count;
}
