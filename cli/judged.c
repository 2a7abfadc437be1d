#include "judged.h"

#include <releasesearch/hits.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "message.h"
#include "run_file.h"
#include "text.h"

/* --- judgements and queries --- */

static uint32_t
number_of(const cli_names *names, const cli_name *name)
{
    return (uint32_t)(name - names->items);
}

static cli_topic *
enter_topic(cli_judged *judged, const char *id)
{
    const cli_name *name = cli_names_enter(&judged->queries, id, strlen(id));
    size_t          number = number_of(&judged->queries, name);

    if (number == judged->count) {
        if (judged->count == judged->capacity) {
            judged->capacity = judged->capacity == 0 ? 64 : 2 * judged->capacity;
            judged->topics =
                cli_reallocate(judged->topics, judged->capacity, sizeof *judged->topics);
        }
        judged->topics[judged->count++] = (cli_topic){.id = name->name};
    }
    return &judged->topics[number];
}

static int
read_qrels(cli_judged *judged, const char *path)
{
    cli_lines in;
    int       status = CLI_DONE;
    char     *columns[4];

    if (!cli_lines_open(&in, path, "query 0 document relevance"))
        return CLI_FAILED;
    while (status == CLI_DONE && cli_lines_next(&in)) {
        cli_topic      *topic;
        const cli_name *document;
        long            relevance;
        char           *end;

        if (!cli_lines_cut(&in, columns, 4)) {
            status = cli_lines_tell(&in, "not four columns");
            break;
        }
        errno = 0;
        relevance = strtol(columns[3], &end, 10);
        if (*end != '\0' || errno != 0 || relevance < INT32_MIN || relevance > INT32_MAX) {
            status = cli_lines_tell(&in, "the relevance is no whole number");
            break;
        }
        topic = enter_topic(judged, columns[0]);
        if (topic->count == topic->capacity) {
            topic->capacity = topic->capacity == 0 ? 16 : 2 * topic->capacity;
            topic->judgements =
                cli_reallocate(topic->judgements, topic->capacity, sizeof *topic->judgements);
        }
        document = cli_names_enter(&judged->documents, columns[2], strlen(columns[2]));
        topic->judgements[topic->count++] =
            (cli_judgement){number_of(&judged->documents, document), (int32_t)relevance};
        topic->relevant += relevance > 0;
    }
    return cli_lines_close(&in, status);
}

static int
compare_judgements(const void *a, const void *b)
{
    const cli_judgement *left = a, *right = b;

    return left->document < right->document ? -1 : left->document > right->document;
}

static int
sort_judgements(cli_judged *judged, const char *path)
{
    for (size_t i = 0; i < judged->count; i++) {
        cli_topic *topic = &judged->topics[i];
        qsort(topic->judgements, topic->count, sizeof *topic->judgements, compare_judgements);
        for (size_t j = 1; j < topic->count; j++) {
            if (topic->judgements[j].document == topic->judgements[j - 1].document) {
                cli_error("%s: query %s judges %s twice (leave one line)", path, topic->id,
                          judged->documents.items[topic->judgements[j].document].name);
                return CLI_FAILED;
            }
        }
    }
    return CLI_DONE;
}

