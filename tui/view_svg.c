#include "tui/view_svg.h"

#include <stdarg.h>

#include "base/str.h"
#include "grader/grader_form.h"

void
svg_begin(FILE *f, int width, int height)
{
	fprintf(f,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		"height=\"%d\" viewBox=\"0 0 %d %d\" "
		"font-family=\"sans-serif\" font-size=\"12\" "
		"fill=\"#1f2328\">\n",
		width, height, width, height);
	fputs("<style>.h{font-size:15px;font-weight:bold}.d{fill:#57606a}"
	      ".m{text-anchor:middle;font-weight:bold}</style>\n"
	      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
	      f);
}

void
svg_end(FILE *f)
{
	fputs("</svg>\n", f);
}

static void
svg_vwords(FILE *f, const char *fmt, va_list ap)
{
	struct str s = {0};

	str_vaddf(&s, fmt, ap);
	grader_markup(f, str_text(&s));
	str_clear(&s);
}

void
svg_words(FILE *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	svg_vwords(f, fmt, ap);
	va_end(ap);
}

void
svg_text(FILE *f, double x, double y, const char *class, const char *fmt, ...)
{
	va_list ap;

	fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
	va_start(ap, fmt);
	svg_vwords(f, fmt, ap);
	va_end(ap);
	fputs("</text>\n", f);
}
