#include "tui/tui_shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

struct shell {
	struct pane *pane;
	json_int_t pid;
	shell_cb cb;
	void *arg;
	bool waiting;	   /* for the answer to exec */
	bool over, closed; /* it has ended; nobody asks any more */
	bool lost;	   /* its emulator died */
};

int
shell_pty(int *master, int *slave, struct err *e)
{
	char name[64];

	*slave = -1;
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0 || grantpt(*master) < 0 || unlockpt(*master) < 0 ||
	    ptsname_r(*master, name, sizeof(name)) != 0 ||
	    (*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
		err_sys(e, "cannot make a terminal (pty)");
		if (*master >= 0)
			close(*master);
		return -1;
	}
	return 0;
}

static void
over(struct shell *s, const char *why)
{
	if (s->over)
		return;
	s->over = true;
	s->cb(s->arg, true, why);
}

static void
told(void *arg, enum pane_event what)
{
	struct shell *s = arg;

	s->lost = s->lost || what == PANE_LOST;
	if (what == PANE_FRAME || what == PANE_WHOLE)
		s->cb(s->arg, false, NULL);
	else
		over(s, what == PANE_OVER ? "it ended"
					  : "its terminal was lost; Enter "
					    "starts it anew");
}

/* ---- its life */

static void
started(void *arg, const json_t *result, const struct err *error)
{
	struct shell *s = arg;

	s->waiting = false;
	if (s->closed) {
		free(s);
		return;
	}
	if (error != NULL) {
		over(s, error->msg);
		return;
	}
	s->pid = json_integer_value(json_object_get(result, "pid"));
}

struct shell *
shell_open(uv_loop_t *loop, struct ctl_async *ctl, const char *node,
	   json_t *command, int w, int h, shell_cb cb, void *arg, struct err *e)
{
	struct shell *s = xcalloc(1, sizeof(*s));
	int master, slave;

	*s = (struct shell){.cb = cb, .arg = arg, .waiting = true};
	if (shell_pty(&master, &slave, e) == 0) {
		s->pane = pane_new(loop, master, w, h, told, s, e);
		if (s->pane == NULL)
			close(slave);
	}
	if (s->pane == NULL) {
		json_decref(command);
		free(s);
		return NULL;
	}
	json_object_set_new(command, "node", json_string(node));
	json_object_set_new(command, "pty", json_true());
	ctl_async_call(ctl, "exec", command, &slave, 1, started, s);
	close(slave);
	return s;
}

/* With the pane the terminal hangs up, which ends the program. */
void
shell_close(struct shell *s, bool lost)
{
	if (s == NULL)
		return;
	pane_free(s->pane);
	s->over = s->closed = true;
	if (lost || !s->waiting)
		free(s);
}

struct pane *
shell_pane(struct shell *s)
{
	return s->pane;
}

bool
shell_lost(const struct shell *s)
{
	return s->lost;
}

bool
shell_exited(struct shell *s, const json_t *data)
{
	return s->pid != 0 &&
	       json_integer_value(json_object_get(data, "pid")) == s->pid;
}
