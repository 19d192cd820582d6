/*
 * A matrix as JSON; its map and its SVG are the interface's (tui/view_heat).
 */

#include "base/out.h"
#include "base/str.h"
#include "cmd_matrix.h"

static const char *const matrix_names[] = {"ipv4", "ipv6"};

/* ---- all of it in numbers */

struct matrix_sum
matrix_sum(const struct matrix *m)
{
	struct matrix_sum s = {0};
	size_t i, j;
	int f;

	for (f = 0; f < MATRIX_FAMILIES; f++)
		for (i = 0; i < m->n; i++)
			for (j = 0; j < m->n; j++) {
				const struct matrix_cell *c =
				    matrix_cell(m, f, i, j);

				if (!matrix_asked(m, f, i, j))
					continue;
				s.asked++;
				s.full += c->full;
				if (c->sent > 0 && c->received == c->sent)
					s.answered++;
				else if (c->received > 0)
					s.lossy++;
				else
					s.silent++;
			}
	return s;
}

/* ---- JSON */

static json_t *
json_pair(const struct matrix *m, int f, size_t i, size_t j)
{
	const struct matrix_cell *c = matrix_cell(m, f, i, j);
	json_t *rtt = json_null();

	if (c->received > 0)
		rtt = json_pack("{sI sI sI}", "min", (json_int_t)c->min, "avg",
				(json_int_t)c->avg, "max", (json_int_t)c->max);
	return json_pack(
	    "{ss ss ss ss sI sI sf so so sb}", "from", m->hosts[i].name, "to",
	    m->hosts[j].name, "family", matrix_names[f], "address",
	    m->hosts[j].address[f], "sent", (json_int_t)c->sent, "received",
	    (json_int_t)c->received, "loss",
	    c->sent ? (double)(c->sent - c->received) / (double)c->sent : 1.0,
	    "rtt_us", rtt, "error", c->why ? out_str(c->why) : json_null(),
	    "table_full", c->full);
}

static json_t *
json_hosts(const struct matrix *m)
{
	json_t *all = json_array(), *o;
	size_t i;
	int f;

	for (i = 0; i < m->n; i++) {
		o = json_pack("{ss ss}", "name", m->hosts[i].name, "router",
			      m->hosts[i].router);
		for (f = 0; f < MATRIX_FAMILIES; f++)
			json_object_set_new(
			    o, matrix_names[f],
			    m->hosts[i].address[f][0]
				? json_string(m->hosts[i].address[f])
				: json_null());
		json_array_append_new(all, o);
	}
	return all;
}

json_t *
matrix_json(const struct matrix *m)
{
	struct matrix_sum s = matrix_sum(m);
	json_t *pairs = json_array();
	size_t i, j;
	int f;

	for (f = 0; f < MATRIX_FAMILIES; f++)
		for (i = 0; i < m->n; i++)
			for (j = 0; j < m->n; j++)
				if (matrix_asked(m, f, i, j))
					json_array_append_new(
					    pairs, json_pair(m, f, i, j));
	return json_pack(
	    "{ss sI sI sI sI sI sI sI so so}", "lab", m->lab, "ms",
	    (json_int_t)m->ms, "batches", (json_int_t)m->batches, "asked",
	    (json_int_t)s.asked, "answered", (json_int_t)s.answered, "lossy",
	    (json_int_t)s.lossy, "silent", (json_int_t)s.silent, "table_full",
	    (json_int_t)s.full, "hosts", json_hosts(m), "pairs", pairs);
}
