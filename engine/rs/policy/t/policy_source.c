/* Data from outside: what is wanted, what is refused, what finds its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/policy/policy_conf.h"
#include "rs/policy/t/policy_load.h"

#define HEAD "cfg:\n  rs_as: 64500\n  router_id: 192.0.2.1\n"
#define TWO                                                              \
	"asns:\n  AS6: {as_sets: [AS-SIX]}\nclients:\n  - {asn: 5, ip: " \
	"192.0.2.5}\n  - {asn: 6, ip: 192.0.2.6}\n"

#define RPSL                                     \
	"as-set: AS-SIX\nmembers: AS6, AS66\n\n" \
	"route: 100.64.5.0/24\norigin: AS5\n\n"  \
	"route: 100.64.66.0/24\norigin: AS66\n"
#define PDB                                                           \
	"{\"data\": [{\"asn\": 7, \"info_never_via_route_servers\": " \
	"true}, {\"asn\": 5, \"info_prefixes4\": 100, "               \
	"\"info_prefixes6\": 0, \"irr_as_set\": \"AS-FIVE@RIPE, see " \
	"AS5:AS-X\", \"info_never_via_route_servers\": false}]}"

static struct policy_text
text(const char *name, const char *s)
{
	return (struct policy_text){name, s, strlen(s)};
}

static struct policy *
read_two(const char *general, const char *clients)
{
	struct err e = {0};
	struct policy *p = load(general, clients, NULL, &e);

	assert_string_equal(e.msg, "");
	return p;
}

/* ---- orders and defaults without data */

static const struct {
	const char *general, *clients, *sentence;
} refused[] = {
    {HEAD "  filtering: {irrdb: {enforce_origin_in_as_set: yes}}\n", TWO,
     "g.yml: enforce_origin_in_as_set is yes for client AS5_1: give --irr "
     "FILE, or write no"},
    {HEAD,
     "clients: [{asn: 5, ip: 192.0.2.5, cfg: {filtering: {irrdb: "
     "{enforce_prefix_in_as_set: yes}}}}]",
     "g.yml: enforce_prefix_in_as_set is yes for client AS5_1: give --irr "
     "FILE, or write no"},
    {HEAD "  filtering: {irrdb: {tag_as_set: yes}}\n"
	  "  communities: {prefix_present_in_as_set: {lrg: '1:2:3'}}\n",
     TWO, "g.yml: tag_as_set is yes: give --irr FILE, or write no"},
    {HEAD "  filtering: {never_via_route_servers: {peering_db: True}}\n", TWO,
     "g.yml:4:53: never_via_route_servers.peering_db is yes: give "
     "--peering-db FILE, or write no"},
    {HEAD "  filtering: {max_prefix: {action: block, peering_db: {enabled: "
	  "yes}}}\n",
     TWO,
     "g.yml: max_prefix.peering_db is yes for client AS5_1: give "
     "--peering-db FILE, or write enabled: no, or limit_ipv4 and limit_ipv6 "
     "for it"},
    {HEAD "  filtering: {irrdb: {peering_db: yes}}\n", TWO,
     "g.yml: irrdb.peering_db is yes and client AS5_1 has no as_sets: give "
     "--peering-db FILE, or write no"},
    {HEAD "  filtering: {rpki_bgp_origin_validation: {enabled: yes}}\n"
	  "  rpki_roas:\n    ripe_rpki_validator_url: [https://a.example/]\n",
     TWO,
     "g.yml:6:30: ROAs are wanted and ixrs fetches no URL: give --vrps FILE "
     "or --rtr HOST:PORT, or name a file by absolute path in "
     "rpki_roas.ripe_rpki_validator_url"},
    {HEAD "  filtering: {irrdb: {use_rpki_roas_as_route_objects: {enabled: "
	  "yes}}}\n  rpki_roas: {source: rtr}\n",
     TWO,
     "g.yml:5:14: rpki_roas.source is rtr: give --rtr HOST:PORT, or --vrps "
     "FILE"},
    {HEAD "  filtering: {rpki_aspa_verification: {enabled: yes}}\n", TWO,
     "g.yml:2:3: ASPAs are wanted and ixrs fetches no URL: give --vrps FILE, "
     "or name a file by absolute path in rpki_aspas.json_url"},
};

