/*
 * Bad lab files, in tables by subject: each is refused with exactly one sentence
 * that says where, what, and what to do.
 */
#ifndef LAB_MODEL_T_BAD_H
#define LAB_MODEL_T_BAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/model/model.h"

#define LAB "lab: x\n"
#define EXCHANGE                                        \
	"exchange:\n  asn: 64500\n  switches: [sw1]\n"  \
	"  peering-lans: {khi: {ipv4: 203.0.113.0/24, " \
	"ipv6: \"2001:db8:ffff:1::/64\"}}\n"
#define RS "  route-servers: {rs1: {ipv4: 203.0.113.1}}\n"
#define MEMBER       \
	"members:\n" \
	"  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"

struct bad {
	const char *text, *message;
};

static inline void
refuses_all(const struct bad *bad, size_t n)
{
	struct err e;
	struct lab *lab;
	size_t i;

	for (i = 0; i < n; i++) {
		e = (struct err){ERR_NONE, ""};
		lab = model_parse("lab.yml", bad[i].text, strlen(bad[i].text),
				  NULL, &e);
		if (lab != NULL)
			print_error("accepted:\n%s", bad[i].text);
		assert_null(lab);
		assert_string_equal(e.msg, bad[i].message);
		assert_int_equal(e.class, ERR_USAGE);
	}
}

#endif
