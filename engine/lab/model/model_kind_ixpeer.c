/*
 * Robots, as ixpeer(1) wants them told: a crowd file, JSON with a line a robot,
 * so that a complaint names one. What nearly all say, whom to talk to, stands
 * there once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/model/model_kind.h"

#define HOLD 90 /* ixpeer's own */

/* ---- items */

static void
put_int(json_t *o, const char *key, uint32_t v)
{
	if (v != 0)
		json_object_set_new(o, key, json_integer(v));
}

/* "100.64.0.0/22 100.64.4.0/22 med 5" */
static json_t *
list_item(const struct ip_prefix *p, size_t n, const char *attributes)
{
	char text[IP_PREFIXSTRLEN];
	struct str s = {0};
	json_t *item;
	size_t i;

	for (i = 0; i < n; i++)
		str_addf(&s, "%s%s", i ? " " : "",
			 ip_prefix_print(&p[i], text));
	if (*attributes)
		str_addf(&s, " %s", attributes);
	item = json_string(str_text(&s));
	str_clear(&s);
	return item;
}

static json_t *
routes_item(const struct lab_routes *r)
{
	char text[IP_PREFIXSTRLEN];
	json_t *o;

	if (r->from == LAB_ROUTES_LIST)
		return list_item(r->prefixes, r->nprefixes, r->attributes);
	o = json_object();
	if (r->from == LAB_ROUTES_TABLE) {
		json_object_set_new(o, "mrt", out_str(r->file));
		json_object_set_new(o, "peer", out_str(r->peer));
	} else {
		json_object_set_new(
		    o, "generate",
		    json_string(ip_prefix_print(&r->prefixes[0], text)));
		put_int(o, "step", r->step);
		put_int(o, "share", r->share);
		json_object_set_new(o, "seed", json_integer(r->seed));
		snprintf(text, sizeof(text), "%u-%u", r->path_min, r->path_max);
		json_object_set_new(o, "path", json_string(text));
	}
	put_int(o, "count", r->count);
	put_int(o, "skip", r->skip);
	if (*r->attributes)
		json_object_set_new(o, "attributes", out_str(r->attributes));
	return o;
}

json_t *
model_robot_announce(const struct lab_robot *r)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < r->nannounce; i++)
		json_array_append_new(a, routes_item(&r->announce[i]));
	return a;
}

static void
put_ms(json_t *o, const char *key, uint32_t ms)
{
	char text[16];

	snprintf(text, sizeof(text), "%ums", ms);
	if (ms != 0)
		json_object_set_new(o, key, json_string(text));
}

static json_t *
behaviour_item(const struct lab_behaviour *b)
{
	char addr[IP_ADDRSTRLEN], prefix[IP_PREFIXSTRLEN];
	json_t *o = json_object();

	json_object_set_new(o, "do", json_string(b->name));
	put_ms(o, "after", b->after_ms);
	put_ms(o, "every", b->every_ms);
	put_ms(o, "for", b->for_ms);
	put_int(o, "count", b->count);
	put_int(o, "asn", b->asn);
	if (b->prefix.addr.family != IP_NONE)
		json_object_set_new(
		    o, "prefix",
		    json_string(ip_prefix_print(&b->prefix, prefix)));
	if (b->address.family != IP_NONE)
		json_object_set_new(
		    o, "address",
		    json_string(ip_addr_print(&b->address, addr)));
	return o;
}

json_t *
model_robot_behave(const struct lab_robot *r)
{
	json_t *a = json_array();
	size_t i;

	for (i = 0; i < r->nbehave; i++)
		json_array_append_new(a, behaviour_item(&r->behave[i]));
	return a;
}

/* ---- a robot */

/* The first one of a family is what ixpeer takes unless told otherwise. */
static bool
is_first(const struct lab_node *n, const struct ip_addr *a)
{
	size_t i, k;

	for (i = 0; i < n->nifs; i++)
		for (k = 0; k < n->ifs[i].naddrs; k++)
			if (n->ifs[i].addrs[k].addr.family == a->family)
				return ip_addr_eq(&n->ifs[i].addrs[k].addr, a);
	return false;
}

static json_t *
robot_to(const struct lab *lab, const struct lab_node *n)
{
	json_t *a = json_array(), *o;
	char addr[IP_ADDRSTRLEN];
	size_t i;

	for (i = 0; i < n->nsessions; i++) {
		const struct lab_session *s = &n->sessions[i];

		o = json_pack("{ss sI}", "address",
			      ip_addr_print(&s->remote, addr), "asn",
			      (json_int_t)s->peer_asn);
		if (n->protect.password && lab->nodes[s->peer].trainee)
			json_object_set_new(o, "password",
					    json_string(n->protect.password));
		if (!is_first(n, &s->local))
			json_object_set_new(
			    o, "from",
			    json_string(ip_addr_print(&s->local, addr)));
		json_array_append_new(a, o);
	}
	return a;
}

