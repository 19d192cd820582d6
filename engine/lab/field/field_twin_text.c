/*
 * The lab file of a twin, from top to bottom. What comes from the export and is
 * free text is cleaned, cut and quoted first.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/field/field_twin.h"
#include "lab/model/model.h"

/* ---- text */

/* A line of somebody's text, safe in a comment; owned. */
static char *
line_of(const char *text)
{
	char *s = xstrdup(text ? text : "");
	size_t n = strlen(s);

	str_clean(s);
	if (n > TWIN_TITLE) {
		for (n = TWIN_TITLE; n > 0 && ((uint8_t)s[n] & 0xc0) == 0x80;)
			n--;
		s[n] = '\0';
	}
	while (n > 0 && s[n - 1] == ' ')
		s[--n] = '\0';
	return s;
}

static void
put_quoted(struct str *s, const char *text)
{
	char *line = line_of(text), *c;

	str_add(s, "\"");
	for (c = line; *c; c++) {
		if (*c == '"' || *c == '\\')
			str_add(s, "\\");
		str_addn(s, c, 1);
	}
	str_add(s, "\"");
	free(line);
}

static void
put_comment(struct str *s, const char *text)
{
	char *line = line_of(text);

	if (*line)
		str_addf(s, "  # %s", line);
	str_add(s, "\n");
	free(line);
}

/* The exchange's name as a lab's; "twin" when nothing is left of it. */
static void
put_slug(struct str *s, const char *text)
{
	size_t n = 0;
	char c, last = '-';

	for (; text && *text && n < MODEL_NAME_MAX; text++) {
		c = *text;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			c = '-';
		if (c == '-' && last == '-')
			continue;
		if (c == '-' && n + 1 == MODEL_NAME_MAX)
			break;
		str_addn(s, &c, 1);
		last = c;
		n++;
	}
	if (n == 0)
		str_add(s, "twin");
	else if (last == '-')
		s->text[--s->len] = '\0';
}

/* ---- the file */

/* Which router of its network a port belongs to. */
static size_t
router_of(const struct field_net *net, size_t port)
{
	size_t i, n = 0;

	for (i = 0; i < port; i++)
		n += net->ports[i].lan == net->ports[port].lan;
	return n;
}

static size_t
routers_of(const struct field_net *net)
{
	size_t i, n = 0;

	for (i = 0; i < net->nports; i++)
		if (router_of(net, i) >= n)
			n = router_of(net, i) + 1;
	return n;
}

static void
put_head(struct twin *t)
{
	const char *rest = str_text(&t->x->notices);
	size_t n;

	str_add(&t->s,
		"# The twin of an exchange, from its IX-F Member Export");
	if (t->x->timestamp) {
		char *at = line_of(t->x->timestamp);

		str_addf(&t->s, "\n# of %s", at);
		free(at);
	}
	str_add(&t->s, ". What its members announce is made up.\n");
	for (; *rest; rest += n + (rest[n] == '\n')) {
		n = strcspn(rest, "\n");
		str_addf(&t->s, "#   - %.*s\n", (int)n, rest);
	}
	str_add(&t->s, "lab: ");
	if (t->o->lab)
		str_add(&t->s, t->o->lab);
	else
		put_slug(&t->s, t->x->name);
	str_add(&t->s, "\ntitle: ");
	put_quoted(&t->s, t->x->name && *t->x->name ? t->x->name : "A twin");
	str_add(&t->s, "\n");
}

static void
put_switches(struct twin *t)
{
	size_t i;

	str_add(&t->s, "  switches:\n");
	for (i = 0; i < t->nsws; i++) {
		str_addf(&t->s, "    - sw%zu", i + 1);
		put_comment(&t->s, t->sws[i] ? t->sws[i]->name : "");
	}
}

/* A star for each exchange that has several switches. */
static void
put_sites(struct twin *t)
{
	bool head = false;
	size_t i, k;

	for (i = 0; i < t->nsws; i++)
		for (k = 0; t->sws[i] && k < i; k++) {
			if (t->sws[k] == NULL ||
			    t->sws[k]->exchange != t->sws[i]->exchange)
				continue;
			if (!head)
				str_add(&t->s, "  site-links:\n");
			head = true;
			str_addf(&t->s, "    - {between: [sw%zu, sw%zu]}\n",
				 k + 1, i + 1);
			break;
		}
}

