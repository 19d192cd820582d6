/* What the tests share: messages written as hex, with blanks for the eye. */
#ifndef BGP_TEST_H
#define BGP_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/bgp/bgp.h"

static inline size_t
hex(const char *text, uint8_t *out)
{
	size_t n = 0;
	int used;

	for (unsigned int byte; sscanf(text, " %2x%n", &byte, &used) == 1;
	     text += used)
		out[n++] = (uint8_t)byte;
	return n;
}

/* A message with its header: type, body in hex. */
static inline size_t
message(uint8_t type, const char *body, uint8_t *out)
{
	size_t len = BGP_HEADER + hex(body, out + BGP_HEADER);

	memset(out, 0xFF, 16);
	out[16] = (uint8_t)(len >> 8);
	out[17] = (uint8_t)len;
	out[18] = type;
	return len;
}

/* An UPDATE of three fields in hex. */
static inline size_t
update(const char *withdrawn, const char *attrs, const char *nlri, uint8_t *out)
{
	uint8_t *p = out + BGP_HEADER;
	size_t n = hex(withdrawn, p + 2), len;

	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
	p += 2 + n;
	n = hex(attrs, p + 2);
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
	p += 2 + n;
	p += hex(nlri, p);
	len = (size_t)(p - out);
	message(BGP_UPDATE, "", out);
	out[16] = (uint8_t)(len >> 8);
	out[17] = (uint8_t)len;
	return len;
}

static inline struct bgp_session
session(bool as4)
{
	return (struct bgp_session){.local_as = 65000,
				    .peer_as = 65001,
				    .as4 = as4,
				    .families = BGP_IPV4 | BGP_IPV6};
}

#endif
