/*
 * settled: wait, inside a lab, until its BIRDs have what they shall have, for
 * bench-lab.sh. A question by a command for each of fifty routers, again and
 * again, would take as long as what is measured, and the processor that the
 * routers need. So one program asks all of them at once, then the first whose
 * answer is not good again and again until it is, then all of them once more.
 *
 *	settled SECONDS PREFIXES PID... [-- PID...]
 *
 * Each PID is a BIRD's; every BGP session that it has must be Established
 * ("show protocols" on its control socket), and there must be one at least.
 * Those before "--" must besides have a route to each prefix of the file
 * PREFIXES (a line each) in their kernel. Exits with 1 when that takes longer
 * than SECONDS, with words about who it was.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_BIRDS 500
#define MAX_PREFIXES 256
#define PAUSE_NS 5000000

struct prefix {
	int family, len;
	unsigned char addr[16];
};

struct bird {
	const char *pid;
	bool routes; /* are to be held */
	int asked;
};

static struct prefix prefixes[MAX_PREFIXES];
static int nprefixes;

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

static void
prefixes_read(const char *path)
{
	struct prefix *p = prefixes;
	char line[80], *slash;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		die(path);
	while (fgets(line, sizeof(line), f)) {
		if ((slash = strchr(line, '/')) == NULL)
			continue;
		*slash = '\0';
		p->family = strchr(line, ':') ? AF_INET6 : AF_INET;
		p->len = atoi(slash + 1);
		if (p == prefixes + MAX_PREFIXES ||
		    inet_pton(p->family, line, p->addr) != 1)
			die(line);
		p++;
	}
	fclose(f);
	nprefixes = (int)(p - prefixes);
	if (nprefixes == 0)
		die("no prefixes");
}

/* A line of /proc/PID/net/route (words as they lie in memory) or ipv6_route. */
static bool
route_parse(const char *line, int family, struct prefix *p)
{
	unsigned int dest, mask, len;
	char name[64];
	size_t i;

	memset(p, 0, sizeof(*p));
	p->family = family;
	if (family == AF_INET) {
		if (sscanf(line, "%63s %x %*x %*x %*d %*d %*d %x", name, &dest,
			   &mask) != 3)
			return false;
		memcpy(p->addr, &dest, 4);
		p->len = __builtin_popcount(mask);
		return true;
	}
	for (i = 0; i < 16; i++)
		if (sscanf(line + 2 * i, "%2hhx", &p->addr[i]) != 1)
			return false;
	if (sscanf(line + 32, " %2x", &len) != 1)
		return false;
	p->len = (int)len;
	return true;
}

static int
prefix_find(const struct prefix *p)
{
	int i = 0;

	while (i < nprefixes && memcmp(p, &prefixes[i], sizeof(*p)) != 0)
		i++;
	return i;
}

static void
routes_read(const char *pid, const char *table, int family, bool held[])
{
	char path[64], line[512];
	struct prefix p;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/net/%s", pid, table);
	if ((f = fopen(path, "re")) == NULL)
		return;
	while (fgets(line, sizeof(line), f))
		if (route_parse(line, family, &p))
			held[prefix_find(&p)] = true;
	fclose(f);
}

static bool
routes_held(const char *pid)
{
	bool held[MAX_PREFIXES + 1] = {false}; /* the last: any other */

	routes_read(pid, "route", AF_INET, held);
	routes_read(pid, "ipv6_route", AF_INET6, held);
	return memchr(held, false, (size_t)nprefixes) == NULL;
}

static int
bird_ask(const char *pid)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct timeval limit = {2, 0};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const char ask[] = "show protocols\n";

	snprintf(sun.sun_path, sizeof(sun.sun_path),
		 "/proc/%s/root/run/bird/bird.ctl", pid);
	if (s < 0 ||
	    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0)
		die("socket");
	if (connect(s, (struct sockaddr *)&sun, sizeof(sun)) == 0 &&
	    send(s, ask, sizeof(ask) - 1, MSG_NOSIGNAL) == sizeof(ask) - 1)
		return s;
	close(s);
	return -1;
}

/* The last line of an answer begins with its code and a space. */
static bool
bird_all_up(int s)
{
	FILE *f = s < 0 ? NULL : fdopen(s, "r");
	int sessions = 0, down = 0;
	char line[512] = "";

	if (f == NULL)
		return false;
	while (fgets(line, sizeof(line), f) && strncmp(line, "0000 ", 5) != 0) {
		sessions += strstr(line, " BGP ") != NULL;
		down += strstr(line, " BGP ") && !strstr(line, "Established");
	}
	fclose(f);
	return strncmp(line, "0000 ", 5) == 0 && sessions > 0 && down == 0;
}

/* All are asked before the first answer is read. */
static struct bird *
not_good(struct bird *from, struct bird *end)
{
	struct bird *b, *bad = NULL;

	for (b = from; b < end; b++)
		b->asked = bird_ask(b->pid);
	for (b = from; b < end; b++)
		if (!bird_all_up(b->asked) && bad == NULL)
			bad = b;
	for (b = from; b < end && bad == NULL; b++)
		if (b->routes && !routes_held(b->pid))
			bad = b;
	return bad;
}

int
main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 3 ? atoi(argv[1]) : 0);
	const struct timespec pause = {0, PAUSE_NS};
	struct bird birds[MAX_BIRDS], *bad;
	bool routes = true;
	int i, n = 0;

	if (argc < 4 || argc > MAX_BIRDS) {
		fprintf(stderr,
			"usage: settled SECONDS PREFIXES PID... [-- PID...]\n");
		return 2;
	}
	prefixes_read(argv[2]);
	for (i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			routes = false;
		else
			birds[n++] = (struct bird){argv[i], routes, -1};
	}
	while ((bad = not_good(birds, birds + n)) != NULL) {
		for (; not_good(bad, bad + 1); nanosleep(&pause, NULL)) {
			if (time(NULL) <= end)
				continue;
			fprintf(stderr, "process %s is not settled\n",
				bad->pid);
			return 1;
		}
	}
	return 0;
}
