#include "cmd/ixpeer/ixpeer_crowd_item.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

char *
ixpeer_crowd_path(const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	if (path[0] == '/' || slash == NULL)
		return xstrdup(path);
	return xasprintf("%.*s/%s", (int)(slash - file), file, path);
}

bool
ixpeer_robot_local(const struct ixpeer_robot_conf *r, enum ip_family f,
		   struct ip_addr *out)
{
	for (size_t i = 0; i < r->n_addresses; i++)
		if (r->addresses[i].family == f) {
			*out = r->addresses[i];
			return true;
		}
	return false;
}

bool
ixpeer_robot_from(const struct ixpeer_robot_conf *r, const struct ixpeer_to *to,
		  struct ip_addr *out)
{
	if (to->from.family == IP_NONE)
		return ixpeer_robot_local(r, (enum ip_family)to->addr.family,
					  out);
	*out = to->from;
	return true;
}

static uint64_t
digest_text(uint64_t h, const char *text)
{
	for (; text && *text; text++)
		h = (h ^ (uint8_t)*text) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

uint64_t
ixpeer_crowd_digest(uint64_t h, const struct yaml *y)
{
	h = digest_text(h, y->kind == YAML_SCALAR ? y->text : "");
	for (size_t i = 0; i < y->n; i++)
		h = ixpeer_crowd_digest(digest_text(h, y->items[i]->key),
					y->items[i]);
	return (h ^ y->n) * 0x100000001b3u;
}

/* ---- announce ---- */

/* Attributes over those that routes have; the prefix only tells the family. */
static int
read_attributes(const struct yaml_doc *doc, const struct yaml *y,
		const struct ip_prefix *of, struct ixpeer_source *s,
		struct err *e)
{
	const char *text;

	if (yaml_str(doc, y, &text, e) < 0 ||
	    ixpeer_script_announce(text, of, doc->file, y->line,
				   y->col + y->quoted, &s->step, e) < 0)
		return -1;
	if (s->from == IXPEER_FROM_MRT &&
	    s->step.attrs->next_hop.family != IP_NONE)
		return yaml_err(doc, y, e,
				"a table's routes have the robot's own "
				"address as next hop, of either family");
	return 0;
}

/* "3", or "1-4" */
static int
read_path(const struct yaml_doc *doc, const struct yaml *y,
	  struct ixpeer_source *s, struct err *e)
{
	const char *text, *dash;
	char first[8] = "";
	unsigned int min, max;

	if (yaml_str(doc, y, &text, e) < 0)
		return -1;
	dash = strchr(text, '-');
	if (dash && dash - text < (ptrdiff_t)sizeof first)
		memcpy(first, text, (size_t)(dash - text));
	if (!str_to_u32(dash ? first : text, 1, 250, &min) ||
	    !str_to_u32(dash ? dash + 1 : text, min, 250, &max))
		return yaml_err(doc, y, e,
				"'%.60s' is no length of a path such as 2 or "
				"1-4",
				text);
	s->path_min = min;
	s->path_max = max;
	return 0;
}

/* An optional number; what is in out stays when it is absent. */
static int
read_number(const struct yaml_doc *doc, const struct yaml *y, const char *key,
	    uint32_t min, uint32_t max, uint32_t *out, struct err *e)
{
	const struct yaml *v = yaml_get(y, key);

	return v ? yaml_u32(doc, v, min, max, out, e) : 0;
}

static int
read_generator(const struct yaml_doc *doc, const struct yaml *y,
	       struct ixpeer_source *s, struct err *e)
{
	static const char *const keys[] = {"generate", "count",	    "step",
					   "path",     "share",	    "seed",
					   "skip",     "attributes"};
	const struct yaml *v;

	s->from = IXPEER_FROM_GENERATOR;
	s->count = s->step_by = s->seed = 1;
	s->share = 4;
	s->path_min = s->path_max = 1;
	if (yaml_keys(doc, y, "a generator", keys, 8, e) < 0 ||
	    yaml_prefix(doc, yaml_get(y, "generate"), IP_NONE, &s->first, e) <
		0 ||
	    read_number(doc, y, "count", 1, IXPEER_ROUTES, &s->count, e) < 0 ||
	    read_number(doc, y, "skip", 0, UINT32_MAX, &s->skip, e) < 0 ||
	    read_number(doc, y, "step", 1, 1u << 20, &s->step_by, e) < 0 ||
	    read_number(doc, y, "share", 1, 1u << 20, &s->share, e) < 0 ||
	    read_number(doc, y, "seed", 0, UINT32_MAX, &s->seed, e) < 0)
		return -1;
	if ((v = yaml_get(y, "path")) && read_path(doc, v, s, e) < 0)
		return -1;
	v = yaml_get(y, "attributes");
	return v ? read_attributes(doc, v, &s->first, s, e) : 0;
}

/* best, a number in the index, an address, or AS65001 */
static int
read_whose(const struct yaml_doc *doc, const struct yaml *y,
	   struct ixpeer_source *s, struct err *e)
{
	const char *text;

	if (yaml_str(doc, y, &text, e) < 0)
		return -1;
	if (strcmp(text, "best") == 0)
		s->whose = IXPEER_BEST;
	else if (str_to_u32(text, 0, 65535, &s->peer))
		s->whose = IXPEER_INDEX;
	else if (ip_addr_parse(text, &s->peer_addr))
		s->whose = IXPEER_ADDRESS;
	else if (str_starts(text, "AS") &&
		 str_to_u32(text + 2, 1, UINT32_MAX, &s->peer))
		s->whose = IXPEER_ASN;
	else
		return yaml_err(doc, y, e,
				"'%.60s' is neither best, nor a number of the "
				"table's index, an address or an AS such as "
				"AS65001",
				text);
	return 0;
}

static int
read_mrt(const struct yaml_doc *doc, const struct yaml *y,
	 struct ixpeer_source *s, struct err *e)
{
	static const char *const keys[] = {"mrt", "peer", "count", "skip",
					   "attributes"};
	static const struct ip_prefix any = {.addr = {.family = IP_V4}};
	const struct yaml *v;
	const char *text;

	s->from = IXPEER_FROM_MRT;
	if (yaml_keys(doc, y, "a table", keys, 5, e) < 0 ||
	    yaml_str(doc, yaml_get(y, "mrt"), &text, e) < 0 ||
	    read_number(doc, y, "count", 1, IXPEER_ROUTES, &s->count, e) < 0 ||
	    read_number(doc, y, "skip", 0, UINT32_MAX, &s->skip, e) < 0)
		return -1;
	s->file = ixpeer_crowd_path(doc->file, text);
	if ((v = yaml_get(y, "peer")) && read_whose(doc, v, s, e) < 0)
		return -1;
	v = yaml_get(y, "attributes");
	return v ? read_attributes(doc, v, &any, s, e) : 0;
}

int
ixpeer_source_read(const struct yaml_doc *doc, const struct yaml *y,
		   struct ixpeer_source *s, struct err *e)
{
	s->line = y->line;
	s->col = y->col;
	if (y->kind == YAML_SCALAR)
		return ixpeer_script_announce(y->text, NULL, doc->file, y->line,
					      y->col + y->quoted, &s->step, e);
	if (yaml_get(y, "generate"))
		return read_generator(doc, y, s, e);
	if (yaml_get(y, "mrt"))
		return read_mrt(doc, y, s, e);
	return yaml_err(doc, y, e,
			"an item of announce is text such as 192.0.2.0/24 "
			"med 5, or a map with generate or mrt");
}

/* ---- behave ---- */

static int
read_name(const struct yaml_doc *doc, const struct yaml *y,
	  struct ixpeer_behaviour *b, struct err *e)
{
	const char *text, *near;

	if (yaml_str(doc, y, &text, e) < 0)
		return -1;
	b->bad = ixpeer_bad_find(text, &near);
	if (b->bad == NULL)
		return yaml_err(doc, y, e, "unknown behaviour '%.60s'%s%s%s",
				text, near ? ", did you mean '" : "",
				near ? near : "", near ? "'?" : "");
	return 0;
}

static int
read_time(const struct yaml_doc *doc, const struct yaml *y, const char *key,
	  uint32_t *out, struct err *e)
{
	const struct yaml *v = yaml_get(y, key);

	return v ? yaml_ms(doc, v, out, e) : 0;
}

static int
read_victim(const struct yaml_doc *doc, const struct yaml *y,
	    struct ixpeer_behaviour *b, struct err *e)
{
	const struct yaml *v;

	if ((v = yaml_get(y, "prefix")) &&
	    yaml_prefix(doc, v, IP_NONE, &b->prefix, e) < 0)
		return -1;
	if ((v = yaml_get(y, "address")) &&
	    yaml_addr(doc, v, IP_NONE, &b->address, e) < 0)
		return -1;
	if ((b->bad->how == IXPEER_HIJACK || b->bad->how == IXPEER_BLACKHOLE) &&
	    b->prefix.addr.family == IP_NONE)
		return yaml_err(doc, y, e, "%s needs a prefix, the victim's",
				b->bad->name);
	if (b->bad->how == IXPEER_FOREIGN_HOP && b->address.family == IP_NONE)
		return yaml_err(doc, y, e, "%s needs an address, the victim's",
				b->bad->name);
	return 0;
}

int
ixpeer_behaviour_read(const struct yaml_doc *doc, const struct yaml *y,
		      struct ixpeer_behaviour *b, struct err *e)
{
	static const char *const keys[] = {"do",    "after",  "every",	 "for",
					   "count", "prefix", "address", "asn"};
	const struct yaml *v = y;

	if (y->kind != YAML_SCALAR &&
	    (yaml_keys(doc, y, "an item of behave", keys, 8, e) < 0 ||
	     yaml_need(doc, y, "do", &v, e) < 0))
		return -1;
	if (read_name(doc, v, b, e) < 0 ||
	    read_time(doc, y, "after", &b->after, e) < 0 ||
	    read_time(doc, y, "every", &b->every, e) < 0 ||
	    read_time(doc, y, "for", &b->lasts, e) < 0 ||
	    read_number(doc, y, "count", 1, IXPEER_ROUTES, &b->count, e) < 0 ||
	    read_number(doc, y, "asn", 1, UINT32_MAX, &b->asn, e) < 0)
		return -1;
	if (b->every != 0 && b->every < 10)
		return yaml_err(doc, y, e, "every 10ms is the fastest");
	return read_victim(doc, y, b, e);
}
