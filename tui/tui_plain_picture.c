/*
 * plain_picture: the pictures in sentences. Files of them are written by the verbs
 * of the command line (ixlab graph, matrix, spread, traffic: --svg).
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/grader_spread.h"
#include "tui/tui_plain.h"
#include "tui/tui_program.h"
#include "tui/tui_traffic.h"
#include "tui/tui_words.h"
#include "tui/view.h"
#include "tui/view_heat.h"
#include "tui/view_spread.h"

#define WIDTH 78
#define TRAFFIC_EVERY_MS 500
#define TRAFFIC_MS 5000

static void
say_text(const struct plain *p, struct text *t)
{
	text_print(t, stdout, p->ascii);
	fflush(stdout);
	text_clear(t);
}

/* Is there a lab to look at? Says so when not. */
static bool
runs(const struct plain *p)
{
	if (work_ctl(p->work) == NULL)
		plain_say(p, _("The lab is not running; type: start"));
	return work_ctl(p->work) != NULL;
}

void
plain_picture(struct plain *p, const char *args)
{
	struct text t = {0};

	(void)args;
	view_picture_list(work_lab(p->work), work_sessions(p->work), NULL,
			  WIDTH, &t);
	say_text(p, &t);
}

void
plain_matrix(struct plain *p, const char *args)
{
	struct text t = {0};
	struct err e = {0};
	json_t *matrix;
	struct heat h;

	(void)args;
	if (!runs(p))
		return;
	plain_say(p, _("Every host asks every host; one moment."));
	matrix = p->o->door->matrix(work_instance(p->work), &e);
	if (matrix == NULL) {
		plain_say(p, "%s", e.msg);
		return;
	}
	heat_read(&h, matrix);
	heat_words(&h, WIDTH, &t);
	say_text(p, &t);
	heat_clear(&h);
	json_decref(matrix);
}

static void
say_prefixes(const struct plain *p, const json_t *spread)
{
	const json_t *prefix;
	struct str s = {0};
	size_t i;

	json_array_foreach(json_object_get(spread, "prefixes"), i, prefix)
	    str_addf(&s, "%s%s", i ? ", " : "", json_string_value(prefix));
	plain_say(p, _("Which prefix? Type spread and one of these: %s"),
		  str_text(&s));
	str_clear(&s);
}

void
plain_spread(struct plain *p, const char *args)
{
	char prefix[IP_PREFIXSTRLEN];
	struct ip_prefix parsed;
	struct text t = {0};
	struct err e = {0};
	json_t *spread, *shown;

	if (!runs(p))
		return;
	if (*args && !ip_prefix_parse(args, &parsed)) {
		plain_say(p, _("\"%s\" is no prefix such as 192.0.2.0/24."),
			  args);
		return;
	}
	spread =
	    grader_spread(work_instance(p->work),
			  *args ? ip_prefix_print(&parsed, prefix) : NULL, &e);
	if (spread == NULL) {
		plain_say(p, "%s", e.msg);
	} else if (*args == '\0') {
		say_prefixes(p, spread);
	} else {
		shown = program_open_rows(work_exercise(p->work),
					  work_lab(p->work), spread);
		spread_words(shown, WIDTH, &t);
		say_text(p, &t);
		json_decref(shown);
	}
	json_decref(spread);
}

/* ---- traffic: a few seconds of it */

static void
on_traffic(void *arg, const char *why)
{
	struct plain *p = arg;

	if (why == NULL)
		return;
	plain_say(p, "%s", why);
	p->timeout = true;
}

static void
on_time(uv_timer_t *t)
{
	((struct plain *)t->data)->timeout = true;
}

void
plain_traffic(struct plain *p, const char *args)
{
	const char *node = *args ? args : work_exercise(p->work)->trainee;
	struct traffic_opts o = {work_instance(p->work), node, NULL,
				 TRAFFIC_EVERY_MS};
	const struct chart *charts;
	struct text t = {0};
	struct err e = {0};
	struct traffic *traffic;

	if (!runs(p))
		return;
	traffic = traffic_open(&p->loop, &o, on_traffic, p, &e);
	if (traffic == NULL) {
		plain_say(p, "%s", e.msg);
		return;
	}
	plain_say(p, _("Measuring for five seconds."));
	p->timeout = false;
	uv_timer_start(&p->timer, on_time, TRAFFIC_MS, 0);
	while (!p->timeout)
		uv_run(&p->loop, UV_RUN_ONCE);
	uv_timer_stop(&p->timer);
	charts = traffic_charts(traffic);
	if (charts != NULL)
		chart_words(charts, TRAFFIC_CHARTS, WIDTH, &t);
	say_text(p, &t);
	traffic_close(traffic);
}
