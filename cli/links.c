#include "links.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value != NULL && value[0] != '\0';
}

/* Terminals that are known to follow links, or at least to swallow them. */
static bool
follows_links(void)
{
    static const char *const programs[] = {"iTerm.app", "WezTerm", "vscode",
                                           "ghostty",   "Hyper",   "rio"};
    static const char *const kinds[] = {"xterm-kitty",   "alacritty", "foot",
                                        "xterm-ghostty", "wezterm",   "contour"};
    const char              *program = getenv("TERM_PROGRAM"), *kind = getenv("TERM"),
               *vte = getenv("VTE_VERSION");

    if (kind == NULL || strcmp(kind, "dumb") == 0 || is_set("TMUX") || is_set("STY"))
        return false;
    for (size_t i = 0; program != NULL && i < sizeof programs / sizeof programs[0]; i++) {
        if (strcmp(program, programs[i]) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strncmp(kind, kinds[i], strlen(kinds[i])) == 0)
            return true;
    }
    return (vte != NULL && strtol(vte, NULL, 10) >= 5000) || is_set("KONSOLE_VERSION") ||
           is_set("WT_SESSION") || is_set("DOMTERM");
}

bool
cli_use_links(cli_color wanted)
{
    if (wanted != CLI_COLOR_AUTO)
        return wanted == CLI_COLOR_ALWAYS;
    return cli_is_terminal(STDOUT_FILENO) && follows_links();
}

bool
cli_link_begin(cli_text *out, const char *path)
{
    char  host[256] = "";
    char *absolute = realpath(path, NULL);

    if (absolute == NULL)
        return false;
    gethostname(host, sizeof host - 1);
    /* Only letters that a host may have: it is part of a command to the terminal. */
    host[strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] = '\0';
    cli_text_format(out, "\033]8;;file://%s", host);
    for (const unsigned char *at = (const unsigned char *)absolute; *at != '\0'; at++) {
        if ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
            (*at >= '0' && *at <= '9') || strchr("/-._~", *at) != NULL)
            cli_text_format(out, "%c", *at);
        else
            cli_text_format(out, "%%%02X", *at);
    }
    cli_text_put(out, "\033\\");
    free(absolute);
    return true;
}

void
cli_link_end(cli_text *out)
{
    cli_text_put(out, "\033]8;;\033\\");
}
