/*
 * Starting and stopping labs: from "ixlab up", and for the grader and the
 * interface, which know no supervisor.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "cmd.h"
#include "lab/model/model_kind.h"
#include "lab/node/node.h"
#include "lab/super/super.h"

#define HOST_START_MS 90000 /* a whole start, ... */
#define HOST_NODE_MS 200    /* ... and more for each node */
#define HOST_DOWN_MS 30000

int64_t
cmd_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* ---- progress: one line rewritten on a terminal, a line a second elsewhere */

struct host_progress {
	FILE *f;
	bool tty;
	int64_t last;
};

static void
host_progress(void *arg, size_t done, size_t total, const char *text)
{
	struct host_progress *p = arg;
	int64_t now = cmd_now_ms();
	_free_ char *clean = xstrdup(text);

	if (now - p->last < (p->tty ? 40 : 1000))
		return;
	p->last = now;
	str_clean(clean);
	fprintf(p->f, p->tty ? "\r%zu/%zu %.60s\033[K" : "%zu/%zu %s\n", done,
		total, clean);
	fflush(p->f);
}

static void
host_progress_end(struct host_progress *p)
{
	if (p->f && p->tty)
		fputs("\r\033[K", p->f);
}

/* ---- start and stop */

static int
host_super(const struct lab *lab, const char *text, struct cmd_start *s,
	   const struct save_state *saved, struct err *e)
{
	_free_ char *dir = cmd_lab_state_dir(lab->name, e);
	struct host_progress p = {.f = s->progress, .last = cmd_now_ms()};
	struct super_opts o = {
	    .lab = lab,
	    .lab_text = text,
	    .state_dir = dir,
	    .overlay = s->overlay,
	    .members = s->members,
	    .saved = saved,
	    .exercise = s->exercise,
	    .timeout_ms = HOST_START_MS + HOST_NODE_MS * (int)lab->nnodes,
	    .progress = s->progress ? host_progress : NULL,
	    .arg = &p,
	};
	int rc;

	if (dir == NULL)
		return -1;
	p.tty = p.f && isatty(fileno(p.f));
	rc = super_start(&o, e);
	host_progress_end(&p);
	return rc;
}

/* The text that is kept and saved with the lab says by itself what trainees run:
 * a kind beside each "trainee: yes". */
static char *
host_said(const char *text, const struct lab_kind *k)
{
	static const char mark[] = "trainee: yes";
	const char *from = text, *at, *line;
	struct str s = {0};

	while ((at = strstr(from, mark)) != NULL) {
		for (line = at; line > text && line[-1] != '\n'; line--)
			continue;
		str_addn(&s, from, (size_t)(at - from));
		str_addf(&s, "kind: %s", k->name);
		if ((size_t)(at - line) == strspn(line, " "))
			str_addf(&s, "\n%*s", (int)(at - line), "");
		else
			str_add(&s, ", ");
		str_add(&s, mark);
		from = at + strlen(mark);
	}
	str_add(&s, from);
	return str_steal(&s);
}

/* Is it the same lab? It is not when the file says it in another way. */
static bool
host_same(const struct lab *lab, const char *text)
{
	_free_ char *dir = file_absolute(lab->file);
	struct model_params params = {.name = lab->name,
				      .folder = dir,
				      .tags = super_tags,
				      .filtering = super_filtering};
	struct lab *other;
	struct err e;
	bool same;
	size_t i;

	dir[strlen(dir) - strlen(strrchr(dir, '/'))] = '\0';
	other = model_parse("lab.yml", text, strlen(text), &params, &e);
	same = other != NULL && other->nnodes == lab->nnodes;
	for (i = 0; same && i < lab->nnodes; i++)
		same = other->nodes[i].kind == lab->nodes[i].kind;
	model_free(other);
	return same;
}

static void
host_say(const struct lab *lab, const struct lab_kind *k, char **text)
{
	char *said = host_said(*text, k);

	if (!host_same(lab, said)) {
		free(said);
		return;
	}
	free(*text);
	*text = said;
}

int
cmd_start_lab(struct cmd_start *s, struct err *e)
{
	struct model_params params = {.name = s->name,
				      .members = s->members,
				      .trainees = s->trainees,
				      .tags = super_tags,
				      .filtering = super_filtering};
	int64_t begin = cmd_now_ms();
	_free_ char *text = NULL;
	struct save_state saved = {0};
	struct lab *lab = model_load(s->lab, &params, e);
	int rc;

	if (lab == NULL)
		return -1;
	rc = file_read(lab->file, CMD_LAB_MAX, &text, NULL, e);
	if (rc == 0 && s->trainees)
		host_say(lab, s->trainees, &text);
	if (rc == 0 && s->saved)
		rc = save_state_parse(&saved, s->lab, s->saved, lab, e);
	if (rc == 0)
		rc = host_super(lab, text, s, s->saved ? &saved : NULL, e);
	save_state_clear(&saved);
	snprintf(s->ran, sizeof(s->ran), "%s", lab->name);
	s->nodes = lab->nnodes;
	s->ms = cmd_now_ms() - begin;
	model_free(lab);
	return rc;
}

