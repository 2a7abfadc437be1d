#include "analysis/stop_words.h"

/* Folded, ascending by bytes. */
static const char *const danish[] = {
    "af",   "alle",  "alt",   "anden", "at",    "blev",  "blive", "bliver", "da",     "de",
    "dem",  "den",   "denne", "der",   "deres", "det",   "dette", "dig",    "din",    "disse",
    "dog",  "du",    "efter", "eller", "en",    "end",   "er",    "et",     "for",    "fra",
    "ham",  "han",   "hans",  "har",   "havde", "have",  "hende", "hendes", "her",    "hos",
    "hun",  "hvad",  "hvem",  "hvis",  "hvor",  "i",     "ikke",  "ind",    "jeg",    "jer",
    "kan",  "kunne", "man",   "mange", "med",   "meget", "men",   "mig",    "min",    "mod",
    "nar",  "ned",   "nej",   "noget", "nogle", "nu",    "og",    "ogsa",   "om",     "op",
    "os",   "over",  "pa",    "sa",    "sadan", "sig",   "sin",   "skal",   "skulle", "som",
    "thi",  "til",   "ud",    "under", "var",   "ved",   "vi",    "vil",    "ville",  "vor",
    "være", "været",
};

static const char *const dutch[] = {
    "aan",  "al",     "alles",   "als",  "altijd", "bij",    "daar",   "dan",   "dat",  "de",
    "deze", "die",    "dit",     "doch", "doen",   "door",   "dus",    "een",   "en",   "er",
    "ge",   "geen",   "geweest", "haar", "had",    "heb",    "hebben", "heeft", "hem",  "het",
    "hier", "hij",    "hoe",     "hun",  "ik",     "in",     "is",     "ja",    "je",   "kan",
    "kon",  "kunnen", "maar",    "me",   "meer",   "met",    "mij",    "mijn",  "moet", "na",
    "naar", "niet",   "niets",   "nog",  "nu",     "of",     "om",     "omdat", "ons",  "ook",
    "op",   "over",   "reeds",   "te",   "tegen",  "toch",   "toen",   "tot",   "u",    "uit",
    "uw",   "van",    "veel",    "voor", "want",   "waren",  "was",    "wat",   "we",   "wel",
    "werd", "wezen",  "wie",     "wij",  "wil",    "worden", "zal",    "ze",    "zei",  "zelf",
    "zich", "zij",    "zijn",    "zo",   "zonder", "zou",
};

static const char *const english[] = {
    "a",       "about",  "above",   "after",      "again",   "against",  "all",     "also",
    "am",      "among",  "an",      "and",        "any",     "are",      "aren't",  "as",
    "at",      "be",     "because", "been",       "before",  "being",    "below",   "between",
    "both",    "but",    "by",      "can",        "can't",   "cannot",   "could",   "couldn't",
    "did",     "didn't", "do",      "does",       "doesn't", "doing",    "don't",   "during",
    "each",    "either", "few",     "for",        "from",    "further",  "had",     "has",
    "have",    "having", "he",      "her",        "here",    "hers",     "herself", "him",
    "himself", "his",    "how",     "however",    "i",       "i'm",      "if",      "in",
    "into",    "is",     "isn't",   "it",         "it's",    "its",      "itself",  "just",
    "let",     "me",     "more",    "most",       "my",      "myself",   "neither", "no",
    "nor",     "not",    "of",      "off",        "on",      "only",     "onto",    "or",
    "other",   "our",    "ours",    "ourselves",  "out",     "per",      "shall",   "she",
    "should",  "so",     "some",    "such",       "than",    "that",     "that's",  "the",
    "their",   "theirs", "them",    "themselves", "then",    "there",    "these",   "they",
    "this",    "those",  "through", "thus",       "to",      "too",      "toward",  "towards",
    "upon",    "us",     "use",     "used",       "using",   "very",     "via",     "was",
    "we",      "were",   "what",    "what's",     "when",    "where",    "whether", "which",
    "while",   "who",    "whom",    "whose",      "why",     "will",     "with",    "within",
    "without", "would",  "you",     "your",       "yours",   "yourself",
};

