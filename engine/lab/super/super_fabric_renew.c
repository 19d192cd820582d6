/*
 * A switch's rules anew, when what they speak of has changed: those of the lab as
 * it is now, with what was done by hand to its ports and what the counters had
 * counted. They go in one transaction, so nothing passes unguarded meanwhile and
 * nobody sees that they were replaced; but for a switch of so many guarded ports
 * that its rules have to go piece by piece (super_nft.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

/* "counter NAME { }" begins with what it had. Names of the two tables differ. */
static void
renew_counter(struct str *s, const char *line, size_t len, const json_t *old)
{
	const char *name = line + strlen("\tcounter ");
	size_t n = strcspn(name, " ");
	_free_ char *key = xstrndup(name, n);
	const json_t *c = json_object_get(old, key);

	if (c == NULL) {
		str_addf(s, "%.*s\n", (int)len, line);
		return;
	}
	str_addf(s, "\tcounter %s { packets %lld bytes %lld }\n", key,
		 (long long)json_integer_value(json_object_get(c, "packets")),
		 (long long)json_integer_value(json_object_get(c, "bytes")));
}

static void
renew_base(struct str *s, const char *text, const json_t *old)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (str_starts(text, "\tcounter ") && text[len - 1] == '}')
			renew_counter(s, text, len, old);
		else
			str_addf(s, "%.*s\n", (int)len, text);
	}
}

/* What was done to its ports by hand. */
static void
renew_ports(struct str *s, const struct super_node *n)
{
	struct super *sup = n->super;
	struct str culled = {0};
	size_t i;

	for (i = 0; i < sup->lab->nlinks; i++) {
		const struct lab_link *l = &sup->lab->links[i];
		const struct super_port *p = &sup->ports[i];
		_free_ char *pin = NULL;

		if (l->kind != LAB_LINK_PORT || sup->nodes[l->a.node] != n)
			continue;
		if (!super_fabric_pins_file(sup, i)) {
			pin = plan_fabric_pin(sup->lab, i, p->pin, p->npins);
			str_add(s, pin);
		}
		if (p->lan != l->lan)
			super_fabric_mirrors(sup->lab, l, l->lan, p->lan, s);
		if (p->culled)
			str_addf(&culled, "%s\"%s\"", culled.len ? ", " : "",
				 l->a.port);
	}
	if (culled.len > 0)
		str_addf(s, "add element bridge ixlab culled { %s }\n",
			 str_text(&culled));
	str_clear(&culled);
}

/* What its rules counted; NULL with e set. *copies: it has monitors. */
static json_t *
renew_counted(const struct super_node *n, bool *copies, struct err *e)
{
	json_t *all, *netdev;

	*copies = false;
	if (!n->fabric)
		return json_object();
	all = net_counters(n->net, true, "ixlab", e);
	netdev = all ? net_counters(n->net, false, "ixlab", e) : NULL;
	if (netdev == NULL) {
		json_decref(all);
		return NULL;
	}
	*copies = json_object_size(netdev) > 0;
	json_object_update(all, netdev);
	json_decref(netdev);
	return all;
}

int
super_fabric_renew(struct super_node *n, super_nft_cb done, void *arg,
		   struct err *e)
{
	_free_ char *base = plan_fabric(n->super->lab, super_node_index(n));
	struct str text = {0};
	bool copies;
	json_t *old = renew_counted(n, &copies, e);
	int rc;

	if (old == NULL)
		return -1;
	if (n->fabric)
		str_add(&text, "table bridge ixlab {}\n"
			       "delete table bridge ixlab\n");
	if (copies)
		str_add(&text, "table netdev ixlab {}\n"
			       "delete table netdev ixlab\n");
	renew_base(&text, base, old);
	renew_ports(&text, n);
	rc = super_fabric_load(n, str_text(&text), done, arg, e);
	str_clear(&text);
	json_decref(old);
	return rc;
}
