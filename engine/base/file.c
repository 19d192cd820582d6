#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

#define FILE_COPY_DEPTH 32
#define FILE_REMOVE_DEPTH 256 /* each level holds a descriptor */

#ifndef IXLAB_TREE
#error "the Makefile says which checkout this is"
#endif

/* ---- in */

static int
file_open_regular(const char *path, int flags, struct stat *st, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);

	if (fd < 0)
		return err_sys(e, "%s", path);
	if (fstat(fd, st) < 0) {
		err_sys(e, "%s", path);
		close(fd);
		return -1;
	}
	if (!S_ISREG(st->st_mode)) {
		close(fd);
		return err_here(e, "%s: is not a regular file", path);
	}
	return fd;
}

/* Everything to the end, at most max bytes; -1 with errno (EFBIG: more). */
static int
file_slurp(int fd, size_t max, struct str *s)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if ((size_t)n > max - s->len) {
			errno = EFBIG;
			return -1;
		}
		str_addn(s, buf, (size_t)n);
	}
	return 0;
}

int
file_read(const char *path, size_t max, char **text, size_t *len, struct err *e)
{
	struct str s = {0};
	struct stat st;
	int fd, rc;

	if ((fd = file_open_regular(path, 0, &st, e)) < 0)
		return -1;
	rc = file_slurp(fd, max, &s);
	if (rc < 0 && errno == EFBIG)
		err_usage(e, "%s: the file is larger than %zu bytes", path,
			  max);
	else if (rc < 0)
		err_sys(e, "%s", path);
	close(fd);
	if (rc < 0) {
		str_clear(&s);
		return -1;
	}
	if (len)
		*len = s.len;
	*text = str_steal(&s);
	return 0;
}

/* ---- out */

/* A new file beside path; *name is owned by the caller. */
static int
file_temp_open(const char *path, mode_t mode, char **name, struct err *e)
{
	unsigned int tries, salt;
	int fd;

	for (tries = 0; tries < 100; tries++) {
		if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
			break;
		*name = xasprintf("%s.%08x.tmp", path, salt);
		fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd >= 0)
			return fd;
		free(*name);
		if (errno != EEXIST)
			break;
	}
	return err_sys(e, "cannot write %s", path);
}

static int
file_write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The rename itself must survive a power cut. Some file systems cannot sync a
 * folder; the data is safe all the same, so that is no error. */
static void
file_sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? xstrdup(".")
				  : xstrndup(path, (size_t)(slash - path) + 1);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(dir);
}

static int
file_replace(const char *path, const void *data, size_t len, mode_t mode,
	     bool exact, struct err *e)
{
	char *temp = NULL;
	int fd, rc;

	if ((fd = file_temp_open(path, mode, &temp, e)) < 0)
		return -1;
	rc = file_write_all(fd, data, len);
	if (rc == 0 && exact)
		rc = fchmod(fd, mode);
	if (rc == 0)
		rc = fsync(fd);
	if (close(fd) < 0)
		rc = -1;
	if (rc == 0)
		rc = rename(temp, path);
	if (rc < 0) {
		err_sys(e, "cannot write %s", path);
		unlink(temp);
	} else {
		file_sync_parent(path);
	}
	free(temp);
	return rc;
}

int
file_write(const char *path, const void *data, size_t len, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		return file_replace(path, data, len, st.st_mode & 0777, true,
				    e);
	return file_replace(path, data, len, 0666, false, e);
}

static int
file_mkdir(const char *path, struct err *e)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return 0;
		errno = ENOTDIR;
	}
	return err_sys(e, "cannot make the folder %s", path);
}

int
file_mkdirs(const char *path, struct err *e)
{
	char *copy = xstrdup(path), *p;
	int rc = 0;

	for (p = copy; *p && rc == 0; p++) {
		if (*p != '/' || p == copy)
			continue;
		*p = '\0';
		rc = file_mkdir(copy, e);
		*p = '/';
	}
	if (rc == 0)
		rc = file_mkdir(copy, e);
	free(copy);
	return rc;
}

char *
file_absolute(const char *path)
{
	char cwd[PATH_MAX];

	if (path[0] == '/' || getcwd(cwd, sizeof(cwd)) == NULL)
		return xstrdup(path);
	return xasprintf("%s/%s", cwd, path);
}

bool
file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* ---- trees */

static bool
file_is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int file_remove_at(int at, const char *name, int depth);

static int
file_remove_inside(int at, const char *name, int depth)
{
	int fd, rc = 0;
	struct dirent *d;
	DIR *dir;

	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return -1;
	}
	while (rc == 0 && (d = readdir(dir)) != NULL)
		if (!file_is_dot(d->d_name))
			rc = file_remove_at(dirfd(dir), d->d_name, depth + 1);
	closedir(dir);
	return rc;
}

