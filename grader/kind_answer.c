/*
 * answer: what the person typed ("ixlab answer") is right.
 *
 * A question has a type, and an answer is read as that type before it is
 * compared: "AS65536" and "65536" are one number, "2001:DB8::/32" and
 * "2001:db8:0::/32" one prefix, "12.50" and "12.5". What is no number, prefix,
 * .. at all is told as such, and not as wrong. The first of the accepted answers
 * is the reference: the author's proof types it, and "ixlab solve" does.
 *
 * What is right is said by the exercise, or by its lab: an answer about a node is
 * held against the node, so that it is right whatever was drawn for a person, and
 * stays right when the author changes the lab.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "grader/grader_answer.h"
#include "grader/grader_evidence.h"

#define ANSWER_SCALE 1000000 /* numbers are kept in millionths */

static const char *const types[] = {"choice", "number", "prefix", "address",
				    "asn",    "mac",	"text",	  NULL};
static const char *const truths[] = {"asn", "mac", "address", NULL};

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
     .offset = offsetof(struct grader_params, accept),
     .help = "the right answers, the reference first"},
    {.name = "truth",
     .type = GRADER_KEY_WORD,
     .words = truths,
     .offset = offsetof(struct grader_params, truth),
     .help = "instead: what the lab says of a node; the type is the same word"},
    {.name = "of",
     .type = GRADER_KEY_NODE,
     .offset = offsetof(struct grader_params, is),
     .help = "of which node; its MAC is that of its first interface"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .offset = offsetof(struct grader_params, family),
     .help = "of its address"},
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
	uint8_t mac[6];
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

/* 02:00:0a:cb:71:0b, with : or - between the bytes. */
static bool
answer_mac(const char *s, uint8_t mac[6])
{
	char sep[2] = "", bad;
	unsigned int b[6], i;

	if (strlen(s) != 17 || (s[2] != ':' && s[2] != '-'))
		return false;
	sep[0] = s[2];
	for (i = 0; i < 17; i++) {
		if (i % 3 == 2 ? s[i] != sep[0]
			       : !isxdigit((unsigned char)s[i]))
			return false;
	}
	for (i = 0; i < 6; i++) {
		if (sscanf(s + i * 3, "%2x%c", &b[i], &bad) < 1)
			return false;
		mac[i] = (uint8_t)b[i];
	}
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
	if (strcmp(p->word, "mac") == 0)
		return answer_mac(a->text, a->mac);
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
	if (strcmp(p->word, "mac") == 0)
		return "no MAC address";
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
	if (strcmp(p->word, "mac") == 0)
		return memcmp(a->mac, b->mac, sizeof(a->mac)) == 0;
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

/* ---- what is right */

static char *
answer_truth(const struct grader_params *p, const struct lab *lab)
{
	const struct lab_node *n = model_find(lab, p->is);
	struct ip_addr a = {0};
	char address[IP_ADDRSTRLEN], mac[MODEL_MACSTRLEN] = "";

	if (n == NULL)
		return xstrdup("");
	if (strcmp(p->truth, "asn") == 0)
		return xasprintf("%u", n->asn);
	if (strcmp(p->truth, "mac") == 0)
		return xstrdup(n->nifs ? model_mac_print(n->ifs[0].mac, mac)
				       : "");
	a = model_address(lab, n, (enum ip_family)p->family);
	return xstrdup(a.family == IP_NONE ? "" : ip_addr_print(&a, address));
}

/* The i-th right answer, the reference first; NULL: no more. Owned. */
static char *
answer_right(const struct grader_params *p, const struct lab *lab, size_t i)
{
	if (p->truth)
		return i == 0 ? answer_truth(p, lab) : NULL;
	return i < p->accept.n ? xstrdup(p->accept.items[i]) : NULL;
}

char *
grader_answer_reference(const struct exercise *x,
			const struct exercise_check *c, struct err *e)
{
	const struct grader_params *p = grader_params(c);
	struct model_params params = {.trainees = x->daemon};
	struct lab *lab = NULL;
	char *text;

	if (p->truth && (lab = model_load(x->lab, &params, e)) == NULL)
		return NULL;
	text = answer_right(p, lab, 0);
	model_free(lab);
	return text;
}

/* ---- the judge */

static void
answer_judge(const struct grader_params *p, const struct lab *lab,
	     const char *text, struct grader_finding *f)
{
	struct answer a, b = {0};
	char *next;
	bool right = false, fits = answer_read(p, text, &a);
	const char *compared = "no";
	size_t i;

	for (i = 0; fits && !right && (next = answer_right(p, lab, i)); i++) {
		right = answer_read(p, next, &b) && answer_same(p, &a, &b);
		if (i == 0)
			compared = answer_compared(p, &a, &b);
		free(b.text);
		free(next);
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
		answer_judge(p, v->lab, text, f);
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

	if ((p->truth != NULL) == (accept != NULL))
		return yaml_err(doc, accept ? accept : check, e,
				"say what is right: \"accept\", or \"truth\"");
	if (p->truth && p->is == NULL)
		return yaml_err(doc, check, e,
				"truth of which node? say \"of\"");
	if (p->truth && strcmp(p->truth, p->word) != 0)
		return yaml_err(doc, yaml_get(check, "type"), e,
				"the truth is of type %s", p->truth);
	if (p->truth == NULL && p->is)
		return yaml_err(doc, yaml_get(check, "of"), e,
				"\"of\" goes with \"truth\"");
	if ((y = yaml_get(check, "family")) != NULL &&
	    (p->truth == NULL || strcmp(p->truth, "address") != 0))
		return yaml_err(doc, y, e, "a family goes with an address");
	if (p->truth && strcmp(p->truth, "address") == 0 && y == NULL)
		return yaml_err(doc, check, e, "an address of which family?");
	y = yaml_get(check, "choices");
	if (accept && p->accept.n == 0)
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
	return p->truth ? 0 : sane_list(p, &p->accept, doc, accept, e);
}

/* A machine has no AS number, a node without a port on this LAN no address. */
static char *
kind_answer_cannot(const struct grader_params *p, const struct lab *lab)
{
	_free_ char *text = p->truth ? answer_truth(p, lab) : xstrdup("?");

	if (*text && strcmp(text, "0") != 0)
		return NULL;
	return xasprintf("%s has no %s", p->is, p->truth);
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
    .cannot = kind_answer_cannot,
    .judge = kind_answer_judge,
};