/* Route servers are called; anybody else may call, too. */
static bool
robot_listens(const struct lab_node *n)
{
	size_t i;

	for (i = 0; i < n->nsessions; i++)
		if (!n->sessions[i].rs_client)
			return true;
	return false;
}

static json_t *
robot_addresses(const struct lab_node *n)
{
	json_t *a = json_array();
	char addr[IP_ADDRSTRLEN];
	size_t i, k;

	for (i = 0; i < n->nifs; i++)
		for (k = 0; k < n->ifs[i].naddrs; k++)
			json_array_append_new(
			    a, json_string(ip_addr_print(
				   &n->ifs[i].addrs[k].addr, addr)));
	return a;
}

/* Its prefixes first, family by family, then what it announces besides. */
static json_t *
robot_announces(const struct lab_node *n)
{
	json_t *a = json_array(), *more = model_robot_announce(n->robot);
	struct ip_prefix *p =
	    xcalloc(n->nprefixes + n->nanycast + 1, sizeof(*p));
	size_t i, k, count;

	for (i = 0; i < 2; i++) {
		for (count = k = 0; k < n->nprefixes + n->nanycast; k++) {
			p[count] = k < n->nprefixes
				       ? n->prefixes[k]
				       : n->anycast[k - n->nprefixes];
			count += p[count].addr.family == (i ? IP_V6 : IP_V4);
		}
		if (count > 0)
			json_array_append_new(a, list_item(p, count, ""));
	}
	free(p);
	json_array_extend(a, more);
	json_decref(more);
	return a;
}

static json_t *
robot_line(const struct lab *lab, const struct lab_node *n, const json_t *to)
{
	const struct lab_robot *r = n->robot;
	char id[IP_ADDRSTRLEN];
	json_t *o = json_object(), *own = robot_to(lab, n);

	json_object_set_new(o, "name", json_string(n->name));
	json_object_set_new(o, "netns", json_string(n->name));
	json_object_set_new(o, "asn", json_integer(n->asn));
	json_object_set_new(o, "id",
			    json_string(ip_addr_print(&n->router_id, id)));
	json_object_set_new(o, "addresses", robot_addresses(n));
	if (!json_equal(own, to))
		json_object_set(o, "to", own);
	json_decref(own);
	json_object_set_new(o, "announce", robot_announces(n));
	if (r->nbehave > 0)
		json_object_set_new(o, "behave", model_robot_behave(r));
	if (r->script)
		json_object_set_new(o, "script", out_str(r->script));
	if (r->hold != HOLD)
		json_object_set_new(o, "hold", json_integer(r->hold));
	if (r->keep)
		json_object_set_new(o, "keep", json_true());
	if (r->add_path)
		json_object_set_new(o, "add-path", json_true());
	if (robot_listens(n))
		json_object_set_new(o, "listen", json_true());
	return o;
}

static void
add_json(struct str *s, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_ENCODE_ANY);

	str_add(s, text);
	free(text);
	json_decref(o);
}

char *
model_crowd(const struct lab *lab)
{
	const struct lab_node *n, *last = NULL;
	struct str s = {0};
	const char *sep = "";
	json_t *to;

	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		if (n->robot != NULL)
			last = n; /* those of a generator come late */
	if (last == NULL)
		return NULL;
	to = robot_to(lab, last);
	str_add(&s, "{\"defaults\": {\"to\": ");
	add_json(&s, json_incref(to));
	str_add(&s, "},\n\"robots\": [\n");
	for (n = lab->nodes; n <= last; n++) {
		if (n->robot == NULL)
			continue;
		str_add(&s, sep);
		add_json(&s, robot_line(lab, n, to));
		sep = ",\n";
	}
	json_decref(to);
	str_add(&s, "]}\n");
	return str_steal(&s);
}

const struct lab_kind model_kind_ixpeer = {
    .name = "ixpeer",
    .title = "ixpeer",
    .about = "A robot; one process plays all of them.",
    .program = "ixpeer",
    .ours = true,
    .crowd = true,
    .roles = LAB_ROLE(LAB_MEMBER) | LAB_ROLE(LAB_CONTENT),
    .etc = "/etc/bird",
    .socket = "ixpeer.ctl",
    .reload = LAB_RELOAD_RESTART,
};
