/*
 * STATE/log: what the supervisor and the daemons say, a line each with the
 * time. At LOG_MAX it becomes log.old and begins anew. A full disk costs lines,
 * never the lab.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define LOG_MAX (1 << 20)

static char *log_path, *log_old;
static off_t log_size;

/* The file becomes standard output and error, so that even the last words of a
 * failed assertion are kept. */
static int
log_begin(int flags)
{
	int fd = open(log_path,
		      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0600);
	struct stat st;

	if (fd < 0)
		return -1;
	log_size = fstat(fd, &st) == 0 ? st.st_size : 0;
	if (dup2(fd, 1) < 0 || dup2(fd, 2) < 0) {
		close(fd);
		return -1;
	}
	if (fd > 2)
		close(fd);
	return 0;
}

static void
log_turn(void)
{
	(void)rename(log_path, log_old);
	(void)log_begin(0);
}

void
super_log_line(const char *who, const char *line)
{
	char text[1400], when[32];
	struct timespec ts;
	struct tm tm;
	int n;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(when, sizeof(when), "%F %T", &tm);
	n = snprintf(text, sizeof(text), "%s.%03ld %s: %s\n", when,
		     ts.tv_nsec / 1000000, who, line);
	if (n >= (int)sizeof(text))
		n = (int)sizeof(text) - 1;
	if (write(2, text, (size_t)n) > 0)
		log_size += n;
	if (log_size > LOG_MAX)
		log_turn();
}

static void
log_ours(enum log_level level, const char *line)
{
	(void)level;
	super_log_line("ixlab", line);
}

int
super_log_open(const char *state_dir, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	log_path = xasprintf("%s/log", state_dir);
	log_old = xasprintf("%s/log.old", state_dir);
	if (null >= 0) {
		(void)dup2(null, 0);
		if (null > 0)
			close(null);
	}
	if (log_begin(0) < 0)
		return err_sys(e, "cannot write %s", log_path);
	log_set_hook(log_ours);
	return 0;
}
