/*
 * Good labs: what the defaults resolve to, compared value by value for the labs
 * we ship, and as golden files (hub.json, hub.eye-ball.conf, ...) for a lab that
 * uses every key. GENERATE=1 rewrites the golden files; read the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/model/model_kind.h"

#define HERE IXLAB_TREE "/engine/lab/model/t/"

static struct lab *
load(const char *name, uint32_t members)
{
	struct model_params p = {.members = members};
	struct err e;
	struct lab *lab = model_load(name, &p, &e);

	if (lab == NULL)
		print_error("%s\n", e.msg);
	assert_non_null(lab);
	return lab;
}

static void
golden(const char *name, char *got)
{
	char *path = xasprintf(HERE "%s", name), *want = NULL;
	struct err e;

	if (getenv("GENERATE")) {
		_free_ char *dir = xstrdup(path);

		*strrchr(dir, '/') = '\0';
		assert_int_equal(file_mkdirs(dir, &e), 0);
		assert_int_equal(file_write(path, got, strlen(got), &e), 0);
	}
	assert_int_equal(file_read(path, 1 << 20, &want, NULL, &e), 0);
	assert_string_equal(got, want);
	free(want);
	free(path);
	free(got);
}

static const char *
addr(const struct lab *lab, const char *node, enum ip_family f)
{
	static char text[IP_ADDRSTRLEN];
	struct ip_addr a = model_address(lab, model_find(lab, node), f);

	return ip_addr_print(&a, text);
}

static void
first_ix_nodes(void **state)
{
	static const struct {
		const char *name;
		enum lab_role role;
		const struct lab_kind *kind;
		uint32_t asn;
		const char *v4, *v6;
	} want[] = {
	    {"sw1", LAB_SWITCH, &model_kind_switch, 0, "none", "none"},
	    {"rs1", LAB_ROUTE_SERVER, &model_kind_ixrs, 64500, "203.0.113.1",
	     "2001:db8:ffff:1::1"},
	    {"rs2", LAB_ROUTE_SERVER, &model_kind_ixrs, 64500, "203.0.113.2",
	     "2001:db8:ffff:1::2"},
	    {"m1", LAB_MEMBER, &model_kind_bird, 65536, "203.0.113.10",
	     "2001:db8:ffff:1:6:5536:0:1"},
	    {"m2", LAB_MEMBER, &model_kind_bird, 65537, "203.0.113.11",
	     "2001:db8:ffff:1:6:5537:0:1"},
	    {"m3", LAB_MEMBER, &model_kind_bird, 65538, "203.0.113.12",
	     "2001:db8:ffff:1:6:5538:0:1"},
	    {"m4", LAB_MEMBER, &model_kind_bird, 65539, "203.0.113.13",
	     "2001:db8:ffff:1:6:5539:0:1"},
	    {"m1-h", LAB_HOST, &model_kind_host, 0, "100.64.0.10", "3fff::10"},
	    {"m2-h", LAB_HOST, &model_kind_host, 0, "100.64.4.10",
	     "3fff:1::10"},
	    {"m3-h", LAB_HOST, &model_kind_host, 0, "100.64.8.10",
	     "3fff:2::10"},
	    {"m4-h", LAB_HOST, &model_kind_host, 0, "100.64.12.10",
	     "3fff:3::10"},
	};
	struct lab *lab = load("first-ix", 0);
	size_t i;

	(void)state;
	assert_int_equal(lab->nnodes, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < lab->nnodes; i++) {
		assert_string_equal(lab->nodes[i].name, want[i].name);
		assert_int_equal(lab->nodes[i].role, want[i].role);
		assert_ptr_equal(lab->nodes[i].kind, want[i].kind);
		assert_int_equal(lab->nodes[i].asn, want[i].asn);
		assert_string_equal(addr(lab, want[i].name, IP_V4), want[i].v4);
		assert_string_equal(addr(lab, want[i].name, IP_V6), want[i].v6);
	}
	assert_int_equal(lab->nlinks, 6 + 4);
	assert_false(lab->neighbours);
	model_free(lab);
}

/* The route servers have all four members in both families; robots have their
 * own ends, the trainee's end is the trainee's. */
