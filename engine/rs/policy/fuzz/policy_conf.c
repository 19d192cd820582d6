/* Any text as the three files (cut at a line of "%"): a policy or a sentence. */
#include <string.h>

#include "rs/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const uint8_t *
cut(const uint8_t *data, size_t *len, size_t *left)
{
	const uint8_t *at = memmem(data, *left, "\n%\n", 3);

	*len = at != NULL ? (size_t)(at - data) : *left;
	size_t used = at != NULL ? *len + 3 : *left;
	*left -= used;
	return data + used;
}

/* Without data: a sentence, or notes. */
static void
complete(struct policy *p)
{
	struct policy_sources none = {0};
	struct policy_wanted w;
	struct err e = {0};

	policy_wanted(p, &w);
	policy_wanted_clear(&w);
	if ((policy_complete(p, &none, &e) < 0) != (e.msg[0] != '\0'))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct yaml_doc docs[3] = {0};
	size_t n, left = len;
	int i;
	struct err e = {0};

	for (i = 0; i < 3; i++) {
		const uint8_t *next = cut(data, &n, &left);
		if (yaml_parse(&docs[i], "f", data, n, &e) < 0)
			break;
		data = next;
	}
	if (i == 3) {
		struct policy *p = policy_new(&docs[0], &docs[1], &docs[2], &e);
		if ((p == NULL) != (e.msg[0] != '\0'))
			__builtin_trap();
		if (p != NULL)
			complete(p);
		policy_free(p);
	}
	while (i-- > 0)
		yaml_clear(&docs[i]);
	return 0;
}
