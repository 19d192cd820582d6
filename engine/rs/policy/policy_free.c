/* policy_free: the end of a policy, and small things done to one. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

void
policy_texts_free(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

static void
prefixes_clear(struct policy_prefixes *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].comment);
	free(l->items);
}

static void
settings_clear(struct policy_settings *s)
{
	free(s->authorized);
	prefixes_clear(&s->black_list);
}

/* The password does not stay in memory that is given away. */
static void
password_free(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

static void
client_clear(struct policy_client *c)
{
	free(c->description);
	password_free(c->password);
	free(c->ip);
	free(c->range);
	settings_clear(&c->settings);
	policy_texts_free(c->as_sets, c->n_as_sets);
	irr_filter_free(c->irr);
	prefixes_clear(&c->white_prefixes);
	free(c->white_asns);
	for (size_t i = 0; i < c->n_white_routes; i++)
		free(c->white_routes[i].prefix.comment);
	free(c->white_routes);
	free(c->custom);
}

static void
rpki_source_clear(struct policy_rpki_source *s)
{
	policy_texts_free(s->urls.items, s->urls.n);
	policy_texts_free(s->anchors.items, s->anchors.n);
}

static void
files_free(struct policy_files *f)
{
	free(f->general);
	rpki_source_clear(&f->roas);
	rpki_source_clear(&f->aspas);
	free(f->arin);
	free(f->registrobr);
	for (size_t i = 0; i < f->n_asns; i++)
		policy_texts_free(f->asns[i].as_sets, f->asns[i].n_as_sets);
	free(f->asns);
	free(f);
}

void
policy_free(struct policy *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n_clients; i++)
		client_clear(&p->clients[i]);
	free(p->clients);
	irr_db_free(p->irr); /* after the filters */
	rpki_free(p->arin);
	rpki_free(p->registrobr);
	settings_clear(&p->settings);
	prefixes_clear(&p->bogons);
	prefixes_clear(&p->black_list);
	free(p->allowed);
	free(p->transit_free);
	free(p->never_via);
	free(p->rtt_thresholds);
	free(p->rtt);
	for (size_t i = 0; i < p->n_custom; i++)
		free(p->custom[i].name);
	free(p->custom);
	free(p->causes);
	policy_texts_free(p->notes, p->n_notes);
	files_free(p->files);
	policy_index_free(p->index);
	free(p);
}

void
policy_allow_asns(struct policy *p, uint32_t first, uint32_t last)
{
	p->allowed =
	    xreallocarray(p->allowed, p->n_allowed + 1, sizeof(*p->allowed));
	p->allowed[p->n_allowed++] = (struct policy_asns){first, last};
}

void
policy_note(struct policy *p, const char *fmt, ...)
{
	struct str s = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	p->notes = xreallocarray(p->notes, p->n_notes + 1, sizeof(*p->notes));
	p->notes[p->n_notes++] = str_steal(&s);
}
