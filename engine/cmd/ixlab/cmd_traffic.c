/*
 * ixlab traffic: what a node sends and receives, and how far its neighbour is,
 * as line charts (tui/tui_traffic measures, tui/view_chart draws).
 *
 * On a terminal the charts follow until they are interrupted; elsewhere they are
 * printed once, at the end.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "cmd_until.h"
#include "tui/tui_traffic.h"

#define TRAFFIC_FOR_MS 10000
#define TRAFFIC_W 80
#define TRAFFIC_H 8 /* lines of a chart */

struct traffic_run {
	struct traffic *traffic;
	bool live, ascii, color, over;
	struct err e;
	bool failed;
};

static void
traffic_draw(const struct traffic_run *r, struct grid *g)
{
	const struct chart *c = traffic_charts(r->traffic);
	int k;

	grid_init(g, TRAFFIC_W, TRAFFIC_H * TRAFFIC_CHARTS, r->ascii, r->color);
	for (k = 0; c != NULL && k < TRAFFIC_CHARTS; k++)
		chart_draw(
		    &c[k], g,
		    (struct rect){0, k * TRAFFIC_H, TRAFFIC_W, TRAFFIC_H - 1});
}

/* live: over the old picture, so that nothing flickers. */
static void
traffic_print(const struct traffic_run *r)
{
	struct grid g;

	traffic_draw(r, &g);
	fputs(r->live ? "\033[H" : "", stdout);
	grid_print(&g, g.h, r->live, stdout);
	fputs(r->live ? "\033[KCtrl-C ends this.\033[J" : "", stdout);
	fflush(stdout);
	grid_clear(&g);
}

static void
traffic_came(void *arg, const char *why)
{
	struct traffic_run *r = arg;

	if (why != NULL && !r->over) {
		r->failed = true;
		(void)err_here(&r->e, "%s", why);
	}
	r->over |= why != NULL;
	if (r->live && !r->over)
		traffic_print(r);
}

static void
traffic_run_loop(struct traffic_run *r, uv_loop_t *loop, uint32_t for_ms)
{
	struct cmd_until until;

	cmd_until_begin(&until, loop, for_ms, &r->over);
	while (!r->over)
		uv_run(loop, UV_RUN_ONCE);
	cmd_until_end(&until);
}

static void
traffic_end(const struct cmd *c, const struct traffic_run *r, const char *lab)
{
	const struct chart *charts = traffic_charts(r->traffic);
	_free_ char *title =
	    xasprintf("%s: traffic of %s", lab, traffic_node(r->traffic));
	json_t *all;

	if (c->json) {
		all = traffic_json(r->traffic);
		out_json(stdout, all);
		json_decref(all);
	} else if (charts && cmd_option(c, "--svg")) {
		chart_svg(charts, TRAFFIC_CHARTS, title, stdout);
	} else if (r->live) {
		putchar('\n');
	} else {
		traffic_print(r);
	}
}

static int
traffic_span(const struct cmd *c, const char *name, uint32_t least,
	     uint32_t *ms, struct err *e)
{
	const char *text = cmd_option(c, name);

	if (text == NULL)
		return 0;
	if (model_weather_parse_span(text, ms, e) < 0)
		return err_in(e, "%s", name);
	if (*ms < least)
		return err_usage(e, "%s wants %u ms at least, not \"%s\"", name,
				 least, text);
	return 0;
}

int
cmd_traffic(struct cmd *c, struct err *e)
{
	bool svg = cmd_option(c, "--svg");
	struct traffic_run r = {.live =
				    isatty(STDOUT_FILENO) && !c->json && !svg,
				.ascii = !cmd_utf8(),
				.color = c->color};
	uint32_t every = 1000, span = r.live ? 0 : TRAFFIC_FOR_MS;
	_free_ char *lab = NULL;
	struct traffic_opts o;
	uv_loop_t loop;

	if (svg && c->json)
		return err_usage(e, "one form at a time: --svg or --json");
	if (traffic_span(c, "--every", 100, &every, e) < 0 ||
	    traffic_span(c, "--for", 200, &span, e) < 0 ||
	    (lab = cmd_lab_pick(c, NULL, e)) == NULL)
		return -1;
	o = (struct traffic_opts){lab, c->args[0], cmd_option(c, "--to"),
				  every};
	uv_loop_init(&loop);
	if ((r.traffic = traffic_open(&loop, &o, traffic_came, &r, e))) {
		if (r.live)
			fputs("\033[2J", stdout);
		traffic_run_loop(&r, &loop, span);
		if (!r.failed)
			traffic_end(c, &r, lab);
		traffic_close(r.traffic);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	if (r.failed)
		*e = r.e;
	return r.traffic && !r.failed ? 0 : -1;
}