static void
first_ix_sessions(void **state)
{
	struct lab *lab = load("first-ix", 0);
	const struct lab_node *m1 = model_find(lab, "m1");
	const struct lab_node *m2 = model_find(lab, "m2");
	const struct lab_session *s;

	(void)state;
	assert_int_equal(model_find(lab, "rs1")->nsessions, 8);
	assert_int_equal(model_find(lab, "rs2")->nsessions, 8);
	assert_true(m1->trainee);
	assert_int_equal(m1->config, LAB_CONFIG_OWN);
	assert_int_equal(m1->nsessions, 0);
	assert_int_equal(m2->config, LAB_CONFIG_AUTO);
	assert_int_equal(m2->nsessions, 4);
	for (s = m2->sessions; s < m2->sessions + 4; s++) {
		assert_true(s->rs_client);
		assert_int_equal(s->peer_asn, 64500);
		assert_ptr_equal(model_holder(lab, &s->local), m2);
		assert_ptr_equal(model_holder(lab, &s->remote),
				 &lab->nodes[s->peer]);
	}
	model_free(lab);
}

/* Saying it at one end makes both; the trainee's is left out. */
static void
bilateral_peers(void **state)
{
	struct lab *lab = load("bilateral", 0);

	(void)state;
	assert_int_equal(model_find(lab, "m1")->nsessions, 0);
	assert_int_equal(model_find(lab, "m2")->nsessions, 2);
	assert_false(model_find(lab, "m2")->sessions[0].rs_client);
	assert_int_equal(model_find(lab, "m2")->sessions[0].peer_asn, 65536);
	model_free(lab);
}

static void
big_ix_counts(void **state)
{
	static const struct {
		uint32_t members, nodes;
		bool neighbours;
	} want[] = {{0, 33, false}, {31, 34, true}, {1021, 1024, true}};
	struct lab *lab;
	const struct lab_node *n;
	char text[IP_PREFIXSTRLEN];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		lab = load("big-ix", want[i].members);
		assert_int_equal(lab->nnodes, want[i].nodes);
		assert_int_equal(lab->neighbours, want[i].neighbours);
		n = &lab->nodes[lab->nnodes - 1];
		assert_int_equal(n->asn, 4200000000u + want[i].nodes - 3);
		assert_int_equal(n->nsessions, 4);
		model_free(lab);
	}
	lab = load("big-ix", 1021);
	n = model_find(lab, "m1021");
	assert_string_equal(addr(lab, "m1021", IP_V4), "198.19.4.6");
	assert_string_equal(addr(lab, "m1021", IP_V6),
			    "2001:db8:ffff:1:42:0:1021:1");
	assert_string_equal(ip_prefix_print(&n->prefixes[0], text),
			    "100.79.240.0/22");
	assert_string_equal(ip_prefix_print(&n->prefixes[1], text),
			    "3fff:3fc::/32");
	model_free(lab);
}

/* More ports than a bridge takes: further switches, none too full, and the
 * first to the last port dealt out in order. */
static void
spreads_by_itself(void **state)
{
	static const struct {
		uint32_t members; /* and two route servers */
		size_t switches;
	} want[] = {{1021, 1}, {1022, 2}, {2042, 2}, {2043, 3}, {2500, 3}};
	size_t ports[8], i, k, last;
	const struct lab_link *l;
	struct lab *lab;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		lab = load(HERE "huge.yml", want[i].members);
		assert_int_equal(lab->lans[0].nswitches, want[i].switches);
		memset(ports, 0, sizeof(ports));
		for (last = 0, l = lab->links; l < lab->links + lab->nlinks;
		     l++) {
			ports[l->a.node]++;
			if (l->kind == LAB_LINK_SITE) {
				ports[l->b.node]++;
				continue;
			}
			assert_true(l->a.node >= last);
			last = l->a.node;
		}
		for (k = 0; k < want[i].switches; k++)
			assert_in_range(ports[k], 1, MODEL_MAX_PORTS);
		model_free(lab);
	}
}

