/*
 * ixlab matrix: every host asks every host. A network without a host is asked at
 * its router.
 */
#include "cmd_matrix.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "tui/view_heat.h"

#define MATRIX_WIDTH 80

/* ---- who is asked */

static bool
host_is_network(const json_t *node)
{
	const char *role = out_text(node, "role");

	return strcmp(role, "member") == 0 || strcmp(role, "content") == 0 ||
	       strcmp(role, "transit") == 0;
}

/* The address on an exchange's LAN before any other. */
static void
host_addresses(struct matrix_host *h, const json_t *node)
{
	const json_t *i, *a;
	size_t x, y;
	int lan;

	for (lan = 1; lan >= 0; lan--)
		json_array_foreach(json_object_get(node, "interfaces"), x, i)
		{
			if (lan && json_is_null(json_object_get(i, "lan")))
				continue;
			json_array_foreach(json_object_get(i, "addresses"), y,
					   a)
			{
				const char *s = json_string_value(a);
				int f =
				    s && strchr(s, ':') ? MATRIX_V6 : MATRIX_V4;

				if (s && h->address[f][0] == '\0')
					snprintf(h->address[f],
						 sizeof(h->address[f]), "%.*s",
						 (int)strcspn(s, "/"), s);
			}
		}
}

/* Has the network of this router a host, or a router before this one? */
static bool
host_stands_for(const json_t *nodes, const json_t *router)
{
	const char *network = out_text(router, "network");
	const json_t *n;
	bool first = true;
	size_t i;

	json_array_foreach(nodes, i, n)
	{
		if (strcmp(out_text(n, "network"), network) != 0)
			continue;
		if (strcmp(out_text(n, "role"), "host") == 0)
			return false;
		if (host_is_network(n) && first) {
			if (n != router)
				return false;
			first = false;
		}
	}
	return true;
}

static void
matrix_hosts(struct matrix *m)
{
	const json_t *nodes = json_object_get(
			 json_object_get(m->state, "model"), "nodes"),
		     *n;
	size_t i;

	m->hosts = xcalloc(json_array_size(nodes) + 1, sizeof(*m->hosts));
	json_array_foreach(nodes, i, n)
	{
		struct matrix_host *h = &m->hosts[m->n];
		const char *owner = out_text(n, "owner");
		bool host = strcmp(out_text(n, "role"), "host") == 0;

		if (!host && !(host_is_network(n) && host_stands_for(nodes, n)))
			continue;
		h->name = out_text(n, "name");
		h->router = host && *owner ? owner : h->name;
		host_addresses(h, n);
		m->n++;
	}
	for (i = 0; i < MATRIX_FAMILIES; i++)
		m->cells[i] = xcalloc(m->n * m->n + 1, sizeof(**m->cells));
}

bool
matrix_asked(const struct matrix *m, int f, size_t i, size_t j)
{
	return i != j && m->family[f] && m->hosts[i].address[f][0] &&
	       m->hosts[j].address[f][0];
}

struct matrix_cell *
matrix_cell(const struct matrix *m, int f, size_t i, size_t j)
{
	return &m->cells[f][i * m->n + j];
}

/* ---- options */

static int
matrix_number(const struct cmd *c, const char *name, unsigned long min,
	      unsigned long max, long *out, struct err *e)
{
	const char *text = cmd_option(c, name);
	unsigned int n;

	if (text == NULL)
		return 0;
	if (!str_to_u32(text, min, max, &n))
		return err_usage(e,
				 "%s wants a number from %lu to %lu, not "
				 "\"%s\"",
				 name, min, max, text);
	*out = (long)n;
	return 0;
}

static int
matrix_span(const struct cmd *c, const char *name, long *out, struct err *e)
{
	const char *text = cmd_option(c, name);
	uint32_t ms;

	if (text == NULL)
		return 0;
	if (model_weather_parse_span(text, &ms, e) < 0)
		return err_in(e, "%s", name);
	if (ms < 1 || ms > 60000)
		return err_usage(e,
				 "%s wants a time from 1ms to 60s, not \"%s\"",
				 name, text);
	*out = (long)ms;
	return 0;
}

