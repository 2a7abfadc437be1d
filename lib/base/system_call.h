/* System calls that a signal interrupts, as network and user-space file systems allow for all of
 * them, are made again. */
#ifndef RLS_BASE_SYSTEM_CALL_H
#define RLS_BASE_SYSTEM_CALL_H

#include <errno.h>

/* result = call, until it is not `failure` with EINTR. */
#define RLS_UNINTERRUPTED(result, call, failure)                                                   \
    do {                                                                                           \
        (result) = (call);                                                                         \
    } while ((result) == (failure) && errno == EINTR)

#endif
