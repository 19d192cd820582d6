/* lint.yml and glossary.yml, and any text held against them: the input is the three,
 * one after the other, with a line "%%" between. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "grader/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
next_part(char **rest)
{
	char *part = *rest, *end = strstr(part, "\n%%\n");

	*rest = end ? end + 4 : part + strlen(part);
	if (end)
		*end = '\0';
	return part;
}

static void
all_rules(const struct lint *l, const char *text)
{
	_free_ bool *known = xcalloc(l->nterms + 1, sizeof(*known));
	struct lint_secret secret = {0};
	struct lint_finds f = {0};

	lint_scan_width("t", text, &f);
	lint_scan_addresses(l, "t", text, &f);
	lint_scan_networks(l, "t", text, &f);
	lint_term_text(l, "t", text, known, &f);
	lint_term_sentence(l, "t", 1, text, known, &f);
	lint_hint_added(&secret, text);
	_free_ char *gives = lint_hint_gives(&secret, text);
	assert(gives == NULL || *gives != '\0');
	if (f.n == 0)
		assert(f.text.len == 0);
	str_clear(&f.text);
	lint_secret_clear(&secret);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *input = xstrndup((const char *)data, size);
	const char *rules, *glossary;
	struct lint l = {0};
	struct err e = {0};
	char *rest = input;

	rules = next_part(&rest);
	glossary = next_part(&rest);
	if (lint_read_rules(&l, "r", rules, strlen(rules), &e) < 0)
		assert(e.msg[0] != '\0');
	if (lint_read_glossary(&l, "g", glossary, strlen(glossary), &e) < 0)
		assert(e.msg[0] != '\0');
	all_rules(&l, rest);
	lint_clear(&l);
	return 0;
}
