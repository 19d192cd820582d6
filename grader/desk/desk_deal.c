/*
 * desk_deal: an exercise with numbers of one's own.
 *
 * A template is an exercise's folder with a file params.yml; params(5). Each
 * @NAME@ in its files becomes what was drawn for a person, so that the copy that
 * is dealt is a whole exercise, which every other part of ixlab takes as any
 * other. What is drawn depends on the person's ticket, the exercise and the
 * parameter alone:
 *
 *	class secret ── keyed BLAKE2b of the id ──> ticket ── .. of exercise
 *	and parameter ──> value
 *
 * The desk deals the same copy again when it grades; nothing is kept of it.
 */
#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "base/yaml.h"
#include "grader/desk/desk_priv.h"

#define DEAL_PARAMS_MAX 32
#define DEAL_VALUE_MAX 64
#define DEAL_CHOICES_MAX 4096

struct deal {
	char *names[DEAL_PARAMS_MAX], *values[DEAL_PARAMS_MAX];
	size_t n;
	const char *to; /* a folder */
	const char *exercise;
	const unsigned char *ticket;
};

static void
deal_clear(struct deal *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		free(d->names[i]);
		free(d->values[i]);
	}
}

/* ---- params.yml */

static uint64_t
deal_draw(const struct deal *d, const char *name, uint64_t among)
{
	_free_ char *text = xasprintf("%s %s", d->exercise, name);
	unsigned char hash[32];
	uint64_t v = 0;
	int i;

	desk_keyed(d->ticket, text, hash);
	for (i = 0; i < 8; i++)
		v = v << 8 | hash[i];
	return v % among;
}

