/*
 * yaml_place: from byte offsets to lines and columns and back, with libyaml's
 * idea of a line. Private to base.
 */
#ifndef BASE_YAML_PLACE_H
#define BASE_YAML_PLACE_H

#include <stddef.h>

struct yaml_place {
	size_t line, column; /* from 0; columns are characters */
};

/* The bytes of the line break at p, 0 if there is none; left is at least 1. */
size_t yaml_break(const unsigned char *p, size_t left);
/* The place of a byte; a place's byte (n when it lies behind the end). */
struct yaml_place yaml_place_of(const unsigned char *p, size_t n, size_t at);
size_t yaml_place_offset(const unsigned char *p, size_t n,
			 struct yaml_place place);

#endif
