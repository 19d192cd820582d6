#include "cmd_relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

#define RELAY_MAX 4096

static bool
relay_write(int fd, const char *data, size_t n)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	ssize_t done;

	while (n > 0) {
		done = write(fd, data, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EAGAIN && poll(&wait, 1, -1) >= 0)
			continue;
		if (done < 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

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

static bool
relay_clean(struct cmd_relay *r, const char *data, size_t n)
{
	char text[sizeof(r->held) + RELAY_MAX + 1];
	size_t i, len = r->nheld + n;

	memcpy(text, r->held, r->nheld);
	memcpy(text + r->nheld, data, n);
	r->nheld = n > 0 ? relay_tail(text, len) : 0;
	len -= r->nheld;
	memcpy(r->held, text + len, r->nheld);
	text[len] = '\0';
	for (i = 0; i < len; i++)
		if (text[i] == '\0')
			text[i] = '?';
	str_clean_lines(text);
	return relay_write(r->to, text, len);
}

bool
cmd_relay_step(struct cmd_relay *r)
{
	char data[RELAY_MAX];
	ssize_t n = read(r->from, data, sizeof(data));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n < 0)
		n = 0; /* a pty whose last user left says EIO */
	if (r->clean) {
		if (!relay_clean(r, data, (size_t)n))
			return false;
	} else if (!relay_write(r->to, data, (size_t)n)) {
		return false;
	}
	return n > 0;
}
