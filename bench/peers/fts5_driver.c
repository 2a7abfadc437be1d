/* SQLite FTS5 behind the same protocol as query/rls_driver.c: Porter stemming, no stop words,
 * positions, nothing stored (a contentless table).
 *
 *   fts5_driver index DIR < documents.jsonl
 *   fts5_driver query DIR [ROUNDS] < lines of COMMAND<TAB>query */
#include <sqlite3.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static unsigned long long
now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (unsigned long long)time.tv_sec * 1000000000u + (unsigned long long)time.tv_nsec;
}

static sqlite3 *
open_database(const char *folder)
{
    char     path[4096];
    sqlite3 *database;

    mkdir(folder, 0777);
    snprintf(path, sizeof path, "%s/fts5.db", folder);
    if (sqlite3_open(path, &database) != SQLITE_OK)
        exit(2);
    sqlite3_exec(database, "PRAGMA mmap_size=4000000000; PRAGMA cache_size=-1000000", NULL, NULL,
                 NULL);
    return database;
}

static void
run(sqlite3 *database, const char *sql)
{
    char *message = NULL;

    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK) {
        fprintf(stderr, "fts5_driver: %s\n", message);
        exit(2);
    }
}

static int
index_documents(const char *folder)
{
    sqlite3      *database = open_database(folder);
    sqlite3_stmt *insert, *parse;
    char         *line = NULL;
    size_t        capacity = 0;
    ssize_t       size;
    long          row = 0;

    run(database, "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
                  "CREATE VIRTUAL TABLE d USING fts5(title, body, content='',"
                  "tokenize='porter unicode61'); BEGIN");
    sqlite3_prepare_v2(database, "INSERT INTO d(rowid, title, body) VALUES(?, ?, ?)", -1, &insert,
                       NULL);
    sqlite3_prepare_v2(database, "SELECT json_extract(?1, '$.title'), json_extract(?1, '$.text')",
                       -1, &parse, NULL);
    unsigned long long start = now_ns(), parsing = 0;
    while ((size = getline(&line, &capacity, stdin)) > 0) {
        unsigned long long begun = now_ns();
        sqlite3_bind_text(parse, 1, line, (int)size, SQLITE_STATIC);
        sqlite3_step(parse);
        parsing += now_ns() - begun;
        sqlite3_bind_int64(insert, 1, ++row);
        sqlite3_bind_value(insert, 2, sqlite3_column_value(parse, 0));
        sqlite3_bind_value(insert, 3, sqlite3_column_value(parse, 1));
        sqlite3_step(insert);
        sqlite3_reset(insert);
        sqlite3_reset(parse);
    }
    run(database, "COMMIT");
    printf("indexed %.3f s (reading JSON %.3f s more), %ld documents, SQLite %s\n",
           (double)(now_ns() - start - parsing) / 1e9, (double)parsing / 1e9, row,
           sqlite3_libversion());
    run(database, "INSERT INTO d(d) VALUES('optimize')");
    printf("optimized %.3f s\n", (double)(now_ns() - start - parsing) / 1e9);
    sqlite3_finalize(insert);
    sqlite3_finalize(parse);
    sqlite3_close(database);
    return 0;
}

/* Words, +must, -not and phrases of the game → FTS5's language. */
static void
translate(const char *query, char *out, size_t out_size)
{
    char must[8192] = "", plain[8192] = "", not [8192] = "";

    while (*query != '\0') {
        char        sign = 0, word[1024];
        size_t      size = 0;
        char       *into = plain;
        const char *join = " OR ";

        while (*query == ' ')
            query++;
        if (*query == '+' || *query == '-')
            sign = *query++;
        if (*query == '"') {
            query++;
            while (*query != '\0' && *query != '"' && size < sizeof word - 1)
                word[size++] = *query++;
            if (*query == '"')
                query++;
            while (*query != '\0' && *query != ' ')
                query++;
        } else {
            while (*query != '\0' && *query != ' ' && size < sizeof word - 1)
                word[size++] = *query++;
        }
        word[size] = '\0';
        if (size == 0)
            continue;
        for (char *at = word; *at != '\0'; at++) {
            if (*at == '"')
                *at = ' ';
        }
        if (sign == '+') {
            into = must;
            join = " AND ";
        } else if (sign == '-') {
            into = not ;
        }
        if (into[0] != '\0')
            strncat(into, join, 8191 - strlen(into));
        strncat(into, "\"", 8191 - strlen(into));
        strncat(into, word, 8191 - strlen(into));
        strncat(into, "\"", 8191 - strlen(into));
    }
    /* Optional words beside required ones change the order only; FTS5 has no such operator, so they
     * are left out. */
    snprintf(out, out_size, "(%s)%s%s%s", must[0] != '\0' ? must : plain,
             not [0] != '\0' ? " NOT (" : "", not, not [0] != '\0' ? ")" : "");
}

static int
answer_queries(const char *folder, int rounds)
{
    sqlite3      *database = open_database(folder);
    static char   line[1 << 16], match[1 << 15];
    sqlite3_stmt *top, *count;

    sqlite3_prepare_v2(database, "SELECT rowid FROM d WHERE d MATCH ? ORDER BY rank LIMIT ?", -1,
                       &top, NULL);
    sqlite3_prepare_v2(database, "SELECT count(*) FROM d WHERE d MATCH ?", -1, &count, NULL);
    while (fgets(line, sizeof line, stdin) != NULL) {
        char              *text = strchr(line, '\t');
        unsigned long long best = ~0ull;
        long long          value = 0;

        if (text == NULL)
            continue;
        *text++ = '\0';
        text[strcspn(text, "\r\n")] = '\0';
        translate(text, match, sizeof match);
        for (int round = 0; round < rounds; round++) {
            unsigned long long start = now_ns();
            value = 0;
            if (strncmp(line, "TOP_", 4) == 0) {
                sqlite3_bind_text(top, 1, match, -1, SQLITE_STATIC);
                sqlite3_bind_int(top, 2, atoi(line + 4));
                while (sqlite3_step(top) == SQLITE_ROW)
                    value++;
                sqlite3_reset(top);
            }
            if (strstr(line, "COUNT") != NULL) {
                sqlite3_bind_text(count, 1, match, -1, SQLITE_STATIC);
                if (sqlite3_step(count) == SQLITE_ROW)
                    value = sqlite3_column_int64(count, 0);
                sqlite3_reset(count);
            }
            unsigned long long took = now_ns() - start;
            best = took < best ? took : best;
        }
        printf("%lld\t%llu\n", value, best);
        fflush(stdout);
    }
    sqlite3_finalize(top);
    sqlite3_finalize(count);
    sqlite3_close(database);
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "index") == 0)
        return index_documents(argv[2]);
    if (argc >= 3 && strcmp(argv[1], "query") == 0)
        return answer_queries(argv[2], argc > 3 ? atoi(argv[3]) : 1);
    return 2;
}
