/* The files of the page, built in by embed.py. */
#ifndef CLI_SERVE_ASSETS_H
#define CLI_SERVE_ASSETS_H

#include <stddef.h>

typedef struct serve_asset {
    const char          *path, *type;
    const unsigned char *bytes;
    size_t               size;
    const unsigned char *gzip; /* the same compressed */
    size_t               gzip_size;
    const char          *tag; /* of the content */
} serve_asset;

extern const serve_asset serve_assets[];
extern const size_t      serve_asset_count;

#endif
