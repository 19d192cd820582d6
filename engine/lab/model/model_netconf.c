#include "lab/model/model_netconf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/yaml.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct netconf_reader {
	struct yaml_doc doc;
	const struct lab_node *node;
	struct model_netconf *out;
};

/* ---- names */

static bool
netconf_has(const struct lab_node *n, const char *dev)
{
	size_t i;

	for (i = 0; i < n->nifs; i++)
		if (strcmp(n->ifs[i].name, dev) == 0)
			return true;
	return strcmp(dev, "lo") == 0;
}

static char *
netconf_names(const struct lab_node *n)
{
	struct str all = {0};
	size_t i;

	for (i = 0; i < n->nifs; i++)
		str_addf(&all, "%s, ", n->ifs[i].name);
	str_add(&all, "lo");
	return str_steal(&all);
}

/* The place of its key, for a sentence. */
static struct yaml
netconf_key(const struct yaml *y)
{
	return (struct yaml){.line = y->key_line, .col = y->key_col};
}

/* dev is one of the node's, and so short enough for out. */
static int
netconf_dev(const struct netconf_reader *r, const struct yaml *y,
	    const char *dev, char out[16], struct err *e)
{
	char *names;

	if (netconf_has(r->node, dev)) {
		snprintf(out, 16, "%s", dev);
		return 0;
	}
	names = netconf_names(r->node);
	yaml_err(&r->doc, y, e, "%s has no interface %.20s (it has %s)",
		 r->node->name, dev, names);
	free(names);
	return -1;
}

/* ---- interfaces */

static bool
netconf_addr_twice(const struct model_netconf_if *x, const struct lab_addr *a)
{
	size_t i;

	for (i = 0; i < x->naddrs; i++)
		if (ip_addr_eq(&x->addrs[i].addr.addr, &a->addr))
			return true;
	return false;
}

static int
netconf_addr(const struct netconf_reader *r, const struct yaml *y,
	     struct model_netconf_if *x, struct err *e)
{
	struct model_netconf_addr *a = &x->addrs[x->naddrs];
	const char *text;

	if (yaml_str(&r->doc, y, &text, e) < 0)
		return -1;
	if (!ip_ifaddr_parse(text, &a->addr.addr, &a->addr.len))
		return yaml_err(&r->doc, y, e,
				"expected an address with its length, such as "
				"192.0.2.1/24, found \"%.60s\"",
				text);
	if (netconf_addr_twice(x, &a->addr))
		return yaml_err(&r->doc, y, e, "%.60s stands there twice",
				text);
	a->line = y->line;
	a->col = y->col;
	x->naddrs++;
	return 0;
}

static int
netconf_addrs(const struct netconf_reader *r, const struct yaml *y,
	      struct model_netconf_if *x, struct err *e)
{
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(&r->doc, y, YAML_LIST, "addresses", e) < 0)
		return -1;
	if (y->n > MODEL_NETCONF_ADDRS)
		return yaml_err(&r->doc, y, e,
				"%zu addresses: at most %d on an interface",
				y->n, MODEL_NETCONF_ADDRS);
	x->says_addrs = true;
	for (i = 0; i < y->n; i++)
		if (netconf_addr(r, y->items[i], x, e) < 0)
			return -1;
	return 0;
}

static int
netconf_if(const struct netconf_reader *r, const struct yaml *y,
	   struct model_netconf_if *x, struct err *e)
{
	static const char *const keys[] = {"up", "mtu", "addresses"};
	const struct yaml *up = yaml_get(y, "up"), *mtu = yaml_get(y, "mtu");
	const struct yaml key = netconf_key(y);
	bool is;

	x->line = y->key_line;
	x->col = y->key_col;
	if (netconf_dev(r, &key, y->key, x->name, e) < 0 ||
	    yaml_keys(&r->doc, y, "an interface", keys, COUNT(keys), e) < 0)
		return -1;
	if (up != NULL) {
		if (yaml_bool(&r->doc, up, &is, e) < 0)
			return -1;
		x->up = is ? MODEL_NETCONF_UP : MODEL_NETCONF_DOWN;
	}
	if (mtu != NULL && yaml_u32(&r->doc, mtu, MODEL_NETCONF_MTU_MIN,
				    MODEL_NETCONF_MTU_MAX, &x->mtu, e) < 0)
		return -1;
	return netconf_addrs(r, yaml_get(y, "addresses"), x, e);
}

