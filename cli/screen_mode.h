/* Taking the terminal over for a full screen, and giving it back however the process ends. */
#ifndef CLI_SCREEN_MODE_H
#define CLI_SCREEN_MODE_H

#include <signal.h>
#include <stdbool.h>

/* True when standard input and output are a terminal that can place a cursor. */
bool cli_screen_is_possible(void);

/* Raw input, the other screen, marks around pastes; signals are held back but in
 * cli_screen_wait(). False, with errno, when the terminal refuses. Ends with
 * cli_screen_give_back(), which may be called at any time, also by exit(). */
bool cli_screen_take(void);
void cli_screen_give_back(void);

/* What signals asked for since the last call. */
typedef struct cli_screen_events {
    bool has_input;
    bool resized;   /* or come back: draw everything */
    int  ends_with; /* the signal that ends the process; 0: none */
} cli_screen_events;
/* Waits for input or a signal, at most `timeout_ms` milliseconds; -1: for ever. */
cli_screen_events cli_screen_wait(int timeout_ms);
/* True when there is input to read now. */
bool cli_screen_has_input(void);
/* The same, or a signal was held back: long work ends. */
bool cli_screen_has_news(void);

/* Gives the terminal to the shell, as Ctrl-Z does, until the process is continued. */
void cli_screen_suspend(void);

void cli_screen_size(unsigned *out_columns, unsigned *out_rows);

#endif
