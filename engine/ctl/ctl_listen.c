#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/ctl_wire.h"

#define CTL_BACKLOG 64

static int
ctl_bind(int fd, const char *name, const struct sockaddr_un *sun, socklen_t len)
{
	struct stat st;
	struct err ignored;
	int probe;

	if (bind(fd, (const struct sockaddr *)sun, len) == 0)
		return 0;
	if (errno != EADDRINUSE || name[0] == '@')
		return -1;
	probe = ctl_wire_connect(name, &ignored);
	if (probe >= 0 || errno != ECONNREFUSED || lstat(name, &st) < 0 ||
	    !S_ISSOCK(st.st_mode)) {
		if (probe >= 0)
			close(probe);
		errno = EADDRINUSE;
		return -1;
	}
	unlink(name);
	return bind(fd, (const struct sockaddr *)sun, len);
}

int
ctl_listen(const char *name, struct err *e)
{
	struct sockaddr_un sun;
	socklen_t len;
	int fd, saved;

	if (ctl_wire_address(name, &sun, &len, e) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(e, "%s", name);
	/* The mode of the socket becomes that of the file. */
	if (fchmod(fd, 0600) == 0 && ctl_bind(fd, name, &sun, len) == 0 &&
	    listen(fd, CTL_BACKLOG) == 0)
		return fd;
	saved = errno;
	if (saved == EADDRINUSE)
		err_here(e, "%s: somebody answers there already", name);
	else
		err_sys(e, "%s", name);
	close(fd);
	errno = saved;
	return -1;
}
