/* server: from the files to a running route server, and its end. */
#include "rs/server/server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

uint64_t
server_now(const struct server *s)
{
	return uv_now(s->loop);
}

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

static void
members_add(struct server *s)
{
	for (size_t i = 0; i < s->policy->n_clients; i++) {
		const struct policy_client *c = &s->policy->clients[i];
		for (size_t j = 0; j < c->n_ip; j++)
			if (server_find(s, &c->ip[j]) == NULL)
				server_member_start(
				    server_member_add(s, c, &c->ip[j], false));
	}
}

/* Everything that can be refused, before anything has changed. */
static struct policy *
reload_read(struct server *s, struct rpki *read, struct err *e)
{
	struct policy *new = server_policy_load(s->conf, s->rpki, read, e);

	if (new != NULL &&
	    (server_socket_probe(new, e) < 0 ||
	     server_socket_passwords(s, s->policy, new, e) < 0)) {
		policy_free(new);
		return NULL;
	}
	return new;
}

int
server_reload(struct server *s, struct err *e)
{
	struct rpki *read = rpki_new();
	struct policy *old = s->policy, *new = reload_read(s, read, e);

	if (new == NULL) {
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
	members_add(s);
	server_turn_soon(s);
	log_info("server", "configuration read again: %zu clients",
		 new->n_clients);
	server_policy_notes(new);
	return 0;
}

/* ---- start and end */

static void
table_changed(void *arg)
{
	server_turn_soon(arg);
}

static void
member_has(void *arg, void *user)
{
	(void)arg;
	server_ready(user);
}

static void
tables_new(struct server *s)
{
	struct export_hooks hooks = {s, table_changed, member_has};
	struct export_conf conf = {0};

	if (getrandom(&conf.seed, sizeof(conf.seed), GRND_NONBLOCK) < 0)
		conf.seed = uv_hrtime();
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		conf.family = server_family(f);
		s->table[f].x = export_new(&conf, s->policy, &hooks);
		s->table[f].rib = export_rib(s->table[f].x);
	}
}

/* A session is a descriptor, and one that is on its way out another. */
static void
descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur == r.rlim_max)
		return;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

struct server *
server_new(uv_loop_t *loop, const struct server_conf *conf, struct err *e)
{
	struct server *s = xcalloc(1, sizeof(*s));

	s->loop = loop;
	s->conf = conf;
	s->in = xmalloc(SERVER_IN);
	s->started = uv_now(loop);
	descriptors();
	uv_timer_init(loop, &s->events_timer);
	s->events_timer.data = s;
	server_turn_init(s);
	s->rpki = rpki_new();
	s->policy = server_policy_load(conf, s->rpki, s->rpki, e);
	if (s->policy != NULL)
		tables_new(s);
	if (s->policy == NULL || server_socket_probe(s->policy, e) < 0 ||
	    server_ctl_open(s, e) < 0 || server_listen(s, e) < 0 ||
	    server_socket_passwords(s, NULL, s->policy, e) < 0) {
		server_stop(s);
		uv_run(loop, UV_RUN_DEFAULT);
		server_free(s);
		return NULL;
	}
	server_socket_guard(s, s->policy);
	server_rpki_forget(s);
	server_policy_notes(s->policy);
	return s;
}

void
server_start(struct server *s)
{
	members_add(s);
}

void
server_stop(struct server *s)
{
	if (s->stopping)
		return;
	s->stopping = true;
	while (s->members != NULL)
		server_member_del(s->members);
	server_unlisten(s);
	server_ctl_close(s);
	server_rtr_stop(s);
	server_ahead_stop(s);
	server_turn_close(s);
	uv_close((uv_handle_t *)&s->events_timer, NULL);
}

void
server_free(struct server *s)
{
	for (int f = 0; f < SERVER_FAMILIES; f++)
		if (s->table[f].x != NULL)
			export_free(s->table[f].x);
	server_ahead_free(s);
	policy_free(s->policy);
	rpki_free(s->rpki);
	free(s->listeners);
	free(s->knocking);
	free(s->by_address);
	free(s->in);
	free(s);
}
