/* Runs a command and kills it, with all its threads, before or after a system call of its.
 *
 *   kill_at STOP COMMAND…
 *
 * Each system call is two stops, counted from 1: before it, and after it. Exit status 0 when the
 * command was killed. When it ended before, its number of stops is printed, and the exit status is
 * 3; 4 when the system allows no tracing. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SYSTEM_CALL_STOP = SIGTRAP | 0x80, /* PTRACE_O_TRACESYSGOOD */
    ENDED = 3,
    NOT_ALLOWED = 4
};

static void
start(char **command)
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(NOT_ALLOWED);
    raise(SIGSTOP);
    execvp(command[0], command);
    _exit(127);
}

/* The signal that goes on to a stopped thread: none of those that tracing made. */
static int
signal_of(int status)
{
    int stopped_by = WSTOPSIG(status);

    return stopped_by == SYSTEM_CALL_STOP || status >> 16 != 0 || stopped_by == SIGSTOP ||
                   stopped_by == SIGTRAP
               ? 0
               : stopped_by;
}

int
main(int argc, char **argv)
{
    long  kill_at, stops = 0;
    pid_t command;
    int   status;

    if (argc < 3)
        return 2;
    kill_at = strtol(argv[1], NULL, 10);
    command = fork();
    if (command == 0)
        start(argv + 2);
    if (command < 0 || waitpid(command, &status, 0) != command || !WIFSTOPPED(status) ||
        ptrace(PTRACE_SETOPTIONS, command, NULL,
               PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                   PTRACE_O_EXITKILL) != 0)
        return NOT_ALLOWED;
    ptrace(PTRACE_SYSCALL, command, NULL, NULL);
    for (;;) {
        pid_t thread = waitpid(-1, &status, __WALL);

        if (thread < 0 || (thread == command && !WIFSTOPPED(status)))
            break;
        if (!WIFSTOPPED(status))
            continue;
        if (WSTOPSIG(status) == SYSTEM_CALL_STOP && ++stops == kill_at) {
            kill(command, SIGKILL);
            while (waitpid(-1, &status, __WALL) > 0)
                ;
            return 0;
        }
        ptrace(PTRACE_SYSCALL, thread, NULL, (void *)(long)signal_of(status));
    }
    printf("%ld\n", stops);
    return ENDED;
}
