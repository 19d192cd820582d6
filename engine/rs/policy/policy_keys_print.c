/* policy_keys_print: the table of keys as a part of ixrs.conf(5), in mdoc. */
#include <string.h>

#include "rs/policy/policy_conf.h"

static bool
key_is_supported(const struct policy_key *k)
{
	return k->set != policy_set_refused && k->set != policy_set_only;
}

static void
words_print(FILE *f, const struct policy_key *k)
{
	const char *before = " :";

	for (size_t i = 0; i < k->n_words; i++) {
		if (k->words[i][0] == '\0')
			continue;
		fprintf(f, "%s %s", before, k->words[i]);
		before = " |";
	}
}

static void
key_print(FILE *f, const struct policy_key *k, bool mark_scope)
{
	fprintf(f, ".It Cm %s", k->path);
	if (k->set == policy_set_only)
		fprintf(f, " : %s only", k->value);
	words_print(f, k);
	fprintf(f, "\n%s", k->text);
	if (key_is_supported(k) && k->value[0] != '\0')
		fprintf(f, "; default %s", k->value);
	if (mark_scope && k->where != (POLICY_KEY_GENERAL | POLICY_KEY_CLIENT))
		fprintf(f, " (%s only)",
			k->where == POLICY_KEY_GENERAL ? "general" : "clients");
	fprintf(f, ".\n");
}

static void
table_print(FILE *f, const struct policy_key_table *t, const char *title,
	    bool supported)
{
	bool any = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct policy_key *k = &t->keys[i];
		if (k->set == NULL || key_is_supported(k) != supported)
			continue;
		if (!any)
			fprintf(f, ".Ss %s\n.Bl -tag -width Ds -compact\n",
				title);
		any = true;
		key_print(f, k, t == &policy_keys_cfg);
	}
	if (any)
		fprintf(f, ".El\n");
}

void
policy_keys_print(FILE *f)
{
	table_print(f, &policy_keys_cfg,
		    "cfg, in the general file and in a client", true);
	table_print(f, &policy_keys_community,
		    "A community, and a custom one, and one of a cause", true);
	table_print(f, &policy_keys_client, "clients, in the clients file",
		    true);
	table_print(f, &policy_keys_as, "asns, in the clients file", true);
	table_print(f, &policy_keys_route,
		    "bogons, in the bogons file; black lists and white lists",
		    true);
	table_print(f, &policy_keys_cfg, "Refused, or with one value only",
		    false);
	table_print(f, &policy_keys_client, "Refused in a client", false);
	table_print(f, &policy_keys_route, "Refused in a prefix", false);
}
