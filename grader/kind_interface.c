/* interface: facts about an interface of a node, as its kernel has it. */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"

static const char *const yes_no[] = {"yes", "no", NULL};
static const char *const yes[] = {"yes", NULL};

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "whose kernel; the trainee's too, for a kernel is evidence"},
    {.name = "interface",
     .type = GRADER_KEY_TEXT,
     .need = true,
     .offset = offsetof(struct grader_params, interface),
     .help = "its name, such as ix0; it need not be there from the start"},
    {.name = "up",
     .type = GRADER_KEY_WORD,
     .words = yes_no,
     .offset = offsetof(struct grader_params, up),
     .help = "it passes frames, or it does not"},
    {.name = "mtu",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, mtu),
     .min = 68,
     .max = 65535,
     .absent = GRADER_UNSAID,
     .help = "exactly, in bytes"},
    {.name = "addresses",
     .type = GRADER_KEY_TEXTS,
     .offset = offsetof(struct grader_params, addresses),
     .help = "each of these is there, with its length: 203.0.113.10/24"},
    {.name = "only",
     .type = GRADER_KEY_WORD,
     .words = yes,
     .offset = offsetof(struct grader_params, only),
     .help = "and no other address, but link-local ones"},
};

static const json_t *
link_of(const struct grader_view *v, const struct grader_params *p)
{
	const json_t *rows = json_object_get(evidence_node(v, p->at), "links");
	const json_t *r;
	size_t i;

	json_array_foreach(rows, i, r)
	{
		if (strcmp(out_text(r, "dev"), p->interface) == 0)
			return r;
	}
	return NULL;
}

static bool
is_wanted(const struct grader_params *p, const struct ip_addr *a,
	  unsigned int len)
{
	struct ip_prefix want;
	size_t i;

	for (i = 0; i < p->addresses.n; i++) {
		if (ip_ifaddr_parse(p->addresses.items[i], &want.addr,
				    &want.len) &&
		    ip_addr_eq(&want.addr, a) && want.len == len)
			return true;
	}
	return false;
}

static bool
is_link_local(const struct ip_addr *a)
{
	return a->family == IP_V6 && a->bytes[0] == 0xfe &&
	       (a->bytes[1] & 0xc0) == 0x80;
}

struct addresses { /* as words; owned */
	struct str all, extra;
	size_t wanted; /* of those that must be there */
};

static void
addresses_read(const struct grader_view *v, const struct grader_params *p,
	       struct addresses *out)
{
	const json_t *rows =
	    json_object_get(evidence_node(v, p->at), "addresses");
	struct ip_addr a;
	const json_t *r;
	unsigned int len;
	size_t i;

	json_array_foreach(rows, i, r)
	{
		if (strcmp(out_text(r, "dev"), p->interface) != 0 ||
		    !ip_addr_parse(out_text(r, "address"), &a) ||
		    is_link_local(&a))
			continue;
		len =
		    (unsigned int)json_integer_value(json_object_get(r, "len"));
		str_addf(&out->all, "%s%s/%u", out->all.len ? " " : "",
			 out_text(r, "address"), len);
		if (is_wanted(p, &a, len))
			out->wanted++;
		else
			str_addf(&out->extra, "%s%s/%u",
				 out->extra.len ? " " : "",
				 out_text(r, "address"), len);
	}
}

static void
judge_link(const struct grader_params *p, const json_t *link,
	   const struct addresses *a, struct grader_finding *f)
{
	json_int_t mtu = json_integer_value(json_object_get(link, "mtu"));
	bool up = json_is_true(json_object_get(link, "up"));

	if (link == NULL)
		grader_finding_saw(f, GRADER_FALSE, "no such interface");
	else if (p->up && up != (strcmp(p->up, "yes") == 0))
		grader_finding_saw(f, GRADER_FALSE, "it is %s",
				   up ? "up"
				   : json_is_true(json_object_get(link, "on"))
				       ? "set up, but the far end is down"
				       : "down");
	else if (p->mtu != GRADER_UNSAID && mtu != (json_int_t)p->mtu)
		grader_finding_saw(f, GRADER_FALSE, "MTU %lld", (long long)mtu);
	else if (a->wanted < p->addresses.n)
		grader_finding_saw(f, GRADER_FALSE, "addresses: %s",
				   a->all.len ? str_text(&a->all) : "none");
	else if (p->only && a->extra.len > 0)
		grader_finding_saw(f, GRADER_FALSE, "also %s",
				   str_text(&a->extra));
	else
		grader_finding_saw(f, GRADER_TRUE, "it is so");
}

