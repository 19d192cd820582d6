/*
 * measure: where the values of the pictures come from. Only what is shown is
 * measured: the traffic of a node while its charts are on the screen, a prefix
 * while it is followed; who reaches whom is asked when the picture is opened, and
 * when that is wished again, in a thread of libuv's pool, for it takes seconds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader_spread.h"
#include "tui/tui_run.h"
#include "tui/tui_shown.h"
#include "tui/tui_traffic.h"
#include "tui/tui_words.h"

#define MEASURE_MS 1000
#define RECORD_W 100

struct measure {
	struct tui *t;
	struct traffic *traffic;
	struct grader_spread *spread;
	char *prefix; /* that is followed; "": the first */
	json_t *rows; /* of it, without what the exercise keeps closed */
	json_t *heat;
	struct asking *asking; /* who reaches whom; NULL: nobody asks */
};

/* Outlives the measure when it is dropped first. */
struct asking {
	uv_work_t req;
	struct measure *m; /* NULL: nobody wants to know any more */
	const struct tui_door *door;
	char *lab;
	json_t *heat;
	struct err e;
};

/* ---- who reaches whom */

static void
ask_run(uv_work_t *req)
{
	struct asking *a = req->data;

	a->heat = a->door->matrix(a->lab, &a->e);
}

static void
ask_done(uv_work_t *req, int status)
{
	struct asking *a = req->data;
	struct measure *m = a->m;

	(void)status;
	if (m != NULL) {
		m->asking = NULL;
		json_decref(m->heat);
		m->heat = json_incref(a->heat);
		if (a->heat == NULL)
			snprintf(m->t->m.shown_why, sizeof(m->t->m.shown_why),
				 "%.200s", a->e.msg);
		tui_model_status(&m->t->m, a->heat == NULL, "%s",
				 a->heat ? _("who reaches whom, as of now; u "
					     "asks again")
					 : a->e.msg);
		measure_sync(m->t);
		tui_touch(m->t);
	}
	json_decref(a->heat);
	free(a->lab);
	free(a);
}

static void
ask(struct measure *m)
{
	struct asking *a;

	if (m->asking != NULL)
		return;
	a = xcalloc(1, sizeof(*a));
	a->m = m;
	a->door = m->t->o->door;
	a->lab = xstrdup(work_instance(m->t->work));
	a->req.data = a;
	if (uv_queue_work(&m->t->loop, &a->req, ask_run, ask_done) != 0) {
		free(a->lab);
		free(a);
		return;
	}
	m->asking = a;
	tui_model_status(&m->t->m, false,
			 _("every host asks every host: this takes some "
			   "seconds"));
}

/* ---- how far a prefix got */

/* The same as a command, for who wants to learn that. */
static void
verb(struct tui *t)
{
	const char *more = t->m.shown == SHOWN_SPREAD ? t->m.prefix
			   : t->m.shown == SHOWN_TRAFFIC
			       ? shown_node(&t->m)
			       : work_instance(t->work);

	if (t->m.shown == SHOWN_SPREAD && *more == '\0')
		more = t->m.spread ? out_text(t->m.spread, "prefix") : "PREFIX";
	snprintf(t->m.verb, sizeof(t->m.verb), "ixlab %s %.60s",
		 shown_verb(t->m.shown), more);
}

static void
spread_changed(void *arg)
{
	struct measure *m = arg;
	const json_t *now = m->spread ? grader_spread_rows(m->spread) : NULL;

	if (now == NULL || json_equal(now, m->rows))
		return;
	json_decref(m->rows);
	m->rows = program_open_rows(work_exercise(m->t->work),
				    work_lab(m->t->work), now);
	measure_sync(m->t);
	verb(m->t);
	tui_touch(m->t);
}

static void
follow(struct measure *m)
{
	const char *prefix = m->t->m.prefix;
	struct err e = {0};

	if (*prefix == '\0' && m->rows != NULL)
		prefix = out_text(m->rows, "prefix");
	if (m->spread && strcmp(m->prefix, prefix) == 0)
		return;
	grader_spread_close(m->spread);
	free(m->prefix);
	m->prefix = xstrdup(prefix);
	m->spread =
	    grader_spread_open(&m->t->loop, work_instance(m->t->work),
			       *prefix ? prefix : NULL, spread_changed, m, &e);
	if (m->spread == NULL)
		snprintf(m->t->m.shown_why, sizeof(m->t->m.shown_why), "%.200s",
			 e.msg);
}

/* ---- traffic */

static void
traffic_came(void *arg, const char *why)
{
	struct measure *m = arg;

	if (why != NULL)
		snprintf(m->t->m.shown_why, sizeof(m->t->m.shown_why), "%.200s",
			 why);
	measure_sync(m->t);
	tui_touch(m->t);
}

static void
listen_to(struct measure *m)
{
	const char *node = shown_node(&m->t->m);
	struct traffic_opts o = {work_instance(m->t->work), node, NULL,
				 MEASURE_MS};
	struct err e = {0};

	if (m->traffic && strcmp(traffic_node(m->traffic), node) == 0)
		return;
	traffic_close(m->traffic);
	m->t->m.charts = NULL;
	m->traffic = traffic_open(&m->t->loop, &o, traffic_came, m, &e);
	if (m->traffic == NULL)
		traffic_came(m, e.msg);
}

