/* Bytes that a terminal sends → keys. The sequences are those of ECMA-48 as xterm and its kin use
 * them; whatever is none of them is passed over, so that no junk does anything. */
#ifndef CLI_KEYS_H
#define CLI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cli_key_code {
    CLI_KEY_CHARACTER, /* `character`; typed, or pasted */
    CLI_KEY_CONTROL,   /* Ctrl and the letter in `character`, "a" to "z" */
    CLI_KEY_ENTER,
    CLI_KEY_TAB,
    CLI_KEY_ESCAPE,
    CLI_KEY_BACKSPACE,
    CLI_KEY_DELETE,
    CLI_KEY_LEFT,
    CLI_KEY_RIGHT,
    CLI_KEY_UP,
    CLI_KEY_DOWN,
    CLI_KEY_HOME,
    CLI_KEY_END,
    CLI_KEY_PAGE_UP,
    CLI_KEY_PAGE_DOWN
} cli_key_code;

typedef struct cli_key {
    cli_key_code code;
    uint32_t     character;
    bool         modified; /* with Shift, Alt or Ctrl, where the code does not say so */
} cli_key;

/* Where in a sequence the bytes are. Begins as zeros. */
typedef struct cli_keys {
    int           state;
    bool          is_pasting; /* between the marks of a bracketed paste */
    bool          had_return; /* the last byte pasted */
    unsigned      size;       /* of `bytes` */
    unsigned char bytes[32];  /* of the sequence or the character */
} cli_keys;

typedef void (*cli_key_heard)(void *context, const cli_key *key);

void cli_keys_feed(cli_keys *keys, const char *bytes, size_t size, cli_key_heard heard,
                   void *context);
/* True while a sequence has begun, of which the rest must come at once. */
bool cli_keys_are_pending(const cli_keys *keys);
/* The rest did not come: then an escape was the key itself. */
void cli_keys_expire(cli_keys *keys, cli_key_heard heard, void *context);

#endif
