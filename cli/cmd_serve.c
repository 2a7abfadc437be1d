/* rsearch serve: a page to search from, and its answers as JSON. */
#include "commands.h"
#include "message.h"
#ifdef CLI_HAS_SERVE
#include "serve/serve.h"
#endif

static int
serve_command(const cli_options *options, int count, char **arguments)
{
    if (count > 0) {
        cli_error("serve %s: takes no arguments (name the index: --index DIR)", arguments[0]);
        return CLI_FAILED;
    }
#ifdef CLI_HAS_SERVE
    return cli_serve(options);
#else
    (void)options;
    cli_error("serve: this rsearch was built without it (install libmicrohttpd-dev and build again "
              "with meson -Dserve=enabled)");
    return CLI_FAILED;
#endif
}

const cli_command cli_command_serve = {
    .bit = CLI_SERVE,
    .name = "serve",
    .arguments = "",
    .summary = "Serves a page to search from, and JSON",
    .description =
        "Serves a page for a browser to search the index from, and the same answers as JSON for "
        "programs, on this machine only unless --address says otherwise. Whatever is committed to "
        "the index while it runs is found from then on. Ctrl-C or SIGTERM ends it when the "
        "requests in flight are answered; exit status 0.\n\n"
        "Flags of ranking hold for all searches. There is no encryption and no sign-in: to let "
        "others in, put a web server before it that has both. docs/serve.md tells the addresses "
        "and their parameters.",
    .complete = CLI_COMPLETE_NOTHING,
    .examples = {{"rsearch serve", "then open the address it tells"},
                 {"rsearch serve --port 0", "at any port that is free"},
                 {"curl localhost:7350/api/search?q=treaty", "for programs"}},
    .run = serve_command,
};
