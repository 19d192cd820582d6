/* Any bytes: a tree that keeps its promises, or one sentence. Then every typed
 * accessor over every node, since they quote what they find. */
#include <assert.h>
#include <string.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ask(const struct yaml_doc *doc, const struct yaml *y)
{
	static const char *const words[] = {"name", "members", "lan"};
	struct err e;
	const char *s;
	struct ip_addr a;
	struct ip_prefix p;
	uint32_t v;
	size_t w;
	bool b;

	if (yaml_str(doc, y, &s, &e) == 0)
		assert(s == y->text);
	if (yaml_u32(doc, y, 5, 10, &v, &e) == 0)
		assert(v >= 5 && v <= 10);
	if (yaml_word(doc, y, words, 3, &w, &e) == 0)
		assert(strcmp(words[w], y->text) == 0);
	if (yaml_prefix(doc, y, IP_V6, &p, &e) == 0)
		assert(p.addr.family == IP_V6 && p.len <= 128);
	if (yaml_addr(doc, y, IP_NONE, &a, &e) == 0)
		assert(a.family == IP_V4 || a.family == IP_V6);
	yaml_bool(doc, y, &b, &e);
	yaml_ms(doc, y, &v, &e);
	if (yaml_keys(doc, y, "a lab", words, 3, &e) < 0) {
		assert(memchr(e.msg, '\0', sizeof(e.msg)));
		assert(!strpbrk(e.msg, "\n\r\t\x1b"));
	}
}

static size_t
walk(const struct yaml_doc *doc, const struct yaml *y, int depth)
{
	size_t i, n = 1;

	assert(y->line >= 1 && y->col >= 1);
	assert((y->kind == YAML_SCALAR) == (y->text != NULL));
	assert(depth <= YAML_MAX_DEPTH + (y->kind == YAML_SCALAR));
	ask(doc, y);
	for (i = 0; i < y->n; i++) {
		assert((y->kind == YAML_MAP) == (y->items[i]->key != NULL));
		if (y->kind == YAML_MAP)
			assert(yaml_get(y, y->items[i]->key) == y->items[i]);
		n += walk(doc, y->items[i], depth + 1);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yaml_doc doc;
	struct err e = {0};

	if (yaml_parse(&doc, "f", data, size, &e) < 0) {
		assert(doc.root == NULL && doc.mem == NULL);
		assert(e.class == ERR_USAGE);
		assert(strncmp(e.msg, "f:", 2) == 0);
		assert(!strpbrk(e.msg, "\n\r\t\x1b"));
		return 0;
	}
	if (doc.root)
		assert(walk(&doc, doc.root, 1) <= YAML_MAX_NODES);
	yaml_clear(&doc);
	return 0;
}
