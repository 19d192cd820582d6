/*
 * log: what a daemon said, or did not say, lately.
 *
 * Text in a log explains and does not prove: a trainee's daemon says what its
 * configuration makes it say. Look at a node of the exchange's for points.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "grader/grader_evidence.h"

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "whose daemon"},
    {.name = "has",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, text),
     .help = "a line contains this text, letter by letter"},
    {.name = "has-not",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, not_text),
     .help = "no line contains this text (an absence: needs a witness)"},
    {.name = "window",
     .type = GRADER_KEY_TIME,
     .offset = offsetof(struct grader_params, window),
     .min = 1000,
     .max = 600000,
     .absent = 60000,
     .help = "how far back, 60s when not said"},
};

/* The last line that contains the text within the window; how many do. */
static const json_t *
last_line(const struct grader_view *v, const struct grader_params *p,
	  const char *text, size_t *n)
{
	json_int_t now =
	    json_integer_value(json_object_get(v->evidence, "wall_ms"));
	const json_t *r, *found = NULL;
	size_t i;

	*n = 0;
	json_array_foreach(json_object_get(evidence_node(v, p->at), "log"), i,
			   r)
	{
		if (json_integer_value(json_object_get(r, "wall_ms")) +
			    (json_int_t)p->window <
			now ||
		    strstr(out_text(r, "text"), text) == NULL)
			continue;
		found = r;
		++*n;
	}
	return found;
}

static void
kind_log_judge(const struct grader_view *v, const struct exercise_check *c,
	       struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const char *text = p->text ? p->text : p->not_text;
	const json_t *line;
	size_t n;

	line = last_line(v, p, text, &n);
	grader_finding_expected(f, "%s line with \"%s\" in the last %u s",
				p->text ? "a" : "no", text, p->window / 1000);
	grader_finding_where(f, "%s, what its daemon said", p->at);
	grader_finding_fact(f, "line", out_text(line, "text"));
	grader_finding_fact(f, "found", n ? "yes" : "no");
	evidence_daemon_facts(v, p->at, f);
	if (!json_is_array(json_object_get(evidence_node(v, p->at), "log")))
		grader_finding_saw(f, GRADER_UNKNOWN, "%s was not heard yet",
				   p->at);
	else if (n == 0)
		grader_finding_saw(f, p->text ? GRADER_FALSE : GRADER_TRUE,
				   "no such line");
	else
		grader_finding_saw(f, p->text ? GRADER_TRUE : GRADER_FALSE,
				   "%s", out_text(line, "text"));
}

static bool
kind_log_absence(const struct grader_params *p)
{
	return p->text == NULL;
}

static int
kind_log_sane(const struct grader_params *p, const struct yaml_doc *doc,
	      const struct yaml *check, struct err *e)
{
	if ((p->text != NULL) == (p->not_text != NULL))
		return yaml_err(doc, check, e,
				"a log check has one of \"has\" and "
				"\"has-not\"");
	return 0;
}

const struct grader_kind grader_kind_log = {
    .name = "log",
    .help = "A node's daemon said a line, or did not.",
    .example = "    kind: log\n"
	       "    at: rs1\n"
	       "    has: max-prefix\n"
	       "    window: 30s\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_LOG,
    .facts = "found (yes, no) line, and daemon config-error config-unread "
	     "near-neighbours",
    .absence = kind_log_absence,
    .sane = kind_log_sane,
    .judge = kind_log_judge,
};
