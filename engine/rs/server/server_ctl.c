/*
 * server_ctl: what the control socket answers. ixrsctl(1) describes the verbs,
 * their arguments and the keys of their answers.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define CTL_ROWS 50000

/* ---- who is meant */

struct who {
	struct server_member **m; /* sessions; owned */
	size_t n;
};

static bool
is_name_of(const struct policy_client *c, const char *word)
{
	return strcmp(c->id, word) == 0 ||
	       (c->description != NULL && strcmp(c->description, word) == 0);
}

static void
who_add(struct who *w, struct server_member *m)
{
	w->m = xreallocarray(w->m, w->n + 1, sizeof(*w->m));
	w->m[w->n++] = m;
}

/* An address is one session; a name or an AS number all of one client's. */
static void
who_collect(struct server *s, const char *word, struct who *w)
{
	const char *number = str_starts(word, "AS") ? word + 2 : word;
	struct ip_addr a;
	unsigned int asn = 0;
	bool is_addr = ip_addr_parse(word, &a);

	if (!str_to_u32(number, 1, UINT32_MAX, &asn))
		asn = 0;
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		if (is_addr ? ip_addr_eq(&a, &m->policy.address)
			    : is_name_of(m->policy.client, word))
			who_add(w, m);
	if (w->n > 0 || asn == 0)
		return;
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		if (m->policy.client->asn == asn)
			who_add(w, m);
}

static int
who_find(struct server *s, const char *word, struct who *w, struct err *e)
{
	*w = (struct who){0};
	who_collect(s, word, w);
	if (w->n == 0)
		return err_usage(
		    e, "no member \"%s\"; \"show sessions\" lists them", word);
	for (size_t i = 1; i < w->n; i++) {
		const struct policy_client *a = w->m[0]->policy.client,
					   *b = w->m[i]->policy.client;
		if (a == b)
			continue;
		err_usage(e, "\"%s\" is %s as well as %s; name one of them",
			  word, a->id, b->id);
		free(w->m);
		return -1;
	}
	return 0;
}

/* ---- rows of routes */

static int
rows_full(const json_t *rows, struct err *e)
{
	if (json_array_size(rows) < CTL_ROWS)
		return 0;
	return err_here(
	    e, "more than %u routes; name a prefix or a member with fewer",
	    CTL_ROWS);
}

static const char *
arg_text(const json_t *args, const char *key)
{
	return json_string_value(json_object_get(args, key));
}

/* A prefix means itself; an address, every prefix around it. */
struct wanted {
	bool all, is_addr;
	struct ip_prefix prefix;
};

static int
wanted_parse(const char *text, struct wanted *w, struct err *e)
{
	struct ip_addr a;

	*w = (struct wanted){.all = text == NULL};
	if (text == NULL || ip_prefix_parse(text, &w->prefix))
		return 0;
	if (!ip_addr_parse(text, &a))
		return err_usage(
		    e,
		    "\"%s\" is no prefix, such as 192.0.2.0/24, and no address",
		    text);
	w->is_addr = true;
	w->prefix = ip_prefix_of(&a, (uint8_t)ip_bits(a.family));
	return 0;
}

static bool
is_wanted(const struct wanted *w, const struct ip_prefix *p)
{
	return w->all || (w->is_addr ? ip_prefix_covers(p, &w->prefix)
				     : ip_prefix_eq(p, &w->prefix));
}

static int
net_cmp(const void *a, const void *b)
{
	const struct rib_net *const *x = a, *const *y = b;

	return ip_prefix_cmp(&(*x)->prefix, &(*y)->prefix);
}

/* The nets of a family by prefix; free the array. */
static const struct rib_net **
nets_sorted(const struct rib *r, enum ip_family f, size_t *n)
{
	const struct rib_net **list =
	    xcalloc(rib_nets(r, f), sizeof(const struct rib_net *));
	const struct rib_net *net = NULL;

	*n = 0;
	while ((net = rib_next_net(r, f, net)) != NULL)
		list[(*n)++] = net;
	if (*n > 1)
		qsort(list, *n, sizeof(*list), net_cmp);
	return list;
}

