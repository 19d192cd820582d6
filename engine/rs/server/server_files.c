/*
 * server_files: from the names of files to a policy that is complete.
 *
 * policy is pure, so all reading is here: the three files of arouteserver, those
 * of the options, and those that general.yml names. Texts are big and are freed
 * as soon as the policy has taken in what they say.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "rs/server/server.h"

#define MIB ((size_t)1 << 20)
#define REGISTRY_MAX (2048 * MIB) /* a mirror of RIPE's has 500 */
#define JSON_MAX (512 * MIB)
#define ROUND_TRIPS_MAX (16 * MIB)

/* ---- the three files */

/* arouteserver puts other files and the environment into its text before it is
 * YAML. We do not, and say so: the line would be read as something else. */
static int
refuse_macros(const char *path, const char *text, struct err *e)
{
	int line = 1;

	for (const char *s = text; *s != '\0'; line++) {
		size_t n = strcspn(s, "\n"), blank = strspn(s, " \t");
		const char *at = memmem(s, n, "${", 2);
		int col = (int)blank + 1;
		if (str_starts(s + blank, "!include"))
			return err_at(e, path, line, col,
				      "ixrs does not support !include: put the "
				      "lines of that file here");
		if (at != NULL && s[blank] != '#' &&
		    (isalnum((unsigned char)at[2]) || at[2] == '_'))
			return err_at(e, path, line, (int)(at - s) + 1,
				      "ixrs does not put variables of the "
				      "environment here: write the value");
		s += n + (s[n] != '\0');
	}
	return 0;
}

/* A file that is not there is the user's mistake. */
static int
read_all(const char *path, size_t max, char **text, size_t *len, struct err *e)
{
	if (file_read(path, max, text, len, e) == 0)
		return 0;
	e->class = ERR_USAGE;
	return -1;
}

static int
yaml_read(struct yaml_doc *doc, const char *path, struct err *e)
{
	char *text;
	size_t len;

	if (read_all(path, YAML_MAX_BYTES, &text, &len, e) < 0)
		return -1;
	int r = refuse_macros(path, text, e);
	if (r == 0)
		r = yaml_parse(doc, path, text, len, e);
	explicit_bzero(text, len); /* passwords */
	free(text);
	return r;
}

static struct policy *
policy_read(const struct server_conf *c, struct err *e)
{
	struct yaml_doc general = {0}, clients = {0}, bogons = {0};
	struct policy *p = NULL;

	if (yaml_read(&general, c->general, e) == 0 &&
	    yaml_read(&clients, c->clients, e) == 0 &&
	    (c->bogons == NULL || yaml_read(&bogons, c->bogons, e) == 0))
		p = policy_new(&general, &clients,
			       c->bogons != NULL ? &bogons : NULL, e);
	yaml_clear(&general);
	yaml_clear(&clients);
	yaml_clear(&bogons);
	return p;
}

/* ---- other texts */

static int
text_read(struct policy_text *t, const char *path, size_t max, struct err *e)
{
	char *text;

	if (path == NULL)
		return 0;
	if (read_all(path, max, &text, &t->len, e) < 0)
		return -1;
	t->name = path;
	t->text = text;
	return 0;
}

static void
text_free(const struct policy_text *t)
{
	union { /* the struct lends it out as const */
		const char *lent;
		void *own;
	} text = {.lent = t->text};

	free(text.own);
}

struct texts {
	struct policy_sources sources;
	struct policy_text *irr;
};

static int
texts_read(struct texts *x, const struct server_conf *c,
	   const struct policy_wanted *w, struct err *e)
{
	struct policy_sources *s = &x->sources;

	x->irr = xcalloc(c->n_irr, sizeof(*x->irr));
	s->irr = x->irr;
	for (; s->n_irr < c->n_irr; s->n_irr++)
		if (text_read(&x->irr[s->n_irr], c->irr[s->n_irr], REGISTRY_MAX,
			      e) < 0)
			return -1;
	if (text_read(&s->rtt, c->rtt, ROUND_TRIPS_MAX, e) < 0 ||
	    text_read(&s->peering_db, c->peering_db, JSON_MAX, e) < 0 ||
	    text_read(&s->arin, w->arin, JSON_MAX, e) < 0)
		return -1;
	return text_read(&s->registrobr, w->registrobr, JSON_MAX, e);
}

