/* server: from the files to a running route server, and its end. */
#include "rs/server/server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

uint64_t
server_now(const struct server *s)
{
	return uv_now(s->loop);
}

/* ---- members follow the policy */

static void
add_missing(struct server *s)
{
	for (size_t i = 0; i < s->policy->n_clients; i++) {
		const struct policy_client *c = &s->policy->clients[i];
		for (size_t j = 0; j < c->n_ip; j++)
			if (server_member_find(s, &c->ip[j]) == NULL)
				server_member_add(s, c, &c->ip[j]);
	}
}

static const struct policy_client *
client_at(const struct policy *p, const struct ip_addr *a)
{
	for (size_t i = 0; i < p->n_clients; i++)
		for (size_t j = 0; j < p->clients[i].n_ip; j++)
			if (ip_addr_eq(&p->clients[i].ip[j], a))
				return &p->clients[i];
	return NULL;
}

int
server_reload(struct server *s, struct err *e)
{
	struct policy *old = s->policy,
		      *new = server_policy_load(s->conf, s->rpki, e);
	struct server_member *m, *next;

	if (new == NULL)
		return -1;
	for (m = s->members; m != NULL; m = next) {
		next = m->next;
		if (client_at(new, &m->policy.address) == NULL)
			server_member_del(m);
	}
	s->policy = new;
	for (m = s->members; m != NULL; m = m->next)
		server_member_update(m, client_at(new, &m->policy.address));
	server_import_again(s);
	server_rpki_forget(s);
	add_missing(s);
	policy_free(old);
	log_info("server", "configuration read again: %zu clients",
		 new->n_clients);
	server_policy_notes(new);
	return 0;
}

/* ---- start and end */

struct server *
server_new(uv_loop_t *loop, const struct server_conf *conf, struct err *e)
{
	struct server *s = xcalloc(1, sizeof(*s));
	struct rib_hooks hooks = server_export_hooks;
	uint64_t seed = 0;

	s->loop = loop;
	s->conf = conf;
	uv_timer_init(loop, &s->flush);
	uv_timer_init(loop, &s->events_timer);
	s->flush.data = s->events_timer.data = s;
	hooks.arg = s;
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
		seed = uv_hrtime();
	s->rib = rib_new(&hooks, seed);
	s->rpki = rpki_new();
	s->policy = server_policy_load(conf, s->rpki, e);
	if (s->policy == NULL || server_ctl_open(s, e) < 0 ||
	    server_listen(s, e) < 0) {
		server_stop(s);
		uv_run(loop, UV_RUN_DEFAULT);
		server_free(s);
		return NULL;
	}
	server_rpki_forget(s);
	add_missing(s);
	server_policy_notes(s->policy);
	return s;
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
	uv_close((uv_handle_t *)&s->flush, NULL);
	uv_close((uv_handle_t *)&s->events_timer, NULL);
}

void
server_free(struct server *s)
{
	rib_free(s->rib);
	policy_free(s->policy);
	rpki_free(s->rpki);
	free(s->listeners);
	free(s);
}
