#include "cmd/ixpeer/ixpeer_script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer.h"
#include "cmd/ixpeer/ixpeer_line.h"

/* ---- values ---- */

static int
take_number(struct ixpeer_line *l, unsigned long max, const char *want,
	    uint32_t *out)
{
	unsigned int v;

	if (ixpeer_peek(l) == NULL || !str_to_u32(ixpeer_peek(l), 0, max, &v))
		return ixpeer_wrong(l, want);
	*out = v;
	l->at++;
	return 0;
}

static int
take_addr(struct ixpeer_line *l, struct ip_addr *out)
{
	if (ixpeer_peek(l) == NULL || !ip_addr_parse(ixpeer_peek(l), out))
		return ixpeer_wrong(l, "an address");
	l->at++;
	return 0;
}

static int
take_prefix(struct ixpeer_line *l, struct ixpeer_step *s)
{
	struct ip_prefix p;

	if (ixpeer_peek(l) == NULL || !ip_prefix_parse(ixpeer_peek(l), &p))
		return ixpeer_wrong(l, "a prefix such as 203.0.113.0/24");
	if (s->n_prefixes > 0 && p.addr.family != s->prefixes[0].addr.family)
		return ixpeer_wrong(l,
				    "of the same family as the first prefix");
	s->prefixes = xreallocarray(s->prefixes, s->n_prefixes + 1, sizeof p);
	s->prefixes[s->n_prefixes++] = p;
	l->at++;
	return 0;
}

static int
take_prefixes(struct ixpeer_line *l, struct ixpeer_step *s)
{
	do {
		if (take_prefix(l, s) < 0)
			return -1;
	} while (ixpeer_peek(l));
	return 0;
}

static int
key_path_id(struct ixpeer_line *l, struct ixpeer_step *s)
{
	return take_number(l, UINT32_MAX, "a path identifier", &s->path_id);
}

/* PREFIX ... [path-id N] */
static int
verb_withdraw(struct ixpeer_line *l, struct ixpeer_step *s)
{
	do {
		if (take_prefix(l, s) < 0)
			return -1;
	} while (ixpeer_peek(l) && strcmp(ixpeer_peek(l), "path-id") != 0);
	if (ixpeer_peek(l) == NULL)
		return 0;
	l->at++;
	return key_path_id(l, s);
}

static int
take_family(struct ixpeer_line *l, struct ixpeer_step *s)
{
	const char *word = ixpeer_peek(l);

	if (word && strcmp(word, "ipv4") == 0)
		s->family = IP_V4;
	else if (word && strcmp(word, "ipv6") == 0)
		s->family = IP_V6;
	else
		return ixpeer_wrong(l, "ipv4 or ipv6");
	l->at++;
	return 0;
}

static bool
is_hex(const char *word)
{
	return word[strspn(word, "0123456789abcdefABCDEF")] == '\0' &&
	       strlen(word) % 2 == 0;
}

static int
take_hex_word(struct ixpeer_line *l, struct ixpeer_step *s)
{
	const char *word = ixpeer_peek(l);
	size_t n;

	if (word == NULL || !is_hex(word))
		return ixpeer_wrong(l, "hexadecimal bytes, two digits each");
	n = strlen(word) / 2;
	s->bytes = xrealloc(s->bytes, s->n_bytes + n + 1);
	for (size_t i = 0; i < n; i++) {
		unsigned int byte = 0;

		sscanf(word + 2 * i, "%2x", &byte);
		s->bytes[s->n_bytes++] = (uint8_t)byte;
	}
	l->at++;
	return 0;
}

static int
take_hex(struct ixpeer_line *l, struct ixpeer_step *s)
{
	do {
		if (take_hex_word(l, s) < 0)
			return -1;
	} while (ixpeer_peek(l));
	return 0;
}

/* ---- the words behind "announce" ---- */

static int
key_next_hop(struct ixpeer_line *l, struct ixpeer_step *s)
{
	struct ip_addr *hop = &s->attrs->next_hop;

	if (take_addr(l, hop) < 0)
		return -1;
	if (hop->family == s->prefixes[0].addr.family || hop->family == IP_V6)
		return 0;
	l->at--;
	return ixpeer_wrong(l, "of the prefix's family");
}

static int
key_link_local(struct ixpeer_line *l, struct ixpeer_step *s)
{
	struct ip_addr *hop = &s->attrs->link_local;

	if (take_addr(l, hop) < 0)
		return -1;
	if (hop->family == IP_V6 && (s->prefixes[0].addr.family == IP_V6 ||
				     s->attrs->next_hop.family == IP_V6))
		return 0;
	l->at--;
	return ixpeer_wrong(l, "an IPv6 address beside an IPv6 next hop");
}

