#include "commands.h"
#include "metrics.h"
#include "terminal.h"

static const char *const yes_no[] = {"yes", "no", NULL};
static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const formats[] = {"auto", "markdown", "text", "jsonl", NULL};
static const char *const shells[] = {"bash", "zsh", "fish", NULL};
static const char *const marks[] = {"auto", "html", "offsets", NULL};
static const char *const spans[] = {"auto", "year", "month", "day", NULL};
static const char *const orders[] = {"count", "value", NULL};
static const char *const word_orders[] = {"count", "word", NULL};
static const char *const matches[] = {"prefix", "wildcard", "regex", "fuzzy", NULL};
static const char *const suggestions[] = {"all", "word", "value", "title", NULL};
static const char *const ways[] = {"map", "read", NULL};
static const char *const rankings[] = {"default", "bm25f", "bm25", NULL};
static const char *const lists[] = {"commands", "fields", "words", NULL};

#define AT(field) offsetof(cli_options, field)
#define EVERY UINT32_MAX
#define FOUND CLI_SECTION_FOUND
#define READ CLI_SECTION_READ
#define OUTPUT CLI_SECTION_OUTPUT
#define RANKING CLI_SECTION_RANKING
#define GENERAL CLI_SECTION_GENERAL

enum {
    INDEX = CLI_INDEX,
    QUERY = CLI_QUERY,
    SHOW = CLI_SHOW,
    STATS = CLI_STATS,
    CHECK = CLI_CHECK,
    OPTIMIZE = CLI_OPTIMIZE,
    DELETE = CLI_DELETE,
    CONFIG = CLI_CONFIG,
    HELP = CLI_HELP,
    TIMELINE = CLI_TIMELINE,
    FACET = CLI_FACET,
    LIKE = CLI_LIKE,
    SUGGEST = CLI_SUGGEST,
    STATUS = CLI_STATUS,
    EXPORT = CLI_EXPORT,
    TERMS = CLI_TERMS,
    EVAL = CLI_EVAL,
    SERVE = CLI_SERVE,

    HITS = QUERY | LIKE,       /* show a page of hits */
    COUNTS = TIMELINE | FACET, /* show counts */
    SEARCHES = QUERY | COUNTS | EXPORT | EVAL,
    RANKED = HITS | EXPORT | EVAL | SERVE /* order by score */
};

