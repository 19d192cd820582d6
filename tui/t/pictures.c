/*
 * Pictures that are values: drawn, told and written as SVG.
 */
#include "fixture.h"
#include "samples.h"
#include <math.h>

#include "grader/grader_spread.h"
#include "tui/tui_traffic.h"
#include "tui/view_heat.h"
#include "tui/view_spread.h"

/* ---- what several of them need */

typedef void (*printer)(const void *picture, FILE *f);

static char *
printed(printer p, const void *picture)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	p(picture, f);
	fclose(f);
	return text;
}

static char *
lines(const struct text *t, bool ascii, bool color)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	text_paint(t, f, ascii, color);
	fclose(f);
	return text;
}

static void
golden_text(const char *name, struct text *t, bool ascii)
{
	_free_ char *text = lines(t, ascii, false);

	golden(name, text);
	text_clear(t);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

/* ---- heat */

static void
heat_printed(const void *h, FILE *f)
{
	heat_svg(h, f);
}

static void
heat_becomes_lines(void **state)
{
	json_t *m = heat_sample();
	struct text t = {0};
	struct heat h;
	_free_ char *colored = NULL;

	(void)state;
	heat_read(&h, m);
	assert_int_equal(h.asked, 22);
	assert_int_equal(h.answered + h.lossy + h.silent, h.asked);
	assert_int_equal(h.full, 1);
	heat_text(&h, 78, &t);
	golden_text("heat-78", &t, false);
	heat_text(&h, 58, &t);
	golden_text("heat-58-ascii", &t, true);
	heat_words(&h, 58, &t);
	golden_text("heat-words-58", &t, true);
	heat_text(&h, 78, &t);
	colored = lines(&t, false, true);
	assert_non_null(strstr(colored, "\033[0;1;31m X"));
	text_clear(&t);
	heat_clear(&h);
	json_decref(m);
}

/* A narrow pane takes several hosts' columns after the others. */
static void
heat_of_many(void **state)
{
	json_t *hosts = json_array(), *m;
	struct text t = {0};
	struct heat h;
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "m%zu", i);
		json_array_append_new(hosts, json_pack("{ss}", "name", name));
	}
	m = json_pack("{so s[{ss ss ss si si}]}", "hosts", hosts, "pairs",
		      "from", "m0", "to", "m59", "family", "ipv4", "sent", 1,
		      "received", 0);
	heat_read(&h, m);
	heat_text(&h, 40, &t);
	for (i = 0; i < t.n; i++)
		assert_true(flow_width(&t.lines[i]) <= 40);
	assert_true(t.n > 120);
	text_clear(&t);
	heat_clear(&h);
	json_decref(m);
}

static void
heat_becomes_svg(void **state)
{
	json_t *m = heat_sample();
	struct heat h;
	_free_ char *svg = NULL;

	(void)state;
	heat_read(&h, m);
	svg = printed(heat_printed, &h);
	assert_int_equal(count(svg, "<title>"), 40);
	assert_non_null(strstr(svg, "&lt;&amp;&gt; to m1-h, IPv4: 9 of 10"));
	assert_null(strstr(svg, "<&>"));
	heat_clear(&h);
	json_decref(m);
}

static void
heat_of_nothing(void **state)
{
	struct text t = {0};
	struct heat h;
	_free_ char *text = NULL, *svg = NULL;

	(void)state;
	heat_read(&h, NULL);
	heat_text(&h, 10, &t);
	text = lines(&t, true, false);
	assert_string_equal(text, "there are no two hosts to ask\n");
	text_clear(&t);
	svg = printed(heat_printed, &h);
	assert_non_null(strstr(svg, "</svg>"));
	heat_clear(&h);
}

/* ---- charts */

/* So many values, in a wave with a gap. */
static void
wave(double *v, size_t n, double most)
{
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = i >= n / 2 && i < n / 2 + 3
			   ? NAN
			   : most * (double)((i * 7) % 23) / 22;
}

static void
chart_golden(const char *name, const struct chart *c, int w, int h, bool ascii)
{
	struct grid g;
	char *text;

	grid_init(&g, w, h, ascii, false);
	chart_draw(c, &g, (struct rect){0, 0, w, h});
	text = grid_dump(&g, false);
	golden(name, text);
	free(text);
	grid_clear(&g);
}

static void
chart_is_drawn(void **state)
{
	double v[120];
	struct chart c = {"into m1, ix0", CHART_BITS, v, 40, 1};
	struct chart ms = {"from m1 to rs1 and back", CHART_MS, v, 120, 1};

	(void)state;
	wave(v, 40, 1234567);
	chart_golden("chart-bits-60x8", &c, 60, 8, false);
	chart_golden("chart-bits-40x4-ascii", &c, 40, 4, true);
	wave(v, 120, 87);
	chart_golden("chart-ms-60x8", &ms, 60, 8, false);
	chart_golden("chart-ms-76x6-ascii", &ms, 76, 6, true);
	ms.n = 0;
	chart_golden("chart-empty", &ms, 60, 5, false);
}

