/*
 * An IX-F Member Export, read with suspicion: whatever is there must be of its
 * type, numbers of things are bounded, and what is missing is left open.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lab/field/field.h"

struct reader {
	struct field *x;
	struct err *e;
	size_t skipped, strange, macs; /* how many were left out */
};

static const char *const family_key[2] = {"ipv4", "ipv6"};
static const enum ip_family family[2] = {IP_V4, IP_V6};

void
field_notice(struct field *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&x->notices, fmt, ap);
	va_end(ap);
	str_add(&x->notices, "\n");
}

/* The caller says where. */
static int
bad(const struct reader *r, const char *what, const char *want)
{
	return err_usage(r->e, "%s: expected %s", what, want);
}

/* ---- values; null is the same as nothing */

static const json_t *
get(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_null(v) ? NULL : v;
}

static int
get_int(const struct reader *r, const json_t *o, const char *key,
	json_int_t *out)
{
	const json_t *v = get(o, key);

	if (v != NULL && !json_is_integer(v))
		return bad(r, key, "a whole number");
	*out = v ? json_integer_value(v) : 0;
	return 0;
}

static int
get_text(const struct reader *r, const json_t *o, const char *key,
	 const char **out)
{
	const json_t *v = get(o, key);

	if (v != NULL && !json_is_string(v))
		return bad(r, key, "a text");
	*out = v ? json_string_value(v) : NULL;
	return 0;
}

/* Each element of a list of objects, which may be missing. */
static int
each(struct reader *r, const json_t *o, const char *key, void *arg,
     int (*one)(struct reader *r, const json_t *element, void *arg))
{
	const json_t *list = get(o, key), *v;
	size_t i;

	if (list != NULL && !json_is_array(list))
		return bad(r, key, "a list");
	json_array_foreach(list, i, v)
	{
		if (!json_is_object(v))
			return bad(r, key, "a list of objects");
		if (one(r, v, arg) < 0)
			return err_in(r->e, "%s[%zu]", key, i);
	}
	return 0;
}

/* ---- the exchange */

static int
read_prefix(struct reader *r, const json_t *o, int f, struct ip_prefix *out)
{
	const json_t *v = get(o, family_key[f]);
	const char *text;
	struct ip_addr a;
	json_int_t len;

	/* PHP writes an empty object as an empty list. */
	if (v == NULL || (json_is_array(v) && json_array_size(v) == 0))
		return 0;
	if (!json_is_object(v))
		return bad(r, family_key[f], "an object");
	if (get_text(r, v, "prefix", &text) < 0 ||
	    get_int(r, v, "mask_length", &len) < 0)
		return -1;
	if (text == NULL || *text == '\0')
		return 0;
	if (!ip_addr_parse(text, &a) || a.family != family[f])
		return bad(r, "prefix",
			   f ? "an IPv6 prefix without its length"
			     : "an IPv4 prefix without its length");
	if (len < (f ? 16 : 8) || len > (f ? 126 : 30))
		return bad(r, "mask_length",
			   f ? "16 to 126 for IPv6" : "8 to 30 for IPv4");
	*out = ip_prefix_of(&a, (uint8_t)len);
	return 0;
}

static int
read_lan(struct reader *r, const json_t *o, void *arg)
{
	struct field_lan lan = {.exchange = *(json_int_t *)arg};
	struct field *x = r->x;
	int f;

	if (get_int(r, o, "id", &lan.id) < 0 ||
	    get_text(r, o, "name", &lan.name) < 0)
		return -1;
	for (f = 0; f < 2; f++)
		if (read_prefix(r, o, f, &lan.prefix[f]) < 0)
			return -1;
	if (x->nlans == FIELD_MAX_LANS)
		return bad(r, "vlan", "fewer than 257 VLANs");
	x->lans = xreallocarray(x->lans, x->nlans + 1, sizeof(lan));
	x->lans[x->nlans++] = lan;
	return 0;
}

static int
read_switch(struct reader *r, const json_t *o, void *arg)
{
	struct field_switch sw = {.exchange = *(json_int_t *)arg};
	struct field *x = r->x;

	if (get_int(r, o, "id", &sw.id) < 0 ||
	    get_text(r, o, "name", &sw.name) < 0 ||
	    get_text(r, o, "colo", &sw.colo) < 0)
		return -1;
	if (x->nswitches == FIELD_MAX_SWITCHES)
		return bad(r, "switch", "fewer than 1,025 switches");
	x->switches = xreallocarray(x->switches, x->nswitches + 1, sizeof(sw));
	x->switches[x->nswitches++] = sw;
	return 0;
}

static int
read_exchange(struct reader *r, const json_t *o, void *arg)
{
	const char *name, *shortname;
	json_int_t id;

	(void)arg;
	if (get_int(r, o, "ixp_id", &id) < 0 ||
	    get_text(r, o, "name", &name) < 0 ||
	    get_text(r, o, "shortname", &shortname) < 0)
		return -1;
	if (r->x->name == NULL)
		r->x->name = name ? name : shortname;
	if (each(r, o, "switch", &id, read_switch) < 0)
		return -1;
	return each(r, o, "vlan", &id, read_lan);
}

