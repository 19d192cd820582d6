/* policy_source_rtt: "ADDRESS MILLISECONDS" lines. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

#define LINE_MAX_BYTES 200
#define MS_MAX 100000.0

struct rtt_line {
	const char *name;
	int number;
	struct err *e;
};

/* Digits with at most one point among them. */
static bool
ms_parse(const char *text, double *out)
{
	size_t digits = strspn(text, "0123456789");
	const char *end = text + digits;

	if (*end == '.') {
		size_t more = strspn(end + 1, "0123456789");
		digits += more;
		end += 1 + more;
	}
	if (digits == 0 || *end != '\0')
		return false;
	*out = 0;
	double unit = 1;
	bool point = false;
	for (const char *s = text; *s != '\0'; s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		unit /= point ? 10 : 1;
		*out =
		    point ? *out + (*s - '0') * unit : *out * 10 + (*s - '0');
	}
	return *out <= MS_MAX;
}

static int
rtt_add(struct policy *p, const struct rtt_line *l, const char *address,
	const char *ms)
{
	struct policy_rtt r = {0};
	char shown[IP_ADDRSTRLEN];

	if (!ip_addr_parse(address, &r.address))
		return err_at(l->e, l->name, l->number, 1,
			      "\"%s\" is no address; a line is an address and "
			      "milliseconds",
			      address);
	if (!ms_parse(ms, &r.ms))
		return err_at(l->e, l->name, l->number, 1,
			      "\"%s\" is no number of milliseconds up to %.0f",
			      ms, MS_MAX);
	for (size_t i = 0; i < p->n_rtt; i++)
		if (ip_addr_eq(&p->rtt[i].address, &r.address))
			return err_at(l->e, l->name, l->number, 1,
				      "%s has a round-trip time already",
				      ip_addr_print(&r.address, shown));
	if ((p->n_rtt & (p->n_rtt - 1)) == 0) /* at 0, 1, 2, 4, 8, ... */
		p->rtt = xreallocarray(p->rtt, p->n_rtt ? p->n_rtt * 2 : 1,
				       sizeof(*p->rtt));
	p->rtt[p->n_rtt++] = r;
	return 0;
}

static int
rtt_line(struct policy *p, const struct rtt_line *l, char *text)
{
	char *word[3];
	size_t n = 0;

	text[strcspn(text, "#")] = '\0';
	for (;;) {
		text += strspn(text, " \t\r");
		if (*text == '\0')
			break;
		if (n++ < 3)
			word[n - 1] = text;
		text += strcspn(text, " \t\r");
		if (*text != '\0')
			*text++ = '\0';
	}
	if (n == 0)
		return 0;
	if (n != 2)
		return err_at(l->e, l->name, l->number, 1,
			      "a line is an address and milliseconds, found "
			      "%zu word%s",
			      n, n == 1 ? "" : "s");
	str_clean(word[0]);
	str_clean(word[1]);
	return rtt_add(p, l, word[0], word[1]);
}

int
policy_source_rtt(struct policy *p, const struct policy_text *t, struct err *e)
{
	struct rtt_line l = {.name = t->name, .e = e};
	char buf[LINE_MAX_BYTES];

	for (size_t at = 0; at < t->len;) {
		const char *nl = memchr(t->text + at, '\n', t->len - at);
		size_t n =
		    nl != NULL ? (size_t)(nl - t->text) - at : t->len - at;
		l.number++;
		if (n >= sizeof(buf))
			return err_at(e, t->name, l.number, 1,
				      "the line is too long for an address and "
				      "milliseconds");
		memcpy(buf, t->text + at, n);
		buf[n] = '\0';
		if (strlen(buf) != n)
			return err_at(e, t->name, l.number, 1,
				      "the line has a byte that is no text");
		if (rtt_line(p, &l, buf) < 0)
			return -1;
		at += n + 1;
	}
	return 0;
}
