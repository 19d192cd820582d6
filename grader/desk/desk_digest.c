#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/desk/desk_priv.h"
#include "grader/exercise_deal.h"
#include "lab/model/model.h"

#define DIGEST_BYTES 32

void
desk_digest(const void *data, size_t len, char out[DESK_HEX])
{
	unsigned char hash[DIGEST_BYTES];

	crypto_generichash(hash, sizeof(hash), data, len, NULL, 0);
	sodium_bin2hex(out, DESK_HEX, hash, sizeof(hash));
}

void
desk_keyed(const unsigned char key[32], const char *text, unsigned char out[32])
{
	crypto_generichash(out, DIGEST_BYTES, (const unsigned char *)text,
			   strlen(text), key, 32);
}

/* ---- a folder: of each file its name, its length and what is in it */

static int
digest_file(void *arg, const char *path, const char *name, struct err *e)
{
	_free_ char *text = NULL, *head = NULL;
	size_t len;

	if (file_read(path, EXERCISE_FILE_MAX, &text, &len, e) < 0)
		return -1;
	head = xasprintf("%s\n%zu\n", name, len);
	crypto_generichash_update(arg, (const unsigned char *)head,
				  strlen(head));
	crypto_generichash_update(arg, (const unsigned char *)text, len);
	return 0;
}

static void
digest_end(crypto_generichash_state *state, char out[DESK_HEX])
{
	unsigned char hash[DIGEST_BYTES];

	crypto_generichash_final(state, hash, sizeof(hash));
	sodium_bin2hex(out, DESK_HEX, hash, sizeof(hash));
}

int
desk_digest_folder(const char *dir, char out[DESK_HEX], struct err *e)
{
	crypto_generichash_state state;
	int rc;

	crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
	rc = exercise_walk(dir, digest_file, &state, e);
	digest_end(&state, out);
	return rc;
}

int
desk_digest_exercise(const struct exercise *x, char out[DESK_HEX],
		     struct err *e)
{
	crypto_generichash_state state;
	struct lab *lab = model_load(x->lab, NULL, e);
	int rc;

	if (lab == NULL)
		return -1;
	crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
	rc = exercise_walk(x->dir, digest_file, &state, e);
	if (rc == 0)
		rc = digest_file(&state, lab->file, "lab", e);
	model_free(lab);
	digest_end(&state, out);
	return rc;
}
