#include <sha256.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/save/save.h"
#include "lab/save/save_archive.h"
#include "lab/save/save_manifest.h"

#define READ_PIECE 16384

static const char *
read_why(struct archive *a)
{
	const char *why = save_lib.archive_error_string(a);

	return why ? why : "no reason is told";
}

/* libarchive's words may quote the file. */
static int
read_broken(struct archive *a, struct err *e)
{
	_free_ char *why = xstrdup(read_why(a));

	str_clean(why);
	return err_usage(e, "it is cut off or damaged: %.200s", why);
}

/* The next entry, which must be a plain file: 1, 0 at the end, -1. */
static int
read_head(struct archive *a, struct archive_entry **x, struct err *e)
{
	int rc = save_lib.archive_read_next_header(a, x);
	_free_ char *path = NULL;

	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc != ARCHIVE_OK)
		return read_broken(a, e);
	path = xstrdup(save_lib.archive_entry_pathname(*x)
			   ? save_lib.archive_entry_pathname(*x)
			   : "");
	str_clean(path);
	if (save_lib.archive_entry_hardlink(*x) ||
	    save_lib.archive_entry_symlink(*x))
		return err_usage(e, "\"%.80s\" is a link", path);
	if (save_lib.archive_entry_filetype(*x) != AE_IFREG)
		return err_usage(e, "\"%.80s\" is no plain file", path);
	return 1;
}

/* What the entry holds, at most max bytes. */
static int
read_data(struct archive *a, size_t max, struct str *to, struct err *e)
{
	char piece[READ_PIECE];
	la_ssize_t n;

	while ((n = save_lib.archive_read_data(a, piece, sizeof(piece))) > 0) {
		if ((size_t)n > max - to->len)
			return err_usage(e, "it holds more than it says");
		str_addn(to, piece, (size_t)n);
	}
	return n < 0 ? read_broken(a, e) : 0;
}

static int
read_manifest(struct archive *a, struct save_manifest *m, struct save *s,
	      struct err *e)
{
	struct archive_entry *x;
	struct str text = {0};
	const char *path;
	int rc = read_head(a, &x, e);

	if (rc < 0)
		return -1;
	path = rc > 0 ? save_lib.archive_entry_pathname(x) : NULL;
	if (path == NULL || strcmp(path, SAVE_MANIFEST) != 0)
		return err_usage(e, "it is no save of a lab: no manifest "
				    "stands at its beginning");
	rc = read_data(a, SAVE_MANIFEST_MAX, &text, e);
	if (rc == 0)
		rc = save_manifest_parse(m, s, str_text(&text), text.len, e);
	str_clear(&text);
	return rc;
}

/* The next file must be this one. */
static int
read_file(struct archive *a, const json_t *row, struct save *s, struct err *e)
{
	const char *path = json_string_value(json_object_get(row, "path"));
	size_t len = (size_t)json_integer_value(json_object_get(row, "bytes"));
	char digest[SHA256_DIGEST_STRING_LENGTH];
	struct archive_entry *x;
	struct str text = {0};
	const char *found;
	int rc = read_head(a, &x, e);

	if (rc <= 0)
		return rc < 0 ? -1 : err_usage(e, "%s is missing", path);
	found = save_lib.archive_entry_pathname(x);
	if (found == NULL || strcmp(found, path) != 0)
		return err_usage(e, "there is another file where %s should be",
				 path);
	if (read_data(a, len, &text, e) < 0) {
		str_clear(&text);
		return err_in(e, "%s", path);
	}
	SHA256Data((const uint8_t *)str_text(&text), text.len, digest);
	if (text.len != len ||
	    strcmp(digest, json_string_value(json_object_get(row, "sha256"))) !=
		0) {
		str_clear(&text);
		return err_usage(e, "%s is not what was saved", path);
	}
	rc = save_add(
	    s, path,
	    (unsigned int)json_integer_value(json_object_get(row, "mode")),
	    str_steal(&text), len, e);
	if (rc == 0)
		s->files[s->n - 1].own =
		    json_is_true(json_object_get(row, "own"));
	return rc;
}

static int
read_all(struct archive *a, struct save *s, struct err *e)
{
	struct archive_entry *x;
	struct save_manifest m;
	int rc = 0, more;
	json_t *row;
	size_t i;

	if (read_manifest(a, &m, s, e) < 0)
		return -1;
	json_array_foreach(m.files, i, row) if (rc == 0) rc =
	    read_file(a, row, s, e);
	json_decref(m.root);
	if (rc == 0 && (more = read_head(a, &x, e)) != 0)
		rc = more < 0 ? -1
			      : err_usage(e, "it holds files that its manifest "
					     "does not list");
	if (rc == 0 && save_find(s, "lab.yml") == NULL)
		rc = err_usage(e, "lab.yml is missing");
	if (rc < 0)
		save_clear(s);
	return rc;
}

int
save_read(const char *file, const void *data, size_t len, struct save *s,
	  struct err *e)
{
	struct archive *a;
	int rc;

	if (save_archive_load(e) < 0)
		return -1;
	a = save_lib.archive_read_new();
	if (len > SAVE_TOTAL_MAX)
		rc = err_usage(e, "it is larger than %u bytes", SAVE_TOTAL_MAX);
	else if (save_lib.archive_read_support_filter_gzip(a) < ARCHIVE_WARN ||
		 save_lib.archive_read_support_format_tar(a) < ARCHIVE_WARN ||
		 /* to the last byte: what is behind the end counts, too */
		 save_lib.archive_read_set_options(
		     a, "tar:read_concatenated_archives") < ARCHIVE_WARN ||
		 save_lib.archive_read_open_memory(a, data, len) != ARCHIVE_OK)
		rc =
		    err_usage(e, "it is no save of a lab: %.200s", read_why(a));
	else
		rc = read_all(a, s, e);
	save_lib.archive_read_free(a);
	return rc < 0 ? err_in(e, "%s", file) : 0;
}
