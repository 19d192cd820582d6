/*
 * The picture of a lab as values: edges from what is meant and what is seen,
 * groups of what looks alike, DOT that no name can break.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/graph/graph.h"

static const char lab_text[] =
    "lab: pair\n"
    "title: A \"title\" & <more>\n"
    "exchange:\n"
    "  name: IX <Test>\n"
    "  asn: 64500\n"
    "  switches: [sw1]\n"
    "  peering-lans:\n"
    "    lan: {ipv4: 203.0.113.0/24}\n"
    "  route-servers: {rs1: {ipv4: 203.0.113.1}}\n"
    "members:\n"
    "  m1: {asn: 65536, ipv4: 203.0.113.10,\n"
    "       trainee: yes, prefixes: [100.64.0.0/22]}\n"
    "  m2: {asn: 65537, ipv4: 203.0.113.11,\n"
    "       prefixes: [100.64.4.0/22], peers: [m1]}\n";

static struct lab *
lab_of(const char *text)
{
	struct err e = {0};
	struct lab *lab = model_parse("t.yml", text, strlen(text), NULL, &e);

	if (lab == NULL)
		fail_msg("%s", e.msg);
	return lab;
}

/* A lab of n members that hang on one route server. */
static struct lab *
lab_of_many(int n)
{
	struct str s = {0};
	struct lab *lab;
	int i;

	str_add(&s, "lab: many\ntitle: Many\nexchange:\n  asn: 64500\n"
		    "  switches: [sw1]\n  peering-lans:\n"
		    "    lan: {ipv4: 203.0.113.0/24}\n"
		    "  route-servers: {rs1: {ipv4: 203.0.113.1}}\n"
		    "members:\n");
	for (i = 1; i <= n; i++)
		str_addf(&s,
			 "  n%d: {asn: %d, ipv4: 203.0.113.%d, prefixes: "
			 "[100.64.%d.0/22]}\n",
			 i, 65536 + i, 10 + i, i * 4);
	lab = lab_of(str_text(&s));
	str_clear(&s);
	return lab;
}

static json_t *
seen(const char *at, const char *with, const char *family, bool up)
{
	return json_pack("{ss ss ss ss sb ss}", "at", at, "with", with,
			 "family", family, "state", up ? "Established" : "Idle",
			 "established", up, "last_error", "");
}

static const struct graph_edge *
edge(const struct lab *lab, const struct graph_edges *es, const char *a,
     const char *b)
{
	size_t i;

	for (i = 0; i < es->n; i++) {
		const char *x = lab->nodes[es->e[i].a].name;
		const char *y = lab->nodes[es->e[i].b].name;

		if ((!strcmp(x, a) && !strcmp(y, b)) ||
		    (!strcmp(x, b) && !strcmp(y, a)))
			return &es->e[i];
	}
	return NULL;
}

static void
edges_join_both_ends(void **state)
{
	struct lab *lab = lab_of(lab_text);
	json_t *s = json_pack("[o, o, o]", seen("rs1", "m2", "ipv4", false),
			      seen("m2", "rs1", "ipv4", true),
			      seen("m2", "nobody", "ipv4", true));
	struct graph_edges es = graph_edges_make(lab, s, true);

	(void)state;
	assert_int_equal(edge(lab, &es, "rs1", "m2")->state[0], GRAPH_UP);
	assert_int_equal(edge(lab, &es, "rs1", "m2")->state[1], GRAPH_NONE);
	assert_int_equal(edge(lab, &es, "m1", "m2")->state[0], GRAPH_UNSEEN);
	free(es.e);
	es = graph_edges_make(lab, s, false);
	assert_int_equal(es.n, 1);
	free(es.e);
	json_decref(s);
	model_free(lab);
}

