/*
 * A lab as a containerlab topology: the steps of its plan, carried out by
 * somebody else. Every node becomes a container of kind "linux", a switch, too,
 * since its bridges live in its own namespace and so nothing need be made on the
 * host before. Links are containerlab's; all else is what a container executes
 * once they are there, in the order of the plan: sysctls, bridges, hardware
 * addresses, addresses, routes, the packet filter, weather by netem, and the
 * daemon at last. Configuration files lie beside the topology and are bound.
 *
 * All nodes run one image, which nobody publishes: its Dockerfile is written,
 * too. containerlab replaces $NAME in a topology, so no line has a dollar sign.
 *
 * What the supervisor does while a lab runs (a port taken down for a wrong
 * address, a daemon that is restarted) has nobody who would do it there; the
 * notices say so.
 */
#include <stdlib.h>
#include <string.h>

#include "lab/field/field.h"
#include "lab/model/model_kind.h"

#define CLAB_WAIT 60 /* seconds for a daemon's socket */

struct clab_node {
	struct str exec, binds;
	bool bound; /* its folder */
};

struct clab {
	const struct plan *p;
	const struct lab *lab;
	struct clab_node *nodes;
	struct str links;
	struct field_clab *out;
	bool weather, strange, robots;
};

/* ---- lines of a node */

/* A string of YAML in double quotes. */
static void
clab_quote(struct str *s, const char *text)
{
	str_add(s, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			str_add(s, "\\");
		str_addn(s, text, 1);
	}
	str_add(s, "\"");
}

static void clab_exec(struct clab *c, size_t node, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
clab_exec(struct clab *c, size_t node, const char *fmt, ...)
{
	struct str line = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&line, fmt, ap);
	va_end(ap);
	str_add(&c->nodes[node].exec, "        - ");
	clab_quote(&c->nodes[node].exec, str_text(&line));
	str_add(&c->nodes[node].exec, "\n");
	str_clear(&line);
}

static void
clab_file(struct clab *c, const char *path, const char *text)
{
	struct field_clab *o = c->out;

	o->files = xreallocarray(o->files, o->nfiles + 1, sizeof(*o->files));
	o->files[o->nfiles++] =
	    (struct field_file){xstrdup(path), xstrdup(text)};
}

/* The node's folder of files, where its kind expects it. */
static void
clab_bind(struct clab *c, size_t node)
{
	const struct lab_node *n = &c->lab->nodes[node];
	const struct lab_kind_over *o;
	struct clab_node *x = &c->nodes[node];

	if (x->bound)
		return;
	x->bound = true;
	str_addf(&x->binds, "        - nodes/%s:%s\n", n->name, n->kind->etc);
	for (o = n->kind->over; o != NULL && o->file != NULL; o++)
		str_addf(&x->binds, "        - nodes/%s/%s:%s\n", n->name,
			 o->file, o->path);
}

/* ---- the kernel */

