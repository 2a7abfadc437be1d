#include "analysis/analyzer.h"

#include "analysis/function_words.h"
#include "analysis/normalizer.h"
#include "analysis/stemmer.h"
#include "analysis/utf8.h"
#include "analysis/word_break.h"
#include "base/buffer.h"
#include "base/hash.h"

/* To be raised whenever the tokens or terms of any text change by our own rules. */
#define ANALYSIS_VERSION "1"

struct rls_analyzer {
    rls_heap      *heap;
    rls_bytes      language; /* canonical */
    rls_stemmer   *stemmer;  /* NULL for "none" */
    rls_normalizer normalizer;
    rls_buffer     word; /* the folded surface, while a term is made of it */
};

/* Words whose stems tell one version of a stemmer from another: endings of all the languages. */
static const char *const probes[] = {
    "ministers",     "minister's",     "organisations",
    "generously",    "relational",     "conditional",
    "running",       "flies",          "dying",
    "skis",          "communication",  "communities",
    "happily",       "universities",   "argument",
    "don't",         "aufgaben",       "häuser",
    "häufigkeiten",  "ausweisungen",   "continuellement",
    "nationalité",   "mangeaient",     "chevaux",
    "canciones",     "rápidamente",    "niñas",
    "corações",      "informações",    "governamental",
    "abbandonata",   "pronunciamento", "lichamelijk",
    "opheffingen",   "jaktkarlarna",   "kunskapernas",
    "indtræffer",    "undersøgelse",   "havnedistriktene",
    "edeltäjien",    "taloissamme",    "megszentségteleníthetetlenség",
    "házaiban",      "evlerimizden",   "kitapların",
    "abruptamente",  "legislației",    "важнейшими",
    "правительства", "министарства",   "κυβερνήσεις",
    "ανθρώπων",      "والمدارس",       "الحكومة",
    "कार्यक्रमों",      "सरकारले",         "அரசாங்கத்தின்",
    "mempermainkan", "bhfoirgnimh",    "vyriausybės",
    "gobernuaren",   "castanyes",      "կառավարություն",
    "אויסגעגאנגענע",
};

rls_status
rls_analyzer_fingerprint(rls_analyzer *analyzer, uint64_t *out_fingerprint, rls_error *err)
{
    rls_buffer  all;
    rls_status  status = RLS_OK;
    const char *head[] = {ANALYSIS_VERSION, rls_normalizer_version(), rls_word_break_version};

    rls_buffer_init(&all, analyzer->heap);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        rls_buffer_append(&all, head[i], strlen(head[i]) + 1);
    rls_buffer_put_u64(&all, rls_function_words_fingerprint());
    rls_buffer_append(&all, analyzer->language.data, analyzer->language.size);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        rls_bytes term;

        status =
            rls_analyzer_term(analyzer, rls_bytes_of(probes[i], strlen(probes[i])), &term, err);
        if (status != RLS_OK)
            break;
        rls_buffer_put_u8(&all, 0);
        rls_buffer_append(&all, term.data, term.size);
    }
    if (status == RLS_OK && all.failed)
        status = rls_fail(err, RLS_NO_MEMORY, "no memory for an analyzer");
    if (status == RLS_OK)
        *out_fingerprint = rls_hash64(all.data, all.size);
    rls_buffer_release(&all);
    return status;
}

