/*
 * "frames": what kinds of frames come from a node, heard at its port of the
 * switch for a while, before any rule sees them. "whohas": who answers when a node
 * asks its LAN for an address.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define LISTEN_CLAIMS 32 /* addresses told of */
#define WHOHAS_ASKS 3
#define WHOHAS_PACE_MS 60

struct claim {
	struct ip_addr addr;
	uint8_t mac[6];
};

struct listen {
	struct net_listen *net;
	long ms;
	bool began;
	uint64_t count[NET_FRAME_KINDS];
	struct claim claims[LISTEN_CLAIMS];
	size_t nclaims;
	bool more; /* there were more of them */
	/* whohas */
	struct ip_addr target, own;
	uint8_t mac[6];
	int asked;
	struct err e;
};

static void
listen_free(void *data)
{
	struct listen *l = data;

	net_listen_free(l->net);
	free(l);
}

static void
listen_claim(struct listen *l, const struct net_frame *f)
{
	size_t i;

	for (i = 0; i < l->nclaims; i++) {
		if (ip_addr_eq(&l->claims[i].addr, &f->claim) &&
		    memcmp(l->claims[i].mac, f->from, 6) == 0)
			return;
	}
	if (l->nclaims == LISTEN_CLAIMS) {
		l->more = true;
		return;
	}
	l->claims[l->nclaims].addr = f->claim;
	memcpy(l->claims[l->nclaims++].mac, f->from, 6);
}

static bool
listen_readable(void *data)
{
	struct listen *l = data;
	struct net_frame f;
	int n;

	for (n = 0; n < 1000 && net_listen_read(l->net, &f); n++) {
		l->count[f.kind]++;
		if (f.claim.family != IP_NONE &&
		    (l->target.family == IP_NONE ||
		     ip_addr_eq(&f.claim, &l->target)))
			listen_claim(l, &f);
	}
	return false;
}

static json_t *
listen_claims(const struct listen *l)
{
	char text[IP_ADDRSTRLEN], mac[MODEL_MACSTRLEN];
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < l->nclaims; i++)
		json_array_append_new(
		    all,
		    json_pack("{ss ss}", "address",
			      ip_addr_print(&l->claims[i].addr, text), "mac",
			      model_mac_print(l->claims[i].mac, mac)));
	return all;
}

/* ---- frames */

static long
frames_tick(void *data)
{
	struct listen *l = data;

	if (l->began)
		return 0;
	l->began = true;
	return l->ms;
}

static json_t *
frames_result(void *data)
{
	struct listen *l = data;
	json_t *kinds = json_object();
	uint64_t all = 0;
	int k;

	(void)listen_readable(l);
	for (k = 0; k < NET_FRAME_KINDS; k++) {
		all += l->count[k];
		if (l->count[k] > 0)
			json_object_set_new(
			    kinds, net_frame_name((enum net_frame_kind)k),
			    json_integer((json_int_t)l->count[k]));
	}
	return json_pack("{sI sI so so sb}", "frames", (json_int_t)all, "lost",
			 (json_int_t)net_listen_lost(l->net), "kinds", kinds,
			 "claims", listen_claims(l), "more", l->more);
}

static const struct super_asking framing = {listen_readable, frames_tick,
					    frames_result, listen_free};

/* The node's port, on that LAN of the lab file when one is said. */
static const struct lab_link *
listen_port(const struct super *s, const struct super_node *n, const char *lan,
	    struct err *e)
{
	const struct lab_link *l;

	for (l = s->lab->links; l < s->lab->links + s->lab->nlinks; l++) {
		if (model_on_lan(l) && s->nodes[l->b.node] == n &&
		    (lan == NULL ||
		     strcmp(s->lab->lans[l->lan].name, lan) == 0))
			return l;
	}
	err_usage(e, "%s has no port on %s", n->name, lan ? lan : "a switch");
	return NULL;
}

static const struct lab_link *
listen_args(struct super *s, const json_t *args, struct super_node **n,
	    struct err *e)
{
	const char *lan = json_string_value(json_object_get(args, "lan"));

	*n = super_arg_node(s, args, e);
	return *n ? listen_port(s, *n, lan, e) : NULL;
}

int
super_frames(struct super *s, struct ctl_request *q, const json_t *args,
	     struct err *e)
{
	struct listen *l, want = {.ms = 1000};
	const struct lab_link *link;
	struct super_node *n;

	if ((link = listen_args(s, args, &n, e)) == NULL ||
	    super_arg_int(args, "ms", 1, 600000, &want.ms, e) < 0)
		return -1;
	want.net = net_listen_new(s->nodes[link->a.node]->net, link->a.port, e);
	if (want.net == NULL)
		return -1;
	l = xmalloc(sizeof(*l));
	*l = want;
	return super_ask(s, q, &framing, l, net_listen_fd(l->net), e);
}

/* ---- whohas */

static long
whohas_tick(void *data)
{
	struct listen *l = data;

	if (l->asked == WHOHAS_ASKS) {
		l->asked++;
		return l->ms;
	}
	if (l->asked++ > WHOHAS_ASKS)
		return 0;
	(void)net_listen_ask(l->net, &l->target, &l->own, l->mac, &l->e);
	return WHOHAS_PACE_MS;
}

static json_t *
whohas_result(void *data)
{
	struct listen *l = data;
	json_t *r =
	    json_pack("{so sb}", "claims", listen_claims(l), "more", l->more);

	if (l->e.class != ERR_NONE)
		json_object_set_new(r, "error", out_str(l->e.msg));
	return r;
}

static const struct super_asking whoing = {listen_readable, whohas_tick,
					   whohas_result, listen_free};

/* From the interface's own address of that family. */
static int
whohas_own(struct listen *l, const struct lab_if *i, const char *node,
	   struct err *e)
{
	size_t k;

	memcpy(l->mac, i->mac, 6);
	for (k = 0; k < i->naddrs; k++) {
		if (i->addrs[k].addr.family != l->target.family)
			continue;
		l->own = i->addrs[k].addr;
		return 0;
	}
	return err_usage(e, "%s has no %s address there to ask from", node,
			 ip_family_name(l->target.family));
}

int
super_whohas(struct super *s, struct ctl_request *q, const json_t *args,
	     struct err *e)
{
	const char *text = json_string_value(json_object_get(args, "address"));
	struct listen *l, want = {.ms = 250};
	const struct lab_link *link;
	const struct lab_if *i;
	struct super_node *n;

	if ((link = listen_args(s, args, &n, e)) == NULL)
		return -1;
	if (text == NULL || !ip_addr_parse(text, &want.target))
		return err_usage(e, "address must be one");
	i = &s->lab->nodes[link->b.node].ifs[link->b.ifi];
	if (link->b.ifi == SIZE_MAX || i->bridge)
		return err_usage(e, "%s is plugged in by a bridge", n->name);
	if (super_arg_int(args, "timeout_ms", 1, 60000, &want.ms, e) < 0 ||
	    whohas_own(&want, i, n->name, e) < 0 ||
	    (want.net = net_listen_new(n->net, i->name, e)) == NULL)
		return -1;
	l = xmalloc(sizeof(*l));
	*l = want;
	return super_ask(s, q, &whoing, l, net_listen_fd(l->net), e);
}