static void
put_lan(struct twin *t, size_t lan)
{
	const struct twin_lan *l = &t->lans[lan];
	char text[IP_PREFIXSTRLEN];
	size_t i;
	int f;

	str_addf(&t->s, "    lan%zu:", lan + 1);
	put_comment(&t->s, l->lan->name);
	str_add(&t->s, "      switches: [");
	for (i = 0; i < l->nsws; i++)
		str_addf(&t->s, "%ssw%zu", i ? ", " : "", l->sws[i] + 1);
	str_add(&t->s, "]\n");
	for (f = 0; f < 2; f++)
		if (l->to[f].addr.family != IP_NONE)
			str_addf(&t->s, "      %s: \"%s\"\n",
				 f ? "ipv6" : "ipv4",
				 ip_prefix_print(&l->to[f], text));
}

static void
put_addresses(struct str *s, const struct ip_addr addr[2])
{
	char text[IP_ADDRSTRLEN];
	const char *sep = "";
	int f;

	for (f = 0; f < 2; f++)
		if (addr[f].family != IP_NONE) {
			str_addf(s, f ? "%sipv6: \"%s\"" : "%sipv4: %s", sep,
				 ip_addr_print(&addr[f], text));
			sep = ", ";
		}
}

static void
put_port(struct twin *t, const struct field_port *p, const char *in)
{
	static const uint8_t none[6];
	const uint8_t *m = p->mac;
	char mac[MODEL_MACSTRLEN];

	str_addf(&t->s, "%slan%zu: {", in, p->lan + 1);
	put_addresses(&t->s, p->addr);
	if (p->sw != t->lans[p->lan].sws[0])
		str_addf(&t->s, ", switch: sw%zu", p->sw + 1);
	if (memcmp(m, none, 6) != 0)
		str_addf(&t->s, ", mac: \"%s\"", model_mac_print(m, mac));
	str_add(&t->s, "}\n");
}

static void
put_ports(struct twin *t, const struct field_net *net, size_t router,
	  const char *in)
{
	char *deeper = xasprintf("%s  ", in);
	size_t i;

	str_addf(&t->s, "%slans:\n", in);
	for (i = 0; i < net->nports; i++)
		if (router_of(net, i) == router)
			put_port(t, &net->ports[i], deeper);
	free(deeper);
}

static void
put_made_server(struct twin *t)
{
	size_t i;

	str_add(&t->s, "    rs1:\n      lans:\n");
	for (i = 0; i < t->nlans; i++) {
		if (t->lans[i].rs[0].family == IP_NONE &&
		    t->lans[i].rs[1].family == IP_NONE)
			continue;
		str_addf(&t->s, "        lan%zu: {", i + 1);
		put_addresses(&t->s, t->lans[i].rs);
		str_add(&t->s, "}\n");
	}
}

/* Route servers or collectors, numbered through. */
static void
put_servers(struct twin *t, enum field_service service, const char *key,
	    const char *prefix)
{
	const struct field_net *net;
	size_t i, k, n = 0;

	for (i = 0; i < t->x->nnets; i++) {
		net = &t->x->nets[i];
		if (twin_service(net) != service || net->nports == 0)
			continue;
		if (service == FIELD_COLLECTOR && net->asn == t->rs_asn) {
			field_notice(t->x, "a collector has the route servers' "
					   "AS number: left out");
			continue;
		}
		for (k = 0; k < routers_of(net) && n < TWIN_SERVERS; k++) {
			if (n == 0)
				str_addf(&t->s, "  %s:\n", key);
			str_addf(&t->s, "    %s%zu:\n", prefix, ++n);
			if (service == FIELD_COLLECTOR)
				str_addf(&t->s, "      asn: %" PRIu32 "\n",
					 net->asn);
			if (net->name) {
				str_add(&t->s, "      name: ");
				put_quoted(&t->s, net->name);
				str_add(&t->s, "\n");
			}
			put_ports(t, net, k, "      ");
			if (service == FIELD_COLLECTOR)
				break; /* an AS number has one collector */
		}
	}
}

static void
put_exchange(struct twin *t)
{
	size_t i;

	str_add(&t->s, "\nexchange:\n  name: ");
	put_quoted(&t->s, t->x->name && *t->x->name ? t->x->name : "IX");
	str_add(&t->s, "\n");
	if (t->rs_asn)
		str_addf(&t->s, "  asn: %" PRIu32 "\n", t->rs_asn);
	put_switches(t);
	put_sites(t);
	str_add(&t->s, "  peering-lans:\n");
	for (i = 0; i < t->nlans; i++)
		put_lan(t, i);
	if (t->rs_made) {
		str_add(&t->s, "  route-servers:\n");
		put_made_server(t);
	} else {
		put_servers(t, FIELD_ROUTE_SERVER, "route-servers", "rs");
	}
	put_servers(t, FIELD_COLLECTOR, "collectors", "rc");
}

