#include "pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal.h"

static struct {
    bool        holds; /* output is held back until it is known how long it is */
    const char *command;
    cli_text    held;
    size_t      lines, rows;
    pid_t       process; /* 0: none */
    int         pipe;    /* into it */
    bool        closed;
} pager;

static size_t
rows_of_terminal(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 ? size.ws_row : 24;
}

/* Whether the program that the command begins with can be found. */
static bool
is_there(const char *command)
{
    size_t      size = strcspn(command, " \t");
    const char *path = getenv("PATH");
    cli_text    file = {0};
    struct stat is;
    bool        found = false;

    if (memchr(command, '/', size) != NULL)
        path = "";
    while (path != NULL && !found) {
        size_t length = strcspn(path, ":");
        cli_text_clear(&file);
        cli_text_add(&file, path, length);
        if (length > 0)
            cli_text_put(&file, "/");
        cli_text_add(&file, command, size);
        found = access(file.data, X_OK) == 0 && stat(file.data, &is) == 0 && S_ISREG(is.st_mode);
        path = path[length] == '\0' ? NULL : path + length + 1;
    }
    cli_text_release(&file);
    return found;
}

void
cli_pager_begin(const cli_options *options)
{
    const char *kind = getenv("TERM"), *command = options->pager_command;

    if (options->no_pager || command == NULL || command[0] == '\0' || strcmp(command, "cat") == 0 ||
        !cli_is_terminal(STDOUT_FILENO) || !cli_is_terminal(STDIN_FILENO) || kind == NULL ||
        strcmp(kind, "dumb") == 0 || !is_there(command))
        return;
    pager.command = command;
    pager.rows = rows_of_terminal();
    pager.holds = true;
}

static bool
start(void)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    fflush(stdout);
    pager.process = fork();
    if (pager.process == 0) {
        dup2(ends[0], STDIN_FILENO);
        signal(SIGPIPE, SIG_DFL);
        /* What less and lv need to know about colours, unless the user has told them. */
        setenv("LESS", "FRX", 0);
        setenv("LV", "-c", 0);
        execl("/bin/sh", "sh", "-c", pager.command, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    if (pager.process < 0) {
        pager.process = 0;
        close(ends[1]);
        return false;
    }
    pager.pipe = ends[1];
    /* Ctrl-C is for the pager now, which goes on with it. */
    signal(SIGINT, SIG_IGN);
    return true;
}

static void
feed(const char *bytes, size_t size)
{
    while (size > 0 && !pager.closed) {
        ssize_t written = write(pager.pipe, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            pager.closed = true;
            return;
        }
        bytes += written;
        size -= (size_t)written;
    }
}

/* Writes what is held back: into the pager, if there is one. */
static void
let_go(void)
{
    pager.holds = false;
    if (pager.process != 0)
        feed(pager.held.data, pager.held.size);
    else if (pager.held.size > 0)
        fwrite(pager.held.data, 1, pager.held.size, stdout);
    cli_text_release(&pager.held);
}

bool
cli_pager_take(const char *bytes, size_t size)
{
    if (pager.process != 0) {
        feed(bytes, size);
        return true;
    }
    if (!pager.holds)
        return false;
    cli_text_add(&pager.held, bytes, size);
    for (const char *at = bytes; (at = memchr(at, '\n', size - (size_t)(at - bytes))) != NULL; at++)
        pager.lines++;
    /* The prompt of the shell takes a line, too. */
    if (pager.lines >= pager.rows - 1) {
        start();
        let_go();
    }
    return true;
}

void
cli_pager_end(void)
{
    if (pager.holds)
        let_go();
    if (pager.process == 0)
        return;
    close(pager.pipe);
    while (waitpid(pager.process, NULL, 0) < 0 && errno == EINTR) {
    }
    pager.process = 0;
}

bool
cli_pager_is_closed(void)
{
    return pager.closed;
}
