/*
 * desk_deal: what a template's parameters (exercise_deal.h) are for a person.
 *
 *	class secret ── keyed BLAKE2b of the id ──> ticket ── .. of exercise
 *	and parameter ──> value
 *
 * The desk deals the same copy again when it grades; nothing is kept of it.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/desk/desk_priv.h"
#include "grader/exercise_deal.h"

static uint64_t
deal_draw(void *ticket, const char *exercise, const char *param, uint64_t among)
{
	_free_ char *text = xasprintf("%s %s", exercise, param);
	unsigned char hash[32];
	uint64_t v = 0;
	int i;

	desk_keyed(ticket, text, hash);
	for (i = 0; i < 8; i++)
		v = v << 8 | hash[i];
	return v % among;
}

char *
desk_deal(const char *dir, const unsigned char ticket[32], const char *to,
	  struct err *e)
{
	unsigned char key[32];
	struct exercise_draw draw = {deal_draw, key};

	memcpy(key, ticket, sizeof(key));
	return exercise_deal(dir, &draw, to, e);
}

char *
desk_parameters(const struct exercise *x)
{
	_free_ char *path = xasprintf("%s/" EXERCISE_PARAMETERS, x->dir);
	struct err e;
	char *line;

	if (file_read(path, EXERCISE_FILE_MAX, &line, NULL, &e) < 0)
		return xstrdup("");
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* ---- tickets */

static int
class_make(const char *dir, const char *path, struct err *e)
{
	int lock = desk_lock(dir, e), rc = 0;
	unsigned char secret[32];

	if (lock < 0)
		return -1;
	if (!file_exists(path)) {
		randombytes_buf(secret, sizeof(secret));
		rc = desk_secret_write(path, secret, e);
		sodium_memzero(secret, sizeof(secret));
	}
	close(lock);
	return rc;
}

int
desk_class(unsigned char secret[32], struct err *e)
{
	_free_ char *state = file_state_dir(e), *path = NULL, *dir = NULL;
	int rc = 0;

	if (state == NULL)
		return -1;
	dir = xasprintf("%s/desk", state);
	path = xasprintf("%s/class", dir);
	if (!file_exists(path))
		rc = class_make(dir, path, e);
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