static bool
numeric(const char *word)
{
	return word && isdigit((unsigned char)word[0]);
}

/* A run of AS numbers becomes one segment. */
static int
segment(struct ixpeer_line *l, struct wbuf *w, enum bgp_segment type)
{
	size_t at = w->len;
	uint8_t n = 0;

	wbuf_u8(w, (uint8_t)type);
	wbuf_u8(w, 0);
	for (; numeric(ixpeer_peek(l)); n++) {
		uint32_t asn;

		if (n == 255)
			return ixpeer_refuse(l,
					     "a segment holds 255 AS numbers");
		if (take_number(l, UINT32_MAX, "an AS number", &asn) < 0)
			return -1;
		wbuf_u32(w, asn);
	}
	if (w->failed)
		return ixpeer_refuse(l, "the path is longer than a message");
	w->data[at + 1] = n;
	return 0;
}

/* 65001 65002 { 65003 65004 } */
static int
key_as_path(struct ixpeer_line *l, struct ixpeer_step *s)
{
	uint8_t bytes[BGP_MSG_EXTENDED];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	s->has_path = true;
	while (numeric(ixpeer_peek(l)) ||
	       (ixpeer_peek(l) && strcmp(ixpeer_peek(l), "{") == 0)) {
		bool set = ixpeer_peek(l)[0] == '{';

		l->at += set;
		if (segment(l, &w, set ? BGP_AS_SET : BGP_AS_SEQUENCE) < 0)
			return -1;
		if (set &&
		    (!ixpeer_peek(l) || strcmp(ixpeer_peek(l), "}") != 0))
			return ixpeer_wrong(l, "an AS number or }");
		l->at += set;
	}
	bgp_attrs_set_path(s->attrs, bytes, w.len);
	return 0;
}

static int
key_origin(struct ixpeer_line *l, struct ixpeer_step *s)
{
	static const char *const words[] = {"igp", "egp", "incomplete"};

	for (uint8_t i = 0; ixpeer_peek(l) && i < 3; i++) {
		if (strcmp(ixpeer_peek(l), words[i]) != 0)
			continue;
		s->attrs->origin = i;
		l->at++;
		return 0;
	}
	return ixpeer_wrong(l, "igp, egp or incomplete");
}

static int
key_med(struct ixpeer_line *l, struct ixpeer_step *s)
{
	s->attrs->has_med = true;
	return take_number(l, UINT32_MAX, "a number", &s->attrs->med);
}

static int
key_local_pref(struct ixpeer_line *l, struct ixpeer_step *s)
{
	s->attrs->has_local_pref = true;
	return take_number(l, UINT32_MAX, "a number", &s->attrs->local_pref);
}

static int
key_otc(struct ixpeer_line *l, struct ixpeer_step *s)
{
	s->attrs->has_otc = true;
	return take_number(l, UINT32_MAX, "an AS number", &s->attrs->otc);
}

static int
key_aggregator(struct ixpeer_line *l, struct ixpeer_step *s)
{
	struct ip_addr id;

	s->attrs->has_aggregator = true;
	if (take_number(l, UINT32_MAX, "an AS number",
			&s->attrs->aggregator_as) < 0 ||
	    take_addr(l, &id) < 0)
		return -1;
	s->attrs->aggregator_id = (uint32_t)id.bytes[0] << 24 |
				  (uint32_t)id.bytes[1] << 16 |
				  (uint32_t)id.bytes[2] << 8 | id.bytes[3];
	return 0;
}

static int
key_atomic_aggregate(struct ixpeer_line *l, struct ixpeer_step *s)
{
	(void)l;
	s->attrs->atomic_aggregate = true;
	return 0;
}

static int
key_community(struct ixpeer_line *l, struct ixpeer_step *s)
{
	struct bgp_attrs *a = s->attrs;

	do {
		uint32_t c, *all;

		if (ixpeer_peek(l) == NULL ||
		    !bgp_community_parse(ixpeer_peek(l), &c))
			return ixpeer_wrong(l, "a community such as 65001:10");
		all = xreallocarray(NULL, a->n_communities + 1, sizeof c);
		for (size_t i = 0; i < a->n_communities; i++)
			all[i] = a->communities[i];
		all[a->n_communities] = c;
		bgp_attrs_set_communities(a, all, a->n_communities + 1);
		free(all);
		l->at++;
	} while (numeric(ixpeer_peek(l)));
	return 0;
}

