/** @file releasesearch.h
 *  libreleasesearch: full-text search over documents with typed fields. Includes the whole
 *  interface; the tour goes common → schema → document → writer → snapshot → query → hits. */
#ifndef RELEASESEARCH_H
#define RELEASESEARCH_H

#include "releasesearch/common.h"
#include "releasesearch/document.h"
#include "releasesearch/hits.h"
#include "releasesearch/query.h"
#include "releasesearch/schema.h"
#include "releasesearch/snapshot.h"
#include "releasesearch/suggest.h"
#include "releasesearch/synonyms.h"
#include "releasesearch/terms.h"
#include "releasesearch/writer.h"

#endif
