/*
 * server_list: long answers, made a little at a time.
 *
 * Nobody waits for a list: who asks for one gets a place in the queue, and each
 * turn of the loop, behind the routes, works on the queue for a millisecond. A
 * list is made in rounds: collect the next rows in order (server_page), walking
 * over the table (server_rows); say them; collect again behind the last one.
 *
 * With "max" the answer is a page: some rows, and the word that asks for more. The
 * list then waits for that word with the rows it has collected already. Without
 * it, the answer is all rows, if they are not too many for one frame.
 *
 * What a client costs is bounded: it has one list at work at a time, which waits
 * while the client does not read; and ctl cuts off who reads nothing for long.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/server/server_list.h"

#define LIST_TURN_NS 1000000u
#define LIST_ROWS 10000	       /* without pages */
#define LIST_PAGE 250	       /* the longest */
#define LIST_TEXT (256u << 10) /* a page ends behind that many bytes */
#define LIST_AHEAD 2048	       /* rows collected at once */
#define LIST_UNREAD (1u << 20) /* more than that: the client reads first */
#define LIST_OPEN 32	       /* of a client */

static const struct {
	const char *verb;
	enum server_list_of what;
	bool member, must; /* is an argument, and needed */
} verbs[] = {
    {"sessions", LIST_SESSIONS, false, false},
    {"routes", LIST_ROUTES, false, false},
    {"received", LIST_RECEIVED, true, true},
    {"rejected", LIST_REJECTED, true, false},
    {"sent", LIST_SENT, true, true},
};

/* ---- the queue */

static void
list_free(struct server_list *l)
{
	struct server_list **link = &l->s->lists;

	while (*link != l)
		link = &(*link)->next;
	*link = l->next;
	server_rows_clear(l);
	free(l->who.m);
	str_clear(&l->text);
	free(l);
}

/* To the end: others come first. */
static void
list_last(struct server_list *l)
{
	struct server_list **link = &l->s->lists;

	while (*link != l)
		link = &(*link)->next;
	*link = l->next;
	while (*link != NULL)
		link = &(*link)->next;
	*link = l;
	l->next = NULL;
}

/* A list of the client that is at work, or (busy false) waits for the word. */
static struct server_list *
list_of(const struct server *s, const struct ctl_client *client, bool busy)
{
	struct server_list *l = s->lists;

	while (l != NULL &&
	       (l->client != client || !l->begun || (l->q != NULL) != busy))
		l = l->next;
	return l;
}

static bool
list_may_run(const struct server_list *l)
{
	return l->q != NULL && ctl_client_queued(l->client) <= LIST_UNREAD &&
	       (l->begun || list_of(l->s, l->client, true) == NULL);
}

/* ---- asking */

static int
list_args(struct server_list *l, const json_t *args, bool member, bool must,
	  struct err *e)
{
	const json_t *max = json_object_get(args, "max");
	const char *after = server_arg(args, "after");
	json_int_t n = json_integer_value(max);

	if (server_wanted(server_arg(args, "prefix"), &l->wanted, e) < 0)
		return -1;
	if (member && !must && server_arg(args, "member") == NULL)
		server_who_all(l->s, &l->who);
	else if (member && server_who(l->s, args, &l->who, e) < 0)
		return -1;
	l->paged = max != NULL;
	if (l->paged && (!json_is_integer(max) || n < 1))
		return err_usage(e, "\"max\" is a number of rows");
	l->max = !l->paged ? SIZE_MAX : n < LIST_PAGE ? (size_t)n : LIST_PAGE;
	l->page.has_after = after != NULL;
	if (after != NULL && !server_page_parse(after, &l->page.after))
		return err_usage(e, "\"after\" is not what a page ended with");
	return 0;
}

static bool
same_wish(const struct server_list *a, const struct server_list *b)
{
	return a->what == b->what && a->who.n == b->who.n &&
	       (a->who.n == 0 || memcmp(a->who.m, b->who.m,
					a->who.n * sizeof(*a->who.m)) == 0) &&
	       a->wanted.all == b->wanted.all &&
	       a->wanted.is_addr == b->wanted.is_addr &&
	       ip_prefix_eq(&a->wanted.prefix, &b->wanted.prefix);
}

/* The list that waits for this very word, made to go on; or NULL. */
static struct server_list *
list_resume(const struct server_list *asked)
{
	struct server_list *l = list_of(asked->s, asked->client, false);

	if (l == NULL)
		return NULL;
	if (!asked->paged || !asked->page.has_after || !same_wish(l, asked) ||
	    server_row_cmp(&l->last, &asked->page.after) != 0) {
		list_free(l);
		return NULL;
	}
	l->max = asked->max;
	l->given = 0;
	return l;
}

static int
list_room(const struct server *s, const struct ctl_client *client,
	  struct err *e)
{
	size_t n = 0;

	for (const struct server_list *l = s->lists; l != NULL; l = l->next)
		n += l->client == client && l->q != NULL;
	return n < LIST_OPEN
		   ? 0
		   : err_here(e, "more than %d lists are open; wait for them",
			      LIST_OPEN);
}

/* q is answered later. */
static void
list_open(struct server_list *l, struct ctl_request *q)
{
	struct server_list *is = list_resume(l);

	l->next = l->s->lists;
	l->s->lists = l;
	if (is != NULL) {
		list_free(l);
		l = is;
	}
	l->q = q;
	list_last(l);
	server_turn_soon(l->s);
}

