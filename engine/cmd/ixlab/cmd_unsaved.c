/*
 * Work that runs and is in no file: what was typed at a daemon's command line and
 * not written. It is graded here as long as the lab runs, and nowhere else, since
 * only files are sent in.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd.h"
#include "lab/model/model_kind.h"

#define UNSAVED_MS 10000
#define UNSAVED_MAX (1u << 20)

/* All that comes from fd until its end, or as much as comes in time. */
static void
unsaved_read(int fd, struct str *text)
{
	int64_t end = cmd_now_ms() + UNSAVED_MS, left;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[4096];
	ssize_t n;

	while ((left = end - cmd_now_ms()) > 0 && text->len < UNSAVED_MAX &&
	       poll(&p, 1, (int)left) > 0 &&
	       (n = read(fd, buf, sizeof(buf))) > 0)
		str_addn(text, buf, (size_t)n);
}

static int
unsaved_ask(const char *instance, const char *node, const char *const *words,
	    struct str *text, struct err *e)
{
	_free_ char *name = ctl_lab_name(instance);
	struct ctl *c = ctl_open(name, e);
	json_t *argv = json_array();
	int p[2], fds[3], rc;

	for (; *words != NULL; words++)
		json_array_append_new(argv, json_string(*words));
	if (c == NULL || pipe2(p, O_CLOEXEC) < 0) {
		json_decref(argv);
		ctl_close(c);
		return c ? err_sys(e, "pipe") : -1;
	}
	fds[0] = open("/dev/null", O_RDWR | O_CLOEXEC);
	fds[1] = p[1];
	fds[2] = fds[0];
	rc = ctl_call(
	    c, "exec",
	    json_pack("{ss so sb}", "node", node, "argv", argv, "pty", 0), fds,
	    3, CMD_TIMEOUT_MS, NULL, e);
	close(p[1]);
	close(fds[0]);
	if (rc == 0)
		unsaved_read(p[0], text);
	close(p[0]);
	ctl_close(c);
	return rc;
}

bool
cmd_unsaved(const struct exercise *x, const char *instance, const char *node)
{
	const struct lab_kind *k = x->daemon;
	const char *const *word;
	struct str text = {0};
	bool found = false;
	struct err e;

	if (k == NULL || k->unsaved == NULL || !cmd_lab_runs(instance) ||
	    unsaved_ask(instance, node, k->unsaved, &text, &e) < 0)
		return false;
	for (word = k->unsaved_words; *word != NULL; word++)
		found |= strstr(str_text(&text), *word) != NULL;
	str_clear(&text);
	return found;
}
