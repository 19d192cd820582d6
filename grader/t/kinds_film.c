/* The same kinds in time, evidence after evidence, on to verdicts: pass, fail,
 * blocked, and fail when time is over. */
#include "grader/grader_judge.h"
#include "grader/t/kinds_net.h"

#define UP                                                                \
	"\"rs1\":{\"daemon\":\"running\",\"sessions\":[{\"with\":\"m1\"," \
	"\"family\":\"ipv4\",\"state\":\"Established\",\"established\":true}]"
#define DOWN "\"rs1\":{\"daemon\":\"running\",\"sessions\":[]"

#define WORLD(m1, more) "\"nodes\":{%s},\"m1\":{" m1 "}}" more
#define TRIALS(check, run) ",\"experiments\":{\"" check "\":" run "}"

/* A check in three worlds: what makes it true and false, where rs1 holds a
 * session with m1 ("%s" is put before what else is known of rs1). */
static const struct {
	const char *check, *right, *wrong;
} worlds[] = {
    {"choice", "\"nodes\":{%s}},\"answers\":{\"choice\":\"peering\"}",
     "\"nodes\":{%s}},\"answers\":{\"choice\":\"transit\"}"},
    {"said",
     "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[" LINE("8000", "limit") "]}}",
     "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[]}}"},
    {"unsaid", "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[]}}",
     "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[" LINE("8000", "limit") "]}}"},
    {"card", WORLD(CARD("true", "1500", MINE), ""),
     WORLD(CARD("true", "1500", ""), "")},
    {"one", WORLD("\"ports\":[" PORT("m1", "up", OWN, "") "]", ""),
     WORLD("\"ports\":[" PORT("m1", "up", "", "") "]", "")},
    {"guard",
     WORLD("", TRIALS("guard", "{\"answers\":[" COUNTED(N("mac", "7"), "0")
				   WAITED COUNTED(N("mac", "7"), "0") "]}")),
     WORLD("", TRIALS("guard", "{\"answers\":[" COUNTED(N("mac", "7"), "0")
				   WAITED COUNTED(N("mac", "8"), "0") "]}"))},
    {"flow",
     WORLD("", TRIALS("flow", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "2000") "]}")),
     WORLD("", TRIALS("flow", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "0002") "]}"))},
    {"flat",
     WORLD("", TRIALS("flat", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "0002") "]}")),
     WORLD("", TRIALS("flat", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "2000") "]}"))},
    {"near", WORLD("", TRIALS("near", ECHOED("900"))),
     WORLD("", TRIALS("near", ECHOED("90000")))},
    {"by", WORLD("", TRIALS("by", CARRIED("40", "198720", "99360"))),
     WORLD("", TRIALS("by", CARRIED("40", "198720", "0")))},
    {"way",
     WORLD("", TRIALS("way",
		      "{\"answers\":[" WAY(M2 "," M1LAN "," FAR, "true") "]}")),
     WORLD("", TRIALS("way", "{\"answers\":[" WAY(M2 "," FAR, "true") "]}"))},
    {"still",
     WORLD("",
	   TRIALS("still", "{\"answers\":[" HEARD("\"ipv4\":5", "", "0") "]}")),
     WORLD("",
	   TRIALS("still", "{\"answers\":[" HEARD("\"stp\":5", "", "0") "]}"))},
    {"mine",
     WORLD("", TRIALS("mine", "{\"answers\":[" CLAIMS(
				  CLAIM("203.0.113.10", MAC1)) "]}")),
     WORLD("", TRIALS("mine", "{\"answers\":[" CLAIMS("") "]}"))},
    {"page",
     WORLD("", TRIALS("page", "{\"answers\":[" FETCHED(
				  "HTTP/1.0 200 OK\\n\\ni-am-a", "5") "]}")),
     WORLD("", TRIALS("page", "{\"answers\":[" FETCHED(
				  "HTTP/1.0 200 OK\\n\\ni-am-b", "5") "]}"))},
    {"none", WORLD("", TRIALS("none", "{\"answers\":[" CLAIMS("") "]}")),
     WORLD("", TRIALS("none",
		      "{\"answers\":[" CLAIMS(CLAIM("192.0.2.1", MAC1)) "]}"))},
};

