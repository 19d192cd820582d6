/*
 * bgp_text: paths and communities as people write them.
 */
#include "rs/bgp/bgp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

char *
bgp_path_print(const struct bgp_attrs *a)
{
	struct bgp_path_walk w = bgp_path_walk(a);
	struct str s = {0};
	bool set = false;

	while (bgp_path_next(&w)) {
		str_add(&s, s.len > 0 && (!set || s.text[s.len - 1] != '{')
				? " "
				: "");
		if (w.segment == BGP_AS_SET && !set)
			str_add(&s, "{");
		set = w.segment == BGP_AS_SET && w.left > 0;
		str_addf(&s, "%u", w.asn);
		if (w.segment == BGP_AS_SET && !set)
			str_add(&s, "}");
	}
	return str_steal(&s);
}

char *
bgp_communities_print(const struct bgp_attrs *a)
{
	struct str s = {0};

	for (size_t i = 0; i < a->n_communities; i++)
		str_addf(&s, "%s%u:%u", i > 0 ? " " : "",
			 a->communities[i] >> 16, a->communities[i] & 0xFFFF);
	return str_steal(&s);
}

char *
bgp_large_print(const struct bgp_attrs *a)
{
	struct str s = {0};

	for (size_t i = 0; i < a->n_large; i++)
		str_addf(&s, "%s%u:%u:%u", i > 0 ? " " : "", a->large[i].global,
			 a->large[i].a, a->large[i].b);
	return str_steal(&s);
}

char *
bgp_ext_one(const uint8_t c[8], char buf[BGP_EXTSTRLEN])
{
	enum { AS2, ADDRESS, AS4, RT = 2, RO = 3 }; /* RFC 4360, 5668 */
	struct rbuf r = rbuf_of(c, 8);
	uint8_t type = rbuf_u8(&r), sub = rbuf_u8(&r);
	const char *kind = sub == RT ? "rt" : "ro";
	uint16_t x = rbuf_u16(&r);
	uint32_t y = rbuf_u32(&r);

	if (type > AS4 || (sub != RT && sub != RO))
		snprintf(buf, BGP_EXTSTRLEN, "generic:0x%x:0x%x",
			 (uint32_t)type << 24 | (uint32_t)sub << 16 | x, y);
	else if (type == AS2)
		snprintf(buf, BGP_EXTSTRLEN, "%s:%u:%u", kind, x, y);
	else if (type == AS4)
		snprintf(buf, BGP_EXTSTRLEN, "%s:%u:%u", kind,
			 (uint32_t)x << 16 | y >> 16, y & 0xFFFF);
	else
		snprintf(buf, BGP_EXTSTRLEN, "%s:%u.%u.%u.%u:%u", kind, x >> 8,
			 x & 0xFF, y >> 24, y >> 16 & 0xFF, y & 0xFFFF);
	return buf;
}

char *
bgp_ext_print(const struct bgp_attrs *a)
{
	char text[BGP_EXTSTRLEN];
	struct str s = {0};

	for (size_t i = 0; i < a->n_ext; i++)
		str_addf(&s, "%s%s", i > 0 ? " " : "",
			 bgp_ext_one(a->ext + 8 * i, text));
	return str_steal(&s);
}

const char *
bgp_origin_name(uint8_t origin)
{
	static const char *const names[] = {"IGP", "EGP", "incomplete"};

	return origin <= BGP_ORIGIN_INCOMPLETE ? names[origin] : "unknown";
}

/* n decimal numbers of at most max each, with colons between. */
static bool
numbers(const char *text, size_t n, unsigned long max, uint32_t *out)
{
	char word[16];

	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(text, ":");
		unsigned int v;

		if (len == 0 || len >= sizeof word ||
		    text[len] != (i + 1 < n ? ':' : '\0'))
			return false;
		memcpy(word, text, len);
		word[len] = '\0';
		if (!str_to_u32(word, 0, max, &v))
			return false;
		out[i] = v;
		text += len + 1;
	}
	return true;
}

bool
bgp_community_parse(const char *text, uint32_t *out)
{
	uint32_t v[2];

	if (!numbers(text, 2, 65535, v))
		return false;
	*out = BGP_COMMUNITY(v[0], v[1]);
	return true;
}

bool
bgp_large_parse(const char *text, struct bgp_large *out)
{
	uint32_t v[3];

	if (!numbers(text, 3, UINT32_MAX, v))
		return false;
	*out = (struct bgp_large){v[0], v[1], v[2]};
	return true;
}
