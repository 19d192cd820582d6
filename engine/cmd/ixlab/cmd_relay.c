#include "cmd_relay.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

/* How many bytes at the end begin a character that is not complete. */
static size_t
relay_tail(const char *s, size_t n)
{
	size_t i, need;

	for (i = 1; i <= 3 && i <= n; i++) {
		unsigned char c = (unsigned char)s[n - i];

		if ((c & 0xc0) == 0x80)
			continue;
		need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
		return need > i ? i : 0;
	}
	return 0;
}

/* From what was held and the n new bytes, what may be shown now. */
static void
relay_clean(struct cmd_relay *r, const char *data, size_t n)
{
	size_t i, len = r->nheld + n;

	memcpy(r->wait, r->held, r->nheld);
	memcpy(r->wait + r->nheld, data, n);
	r->nheld = r->end ? 0 : relay_tail(r->wait, len);
	len -= r->nheld;
	memcpy(r->held, r->wait + len, r->nheld);
	r->wait[len] = '\0';
	for (i = 0; i < len; i++)
		if (r->wait[i] == '\0')
			r->wait[i] = '?';
	str_clean_lines(r->wait);
	r->nwait = len;
}

static void
relay_read(struct cmd_relay *r)
{
	char data[CMD_RELAY_MAX];
	ssize_t n = read(r->from, data, sizeof(data));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) { /* a pty whose last user left says EIO */
		r->end = true;
		n = 0;
	}
	r->at = 0;
	if (r->clean) {
		relay_clean(r, data, (size_t)n);
		return;
	}
	memcpy(r->wait, data, (size_t)n);
	r->nwait = (size_t)n;
}

static bool
relay_write(struct cmd_relay *r)
{
	ssize_t n = write(r->to, r->wait + r->at, r->nwait);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	r->at += (size_t)n;
	r->nwait -= (size_t)n;
	return true;
}

struct pollfd
cmd_relay_poll(const struct cmd_relay *r)
{
	if (r->from >= 0 && r->nwait > 0)
		return (struct pollfd){r->to, POLLOUT, 0};
	return (struct pollfd){r->from, POLLIN, 0};
}

bool
cmd_relay_step(struct cmd_relay *r)
{
	if (r->nwait == 0)
		relay_read(r);
	else if (!relay_write(r))
		return false;
	return !r->end || r->nwait > 0;
}
