/* Any text as PeeringDB's networks, ARIN's whois and Registro.br's list; what
 * PeeringDB calls an AS-SET goes into a policy. */
#include <stdlib.h>
#include <string.h>

#include "rs/policy/policy_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct policy *
one_client(void)
{
	static const char general[] =
	    "cfg:\n  rs_as: 1\n  router_id: 1.1.1.1\n  filtering:\n"
	    "    irrdb: {peering_db: yes}\n"
	    "    max_prefix: {action: block}\n";
	static const char clients[] = "clients: [{asn: 5, ip: 192.0.2.5}]";
	struct yaml_doc g, c;
	struct err e = {0};

	if (yaml_parse(&g, "g", general, strlen(general), &e) < 0 ||
	    yaml_parse(&c, "c", clients, strlen(clients), &e) < 0)
		abort();
	struct policy *p = policy_new(&g, &c, NULL, &e);
	yaml_clear(&g);
	yaml_clear(&c);
	return p;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct policy_sources s = {
	    .peering_db = {"f", (const char *)data, len}};
	struct err e = {0};
	struct policy *p = one_client();

	if ((policy_complete(p, &s, &e) < 0) != (e.msg[0] != '\0'))
		__builtin_trap();
	policy_free(p);
	e = (struct err){0};
	rpki_free(policy_source_arin(&s.peering_db, &e));
	rpki_free(policy_source_registrobr(&s.peering_db, &e));
	return 0;
}