struct film {
	const struct demo *d;
	const struct exercise_check *c;
	struct grader_judge *judge;
};

/* Everything was seen at that moment. */
static void
film_show(struct film *m, const char *world, const char *session, uint64_t now)
{
	const char *hole = strstr(world, "%s");
	_free_ char *text =
	    xasprintf("{\"at_ms\":{},%.*s%s%s}", (int)(hole - world), world,
		      session, hole + 2);
	json_t *evidence = parse(text);
	struct grader_view v = {m->d->lab, m->d->x, evidence};
	const struct exercise *x = m->d->x;
	struct grader_finding *all = xcalloc(x->nchecks, sizeof(*all));
	size_t i;

	json_object_set_new(json_object_get(evidence, "at_ms"), "rs1",
			    json_integer((json_int_t)now));
	json_object_set_new(json_object_get(evidence, "at_ms"), "m1",
			    json_integer((json_int_t)now));
	for (i = 0; i < x->nchecks; i++)
		json_object_set_new(json_object_get(evidence, "at_ms"),
				    x->checks[i].id,
				    json_integer((json_int_t)now));
	for (i = 0; i < x->nchecks; i++)
		grader_find(&v, &x->checks[i], &all[i]);
	grader_judge_step(m->judge, all, now);
	for (i = 0; i < x->nchecks; i++)
		grader_finding_clear(&all[i]);
	free(all);
	json_decref(evidence);
}

static const struct grader_verdict *
film_verdict(const struct film *m)
{
	return &grader_judge_verdicts(m->judge)[m->c - m->d->x->checks];
}

static void
film_is(const struct film *m, const char *scene, enum grader_result want)
{
	enum grader_result r = film_verdict(m)->result;

	if (r != want)
		fail_msg("%s, %s: %s instead of %s", m->c->id, scene,
			 grader_result_name(r), grader_result_name(want));
}

static struct film
film_of(const struct demo *d, const char *check)
{
	return (struct film){d, check_of(d->x, check),
			     grader_judge_new(d->x, false)};
}

static void
film_passes(const struct demo *d, size_t i)
{
	struct film m = film_of(d, worlds[i].check);
	uint64_t t;

	for (t = 100; t <= 5100; t += 500)
		film_show(&m, worlds[i].right, UP, t);
	film_is(&m, "right", GRADER_PASS);
	grader_judge_free(m.judge);
}

static void
film_fails(const struct demo *d, size_t i)
{
	struct film m = film_of(d, worlds[i].check);
	uint64_t limit = m.c->within_ms;

	film_show(&m, worlds[i].wrong, UP, 100);
	film_is(&m, "wrong at first", limit ? GRADER_WAIT : GRADER_FAIL);
	if (limit) {
		film_show(&m, worlds[i].wrong, UP, 99 + limit);
		film_is(&m, "wrong until then", GRADER_WAIT);
	}
	film_show(&m, worlds[i].wrong, UP, 100 + limit);
	film_is(&m, "wrong, and time is over", GRADER_FAIL);
	assert_non_null(film_verdict(&m)->expected);
	assert_non_null(film_verdict(&m)->saw);
	assert_non_null(film_verdict(&m)->where);
	assert_string_equal(film_verdict(&m)->hint_id, "h");
	grader_judge_free(m.judge);
}

static void
film_blocks(const struct demo *d, size_t i)
{
	struct film m = film_of(d, worlds[i].check);

	film_show(&m, worlds[i].right, DOWN, 100);
	film_show(&m, worlds[i].right, DOWN, 1100);
	film_is(&m, "without what it leans on", GRADER_BLOCKED);
	assert_int_equal(film_verdict(&m)->blocked_by,
			 check_of(d->x, "alive") - d->x->checks);
	grader_judge_free(m.judge);
}

static void
verdicts_follow(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
		film_passes(*state, i);
		film_fails(*state, i);
		film_blocks(*state, i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verdicts_follow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, demo_make, demo_free);
}
