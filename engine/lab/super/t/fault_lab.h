/*
 * What faults happen to: three labs, and each verb of a lab's life as a body that
 * runs in a process of its own.
 */
#ifndef LAB_SUPER_T_FAULT_LAB_H
#define LAB_SUPER_T_FAULT_LAB_H

#include "fault.h"

#define FAULTS_MS 60000 /* of a verb; only a hang comes near */

enum verb { VERB_RESTORE, VERB_UP, VERB_RESET, VERB_APPLY, VERB_DOWN, VERBS };
static const char *const verb_names[VERBS] = {"restore", "up", "reset", "apply",
					      "down"};

/* Of which a lab is born. */
static inline bool
verb_bears(enum verb v)
{
	return v <= VERB_UP;
}

/* ---- labs: two members; ours, a route server; rules and weather on a fabric */

static const char fabric_text[] =
    "lab: fabric\n"
    "exchange:\n"
    "  name: IX Test\n"
    "  asn: 64500\n"
    "  switches: [sw1, sw2]\n"
    "  site-links:\n"
    "    - {between: [sw1, sw2], delay: 5ms}\n"
    "  peering-lans:\n"
    "    lan:\n"
    "      switches: [sw1, sw2]\n"
    "      ipv4: 203.0.113.0/24\n"
    "      guard: {pin: yes}\n"
    "members:\n"
    "  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"
    "  m2:\n"
    "    asn: 65537\n"
    "    switch: sw2\n"
    "    ipv4: 203.0.113.11\n"
    "    trainee: yes\n"
    "    host: yes\n"
    "    prefixes: [100.64.4.0/22]\n";

/* What was set by hand in them when they were saved. */
static const char pair_saved[] =
    "{\"addresses\": [{\"node\": \"m1\", \"dev\": \"ix0\", \"address\": "
    "\"198.51.100.1\", "
    "\"len\": 24, \"set\": true}], \"routes\": [{\"node\": \"m1\", \"to\": "
    "\"192.0.2.0/24\", "
    "\"via\": \"198.51.100.9\", \"dev\": \"ix0\", \"type\": \"unicast\", "
    "\"metric\": 0, "
    "\"protocol\": \"boot\", \"set\": true}], \"interfaces\": [{\"node\": "
    "\"m2\", \"dev\": "
    "\"ix0\", \"up\": true, \"mtu\": 1400, \"mac\": null}], \"links\": [], "
    "\"ports\": [], "
    "\"stopped\": []}";
static const char rs_saved[] = "{\"addresses\": [], \"routes\": [{\"node\": "
			       "\"m1\", \"to\": \"198.18.0.0/15\", "
			       "\"via\": null, \"dev\": null, \"type\": "
			       "\"blackhole\", \"metric\": 0, \"protocol\": "
			       "\"boot\", \"set\": true}], \"interfaces\": [], "
			       "\"links\": [], \"ports\": [{\"switch\": "
			       "\"sw1\", \"port\": \"m1\", \"lan\": \"lan\", "
			       "\"culled\": true, \"shut\": false, \"pins\": "
			       "[\"02:00:00:00:00:09\"]}], \"stopped\": []}";
static const char fabric_saved[] =
    "{\"addresses\": [], \"routes\": [], \"interfaces\": [{\"node\": \"m2-h\", "
    "\"dev\": "
    "\"lan0\", \"up\": true, \"mtu\": 1400, \"mac\": null}], \"links\": "
    "[{\"a\": {\"node\": "
    "\"m2\", \"interface\": \"lan0\"}, \"b\": {\"node\": \"m2-h\", "
    "\"interface\": \"lan0\"}, "
    "\"weather\": {\"delay_us\": 3000, \"jitter_us\": 0, \"loss_ppm\": 0, "
    "\"rate_bps\": 0, "
    "\"silent\": false}}], \"ports\": [{\"switch\": \"sw2\", \"port\": \"m2\", "
    "\"lan\": \"lan\", "
    "\"culled\": true, \"shut\": false, \"pins\": []}], \"stopped\": []}";

