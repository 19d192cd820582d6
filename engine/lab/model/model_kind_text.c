#include "lab/model/model_kind_text.h"

#include <string.h>

const enum ip_family kind_family[KIND_VERSIONS] = {IP_V4, IP_V6};

const struct kind_relation kind_froms[KIND_FROMS] = {
    [KIND_CUSTOMER] = {"customer", "they pay us", 200},
    [KIND_PRIVATE] = {"private", "a link of our own", 150},
    [KIND_PEER] = {"peer", "over the exchange", 100},
    [KIND_PROVIDER] = {"provider", "we pay them", 50},
};

enum kind_from
kind_session_from(const struct lab *lab, const struct lab_node *n,
		  const struct lab_session *s)
{
	const struct lab_if *i;
	size_t k;

	if (s->internal)
		return KIND_FROMS;
	if (s->customer || s->provider)
		return s->customer ? KIND_CUSTOMER : KIND_PROVIDER;
	for (i = n->ifs; i < n->ifs + n->nifs; i++)
		for (k = 0; k < i->naddrs; k++)
			if (ip_addr_eq(&i->addrs[k].addr, &s->local) &&
			    lab->links[i->link].kind == LAB_LINK_PRIVATE)
				return KIND_PRIVATE;
	return KIND_PEER;
}

bool
kind_uses(const struct lab *lab, const struct lab_node *n, int v,
	  enum kind_from from)
{
	const struct lab_session *s;

	for (s = n->sessions; s < n->sessions + n->nsessions; s++)
		if (s->remote.family == kind_family[v] &&
		    kind_session_from(lab, n, s) == from)
			return true;
	return false;
}

const struct ip_prefix *
kind_own(const struct lab_node *n, size_t i)
{
	if (i < n->nprefixes)
		return &n->prefixes[i];
	i -= n->nprefixes;
	return i < n->nanycast ? &n->anycast[i] : NULL;
}

bool
kind_originates(const struct lab_node *n, int v)
{
	const struct ip_prefix *p;
	size_t i;

	for (i = 0; (p = kind_own(n, i)) != NULL; i++)
		if (p->addr.family == kind_family[v])
			return true;
	return false;
}

const struct ip_prefix *
kind_lan(const struct lab *lab, size_t i, int v)
{
	const struct ip_prefix *p =
	    v == KIND_V4 ? &lab->lans[i].ipv4 : &lab->lans[i].ipv6;

	return p->addr.family == IP_NONE ? NULL : p;
}

void
kind_head(struct str *s, const char *comment, const struct lab *lab,
	  const struct lab_node *n, const char *reload)
{
	str_addf(s, "%s %s: %s, AS%u, in lab %s.\n", comment, n->name, n->title,
		 n->asn, lab->name);
	if (reload == NULL)
		str_addf(s,
			 "%s Written by ixlab at every start; a change made "
			 "here is lost.\n",
			 comment);
	else
		str_addf(s,
			 "%s This file is yours: ixlab made it once and never "
			 "writes it again.\n%s After a change: %s\n",
			 comment, comment, reload);
}

void
kind_facts(struct str *s, const char *comment, const struct lab_node *n)
{
	char text[IP_PREFIXSTRLEN];
	const struct ip_prefix *p;
	const struct lab_if *i;
	size_t k;

	str_addf(s, "%s Your addresses:\n", comment);
	for (i = n->ifs; i < n->ifs + n->nifs; i++)
		for (k = 0; k < i->naddrs; k++)
			str_addf(s, "%s\t%s on %s\n", comment,
				 ip_addr_print(&i->addrs[k].addr, text),
				 i->name);
	if (kind_own(n, 0) != NULL)
		str_addf(s, "%s Your prefixes, to originate here:\n", comment);
	for (k = 0; (p = kind_own(n, k)) != NULL; k++)
		str_addf(s, "%s\t%s\n", comment, ip_prefix_print(p, text));
}

const char *
kind_peer(const struct lab *lab, const struct lab_session *s)
{
	return lab->nodes[s->peer].name;
}

void
kind_session_name(const struct lab *lab, const struct lab_node *n, size_t at,
		  struct str *out)
{
	const struct lab_session *s = n->sessions;
	char name[MODEL_NODE_MAX + 1], *c;
	size_t i, same = 1;

	memcpy(name, lab->nodes[s[at].peer].name, sizeof(name));
	for (c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	for (i = 0; i < at; i++)
		same += s[i].peer == s[at].peer &&
			s[i].remote.family == s[at].remote.family;
	str_addf(out, "%s_v%d", name, s[at].remote.family);
	if (same > 1)
		str_addf(out, "_%zu", same);
}

uint32_t
kind_max_prefix(const struct lab *lab, const struct lab_session *s)
{
	return lab->nodes[s->peer].max_prefix[s->remote.family == IP_V6];
}
