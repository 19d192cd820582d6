/*
 * "fetch": what a server says to a node. A TCP connection, a request for a page when
 * a path is named (HTTP/1.0, RFC 1945), and the beginning of the answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define FETCH_TEXT 8192 /* bytes kept of an answer */
#define FETCH_BYTES (4 << 20)
#define FETCH_PATH 200
#define FETCH_TICK_MS 5

struct fetch {
	struct super *super;
	int fd;
	struct str request, text;
	uint64_t began, limit, bytes; /* ms */
	uint64_t connected;	      /* ms after it began, 0: not */
	bool sent, over;
	struct err e;
};

static void
fetch_free(void *data)
{
	struct fetch *f = data;

	close(f->fd);
	str_clear(&f->request);
	str_clear(&f->text);
	free(f);
}

static void
fetch_fail(struct fetch *f, int why)
{
	errno = why;
	err_sys(&f->e, "%s", f->sent ? "it broke off" : "no connection");
	f->over = true;
}

static bool
fetch_readable(void *data)
{
	struct fetch *f = data;
	char room[4096];
	ssize_t n;

	while (!f->over) {
		n = recv(f->fd, room, sizeof(room), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return false;
		if (n < 0 && errno == ENOTCONN)
			return false;
		if (n < 0)
			fetch_fail(f, errno);
		if (n <= 0) {
			f->over = true;
			break;
		}
		f->bytes += (uint64_t)n;
		if (f->text.len < FETCH_TEXT)
			str_addn(&f->text, room,
				 f->text.len + (size_t)n > FETCH_TEXT
				     ? FETCH_TEXT - f->text.len
				     : (size_t)n);
		f->over = f->bytes > FETCH_BYTES;
	}
	return true;
}

/* Once it stands, the request; then the answer is waited for. */
static long
fetch_tick(void *data)
{
	struct fetch *f = data;
	uint64_t now = uv_now(&f->super->loop);
	int why = 0;
	socklen_t len = sizeof(why);

	if (f->over || now >= f->began + f->limit)
		return 0;
	if (f->sent)
		return (long)(f->began + f->limit - now);
	if (getsockopt(f->fd, SOL_SOCKET, SO_ERROR, &why, &len) == 0 && why) {
		fetch_fail(f, why);
		return 0;
	}
	if (send(f->fd, str_text(&f->request), f->request.len, MSG_NOSIGNAL) ==
		(ssize_t)f->request.len &&
	    getpeername(f->fd, &(struct sockaddr){0}, &(socklen_t){0}) == 0) {
		f->sent = true;
		f->connected = now - f->began + 1;
	}
	return FETCH_TICK_MS;
}

static json_t *
fetch_result(void *data)
{
	struct fetch *f = data;
	_free_ char *text = xstrdup(str_text(&f->text));
	json_t *r;

	str_clean_lines(text);
	r = json_pack("{sb so sI sI sb}", "connected", f->sent, "text",
		      out_str(text), "bytes", (json_int_t)f->bytes, "ms",
		      (json_int_t)(uv_now(&f->super->loop) - f->began), "whole",
		      f->over && f->e.class == ERR_NONE);
	if (f->e.class != ERR_NONE)
		json_object_set_new(r, "error", out_str(f->e.msg));
	return r;
}

static const struct super_asking fetching = {fetch_readable, fetch_tick,
					     fetch_result, fetch_free};

/* A path is printable ASCII without a space, so that it stays one word. */
static int
fetch_request(struct str *s, const json_t *args, const char *host,
	      struct err *e)
{
	const char *path = json_string_value(json_object_get(args, "path")), *p;

	if (path == NULL)
		return 0;
	for (p = path; *p > ' ' && *p < 0x7f; p++)
		continue;
	if (*path != '/' || *p != '\0' || p - path > FETCH_PATH)
		return err_usage(e, "path must begin with / and be one word");
	str_addf(s, "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n",
		 path, host);
	return 0;
}

static int
fetch_open(struct fetch *f, struct super_node *n, const struct ip_addr *to,
	   uint16_t port, struct err *e)
{
	struct sockaddr_storage ss;
	socklen_t len = ip_to_sockaddr(to, port, &ss);

	f->fd = net_socket(n->net, to->family == IP_V6 ? AF_INET6 : AF_INET,
			   SOCK_STREAM, 0, e);
	if (f->fd < 0)
		return -1;
	if (connect(f->fd, (struct sockaddr *)&ss, len) < 0 &&
	    errno != EINPROGRESS)
		fetch_fail(f, errno);
	return 0;
}

int
super_fetch(struct super *s, struct ctl_request *q, const json_t *args,
	    struct err *e)
{
	const char *text = json_string_value(json_object_get(args, "to"));
	struct super_node *n = super_arg_node(s, args, e);
	struct fetch *f, want = {.super = s};
	long port = 80, limit = 2000;
	struct ip_addr to;

	if (n == NULL)
		return -1;
	if (text == NULL || !ip_addr_parse(text, &to))
		return err_usage(e, "to must be an address");
	if (super_arg_int(args, "port", 1, UINT16_MAX, &port, e) < 0 ||
	    super_arg_int(args, "timeout_ms", 1, 60000, &limit, e) < 0 ||
	    fetch_request(&want.request, args, text, e) < 0 ||
	    fetch_open(&want, n, &to, (uint16_t)port, e) < 0) {
		str_clear(&want.request);
		return -1;
	}
	want.began = uv_now(&s->loop);
	want.limit = (uint64_t)limit;
	f = xmalloc(sizeof(*f));
	*f = want;
	return super_ask(s, q, &fetching, f, f->fd, e);
}
