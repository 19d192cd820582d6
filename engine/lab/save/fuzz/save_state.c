/*
 * Any JSON at all as what was set by hand in a small lab: refused with a
 * sentence, or values that, as JSON and read again, are the same.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lab/save/save.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char lab_text[] =
    "lab: pair\n"
    "exchange:\n"
    "  name: IX\n"
    "  asn: 64500\n"
    "  switches: [sw1, sw2]\n"
    "  site-links: [{between: [sw1, sw2]}]\n"
    "  peering-lans:\n"
    "    lan: {switches: [sw1, sw2], quarantine: yes, ipv4: 203.0.113.0/24}\n"
    "members:\n"
    "  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"
    "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}\n";

static struct lab *
the_lab(void)
{
	static struct lab *lab;
	struct err e;

	if (lab == NULL)
		lab = model_parse("pair.yml", lab_text, strlen(lab_text), NULL,
				  &e);
	assert(lab != NULL);
	return lab;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lab *lab = the_lab();
	struct err e = {ERR_NONE, ""};
	json_error_t je;
	json_t *in =
	    json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, &je);
	json_t *out, *again;
	struct save_state s, t;

	if (in == NULL)
		return 0;
	if (save_state_parse(&s, "s", in, lab, &e) < 0) {
		assert(e.class == ERR_USAGE && e.msg[0] != '\0');
		json_decref(in);
		return 0;
	}
	out = save_state_json(&s, lab);
	assert(save_state_parse(&t, "t", out, lab, &e) == 0);
	again = save_state_json(&t, lab);
	assert(json_equal(out, again));
	save_state_clear(&s);
	save_state_clear(&t);
	json_decref(in);
	json_decref(out);
	json_decref(again);
	return 0;
}
