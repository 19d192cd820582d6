/*
 * The conversation with a tree: kinds, keys, and scalars as types. Every
 * refusal says what was expected and what stands there; text from the file is
 * cut and cleaned before it is quoted.
 */
#include "base/yaml.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define YAML_SHOWN 64

/* Text to quote in a sentence: short, and clean. */
static const char *
yaml_shown(char buf[YAML_SHOWN], const char *text)
{
	size_t n = strlen(text), max = YAML_SHOWN - 4;

	if (n <= max) {
		memcpy(buf, text, n + 1);
	} else {
		while (max > 0 && (text[max] & 0xc0) == 0x80)
			max--;
		memcpy(buf, text, max);
		memcpy(buf + max, "...", 4);
	}
	str_clean(buf);
	return buf;
}

static const char *
yaml_kind_name(enum yaml_kind kind)
{
	static const char *const names[] = {
	    [YAML_SCALAR] = "a word",
	    [YAML_LIST] = "a list",
	    [YAML_MAP] = "a map",
	};

	return names[kind];
}

/* What stands there, as the end of a sentence. */
static const char *
yaml_found(char buf[YAML_SHOWN + 2], const struct yaml *y)
{
	char shown[YAML_SHOWN];

	if (y->kind != YAML_SCALAR)
		return yaml_kind_name(y->kind);
	if (yaml_is_null(y))
		return "nothing";
	snprintf(buf, YAML_SHOWN + 2, "\"%s\"", yaml_shown(shown, y->text));
	return buf;
}

