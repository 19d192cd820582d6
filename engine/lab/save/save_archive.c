#include "lab/save/save_archive.h"

#include <stdbool.h>

#include "base/load.h"

/* Of all of libarchive 3. */
#define LIBARCHIVE "libarchive.so.13"

struct save_archive save_lib;

int
save_archive_load(struct err *e)
{
#define SAVE_ARCHIVE_ROW(f) {#f, &save_lib.f},
	static const struct load_function table[] = {
	    SAVE_ARCHIVE(SAVE_ARCHIVE_ROW)};
#undef SAVE_ARCHIVE_ROW
	static bool loaded;

	if (!loaded && load_library(LIBARCHIVE, "libarchive-dev", table,
				    sizeof(table) / sizeof(*table), e) < 0)
		return -1;
	loaded = true;
	return 0;
}
