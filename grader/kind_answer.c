/*
 * answer: what the person typed ("ixlab answer") is right.
 *
 * A question has a type, and an answer is read as that type before it is
 * compared: "AS65536" and "65536" are one number, "2001:DB8::/32" and
 * "2001:db8:0::/32" one prefix, "12.50" and "12.5". What is no number, prefix,
 * .. at all is told as such, and not as wrong. The first of the accepted answers
 * is the reference: the author's proof types it, and "ixlab solve" does.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "grader/grader_answer.h"
#include "grader/grader_evidence.h"

#define ANSWER_SCALE 1000000 /* numbers are kept in millionths */

static const char *const types[] = {"choice", "number", "prefix", "address",
				    "asn",    "text",	NULL};

static const struct grader_key keys[] = {
    {.name = "question",
     .type = GRADER_KEY_TEXT,
     .need = true,
     .offset = offsetof(struct grader_params, question),
     .help = "what is asked, a sentence"},
    {.name = "type",
     .type = GRADER_KEY_WORD,
     .words = types,
     .need = true,
     .offset = offsetof(struct grader_params, word),
     .help =
	 "as what an answer is read; of a text case and spaces do not matter"},
    {.name = "accept",
     .type = GRADER_KEY_TEXTS,
     .need = true,
     .offset = offsetof(struct grader_params, accept),
     .help = "the right answers, the reference first"},
    {.name = "choices",
     .type = GRADER_KEY_TEXTS,
     .offset = offsetof(struct grader_params, choices),
     .help = "of a choice: all of them"},
    {.name = "tolerance",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, tolerance),
     .max = 1000000,
     .help = "of a number: how far off it may be, 0 when not said"},
    {.name = "unit",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, unit),
     .help = "of a number, for people: Mbit/s, ms, EUR"},
};

/* ---- an answer as its type */

struct answer {
	int64_t number; /* millionths */
	struct ip_prefix prefix;
	struct ip_addr address;
	uint32_t asn;
	char *text; /* owned */
};

/* "-12", "3.25": at most nine digits before the point and six behind it. */
static bool
answer_number(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	size_t whole, part = 0, i;
	int64_t n = 0;

	s += *s == '-' || *s == '+';
	whole = strspn(s, "0123456789");
	if (s[whole] == '.') {
		part = strspn(s + whole + 1, "0123456789");
		if (part == 0 || s[whole + 1 + part] != '\0')
			return false;
	} else if (s[whole] != '\0') {
		return false;
	}
	if (whole == 0 || whole > 9 || part > 6)
		return false;
	for (i = 0; i < whole; i++)
		n = n * 10 + (s[i] - '0');
	for (i = 0; i < 6; i++)
		n = n * 10 + (i < part ? s[whole + 1 + i] - '0' : 0);
	*out = minus ? -n : n;
	return true;
}

/* AS65536, 65536 or 1.0 (RFC 5396). */
static bool
answer_asn(const char *s, uint32_t *out)
{
	const char *dot;
	unsigned int high, low;

	if (strncasecmp(s, "as", 2) == 0)
		s += 2;
	if ((dot = strchr(s, '.')) != NULL) {
		_free_ char *first = xstrndup(s, (size_t)(dot - s));

		if (!str_to_u32(first, 0, UINT16_MAX, &high) ||
		    !str_to_u32(dot + 1, 0, UINT16_MAX, &low))
			return false;
		*out = high << 16 | low;
		return true;
	}
	if (!str_to_u32(s, 0, UINT32_MAX, &low))
		return false;
	*out = low;
	return true;
}

