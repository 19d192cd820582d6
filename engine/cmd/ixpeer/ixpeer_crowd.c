/*
 * ixpeer_crowd: reading the crowd file. A robot's keys are one table; what the
 * defaults say is read into a template that every robot starts from, and lists
 * that robots share are read once. How the items of "announce" are read is in
 * ixpeer_crowd_item.c.
 */
#include "cmd/ixpeer/ixpeer_crowd.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/yaml.h"
#include "cmd/ixpeer/ixpeer_crowd_item.h"

struct reading {
	const struct yaml_doc *doc;
	struct ixpeer_crowd *crowd;
	struct ixpeer_crowd_part *part; /* of the map being read; NULL: none */
	struct ixpeer_robot_conf *r;
	struct err *e;
};

#define FAIL(s, y, ...) yaml_err((s)->doc, y, (s)->e, __VA_ARGS__)

static struct ixpeer_crowd_part *
part(struct reading *s)
{
	struct ixpeer_crowd *c = s->crowd;

	if (s->part == NULL) {
		c->parts =
		    xreallocarray(c->parts, c->n_parts + 1, sizeof *c->parts);
		s->part = xcalloc(1, sizeof *s->part);
		c->parts[c->n_parts++] = s->part;
	}
	return s->part;
}

static int
list(struct reading *s, const struct yaml *y, const char *what, size_t max)
{
	if (yaml_want(s->doc, y, YAML_LIST, what, s->e) < 0)
		return -1;
	if (y->n > max)
		return FAIL(s, y, "%s has %zu items, at most %zu are taken",
			    what, y->n, max);
	return 0;
}

/* ---- values ---- */

static int
copy(struct reading *s, const struct yaml *y, char **out)
{
	const char *text;

	if (yaml_str(s->doc, y, &text, s->e) < 0)
		return -1;
	*out = xstrdup(text);
	return 0;
}

static int
key_name(struct reading *s, const struct yaml *y)
{
	if (copy(s, y, &s->r->name) < 0)
		return -1;
	if (s->r->name[0] == '\0' || strlen(s->r->name) > 64)
		return FAIL(s, y, "a name has 1 to 64 bytes");
	return 0;
}

/* NAME, a path, or fd:N */
static int
key_netns(struct reading *s, const struct yaml *y)
{
	const char *text;
	unsigned int fd;

	if (yaml_str(s->doc, y, &text, s->e) < 0)
		return -1;
	if (str_starts(text, "fd:")) {
		if (!str_to_u32(text + 3, 0, 1u << 20, &fd))
			return FAIL(s, y,
				    "'%.60s' is no descriptor such as "
				    "fd:7",
				    text);
		s->r->netns = xstrdup(text);
	} else if (strchr(text, '/')) {
		s->r->netns = xstrdup(text);
	} else if (text[0] == '\0' || strlen(text) > 200) {
		return FAIL(s, y,
			    "a namespace is named by a name in "
			    "/run/netns, a path, or fd:N");
	} else {
		s->r->netns = xasprintf("/run/netns/%s", text);
	}
	return 0;
}

static int
key_asn(struct reading *s, const struct yaml *y)
{
	return yaml_u32(s->doc, y, 1, UINT32_MAX, &s->r->bgp.local_as, s->e);
}

