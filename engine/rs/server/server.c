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
	server_members_add(s);
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
	server_reload_free(s);
	policy_free(s->policy);
	rpki_free(s->rpki);
	free(s->listeners);
	free(s->knocking);
	free(s->by_address);
	free(s->in);
	free(s);
}
