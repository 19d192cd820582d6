/* lint_scan: what a line of any file must not have. */
#include <stdlib.h>
#include <string.h>

#include "grader/lint.h"

#define SCAN_ADDRESS 64 /* bytes; more is none */

void
lint_scan_width(const char *file, const char *text, struct lint_finds *f)
{
	size_t width, n, i;
	int line = 1;

	if (text[strspn(text, " \n\t")] == '\0')
		lint_find(f, file, 1, "the text is empty: write it");
	for (; *text; line++, text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		width = 0;
		for (i = 0; i < n; i++)
			width += (text[i] & 0xc0) != 0x80;
		if (width > LINT_WIDTH && !str_starts(text, "<!--"))
			lint_find(f, file, line,
				  "the line has %zu columns: break it at %d",
				  width, LINT_WIDTH);
	}
}

/* ---- addresses */

static bool
scan_allows(const struct lint *l, const struct ip_prefix *p)
{
	size_t i;

	for (i = 0; i < l->nwithin; i++)
		if (ip_prefix_covers(&l->within[i], p))
			return true;
	for (i = 0; i < l->nexactly; i++)
		if (ip_prefix_eq(&l->exactly[i], p))
			return true;
	return false;
}

/* The end of a sentence is none of an address. */
static bool
scan_parse(char *word, struct ip_prefix *p)
{
	size_t n = strlen(word);
	struct ip_addr a;
	uint8_t len;

	for (; n > 1; word[--n] = '\0') {
		if (ip_addr_parse(word, &a)) {
			*p = ip_prefix_of(&a, (uint8_t)ip_bits(a.family));
			return true;
		}
		if (ip_ifaddr_parse(word, &a, &len)) {
			*p = ip_prefix_of(&a, len);
			return true;
		}
		if (strchr(".:/", word[n - 1]) == NULL)
			return false;
	}
	return false;
}

void
lint_scan_addresses(const struct lint *l, const char *file, const char *text,
		    struct lint_finds *f)
{
	const char *p = text;
	char word[SCAN_ADDRESS];
	struct ip_prefix prefix;
	size_t n;

	for (; *p; p += n ? n : 1) {
		n = strspn(p, "0123456789abcdefABCDEF.:/");
		if (n < 2 || n >= sizeof(word) ||
		    (p > text && lint_is_word(p[-1])) || lint_is_word(p[n]))
			continue;
		memcpy(word, p, n);
		word[n] = '\0';
		if (scan_parse(word, &prefix) && !scan_allows(l, &prefix))
			lint_find(f, file, lint_line(text, p),
				  "%s is somebody's address: take one for "
				  "documentation (addresses in lint.yml)",
				  word);
	}
}

/* ---- networks */

static bool
scan_is_ours(const struct lint *l, unsigned long asn)
{
	size_t i;

	for (i = 0; i < l->nasns; i++)
		if (asn >= l->asns[i].first && asn <= l->asns[i].last)
			return true;
	return l->nasns == 0;
}

static void
scan_asns(const struct lint *l, const char *file, const char *text,
	  const char *before, struct lint_finds *f)
{
	const char *p = text;
	unsigned long asn;
	char *end;

	for (; (p = strstr(p, before)) != NULL; p++) {
		if (p > text && lint_is_word(p[-1]))
			continue;
		if (strspn(p + strlen(before), "0123456789") == 0)
			continue;
		asn = strtoul(p + strlen(before), &end, 10);
		if (!lint_is_word(*end) && !scan_is_ours(l, asn))
			lint_find(f, file, lint_line(text, p),
				  "AS number %lu is somebody's: take one for "
				  "documentation (as-numbers in lint.yml)",
				  asn);
	}
}

void
lint_scan_networks(const struct lint *l, const char *file, const char *text,
		   struct lint_finds *f)
{
	const char *name, *p;
	size_t i;

	scan_asns(l, file, text, "AS", f);
	scan_asns(l, file, text, "asn: ", f);
	for (i = 0; l->networks && i < l->networks->n; i++) {
		name = l->networks->items[i]->text;
		for (p = text; (p = strstr(p, name)) != NULL; p++) {
			if ((p > text && lint_is_word(p[-1])) ||
			    lint_is_word(p[strlen(name)]))
				continue;
			lint_find(f, file, lint_line(text, p),
				  "%s is a real network: take an invented name",
				  name);
		}
	}
}