/* No size writes beside its place, none crashes. */
static void
chart_of_every_size(void **state)
{
	double v[5] = {0, NAN, 1e12, 3, NAN};
	struct chart c = {"x", CHART_MS, v, 5, 0.1};
	struct grid g;
	int w, h;

	(void)state;
	for (w = 1; w < 40; w++)
		for (h = 1; h < 10; h++) {
			grid_init(&g, 42, 12, true, true);
			chart_draw(&c, &g, (struct rect){1, 1, w, h});
			assert_int_equal(g.cells[0].ch, ' ');
			assert_int_equal(g.cells[42 * (h + 1) + 1].ch, ' ');
			assert_int_equal(g.cells[42 + w + 1].ch, ' ');
			grid_clear(&g);
		}
}

static void
chart_has_round_numbers(void **state)
{
	char buf[32];

	(void)state;
	assert_true(chart_top(0, CHART_BITS) == 1000);
	assert_true(chart_top(NAN, CHART_MS) == 0.1);
	assert_true(chart_top(1000.5, CHART_BITS) == 2000);
	assert_true(chart_top(4999, CHART_BITS) == 5000);
	assert_true(chart_top(51, CHART_MS) == 100);
	assert_true(chart_top(1e9, CHART_BITS) == 1e9);
	assert_string_equal(chart_value(999, CHART_BITS, buf), "999 bit/s");
	assert_string_equal(chart_value(999.9, CHART_BITS, buf), "1.0 kbit/s");
	assert_string_equal(chart_value(1500000, CHART_BITS, buf),
			    "1.5 Mbit/s");
	assert_string_equal(chart_value(2e10, CHART_BITS, buf), "20 Gbit/s");
	assert_string_equal(chart_value(0.123, CHART_MS, buf), "0.12 ms");
	assert_string_equal(chart_value(87.4, CHART_MS, buf), "87 ms");
}

static void
charts_printed(const void *arg, FILE *f)
{
	chart_svg(arg, 2, "traffic of <m1>", f);
}

static void
chart_in_words_and_svg(void **state)
{
	double v[] = {1, NAN, 3, 2};
	struct chart c[] = {{"into <m1>", CHART_BITS, v, 4, 1},
			    {"and back", CHART_MS, v, 4, 1}};
	_free_ char *svg = printed(charts_printed, c);
	struct text t = {0};

	(void)state;
	chart_words(c, 2, 60, &t);
	golden_text("chart-words", &t, true);
	/* two pieces of line each, and a cross where an echo was lost */
	assert_int_equal(count(svg, "<polyline"), 4);
	assert_int_equal(count(svg, ">x</text>"), 1);
	assert_non_null(strstr(svg, "into &lt;m1&gt;"));
	assert_non_null(strstr(svg, "1 of 4 lost"));
}

static void
traffic_finds_the_ends(void **state)
{
	json_t *lab = json_loads(
	    "{\"model\":{\"nodes\":["
	    "{\"name\":\"sw1\",\"role\":\"switch\",\"interfaces\":[]},"
	    "{\"name\":\"m1\",\"role\":\"member\",\"interfaces\":["
	    "{\"name\":\"lan0\",\"lan\":null,\"to\":\"m1-h\",\"addresses\":["
	    "\"10.0.0.1/24\"]},"
	    "{\"name\":\"ix0\",\"lan\":\"khi\",\"to\":\"sw1\",\"addresses\":["
	    "\"192.0.2.1/24\"]}]},"
	    "{\"name\":\"m2\",\"role\":\"member\",\"interfaces\":["
	    "{\"name\":\"ix0\",\"lan\":\"khi\",\"to\":\"sw1\",\"addresses\":"
	    "[\"2001:db8::2/64\",\"192.0.2.2/24\"]}]},"
	    "{\"name\":\"rs1\",\"role\":\"route-server\",\"interfaces\":["
	    "{\"name\":\"ix0\",\"lan\":\"khi\",\"to\":\"sw1\",\"addresses\":["
	    "\"192.0.2.9/24\"]}]},"
	    "{\"name\":\"m1-h\",\"role\":\"host\",\"interfaces\":["
	    "{\"name\":\"lan0\",\"lan\":null,\"to\":\"m1\",\"addresses\":[\"10."
	    "0.0.2/24\"]}]}"
	    "]}}",
	    0, NULL);
	struct traffic_ends ends;
	struct err e = {0};

	(void)state;
	assert_non_null(lab);
	assert_int_equal(traffic_ends(lab, "m1", NULL, &ends, &e), 0);
	assert_string_equal(ends.dev, "ix0");
	assert_string_equal(ends.to, "rs1");
	assert_string_equal(ends.address, "192.0.2.9");
	assert_int_equal(traffic_ends(lab, "m1", "m2", &ends, &e), 0);
	assert_string_equal(ends.address, "192.0.2.2");
	assert_int_equal(traffic_ends(lab, "rs1", NULL, &ends, &e), 0);
	assert_string_equal(ends.to, "m1");
	assert_int_equal(traffic_ends(lab, "m1-h", NULL, &ends, &e), 0);
	assert_string_equal(ends.address, "10.0.0.1");
	assert_int_equal(traffic_ends(lab, "m1", "m1-h", &ends, &e), 0);
	assert_string_equal(ends.address, "10.0.0.2");
	assert_int_equal(traffic_ends(lab, "sw1", NULL, &ends, &e), -1);
	assert_string_equal(e.msg, "sw1 has no interface that is measured; of "
				   "a switch see ixlab ports");
	assert_int_equal(traffic_ends(lab, "m9", NULL, &ends, &e), -1);
	assert_int_equal(traffic_ends(lab, "m1", "m9", &ends, &e), -1);
	json_decref(lab);
}

