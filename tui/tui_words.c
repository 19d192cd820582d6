#include "tui/tui_words.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "tui/tui_grid.h"

/* What is said of messages, and whether LANGUAGE may say otherwise. */
static const char *
wanted(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *lang = NULL;
	size_t i;

	for (i = 0; i < 3 && (lang == NULL || *lang == '\0'); i++)
		lang = getenv(names[i]);
	return lang == NULL || *lang == '\0' ? "C" : lang;
}

/* gettext translates nothing in the locale C, which setlocale also falls back to
 * when the machine has not generated the one that is asked for. C.UTF-8 is always
 * there, and in it LANGUAGE counts. */
static void
choose(void)
{
	const char *lang = wanted(), *more = getenv("LANGUAGE");
	_free_ char *name = NULL;

	if (setlocale(LC_MESSAGES, "") != NULL &&
	    strncmp(setlocale(LC_MESSAGES, NULL), "C", 1) != 0)
		return;
	if (strcmp(lang, "C") == 0 || strcmp(lang, "POSIX") == 0 ||
	    strchr(lang, '/') != NULL ||
	    setlocale(LC_MESSAGES, "C.UTF-8") == NULL)
		return;
	name = xstrndup(lang, strcspn(lang, ".@"));
	if ((more == NULL || *more == '\0') && strcmp(name, "C") != 0)
		setenv("LANGUAGE", name, 1);
}

static char *
folder(void)
{
	_free_ char *programs = file_program_dir();
	char *beside;

	if (programs == NULL)
		return NULL;
	beside = xasprintf("%s/locale", programs);
	if (file_exists(beside))
		return beside;
	free(beside);
	return xasprintf("%s/../share/locale", programs);
}

void
words_init(bool ascii)
{
	_free_ char *dir = folder();

	choose();
	if (dir == NULL)
		return;
	bindtextdomain("ixlab", dir);
	/* the grid makes ASCII of it where it must */
	bind_textdomain_codeset("ixlab", "UTF-8");
	if (ascii && words_rtl())
		setlocale(LC_MESSAGES, "C");
}

bool
words_rtl(void)
{
	/* Translators: the direction of your script, ltr or rtl. */
	return strcmp(_("ltr"), "rtl") == 0;
}

char *
words_pad(const char *text, int width)
{
	int blanks = width - grid_text_width(text);

	return xasprintf("%s%*s", text, blanks > 0 ? blanks : 0, "");
}
