/*
 * ixpeer_desk: the control socket of a crowd (ctl/ctl.h). Verbs are one table;
 * each gets the robot it is about, if it is about one. What they take and answer
 * is in ixpeer(1).
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd/ixpeer/ixpeer_crowd_item.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum { PAGE = 5000, LEASE_MOST = 3600000 };

struct asked {
	struct ixpeer_players *all;
	struct ixpeer_robot *r; /* NULL: all of them */
	const json_t *args;
	struct err e;
};

/* ---- what there is */

static void
set_int(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)v));
}

static json_t *
verb_summary(struct asked *q)
{
	const struct ixpeer_players *all = q->all;
	uint64_t now = ixpeer_clock(), held = 0, told = 0, problems = 0;
	uint64_t flaps = 0, paths = 0;
	json_t *o = json_object();

	for (size_t i = 0; i < all->n_sessions; i++) {
		const struct ixpeer_session *s = all->order[i];

		held += s->held[0].n + s->held[1].n;
		paths += ixpeer_hear_paths(&s->held[0]) +
			 ixpeer_hear_paths(&s->held[1]);
		told += s->told;
		problems += s->problems;
		flaps += s->fsm.flaps;
	}
	set_int(o, "robots", all->n);
	set_int(o, "sessions", all->n_sessions);
	set_int(o, "up", all->up);
	set_int(o, "held", held);
	set_int(o, "paths", paths);
	set_int(o, "told", told);
	set_int(o, "flaps", flaps);
	set_int(o, "problems", problems);
	set_int(o, "prefixes_ipv4", all->prefixes[0].n);
	set_int(o, "prefixes_ipv6", all->prefixes[1].n);
	set_int(o, "updates", all->messages);
	set_int(o, "updates_seen_before", all->reused);
	set_int(o, "uptime_ms", now - all->started);
	set_int(o, "quiet_ms", now > all->changed ? now - all->changed : 0);
	return o;
}

static json_t *
conduct(const struct ixpeer_robot *r)
{
	static const char *const states[] = {"waits", "acts", "over"};
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_conduct; i++)
		if (r->conduct[i].state != IXPEER_OVER)
			json_array_append_new(
			    list,
			    json_pack("{ss,ss,sI}", "do",
				      r->conduct[i].b.bad->name, "state",
				      states[r->conduct[i].state], "times",
				      (json_int_t)r->conduct[i].times));
	return list;
}

/* The families of which the session hears several paths. */
static json_t *
add_path(const struct ixpeer_session *s)
{
	const struct bgp_session *t = bgp_fsm_session(&s->fsm);
	json_t *list = json_array();

	if (t && t->add_path_rx & BGP_IPV4)
		json_array_append_new(list, json_string("ipv4"));
	if (t && t->add_path_rx & BGP_IPV6)
		json_array_append_new(list, json_string("ipv6"));
	return list;
}

static json_t *
session_row(const struct ixpeer_session *s)
{
	char addr[IP_ADDRSTRLEN], sum[20];
	const struct ixpeer_robot *r = s->robot;
	json_t *o = json_pack("{ss,sI,ss}", "robot", r->conf->name, "asn",
			      (json_int_t)r->conf->bgp.local_as, "address",
			      ip_addr_print(&s->local, addr));

	json_object_set_new(o, "peer",
			    json_string(ip_addr_print(&s->to->addr, addr)));
	json_object_set_new(
	    o, "state", json_string(bgp_state_name(bgp_fsm_state(&s->fsm))));
	set_int(o, "since_ms", ixpeer_clock() - s->fsm.since);
	set_int(o, "held_ipv4", s->held[0].n);
	set_int(o, "held_ipv6", s->held[1].n);
	set_int(o, "paths_ipv4", ixpeer_hear_paths(&s->held[0]));
	set_int(o, "paths_ipv6", ixpeer_hear_paths(&s->held[1]));
	json_object_set_new(o, "add_path", add_path(s));
	snprintf(sum, sizeof sum, "%016llx",
		 (unsigned long long)(s->held[0].sum + s->held[1].sum));
	json_object_set_new(o, "held_sum", json_string(sum));
	set_int(o, "heard", s->heard);
	set_int(o, "withdrawn", s->withdrawn);
	set_int(o, "told", s->told);
	set_int(o, "flaps", s->fsm.flaps);
	set_int(o, "problems", s->problems);
	json_object_set_new(o, "problem", out_str(s->problem));
	json_object_set_new(o, "last_error", out_str(s->fsm.last_error));
	json_object_set_new(o, "behaves", conduct(r));
	json_object_set_new(o, "script_failed",
			    out_str(ixpeer_puppet_failed(r)));
	return o;
}