static const char *const finnish[] = {
    "ei",   "eivat", "en",     "et",    "etta", "han",  "he",  "ja",     "jo",   "joka",
    "jos",  "jotka", "kanssa", "koska", "kuin", "kun",  "me",  "mika",   "mina", "mutta",
    "myos", "ne",    "niin",   "nyt",   "ole",  "olen", "oli", "olivat", "on",   "ovat",
    "se",   "seka",  "sen",    "sina",  "tai",  "tama", "te",  "vaan",   "vai",  "vain",
};

static const char *const french[] = {
    "a",     "ai",    "ainsi",    "alors",  "apres",   "as",     "au",      "aucun",   "aussi",
    "autre", "aux",   "avait",    "avant",  "avec",    "avoir",  "c",       "car",     "ce",
    "cela",  "ces",   "cet",      "cette",  "ceux",    "chaque", "comme",   "comment", "d",
    "dans",  "de",    "depuis",   "des",    "donc",    "dont",   "du",      "elle",    "elles",
    "en",    "entre", "est",      "et",     "etaient", "etait",  "etant",   "ete",     "etre",
    "eux",   "fait",  "il",       "ils",    "j",       "je",     "l",       "la",      "le",
    "les",   "leur",  "leurs",    "lui",    "m",       "ma",     "mais",    "me",      "meme",
    "mes",   "moi",   "mon",      "n",      "ne",      "ni",     "nos",     "notre",   "nous",
    "on",    "ont",   "ou",       "par",    "parce",   "pas",    "pendant", "peu",     "peut",
    "plus",  "pour",  "pourquoi", "qu",     "quand",   "que",    "quel",    "quelle",  "quels",
    "qui",   "s",     "sa",       "sans",   "se",      "sera",   "ses",     "si",      "son",
    "sont",  "sous",  "sur",      "t",      "ta",      "te",     "tes",     "toi",     "ton",
    "tous",  "tout",  "toute",    "toutes", "tres",    "tu",     "un",      "une",     "vos",
    "votre", "vous",  "y",
};

static const char *const german[] = {
    "aber",   "alle",   "allem",   "allen",   "aller",   "alles",    "als",   "also",   "am",
    "an",     "andere", "anderen", "auch",    "auf",     "aus",      "bei",   "beim",   "bin",
    "bis",    "bist",   "da",      "damit",   "dann",    "das",      "dass",  "dein",   "deine",
    "dem",    "den",    "denn",    "der",     "des",     "dessen",   "die",   "dies",   "diese",
    "diesem", "diesen", "dieser",  "dieses",  "doch",    "dort",     "du",    "durch",  "ein",
    "eine",   "einem",  "einen",   "einer",   "eines",   "er",       "es",    "etwas",  "euch",
    "euer",   "fur",    "gegen",   "hab",     "habe",    "haben",    "hat",   "hatte",  "hatten",
    "hier",   "hin",    "hinter",  "ich",     "ihm",     "ihn",      "ihnen", "ihr",    "ihre",
    "ihrem",  "ihren",  "ihrer",   "im",      "in",      "ins",      "ist",   "ja",     "jede",
    "jedem",  "jeden",  "jeder",   "jedes",   "jene",    "kann",     "kein",  "keine",  "keinen",
    "konnen", "man",    "mein",    "meine",   "mich",    "mir",      "mit",   "nach",   "nicht",
    "nichts", "noch",   "nun",     "nur",     "ob",      "oder",     "ohne",  "sehr",   "sein",
    "seine",  "seinem", "seinen",  "seiner",  "selbst",  "sich",     "sie",   "sind",   "so",
    "solche", "soll",   "sollte",  "sondern", "sonst",   "uber",     "um",    "und",    "uns",
    "unser",  "unter",  "viel",    "vom",     "von",     "vor",      "war",   "waren",  "warum",
    "was",    "weil",   "welche",  "welchem", "welchen", "welcher",  "wenn",  "wer",    "werde",
    "werden", "wie",    "wieder",  "will",    "wir",     "wird",     "wo",    "wollen", "worden",
    "wurde",  "wurden", "zu",      "zum",     "zur",     "zwischen",
};

