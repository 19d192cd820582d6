/*
 * grader_bird_protocols: "show protocols all", read: BGP sessions, their
 * counters, and what both ends agreed on.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ip.h"
#include "base/str.h"
#include "grader/grader_bird_parse_priv.h"

/* "Import updates:   received rejected filtered ignored accepted", and the same
 * of withdraws. What BIRD finds invalid it treats as withdrawn. */
static void
protocol_counts(json_t *p, const char *line, bool updates)
{
	unsigned long n[5] = {0};
	char *end;
	size_t i;

	for (i = 0; i < 5; i++) {
		n[i] = strtoul(line, &end, 10);
		if (end == line)
			break;
		line = end;
	}
	if (updates && n[2] > 0)
		json_object_set_new(p, "filtered", json_true());
	if (updates && n[4] > 0)
		json_object_set_new(p, "accepted", json_true());
	if (updates ? n[1] > 0 : n[0] > 0 && !json_object_get(p, "accepted"))
		json_object_set_new(p, "invalid", json_true());
}

static void
protocol_number(json_t *p, const char *key, const char *text)
{
	unsigned int n;

	if (str_to_u32(text, 0, UINT32_MAX, &n))
		json_object_set_new(p, key, json_integer(n));
}

/* "Receive limit: 30 [HIT]"; its action is on the next line, the channel that it
 * is of above. Export limits are nobody's business here. */
static void
protocol_limit(json_t *p, const char *counts, const char *text)
{
	json_t *channels = json_object_get(p, "channels"), *limit;
	size_t n = json_array_size(channels);
	unsigned int routes;
	_free_ char *number = xstrndup(text, strcspn(text, " "));

	if (strstr(text, "[HIT]"))
		json_object_set_new(p, "limit_hit", json_true());
	if (n == 0 || !str_to_u32(number, 0, UINT32_MAX, &routes))
		return;
	if (json_object_get(p, "limits") == NULL)
		json_object_set_new(p, "limits", json_array());
	limit = json_pack("{s:s, s:I, s:O}", "counts", counts, "routes",
			  (json_int_t)routes, "channel",
			  json_array_get(channels, n - 1));
	json_array_append_new(json_object_get(p, "limits"), limit);
}

static void
protocol_action(json_t *p, const char *text)
{
	json_t *limits = json_object_get(p, "limits");
	json_t *last = json_array_get(limits, json_array_size(limits) - 1);

	if (last && json_object_get(last, "action") == NULL)
		json_object_set_new(last, "action", bird_text(text));
}

static void
protocol_address(json_t *p, const char *text)
{
	_free_ char *copy = xstrndup(text, strcspn(text, " %"));
	char clean[IP_ADDRSTRLEN];
	struct ip_addr a;

	if (!ip_addr_parse(copy, &a))
		return;
	json_object_set_new(p, "address",
			    json_string(ip_addr_print(&a, clean)));
	json_object_set_new(p, "family", json_string(ip_family_name(a.family)));
}

static void
protocol_detail(json_t *p, const char *text)
{
	const char *v;

	if ((v = bird_value_of(text, "BGP state")) != NULL) {
		json_object_set_new(p, "state", bird_text(v));
		json_object_set_new(
		    p, "established",
		    json_boolean(strcmp(v, "Established") == 0));
	} else if ((v = bird_value_of(text, "Neighbor address")) != NULL) {
		protocol_address(p, v);
	} else if ((v = bird_value_of(text, "Neighbor AS")) != NULL) {
		protocol_number(p, "asn", v);
	} else if ((v = bird_value_of(text, "Local AS")) != NULL) {
		protocol_number(p, "local_asn", v);
	} else if ((v = bird_value_of(text, "Last error")) != NULL) {
		json_object_set_new(p, "last_error", bird_text(v));
	} else if ((v = bird_value_of(text, "Import limit")) != NULL) {
		protocol_limit(p, "import", v);
	} else if ((v = bird_value_of(text, "Action")) != NULL) {
		protocol_action(p, v);
	} else if ((v = bird_value_of(text, "Import updates")) != NULL) {
		protocol_counts(p, v, true);
	} else if ((v = bird_value_of(text, "Import withdraws")) != NULL) {
		protocol_counts(p, v, false);
	} else if ((v = bird_value_of(text, "Receive limit")) != NULL) {
		protocol_limit(p, "receive", v);
	} else if ((v = bird_value_of(text, "Session")) != NULL) {
		json_object_set_new(
		    p, "multihop", json_boolean(strstr(v, "multihop") != NULL));
	} else if ((v = bird_value_of(text, "Hold timer")) != NULL) {
		v = strchr(v, '/');
		protocol_number(p, "hold_time", v ? v + 1 : "");
	} else if (strcmp(text, "    Neighbor graceful restart active") == 0) {
		json_object_set_new(p, "stale", json_true());
	} else if (str_starts(text, "  Channel ")) {
		json_array_append_new(json_object_get(p, "channels"),
				      bird_text(text + 10));
	}
}