static void
orders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct err e = {0};
		struct policy *p =
		    read_two(refused[i].general, refused[i].clients);
		assert_int_equal(
		    policy_complete(p, &(struct policy_sources){0}, &e), -1);
		assert_string_equal(e.msg, refused[i].sentence);
		assert_int_equal(e.class, ERR_USAGE);
		policy_free(p);
	}
}

static bool
noted(const struct policy *p, const char *sentence)
{
	for (size_t i = 0; i < p->n_notes; i++)
		if (strcmp(p->notes[i], sentence) == 0)
			return true;
	return false;
}

static void
nothing_given(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(
	    HEAD "  rtt_thresholds: 5\n  communities: {prepend_once_to_peers_"
		 "with_rtt_lower_than: {lrg: '1:2:dyn_val'}}\n"
		 "  filtering: {max_prefix: {action: shutdown}}\n",
	    TWO);

	(void)state;
	assert_int_equal(policy_complete(p, &(struct policy_sources){0}, &e),
			 0);
	assert_false(p->clients[0].settings.enforce_origin ||
		     p->clients[1].settings.enforce_prefix || p->tag_as_set);
	assert_null(p->clients[0].irr);
	assert_int_equal(p->clients[0].settings.max_prefix[0], 170000);
	assert_int_equal(p->n_notes, 4);
	assert_true(noted(p, "origins and prefixes are not compared with "
			     "AS-SETs: there is no --irr"));
	assert_true(noted(p, "networks that avoid route servers are not looked "
			     "for: there is no --peering-db"));
	assert_true(noted(p, "the general limits of max_prefix hold for "
			     "clients without their own: there is no "
			     "--peering-db"));
	assert_true(noted(p, "communities that go by round-trip time do "
			     "nothing: there is no --rtt"));
	policy_free(p);
}

/* What the files say no to needs no data and no note. */
static void
nothing_wanted(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(
	    HEAD "  filtering:\n    never_via_route_servers: {peering_db: no}\n"
		 "    irrdb: {enforce_origin_in_as_set: no, "
		 "enforce_prefix_in_as_set: no}\n",
	    TWO);
	struct policy_wanted w;

	(void)state;
	policy_wanted(p, &w);
	assert_false(w.irr || w.rpki || w.arin || w.registrobr || w.vrps.n);
	policy_wanted_clear(&w);
	assert_int_equal(policy_complete(p, &(struct policy_sources){0}, &e),
			 0);
	assert_int_equal(p->n_notes, 0);
	policy_free(p);
}

/* ---- data given */

static void
registry(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(HEAD, TWO);
	struct policy_text irr[] = {
	    text("a.rpsl", RPSL),
	    text("b.rpsl", "route: 100.64.6.0/24\norigin: AS6\n")};
	struct policy_sources s = {.irr = irr, .n_irr = 2};
	struct ip_prefix q;
	struct policy_wanted w;

	(void)state;
	policy_wanted(p, &w);
	assert_true(w.irr);
	policy_wanted_clear(&w);
	assert_int_equal(policy_complete(p, &s, &e), 0);
	assert_string_equal(p->clients[0].as_sets[0], "AS5");
	assert_true(p->clients[0].settings.enforce_origin);
	assert_true(irr_filter_has_asn(p->clients[0].irr, 5));
	assert_false(irr_filter_has_asn(p->clients[0].irr, 66));
	assert_true(irr_filter_has_asn(p->clients[1].irr, 66));
	assert_true(ip_prefix_parse("100.64.66.0/24", &q));
	assert_true(irr_filter_has_prefix(p->clients[1].irr, &q, false));
	assert_false(irr_filter_has_prefix(p->clients[0].irr, &q, false));
	assert_true(ip_prefix_parse("100.64.6.0/24", &q));
	assert_true(irr_filter_has_prefix(p->clients[1].irr, &q, false));
	policy_free(p);
}