/* What they become: somebody goes, somebody comes, the rest stays. */
static const char pair_other[] = LAB_PAIR "  m3:\n"
					  "    asn: 65538\n"
					  "    ipv4: 203.0.113.12\n"
					  "    host: yes\n"
					  "    prefixes: [100.64.8.0/22]\n"
					  "    peers: [m1]\n";

static const char rs_other[] = LAB_RS
    "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}\n";

static const char fabric_other[] =
    "lab: fabric\n"
    "exchange:\n"
    "  name: IX Test\n"
    "  asn: 64500\n"
    "  switches: [sw1, sw2]\n"
    "  site-links:\n"
    "    - {between: [sw1, sw2], delay: 9ms}\n"
    "  peering-lans:\n"
    "    lan:\n"
    "      switches: [sw1, sw2]\n"
    "      ipv4: 203.0.113.0/24\n"
    "      guard: {pin: yes, broadcast: 100}\n"
    "members:\n"
    "  m2:\n"
    "    asn: 65537\n"
    "    switch: sw2\n"
    "    ipv4: 203.0.113.11\n"
    "    trainee: yes\n"
    "    host: yes\n"
    "    prefixes: [100.64.4.0/22]\n"
    "  m3: {asn: 65538, ipv4: 203.0.113.12, prefixes: [100.64.8.0/22]}\n";

static struct faults_lab {
	const char *what, *text, *other;
	const char *saved; /* what was set by hand in one that is restored */
	const char *const *nodes; /* to be reset; NULL at the end */
	char name[32];
	bool whole;	     /* it was up once, so its folder may stay */
	size_t steps[VERBS]; /* as counted when nothing happens */
} faults_labs[] = {
    {.what = "pair",
     .text = lab_text,
     .other = pair_other,
     .saved = pair_saved,
     .nodes = (const char *const[]){"m1", "m2", "sw1", NULL}},
    {.what = "rs",
     .text = LAB_RS,
     .other = rs_other,
     .saved = rs_saved,
     .nodes = (const char *const[]){"rs1", "m1", "sw1", NULL}},
    {.what = "fabric",
     .text = fabric_text,
     .other = fabric_other,
     .saved = fabric_saved,
     .nodes = (const char *const[]){"m1", "m2", "sw1", "sw2", NULL}},
};
#define NLABS (sizeof(faults_labs) / sizeof(faults_labs[0]))

static const struct faults_lab *lab_now;
static const char *lab_node_now;
/* ---- verbs, each in a process of its own */

static const char *
programs(void)
{
	const char *bin = getenv("IXLAB_BIN");

	return bin ? bin : IXLAB_TREE "/build";
}

static int
verb_restore(const char *name, struct err *e)
{
	return lab_start_saved(name, "faults.yml", lab_now->text,
			       lab_now->saved, programs(), e);
}

static int
verb_up(const char *name, struct err *e)
{
	return lab_start_text(name, "faults.yml", lab_now->text, programs(), e);
}

static int
verb_down(const char *name, struct err *e)
{
	return super_down(name, FAULTS_MS, e);
}

/* *result may be NULL. */
static int
ask(const char *name, const char *verb, json_t *args, json_t **result,
    struct err *e)
{
	_free_ char *sock = ctl_lab_name(name);
	struct ctl *c = ctl_open(sock, e);
	int rc;

	if (c == NULL) {
		json_decref(args);
		return -1;
	}
	rc = ctl_call(c, verb, args, NULL, 0, FAULTS_MS, result, e);
	ctl_close(c);
	return rc;
}

static int
verb_reset(const char *name, struct err *e)
{
	return ask(name, "reset", json_pack("{ss}", "node", lab_node_now), NULL,
		   e);
}

static int
verb_apply(const char *name, struct err *e)
{
	return ask(
	    name, "apply",
	    json_pack("{ss ss}", "text", lab_now->other, "file", "other.yml"),
	    NULL, e);
}

static const trace_body verb_bodies[] = {verb_restore, verb_up, verb_reset,
					 verb_apply, verb_down};

#endif