/* ---- capabilities
 *
 * Each end's stand below its title, one a line, indented by six; details of one
 * by eight:
 *
 *	    Neighbor capabilities
 *	      Multiprotocol
 *	        AF announced: ipv4
 *	      Route refresh
 *	      Role: rs_client
 */

#define CAPS_TITLE 4 /* columns */

struct protocol_caps {
	json_t *ends[2], *in; /* ours and theirs; in: the one being read */
};

static const struct {
	const char *text, *word;
} cap_words[] = {
    {"4-octet AS numbers", "as4"},
    {"Route refresh", "refresh"},
    {"Enhanced refresh", "enhanced-refresh"},
    {"Extended message", "extended-message"},
    {"Long-lived graceful restart", "long-lived-restart"},
};

static void
caps_clear(struct protocol_caps *c)
{
	json_decref(c->ends[0]);
	json_decref(c->ends[1]);
	*c = (struct protocol_caps){.ends = {json_object(), json_object()}};
}

/* "ipv4 ipv6" -> PREFIXipv4, PREFIXipv6 */
static void
caps_families(json_t *in, const char *prefix, const char *text)
{
	_free_ char *copy = xstrdup(text);
	char *save = NULL, *w;

	for (w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		_free_ char *word = xasprintf("%s%.20s", prefix, w);

		str_clean(word);
		json_object_set_new(in, word, json_true());
	}
}

static void
caps_line(struct protocol_caps *c, const char *text)
{
	const char *v;
	size_t i;

	if ((v = bird_value_of(text, "AF announced")) != NULL)
		caps_families(c->in, "", v);
	else if ((v = bird_value_of(text, "RX")) != NULL)
		caps_families(c->in, "rx-", v);
	else if ((v = bird_value_of(text, "TX")) != NULL)
		caps_families(c->in, "tx-", v);
	else if ((v = bird_value_of(text, "IPv6 nexthop")) != NULL)
		caps_families(c->in, "extended-next-hop-", v);
	else if ((v = bird_value_of(text, "Role")) != NULL)
		json_object_set_new(c->in, "role", bird_text(v));
	text += strspn(text, " ");
	for (i = 0; i < sizeof(cap_words) / sizeof(cap_words[0]); i++) {
		if (strcmp(text, cap_words[i].text) == 0)
			json_object_set_new(c->in, cap_words[i].word,
					    json_true());
	}
}

/* Is the line of this part of the answer? */
static bool
caps_take(struct protocol_caps *c, const char *text)
{
	size_t indent = strspn(text, " ");

	if (indent <= CAPS_TITLE) {
		text += indent;
		c->in = strcmp(text, "Local capabilities") == 0 ? c->ends[0]
			: strcmp(text, "Neighbor capabilities") == 0
			    ? c->ends[1]
			    : NULL;
		return c->in != NULL;
	}
	if (c->in)
		caps_line(c, text);
	return c->in != NULL;
}

/* BIRD's name of a role, as ixrs has it. */
static const char *
caps_role(const char *role)
{
	return strcmp(role, "rs_server") == 0	? "rs"
	       : strcmp(role, "rs_client") == 0 ? "rs-client"
						: role;
}

