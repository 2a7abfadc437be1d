#include "sample.h"

static bool
append(void *context, const rls_term_entry *entry)
{
    char *out = context;

    snprintf(out + strlen(out), 500 - strlen(out), "%s %s %s %d %d|", entry->word, entry->form,
             entry->term, (int)entry->documents, (int)entry->occurrences);
    return true;
}

static const char *
terms(rls_snapshot *snapshot, rls_terms_match match, uint32_t edits, const char *pattern)
{
    static char       out[500];
    rls_error         err = {.message = ""};
    rls_terms_options options = RLS_TERMS_OPTIONS_INIT;

    out[0] = '\0';
    options.match = match;
    options.edits = edits;
    SAMPLE_OK(rls_snapshot_terms(snapshot, pattern, strlen(pattern), &options, append, out, &err),
              err);
    return out;
}

/* Three commits; the third document is deleted after the second. */
static rls_snapshot *
open_words(const char *folder)
{
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;

    sample_add(writer, "a", "Munitions", "Munitions, munition and MUNITION in M\u0101ori", false);
    sample_commit(writer);
    sample_add(writer, "b", NULL, "munitions for dying ministers", false);
    sample_add(writer, "c", NULL, "munition munitions munitioned", false);
    sample_commit(writer);
    CHECK_OK(rls_writer_delete(writer, "c", NULL));
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    return snapshot;
}

TEST(words_are_told_with_their_documents_and_occurrences)
{
    const char   *folder = rls_test_temp_folder();
    rls_snapshot *snapshot = open_words(folder);

    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_PREFIX, 0, "Mun"),
                 "munition MUNITION munit 1 2|munitions Munitions munit 2 3|");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_WILDCARD, 0, "m?ori"), "maori M\u0101ori maori 1 1|");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_REGEX, 0, "d[a-z]+g"), "dying dying die 1 1|");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_FUZZY, 1, "munitons"), "munitions Munitions munit 2 3|");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_FUZZY, 0, "ministers"),
                 "ministers ministers minist 1 1|");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_PREFIX, 0, "munit*"), "");
    CHECK(strstr(terms(snapshot, RLS_TERMS_PREFIX, 0, ""), "|for for for 1 1|in in in 1 1|") !=
          NULL);
    rls_snapshot_close(snapshot);
}

/* Pairs of words are kept for phrases, and are no words. */
TEST(pairs_of_words_are_not_told)
{
    const char   *folder = rls_test_temp_folder();
    rls_writer   *writer = sample_writer(folder, NULL);
    rls_snapshot *snapshot;

    sample_add(writer, "a", NULL, "in the house of the lord", false);
    sample_commit(writer);
    rls_writer_close(writer);
    snapshot = sample_open(folder);
    CHECK_EQ_STR(
        terms(snapshot, RLS_TERMS_PREFIX, 0, ""),
        "house house hous 1 1|in in in 1 1|lord lord lord 1 1|of of of 1 1|the the the 1 2|");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_WILDCARD, 0, "*of*"), "of of of 1 1|");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_PREFIX, 0, "\x02"), "");
    CHECK_EQ_STR(terms(snapshot, RLS_TERMS_REGEX, 0, ".*of.*"), "of of of 1 1|");
    rls_snapshot_close(snapshot);
}

static bool
stop(void *context, const rls_term_entry *entry)
{
    (void)entry;
    return --*(int *)context > 0;
}

static bool
always(void *context)
{
    (void)context;
    return true;
}

TEST(looking_through_words_can_be_stopped_and_refused)
{
    const char       *folder = rls_test_temp_folder();
    rls_snapshot     *snapshot = open_words(folder);
    rls_terms_options options = RLS_TERMS_OPTIONS_INIT;
    rls_error         told = {.message = ""};
    int               left = 2;

    CHECK_OK(rls_snapshot_terms(snapshot, "", 0, NULL, stop, &left, NULL));
    CHECK_EQ_I64(left, 0);
    SAMPLE_REFUSED(rls_snapshot_terms(NULL, "", 0, NULL, stop, &left, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_terms(snapshot, "", 0, NULL, NULL, &left, &err), RLS_BAD_ARGUMENT);
    SAMPLE_REFUSED(rls_snapshot_terms(snapshot, NULL, 1, NULL, stop, &left, &err),
                   RLS_BAD_ARGUMENT);
    options.match = RLS_TERMS_REGEX;
    CHECK(rls_snapshot_terms(snapshot, "ab(", 3, &options, stop, &left, &told) == RLS_BAD_QUERY);
    CHECK_EQ_U64(told.offset, 2);
    options.cancel = always;
    SAMPLE_REFUSED(rls_snapshot_terms(snapshot, ".*", 2, &options, stop, &left, &err),
                   RLS_CANCELLED);
    options.edits = 3;
    SAMPLE_REFUSED(rls_snapshot_terms(snapshot, ".*", 2, &options, stop, &left, &err),
                   RLS_BAD_ARGUMENT);
    options = (rls_terms_options)RLS_TERMS_OPTIONS_INIT;
    options.struct_size--;
    SAMPLE_REFUSED(rls_snapshot_terms(snapshot, "", 0, &options, stop, &left, &err),
                   RLS_BAD_ARGUMENT);
    rls_snapshot_close(snapshot);
}
