#include "analysis/stemmer.h"

#include "analysis/analyzer.h"

#include <libstemmer.h>
#include <limits.h>

struct rls_stemmer {
    rls_heap          *heap;
    struct sb_stemmer *handle;
};

/* Codes of ISO 639 (parts 1 and 2, and macrolanguage members) for Snowball's names. A name that the
 * libstemmer at hand does not have is no language. */
static const struct {
    const char *name, *codes;
} languages[] = {
    {"arabic", "ar ara"},     {"armenian", "hy hye arm"}, {"basque", "eu eus baq"},
    {"catalan", "ca cat"},    {"danish", "da dan"},       {"dutch", "nl nld dut"},
    {"english", "en eng"},    {"esperanto", "eo epo"},    {"estonian", "et est"},
    {"finnish", "fi fin"},    {"french", "fr fra fre"},   {"german", "de deu ger"},
    {"greek", "el ell gre"},  {"hindi", "hi hin"},        {"hungarian", "hu hun"},
    {"indonesian", "id ind"}, {"irish", "ga gle"},        {"italian", "it ita"},
    {"lithuanian", "lt lit"}, {"nepali", "ne nep"},       {"norwegian", "no nor nb nob nn nno"},
    {"portuguese", "pt por"}, {"romanian", "ro ron rum"}, {"russian", "ru rus"},
    {"serbian", "sr srp"},    {"spanish", "es spa esl"},  {"swedish", "sv swe"},
    {"tamil", "ta tam"},      {"turkish", "tr tur"},      {"yiddish", "yi yid"},
};

enum {
    LANGUAGE_NAME_MAX = 32
};

static const char *
name_of_code(const char *code)
{
    size_t size = strlen(code);

    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        for (const char *at = languages[i].codes; *at != '\0';) {
            size_t length = strcspn(at, " ");
            if (length == size && memcmp(at, code, size) == 0)
                return languages[i].name;
            at += length;
            at += *at == ' ';
        }
    }
    return code;
}

rls_bytes
rls_language_canonical(rls_bytes language)
{
    char        lower[LANGUAGE_NAME_MAX];
    const char *name;
    size_t      size = 0;

    for (; size < language.size && size < sizeof lower - 1; size++) {
        uint8_t byte = language.data[size];
        /* en-NZ, en_US: the language is what counts. */
        if (size >= 2 && size <= 3 && (byte == '-' || byte == '_'))
            break;
        if ((byte | 0x20) < 'a' || (byte | 0x20) > 'z')
            return rls_bytes_of("", 0);
        lower[size] = (char)(byte | 0x20);
    }
    if (size == sizeof lower - 1)
        return rls_bytes_of("", 0);
    lower[size] = '\0';
    if (strcmp(lower, "none") == 0)
        return rls_bytes_of("none", 4);

    name = name_of_code(lower);
    for (const char **at = sb_stemmer_list(); *at != NULL; at++) {
        if (strcmp(*at, name) == 0)
            return rls_bytes_of(*at, strlen(*at));
    }
    return rls_bytes_of("", 0);
}

rls_status
rls_stemmer_unknown(rls_bytes language, rls_error *err)
{
    char   names[400] = "";
    size_t size = 0;
    int    shown = language.size < 40 ? (int)language.size : 40;

    for (const char **at = sb_stemmer_list(); *at != NULL; at++) {
        size_t length = strlen(*at);
        if (size + length + 3 > sizeof names)
            break;
        memcpy(names + size, *at, length);
        memcpy(names + size + length, ", ", 3);
        size += length + 2;
    }
    return rls_fail(err, RLS_BAD_ARGUMENT, "no language \"%.*s\" (there are %sand none)", shown,
                    (const char *)language.data, names);
}

rls_status
rls_stemmer_new(rls_heap *heap, rls_bytes name, rls_stemmer **out_stemmer, rls_error *err)
{
    rls_stemmer *stemmer;
    char         copy[LANGUAGE_NAME_MAX];

    *out_stemmer = NULL;
    if (name.size >= sizeof copy)
        return rls_stemmer_unknown(name, err);
    memcpy(copy, name.data, name.size);
    copy[name.size] = '\0';

    stemmer = rls_alloc_zeroed(heap, 1, sizeof *stemmer);
    if (stemmer == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory for a stemmer");
    stemmer->heap = heap;
    stemmer->handle = sb_stemmer_new(copy, "UTF_8");
    if (stemmer->handle == NULL) {
        rls_stemmer_free(stemmer);
        return rls_fail(err, RLS_NO_MEMORY, "no memory for the stemmer of %s", copy);
    }
    *out_stemmer = stemmer;
    return RLS_OK;
}

void
rls_stemmer_free(rls_stemmer *stemmer)
{
    if (stemmer == NULL)
        return;
    sb_stemmer_delete(stemmer->handle);
    rls_free(stemmer->heap, stemmer);
}

rls_status
rls_stemmer_stem(rls_stemmer *stemmer, rls_bytes word, rls_bytes *out_stem, rls_error *err)
{
    const sb_symbol *stem = NULL;

    *out_stem = rls_bytes_of(NULL, 0);
    if (word.size < INT_MAX)
        stem = sb_stemmer_stem(stemmer->handle, word.data, (int)word.size);
    if (stem == NULL)
        return rls_fail(err, RLS_NO_MEMORY, "no memory to stem %zu bytes", word.size);
    *out_stem = rls_bytes_of(stem, (size_t)sb_stemmer_length(stemmer->handle));
    return RLS_OK;
}