static int
key_large(struct ixpeer_line *l, struct ixpeer_step *s)
{
	struct bgp_attrs *a = s->attrs;

	do {
		struct bgp_large c, *all;

		if (ixpeer_peek(l) == NULL ||
		    !bgp_large_parse(ixpeer_peek(l), &c))
			return ixpeer_wrong(
			    l, "a large community such as 65001:1:10");
		all = xreallocarray(NULL, a->n_large + 1, sizeof c);
		for (size_t i = 0; i < a->n_large; i++)
			all[i] = a->large[i];
		all[a->n_large] = c;
		bgp_attrs_set_large(a, all, a->n_large + 1);
		free(all);
		l->at++;
	} while (numeric(ixpeer_peek(l)));
	return 0;
}

static const struct key {
	const char *name;
	int (*take)(struct ixpeer_line *l, struct ixpeer_step *s);
} keys[] = {
    {"path-id", key_path_id},
    {"next-hop", key_next_hop},
    {"link-local", key_link_local},
    {"as-path", key_as_path},
    {"origin", key_origin},
    {"med", key_med},
    {"local-pref", key_local_pref},
    {"community", key_community},
    {"large-community", key_large},
    {"aggregator", key_aggregator},
    {"atomic-aggregate", key_atomic_aggregate},
    {"otc", key_otc},
};
enum { N_KEYS = sizeof keys / sizeof *keys };

/* ---- the verbs ---- */

static int
unknown(struct ixpeer_line *l, const char *const *words, size_t n,
	const char *what)
{
	const char *near = str_nearest(ixpeer_peek(l), words, n);

	if (near == NULL)
		return err_at(l->e, l->name, l->number, ixpeer_column(l),
			      "unknown %s '%.60s'", what, ixpeer_peek(l));
	return err_at(l->e, l->name, l->number, ixpeer_column(l),
		      "unknown %s '%.60s', did you mean '%s'?", what,
		      ixpeer_peek(l), near);
}

static int
take_key(struct ixpeer_line *l, struct ixpeer_step *s, uint32_t *given)
{
	const char *names[N_KEYS];

	for (size_t i = 0; i < N_KEYS; i++) {
		names[i] = keys[i].name;
		if (strcmp(ixpeer_peek(l), keys[i].name) != 0)
			continue;
		if (*given & 1u << i)
			return err_at(l->e, l->name, l->number,
				      ixpeer_column(l), "'%s' is given twice",
				      keys[i].name);
		*given |= 1u << i;
		l->at++;
		return keys[i].take(l, s);
	}
	return unknown(l, names, N_KEYS, "word");
}

static int
take_keys(struct ixpeer_line *l, struct ixpeer_step *s)
{
	uint32_t given = 0;

	while (ixpeer_peek(l))
		if (take_key(l, s, &given) < 0)
			return -1;
	return 0;
}

static int
verb_announce(struct ixpeer_line *l, struct ixpeer_step *s)
{
	s->attrs = bgp_attrs_new();
	do {
		if (take_prefix(l, s) < 0)
			return -1;
	} while (numeric(ixpeer_peek(l)) ||
		 (ixpeer_peek(l) && strchr(ixpeer_peek(l), '/')));
	return take_keys(l, s);
}

static int
verb_update(struct ixpeer_line *l, struct ixpeer_step *s)
{
	while (ixpeer_peek(l) && strchr(ixpeer_peek(l), '/') == NULL)
		if (take_hex_word(l, s) < 0)
			return -1;
	while (ixpeer_peek(l)) {
		if (take_prefix(l, s) < 0)
			return -1;
		if (s->prefixes[0].addr.family == IP_V4)
			continue;
		l->at--;
		return ixpeer_wrong(l, "an IPv4 prefix");
	}
	return 0;
}

static int
verb_message(struct ixpeer_line *l, struct ixpeer_step *s)
{
	uint32_t type;

	if (take_number(l, 255, "a message type from 0 to 255", &type) < 0)
		return -1;
	s->type = (uint8_t)type;
	if (ixpeer_peek(l) && take_hex(l, s) < 0)
		return -1;
	if (s->n_bytes + BGP_HEADER <= 65535)
		return 0;
	l->at = 0;
	return ixpeer_refuse(l, "a length has 16 bits, 65535 bytes at most");
}

