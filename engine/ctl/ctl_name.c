#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "ctl/ctl.h"

#define CTL_LAB_MAX 32

static bool
ctl_is_lab(const char *lab)
{
	size_t n = strlen(lab);

	return n >= 1 && n <= CTL_LAB_MAX &&
	       strspn(lab, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

char *
ctl_lab_name(const char *lab)
{
	if (!ctl_is_lab(lab))
		return NULL;
	return xasprintf("@ixlab/%u/%s", (unsigned int)geteuid(), lab);
}

/* The lab in one line of /proc/net/unix, when it is a listening socket of ours:
 * "address: refs protocol flags type state inode name", flags 00010000. */
static const char *
ctl_lab_of_line(char *line, const char *prefix)
{
	char *field = NULL, *rest = NULL;
	int i;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < 8; i++) {
		field = strtok_r(i == 0 ? line : NULL, " ", &rest);
		if (field == NULL)
			return NULL;
		if (i == 3 && strcmp(field, "00010000") != 0)
			return NULL;
	}
	if (!str_starts(field, prefix))
		return NULL;
	field += strlen(prefix);
	return ctl_is_lab(field) ? field : NULL;
}

static int
ctl_lab_cmp(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* Anybody may bind an abstract name: only whom we trust is listed. */
static bool
ctl_lab_answers(const char *lab)
{
	_free_ char *name = ctl_lab_name(lab);
	struct err e;
	struct ctl *c = ctl_open(name, &e);

	if (c)
		ctl_close(c);
	return c != NULL;
}

json_t *
ctl_lab_list(void)
{
	_free_ char *prefix = xasprintf("@ixlab/%u/", (unsigned int)geteuid());
	char *line = NULL, **labs = NULL;
	const char *lab;
	size_t size = 0, n = 0, i;
	json_t *list = json_array();
	FILE *f = fopen("/proc/net/unix", "re");

	while (f && getline(&line, &size, f) >= 0) {
		if ((lab = ctl_lab_of_line(line, prefix)) == NULL)
			continue;
		labs = xreallocarray(labs, n + 1, sizeof(*labs));
		labs[n++] = xstrdup(lab);
	}
	if (f)
		fclose(f);
	free(line);
	if (n > 0)
		qsort(labs, n, sizeof(*labs), ctl_lab_cmp);
	for (i = 0; i < n; i++) {
		if (ctl_lab_answers(labs[i]))
			json_array_append_new(list, json_string(labs[i]));
		free(labs[i]);
	}
	free(labs);
	return list;
}
