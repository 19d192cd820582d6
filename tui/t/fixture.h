/* What the screen tests show: an exchange, an exercise in the middle of being
 * solved, and golden files (GENERATE=1 writes them). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "tui/tui_model.h"
#include "tui/tui_shown.h"
#include "tui/tui_vt.h"
#include "tui/view.h"

__attribute__((unused)) static const char lab_head[] =
    "lab: first-ix\n"
    "title: One exchange\n"
    "exchange:\n"
    "  name: IX Indus\n"
    "  asn: 64500\n"
    "  switches: [sw1]\n"
    "  peering-lans:\n"
    "    khi: {ipv4: 203.0.113.0/24, ipv6: \"2001:db8:ffff:1::/64\"}\n"
    "  route-servers:\n"
    "    rs1: {ipv4: 203.0.113.1, ipv6: \"2001:db8:ffff:1::1\"}\n"
    "    rs2: {ipv4: 203.0.113.2, ipv6: \"2001:db8:ffff:1::2\"}\n"
    "members:\n";

__attribute__((unused)) static const char lab_text[] =
    "lab: first-ix\n"
    "title: One exchange\n"
    "exchange:\n"
    "  name: IX Indus\n"
    "  asn: 64500\n"
    "  switches: [sw1]\n"
    "  peering-lans:\n"
    "    khi: {ipv4: 203.0.113.0/24, ipv6: \"2001:db8:ffff:1::/64\"}\n"
    "  route-servers:\n"
    "    rs1: {ipv4: 203.0.113.1, ipv6: \"2001:db8:ffff:1::1\"}\n"
    "    rs2: {ipv4: 203.0.113.2, ipv6: \"2001:db8:ffff:1::2\"}\n"
    "members:\n"
    "  m1: {asn: 65536, name: Trainee, trainee: yes, ipv4: 203.0.113.10,\n"
    "       ipv6: \"2001:db8:ffff:1::10\", prefixes: [100.64.0.0/22], "
    "host: yes}\n"
    "  m2: {asn: 65537, name: Eyeball, ipv4: 203.0.113.12,\n"
    "       ipv6: \"2001:db8:ffff:1::12\", prefixes: [100.64.4.0/22]}\n"
    "  m3: {asn: 65538, name: Content, ipv4: 203.0.113.13,\n"
    "       ipv6: \"2001:db8:ffff:1::13\", prefixes: [100.64.8.0/22]}\n"
    "  m4: {asn: 65539, name: Cloud, ipv4: 203.0.113.14,\n"
    "       ipv6: \"2001:db8:ffff:1::14\", prefixes: [100.64.12.0/22]}\n";

__attribute__((unused)) static const char pair_text[] =
    "lab: bilateral\n"
    "title: Two networks\n"
    "members:\n"
    "  m1: {asn: 65536, name: Trainee, trainee: yes}\n"
    "  m2: {asn: 65537, name: Neighbour}\n"
    "links:\n"
    "  - {between: [m1, m2], ipv4: 100.65.0.0/31, relation: peer}\n";

__attribute__((unused)) static const char step_text[] =
    "# Four sessions\n\n"
    "A **route server** is one neighbour that speaks for *many*: with two "
    "sessions to `rs1` and two to `rs2` you meet everybody else.\n\n"
    "1. Look at what is there:\n\n"
    "   ```run@m1\n   birdc show protocols\n   ```\n\n"
    "2. Open the file, in which one session of another network is an "
    "example.\n\n"
    "```file=bird.conf\n"
    "protocol bgp peer_v4 {\n"
    "\tlocal 198.51.100.7 as 64999;\n"
    "\tneighbor 198.51.100.1 as 64501;  # a comment that is too wide for a "
    "narrow pane of text\n"
    "\tipv4 { import all; export none; };\n"
    "}\n```\n\n"
    "> Nothing is announced yet. That is the next step.\n\n"
    "- tight one\n- tight two, see [the manual](https://bird.example/)\n\n"
    "---\n\nThe end \xe2\x80\x94 of this step.\n";

__attribute__((unused)) static struct exercise_check checks[] = {
    {.id = "rs1-v4", .say = "rs1 holds an IPv4 session with you", .points = 2},
    {.id = "rs1-v6", .say = "rs1 holds an IPv6 session with you", .points = 2},
    {.id = "rs2-v4", .say = "rs2 holds an IPv4 session with you", .points = 2},
    {.id = "rs2-v6", .say = "rs2 holds an IPv6 session with you", .points = 2},
    {.id = "mine",
     .say = "rs1 takes 100.64.0.0/22 from you",
     .points = 3,
     .step = 1},
    {.id = "only",
     .say = "rs1 receives nothing else from you",
     .points = 3,
     .step = 1},
    {.id = "ping",
     .say = "Your host reaches the host of m3",
     .points = 1,
     .step = 1},
};

__attribute__((unused)) static struct exercise_step steps[] = {
    {.id = "sessions", .title = "Four sessions", .first = 0, .nchecks = 4},
    {.id = "routes", .title = "Your own prefix", .first = 4, .nchecks = 3},
};

static const char *files[] = {"m1/bird.conf"};

static struct exercise_node nodes[] = {{"m3", EXERCISE_CLOSED}};

__attribute__((unused)) static const struct exercise exercise = {
    .name = "join-the-route-servers",
    .title = "Two sessions replace twenty",
    .trainee = "m1",
    .files = files,
    .nfiles = 1,
    .nodes = nodes,
    .nnodes = 1,
    .steps = steps,
    .nsteps = 2,
    .checks = checks,
    .nchecks = 7,
    .total = 15};

static char saw_text[] = "Active, last error: Bad Peer AS (65535)";
static char expected_text[] = "an Established session of AS65536";
static char where_text[] = "rs1, seen by the route server";
static char reason_text[] = "this kernel has no ICMP for us";

__attribute__((unused)) static struct grader_verdict verdicts[] = {
    {.result = GRADER_PASS, .blocked_by = SIZE_MAX, .since_ms = 40000},
    {.result = GRADER_FAIL,
     .blocked_by = SIZE_MAX,
     .since_ms = 9000,
     .expected = expected_text,
     .saw = saw_text,
     .where = where_text,
     .hint_id = "bad-peer-as",
     .hint = "rs1 refuses your OPEN with \"Bad Peer AS\": the number after "
	     "`local as` is not the one that it knows you by. `birdc show "
	     "protocols all` shows both."},
    {.result = GRADER_WAIT, .blocked_by = SIZE_MAX, .since_ms = 12400},
    {.result = GRADER_PASS, .blocked_by = SIZE_MAX},
    {.result = GRADER_BLOCKED, .blocked_by = 1},
    {.result = GRADER_SKIP, .blocked_by = SIZE_MAX, .reason = reason_text},
    {.result = GRADER_ERROR, .blocked_by = SIZE_MAX, .reason = reason_text},
};

__attribute__((unused)) static struct lab *
lab_of(const char *text)
{
	struct err e = {0};
	struct lab *lab = model_parse("t.yml", text, strlen(text), NULL, &e);

	if (lab == NULL)
		fail_msg("%s", e.msg);
	return lab;
}

__attribute__((unused)) static json_t *
session(const char *at, const char *with, const char *family, const char *state)
{
	return json_pack("{ssssssssso?}", "at", at, "with", with, "family",
			 family, "state", state, "established",
			 json_boolean(strcmp(state, "Established") == 0));
}

__attribute__((unused)) static json_t *
sessions(void)
{
	json_t *all = json_array();
	static const char *const up[] = {"m2", "m3", "m4"};
	size_t i;

	json_array_append_new(all, session("rs1", "m1", "ipv4", "Established"));
	json_array_append_new(all, session("rs1", "m1", "ipv6", "Active"));
	json_array_append_new(all, session("rs2", "m1", "ipv4", "OpenSent"));
	for (i = 0; i < 3; i++) {
		json_array_append_new(
		    all, session("rs1", up[i], "ipv4", "Established"));
		json_array_append_new(
		    all, session("rs1", up[i], "ipv6", "Established"));
	}
	return all;
}

/* In the middle of the exercise, as a loop would have set it. */
__attribute__((unused)) static void
in_the_middle(struct tui_model *m, struct lab *lab, json_t *seen)
{
	tui_model_enter(m, &exercise, lab);
	m->verdicts = verdicts;
	m->sessions = seen;
	strcpy(m->lab_state, "up");
	tui_model_text(m, xstrdup(step_text));
}

