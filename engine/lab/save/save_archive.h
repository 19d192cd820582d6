/*
 * save_archive: what is called of libarchive, which is loaded when an archive is to be
 * read or written (base/load.h). It stands on fifteen libraries; to have them in
 * every command took longer than most commands, and a third of a MiB of each lab.
 */
#ifndef LAB_SAVE_SAVE_ARCHIVE_H
#define LAB_SAVE_SAVE_ARCHIVE_H
#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"

#define SAVE_ARCHIVE(X)                          \
	X(archive_entry_filetype)                \
	X(archive_entry_free)                    \
	X(archive_entry_hardlink)                \
	X(archive_entry_new)                     \
	X(archive_entry_pathname)                \
	X(archive_entry_set_filetype)            \
	X(archive_entry_set_mtime)               \
	X(archive_entry_set_pathname)            \
	X(archive_entry_set_perm)                \
	X(archive_entry_set_size)                \
	X(archive_entry_symlink)                 \
	X(archive_error_string)                  \
	X(archive_read_data)                     \
	X(archive_read_free)                     \
	X(archive_read_new)                      \
	X(archive_read_next_header)              \
	X(archive_read_open_memory)              \
	X(archive_read_set_options)              \
	X(archive_read_support_filter_gzip)      \
	X(archive_read_support_format_tar)       \
	X(archive_write_add_filter_gzip)         \
	X(archive_write_close)                   \
	X(archive_write_data)                    \
	X(archive_write_free)                    \
	X(archive_write_header)                  \
	X(archive_write_new)                     \
	X(archive_write_open)                    \
	X(archive_write_set_bytes_in_last_block) \
	X(archive_write_set_filter_option)       \
	X(archive_write_set_format_gnutar)

struct save_archive {
#define SAVE_ARCHIVE_FIELD(f) __typeof__(f) *f;
	SAVE_ARCHIVE(SAVE_ARCHIVE_FIELD)
#undef SAVE_ARCHIVE_FIELD
};

/* Filled by save_archive_load, once. */
extern struct save_archive save_lib;

int save_archive_load(struct err *e);
#endif
