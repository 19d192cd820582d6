/*
 * A cache that tells route servers which AS may originate which prefix: StayRTR,
 * which serves what stands in vrps.json and looks there every second.
 */
#include "lab/model/model_kind_text.h"

static char *
rtr_vrps(const struct lab *lab, const struct lab_node *n)
{
	char text[IP_PREFIXSTRLEN];
	const struct lab_vrp *v;
	struct str s = {0};
	size_t i;

	(void)lab;
	str_add(&s, "{\n  \"roas\": [");
	for (i = 0; i < n->nvrps; i++) {
		v = &n->vrps[i];
		str_addf(&s,
			 "%s\n    {\"prefix\": \"%s\", \"maxLength\": %u, "
			 "\"asn\": %u, \"ta\": \"lab\"}",
			 i ? "," : "", ip_prefix_print(&v->prefix, text),
			 v->max_len, v->asn);
	}
	str_add(&s, "\n  ]\n}\n");
	return str_steal(&s);
}

static const struct lab_kind_file files[] = {
    {"vrps.json", rtr_vrps, NULL},
    {NULL, NULL, NULL},
};

static const char *const args[] = {"-bind",
				   ":323",
				   "-cache",
				   "vrps.json",
				   "-refresh",
				   "1",
				   "-checktime=false",
				   "-rtr.refresh",
				   "60",
				   "-rtr.retry",
				   "5",
				   "-rtr.expire",
				   "600",
				   "-metrics.addr",
				   "127.0.0.1:9847",
				   NULL};

const struct lab_kind model_kind_rtr = {
    .name = "rtr",
    .title = "StayRTR",
    .about = "An RPKI cache, which serves the VRPs of the lab file.",
    .package = "stayrtr",
    .program = "stayrtr",
    .first = true,
    .roles = LAB_ROLE(LAB_MACHINE),
    .etc = "/etc/stayrtr",
    .files = files,
    .args = args,
    .reload = LAB_RELOAD_HUP,
};