/* Sorted by section, as help shows them. */
const cli_flag cli_flags[] = {
    /* --- what is found --- */
    {HITS, 'n', "limit", CLI_FLAG_COUNT, "N", "Hits wanted.", FOUND, .offset = AT(limit),
     .most = 1000000, .preset = "10", .setting = true},
    {HITS | EXPORT, 0, "offset", CLI_FLAG_COUNT, "N", "Hits passed over first.", FOUND,
     .offset = AT(skip), .most = 1000000},
    {HITS | EXPORT, 0, "sort", CLI_FLAG_TEXTS, "FIELD",
     "Order by a date, number or keyword instead of the score. -FIELD from the greatest, score for "
     "the score; given again it orders what is equal.",
     FOUND, CLI_COMPLETE_FIELD, AT(sort)},
    {HITS | EXPORT, 0, "after", CLI_FLAG_TEXT, "TOKEN",
     "The page behind the one that told this token in JSON. Right also when the index has changed.",
     FOUND, .offset = AT(after)},
    {SEARCHES, 0, "all", CLI_FLAG_SWITCH, NULL, "Only documents with all words.", FOUND,
     .offset = AT(all)},
    {SEARCHES, 0, "any", CLI_FLAG_SWITCH, NULL, "By score alone, not those with all words first.",
     FOUND, .offset = AT(any)},
    {HITS | COUNTS | EXPORT, 0, "filter", CLI_FLAG_TEXTS, "FIELD=VALUE",
     "Only documents with this value, a whole keyword or a date, or FIELD=FROM..TO. Given again "
     "for "
     "the same field: with one of the values; for another: with both.",
     FOUND, CLI_COMPLETE_FIELD, AT(filters)},
    {EVAL, 'n', "limit", CLI_FLAG_COUNT, "N", "Hits of each query that are looked at.", FOUND,
     .offset = AT(limit), .least = 1, .most = 1000000, .preset = "1000"},
    {EVAL, 0, "as-typed", CLI_FLAG_SWITCH, NULL,
     "Queries are what rsearch query makes of them, operators and documents with all words first, "
     "instead of bags of words by score alone.",
     FOUND, .offset = AT(as_typed)},
    {QUERY, 0, "batch", CLI_FLAG_TEXT, "FILE",
     "Queries from FILE or - (standard input): lines of an id, a tab, a query.", FOUND,
     CLI_COMPLETE_FILE, AT(batch)},
    {SEARCHES | SERVE, 0, "synonyms", CLI_FLAG_TEXT, "FILE",
     "Words that mean the same, a rule a line: car, automobile; or nz => new zealand.", FOUND,
     CLI_COMPLETE_FILE, AT(synonyms), .setting = true},
    {SEARCHES, 0, "strict", CLI_FLAG_SWITCH, NULL,
     "What would be a note about the query is an error.", FOUND, .offset = AT(strict)},
    {HITS | COUNTS, 0, "timeout", CLI_FLAG_COUNT, "MS",
     "After so many milliseconds show what was found (0: no limit).", FOUND, .offset = AT(timeout),
     .most = 86400000, .preset = "0", .setting = true},
    {SERVE, 0, "timeout", CLI_FLAG_COUNT, "MS",
     "The longest time of a search; then what was found is shown.", FOUND, .offset = AT(timeout),
     .least = 1, .most = 86400000, .preset = "5000"},
    {DELETE, 0, "query", CLI_FLAG_TEXT, "QUERY",
     "Delete all documents that have all words of QUERY.", FOUND, CLI_COMPLETE_WORDS, AT(query)},
    {DELETE, 0, "any", CLI_FLAG_SWITCH, NULL, "With --query: those that have any of its words.",
     FOUND, .offset = AT(any)},
    {DELETE, 0, "folder", CLI_FLAG_TEXTS, "PATH",
     "Delete all documents of the files that were in a folder, though it is gone; may be given "
     "again.",
     FOUND, CLI_COMPLETE_FOLDER, AT(folders)},
    {DELETE, 0, "dry-run", CLI_FLAG_SWITCH, NULL, "Only tell how many it would be.", FOUND,
     .offset = AT(dry_run)},

    {FACET, 'n', "limit", CLI_FLAG_COUNT, "N", "Values wanted (0: all).", FOUND,
     .offset = AT(limit), .most = 1000000, .preset = "20"},
    {SUGGEST, 'n', "limit", CLI_FLAG_COUNT, "N", "Suggestions wanted, of each kind.", FOUND,
     .offset = AT(limit), .least = 1, .most = 100, .preset = "5"},
    {EXPORT, 'n', "limit", CLI_FLAG_COUNT, "N", "Documents wanted (0: all).", FOUND,
     .offset = AT(limit), .most = UINT64_C(1) << 40, .preset = "0"},
    {TERMS, 'n', "limit", CLI_FLAG_COUNT, "N", "Words wanted (0: all).", FOUND, .offset = AT(limit),
     .most = UINT64_C(1) << 40, .preset = "20"},
    {TERMS, 0, "match", CLI_FLAG_CHOICE, NULL,
     "How the pattern is meant (prefix: with * or ? in it, wildcard).", FOUND,
     .offset = AT(match_kind), .choices = matches, .preset = "prefix"},
    {TERMS, 0, "edits", CLI_FLAG_COUNT, "N", "With --match=fuzzy: how many edits away.", FOUND,
     .offset = AT(edits), .most = 2, .preset = "1"},
    {TERMS, 0, "order", CLI_FLAG_CHOICE, NULL,
     "The most frequent first (with fuzzy the nearest), or by their letters.", FOUND,
     .offset = AT(terms_order), .choices = word_orders, .preset = "count"},
    {SUGGEST, 0, "kind", CLI_FLAG_CHOICE, NULL, "Only of this kind.", FOUND,
     .offset = AT(suggestion_kind), .choices = suggestions, .preset = "all"},
    {LIKE, 0, "words", CLI_FLAG_COUNT, "N", "How many of its words are looked for.", FOUND,
     .offset = AT(words), .least = 1, .most = 256, .preset = "25"},
    {TIMELINE, 0, "by", CLI_FLAG_CHOICE, NULL, "What is counted by.", FOUND, .offset = AT(by),
     .choices = spans, .preset = "auto"},
    {TIMELINE, 0, "field", CLI_FLAG_TEXT, "FIELD", "The date that is counted.", FOUND,
     CLI_COMPLETE_FIELD, AT(field), .preset = "date"},
    {FACET, 0, "order", CLI_FLAG_CHOICE, NULL,
     "By count, the largest first, or by value. Default: by count; dates by value, unless -n says "
     "how many.",
     FOUND, .offset = AT(order), .choices = orders},
    {EXPORT, 0, "field", CLI_FLAG_TEXTS, "FIELD",
     "Only this field, or body for the text; may be given again.", FOUND, CLI_COMPLETE_FIELD,
     AT(fields)},
    {EXPORT, 0, "no-body", CLI_FLAG_SWITCH, NULL, "Without the text.", FOUND,
     .offset = AT(no_body)},

    /* --- what is read --- */
    {CHECK, 0, "repair", CLI_FLAG_SWITCH, NULL,
     "Mend it: segments that are whole stay, of the others every document whose text is whole is "
     "indexed again, and damaged files are kept aside.",
     READ, .offset = AT(repair)},
    {INDEX, 0, "include", CLI_FLAG_TEXTS, "GLOB",
     "In folders, only files whose path or name matches. * matches slashes too; may be given "
     "again.",
     READ, .offset = AT(include)},
    {INDEX, 0, "exclude", CLI_FLAG_TEXTS, "GLOB",
     "In folders, no files or folders that match. GLOB/ means folders only; may be given again.",
     READ, .offset = AT(exclude)},
    {INDEX, 0, "files-from", CLI_FLAG_TEXT, "FILE",
     "Also the paths listed in FILE, one a line; - is standard input.", READ, CLI_COMPLETE_FILE,
     AT(files_from)},
    {INDEX, '0', "null", CLI_FLAG_SWITCH, NULL, "With --files-from: paths end with NUL.", READ,
     .offset = AT(by_nul)},
    {INDEX, 0, "format", CLI_FLAG_CHOICE, NULL, "How to read files (auto: by name and content).",
     READ, .offset = AT(format), .choices = formats, .preset = "auto"},
    {INDEX, 0, "key", CLI_FLAG_TEXT, "NAME", "Key of the one document on standard input.", READ,
     .offset = AT(key)},
    {INDEX | CHECK, 0, "language", CLI_FLAG_TEXT, "NAME",
     "Language of the text, such as english, german, none (new indexes, and those whose commit is "
     "lost; default english).",
     READ, .offset = AT(language), .setting = true},
    {INDEX, 0, "schema", CLI_FLAG_TEXT, "FILE",
     "Treatment of fields. Default: rsearch.yaml in the folder or beside the index.", READ,
     CLI_COMPLETE_FILE, AT(schema)},
    {INDEX, 0, "store", CLI_FLAG_CHOICE, NULL,
     "Keep the text for snippets (new indexes; no: snippets are made from the files).", READ,
     .offset = AT(store), .choices = yes_no, .preset = "yes", .setting = true},
    {INDEX, 0, "keep-missing", CLI_FLAG_SWITCH, NULL, "Keep documents whose files have vanished.",
     READ, .offset = AT(keep_missing)},
    {INDEX, 0, "watch", CLI_FLAG_SWITCH, NULL,
     "Then stay, and keep the index current with what changes, until Ctrl-C (Linux).", READ,
     .offset = AT(watch)},
    {INDEX, 0, "max-file-size", CLI_FLAG_SIZE, "SIZE", "Skip larger files.", READ,
     .offset = AT(max_file_size), .least = 1, .most = UINT64_C(1) << 40, .preset = "64M",
     .setting = true},

    /* --- output --- */
    {HITS, 'l', "paths", CLI_FLAG_SWITCH, NULL, "Paths only.", OUTPUT, .offset = AT(paths)},
    {HITS, '0', "null", CLI_FLAG_SWITCH, NULL,
     "End each hit with NUL, not a line end, for xargs -0 (with -l nothing is escaped).", OUTPUT,
     .offset = AT(by_nul)},
    {HITS, 'c', "count", CLI_FLAG_SWITCH, NULL,
     "Only the number of documents with all words, or of those with any when none has all (--any: "
     "always of those).",
     OUTPUT, .offset = AT(count)},
    {HITS | CHECK, 'q', "quiet", CLI_FLAG_SWITCH, NULL, "Nothing: the exit status tells.", OUTPUT,
     .offset = AT(quiet)},
    {INDEX, 'q', "quiet", CLI_FLAG_SWITCH, NULL, "No progress, remarks or summary.", OUTPUT,
     .offset = AT(quiet)},
    {OPTIMIZE | DELETE, 'q', "quiet", CLI_FLAG_SWITCH, NULL, "No summary.", OUTPUT,
     .offset = AT(quiet)},
    {INDEX, 'v', "verbose", CLI_FLAG_SWITCH, NULL,
     "Name every file that is read, left out or removed.", OUTPUT, .offset = AT(verbose)},
    {SERVE, 'v', "verbose", CLI_FLAG_SWITCH, NULL, "Tell every request.", OUTPUT,
     .offset = AT(verbose)},
    {INDEX, 0, "strict", CLI_FLAG_SWITCH, NULL,
     "Exit status 1 when anything was skipped or remarked.", OUTPUT, .offset = AT(strict)},
    {HITS | STATS | COUNTS | SUGGEST | TERMS | STATUS | EVAL, 0, "json", CLI_FLAG_SWITCH, NULL,
     "One JSON object.", OUTPUT, .offset = AT(json)},
    {SHOW, 0, "json", CLI_FLAG_SWITCH, NULL, "A JSON object a document.", OUTPUT,
     .offset = AT(json)},
    {CONFIG, 0, "json", CLI_FLAG_SWITCH, NULL, "One JSON object, with origins.", OUTPUT,
     .offset = AT(json)},
    {HITS, 0, "ndjson", CLI_FLAG_SWITCH, NULL, "A JSON object a hit, one a line.", OUTPUT,
     .offset = AT(ndjson)},
    {EXPORT, 0, "ndjson", CLI_FLAG_SWITCH, NULL, "JSON Lines, which is the default.", OUTPUT,
     .offset = AT(ndjson)},
    {HITS | COUNTS | TERMS | EXPORT, 0, "csv", CLI_FLAG_SWITCH, NULL,
     "Comma-separated values with a line of names.", OUTPUT, .offset = AT(csv)},
    {HITS | EXPORT, 0, "collapse", CLI_FLAG_SWITCH, NULL,
     "Documents whose texts are nearly the same are one hit, the first in the order.", OUTPUT,
     .offset = AT(collapse), .setting = true},
    {HITS | EXPORT, 0, "collapse-same", CLI_FLAG_SWITCH, NULL,
     "The same for texts that have the same words only.", OUTPUT, .offset = AT(collapse_same)},
    {HITS | TIMELINE, 0, "facet", CLI_FLAG_TEXTS, "FIELD",
     "Counts of the values of a field over all hits, on a terminal as bars, in JSON as facets. "
     "FIELD=N for the N most frequent, FIELD:year, FIELD:month or FIELD:day for dates; may be "
     "given again.",
     OUTPUT, CLI_COMPLETE_FIELD, AT(facets)},
    {HITS | COUNTS, 0, "no-own-filter", CLI_FLAG_SWITCH, NULL,
     "Facets are counted as if the query had no condition on their own field.", OUTPUT,
     .offset = AT(no_own_filter)},
    {HITS, 0, "explain", CLI_FLAG_SWITCH, NULL,
     "How the score of each hit comes about (terminal and JSON).", OUTPUT, .offset = AT(explain)},
    {HITS, 0, "trec", CLI_FLAG_TEXT, "TAG", "A TREC run: qid Q0 key rank score TAG.", OUTPUT,
     .offset = AT(tag)},
    {EVAL, 0, "per-query", CLI_FLAG_SWITCH, NULL, "The figures of each query, too.", OUTPUT,
     .offset = AT(per_query)},
    {EVAL, 0, "run", CLI_FLAG_TEXT, "FILE", "Write the hits there, as a TREC run.", OUTPUT,
     CLI_COMPLETE_FILE, AT(run)},
    {EVAL, 0, "baseline", CLI_FLAG_TEXT, "FILE", "Compare with this TREC run.", OUTPUT,
     CLI_COMPLETE_FILE, AT(baseline)},
    {HITS, 0, "no-snippet", CLI_FLAG_SWITCH, NULL, "No snippets, and no matches in JSON.", OUTPUT,
     .offset = AT(no_snippet), .setting = true},
    {HITS, 0, "marks", CLI_FLAG_CHOICE, NULL,
     "How snippets tell where the matches are (auto: in colours or brackets, in JSON as offsets). "
     "html: escaped, with <mark>, in JSON as html beside the text; offsets: bytes of the snippet.",
     OUTPUT, .offset = AT(marks), .choices = marks, .preset = "auto"},
    {HITS, 0, "passages", CLI_FLAG_COUNT, "N", "Pieces of text that a snippet has at most.", OUTPUT,
     .offset = AT(passages), .least = 1, .most = 16, .preset = "2"},
    {HITS, 0, "snippet-size", CLI_FLAG_COUNT, "BYTES",
     "How long snippets are, about. Default: 240; on a terminal, three lines.", OUTPUT,
     .offset = AT(snippet_size), .least = 40, .most = 100000},
    {HITS, 0, "snippet-field", CLI_FLAG_TEXT, "FIELD",
     "Snippets of this field; of a list, of the first value with a match.", OUTPUT,
     CLI_COMPLETE_FIELD, AT(snippet_field), .preset = "body"},
    {HITS, 0, "whole", CLI_FLAG_SWITCH, NULL,
     "The whole text instead of a snippet, with its paragraphs and marks.", OUTPUT,
     .offset = AT(whole)},
    {HITS | COUNTS, 0, "color", CLI_FLAG_CHOICE, NULL,
     "Colours (auto: on a terminal, unless NO_COLOR is set). always means the terminal's form, "
     "too.",
     OUTPUT, .offset = AT(color), .choices = colors, .preset = "auto", .setting = true,
     .variable = "NO_COLOR", .variable_means = "never"},
    {HITS, 0, "hyperlinks", CLI_FLAG_CHOICE, NULL,
     "Paths are links for the terminal (auto: when it is known to follow them).", OUTPUT,
     .offset = AT(links), .choices = colors, .preset = "auto", .setting = true},
    {HITS | COUNTS | TERMS | SHOW | STATS | STATUS | CONFIG | HELP | EVAL, 0, "no-pager",
     CLI_FLAG_SWITCH, NULL, "Long output does not go through $PAGER.", OUTPUT,
     .offset = AT(no_pager), .setting = true},
    {CONFIG, 0, "show-origin", CLI_FLAG_SWITCH, NULL, "Tell for each setting who made it.", OUTPUT,
     .offset = AT(show_origin)},
    {HELP, 0, "man", CLI_FLAG_SWITCH, NULL,
     "The manual page as its source, for man -l. Without a command that of rsearch.", OUTPUT,
     .offset = AT(man)},
    {HELP, 0, "completion", CLI_FLAG_CHOICE, NULL,
     "The completion script of a shell. Installed where shells look for it.", OUTPUT,
     .offset = AT(shell), .choices = shells},
    {HELP, 0, "list", CLI_FLAG_CHOICE, NULL,
     "Names, one a line, as completion asks for them; words: those that begin with what follows.",
     OUTPUT, .offset = AT(list), .choices = lists},

    /* --- ranking --- */
    {RANKED, 0, "weight", CLI_FLAG_TEXTS, "FIELD=W",
     "Weight of a field in ranking; may be given again.", RANKING, CLI_COMPLETE_FIELD, AT(weights),
     .setting = true},
    {RANKED, 0, "ranking", CLI_FLAG_CHOICE, NULL,
     "What scores are made of. default: BM25F with a second look at the first hits, function words "
     "of a question aside; bm25f: the words alone; bm25: and every text field weighs the same.",
     RANKING, .offset = AT(ranking), .choices = rankings, .preset = "default", .setting = true},
    {QUERY | EVAL | SERVE, 0, "expand", CLI_FLAG_SWITCH, NULL,
     "Look for what the first hits are about, too: more on the subject. Not with quotes and "
     "operators.",
     RANKING, .offset = AT(expand), .setting = true},
    {RANKED, 0, "k1", CLI_FLAG_NUMBER, "X",
     "BM25: saturation of term frequency. Default: by the length of the documents; 1.2 with "
     "--ranking=bm25.",
     RANKING, .offset = AT(k1), .setting = true},
    {RANKED, 0, "b", CLI_FLAG_NUMBER, "X",
     "BM25: share of length, 0 to 1. Default: by the length of the documents; 0.75 with "
     "--ranking=bm25.",
     RANKING, .offset = AT(b), .setting = true},
    {RANKED, 0, "recency", CLI_FLAG_NUMBER, "DAYS",
     "Newer documents first among like ones: age takes up to half of a score, half of that in so "
     "many days.",
     RANKING, .offset = AT(recency), .setting = true},
    {RANKED, 0, "recency-field", CLI_FLAG_TEXT, "FIELD",
     "The date that --recency and --year-boost go by.", RANKING, CLI_COMPLETE_FIELD,
     AT(recency_field), .preset = "date", .setting = true},
    {RANKED, 0, "year-boost", CLI_FLAG_NUMBER, "X",
     "When the query names a year, documents of it score X times as much (1 to 1000).", RANKING,
     .offset = AT(year_boost), .setting = true},
    {EVAL, 0, "tune", CLI_FLAG_SWITCH, NULL,
     "Search k1, b and weights of fields, with cross-validation.", RANKING, .offset = AT(tune)},
    {EVAL, 0, "metric", CLI_FLAG_CHOICE, NULL, "What --tune makes as high as it can.", RANKING,
     .offset = AT(metric), .choices = cli_metric_names, .preset = "nDCG@10"},
    {EVAL, 0, "folds", CLI_FLAG_COUNT, "N", "Parts of the queries, each held out once by --tune.",
     RANKING, .offset = AT(folds), .least = 2, .most = 1000, .preset = "5"},
    {HITS | EVAL, 0, "exhaustive", CLI_FLAG_SWITCH, NULL,
     "Score every document: slow, with the same result.", RANKING, .offset = AT(exhaustive)},

    /* --- general --- */
    {SERVE, 0, "address", CLI_FLAG_TEXT, "ADDRESS",
     "Where to listen: an address of this machine in figures. 0.0.0.0 lets everybody in.", GENERAL,
     .offset = AT(address), .preset = "127.0.0.1"},
    {SERVE, 'p', "port", CLI_FLAG_COUNT, "N", "The port there (0: any that is free).", GENERAL,
     .offset = AT(port), .most = 65535, .preset = "7350", .setting = true},
    {SERVE, 'j', "threads", CLI_FLAG_COUNT, "N",
     "Requests answered at the same time. Default: one for each core.", GENERAL,
     .offset = AT(threads), .least = 1, .most = 64},
    {SERVE, 0, "connections", CLI_FLAG_COUNT, "N", "Connections held; others wait.", GENERAL,
     .offset = AT(connections), .least = 1, .most = 100000, .preset = "512", .setting = true},
    {INDEX, 'j', "threads", CLI_FLAG_COUNT, "N", "Threads. Default: one for each core.", GENERAL,
     .offset = AT(threads), .least = 1, .most = 64, .setting = true},
    {INDEX | OPTIMIZE | CHECK, 0, "memory", CLI_FLAG_SIZE, "SIZE", "Memory to use at most.",
     GENERAL, .offset = AT(memory), .least = UINT64_C(16) << 20, .most = UINT64_C(1) << 44,
     .preset = "256M", .setting = true},
    {INDEX | OPTIMIZE | DELETE | CHECK, 0, "wait", CLI_FLAG_COUNT, "SECONDS",
     "Wait so long for another writer of this index.", GENERAL, .offset = AT(wait), .most = 1000000,
     .preset = "0", .setting = true},
    {EVERY, 'i', "index", CLI_FLAG_TEXT, "DIR",
     "The index. Else $RSEARCH_INDEX, else .rsearch here or further up.", GENERAL,
     CLI_COMPLETE_FOLDER, AT(index), .variable = "RSEARCH_INDEX"},
    {EVERY & ~(HELP | CONFIG), 0, "io", CLI_FLAG_CHOICE, NULL,
     "How files of the index are read: mapped, or into memory when they are opened. read takes as "
     "much memory as the index is large, and bears files that fail or are cut meanwhile.",
     GENERAL, .offset = AT(io), .choices = ways, .preset = "map", .setting = true},
    {EVERY, 'h', "help", CLI_FLAG_HELP, NULL, "This text.", GENERAL},

    /* --- no flags, but settings --- */
    {0, 0, "pager-command", CLI_FLAG_TEXT, "COMMAND",
     "What shows output that is longer than the screen.", GENERAL, .offset = AT(pager_command),
     .preset = "less -FRX", .variable = "PAGER"},
};
const size_t cli_flag_count = sizeof cli_flags / sizeof cli_flags[0];
_Static_assert(sizeof cli_flags / sizeof cli_flags[0] <= CLI_FLAG_LIMIT,
               "cli_options keeps an origin for each row");
