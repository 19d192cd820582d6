/*
 * From what an export says to a lab file: first every switch, LAN and address
 * gets its place, then the file is written from top to bottom.
 *
 * An address that lies outside its LAN (exports have such) keeps its host part
 * under the LAN's prefix; where that is taken it gets the lowest free one. A
 * network with several ports on one LAN becomes several routers, since a router
 * has one port on a LAN. A switch that carries any of an exchange's LANs carries
 * all of them: exports do not say which, and a star of site links is then the
 * same for all.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/field/field_twin.h"

/* ---- who is what */

enum field_service
twin_service(const struct field_net *net)
{
	enum field_service best = FIELD_MEMBER;
	size_t i;

	for (i = 0; i < net->nports; i++) {
		if (net->ports[i].service == FIELD_ROUTE_SERVER)
			return FIELD_ROUTE_SERVER;
		if (net->ports[i].service == FIELD_COLLECTOR)
			best = FIELD_COLLECTOR;
	}
	if (best == FIELD_MEMBER && net->name &&
	    (strcasestr(net->name, "route server") ||
	     strcasestr(net->name, "routeserver")))
		return FIELD_ROUTE_SERVER;
	return best;
}

bool
twin_is_client(const struct twin *t, const struct field_net *net)
{
	size_t i;

	if (!t->x->rs_said)
		return true;
	for (i = 0; i < net->nports; i++)
		if (net->ports[i].rs_client)
			return true;
	return false;
}

/* ---- switches and LANs */

static void
mark_used(struct field *x)
{
	const struct field_port *p;
	size_t i, k;

	for (i = 0; i < x->nnets; i++)
		for (k = 0; k < x->nets[i].nports; k++) {
			p = &x->nets[i].ports[k];
			x->lans[p->lan].used = true;
			if (p->sw != FIELD_NONE)
				x->switches[p->sw].used = true;
		}
}

static void
place_switches(struct twin *t)
{
	struct field *x = t->x;
	size_t i, more = 0;

	for (i = 0; i < x->nswitches; i++) {
		t->sw_to[i] = FIELD_NONE;
		if (!x->switches[i].used)
			continue;
		if (t->nsws < TWIN_SWITCHES) {
			t->sw_to[i] = t->nsws;
			t->sws[t->nsws++] = &x->switches[i];
		} else {
			more++;
		}
	}
	if (more)
		field_notice(x,
			     "%zu switches more than the %d of a lab: their "
			     "ports are on the first switch of their LAN",
			     more, TWIN_SWITCHES);
}

static void
lan_switches(struct twin *t, struct twin_lan *l)
{
	size_t i;

	for (i = 0; i < t->nsws; i++)
		if (t->sws[i] && t->sws[i]->exchange == l->lan->exchange)
			l->sws[l->nsws++] = i;
	if (l->nsws > 0)
		return;
	/* No switch is told: one is made, or the last one shared. */
	if (t->nsws < TWIN_SWITCHES)
		t->sws[t->nsws++] = NULL;
	l->sws[l->nsws++] = t->nsws - 1;
}

static void
place_lans(struct twin *t)
{
	struct field *x = t->x;
	size_t i, more = 0;

	for (i = 0; i < x->nlans; i++) {
		t->lan_to[i] = FIELD_NONE;
		if (!x->lans[i].used)
			continue;
		if (x->lans[i].prefix[0].addr.family == IP_NONE &&
		    x->lans[i].prefix[1].addr.family == IP_NONE) {
			field_notice(x,
				     "VLAN %" JSON_INTEGER_FORMAT
				     " has no prefix: left out",
				     x->lans[i].id);
		} else if (t->nlans == TWIN_LANS) {
			more++;
		} else {
			t->lan_to[i] = t->nlans;
			t->lans[t->nlans].lan = &x->lans[i];
			lan_switches(t, &t->lans[t->nlans++]);
		}
	}
	if (more)
		field_notice(x, "%zu VLANs more than the %d of a lab: left out",
			     more, TWIN_LANS);
}

/* ---- prefixes */

static bool
is_within(const struct ip_prefix *p, const char *const *list, size_t n)
{
	struct ip_prefix q;
	size_t i;

	for (i = 0; i < n; i++)
		if (ip_prefix_parse(list[i], &q) && ip_prefix_covers(&q, p))
			return true;
	return false;
}