static void
registry_malformed(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(HEAD, TWO);
	struct policy_text irr[] = {
	    text("a.rpsl", RPSL), text("b.rpsl", "\nroute: 100.64.0.0/24\n"),
	    text("c.rpsl", "as-set: AS-C\nmembers: AS1,\n AS-, AS!\n\n"
			   "route: 1\norigin: AS1\n")};
	struct policy_sources s = {.irr = irr, .n_irr = 3};

	(void)state;
	assert_int_equal(policy_complete(p, &s, &e), 0);
	for (size_t i = 0; i < p->n_notes; i++)
		assert_null(strstr(p->notes[i], "a.rpsl"));
	assert_true(noted(p, "b.rpsl:2: this is malformed and left out"));
	assert_true(noted(p, "c.rpsl:3: this is malformed and left out, as are "
			     "2 more objects or members"));
	policy_free(p);
}

static void
registry_json(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(HEAD, TWO);
	struct policy_text irr =
	    text("a.json", "\n{\"AS-SIX\": [{\"prefix\": \"100.64.66.0/24\", "
			   "\"exact\": true}]}");
	struct policy_sources s = {.irr = &irr, .n_irr = 1};
	struct ip_prefix q;

	(void)state;
	assert_int_equal(policy_complete(p, &s, &e), 0);
	assert_true(ip_prefix_parse("100.64.66.0/24", &q));
	assert_true(irr_filter_has_prefix(p->clients[1].irr, &q, false));
	assert_false(irr_filter_has_prefix(p->clients[0].irr, &q, false));
	policy_free(p);
}

static void
peering_db(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(
	    HEAD "  filtering:\n    irrdb: {peering_db: yes}\n"
		 "    never_via_route_servers: {peering_db: yes, asns: '9,7'}\n"
		 "    max_prefix: {action: block, general_limit_ipv6: 12, "
		 "peering_db: yes}\n",
	    TWO);
	struct policy_sources s = {.peering_db = text("net.json", PDB)};

	(void)state;
	struct policy_text irr = text("a.rpsl", RPSL);
	s.irr = &irr;
	s.n_irr = 1;
	assert_int_equal(policy_complete(p, &s, &e), 0);
	assert_int_equal(p->n_never_via, 2);
	assert_int_equal(p->never_via[0], 7);
	assert_int_equal(p->clients[0].settings.max_prefix[0], 230);
	assert_int_equal(p->clients[0].settings.max_prefix[1], 12);
	assert_int_equal(p->clients[1].settings.max_prefix[0], 170000);
	assert_int_equal(p->clients[0].n_as_sets, 2);
	assert_string_equal(p->clients[0].as_sets[0], "RIPE::AS-FIVE");
	assert_string_equal(p->clients[0].as_sets[1], "AS5:AS-X");
	assert_true(noted(p, "client AS5_1: the registry data have no "
			     "RIPE::AS-FIVE"));
	policy_free(p);
}

static void
whois(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(
	    HEAD "  filtering: {irrdb: {use_arin_bulk_whois_data: {enabled: "
		 "yes, source: /a}, use_registrobr_bulk_whois_data: {enabled: "
		 "yes, source: /b}}}\n",
	    TWO);
	struct policy_sources s = {
	    .arin = text("/a", "{\"whois_records\": {\"v4\": [{\"originas\": "
			       "\"AS5\", \"prefix\": \"100.64.0.0/16\"}, "
			       "{\"originas\": 7}], \"v6\": [{\"originas\": "
			       "\"AS5\", \"prefix\": \"2001:db8::/32\"}]}}"),
	    .registrobr = text("/b", "AS6|X|1|100.65.0.0/16|2001:db8:6::/48\r\n"
				     "AS7|Y|2|100.6/16\n\n")};
	struct ip_prefix q;

	(void)state;
	assert_int_equal(policy_complete(p, &s, &e), 0);
	assert_int_equal(rpki_count(p->arin), 2);
	assert_int_equal(rpki_count(p->registrobr), 2);
	assert_true(ip_prefix_parse("100.64.1.0/24", &q));
	assert_true(rpki_covers(p->arin, &q, 5));
	assert_int_equal(rpki_validate(p->arin, &q, 5), RPKI_INVALID);
	assert_true(ip_prefix_parse("2001:db8:6::/48", &q));
	assert_int_equal(rpki_validate(p->registrobr, &q, 6), RPKI_VALID);
	policy_free(p);
}