static void
interface_facts(const json_t *link, const struct addresses *a,
		struct grader_finding *f)
{
	_free_ char *mtu = xasprintf("%lld", (long long)json_integer_value(
						 json_object_get(link, "mtu")));

	grader_finding_fact(f, "saw-up",
			    json_is_true(json_object_get(link, "up")) ? "yes"
								      : "no");
	grader_finding_fact(f, "saw-on",
			    json_is_true(json_object_get(link, "on")) ? "yes"
								      : "no");
	grader_finding_fact(f, "saw-mtu", mtu);
	grader_finding_fact(f, "saw-addresses", str_text(&a->all));
	grader_finding_fact(f, "extra", str_text(&a->extra));
}

static void
interface_expected(const struct grader_params *p, struct grader_finding *f)
{
	struct str s = {0};
	size_t i;

	if (p->up)
		str_add(&s, strcmp(p->up, "yes") == 0 ? "up" : "down");
	if (p->mtu != GRADER_UNSAID)
		str_addf(&s, "%sMTU %u", s.len ? ", " : "", p->mtu);
	for (i = 0; i < p->addresses.n; i++)
		str_addf(&s, "%s%s", s.len ? ", " : "", p->addresses.items[i]);
	if (p->only)
		str_add(&s, ", no other address");
	grader_finding_expected(f, "%s", str_text(&s));
	str_clear(&s);
}

static void
kind_interface_judge(const struct grader_view *v,
		     const struct exercise_check *c, struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *link = link_of(v, p);
	struct addresses a = {0};

	addresses_read(v, p, &a);
	interface_expected(p, f);
	grader_finding_where(f, "%s, interface %s in its kernel", p->at,
			     p->interface);
	interface_facts(link, &a, f);
	if (evidence_ready(v, p->at, "links", f) &&
	    evidence_ready(v, p->at, "addresses", f))
		judge_link(p, link, &a, f);
	str_clear(&a.all);
	str_clear(&a.extra);
}

static int
kind_interface_sane(const struct grader_params *p, const struct yaml_doc *doc,
		    const struct yaml *check, struct err *e)
{
	const struct yaml *y = yaml_get(check, "addresses");
	struct ip_prefix a;
	size_t i;

	for (i = 0; i < p->addresses.n; i++) {
		if (!ip_ifaddr_parse(p->addresses.items[i], &a.addr, &a.len))
			return yaml_err(doc, y->items[i], e,
					"\"%s\" is no address with its "
					"length, such as 203.0.113.10/24",
					p->addresses.items[i]);
	}
	if (p->up == NULL && p->mtu == GRADER_UNSAID && p->addresses.n == 0)
		return yaml_err(doc, check, e,
				"say what is looked at: \"up\", \"mtu\" or "
				"\"addresses\"");
	if (p->only && p->addresses.n == 0)
		return yaml_err(doc, yaml_get(check, "only"), e,
				"\"only\" needs \"addresses\"");
	return 0;
}

const struct grader_kind grader_kind_interface = {
    .name = "interface",
    .help = "An interface of a node is up, has an MTU, has addresses.",
    .example = "    kind: interface\n"
	       "    at: m1\n"
	       "    interface: ix0\n"
	       "    up: yes\n"
	       "    mtu: 1500\n"
	       "    addresses: [203.0.113.10/24]\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_LINKS | GRADER_ASK_ADDRESSES,
    .facts = "saw-up saw-on (yes, no) saw-mtu saw-addresses extra",
    .sane = kind_interface_sane,
    .judge = kind_interface_judge,
};