int
yaml_err(const struct yaml_doc *doc, const struct yaml *y, struct err *e,
	 const char *fmt, ...)
{
	char text[sizeof(e->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_at(e, doc->file, y ? y->line : 0, y ? y->col : 0, "%s",
		      text);
}

static int
yaml_expected(const struct yaml_doc *doc, const struct yaml *y, struct err *e,
	      const char *what)
{
	char buf[YAML_SHOWN + 2];

	return yaml_err(doc, y, e, "expected %s, found %s", what,
			yaml_found(buf, y));
}

bool
yaml_is_null(const struct yaml *y)
{
	return y->kind == YAML_SCALAR && !y->quoted &&
	       (*y->text == '\0' || strcmp(y->text, "~") == 0 ||
		strcmp(y->text, "null") == 0);
}

int
yaml_want(const struct yaml_doc *doc, const struct yaml *y, enum yaml_kind kind,
	  const char *what, struct err *e)
{
	char buf[YAML_SHOWN + 2];

	if (y->kind == kind)
		return 0;
	return yaml_err(doc, y, e, "%s must be %s, found %s", what,
			yaml_kind_name(kind), yaml_found(buf, y));
}

static int
yaml_unknown_key(const struct yaml_doc *doc, const struct yaml *y,
		 const char *what, const char *const *keys, size_t n,
		 struct err *e)
{
	char shown[YAML_SHOWN];
	const char *near = str_nearest(y->key, keys, n);
	struct str s = {0};
	size_t i;

	str_addf(&s, "unknown key \"%s\" in %s", yaml_shown(shown, y->key),
		 what);
	if (near) {
		str_addf(&s, " (did you mean \"%s\"?)", near);
	} else if (n > 0) {
		str_add(&s, " (known are ");
		for (i = 0; i < n; i++)
			str_addf(&s, "%s%s", i ? ", " : "", keys[i]);
		str_add(&s, ")");
	}
	err_at(e, doc->file, y->key_line, y->key_col, "%s", str_text(&s));
	str_clear(&s);
	return -1;
}

int
yaml_keys(const struct yaml_doc *doc, const struct yaml *y, const char *what,
	  const char *const *keys, size_t n, struct err *e)
{
	size_t i, k;

	if (yaml_want(doc, y, YAML_MAP, what, e) < 0)
		return -1;
	for (i = 0; i < y->n; i++) {
		for (k = 0; k < n; k++)
			if (strcmp(y->items[i]->key, keys[k]) == 0)
				break;
		if (k == n)
			return yaml_unknown_key(doc, y->items[i], what, keys, n,
						e);
	}
	return 0;
}

const struct yaml *
yaml_get(const struct yaml *y, const char *key)
{
	size_t i;

	if (y == NULL || y->kind != YAML_MAP)
		return NULL;
	for (i = 0; i < y->n; i++)
		if (strcmp(y->items[i]->key, key) == 0)
			return y->items[i];
	return NULL;
}

int
yaml_need(const struct yaml_doc *doc, const struct yaml *y, const char *key,
	  const struct yaml **out, struct err *e)
{
	*out = yaml_get(y, key);
	if (*out)
		return 0;
	return yaml_err(doc, y, e, "the key \"%s\" is missing here", key);
}

/* ---- scalars as types */

static bool
yaml_has_text(const struct yaml *y)
{
	return y->kind == YAML_SCALAR && !yaml_is_null(y);
}

int
yaml_str(const struct yaml_doc *doc, const struct yaml *y, const char **out,
	 struct err *e)
{
	if (!yaml_has_text(y))
		return yaml_expected(doc, y, e, "a text");
	*out = y->text;
	return 0;
}

/* "012" is eight and two in some readers and twelve in others: not a number. */
int
yaml_u32(const struct yaml_doc *doc, const struct yaml *y, uint32_t min,
	 uint32_t max, uint32_t *out, struct err *e)
{
	char what[64];

	if (yaml_has_text(y) && (y->text[0] != '0' || y->text[1] == '\0') &&
	    str_to_u32(y->text, min, max, out))
		return 0;
	snprintf(what, sizeof(what), "a number from %u to %u", min, max);
	return yaml_expected(doc, y, e, what);
}

/* word, Word or WORD */
static bool
yaml_spelled(const char *text, const char *word)
{
	size_t i, upper = 0, n = strlen(word);

	if (strcasecmp(text, word) != 0)
		return false;
	for (i = 0; i < n; i++)
		upper += isupper((unsigned char)text[i]) != 0;
	return upper == 0 || upper == n ||
	       (upper == 1 && isupper((unsigned char)text[0]));
}

int
yaml_bool(const struct yaml_doc *doc, const struct yaml *y, bool *out,
	  struct err *e)
{
	static const char *const words[] = {"no",   "yes", "false",
					    "true", "off", "on"};
	size_t i;

	for (i = 0; yaml_has_text(y) && i < 6; i++) {
		if (yaml_spelled(y->text, words[i])) {
			*out = i & 1;
			return 0;
		}
	}
	return yaml_expected(doc, y, e, "yes or no");
}

int
yaml_addr(const struct yaml_doc *doc, const struct yaml *y,
	  enum ip_family family, struct ip_addr *out, struct err *e)
{
	struct ip_addr a;

	if (yaml_has_text(y) && ip_addr_parse(y->text, &a) &&
	    (family == IP_NONE || a.family == family)) {
		*out = a;
		return 0;
	}
	return yaml_expected(
	    doc, y, e,
	    family == IP_V4   ? "an IPv4 address such as 192.0.2.1"
	    : family == IP_V6 ? "an IPv6 address such as 2001:db8::1"
			      : "an IP address");
}

int
yaml_prefix(const struct yaml_doc *doc, const struct yaml *y,
	    enum ip_family family, struct ip_prefix *out, struct err *e)
{
	char text[IP_PREFIXSTRLEN];
	struct ip_prefix p;
	struct ip_addr a;
	uint8_t len;

	if (!yaml_has_text(y) || !ip_ifaddr_parse(y->text, &a, &len) ||
	    (family != IP_NONE && a.family != family))
		return yaml_expected(
		    doc, y, e,
		    family == IP_V4   ? "an IPv4 prefix such as 192.0.2.0/24"
		    : family == IP_V6 ? "an IPv6 prefix such as "
					"2001:db8::/32"
				      : "an IP prefix");
	p = ip_prefix_of(&a, len);
	if (!ip_addr_eq(&p.addr, &a))
		return yaml_err(doc, y, e,
				"\"%s\" has address bits behind its length, "
				"the prefix is %s",
				y->text, ip_prefix_print(&p, text));
	*out = p;
	return 0;
}

int
yaml_ms(const struct yaml_doc *doc, const struct yaml *y, uint32_t *out,
	struct err *e)
{
	static const struct {
		const char *name;
		uint32_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}};
	char digits[16];
	size_t i, n;
	uint32_t v;

	n = yaml_has_text(y) ? strspn(y->text, "0123456789") : 0;
	for (i = 0; n > 0 && n < sizeof(digits) && i < 3; i++) {
		if (strcmp(y->text + n, units[i].name) != 0)
			continue;
		memcpy(digits, y->text, n);
		digits[n] = '\0';
		if (!str_to_u32(digits, 0, UINT32_MAX / units[i].ms, &v))
			break;
		*out = v * units[i].ms;
		return 0;
	}
	return yaml_expected(doc, y, e, "a time such as 250ms, 20s or 5m");
}

int
yaml_word(const struct yaml_doc *doc, const struct yaml *y,
	  const char *const *words, size_t n, size_t *out, struct err *e)
{
	char buf[YAML_SHOWN + 2];
	const char *near;
	struct str s = {0};
	size_t i;

	for (i = 0; i < n && yaml_has_text(y); i++) {
		if (strcmp(y->text, words[i]) == 0) {
			*out = i;
			return 0;
		}
	}
	for (i = 0; i < n; i++)
		str_addf(&s, "%s%s",
			 i == 0	     ? ""
			 : i + 1 < n ? ", "
				     : " or ",
			 words[i]);
	near = yaml_has_text(y) ? str_nearest(y->text, words, n) : NULL;
	yaml_err(doc, y, e, "expected %s, found %s%s%s%s", str_text(&s),
		 yaml_found(buf, y), near ? " (did you mean \"" : "",
		 near ? near : "", near ? "\"?)" : "");
	str_clear(&s);
	return -1;
}
