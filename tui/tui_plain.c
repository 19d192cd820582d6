#include "tui/tui_plain.h"
#include "tui/tui_words.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 4096 /* a longer line is cut into several */
#define PLAIN_MAX 32	/* words in the table, at most */

static void
run_line(struct plain *p, char *line)
{
	const char *names[PLAIN_MAX], *near;
	char *args;
	size_t i;

	if (p->put[0] != '\0') {
		plain_put_line(p, line);
		return;
	}
	assert(plain_ncommands <= PLAIN_MAX);
	line += strspn(line, " \t\r");
	args = line + strcspn(line, " \t\r");
	if (*args != '\0')
		*args++ = '\0';
	args += strspn(args, " \t\r");
	for (i = strlen(args); i > 0 && strchr(" \t\r", args[i - 1]); i--)
		args[i - 1] = '\0';
	if (*line == '\0')
		return;
	for (i = 0; i < plain_ncommands; i++) {
		names[i] = plain_commands[i].name;
		if (strcmp(names[i], line) != 0)
			continue;
		if (plain_commands[i].needs_work && p->work == NULL)
			plain_say(p, _("No exercise is open; type: open 1"));
		else
			plain_commands[i].run(p, args);
		return;
	}
	near = str_nearest(line, names, plain_ncommands);
	plain_say(p, _("\"%s\" is not a command here%s%s%s; help shows them."),
		  line, near ? _(" (did you mean ") : "", near ? near : "",
		  near ? "?)" : "");
}

/* ---- the conversation */

static void
prompt(const struct plain *p)
{
	if (p->tty && !p->quit) {
		fputs(p->put[0] ? "> " : "ixlab> ", stdout);
		fflush(stdout);
	}
}

/* Whole lines in p->in; at the end of the input also the last, unfinished. */
static void
run_lines(struct plain *p, bool end)
{
	char *nl;
	size_t n;

	while (!p->quit && p->in.len > 0) {
		nl = memchr(p->in.text, '\n', p->in.len);
		if (nl == NULL && !end && p->in.len < LINE_BYTES)
			return;
		n = nl ? (size_t)(nl - p->in.text) : p->in.len;
		_free_ char *line = xstrndup(p->in.text, n);

		n += nl != NULL;
		memmove(p->in.text, p->in.text + n, p->in.len - n + 1);
		p->in.len -= n;
		run_line(p, line);
		prompt(p);
	}
}

static void
read_some(struct plain *p)
{
	char buf[1024];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0)
		str_addn(&p->in, buf, (size_t)n);
	run_lines(p, n <= 0);
	if (n <= 0)
		p->quit = true;
}

static void
converse(struct plain *p)
{
	struct pollfd f[2] = {
	    {.fd = STDIN_FILENO, .events = POLLIN},
	    {.fd = uv_backend_fd(&p->loop), .events = POLLIN}};

	prompt(p);
	while (!p->quit) {
		uv_run(&p->loop, UV_RUN_NOWAIT);
		f[0].revents = 0;
		if (poll(f, 2, uv_backend_timeout(&p->loop)) < 0)
			continue;
		if (f[0].revents != 0)
			read_some(p);
	}
}

int
tui_plain(const struct tui_opts *o, bool ascii, struct err *e)
{
	struct plain p = {.o = o, .ascii = ascii};

	p.list = exercise_list(e);
	if (p.list == NULL)
		return -1;
	if (uv_loop_init(&p.loop) != 0) {
		json_decref(p.list);
		return err_here(e, "this machine gives us no event loop");
	}
	uv_timer_init(&p.loop, &p.timer);
	p.timer.data = &p;
	p.tty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	plain_say(
	    &p, _("ixlab, in plain lines. Type help for the words it knows."));
	if (o->exercise != NULL)
		plain_open(&p, o->exercise);
	else
		plain_list(&p, "");
	converse(&p);
	plain_close(&p);
	uv_close((uv_handle_t *)&p.timer, NULL);
	uv_run(&p.loop, UV_RUN_DEFAULT);
	uv_loop_close(&p.loop);
	json_decref(p.list);
	str_clear(&p.in);
	str_clear(&p.lines);
	return 0;
}
