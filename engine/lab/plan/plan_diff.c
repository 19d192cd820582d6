/*
 * Three sets of words: what each plan says (a key for each step), and what is
 * touched: nodes, and interfaces as "NODE INTERFACE". The steps of both plans
 * are visited kind by kind in the order in which things stand on each other, so
 * what a step touches is known before anything that stands on it is looked at.
 */
#include "lab/plan/plan_diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"

/* ---- a set of words */

struct set {
	char **words;
	size_t n, size; /* a power of two */
};

static size_t
set_at(const struct set *s, const char *word)
{
	uint64_t h = 0xcbf29ce484222325u;
	const char *p;
	size_t i;

	for (p = word; *p; p++)
		h = (h ^ (uint8_t)*p) * 0x100000001b3u;
	for (i = h & (s->size - 1); s->words[i] != NULL;
	     i = (i + 1) & (s->size - 1))
		if (strcmp(s->words[i], word) == 0)
			break;
	return i;
}

static void
set_grow(struct set *s)
{
	struct set old = *s;
	size_t i;

	s->size = old.size ? 2 * old.size : 256;
	s->words = xcalloc(s->size, sizeof(*s->words));
	for (i = 0; i < old.size; i++)
		if (old.words[i] != NULL)
			s->words[set_at(s, old.words[i])] = old.words[i];
	free(old.words);
}

/* Takes the word. */
static void
set_add(struct set *s, char *word)
{
	size_t i;

	if (2 * s->n >= s->size)
		set_grow(s);
	i = set_at(s, word);
	if (s->words[i] != NULL) {
		free(word);
		return;
	}
	s->words[i] = word;
	s->n++;
}

static bool
set_has(const struct set *s, const char *word)
{
	return s->n > 0 && s->words[set_at(s, word)] != NULL;
}

static void
set_clear(struct set *s)
{
	size_t i;

	for (i = 0; i < s->size; i++)
		free(s->words[i]);
	free(s->words);
}

/* ---- what a step says */

static void
key_addr(struct str *k, const struct ip_addr *a)
{
	char text[IP_ADDRSTRLEN];

	str_addf(k, " %s", ip_addr_print(a, text));
}

static void
key_mac(struct str *k, const uint8_t *mac)
{
	int i;

	for (i = 0; mac != NULL && i < 6; i++)
		str_addf(k, "%c%02x", i ? ':' : ' ', mac[i]);
}

static void
key_end(struct str *k, const struct plan *p, const struct plan_end *e)
{
	str_addf(k, " %s %s %s %u", p->lab->nodes[e->node].name,
		 e->ifname ? e->ifname : "-", e->bridge ? e->bridge : "-",
		 e->vlan);
	key_mac(k, e->mac);
}

static void
key_carrier(struct str *k, const struct lab_if *i)
{
	str_addf(k, " %s", i ? i->name : "-");
	if (i && i->naddrs > 0)
		key_addr(k, &i->addrs[0].addr);
}

/* All else that a daemon is told stands in files, and it can read them again. */
static void
key_daemon(struct str *k, const struct lab *lab, const struct lab_node *n)
{
	const struct lab_kind_option *o;
	char *value;
	size_t i;

	for (i = 0; n->command && n->command[i]; i++)
		str_addf(k, " %zu:%s", strlen(n->command[i]), n->command[i]);
	for (o = n->kind->options; o && o->option; o++) {
		str_addf(k, " %s", o->option);
		for (i = 0; (value = o->value(lab, n, i)) != NULL; i++) {
			str_addf(k, " %zu:%s", strlen(value), value);
			free(value);
		}
	}
}

static void
key_weather(struct str *k, const struct lab_weather *w)
{
	str_addf(k, " %u %u %u %" PRIu64 " %d", w->delay_us, w->jitter_us,
		 w->loss_ppm, w->rate_bps, w->silent);
}

