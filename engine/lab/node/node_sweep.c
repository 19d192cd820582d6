/* node_sweep: remove folders from within a signal handler, where nothing may be
 * allocated: rm does it, in a process of its own. */
#include <errno.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/node/node.h"

void
node_sweep(char *const *dirs)
{
	char *argv[3 + NODE_SWEEP_MAX + 1] = {(char *)(uintptr_t) "rm",
					      (char *)(uintptr_t) "-rf",
					      (char *)(uintptr_t) "--"};
	char *const env[] = {NULL};
	pid_t pid;
	size_t i;

	for (i = 0; i < NODE_SWEEP_MAX && dirs[i] != NULL; i++)
		argv[3 + i] = dirs[i];
	if (i == 0 || (pid = _Fork()) < 0)
		return;
	if (pid == 0) {
		execve("/bin/rm", argv, env);
		_exit(127);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