/* Is it nobody's in the real world? */
static bool
is_reserved(const struct ip_prefix *p)
{
	static const char *const list[] = {
	    "192.0.2.0/24",   "198.51.100.0/24", "203.0.113.0/24",
	    "198.18.0.0/15",  "10.0.0.0/8",	 "172.16.0.0/12",
	    "192.168.0.0/16", "2001:db8::/32",	 "fc00::/7"};

	return is_within(p, list, sizeof(list) / sizeof(*list));
}

static bool
is_free(const struct twin *t, const struct ip_prefix *p, int f)
{
	const struct ip_prefix *q;
	size_t i;

	for (i = 0; i < t->nlans; i++) {
		q = &t->lans[i].to[f];
		if (q->addr.family != IP_NONE &&
		    (ip_prefix_covers(q, p) || ip_prefix_covers(p, q)))
			return false;
	}
	return true;
}

/* The next free one of that length in the space for twins. */
static struct ip_prefix
new_prefix(const struct twin *t, int f, uint8_t len)
{
	static const char *const from[2] = {"198.18.0.0/15",
					    "2001:db8:ffff::/48"};
	struct ip_prefix base, p;
	struct ip_addr a;
	uint32_t i, n;

	if (!ip_prefix_parse(from[f], &base))
		abort();
	if (f == 0 && len < 16)
		len = 16;
	if (f == 1 && len < 64)
		len = 64;
	n = f ? 65536 : 1u << (len - 15);
	for (i = f ? 1 : 0; i < n; i++) {
		a = base.addr;
		if (f) {
			a.bytes[6] = (uint8_t)(i >> 8);
			a.bytes[7] = (uint8_t)i;
		} else {
			a = ip_addr_add(&a, i << (32 - len));
		}
		p = ip_prefix_of(&a, len);
		if (is_free(t, &p, f))
			return p;
	}
	return (struct ip_prefix){0};
}

static void
place_prefixes(struct twin *t)
{
	const struct ip_prefix *p;
	size_t i, replaced = 0;
	int f, kept;

	/* What stays takes its place before what moves. */
	for (kept = 1; kept >= 0; kept--)
		for (i = 0; i < t->nlans; i++)
			for (f = 0; f < 2; f++) {
				p = &t->lans[i].lan->prefix[f];
				if (p->addr.family == IP_NONE ||
				    t->lans[i].to[f].addr.family != IP_NONE)
					continue;
				if (kept && is_free(t, p, f) &&
				    (t->o->keep_addresses || is_reserved(p)))
					t->lans[i].to[f] = *p;
				else if (!kept) {
					t->lans[i].to[f] =
					    new_prefix(t, f, p->len);
					replaced++;
				}
			}
	if (replaced)
		field_notice(t->x,
			     "%zu prefixes of peering LANs are replaced by "
			     "reserved ones; the host part of addresses stays",
			     replaced);
}

/* ---- addresses */

static bool
take(struct twin *t, size_t lan, const struct ip_addr *a)
{
	size_t i;

	for (i = 0; i < t->ntaken; i++)
		if (t->taken[i].lan == lan && ip_addr_eq(&t->taken[i].addr, a))
			return false;
	t->taken = xreallocarray(t->taken, t->ntaken + 1, sizeof(*t->taken));
	t->taken[t->ntaken++] = (struct taken){lan, *a};
	return true;
}

static bool
is_host(const struct ip_prefix *p, const struct ip_addr *a)
{
	struct ip_addr next = ip_addr_add(a, 1);

	return !ip_addr_eq(&p->addr, a) && ip_prefix_has_addr(p, a) &&
	       (a->family == IP_V6 || ip_prefix_has_addr(p, &next));
}

/* The lowest free address; IP_NONE when the LAN is full. */
static struct ip_addr
next_address(struct twin *t, size_t lan, int f)
{
	struct twin_lan *l = &t->lans[lan];
	struct ip_addr a;

	do {
		a = ip_addr_add(&l->to[f].addr, ++l->cursor[f]);
		if (!is_host(&l->to[f], &a))
			return (struct ip_addr){0};
	} while (!take(t, lan, &a));
	return a;
}

/* The same host part under the LAN's prefix in the lab. */
static struct ip_addr
place_address(struct twin *t, size_t lan, int f, const struct ip_addr *was)
{
	const struct ip_prefix *to = &t->lans[lan].to[f];
	struct ip_addr a = to->addr;
	unsigned int i;

	if (to->addr.family == IP_NONE) {
		t->lost++;
		return (struct ip_addr){0};
	}
	for (i = to->len; i < ip_bits((enum ip_family)a.family); i++)
		a.bytes[i / 8] |=
		    (uint8_t)(was->bytes[i / 8] & (0x80u >> i % 8));
	t->moved += !ip_prefix_has_addr(&t->lans[lan].lan->prefix[f], was);
	if (!is_host(to, &a) || !take(t, lan, &a))
		a = next_address(t, lan, f);
	t->lost += a.family == IP_NONE;
	return a;
}

