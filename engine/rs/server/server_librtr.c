/* server_librtr: see the header. */
#include "rs/server/server_librtr.h"

#include <dlfcn.h>
#include <string.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
/* The name changes with the layout of what its headers describe. */
#define LIBRTR "librtr.so." TEXT(RTRLIB_VERSION_MAJOR)

static struct server_librtr librtr;

static int
find(void *library, struct err *e)
{
	const struct {
		const char *name;
		void *place;
	} wanted[] = {
	    {"tr_tcp_init", &librtr.tr_tcp_init},
	    {"rtr_mgr_init", &librtr.rtr_mgr_init},
	    {"rtr_mgr_start", &librtr.rtr_mgr_start},
	    {"rtr_mgr_free", &librtr.rtr_mgr_free},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		void *function = dlsym(library, wanted[i].name);
		if (function == NULL)
			return err_here(e,
					"--rtr: %s has no %s; it is not that "
					"of Debian's package librtr0",
					LIBRTR, wanted[i].name);
		memcpy(wanted[i].place, &function, sizeof(function));
	}
	return 0;
}

const struct server_librtr *
server_librtr(struct err *e)
{
	static void *library;

	if (library != NULL)
		return &librtr;
	void *opened = dlopen(LIBRTR, RTLD_NOW | RTLD_LOCAL);
	if (opened == NULL) {
		err_here(e,
			 "--rtr needs a library that cannot be loaded: %s; "
			 "Debian's package librtr0 has it",
			 dlerror());
		return NULL;
	}
	if (find(opened, e) < 0) {
		dlclose(opened);
		return NULL;
	}
	library = opened;
	return &librtr;
}