int
server_list_ask(struct server *s, struct ctl_request *q, const char *verb,
		const json_t *args, struct err *e)
{
	const size_t n = sizeof(verbs) / sizeof(*verbs);
	size_t i = 0;

	while (i < n && strcmp(verbs[i].verb, verb) != 0)
		i++;
	if (i == n)
		return 0;
	struct server_list *l = xcalloc(1, sizeof(*l));
	l->s = s;
	l->client = ctl_request_client(q);
	l->what = verbs[i].what;
	if (list_room(s, l->client, e) < 0 ||
	    list_args(l, args, verbs[i].member, verbs[i].must, e) < 0) {
		free(l->who.m);
		free(l);
		return -1;
	}
	list_open(l, q);
	return 1;
}

/* ---- answering */

static void
list_reply(struct server_list *l, const char *next)
{
	struct ctl_request *q = l->q;
	struct server_list *other = list_of(l->s, l->client, false);
	struct str out = {0};

	if (other != NULL)
		list_free(other);

	str_add(&out, l->paged ? "{\"rows\":[" : "[");
	str_addn(&out, str_text(&l->text), l->text.len);
	str_add(&out, "]");
	if (l->paged && next != NULL)
		str_addf(&out, ",\"next\":\"%s\"}", next);
	else if (l->paged)
		str_add(&out, ",\"next\":null}");
	str_clear(&l->text);
	l->q = NULL;
	if (next == NULL)
		list_free(l);
	ctl_reply_text(q, out.text, out.len);
	str_clear(&out);
}

static bool
list_refuse_long(struct server_list *l)
{
	struct ctl_request *q = l->q;
	struct err e;

	err_here(&e,
		 "more than %u routes, or %u MiB of them; name a prefix or a "
		 "member with fewer, or ask for pages",
		 LIST_ROWS, CTL_MAX >> 20);
	list_free(l);
	ctl_refuse(q, &e);
	return false;
}

/* ---- work: each step takes some ten microseconds; false: answered */

static bool
step_session(struct server_list *l)
{
	if (l->session == NULL) {
		list_reply(l, NULL);
		return false;
	}
	server_rows_add(l, server_json_session(l->session));
	l->session = l->session->next;
	return true;
}

static bool
step_collect(struct server_list *l)
{
	if (server_rows_collect(l))
		return true;
	l->collecting = false;
	if (!l->paged && l->matched > LIST_ROWS && l->given == 0)
		return list_refuse_long(l);
	return true;
}

static bool
step_row(struct server_list *l)
{
	char word[80];

	if (server_rows_give(l, &l->page.rows[l->row]))
		return true;
	l->last = l->page.rows[l->row++];
	l->nth = 0;
	l->given++;
	if (l->given < l->max && (!l->paged || l->text.len < LIST_TEXT))
		return true;
	bool more = l->row < l->page.n || l->page.more;
	list_reply(l, more ? server_page_print(&l->last, word) : NULL);
	return false;
}

static bool
step(struct server_list *l)
{
	if (l->text.len > CTL_MAX)
		return list_refuse_long(l);
	if (l->what == LIST_SESSIONS)
		return step_session(l);
	if (l->collecting)
		return step_collect(l);
	if (l->row < l->page.n)
		return step_row(l);
	if (l->page.more) {
		l->page.after = l->page.rows[l->page.n - 1];
		l->page.has_after = true;
		server_rows_begin(l);
		return true;
	}
	list_reply(l, NULL);
	return false;
}

static void
list_begin(struct server_list *l)
{
	l->begun = true;
	l->session = l->s->members;
	l->page.max = l->paged && !l->page.has_after && l->max < LIST_PAGE
			  ? l->max
			  : LIST_AHEAD;
	if (l->what != LIST_SESSIONS)
		server_rows_begin(l);
}

bool
server_list_turn(struct server *s)
{
	uint64_t until = uv_hrtime() + LIST_TURN_NS;
	struct server_list *l = s->lists;

	while (l != NULL) {
		if (!list_may_run(l)) {
			l = l->next;
			continue;
		}
		if (!l->begun)
			list_begin(l);
		list_last(l);
		bool more = true;
		while (more && uv_hrtime() < until)
			more = step(l);
		if (uv_hrtime() >= until)
			break;
		l = s->lists;
	}
	for (l = s->lists; l != NULL && !list_may_run(l);)
		l = l->next;
	return l != NULL;
}

/* ---- who goes */

void
server_list_gone(struct server *s, const struct ctl_client *client)
{
	struct err e;
	struct server_list *next;

	err_here(&e, "nobody is there");
	for (struct server_list *l = s->lists; l != NULL; l = next) {
		next = l->next;
		if (l->client != client)
			continue;
		struct ctl_request *q = l->q;
		list_free(l);
		if (q != NULL)
			ctl_refuse(q, &e);
	}
}

void
server_list_forget(struct server *s, const struct server_member *m)
{
	for (struct server_list *l = s->lists; l != NULL; l = l->next) {
		if (l->session == m)
			l->session = m->next;
		for (size_t i = 0; i < l->who.n; i++)
			if (l->who.m[i] == m)
				l->who.m[i] = NULL;
		for (int f = 0; f < SERVER_FAMILIES; f++) {
			const struct rib_peer *p = server_peer(m, f);
			if (p != NULL && p->index < l->n_section_of[f])
				l->section_of[f][p->index] = UINT32_MAX;
		}
	}
}