/* Gives the judged topics their text, and puts those that are asked in front, in this order. */
static int
read_queries(cli_judged *judged, const char *path)
{
    cli_lines  in;
    cli_topic *asked = cli_allocate(judged->count, sizeof *asked);
    cli_names  strangers = {0};
    size_t     count = 0;
    int        status = CLI_DONE;

    if (!cli_lines_open(&in, path, "an id, a tab, a query")) {
        free(asked);
        return CLI_FAILED;
    }
    while (status == CLI_DONE && cli_lines_next(&in)) {
        char           *tab = memchr(in.line, '\t', in.size);
        size_t          id_size = tab == NULL ? 0 : (size_t)(tab - in.line);
        const cli_name *name;
        cli_topic      *topic;

        if (id_size == 0 || strlen(in.line) < in.size) {
            status = cli_lines_tell(&in, tab == NULL ? "no tab" : "no id, or a NUL");
            break;
        }
        name = cli_names_find(&judged->queries, in.line, id_size);
        topic = name == NULL ? NULL : &judged->topics[number_of(&judged->queries, name)];
        if (topic == NULL) {
            cli_name *stranger = cli_names_enter(&strangers, in.line, id_size);
            if (stranger->met)
                status = cli_lines_tell(&in, "an id that was there before");
            stranger->met = true;
        } else if (topic->text != NULL) {
            status = cli_lines_tell(&in, "an id that was there before");
        } else {
            topic->text = cli_arena_copy(&judged->strings, tab + 1, in.size - id_size - 1);
            asked[count++] = *topic;
        }
    }
    judged->unjudged = strangers.count;
    cli_names_release(&strangers);
    for (size_t i = 0; i < judged->count; i++) {
        if (judged->topics[i].text == NULL)
            free(judged->topics[i].judgements);
    }
    judged->unasked = judged->count - count;
    free(judged->topics);
    judged->topics = asked;
    judged->count = count;
    for (size_t i = 0; i < count; i++)
        judged->irrelevant += asked[i].relevant == 0;
    return cli_lines_close(&in, status);
}

int
cli_judged_read(cli_judged *judged, const char *qrels, const char *queries)
{
    int status;

    *judged = (cli_judged){0};
    if (strcmp(qrels, "-") == 0 && strcmp(queries, "-") == 0) {
        cli_error("QRELS and QUERIES cannot both be standard input (name a file)");
        return CLI_FAILED;
    }
    status = read_qrels(judged, qrels);
    if (status == CLI_DONE)
        status = sort_judgements(judged, qrels);
    if (status == CLI_DONE)
        status = read_queries(judged, queries);
    if (status == CLI_DONE && judged->count == 0) {
        cli_error("%s: no query of %s is judged there (%zu queries there, %zu judged here; are "
                  "their ids the same?)",
                  qrels, queries, judged->unjudged, judged->unasked);
        status = CLI_FAILED;
    }
    return status;
}

void
cli_judged_release(cli_judged *judged)
{
    for (size_t i = 0; i < judged->count; i++)
        free(judged->topics[i].judgements);
    free(judged->topics);
    free(judged->of_key);
    cli_names_release(&judged->queries);
    cli_names_release(&judged->documents);
    cli_names_release(&judged->keys);
    cli_arena_release(&judged->strings);
    *judged = (cli_judged){0};
}

/* --- documents of the index --- */

enum {
    PAGE = 20000 /* keys that are looked at at a time */
};

/* An id that no document has as its key, or NULL. */
static cli_name *
find_strange(const cli_judged *judged, const char *name, size_t size)
{
    cli_name *found = size == 0 ? NULL : cli_names_find(&judged->documents, name, size);

    return found == NULL || found->known ? NULL : found;
}

static cli_name *
find_called(const cli_judged *judged, const char *key, size_t size)
{
    cli_text    written = {0};
    const char *slash, *dot, *name;
    size_t      name_size;
    cli_name   *found;

    cli_text_put(&written, "");
    cli_run_put_name(&written, key, size);
    slash = memrchr(written.data, '/', written.size);
    name = slash == NULL ? written.data : slash + 1;
    name_size = written.size - (size_t)(name - written.data);
    dot = memrchr(name, '.', name_size);
    found = find_strange(judged, written.data, written.size);
    if (found == NULL)
        found = find_strange(judged, name, name_size);
    if (found == NULL && dot != NULL)
        found = find_strange(judged, name, (size_t)(dot - name));
    cli_text_release(&written);
    return found;
}

