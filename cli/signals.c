#include "signals.h"

#include <signal.h>
#include <stddef.h>
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

static void
end_now(int number)
{
    static const char wipe[] = "\r\033[K";
    static const char message[] = "rsearch: interrupted: the index is as its last commit left it\n";

    (void)number;
    if (to_terminal)
        say(wipe, sizeof wipe - 1);
    say(message, sizeof message - 1);
    _exit(128 + (int)caught);
}

static void
catch_signal(int number)
{
    caught = number;
    alarm(GRACE);
}

void
cli_signals_catch(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = end_now}, before;

    to_terminal = isatty(STDERR_FILENO);
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
