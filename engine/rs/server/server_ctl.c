/*
 * server_ctl: the control socket: which verb, which member, which prefix is
 * meant. ixrsctl(1) describes the verbs, their arguments and the keys of their
 * answers.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

const char *
server_arg(const json_t *args, const char *key)
{
	return json_string_value(json_object_get(args, key));
}

/* ---- who is meant */

static bool
is_name_of(const struct policy_client *c, const char *word)
{
	return strcmp(c->id, word) == 0 ||
	       (c->description != NULL && strcmp(c->description, word) == 0);
}

static void
who_add(struct server_who *w, struct server_member *m)
{
	w->m = xreallocarray(w->m, w->n + 1, sizeof(*w->m));
	w->m[w->n++] = m;
}

void
server_who_all(struct server *s, struct server_who *w)
{
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		who_add(w, m);
}

static void
who_collect(struct server *s, const char *word, struct server_who *w)
{
	const char *number = str_starts(word, "AS") ? word + 2 : word;
	struct ip_addr a;
	unsigned int asn = 0;
	bool is_addr = ip_addr_parse(word, &a);

	if (!str_to_u32(number, 1, UINT32_MAX, &asn))
		asn = 0;
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		if (is_addr ? ip_addr_eq(&a, &m->policy.address)
			    : is_name_of(m->policy.client, word))
			who_add(w, m);
	if (w->n > 0 || asn == 0)
		return;
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		if (m->policy.client->asn == asn)
			who_add(w, m);
}

int
server_who(struct server *s, const json_t *args, struct server_who *w,
	   struct err *e)
{
	const char *word = server_arg(args, "member");

	*w = (struct server_who){0};
	if (word == NULL)
		return err_usage(e, "which member?");
	who_collect(s, word, w);
	if (w->n == 0)
		return err_usage(
		    e, "no member \"%s\"; \"show sessions\" lists them", word);
	for (size_t i = 1; i < w->n; i++) {
		const struct policy_client *a = w->m[0]->policy.client,
					   *b = w->m[i]->policy.client;
		if (a == b)
			continue;
		err_usage(e, "\"%s\" is %s as well as %s; name one of them",
			  word, a->id, b->id);
		free(w->m);
		*w = (struct server_who){0};
		return -1;
	}
	return 0;
}

/* ---- which prefixes are meant */

int
server_wanted(const char *text, struct server_wanted *w, struct err *e)
{
	struct ip_addr a;

	*w = (struct server_wanted){.all = text == NULL};
	if (text == NULL || ip_prefix_parse(text, &w->prefix))
		return 0;
	if (!ip_addr_parse(text, &a))
		return err_usage(
		    e,
		    "\"%s\" is no prefix, such as 192.0.2.0/24, and no address",
		    text);
	w->is_addr = true;
	w->prefix =
	    ip_prefix_of(&a, (uint8_t)ip_bits((enum ip_family)a.family));
	return 0;
}

bool
server_is_wanted(const struct server_wanted *w, const struct ip_prefix *p)
{
	return w->all || (w->is_addr ? ip_prefix_covers(p, &w->prefix)
				     : ip_prefix_eq(p, &w->prefix));
}

/* ---- requests */

static const struct {
	const char *name;
	server_verb *run; /* 0, or -1 with the reason; *result is the answer */
} verbs[] = {
    {"version", server_show_version},	 {"stats", server_show_stats},
    {"explain", server_explain},	 {"refresh", server_admin_refresh},
    {"shutdown", server_admin_shutdown}, {"enable", server_admin_enable},
    {"reset", server_admin_reset},	 {"rpki", server_show_rpki},
};

static void
ctl_request_in(void *arg, struct ctl_request *q, const char *verb,
	       const json_t *args, const int *fds, size_t nfds)
{
	struct server *s = arg;
	json_t *result = NULL;
	struct err e = {0};

	for (size_t i = 0; i < nfds; i++)
		close(fds[i]);
	if (strcmp(verb, "subscribe") == 0) {
		server_event_subscribe(s, ctl_request_client(q));
		ctl_reply(q, NULL);
		return;
	}
	if (strcmp(verb, "reload") == 0) {
		server_admin_reload(s, q);
		return;
	}
	int list = server_list_ask(s, q, verb, args, &e);
	if (list < 0)
		ctl_refuse(q, &e);
	if (list != 0)
		return;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, verb) != 0)
			continue;
		if (verbs[i].run(s, args, &result, &e) == 0) {
			ctl_reply(q, result);
			return;
		}
		json_decref(result);
		ctl_refuse(q, &e);
		return;
	}
	err_usage(&e, "ixrs has no verb \"%.40s\"", verb);
	ctl_refuse(q, &e);
}

static void
ctl_gone(void *arg, struct ctl_client *client)
{
	server_event_gone(arg, client);
	server_list_gone(arg, client);
}

int
server_ctl_open(struct server *s, struct err *e)
{
	int fd = ctl_listen(s->conf->control, e);

	if (fd < 0)
		return -1;
	s->ctl = ctl_server_new(s->loop, fd, ctl_request_in, ctl_gone, s);
	return 0;
}

void
server_ctl_close(struct server *s)
{
	if (s->ctl != NULL)
		ctl_server_close(s->ctl);
	s->ctl = NULL;
	free(s->subscribers);
	s->subscribers = NULL;
	s->n_subscribers = 0;
}