static void
key_more(struct str *k, const struct plan *p, const struct plan_step *s)
{
	const struct lab_node *n = &p->lab->nodes[s->node];
	char to[IP_PREFIXSTRLEN];

	switch (s->op) {
	case PLAN_NETNS: str_addf(k, " %d %s", n->role, n->kind->name); break;
	case PLAN_BRIDGE:
		str_addf(k, " %s %u %d %d", s->ifname, s->mtu, s->spanning_tree,
			 s->vlans);
		key_mac(k, s->mac);
		break;
	case PLAN_VETH:
		str_addf(k, " %u", s->mtu);
		key_end(k, p, &s->a);
		key_end(k, p, &s->b);
		break;
	case PLAN_TUNNEL:
		str_addf(k, " %u %u", s->mtu, p->lab->links[s->link].id);
		key_end(k, p, &s->a);
		key_end(k, p, &s->b);
		key_carrier(k, s->over_a);
		key_carrier(k, s->over_b);
		break;
	case PLAN_WEATHER:
		key_end(k, p, &s->a);
		key_end(k, p, &s->b);
		key_weather(k, &p->lab->links[s->link].weather);
		break;
	case PLAN_FABRIC: str_addf(k, " %s", s->text); break;
	case PLAN_ADDR:
	case PLAN_NEIGH:
		str_addf(k, " %s/%u", s->ifname, s->addr.len);
		key_addr(k, &s->addr.addr);
		key_mac(k, s->mac);
		break;
	case PLAN_ROUTE:
		str_addf(k, " %s", ip_prefix_print(&s->to, to));
		key_addr(k, &s->via);
		break;
	case PLAN_FILE:
		str_addf(k, " %s %d %s", s->path, s->keep,
			 s->keep ? "" : s->text);
		break;
	case PLAN_CROWD: str_addf(k, " %s", s->text); break;
	case PLAN_DAEMON: key_daemon(k, p->lab, n); break;
	}
}

char *
plan_diff_key(const struct plan *p, const struct plan_step *s)
{
	struct str k = {0};

	str_addf(&k, "%d %s", s->op, p->lab->nodes[s->node].name);
	key_more(&k, p, s);
	return str_steal(&k);
}

/* ---- what is touched */

struct side {
	const struct plan *p;
	char **keys;
	struct set all;
	bool *changed; /* by step */
};

struct differ {
	struct side sides[2]; /* from, to */
	struct set touched;
	struct set moved; /* interfaces that get or lose an address */
	struct set files; /* names of nodes whose files change */
};

static void
touch(struct differ *d, const struct plan *p, size_t node, const char *ifname)
{
	const char *name = p->lab->nodes[node].name;

	set_add(&d->touched,
		ifname ? xasprintf("%s %s", name, ifname) : xstrdup(name));
}

static bool
touched(const struct differ *d, const struct plan *p, size_t node,
	const char *ifname)
{
	const char *name = p->lab->nodes[node].name;
	char port[64];

	if (ifname == NULL)
		return set_has(&d->touched, name);
	snprintf(port, sizeof(port), "%s %s", name, ifname);
	return set_has(&d->touched, name) || set_has(&d->touched, port);
}

static bool
end_touched(const struct differ *d, const struct plan *p,
	    const struct plan_end *e)
{
	const char *name = p->lab->nodes[e->node].name;

	return set_has(&d->touched, name) ||
	       (e->bridge != NULL && touched(d, p, e->node, e->bridge));
}

static bool
if_is_in(const struct set *s, const struct lab_node *n, const char *ifname)
{
	char port[64];

	snprintf(port, sizeof(port), "%s %s", n->name, ifname);
	return set_has(s, port);
}

/* Does the way to a gateway lead over an interface that is made anew, or whose
 * addresses change? With the last of them the kernel drops its routes. */
static bool
via_touched(const struct differ *d, const struct plan *p,
	    const struct plan_step *s, bool moved)
{
	const struct lab_node *n = &p->lab->nodes[s->node];
	const struct lab_if *i;
	struct ip_prefix net;
	size_t k;

	for (i = n->ifs; i < n->ifs + n->nifs; i++)
		for (k = 0; k < i->naddrs; k++) {
			net = ip_prefix_of(&i->addrs[k].addr, i->addrs[k].len);
			if (ip_prefix_has_addr(&net, &s->via) &&
			    (if_is_in(&d->touched, n, i->name) ||
			     (moved && if_is_in(&d->moved, n, i->name))))
				return true;
		}
	return false;
}

/* A switch's filter names its ports. */
static bool
ports_touched(const struct differ *d, const struct plan *p, size_t node)
{
	const struct plan_step *s;

	for (s = p->steps; s < p->steps + p->n; s++)
		if ((s->op == PLAN_VETH || s->op == PLAN_TUNNEL) &&
		    ((s->a.node == node && touched(d, p, node, s->a.ifname)) ||
		     (s->b.node == node && touched(d, p, node, s->b.ifname))))
			return true;
	return false;
}

