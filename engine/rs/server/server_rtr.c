/*
 * server_rtr: VRPs from a cache of the exchange's own (RFC 8210).
 *
 *	librtr's thread                      the loop
 *	rtr_record  --> queue, by lock  -->  rtr_drain --> rpki_add, rpki_del
 *	rtr_state   --> uv_async_send   -->            --> server_rpki_changed
 *
 * The protocol is librtr's: it connects, asks, keeps what it has while the cache
 * is away, forgets it when it expires, and starts anew when the cache has lost
 * its history (then, too, it tells only the differences). All that in a thread of
 * its own, which tells each change by a call.
 *
 * The changes wait in a queue until the answer that they belong to is complete, so
 * that no route is judged by half of it: where one ROA takes over from another,
 * nothing turns invalid in between. Then routes inside the prefixes that changed
 * are judged again, from the table; nobody is asked to announce anything.
 *
 * The queue is bounded. When it is full, the thread waits until the loop has
 * emptied it, and the loop does so before the answer is complete.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_librtr.h"
#include "rs/server/server_state.h"

#define RTR_QUEUE_MAX 1000000 /* changes: 24 MB */
/* Seconds, until the cache says others (RFC 8210, 6). */
#define RTR_REFRESH 3600
#define RTR_EXPIRE 7200
#define RTR_RETRY 5
#define RTR_CONNECT_TIMEOUT 5
#define RTR_END 1 /* for its thread, when we end */

struct change {
	struct rpki_vrp vrp;
	bool added;
};

struct server_rtr {
	struct server *s;
	uv_async_t async;
	char *host, *port;
	/* librtr's */
	const struct server_librtr *lib;
	struct tr_socket transport;
	struct rtr_socket socket;
	struct rtr_socket *sockets[1];
	struct rtr_mgr_config *manager;
	rtr_connection_state_fp managers_state;
	/* of both threads, by lock */
	pthread_mutex_t lock;
	pthread_cond_t drained;
	struct change *queue;
	size_t n, size;
	enum rtr_socket_state state;
	uint32_t serial;
	const char *error; /* why not, last; NULL */
	bool answering;	   /* an answer is not yet complete */
	bool closed;	   /* nobody listens any more */
	/* the loop's */
	enum { SAID_NOTHING, SAID_UP, SAID_DOWN } said;
	size_t vrps; /* from this cache */
	uint64_t changed_at;
	size_t judged; /* routes, at the last change */
};

/* ---- librtr's thread */

static struct rpki_vrp
vrp_of(const struct pfx_record *record)
{
	struct rpki_vrp v = {.max_len = record->max_len, .asn = record->asn};
	uint32_t words[4] = {0};
	struct ip_addr a;

	if (record->prefix.ver == LRTR_IPV4) {
		words[0] = htonl(record->prefix.u.addr4.addr);
		a = ip_addr_from(IP_V4, words);
	} else {
		for (int i = 0; i < 4; i++)
			words[i] = htonl(record->prefix.u.addr6.addr[i]);
		a = ip_addr_from(IP_V6, words);
	}
	v.prefix = ip_prefix_of(&a, record->min_len);
	return v;
}

static struct server_rtr *
rtr_of(const struct rtr_socket *socket)
{
	const char *p = (const char *)socket;
	uintptr_t at = (uintptr_t)p - offsetof(struct server_rtr, socket);

	return (struct server_rtr *)at;
}

/* A sane prefix? librtr checks less than our tables take for granted. */
static bool
is_sane(const struct pfx_record *record)
{
	unsigned int bits = record->prefix.ver == LRTR_IPV4 ? 32 : 128;

	return record->min_len <= record->max_len && record->max_len <= bits;
}

