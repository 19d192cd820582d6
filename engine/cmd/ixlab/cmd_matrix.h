/*
 * matrix: who reaches whom.
 *
 *	inspect ──> hosts ──> pairs, batch by batch ──> cells ──> JSON
 *	JSON ──> the interface's picture (tui/view_heat) ──> text | SVG
 *
 * The kernel has one neighbour table for all namespaces (1,024 entries a family
 * by default), and every pair on a LAN needs some of it. So the pairs are asked
 * in batches that fit into what is free, and after each batch the nodes forget
 * what they learned by it. Where the table was full all the same (another lab
 * fills it), pairs are asked again, fewer at a time, and at last the table is
 * named as the cause.
 */
#ifndef CMD_IXLAB_CMD_MATRIX_H
#define CMD_IXLAB_CMD_MATRIX_H

#include "cmd.h"

enum { MATRIX_V4, MATRIX_V6, MATRIX_FAMILIES };

struct matrix_host {
	const char *name, *router; /* borrowed from state; router may be name */
	char address[MATRIX_FAMILIES][64]; /* "" when it has none */
};

struct matrix_cell {
	long sent, received;
	long long min, avg, max; /* us */
	char *why;		 /* NULL: there is no more to say */
	bool full;		 /* the table was full */
};

struct matrix {
	const char *lab;
	json_t *state; /* inspect's answer, owned */
	struct matrix_host *hosts;
	size_t n;
	struct matrix_cell *cells[MATRIX_FAMILIES]; /* n * n, row asks column */
	bool family[MATRIX_FAMILIES];
	long count, interval, timeout, size; /* ms; bytes */
	bool whole;
	bool progress; /* on standard error */
	size_t batches;
	int64_t ms;
};

/* Are i and j asked in this family? */
bool matrix_asked(const struct matrix *m, int f, size_t i, size_t j);
struct matrix_cell *matrix_cell(const struct matrix *m, int f, size_t i,
				size_t j);

/* Fill the cells (cmd_matrix_run.c). */
int matrix_run(struct matrix *m, struct err *e);

/* What the kernel says of its neighbour tables, of the whole machine; false in
 * a namespace that does not see it. */
struct matrix_table {
	long limit, entries[MATRIX_FAMILIES], fulls;
};
bool matrix_table(struct matrix_table *t);

/* What came of it (cmd_matrix_print.c). */
struct matrix_sum {
	size_t asked, answered, lossy, silent, full;
};
struct matrix_sum matrix_sum(const struct matrix *m);
json_t *matrix_json(const struct matrix *m);

#endif