/* ---- spread: every word that a row can have, from evidence as it is seen */

static void
spread_printed(const void *arg, FILE *f)
{
	spread_svg(arg, f);
}

static void
spread_is_told(void **state)
{
	json_t *s = spread_sample("100.64.4.0/22");
	struct text t = {0};
	_free_ char *svg = NULL;

	(void)state;
	(void)spread_text(s, SIZE_MAX, 78, &t);
	golden_text("spread-78", &t, false);
	assert_int_equal(spread_text(s, 2, 56, &t), 3);
	golden_text("spread-step-56-ascii", &t, true);
	spread_words(s, 60, &t);
	golden_text("spread-words", &t, true);
	svg = printed(spread_printed, s);
	assert_int_equal(count(svg, "<title>"), spread_steps(s));
	json_decref(s);
}

static void
spread_knows_who_is_silent(void **state)
{
	json_t *s = spread_sample("100.64.0.0/22");
	_free_ char *words =
	    spread_sentence(json_array_get(json_object_get(s, "rows"), 1));

	(void)state;
	assert_int_equal(spread_steps(s), 2);
	assert_string_equal(words, "rs1 has no session (from m1): Active, last "
				   "error: Bad Peer AS.");
	json_decref(s);
	s = spread_sample("192.0.2.0/24");
	assert_int_equal(spread_steps(s), 0);
	json_decref(s);
}

/* What comes from outside the lab begins where it comes in; without a prefix it is
 * the first that is known. */
static void
spread_of_other_prefixes(void **state)
{
	json_t *s = spread_sample("198.18.0.0/15"), *all;

	(void)state;
	assert_int_equal(spread_steps(s), 3); /* rs1 was not told of it */
	assert_string_equal(
	    json_string_value(json_object_get(
		json_array_get(json_object_get(s, "rows"), 0), "at")),
	    "t1");
	json_decref(s);
	s = spread_sample(NULL);
	all = json_object_get(s, "prefixes");
	assert_int_equal(json_array_size(all), 4);
	assert_string_equal(json_string_value(json_array_get(all, 0)),
			    "100.64.0.0/22");
	assert_string_equal(json_string_value(json_object_get(s, "prefix")),
			    "100.64.0.0/22");
	json_decref(s);
	s = grader_spread_of(NULL, NULL, NULL, 0);
	assert_int_equal(spread_steps(s), 0);
	json_decref(s);
}

/* Robots that all tell each other: it ends, and no route goes round. */
static void
spread_ends(void **state)
{
	json_t *all = json_array(), *seen = json_object(), *lab, *s, *routes;
	char name[8], from[8];
	size_t i, k;

	(void)state;
	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "m%zu", i);
		json_array_append_new(
		    all, json_pack("{ss si}", "name", name, "asn", (int)i + 1));
		routes = json_array();
		for (k = 0; k < 12; k++) {
			snprintf(from, sizeof(from), "m%zu", k);
			json_array_append_new(
			    routes,
			    json_pack("{ss ss s[i]}", "prefix", "192.0.2.0/24",
				      "from", from, "as_path", 1));
		}
		json_object_set_new(seen, name,
				    json_pack("{so}", "routes", routes));
	}
	lab = json_pack("{s{so}}", "model", "nodes", all);
	seen = json_pack("{so}", "nodes", seen);
	s = grader_spread_of(seen, lab, "192.0.2.0/24", 0);
	assert_true(spread_steps(s) > 100 && spread_steps(s) < 1100);
	json_decref(s);
	json_decref(seen);
	json_decref(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heat_becomes_lines),
	    cmocka_unit_test(heat_of_many),
	    cmocka_unit_test(heat_becomes_svg),
	    cmocka_unit_test(heat_of_nothing),
	    cmocka_unit_test(chart_is_drawn),
	    cmocka_unit_test(chart_of_every_size),
	    cmocka_unit_test(chart_has_round_numbers),
	    cmocka_unit_test(chart_in_words_and_svg),
	    cmocka_unit_test(traffic_finds_the_ends),
	    cmocka_unit_test(spread_is_told),
	    cmocka_unit_test(spread_knows_who_is_silent),
	    cmocka_unit_test(spread_of_other_prefixes),
	    cmocka_unit_test(spread_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
