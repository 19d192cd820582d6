#include "grader/grader_daemon.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"

#define DAEMON_TEXT 64	  /* bytes of a community */
#define DAEMON_LIST 1024  /* communities of a route */
#define DAEMON_PATH 65536 /* bytes of a path */

static const struct grader_daemon *const daemons[] = {
    &grader_daemon_frr, &grader_daemon_gobgp, &grader_daemon_openbgpd};

const struct grader_daemon *
grader_daemon_find(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++) {
		if (strcmp(daemons[i]->kind, kind) == 0)
			return daemons[i];
	}
	return NULL;
}

unsigned int
grader_daemon_lacks(const struct lab_node *n, enum daemon_part part)
{
	const char *kind = model_daemon_name(n);
	unsigned int lacks = part == DAEMON_SENT ? DAEMON_LACKS_PREF : 0;

	if (grader_daemon_find(kind) == NULL)
		return 0;
	if (strcmp(kind, "frr") == 0 && part != DAEMON_ACCEPTED)
		lacks |= DAEMON_LACKS_COMMUNITIES | DAEMON_LACKS_OTC |
			 DAEMON_LACKS_PREF;
	if (strcmp(kind, "gobgp") == 0) {
		lacks |= DAEMON_LACKS_OTC;
		if (n->role == LAB_ROUTE_SERVER)
			lacks |= DAEMON_LACKS_ACCEPTED;
	}
	return lacks;
}

/* ---- an answer */

json_t *
grader_daemon_read(const struct grader_daemon *d,
		   const struct daemon_question *q, const char *text,
		   size_t len)
{
	json_t *answer = NULL, *rows = NULL;

	if (len <= DAEMON_ANSWER_MAX)
		answer = json_loadb(text, len, 0, NULL);
	if (json_is_object(answer) &&
	    !json_is_string(json_object_get(answer, "error")) &&
	    !json_is_string(json_object_get(answer, "warning"))) {
		rows = json_array();
		d->read(q, answer, rows);
	}
	json_decref(answer);
	return rows;
}

/* "203.0.113.1 100.64.0.0/22" */
static char *
judged_key(const json_t *row)
{
	return xasprintf("%s %s", out_text(row, "address"),
			 out_text(row, "prefix"));
}

static void
judged_rejected(json_t *row)
{
	json_object_set_new(row, "state", json_string("rejected"));
	json_object_set_new(row, "best", json_false());
	json_object_set_new(row, "reason", json_string("filtered"));
	json_object_del(row, "local_pref");
}

json_t *
grader_daemon_judged(json_t *received, json_t *accepted)
{
	json_t *taken = json_object(), *row;
	size_t i;

	json_array_foreach(accepted, i, row)
	{
		_free_ char *key = judged_key(row);

		json_object_set_new(row, "state", json_string("accepted"));
		json_object_set_new(taken, key, json_true());
	}
	json_array_foreach(received, i, row)
	{
		_free_ char *key = judged_key(row);

		if (json_object_get(taken, key))
			continue;
		judged_rejected(row);
		json_array_append(accepted, row);
	}
	json_decref(taken);
	json_decref(received);
	return accepted;
}

/* ---- for the readers */

const char *
daemon_neighbour(const struct daemon_question *q)
{
	return out_text(q->session, "address");
}

json_t *
daemon_row(const struct daemon_question *q, json_t *rows, const char *prefix,
	   const char *address)
{
	char clean[IP_PREFIXSTRLEN], from[IP_ADDRSTRLEN];
	struct ip_prefix p;
	struct ip_addr a;
	json_t *row;

	if (prefix == NULL || address == NULL || !ip_prefix_parse(prefix, &p) ||
	    p.addr.family != q->family || !ip_addr_parse(address, &a) ||
	    json_array_size(rows) >= DAEMON_ROWS_MAX)
		return NULL;
	row = json_pack("{ss ss ss s[] s[] s[] s[] sb}", "prefix",
			ip_prefix_print(&p, clean), "family",
			ip_family_name(p.addr.family), "address",
			ip_addr_print(&a, from), "as_path", "communities",
			"large_communities", "ext_communities", "best", 0);
	json_array_append_new(rows, row);
	return row;
}

void
daemon_next_hop(json_t *row, const char *text)
{
	char clean[IP_ADDRSTRLEN];
	struct ip_addr a;

	if (text && ip_addr_parse(text, &a))
		json_object_set_new(row, "next_hop",
				    json_string(ip_addr_print(&a, clean)));
}

void
daemon_number(json_t *row, const char *key, const json_t *value)
{
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;

	if (n >= 0 && n <= UINT32_MAX)
		json_object_set_new(row, key, json_integer(n));
}

void
daemon_path(json_t *row, const char *text)
{
	_free_ char *bounded = xstrndup(text ? text : "", DAEMON_PATH);

	json_object_set_new(row, "as_path", evidence_path(bounded));
}

void
daemon_origin(json_t *row, const char *text)
{
	static const char *const words[] = {"igp", "egp", "incomplete"};
	size_t i;

	for (i = 0; text && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i]) == 0)
			json_object_set_new(row, "origin",
					    json_string(words[i]));
	}
}

/* ---- communities */

/* Names of the registry of RFC 1997's, in whatever way they are written. */
static const struct {
	const char *name;
	unsigned int number; /* below 65535 */
} well_known[] = {
    {"gracefulshutdown", 0},
    {"acceptown", 1},
    {"routefiltertranslatedv4", 2},
    {"routefilterv4", 3},
    {"routefiltertranslatedv6", 4},
    {"routefilterv6", 5},
    {"llgrstale", 6},
    {"nollgr", 7},
    {"acceptownnexthop", 8},
    {"blackhole", 666},
    {"noexport", 65281},
    {"noadvertise", 65282},
    {"localas", 65283},
    {"noexportsubconfed", 65283},
    {"nopeer", 65284},
};

/* Are these the same letters, "NO_EXPORT" and "noexport"? */
static bool
same_letters(const char *word, const char *name)
{
	for (; *word; word++) {
		if (*word == '_' || *word == '-')
			continue;
		if (tolower((unsigned char)*word) != *name++)
			return false;
	}
	return *name == '\0';
}

void
daemon_community(json_t *row, const char *key, const char *text)
{
	json_t *list = json_object_get(row, key);
	_free_ char *word = xstrndup(text ? text : "", DAEMON_TEXT);
	size_t i;

	if (*word == '\0' || json_array_size(list) >= DAEMON_LIST)
		return;
	for (i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++) {
		if (!same_letters(word, well_known[i].name))
			continue;
		free(word);
		word = xasprintf("65535:%u", well_known[i].number);
		break;
	}
	str_clean(word);
	json_array_append_new(list, out_str(word));
}

void
daemon_extended(json_t *row, const char *text)
{
	size_t head = strcspn(text ? text : "", ": ");
	const char *rest = head > 0 && text[head] ? text + head + 1 : "";
	_free_ char *kind = xstrndup(text ? text : "", head);
	_free_ char *word = xasprintf("%.10s:%.48s",
				      strcasecmp(kind, "rt") == 0    ? "rt"
				      : strcasecmp(kind, "soo") == 0 ? "ro"
								     : kind,
				      rest);

	if (*rest)
		daemon_community(row, "ext_communities", word);
}