static uint32_t
as_id(const struct ip_addr *a)
{
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
	       (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

static int
key_id(struct reading *s, const struct yaml *y)
{
	struct ip_addr a;

	if (yaml_addr(s->doc, y, IP_V4, &a, s->e) < 0)
		return -1;
	s->r->bgp.local_id = as_id(&a);
	return 0;
}

static int
key_addresses(struct reading *s, const struct yaml *y)
{
	if (list(s, y, "addresses", IXPEER_ADDRESSES) < 0)
		return -1;
	for (size_t i = 0; i < y->n; i++)
		if (yaml_addr(s->doc, y->items[i], IP_NONE, &s->r->addresses[i],
			      s->e) < 0)
			return -1;
	s->r->n_addresses = y->n;
	return 0;
}

static int
families(struct reading *s, const struct yaml *y, uint8_t *out)
{
	static const char *const words[] = {"ipv4", "ipv6"};
	size_t at;

	if (list(s, y, "families", 2) < 0)
		return -1;
	*out = 0;
	for (size_t i = 0; i < y->n; i++) {
		if (yaml_word(s->doc, y->items[i], words, 2, &at, s->e) < 0)
			return -1;
		*out |= (uint8_t)(1u << at);
	}
	return 0;
}

static int
password(struct reading *s, const struct yaml *y, char **out)
{
	if (copy(s, y, out) < 0)
		return -1;
	if ((*out)[0] == '\0' || strlen(*out) > IXPEER_PASSWORD)
		return FAIL(s, y, "a password has 1 to %d bytes",
			    IXPEER_PASSWORD);
	return 0;
}

static int
read_to(struct reading *s, const struct yaml *y, struct ixpeer_to *t)
{
	static const char *const keys[] = {"address",  "port",	   "asn",
					   "password", "families", "from"};
	const struct yaml *v;
	uint32_t port = BGP_PORT;

	if (yaml_keys(s->doc, y, "an item of to", keys, 6, s->e) < 0 ||
	    yaml_need(s->doc, y, "address", &v, s->e) < 0 ||
	    yaml_addr(s->doc, v, IP_NONE, &t->addr, s->e) < 0)
		return -1;
	t->families = (uint8_t)bgp_family_bit((enum ip_family)t->addr.family);
	if ((v = yaml_get(y, "from")) &&
	    yaml_addr(s->doc, v, (enum ip_family)t->addr.family, &t->from,
		      s->e) < 0)
		return -1;
	if ((v = yaml_get(y, "port")) &&
	    yaml_u32(s->doc, v, 1, 65535, &port, s->e) < 0)
		return -1;
	t->port = (uint16_t)port;
	if ((v = yaml_get(y, "asn")) &&
	    yaml_u32(s->doc, v, 1, UINT32_MAX, &t->asn, s->e) < 0)
		return -1;
	if ((v = yaml_get(y, "password")) && password(s, v, &t->password) < 0)
		return -1;
	if ((v = yaml_get(y, "families")))
		return families(s, v, &t->families);
	return 0;
}

static int
key_to(struct reading *s, const struct yaml *y)
{
	struct ixpeer_crowd_part *p = part(s);

	if (list(s, y, "to", IXPEER_TO) < 0)
		return -1;
	p->to = xcalloc(y->n + 1, sizeof *p->to);
	for (; p->n_to < y->n; p->n_to++)
		if (read_to(s, y->items[p->n_to], &p->to[p->n_to]) < 0) {
			p->n_to++; /* to be freed, too */
			return -1;
		}
	s->r->to = p->to;
	s->r->n_to = p->n_to;
	return 0;
}

static int
key_announce(struct reading *s, const struct yaml *y)
{
	struct ixpeer_crowd_part *p = part(s);

	if (list(s, y, "announce", 10000) < 0)
		return -1;
	p->sources = xcalloc(y->n + 1, sizeof *p->sources);
	for (size_t i = 0; i < y->n; i++) {
		p->n_sources++;
		if (ixpeer_source_read(s->doc, y->items[i], &p->sources[i],
				       s->e) < 0)
			return -1;
	}
	s->r->announce = p->sources;
	s->r->n_announce = p->n_sources;
	s->r->dealt = false;
	return 0;
}

/* One, or a list of them. */
static int
key_behave(struct reading *s, const struct yaml *y)
{
	struct ixpeer_crowd_part *p = part(s);
	size_t n = y->kind == YAML_LIST ? y->n : 1;

	if (y->kind == YAML_LIST && list(s, y, "behave", IXPEER_BEHAVIOURS) < 0)
		return -1;
	p->behaviours = xcalloc(n + 1, sizeof *p->behaviours);
	for (; p->n_behaviours < n; p->n_behaviours++)
		if (ixpeer_behaviour_read(
			s->doc,
			y->kind == YAML_LIST ? y->items[p->n_behaviours] : y,
			&p->behaviours[p->n_behaviours], s->e) < 0)
			return -1;
	s->r->behave = p->behaviours;
	s->r->n_behave = n;
	return 0;
}

static int
key_hold(struct reading *s, const struct yaml *y)
{
	uint32_t v;

	if (yaml_u32(s->doc, y, 0, 65535, &v, s->e) < 0)
		return -1;
	if (v == 1 || v == 2)
		return FAIL(s, y, "the hold time is 0, or 3 and more");
	s->r->bgp.hold = (uint16_t)v;
	return 0;
}

static int
key_two_byte(struct reading *s, const struct yaml *y)
{
	return yaml_bool(s->doc, y, &s->r->bgp.two_byte, s->e);
}

static int
key_add_path(struct reading *s, const struct yaml *y)
{
	bool on;

	if (yaml_bool(s->doc, y, &on, s->e) < 0)
		return -1;
	s->r->bgp.add_path_tx = on ? BGP_IPV4 | BGP_IPV6 : 0;
	s->r->bgp.add_path_rx = s->r->bgp.add_path_tx;
	return 0;
}

static int
key_extended_message(struct reading *s, const struct yaml *y)
{
	return yaml_bool(s->doc, y, &s->r->bgp.extended_message, s->e);
}

static int
key_ext_nexthop(struct reading *s, const struct yaml *y)
{
	bool on;

	if (yaml_bool(s->doc, y, &on, s->e) < 0)
		return -1;
	s->r->bgp.ext_nexthop = on ? BGP_IPV4 : 0;
	return 0;
}

static int
key_role(struct reading *s, const struct yaml *y)
{
	static const char *const words[] = {"provider", "rs", "rs-client",
					    "customer", "peer"};
	size_t at;

	if (yaml_word(s->doc, y, words, 5, &at, s->e) < 0)
		return -1;
	s->r->bgp.has_role = true;
	s->r->bgp.role = (enum bgp_role)at;
	return 0;
}

static int
key_script(struct reading *s, const struct yaml *y)
{
	const char *text;

	if (yaml_str(s->doc, y, &text, s->e) < 0)
		return -1;
	free(s->r->script);
	s->r->script = ixpeer_crowd_path(s->doc->file, text);
	return 0;
}

static int
key_timeout(struct reading *s, const struct yaml *y)
{
	uint32_t ms;

	if (yaml_ms(s->doc, y, &ms, s->e) < 0)
		return -1;
	if (ms < 1000)
		return FAIL(s, y, "a timeout is a second or more");
	s->r->timeout = ms / 1000;
	return 0;
}

static int
key_keep(struct reading *s, const struct yaml *y)
{
	return yaml_bool(s->doc, y, &s->r->keep, s->e);
}

static int
key_listen(struct reading *s, const struct yaml *y)
{
	return yaml_bool(s->doc, y, &s->r->listen, s->e);
}

static int
key_passive(struct reading *s, const struct yaml *y)
{
	if (yaml_bool(s->doc, y, &s->r->bgp.passive, s->e) < 0)
		return -1;
	s->r->listen |= s->r->bgp.passive;
	return 0;
}

/* The first three are no defaults. */
static const struct robot_key {
	const char *name;
	int (*take)(struct reading *s, const struct yaml *y);
} robot_keys[] = {
    {"name", key_name},
    {"netns", key_netns},
    {"addresses", key_addresses},
    {"id", key_id},
    {"asn", key_asn},
    {"to", key_to},
    {"announce", key_announce},
    {"behave", key_behave},
    {"script", key_script},
    {"timeout", key_timeout},
    {"keep", key_keep},
    {"listen", key_listen},
    {"passive", key_passive},
    {"hold", key_hold},
    {"two-byte", key_two_byte},
    {"add-path", key_add_path},
    {"extended-message", key_extended_message},
    {"ext-nexthop", key_ext_nexthop},
    {"role", key_role},
};
enum { N_ROBOT_KEYS = sizeof robot_keys / sizeof *robot_keys, ONE_ROBOTS = 4 };

static int
read_keys(struct reading *s, const struct yaml *y, const char *what,
	  size_t from)
{
	const char *names[N_ROBOT_KEYS];
	const struct yaml *v;

	for (size_t i = from; i < N_ROBOT_KEYS; i++)
		names[i - from] = robot_keys[i].name;
	if (yaml_want(s->doc, y, YAML_MAP, what, s->e) < 0 ||
	    yaml_keys(s->doc, y, what, names, N_ROBOT_KEYS - from, s->e) < 0)
		return -1;
	s->part = NULL;
	for (size_t i = from; i < N_ROBOT_KEYS; i++)
		if ((v = yaml_get(y, robot_keys[i].name)) &&
		    robot_keys[i].take(s, v) < 0)
			return -1;
	return 0;
}

/* ---- robots ---- */

static void
robot_clear(struct ixpeer_robot_conf *r)
{
	free(r->name);
	free(r->netns);
	free(r->script);
}

static int
complete(struct reading *s, const struct yaml *y)
{
	struct ixpeer_robot_conf *r = s->r;
	struct ip_addr a;
	bool any = false;

	if (r->name == NULL)
		return FAIL(s, y, "a robot needs a name");
	if (r->bgp.local_as == 0)
		return FAIL(s, y, "robot %s needs an asn", r->name);
	if (r->bgp.local_id == 0 && ixpeer_robot_local(r, IP_V4, &a))
		r->bgp.local_id = as_id(&a);
	if (r->bgp.local_id == 0)
		return FAIL(s, y, "robot %s has no IPv4 address, say its id",
			    r->name);
	for (size_t i = 0; i < r->n_to; i++)
		any |= ixpeer_robot_from(r, &r->to[i], &a);
	if (!any)
		return FAIL(s, y,
			    "robot %s has nobody to talk to: no item of "
			    "to is of the family of its addresses",
			    r->name);
	return 0;
}

static int
read_robot(struct reading *s, const struct yaml *y,
	   const struct ixpeer_robot_conf *defaults)
{
	struct ixpeer_crowd *c = s->crowd;
	struct ixpeer_robot_conf r = *defaults;

	r.script = defaults->script ? xstrdup(defaults->script) : NULL;
	r.line = y->line;
	r.file = c->files[c->n_files - 1];
	s->r = &r;
	if (read_keys(s, y, "a robot", 0) < 0 || complete(s, y) < 0) {
		robot_clear(&r);
		return -1;
	}
	r.bgp.seed = (uint32_t)(c->n + 1) * 2654435761u | 1;
	r.share = (uint32_t)c->n;
	r.digest = ixpeer_crowd_digest(defaults->digest, y);
	if (r.dealt && r.n_announce > 0)
		r.digest ^= r.share;
	c->robots = xreallocarray(c->robots, c->n + 1, sizeof *c->robots);
	c->robots[c->n++] = r;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	return strcmp((*(const struct ixpeer_robot_conf *const *)a)->name,
		      (*(const struct ixpeer_robot_conf *const *)b)->name);
}

static int
names_differ(struct reading *s)
{
	const struct ixpeer_crowd *c = s->crowd;
	const struct ixpeer_robot_conf **all;
	int rc = 0;

	all = xreallocarray(NULL, c->n + 1, sizeof(void *));
	for (size_t i = 0; i < c->n; i++)
		all[i] = &c->robots[i];
	qsort(all, c->n, sizeof *all, compare);
	for (size_t i = 1; rc == 0 && i < c->n; i++)
		if (compare(&all[i - 1], &all[i]) == 0)
			rc = err_at(
			    s->e, s->doc->file,
			    all[i - 1]->line > all[i]->line ? all[i - 1]->line
							    : all[i]->line,
			    1, "there are two robots named %s", all[i]->name);
	free(all);
	return rc;
}

static int
read_file(struct reading *s)
{
	static const char *const top[] = {"defaults", "robots"};
	struct ixpeer_robot_conf defaults = {
	    .bgp = {.hold = 90, .allow_as_set = true},
	    .timeout = 30,
	};
	const struct yaml *y;
	int rc = 0;

	s->r = &defaults;
	if (s->doc->root == NULL)
		return err_at(s->e, s->doc->file, 1, 1, "the file is empty");
	if (yaml_want(s->doc, s->doc->root, YAML_MAP, "the file", s->e) < 0 ||
	    yaml_keys(s->doc, s->doc->root, "a crowd", top, 2, s->e) < 0)
		return -1;
	if ((y = yaml_get(s->doc->root, "defaults")))
		rc = read_keys(s, y, "defaults", ONE_ROBOTS);
	defaults.dealt = true;
	defaults.digest = y ? ixpeer_crowd_digest(0xcbf29ce484222325u, y) : 1;
	if (rc == 0)
		rc = yaml_need(s->doc, s->doc->root, "robots", &y, s->e);
	if (rc == 0)
		rc = list(s, y, "robots", IXPEER_ROBOTS - s->crowd->n);
	for (size_t i = 0; rc == 0 && i < y->n; i++)
		rc = read_robot(s, y->items[i], &defaults);
	robot_clear(&defaults);
	return rc < 0 ? rc : names_differ(s);
}

static int
read_doc(struct ixpeer_crowd *c, struct yaml_doc *doc, struct err *e)
{
	struct reading s = {.doc = doc, .crowd = c, .e = e};
	size_t before = c->n;
	int rc;

	c->files = xreallocarray(c->files, c->n_files + 1, sizeof *c->files);
	c->files[c->n_files++] = xstrdup(doc->file);
	rc = read_file(&s);

	while (rc < 0 && c->n > before)
		robot_clear(&c->robots[--c->n]);
	yaml_clear(doc);
	return rc;
}

int
ixpeer_crowd_parse(struct ixpeer_crowd *c, const char *name, const void *text,
		   size_t len, struct err *e)
{
	struct yaml_doc doc;

	if (yaml_parse(&doc, name, text, len, e) < 0)
		return -1;
	return read_doc(c, &doc, e);
}

int
ixpeer_crowd_load(struct ixpeer_crowd *c, const char *path, struct err *e)
{
	struct yaml_doc doc;

	if (yaml_load(&doc, path, e) < 0)
		return -1;
	return read_doc(c, &doc, e);
}

void
ixpeer_crowd_clear(struct ixpeer_crowd *c)
{
	for (size_t i = 0; i < c->n; i++)
		robot_clear(&c->robots[i]);
	for (size_t i = 0; i < c->n_parts; i++) {
		struct ixpeer_crowd_part *p = c->parts[i];

		for (size_t j = 0; j < p->n_to; j++)
			free(p->to[j].password);
		for (size_t j = 0; j < p->n_sources; j++) {
			ixpeer_step_clear(&p->sources[j].step);
			free(p->sources[j].file);
		}
		free(p->to);
		free(p->sources);
		free(p->behaviours);
		free(p);
	}
	for (size_t i = 0; i < c->n_files; i++)
		free(c->files[i]);
	free(c->files);
	free(c->parts);
	free(c->robots);
	*c = (struct ixpeer_crowd){0};
}