static void
place_port(struct twin *t, struct field_port *p)
{
	size_t lan = t->lan_to[p->lan];
	struct ip_addr mac = {.family = IP_V6};
	int f;

	for (f = 0; f < 2; f++)
		if (p->addr[f].family != IP_NONE && lan != FIELD_NONE)
			p->addr[f] = place_address(t, lan, f, &p->addr[f]);
	if (lan == FIELD_NONE ||
	    (p->addr[0].family == IP_NONE && p->addr[1].family == IP_NONE)) {
		p->lan = FIELD_NONE;
		return;
	}
	p->lan = lan;
	if (p->sw != FIELD_NONE)
		p->sw = t->sw_to[p->sw];
	if (p->sw == FIELD_NONE)
		p->sw = t->lans[lan].sws[0];
	memcpy(mac.bytes, p->mac, 6);
	if (memcmp(p->mac, "\0\0\0\0\0", 6) != 0 &&
	    !take(t, lan + TWIN_LANS, &mac)) {
		memset(p->mac, 0, 6);
		t->macs++;
	}
}

static void
drop_ports(struct field_net *net)
{
	size_t i, n = 0;

	for (i = 0; i < net->nports; i++)
		if (net->ports[i].lan != FIELD_NONE)
			net->ports[n++] = net->ports[i];
	net->nports = n;
}

static void
place_ports(struct twin *t)
{
	struct field *x = t->x;
	size_t i, k;

	for (i = 0; i < x->nnets; i++) {
		for (k = 0; k < x->nets[i].nports; k++)
			place_port(t, &x->nets[i].ports[k]);
		drop_ports(&x->nets[i]);
	}
	if (t->moved)
		field_notice(x,
			     "%zu addresses are not of their VLAN's prefix: "
			     "they are given its prefix",
			     t->moved);
	if (t->lost)
		field_notice(x,
			     "%zu addresses have no place on their LAN: left "
			     "out",
			     t->lost);
	if (t->macs)
		field_notice(x,
			     "%zu MAC addresses are given twice on a LAN: "
			     "left out the second time",
			     t->macs);
}

/* ---- route servers */

static bool
asn_taken(const struct field *x, uint32_t asn)
{
	size_t i;

	for (i = 0; i < x->nnets; i++)
		if (x->nets[i].asn == asn)
			return true;
	return false;
}

static void
make_route_server(struct twin *t)
{
	size_t i;
	int f;

	t->rs_made = true;
	for (t->rs_asn = TWIN_RS_ASN; asn_taken(t->x, t->rs_asn);)
		t->rs_asn++;
	for (i = 0; i < t->nlans; i++)
		for (f = 0; f < 2; f++)
			if (t->lans[i].to[f].addr.family != IP_NONE)
				t->lans[i].rs[f] = next_address(t, i, f);
	field_notice(t->x,
		     "the export lists no route server%s: rs1 (AS%" PRIu32
		     ") is made up",
		     t->x->rs_said ? ""
				   : " and does not say who uses one (here "
				     "everybody does)",
		     t->rs_asn);
}

static void
place_servers(struct twin *t)
{
	struct field_net *net;
	size_t i, clients = 0, dropped = 0;

	for (i = 0; i < t->x->nnets; i++) {
		net = &t->x->nets[i];
		if (net->nports == 0)
			continue;
		if (twin_service(net) == FIELD_MEMBER) {
			clients += twin_is_client(t, net);
		} else if (twin_service(net) == FIELD_ROUTE_SERVER) {
			if (!t->rs_listed)
				t->rs_asn = net->asn;
			else
				dropped++;
			if (t->rs_listed)
				net->nports = 0;
			t->rs_listed = true;
		}
	}
	if (dropped)
		field_notice(t->x,
			     "%zu networks of route servers beside the "
			     "first AS number's: left out",
			     dropped);
	if (!t->rs_listed && clients > 0)
		make_route_server(t);
}

char *
field_twin(struct field *x, const struct field_options *o)
{
	struct twin *t = xcalloc(1, sizeof(*t));
	char *text;

	t->x = x;
	t->o = o;
	mark_used(x);
	place_switches(t);
	place_lans(t);
	place_prefixes(t);
	place_ports(t);
	place_servers(t);
	text = twin_text(t);
	free(t->taken);
	free(t);
	return text;
}
