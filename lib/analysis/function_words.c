#include "analysis/function_words.h"

#include "base/hash.h"

/* A bit for each language that has a list. */
enum {
    EN = 1 << 0,
    DE = 1 << 1,
    FR = 1 << 2,
    ES = 1 << 3,
    IT = 1 << 4,
    PT = 1 << 5,
    NL = 1 << 6,
    SV = 1 << 7, /* with Danish and Norwegian */
    RU = 1 << 8
};

enum {
    WORD_SIZE = 12
};

typedef struct function_word {
    char     word[WORD_SIZE]; /* folded */
    uint16_t languages;
} function_word;

/* Ascending by bytes. */
static const function_word words[] = {
    {"a", EN | FR | IT | PT},
    {"aan", NL},
    {"al", ES},
    {"all", EN},
    {"als", DE | NL},
    {"an", DE},
    {"and", EN},
    {"are", EN},
    {"as", EN | PT},
    {"at", EN | SV},
    {"auf", DE},
    {"aux", FR},
    {"av", SV},
    {"be", EN},
    {"by", EN},
    {"che", IT},
    {"com", PT},
    {"con", ES | IT},
    {"da", IT | PT | SV},
    {"dans", FR},
    {"das", DE | PT},
    {"dat", NL},
    {"de", FR | ES | PT | NL | SV},
    {"dei", IT},
    {"del", ES | IT},
    {"della", IT},
    {"dem", DE},
    {"den", DE | SV},
    {"der", DE},
    {"des", DE | FR},
    {"det", SV},
    {"di", IT},
    {"die", DE | NL},
    {"do", PT},
    {"dos", PT},
    {"du", FR},
    {"e", IT | PT},
    {"een", NL},
    {"ein", DE},
    {"eine", DE},
    {"el", ES},
    {"em", PT},
    {"en", FR | ES | NL | SV},
    {"er", DE | SV},
    {"es", DE | ES},
    {"est", FR},
    {"et", FR | SV},
    {"ett", SV},
    {"for", EN | SV},
    {"from", EN},
    {"fur", DE},
    {"govern", EN}, /* a stem, as is minist */
    {"government", EN},
    {"has", EN},
    {"have", EN},
    {"het", NL},
    {"i", IT | SV},
    {"il", FR | IT},
    {"in", EN | DE | IT | NL},
    {"is", EN | NL},
    {"ist", DE},
    {"it", EN},
    {"la", FR | ES | IT},
    {"las", ES},
    {"le", FR | IT},
    {"les", FR},
    {"los", ES},
    {"med", SV},
    {"met", NL},
    {"minist", EN},
    {"minister", EN},
    {"mit", DE},
    {"more", EN},
    {"na", PT},
    {"new", EN},
    {"nicht", DE},
    {"no", ES | PT},
    {"not", EN},
    {"o", PT},
    {"och", SV},
    {"of", EN | NL},
    {"og", SV},
    {"om", NL | SV},
    {"on", EN},
    {"one", EN},
    {"op", NL},
    {"or", EN},
    {"os", PT},
    {"our", EN},
    {"par", FR},
    {"para", ES | PT},
    {"pas", FR},
    {"per", IT},
    {"por", ES | PT},
    {"pour", FR},
    {"que", FR | ES | PT},
    {"qui", FR},
    {"same", EN},
    {"se", ES | PT | SV},
    {"sich", DE},
    {"som", SV},
    {"su", ES},
    {"sur", FR},
    {"te", NL},
    {"that", EN},
    {"the", EN},
    {"this", EN},
    {"til", SV},
    {"time", EN},
    {"to", EN},
    {"um", DE | PT},
    {"un", FR | ES | IT},
    {"una", ES | IT},
    {"und", DE},
    {"une", FR},
    {"van", NL},
    {"von", DE},
    {"voor", NL},
    {"was", EN},
    {"we", EN},
    {"well", EN},
    {"will", EN},
    {"with", EN},
    {"zealand", EN},
    {"zu", DE},
    {"\xd0\xb2", RU},
    {"\xd0\xb8", RU},
    {"\xd0\xba", RU},
    {"\xd0\xbd\xd0\xb0", RU},
    {"\xd0\xbd\xd0\xb5", RU},
    {"\xd0\xbe", RU},
    {"\xd0\xbe\xd0\xbd", RU},
    {"\xd0\xbf\xd0\xbe", RU},
    {"\xd1\x81", RU},
    {"\xd1\x87\xd1\x82\xd0\xbe", RU},
    {"\xd1\x8f", RU},
};

enum {
    WORD_COUNT = sizeof(words) / sizeof(*words)
};

_Static_assert((int)WORD_COUNT <= (int)RLS_FUNCTION_WORD_MAX,
               "numbers of function words are small");
_Static_assert(WORD_SIZE == 12, "keys of the order hold a word");
_Static_assert(2 * (int)WORD_SIZE <= (int)RLS_PAIR_MAX, "keys of pairs fit");

static rls_bytes
word_of(uint32_t number)
{
    return rls_bytes_of(words[number - 1].word, strlen(words[number - 1].word));
}

/* Twelve bytes in an order that is that of the words. */
typedef struct order_key {
    uint64_t head;
    uint32_t tail;
} order_key;

static order_key
key_of(const uint8_t *padded)
{
    return (order_key){__builtin_bswap64(rls_get_u64(padded)),
                       __builtin_bswap32(rls_get_u32(padded + 8))};
}

uint32_t
rls_function_word(rls_bytes folded)
{
    uint8_t   padded[WORD_SIZE] = {0};
    uint32_t  low = 0, high = WORD_COUNT;
    order_key wanted;

    if (folded.size == 0 || folded.size >= WORD_SIZE)
        return 0;
    memcpy(padded, folded.data, folded.size);
    wanted = key_of(padded);
    while (low < high) {
        uint32_t  middle = low + (high - low) / 2;
        order_key key = key_of((const uint8_t *)words[middle].word);

        if (key.head < wanted.head || (key.head == wanted.head && key.tail < wanted.tail))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == WORD_COUNT || memcmp(words[low].word, padded, WORD_SIZE) != 0 ||
        padded[folded.size - 1] == 0)
        return 0;
    return low + 1;
}

bool
rls_function_words_pair(uint32_t left, uint32_t right)
{
    return left > 0 && right > 0 && (words[left - 1].languages & words[right - 1].languages) != 0;
}

static size_t
put_word(rls_pair_kind kind, uint8_t *at, uint32_t number)
{
    rls_bytes word = word_of(number);

    at[0] = (uint8_t)kind;
    memcpy(at + 1, word.data, word.size);
    return word.size + 1;
}

size_t
rls_function_words_key(rls_pair_kind kind, uint32_t left, uint32_t right, uint8_t *key)
{
    size_t size = put_word(kind, key, left);

    return size + put_word(kind, key + size, right);
}

uint64_t
rls_function_words_fingerprint(void)
{
    uint64_t sum = 0;

    for (uint32_t i = 1; i <= WORD_COUNT; i++) {
        rls_bytes word = word_of(i);
        sum = sum * UINT64_C(0x9e3779b97f4a7c15) + rls_hash64(word.data, word.size) +
              words[i - 1].languages;
    }
    return sum;
}