/* A pfx_update_fp. */
static void
rtr_record(struct pfx_table *table, const struct pfx_record record,
	   const bool added)
{
	struct server_rtr *r = rtr_of(record.socket);
	int cancel;

	(void)table;
	if (!is_sane(&record))
		return;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	pthread_mutex_lock(&r->lock);
	while (r->n == RTR_QUEUE_MAX && !r->closed) {
		uv_async_send(&r->async);
		pthread_cond_wait(&r->drained, &r->lock);
	}
	if (!r->closed && r->n == r->size) {
		r->size = r->size ? r->size * 2 : 64;
		r->queue = xreallocarray(r->queue, r->size, sizeof(*r->queue));
	}
	if (!r->closed)
		r->queue[r->n++] = (struct change){vrp_of(&record), added};
	if (!r->closed && !r->answering)
		uv_async_send(&r->async);
	pthread_mutex_unlock(&r->lock);
	pthread_setcancelstate(cancel, NULL);
}

static const char *
error_of(enum rtr_socket_state state)
{
	switch (state) {
	case RTR_ERROR_TRANSPORT: return "the connection failed or was lost";
	case RTR_ERROR_FATAL:
		return "the cache closed the connection, or broke the protocol";
	case RTR_ERROR_NO_DATA_AVAIL: return "the cache has no data yet";
	default: return NULL;
	}
}

/* An rtr_connection_state_fp, in front of the manager's own.
 *
 * A cache that was started anew does not know the session that librtr asks for. It
 * may say so by a Cache Reset, or end the connection with "Corrupt Data" (RFC 8210,
 * 5.1), and in that case librtr would ask the same again until its data expire. So
 * after every such end it is to begin a new session: it keeps what it has until
 * the answer is there, and then tells us only what differs. */
static void
rtr_state(const struct rtr_socket *socket, const enum rtr_socket_state state,
	  void *config, void *group)
{
	struct server_rtr *r = rtr_of(socket);

	r->managers_state(socket, state, config, group);
	if (state == RTR_ERROR_FATAL)
		r->socket.request_session_id = true;
	pthread_mutex_lock(&r->lock);
	r->answering = state == RTR_SYNC;
	r->state = state;
	r->serial = socket->serial_number;
	if (error_of(state) != NULL)
		r->error = error_of(state);
	if (!r->closed)
		uv_async_send(&r->async);
	pthread_mutex_unlock(&r->lock);
}

/* ---- the loop */

void
server_rpki_changed(struct server *s)
{
	struct ip_prefix *list;
	size_t n, judged = 0;
	bool aspas;

	list = rpki_changes(s->rpki, &n, &aspas);
	if (aspas)
		server_import_again(s);
	else if (n > 0)
		judged = server_import_inside(s, list, n);
	server_limit_again(s);
	if (s->rtr != NULL && n > 0) {
		s->rtr->changed_at = server_now(s);
		s->rtr->judged = judged;
	}
	free(list);
	log_debug("server", "VRPs of %zu prefixes changed, %zu routes judged",
		  n, judged);
}

void
server_rpki_forget(struct server *s)
{
	bool aspas;
	size_t n;

	free(rpki_changes(s->rpki, &n, &aspas));
}

static void
apply(struct server_rtr *r, const struct change *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].added) {
			rpki_add(r->s->rpki, &list[i].vrp);
			r->vrps++;
		} else if (rpki_del(r->s->rpki, &list[i].vrp)) {
			r->vrps--;
		}
	}
}

static void
say_state(struct server_rtr *r, enum rtr_socket_state state, uint32_t serial,
	  const char *error)
{
	const char *cache = r->s->conf->rtr;

	if (state == RTR_ESTABLISHED && r->said != SAID_UP) {
		r->said = SAID_UP;
		log_info("server", "RPKI cache %s: %zu VRPs, serial %u", cache,
			 r->vrps, serial);
	} else if (state == RTR_CONNECTING && error != NULL &&
		   r->said != SAID_DOWN) {
		r->said = SAID_DOWN;
		log_warnx("server", "RPKI cache %s: %s%s", cache, error,
			  r->vrps > 0 ? "; its VRPs stay until they expire"
				      : "");
	}
}