__attribute__((unused)) static json_t *
list(void)
{
	return json_pack("[{ss ss si si si} {ss ss si si si} {ss ss si si si}]",
			 "name", "first-ebgp-session", "title",
			 "Two networks shake hands", "minutes", 20, "level", 1,
			 "points", 8, "name", "announce-your-aggregate",
			 "title", "Say what is yours", "minutes", 25, "level",
			 2, "points", 12, "name", "join-the-route-servers",
			 "title", "Two sessions replace twenty", "minutes", 25,
			 "level", 2, "points", 15);
}

/* A course of those in list() is followed; freed with m->course.c. */
__attribute__((unused)) static void
follow(struct tui_model *m, bool stands)
{
	static const char text[] =
	    "course: short\n"
	    "title: A short course\n"
	    "days:\n"
	    "  - day: One\n"
	    "    blocks:\n"
	    "      - {block: Sessions, from: '09:00', minutes: 90, do: "
	    "[first-ebgp-session, announce-your-aggregate], later: "
	    "[bogon-filters, class-ix]}\n"
	    "      - {pause: Tea, from: '10:30', minutes: 30}\n"
	    "  - day: Two\n"
	    "    blocks: [{block: Alone, minutes: 600, later: "
	    "[irr-filters]}]\n";
	struct err e;
	json_t *all = m->list;

	m->course = (struct tui_course){
	    .c = course_parse("short.yml", text, strlen(text), &e),
	    .left = 1234,
	    .stands = stands,
	    .pauses = stands};
	assert_non_null(m->course.c);
	m->list = course_rows(m->course.c, all);
	json_decref(all);
	m->courses =
	    json_pack("[{ss ss si} {ss ss si}]", "name", "short", "title",
		      "A short course", "minutes", 690, "name", "tour", "title",
		      "A tour", "minutes", 45);
	tui_model_settle(m);
}

__attribute__((unused)) static json_t *
progress(void)
{
	return json_pack("{s{si si sb} s{si si sb}}", "first-ebgp-session",
			 "points", 8, "total", 8, "done", 1,
			 "announce-your-aggregate", "points", 5, "total", 12,
			 "done", 0);
}

__attribute__((unused)) static void
golden(const char *name, const char *text)
{
	_free_ char *path = xasprintf("%s/tui/t/%s.screen", IXLAB_TREE, name);
	_free_ char *want = NULL;
	struct err e = {0};

	if (getenv("GENERATE") != NULL) {
		if (file_write(path, text, strlen(text), &e) < 0)
			fail_msg("%s", e.msg);
		return;
	}
	if (file_read(path, 1 << 20, &want, NULL, &e) < 0)
		fail_msg("%s", e.msg);
	assert_string_equal(text, want);
}
