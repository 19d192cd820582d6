/*
 * desk_key: who vouches for a result. See desk.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/desk/desk_priv.h"

#define KEY_TEXT_MAX 4096
#define KEY_DOMAIN "ixlab result 1\n"

_Static_assert(sizeof(((struct desk_key *)0)->secret) ==
		   crypto_sign_SECRETKEYBYTES,
	       "an ed25519 key");

/* ---- files: one line of hexadecimal */

static bool
key_hex(const char *text, unsigned char out[32])
{
	size_t n, end = strcspn(text, " \t\r\n");

	return end == 64 && text[end + strspn(text + end, " \t\r\n")] == '\0' &&
	       sodium_hex2bin(out, 32, text, end, NULL, &n, NULL) == 0 &&
	       n == 32;
}

static int
key_write(const char *path, const unsigned char bytes[32], mode_t mask,
	  struct err *e)
{
	char text[DESK_HEX + 1];
	mode_t old = umask(mask);
	int rc;

	sodium_bin2hex(text, DESK_HEX, bytes, 32);
	text[DESK_HEX - 1] = '\n';
	rc = file_write(path, text, DESK_HEX, e);
	umask(old);
	sodium_memzero(text, sizeof(text));
	return rc;
}

static int
key_read(const char *path, unsigned char bytes[32], struct err *e)
{
	char *text;
	size_t len;
	bool good;

	if (file_read(path, KEY_TEXT_MAX, &text, &len, e) < 0)
		return -1;
	good = key_hex(text, bytes);
	sodium_memzero(text, len);
	free(text);
	if (good)
		return 0;
	return err_usage(e,
			 "%s: this is no key, which is one line of 64 "
			 "hexadecimal digits",
			 path);
}

int
desk_secret_write(const char *path, const unsigned char bytes[32],
		  struct err *e)
{
	return key_write(path, bytes, 077, e);
}

int
desk_secret_read(const char *path, unsigned char bytes[32], struct err *e)
{
	return key_read(path, bytes, e);
}

/* ---- the desk's own */

int
desk_lock(const char *dir, struct err *e)
{
	int fd = -1, rc = file_mkdirs(dir, e);

	if (rc < 0)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && (rc = flock(fd, LOCK_EX)) < 0 && errno == EINTR)
		continue;
	if (fd >= 0 && rc == 0)
		return fd;
	err_sys(e, "cannot lock %s", dir);
	if (fd >= 0)
		close(fd);
	return -1;
}

static char *
key_dir(struct err *e)
{
	_free_ char *state = file_state_dir(e);

	return state ? xasprintf("%s/desk", state) : NULL;
}

static int
key_make(const char *dir, const char *path, struct err *e)
{
	_free_ char *pub = xasprintf("%s/key.pub", dir);
	unsigned char public[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	unsigned char seed[crypto_sign_SEEDBYTES];
	int rc, lock;

	if (sodium_init() < 0)
		return err_here(e, "libsodium does not work here");
	if ((lock = desk_lock(dir, e)) < 0)
		return -1;
	if (file_exists(path)) { /* somebody else was quicker */
		close(lock);
		return 0;
	}
	randombytes_buf(seed, sizeof(seed));
	crypto_sign_seed_keypair(public, secret, seed);
	rc = key_write(pub, public, 022, e);
	if (rc == 0)
		rc = key_write(path, seed, 077, e);
	close(lock);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(secret, sizeof(secret));
	return rc;
}

int
desk_key_load(struct desk_key *k, bool make, bool *made, struct err *e)
{
	_free_ char *dir = key_dir(e), *path = NULL;
	unsigned char seed[crypto_sign_SEEDBYTES];
	unsigned char public[crypto_sign_PUBLICKEYBYTES];

	if (dir == NULL)
		return -1;
	path = xasprintf("%s/key", dir);
	if (made)
		*made = make && !file_exists(path);
	if (!file_exists(path)) {
		if (!make)
			return err_here(e, "this desk has no key yet; make "
					   "one: ixlab desk key");
		if (key_make(dir, path, e) < 0)
			return -1;
	}
	if (key_read(path, seed, e) < 0)
		return -1;
	crypto_sign_seed_keypair(public, k->secret, seed);
	sodium_bin2hex(k->hex, sizeof(k->hex), public, sizeof(public));
	sodium_memzero(seed, sizeof(seed));
	return 0;
}

int
desk_key_public(const char *text_or_file, char hex[DESK_HEX], struct err *e)
{
	_free_ char *dir = NULL, *path = NULL;
	unsigned char public[32];

	if (text_or_file == NULL) {
		if ((dir = key_dir(e)) == NULL)
			return -1;
		path = xasprintf("%s/key.pub", dir);
		if (!file_exists(path))
			return err_here(e, "whose signature should it be? give "
					   "the desk's public key: --key FILE");
		text_or_file = path;
	}
	if (!key_hex(text_or_file, public) &&
	    key_read(text_or_file, public, e) < 0)
		return -1;
	sodium_bin2hex(hex, DESK_HEX, public, sizeof(public));
	return 0;
}

/* ---- results */

/* What is signed; owned. */
static char *
key_message(const json_t *result)
{
	json_t *bare = json_copy((json_t *)(uintptr_t)result);
	_free_ char *text = NULL;

	json_object_del(bare, "signature");
	text = json_dumps(bare, JSON_SORT_KEYS | JSON_COMPACT);
	json_decref(bare);
	return xasprintf(KEY_DOMAIN "%s", text ? text : "");
}

void
desk_sign(json_t *result, const struct desk_key *k)
{
	unsigned char sig[crypto_sign_BYTES];
	char hex[2 * crypto_sign_BYTES + 1];
	_free_ char *message = NULL;

	json_object_set_new(result, "key", json_string(k->hex));
	message = key_message(result);
	crypto_sign_detached(sig, NULL, (const unsigned char *)message,
			     strlen(message), k->secret);
	sodium_bin2hex(hex, sizeof(hex), sig, sizeof(sig));
	json_object_set_new(result, "signature", json_string(hex));
}

int
desk_verify(const json_t *result, const char *hex, struct err *e)
{
	const char *text =
	    json_string_value(json_object_get(result, "signature"));
	const char *key = json_string_value(json_object_get(result, "key"));
	unsigned char sig[crypto_sign_BYTES], public[32];
	_free_ char *message = NULL;
	size_t n;

	if (text == NULL || key == NULL)
		return err_set(e, ERR_FAILED, "it is not signed");
	if (!key_hex(hex, public) || strcmp(key, hex) != 0)
		return err_set(e, ERR_FAILED,
			       "it is signed with another key than %.16s...",
			       hex);
	if (sodium_hex2bin(sig, sizeof(sig), text, strlen(text), NULL, &n,
			   NULL) != 0 ||
	    n != sizeof(sig) || strlen(text) != 2 * sizeof(sig))
		return err_set(e, ERR_FAILED, "its signature is none");
	message = key_message(result);
	if (crypto_sign_verify_detached(sig, (const unsigned char *)message,
					strlen(message), public) != 0)
		return err_set(e, ERR_FAILED,
			       "it was changed after it was signed");
	return 0;
}

json_t *
desk_result_parse(const char *file, const char *text, size_t len, struct err *e)
{
	json_error_t why;
	json_t *result = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);

	if (result == NULL) {
		err_at(e, file, why.line, why.column, "%s", why.text);
		return NULL;
	}
	if (json_is_object(result) &&
	    json_integer_value(json_object_get(result, "ixlab_result")) == 1)
		return result;
	json_decref(result);
	err_usage(e, "%s: this is no result of ixlab grade", file);
	return NULL;
}
