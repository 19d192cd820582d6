/*
 * One nft that runs in a switch: what it reads and what it says lie in memory
 * (memfd), so neither it nor the loop ever waits for the other. What nft does
 * is one transaction: all of the text holds, or none. Its first sentence is
 * what the caller gets.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/super/super_priv.h"

struct super_nft {
	struct super_node *node;
	struct node_child child;
	int said; /* its standard error */
	super_nft_cb done;
	void *arg;
	struct super_nft *next;
};

static int
nft_memory(const char *text, struct err *e)
{
	int fd = memfd_create("nft", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "cannot make a file in memory");
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    lseek(fd, 0, SEEK_SET) < 0) {
		err_sys(e, "cannot write a file in memory");
		close(fd);
		return -1;
	}
	return fd;
}

static int
nft_spawn(struct super_nft *f, const char *text, struct err *e)
{
	static const char *const argv[] = {"nft", "-f", "-", NULL};
	_free_ char *path = xasprintf("PATH=%s", node_path());
	const char *const env[] = {path, "LANG=C.UTF-8", NULL};
	struct node_spec spec = {.place = &f->node->place,
				 .argv = argv,
				 .env = env,
				 .fds = {-1, -1, -1}};
	int rc = -1;

	spec.fds[0] = nft_memory(text, e);
	spec.fds[2] = spec.fds[0] < 0 ? -1 : nft_memory("", e);
	if (spec.fds[2] >= 0)
		rc = node_spawn(&spec, &f->child, e);
	if (spec.fds[0] >= 0)
		close(spec.fds[0]);
	if (rc < 0 && spec.fds[2] >= 0)
		close(spec.fds[2]);
	f->said = spec.fds[2];
	return rc;
}

int
super_nft(struct super_node *n, const char *text, super_nft_cb done, void *arg,
	  struct err *e)
{
	struct super_nft *f = xcalloc(1, sizeof(*f));

	f->node = n;
	f->done = done;
	f->arg = arg;
	if (nft_spawn(f, text, e) < 0) {
		free(f);
		return -1;
	}
	f->next = n->super->nfts;
	n->super->nfts = f;
	return 0;
}

bool
super_nft_busy(const struct super_node *n)
{
	const struct super_nft *f;

	for (f = n->super->nfts; f != NULL; f = f->next)
		if (f->node == n)
			return true;
	return false;
}

/* "/dev/stdin:7:4-12: Error: ...", without the place, which nobody can see. */
static const char *
nft_line(char *text)
{
	char *error = strstr(text, "Error: ");
	const char *said = "no reason given";

	if (error != NULL) {
		error[strcspn(error, "\n")] = '\0';
		said = error + strlen("Error: ");
	}
	return said;
}

static void
nft_words(struct super_nft *f, struct err *e)
{
	char text[2048];
	ssize_t len = pread(f->said, text, sizeof(text) - 1, 0);

	if (f->child.report >= 0 && node_report(&f->child, e) < 0)
		return;
	text[len > 0 ? len : 0] = '\0';
	err_here(e, "nft refuses the fabric's rules: %s", nft_line(text));
	str_clean(e->msg);
}

bool
super_nft_exited(struct super *s, pid_t pid, int status)
{
	struct super_nft **at, *f;
	struct err e = {0};

	for (at = &s->nfts; (f = *at) != NULL; at = &f->next)
		if (f->child.pid == pid)
			break;
	if (f == NULL)
		return false;
	*at = f->next;
	if (status != 0)
		nft_words(f, &e);
	if (f->child.report >= 0)
		close(f->child.report);
	close(f->said);
	f->done(f->node, f->arg, status != 0 ? &e : NULL);
	free(f);
	return true;
}
