/*
 * yaml: the text of lab, exercise and route-server files as a tree that
 * remembers where every word stood.
 *
 * libyaml reads the syntax; this module keeps only what our files may use.
 * A scalar is always its text: "65001:10", "no" and "012" stay what was written,
 * because the reader of a key decides its type, never the file. Anchors,
 * aliases, tags, duplicate keys, several documents, and anything beyond the
 * limits below are errors with line and column.
 *
 * Reading a file is then a conversation with the tree: yaml_keys refuses the
 * keys that the schema does not know (and suggests the one that was meant), the
 * yaml_get_ functions take a key of a given type. Each error is the sentence a
 * user sees.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"

#define YAML_MAX_BYTES (1u << 20)
#define YAML_MAX_NODES 200000
#define YAML_MAX_DEPTH 32

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	bool quoted;	  /* a scalar in quotes or a block: "" is not null */
	int line, col;	  /* from 1 */
	const char *text; /* scalar: its text; no NUL inside */
	const char *key;  /* as a member of a map: its key */
	int key_line, key_col;
	struct yaml **items; /* list elements, or map values in file order */
	size_t n;
};

struct yaml_doc {
	struct yaml *root; /* NULL for an empty file */
	const char *file;  /* the name for messages */
	void *mem;	   /* everything above is owned by this */
};

/* Parse len bytes; name is copied. On error nothing is owned. */
int yaml_parse(struct yaml_doc *doc, const char *name, const void *data,
	       size_t len, struct err *e);
/* Read and parse a file. */
int yaml_load(struct yaml_doc *doc, const char *path, struct err *e);
void yaml_clear(struct yaml_doc *doc);

/* The sentence with this node's place in front. Returns -1. */
int yaml_err(const struct yaml_doc *doc, const struct yaml *y, struct err *e,
	     const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* y must be of this kind; what is the thing's name in the message. */
int yaml_want(const struct yaml_doc *doc, const struct yaml *y,
	      enum yaml_kind kind, const char *what, struct err *e);
/* y must be a map that has no keys but these. */
int yaml_keys(const struct yaml_doc *doc, const struct yaml *y,
	      const char *what, const char *const *keys, size_t n,
	      struct err *e);

/* The value of a key, NULL when absent (or y is no map). Borrowed. */
const struct yaml *yaml_get(const struct yaml *y, const char *key);
/* The same, an error when absent. */
int yaml_need(const struct yaml_doc *doc, const struct yaml *y, const char *key,
	      const struct yaml **out, struct err *e);

/* An unquoted empty scalar, "~" or "null": nothing was said. */
bool yaml_is_null(const struct yaml *y);

/* One scalar as a type; the message says what was expected and what stands
 * there. Strings are borrowed from the document. */
int yaml_str(const struct yaml_doc *doc, const struct yaml *y, const char **out,
	     struct err *e);
int yaml_u32(const struct yaml_doc *doc, const struct yaml *y, uint32_t min,
	     uint32_t max, uint32_t *out, struct err *e);
/* true, yes, on, false, no, off (YAML 1.1 spellings, any case of one kind). */
int yaml_bool(const struct yaml_doc *doc, const struct yaml *y, bool *out,
	      struct err *e);
int yaml_addr(const struct yaml_doc *doc, const struct yaml *y,
	      enum ip_family family, struct ip_addr *out, struct err *e);
int yaml_prefix(const struct yaml_doc *doc, const struct yaml *y,
		enum ip_family family, struct ip_prefix *out, struct err *e);
/* A time with its unit: 250ms, 20s, 5m. Result in milliseconds. */
int yaml_ms(const struct yaml_doc *doc, const struct yaml *y, uint32_t *out,
	    struct err *e);
/* The index of the scalar among n words. */
int yaml_word(const struct yaml_doc *doc, const struct yaml *y,
	      const char *const *words, size_t n, size_t *out, struct err *e);

#endif