static int
matrix_options(const struct cmd *c, struct matrix *m, struct err *e)
{
	const char *family = cmd_option(c, "--family");

	m->count = 3;
	m->interval = 20;
	m->timeout = 1000;
	m->size = 56;
	m->whole = cmd_option(c, "--whole") != NULL;
	m->family[MATRIX_V4] = family == NULL || strcmp(family, "4") == 0;
	m->family[MATRIX_V6] = family == NULL || strcmp(family, "6") == 0;
	if (!m->family[MATRIX_V4] && !m->family[MATRIX_V6])
		return err_usage(e, "--family is 4 or 6, not \"%s\"", family);
	if ((cmd_option(c, "--pairs") != NULL) +
		(cmd_option(c, "--svg") != NULL) + c->json >
	    1)
		return err_usage(e, "one form at a time: --pairs, --svg or "
				    "--json");
	if (matrix_number(c, "--count", 1, 1000, &m->count, e) < 0 ||
	    matrix_number(c, "--size", 8, 8192, &m->size, e) < 0 ||
	    matrix_span(c, "--interval", &m->interval, e) < 0)
		return -1;
	return matrix_span(c, "--timeout", &m->timeout, e);
}

/* ---- the verb */

static void
matrix_print_pairs(json_t *all)
{
	static const struct out_column columns[] = {
	    {"FROM", "from"},	    {"TO", "to"},     {"FAMILY", "family"},
	    {"ADDRESS", "address"}, {"SENT", "sent"}, {"BACK", "received"},
	    {"RTT ms", "rtt"},	    {"WHY", "error"}};
	json_t *pairs = json_object_get(all, "pairs"), *p, *rtt;
	char text[32];
	size_t i;

	json_array_foreach(pairs, i, p)
	{
		rtt = json_object_get(p, "rtt_us");
		snprintf(
		    text, sizeof(text), "%.3f",
		    (double)json_integer_value(json_object_get(rtt, "avg")) /
			1000);
		json_object_set_new(p, "rtt",
				    json_is_object(rtt) ? json_string(text)
							: json_null());
	}
	out_table(stdout, pairs, columns, 8, "no pairs");
}

static void
matrix_print_map(const struct cmd *c, const struct heat *h)
{
	struct text t = {0};

	heat_text(h, MATRIX_WIDTH, &t);
	text_paint(&t, stdout, !cmd_utf8(), c->color);
	text_clear(&t);
}

static void
matrix_print(const struct cmd *c, const struct matrix *m)
{
	json_t *all = matrix_json(m);
	struct heat h;

	heat_read(&h, all);
	if (c->json)
		out_json(stdout, all);
	else if (cmd_option(c, "--pairs"))
		matrix_print_pairs(all);
	else if (cmd_option(c, "--svg"))
		heat_svg(&h, stdout);
	else
		matrix_print_map(c, &h);
	heat_clear(&h);
	json_decref(all);
}

static void
matrix_clear(struct matrix *m)
{
	size_t i, k;

	for (k = 0; k < MATRIX_FAMILIES; k++) {
		for (i = 0; m->cells[k] && i < m->n * m->n; i++)
			free(m->cells[k][i].why);
		free(m->cells[k]);
	}
	free(m->hosts);
	json_decref(m->state);
}

json_t *
cmd_matrix_json(const char *lab, struct err *e)
{
	const struct cmd plain = {.verb = cmd_find("matrix")};
	struct matrix m = {.lab = lab};
	json_t *all = NULL;

	if (matrix_options(&plain, &m, e) == 0 &&
	    (m.state = cmd_lab_inspect(lab, e)) != NULL) {
		matrix_hosts(&m);
		if (matrix_run(&m, e) == 0)
			all = matrix_json(&m);
	}
	matrix_clear(&m);
	return all;
}

int
cmd_matrix(struct cmd *c, struct err *e)
{
	struct matrix m = {.progress = isatty(STDERR_FILENO)};
	_free_ char *lab = NULL;
	struct matrix_sum sum;
	int rc = -1;

	if (matrix_options(c, &m, e) < 0 ||
	    (lab = cmd_lab_pick(c, c->nargs ? c->args[0] : NULL, e)) == NULL ||
	    (m.state = cmd_lab_inspect(lab, e)) == NULL)
		return -1;
	m.lab = lab;
	matrix_hosts(&m);
	if ((rc = matrix_run(&m, e)) == 0) {
		matrix_print(c, &m);
		sum = matrix_sum(&m);
		c->status = sum.answered == sum.asked ? ERR_NONE : ERR_FAILED;
	}
	matrix_clear(&m);
	return rc;
}