/* No address of hardware twice in a lab. */
static void
macs_differ(void **state)
{
	struct lab *lab = load(HERE "hub.yml", 0);
	const struct lab_node *n, *m;
	size_t i, k;

	(void)state;
	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		for (m = lab->nodes; m < lab->nodes + lab->nnodes; m++)
			for (i = 0; i < n->nifs; i++)
				for (k = 0; k < m->nifs; k++)
					if (n != m || i != k)
						assert_memory_not_equal(
						    n->ifs[i].mac,
						    m->ifs[k].mac, 6);
	model_free(lab);
}

/* A machine at the end of a link speaks to nobody and sends all there. */
static void
machine_on_link(void **state)
{
	static const char text[] =
	    "lab: x\nmembers: {m1: {asn: 65536}}\nnodes: {box: {}}\n"
	    "links: [{between: [m1, box], relation: none, ipv4: "
	    "100.127.0.0/31, ipv6: \"3fff:fff::/127\"}]\n";
	struct err e;
	struct lab *lab = model_parse("x", text, strlen(text), NULL, &e);
	const struct lab_node *m1, *box;

	(void)state;
	assert_non_null(lab);
	m1 = model_find(lab, "m1");
	box = model_find(lab, "box");
	assert_int_equal(m1->nsessions + box->nsessions, 0);
	assert_string_equal(box->ifs[0].name, "pni0");
	assert_int_equal(box->nroutes, 2);
	assert_int_equal(box->routes[0].to.len, 0);
	assert_true(ip_addr_eq(&box->routes[0].via, &m1->ifs[0].addrs[0].addr));
	assert_true(ip_addr_eq(&box->routes[1].via, &m1->ifs[0].addrs[1].addr));
	model_free(lab);
}

/* Two networks originate one prefix, and neither refuses the other's. */
static void
anycast(void **state)
{
	static const char text[] =
	    "lab: x\nmembers:\n"
	    "  m1: {asn: 65536, anycast: [198.18.0.0/24]}\n"
	    "  m2: {asn: 65537, anycast: [198.18.0.0/24], prefixes: "
	    "[100.64.0.0/22]}\n"
	    "links: [{between: [m1, m2], relation: peer, ipv4: "
	    "100.127.0.0/31}]\n";
	struct err e;
	struct lab *lab = model_parse("x", text, strlen(text), NULL, &e);
	char *conf;

	(void)state;
	assert_non_null(lab);
	assert_int_equal(model_find(lab, "m1")->nanycast, 1);
	conf = model_bird_conf(lab, model_find(lab, "m2"));
	assert_non_null(
	    strstr(conf, "OWN_V4 = [ 100.64.0.0/22, 198.18.0.0/24 ]"));
	assert_non_null(strstr(conf, "route 198.18.0.0/24 unreachable;"));
	assert_non_null(strstr(conf, "if net ~ [ 100.64.0.0/22+ ] then"));
	free(conf);
	model_free(lab);
}

static void
given_name(void **state)
{
	struct model_params p = {.name = "monday"};
	struct err e;
	struct lab *lab = model_load("first-ix", &p, &e);

	(void)state;
	assert_non_null(lab);
	assert_string_equal(lab->name, "monday");
	model_free(lab);
}

static void
golden_json(void **state)
{
	struct lab *lab = load(HERE "hub.yml", 0);
	json_t *o = model_json(lab);
	char *text = json_dumps(o, JSON_INDENT(2));

	(void)state;
	json_decref(o);
	golden("hub.json", xasprintf("%s\n", text));
	free(text);
	model_free(lab);
}