static const char *const italian[] = {
    "a",      "ad",     "agli",   "ai",     "al",     "alla",   "alle",   "allo",   "anche",
    "avere",  "aveva",  "c",      "che",    "chi",    "ci",     "come",   "con",    "contro",
    "cui",    "d",      "da",     "dagli",  "dai",    "dal",    "dalla",  "dalle",  "dallo",
    "degli",  "dei",    "del",    "dell",   "della",  "delle",  "dello",  "di",     "dopo",
    "dove",   "e",      "ed",     "era",    "erano",  "essere", "fra",    "gli",    "ha",
    "hanno",  "ho",     "i",      "il",     "in",     "io",     "l",      "la",     "le",
    "lei",    "lo",     "loro",   "lui",    "ma",     "mi",     "mia",    "mio",    "ne",
    "negli",  "nei",    "nel",    "nella",  "nelle",  "nello",  "noi",    "non",    "nostra",
    "nostro", "o",      "per",    "perche", "piu",    "quale",  "quali",  "quando", "quella",
    "quelle", "quelli", "quello", "questa", "queste", "questi", "questo", "se",     "sei",
    "senza",  "si",     "sia",    "sono",   "sopra",  "sotto",  "su",     "sua",    "sue",
    "sugli",  "sui",    "sul",    "sulla",  "sulle",  "sullo",  "suo",    "suoi",   "ti",
    "tra",    "tu",     "tua",    "tuo",    "tutti",  "tutto",  "un",     "una",    "uno",
    "vi",     "voi",
};

static const char *const norwegian[] = {
    "a",    "alle",  "at",   "av",    "bade",  "ble",    "blei",  "bli",   "blir",    "da",
    "de",   "deg",   "dem",  "den",   "denne", "der",    "deres", "det",   "dette",   "di",
    "din",  "disse", "du",   "eller", "en",    "er",     "et",    "etter", "for",     "fordi",
    "fra",  "før",   "ha",   "hadde", "han",   "hans",   "har",   "henne", "hennes",  "her",
    "hos",  "hun",   "hva",  "hvem",  "hver",  "hvilke", "hvis",  "hvor",  "hvordan", "hvorfor",
    "i",    "ikke",  "inn",  "jeg",   "kan",   "kom",    "kun",   "kunne", "man",     "mange",
    "med",  "meg",   "men",  "mer",   "min",   "mot",    "mye",   "na",    "nar",     "ned",
    "nei",  "noe",   "noen", "og",    "ogsa",  "om",     "opp",   "oss",   "over",    "pa",
    "sa",   "sann",  "seg",  "selv",  "si",    "sin",    "sitt",  "skal",  "skulle",  "slik",
    "so",   "som",   "til",  "ut",    "uten",  "var",    "ved",   "vi",    "vil",     "ville",
    "være", "vært",
};

static const char *const portuguese[] = {
    "a",     "ao",     "aos",   "aquela", "aquele", "aqueles", "as",     "ate",  "com",    "como",
    "da",    "das",    "de",    "dela",   "dele",   "deles",   "depois", "do",   "dos",    "e",
    "ela",   "elas",   "ele",   "eles",   "em",     "entre",   "era",    "essa", "esse",   "esta",
    "estao", "este",   "eu",    "foi",    "foram",  "ha",      "isso",   "isto", "ja",     "lhe",
    "mais",  "mas",    "me",    "mesmo",  "meu",    "minha",   "muito",  "na",   "nao",    "nas",
    "nem",   "no",     "nos",   "nossa",  "nosso",  "num",     "numa",   "o",    "os",     "ou",
    "para",  "pela",   "pelas", "pelo",   "pelos",  "por",     "porque", "qual", "quando", "que",
    "quem",  "sao",    "se",    "seja",   "sem",    "ser",     "seu",    "seus", "so",     "sua",
    "suas",  "tambem", "te",    "tem",    "tu",     "um",      "uma",    "umas", "uns",    "voce",
};

