/*
 * The table of kinds; a line each. Those without a daemon of their own have no
 * file.
 */
#include "lab/model/model_kind.h"

#include <string.h>

const struct lab_kind model_kind_host = {
    .name = "host",
    .title = "a machine",
    .about = "A machine without a routing daemon.",
    .roles = LAB_ROLE(LAB_HOST) | LAB_ROLE(LAB_MONITOR) | LAB_ROLE(LAB_MACHINE),
    .etc = "/etc/bird",
};

const struct lab_kind model_kind_plain = {
    .name = "plain",
    .title = "a command",
    .about = "Whatever the lab file says: the command of its node.",
    .command = true,
    .roles = LAB_ROLE(LAB_MEMBER) | LAB_ROLE(LAB_CONTENT) |
	     LAB_ROLE(LAB_TRANSIT) | LAB_ROLE(LAB_MACHINE) | LAB_ROLE(LAB_HOST),
    .etc = "/etc/bird",
    .reload = LAB_RELOAD_RESTART,
};

const struct lab_kind model_kind_switch = {
    .name = "switch",
    .title = "a switch",
    .about = "A namespace that holds bridges; only switches are of this kind.",
    .roles = LAB_ROLE(LAB_SWITCH),
    .etc = "/etc/bird",
};

const struct lab_kind *const model_kinds[] = {
    &model_kind_bird,	&model_kind_ixrs,     &model_kind_frr,
    &model_kind_gobgp,	&model_kind_openbgpd, &model_kind_rtr,
    &model_kind_plain,	&model_kind_host,     &model_kind_switch,
    &model_kind_ixpeer,
};
const size_t model_nkinds = sizeof(model_kinds) / sizeof(model_kinds[0]);

const struct lab_kind *
model_kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < model_nkinds; i++)
		if (strcmp(model_kinds[i]->name, name) == 0)
			return model_kinds[i];
	return NULL;
}

bool
model_kind_runs(const struct lab_kind *k)
{
	return k->program != NULL || k->command;
}

size_t
model_kind_index(const struct lab_kind *k)
{
	size_t i = 0;

	while (model_kinds[i] != k)
		i++;
	return i;
}

const struct lab_kind *
model_kind_default(enum lab_role role)
{
	switch (role) {
	case LAB_ROUTE_SERVER: return &model_kind_ixrs;
	case LAB_COLLECTOR:
	case LAB_MEMBER:
	case LAB_CONTENT:
	case LAB_TRANSIT: return &model_kind_bird;
	case LAB_SWITCH: return &model_kind_switch;
	case LAB_HOST:
	case LAB_MONITOR:
	case LAB_MACHINE: break;
	}
	return &model_kind_host;
}
