/*
 * Any text at all as a node's network.yml: refused with a sentence, or within its
 * bounds, with names of the node's own.
 */
#include <assert.h>
#include <string.h>

#include "lab/model/model_netconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_sysctl(const struct model_netconf_sysctl *s)
{
	assert(strstr(s->key, "..") == NULL);
	assert(strncmp(s->key, "ipv4/conf/", 10) == 0 ||
	       strncmp(s->key, "ipv6/conf/", 10) == 0);
	assert(s->value[0] >= '0' && s->value[0] <= '2' && s->value[1] == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lab_if ifs[] = {{.name = "ix0"}, {.name = "lan0.7"}};
	static const struct lab_node n = {.name = "m1", .ifs = ifs, .nifs = 2};
	struct err e = {ERR_NONE, ""};
	struct model_netconf c;
	size_t i;

	if (model_netconf_parse(&n, data, size, &c, &e) < 0) {
		assert(e.class == ERR_USAGE && e.msg[0] != '\0');
		return 0;
	}
	assert(c.nifs <= 3 && c.nroutes <= MODEL_NETCONF_ROUTES &&
	       c.nsysctls <= MODEL_NETCONF_SYSCTLS);
	for (i = 0; i < c.nifs; i++)
		assert(c.ifs[i].naddrs <= MODEL_NETCONF_ADDRS &&
		       c.ifs[i].mtu <= MODEL_NETCONF_MTU_MAX);
	for (i = 0; i < c.nsysctls; i++)
		check_sysctl(&c.sysctls[i]);
	for (i = 0; i < c.nroutes; i++)
		assert(c.routes[i].type != NULL &&
		       c.routes[i].to.addr.family != IP_NONE);
	model_netconf_clear(&c);
	return 0;
}
