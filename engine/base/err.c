#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
err_text(struct err *e, enum err_class class, const char *fmt, va_list ap)
{
	e->class = class;
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
}

int
err_usage(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_text(e, ERR_USAGE, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_here(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_text(e, ERR_HERE, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_set(struct err *e, enum err_class class, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_text(e, class, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	err_text(e, ERR_HERE, fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", strerror(saved));
	return -1;
}

int
err_at(struct err *e, const char *file, int line, int col, const char *fmt, ...)
{
	char text[sizeof(e->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	e->class = ERR_USAGE;
	if (line > 0)
		snprintf(e->msg, sizeof(e->msg), "%.255s:%d:%d: %.700s", file,
			 line, col, text);
	else
		snprintf(e->msg, sizeof(e->msg), "%.255s: %.700s", file, text);
	return -1;
}

int
err_in(struct err *e, const char *fmt, ...)
{
	char front[256], rest[sizeof(e->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(front, sizeof(front), fmt, ap);
	va_end(ap);
	memcpy(rest, e->msg, sizeof(rest));
	snprintf(e->msg, sizeof(e->msg), "%s: %.760s", front, rest);
	return -1;
}
