/*
 * The way through: words, checks, the lab; and questions asked of a lab.
 * model.h says what a lab is, model_word.h how a file becomes one.
 */
#include "lab/model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

static struct lab *
build(struct word_lab *w, struct err *e)
{
	struct lab *lab;

	if (model_parse_words(w, e) < 0 || model_spread(w, e) < 0 ||
	    model_names(w, e) < 0 || model_check(w, e) < 0)
		return NULL;
	lab = xcalloc(1, sizeof(*lab));
	model_resolve(w, lab);
	if (model_sessions(w, lab, e) < 0) {
		w->kept = NULL; /* it was the lab's already */
		model_free(lab);
		return NULL;
	}
	return lab;
}

static struct lab *
parse(const char *file, const char *folder, const void *text, size_t len,
      const struct model_params *params, struct err *e)
{
	struct word_lab w = {.params = params, .folder = folder};
	struct lab *lab;

	if (yaml_parse(&w.doc, file, text, len, e) < 0)
		return NULL;
	lab = build(&w, e);
	yaml_clear(&w.doc);
	model_mem_free(w.mem);
	if (lab == NULL)
		model_mem_free(w.kept);
	return lab;
}

struct lab *
model_parse(const char *file, const void *text, size_t len,
	    const struct model_params *params, struct err *e)
{
	return parse(file, params ? params->folder : NULL, text, len, params,
		     e);
}

bool
model_is_lab_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= MODEL_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

struct lab *
model_load(const char *name_or_path, const struct model_params *params,
	   struct err *e)
{
	struct lab *lab = NULL;
	char *dir, *path, *slash, *text = NULL;
	size_t len;

	if (model_is_lab_name(name_or_path)) {
		dir = file_data_dir();
		path = xasprintf("%s/labs/%s.yml", dir, name_or_path);
		free(dir);
		if (!file_exists(path)) {
			err_usage(e,
				  "there is no lab \"%s\": \"ixlab labs\" "
				  "lists those "
				  "there are, and a file is named with its "
				  "path, such "
				  "as ./%s.yml",
				  name_or_path, name_or_path);
			free(path);
			return NULL;
		}
	} else {
		path = xstrdup(name_or_path);
	}
	dir = file_absolute(path);
	if ((slash = strrchr(dir, '/')) != NULL)
		*slash = '\0';
	if (file_read(path, YAML_MAX_BYTES, &text, &len, e) == 0)
		lab = parse(path, dir, text, len, params, e);
	free(text);
	free(dir);
	free(path);
	return lab;
}

void
model_free(struct lab *lab)
{
	if (lab == NULL)
		return;
	model_mem_free(lab->mem);
	free(lab);
}

const char *
model_role_name(enum lab_role role)
{
	static const char *const names[] = {
	    [LAB_SWITCH] = "switch",	   [LAB_ROUTE_SERVER] = "route-server",
	    [LAB_COLLECTOR] = "collector", [LAB_MEMBER] = "member",
	    [LAB_CONTENT] = "content",	   [LAB_TRANSIT] = "transit",
	    [LAB_HOST] = "host",	   [LAB_MONITOR] = "monitor",
	    [LAB_MACHINE] = "machine",
	};

	return names[role];
}

const char *
model_daemon_name(const struct lab_node *n)
{
	return model_kind_runs(n->kind) ? n->kind->name : "-";
}

char *
model_mac_print(const uint8_t mac[6], char text[MODEL_MACSTRLEN])
{
	snprintf(text, MODEL_MACSTRLEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
	return text;
}

const struct lab_node *
model_find(const struct lab *lab, const char *name)
{
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (strcmp(lab->nodes[i].name, name) == 0)
			return &lab->nodes[i];
	return NULL;
}

const char *
model_over_name(enum lab_over over)
{
	static const char *const names[] = {[LAB_OVER_VETH] = "veth",
					    [LAB_OVER_VXLAN] = "vxlan",
					    [LAB_OVER_TAGS] = "tags"};

	return names[over];
}

const char *
model_vlans_name(enum lab_vlans v)
{
	static const char *const names[] = {[LAB_VLANS_NONE] = NULL,
					    [LAB_VLANS_BRIDGES] = "bridges",
					    [LAB_VLANS_FILTERING] =
						"filtering"};

	return names[v];
}

const char *
model_bridge(const struct lab *lab, size_t lan, size_t sw)
{
	return lab->vlans == LAB_VLANS_FILTERING ? lab->nodes[sw].name
						 : lab->lans[lan].name;
}

uint16_t
model_vlan(const struct lab *lab, size_t lan)
{
	return lab->vlans == LAB_VLANS_FILTERING ? lab->lans[lan].vlan : 0;
}

struct lab_addr
model_anycast_addr(const struct ip_prefix *p)
{
	uint8_t bits = (uint8_t)ip_bits(p->addr.family);

	return (struct lab_addr){
	    ip_addr_add(&p->addr, p->len + 1 < bits ? 1 : 0), bits};
}

bool
model_on_lan(const struct lab_link *l)
{
	return l->kind == LAB_LINK_PORT || l->kind == LAB_LINK_TAG;
}

static bool
is_port(const struct lab *lab, const struct lab_if *i)
{
	return model_on_lan(&lab->links[i->link]);
}

struct ip_addr
model_address(const struct lab *lab, const struct lab_node *n,
	      enum ip_family family)
{
	bool ports = n->nifs > 0 && is_port(lab, &n->ifs[0]);
	const struct lab_if *i;
	size_t k;

	for (i = n->ifs; i < n->ifs + n->nifs; i++)
		for (k = 0; k < i->naddrs; k++)
			if (i->addrs[k].addr.family == family &&
			    (!ports || is_port(lab, i)))
				return i->addrs[k].addr;
	return (struct ip_addr){.family = IP_NONE};
}

/* fe80::/64 and the MAC address, as kernels here make it (RFC 4291, appendix A). */
static bool
is_link_local(const struct ip_addr *a, const uint8_t mac[6])
{
	const uint8_t of[16] = {0xfe, 0x80,   0,	  0,	  0,	  0,
				0,    0,      mac[0] ^ 2, mac[1], mac[2], 0xff,
				0xfe, mac[3], mac[4],	  mac[5]};

	return a->family == IP_V6 && memcmp(a->bytes, of, sizeof(of)) == 0;
}

const struct lab_node *
model_holder(const struct lab *lab, const struct ip_addr *a)
{
	const struct lab_node *n;
	size_t i, k;

	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		for (i = 0; i < n->nifs; i++)
			if (is_link_local(a, n->ifs[i].mac))
				return n;
	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		for (i = 0; i < n->nifs; i++)
			for (k = 0; k < n->ifs[i].naddrs; k++)
				if (ip_addr_eq(&n->ifs[i].addrs[k].addr, a))
					return n;
	return NULL;
}