static void
rtr_drain(uv_async_t *async)
{
	struct server_rtr *r = async->data;
	struct change *list = NULL;
	size_t n = 0;

	pthread_mutex_lock(&r->lock);
	enum rtr_socket_state state = r->state;
	uint32_t serial = r->serial;
	const char *error = r->error;
	if (!r->answering || r->n == RTR_QUEUE_MAX) {
		list = r->queue;
		n = r->n;
		r->queue = NULL;
		r->n = r->size = 0;
		pthread_cond_signal(&r->drained);
	}
	pthread_mutex_unlock(&r->lock);
	server_ahead_hold(r->s);
	apply(r, list, n);
	server_ahead_release(r->s);
	free(list);
	if (n > 0)
		server_rpki_changed(r->s);
	say_state(r, state, serial, error);
}

/* ---- librtr's diary
 *
 * Debian's librtr writes one to standard error, and nothing stops it. So stderr
 * becomes a stream that passes on what the loop's thread says. */

static pthread_t diary_reader; /* the loop's thread */
static bool diary_closed;      /* it is in librtr itself */

static ssize_t
diary_write(void *cookie, const char *text, size_t n)
{
	(void)cookie;
	if (!pthread_equal(pthread_self(), diary_reader) || diary_closed)
		return (ssize_t)n;
	return write(STDERR_FILENO, text, n);
}

static void
diary_silence(void)
{
	const cookie_io_functions_t io = {.write = diary_write};
	FILE *f = fopencookie(NULL, "w", io);

	diary_reader = pthread_self();
	if (f == NULL)
		return;
	setvbuf(f, NULL, _IONBF, 0);
	stderr = f;
}

/* ---- start and end */

int
server_rtr_parse(const char *text, char **host, char **port, struct err *e)
{
	const char *colon = strrchr(text, ':'), *end = colon;
	unsigned int number;

	if (colon == NULL || !str_to_u32(colon + 1, 1, UINT16_MAX, &number))
		goto bad;
	if (text[0] == '[' && end[-1] == ']' && end - text > 2) {
		text++;
		end--;
	} else if (end == text || strcspn(text, ":[]") < (size_t)(end - text)) {
		goto bad;
	}
	*host = xstrndup(text, (size_t)(end - text));
	*port = xstrdup(colon + 1);
	return 0;
bad:
	return err_usage(e,
			 "\"%s\" is no cache's HOST:PORT, such as "
			 "192.0.2.1:323 or [2001:db8::1]:323",
			 text);
}

static int
manager_new(struct server_rtr *r, struct err *e)
{
	struct tr_tcp_config tcp = {.host = r->host,
				    .port = r->port,
				    .connect_timeout = RTR_CONNECT_TIMEOUT};
	struct rtr_mgr_group group = {
	    .sockets = r->sockets, .sockets_len = 1, .preference = 1};

	r->sockets[0] = &r->socket;
	r->socket.tr_socket = &r->transport;
	r->lib = server_librtr(e);
	if (r->lib == NULL)
		return -1;
	if (r->lib->tr_tcp_init(&tcp, &r->transport) != TR_SUCCESS ||
	    r->lib->rtr_mgr_init(&r->manager, &group, 1, RTR_REFRESH,
				 RTR_EXPIRE, RTR_RETRY, rtr_record, NULL, NULL,
				 NULL) != RTR_SUCCESS)
		return err_here(e, "the RTR client cannot be set up");
	r->managers_state = r->socket.connection_state_fp;
	r->socket.connection_state_fp = rtr_state;
	return 0;
}

/* The thread is to leave our signals alone. */
static int
manager_start(struct server_rtr *r, struct err *e)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = r->lib->rtr_mgr_start(r->manager);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == RTR_SUCCESS
		   ? 0
		   : err_here(e, "the RTR client's thread cannot be started");
}

int
server_rtr_load(struct err *e)
{
	return server_librtr(e) != NULL ? 0 : -1;
}