rls_status
rls_analyzer_new(rls_heap *heap, rls_bytes language, rls_analyzer **out_analyzer, rls_error *err)
{
    rls_bytes     name = rls_language_canonical(language);
    rls_analyzer *analyzer;
    rls_status    status = RLS_OK;

    *out_analyzer = NULL;
    if (name.size == 0)
        return rls_stemmer_unknown(language, err);

    analyzer = rls_alloc_zeroed(heap, 1, sizeof *analyzer);
    if (analyzer == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for an analyzer");
    analyzer->heap = heap;
    analyzer->language = name;
    rls_normalizer_init(&analyzer->normalizer, heap);
    rls_buffer_init(&analyzer->word, heap);

    if (rls_bytes_compare(name, rls_bytes_of("none", 4)) != 0)
        status = rls_stemmer_new(heap, name, &analyzer->stemmer, err);
    if (status != RLS_OK) {
        rls_analyzer_free(analyzer);
        return status;
    }
    *out_analyzer = analyzer;
    return RLS_OK;
}

void
rls_analyzer_free(rls_analyzer *analyzer)
{
    if (analyzer == NULL)
        return;
    rls_stemmer_free(analyzer->stemmer);
    rls_normalizer_release(&analyzer->normalizer);
    rls_buffer_release(&analyzer->word);
    rls_free(analyzer->heap, analyzer);
}

static rls_bytes
trim_apostrophes(rls_bytes word)
{
    rls_bytes inner = word;

    while (inner.size > 0 && inner.data[0] == '\'')
        inner.data++, inner.size--;
    while (inner.size > 0 && inner.data[inner.size - 1] == '\'')
        inner.size--;
    return inner.size > 0 ? inner : word;
}

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* The size of the first character of `word` with its marks, when that is a letter; else 0. */
static size_t
letter_size(rls_bytes word)
{
    size_t size = 0;

    if (word.size == 0 || word.data[0] == '.')
        return 0;
    do
        size++;
    while (size < word.size && (word.data[size] & 0xc0) == 0x80);
    return rls_normalizer_is_word(rls_bytes_of(word.data, size)) ? size : 0;
}

/* Takes the dots out of u.s and u.s., into `data`; other words stay as they are. */
static rls_bytes
join_initials(rls_bytes word, uint8_t *data)
{
    size_t    joined = 0, letters = 0;
    rls_bytes rest = word;

    for (; rest.size > 0; letters++) {
        size_t size = letter_size(rest);

        if (size == 0 || (size < rest.size && rest.data[size] != '.'))
            return word;
        size += size < rest.size;
        rest.data += size;
        rest.size -= size;
    }
    if (letters < 2)
        return word;
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] != '.')
            data[joined++] = word.data[i];
    }
    return rls_bytes_of(data, joined);
}

/* True when the digits and commas word[first, last) are one number: up to three digits, then groups
 * of exactly three. */
static bool
is_grouped(rls_bytes word, size_t first, size_t last)
{
    size_t group = 0;
    bool   later = false;

    for (size_t i = first; i < last; i++) {
        if (word.data[i] != ',') {
            group++;
            continue;
        }
        if (group == 0 || group > 3 || (later && group != 3))
            return false;
        later = true;
        group = 0;
    }
    return later && group == 3;
}

/* Takes the commas of thousands out, into `data`. */
static rls_bytes
join_thousands(rls_bytes word, uint8_t *data)
{
    size_t joined = 0;

    if (memchr(word.data, ',', word.size) == NULL)
        return word;
    for (size_t i = 0; i < word.size;) {
        size_t last = i;
        bool   grouped;

        while (last < word.size && (is_digit(word.data[last]) || word.data[last] == ','))
            last++;
        grouped = is_grouped(word, i, last);
        last += last == i;
        for (; i < last; i++) {
            if (!grouped || word.data[i] != ',')
                data[joined++] = word.data[i];
        }
    }
    return rls_bytes_of(data, joined);
}

static bool
is_named(rls_bytes language, const char *name)
{
    return language.size == strlen(name) && memcmp(language.data, name, language.size) == 0;
}

/* Articles and pronouns that French, Italian and Catalan tie to the next word: l'état is found
 * under état. */
static rls_bytes
drop_elision(rls_bytes language, rls_bytes word)
{
    static const char *const elisions[][2] = {
        {"french", " l m t qu n s j d c jusqu quoiqu lorsqu puisqu "},
        {"italian", " c l all dall dell nell sull coll pell gl agl dagl degl negl sugl un m t s v "
                    "d quest quell "},
        {"catalan", " d l m n s t "},
    };
    const uint8_t *apostrophe = memchr(word.data, '\'', word.size);
    size_t         size;
    char           wanted[8];

    if (apostrophe == NULL)
        return word;
    size = (size_t)(apostrophe - word.data);
    if (size == 0 || size > sizeof wanted - 2 || size + 1 == word.size)
        return word;
    wanted[0] = ' ';
    memcpy(wanted + 1, word.data, size);
    wanted[size + 1] = ' ';
    for (size_t i = 0; i < sizeof elisions / sizeof *elisions; i++) {
        if (is_named(language, elisions[i][0]) &&
            memmem(elisions[i][1], strlen(elisions[i][1]), wanted, size + 2) != NULL)
            return trim_apostrophes(rls_bytes_of(apostrophe + 1, word.size - size - 1));
    }
    return word;
}