/* ---- all of them */

static void
stop(struct measure *m)
{
	if (m->t->m.shown != SHOWN_TRAFFIC) {
		traffic_close(m->traffic);
		m->traffic = NULL;
	}
	if (m->t->m.shown != SHOWN_SPREAD) {
		grader_spread_close(m->spread);
		m->spread = NULL;
	}
}

void
measure_shown(struct tui *t, bool again)
{
	struct measure *m = t->measure;

	if (t->work == NULL)
		return;
	if (t->m.shown != SHOWN_LAB || again)
		verb(t);
	if (work_ctl(t->work) == NULL) /* when the lab is up */
		return;
	if (m == NULL) {
		m = t->measure = xcalloc(1, sizeof(*m));
		m->t = t;
	}
	stop(m);
	t->m.shown_why[0] = '\0';
	if (t->m.shown == SHOWN_HEAT && (again || m->heat == NULL))
		ask(m);
	if (t->m.shown == SHOWN_SPREAD)
		follow(m);
	if (t->m.shown == SHOWN_TRAFFIC)
		listen_to(m);
	if (t->m.shown != SHOWN_LAB && t->m.shown_why[0] == '\0')
		snprintf(t->m.shown_why, sizeof(t->m.shown_why), "%s",
			 _("asking ..."));
	measure_sync(t);
}

void
measure_sync(struct tui *t)
{
	const struct measure *m = t->measure;

	t->m.heat = m ? m->heat : NULL;
	t->m.spread = m ? m->rows : NULL;
	t->m.charts = m && m->traffic ? traffic_charts(m->traffic) : NULL;
}

void
measure_drop(struct tui *t)
{
	struct measure *m = t->measure;

	if (m == NULL)
		return;
	t->measure = NULL;
	traffic_close(m->traffic);
	grader_spread_close(m->spread);
	if (m->asking)
		m->asking->m = NULL;
	json_decref(m->heat);
	json_decref(m->rows);
	free(m->prefix);
	free(m);
	measure_sync(t);
}

/* ---- to files */

static char *
lab_text(const struct tui *t)
{
	struct view_marks marks = {SIZE_MAX, t->m.links, NULL};
	struct text list = {0};
	struct grid g;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int lines;

	grid_init(&g, RECORD_W, GRID_MAX_H, t->m.ascii, false);
	lines = view_picture_draw(t->m.lab, t->m.sessions, &marks, &g,
				  (struct rect){0, 0, g.w, g.h});
	grid_print(&g, lines, false, f);
	if (lines == 0) {
		view_picture_list(t->m.lab, t->m.sessions, NULL, RECORD_W,
				  &list);
		text_print(&list, f, t->m.ascii);
	}
	text_clear(&list);
	grid_clear(&g);
	fclose(f);
	return text;
}

static char *
lab_svg(const struct tui *t, struct err *e)
{
	struct graph_edges edges =
	    graph_edges_make(t->m.lab, t->m.sessions, true);
	_free_ char *dot =
	    graph_dot(t->m.lab, &edges, t->m.links, t->m.sessions != NULL);

	free(edges.e);
	return t->o->door->svg(dot, e);
}

/* NULL: there is nothing to write, or (with e set) it cannot be made. */
static char *
made(const struct tui *t, bool svg, struct err *e)
{
	char *text = NULL;
	size_t len;
	FILE *f;
	bool any;

	if (t->m.shown == SHOWN_LAB && t->m.links == NULL)
		return NULL;
	if (t->m.shown == SHOWN_LAB)
		return svg ? lab_svg(t, e) : lab_text(t);
	f = open_memstream(&text, &len);
	any = svg ? shown_svg(&t->m, f) : shown_text(&t->m, RECORD_W, f);
	fclose(f);
	if (!any) {
		free(text);
		text = NULL;
	}
	return text;
}

static int
record(struct tui *t, bool svg, struct str *said, struct err *e)
{
	_free_ char *text = made(t, svg, e), *path = NULL;

	if (text == NULL)
		return -1;
	path = paper_path(t, shown_verb(t->m.shown), svg ? "svg" : "txt", e);
	if (path == NULL || file_write(path, text, strlen(text), e) < 0)
		return -1;
	str_addf(said, "\n\n    %s", path);
	return 0;
}

void
measure_record(struct tui *t)
{
	struct err e = {0};
	struct str said = {0};
	int rc;

	if (t->work == NULL)
		return;
	verb(t);
	str_addf(&said, _("The picture \"%s\" is in"), shown_name(t->m.shown));
	rc = record(t, false, &said, &e);
	if (rc == 0 && record(t, true, &said, &e) < 0)
		str_addf(&said, _("\n\nIt could not be made an SVG: %s"),
			 e.msg);
	if (rc == 0)
		tui_model_message(&t->m, _("Written"), str_text(&said));
	else
		tui_model_status(&t->m, true, "%s",
				 e.msg[0] ? e.msg
					  : _("there is no picture to write "
					      "yet"));
	str_clear(&said);
}