static json_t *
verb_robots(struct asked *q)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < q->all->n_sessions; i++)
		if (q->r == NULL || q->all->order[i]->robot == q->r)
			json_array_append_new(rows,
					      session_row(q->all->order[i]));
	return rows;
}

static void
put_attrs(json_t *o, const struct bgp_attrs *a)
{
	char hop[IP_ADDRSTRLEN];
	char *path = bgp_path_print(a), *std = bgp_communities_print(a);
	char *large = bgp_large_print(a);

	json_object_set_new(o, "next_hop",
			    json_string(ip_addr_print(&a->next_hop, hop)));
	json_object_set_new(o, "as_path", json_string(path));
	json_object_set_new(o, "origin",
			    json_string(bgp_origin_name(a->origin)));
	if (a->has_med)
		set_int(o, "med", a->med);
	json_object_set_new(o, "communities", json_string(std));
	json_object_set_new(o, "large_communities", json_string(large));
	free(path);
	free(std);
	free(large);
}

static json_t *
route_row(const struct ixpeer_session *s, unsigned int f, uint32_t k,
	  const struct bgp_attrs *attrs)
{
	char text[IP_PREFIXSTRLEN], peer[IP_ADDRSTRLEN];
	json_t *o = json_pack(
	    "{ss,ss}", "prefix",
	    ip_prefix_print(&s->robot->all->prefixes[f].keys[k], text), "peer",
	    ip_addr_print(&s->to->addr, peer));

	if (attrs)
		put_attrs(o, attrs);
	return o;
}

struct page {
	json_t *rows;
	json_int_t skip;
	const struct ip_prefix *only; /* NULL: all */
};

static bool
page_wants(struct page *p)
{
	return p->skip-- <= 0 && json_array_size(p->rows) < PAGE;
}

static void
page_prefixes(struct page *p, const struct ixpeer_session *s, unsigned int f)
{
	const struct ip_prefix *keys = s->robot->all->prefixes[f].keys;
	const struct ixpeer_held *h = &s->held[f];

	for (uint32_t k = 0; k < h->words * 64; k++)
		if (h->bits[k / 64] >> k % 64 & 1 &&
		    (!p->only || ip_prefix_eq(&keys[k], p->only)) &&
		    page_wants(p))
			json_array_append_new(
			    p->rows,
			    route_row(s, f, k,
				      k < h->n_kept ? h->kept[k] : NULL));
}

/* A row a path. */
static void
page_paths(struct page *p, const struct ixpeer_session *s, unsigned int f)
{
	const struct ixpeer_held *h = &s->held[f];
	const struct ixpeer_path **list;
	uint32_t k = UINT32_MAX;
	size_t n;
	json_t *o;

	if (p->only && (k = ipmap_find(&s->robot->all->prefixes[f], p->only)) ==
			   IPMAP_NONE)
		return;
	list = ixpeer_paths_list(h->paths, k, &n);
	for (size_t i = 0; i < n; i++) {
		if (!page_wants(p))
			continue;
		o = route_row(s, f, list[i]->prefix, list[i]->attrs);
		set_int(o, "path_id", list[i]->id);
		json_array_append_new(p->rows, o);
	}
	free(list);
}

/* One page of what a robot holds, or one prefix. */
static json_t *
verb_routes(struct asked *q)
{
	const char *only =
	    json_string_value(json_object_get(q->args, "prefix"));
	struct page page = {
	    .skip = json_integer_value(json_object_get(q->args, "offset"))};
	struct ip_prefix p;

	if (only && !ip_prefix_parse(only, &p)) {
		err_usage(&q->e, "'%.60s' is not a prefix", only);
		return NULL;
	}
	page.rows = json_array();
	page.only = only ? &p : NULL;
	for (size_t i = 0; i < q->r->n; i++)
		for (unsigned int f = 0; f < 2; f++) {
			const struct ixpeer_session *s = &q->r->sessions[i];

			if (only && (p.addr.family == IP_V6) != f)
				continue;
			if (s->held[f].paths)
				page_paths(&page, s, f);
			else
				page_prefixes(&page, s, f);
		}
	return page.rows;
}