/* Is something under it made anew? */
static bool
stands_on_change(const struct differ *d, const struct plan *p,
		 const struct plan_step *s)
{
	switch (s->op) {
	case PLAN_NETNS:
	case PLAN_BRIDGE:
	case PLAN_FILE:
	case PLAN_DAEMON: return touched(d, p, s->node, NULL);
	case PLAN_CROWD: return false; /* it finds its way by name */
	case PLAN_VETH:
		return end_touched(d, p, &s->a) || end_touched(d, p, &s->b);
	case PLAN_TUNNEL:
		return end_touched(d, p, &s->a) || end_touched(d, p, &s->b) ||
		       (s->over_a &&
			touched(d, p, s->a.node, s->over_a->name)) ||
		       touched(d, p, s->b.node, s->over_b->name);
	case PLAN_FABRIC:
		return touched(d, p, s->node, NULL) ||
		       ports_touched(d, p, s->node);
	case PLAN_ADDR:
	case PLAN_NEIGH: return touched(d, p, s->node, s->ifname);
	case PLAN_WEATHER:
		return touched(d, p, s->a.node, s->a.ifname) ||
		       touched(d, p, s->b.node, s->b.ifname);
	case PLAN_ROUTE:
		return touched(d, p, s->node, NULL) ||
		       via_touched(d, p, s, true);
	}
	return false;
}

static void
touch_step(struct differ *d, const struct plan *p, const struct plan_step *s)
{
	switch (s->op) {
	case PLAN_NETNS: touch(d, p, s->node, NULL); break;
	case PLAN_BRIDGE: touch(d, p, s->node, s->ifname); break;
	case PLAN_VETH:
	case PLAN_TUNNEL:
		if (s->op == PLAN_VETH || s->over_a)
			touch(d, p, s->a.node, s->a.ifname);
		touch(d, p, s->b.node, s->b.ifname);
		break;
	case PLAN_FILE:
		set_add(&d->files, xstrdup(p->lab->nodes[s->node].name));
		break;
	case PLAN_ADDR:
		set_add(
		    &d->moved,
		    xasprintf("%s %s", p->lab->nodes[s->node].name, s->ifname));
		break;
	case PLAN_WEATHER:
	case PLAN_FABRIC:
	case PLAN_ROUTE:
	case PLAN_NEIGH:
	case PLAN_CROWD:
	case PLAN_DAEMON: break;
	}
}

static void
diff_kind(struct differ *d, enum plan_op op)
{
	size_t i, k;

	for (k = 0; k < 2; k++) {
		struct side *me = &d->sides[k];
		const struct set *other = &d->sides[!k].all;

		for (i = 0; i < me->p->n; i++) {
			const struct plan_step *s = &me->p->steps[i];

			if (s->op != op)
				continue;
			me->changed[i] = !set_has(other, me->keys[i]) ||
					 stands_on_change(d, me->p, s);
			if (me->changed[i])
				touch_step(d, me->p, s);
		}
	}
}

/* ---- steps of it */

/* Does the kernel take it along when what it stands on goes? */
static bool
goes_along(const struct differ *d, const struct plan *p,
	   const struct plan_step *s)
{
	switch (s->op) {
	case PLAN_NETNS:
	case PLAN_VETH:
	case PLAN_TUNNEL:
	case PLAN_CROWD:
	case PLAN_DAEMON: return false;
	case PLAN_FILE: return true;
	case PLAN_FABRIC: return touched(d, p, s->node, NULL);
	case PLAN_BRIDGE: return touched(d, p, s->node, NULL);
	case PLAN_ROUTE:
		return touched(d, p, s->node, NULL) ||
		       via_touched(d, p, s, false);
	case PLAN_ADDR:
	case PLAN_NEIGH:
	case PLAN_WEATHER: break;
	}
	return stands_on_change(d, p, s);
}

static void
diff_push(struct plan_diff *out, bool add, size_t step)
{
	out->changes =
	    xreallocarray(out->changes, out->n + 1, sizeof(*out->changes));
	out->changes[out->n++] = (struct plan_change){add, step};
}

static bool
same_end(const struct plan *p, const struct plan_end *a, const struct plan *q,
	 const struct plan_end *b)
{
	return strcmp(p->lab->nodes[a->node].name,
		      q->lab->nodes[b->node].name) == 0 &&
	       strcmp(a->ifname, b->ifname) == 0;
}

