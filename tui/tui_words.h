/*
 * words: the interface in the reader's language, by gettext.
 *
 * The catalogues are po/LANG.po; "make" compiles them. A word in the code is inside
 * _(), in a table inside N_() and then _() where it is shown. A word that a catalogue
 * lacks is English; so are errors (base/err.h), commands and what daemons say. "make
 * po" brings new words into the catalogues.
 *
 * The language is the first of LANGUAGE (if the others do not say C), LC_ALL,
 * LC_MESSAGES and LANG. The machine need not have generated its locale.
 */
#ifndef TUI_WORDS_H
#define TUI_WORDS_H

#include <libintl.h>
#include <stdbool.h>

#define _(s) words_of(s)
#define N_(s) s

static inline const char *words_of(const char *s)
    __attribute__((format_arg(1)));

static inline const char *
words_of(const char *s)
{
	return *s ? dgettext("ixlab", s) : s; /* "" is a catalogue's head */
}

/* Look for catalogues beside the programs, and below share/locale. With ascii a
 * script that ASCII has no likeness of gives way to English. */
void words_init(bool ascii);
/* Is the interface written from right to left? */
bool words_rtl(void);
/* The text, filled with blanks up to so many columns; free it. */
char *words_pad(const char *text, int width);

#endif
