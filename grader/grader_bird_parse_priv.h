/* What the readers of BIRD's answers share. Private to them. */
#ifndef GRADER_GRADER_BIRD_PARSE_PRIV_H
#define GRADER_GRADER_BIRD_PARSE_PRIV_H

#include "grader/grader_bird_parse.h"

/* "  BGP state:          Established" -> "Established" when key is BGP state;
 * NULL when the line is of another. */
const char *bird_value_of(const char *text, const char *key);
/* A cleaned text of bounded length. */
json_t *bird_text(const char *text);

#endif