/* What a lab depends on; net_ns.c has the same for the labs of ixlab. */
static void
clab_netns(struct clab *c, size_t node)
{
	enum lab_role role = c->lab->nodes[node].role;
	int router =
	    role != LAB_HOST && role != LAB_MONITOR && role != LAB_MACHINE;

	if (role == LAB_SWITCH) {
		clab_exec(c, node,
			  "sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
		return;
	}
	clab_exec(c, node,
		  "sysctl -qw net.ipv6.conf.all.disable_ipv6=0 "
		  "net.ipv6.conf.all.keep_addr_on_down=1 "
		  "net.ipv4.ip_forward=%d net.ipv6.conf.all.forwarding=%d "
		  "net.ipv4.conf.all.rp_filter=0 "
		  "net.ipv4.conf.all.arp_ignore=1 "
		  "net.ipv4.conf.all.arp_announce=2",
		  router, router);
	clab_exec(c, node, "ip link set dev lo up");
}

static void
clab_bridge(struct clab *c, const struct plan_step *s)
{
	char mac[MODEL_MACSTRLEN];

	clab_exec(c, s->node,
		  "ip link add name %s mtu %u type bridge stp_state %d "
		  "forward_delay %d mcast_snooping 0%s",
		  s->ifname, s->mtu, s->spanning_tree,
		  s->spanning_tree ? 200 : 0,
		  s->vlans ? " vlan_filtering 1 vlan_default_pvid 0" : "");
	if (s->mac)
		clab_exec(c, s->node, "ip link set dev %s address %s",
			  s->ifname, model_mac_print(s->mac, mac));
	clab_exec(c, s->node, "ip link set dev %s up", s->ifname);
}

static void
clab_vlan(struct clab *c, const struct plan_end *e)
{
	if (e->vlan)
		clab_exec(c, e->node, "bridge vlan add dev %s vid %u%s",
			  e->ifname, e->vlan,
			  e->tagged ? "" : " pvid untagged");
}

static void
clab_end(struct clab *c, const struct plan_step *s, const struct plan_end *e)
{
	char mac[MODEL_MACSTRLEN];

	if (e->bridge) {
		clab_exec(c, e->node, "ip link set dev %s mtu %u master %s",
			  e->ifname, s->mtu, e->bridge);
		clab_exec(c, e->node, "ip link set dev %s up", e->ifname);
		clab_vlan(c, e);
		return;
	}
	clab_exec(c, e->node,
		  "sysctl -qw net.ipv4.conf.%s.rp_filter=0 "
		  "net.ipv6.conf.%s.disable_ipv6=0 "
		  "net.ipv6.conf.%s.accept_dad=0 net.ipv6.conf.%s.accept_ra=0",
		  e->ifname, e->ifname, e->ifname, e->ifname);
	clab_exec(c, e->node, "ip link set dev %s down", e->ifname);
	clab_exec(c, e->node, "ip link set dev %s address %s mtu %u up",
		  e->ifname, model_mac_print(e->mac, mac), s->mtu);
}

static void
clab_veth(struct clab *c, const struct plan_step *s)
{
	str_addf(&c->links, "    - endpoints: [\"%s:%s\", \"%s:%s\"]\n",
		 c->lab->nodes[s->a.node].name, s->a.ifname,
		 c->lab->nodes[s->b.node].name, s->b.ifname);
	clab_end(c, s, &s->a);
	clab_end(c, s, &s->b);
}

/* An end of a tunnel is what ip makes of it, in the order of the plan: before the
 * carrier's addresses, which it does not need yet. */
static void
clab_tunnel_end(struct clab *c, const struct plan_step *s,
		const struct plan_end *e, const struct lab_if *over,
		const struct lab_if *far)
{
	char local[IP_ADDRSTRLEN], remote[IP_ADDRSTRLEN];

	if (c->lab->links[s->link].over == LAB_OVER_TAGS)
		clab_exec(c, e->node,
			  "ip link add link %s name %s mtu %u type vlan id %u",
			  over->name, e->ifname, s->mtu,
			  c->lab->links[s->link].id);
	else
		clab_exec(
		    c, e->node,
		    "ip link add %s mtu %u type vxlan id %u dev %s local %s "
		    "remote %s dstport 4789 ttl 64 df set",
		    e->ifname, s->mtu, c->lab->links[s->link].id, over->name,
		    ip_addr_print(&over->addrs[0].addr, local),
		    ip_addr_print(&far->addrs[0].addr, remote));
	clab_exec(c, e->node, "ip link set dev %s%s%s up", e->ifname,
		  e->bridge ? " master " : "", e->bridge ? e->bridge : "");
	clab_vlan(c, e);
}

static void
clab_tunnel(struct clab *c, const struct plan_step *s)
{
	if (s->over_a == NULL) /* a further LAN of a port */
		clab_vlan(c, &s->a);
	else
		clab_tunnel_end(c, s, &s->a, s->over_a, s->over_b);
	clab_tunnel_end(c, s, &s->b, s->over_b, s->over_a);
}

static void
clab_netem(struct clab *c, const struct plan_end *e,
	   const struct lab_weather *w)
{
	struct str s = {0};

	if (w->delay_us || w->jitter_us)
		str_addf(&s, " delay %uus", w->delay_us);
	if (w->jitter_us)
		str_addf(&s, " %uus", w->jitter_us);
	if (w->silent)
		str_add(&s, " loss 100%");
	else if (w->loss_ppm)
		str_addf(&s, " loss %u.%04u%%", w->loss_ppm / 10000,
			 w->loss_ppm % 10000);
	if (w->rate_bps)
		str_addf(&s, " rate %llubit", (unsigned long long)w->rate_bps);
	clab_exec(c, e->node, "tc qdisc replace dev %s root netem%s", e->ifname,
		  str_text(&s));
	str_clear(&s);
}

static void
clab_weather(struct clab *c, const struct plan_step *s)
{
	const struct lab_weather *w = &c->lab->links[s->link].weather;

	clab_netem(c, &s->a, w);
	clab_netem(c, &s->b, w);
	c->weather = true;
}

static void
clab_fabric(struct clab *c, const struct plan_step *s)
{
	const struct lab_node *n = &c->lab->nodes[s->node];
	char *path = xasprintf("nodes/%s/fabric.nft", n->name);

	clab_file(c, path, s->text);
	clab_bind(c, s->node);
	clab_exec(c, s->node, "nft -f %s/fabric.nft", n->kind->etc);
	free(path);
}

static void
clab_addr(struct clab *c, const struct plan_step *s)
{
	char addr[IP_ADDRSTRLEN];

	clab_exec(c, s->node, "ip address add %s/%u dev %s%s",
		  ip_addr_print(&s->addr.addr, addr), s->addr.len, s->ifname,
		  s->addr.addr.family == IP_V6 ? " nodad" : "");
}

static void
clab_route(struct clab *c, const struct plan_step *s)
{
	char to[IP_PREFIXSTRLEN], via[IP_ADDRSTRLEN];

	clab_exec(c, s->node, "ip route replace %s via %s",
		  ip_prefix_print(&s->to, to), ip_addr_print(&s->via, via));
}

static void
clab_neigh(struct clab *c, const struct plan_step *s)
{
	char addr[IP_ADDRSTRLEN], mac[MODEL_MACSTRLEN];

	clab_exec(c, s->node, "ip neighbour replace %s lladdr %s dev %s",
		  ip_addr_print(&s->addr.addr, addr),
		  model_mac_print(s->mac, mac), s->ifname);
}

/* ---- daemons */

static void
clab_words(struct str *s, const char *program, const char *const *words)
{
	str_add(s, program);
	for (; *words != NULL; words++)
		str_addf(s, " %s", *words);
}

static void
clab_start(struct clab *c, size_t node, const char *line, const char *socket)
{
	const struct lab_kind *k = c->lab->nodes[node].kind;

	clab_exec(c, node,
		  "setsid -f sh -c 'cd %s && exec %s </dev/null "
		  ">>/var/log/ixlab.log 2>&1'",
		  k->etc, line);
	if (socket != NULL)
		clab_exec(c, node,
			  "timeout %d sh -c 'until test -S /run/%s; do sleep "
			  "0.1; done'",
			  CLAB_WAIT, socket);
}

static void
clab_program(struct clab *c, const struct lab_kind *k)
{
	size_t i;

	for (i = 0; k->ours && i < c->out->nprograms; i++)
		if (strcmp(c->out->programs[i], k->program) == 0)
			return;
	if (k->ours && i < FIELD_CLAB_PROGRAMS)
		c->out->programs[c->out->nprograms++] = k->program;
}

/* What the lab file says a node runs may hold any sign, so it becomes a script
 * beside the node's files. */
static void
clab_command(struct clab *c, size_t node)
{
	const struct lab_node *n = &c->lab->nodes[node];
	char *path = xasprintf("nodes/%s/command", n->name);
	const char *const *word, *s;
	struct str text = {0};

	str_add(&text, "#!/bin/sh\nexec");
	for (word = n->command; *word != NULL; word++) {
		str_add(&text, " '");
		for (s = *word; *s; s++)
			if (*s == '\'')
				str_add(&text, "'\\''");
			else
				str_addn(&text, s, 1);
		str_add(&text, "'");
	}
	str_add(&text, "\n");
	clab_file(c, path, str_text(&text));
	clab_bind(c, node);
	clab_start(c, node, "sh command", NULL);
	str_clear(&text);
	free(path);
}

static void
clab_options(struct clab *c, size_t node, struct str *s)
{
	const struct lab_node *n = &c->lab->nodes[node];
	const struct lab_kind_option *o;
	char *value;
	size_t i;

	/* files are told by a notice */
	for (o = n->kind->options; o && o->option; o++)
		for (i = 0; (value = o->value(c->lab, n, i)) != NULL; i++) {
			if (strchr(value, '/') == NULL)
				str_addf(s, " %s%s%s", o->option,
					 *value ? " " : "", value);
			free(value);
		}
}

static void
clab_daemon(struct clab *c, const struct plan_step *x)
{
	const struct lab_kind *k = c->lab->nodes[x->node].kind;
	const struct lab_kind_step *b;
	struct str s = {0};

	if (k->command) {
		clab_command(c, x->node);
		return;
	}
	if (k->crowd)
		return; /* told by PLAN_CROWD's notice */
	clab_program(c, k);
	if (k->run)
		clab_exec(c, x->node, "mkdir -p /run/%s", k->run);
	if (k->socket && strchr(k->socket, '/'))
		clab_exec(c, x->node, "mkdir -p /run/%.*s",
			  (int)strcspn(k->socket, "/"), k->socket);
	for (b = k->before; b != NULL && b->argv != NULL; b++) {
		if (b->inside && c->lab->nodes[x->node].nloopbacks == 0)
			continue;
		clab_words(&s, b->argv[0], b->argv + 1);
		clab_start(c, x->node, str_text(&s), b->socket);
		str_clear(&s);
	}
	clab_words(&s, k->program, k->args);
	clab_options(c, x->node, &s);
	clab_start(c, x->node, str_text(&s), k->socket);
	str_clear(&s);
	if (k->after) {
		clab_words(&s, k->after[0], k->after + 1);
		clab_exec(c, x->node, "%s", str_text(&s));
		str_clear(&s);
	}
}

/* ---- the topology */

static void
clab_step(struct clab *c, const struct plan_step *s)
{
	switch (s->op) {
	case PLAN_NETNS: clab_netns(c, s->node); break;
	case PLAN_BRIDGE: clab_bridge(c, s); break;
	case PLAN_VETH: clab_veth(c, s); break;
	case PLAN_TUNNEL: clab_tunnel(c, s); break;
	case PLAN_WEATHER: clab_weather(c, s); break;
	case PLAN_FABRIC: clab_fabric(c, s); break;
	case PLAN_ADDR: clab_addr(c, s); break;
	case PLAN_ROUTE: clab_route(c, s); break;
	case PLAN_NEIGH: clab_neigh(c, s); break;
	case PLAN_FILE:
		clab_file(c, s->path, s->text);
		clab_bind(c, s->node);
		break;
	case PLAN_DAEMON: clab_daemon(c, s); break;
	case PLAN_CROWD: c->robots = true; break;
	default: c->strange = true; break;
	}
}

static void
clab_notices(struct clab *c)
{
	struct str *s = &c->out->notices;
	bool shut = false, limits = false, files = false;
	size_t i;

	for (i = 0; i < c->lab->nlinks; i++)
		shut = shut || c->lab->links[i].guard.shut;
	for (i = 0; i < c->lab->nnodes; i++) {
		const struct lab_node *n = &c->lab->nodes[i];

		limits = limits || n->limits.memory;
		files =
		    files || n->files.nirr || n->files.vrps || n->files.bogons;
	}
	if (c->weather)
		str_add(s, "delay, jitter, loss and rate need netem in the "
			   "kernel (sch_netem) there.\n");
	if (shut)
		str_add(s, "a wrong source address is dropped and counted, "
			   "but takes no port down: nobody watches there.\n");
	if (limits)
		str_add(s, "limits of memory are of programs here and would "
			   "be of containers there: they are left out.\n");
	if (files)
		str_add(s, "the files of registries that route servers read "
			   "(irr, vrps, bogons) are left out.\n");
	if (c->robots)
		str_add(s,
			"robots (kind ixpeer) are there and say nothing: one "
			"process plays all of them here, and a container "
			"has one node.\n");
	if (c->strange)
		str_add(s, "some steps have no words in containerlab's "
			   "topology and are left out: compare with "
			   "ixlab up --dry-run.\n");
}

static char *
clab_topology(struct clab *c)
{
	const char *notices = str_text(&c->out->notices);
	struct str s = {0};
	size_t i;

	str_addf(&s,
		 "# %s\n#\n# By ixlab export. In this folder:\n"
		 "#\tdocker build -t ixlab-node .\n"
		 "#\tcontainerlab deploy -t %s.clab.yml\n"
		 "# Every node runs that image, which nobody publishes.\n",
		 c->lab->title, c->lab->name);
	while (*notices) {
		size_t n = strcspn(notices, "\n");

		str_addf(&s, "# Note: %.*s\n", (int)n, notices);
		notices += n + (notices[n] == '\n');
	}
	str_addf(&s,
		 "name: %s\n\ntopology:\n  kinds:\n    linux:\n"
		 "      image: ixlab-node\n      image-pull-policy: never\n"
		 "      network-mode: none\n      cmd: sleep infinity\n"
		 "  nodes:\n",
		 c->lab->name);
	for (i = 0; i < c->lab->nnodes; i++) {
		str_addf(&s, "    %s:\n      kind: linux\n",
			 c->lab->nodes[i].name);
		if (c->nodes[i].binds.len)
			str_addf(&s, "      binds:\n%s",
				 c->nodes[i].binds.text);
		str_addf(&s, "      exec:\n%s", str_text(&c->nodes[i].exec));
	}
	if (c->links.len)
		str_addf(&s, "  links:\n%s", c->links.text);
	return str_steal(&s);
}

/* ---- the image */

static bool
clab_runs(const struct lab *lab, const struct lab_kind *k)
{
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].kind == k)
			return true;
	return false;
}