static void
golden_configurations(void **state)
{
	struct lab *lab = load(HERE "hub.yml", 0);

	(void)state;
	golden("hub.eye-ball.conf",
	       model_bird_conf(lab, model_find(lab, "eye-ball")));
	golden("hub.t1.conf", model_bird_conf(lab, model_find(lab, "t1")));
	golden("hub.me.conf", model_bird_start(lab, model_find(lab, "me")));
	golden("hub.general.yml",
	       model_ixrs_general(lab, model_find(lab, "rs1")));
	golden("hub.clients.yml",
	       model_ixrs_clients(lab, model_find(lab, "rs1")));
	model_free(lab);
}

/* A node's files as one kind writes them: t/kinds/KIND/what-FILE. */
static void
golden_kind(struct lab *lab, const char *node, const struct lab_kind *k,
	    const char *what)
{
	struct lab_node *n = &lab->nodes[model_find(lab, node) - lab->nodes];
	const struct lab_kind_file *f;

	if (!(k->roles & LAB_ROLE(n->role)))
		return;
	n->kind = k;
	for (f = k->files; f != NULL && f->name != NULL; f++) {
		_free_ char *path =
		    xasprintf("kinds/%s/%s-%s", k->name, what, f->name);

		golden(path, f->write(lab, n));
	}
}

static void
golden_start(struct lab *lab, const char *node, const struct lab_kind *k)
{
	const struct lab_node *n = model_find(lab, node);
	const struct lab_kind_file *f;

	if (!(k->roles & LAB_ROLE(n->role)))
		return;
	for (f = k->files; f != NULL && f->name != NULL; f++) {
		_free_ char *path =
		    xasprintf("kinds/%s/start-%s", k->name, f->name);

		if (f->begin != NULL)
			golden(path, f->begin(lab, n));
	}
}

static void
golden_kinds(void **state)
{
	struct lab *lab = load(HERE "kinds.yml", 0);
	size_t i;

	(void)state;
	for (i = 0; i < model_nkinds; i++) {
		golden_kind(lab, "m2", model_kinds[i], "member");
		golden_kind(lab, "isp", model_kinds[i], "transit");
		golden_kind(lab, "rc1", model_kinds[i], "collector");
		golden_kind(lab, "rs1", model_kinds[i], "server");
		golden_kind(lab, "cache", model_kinds[i], "machine");
		golden_start(lab, "m2", model_kinds[i]);
	}
	model_free(lab);
}

/* Each generated one has its share, and what the crowd file says is all that the
 * lab file says of robots. */
static void
golden_robots(void **state)
{
	struct lab *lab;
	char *text = NULL;
	json_t *all, *robots = json_object();
	struct err e;
	size_t i, len;

	(void)state;
	assert_int_equal(file_read(HERE "robots.yml", 1 << 20, &text, &len, &e),
			 0);
	lab = model_parse("labs/robots.yml", text, len, NULL, &e);
	if (lab == NULL)
		print_error("%s\n", e.msg);
	assert_non_null(lab);
	free(text);
	golden("robots.crowd", model_crowd(lab));
	all = model_json(lab);
	for (i = 0; i < lab->nnodes; i++)
		json_object_set(
		    robots, lab->nodes[i].name,
		    json_object_get(
			json_array_get(json_object_get(all, "nodes"), i),
			"robot"));
	text = json_dumps(robots, JSON_INDENT(2));
	golden("robots.json", xasprintf("%s\n", text));
	free(text);
	json_decref(robots);
	json_decref(all);
	for (i = 0; i < lab->nlinks; i++)
		if (strcmp(lab->nodes[lab->links[i].b.node].name, "m2") == 0) {
			assert_true(lab->links[i].guard.pin);
			assert_int_equal(lab->links[i].guard.broadcast, 10);
			assert_string_equal(lab->lans[lab->links[i].lan].name,
					    "khi-q");
		}
	model_free(lab);
}

