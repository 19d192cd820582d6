/*
 * rsload_proc: what the server's processes have used, from /proc.
 *
 * CPU is the scheduler's own count, in nanoseconds, of every thread (user and
 * system together). Peak memory is VmHWM summed over the processes, settled
 * memory their PSS, so that pages they share count once.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/rsload.h"

enum { MOST = 64 };
static long pids[MOST];
static size_t n_pids;

void
rsload_proc_set(const char *text)
{
	char *end;

	for (n_pids = 0; *text && n_pids < MOST; text = end) {
		pids[n_pids] = strtol(text, &end, 10);
		if (end == text)
			break;
		n_pids++;
		end += strspn(end, ", ");
	}
}

static double
thread_cpu(long pid, const char *tid)
{
	char path[64];
	double ns = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/task/%.12s/schedstat", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%lf", &ns) != 1)
		ns = 0;
	fclose(f);
	return ns / 1e9;
}

static double
process_cpu(long pid)
{
	char path[64];
	struct dirent *entry;
	double sum = 0;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%ld/task", pid);
	d = opendir(path);
	if (!d)
		return 0;
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			sum += thread_cpu(pid, entry->d_name);
	closedir(d);
	return sum;
}

/* The number behind a word that begins a line. */
static uint64_t
field(long pid, const char *file, const char *word)
{
	char line[256];
	unsigned long long v = 0;
	size_t n = strlen(word);
	FILE *f;

	snprintf(line, sizeof line, "/proc/%ld/%s", pid, file);
	f = fopen(line, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof line, f))
		if (!strncmp(line, word, n)) {
			v = strtoull(line + n, NULL, 10);
			break;
		}
	fclose(f);
	return v;
}

double
rsload_proc_cpu(void)
{
	double sum = 0;

	for (size_t i = 0; i < n_pids; i++)
		sum += process_cpu(pids[i]);
	return sum;
}

void
rsload_proc_memory(uint64_t *peak, uint64_t *settled)
{
	*peak = *settled = 0;
	for (size_t i = 0; i < n_pids; i++) {
		*peak += field(pids[i], "status", "VmHWM:");
		*settled += field(pids[i], "smaps_rollup", "Pss:");
	}
}

double
rsload_proc_self(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
