/*
 * fetch: what a server says to a node: that it answers, how soon, and which of
 * several it is. A page is asked for when a path is named; else the server speaks
 * first. Of an anycast address each server says its own name.
 */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"

static const struct grader_key keys[] = {
    {.name = "from",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, from),
     .bare = true,
     .help = "who asks"},
    {.name = "to",
     .type = GRADER_KEY_NODE,
     .offset = offsetof(struct grader_params, to),
     .help = "at its address of the family"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .offset = offsetof(struct grader_params, family),
     .absent = IP_V4,
     .help = "ipv4 when not said"},
    {.name = "address",
     .type = GRADER_KEY_ADDRESS,
     .offset = offsetof(struct grader_params, address),
     .help = "instead of to: an anycast address, for example"},
    {.name = "port",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, count),
     .min = 1,
     .max = 65535,
     .absent = 80,
     .help = "of TCP, 80 when not said"},
    {.name = "path",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, word),
     .help = "of the page, such as /; without it nothing is asked (no HTTP)"},
    {.name = "has",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, text),
     .help = "the answer contains this text, the server's name for example"},
    {.name = "within-ms",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, rtt_most),
     .min = 1,
     .max = 60000,
     .absent = GRADER_UNSAID,
     .help = "the whole answer is there so soon"},
};

/* "HTTP/1.1 200 OK": 200; 0 when it is no such line. */
static int
http_status(const char *text)
{
	const char *p = text;

	if (!str_starts(p, "HTTP/1.") || !isdigit((unsigned char)p[7]) ||
	    p[8] != ' ' || !isdigit((unsigned char)p[9]) ||
	    !isdigit((unsigned char)p[10]) || !isdigit((unsigned char)p[11]))
		return 0;
	return (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
}

/* Behind the empty line; CR was cleaned away, as '?'. */
static const char *
http_body(const char *text)
{
	const char *a = strstr(text, "\n?\n"), *b = strstr(text, "\n\n");

	if (a && (b == NULL || a < b))
		return a + 3;
	return b ? b + 2 : "";
}

/* The first line that says something, at most 60 bytes. Owned. */
static char *
first_words(const char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n?");
	n = strcspn(text, "\n");
	return xstrndup(text, n > 60 ? 60 : n);
}

static void
fetch_judge_text(const struct grader_params *p, const json_t *answer,
		 const char *body, struct grader_finding *f)
{
	const char *text = out_text(answer, "text");
	json_int_t ms = json_integer_value(json_object_get(answer, "ms"));
	_free_ char *first = first_words(body);
	int status = http_status(text);

	if (p->word && status != 200)
		grader_finding_saw(f, GRADER_FALSE,
				   status ? "status %d of HTTP" : "no HTTP",
				   status);
	else if (p->text && strstr(body, p->text) == NULL)
		grader_finding_saw(f, GRADER_FALSE, "it says: %s",
				   *first ? first : "nothing");
	else if (p->rtt_most != GRADER_UNSAID && ms > (json_int_t)p->rtt_most)
		grader_finding_saw(f, GRADER_FALSE, "it took %lld ms",
				   (long long)ms);
	else
		grader_finding_saw(f, GRADER_TRUE, "it says: %s",
				   *first ? first : "nothing");
}

static void
fetch_judge(const struct grader_params *p, const json_t *answer,
	    struct grader_finding *f)
{
	const char *text = out_text(answer, "text");
	const char *body = p->word ? http_body(text) : text;
	const char *error = out_text(answer, "error");
	_free_ char *first = first_words(body);

	grader_finding_fact(f, "said", first);
	if (!json_is_true(json_object_get(answer, "connected")))
		grader_finding_saw(f, GRADER_FALSE, "%s",
				   *error ? error : "no connection");
	else if (*error && *text == '\0')
		grader_finding_saw(f, GRADER_FALSE, "%s", error);
	else
		fetch_judge_text(p, answer, body, f);
}

static struct ip_addr
fetch_address(const struct grader_view *v, const struct grader_params *p)
{
	if (p->address.family != IP_NONE)
		return p->address;
	return model_address(v->lab, model_find(v->lab, p->to), p->family);
}

static void
kind_fetch_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *answers = evidence_calls(v, c, f);
	const json_t *answer = json_array_get(answers, 0);
	struct ip_addr to = fetch_address(v, p);
	char text[IP_ADDRSTRLEN];

	grader_finding_expected(f, "%s%s%s", p->word ? "the page" : "an answer",
				p->text ? " with " : "",
				p->text ? p->text : "");
	grader_finding_where(f, "%s asks %s port %u%s%s", p->from,
			     ip_addr_print(&to, text), p->count,
			     p->word ? " for " : "", p->word ? p->word : "");
	grader_finding_fact(
	    f, "connected",
	    json_is_true(json_object_get(answer, "connected")) ? "yes" : "no");
	grader_finding_fact(f, "error", out_text(answer, "error"));
	evidence_own_facts(v, to.family, f);
	if (answers)
		fetch_judge(p, answer, f);
}

static bool
kind_fetch_call(const struct grader_view *v, const struct exercise_check *c,
		size_t i, const json_t *answers, struct grader_call *out)
{
	const struct grader_params *p = grader_params(c);
	struct ip_addr to = fetch_address(v, p);
	char text[IP_ADDRSTRLEN];

	(void)answers;
	if (i > 0)
		return false;
	*out = (struct grader_call){"fetch",
				    json_pack("{ss ss si ss*}", "node", p->from,
					      "to", ip_addr_print(&to, text),
					      "port", (int)p->count, "path",
					      p->word),
				    0};
	return true;
}

static int
kind_fetch_sane(const struct grader_params *p, const struct yaml_doc *doc,
		const struct yaml *check, struct err *e)
{
	const char *s = p->word ? p->word : "/";

	if ((p->to != NULL) == (p->address.family != IP_NONE))
		return yaml_err(doc, check, e,
				"a fetch check has one of \"to\" and "
				"\"address\"");
	while (*s > ' ' && *s < 0x7f)
		s++;
	if (p->word && (p->word[0] != '/' || *s || s - p->word > 200))
		return yaml_err(doc, yaml_get(check, "path"), e,
				"a path begins with / and is one word");
	if (p->word == NULL && p->text == NULL)
		return yaml_err(doc, check, e,
				"say what is looked at: \"path\" or \"has\"");
	return 0;
}

const struct grader_kind grader_kind_fetch = {
    .name = "fetch",
    .help = "A server answers a node by TCP, and it is the right one.",
    .example = "    kind: fetch\n"
	       "    from: m1-h\n"
	       "    address: 192.88.98.1\n"
	       "    path: /\n"
	       "    has: cache-khi\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_CALLS,
    .facts = "connected (yes, no) said error, and those of session (near and "
	     "daemon)",
    .sane = kind_fetch_sane,
    .call = kind_fetch_call,
    .judge = kind_fetch_judge,
};
