#include "analysis/tokenizer_compound.h"

#include "analysis/word_break.h"

/* How an atom hangs together with the next: the joints of a segment (rls_word_joint), then these
 * links between segments. */
enum {
    LINK_HYPHEN = RLS_JOINT_UNDERSCORE + 1,
    LINK_SLASH
};

typedef struct atom {
    uint32_t start, end;
    uint32_t tail; /* end, or the end of the ++ or # behind the atom */
    uint8_t  link; /* RLS_JOINT_NONE at the last atom of a compound */
    bool     single;
} atom;

static inline bool
is_ascii_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
word_starts_at(rls_bytes text, uint32_t at)
{
    uint32_t size;

    return at < text.size && rls_word_starts(rls_word_class_at(text, at, &size));
}

static inline bool
byte_is(rls_bytes text, uint32_t at, uint8_t byte)
{
    return at < text.size && text.data[at] == byte;
}

/* The end of a sign that belongs to the word ending at `at`: C++, A+, C#. */
static uint32_t
suffix_end(rls_bytes text, uint32_t at)
{
    if (byte_is(text, at, '+')) {
        if (byte_is(text, at + 1, '+'))
            return byte_is(text, at + 2, '+') ? at : at + 2;
        return word_starts_at(text, at + 1) ? at : at + 1;
    }
    if (byte_is(text, at, '#') && !byte_is(text, at + 1, '#') && !word_starts_at(text, at + 1))
        return at + 1;
    return at;
}

/* The link at `at` and the size of its character; RLS_JOINT_NONE when there is none. */
static uint8_t
link_at(rls_bytes text, uint32_t at, uint32_t *size)
{
    uint32_t point;

    if (at >= text.size)
        return RLS_JOINT_NONE;
    *size = rls_utf8_next(text.data + at, text.data + text.size, &point);
    switch (point) {
    case '-':
    case '&':
    case 0x2010: /* hyphen, non-breaking hyphen, and the small and the wide hyphen-minus */
    case 0x2011:
    case 0xfe63:
    case 0xff0d:
        return LINK_HYPHEN;
    case '/':
    case '@':
        return LINK_SLASH;
    case '.': /* codes: AC.198; but not the missing space of "week.2 more" */
        return at > 0 && text.data[at - 1] >= 'A' && text.data[at - 1] <= 'Z' &&
                       at + 1 < text.size && is_ascii_digit(text.data[at + 1])
                   ? LINK_HYPHEN
                   : RLS_JOINT_NONE;
    default:
        return RLS_JOINT_NONE;
    }
}

/* Reads the atom at `at` and what links it to the next. `dotted`: a dot and a letter are before it.
 * Returns the begin of the next atom, or, when nothing links, the place to read on. */
static uint32_t
read_atom(rls_bytes text, uint32_t at, bool dotted, atom *out)
{
    rls_word_atom scan;
    uint32_t      place, size;

    rls_word_atom_scan(text, at, &scan);
    out->start = at;
    out->end = scan.end;
    out->tail = scan.end;
    out->link = (uint8_t)scan.joint;
    out->single = scan.single;
    if (scan.joint != RLS_JOINT_NONE)
        return scan.next;

    place = out->tail = suffix_end(text, scan.end);
    /* The last dot of U.S.-led. */
    if (dotted && scan.single && byte_is(text, place, '.') &&
        link_at(text, place + 1, &size) != RLS_JOINT_NONE)
        place++;
    out->link = link_at(text, place, &size);
    if (out->link != RLS_JOINT_NONE && word_starts_at(text, place + size))
        return place + size;
    out->link = RLS_JOINT_NONE;
    return out->tail;
}

/* True when .NET, #tag or @name begins with the sign before `at`: it must stand alone itself. */
static bool
has_prefix(rls_bytes text, uint32_t at)
{
    uint32_t point;
    uint8_t  sign = text.data[at - 1], byte;

    if (!rls_compound_is_prefix(sign) || (sign == '.' && is_ascii_digit(text.data[at])))
        return false;
    if (at == 1)
        return true;
    byte = text.data[at - 2];
    if (byte < 0x80)
        return byte <= ' ' || (byte == '/' && sign == '.') ||
               memchr("([{\"'<>=!?,;:*|", byte, 15) != NULL;
    rls_utf8_previous(text.data, text.data + at - 1, &point);
    switch (rls_word_class_of(point)) {
    case RLS_WORD_OTHER:
    case RLS_WORD_MID_NUM_LET: /* an opening quote */
    case RLS_WORD_SPACE:
    case RLS_WORD_NEWLINE:
    case RLS_WORD_FORMAT:
    case RLS_WORD_IDEOGRAPH:
    case RLS_WORD_EMOJI:
    case RLS_WORD_PICTOGRAPH:
        return true;
    default:
        return false;
    }
}

