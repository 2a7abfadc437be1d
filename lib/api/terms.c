#include "search/pattern_words.h"

#include "api/handles.h"

typedef struct terms_poll {
    const rls_terms_options *options;
    rls_error               *err;
} terms_poll;

static rls_status
poll_terms(void *context)
{
    const terms_poll *poll = context;

    if (poll->options->cancel == NULL || !poll->options->cancel(poll->options->cancel_context))
        return RLS_OK;
    return rls_fail(poll->err, RLS_CANCELLED, "looking through the words was cancelled");
}

static rls_status
compile(rls_heap *heap, rls_arena *arena, const rls_terms_options *options, rls_bytes text,
        const rls_pattern **out_pattern, rls_error *err)
{
    static const rls_pattern_kind kinds[] = {[RLS_TERMS_PREFIX] = RLS_PATTERN_PREFIX,
                                             [RLS_TERMS_WILDCARD] = RLS_PATTERN_WILDCARD,
                                             [RLS_TERMS_REGEX] = RLS_PATTERN_REGEX,
                                             [RLS_TERMS_FUZZY] = RLS_PATTERN_FUZZY};
    rls_pattern_kind              kind = kinds[options->match];
    rls_analyzer                 *folder;
    rls_status status = rls_analyzer_new(heap, rls_bytes_of("none", 4), &folder, err);

    if (status != RLS_OK)
        return status;
    if (kind == RLS_PATTERN_PREFIX && text.size == 0) {
        kind = RLS_PATTERN_WILDCARD;
        text = rls_bytes_of("*", 1);
    }
    status = rls_pattern_compile(heap, arena, folder, kind, text, options->edits, out_pattern, err);
    rls_analyzer_free(folder);
    return status;
}

static rls_status
tell(const rls_pattern_word *words, uint32_t                          count,
     bool (*visit)(void *context, const rls_term_entry *entry), void *context)
{
    for (uint32_t i = 0; i < count; i++) {
        rls_term_entry entry = {.word = (const char *)words[i].word.data,
                                .form = (const char *)words[i].form.data,
                                .term = (const char *)words[i].term.data,
                                .documents = words[i].documents,
                                .occurrences = words[i].occurrences,
                                .edits = words[i].edits};
        if (!visit(context, &entry))
            break;
    }
    return RLS_OK;
}

rls_status
rls_snapshot_terms(rls_snapshot *snapshot, const char *pattern, size_t size,
                   const rls_terms_options *options,
                   bool (*visit)(void *context, const rls_term_entry *entry), void *context,
                   rls_error *err)
{
    rls_terms_options  own = RLS_TERMS_OPTIONS_INIT;
    terms_poll         poll = {.options = &own, .err = err};
    const rls_pattern *compiled;
    rls_pattern_word  *words;
    uint32_t           count;
    rls_arena          arena;
    rls_status         status;

    RLS_REQUIRE(snapshot, err);
    RLS_REQUIRE(visit, err);
    if (pattern == NULL && size > 0)
        return rls_fail(err, RLS_BAD_ARGUMENT, "a pattern needs its text");
    if (options != NULL) {
        if (options->struct_size != sizeof *options)
            return rls_fail(err, RLS_BAD_ARGUMENT,
                            "rls_terms_options of %zu bytes, this library has %zu",
                            options->struct_size, sizeof *options);
        own = *options;
    }
    if ((unsigned)own.match > RLS_TERMS_FUZZY || own.edits > RLS_PATTERN_EDITS_MAX)
        return rls_fail(err, RLS_BAD_ARGUMENT, "options of terms are out of range");
    rls_arena_init(&arena, snapshot->heap, 64 * 1024);
    status = compile(snapshot->heap, &arena, &own, rls_bytes_of(pattern, size), &compiled, err);
    if (status == RLS_OK)
        status = rls_pattern_words_find(snapshot->heap, &arena, snapshot, compiled, poll_terms,
                                        &poll, &words, &count, err);
    if (status == RLS_OK)
        status = tell(words, count, visit, context);
    rls_arena_release(&arena);
    return status;
}
