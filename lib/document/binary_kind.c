#include "document/source_readers.h"

enum {
    LOOKED_AT = 1024
};

typedef struct magic {
    uint16_t    offset;
    uint8_t     size;
    char        bytes[12];
    const char *kind;
} magic;

/* First bytes as the formats' own specifications give them. */
static const magic magics[] = {
    {0, 5, "%PDF-", "a PDF file"},
    {0, 4, "PK\3\4", "a ZIP archive or an office document"},
    {0, 4, "PK\5\6", "an empty ZIP archive"},
    {0, 4, "\xD0\xCF\x11\xE0", "an old office document"},
    {0, 5, "{\\rtf", "a rich text document"},
    {0, 4, "%!PS", "a PostScript file"},
    {0, 8, "AT&TFORM", "a DjVu file"},
    {0, 4, "\x89PNG", "a PNG picture"},
    {0, 3, "\xFF\xD8\xFF", "a JPEG picture"},
    {0, 6, "GIF87a", "a GIF picture"},
    {0, 6, "GIF89a", "a GIF picture"},
    {0, 4, "II*\0", "a TIFF picture"},
    {0, 4, "MM\0*", "a TIFF picture"},
    {8, 4, "WEBP", "a WebP picture"},
    {0, 4,
     "\x7F"
     "ELF",
     "an ELF program"},
    {0, 4, "\xCA\xFE\xBA\xBE", "a program"},
    {0, 4, "\xCF\xFA\xED\xFE", "a program"},
    {0, 4, "\0asm", "a WebAssembly program"},
    {0, 2, "\x1F\x8B", "gzip inside gzip"},
    {0, 3, "BZh", "a bzip2 archive"},
    {0, 6,
     "\xFD"
     "7zXZ",
     "an xz archive"},
    {0, 4, "\x28\xB5\x2F\xFD", "a zstd archive"},
    {0, 6, "7z\xBC\xAF\x27\x1C", "a 7z archive"},
    {0, 4, "Rar!", "a RAR archive"},
    {257, 5, "ustar", "a tar archive"},
    {0, 10, "SQLite for", "an SQLite database"},
    {4, 4, "ftyp", "a film or sound"},
    {0, 4, "OggS", "a film or sound"},
    {0, 4, "fLaC", "a sound"},
    {0, 3, "ID3", "a sound"},
    {0, 4, "RIFF", "a film or sound"},
    {0, 4, "\x1A\x45\xDF\xA3", "a film"},
};

/* Letters and digits alone could start a text as well: these need a NUL or the like behind them. */
static bool
is_text_like(const magic *candidate)
{
    for (unsigned i = 0; i < candidate->size; i++) {
        if ((uint8_t)candidate->bytes[i] < 0x20 || (uint8_t)candidate->bytes[i] >= 0x7F)
            return false;
    }
    return candidate->bytes[0] != '%' && candidate->bytes[0] != '{';
}

const char *
rls_binary_kind(rls_bytes bytes)
{
    size_t looked_at = bytes.size < LOOKED_AT ? bytes.size : LOOKED_AT;
    bool   has_nul = looked_at > 0 && memchr(bytes.data, 0, looked_at) != NULL;

    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const magic *candidate = &magics[i];

        if (bytes.size >= (size_t)candidate->offset + candidate->size &&
            bytes.data[candidate->offset] == (uint8_t)candidate->bytes[0] &&
            memcmp(bytes.data + candidate->offset, candidate->bytes, candidate->size) == 0 &&
            (has_nul || !is_text_like(candidate)))
            return candidate->kind;
    }
    /* UTF-16 is text, and half NULs. */
    if (bytes.size >= 2 && ((bytes.data[0] == 0xFF && bytes.data[1] == 0xFE) ||
                            (bytes.data[0] == 0xFE && bytes.data[1] == 0xFF)))
        return NULL;
    return has_nul ? "NUL bytes near its start" : NULL;
}