/* VRPs that nobody asked for are no error, and not kept secret. */
static void
vrps(void **state)
{
	struct err e = {0};
	struct policy *p = read_two(HEAD, TWO);
	struct rpki *t = rpki_new();
	struct policy_sources s = {.rpki = t, .vrps = true};

	(void)state;
	assert_int_equal(policy_complete(p, &s, &e), 0);
	assert_ptr_equal(p->rpki, t);
	assert_true(noted(p, "there are VRPs and nothing asks for them: see "
			     "rpki_bgp_origin_validation.enabled"));
	policy_free(p);
	rpki_free(t);
}

/* ---- bad texts */

enum { RTT, NETWORKS, ARIN, BR };
static const struct {
	int kind;
	const char *text, *sentence;
} bad[] = {
    {RTT, "192.0.2.5\n",
     "f:1:1: a line is an address and milliseconds, found 1 word"},
    {RTT, "# x\n\n192.0.2.5 1 2 # y\n",
     "f:3:1: a line is an address and milliseconds, found 3 words"},
    {RTT, "192.0.2 1\n",
     "f:1:1: \"192.0.2\" is no address; a line is an address and "
     "milliseconds"},
    {RTT, "192.0.2.5 1ms\n",
     "f:1:1: \"1ms\" is no number of milliseconds up to 100000"},
    {RTT, "192.0.2.5 1.2.3\n",
     "f:1:1: \"1.2.3\" is no number of milliseconds up to 100000"},
    {RTT, "192.0.2.5 .\n",
     "f:1:1: \".\" is no number of milliseconds up to 100000"},
    {RTT, "192.0.2.5 100001\n",
     "f:1:1: \"100001\" is no number of milliseconds up to 100000"},
    {RTT, "192.0.2.5 1\n2001:db8::1 2\n192.0.2.5 3\n",
     "f:3:1: 192.0.2.5 has a round-trip time already"},
    {NETWORKS, "{", "f:1:2: unexpected token near end of file"},
    {NETWORKS, "[]", "f:1:1: \"{\" was expected here"},
    {NETWORKS, "{\"meta\": {}}",
     "f: this is no dump of PeeringDB's networks: it has no list \"data\""},
    {NETWORKS, "{\"data\": [{\"asn\": 1}, {\"asn\": \"2\"}]}",
     "f:1:23: this network has no asn"},
    {ARIN, "{}", "f: there is no record of ARIN's whois in it"},
    {BR, "nothing\n", "f: there is no record of Registro.br's list in it"},
};

static void
bad_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct policy *p = read_two(HEAD, TWO);
		struct policy_networks l = {0};
		struct policy_text t = text("f", bad[i].text);
		struct err e = {0};
		switch (bad[i].kind) {
		case RTT: policy_source_rtt(p, &t, &e); break;
		case NETWORKS: policy_source_peering_db(&l, &t, &e); break;
		case ARIN: policy_source_arin(&t, &e); break;
		case BR: policy_source_registrobr(&t, &e); break;
		}
		assert_string_equal(e.msg, bad[i].sentence);
		policy_networks_clear(&l);
		policy_free(p);
	}
}

static void
round_trips(void **state)
{
	struct policy *p = read_two(HEAD, TWO);
	struct policy_text t = text("f", "# measured\n192.0.2.5 12.25 # far\n"
					 "\n  2001:db8::6\t7\r\n192.0.2.6 0");
	struct err e = {0};

	(void)state;
	assert_int_equal(policy_source_rtt(p, &t, &e), 0);
	assert_int_equal(p->n_rtt, 3);
	assert_true(p->rtt[0].ms > 12.24 && p->rtt[0].ms < 12.26);
	assert_int_equal(p->rtt[1].address.family, IP_V6);
	assert_true(p->rtt[1].ms > 6.99 && p->rtt[1].ms < 7.01);
	policy_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(orders),
	    cmocka_unit_test(nothing_given),
	    cmocka_unit_test(nothing_wanted),
	    cmocka_unit_test(registry),
	    cmocka_unit_test(registry_malformed),
	    cmocka_unit_test(registry_json),
	    cmocka_unit_test(peering_db),
	    cmocka_unit_test(whois),
	    cmocka_unit_test(vrps),
	    cmocka_unit_test(bad_texts),
	    cmocka_unit_test(round_trips),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
