/*
 * VLANs: what a lab becomes where bridges filter them and where they do not, the
 * numbers, and a trunk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/model/model.h"

static bool
kernel_can(void)
{
	return true;
}

static bool
kernel_cannot(void)
{
	return false;
}

#define VLANS                                                              \
	"lab: x\n"                                                         \
	"exchange:\n"                                                      \
	"  switches: [sw1, sw2]\n"                                         \
	"  vlans: %s\n"                                                    \
	"  site-links: [{between: [sw1, sw2], over: tags}]\n"              \
	"  peering-lans:\n"                                                \
	"    khi: {switches: [sw1, sw2], ipv4: 203.0.113.0/24, vlan: 10, " \
	"quarantine: yes, quarantine-vlan: 20}\n"                          \
	"    lhe: {switch: sw2, ipv4: 198.51.100.0/24, quarantine: yes}\n" \
	"members: {m1: {asn: 65536, lan: khi, ipv4: 203.0.113.10}}\n"

static void
vlans_as_the_kernel_can(void **state)
{
	static const struct {
		const char *word;
		bool (*filtering)(void);
		const char *is, *bridge;
		uint16_t vlan;
	} want[] = {
	    {"filtering", NULL, "filtering", "sw1", 10},
	    {"filtering", kernel_cannot, "filtering", "sw1", 10},
	    {"auto", kernel_can, "filtering", "sw1", 10},
	    {"auto", kernel_cannot, "bridges", "khi", 0},
	    {"auto", NULL, "bridges", "khi", 0},
	};
	struct lab *lab;
	struct err e;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct model_params p = {.filtering = want[i].filtering};

		text = xasprintf(VLANS, want[i].word);
		lab = model_parse("lab.yml", text, strlen(text), &p, &e);
		assert_non_null(lab);
		assert_string_equal(model_vlans_name(lab->vlans), want[i].is);
		assert_string_equal(model_bridge(lab, 0, 0), want[i].bridge);
		assert_int_equal(model_vlan(lab, 0), want[i].vlan);
		free(text);
		model_free(lab);
	}
}

/* As the file says, else by rule; and a trunk's tag is the same number. */
static void
vlans_are_numbered(void **state)
{
	static const struct {
		const char *lan;
		int vlan;
	} want[] = {{"khi", 10}, {"lhe", 102}, {"khi-q", 20}, {"lhe-q", 104}};
	char *text = xasprintf(VLANS, "filtering");
	struct err e;
	struct lab *lab = model_parse("lab.yml", text, strlen(text), NULL, &e);
	size_t i, tagged = 0;

	(void)state;
	assert_non_null(lab);
	assert_int_equal(lab->nlans, 4);
	for (i = 0; i < lab->nlans; i++) {
		assert_string_equal(lab->lans[i].name, want[i].lan);
		assert_int_equal(lab->lans[i].vlan, want[i].vlan);
	}
	for (i = 0; i < lab->nlinks; i++)
		if (lab->links[i].kind == LAB_LINK_SITE) {
			assert_int_equal(lab->links[i].id,
					 lab->lans[lab->links[i].lan].vlan);
			tagged++;
		}
	assert_int_equal(tagged, 2);
	free(text);
	model_free(lab);
}

#define TRUNK                                                        \
	"lab: x\n"                                                   \
	"exchange:\n"                                                \
	"  switches: [sw1]\n"                                        \
	"  vlans: auto\n"                                            \
	"  peering-lans:\n"                                          \
	"    khi: {ipv4: 203.0.113.0/24, vlan: 10}\n"                \
	"    lhe: {ipv4: 198.51.100.0/24, vlan: 30}\n"               \
	"members: {m1: {asn: 65536, trunk: yes, lans: {khi: {ipv4: " \
	"203.0.113.10, guard: {pin: yes}}, lhe: {ipv4: 198.51.100.10}}}}\n"

/* One port and a tag on it, or two ports; the same interfaces either way. */
static void
trunk_is_one_port(void **state)
{
	const struct model_params with = {.filtering = kernel_can};
	const struct lab_node *n;
	const struct lab_link *l;
	struct err e;
	struct lab *lab;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		lab = model_parse("lab.yml", TRUNK, strlen(TRUNK),
				  i ? &with : NULL, &e);
		assert_non_null(lab);
		n = model_find(lab, "m1");
		assert_int_equal(n->nifs, 2);
		assert_string_equal(n->ifs[1].name, "ix1");
		l = &lab->links[n->ifs[1].link];
		assert_true(model_on_lan(l));
		assert_string_equal(lab->lans[l->lan].name, "lhe");
		assert_int_equal(l->kind, i ? LAB_LINK_TAG : LAB_LINK_PORT);
		assert_string_equal(l->a.port, i ? "m1" : "m1_1");
		assert_true((memcmp(n->ifs[0].mac, n->ifs[1].mac, 6) == 0) ==
			    (i == 1));
		if (i == 1) {
			assert_int_equal(l->id, 30);
			assert_int_equal(l->carrier, n->ifs[0].link);
			assert_true(lab->links[l->carrier].guard.pin);
		}
		model_free(lab);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(vlans_as_the_kernel_can),
	    cmocka_unit_test(vlans_are_numbered),
	    cmocka_unit_test(trunk_is_one_port),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