static json_t *
verb_announced(struct asked *q)
{
	json_int_t skip =
	    json_integer_value(json_object_get(q->args, "offset"));
	json_t *rows = json_array();

	for (size_t i = 0; i < q->r->routes.n; i++) {
		const struct ixpeer_set *s = &q->r->routes.sets[i];

		for (size_t j = 0; j < s->n; j++) {
			char text[IP_PREFIXSTRLEN];
			json_t *o;

			if (skip-- > 0 || json_array_size(rows) == PAGE)
				continue;
			o = json_pack("{ss}", "prefix",
				      ip_prefix_print(&s->p[j], text));
			put_attrs(o, s->attrs);
			json_array_append_new(rows, o);
		}
	}
	return rows;
}

/* ---- what to do */

static json_t *
done(size_t n)
{
	return json_pack("{sI}", "robots", (json_int_t)n);
}

/* Over what is there, for that long. */
static struct ixpeer_set *
lend(struct ixpeer_robot *r, const struct ixpeer_step *step, uint64_t ms)
{
	struct ixpeer_set *set;

	for (size_t i = 0; i < step->n_prefixes; i++)
		ixpeer_lease_end(r, &step->prefixes[i], step->path_id);
	set = ixpeer_routes_more(&r->routes, step->attrs, step->prefixes,
				 step->n_prefixes, step->path_id);
	set->until = ixpeer_clock() + ms;
	ixpeer_robot_alarm(r);
	return set;
}

static json_t *
verb_announce(struct asked *q)
{
	const char *words =
	    json_string_value(json_object_get(q->args, "words"));
	json_int_t lent =
	    json_integer_value(json_object_get(q->args, "for_ms"));
	struct ixpeer_step step;
	struct ixpeer_set *set;
	int rc;

	if (lent < 0 || lent > LEASE_MOST) {
		err_usage(&q->e, "for_ms is at most %d", LEASE_MOST);
		return NULL;
	}
	rc = ixpeer_script_announce(words ? words : "", NULL, "announce", 0, 1,
				    &step, &q->e);
	if (rc == 0) {
		if (!step.has_path)
			bgp_path_set(step.attrs, &q->r->conf->bgp.local_as, 1);
		set = lent ? lend(q->r, &step, (uint64_t)lent)
			   : ixpeer_routes_add(&q->r->routes, step.attrs,
					       step.prefixes, step.n_prefixes,
					       step.path_id);
		ixpeer_tell_set(q->r, set);
	}
	ixpeer_step_clear(&step);
	return rc == 0 ? done(1) : NULL;
}

static json_t *
verb_withdraw(struct asked *q)
{
	const json_t *list = json_object_get(q->args, "prefixes"), *v;
	uint32_t id =
	    (uint32_t)json_integer_value(json_object_get(q->args, "path_id"));
	struct ip_prefix p;
	size_t i;

	json_array_foreach(list, i,
			   v) if (json_string_value(v) == NULL ||
				  !ip_prefix_parse(json_string_value(v), &p))
	{
		err_usage(&q->e, "'%.60s' is not a prefix",
			  json_string_value(v) ? json_string_value(v) : "");
		return NULL;
	}
	json_array_foreach(list, i, v)
	{
		ip_prefix_parse(json_string_value(v), &p);
		if (ixpeer_lease_end(q->r, &p, id))
			continue;
		ixpeer_routes_del(&q->r->routes, &p, id);
		ixpeer_tell_gone(q->r, &p, 1, id);
	}
	return done(1);
}

/* JSON is YAML: the item is read as one of a file. */
static int
read_behaviour(struct asked *q, struct ixpeer_behaviour *b, bool *normal)
{
	const json_t *item = json_object_get(q->args, "behave");
	char *text = item ? json_dumps(item, JSON_ENCODE_ANY) : NULL;
	struct yaml_doc doc;
	int rc;

	*normal = item && json_is_string(item) &&
		  strcmp(json_string_value(item), "normal") == 0;
	if (text == NULL || *normal) {
		free(text);
		return *normal ? 0 : err_usage(&q->e, "behave how?");
	}
	*b = (struct ixpeer_behaviour){0};
	rc = yaml_parse(&doc, "behave", text, strlen(text), &q->e);
	free(text);
	if (rc < 0)
		return -1;
	rc = doc.root ? ixpeer_behaviour_read(&doc, doc.root, b, &q->e)
		      : err_usage(&q->e, "behave how?");
	yaml_clear(&doc);
	return rc;
}

static int
each_behave(struct asked *q, struct ixpeer_robot *r)
{
	struct ixpeer_behaviour b;
	bool normal;

	if (read_behaviour(q, &b, &normal) < 0)
		return -1;
	return ixpeer_behave(r, normal ? NULL : &b, &q->e);
}

