/*
 * What a network tells everybody about itself, in PeeringDB and in a routing
 * registry: how many prefixes it will announce at most, and the AS-SET that
 * lists whom it announces (RFC 2622, section 5.1). Route servers and peers make
 * their limits and filters of it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

#define MACRO_MAX 128

/* "AS-NAME" or "AS42", of n bytes. */
static bool
macro_part(const char *s, size_t n)
{
	bool digits = n > 2;
	size_t i;

	if (n < 3 || toupper((unsigned char)s[0]) != 'A' ||
	    toupper((unsigned char)s[1]) != 'S')
		return false;
	for (i = 2; i < n; i++) {
		digits &= s[i] >= '0' && s[i] <= '9';
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	}
	return digits || (s[2] == '-' && n > 3);
}

bool
model_is_as_macro(const char *text)
{
	const char *body = strstr(text, "::"), *s;
	size_t n;

	if (strlen(text) > MACRO_MAX || body == text)
		return false;
	for (s = text; body && s < body; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '_')
			return false;
	for (s = body ? body + 2 : text;; s += n + 1) {
		n = strcspn(s, ":");
		if (!macro_part(s, n))
			return false;
		if (s[n] == '\0')
			return true;
	}
}

int
word_registry(const struct word_lab *w, const struct yaml *map,
	      struct word_node *n, struct err *e)
{
	const struct yaml *max = yaml_get(map, "max-prefix"), *v;
	const struct yaml *macro = yaml_get(map, "as-macro");
	int f;

	if (max &&
	    yaml_keys(&w->doc, max, "max-prefix", word_family_key, FAMS, e) < 0)
		return -1;
	for (f = 0; max && f < FAMS; f++) {
		v = yaml_get(max, word_family_key[f]);
		if (v &&
		    yaml_u32(&w->doc, v, 1, 10000000, &n->max_prefix[f], e) < 0)
			return -1;
	}
	if (macro == NULL)
		return 0;
	if (yaml_str(&w->doc, macro, &n->as_macro, e) < 0)
		return -1;
	if (!model_is_as_macro(n->as_macro))
		return yaml_err(&w->doc, macro, e,
				"\"%.60s\" is no AS-SET, such as AS-EXAMPLE, "
				"AS65001:AS-CUSTOMERS or RIPE::AS-EXAMPLE",
				n->as_macro);
	return 0;
}
