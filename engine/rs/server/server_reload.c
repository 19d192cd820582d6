/*
 * server_reload: the same files again, while everything goes on.
 *
 * To read them may take long: a mirror of a registry has 500 MiB. So a thread
 * reads, and what it makes is a policy of its own, which nobody knows yet; meanwhile
 * the loop goes by the old one. What was read comes into force in one go between
 * two turns, for no route may be judged by half of a policy, and only if all of it is
 * good.
 *
 * Who asks while files are being read is answered by the reading after that one:
 * they may have changed since.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

struct reload_asker {
	struct reload_asker *next;
	server_reloaded *done;
	void *arg;
};

struct server_reload {
	struct server *s;
	uv_work_t work;
	bool reading;
	struct reload_asker *asking, *waiting; /* this one, and the next */
	struct rpki *read;
	struct policy *new; /* NULL: e says why */
	struct err e;
};

/* ---- members follow the policy */

/* Members whose address the policy names are told their client; the others are
 * left unseen. */
static void
members_see(struct server *s, const struct policy *p)
{
	const struct ip_prefix *range;

	for (struct server_member *m = s->members; m != NULL; m = m->next)
		m->seen = false;
	for (size_t i = 0; i < p->n_clients; i++)
		for (size_t j = 0; j < p->clients[i].n_ip; j++) {
			struct server_member *m =
			    server_find(s, &p->clients[i].ip[j]);
			if (m == NULL || m->dynamic)
				continue;
			m->seen = true;
			m->next_client = &p->clients[i];
		}
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		if (m->dynamic) {
			m->next_client =
			    server_range(p, &m->policy.address, &range);
			m->seen = m->next_client != NULL;
		}
}

static void
members_drop_unseen(struct server *s)
{
	struct server_member *next;

	for (struct server_member *m = s->members; m != NULL; m = next) {
		next = m->next;
		if (!m->seen)
			server_member_del(m);
	}
}

void
server_members_add(struct server *s)
{
	for (size_t i = 0; i < s->policy->n_clients; i++) {
		const struct policy_client *c = &s->policy->clients[i];
		for (size_t j = 0; j < c->n_ip; j++)
			if (server_find(s, &c->ip[j]) == NULL)
				server_member_start(
				    server_member_add(s, c, &c->ip[j], false));
	}
}

/* ---- in force */

int
server_reload_apply(struct server *s, struct policy *new, struct rpki *read,
		    struct err *e)
{
	struct policy *old = s->policy;

	if (server_socket_probe(new, e) < 0 ||
	    server_socket_passwords(s, old, new, e) < 0) {
		policy_free(new);
		rpki_free(read);
		return -1;
	}
	server_ahead_hold(s);
	server_policy_rpki(s->conf, s->rpki, read);
	rpki_free(read);
	members_see(s, new);
	members_drop_unseen(s);
	s->policy = new;
	server_socket_guard(s, new);
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		server_member_update(m, m->next_client);
	server_import_again(s);
	server_rpki_forget(s);
	for (int f = 0; f < SERVER_FAMILIES; f++)
		export_policy(s->table[f].x, new);
	policy_free(old);
	server_ahead_release(s);
	server_limit_again(s);
	server_members_add(s);
	server_turn_soon(s);
	log_info("server", "configuration read again: %zu clients",
		 new->n_clients);
	server_policy_notes(new);
	return 0;
}

/* ---- reading */

static void
reload_read(uv_work_t *w)
{
	struct server_reload *r = w->data;

	r->new = server_policy_load(r->s->conf, r->s->rpki, r->read, &r->e);
}

static void
reload_answer(struct reload_asker **list, const struct err *e)
{
	for (struct reload_asker *a; (a = *list) != NULL; free(a)) {
		*list = a->next;
		a->done(a->arg, e);
	}
}

static void reload_begin(struct server_reload *r);

static void
reload_read_done(uv_work_t *w, int status)
{
	struct server_reload *r = w->data;
	struct server *s = r->s;
	bool good = false;

	(void)status; /* nobody cancels it */
	if (r->new != NULL && !s->stopping) {
		good = server_reload_apply(s, r->new, r->read, &r->e) == 0;
	} else {
		policy_free(r->new);
		rpki_free(r->read);
	}
	if (s->stopping)
		err_here(&r->e, "the route server ends");
	reload_answer(&r->asking, good ? NULL : &r->e);
	r->reading = false; /* who asks in an answer waits */
	if (s->stopping)
		reload_answer(&r->waiting, &r->e);
	else if (r->waiting != NULL)
		reload_begin(r);
}

static void
reload_begin(struct server_reload *r)
{
	r->asking = r->waiting;
	r->waiting = NULL;
	r->read = rpki_new();
	r->new = NULL;
	r->e = (struct err){0};
	r->reading = true;
	r->work.data = r;
	uv_queue_work(r->s->loop, &r->work, reload_read, reload_read_done);
}

/* Those who ask are answered in their order. */
void
server_reload(struct server *s, server_reloaded *done, void *arg)
{
	struct reload_asker *a = xcalloc(1, sizeof(*a)), **end;

	if (s->reload == NULL) {
		s->reload = xcalloc(1, sizeof(*s->reload));
		s->reload->s = s;
	}
	*a = (struct reload_asker){.done = done, .arg = arg};
	for (end = &s->reload->waiting; *end != NULL;)
		end = &(*end)->next;
	*end = a;
	if (!s->reload->reading)
		reload_begin(s->reload);
}

void
server_reload_free(struct server *s)
{
	free(s->reload);
	s->reload = NULL;
}