/* No key stands twice, so there are no more than the node has. */
static int
netconf_ifs(const struct netconf_reader *r, const struct yaml *y, struct err *e)
{
	struct model_netconf *c = r->out;

	if (y == NULL)
		return 0;
	if (yaml_want(&r->doc, y, YAML_MAP, "interfaces", e) < 0)
		return -1;
	if (y->n > 0 && y->n <= r->node->nifs + 1)
		c->ifs = xcalloc(y->n, sizeof(*c->ifs));
	else if (y->n > 0)
		return yaml_err(&r->doc, y, e, "%zu interfaces: %s has %zu",
				y->n, r->node->name, r->node->nifs + 1);
	while (c->nifs < y->n) {
		if (netconf_if(r, y->items[c->nifs], &c->ifs[c->nifs], e) < 0)
			return -1;
		c->nifs++;
	}
	return 0;
}

/* ---- sysctls: net.ipv4.conf.IF.KEY, or without an interface */

static const struct netconf_knob {
	const char *family, *key;
	uint32_t max;
} knobs[] = {
    {"ipv4", "accept_redirects", 1}, {"ipv4", "arp_announce", 2},
    {"ipv4", "arp_filter", 1},	     {"ipv4", "arp_ignore", 2},
    {"ipv4", "forwarding", 1},	     {"ipv4", "proxy_arp", 1},
    {"ipv4", "rp_filter", 2},	     {"ipv4", "send_redirects", 1},
    {"ipv6", "accept_ra", 2},	     {"ipv6", "accept_redirects", 1},
    {"ipv6", "autoconf", 1},	     {"ipv6", "disable_ipv6", 1},
    {"ipv6", "forwarding", 1},	     {"ipv6", "proxy_ndp", 1},
};

static const struct netconf_knob *
netconf_knob(const char *family, const char *key)
{
	size_t i;

	for (i = 0; i < COUNT(knobs); i++)
		if (strcmp(knobs[i].family, family) == 0 &&
		    strcmp(knobs[i].key, key) == 0)
			return &knobs[i];
	return NULL;
}

static char *
netconf_knob_names(void)
{
	struct str all = {0};
	size_t i;

	for (i = 0; i < COUNT(knobs); i++)
		str_addf(&all, "%snet.%s.conf.IF.%s", i ? ", " : "",
			 knobs[i].family, knobs[i].key);
	return str_steal(&all);
}

static int
netconf_unknown(const struct netconf_reader *r, const struct yaml *y,
		struct err *e)
{
	const struct yaml key = netconf_key(y);
	char *names = netconf_knob_names();

	yaml_err(&r->doc, &key, e,
		 "\"%.40s\" is no sysctl that can be set here (known are %s)",
		 y->key, names);
	free(names);
	return -1;
}

/* net.ipv4.conf.IF.KEY, whose IF may have dots: the last dot counts. */
static int
netconf_sysctl(const struct netconf_reader *r, const struct yaml *y,
	       struct model_netconf_sysctl *s, struct err *e)
{
	const char *last = strrchr(y->key, '.');
	const struct yaml key = netconf_key(y);
	const struct netconf_knob *k;
	char family[5] = "", dev[16], same[16];
	uint32_t value;
	size_t n;

	if (!str_starts(y->key, "net.ipv4.conf.") &&
	    !str_starts(y->key, "net.ipv6.conf."))
		return netconf_unknown(r, y, e);
	memcpy(family, y->key + 4, 4);
	n = strlen("net.ipv4.conf.");
	if (last < y->key + n || (k = netconf_knob(family, last + 1)) == NULL)
		return netconf_unknown(r, y, e);
	if ((size_t)(last - y->key) - n >= sizeof(dev))
		return netconf_dev(r, &key, y->key + n, same, e);
	memcpy(dev, y->key + n, (size_t)(last - y->key) - n);
	dev[(size_t)(last - y->key) - n] = '\0';
	if (strcmp(dev, "all") != 0 && netconf_dev(r, &key, dev, same, e) < 0)
		return -1;
	if (yaml_u32(&r->doc, y, 0, k->max, &value, e) < 0)
		return -1;
	snprintf(s->key, sizeof(s->key), "%s/conf/%s/%s", family, dev, k->key);
	snprintf(s->value, sizeof(s->value), "%u", value % 100);
	s->line = y->key_line;
	s->col = y->key_col;
	return 0;
}

static int
netconf_sysctls(const struct netconf_reader *r, const struct yaml *y,
		struct err *e)
{
	struct model_netconf *c = r->out;

	if (y == NULL)
		return 0;
	if (yaml_want(&r->doc, y, YAML_MAP, "sysctl", e) < 0)
		return -1;
	if (y->n > MODEL_NETCONF_SYSCTLS)
		return yaml_err(&r->doc, y, e, "%zu sysctls: at most %d", y->n,
				MODEL_NETCONF_SYSCTLS);
	c->sysctls = xcalloc(y->n + 1, sizeof(*c->sysctls));
	while (c->nsysctls < y->n) {
		if (netconf_sysctl(r, y->items[c->nsysctls],
				   &c->sysctls[c->nsysctls], e) < 0)
			return -1;
		c->nsysctls++;
	}
	return 0;
}

