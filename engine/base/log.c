#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

static enum log_level log_limit = LOG_LV_INFO;
static void (*log_hook)(enum log_level, const char *);

void
log_set_level(enum log_level level)
{
	log_limit = level;
}

void
log_set_hook(void (*hook)(enum log_level, const char *))
{
	log_hook = hook;
}

static void
log_line(enum log_level level, const char *module, const char *text, int code)
{
	char line[1200], when[32];
	struct timespec ts;
	struct tm tm;

	if (level > log_limit)
		return;
	snprintf(line, sizeof(line), "%s: %s%s%s", module, text,
		 code ? ": " : "", code ? strerror(code) : "");
	str_clean(line);
	if (log_hook) {
		log_hook(level, line);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	strftime(when, sizeof(when), "%H:%M:%S", &tm);
	fprintf(stderr, "%s.%03ld %s\n", when, ts.tv_nsec / 1000000, line);
}

#define LOG_BODY(level, code)                   \
	char text[1024];                        \
	int saved = code;                       \
	va_list ap;                             \
                                                \
	va_start(ap, fmt);                      \
	vsnprintf(text, sizeof(text), fmt, ap); \
	va_end(ap);                             \
	log_line(level, module, text, saved)

void
log_warn(const char *module, const char *fmt, ...)
{
	LOG_BODY(LOG_LV_WARN, errno);
}

void
log_warnx(const char *module, const char *fmt, ...)
{
	LOG_BODY(LOG_LV_WARN, 0);
}

void
log_info(const char *module, const char *fmt, ...)
{
	LOG_BODY(LOG_LV_INFO, 0);
}

void
log_debug(const char *module, const char *fmt, ...)
{
	LOG_BODY(LOG_LV_DEBUG, 0);
}