static char *
clab_image(const struct clab *c, const char *base)
{
	struct str s = {0};
	size_t i;

	str_addf(&s,
		 "# The image of all nodes: docker build -t ixlab-node .\n"
		 "FROM %s\n"
		 "RUN apt-get update && \\\n"
		 "    DEBIAN_FRONTEND=noninteractive apt-get install -y "
		 "--no-install-recommends \\\n"
		 "    iproute2 iputils-ping procps nftables tcpdump",
		 base);
	for (i = 0; i < model_nkinds; i++)
		if (model_kinds[i]->package &&
		    clab_runs(c->lab, model_kinds[i]))
			str_addf(&s, " %s", model_kinds[i]->package);
	if (c->out->nprograms) /* with their libraries, by names that stay */
		str_add(&s, " \\\n    libjansson-dev libyaml-dev libuv1-dev "
			    "librtr-dev libseccomp-dev libcap-dev");
	str_add(&s, " && \\\n    rm -rf /var/lib/apt/lists/*\n");
	for (i = 0; i < c->out->nprograms; i++)
		str_addf(&s, "COPY %s /usr/local/bin/\n", c->out->programs[i]);
	return str_steal(&s);
}

void
field_clab(const struct plan *p, const char *base, struct field_clab *out)
{
	struct clab c = {.p = p, .lab = p->lab, .out = out};
	char *path = xasprintf("%s.clab.yml", p->lab->name), *text;
	size_t i;

	*out = (struct field_clab){0};
	c.nodes = xcalloc(p->lab->nnodes + 1, sizeof(*c.nodes));
	clab_file(&c, path, "");
	for (i = 0; i < p->n; i++)
		clab_step(&c, &p->steps[i]);
	clab_notices(&c);
	free(out->files[0].text);
	out->files[0].text = clab_topology(&c);
	clab_file(&c, "Dockerfile", text = clab_image(&c, base));
	for (i = 0; i < p->lab->nnodes; i++) {
		str_clear(&c.nodes[i].exec);
		str_clear(&c.nodes[i].binds);
	}
	str_clear(&c.links);
	free(c.nodes);
	free(path);
	free(text);
}

void
field_clab_clear(struct field_clab *x)
{
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		free(x->files[i].path);
		free(x->files[i].text);
	}
	free(x->files);
	str_clear(&x->notices);
	*x = (struct field_clab){0};
}
