#include "lab/save/save_manifest.h"

#include <sha256.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"

/* All of it in one form, without the digest itself. */
static void
manifest_digest(const json_t *root, char digest[SAVE_DIGEST + 1])
{
	json_t *bare = json_copy((json_t *)(uintptr_t)root);
	char *text;

	json_object_del(bare, SAVE_DIGEST_KEY);
	text = json_dumps(bare, JSON_COMPACT | JSON_SORT_KEYS);
	if (text == NULL)
		abort(); /* it was JSON */
	SHA256Data((const uint8_t *)text, strlen(text), digest);
	free(text);
	json_decref(bare);
}

static json_t *
manifest_print_files(const struct save *s)
{
	json_t *all = json_array();
	char digest[SHA256_DIGEST_STRING_LENGTH];
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct save_file *f = &s->files[i];

		json_array_append_new(
		    all,
		    json_pack(
			"{so sI sI sb ss}", "path", out_str(f->path), "bytes",
			(json_int_t)f->len, "mode", (json_int_t)f->mode, "own",
			f->own, SAVE_DIGEST_KEY,
			SHA256Data((const uint8_t *)f->data, f->len, digest)));
	}
	return all;
}

char *
save_manifest_print(const struct save *s)
{
	json_t *m = json_pack("{si ss sI sI so sO}", SAVE_MAGIC, SAVE_VERSION,
			      "lab", s->lab, "members", (json_int_t)s->members,
			      "made", (json_int_t)s->made, "files",
			      manifest_print_files(s), "state", s->state);
	char digest[SAVE_DIGEST + 1], *text;

	manifest_digest(m, digest);
	json_object_set_new(m, SAVE_DIGEST_KEY, json_string(digest));
	text = json_dumps(m, JSON_INDENT(1));
	json_decref(m);
	if (text == NULL)
		abort(); /* all of it is ours */
	return text;
}

/* ---- in */

static int
manifest_int(const json_t *o, const char *key, json_int_t max, json_int_t *out,
	     struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) > max)
		return err_usage(e,
				 "%s of its manifest is no number from 0 "
				 "to %lld",
				 key, (long long)max);
	*out = json_integer_value(v);
	return 0;
}

static int
manifest_head(const json_t *root, struct save *s, struct err *e)
{
	const json_t *version = json_object_get(root, SAVE_MAGIC);
	const char *lab = json_string_value(json_object_get(root, "lab"));
	const char *told =
	    json_string_value(json_object_get(root, SAVE_DIGEST_KEY));
	char digest[SAVE_DIGEST + 1];
	json_int_t members, made;

	if (!json_is_integer(version))
		return err_usage(e, "it is no save of a lab");
	if (json_integer_value(version) != SAVE_VERSION)
		return err_usage(e,
				 "it is of version %lld, and this ixlab reads "
				 "version %d",
				 (long long)json_integer_value(version),
				 SAVE_VERSION);
	manifest_digest(root, digest);
	if (told == NULL || strcmp(told, digest) != 0)
		return err_usage(e, "its manifest is not what was saved");
	if (lab == NULL || !model_is_lab_name(lab))
		return err_usage(e, "its manifest names no lab");
	if (manifest_int(root, "members", MODEL_MAX_NODES, &members, e) < 0 ||
	    manifest_int(root, "made", INT64_MAX, &made, e) < 0)
		return -1;
	if (!json_is_object(json_object_get(root, "state")))
		return err_usage(e, "its manifest has no state");
	save_init(s, lab, (uint32_t)members, made);
	s->state = json_incref(json_object_get(root, "state"));
	return 0;
}

/* ---- the list of files */

static bool
manifest_digest_good(const char *text)
{
	return text && strlen(text) == SAVE_DIGEST &&
	       strspn(text, "0123456789abcdef") == SAVE_DIGEST;
}

static int
manifest_row(const json_t *row, json_int_t *bytes, struct err *e)
{
	const char *path = json_string_value(json_object_get(row, "path"));
	json_int_t mode;

	if (path == NULL)
		return err_usage(e, "its manifest has a file without a path");
	if (strlen(path) != json_string_length(json_object_get(row, "path")))
		return err_usage(e, "its manifest has a path with a NUL in it");
	if (save_path_check(path, e) < 0 ||
	    manifest_int(row, "mode", 07777, &mode, e) < 0)
		return -1;
	if (manifest_int(row, "bytes", INT64_MAX, bytes, e) < 0)
		return -1;
	if (!json_is_boolean(json_object_get(row, "own")))
		return err_usage(e, "%s has no word whose it is", path);
	if (*bytes > SAVE_FILE_MAX)
		return err_usage(e, "%s is larger than %u bytes", path,
				 SAVE_FILE_MAX);
	if (!manifest_digest_good(
		json_string_value(json_object_get(row, SAVE_DIGEST_KEY))))
		return err_usage(e, "%s has no digest", path);
	return 0;
}

/* So that what is in a folder comes right behind a file of that name. */
static int
manifest_cmp(const void *a, const void *b)
{
	const unsigned char *x = *(const unsigned char *const *)a;
	const unsigned char *y = *(const unsigned char *const *)b;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	return (*x == '/' ? 1 : *x) - (*y == '/' ? 1 : *y);
}

static int
manifest_distinct(const char **paths, size_t n, struct err *e)
{
	size_t i, len;

	qsort(paths, n, sizeof(*paths), manifest_cmp);
	for (i = 0; i + 1 < n; i++) {
		len = strlen(paths[i]);
		if (strncmp(paths[i], paths[i + 1], len) != 0)
			continue;
		if (paths[i + 1][len] == '\0')
			return err_usage(e, "%s is there twice", paths[i]);
		if (paths[i + 1][len] == '/')
			return err_usage(e, "%s is a file and a folder",
					 paths[i]);
	}
	return 0;
}

static int
manifest_files(const json_t *files, struct err *e)
{
	size_t i, n = json_array_size(files);
	json_int_t bytes, total = 0;
	const char **paths;
	json_t *row;
	int rc;

	if (!json_is_array(files))
		return err_usage(e, "its manifest lists no files");
	if (n > SAVE_FILES_MAX)
		return err_usage(e, "it has %zu files, and %d are the most", n,
				 SAVE_FILES_MAX);
	json_array_foreach(files, i, row)
	{
		if (manifest_row(row, &bytes, e) < 0)
			return -1;
		total += bytes;
	}
	if (total > SAVE_TOTAL_MAX)
		return err_usage(e, "its files are larger than %u bytes",
				 SAVE_TOTAL_MAX);
	paths = xcalloc(n + 1, sizeof(*paths));
	json_array_foreach(files, i, row) paths[i] =
	    json_string_value(json_object_get(row, "path"));
	rc = manifest_distinct(paths, n, e);
	free(paths);
	return rc;
}

int
save_manifest_parse(struct save_manifest *m, struct save *s, const char *text,
		    size_t len, struct err *e)
{
	json_error_t je;

	memset(s, 0, sizeof(*s));
	m->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &je);
	m->files = json_object_get(m->root, "files");
	if (!json_is_object(m->root)) {
		str_clean(je.text);
		err_usage(e, "its manifest is no JSON object: line %d: %s",
			  je.line, m->root ? "something else" : je.text);
	} else if (manifest_head(m->root, s, e) == 0 &&
		   manifest_files(m->files, e) == 0)
		return 0;
	json_decref(m->root);
	save_clear(s);
	return -1;
}