static void
alike_is_one_group(void **state)
{
	struct lab *lab = lab_of_many(40);
	struct graph_link *links = graph_links_make(lab, NULL);
	json_t *s = json_array();
	struct graph_edges es;
	struct graph_groups gs;
	char name[16], *said;
	int i;

	(void)state;
	for (i = 1; i <= 40; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		json_array_append_new(s, seen("rs1", name, "ipv4", i != 7));
	}
	es = graph_edges_make(lab, s, true);
	gs = graph_groups_make(lab, &es, links);
	assert_int_equal(gs.of[model_find(lab, "n7") - lab->nodes], SIZE_MAX);
	assert_int_equal(gs.of[model_find(lab, "rs1") - lab->nodes], SIZE_MAX);
	i = (int)gs.of[model_find(lab, "n1") - lab->nodes];
	assert_int_equal(gs.g[i].n, 39);
	said = graph_group_name(lab, &gs.g[i]);
	assert_string_equal(said, "n1 \u2013 n6, n8 \u2013 n40");
	free(said);
	said = graph_summary(lab, &es, links, true);
	assert_non_null(
	    strstr(said, "n1 \u2013 n6, n8 \u2013 n40: 39 networks"));
	assert_non_null(strstr(said, "rs1  IPv4 \u25cf up\n"));
	assert_non_null(strstr(said, "n7: member, AS65543\n    rs1  IPv4 "
				     "\u25cb down\n"));
	free(said);
	graph_groups_clear(&gs);
	free(es.e);
	json_decref(s);
	free(links);
	model_free(lab);
}

static void
few_are_drawn_one_by_one(void **state)
{
	struct lab *lab = lab_of_many(10);
	struct graph_link *links = graph_links_make(lab, NULL);
	struct graph_edges es = graph_edges_make(lab, NULL, true);
	struct graph_groups gs = graph_groups_make(lab, &es, links);
	size_t i;

	(void)state;
	for (i = 0; i < lab->nnodes; i++)
		assert_int_equal(gs.of[i], SIZE_MAX);
	graph_groups_clear(&gs);
	free(es.e);
	free(links);
	model_free(lab);
}

static void
dot_says_states_in_three_ways(void **state)
{
	struct lab *lab = lab_of(lab_text);
	struct graph_link *links = graph_links_make(lab, NULL);
	json_t *s = json_pack("[o, o]", seen("rs1", "m2", "ipv4", true),
			      seen("rs1", "m1", "ipv4", false));
	struct graph_edges es = graph_edges_make(lab, s, true);
	char *dot = graph_dot(lab, &es, links, true);

	(void)state;
	assert_non_null(strstr(dot, "A &quot;title&quot; &amp; &lt;more&gt;"));
	assert_non_null(strstr(dot, "IX &lt;Test&gt;"));
	assert_non_null(strstr(dot, "\u25cf up"));
	assert_non_null(strstr(dot, "\u25cb down"));
	assert_non_null(strstr(dot, "style=dashed"));
	assert_non_null(strstr(dot, "m1 (you)"));
	free(dot);
	dot = graph_dot(lab, &es, links, false);
	assert_null(strstr(dot, "\u25cf"));
	assert_null(strstr(dot, "dashed"));
	free(dot);
	free(es.e);
	json_decref(s);
	free(links);
	model_free(lab);
}