/* as42, or m7 where that leaves no room for the names of routers. */
static void
put_member_name(struct twin *t, const struct field_net *net, size_t nth)
{
	if (routers_of(net) > 1 && net->asn > 999999)
		str_addf(&t->s, "\n  m%zu:\n", nth + 1);
	else
		str_addf(&t->s, "\n  as%" PRIu32 ":\n", net->asn);
}

static void
put_routers(struct twin *t, const struct field_net *net)
{
	size_t k, n = routers_of(net);

	if (n == 1) {
		put_ports(t, net, 0, "    ");
		return;
	}
	if (n > TWIN_ROUTERS)
		field_notice(t->x,
			     "AS%" PRIu32 " has %zu ports on a LAN, %d "
			     "are kept",
			     net->asn, n, TWIN_ROUTERS);
	str_add(&t->s, "    routers:\n");
	for (k = 0; k < n && k < TWIN_ROUTERS; k++) {
		str_addf(&t->s, "      r%zu:\n", k + 1);
		put_ports(t, net, k, "        ");
	}
}

/* An export has a limit for each connection, a lab one for each network: the
 * largest. */
static void
put_limits(struct twin *t, const struct field_net *net)
{
	uint32_t max[2] = {0, 0};
	const char *sep = "";
	size_t i;
	int f;

	for (i = 0; i < net->nports; i++)
		for (f = 0; f < 2; f++)
			if (net->ports[i].max_prefix[f] > max[f])
				max[f] = net->ports[i].max_prefix[f];
	if (max[0] == 0 && max[1] == 0)
		return;
	str_add(&t->s, "    max-prefix: {");
	for (f = 0; f < 2; f++)
		if (max[f]) {
			str_addf(&t->s, "%sipv%d: %" PRIu32, sep, f ? 6 : 4,
				 max[f] > TWIN_PREFIXES ? TWIN_PREFIXES
							: max[f]);
			sep = ", ";
		}
	str_add(&t->s, "}\n");
}

/* What people write there is often a list, or prose: the first AS-SET. */
static void
put_macro(struct twin *t, const struct field_net *net)
{
	const char *text = NULL;
	char *word;
	size_t i;

	for (i = 0; i < net->nports && text == NULL; i++)
		text = net->ports[i].macro;
	if (text == NULL || *text == '\0')
		return;
	text += strspn(text, " ");
	word = xstrndup(text, strcspn(text, " ,;/\t\r\n"));
	if (model_is_as_macro(word))
		str_addf(&t->s, "    as-macro: \"%s\"\n", word);
	else
		field_notice(t->x, "AS%" PRIu32 "'s AS-SET is none: left out",
			     net->asn);
	free(word);
}

static void
put_member(struct twin *t, const struct field_net *net, size_t nth)
{
	unsigned int n = (unsigned int)nth;

	put_member_name(t, net, nth);
	str_addf(&t->s, "    asn: %" PRIu32 "\n", net->asn);
	if (net->name && *net->name) {
		str_add(&t->s, "    name: ");
		put_quoted(&t->s, net->name);
		str_add(&t->s, "\n");
	}
	if (t->o->kind)
		str_addf(&t->s, "    kind: %s\n", t->o->kind);
	if (t->rs_asn && !twin_is_client(t, net))
		str_add(&t->s, "    route-servers: none\n");
	put_limits(t, net);
	put_macro(t, net);
	put_routers(t, net);
	str_addf(&t->s, "    prefixes: [100.%u.%u.0/22, \"3fff:%x::/32\"]\n",
		 64 + n / 64, n % 64 * 4, n);
}

static void
put_members(struct twin *t)
{
	size_t i, n = 0, none = 0;

	str_add(&t->s, "\nmembers:");
	for (i = 0; i < t->x->nnets; i++) {
		if (twin_service(&t->x->nets[i]) != FIELD_MEMBER)
			continue;
		if (t->x->nets[i].nports > 0)
			put_member(t, &t->x->nets[i], n++);
		else
			none++;
	}
	str_add(&t->s, n ? "" : " {}\n");
	if (none)
		field_notice(
		    t->x, "%zu members without a usable port: left out", none);
}

char *
twin_text(struct twin *t)
{
	struct str rest;

	put_exchange(t);
	put_members(t);
	rest = t->s;
	t->s = (struct str){0};
	put_head(t); /* last: by now all notices are there */
	str_add(&t->s, str_text(&rest));
	str_clear(&rest);
	return str_steal(&t->s);
}