int
cmd_stop_lab(const char *name, struct err *e)
{
	return super_down(name, HOST_DOWN_MS, e);
}

/* ---- the end of labs that are ours alone (play, dev check): a supervisor that
 * is killed takes its lab with it, and its folders are not worth keeping. Only
 * what may be called in a handler is called there. */

#define HOST_GUARDED 16

struct host_lab {
	char *name;	    /* NULL: a free place */
	char *dir;	    /* its state */
	volatile pid_t pid; /* 0: it does not run */
	volatile sig_atomic_t known;
};

static struct host_lab host_labs[HOST_GUARDED];
static char *host_overlays; /* dev/PID, see grader_dev */
static volatile sig_atomic_t host_guarding;
static volatile sig_atomic_t host_starting; /* a signal waits for the start */
static volatile sig_atomic_t host_signal;

static void
host_sweep(void)
{
	char *dirs[1 + HOST_GUARDED + 1] = {host_overlays};
	size_t i, n = 1;

	for (i = 0; i < HOST_GUARDED; i++)
		if (host_labs[i].known)
			dirs[n++] = host_labs[i].dir;
	if (host_overlays != NULL)
		node_sweep(dirs);
}

static void
host_die(int sig)
{
	size_t i;

	for (i = 0; i < HOST_GUARDED; i++)
		if (host_labs[i].pid > 0)
			kill(host_labs[i].pid, SIGKILL);
	host_sweep();
	_exit(128 + sig);
}

/* In the middle of a start nobody knows yet whom to kill: the start is short,
 * and who is in a hurry says it twice. */
static void
host_caught(int sig)
{
	if (host_starting && host_signal == 0)
		host_signal = sig;
	else
		host_die(sig);
}

void
cmd_host_guard(void)
{
	struct sigaction act = {.sa_handler = host_caught,
				.sa_flags = SA_RESTART};
	struct err e;
	_free_ char *state = file_state_dir(&e);

	if (state != NULL && host_overlays == NULL)
		host_overlays = xasprintf("%s/dev/%d", state, (int)getpid());
	sigemptyset(&act.sa_mask);
	sigaddset(&act.sa_mask, SIGINT);
	sigaddset(&act.sa_mask, SIGTERM);
	sigaddset(&act.sa_mask, SIGHUP);
	host_guarding = 1;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
}

static pid_t
host_pid(const char *instance)
{
	struct err e;
	json_t *state = cmd_lab_inspect(instance, &e);
	json_int_t pid = json_integer_value(json_object_get(state, "pid"));

	json_decref(state);
	return pid > 1 ? (pid_t)pid : 0;
}

/* The lab's own place, a free one, or that of one that ended. */
static struct host_lab *
host_place(const char *name)
{
	struct host_lab *place = NULL, *l;

	for (l = host_labs; l < host_labs + HOST_GUARDED; l++) {
		if (l->name != NULL && strcmp(l->name, name) == 0)
			return l;
		if (l->pid == 0 && (place == NULL || place->name != NULL))
			place = l;
	}
	return place;
}

/* NULL: nobody guards, or there is no place. */
static struct host_lab *
host_remember(const char *name)
{
	struct host_lab *l = host_guarding ? host_place(name) : NULL;
	struct err e;
	_free_ char *state = file_state_dir(&e);

	if (l == NULL || state == NULL)
		return NULL;
	l->known = 0;
	free(l->dir);
	free(l->name);
	l->name = xstrdup(name);
	l->dir = xasprintf("%s/labs/%s", state, name);
	l->known = 1;
	return l;
}

/* ---- the grader's door */

static int
host_up(void *arg, const struct exercise *x, const char *instance,
	const char *overlay, struct err *e)
{
	struct cmd_start s = {.lab = x->lab,
			      .trainees = x->daemon,
			      .name = instance,
			      .overlay = overlay,
			      .exercise = true,
			      .progress = arg};
	struct host_lab *l = host_remember(instance);
	int rc;

	host_starting = l != NULL;
	rc = cmd_start_lab(&s, e);
	if (rc == 0 && l != NULL)
		l->pid = host_pid(instance);
	host_starting = 0;
	if (host_signal != 0)
		host_die(host_signal);
	return rc;
}

static int
host_down(void *arg, const char *instance, struct err *e)
{
	struct host_lab *l = host_guarding ? host_place(instance) : NULL;

	(void)arg;
	if (cmd_stop_lab(instance, e) < 0)
		return -1;
	if (l != NULL)
		l->pid = 0;
	return 0;
}

struct grader_host
cmd_host(FILE *progress)
{
	return (struct grader_host){host_up, host_down, progress};
}
