#include "base/yaml_place.h"

#include <string.h>

size_t
yaml_break(const unsigned char *p, size_t left)
{
	static const char *const breaks[] = {
	    "\r\n", "\r", "\n", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
	size_t i, n;

	for (i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		n = strlen(breaks[i]);
		if (n <= left && memcmp(p, breaks[i], n) == 0)
			return n;
	}
	return 0;
}

/* The next line break or character, and what it does to the place. */
static size_t
yaml_place_step(const unsigned char *p, size_t left, struct yaml_place *place)
{
	size_t n = yaml_break(p, left);

	if (n > 0) {
		place->line++;
		place->column = 0;
		return n;
	}
	place->column++;
	for (n = 1; n < left && (p[n] & 0xc0) == 0x80;)
		n++;
	return n;
}

struct yaml_place
yaml_place_of(const unsigned char *p, size_t n, size_t at)
{
	struct yaml_place place = {0};
	size_t i = 0;

	while (i < at && i < n)
		i += yaml_place_step(p + i, n - i, &place);
	return place;
}

size_t
yaml_place_offset(const unsigned char *p, size_t n, struct yaml_place place)
{
	struct yaml_place here = {0};
	size_t i = 0;

	while (i < n &&
	       (here.line < place.line ||
		(here.line == place.line && here.column < place.column)))
		i += yaml_place_step(p + i, n - i, &here);
	return i;
}
