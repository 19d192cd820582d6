/* grader_dev_folder: what an exercise's folder says of itself, without a lab. */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/grader_dev_priv.h"
#include "grader/grader_kind.h"

#define DEV_CODE_WIDTH 80
#define DEV_TEXT_MAX (1u << 18)

/* The first line of a code block that is too wide, 0 when there is none. */
static int
wide_line(const char *text)
{
	bool code = false;
	size_t width, n;
	int line = 1;

	for (; *text; line++, text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (n >= 3 && strncmp(text, "```", 3) == 0)
			code = !code;
		width = 0;
		for (size_t i = 0; i < n; i++)
			width += (text[i] & 0xc0) != 0x80;
		if (code && width > DEV_CODE_WIDTH)
			return line;
	}
	return 0;
}

static char *
trouble_in_language(const struct exercise *x, const char *lang)
{
	struct err e;
	size_t i;

	for (i = 0; i < x->nsteps; i++) {
		_free_ char *path =
		    xasprintf("%s/text/%s/%s", x->dir, lang, x->steps[i].text);
		_free_ char *text = NULL;
		int line;

		if (!file_exists(path))
			continue;
		if (file_read(path, DEV_TEXT_MAX, &text, NULL, &e) < 0)
			return xstrdup(e.msg);
		if (text[strspn(text, " \n\t")] == '\0')
			return xasprintf("%s is empty", path);
		if ((line = wide_line(text)) > 0)
			return xasprintf("%s:%d: wider than %d columns", path,
					 line, DEV_CODE_WIDTH);
	}
	return NULL;
}

char *
grader_dev_texts(const struct exercise *x)
{
	_free_ char *path = xasprintf("%s/text", x->dir);
	char *trouble = NULL;
	struct dirent *d;
	DIR *dir = opendir(path);

	while (dir && trouble == NULL && (d = readdir(dir)) != NULL) {
		if (d->d_name[0] != '.')
			trouble = trouble_in_language(x, d->d_name);
	}
	if (dir)
		closedir(dir);
	return trouble;
}

char *
grader_dev_unfailed(const struct exercise *x)
{
	struct str s = {0};
	size_t i, w, k;
	bool failed;

	for (i = 0; i < x->nchecks; i++) {
		failed = false;
		for (w = 0; w < x->nwrong; w++) {
			for (k = 0; k < x->wrong[w].nfails; k++)
				failed |= x->wrong[w].fails[k].check == i;
		}
		if (!failed)
			str_addf(&s, "%s%s", s.len ? " " : "never failed: ",
				 x->checks[i].id);
	}
	return s.len ? str_steal(&s) : NULL;
}

char *
grader_dev_unwitnessed(const struct exercise *x)
{
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (grader_check_negative(&x->checks[i]) &&
		    (x->checks[i].witness == SIZE_MAX ||
		     x->checks[i].hold_ms == 0))
			return xasprintf("%s", x->checks[i].id);
	}
	return NULL;
}
