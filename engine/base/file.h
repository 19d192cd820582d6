/*
 * file: whole files in, whole files out, nothing half-written.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Read a regular file of at most max bytes. The text is terminated by a NUL that
 * *len (may be NULL) does not count; free it. */
int file_read(const char *path, size_t max, char **text, size_t *len,
	      struct err *e);
/* Write to a temporary neighbour, flush to disk, rename: readers see the old
 * file or the new one. A full disk leaves the old one. */
int file_write(const char *path, const void *data, size_t len, struct err *e);
/* mkdir -p, mode 0700 for what is made. */
int file_mkdirs(const char *path, struct err *e);
bool file_exists(const char *path);
/* The same path from the root on; owned by the caller. */
char *file_absolute(const char *path);
/* Remove a file or a folder with all in it; symbolic links are not followed.
 * Nothing there is no error. */
int file_remove(const char *path, struct err *e);
/* Copy a regular file, or a folder of regular files and folders, over what is
 * at to (files are replaced one by one, others stay). */
int file_copy(const char *from, const char *to, struct err *e);

/* $XDG_STATE_HOME/ixlab or ~/.local/state/ixlab: what a trainee typed and
 * reached. Owned by the caller; NULL with e set when there is no home. */
char *file_state_dir(struct err *e);
/* The folder of the program that runs, where its companions are. Owned by the
 * caller; NULL when the kernel does not say. */
char *file_program_dir(void);
/* Before the root changes: from now on it is dir, whatever the kernel says. */
void file_program_dir_keep(const char *dir);
/* Where labs/ and exercises/ are: $IXLAB_DATA; or ../share/ixlab seen from the
 * program's folder, when it is there; or the checkout the program was built in;
 * or /usr/share/ixlab. Owned by the caller. */
char *file_data_dir(void);

#endif
