#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/save/save.h"
#include "lab/save/save_archive.h"
#include "lab/save/save_manifest.h"

static la_ssize_t
write_more(struct archive *a, void *arg, const void *data, size_t len)
{
	(void)a;
	str_addn(arg, data, len);
	return (la_ssize_t)len;
}

static int
write_one(struct archive *a, const char *path, unsigned int mode, int64_t made,
	  const char *data, size_t len)
{
	struct archive_entry *x = save_lib.archive_entry_new();
	bool ok;

	save_lib.archive_entry_set_pathname(x, path);
	save_lib.archive_entry_set_filetype(x, AE_IFREG);
	save_lib.archive_entry_set_perm(x, mode);
	save_lib.archive_entry_set_size(x, (la_int64_t)len);
	save_lib.archive_entry_set_mtime(x, made, 0);
	ok = save_lib.archive_write_header(a, x) == ARCHIVE_OK &&
	     save_lib.archive_write_data(a, data, len) == (la_ssize_t)len;
	save_lib.archive_entry_free(x);
	return ok ? 0 : -1;
}

static int
write_all(struct archive *a, const struct save *s)
{
	_free_ char *manifest = save_manifest_print(s);
	size_t i;

	if (write_one(a, SAVE_MANIFEST, 0644, s->made, manifest,
		      strlen(manifest)) < 0)
		return -1;
	for (i = 0; i < s->n; i++)
		if (write_one(a, s->files[i].path, s->files[i].mode, s->made,
			      s->files[i].data, s->files[i].len) < 0)
			return -1;
	return save_lib.archive_write_close(a) == ARCHIVE_OK ? 0 : -1;
}

int
save_write(const struct save *s, char **data, size_t *len, struct err *e)
{
	struct archive *a;
	struct str to = {0};
	int rc = -1;

	if (s->bytes > SAVE_TOTAL_MAX) /* its lab file grew */
		return err_usage(e,
				 "all files together are larger than %u bytes",
				 SAVE_TOTAL_MAX);
	if (save_archive_load(e) < 0)
		return -1;
	a = save_lib.archive_write_new();
	/* no name and no time of the machine goes into the head of the gzip */
	if (save_lib.archive_write_add_filter_gzip(a) == ARCHIVE_OK &&
	    save_lib.archive_write_set_filter_option(a, "gzip", "timestamp",
						     NULL) == ARCHIVE_OK &&
	    /* takes a name as the bytes it is, whatever the locale */
	    save_lib.archive_write_set_format_gnutar(a) == ARCHIVE_OK &&
	    save_lib.archive_write_set_bytes_in_last_block(a, 1) ==
		ARCHIVE_OK &&
	    save_lib.archive_write_open(a, &to, NULL, write_more, NULL) ==
		ARCHIVE_OK)
		rc = write_all(a, s);
	if (rc < 0)
		err_here(e, "cannot make an archive: %s",
			 save_lib.archive_error_string(a)
			     ? save_lib.archive_error_string(a)
			     : "no reason is told");
	save_lib.archive_write_free(a);
	if (rc == 0 && to.len > SAVE_TOTAL_MAX)
		rc = err_usage(e, "the archive is larger than %u bytes",
			       SAVE_TOTAL_MAX);
	if (rc < 0) {
		str_clear(&to);
		return -1;
	}
	*len = to.len;
	*data = str_steal(&to);
	return 0;
}