/* True when atoms[first..last], linked by commas, are one number: 1,250.50. */
static bool
is_grouped_number(rls_bytes text, const atom *atoms, size_t first, size_t last)
{
    const uint8_t *data = text.data;

    for (size_t i = first; i <= last; i++) {
        uint32_t at = i == first ? atoms[i].end : atoms[i].start, digits = 0;

        /* Before the first comma the digits are counted backwards, between commas forwards. */
        if (i == first) {
            while (at > atoms[i].start && is_ascii_digit(data[at - 1]))
                at--, digits++;
            if (digits == 0 || digits > 3)
                return false;
        } else {
            while (at < atoms[i].end && is_ascii_digit(data[at]))
                at++, digits++;
            if (digits != 3 || (i < last && at != atoms[i].end) ||
                atoms[i].start != atoms[i - 1].end + 1 || data[atoms[i - 1].end] != ',')
                return false;
        }
    }
    return true;
}

/* Makes one atom of dotted letters (U.S) and of grouped numbers. Returns the new count. */
static size_t
merge_atoms(rls_bytes text, atom *atoms, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count;) {
        size_t last = i;
        bool   one = false;

        if (atoms[i].link == RLS_JOINT_DOT &&
            (i == 0 || atoms[i - 1].link > RLS_JOINT_UNDERSCORE)) {
            one = atoms[i].single;
            while (atoms[last].link == RLS_JOINT_DOT)
                one &= atoms[++last].single;
            one &= atoms[last].link == RLS_JOINT_NONE || atoms[last].link > RLS_JOINT_UNDERSCORE;
        } else if (atoms[i].link == RLS_JOINT_COMMA) {
            while (atoms[last].link == RLS_JOINT_COMMA)
                last++;
            one = is_grouped_number(text, atoms, i, last);
        }
        if (one) {
            uint32_t start = atoms[i].start;
            atoms[kept] = atoms[last];
            atoms[kept].start = start;
            kept++;
            i = last + 1;
        } else {
            for (; i <= last; i++)
                atoms[kept++] = atoms[i];
        }
    }
    return kept;
}

typedef struct token_list {
    rls_token tokens[4 * RLS_COMPOUND_PARTS + 4];
    size_t    count;
    uint32_t  position;
    size_t    first_here; /* the first token at this position */
} token_list;

static void
add_token(token_list *list, uint32_t start, uint32_t end)
{
    rls_token *token = &list->tokens[list->count];

    if (end - start > RLS_TOKEN_MAX_SIZE)
        return;
    for (size_t i = list->first_here; i < list->count; i++) {
        if (list->tokens[i].start == start && list->tokens[i].end == end)
            return;
    }
    *token = (rls_token){start, end, list->position, 0};
    list->count++;
}

static void
next_position(token_list *list)
{
    /* All but the last, the atom itself, are wholes. */
    for (size_t i = list->first_here; i + 1 < list->count; i++)
        list->tokens[i].flags = RLS_TOKEN_WHOLE;
    list->first_here = list->count;
    list->position++;
}

/* The end of the last atom that is joined to atoms[i] by links up to `link`. */
static uint32_t
joined_end(const atom *atoms, size_t i, uint8_t link)
{
    while (atoms[i].link != RLS_JOINT_NONE && atoms[i].link <= link)
        i++;
    return atoms[i].tail;
}

/* Wholes and parts of a compound. With `all` also the wholes within: of A/AC.198/3 the AC.198. */
static void
list_tokens(token_list *list, uint32_t position, const atom *atoms, size_t count, bool prefix,
            bool all)
{
    uint8_t before = LINK_SLASH;

    list->count = list->first_here = 0;
    list->position = position;

    for (size_t i = 0; i < count; i++) {
        uint32_t start = atoms[i].start;
        uint32_t tied = joined_end(atoms, i, RLS_JOINT_UNDERSCORE);
        uint32_t hyphened = joined_end(atoms, i, LINK_HYPHEN);

        if (i == 0) {
            if (prefix)
                add_token(list, start - 1, joined_end(atoms, i, LINK_SLASH));
            add_token(list, start, joined_end(atoms, i, LINK_SLASH));
            /* Of .NET/x the .NET is larger than the NET, of .NET.198/3 it is not than NET.198. */
            if (prefix && all && tied == hyphened)
                add_token(list, start - 1, tied);
        }
        if (all && before >= LINK_SLASH)
            add_token(list, start, hyphened);
        if (i == 0 && prefix && all)
            add_token(list, start - 1, tied);
        if (all && before >= LINK_HYPHEN)
            add_token(list, start, tied);
        if (all)
            add_token(list, start, atoms[i].tail);
        add_token(list, start, atoms[i].end);
        next_position(list);
        before = atoms[i].link;
    }
}

static size_t
put_parts(rls_tokenizer *tokenizer, const atom *atoms, size_t count, rls_token *tokens)
{
    size_t written = 0;

    for (size_t i = 0; i < count; i++) {
        if (atoms[i].end - atoms[i].start <= RLS_TOKEN_MAX_SIZE)
            tokens[written++] = (rls_token){atoms[i].start, atoms[i].end, tokenizer->position, 0};
        tokenizer->position++;
    }
    return written;
}

