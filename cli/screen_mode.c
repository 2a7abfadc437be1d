#include "screen_mode.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "terminal.h"

enum {
    COLUMNS_LIMIT = 1000,
    ROWS_LIMIT = 500
};

/* The other screen, no wrapping at the right edge, marks around pastes. */
static const char enter[] = "\033[?1049h\033[?7l\033[?2004h\033[H\033[2J";
static const char leave[] = "\033[?2004l\033[?7h\033[0m\033[?25h\033[?1049l";

/* There is one terminal, and signal handlers must find it. */
static struct termios        settings_before;
static sigset_t              signals_before;
static volatile sig_atomic_t is_taken, ends_with, must_suspend, must_draw;

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

bool
cli_screen_is_possible(void)
{
    const char *kind = getenv("TERM");

    return cli_is_terminal(STDIN_FILENO) && cli_is_terminal(STDOUT_FILENO) && kind != NULL &&
           kind[0] != '\0' && strcmp(kind, "dumb") != 0;
}

/* Only calls that are safe in a signal handler. */
static void
say(const char *bytes, size_t size)
{
    if (write(STDOUT_FILENO, bytes, size) < 0)
        return;
}

void
cli_screen_give_back(void)
{
    if (!is_taken)
        return;
    is_taken = 0;
    say(leave, sizeof leave - 1);
    tcsetattr(STDIN_FILENO, TCSANOW, &settings_before);
    sigprocmask(SIG_SETMASK, &signals_before, NULL);
}

static void
hear(int number)
{
    if (number == SIGWINCH || number == SIGCONT)
        must_draw = 1;
    else if (number == SIGTSTP)
        must_suspend = 1;
    else
        ends_with = number;
}

static void
die(int number)
{
    cli_screen_give_back();
    raise(number); /* the handler is the default again */
}

static void
catch_signals(void)
{
    struct sigaction action = {.sa_handler = hear}, before;
    sigset_t         held;

    sigemptyset(&action.sa_mask);
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        /* What nohup had ignored stays so. */
        if (sigaction(ending[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(ending[i], &action, NULL);
        sigaddset(&held, ending[i]);
    }
    sigaction(SIGWINCH, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
    sigaction(SIGTSTP, &action, NULL);
    sigaddset(&held, SIGWINCH);
    sigaddset(&held, SIGTSTP);
    action.sa_handler = die;
    action.sa_flags = (int)SA_RESETHAND;
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        /* A sanitizer's own handler has more to say. */
        if (sigaction(deadly[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(deadly[i], &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &held, &signals_before);
}

static bool
enter_screen(void)
{
    struct termios raw = settings_before;

    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    raw.c_cflag = (raw.c_cflag & ~(tcflag_t)CSIZE) | CS8;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0)
        return false;
    is_taken = 1;
    say(enter, sizeof enter - 1);
    return true;
}

bool
cli_screen_take(void)
{
    static bool is_prepared;

    if (tcgetattr(STDIN_FILENO, &settings_before) != 0)
        return false;
    if (!is_prepared)
        atexit(cli_screen_give_back);
    is_prepared = true;
    catch_signals();
    must_draw = 1;
    if (enter_screen())
        return true;
    sigprocmask(SIG_SETMASK, &signals_before, NULL);
    return false;
}

void
cli_screen_suspend(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL}, before;

    must_suspend = 0;
    say(leave, sizeof leave - 1);
    tcsetattr(STDIN_FILENO, TCSANOW, &settings_before);
    is_taken = 0;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTSTP, &action, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &signals_before, NULL); /* here the process stands still */
    catch_signals();
    sigaction(SIGTSTP, &before, NULL);
    enter_screen();
    must_draw = 1;
}

bool
cli_screen_has_input(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&input, 1, 0) > 0;
}

bool
cli_screen_has_news(void)
{
    sigset_t pending;

    if (cli_screen_has_input())
        return true;
    if (sigpending(&pending) != 0)
        return false;
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        if (sigismember(&pending, ending[i]) == 1)
            return true;
    }
    return sigismember(&pending, SIGWINCH) == 1 || sigismember(&pending, SIGTSTP) == 1;
}

cli_screen_events
cli_screen_wait(int timeout_ms)
{
    cli_screen_events events = {0};
    struct pollfd     input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct timespec   timeout = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};

    if (!must_draw && !must_suspend && ends_with == 0)
        events.has_input = ppoll(&input, 1, timeout_ms < 0 ? NULL : &timeout, &signals_before) > 0;
    if (must_suspend && ends_with == 0)
        cli_screen_suspend();
    events.resized = must_draw != 0;
    must_draw = 0;
    events.ends_with = (int)ends_with;
    return events;
}

static unsigned
size_or(unsigned said, const char *variable, unsigned otherwise, unsigned most)
{
    const char *text = getenv(variable);

    if (said == 0 && text != NULL)
        said = (unsigned)strtoul(text, NULL, 10);
    if (said == 0)
        said = otherwise;
    return said < most ? said : most;
}

void
cli_screen_size(unsigned *out_columns, unsigned *out_rows)
{
    struct winsize size = {0};

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        memset(&size, 0, sizeof size);
    *out_columns = size_or(size.ws_col, "COLUMNS", 80, COLUMNS_LIMIT);
    *out_rows = size_or(size.ws_row, "LINES", 24, ROWS_LIMIT);
}