/* What both ends said; of ADD-PATH, what one receives and the other sends. */
static void
caps_agree(struct protocol_caps *c, json_t *p)
{
	const char *role =
	    json_string_value(json_object_get(c->ends[1], "role"));
	json_t *agreed = json_array();
	const char *word;
	json_t *v;

	json_object_foreach(c->ends[0], word, v)
	{
		bool rx = str_starts(word, "rx-"), tx = str_starts(word, "tx-");
		_free_ char *theirs =
		    rx || tx ? xasprintf("%s-%s", rx ? "tx" : "rx", word + 3)
			     : xstrdup(word);
		_free_ char *name =
		    xasprintf("%s%s", rx || tx ? "add-path-" : "", word);

		if (json_is_true(v) &&
		    json_is_true(json_object_get(c->ends[1], theirs)))
			json_array_append_new(agreed, json_string(name));
	}
	json_object_set_new(p, "capabilities", agreed);
	if (role)
		json_object_set_new(p, "peer_role",
				    json_string(caps_role(role)));
}

/* "m2_v4      BGP        ---        up     01:17:53.374  Established" */
static json_t *
protocol_head(const char *text)
{
	char name[65], proto[33], table[65], state[33], since[33] = "";
	json_t *p;

	if (sscanf(text, "%64s %32s %64s %32s %32s", name, proto, table, state,
		   since) < 4 ||
	    strcmp(proto, "BGP") != 0)
		return NULL;
	p = json_object();
	json_object_set_new(p, "name", bird_text(name));
	json_object_set_new(p, "since", bird_text(since));
	json_object_set_new(p, "state", json_string("Down"));
	json_object_set_new(p, "established", json_false());
	json_object_set_new(p, "channels", json_array());
	json_object_set_new(
	    p, "limit_hit",
	    json_boolean(strstr(text, "Route limit exceeded") != NULL));
	if (strstr(text, "shutdown: "))
		json_object_set_new(p, "last_error",
				    bird_text(strstr(text, "Automatic shutdown")
						  ? strstr(text, "Automatic")
						  : strstr(text, "shutdown")));
	return p;
}

json_t *
bird_protocols(const struct bird_reply *r)
{
	struct protocol_caps caps = {0};
	json_t *list = json_array(), *p = NULL;
	size_t i;

	caps_clear(&caps);
	for (i = 0; i < r->n; i++) {
		const char *text = r->lines[i].text;

		if (r->lines[i].code == 1002) {
			if (p)
				caps_agree(&caps, p);
			caps_clear(&caps);
			p = protocol_head(text);
			if (p)
				json_array_append_new(list, p);
		} else if (r->lines[i].code == 1006 && p &&
			   !caps_take(&caps, text)) {
			protocol_detail(p, text);
		}
	}
	if (p)
		caps_agree(&caps, p);
	caps_clear(&caps);
	json_decref(caps.ends[0]);
	json_decref(caps.ends[1]);
	return list;
}

/* ---- since when */

#define AGE_DAY 86400.0
#define AGE_LONG (20 * 3600.0) /* older than that BIRD says the day alone */

/* "01:17:53.374" is of the last twenty hours; else it is a day. */
long long
bird_age_ms(const char *since, double now)
{
	time_t whole = (time_t)now;
	struct tm tm, at = {0};
	const char *rest;
	double age;

	if (strptime(since, "%Y-%m-%d", &at) != NULL)
		return (long long)(AGE_LONG * 1000);
	rest = strptime(since, "%H:%M:%S", &at);
	if (rest == NULL || localtime_r(&whole, &tm) == NULL)
		return 0;
	age = (tm.tm_hour - at.tm_hour) * 3600.0 +
	      (tm.tm_min - at.tm_min) * 60.0 + (tm.tm_sec - at.tm_sec) +
	      (now - (double)whole) - (*rest == '.' ? strtod(rest, NULL) : 0);
	if (age < -1) /* it was yesterday; a little: clocks are read apart */
		age += AGE_DAY;
	return age > 0 ? (long long)(age * 1000) : 0;
}
