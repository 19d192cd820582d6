/*
 * What a network asks of its sessions with a trainee's: the key protect. It goes
 * into the configuration that we write for it, and the trainee must say the same.
 */
#include <string.h>

#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define PASSWORD_MAX 80 /* the kernel's, of TCP-MD5 */
#define PASSWORD_CHARS               \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

static int
protect_password(const struct word_lab *w, const struct yaml *y,
		 const char **out, struct err *e)
{
	size_t n;

	if (yaml_str(&w->doc, y, out, e) < 0)
		return -1;
	n = strlen(*out);
	if (n == 0 || n > PASSWORD_MAX || strspn(*out, PASSWORD_CHARS) != n)
		return word_err(w, y, e,
				"a password has 1 to %d letters, digits, "
				"hyphens, underscores and dots",
				PASSWORD_MAX);
	return 0;
}

/* Who can be made to ask for it: by the writers of its kind. */
static int
protect_who(const struct word_lab *w, const struct yaml *y,
	    const struct word_node *n, struct err *e)
{
	if (n->trainee)
		return word_err(w, y, e,
				"%s is configured by a person, who protects "
				"its sessions there: take protect away",
				n->name);
	if (strcmp(n->kind->name, "bird") != 0 && !n->kind->crowd)
		return word_err(w, y, e,
				"%s is of kind %s: protect is for kinds bird "
				"and ixpeer",
				n->name, n->kind->name);
	if (n->protect.ttl_security && n->kind->crowd)
		return word_err(w, yaml_get(y, "ttl-security"), e,
				"%s is a robot, which has no TTL security: "
				"leave it out, or take kind: bird",
				n->name);
	return 0;
}

int
word_protect(const struct word_lab *w, const struct yaml *map,
	     struct word_node *n, struct err *e)
{
	static const char *const keys[] = {"password", "ttl-security"};
	const struct yaml *y = yaml_get(map, "protect"), *password, *ttl;

	if (y == NULL)
		return 0;
	if (yaml_keys(&w->doc, y, "protect", keys, 2, e) < 0)
		return -1;
	password = yaml_get(y, "password");
	ttl = yaml_get(y, "ttl-security");
	if (password &&
	    protect_password(w, password, &n->protect.password, e) < 0)
		return -1;
	if (ttl && yaml_bool(&w->doc, ttl, &n->protect.ttl_security, e) < 0)
		return -1;
	return protect_who(w, y, n, e);
}