static int
each_keep(struct asked *q, struct ixpeer_robot *r)
{
	(void)q;
	r->keep = true;
	ixpeer_hear_refresh(r);
	return 0;
}

static int
each_stop(struct asked *q, struct ixpeer_robot *r)
{
	const char *text =
	    json_string_value(json_object_get(q->args, "reason"));
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_SHUTDOWN, text);

	for (size_t i = 0; i < r->n; i++)
		ixpeer_session_stop(&r->sessions[i], &n);
	ixpeer_listeners_close(r);
	return 0;
}

static int
each_start(struct asked *q, struct ixpeer_robot *r)
{
	int rc = ixpeer_listeners_open(r, &q->e);

	for (size_t i = 0; i < r->n; i++)
		ixpeer_session_step(&r->sessions[i], BGP_EV_START, BGP_OUT,
				    NULL);
	return rc;
}

static int
each_drop(struct asked *q, struct ixpeer_robot *r)
{
	(void)q;
	for (size_t i = 0; i < r->n; i++)
		ixpeer_session_drop(&r->sessions[i]);
	return 0;
}

static json_t *
verb_reload(struct asked *q)
{
	return ixpeer_players_reload(q->all, &q->e) < 0 ? NULL
							: done(q->all->n);
}

static json_t *
verb_quit(struct asked *q)
{
	size_t n = q->all->n;

	ixpeer_players_stop(q->all);
	return done(n);
}

static const struct verb {
	const char *name;
	enum { NOBODY, MAY_NAME, ONE, EACH } about;
	json_t *(*answer)(struct asked *q);
	int (*each)(struct asked *q, struct ixpeer_robot *r);
} verbs[] = {
    {"summary", NOBODY, verb_summary, NULL},
    {"robots", MAY_NAME, verb_robots, NULL},
    {"routes", ONE, verb_routes, NULL},
    {"announced", ONE, verb_announced, NULL},
    {"announce", ONE, verb_announce, NULL},
    {"withdraw", ONE, verb_withdraw, NULL},
    {"behave", EACH, NULL, each_behave},
    {"keep", EACH, NULL, each_keep},
    {"stop", EACH, NULL, each_stop},
    {"start", EACH, NULL, each_start},
    {"drop", EACH, NULL, each_drop},
    {"reload", NOBODY, verb_reload, NULL},
    {"quit", NOBODY, verb_quit, NULL},
};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

static int
find_robot(struct asked *q, const struct verb *v)
{
	const char *name = json_string_value(json_object_get(q->args, "robot"));

	if (v->about == NOBODY || (v->about == MAY_NAME && name == NULL))
		return 0;
	if (name == NULL)
		return err_usage(&q->e, "%s needs a robot", v->name);
	if (v->about == EACH && strcmp(name, "*") == 0)
		return 0;
	for (size_t i = 0; i < q->all->n; i++)
		if (strcmp(q->all->robots[i]->conf->name, name) == 0) {
			q->r = q->all->robots[i];
			return 0;
		}
	return err_usage(&q->e, "there is no robot %.64s", name);
}

static json_t *
answer(struct asked *q, const struct verb *v)
{
	size_t n = 0;

	if (find_robot(q, v) < 0)
		return NULL;
	if (v->answer)
		return v->answer(q);
	for (size_t i = 0; i < q->all->n; i++) {
		struct ixpeer_robot *r = q->all->robots[i];

		if (q->r && q->r != r)
			continue;
		if (v->each(q, r) < 0)
			return NULL;
		n++;
	}
	return done(n);
}

static void
handle(void *arg, struct ctl_request *r, const char *verb, const json_t *args,
       const int *fds, size_t nfds)
{
	struct asked q = {.all = arg, .args = args};
	json_t *result = NULL;

	for (size_t i = 0; i < nfds; i++)
		close(fds[i]);
	if (strcmp(verb, "subscribe") == 0) {
		ctl_subscribe(ctl_request_client(r));
		ctl_reply(r, NULL);
		return;
	}
	err_usage(&q.e, "unknown verb '%.40s'", verb);
	for (size_t i = 0; i < N_VERBS; i++)
		if (strcmp(verbs[i].name, verb) == 0)
			result = answer(&q, &verbs[i]);
	if (result)
		ctl_reply(r, result);
	else
		ctl_refuse(r, &q.e);
}

int
ixpeer_desk_open(struct ixpeer_players *all, const char *name, struct err *e)
{
	int fd = ctl_listen(name, e);

	if (fd < 0)
		return -1;
	all->desk = ctl_server_new(&all->loop, fd, handle, NULL, all);
	return 0;
}