/* Marks that folding took and the stemmer needs: without them informação and informações part.
 * Only endings that are hardly ever written without the mark on purpose. `data` has room
 * for it, and may be where the word stands. */
static rls_bytes
restore_ending(rls_bytes language, rls_bytes word, uint8_t *data)
{
    static const char *const endings[][3] = {
        {"portuguese", "acao", "ação"},
        {"portuguese", "acoes", "ações"},
    };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i][1]);

        if (!is_named(language, endings[i][0]) || word.size < size ||
            memcmp(word.data + word.size - size, endings[i][1], size) != 0)
            continue;
        size = word.size - size;
        memmove(data, word.data, size);
        memcpy(data + size, endings[i][2], strlen(endings[i][2]));
        return rls_bytes_of(data, size + strlen(endings[i][2]));
    }
    return word;
}

/* At most RLS_TERM_MAX bytes, whole characters. */
static rls_bytes
clip(rls_bytes term)
{
    if (term.size > RLS_TERM_MAX) {
        term.size = RLS_TERM_MAX;
        while (term.size > 1 && (term.data[term.size] & 0xc0) == 0x80)
            term.size--;
    }
    return term;
}

rls_status
rls_analyzer_term(rls_analyzer *analyzer, rls_bytes surface, rls_bytes *out_term, rls_error *err)
{
    rls_bytes  folded, word, stem;
    rls_status status;

    *out_term = rls_bytes_of(NULL, 0);
    status = rls_normalizer_fold(&analyzer->normalizer, surface, RLS_FOLD_ALL, &folded, err);
    if (status != RLS_OK)
        return status;
    rls_buffer_clear(&analyzer->word);
    if (!rls_buffer_reserve(&analyzer->word, folded.size + 8))
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a term of %zu bytes", folded.size);

    word = trim_apostrophes(folded);
    if (!rls_normalizer_is_word(word))
        word = join_initials(word, analyzer->word.data);
    if (analyzer->stemmer == NULL || !rls_normalizer_is_word(word)) {
        *out_term = clip(join_thousands(word, analyzer->word.data));
        return RLS_OK;
    }
    word = drop_elision(analyzer->language, clip(word));
    status =
        rls_stemmer_stem(analyzer->stemmer,
                         restore_ending(analyzer->language, word, analyzer->word.data), &stem, err);
    if (status != RLS_OK)
        return status;
    if (stem.size == 0) {
        *out_term = word;
        return RLS_OK;
    }
    /* Some stemmers put marks on: Turkish ağaçlar → agaç. */
    status = rls_normalizer_fold(&analyzer->normalizer, stem, RLS_FOLD_ALL, out_term, err);
    if (status == RLS_OK)
        *out_term = clip(*out_term);
    return status;
}

rls_status
rls_analyzer_fold(rls_analyzer *analyzer, rls_bytes text, rls_fold_level level,
                  rls_bytes *out_folded, rls_error *err)
{
    return rls_normalizer_fold(&analyzer->normalizer, text, level, out_folded, err);
}

bool
rls_analyzer_has_marks(rls_analyzer *analyzer, rls_bytes surface)
{
    rls_bytes folded;

    if (rls_normalizer_fold(&analyzer->normalizer, surface, RLS_FOLD_CASE, &folded, NULL) != RLS_OK)
        return false;
    rls_buffer_clear(&analyzer->word);
    rls_buffer_append(&analyzer->word, folded.data, folded.size);
    if (analyzer->word.failed ||
        rls_normalizer_fold(&analyzer->normalizer, surface, RLS_FOLD_ALL, &folded, NULL) != RLS_OK)
        return false;
    return rls_bytes_compare(folded, rls_buffer_bytes(&analyzer->word)) != 0;
}

bool
rls_analyzer_keeps_first(const rls_analyzer *analyzer)
{
    static const char *const names[] = {"none",   "english",   "porter",  "german",
                                        "danish", "norwegian", "swedish", "spanish"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_named(analyzer->language, names[i]))
            return true;
    return false;
}
