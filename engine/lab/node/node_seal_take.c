/* How the seal's limit of memory is tried. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/node/node_seal.h"

#define TAKE_PROCESSES 4
#define TAKE_SECONDS 20 /* of all: then nothing has held them */

static _Noreturn void
take_one(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		_exit(1);
	memset(p, 1, size);
	(void)alarm(TAKE_SECONDS);
	for (;;)
		(void)pause();
}

/* Exit status 0 is that they had it all, or had to end by themselves. */
static _Noreturn void
take_all(const char *name, uint64_t bytes)
{
	const struct node_seal seal = {.name = name, .memory = bytes};
	struct err e;
	int i;

	if (node_seal(&seal, &e) < 0)
		_exit(0);
	for (i = 0; i < TAKE_PROCESSES; i++)
		if (fork() == 0)
			take_one(2 * bytes / TAKE_PROCESSES);
	while (wait(NULL) > 0 || errno == EINTR)
		continue;
	_exit(0);
}

int
node_seal_take(const char *name, uint64_t bytes, enum node_seal_held *held,
	       struct err *e)
{
	pid_t pid = fork();
	int status = 0;

	if (pid < 0)
		return err_sys(e, "cannot make a process");
	if (pid == 0)
		take_all(name, bytes);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	*held = status == NODE_SEAL_GREEDY    ? NODE_SEAL_COUNTED
		: status == NODE_SEAL_STARVED ? NODE_SEAL_GROUP
					      : NODE_SEAL_NOTHING;
	return 0;
}
