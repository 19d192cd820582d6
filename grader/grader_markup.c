/* grader_markup: the one way for words into XML and HTML. */
#include <string.h>

#include "base/str.h"
#include "grader/grader_form.h"

/* U+FFFE and U+FFFF are UTF-8, but no characters of XML. */
static bool
markup_lacks(const char *p)
{
	return strncmp(p, "\xef\xbf\xbe", 3) == 0 ||
	       strncmp(p, "\xef\xbf\xbf", 3) == 0;
}

void
grader_markup(FILE *f, const char *text)
{
	_free_ char *clean = xstrdup(text);
	const char *p;

	str_clean(clean);
	for (p = clean; *p; p++) {
		switch (*p) {
		case '&': fputs("&amp;", f); break;
		case '<': fputs("&lt;", f); break;
		case '>': fputs("&gt;", f); break;
		case '"': fputs("&quot;", f); break;
		case '\'': fputs("&#39;", f); break;
		default:
			if (markup_lacks(p)) {
				fputc('?', f);
				p += 2;
			} else {
				fputc(*p, f);
			}
		}
	}
}