static int
meet_key(cli_judged *judged, const char *key, size_t size)
{
    cli_name *found = find_called(judged, key, size);
    uint32_t  number;

    if (found == NULL)
        return CLI_DONE;
    number = number_of(&judged->documents, found);
    if (found->met) {
        for (size_t i = 0; i < judged->keys.count; i++) {
            if (judged->of_key[i] == number)
                cli_error("%s: two documents of the index have this name, %s and %.*s (name "
                          "them by their keys in QRELS)",
                          found->name, judged->keys.items[i].name, (int)size, key);
        }
        return CLI_FAILED;
    }
    found->met = true;
    judged->of_key = cli_reallocate(judged->of_key, judged->keys.count + 1, sizeof *judged->of_key);
    judged->of_key[judged->keys.count] = number;
    cli_names_enter(&judged->keys, key, size);
    judged->unknown--;
    return CLI_DONE;
}

static int
meet_page(cli_judged *judged, rls_hits *hits, rls_error *err)
{
    for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
        rls_text key;
        double   score;
        if (rls_hits_key(hits, i, &key, &score, err) != RLS_OK)
            return cli_library_error(err);
        if (meet_key(judged, key.data, key.size) != CLI_DONE)
            return CLI_FAILED;
    }
    return CLI_DONE;
}

static int
meet_all_keys(cli_judged *judged, rls_snapshot *snapshot)
{
    rls_search_options options = RLS_SEARCH_OPTIONS_INIT;
    rls_query         *query = NULL;
    cli_text           after = {0};
    rls_error          error = {0};
    int                status = CLI_DONE;

    options.limit = PAGE;
    options.exact_total = false;
    if (rls_query_create(RLS_GROUP_BAG, &query, &error) != RLS_OK ||
        rls_query_all(query, RLS_ROLE_PLAIN, &error) != RLS_OK)
        status = cli_library_error(&error);
    while (status == CLI_DONE) {
        rls_hits   *hits = NULL;
        const char *next = NULL;
        if (rls_snapshot_search(snapshot, query, &options, &hits, &error) != RLS_OK)
            status = cli_library_error(&error);
        else
            status = meet_page(judged, hits, &error);
        if (status == CLI_DONE)
            next = rls_hits_next(hits);
        if (next != NULL) {
            cli_text_clear(&after);
            cli_text_put(&after, next);
            options.after = after.data;
        }
        rls_hits_close(hits);
        if (next == NULL)
            break;
    }
    cli_text_release(&after);
    rls_query_close(query);
    return status;
}

int
cli_judged_find(cli_judged *judged, rls_snapshot *snapshot)
{
    judged->unknown = 0;
    for (size_t i = 0; i < judged->documents.count; i++) {
        cli_name  *name = &judged->documents.items[i];
        rls_hits  *hits = NULL;
        rls_error  error = {0};
        rls_status status = rls_snapshot_get(snapshot, name->name, &hits, &error);
        rls_hits_close(hits);
        if (status != RLS_OK && status != RLS_NOT_FOUND)
            return cli_library_error(&error);
        name->known = status == RLS_OK;
        judged->unknown += !name->known;
    }
    return judged->unknown == 0 ? CLI_DONE : meet_all_keys(judged, snapshot);
}

static int32_t
look_up(const cli_topic *topic, uint32_t document)
{
    cli_judgement  wanted = {document, 0};
    cli_judgement *found = bsearch(&wanted, topic->judgements, topic->count,
                                   sizeof *topic->judgements, compare_judgements);

    return found == NULL ? 0 : found->relevance;
}

const char *
cli_judged_relevance(const cli_judged *judged, const cli_topic *topic, const char *key, size_t size,
                     int32_t *out_relevance)
{
    const cli_name *name =
        judged->keys.count == 0 ? NULL : cli_names_find(&judged->keys, key, size);
    uint32_t number;

    *out_relevance = 0;
    if (name != NULL) {
        number = judged->of_key[number_of(&judged->keys, name)];
    } else {
        name = cli_names_find(&judged->documents, key, size);
        if (name == NULL)
            return NULL;
        number = number_of(&judged->documents, name);
    }
    *out_relevance = look_up(topic, number);
    return judged->documents.items[number].name;
}
