/*
 * grader_bird_routes: "show route ... all", read: prefixes, their attributes, and
 * what these say about a route.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/str.h"
#include "grader/grader_bird_parse_priv.h"
#include "grader/grader_evidence.h"

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
			json_array_append_new(list, bird_text(str_text(&s)));
		else if (isalnum((unsigned char)*text))
			str_addn(&s, text, 1);
	}
	str_clear(&s);
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
route_number(json_t *route, const char *key, const char *text)
{
	unsigned int n;

	if (str_to_u32(text, 0, UINT32_MAX, &n))
		json_object_set_new(route, key, json_integer(n));
}

static void
route_attribute(json_t *route, const char *text)
{
	const char *v;

	if ((v = bird_value_of(text, "BGP.as_path")) != NULL)
		json_object_set_new(route, "as_path", evidence_path(v));
	else if ((v = bird_value_of(text, "BGP.next_hop")) != NULL)
		route_next_hop(route, v);
	else if ((v = bird_value_of(text, "BGP.community")) != NULL)
		json_object_set_new(route, "communities", route_communities(v));
	else if ((v = bird_value_of(text, "BGP.large_community")) != NULL)
		json_object_set_new(route, "large_communities",
				    route_communities(v));
	else if ((v = bird_value_of(text, "BGP.ext_community")) != NULL)
		json_object_set_new(route, "ext_communities",
				    route_communities(v));
	else if ((v = bird_value_of(text, "BGP.origin")) != NULL)
		json_object_set_new(route, "origin", bird_text(v));
	else if ((v = bird_value_of(text, "BGP.local_pref")) != NULL)
		route_number(route, "local_pref", v);
	else if ((v = bird_value_of(text, "BGP.med")) != NULL)
		route_number(route, "med", v);
	else if ((v = bird_value_of(text, "BGP.otc")) != NULL)
		route_number(route, "otc", v);
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
	json_object_set_new(o, "ext_communities", json_array());
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

/* "[rs1_v4 02:42:20.962 from ...]": when it came, or came last changed. */
static void
route_since(json_t *route, const char *text)
{
	const char *at = strchr(text, '[');

	at = at ? at + strcspn(at, " ]") : "";
	at += strspn(at, " ");
	if (isdigit((unsigned char)*at))
		json_object_set_new(route, "since",
				    json_stringn(at, strcspn(at, " ]")));
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
				json_object_set_new(
				    route, "best",
				    json_boolean(strstr(r->lines[i].text,
							"] * ") != NULL));
				route_since(route, r->lines[i].text);
				json_array_append_new(list, route);
			}
		} else if (r->lines[i].code == 1012 && route) {
			route_attribute(route, r->lines[i].text);
		}
	}
	return list;
}

/* ---- marks */

static bool
route_has(const json_t *list, const char *text)
{
	const json_t *c;
	size_t i;

	json_array_foreach(list, i, c)
	{
		if (json_is_string(c) &&
		    strcmp(json_string_value(c), text) == 0)
			return true;
	}
	return false;
}

/* RPKI's state is what a route server says: its own AS number, 1000, state. */
static void
route_mark_rpki(const json_t *route, json_t *marks, unsigned int server)
{
	static const struct {
		unsigned int number;
		const char *mark;
	} of[] = {{1, "rpki-valid"}, {2, "rpki-unknown"}, {4, "rpki-invalid"}};
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		_free_ char *c = xasprintf("%u:1000:%u", server, of[i].number);

		if (route_has(json_object_get(route, "large_communities"), c))
			json_array_append_new(marks, json_string(of[i].mark));
	}
}

void
bird_route_marks(json_t *route, unsigned int asn, unsigned int local_asn)
{
	const json_t *std = json_object_get(route, "communities");
	const json_t *pref = json_object_get(route, "local_pref");
	json_t *marks = json_array();

	route_mark_rpki(route, marks, asn);
	if (local_asn != asn)
		route_mark_rpki(route, marks, local_asn);
	if (route_has(std, "65535:666"))
		json_array_append_new(marks, json_string("blackhole"));
	if (route_has(std, "65535:0") && json_is_integer(pref) &&
	    json_integer_value(pref) == 0)
		json_array_append_new(marks, json_string("graceful-shutdown"));
	json_object_set_new(route, "marks", marks);
}
