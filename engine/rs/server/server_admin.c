/* server_admin: what an operator does to sessions and the configuration. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define ADMIN_TEXT 128 /* RFC 8203's limit, which every member can read */

/* Do something to each session of a member; the answer says to how many. */
static int
admin_each(struct server *s, const json_t *args, const char *key,
	   bool (*act)(struct server_member *m, const char *text,
		       struct err *e),
	   json_t **result, struct err *e)
{
	const char *text = server_arg(args, "text");
	struct server_who who;
	size_t done = 0;

	if (text != NULL && strlen(text) > ADMIN_TEXT)
		return err_usage(e, "the text is longer than %u bytes",
				 ADMIN_TEXT);
	if (server_who(s, args, &who, e) < 0)
		return -1;
	for (size_t i = 0; i < who.n; i++)
		done += act(who.m[i], text, e);
	free(who.m);
	if (done == 0 && e->msg[0] != '\0')
		return -1;
	*result = json_pack("{s:I}", key, (json_int_t)done);
	return 0;
}

static bool
admin_ask(struct server_member *m, const char *text, struct err *e)
{
	(void)text;
	return server_import_ask(m, e) == 0;
}

int
server_admin_refresh(struct server *s, const json_t *args, json_t **result,
		     struct err *e)
{
	return admin_each(s, args, "asked", admin_ask, result, e);
}

/* ---- sessions */

static void
admin_log(const struct server_member *m, const char *what, const char *text)
{
	char a[IP_ADDRSTRLEN];

	log_info("server", "%s (%s): %s by the operator%s%s",
		 server_member_name(m), ip_addr_print(&m->policy.address, a),
		 what, text != NULL ? ": " : "", text != NULL ? text : "");
}

static bool
admin_down(struct server_member *m, const char *text, struct err *e)
{
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_SHUTDOWN, text);

	(void)e;
	admin_log(m, "shut down", text);
	m->again_at = 0;
	server_member_stop(m, SERVER_BY_OPERATOR, &n);
	return true;
}

int
server_admin_shutdown(struct server *s, const json_t *args, json_t **result,
		      struct err *e)
{
	return admin_each(s, args, "shut_down", admin_down, result, e);
}

static bool
admin_up(struct server_member *m, const char *text, struct err *e)
{
	(void)e;
	if (m->stopped == SERVER_RUNS)
		return false;
	admin_log(m, "enabled", text);
	server_member_start(m);
	return true;
}

int
server_admin_enable(struct server *s, const json_t *args, json_t **result,
		    struct err *e)
{
	return admin_each(s, args, "enabled", admin_up, result, e);
}

static bool
admin_again(struct server_member *m, const char *text, struct err *e)
{
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_RESET, text);

	(void)e;
	admin_log(m, "reset", text);
	server_member_stop(m, SERVER_RUNS, &n);
	server_member_start(m);
	return true;
}

int
server_admin_reset(struct server *s, const json_t *args, json_t **result,
		   struct err *e)
{
	return admin_each(s, args, "reset", admin_again, result, e);
}

/* ---- the configuration */

struct admin_reload {
	struct server *s;
	struct ctl_request *q;
};

static void
admin_reloaded(void *arg, const struct err *e)
{
	struct admin_reload *r = arg;

	if (e != NULL)
		ctl_refuse(r->q, e);
	else
		ctl_reply(r->q, json_pack("{s:I}", "clients",
					  (json_int_t)r->s->policy->n_clients));
	free(r);
}

void
server_admin_reload(struct server *s, struct ctl_request *q)
{
	struct admin_reload *r = xcalloc(1, sizeof(*r));

	*r = (struct admin_reload){s, q};
	server_reload(s, admin_reloaded, r);
}
