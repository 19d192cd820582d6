/*
 * What happens to frames as they come in at a port, before the bridge sees them:
 * the table ixlab in "netdev". What comes in at the ports of the set MONITOR_from
 * is copied to that monitor. Frames to 01-80-C2-00-00-00 .. 0F are between two
 * neighbours (spanning tree, LACP, LLDP: IEEE 802.1Q table 8-1); a bridge keeps
 * them to itself before its own hooks, so they are counted here:
 *
 *	PORT_control    such frames, of every port with a guard
 *
 * From a port that may send some ethertypes only they are dropped, too, or a
 * member could speak spanning tree with the switch.
 */
#include <stdio.h>

#include "lab/plan/plan_fabric.h"

#define IN_DEVICES 200 /* in a chain; the kernel takes 256 */
#define IN_CONTROL "ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00"

/* ---- mirrors */

static bool
mirror_on(const struct lab *lab, const struct lab_mirror *m, size_t sw)
{
	return lab->links[m->link].a.node == sw;
}

static void
mirror_set(struct str *s, const struct lab *lab, size_t sw,
	   const struct lab_mirror *m)
{
	const char *port = lab->links[m->link].a.port;
	size_t i, n = 0;

	str_addf(s,
		 "\tcounter %s { }\n"
		 "\tset %s_from {\n\t\ttype ifname\n",
		 port, port);
	for (i = 0; i < lab->nlinks; i++) {
		const struct lab_link *l = &lab->links[i];

		if (l->lan != m->lan || i == m->link ||
		    !(fabric_on(l, sw) ||
		      (l->kind == LAB_LINK_TAG && l->a.node == sw)))
			continue;
		str_addf(s, "%s\"%s\"",
			 n++ ? ",\n\t\t\t" : "\t\telements = {\n\t\t\t",
			 fabric_port(l, sw));
	}
	str_add(s, n ? "\n\t\t}\n\t}\n" : "\t}\n");
}

static bool
mirrored(const struct lab *lab, size_t sw)
{
	const struct lab_mirror *m;

	for (m = lab->mirrors; m < lab->mirrors + lab->nmirrors; m++)
		if (mirror_on(lab, m, sw))
			return true;
	return false;
}

/* What comes in is copied to every monitor that asks. */
static void
mirror_rules(struct str *s, const struct lab *lab, size_t sw)
{
	const struct lab_mirror *m;
	const char *port;

	for (m = lab->mirrors; m < lab->mirrors + lab->nmirrors; m++) {
		if (!mirror_on(lab, m, sw))
			continue;
		port = lab->links[m->link].a.port;
		str_addf(s,
			 "\t\tiifname @%s_from counter name %s dup to "
			 "\"%s\"\n",
			 port, port, port);
	}
}

/* ---- frames between neighbours */

static bool
controlled(const struct lab *lab, size_t sw)
{
	size_t i;

	for (i = 0; i < lab->nlinks; i++)
		if (fabric_guarded(lab, &lab->links[i], sw))
			return true;
	return false;
}

/* Elements of a set or a map: guarded ports, or those of few ethertypes. */
static void
control_elements(struct str *s, const struct lab *lab, const size_t *ports,
		 size_t count, bool typed)
{
	const struct lab_link *l;
	size_t i, n = 0;

	for (i = 0; i < count; i++) {
		l = &lab->links[ports[i]];
		if (typed && !fabric_typed(&l->guard))
			continue;
		str_addf(s, "%s\"%s\"",
			 n++ ? ",\n\t\t\t" : "\t\telements = {\n\t\t\t",
			 l->a.port);
		if (!typed)
			str_addf(s, " : \"%s_control\"", l->a.port);
	}
	str_add(s, n ? "\n\t\t}\n\t}\n" : "\t}\n");
}

static void
control_block(struct str *s, const struct lab *lab, const size_t *ports,
	      size_t n)
{
	size_t i;

	str_add(s, "table netdev ixlab {\n");
	for (i = 0; i < n; i++)
		str_addf(s, "\tcounter %s_control { }\n",
			 lab->links[ports[i]].a.port);
	str_add(s, "\tmap control {\n\t\ttype ifname : counter\n");
	control_elements(s, lab, ports, n, false);
	str_add(s, "\tset typed {\n\t\ttype ifname\n");
	control_elements(s, lab, ports, n, true);
	str_add(s, "}\n");
}

static void
control_sets(struct str *s, const struct lab *lab, size_t sw)
{
	size_t ports[IN_DEVICES], n = 0, i;

	for (i = 0; i < lab->nlinks; i++) {
		if (!fabric_guarded(lab, &lab->links[i], sw))
			continue;
		ports[n++] = i;
		if (n == IN_DEVICES) {
			control_block(s, lab, ports, n);
			n = 0;
		}
	}
	control_block(s, lab, ports, n);
}

static void
control_rules(struct str *s)
{
	str_add(s, "\t\t" IN_CONTROL " counter name iifname map @control\n"
		   "\t\t" IN_CONTROL " iifname @typed drop\n");
}

/* ---- chains, of so many ports each */

static void
in_chain(struct str *s, const struct lab *lab, size_t sw, unsigned int number,
	 const char *devices)
{
	str_addf(s,
		 "table netdev ixlab {\n"
		 "\tchain ingress_%u {\n"
		 "\t\ttype filter hook ingress devices = { %s } priority "
		 "-400; policy accept;\n",
		 number, devices);
	mirror_rules(s, lab, sw);
	if (controlled(lab, sw))
		control_rules(s);
	str_add(s, "\t}\n}\n");
}

/* Without a monitor, only ports with a guard are looked at. */
static bool
in_port(const struct lab *lab, const struct lab_link *l, size_t sw)
{
	return fabric_on(l, sw) &&
	       (mirrored(lab, sw) || fabric_guarded(lab, l, sw));
}

static void
in_chains(struct str *s, const struct lab *lab, size_t sw)
{
	struct str devices = {0};
	unsigned int n = 0, number = 0;
	size_t i;

	for (i = 0; i < lab->nlinks; i++) {
		if (!in_port(lab, &lab->links[i], sw))
			continue;
		str_addf(&devices, "%s%s", n ? ", " : "",
			 fabric_port(&lab->links[i], sw));
		if (++n < IN_DEVICES)
			continue;
		in_chain(s, lab, sw, number++, str_text(&devices));
		str_clear(&devices);
		n = 0;
	}
	if (n > 0)
		in_chain(s, lab, sw, number, str_text(&devices));
	str_clear(&devices);
}

void
fabric_in(struct str *s, const struct lab *lab, size_t sw)
{
	const struct lab_mirror *m;

	if (mirrored(lab, sw)) {
		str_add(s, "table netdev ixlab {\n");
		for (m = lab->mirrors; m < lab->mirrors + lab->nmirrors; m++)
			if (mirror_on(lab, m, sw))
				mirror_set(s, lab, sw, m);
		str_add(s, "}\n");
	}
	if (controlled(lab, sw))
		control_sets(s, lab, sw);
	in_chains(s, lab, sw);
}
