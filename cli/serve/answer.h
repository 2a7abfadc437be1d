/* Answers as libmicrohttpd sends them. */
#ifndef CLI_SERVE_ANSWER_H
#define CLI_SERVE_ANSWER_H

#include "assets.h"
#include "http_library.h"
#include "server.h"

/* Sends `answer` with its headers, compressed when the other side takes that. Takes its body. */
enum MHD_Result serve_send(struct MHD_Connection *connection, const serve_server *server,
                           serve_answer *answer);
/* Sends a file of the page. */
enum MHD_Result serve_send_asset(struct MHD_Connection *connection, const serve_server *server,
                                 const serve_asset *asset);

#endif
