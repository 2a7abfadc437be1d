/* Snippets in their formats: of bodies and fields, with marks and with places. */
#include "analysis/analyzer.h"
#include "sample.h"
#include "support/heap_faulty.h"
#include "support/random_corpus.h"

static const char *
snippet(rls_hits *hits, uint32_t i, const rls_snippet_options *options)
{
    static char text[8192];
    rls_error   err = {.message = ""};
    rls_text    made;

    SAMPLE_OK(rls_hits_snippet(hits, i, options, &made, &err), err);
    CHECK(made.size < sizeof text);
    memcpy(text, made.data, made.size);
    text[made.size] = '\0';
    return text;
}

TEST(html_is_escaped_and_marked)
{
    static const sample_document documents[] = {
        {"a", "Tom & \"Jerry\" <b>munitions</b>", "Say alert('munitions') & 1 < 2 \x01go."}};
    rls_snapshot       *snapshot = sample_open(sample_index(documents, 1));
    rls_hits           *hits = sample_search(snapshot, "munitions", NULL);
    rls_snippet_options options = RLS_SNIPPET_OPTIONS_HTML_INIT;

    options.field = "title";
    CHECK_EQ_STR(snippet(hits, 0, &options),
                 "Tom &amp; &quot;Jerry&quot; &lt;b&gt;<mark>munitions</mark>&lt;/b&gt;");
    options.field = NULL;
    CHECK_EQ_STR(snippet(hits, 0, &options),
                 "Say alert(&#39;<mark>munitions</mark>&#39;) &amp; 1 &lt; 2 go.");
    options.format = RLS_SNIPPET_TEXT;
    CHECK_EQ_STR(snippet(hits, 0, &options), "Say alert('<mark>munitions</mark>') & 1 < 2 go.");
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(a_snippet_may_be_of_any_field_and_value)
{
    const char         *folder = rls_test_temp_folder();
    rls_writer         *writer = sample_writer(folder, NULL);
    rls_snippet_options options = RLS_SNIPPET_OPTIONS_INIT;
    rls_document       *document;
    rls_snapshot       *snapshot;
    rls_hits           *hits;

    CHECK_OK(rls_document_create("a", &document, NULL));
    CHECK_OK(rls_document_add(document, "title", "A treaty", 8, NULL));
    CHECK_OK(rls_document_add(document, "ministers", "Phil Goff", 9, NULL));
    CHECK_OK(rls_document_add(document, "ministers", "Helen Clark", 11, NULL));
    CHECK_OK(rls_document_body(document, "words of a treaty by Goff", 25, false, NULL));
    CHECK_OK(rls_writer_add(writer, document, NULL));
    rls_document_close(document);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    hits = sample_search(snapshot, "treaty goff clark", NULL);
    options.field = "title";
    CHECK_EQ_STR(snippet(hits, 0, &options), "A [treaty]");
    options.value = 1;
    CHECK_EQ_STR(snippet(hits, 0, &options), "");
    options.field = "ministers";
    CHECK_EQ_STR(snippet(hits, 0, &options), "Helen [Clark]");
    options.value = 0;
    CHECK_EQ_STR(snippet(hits, 0, &options), "Phil [Goff]");
    options.field = "body";
    CHECK_EQ_STR(snippet(hits, 0, &options), "words of a [treaty] by [Goff]");
    options.field = "none";
    CHECK_EQ_STR(snippet(hits, 0, &options), "");
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(the_whole_field_keeps_its_paragraphs)
{
    static const sample_document documents[] = {{"a", NULL,
                                                 "# A *head*\n\nFirst line\nof munitions.\n\n\n- "
                                                 "one\n- two\n\nThe [end](http://x) of it.\n"}};
    rls_snapshot                *snapshot = sample_open(sample_index(documents, 1));
    rls_hits                    *hits = sample_search(snapshot, "munitions end", NULL);
    rls_snippet_options          options = RLS_SNIPPET_OPTIONS_INIT;

    options.whole = true;
    CHECK_EQ_STR(snippet(hits, 0, &options),
                 "A head\n\nFirst line of [munitions].\n\none\ntwo\n\nThe [end] of it.");
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(lines_of_a_plain_text_are_kept_in_the_whole_of_it)
{
    const char         *folder = rls_test_temp_folder();
    rls_writer         *writer = sample_writer(folder, NULL);
    rls_snippet_options options = RLS_SNIPPET_OPTIONS_INIT;
    rls_snapshot       *snapshot;
    rls_hits           *hits;

    sample_add(writer, "a", NULL, "one\ntwo  three\n\n\n\nfour\n", false);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    hits = sample_search(snapshot, "two", NULL);
    options.whole = true;
    CHECK_EQ_STR(snippet(hits, 0, &options), "one\n[two] three\n\nfour");
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

/* --- properties over random documents --- */

/* Puts marks around the places. */
static void
mark_places(rls_text text, const rls_snippet_span *spans, uint32_t count, char *out)
{
    size_t at = 0;

    for (uint32_t i = 0; i < count; i++) {
        CHECK(spans[i].start >= at && spans[i].start < spans[i].end && spans[i].end <= text.size);
        out += sprintf(out, "%.*s", (int)(spans[i].start - at), text.data + at);
        out += sprintf(out, "{%.*s}", (int)(spans[i].end - spans[i].start),
                       text.data + spans[i].start);
        at = spans[i].end;
    }
    sprintf(out, "%.*s", (int)(text.size - at), text.data + at);
}

/* Some word of the marked text has a term of the query, and begins it. */
static void
check_marked(rls_analyzer *analyzer, const char *marked, size_t size, char terms[][64],
             int term_count)
{
    rls_tokenizer tokenizer;
    rls_token     tokens[32];
    size_t        count;
    bool          met = false;

    rls_tokenizer_init(&tokenizer, rls_bytes_of(marked, size), 0);
    count = rls_tokenizer_fill(&tokenizer, tokens, 32);
    for (size_t i = 0; i < count; i++) {
        rls_bytes term;
        CHECK_OK(rls_analyzer_term(
            analyzer, rls_bytes_of(marked + tokens[i].start, tokens[i].end - tokens[i].start),
            &term, NULL));
        for (int t = 0; t < term_count; t++)
            met = met ||
                  (strlen(terms[t]) == term.size && memcmp(terms[t], term.data, term.size) == 0);
    }
    if (!met)
        rls_test_fail(__FILE__, __LINE__, "\"%.*s\" is marked", (int)size, marked);
}

static void
unescape(const char *html, char *out)
{
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    static const char        values[] = "&<>\"'";

    while (*html != '\0') {
        if (*html == '&') {
            size_t i = 0;
            while (i < 5 && strncmp(html, names[i], strlen(names[i])) != 0)
                i++;
            CHECK(i < 5);
            *out++ = values[i];
            html += strlen(names[i]);
        } else {
            CHECK(strchr("<>\"'", *html) == NULL);
            *out++ = *html++;
        }
    }
    *out = '\0';
}

static void
check_formats(rls_hits *hits, uint32_t i, rls_snippet_options *options, rls_analyzer *analyzer,
              char terms[][64], int term_count)
{
    static char             wanted[16384], html[16384], plain[16384];
    const rls_snippet_span *spans;
    rls_text                text;
    uint32_t                count;

    options->format = RLS_SNIPPET_TEXT;
    options->mark_start = "{";
    options->mark_end = "}";
    CHECK_OK(rls_hits_snippet_spans(hits, i, options, &text, &spans, &count, NULL));
    mark_places(text, spans, count, wanted);
    CHECK_EQ_STR(snippet(hits, i, options), wanted);
    for (uint32_t s = 0; s < count; s++)
        check_marked(analyzer, text.data + spans[s].start, spans[s].end - spans[s].start, terms,
                     term_count);
    memcpy(plain, text.data, text.size);
    plain[text.size] = '\0';
    options->format = RLS_SNIPPET_HTML;
    options->mark_start = options->mark_end = "";
    unescape(snippet(hits, i, options), html);
    CHECK_EQ_STR(html, plain);
    CHECK_OK(rls_hits_snippet_spans(hits, i, options, &text, &spans, &count, NULL));
    for (uint32_t s = 0; s < count; s++)
        CHECK(spans[s].start < spans[s].end && spans[s].end <= text.size);
}

TEST(places_and_marks_agree_in_every_format_and_mark_what_the_query_asks_for)
{
    rls_random    random = {rls_test_seed()};
    rls_corpus   *corpus = rls_corpus_new(rls_random_next(&random), 60, 80);
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;
    rls_analyzer *analyzer;
    rls_heap      heap;

    rls_heap_init(&heap, NULL, SIZE_MAX);
    CHECK_OK(rls_analyzer_new(&heap, rls_bytes_of("en", 2), &analyzer, NULL));
    for (size_t i = 0; i < corpus->count; i++) {
        rls_corpus_document *from = &corpus->documents[i];
        char                *hostile = malloc(strlen(from->body) + 200);
        /* Signs of HTML inside and around words. */
        sprintf(hostile, "<i>&amp; '%s\" onclick=\"x()\"> </i> & <", from->body);
        for (char *at = hostile + 10; *at != '\0'; at++)
            if (*at == ' ' && rls_random_below(&random, 6) == 0)
                *at = "<>&\"'"[rls_random_below(&random, 5)];
        sample_add(writer, from->key, from->title, hostile, i % 2 == 0);
        free(hostile);
    }
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    for (int round = 0; round < 60; round++) {
        rls_snippet_options options = RLS_SNIPPET_OPTIONS_INIT;
        const char         *words[2] = {rls_corpus_word(&random), rls_corpus_word(&random)};
        char                query[256], terms[2][64];
        rls_hits           *hits;

        for (int w = 0; w < 2; w++) {
            rls_bytes term;
            CHECK_OK(
                rls_analyzer_term(analyzer, rls_bytes_of(words[w], strlen(words[w])), &term, NULL));
            snprintf(terms[w], sizeof terms[w], "%.*s", (int)term.size, term.data);
        }
        if (strpbrk(words[0], "-/.:&@") != NULL || strpbrk(words[1], "-/.:&@") != NULL)
            continue; /* its parts are marked, too */
        snprintf(query, sizeof query, "%s %s", words[0], words[1]);
        hits = sample_search(snapshot, query, NULL);
        for (uint32_t i = 0; i < rls_hits_count(hits); i++) {
            options.size = 40 + rls_random_below(&random, 400);
            options.passages = 1 + rls_random_below(&random, 4);
            options.whole = rls_random_below(&random, 5) == 0;
            options.field = rls_random_below(&random, 5) == 0 ? "title" : NULL;
            check_formats(hits, i, &options, analyzer, terms, 2);
        }
        rls_hits_close(hits);
    }
    rls_snapshot_close(snapshot);
    rls_analyzer_free(analyzer);
    rls_corpus_free(corpus);
}

TEST(misuse_of_snippet_places_is_told)
{
    static const sample_document documents[] = {{"a", "T", "munitions"}};
    rls_snapshot                *snapshot = sample_open(sample_index(documents, 1));
    rls_hits                    *hits = sample_search(snapshot, "munitions", NULL);
    rls_snippet_options          options = RLS_SNIPPET_OPTIONS_INIT;
    const rls_snippet_span      *spans;
    rls_text                     text;
    uint32_t                     count;

    SAMPLE_REFUSED(rls_hits_snippet_spans(NULL, 0, NULL, &text, &spans, &count, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_snippet_spans(hits, 1, NULL, &text, &spans, &count, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_snippet_spans(hits, 0, NULL, NULL, &spans, &count, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_snippet_spans(hits, 0, NULL, &text, NULL, &count, &err),
                   RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_hits_snippet_spans(hits, 0, NULL, &text, &spans, NULL, &err),
                   RLS_BAD_ARGUMENT);
    options.format = (rls_snippet_format)2;
    SAMPLE_REFUSED(rls_hits_snippet_spans(hits, 0, &options, &text, &spans, &count, &err),
                   RLS_BAD_ARGUMENT);
    CHECK(text.size == 0 && spans == NULL && count == 0);
    rls_hits_close(hits);
    rls_snapshot_close(snapshot);
}

TEST(snippets_survive_the_failure_of_any_allocation)
{
    static const sample_document documents[] = {
        {"a", "Munitions", "A sentence of munitions. Another one <here>."}};
    rls_snapshot_options options = RLS_SNAPSHOT_OPTIONS_INIT;
    const char          *folder = sample_index(documents, 1);

    for (uint64_t n = 1;; n++) {
        rls_snippet_options     look = RLS_SNIPPET_OPTIONS_HTML_INIT;
        const rls_snippet_span *spans;
        rls_heap_faulty         faulty;
        rls_snapshot           *snapshot;
        rls_status              status;
        rls_hits               *hits = NULL;
        rls_text                text;
        uint32_t                count;
        rls_heap_faulty_init(&faulty, n, false);
        options.allocator = &faulty.allocator;
        status = rls_snapshot_open(folder, &options, &snapshot, NULL);
        if (status == RLS_OK)
            status = rls_snapshot_search_text(snapshot, "munitions", 9, NULL, &hits, NULL);
        if (status == RLS_OK)
            status = rls_hits_snippet_spans(hits, 0, &look, &text, &spans, &count, NULL);
        look.whole = true;
        look.field = "title";
        if (status == RLS_OK)
            status = rls_hits_snippet(hits, 0, &look, &text, NULL);
        rls_hits_close(hits);
        rls_snapshot_close(snapshot);
        CHECK_EQ_U64(faulty.live, 0);
        CHECK(status == RLS_OK || (faulty.failed && status == RLS_NO_MEMORY));
        if (!faulty.failed)
            break;
    }
}