int
server_rtr_start(struct server *s, struct err *e)
{
	struct server_rtr *r;
	int rc;

	if (s->conf->rtr == NULL)
		return 0;
	r = xcalloc(1, sizeof(*r));
	r->s = s;
	r->state = RTR_CLOSED;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->drained, NULL);
	uv_async_init(s->loop, &r->async, rtr_drain);
	r->async.data = r;
	s->rtr = r;
	if (server_rtr_parse(s->conf->rtr, &r->host, &r->port, e) < 0)
		return -1;
	diary_silence();
	diary_closed = true;
	rc = manager_new(r, e) < 0 ? -1 : manager_start(r, e);
	diary_closed = false;
	return rc;
}

/* librtr would wait for its thread for as long as that sleeps or waits for a
 * connection. So it is cancelled here, which it notices wherever it waits but in
 * our calls, whose locks nobody may leave behind. */
static bool
thread_ends(struct server_rtr *r)
{
	struct timespec until;

	if (r->socket.thread_id == 0)
		return true;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RTR_END;
	pthread_cancel(r->socket.thread_id);
	if (pthread_timedjoin_np(r->socket.thread_id, NULL, &until) != 0)
		return false;
	r->socket.thread_id = 0;
	return true;
}

static void
rtr_closed(uv_handle_t *h)
{
	struct server_rtr *r = h->data;

	if (!thread_ends(r)) {
		log_warnx("server", "the RTR client's thread does not end");
		return;
	}
	diary_closed = true;
	if (r->manager != NULL) {
		r->socket.connection_state_fp = NULL;
		r->socket.pfx_table->update_fp = NULL;
		r->transport.close_fp(r->transport.socket);
		r->lib->rtr_mgr_free(r->manager);
	}
	diary_closed = false;
	pthread_cond_destroy(&r->drained);
	pthread_mutex_destroy(&r->lock);
	free(r->host);
	free(r->port);
	free(r);
}

void
server_rtr_stop(struct server *s)
{
	struct server_rtr *r = s->rtr;

	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->closed = true;
	free(r->queue);
	r->queue = NULL;
	r->n = 0;
	pthread_cond_signal(&r->drained);
	pthread_mutex_unlock(&r->lock);
	uv_close((uv_handle_t *)&r->async, rtr_closed);
	s->rtr = NULL;
}

/* ---- the answer to "rpki" */

static const char *
state_name(enum rtr_socket_state state)
{
	switch (state) {
	case RTR_ESTABLISHED: return "established";
	case RTR_SYNC:
	case RTR_RESET:
	case RTR_ERROR_NO_INCR_UPDATE_AVAIL: return "synchronizing";
	case RTR_ERROR_NO_DATA_AVAIL: return "waiting";
	default: return "connecting";
	}
}

static void
json_cache(struct server_rtr *r, json_t *o)
{
	pthread_mutex_lock(&r->lock);
	enum rtr_socket_state state = r->state;
	uint32_t serial = r->serial;
	const char *error = r->error;
	pthread_mutex_unlock(&r->lock);
	json_object_set_new(o, "state", json_string(state_name(state)));
	json_object_set_new(o, "serial", json_integer(serial));
	json_object_set_new(o, "cache_vrps", json_integer((json_int_t)r->vrps));
	json_object_set_new(o, "last_error",
			    error != NULL ? json_string(error) : json_null());
	if (r->changed_at == 0)
		return;
	json_object_set_new(
	    o, "changed_ms",
	    json_integer((json_int_t)(server_now(r->s) - r->changed_at)));
	json_object_set_new(o, "judged", json_integer((json_int_t)r->judged));
}

json_t *
server_rtr_json(struct server *s)
{
	const char *address = s->rtr != NULL ? s->conf->rtr : NULL;
	json_t *o = json_pack("{s:s?, s:n, s:n, s:n, s:n, s:n, s:n, s:I, s:I}",
			      "cache", address, "state", "serial", "cache_vrps",
			      "changed_ms", "judged", "last_error", "vrps",
			      (json_int_t)rpki_count(s->rpki), "aspas",
			      (json_int_t)rpki_aspa_count(s->rpki));

	if (s->rtr != NULL)
		json_cache(s->rtr, o);
	return o;
}