/* ---- over: auto */

static bool
tags_can(void)
{
	return true;
}

static bool
tags_cannot(void)
{
	return false;
}

static char *
sites_json(const char *over, bool (*tags)(void))
{
	const struct model_params p = {.tags = tags};
	char *text = xasprintf(
	    "lab: x\n"
	    "exchange:\n"
	    "  switches: [sw1, sw2]\n"
	    "  site-links: [{between: [sw1, sw2], over: %s, delay: 2ms}]\n"
	    "  peering-lans: {khi: {switches: [sw1, sw2], ipv4: "
	    "203.0.113.0/24, quarantine: yes}}\n"
	    "members: {m1: {asn: 65536, ipv4: 203.0.113.10}}\n",
	    over);
	struct err e;
	struct lab *lab = model_parse("lab.yml", text, strlen(text), &p, &e);
	json_t *all;

	if (lab == NULL)
		print_error("%s\n", e.msg);
	assert_non_null(lab);
	all = model_json(lab);
	free(text);
	text = json_dumps(all, JSON_SORT_KEYS);
	json_decref(all);
	model_free(lab);
	return text;
}

static void
sites_as_the_kernel_can(void **state)
{
	static const struct {
		bool (*tags)(void);
		const char *same;
	} want[] = {
	    {tags_can, "tags"},
	    {tags_cannot, "veth"},
	    {NULL, "veth"},
	};
	char *got, *same;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		got = sites_json("auto", want[i].tags);
		same = sites_json(want[i].same, NULL);
		assert_string_equal(got, same);
		free(got);
		free(same);
	}
}

/* Of a network's routers those that are a trainee's, and no others. */
static void
trainees_routers(void **state)
{
	static const char text[] =
	    "lab: x\n"
	    "exchange:\n"
	    "  switches: [sw1]\n"
	    "  peering-lans: {khi: {ipv4: 203.0.113.0/24}}\n"
	    "members:\n"
	    "  m1:\n"
	    "    asn: 65536\n"
	    "    prefixes: [100.64.0.0/22]\n"
	    "    routers:\n"
	    "      edge: {trainee: yes, ipv4: 203.0.113.10}\n"
	    "      core: {}\n"
	    "  m2: {asn: 65537, ipv4: 203.0.113.11}\n";
	const struct model_params p = {.trainees = model_kind_find("frr")};
	const struct lab_node *n;
	size_t i, seen = 0;
	struct err e;
	struct lab *lab =
	    model_parse("lab.yml", text, sizeof(text) - 1, &p, &e);

	(void)state;
	if (lab == NULL)
		print_error("%s\n", e.msg);
	assert_non_null(lab);
	for (i = 0; i < lab->nnodes; i++) {
		n = &lab->nodes[i];
		if (n->role != LAB_MEMBER)
			continue;
		seen++;
		assert_string_equal(n->kind->name, n->trainee ? "frr" : "bird");
		assert_int_equal(n->trainee, strcmp(n->name, "m1-edge") == 0);
	}
	assert_int_equal(seen, 3);
	model_free(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(first_ix_nodes),
	    cmocka_unit_test(first_ix_sessions),
	    cmocka_unit_test(bilateral_peers),
	    cmocka_unit_test(big_ix_counts),
	    cmocka_unit_test(spreads_by_itself),
	    cmocka_unit_test(macs_differ),
	    cmocka_unit_test(machine_on_link),
	    cmocka_unit_test(anycast),
	    cmocka_unit_test(given_name),
	    cmocka_unit_test(golden_json),
	    cmocka_unit_test(golden_configurations),
	    cmocka_unit_test(golden_kinds),
	    cmocka_unit_test(golden_robots),
	    cmocka_unit_test(sites_as_the_kernel_can),
	    cmocka_unit_test(trainees_routers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
