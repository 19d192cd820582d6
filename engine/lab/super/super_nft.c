/*
 * nft, at work in a switch: what it reads and what it says lie in memory (memfd),
 * so neither it nor the loop ever waits for the other. Its first sentence is what
 * the caller gets.
 *
 * What nft does is one transaction: all of it holds, or none. A transaction is one
 * message to the kernel, and who is not root may not send one of any size (a
 * stock kernel takes 416 KiB of those with rights in a user namespace only); so a
 * long text goes in pieces, each of whole blocks "table ... {}". In a switch one
 * nft runs after the other, so that a change finds what it stands on.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define NFT_PIECE 49152 /* bytes of text; four times as many in the message */

struct super_nft {
	struct super_node *node;
	char *text;
	size_t at; /* what is not read yet */
	bool runs; /* or waits for another */
	struct node_child child;
	int said; /* its standard error */
	super_nft_cb done;
	void *arg;
	struct super_nft *next;
};

static int
nft_memory(const char *text, size_t len, struct err *e)
{
	int fd = memfd_create("nft", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "cannot make a file in memory");
	if (write(fd, text, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) < 0) {
		err_sys(e, "cannot write a file in memory");
		close(fd);
		return -1;
	}
	return fd;
}

/* The bytes of whole blocks that fit a piece; at least one block. */
static size_t
nft_piece(const char *text)
{
	const char *end = text, *next;

	if (strlen(text) <= NFT_PIECE)
		return strlen(text);
	while ((next = strstr(end, "\n}\n")) != NULL &&
	       (end == text || next + 3 - text <= NFT_PIECE))
		end = next + 3;
	return end == text ? strlen(text) : (size_t)(end - text);
}

static int
nft_spawn(struct super_nft *f, struct err *e)
{
	static const char *const argv[] = {"nft", "-f", "-", NULL};
	_free_ char *path = xasprintf("PATH=%s", node_path());
	const char *const env[] = {path, "LANG=C.UTF-8", NULL};
	struct node_spec spec = {.place = &f->node->place,
				 .argv = argv,
				 .env = env,
				 .fds = {-1, -1, -1}};
	size_t len = nft_piece(f->text + f->at);
	int rc = -1;

	spec.fds[0] = nft_memory(f->text + f->at, len, e);
	spec.fds[2] = spec.fds[0] < 0 ? -1 : nft_memory("", 0, e);
	if (spec.fds[2] >= 0)
		rc = node_spawn(&spec, &f->child, e);
	if (spec.fds[0] >= 0)
		close(spec.fds[0]);
	if (rc < 0 && spec.fds[2] >= 0)
		close(spec.fds[2]);
	f->said = spec.fds[2];
	f->runs = rc == 0;
	f->at += len;
	return rc;
}

static void
nft_free(struct super_nft *f)
{
	free(f->text);
	free(f);
}

int
super_nft(struct super_node *n, const char *text, super_nft_cb done, void *arg,
	  struct err *e)
{
	struct super_nft *f = xcalloc(1, sizeof(*f)), **at;

	f->node = n;
	f->text = xstrdup(text);
	f->done = done;
	f->arg = arg;
	if (!super_nft_busy(n) && nft_spawn(f, e) < 0) {
		nft_free(f);
		return -1;
	}
	for (at = &n->super->nfts; *at != NULL; at = &(*at)->next)
		;
	*at = f;
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

static void
nft_done(struct super *s, struct super_nft *f, const struct err *e)
{
	struct super_nft **at = &s->nfts;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	f->done(f->node, f->arg, e);
	nft_free(f);
}

/* The next that waits for a switch; those that cannot even start are done. */
static void
nft_next(struct super *s, const struct super_node *n)
{
	struct super_nft *f;
	struct err e;

	for (;;) {
		for (f = s->nfts; f != NULL && f->node != n; f = f->next)
			;
		if (f == NULL || f->runs)
			return;
		e = (struct err){0};
		if (nft_spawn(f, &e) == 0)
			return;
		nft_done(s, f, &e);
	}
}

bool
super_nft_exited(struct super *s, pid_t pid, int status)
{
	struct super_node *n;
	struct super_nft *f;
	struct err e = {0};

	for (f = s->nfts; f != NULL; f = f->next)
		if (f->runs && f->child.pid == pid)
			break;
	if (f == NULL)
		return false;
	if (status != 0)
		nft_words(f, &e);
	if (f->child.report >= 0)
		close(f->child.report);
	close(f->said);
	f->runs = false;
	n = f->node;
	if (status == 0 && f->text[f->at] != '\0') {
		if (nft_spawn(f, &e) == 0)
			return true;
		status = 1;
	}
	nft_done(s, f, status != 0 ? &e : NULL);
	nft_next(s, n);
	return true;
}