/* CODE/SUBCODE [HEX ...] */
static int
verb_notify(struct ixpeer_line *l, struct ixpeer_step *s)
{
	static const char want[] = "a code and subcode such as 6/2";
	const char *word = ixpeer_peek(l),
		   *slash = word ? strchr(word, '/') : NULL;
	unsigned int code, subcode;
	char first[8] = "";

	if (slash == NULL || slash - word > 3)
		return ixpeer_wrong(l, want);
	memcpy(first, word, (size_t)(slash - word));
	if (!str_to_u32(first, 1, 255, &code) ||
	    !str_to_u32(slash + 1, 0, 255, &subcode))
		return ixpeer_wrong(l, want);
	l->at++;
	if (ixpeer_peek(l) && take_hex(l, s) < 0)
		return -1;
	bgp_notify_set(&s->notify, (uint8_t)code, (uint8_t)subcode, s->bytes,
		       s->n_bytes);
	return 0;
}

static const struct {
	const char *name;
	int (*take)(struct ixpeer_line *l,
		    struct ixpeer_step *s); /* NULL: no words */
} verbs[] = {
    [IXPEER_ANNOUNCE] = {"announce", verb_announce},
    [IXPEER_WITHDRAW] = {"withdraw", verb_withdraw},
    [IXPEER_UPDATE] = {"update", verb_update},
    [IXPEER_MESSAGE] = {"message", verb_message},
    [IXPEER_RAW] = {"raw", take_hex},
    [IXPEER_EOR] = {"eor", take_family},
    [IXPEER_REFRESH] = {"refresh", take_family},
    [IXPEER_NOTIFY] = {"notify", verb_notify},
    [IXPEER_DROP] = {"drop", NULL},
    [IXPEER_STALL] = {"stall", NULL},
    [IXPEER_RESUME] = {"resume", NULL},
    [IXPEER_START] = {"start", NULL},
    [IXPEER_QUIT] = {"quit", NULL},
    [IXPEER_WAIT_ESTABLISHED] = {"wait-established", NULL},
    [IXPEER_WAIT_DOWN] = {"wait-down", NULL},
    [IXPEER_WAIT_EOR] = {"wait-eor", NULL},
    [IXPEER_WAIT_PREFIX] = {"wait-prefix", take_prefixes},
    [IXPEER_WAIT_WITHDRAWN] = {"wait-withdrawn", take_prefixes},
};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

const char *
ixpeer_verb_name(enum ixpeer_verb v)
{
	return verbs[v].name;
}

static int
take_step(struct ixpeer_line *l, struct ixpeer_step *s)
{
	const char *names[N_VERBS];

	for (size_t i = 0; i < N_VERBS; i++) {
		names[i] = verbs[i].name;
		if (strcmp(ixpeer_peek(l), verbs[i].name) != 0)
			continue;
		s->verb = (enum ixpeer_verb)i;
		l->at++;
		if (verbs[i].take && verbs[i].take(l, s) < 0)
			return -1;
		return ixpeer_peek(l) ? ixpeer_wrong(l, "expected here") : 0;
	}
	return unknown(l, names, N_VERBS, "step");
}

int
ixpeer_script_parse(const char *text, size_t len, const char *name,
		    struct ixpeer_script *s, struct err *e)
{
	struct ixpeer_line l = {.name = name, .e = e};
	int rc = 0;

	*s = (struct ixpeer_script){0};
	while (rc == 0 && len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		l.number++;
		rc = ixpeer_line_split(&l, text, n);
		if (rc == 0 && l.n > 0) {
			s->steps =
			    xreallocarray(s->steps, s->n + 1, sizeof *s->steps);
			s->steps[s->n] = (struct ixpeer_step){.line = l.number};
			rc = take_step(&l, &s->steps[s->n++]);
		}
		ixpeer_line_clear(&l);
		text += n + (end != NULL);
		len -= n + (end != NULL);
	}
	if (rc < 0)
		ixpeer_script_clear(s);
	return rc;
}

int
ixpeer_script_announce(const char *text, const struct ip_prefix *first,
		       const char *file, int line, int col,
		       struct ixpeer_step *s, struct err *e)
{
	struct ixpeer_line l = {
	    .name = file, .number = line, .indent = col - 1, .e = e};
	int rc = ixpeer_line_split(&l, text, strlen(text));

	*s = (struct ixpeer_step){.verb = IXPEER_ANNOUNCE, .line = line};
	if (rc == 0 && first == NULL) {
		rc = verb_announce(&l, s);
	} else if (rc == 0) {
		s->attrs = bgp_attrs_new();
		s->prefixes = xmalloc(sizeof *s->prefixes);
		s->prefixes[s->n_prefixes++] = *first;
		rc = take_keys(&l, s);
	}
	ixpeer_line_clear(&l);
	return rc;
}