/* Without spaces at the ends, one where there are several inside. Owned. */
static char *
answer_trim(const char *s)
{
	char *out = xmalloc(strlen(s) + 1), *to = out;

	for (; *s; s++) {
		if (!isspace((unsigned char)*s))
			*to++ = *s;
		else if (to > out && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > out && to[-1] == ' ')
		to--;
	*to = '\0';
	return out;
}

/* False when it cannot be one. text is set in any case. */
static bool
answer_read(const struct grader_params *p, const char *s, struct answer *a)
{
	size_t i;

	*a = (struct answer){.text = answer_trim(s)};
	if (strcmp(p->word, "number") == 0)
		return answer_number(a->text, &a->number);
	if (strcmp(p->word, "prefix") == 0)
		return ip_prefix_parse(a->text, &a->prefix);
	if (strcmp(p->word, "address") == 0)
		return ip_addr_parse(a->text, &a->address);
	if (strcmp(p->word, "asn") == 0)
		return answer_asn(a->text, &a->asn);
	for (i = 0; i < p->choices.n; i++) {
		if (strcasecmp(a->text, p->choices.items[i]) == 0)
			return true;
	}
	return strcmp(p->word, "choice") != 0 && a->text[0] != '\0';
}

static const char *
answer_noun(const struct grader_params *p)
{
	if (strcmp(p->word, "choice") == 0)
		return "none of the choices";
	if (strcmp(p->word, "prefix") == 0)
		return "no prefix";
	if (strcmp(p->word, "address") == 0)
		return "no address";
	if (strcmp(p->word, "asn") == 0)
		return "no AS number";
	return strcmp(p->word, "number") == 0 ? "no number" : "no answer";
}

static bool
answer_same(const struct grader_params *p, const struct answer *a,
	    const struct answer *b)
{
	if (strcmp(p->word, "number") == 0)
		return llabs(a->number - b->number) <=
		       (int64_t)p->tolerance * ANSWER_SCALE;
	if (strcmp(p->word, "prefix") == 0)
		return ip_prefix_eq(&a->prefix, &b->prefix);
	if (strcmp(p->word, "address") == 0)
		return ip_addr_eq(&a->address, &b->address);
	if (strcmp(p->word, "asn") == 0)
		return a->asn == b->asn;
	return strcasecmp(a->text, b->text) == 0;
}

/* How it misses the reference, for hints. */
static const char *
answer_compared(const struct grader_params *p, const struct answer *a,
		const struct answer *ref)
{
	if (strcmp(p->word, "number") == 0)
		return a->number < ref->number ? "low" : "high";
	if (strcmp(p->word, "prefix") == 0 &&
	    a->prefix.addr.family == ref->prefix.addr.family) {
		if (a->prefix.len == ref->prefix.len)
			return "other";
		return a->prefix.len < ref->prefix.len ? "shorter" : "longer";
	}
	return "other";
}

char *
grader_answer_trouble(const struct exercise_check *c, const char *text)
{
	const struct grader_params *p = grader_params(c);
	struct answer a;
	bool fits = answer_read(p, text, &a);
	struct str s = {0};
	size_t i;

	if (!fits) {
		str_addf(&s, "\"%s\" is %s", a.text, answer_noun(p));
		for (i = 0; i < p->choices.n; i++)
			str_addf(&s, "%s%s", i ? ", " : ": ",
				 p->choices.items[i]);
	}
	free(a.text);
	return fits ? NULL : str_steal(&s);
}

/* ---- the judge */

static void
answer_judge(const struct grader_params *p, const char *text,
	     struct grader_finding *f)
{
	struct answer a, b = {0};
	bool right = false, fits = answer_read(p, text, &a);
	const char *compared = "no";
	size_t i;

	for (i = 0; fits && !right && i < p->accept.n; i++) {
		answer_read(p, p->accept.items[i], &b);
		right = answer_same(p, &a, &b);
		if (i == 0)
			compared = answer_compared(p, &a, &b);
		free(b.text);
	}
	grader_finding_fact(f, "compared", right ? "equal" : compared);
	if (!fits)
		grader_finding_saw(f, GRADER_FALSE, "\"%s\", which is %s",
				   a.text, answer_noun(p));
	else
		grader_finding_saw(f, right ? GRADER_TRUE : GRADER_FALSE,
				   "\"%s\"", a.text);
	free(a.text);
}

static void
kind_answer_judge(const struct grader_view *v, const struct exercise_check *c,
		  struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *answers = json_object_get(v->evidence, "answers");
	const char *text = json_string_value(json_object_get(answers, c->id));

	grader_finding_expected(f, "the right answer%s%s%s",
				p->unit ? ", in " : "", p->unit ? p->unit : "",
				p->tolerance ? ", about" : "");
	grader_finding_where(f, "your answer to: %s", p->question);
	grader_finding_fact(f, "answer", text);
	grader_finding_fact(f, "answered", text ? "yes" : "no");
	if (answers == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN, "not looked at yet");
	else if (text == NULL)
		grader_finding_saw(f, GRADER_FALSE,
				   "no answer yet; type: ixlab answer %s %s "
				   "TEXT",
				   v->x->name, c->id);
	else
		answer_judge(p, text, f);
}

/* ---- the author's slips */

static int
sane_list(const struct grader_params *p, const struct grader_list *list,
	  const struct yaml_doc *doc, const struct yaml *y, struct err *e)
{
	struct answer a;
	bool fits;
	size_t i;

	for (i = 0; i < list->n; i++) {
		fits = answer_read(p, list->items[i], &a);
		free(a.text);
		if (!fits)
			return yaml_err(doc, y->items[i], e, "\"%s\" is %s",
					list->items[i], answer_noun(p));
		if (strlen(list->items[i]) > GRADER_ANSWER_MAX)
			return yaml_err(doc, y->items[i], e,
					"an answer is at most %d bytes",
					GRADER_ANSWER_MAX);
	}
	return 0;
}

static int
kind_answer_sane(const struct grader_params *p, const struct yaml_doc *doc,
		 const struct yaml *check, struct err *e)
{
	const struct yaml *accept = yaml_get(check, "accept"),
			  *y = yaml_get(check, "choices");
	bool choice = strcmp(p->word, "choice") == 0;

	if (p->accept.n == 0)
		return yaml_err(doc, accept, e, "accept names no right answer");
	if (choice != (p->choices.n > 0))
		return yaml_err(doc, y ? y : check, e,
				choice ? "a choice needs \"choices\""
				       : "only a choice has \"choices\"");
	if (choice && p->choices.n <= p->accept.n)
		return yaml_err(doc, y, e,
				"every choice is right: nobody can fail it");
	if ((y = yaml_get(check, "tolerance")) != NULL &&
	    strcmp(p->word, "number") != 0)
		return yaml_err(doc, y, e, "only a number has a tolerance");
	return sane_list(p, &p->accept, doc, accept, e);
}

const struct grader_kind grader_kind_answer = {
    .name = "answer",
    .help = "The person's answer to a question is right.",
    .example = "    kind: answer\n"
	       "    question: How many members does rs1 know?\n"
	       "    type: number\n"
	       "    accept: ['4']\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_ANSWERS,
    .facts = "answer answered (yes, no) compared (equal, low, high, shorter, "
	     "longer, other, no)",
    .at_once = true,
    .sane = kind_answer_sane,
    .judge = kind_answer_judge,
};
