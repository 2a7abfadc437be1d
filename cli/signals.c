#include "signals.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    /* Seconds for the work to end in good order; after that the process just ends. */
    GRACE = 1
};

static volatile sig_atomic_t caught, to_terminal;

static void
say(const char *message, size_t size)
{
    if (write(STDERR_FILENO, message, size) < 0)
        return;
}

/* The index folder, whose writer we are; -1: none. */
static int folder = -1;

/* What ends with .tmp belongs to no commit: the writer that is cut off will not remove it. Only
 * calls that are safe in a signal handler. */
static void
remove_unfinished(void)
{
    static char buffer[32768] __attribute__((aligned(16)));
    long        size;

    if (folder < 0 || lseek(folder, 0, SEEK_SET) != 0)
        return;
    while ((size = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
        for (long at = 0; at < size;) {
            const struct dirent64 *entry = (const struct dirent64 *)(const void *)(buffer + at);
            size_t                 length = strlen(entry->d_name);
            if (length > 4 && memcmp(entry->d_name + length - 4, ".tmp", 4) == 0)
                unlinkat(folder, entry->d_name, 0);
            at += entry->d_reclen;
        }
    }
}

static void
end_now(int number)
{
    static const char wipe[] = "\r\033[K";
    static const char message[] = "rsearch: interrupted: the index is as its last commit left it\n";

    (void)number;
    remove_unfinished();
    if (to_terminal)
        say(wipe, sizeof wipe - 1);
    say(message, sizeof message - 1);
    _exit(128 + (int)caught);
}

/* There is nothing unfinished yet. */
static void
end_at_once(int number)
{
    caught = number;
    end_now(number);
}

static void
catch_signal(int number)
{
    caught = number;
    alarm(GRACE);
}

void
cli_signals_begin(void)
{
    struct sigaction action = {.sa_handler = end_at_once, .sa_flags = (int)SA_RESETHAND}, before;

    to_terminal = isatty(STDERR_FILENO);
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

void
cli_signals_catch(const char *index)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = end_now}, before;

    if (caught != 0)
        return;
    to_terminal = isatty(STDERR_FILENO);
    if (folder < 0)
        folder = open(index, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    action.sa_handler = catch_signal;
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        /* What nohup and shells had ignored stays so. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

bool
cli_signals_stop(void)
{
    return caught != 0;
}

int
cli_signals_status(void)
{
    return 128 + (int)caught;
}