typedef int (*net_cb)(struct server *s, const struct rib_net *net, json_t *rows,
		      const void *arg, struct err *e);

static int
each_net(struct server *s, enum ip_family f, const struct wanted *w, net_cb cb,
	 const void *arg, json_t *rows, struct err *e)
{
	size_t n;
	const struct rib_net **nets = nets_sorted(s->rib, f, &n);
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		if (is_wanted(w, &nets[i]->prefix) &&
		    (r = rows_full(rows, e)) == 0)
			r = cb(s, nets[i], rows, arg, e);
	free(nets);
	return r;
}

/* ---- verbs: 0, or -1 with the reason. *result is the answer. */

static int
verb_version(struct server *s, const json_t *args, json_t **result,
	     struct err *e)
{
	uint32_t id = s->policy->router_id;
	char text[16];

	(void)args;
	(void)e;
	snprintf(text, sizeof(text), "%u.%u.%u.%u", id >> 24, id >> 16 & 255,
		 id >> 8 & 255, id & 255);
	*result = json_pack("{s:s, s:s, s:I, s:s}", "name", "ixrs", "version",
			    SERVER_VERSION, "rs_as",
			    (json_int_t)s->policy->rs_as, "router_id", text);
	return 0;
}

static int
verb_sessions(struct server *s, const json_t *args, json_t **result,
	      struct err *e)
{
	(void)args;
	(void)e;
	*result = json_array();
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		json_array_append_new(*result, server_json_session(m));
	return 0;
}

static int
net_routes(struct server *s, const struct rib_net *net, json_t *rows,
	   const void *arg, struct err *e)
{
	const struct rib_path *best = rib_best(s->rib, net, NULL);

	(void)arg;
	(void)e;
	if (best != NULL)
		json_array_append_new(rows, server_json_path(s, best));
	for (size_t i = 0; i < net->n; i++)
		if (net->paths[i] != best)
			json_array_append_new(
			    rows, server_json_path(s, net->paths[i]));
	return 0;
}

static int
verb_routes(struct server *s, const json_t *args, json_t **result,
	    struct err *e)
{
	struct wanted w;

	if (wanted_parse(arg_text(args, "prefix"), &w, e) < 0)
		return -1;
	*result = json_array();
	for (enum ip_family f = IP_V4; f <= IP_V6; f += IP_V6 - IP_V4)
		if (each_net(s, f, &w, net_routes, NULL, *result, e) < 0)
			return -1;
	return 0;
}

static int
path_prefix_cmp(const void *a, const void *b)
{
	const struct rib_path *const *x = a, *const *y = b;

	return ip_prefix_cmp(&(*x)->net->prefix, &(*y)->net->prefix);
}

/* What one session announced, by prefix. */
static int
received_from(struct server *s, const struct server_member *m,
	      bool rejected_only, json_t *rows, struct err *e)
{
	const struct rib_path **list =
	    xcalloc(m->peer->received, sizeof(const struct rib_path *));
	size_t n = 0;
	int r = 0;

	for (const struct rib_path *p = m->peer->first; p != NULL; p = p->next)
		if (!rejected_only || p->verdict != POLICY_ACCEPTED)
			list[n++] = p;
	if (n > 1)
		qsort(list, n, sizeof(*list), path_prefix_cmp);
	for (size_t i = 0; i < n && (r = rows_full(rows, e)) == 0; i++)
		json_array_append_new(rows, server_json_path(s, list[i]));
	free(list);
	return r;
}

static int
each_member(struct server *s, const json_t *args, bool rejected_only,
	    json_t **result, struct err *e)
{
	const char *word = arg_text(args, "member");
	struct who who = {0};
	int r = 0;

	if (word == NULL && !rejected_only)
		return err_usage(e, "which member?");
	if (word != NULL && who_find(s, word, &who, e) < 0)
		return -1;
	for (struct server_member *m = s->members; word == NULL && m != NULL;
	     m = m->next)
		who_add(&who, m);
	*result = json_array();
	for (size_t i = 0; i < who.n && r == 0; i++)
		r = received_from(s, who.m[i], rejected_only, *result, e);
	free(who.m);
	return r;
}

