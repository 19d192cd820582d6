/*
 * What a daemon's own program says of its sessions, whatever the daemon.
 *
 *	vtysh, gobgp, bgpctl ── JSON ──> the kind's reader ──> rows, all alike
 *
 * Who runs the program and when is not known here. What it prints is bounded
 * before it is read, and so is what is made of it: addresses are addresses,
 * states one of six words, texts short and clean.
 */
#include <ctype.h>
#include <string.h>

#include "base/out.h"
#include "lab/model/model_kind_text.h"

#define SESSIONS_TEXT 200 /* bytes of an error */

static const char *const session_states[] = {
    "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established",
};

/* What some call otherwise: down for good or in passing, or waiting for the far
 * end to call. */
static const struct {
	const char *word, *state;
} session_others[] = {
    {"Down", "Idle"},	  {"None", "Idle"},    {"Close", "Idle"},
    {"Clearing", "Idle"}, {"Deleted", "Idle"}, {"Passive", "Active"},
};

/* "OPEN_SENT" is "OpenSent"; "Idle (Admin)" is "Idle". */
static bool
state_is(const char *word, const char *name)
{
	for (; *name; word++) {
		if (*word == ' ' || *word == '_' || *word == '-')
			continue;
		if (tolower((unsigned char)*word) !=
		    tolower((unsigned char)*name))
			return false;
		name++;
	}
	return *word == '\0' || strcmp(word, " (Admin)") == 0;
}

const char *
model_session_state(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(session_states) / sizeof(*session_states); i++)
		if (state_is(word, session_states[i]))
			return session_states[i];
	for (i = 0; i < sizeof(session_others) / sizeof(*session_others); i++)
		if (state_is(word, session_others[i].word))
			return session_others[i].state;
	return NULL;
}

const char *
kind_json_text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

json_t *
kind_session_row(json_t *rows, const char *address, json_int_t asn,
		 const char *state, const char *error)
{
	const char *name = state ? model_session_state(state) : NULL;
	_free_ char *said = xstrndup(error ? error : "", SESSIONS_TEXT);
	char text[IP_ADDRSTRLEN];
	struct ip_addr a;
	json_t *row;

	if (name == NULL || address == NULL || !ip_addr_parse(address, &a) ||
	    json_array_size(rows) >= MODEL_SESSIONS_ROWS)
		return NULL;
	if (asn < 0 || asn > UINT32_MAX)
		asn = 0;
	str_clean(said);
	row = json_pack("{ss sI ss ss sb}", "address", ip_addr_print(&a, text),
			"asn", asn, "family", ip_family_name(a.family), "state",
			name, "established", strcmp(name, "Established") == 0);
	json_object_set_new(row, "last_error", out_str(said));
	json_array_append_new(rows, row);
	return row;
}

void
kind_session_number(json_t *row, const char *key, const json_t *value)
{
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;

	if (row && n >= 0 && n <= UINT32_MAX)
		json_object_set_new(row, key, json_integer(n));
}

void
kind_session_address(json_t *row, const char *key, const char *text)
{
	char clean[IP_ADDRSTRLEN];
	struct ip_addr a;

	if (row && text && ip_addr_parse(text, &a))
		json_object_set_new(row, key,
				    json_string(ip_addr_print(&a, clean)));
}

void
kind_session_limit(json_t *row, const char *counts, const json_t *routes,
		   const char *action, bool hit)
{
	json_int_t n = json_integer_value(routes);

	if (row == NULL || n <= 0 || n > UINT32_MAX)
		return;
	json_object_set_new(row, "limits",
			    json_pack("[{ss sI ss ss}]", "counts", counts,
				      "routes", n, "channel",
				      kind_json_text(row, "family"), "action",
				      action));
	json_object_set_new(row, "limit_hit", json_boolean(hit));
}

json_t *
model_sessions_read(const struct lab_kind *k, const char *text, size_t len)
{
	json_t *answer = NULL, *rows;

	if (len <= MODEL_SESSIONS_MAX)
		answer = json_loadb(text, len, 0, NULL);
	if (answer == NULL)
		return NULL;
	rows = json_array();
	k->sessions->read(answer, rows);
	json_decref(answer);
	return rows;
}

bool
model_sessions_news(const struct lab_kind *k, const char *line)
{
	const char *const *w;

	if (k->sessions == NULL)
		return false;
	for (w = k->sessions->news; *w != NULL; w++)
		if (strstr(line, *w) != NULL)
			return true;
	return false;
}