static bool
deal_is_name(const char *s)
{
	return *s && strlen(s) <= 32 &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

/* It is put into YAML and into configurations as it is. */
static bool
deal_is_value(const char *s)
{
	return *s && strlen(s) <= DEAL_VALUE_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789.:/_-") == strlen(s);
}

static char *
deal_choice(const struct deal *d, const struct yaml_doc *doc,
	    const struct yaml *y, const char *name, struct err *e)
{
	const char *text;
	size_t i;

	if (yaml_want(doc, y, YAML_LIST, "choices", e) < 0)
		return NULL;
	if (y->n == 0 || y->n > DEAL_CHOICES_MAX) {
		yaml_err(doc, y, e, "choices are 1 to %d", DEAL_CHOICES_MAX);
		return NULL;
	}
	for (i = 0; i < y->n; i++) {
		if (yaml_str(doc, y->items[i], &text, e) < 0)
			return NULL;
		if (!deal_is_value(text)) {
			yaml_err(doc, y->items[i], e,
				 "a choice is at most %d letters, digits, and "
				 ". : / _ -",
				 DEAL_VALUE_MAX);
			return NULL;
		}
	}
	return xstrdup(y->items[deal_draw(d, name, y->n)]->text);
}

static char *
deal_number(const struct deal *d, const struct yaml_doc *doc,
	    const struct yaml *y, const char *name, struct err *e)
{
	const struct yaml *from, *to;
	uint32_t a, b;

	if (yaml_need(doc, y, "from", &from, e) < 0 ||
	    yaml_u32(doc, from, 0, UINT32_MAX, &a, e) < 0 ||
	    yaml_need(doc, y, "to", &to, e) < 0 ||
	    yaml_u32(doc, to, a, UINT32_MAX, &b, e) < 0)
		return NULL;
	return xasprintf("%llu", a + (unsigned long long)deal_draw(
					 d, name, (uint64_t)b - a + 1));
}

static int
deal_param(struct deal *d, const struct yaml_doc *doc, const struct yaml *y,
	   struct err *e)
{
	static const char *const keys[] = {"from", "to", "choices"};
	const struct yaml *choices;
	char *value;

	if (!deal_is_name(y->key))
		return yaml_err(doc, y, e,
				"the name of a parameter is a-z, 0-9 and -, "
				"found \"%s\"",
				y->key);
	if (d->n == DEAL_PARAMS_MAX)
		return yaml_err(doc, y, e, "more than %d parameters",
				DEAL_PARAMS_MAX);
	if (yaml_want(doc, y, YAML_MAP, "a parameter", e) < 0 ||
	    yaml_keys(doc, y, "a parameter", keys, 3, e) < 0)
		return -1;
	choices = yaml_get(y, "choices");
	if (choices && y->n > 1)
		return yaml_err(doc, y, e,
				"a parameter has from and to, or choices");
	value = choices ? deal_choice(d, doc, choices, y->key, e)
			: deal_number(d, doc, y, y->key, e);
	if (value == NULL)
		return -1;
	d->names[d->n] = xstrdup(y->key);
	d->values[d->n++] = value;
	return 0;
}

static int
deal_params(struct deal *d, const char *dir, struct err *e)
{
	static const char *const keys[] = {"params"};
	_free_ char *path = xasprintf("%s/params.yml", dir);
	const struct yaml *params = NULL;
	struct yaml_doc doc;
	size_t i;
	int rc;

	if (yaml_load(&doc, path, e) < 0)
		return -1;
	if (doc.root == NULL)
		rc = err_at(e, path, 1, 1, "the file is empty");
	else if ((rc = yaml_want(&doc, doc.root, YAML_MAP, "params.yml", e)) ==
		     0 &&
		 (rc = yaml_keys(&doc, doc.root, "params.yml", keys, 1, e)) ==
		     0 &&
		 (rc = yaml_need(&doc, doc.root, "params", &params, e)) == 0)
		rc = yaml_want(&doc, params, YAML_MAP, "params", e);
	for (i = 0; rc == 0 && i < params->n; i++)
		rc = deal_param(d, &doc, params->items[i], e);
	yaml_clear(&doc);
	return rc;
}

/* ---- files */

/* Which parameter stands at "@NAME@"; d->n: none. */
static size_t
deal_which(const struct deal *d, const char *at, size_t len)
{
	const char *end = memchr(at + 1, '@', len - 1);
	size_t i, n = end ? (size_t)(end - at - 1) : 0;

	for (i = 0; i < d->n; i++)
		if (n > 0 && strlen(d->names[i]) == n &&
		    memcmp(d->names[i], at + 1, n) == 0)
			break;
	return i;
}

static void
deal_text(const struct deal *d, const char *text, size_t len, struct str *out)
{
	size_t i = 0, from = 0, p;

	while (i < len) {
		if (text[i] != '@' ||
		    (p = deal_which(d, text + i, len - i)) == d->n) {
			i++;
			continue;
		}
		str_addn(out, text + from, i - from);
		str_add(out, d->values[p]);
		i += strlen(d->names[p]) + 2;
		from = i;
	}
	str_addn(out, text + from, len - from);
}

static int
deal_file(void *arg, const char *path, const char *name, struct err *e)
{
	const struct deal *d = arg;
	_free_ char *to = xasprintf("%s/%s", d->to, name), *text = NULL;
	_free_ char *dir = xstrndup(to, (size_t)(strrchr(to, '/') - to));
	struct str out = {0};
	size_t len;
	int rc;

	if (strcmp(name, "params.yml") == 0)
		return 0;
	if (file_mkdirs(dir, e) < 0 ||
	    file_read(path, DESK_FILE_MAX, &text, &len, e) < 0)
		return -1;
	deal_text(d, text, len, &out);
	rc = file_write(to, str_text(&out), out.len, e);
	str_clear(&out);
	return rc;
}

static char *
deal_line(const struct deal *d)
{
	struct str s = {0};
	size_t i;

	for (i = 0; i < d->n; i++)
		str_addf(&s, "%s%s=%s", i ? " " : "", d->names[i],
			 d->values[i]);
	return str_steal(&s);
}

static char *
deal_name(const char *dir, struct err *e)
{
	_free_ char *real = realpath(dir, NULL);
	const char *base = real ? strrchr(real, '/') : NULL;

	if (base == NULL)
		err_sys(e, "%s", dir);
	return base ? xstrdup(base + 1) : NULL;
}

bool
desk_is_template(const char *dir)
{
	_free_ char *path = xasprintf("%s/params.yml", dir);

	return file_exists(path);
}

char *
desk_deal(const char *dir, const unsigned char ticket[32], const char *to,
	  struct err *e)
{
	_free_ char *name = deal_name(dir, e), *folder = NULL, *note = NULL;
	struct deal d = {.exercise = name, .ticket = ticket};
	char *line = NULL;
	int rc;

	if (name == NULL)
		return NULL;
	folder = xasprintf("%s/%s", to, name);
	note = xasprintf("%s/" DESK_PARAMETERS, folder);
	d.to = folder;
	rc = deal_params(&d, dir, e);
	if (rc == 0 && file_exists(folder))
		rc = err_usage(e, "%s is there already", folder);
	if (rc == 0)
		rc = desk_walk(dir, deal_file, &d, e);
	if (rc == 0) {
		line = deal_line(&d);
		rc = file_write(note, line, strlen(line), e);
	}
	deal_clear(&d);
	if (rc == 0)
		return line;
	free(line);
	return NULL;
}

char *
desk_parameters(const struct exercise *x)
{
	_free_ char *path = xasprintf("%s/" DESK_PARAMETERS, x->dir);
	struct err e;
	char *line;

	if (file_read(path, DESK_FILE_MAX, &line, NULL, &e) < 0)
		return xstrdup("");
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* ---- tickets */

int
desk_class(unsigned char secret[32], struct err *e)
{
	_free_ char *state = file_state_dir(e), *path = NULL, *dir = NULL;
	int rc = 0;

	if (state == NULL)
		return -1;
	dir = xasprintf("%s/desk", state);
	path = xasprintf("%s/class", dir);
	if (!file_exists(path)) {
		randombytes_buf(secret, 32);
		rc = file_mkdirs(dir, e);
		if (rc == 0)
			rc = desk_secret_write(path, secret, e);
	}
	return rc == 0 ? desk_secret_read(path, secret, e) : -1;
}

int
desk_ticket(const char *id, unsigned char ticket[32], struct err *e)
{
	unsigned char secret[32];
	int rc = desk_class(secret, e);

	if (rc == 0)
		desk_keyed(secret, id, ticket);
	sodium_memzero(secret, sizeof(secret));
	return rc;
}

int
desk_ticket_parse(const char *hex, unsigned char ticket[32], struct err *e)
{
	size_t n = 0;

	if (strlen(hex) == 64 &&
	    sodium_hex2bin(ticket, 32, hex, 64, NULL, &n, NULL) == 0 && n == 32)
		return 0;
	return err_usage(e, "a ticket is 64 hexadecimal digits, as the desk "
			    "gave them to you");
}

void
desk_ticket_print(const unsigned char ticket[32], char hex[DESK_HEX])
{
	sodium_bin2hex(hex, DESK_HEX, ticket, 32);
}