/* ---- members */

struct place { /* where a VLAN entry stands */
	struct field_net *net;
	json_int_t exchange;
	size_t sw;
};

static size_t
find_lan(const struct field *x, json_int_t exchange, json_int_t id)
{
	size_t i;

	for (i = 0; i < x->nlans; i++)
		if (x->lans[i].exchange == exchange && x->lans[i].id == id)
			return i;
	return FIELD_NONE;
}

static size_t
find_switch(const struct field *x, json_int_t exchange, json_int_t id)
{
	size_t i;

	for (i = 0; i < x->nswitches; i++)
		if (x->switches[i].exchange == exchange &&
		    x->switches[i].id == id)
			return i;
	return FIELD_NONE;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Any of the usual spellings; false when it is no address of one machine. */
static bool
mac_parse(const char *text, uint8_t mac[6])
{
	uint8_t out[6] = {0};
	size_t n = 0;
	int v;

	for (; *text; text++) {
		if (strchr(":-.", *text))
			continue;
		v = hex(*text);
		if (v < 0 || n == 12)
			return false;
		out[n / 2] = (uint8_t)(out[n / 2] << 4 | v);
		n++;
	}
	if (n != 12 || out[0] & 1 || memcmp(out, "\0\0\0\0\0", 6) == 0)
		return false;
	memcpy(mac, out, 6);
	return true;
}

static int
read_service(struct reader *r, const json_t *o, void *arg)
{
	struct field_port *p = arg;
	const char *type;

	if (get_text(r, o, "type", &type) < 0)
		return -1;
	if (type && strcmp(type, "ixrouteserver") == 0)
		p->service = FIELD_ROUTE_SERVER;
	else if (type && strcmp(type, "ixroutecollector") == 0 &&
		 p->service == FIELD_MEMBER)
		p->service = FIELD_COLLECTOR;
	return 0;
}

static int
read_address(struct reader *r, const json_t *v, int f, struct field_port *p)
{
	const char *text;
	struct ip_addr a;

	if (get_text(r, v, "address", &text) < 0)
		return -1;
	if (text == NULL || *text == '\0')
		return 0;
	if (!ip_addr_parse(text, &a) || a.family != family[f])
		return bad(r, "address",
			   f ? "an IPv6 address" : "an IPv4 address");
	p->addr[f] = a;
	return 0;
}

static int
read_family(struct reader *r, const json_t *o, int f, struct field_port *p)
{
	const json_t *v = get(o, family_key[f]), *rs, *macs;
	json_int_t max;

	if (v == NULL || (json_is_array(v) && json_array_size(v) == 0))
		return 0;
	if (!json_is_object(v))
		return bad(r, family_key[f], "an object");
	if (read_address(r, v, f, p) < 0 ||
	    get_int(r, v, "max_prefix", &max) < 0 ||
	    (p->macro == NULL && get_text(r, v, "as_macro", &p->macro) < 0) ||
	    each(r, v, "services", p, read_service) < 0)
		return -1;
	if (max > 0 && max <= UINT32_MAX)
		p->max_prefix[f] = (uint32_t)max;
	if ((rs = get(v, "routeserver")) != NULL) {
		if (!json_is_boolean(rs))
			return bad(r, "routeserver", "true or false");
		r->x->rs_said = true;
		p->rs_client |= json_is_true(rs);
	}
	macs = json_array_get(get(v, "mac_addresses"), 0);
	if (json_is_string(macs) && memcmp(p->mac, "\0\0\0\0\0", 6) == 0 &&
	    !mac_parse(json_string_value(macs), p->mac))
		r->macs++;
	return 0;
}

static int
read_port(struct reader *r, const json_t *o, void *arg)
{
	const struct place *at = arg;
	struct field_net *net = at->net;
	struct field_port p = {.sw = at->sw};
	json_int_t id;
	int f;

	if (get_int(r, o, "vlan_id", &id) < 0)
		return -1;
	for (f = 0; f < 2; f++)
		if (read_family(r, o, f, &p) < 0)
			return -1;
	p.lan = find_lan(r->x, at->exchange, id);
	if (p.lan == FIELD_NONE ||
	    (p.addr[0].family == IP_NONE && p.addr[1].family == IP_NONE)) {
		r->skipped++;
		return 0;
	}
	if (r->x->nports++ == FIELD_MAX_PORTS)
		return bad(r, "vlan_list", "at most 8,192 ports in all");
	net->ports = xreallocarray(net->ports, net->nports + 1, sizeof(p));
	net->ports[net->nports++] = p;
	return 0;
}

static bool
is_off(const char *state)
{
	static const char *const words[] = {"inactive", "disabled", "down",
					    "disconnected", "suspended"};
	size_t i;

	for (i = 0; state && i < sizeof(words) / sizeof(*words); i++)
		if (strcasecmp(state, words[i]) == 0)
			return true;
	return false;
}

static int
read_connection(struct reader *r, const json_t *o, void *arg)
{
	struct place at = {arg, 0, FIELD_NONE};
	const json_t *ifs = get(o, "if_list");
	const char *state;
	json_int_t sw;

	if (get_int(r, o, "ixp_id", &at.exchange) < 0 ||
	    get_text(r, o, "state", &state) < 0)
		return -1;
	if (is_off(state)) {
		r->skipped++;
		return 0;
	}
	if (ifs != NULL && !json_is_array(ifs))
		return bad(r, "if_list", "a list");
	/* Several interfaces are one aggregated port: the first one's switch. */
	if (json_array_size(ifs) > 0) {
		if (get_int(r, json_array_get(ifs, 0), "switch_id", &sw) < 0)
			return -1;
		at.sw = find_switch(r->x, at.exchange, sw);
	}
	return each(r, o, "vlan_list", &at, read_port);
}

/* A network may be listed more than once. */
static struct field_net *
net_of(struct field *x, uint32_t asn)
{
	size_t i;

	for (i = 0; i < x->nnets; i++)
		if (x->nets[i].asn == asn)
			return &x->nets[i];
	if (x->nnets == FIELD_MAX_NETS)
		return NULL;
	x->nets = xreallocarray(x->nets, x->nnets + 1, sizeof(*x->nets));
	x->nets[x->nnets] = (struct field_net){.asn = asn};
	return &x->nets[x->nnets++];
}

static int
read_member(struct reader *r, const json_t *o, void *arg)
{
	struct field_net *net;
	const char *name;
	json_int_t asn;

	(void)arg;
	if (get_int(r, o, "asnum", &asn) < 0 ||
	    get_text(r, o, "name", &name) < 0)
		return -1;
	if (asn < 1 || asn >= UINT32_MAX || asn == 23456 || asn == 65535) {
		r->strange++;
		return 0;
	}
	if ((net = net_of(r->x, (uint32_t)asn)) == NULL)
		return bad(r, "member_list", "at most 4,096 networks");
	if (net->name == NULL)
		net->name = name;
	return each(r, o, "connection_list", net, read_connection);
}

/* ---- the whole */

static int
read_root(struct reader *r)
{
	struct field *x = r->x;
	static const char *const known[] = {"1.0", "0.7", "0.6"};
	size_t i;

	if (!json_is_object(x->root) || !get(x->root, "member_list") ||
	    !get(x->root, "ixp_list"))
		return err_usage(r->e,
				 "this is no IX-F Member Export: it has no "
				 "ixp_list and member_list");
	if (get_text(r, x->root, "version", &x->version) < 0 ||
	    get_text(r, x->root, "timestamp", &x->timestamp) < 0)
		return -1;
	for (i = 0; i < 3; i++)
		if (x->version && strcmp(x->version, known[i]) == 0)
			break;
	if (i == 3)
		return err_usage(r->e,
				 "version %.20s of the schema is not known "
				 "here: export 1.0",
				 x->version ? x->version : "(none)");
	if (i > 0)
		field_notice(x,
			     "the export is in version %s of the schema; "
			     "1.0 is current",
			     x->version);
	if (each(r, x->root, "ixp_list", NULL, read_exchange) < 0)
		return -1;
	return each(r, x->root, "member_list", NULL, read_member);
}

int
field_read(struct field *x, const char *file, const void *text, size_t len,
	   struct err *e)
{
	struct reader r = {.x = x, .e = e};
	json_error_t je;

	*x = (struct field){0};
	if (len > FIELD_MAX_BYTES)
		return err_usage(e, "%s: larger than 16 MiB", file);
	x->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &je);
	if (x->root == NULL) {
		str_clean(je.text);
		return err_at(e, file, je.line, je.column,
			      "this is no JSON: %s", je.text);
	}
	if (read_root(&r) < 0) {
		str_clean(e->msg);
		field_clear(x);
		return err_in(e, "%s", file);
	}
	if (r.skipped)
		field_notice(x,
			     "%zu connections are off, without address, or "
			     "on a VLAN that is not listed: left out",
			     r.skipped);
	if (r.macs)
		field_notice(x,
			     "%zu MAC addresses are none of one machine: "
			     "left out",
			     r.macs);
	if (r.strange)
		field_notice(x,
			     "%zu members without a usable AS number: left "
			     "out",
			     r.strange);
	return 0;
}

void
field_clear(struct field *x)
{
	size_t i;

	for (i = 0; i < x->nnets; i++)
		free(x->nets[i].ports);
	free(x->nets);
	free(x->lans);
	free(x->switches);
	str_clear(&x->notices);
	json_decref(x->root);
	*x = (struct field){0};
}