/* ---- routes */

static const char *const route_types[] = {"unicast", "blackhole",
					  "unreachable"};

static int
netconf_route_way(const struct netconf_reader *r, const struct yaml *y,
		  struct model_netconf_route *w, struct err *e)
{
	const struct yaml *via = yaml_get(y, "via"), *dev = yaml_get(y, "dev");
	const struct yaml *type = yaml_get(y, "type");
	const char *name;
	size_t at = 0;

	if (via != NULL && yaml_addr(&r->doc, via, IP_NONE, &w->via, e) < 0)
		return -1;
	if (dev != NULL && (yaml_str(&r->doc, dev, &name, e) < 0 ||
			    netconf_dev(r, dev, name, w->dev, e) < 0))
		return -1;
	if (type != NULL && yaml_word(&r->doc, type, route_types,
				      COUNT(route_types), &at, e) < 0)
		return -1;
	w->type = route_types[at];
	if (at == 0 && via == NULL && dev == NULL)
		return yaml_err(&r->doc, y, e,
				"a route needs via, dev or a type that needs "
				"none of them");
	if (at > 0 && (via != NULL || dev != NULL))
		return yaml_err(&r->doc, type, e,
				"a route of type %s goes nowhere: leave out "
				"via and dev",
				w->type);
	return 0;
}

static int
netconf_route(const struct netconf_reader *r, const struct yaml *y,
	      struct model_netconf_route *w, struct err *e)
{
	static const char *const keys[] = {"to", "via", "dev", "type"};
	const struct model_netconf *c = r->out;
	const struct yaml *to;
	size_t i;

	w->line = y->line;
	w->col = y->col;
	if (yaml_keys(&r->doc, y, "a route", keys, COUNT(keys), e) < 0 ||
	    yaml_need(&r->doc, y, "to", &to, e) < 0 ||
	    yaml_prefix(&r->doc, to, IP_NONE, &w->to, e) < 0)
		return -1;
	for (i = 0; i < c->nroutes; i++)
		if (ip_prefix_eq(&c->routes[i].to, &w->to))
			return yaml_err(&r->doc, to, e,
					"there is a route to it in line %d "
					"already",
					c->routes[i].line);
	return netconf_route_way(r, y, w, e);
}

static int
netconf_routes(const struct netconf_reader *r, const struct yaml *y,
	       struct err *e)
{
	struct model_netconf *c = r->out;

	if (y == NULL)
		return 0;
	if (yaml_want(&r->doc, y, YAML_LIST, "routes", e) < 0)
		return -1;
	if (y->n > MODEL_NETCONF_ROUTES)
		return yaml_err(&r->doc, y, e, "%zu routes: at most %d", y->n,
				MODEL_NETCONF_ROUTES);
	c->routes = xcalloc(y->n + 1, sizeof(*c->routes));
	while (c->nroutes < y->n) {
		if (netconf_route(r, y->items[c->nroutes],
				  &c->routes[c->nroutes], e) < 0)
			return -1;
		c->nroutes++;
	}
	return 0;
}

/* ---- the file */

static int
netconf_root(const struct netconf_reader *r, struct err *e)
{
	static const char *const keys[] = {"interfaces", "sysctl", "routes"};
	const struct yaml *root = r->doc.root;

	if (root == NULL || yaml_is_null(root))
		return 0;
	if (yaml_keys(&r->doc, root, MODEL_NETCONF_FILE, keys, COUNT(keys), e) <
	    0)
		return -1;
	if (netconf_ifs(r, yaml_get(root, "interfaces"), e) < 0 ||
	    netconf_sysctls(r, yaml_get(root, "sysctl"), e) < 0)
		return -1;
	return netconf_routes(r, yaml_get(root, "routes"), e);
}

int
model_netconf_parse(const struct lab_node *n, const void *text, size_t len,
		    struct model_netconf *out, struct err *e)
{
	struct netconf_reader r = {.node = n, .out = out};
	int rc;

	*out = (struct model_netconf){0};
	if (len > MODEL_NETCONF_BYTES)
		return err_usage(e,
				 MODEL_NETCONF_FILE ": %zu bytes: at most %d",
				 len, MODEL_NETCONF_BYTES);
	if (yaml_parse(&r.doc, MODEL_NETCONF_FILE, text, len, e) < 0)
		return -1;
	rc = netconf_root(&r, e);
	yaml_clear(&r.doc);
	if (rc < 0) {
		str_clean(e->msg);
		model_netconf_clear(out);
	}
	return rc;
}

void
model_netconf_clear(struct model_netconf *c)
{
	free(c->ifs);
	free(c->routes);
	free(c->sysctls);
	*c = (struct model_netconf){0};
}