static const char *const russian[] = {
    "а",       "без",   "более",  "больше", "был",   "была",  "были",  "было",  "быть", "в",
    "вам",     "вас",   "весь",   "во",     "вот",   "все",   "всего", "всех",  "вы",   "где",
    "да",      "даже",  "для",    "до",     "его",   "ее",    "если",  "есть",  "еще",  "же",
    "за",      "здесь", "и",      "из",     "или",   "им",    "их",    "к",     "как",  "когда",
    "которыи", "ли",    "либо",   "мне",    "может", "мы",    "на",    "над",   "надо", "нас",
    "не",      "него",  "нее",    "нет",    "ни",    "них",   "но",    "ну",    "о",    "об",
    "он",      "она",   "они",    "оно",    "от",    "очень", "по",    "под",   "при",  "про",
    "с",       "со",    "так",    "также",  "такои", "там",   "те",    "тем",   "то",   "того",
    "тоже",    "тои",   "только", "том",    "ты",    "у",     "уже",   "хотя",  "чего", "чеи",
    "чем",     "что",   "чтобы",  "чье",    "эта",   "эти",   "это",   "этого", "этои", "этом",
    "этот",    "я",
};

static const char *const spanish[] = {
    "a",       "al",     "algo",  "algunas", "algunos", "ante",  "antes",   "aquel",    "como",
    "con",     "contra", "cual",  "cuando",  "de",      "del",   "desde",   "donde",    "dos",
    "durante", "e",      "el",    "ella",    "ellas",   "ellos", "en",      "entre",    "era",
    "eran",    "es",     "esa",   "ese",     "eso",     "esta",  "estan",   "estas",    "este",
    "esto",    "estos",  "fue",   "fueron",  "ha",      "habia", "han",     "hasta",    "hay",
    "la",      "las",    "le",    "les",     "lo",      "los",   "mas",     "me",       "mi",
    "mis",     "mucho",  "muy",   "nada",    "ni",      "no",    "nos",     "nosotros", "nuestra",
    "nuestro", "o",      "os",    "otra",    "otro",    "otros", "para",    "pero",     "poco",
    "por",     "porque", "que",   "quien",   "quienes", "se",    "sea",     "segun",    "ser",
    "si",      "sin",    "sobre", "son",     "su",      "sus",   "tambien", "tan",      "tanto",
    "te",      "tiene",  "todo",  "todos",   "tu",      "tus",   "un",      "una",      "uno",
    "unos",    "y",      "ya",    "yo",
};

static const char *const swedish[] = {
    "alla",   "allt",  "att",    "av",    "blev", "bli",    "blir",   "blivit", "da",    "de",
    "dem",    "den",   "denna",  "deras", "dess", "det",    "detta",  "dig",    "din",   "dock",
    "du",     "efter", "ej",     "eller", "en",   "er",     "ett",    "for",    "fran",  "gora",
    "ha",     "hade",  "han",    "hans",  "har",  "henne",  "hennes", "hon",    "honom", "hur",
    "i",      "icke",  "ingen",  "inom",  "inte", "jag",    "kan",    "kunde",  "man",   "med",
    "mellan", "men",   "mig",    "min",   "mot",  "mycket", "nagon",  "nagot",  "nagra", "nar",
    "nu",     "och",   "om",     "oss",   "pa",   "sa",     "sadan",  "samma",  "sedan", "sig",
    "sin",    "sitt",  "skulle", "som",   "till", "under",  "upp",    "ut",     "utan",  "vad",
    "var",    "vara",  "varfor", "vi",    "vid",  "vilken",
};

typedef struct stop_list {
    const char        *language;
    const char *const *words;
    size_t             count;
} stop_list;

#define LIST(language)                                                                             \
    {                                                                                              \
#language, language, sizeof(language) / sizeof(*language)                                  \
    }
static const stop_list lists[] = {
    LIST(danish),  LIST(dutch),     LIST(english),    LIST(finnish), LIST(french),  LIST(german),
    LIST(italian), LIST(norwegian), LIST(portuguese), LIST(russian), LIST(spanish), LIST(swedish),
};

static rls_bytes
bytes_of(const char *word)
{
    return rls_bytes_of(word, strlen(word));
}

static bool
is_in(const stop_list *list, rls_bytes folded)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order = rls_bytes_compare(bytes_of(list->words[middle]), folded);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool
rls_is_stop_word(rls_bytes language, rls_bytes folded)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
        if (rls_bytes_compare(bytes_of(lists[i].language), language) == 0)
            return is_in(&lists[i], folded);
    return false;
}