static void
texts_free(struct texts *x)
{
	for (size_t i = 0; i < x->sources.n_irr; i++)
		text_free(&x->irr[i]);
	free(x->irr);
	text_free(&x->sources.rtt);
	text_free(&x->sources.peering_db);
	text_free(&x->sources.arin);
	text_free(&x->sources.registrobr);
}

/* ---- RPKI data */

static int
rpki_read(struct rpki *t, const struct rpki_part *part, const char *path,
	  struct err *e)
{
	struct policy_text text = {0};

	if (text_read(&text, path, JSON_MAX, e) < 0)
		return -1;
	int r = rpki_json_part(t, part, text.text, text.len, path, e);
	text_free(&text);
	return r;
}

/* The first file of the list that is good; why the first one is not, when none
 * is. Why others are not is logged. */
static int
rpki_read_first(struct rpki *t, const struct policy_wanted_json *w,
		struct rpki_part part, struct err *e)
{
	struct err other = {0};
	time_t now = time(NULL);

	part.anchors = (const char *const *)w->anchors;
	part.n_anchors = w->n_anchors;
	if (w->max_age != 0 && (time_t)w->max_age < now)
		part.not_before = (uint64_t)now - w->max_age;
	for (size_t i = 0; i < w->n; i++) {
		struct err *why = i == 0 ? e : &other;
		if (rpki_read(t, &part, w->files[i], why) == 0) {
			if (i > 0)
				log_warnx("server", "%s", e->msg);
			*e = (struct err){0};
			return 0;
		}
		if (i > 0)
			log_warnx("server", "%s", why->msg);
	}
	return w->n == 0 ? 0 : -1;
}

/* Into t: what --vrps or general.yml name. An RTR cache replaces the list of
 * files of VRPs. */
static int
rpki_files(struct rpki *t, const struct server_conf *c,
	   const struct policy_wanted *w, struct err *e)
{
	const struct policy_wanted_json *v = &w->vrps;
	struct rpki_part all = {.vrps = true, .aspas = true};
	struct rpki_part vrps = {.vrps = true}, aspas = {.aspas = true};

	if (c->vrps != NULL && v->said_anchors) {
		all.anchors = (const char *const *)v->anchors;
		all.n_anchors = v->n_anchors;
	}
	if (c->vrps != NULL)
		return rpki_read(t, &all, c->vrps, e);
	if (c->rtr == NULL && rpki_read_first(t, v, vrps, e) < 0)
		return -1;
	return rpki_read_first(t, &w->aspas, aspas, e);
}

/* ---- all of it */

static int
policy_fill(struct policy *p, const struct server_conf *c, struct rpki *rpki,
	    struct rpki *read, struct err *e)
{
	struct texts x = {0};
	struct policy_wanted w;

	policy_wanted(p, &w);
	int r = texts_read(&x, c, &w, e);
	if (r == 0)
		r = rpki_files(read, c, &w, e);
	if (r == 0) {
		x.sources.rpki = rpki;
		x.sources.vrps = c->vrps || c->rtr || w.vrps.n != 0;
		x.sources.aspas = c->vrps || w.aspas.n != 0;
		r = policy_complete(p, &x.sources, e);
	}
	texts_free(&x);
	policy_wanted_clear(&w);
	return r;
}

struct policy *
server_policy_load(const struct server_conf *c, struct rpki *rpki,
		   struct rpki *read, struct err *e)
{
	struct policy *p = policy_read(c, e);

	if (p == NULL)
		return NULL;
	if (policy_fill(p, c, rpki, read, e) < 0) {
		policy_free(p);
		return NULL;
	}
	p->perform_gshut = c->perform_gshut;
	for (size_t i = 0; i < c->n_allowed; i++)
		policy_allow_asns(p, c->allowed[i].first, c->allowed[i].last);
	return p;
}

void
server_policy_rpki(const struct server_conf *c, struct rpki *rpki,
		   struct rpki *read)
{
	if (c->rtr != NULL)
		rpki_aspa_replace(rpki, read);
	else
		rpki_replace(rpki, read);
}

void
server_policy_notes(const struct policy *p)
{
	for (size_t i = 0; i < p->n_notes; i++)
		log_warnx("server", "%s", p->notes[i]);
}