static void
a_lan_of_several_sites_says_how_they_are_joined(void **state)
{
	struct lab *lab = lab_of(
	    "lab: sites\nexchange:\n  name: IX\n"
	    "  switches: [sw1, sw2, sw3, sw4]\n  site-links:\n"
	    "    - {between: [sw1, sw2], over: vxlan, delay: 5ms}\n"
	    "    - {between: [sw2, sw3], over: vxlan}\n"
	    "    - {between: [sw3, sw4], loss: 1%}\n"
	    "  peering-lans:\n"
	    "    lan: {switches: [sw1, sw2, sw3, sw4], ipv4: 203.0.113.0/24}\n"
	    "    one: {switch: sw4, ipv4: 198.51.100.0/24}\n"
	    "members: {m1: {asn: 65536, lan: lan, ipv4: 203.0.113.10}}\n");
	const struct graph_edges es = {0};
	struct graph_link *links = graph_links_make(lab, NULL);
	char *text = graph_sites(lab, links, 0);

	(void)state;
	assert_string_equal(text, "sw1 - sw2 (vxlan, delay 5ms), "
				  "sw2 - sw3 (vxlan), sw3 - sw4 (loss 1%)");
	free(text);
	text = graph_sites(lab, links, 1);
	assert_string_equal(text, "");
	free(text);
	text = graph_summary(lab, &es, links, false);
	assert_non_null(strstr(text, "\n  sites: sw1 - sw2 (vxlan"));
	free(text);
	text = graph_dot(lab, &es, links, false);
	assert_non_null(strstr(text, ">sw1 - sw2 (vxlan"));
	free(text);
	free(links);
	model_free(lab);
}

/* What a running lab says of its links, row by row as in the model. */
static json_t *
state_of(const struct lab *lab)
{
	json_t *links = json_array(), *ports = json_array();
	const struct lab_link *l;

	for (l = lab->links; l < lab->links + lab->nlinks; l++) {
		const char *name = lab->nodes[l->b.node].name;
		bool m1 = strcmp(name, "m1") == 0, m2 = strcmp(name, "m2") == 0;

		json_array_append_new(
		    links, json_pack("{sb s{si si sb}}", "up", !m2, "weather",
				     "delay_us", m1 ? 90000 : 0, "loss_ppm",
				     m1 ? 10000 : 0, "silent", m1));
		json_array_append_new(
		    ports,
		    json_pack("{ss ss ss ss ss sb}", "switch", "sw1", "port",
			      name, "state", m2 ? "shut" : "up", "home", "lan",
			      "lan", m1 ? "lan-q" : "lan", "culled", m2));
	}
	return json_pack("{so so}", "links", links, "ports", ports);
}

static void
links_say_what_was_done_to_them(void **state)
{
	char *with = xasprintf(
	    "%.*sipv4: 203.0.113.0/24, quarantine: yes%s",
	    (int)(strstr(lab_text, "ipv4: 203.0.113.0/24") - lab_text),
	    lab_text,
	    strstr(lab_text, "ipv4: 203.0.113.0/24") +
		strlen("ipv4: 203.0.113.0/24"));
	struct lab *lab = lab_of(with);
	json_t *s = state_of(lab);
	struct graph_link *links = graph_links_make(lab, s);
	struct graph_edges es = graph_edges_make(lab, NULL, true);
	char *text = graph_links_print(lab, links);

	(void)state;
	assert_string_equal(
	    text,
	    "Links\n"
	    "  sw1:m1 - m1:ix0                    silent, in quarantine, "
	    "delay 90ms loss 1%\n"
	    "  sw1:m2 - m2:ix0                    shut by a wrong address, "
	    "BGP culled\n");
	free(text);
	text = graph_dot(lab, &es, links, true);
	assert_non_null(strstr(text, "style=dotted"));
	assert_non_null(strstr(text, "shut by a wrong address"));
	assert_non_null(strstr(text, "in quarantine"));
	assert_non_null(strstr(text, "lan-q"));
	free(text);
	free(links);
	links = graph_links_make(lab, NULL);
	text = graph_links_print(lab, links);
	assert_string_equal(text, "");
	free(text);
	free(links);
	free(es.e);
	json_decref(s);
	model_free(lab);
	free(with);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(edges_join_both_ends),
	    cmocka_unit_test(alike_is_one_group),
	    cmocka_unit_test(few_are_drawn_one_by_one),
	    cmocka_unit_test(dot_says_states_in_three_ways),
	    cmocka_unit_test(links_say_what_was_done_to_them),
	    cmocka_unit_test(a_lan_of_several_sites_says_how_they_are_joined),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
