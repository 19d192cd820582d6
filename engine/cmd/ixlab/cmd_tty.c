#include "cmd_tty.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios tty_saved;
static volatile sig_atomic_t tty_is_raw;

void
cmd_tty_restore(void)
{
	if (tty_is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &tty_saved);
	tty_is_raw = 0;
}

/* tcsetattr may be called from a handler (signal-safety(7)). */
static void
tty_crash(int sig)
{
	if (tty_is_raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &tty_saved);
	raise(sig); /* the default action: the handler is gone */
}

static void
tty_guard(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
	struct sigaction act = {.sa_handler = tty_crash,
				.sa_flags = (int)SA_RESETHAND | SA_NODEFER};
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &act, NULL);
}

int
cmd_tty_raw(struct err *e)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &tty_saved) < 0)
		return err_sys(e, "cannot read the terminal's settings");
	raw = tty_saved;
	cfmakeraw(&raw);
	tty_guard();
	tty_is_raw = 1;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
		return err_sys(e, "cannot make the terminal raw");
	return 0;
}

void
cmd_tty_resize(int master)
{
	struct winsize size;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		(void)ioctl(master, TIOCSWINSZ, &size);
}

static int
tty_open_slave(int master, struct err *e)
{
	char name[64];
	struct termios ours;
	int fd;

	if (grantpt(master) < 0 || unlockpt(master) < 0 ||
	    ptsname_r(master, name, sizeof(name)) != 0)
		return err_sys(e, "cannot make a terminal");
	fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "cannot open the terminal %s", name);
	if (tcgetattr(STDIN_FILENO, &ours) == 0)
		(void)tcsetattr(fd, TCSANOW, &ours);
	return fd;
}

int
cmd_tty_open(int *master, int *slave, struct err *e)
{
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0)
		return err_sys(e, "cannot make a terminal");
	(void)fcntl(*master, F_SETFL, O_NONBLOCK);
	if ((*slave = tty_open_slave(*master, e)) < 0) {
		close(*master);
		return -1;
	}
	cmd_tty_resize(*master);
	return 0;
}