/* A word or compound, from its first letter or digit on. */
static size_t
compound(rls_tokenizer *tokenizer, rls_token *tokens)
{
    rls_bytes  text = tokenizer->text;
    uint32_t   start = tokenizer->at, at = start;
    atom       atoms[RLS_COMPOUND_TOKENS];
    token_list list;
    size_t     count = 0;
    bool       prefix;

    do {
        at =
            read_atom(text, at, count > 0 && atoms[count - 1].link == RLS_JOINT_DOT, &atoms[count]);
        count++;
    } while (atoms[count - 1].link != RLS_JOINT_NONE && count < RLS_COMPOUND_TOKENS &&
             at - start <= RLS_TOKEN_MAX_SIZE && !tokenizer->in_long_compound);
    tokenizer->at = at;

    if (tokenizer->in_long_compound || atoms[count - 1].link != RLS_JOINT_NONE) {
        tokenizer->in_long_compound = atoms[count - 1].link != RLS_JOINT_NONE;
        return put_parts(tokenizer, atoms, count, tokens);
    }

    prefix = start > 0 && has_prefix(text, start);
    if (count == 1 && !prefix && atoms[0].tail == atoms[0].end)
        return put_parts(tokenizer, atoms, 1, tokens);
    count = merge_atoms(text, atoms, count);
    if (count > RLS_COMPOUND_PARTS || (count > 1 && at - start > RLS_TOKEN_MAX_SIZE))
        return put_parts(tokenizer, atoms, count, tokens);

    list_tokens(&list, tokenizer->position, atoms, count, prefix, true);
    if (list.count > RLS_COMPOUND_TOKENS)
        list_tokens(&list, tokenizer->position, atoms, count, prefix, false);
    memcpy(tokens, list.tokens, list.count * sizeof *tokens);
    tokenizer->position = list.position;
    return list.count;
}

static bool
is_run_class(rls_word_class class)
{
    return class == RLS_WORD_IDEOGRAPH || class == RLS_WORD_KATAKANA;
}

/* The end of the character at `at` with the marks attached to it. */
static uint32_t
cluster_end(rls_bytes text, uint32_t at)
{
    uint32_t size;
    rls_word_class class;

    rls_word_class_at(text, at, &size);
    at += size;
    while (at < text.size) {
        class = rls_word_class_at(text, at, &size);
        if (class != RLS_WORD_EXTEND && class != RLS_WORD_FORMAT && class != RLS_WORD_ZWJ)
            break;
        at += size;
    }
    return at;
}

/* Characters of scripts written without spaces: overlapping pairs. */
static size_t
run(rls_tokenizer *tokenizer, rls_token *tokens)
{
    rls_bytes text = tokenizer->text;
    uint32_t  start = tokenizer->at, middle = cluster_end(text, start), end, size;
    size_t    written = 0;

    for (;;) {
        bool more = middle < text.size && is_run_class(rls_word_class_at(text, middle, &size));

        if (!more && tokenizer->in_run) {
            tokenizer->in_run = false;
            break;
        }
        if (written == RLS_COMPOUND_TOKENS)
            break;
        end = more ? cluster_end(text, middle) : middle;
        if (end - start <= RLS_TOKEN_MAX_SIZE)
            tokens[written++] = (rls_token){start, end, tokenizer->position, 0};
        tokenizer->position++;
        start = middle;
        middle = end;
        if (!more)
            break;
        tokenizer->in_run = true;
    }
    tokenizer->at = tokenizer->in_run ? start : middle;
    return written;
}

static size_t
emoji(rls_tokenizer *tokenizer, rls_token *tokens)
{
    uint32_t start = tokenizer->at, end = rls_word_break_next(tokenizer->text, start);
    size_t   written = end - start <= RLS_TOKEN_MAX_SIZE;

    if (written > 0)
        tokens[0] = (rls_token){start, end, tokenizer->position, 0};
    tokenizer->position++;
    tokenizer->at = end;
    return written;
}

/* True when the pictograph that ends at `at` is asked to look like an emoji (U+FE0F). */
static bool
is_shown_as_emoji(rls_bytes text, uint32_t at)
{
    return text.size - at >= 3 && memcmp(text.data + at, "\xef\xb8\x8f", 3) == 0;
}

size_t
rls_compound_next(rls_tokenizer *tokenizer, rls_token *tokens)
{
    rls_bytes text = tokenizer->text;

    if (tokenizer->in_run)
        return run(tokenizer, tokens);
    do {
        uint32_t size;
        rls_word_class class = rls_word_class_at(text, tokenizer->at, &size);

        if (rls_word_starts(class))
            return compound(tokenizer, tokens);
        if (is_run_class(class))
            return run(tokenizer, tokens);
        if (class == RLS_WORD_EMOJI || class == RLS_WORD_REGIONAL ||
            (class == RLS_WORD_PICTOGRAPH && is_shown_as_emoji(text, tokenizer->at + size)))
            return emoji(tokenizer, tokens);
        tokenizer->at += size;
    } while (tokenizer->at < text.size && (text.data[tokenizer->at] >= 0x80 ||
                                           rls_compound_is_prefix(text.data[tokenizer->at - 1])));
    return 0;
}
