#include "grader/grader_bird_parse.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ip.h"
#include "base/str.h"

#define BIRD_ERROR_MAX 240 /* bytes of a message that we pass on */

/* ---- lines and replies */

void
bird_reply_clear(struct bird_reply *reply)
{
	size_t i;

	for (i = 0; i < reply->n; i++)
		free(reply->lines[i].text);
	free(reply->lines);
	*reply = (struct bird_reply){0};
}

void
bird_reader_clear(struct bird_reader *r)
{
	bird_reply_clear(&r->reply);
	free(r->data);
	*r = (struct bird_reader){0};
}

void
bird_reader_add(struct bird_reader *r, const void *data, size_t n)
{
	if (r->pos > 0) {
		memmove(r->data, r->data + r->pos, r->len - r->pos);
		r->len -= r->pos;
		r->pos = 0;
	}
	if (r->len + n > r->size) {
		r->size = 2 * (r->len + n);
		r->data = xrealloc(r->data, r->size);
	}
	memcpy(r->data + r->len, data, n);
	r->len += n;
}

static bool
reply_add(struct bird_reply *reply, int code, const char *text, size_t n)
{
	char *copy;

	if ((reply->bytes += n + 1) > BIRD_REPLY_MAX)
		return false;
	if (reply->n == reply->size) {
		reply->size = reply->size ? 2 * reply->size : 32;
		reply->lines = xreallocarray(reply->lines, reply->size,
					     sizeof(*reply->lines));
	}
	copy = xstrndup(text, n);
	str_clean_lines(copy);
	reply->lines[reply->n++] =
	    (struct bird_line){.code = code, .text = copy};
	reply->code = code;
	return true;
}

static bool
is_code(const char *s, size_t n)
{
	return n >= 4 && isdigit((unsigned char)s[0]) &&
	       isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) &&
	       isdigit((unsigned char)s[3]) &&
	       (n == 4 || s[4] == '-' || s[4] == ' ');
}

/* One line without its newline. */
static enum bird_what
reader_line(struct bird_reader *r, const char *s, size_t n, char **log)
{
	int code;

	if (n > 0 && s[0] == '+') {
		*log = xstrndup(s + 1, n - 1);
		str_clean(*log);
		return BIRD_LOG;
	}
	if (n > 0 && s[0] == ' ') {
		if (r->reply.n == 0 ||
		    !reply_add(&r->reply, r->reply.code, s + 1, n - 1))
			return BIRD_RUBBISH;
		return BIRD_MORE;
	}
	if (!is_code(s, n))
		return BIRD_RUBBISH;
	code = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 +
	       (s[3] - '0');
	if (!reply_add(&r->reply, code, n > 5 ? s + 5 : "", n > 5 ? n - 5 : 0))
		return BIRD_RUBBISH;
	return n > 4 && s[4] == '-' ? BIRD_MORE : BIRD_REPLY;
}

enum bird_what
bird_reader_next(struct bird_reader *r, struct bird_reply *reply, char **log)
{
	enum bird_what what = BIRD_MORE;
	char *line, *end;

	while (what == BIRD_MORE) {
		line = r->data + r->pos;
		end = r->len > r->pos ? memchr(line, '\n', r->len - r->pos)
				      : NULL;
		if (end == NULL)
			return r->len - r->pos > BIRD_LINE_MAX ? BIRD_RUBBISH
							       : BIRD_MORE;
		r->pos += (size_t)(end - line) + 1;
		what = reader_line(r, line, (size_t)(end - line), log);
	}
	if (what == BIRD_REPLY) {
		*reply = r->reply;
		r->reply = (struct bird_reply){0};
	}
	return what;
}

/* ---- protocols */

/* "  BGP state:          Established" -> "Established" when key is BGP state. */
static const char *
value_of(const char *text, const char *key)
{
	size_t n = strlen(key);

	text += strspn(text, " \t");
	if (strncmp(text, key, n) != 0 || text[n] != ':')
		return NULL;
	text += n + 1;
	return text + strspn(text, " \t");
}

static json_t *
short_text(const char *text)
{
	size_t n = strlen(text);
	char *copy;
	json_t *v;

	if (n > BIRD_ERROR_MAX)
		n = BIRD_ERROR_MAX;
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	copy = xstrndup(text, n);
	str_clean(copy); /* a cut character is none */
	v = json_string(copy);
	free(copy);
	return v ? v : json_string("");
}

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

	if ((v = value_of(text, "BGP state")) != NULL) {
		json_object_set_new(p, "state", short_text(v));
		json_object_set_new(
		    p, "established",
		    json_boolean(strcmp(v, "Established") == 0));
	} else if ((v = value_of(text, "Neighbor address")) != NULL) {
		protocol_address(p, v);
	} else if ((v = value_of(text, "Neighbor AS")) != NULL) {
		protocol_number(p, "asn", v);
	} else if ((v = value_of(text, "Local AS")) != NULL) {
		protocol_number(p, "local_asn", v);
	} else if ((v = value_of(text, "Last error")) != NULL) {
		json_object_set_new(p, "last_error", short_text(v));
	} else if ((v = value_of(text, "Import limit")) != NULL) {
		if (strstr(v, "[HIT]"))
			json_object_set_new(p, "limit_hit", json_true());
	} else if ((v = value_of(text, "Import updates")) != NULL) {
		protocol_counts(p, v, true);
	} else if ((v = value_of(text, "Import withdraws")) != NULL) {
		protocol_counts(p, v, false);
	} else if (str_starts(text, "  Channel ")) {
		json_array_append_new(json_object_get(p, "channels"),
				      short_text(text + 10));
	}
}

