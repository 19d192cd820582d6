/*
 * Pictures that are values: drawn, told and written as SVG.
 */
#include "fixture.h"
#include "tui/view_heat.h"

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

static json_t *
pair(size_t i, size_t j, const char *family, int received, int us)
{
	static const char *const names[] = {
	    "m1-h", "m2-h", "a-long-name-of-a-host", "m4-h", "<&>"};

	return json_pack(
	    "{ss ss ss si si so so sb}", "from", names[i], "to", names[j],
	    "family", family, "sent", 10, "received", received, "rtt_us",
	    us < 0 ? json_null() : json_pack("{si}", "avg", us), "error",
	    received == 0 ? json_string("Network is unreachable") : json_null(),
	    "table_full", i == 3 && j == 1);
}

/* One pair of each sort, and one without an address in IPv6. */
static json_t *
matrix(void)
{
	static const int us[5][5] = {{0, 400, 9999, 10000, 49999},
				     {400, 0, 50000, 149999, 150000},
				     {-1, -1, 0, 999, 1000},
				     {700, -1, 900, 0, 1},
				     {700, 800, 900, 100, 0}};
	json_t *hosts = json_pack(
	    "[{ss}{ss}{ss}{ss}{ss}]", "name", "m1-h", "name", "m2-h", "name",
	    "a-long-name-of-a-host", "name", "m4-h", "name", "<&>");
	json_t *pairs = json_array();
	size_t i, j;

	for (i = 0; i < 5; i++)
		for (j = 0; j < 5; j++) {
			if (i == j)
				continue;
			json_array_append_new(pairs,
					      pair(i, j, "ipv4",
						   us[i][j] < 0 ? 0
						   : i == 4 ? (int)(9 - 3 * j)
							    : 10,
						   us[i][j]));
			if (i < 2 && j < 2)
				json_array_append_new(
				    pairs, pair(i, j, "ipv6", 10, 300));
		}
	return json_pack("{ss si so so}", "lab", "a <lab>", "ms", 1234, "hosts",
			 hosts, "pairs", pairs);
}

static void
heat_printed(const void *h, FILE *f)
{
	heat_svg(h, f);
}

static void
heat_becomes_lines(void **state)
{
	json_t *m = matrix();
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
	json_t *m = matrix();
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heat_becomes_lines),
	    cmocka_unit_test(heat_of_many),
	    cmocka_unit_test(heat_becomes_svg),
	    cmocka_unit_test(heat_of_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
