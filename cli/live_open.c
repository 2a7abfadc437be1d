#include "live_open.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "screen_mode.h"

static const char *
editor(void)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0')
            return value;
    }
    return NULL;
}

/* The editor may have arguments, for which the shell is asked; the path is none of its words. */
static void
become(const char *command, const char *path)
{
    cli_text script = {0};

    signal(SIGPIPE, SIG_DFL);
    cli_text_format(&script, "%s \"$1\"", command);
    execl("/bin/sh", "sh", "-c", script.data, "sh", path, (char *)NULL);
    _exit(127);
}

static int
wait_for(pid_t process)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    int              status = 0;

    /* Ctrl-C is for the editor. */
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        continue;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    return status;
}

void
cli_live_open(const char *path, cli_text *out_trouble)
{
    const char *command = editor();
    cli_text    safe = {0};
    pid_t       process;
    int         status;

    if (command == NULL) {
        cli_text_put(out_trouble, "no editor: EDITOR is not set");
        return;
    }
    cli_text_format(&safe, "%s%s", path[0] == '-' ? "./" : "", path);
    cli_screen_give_back();
    process = fork();
    if (process == 0)
        become(command, safe.data);
    if (process < 0) {
        cli_text_format(out_trouble, "%s: %s", command, strerror(errno));
    } else {
        status = wait_for(process);
        if (WIFEXITED(status) && WEXITSTATUS(status) > 125)
            cli_text_format(out_trouble, "%s: could not be started", command);
    }
    cli_screen_take();
    cli_text_release(&safe);
}