/* "m2_v4      BGP        ---        up     01:17:53.374  Established" */
static json_t *
protocol_head(const char *text)
{
	char name[65], proto[33], table[65], state[33];
	json_t *p;

	if (sscanf(text, "%64s %32s %64s %32s", name, proto, table, state) !=
		4 ||
	    strcmp(proto, "BGP") != 0)
		return NULL;
	p = json_object();
	json_object_set_new(p, "name", short_text(name));
	json_object_set_new(p, "state", json_string("Down"));
	json_object_set_new(p, "established", json_false());
	json_object_set_new(p, "channels", json_array());
	json_object_set_new(
	    p, "limit_hit",
	    json_boolean(strstr(text, "Route limit exceeded") != NULL));
	if (strstr(text, "shutdown: "))
		json_object_set_new(
		    p, "last_error",
		    short_text(strstr(text, "Automatic shutdown")
				   ? strstr(text, "Automatic")
				   : strstr(text, "shutdown")));
	return p;
}

json_t *
bird_protocols(const struct bird_reply *r)
{
	json_t *list = json_array(), *p = NULL;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->lines[i].code == 1002) {
			p = protocol_head(r->lines[i].text);
			if (p)
				json_array_append_new(list, p);
		} else if (r->lines[i].code == 1006 && p) {
			protocol_detail(p, r->lines[i].text);
		}
	}
	return list;
}

/* ---- routes */

/* "(64500,65001) (64500, 1, 2)" -> "64500:65001", "64500:1:2" */
static json_t *
route_communities(const char *text)
{
	json_t *list = json_array();
	struct str s = {0};

	for (; *text; text++) {
		if (*text == '(')
			str_clear(&s);
		else if (*text == ',')
			str_add(&s, ":");
		else if (*text == ')' && s.len > 0)
			json_array_append_new(list, short_text(str_text(&s)));
		else if (isalnum((unsigned char)*text))
			str_addn(&s, text, 1);
	}
	str_clear(&s);
	return list;
}

static json_t *
route_path(const char *text)
{
	json_t *list = json_array();
	_free_ char *copy = xstrdup(text);
	char *save = NULL, *w;
	unsigned int n;

	for (w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		if (str_to_u32(w, 0, UINT32_MAX, &n))
			json_array_append_new(list, json_integer(n));
		else
			json_array_append_new(list, short_text(w));
	}
	return list;
}

static void
route_next_hop(json_t *route, const char *text)
{
	_free_ char *copy = xstrndup(text, strcspn(text, " "));
	char clean[IP_ADDRSTRLEN];
	struct ip_addr a;

	if (ip_addr_parse(copy, &a))
		json_object_set_new(route, "next_hop",
				    json_string(ip_addr_print(&a, clean)));
}

static void
route_attribute(json_t *route, const char *text)
{
	const char *v;

	if ((v = value_of(text, "BGP.as_path")) != NULL)
		json_object_set_new(route, "as_path", route_path(v));
	else if ((v = value_of(text, "BGP.next_hop")) != NULL)
		route_next_hop(route, v);
	else if ((v = value_of(text, "BGP.community")) != NULL)
		json_object_set_new(route, "communities", route_communities(v));
	else if ((v = value_of(text, "BGP.large_community")) != NULL)
		json_object_set_new(route, "large_communities",
				    route_communities(v));
}

static json_t *
route_new(const struct ip_prefix *p)
{
	char text[IP_PREFIXSTRLEN];
	json_t *o = json_object();

	json_object_set_new(o, "prefix", json_string(ip_prefix_print(p, text)));
	json_object_set_new(o, "family",
			    json_string(ip_family_name(p->addr.family)));
	json_object_set_new(o, "as_path", json_array());
	json_object_set_new(o, "communities", json_array());
	json_object_set_new(o, "large_communities", json_array());
	return o;
}

/* A line of code 1007 begins a route when it has a "[protocol"; a second one to
 * the same prefix leaves the prefix out. */
static json_t *
route_head(const char *text, struct ip_prefix *last)
{
	_free_ char *word = xstrndup(text, strcspn(text, " \t"));

	if (text[0] == '\t' || str_starts(text, "Table ") ||
	    strchr(text, '[') == NULL)
		return NULL;
	if (*word && !ip_prefix_parse(word, last))
		last->addr.family = IP_NONE;
	return last->addr.family == IP_NONE ? NULL : route_new(last);
}

json_t *
bird_routes(const struct bird_reply *r)
{
	json_t *list = json_array(), *route = NULL, *next;
	struct ip_prefix last = {0};
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->lines[i].code == 1007) {
			next = route_head(r->lines[i].text, &last);
			if (next) {
				route = next;
				json_array_append_new(list, route);
			}
		} else if (r->lines[i].code == 1012 && route) {
			route_attribute(route, r->lines[i].text);
		}
	}
	return list;
}

/* ---- configuration and status */

json_t *
bird_config(const struct bird_reply *r)
{
	json_t *o = json_object();
	bool ok = r->code < 8000;

	json_object_set_new(o, "ok", json_boolean(ok));
	if (!ok && r->n > 0)
		json_object_set_new(o, "error",
				    short_text(r->lines[r->n - 1].text));
	return o;
}

double
bird_reconfigured(const struct bird_reply *r)
{
	static const char words[] = "Last reconfiguration on ";
	struct tm tm = {.tm_isdst = -1};
	const char *rest;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (!str_starts(r->lines[i].text, words))
			continue;
		rest = strptime(r->lines[i].text + strlen(words),
				"%Y-%m-%d %H:%M:%S", &tm);
		if (rest == NULL)
			return 0;
		return (double)mktime(&tm) +
		       (*rest == '.' ? strtod(rest, NULL) : 0.999);
	}
	return 0;
}
