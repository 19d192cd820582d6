/*
 * irr_name: names as numbers, and the forms they have in a registry.
 *
 * RPSL knows no case, so a name is kept in upper case; equal names get the same
 * number, and all later comparing is of numbers.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "rs/irr/irr_priv.h"

void
irr_names_clear(struct irr_names *t)
{
	free(t->text);
	free(t->at);
	free(t->slots);
	*t = (struct irr_names){0};
}

const char *
irr_names_text(const struct irr_names *t, uint32_t name)
{
	return name == 0 ? "" : t->text + t->at[name];
}

static uint32_t
hash_of(const char *s, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint32_t)toupper((unsigned char)s[i])) * 16777619u;
	return h ^ h >> 15;
}

static bool
name_is(const struct irr_names *t, uint32_t name, const char *s, size_t len)
{
	const char *text = irr_names_text(t, name);

	return strncasecmp(text, s, len) == 0 && text[len] == '\0';
}

/* Its slot, or the free one where it belongs. */
static uint32_t *
slot_of(const struct irr_names *t, const char *s, size_t len)
{
	uint32_t at = hash_of(s, len) & (t->n_slots - 1);

	while (t->slots[at] != 0 && !name_is(t, t->slots[at], s, len))
		at = (at + 1) & (t->n_slots - 1);
	return &t->slots[at];
}

static void
grow(struct irr_names *t)
{
	if (t->n + 2 > t->at_size) {
		t->at_size = t->at_size ? t->at_size * 2 : 64;
		t->at = xreallocarray(t->at, t->at_size, sizeof(*t->at));
	}
	if (t->n_slots != 0 && t->n + t->n / 2 < t->n_slots)
		return;
	t->n_slots = t->n_slots ? t->n_slots * 2 : 64;
	free(t->slots);
	t->slots = xcalloc(t->n_slots, sizeof(*t->slots));
	for (uint32_t i = 1; i <= t->n; i++) {
		const char *s = irr_names_text(t, i);
		*slot_of(t, s, strlen(s)) = i;
	}
}

static void
text_add(struct irr_names *t, const char *s, size_t len)
{
	if (t->size - t->len < len + 1) {
		t->size = t->size * 2 + len + 256;
		t->text = xrealloc(t->text, t->size);
	}
	for (size_t i = 0; i < len; i++)
		t->text[t->len++] = (char)toupper((unsigned char)s[i]);
	t->text[t->len++] = '\0';
}

uint32_t
irr_names_add(struct irr_names *t, const char *s, size_t len)
{
	uint32_t *slot;

	grow(t);
	slot = slot_of(t, s, len);
	if (*slot != 0 || t->len + len >= UINT32_MAX)
		return *slot;
	*slot = ++t->n;
	t->at[t->n] = (uint32_t)t->len;
	text_add(t, s, len);
	return t->n;
}

uint32_t
irr_names_find(const struct irr_names *t, const char *s, size_t len)
{
	return t->n == 0 ? 0 : *slot_of(t, s, len);
}

/* ---- forms */

struct irr_word
irr_word_of(const char *s, size_t len)
{
	struct irr_word w = {.name = s, .name_len = len, .source = s};
	const char *p = memmem(s, len, "::", 2);

	if (p != NULL) {
		w.source_len = (size_t)(p - s);
		w.name = p + 2;
		w.name_len = len - w.source_len - 2;
	} else if ((p = memchr(s, '@', len)) != NULL) {
		w.name_len = (size_t)(p - s);
		w.source = p + 1;
		w.source_len = len - w.name_len - 1;
	}
	return w;
}

static bool
digits(const char **s, const char *end, uint64_t max, uint64_t *out)
{
	const char *begin = *s;

	for (*out = 0; *s < end && isdigit((unsigned char)**s); (*s)++) {
		*out = *out * 10 + (uint64_t)(**s - '0');
		if (*out > max)
			return false;
	}
	return *s > begin;
}

bool
irr_asn_parse(const char *s, size_t len, uint32_t *asn)
{
	const char *end = s + len;
	uint64_t high, low;

	if (len < 3 || strncasecmp(s, "AS", 2) != 0)
		return false;
	s += 2;
	if (!digits(&s, end, UINT32_MAX, &low))
		return false;
	if (s < end && *s == '.') {
		s++;
		high = low;
		if (high > UINT16_MAX || !digits(&s, end, UINT16_MAX, &low))
			return false;
		low |= high << 16;
	}
	if (s != end)
		return false;
	*asn = (uint32_t)low;
	return true;
}

/* One part between colons: an AS number or the name of a set. */
static bool
part_is(const char *s, size_t len, bool *set)
{
	uint32_t asn;

	if (irr_asn_parse(s, len, &asn))
		return true;
	if (len < 4 || strncasecmp(s, "AS-", 3) != 0)
		return false;
	for (size_t i = 3; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	*set = true;
	return true;
}

bool
irr_set_name_is(const char *s, size_t len)
{
	const char *end = s + len, *colon;
	bool set = false;

	if (len > IRR_NAME_MAX ||
	    (len == 6 && strncasecmp(s, "AS-ANY", 6) == 0))
		return false;
	while ((colon = memchr(s, ':', (size_t)(end - s))) != NULL) {
		if (!part_is(s, (size_t)(colon - s), &set))
			return false;
		s = colon + 1;
	}
	return part_is(s, (size_t)(end - s), &set) && set;
}
