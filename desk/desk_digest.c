#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/str.h"
#include "desk/desk.h"
#include "lab/model/model.h"

#define DIGEST_BYTES 32
#define DIGEST_FILE_MAX (1u << 20)
#define DIGEST_FILES_MAX 4096
#define DIGEST_DEPTH_MAX 8

void
desk_digest(const void *data, size_t len, char out[DESK_HEX])
{
	unsigned char hash[DIGEST_BYTES];

	crypto_generichash(hash, sizeof(hash), data, len, NULL, 0);
	sodium_bin2hex(out, DESK_HEX, hash, sizeof(hash));
}

/* ---- a folder: of each file its name, its length and what is in it, in an
 * order that no language setting changes */

struct digest {
	crypto_generichash_state state;
	size_t files;
	struct err *e;
};

static void
digest_add(struct digest *d, const char *name, const char *data, size_t len)
{
	_free_ char *head = xasprintf("%s\n%zu\n", name, len);

	crypto_generichash_update(&d->state, (const unsigned char *)head,
				  strlen(head));
	crypto_generichash_update(&d->state, (const unsigned char *)data, len);
	d->files++;
}

static int
digest_file(struct digest *d, const char *path, const char *name)
{
	_free_ char *text = NULL;
	size_t len;

	if (d->files >= DIGEST_FILES_MAX)
		return err_usage(d->e, "%s: there are more than %d files", path,
				 DIGEST_FILES_MAX);
	if (file_read(path, DIGEST_FILE_MAX, &text, &len, d->e) < 0)
		return -1;
	digest_add(d, name, text, len);
	return 0;
}

static int
digest_shown(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
digest_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int digest_dir(struct digest *d, const char *path, const char *name,
		      int depth);

static int
digest_any(struct digest *d, const char *path, const char *name, int depth)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return err_sys(d->e, "%s", path);
	if (S_ISREG(st.st_mode))
		return digest_file(d, path, name);
	if (S_ISDIR(st.st_mode) && depth < DIGEST_DEPTH_MAX)
		return digest_dir(d, path, name, depth + 1);
	return err_usage(d->e, "%s: an exercise is made of files and folders",
			 path);
}

static int
digest_dir(struct digest *d, const char *path, const char *name, int depth)
{
	struct dirent **names;
	int n = scandir(path, &names, digest_shown, digest_order), i, rc = 0;

	if (n < 0)
		return err_sys(d->e, "%s", path);
	for (i = 0; i < n; i++) {
		_free_ char *full = xasprintf("%s/%s", path, names[i]->d_name);
		_free_ char *sub = xasprintf("%s%s%s", name, *name ? "/" : "",
					     names[i]->d_name);

		if (rc == 0)
			rc = digest_any(d, full, sub, depth);
		free(names[i]);
	}
	free(names);
	return rc;
}

int
desk_digest_exercise(const struct exercise *x, char out[DESK_HEX],
		     struct err *e)
{
	struct digest d = {.e = e};
	unsigned char hash[DIGEST_BYTES];
	struct lab *lab = model_load(x->lab, NULL, e);
	int rc;

	if (lab == NULL)
		return -1;
	crypto_generichash_init(&d.state, NULL, 0, sizeof(hash));
	rc = digest_dir(&d, x->dir, "", 0);
	if (rc == 0)
		rc = digest_file(&d, lab->file, "lab");
	model_free(lab);
	crypto_generichash_final(&d.state, hash, sizeof(hash));
	sodium_bin2hex(out, DESK_HEX, hash, sizeof(hash));
	return rc;
}