/* The filter of a switch is one text, all robots are one, and a link has one
 * weather: the new one takes the old one's place. */
static bool
replaced(const struct differ *d, const struct plan_step *s)
{
	const struct plan *from = d->sides[0].p, *to = d->sides[1].p;
	const struct plan_step *x;

	if (s->op != PLAN_FABRIC && s->op != PLAN_WEATHER &&
	    s->op != PLAN_CROWD)
		return false;
	for (x = to->steps; x < to->steps + to->n; x++) {
		if (x->op != s->op)
			continue;
		if (s->op == PLAN_CROWD)
			return true;
		if (s->op == PLAN_FABRIC
			? strcmp(to->lab->nodes[x->node].name,
				 from->lab->nodes[s->node].name) == 0
			: same_end(from, &s->a, to, &x->a) &&
			      same_end(from, &s->b, to, &x->b))
			return true;
	}
	return false;
}

const struct lab_node *
plan_diff_node(const struct lab *lab, const char *name, size_t at)
{
	size_t i, k;

	for (i = 0; i < lab->nnodes; i++) {
		k = (at + i) % lab->nnodes;
		if (strcmp(lab->nodes[k].name, name) == 0)
			return &lab->nodes[k];
	}
	return NULL;
}

static void
diff_limits(struct plan_diff *out)
{
	const struct lab *from = out->from->lab, *to = out->to->lab;
	size_t i;

	out->limits = xcalloc(to->nnodes + 1, sizeof(*out->limits));
	for (i = 0; i < to->nnodes; i++) {
		const struct lab_limits *b = &to->nodes[i].limits, *a;
		const struct lab_node *was =
		    plan_diff_node(from, to->nodes[i].name, i);

		if (was == NULL)
			continue;
		a = &was->limits;
		out->limits[i] = a->memory != b->memory ||
				 a->processes != b->processes ||
				 a->cpu != b->cpu;
	}
}

static void
diff_list(struct differ *d, struct plan_diff *out)
{
	const struct plan *from = out->from, *to = out->to;
	size_t i;

	for (i = from->n; i-- > 0;)
		if (d->sides[0].changed[i] &&
		    !goes_along(d, from, &from->steps[i]) &&
		    !replaced(d, &from->steps[i]))
			diff_push(out, false, i);
	for (i = 0; i < to->n; i++)
		if (d->sides[1].changed[i])
			diff_push(out, true, i);
	out->reload = xcalloc(to->lab->nnodes + 1, sizeof(*out->reload));
	for (i = 0; i < to->n; i++)
		if (to->steps[i].op == PLAN_DAEMON && !d->sides[1].changed[i])
			out->reload[to->steps[i].node] = set_has(
			    &d->files, to->lab->nodes[to->steps[i].node].name);
}

static void
side_init(struct side *s, const struct plan *p)
{
	size_t i;

	s->p = p;
	s->keys = xcalloc(p->n + 1, sizeof(*s->keys));
	s->changed = xcalloc(p->n + 1, sizeof(*s->changed));
	for (i = 0; i < p->n; i++) {
		s->keys[i] = plan_diff_key(p, &p->steps[i]);
		set_add(&s->all, xstrdup(s->keys[i]));
	}
}

static void
side_clear(struct side *s)
{
	size_t i;

	for (i = 0; i < s->p->n; i++)
		free(s->keys[i]);
	free(s->keys);
	free(s->changed);
	set_clear(&s->all);
}

struct plan_diff *
plan_diff_new(const struct plan *from, const struct plan *to, const char *renew)
{
	struct plan_diff *out = xcalloc(1, sizeof(*out));
	struct differ d = {0};
	int op;

	out->from = from;
	out->to = to;
	side_init(&d.sides[0], from);
	side_init(&d.sides[1], to);
	if (renew != NULL)
		set_add(&d.touched, xstrdup(renew));
	for (op = PLAN_NETNS; op <= PLAN_DAEMON; op++)
		diff_kind(&d, (enum plan_op)op);
	diff_list(&d, out);
	diff_limits(out);
	side_clear(&d.sides[0]);
	side_clear(&d.sides[1]);
	set_clear(&d.touched);
	set_clear(&d.files);
	set_clear(&d.moved);
	return out;
}

void
plan_diff_free(struct plan_diff *d)
{
	if (d == NULL)
		return;
	free(d->changes);
	free(d->reload);
	free(d->limits);
	free(d);
}