static int
verb_received(struct server *s, const json_t *args, json_t **result,
	      struct err *e)
{
	return each_member(s, args, false, result, e);
}

static int
verb_rejected(struct server *s, const json_t *args, json_t **result,
	      struct err *e)
{
	return each_member(s, args, true, result, e);
}

static int
net_sent(struct server *s, const struct rib_net *net, json_t *rows,
	 const void *arg, struct err *e)
{
	const struct server_member *to = arg;
	const struct rib_attrs *a = rib_told(net, to->peer);

	(void)s;
	(void)e;
	if (a != NULL)
		json_array_append_new(
		    rows, server_json_sent(to, &net->prefix, a->attrs));
	return 0;
}

static int
verb_sent(struct server *s, const json_t *args, json_t **result, struct err *e)
{
	const char *word = arg_text(args, "member");
	const struct wanted all = {.all = true};
	struct who who;
	int r = 0;

	if (word == NULL)
		return err_usage(e, "which member?");
	if (who_find(s, word, &who, e) < 0)
		return -1;
	*result = json_array();
	for (size_t i = 0; i < who.n && r == 0; i++)
		r = each_net(s, who.m[i]->peer->family, &all, net_sent,
			     who.m[i], *result, e);
	free(who.m);
	return r;
}

static int
verb_refresh(struct server *s, const json_t *args, json_t **result,
	     struct err *e)
{
	const char *word = arg_text(args, "member");
	struct who who;
	size_t asked = 0;

	if (word == NULL)
		return err_usage(e, "which member?");
	if (who_find(s, word, &who, e) < 0)
		return -1;
	for (size_t i = 0; i < who.n; i++)
		asked += server_member_refresh(who.m[i], e) == 0;
	free(who.m);
	if (asked == 0)
		return -1;
	*result = json_pack("{s:I}", "asked", (json_int_t)asked);
	return 0;
}

static int
verb_reload(struct server *s, const json_t *args, json_t **result,
	    struct err *e)
{
	(void)args;
	if (server_reload(s, e) < 0)
		return -1;
	*result =
	    json_pack("{s:I}", "clients", (json_int_t)s->policy->n_clients);
	return 0;
}

static int
verb_rpki(struct server *s, const json_t *args, json_t **result, struct err *e)
{
	(void)args;
	(void)e;
	*result = server_rtr_json(s);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct server *s, const json_t *args, json_t **result,
		   struct err *e);
} verbs[] = {
    {"version", verb_version},	 {"sessions", verb_sessions},
    {"routes", verb_routes},	 {"received", verb_received},
    {"rejected", verb_rejected}, {"sent", verb_sent},
    {"refresh", verb_refresh},	 {"reload", verb_reload},
    {"rpki", verb_rpki},
};

/* ---- requests */

static void
ctl_request_in(void *arg, struct ctl_request *q, const char *verb,
	       const json_t *args, const int *fds, size_t nfds)
{
	struct server *s = arg;
	json_t *result = NULL;
	struct err e = {0};

	for (size_t i = 0; i < nfds; i++)
		close(fds[i]);
	if (strcmp(verb, "subscribe") == 0) {
		server_event_subscribe(s, ctl_request_client(q));
		ctl_reply(q, NULL);
		return;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, verb) != 0)
			continue;
		if (verbs[i].run(s, args, &result, &e) == 0) {
			ctl_reply(q, result);
			return;
		}
		json_decref(result);
		ctl_refuse(q, &e);
		return;
	}
	err_usage(&e, "ixrs has no verb \"%.40s\"", verb);
	ctl_refuse(q, &e);
}

int
server_ctl_open(struct server *s, struct err *e)
{
	int fd = ctl_listen(s->conf->control, e);

	if (fd < 0)
		return -1;
	s->ctl =
	    ctl_server_new(s->loop, fd, ctl_request_in, server_event_gone, s);
	return 0;
}

void
server_ctl_close(struct server *s)
{
	if (s->ctl != NULL)
		ctl_server_close(s->ctl);
	s->ctl = NULL;
	free(s->subscribers);
	s->subscribers = NULL;
	s->n_subscribers = 0;
}
