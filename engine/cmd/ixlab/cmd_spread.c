/*
 * ixlab spread: how far a prefix got: who announces it, who has it from whom, who
 * refused it or was not told, and why.
 *
 *	grader/grader_spread ── JSON ──> the interface's picture (tui/view_spread)
 *	followed: a line for each row that is new, as ixlab events has them
 */
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "cmd_until.h"
#include "grader/grader_spread.h"
#include "tui/view_spread.h"

#define SPREAD_WIDTH 80

struct spread_run {
	struct grader_spread *spread;
	const struct cmd *c;
	json_t *before; /* what was seen last; NULL: nothing yet */
	bool over;
};

/* ---- once */

static void
spread_print(const struct cmd *c, const json_t *spread)
{
	struct text t = {0};

	if (c->json) {
		out_json(stdout, spread);
		return;
	}
	if (cmd_option(c, "--svg")) {
		spread_svg(spread, stdout);
		return;
	}
	spread_text(spread, SIZE_MAX, SPREAD_WIDTH, &t);
	text_paint(&t, stdout, !cmd_utf8(), c->color);
	text_clear(&t);
}

/* ---- followed */

/* Is a row of that look like this one, in the first n of the keys? */
static bool
spread_has(const json_t *look, const json_t *row, size_t n)
{
	static const char *const keys[] = {"at", "from", "what", "why"};
	const json_t *r;
	size_t i, k;

	json_array_foreach(json_object_get(look, "rows"), i, r)
	{
		for (k = 0; k < n; k++)
			if (!json_equal(json_object_get(r, keys[k]),
					json_object_get(row, keys[k])))
				break;
		if (k == n)
			return true;
	}
	return false;
}

/* Who had it, and is not even told of any more. */
static void
spread_lost(const struct spread_run *r, const json_t *now)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(r->before, "rows"), i, row)
	{
		if (!r->c->json && strcmp(out_text(row, "what"), "has") == 0 &&
		    !spread_has(now, row, 2))
			printf("%s has it no more (from %s).\n",
			       out_text(row, "at"), out_text(row, "from"));
	}
}

static void
spread_changed(void *arg)
{
	struct spread_run *r = arg;
	const json_t *now = grader_spread_rows(r->spread), *row;
	size_t i;

	if (now == NULL || r->over)
		return;
	if (r->before == NULL && !r->c->json)
		spread_print(r->c, now);
	json_array_foreach(json_object_get(now, "rows"), i, row)
	{
		_free_ char *words = spread_sentence(row);

		if (spread_has(r->before, row, 4))
			continue;
		if (r->c->json)
			json_dumpf(row, stdout,
				   JSON_COMPACT | JSON_ENSURE_ASCII);
		if (r->c->json || r->before) {
			str_clean(words);
			puts(r->c->json ? "" : words);
		}
	}
	spread_lost(r, now);
	json_decref(r->before);
	r->before = json_deep_copy(now);
	r->over |= fflush(stdout) != 0;
}

static void
spread_follow(struct spread_run *r, uv_loop_t *loop, uint32_t for_ms)
{
	struct cmd_until until;

	cmd_until_begin(&until, loop, for_ms, &r->over);
	while (!r->over && grader_spread_gone(r->spread) == NULL)
		uv_run(loop, UV_RUN_ONCE);
	cmd_until_end(&until);
}

static int
spread_watch(struct cmd *c, const char *lab, const char *prefix,
	     uint32_t for_ms, struct err *e)
{
	struct spread_run r = {.c = c};
	uv_loop_t loop;
	int rc = -1;

	uv_loop_init(&loop);
	r.spread =
	    grader_spread_open(&loop, lab, prefix, spread_changed, &r, e);
	if (r.spread) {
		spread_follow(&r, &loop, for_ms);
		rc = r.over ? 0
			    : err_here(e, "%s", grader_spread_gone(r.spread));
		r.over = true;
	}
	grader_spread_close(r.spread);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	json_decref(r.before);
	return rc;
}

/* ---- the verb */

/* The prefix as it is written by everybody else. */
static int
spread_prefix(const struct cmd *c, char buf[IP_PREFIXSTRLEN], struct err *e)
{
	struct ip_prefix p;

	if (!ip_prefix_parse(c->args[0], &p))
		return err_usage(e,
				 "\"%s\" is no prefix; write one as in "
				 "192.0.2.0/24 or 2001:db8::/32",
				 c->args[0]);
	ip_prefix_print(&p, buf);
	return 0;
}

int
cmd_spread(struct cmd *c, struct err *e)
{
	const char *span = cmd_option(c, "--for");
	bool watch = span || cmd_option(c, "--watch");
	char prefix[IP_PREFIXSTRLEN];
	_free_ char *lab = NULL;
	uint32_t ms = 0;
	json_t *spread;

	if (cmd_option(c, "--svg") && (c->json || watch))
		return err_usage(e, "--svg is of one moment: without --json, "
				    "--watch and --for");
	if (spread_prefix(c, prefix, e) < 0 ||
	    (span && model_weather_parse_span(span, &ms, e) < 0) ||
	    (lab = cmd_lab_pick(c, NULL, e)) == NULL)
		return -1;
	if (watch)
		return spread_watch(c, lab, prefix, ms, e);
	if ((spread = grader_spread(lab, prefix, e)) == NULL)
		return -1;
	spread_print(c, spread);
	c->status = spread_steps(spread) > 0 ? ERR_NONE : ERR_FAILED;
	json_decref(spread);
	return 0;
}
