#include "ctl/ctl_wire.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/str.h"

#define CTL_CHUNK 65536
#define CTL_CONNECT_SECONDS 2

/* Room for CTL_FDS descriptors, aligned as the kernel wants it. */
union ctl_control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(CTL_FDS * sizeof(int))];
};

static void
ctl_close_all(const int *fds, size_t n)
{
	while (n > 0)
		close(fds[--n]);
}

/* ---- in */

/* Take the descriptors of one recvmsg; false when they are too many. */
static bool
ctl_inbox_take(struct ctl_inbox *in, struct msghdr *mh)
{
	bool fit = !(mh->msg_flags & MSG_CTRUNC);
	struct cmsghdr *c;
	int fd;
	size_t i, n;

	for (c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(fd);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
			if (in->nfds < 2 * CTL_FDS) {
				in->fds[in->nfds++] = fd;
			} else {
				close(fd);
				fit = false;
			}
		}
	}
	return fit;
}

int
ctl_inbox_fill(struct ctl_inbox *in, int sock, struct err *e)
{
	union ctl_control control;
	char buf[CTL_CHUNK];
	struct iovec iov = {.iov_base = buf, .iov_len = sizeof(buf)};
	struct msghdr mh = {.msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control)};
	ssize_t n;

	do {
		n = recvmsg(sock, &mh, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (n < 0)
		return err_sys(e, "the connection broke");
	if (!ctl_inbox_take(in, &mh))
		return err_here(e, "too many descriptors came at once");
	if (n == 0)
		return err_here(e, "the other side closed the connection");
	ctl_frames_add(&in->frames, buf, (size_t)n);
	return 1;
}

static void
ctl_inbox_drop_fds(struct ctl_inbox *in)
{
	ctl_close_all(in->fds, in->nfds);
	in->nfds = 0;
}

/* Move the descriptors a frame claims; false when they did not come. */
static bool
ctl_inbox_claim(struct ctl_inbox *in, struct ctl_msg *m)
{
	const json_t *fds = json_object_get(m->value, "fds");
	json_int_t want = fds ? json_integer_value(fds) : 0;

	if (fds && (!json_is_integer(fds) || want < 0 || want > CTL_FDS))
		return false;
	if ((size_t)want > in->nfds)
		return false;
	m->nfds = (size_t)want;
	in->nfds -= m->nfds;
	memcpy(m->fds, in->fds, m->nfds * sizeof(m->fds[0]));
	memmove(in->fds, in->fds + m->nfds, in->nfds * sizeof(in->fds[0]));
	return true;
}

int
ctl_inbox_next(struct ctl_inbox *in, struct ctl_msg *out, struct err *e)
{
	int rc;

	*out = (struct ctl_msg){0};
	rc = ctl_frames_next(&in->frames, &out->value, e);
	if (rc == 1 && !ctl_inbox_claim(in, out)) {
		ctl_msg_clear(out);
		return err_here(e, "a frame claims descriptors that are not "
				   "there");
	}
	if (rc == 0 && in->frames.pos == in->frames.len)
		ctl_inbox_drop_fds(in);
	return rc;
}

void
ctl_inbox_clear(struct ctl_inbox *in)
{
	ctl_inbox_drop_fds(in);
	ctl_frames_clear(&in->frames);
}

void
ctl_msg_clear(struct ctl_msg *m)
{
	ctl_close_all(m->fds, m->nfds);
	json_decref(m->value);
	*m = (struct ctl_msg){0};
}

/* ---- out */

static void
ctl_packet_free(struct ctl_packet *p)
{
	ctl_close_all(p->fds, p->nfds);
	free(p->data);
	free(p);
}

int
ctl_outbox_add(struct ctl_outbox *out, uint8_t *data, size_t len,
	       const int *fds, size_t nfds)
{
	struct ctl_packet *p = xcalloc(1, sizeof(*p));
	int saved;

	assert(nfds <= CTL_FDS);
	p->data = data;
	p->len = len;
	while (p->nfds < nfds) {
		p->fds[p->nfds] = fcntl(fds[p->nfds], F_DUPFD_CLOEXEC, 3);
		if (p->fds[p->nfds] < 0) {
			saved = errno;
			ctl_packet_free(p);
			errno = saved;
			return -1;
		}
		p->nfds++;
	}
	if (out->last)
		out->last->next = p;
	else
		out->first = p;
	out->last = p;
	out->bytes += len;
	return 0;
}

static ssize_t
ctl_packet_send(const struct ctl_packet *p, int sock)
{
	union ctl_control control;
	struct iovec iov = {.iov_base = p->data + p->sent,
			    .iov_len = p->len - p->sent};
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;
	ssize_t n;

	if (p->nfds > 0) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = &control;
		mh.msg_controllen = CMSG_SPACE(p->nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(p->nfds * sizeof(int));
		memcpy(CMSG_DATA(c), p->fds, p->nfds * sizeof(int));
	}
	do {
		n = sendmsg(sock, &mh, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	return n;
}

int
ctl_outbox_flush(struct ctl_outbox *out, int sock)
{
	struct ctl_packet *p;
	ssize_t n;

	while ((p = out->first) != NULL) {
		n = ctl_packet_send(p, sock);
		if (n < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		ctl_close_all(p->fds, p->nfds);
		p->nfds = 0;
		p->sent += (size_t)n;
		out->bytes -= (size_t)n;
		if (p->sent < p->len)
			continue;
		out->first = p->next;
		if (out->first == NULL)
			out->last = NULL;
		ctl_packet_free(p);
	}
	return 1;
}

void
ctl_outbox_clear(struct ctl_outbox *out)
{
	struct ctl_packet *p, *next;

	for (p = out->first; p; p = next) {
		next = p->next;
		ctl_packet_free(p);
	}
	*out = (struct ctl_outbox){0};
}

/* ---- names and trust */

int
ctl_wire_address(const char *name, struct sockaddr_un *sun, socklen_t *len,
		 struct err *e)
{
	size_t n;

	if (name == NULL)
		return err_usage(e, "a lab's name has 1 to 32 characters from "
				    "a-z, 0-9 and -");
	n = strlen(name);
	if (n == 0 || n >= sizeof(sun->sun_path))
		return err_usage(e,
				 "%.120s: a socket's name has 1 to %zu "
				 "bytes",
				 name, sizeof(sun->sun_path) - 1);
	*sun = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(sun->sun_path, name, n);
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	if (name[0] == '@')
		sun->sun_path[0] = '\0';
	else
		*len += 1;
	return 0;
}

/* Inside a user namespace the kernel translates the number: the namespace's
 * owner is seen as whom he is mapped to, strangers as the overflow user. */
bool
ctl_wire_trusted(int sock)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return false;
	return cred.uid == geteuid() || cred.uid == 0;
}

static int
ctl_connect_error(const char *name, struct err *e)
{
	if (errno == ECONNREFUSED || errno == ENOENT)
		return err_here(e, "%s: nobody answers there", name);
	return err_sys(e, "%s", name);
}

/* Connecting blocks only while the server's backlog is full; hence the limit,
 * which for this kind of socket is the sending one. */
int
ctl_wire_connect(const char *name, struct err *e)
{
	struct timeval limit = {.tv_sec = CTL_CONNECT_SECONDS};
	struct sockaddr_un sun;
	socklen_t len;
	int fd, saved;

	if (ctl_wire_address(name, &sun, &len, e) < 0)
		return -1;
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return err_sys(e, "%s", name);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&sun, len) < 0) {
		ctl_connect_error(name, e);
	} else if (!ctl_wire_trusted(fd)) {
		err_here(e, "%s: belongs to another user", name);
	} else if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		err_sys(e, "%s", name);
	} else {
		return fd;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* ---- objects */

json_t *
ctl_wire_request(json_int_t id, const char *verb, json_t *args, size_t nfds)
{
	json_t *q = json_object();

	json_object_set_new(q, "id", json_integer(id));
	json_object_set_new(q, "verb", json_string(verb));
	json_object_set_new(q, "args", args ? args : json_object());
	if (nfds > 0)
		json_object_set_new(q, "fds", json_integer((json_int_t)nfds));
	return q;
}

int
ctl_wire_outcome(const json_t *reply, json_t **result, struct err *e)
{
	const json_t *ok = json_object_get(reply, "ok");
	const char *text = json_string_value(json_object_get(reply, "error"));
	json_int_t class;

	*result = NULL;
	if (json_is_true(ok)) {
		*result = json_incref(json_object_get(reply, "result"));
		if (*result == NULL)
			*result = json_object();
		return 0;
	}
	class = json_integer_value(json_object_get(reply, "class"));
	if (!json_is_false(ok) || text == NULL || class < ERR_FAILED ||
	    class > ERR_REFUSED)
		return err_here(e, "the answer makes no sense");
	err_set(e, (enum err_class) class, "%s", text);
	str_clean(e->msg);
	return -1;
}