static int
file_remove_at(int at, const char *name, int depth)
{
	if (depth > FILE_REMOVE_DEPTH) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (file_remove_inside(at, name, depth) < 0)
		return -1;
	return unlinkat(at, name, AT_REMOVEDIR);
}

int
file_remove(const char *path, struct err *e)
{
	if (file_remove_at(AT_FDCWD, path, 0) == 0)
		return 0;
	return err_sys(e, "cannot remove %s", path);
}

static int
file_copy_one(const char *from, const char *to, int flags, struct err *e)
{
	struct str s = {0};
	struct stat st;
	int fd, rc;

	if ((fd = file_open_regular(from, flags, &st, e)) < 0)
		return -1;
	rc = file_slurp(fd, SIZE_MAX, &s);
	if (rc < 0)
		err_sys(e, "%s", from);
	close(fd);
	if (rc == 0)
		rc = file_replace(to, str_text(&s), s.len, st.st_mode & 0777,
				  true, e);
	str_clear(&s);
	return rc;
}

static int file_copy_any(const char *from, const char *to, int depth,
			 struct err *e);

/* The names are read before anything is written, as to may lie in from. */
static int
file_copy_inside(const char *from, const char *to, int depth, struct err *e)
{
	struct dirent **names;
	int i, n, rc;

	if ((n = scandir(from, &names, NULL, alphasort)) < 0)
		return err_sys(e, "%s", from);
	rc = file_mkdirs(to, e);
	for (i = 0; i < n; i++) {
		char *a = xasprintf("%s/%s", from, names[i]->d_name);
		char *b = xasprintf("%s/%s", to, names[i]->d_name);

		if (rc == 0 && !file_is_dot(names[i]->d_name))
			rc = file_copy_any(a, b, depth + 1, e);
		free(a);
		free(b);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int
file_copy_any(const char *from, const char *to, int depth, struct err *e)
{
	struct stat st;

	if (depth > FILE_COPY_DEPTH)
		return err_here(e, "%s: more than %d folders deep", from,
				FILE_COPY_DEPTH);
	/* Only the name the caller gave may be a symbolic link. */
	if ((depth == 0 ? stat(from, &st) : lstat(from, &st)) < 0)
		return err_sys(e, "%s", from);
	if (S_ISDIR(st.st_mode))
		return file_copy_inside(from, to, depth, e);
	if (S_ISREG(st.st_mode))
		return file_copy_one(from, to, depth ? O_NOFOLLOW : 0, e);
	return err_here(e, "%s: is not a regular file or a folder", from);
}

int
file_copy(const char *from, const char *to, struct err *e)
{
	return file_copy_any(from, to, 0, e);
}

/* ---- well-known places */

char *
file_state_dir(struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct passwd *pw;

	if (state && state[0] == '/')
		return xasprintf("%s/ixlab", state);
	if (home == NULL || home[0] != '/') {
		pw = getpwuid(getuid());
		home = pw ? pw->pw_dir : NULL;
	}
	if (home == NULL || home[0] != '/') {
		err_here(e, "there is no home folder, set HOME");
		return NULL;
	}
	return xasprintf("%s/.local/state/ixlab", home);
}

static char *file_kept_dir;

void
file_program_dir_keep(const char *dir)
{
	free(file_kept_dir);
	file_kept_dir = dir ? xstrdup(dir) : NULL;
}

char *
file_program_dir(void)
{
	char self[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (file_kept_dir)
		return xstrdup(file_kept_dir);
	self[n > 0 ? n : 0] = '\0';
	if ((slash = strrchr(self, '/')) == NULL)
		return NULL;
	return xstrndup(self, (size_t)(slash - self));
}

/* PREFIX/share/ixlab of a program in PREFIX/bin; NULL when nothing is there. */
static char *
file_installed_dir(void)
{
	char *bin = file_program_dir(), *slash = bin ? strrchr(bin, '/') : NULL;
	char *dir = NULL;

	if (slash)
		dir = xasprintf("%.*s/share/ixlab", (int)(slash - bin), bin);
	free(bin);
	if (dir && file_exists(dir))
		return dir;
	free(dir);
	return NULL;
}

char *
file_data_dir(void)
{
	const char *data = getenv("IXLAB_DATA");
	char *installed;

	if (data && *data)
		return xstrdup(data);
	if ((installed = file_installed_dir()) != NULL)
		return installed;
	if (file_exists(IXLAB_TREE "/labs"))
		return xstrdup(IXLAB_TREE);
	return xstrdup("/usr/share/ixlab");
}
